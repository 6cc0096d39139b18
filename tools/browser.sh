#!/bin/sh
# Debian's chromium and a Chinese font for the browser tests: installed where we may, asked for where we may not.
set -eu
have_font() { command -v fc-list >/dev/null 2>&1 && fc-list :lang=zh | grep -q .; }
if command -v chromium >/dev/null 2>&1 && have_font; then exit 0; fi
line="apt-get install -y chromium fonts-noto-cjk"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive $line -qq >/dev/null
elif [ "${CI:-}" = true ]; then
  echo "no chromium in CI: $line" >&2
  exit 1
else
  echo "the browser tests will be skipped; to run them: sudo $line" >&2
fi
