#!/usr/bin/env bash
# Installs LocalStack (S3 and KMS, host mode, pinned) into a cache and runs it in the foreground on a port
# of 127.0.0.1. Idempotent; the cache may vanish at any time; several may install at once.
#   localstack.sh install   installs only
#   localstack.sh PORT      installs when needed, then runs
set -euo pipefail

what=${1:?usage: localstack.sh install | localstack.sh PORT}
version=4.14.0
cache=${CLAVIGER_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/claviger}
venv=$cache/localstack-$version-py313

find_python() {
  local candidate
  for candidate in python3.13 python3.14 python3 "$HOME"/.pyenv/versions/3.1[3-9]*/bin/python3; do
    if command -v "$candidate" >/dev/null 2>&1 \
      && "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 13))' >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  echo "localstack.sh: Python 3.13 or newer with venv is needed and none was found. Install one, or set CLAVIGER_LOCALSTACK_ENDPOINT to a running LocalStack." >&2
  exit 1
}

mkdir -p "$cache"
if command -v flock >/dev/null 2>&1; then
  exec 9>"$cache/localstack.lock"
  flock 9
fi
if [ ! -e "$venv/ready" ]; then
  python=$(find_python)
  echo "localstack.sh: installing LocalStack $version with $python" >&2
  rm -rf "$venv"
  "$python" -m venv "$venv"
  cat > "$venv/constraints.txt" <<C
localstack-core==$version
cbor2<5.8
pyopenssl==25.1.0
cryptography<46
C
  "$venv/bin/pip" install -q --disable-pip-version-check -c "$venv/constraints.txt" \
    'localstack-core[base-runtime]' moto-ext service_identity >&2
  touch "$venv/ready"
fi
exec 9>&-
[ "$what" != install ] || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SERVICES=s3,kms GATEWAY_LISTEN=127.0.0.1:$what SKIP_SSL_CERT_DOWNLOAD=1 DISABLE_EVENTS=1
export LOCALSTACK_VOLUME_DIR=$work/volume TMPDIR=$work FILESYSTEM_ROOT=$work
"$venv/bin/python" -m localstack.runtime.main &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$work"' EXIT INT TERM
wait $server
