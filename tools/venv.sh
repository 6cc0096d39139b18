#!/bin/sh
# Make ./.venv with Python 3.11 or newer; on a bare Debian the venv module is a package of its own.
set -eu
[ -x .venv/bin/pip ] && exit 0
python=""
for candidate in python3.13 python3.12 python3.11 python3; do
  if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || { echo "PilotZone needs Python 3.11 or newer on the PATH" >&2; exit 1; }
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
  else
    echo "Python's venv module is missing; run once: sudo apt-get install python3-venv" >&2
    exit 1
  fi
fi
"$python" -m venv .venv
