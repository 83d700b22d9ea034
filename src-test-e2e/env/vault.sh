#!/usr/bin/env bash
# Builds HashiCorp Vault (pinned) through the Go module proxy into a cache and prints the path of the
# binary. Idempotent; the cache may vanish at any time; several may build at once. About ten minutes.
#   vault.sh                builds when needed, prints the path
#   vault.sh install        builds when needed
set -euo pipefail

version=1.21.1
cache=${CLAVIGER_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/claviger}
home=$cache/vault-$version

find_go() {
  local candidate
  for candidate in go /usr/local/go/bin/go "$HOME"/go/bin/go "$HOME"/sdk/go*/bin/go; do
    if command -v "$candidate" >/dev/null 2>&1; then
      command -v "$candidate"
      return
    fi
  done
  echo "vault.sh: Vault is built from source and needs Go 1.26 or newer, which was not found. Install Go, or set CLAVIGER_VAULT_BIN to a vault binary, or CLAVIGER_VAULT_ADDRESS and CLAVIGER_VAULT_TOKEN to a running development server." >&2
  exit 1
}

# A module of its own: "go install" refuses Vault because of its replace directives. Never run
# "go mod tidy" here, which raises the SDK and breaks the build; 1.21.2 to 1.21.4 do not build so.
install() {
  local go
  go=$(find_go)
  building=$(mktemp -d "$cache/vault-building-XXXXXX")
  trap 'rm -rf "$building"' EXIT
  echo "vault.sh: building Vault $version with $("$go" version), about ten minutes" >&2
  cat > "$building/go.mod" <<M
module servers

go 1.26

require github.com/hashicorp/vault v$version

replace github.com/99designs/keyring => github.com/Jeffail/keyring v1.2.3

replace github.com/ma314smith/signedxml v1.1.1 => github.com/moov-io/signedxml v1.1.1
M
  (
    cd "$building"
    "$go" get "github.com/hashicorp/vault@v$version" >&2
    GOFLAGS=-mod=mod "$go" build -trimpath -ldflags "-s -w" -o vault github.com/hashicorp/vault >&2
  )
  "$building/vault" version >&2
  rm -rf "$home"
  mkdir "$home"
  mv "$building/vault" "$home/vault"
  rm -rf "$building"
  trap - EXIT
}

mkdir -p "$cache"
if command -v flock >/dev/null 2>&1; then
  exec 9>"$cache/vault.lock"
  flock 9
fi
[ -x "$home/vault" ] || install
exec 9>&-
[ "${1:-}" = install ] || echo "$home/vault"
