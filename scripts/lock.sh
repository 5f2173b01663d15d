#!/bin/sh
# Pin every dependency with its hashes and without addresses. Run after a change of pyproject.toml.
set -eu
cd "$(dirname "$0")/.."
lock() {
  .venv/bin/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes \
    --no-emit-index-url --no-annotate --no-header "$@"
}
lock pyproject.toml --extra postgres -o requirements/runtime.lock
lock pyproject.toml --extra test -c requirements/runtime.lock -o requirements/test.lock
# Node, for machines without npm; scripts/vendor.py installs it only there.
lock requirements/node.in -o requirements/node.lock
