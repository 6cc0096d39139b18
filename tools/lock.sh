#!/bin/sh
# Pin every dependency with its hashes. No index address is written into the locks.
set -eu
compile() { .venv/bin/uv pip compile -q --generate-hashes --no-annotate --no-header --universal -p 3.11 "$@"; }
.venv/bin/pip install -q uv
compile --extra build pyproject.toml -o requirements.lock
compile --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
