#!/usr/bin/env bash
# A Docker API without a Docker engine, by podman, and the two images that Testcontainers asks for. They
# are not pulled: each is a small Debian with the LocalStack or the Vault that the other scripts of this
# folder install or build. Idempotent; the cache may vanish at any time. Debian or Ubuntu, as root.
#   containers.sh install           installs podman, makes the images
#   containers.sh run COMMAND ...   the same, then runs a command with DOCKER_HOST set to podman's API
set -euo pipefail

usage="usage: containers.sh install | containers.sh run COMMAND ..."
what=${1:?$usage}
here=$(cd "$(dirname "$0")" && pwd)
localstack_version=4.14.0
vault_version=1.21.1
cache=${CLAVIGER_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/claviger}
root=$cache/containers-root
localstack=docker.io/localstack/localstack:$localstack_version
localstack_made=localhost/claviger/localstack:$localstack_version-services # another name when its start script changes
vault=docker.io/hashicorp/vault:$vault_version

say() { echo "containers.sh: $*" >&2; }

fail() {
  say "$*"
  exit 1
}

need() { # command, or its path where it is on none, Debian package
  command -v "$1" >/dev/null && return
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null \
    || fail "$1 was not found; install $2 (apt-get, as root), or start a Docker engine and leave this script out"
  say "installing $2"
  apt-get -qq -o DPkg::Lock::Timeout=600 update >&2
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=600 install "$2" >&2
  command -v "$1" >/dev/null || fail "$1 is still missing after apt-get install $2"
}

# crun refuses hybrid cgroups, and limits may not be raised everywhere: neither is needed here.
configuration() {
  cat <<C
[engine]
runtime = "runc"
[network]
network_backend = "netavark"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
C
}

# The libraries that Python's own modules and LocalStack's dependencies load.
make_root() {
  . /etc/os-release
  rm -rf "$root" "$root.building"
  say "making a Debian $VERSION_CODENAME"
  debootstrap --variant=minbase \
    --include=ca-certificates,curl,libbz2-1.0,libffi8,liblzma5,libreadline8,libsqlite3-0,libssl3,procps,zlib1g \
    "$VERSION_CODENAME" "$root.building" >&2
  rm -rf "$root.building"/var/cache/apt/archives/*.deb "$root.building"/var/lib/apt/lists/*
  mv "$root.building" "$root"
}

entry() { # the script that an image starts is what comes in
  cat >"$layer/usr/local/bin/docker-entrypoint.sh"
  chmod 755 "$layer/usr/local/bin/docker-entrypoint.sh"
}

layer() { # a copy of the root, of links: what is in it already is never written
  layer=$(mktemp -d "$cache/containers-layer-XXXXXX")
  cp -al "$root/." "$layer"
}

import() { # image, port
  tar -c -C "$layer" . | podman import --change 'CMD ["/usr/local/bin/docker-entrypoint.sh"]' --change "EXPOSE $2" - "$1" >&2
  rm -rf "$layer"
}

make_localstack() {
  local venv python
  venv=$cache/localstack-$localstack_version-py313
  "$here/localstack.sh" install
  python=$("$venv/bin/python" -c 'import sys; print(sys.base_prefix)')
  [ "$python" != /usr ] || fail "LocalStack's Python is the system's own; the image needs one in a folder of its own (pyenv install 3.13), then delete $venv"
  say "making $localstack"
  layer
  mkdir -p "$layer$(dirname "$python")" "$layer$cache"
  cp -a "$python" "$layer$python"
  cp -a "$venv" "$layer$venv"
  entry <<S
#!/bin/sh
export SERVICES="\${SERVICES:-s3,kms}" GATEWAY_LISTEN=0.0.0.0:4566 SKIP_SSL_CERT_DOWNLOAD=1 DISABLE_EVENTS=1
exec $venv/bin/python -m localstack.runtime.main
S
  import "$localstack_made" 4566
}

make_vault() {
  local binary
  binary=$("$here/vault.sh")
  say "making $vault"
  layer
  cp "$binary" "$layer/usr/local/bin/vault"
  entry <<'S'
#!/bin/sh
exec vault server -dev -dev-no-store-token -dev-root-token-id="$VAULT_DEV_ROOT_TOKEN_ID" \
  -dev-listen-address=0.0.0.0:8200
S
  import "$vault" 8200
}

install() {
  need podman podman
  need runc runc
  need debootstrap debootstrap
  need iptables iptables
  need /usr/lib/podman/netavark netavark
  podman image exists "$localstack_made" && podman image exists "$localstack" && podman image exists "$vault" && return
  [ -e "$root" ] || make_root
  podman image exists "$localstack_made" || make_localstack
  podman tag "$localstack_made" "$localstack"
  podman image exists "$vault" || make_vault
}

mkdir -p "$cache"
work=$(mktemp -d)
layer=
service=
trap 'code=$?; [ -z "$service" ] || { kill $service; wait $service; } 2>/dev/null; rm -rf "$work" ${layer:+"$layer"}; exit $code' EXIT
trap 'exit 130' INT TERM
configuration >"$work/containers.conf"
export CONTAINERS_CONF=$work/containers.conf
if command -v flock >/dev/null 2>&1; then
  exec 9>"$cache/containers.lock"
  flock 9
fi
install
exec 9>&-
case $what in
  install) ;;
  run)
    shift
    socket=$work/podman.sock
    podman system service --time=0 "unix://$socket" >"$work/podman.log" 2>&1 &
    service=$!
    until [ -S "$socket" ]; do
      kill -0 $service 2>/dev/null || fail "podman's API does not start: $(cat "$work/podman.log")"
      sleep 0.1
    done
    # no container that cleans up behind the others: the ones that a run leaves are removed here
    DOCKER_HOST=unix://$socket TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1 \
      CLAVIGER_TEST_CONTAINERS=true "$@" && code=0 || code=$?
    podman ps -aq --filter label=org.testcontainers=true | xargs -r podman rm -f -t 0 >/dev/null 2>&1 || true
    exit $code
    ;;
  *) fail "$usage" ;;
esac
