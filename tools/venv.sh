#!/bin/sh
# Make ./.venv with Python 3.11 or newer: PYTHON if it is set, else the system's own (distributions build theirs optimised;
# a worker is about a tenth faster with it than with one built plainly), else the newest on the PATH.
set -eu
[ -x .venv/bin/pip ] && exit 0
fits() { command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; }
whole() { "$1" -c 'import venv, ensurepip' 2>/dev/null; }
python=""
for candidate in ${PYTHON:-/usr/bin/python3 python3.13 python3.12 python3.11 python3}; do
  fits "$candidate" || continue
  if whole "$candidate"; then
    python=$candidate
    break
  fi
  python=${python:-$candidate}
done
[ -n "$python" ] || { echo "PilotZone needs Python 3.11 or newer: on the PATH, or named by PYTHON" >&2; exit 1; }
if ! whole "$python"; then
  # on a bare Debian the venv module is a package of its own
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
  else
    echo "Python's venv module is missing; run once: sudo apt-get install python3-venv" >&2
    exit 1
  fi
fi
"$python" -m venv .venv
