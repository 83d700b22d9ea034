#!/usr/bin/env bash
# Builds MinIO (pinned) into a cache and runs it in the foreground on a port of 127.0.0.1.
# Idempotent; the cache may vanish at any time; several may build at once.
#   minio.sh install        builds only
#   minio.sh PORT [tls]     builds when needed, then runs; tls: https instead of http
set -euo pipefail

usage="usage: minio.sh install | minio.sh PORT [tls]"
what=${1:?$usage}
version=v0.0.0-20260212201848-7aac2a2c5b7c
cache=${CLAVIGER_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/claviger}
home=$cache/minio-$version

find_go() {
  local candidate
  for candidate in go /usr/local/go/bin/go "$HOME"/go/bin/go "$HOME"/sdk/go*/bin/go; do
    if command -v "$candidate" >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  echo "minio.sh: MinIO is built from source and needs Go 1.24 or newer, which was not found. Install Go, or set CLAVIGER_MINIO_ENDPOINT and CLAVIGER_MINIO_TLS_ENDPOINT to running servers (user claviger, password claviger-e2e)." >&2
  exit 1
}

install() {
  local go
  go=$(find_go)
  building=$(mktemp -d "$cache/minio-building-XXXXXX")
  trap 'rm -rf "$building"' EXIT
  echo "minio.sh: building MinIO $version with $("$go" version)" >&2
  GOBIN=$building "$go" install -ldflags "-s -w" "github.com/minio/minio@$version" >&2
  mkdir "$building/certs"
  cd "$building/certs"
  "$go" run "$("$go" env GOROOT)/src/crypto/tls/generate_cert.go" \
    --host localhost,127.0.0.1 --duration 87600h >&2
  mv cert.pem public.crt
  mv key.pem private.key
  cd "$cache"
  touch "$building/ready"
  rm -rf "$home"
  mv "$building" "$home"
  trap - EXIT
}

mkdir -p "$cache"
if command -v flock >/dev/null 2>&1; then
  exec 9>"$cache/minio.lock"
  flock 9
fi
[ -e "$home/ready" ] || install
exec 9>&-
[ "$what" != install ] || exit 0

work=$(mktemp -d)
certs=$work/certs
mkdir "$certs" "$work/data"
[ "${2:-}" != tls ] || certs=$home/certs
export MINIO_ROOT_USER=claviger MINIO_ROOT_PASSWORD=claviger-e2e MINIO_CI_CD=1
"$home/minio" server --quiet --certs-dir "$certs" --address "127.0.0.1:$what" "$work/data" &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$work"' EXIT INT TERM
wait $server
