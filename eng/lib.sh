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
