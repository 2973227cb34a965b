#!/bin/sh
# Installs the service's requirements into the volume /venv; does nothing where they are there already.
set -eu
python=$(command -v python3)
[ -x /venv/bin/python ] || /opt/workbench/bin/uv venv --quiet --allow-existing --python "$python" /venv
exec /opt/workbench/bin/uv pip install --no-cache --compile-bytecode --python /venv/bin/python \
  --requirement /service/requirements.txt
