#!/bin/sh
# Installs what the tests need and the machine lacks, on Debian: a browser, Chinese
# fonts, a C compiler, PSPP, which reads the .sav exports.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
[ -d /usr/share/fonts/opentype/noto ] || missing="$missing fonts-noto-cjk"
command -v gcc >/dev/null 2>&1 || missing="$missing gcc libc6-dev"
command -v pspp-convert >/dev/null 2>&1 || missing="$missing pspp"
[ -z "$missing" ] && exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  echo "The tests need:$missing. Please install them." >&2
  exit 1
fi
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing
