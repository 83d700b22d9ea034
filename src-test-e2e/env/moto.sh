#!/usr/bin/env bash
# Installs moto's server (an AWS emulator in Python, pinned) into a cache and runs it in the foreground on a
# port of 127.0.0.1. Idempotent; the cache may vanish at any time; several may install at once.
#   moto.sh install    installs only
#   moto.sh PORT       installs when needed, then runs
#   moto.sh PORT iam   the same, with IAM policies enforced after the calls that set them up (POST
#                      /moto-api/reset-auth with their number)
set -euo pipefail

what=${1:?usage: moto.sh install | moto.sh PORT [iam]}
version=5.2.5
cache=${CLAVIGER_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/claviger}
venv=$cache/moto-$version

find_python() {
  local candidate
  for candidate in python3.13 python3.12 python3.14 python3 "$HOME"/.pyenv/versions/3.1[2-9]*/bin/python3; do
    if command -v "$candidate" >/dev/null 2>&1 \
      && "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  echo "moto.sh: Python 3.10 or newer with venv is needed and none was found. Install one, or set CLAVIGER_MOTO_ENDPOINT to a running moto server." >&2
  exit 1
}

mkdir -p "$cache"
if command -v flock >/dev/null 2>&1; then
  exec 9>"$cache/moto.lock"
  flock 9
fi
if [ ! -e "$venv/ready" ]; then
  python=$(find_python)
  echo "moto.sh: installing moto $version with $python" >&2
  rm -rf "$venv"
  "$python" -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check "moto[server,kms,s3,iam,sts]==$version" >&2
  touch "$venv/ready"
fi
exec 9>&-
[ "$what" != install ] || exit 0

# From the first call on when 0; set so high here that it counts from the reset that the suite asks for.
[ "${2:-}" != iam ] || export INITIAL_NO_AUTH_ACTION_COUNT=1000000
exec "$venv/bin/moto_server" -H 127.0.0.1 -p "$what"
