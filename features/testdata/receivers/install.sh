#!/bin/sh
# Installs what the receivers in this folder run on: Debian's packages, as root or through sudo, and npm's.
set -eu
cd "$(dirname "$0")"

missing=
for pair in php:php-cli webhook:webhook npm:npm node:nodejs; do
  command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair#*:}"
done
/usr/bin/python3 -c 'import flask' 2>/dev/null || missing="$missing python3-flask"
if [ -n "$missing" ]; then
  sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  # shellcheck disable=SC2086 # these are words
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
fi
npm ci --no-audit --no-fund --loglevel=error
