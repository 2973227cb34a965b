#!/bin/sh
# Runs ministack, which speaks SQS: its own image's in its own way, ours from its wheel. `ready` asks for its health.
set -eu
if [ "${1:-}" = ready ]; then
  exec python3 -c "from urllib.request import urlopen; urlopen('http://localhost:4566/_ministack/health', timeout=2)"
fi
if [ -x /opt/workbench/bin/ministack ]; then
  exec /opt/workbench/bin/ministack
fi
exec python -m ministack
