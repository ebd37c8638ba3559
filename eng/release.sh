#!/usr/bin/env bash
# What a release does, in parts that can be tried one by one; .github/workflows/release.yml runs them (docs/adr/0018-releases.md).
#
#   release.sh check VERSION              whether VERSION can be released: its form, its section in CHANGELOG.md, no such tag yet
#   release.sh notes VERSION              the section of CHANGELOG.md
#   release.sh build ACTION IMAGE         builds the image for this machine's architecture, pushes it by digest and tells the digest
#   release.sh index IMAGE TAG DIGEST...  makes one index of the images of all architectures, tags it and tells its digest
#   release.sh platforms IMAGE@DIGEST     the platforms of an index, with their digests, one a line
#   release.sh pin IMAGES FOLDER          writes docker://IMAGES/<action>@<digest> into every action.yml; FOLDER has a file with the digest
#                                         for each action, under its name
set -euo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
exec </dev/null

top="${RELEASE_ROOT:-$root}"

actions_of() { find "$top/actions" -mindepth 2 -maxdepth 2 -name action.yml -printf '%h\n' | sort | xargs -n 1 basename; }

is_digest() { [[ $1 =~ ^sha256:[0-9a-f]{64}$ ]]; }

check() {
  local version="$1"
  [[ $version =~ ^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$ ]] || die "'$version' is no version such as 1.4.2."
  [[ -z $(git -C "$top" tag --list "v$version") ]] || die "There is a tag v$version already. A version is released once; take the next one."
  notes "$version" >/dev/null
}

notes() {
  local text
  text="$(awk -v version="$1" '
    /^## \[/ { inside = index($0, "## [" version "]") == 1; next }
    inside { print }
  ' "$top/CHANGELOG.md")"
  [[ $text == *[![:space:]]* ]] || die "CHANGELOG.md has no section '## [$1]' with text in it. Write it before the release."
  printf '%s\n' "$text" | sed -e '/./,$!d'
}

build() {
  local action="$1" image="$2" metadata
  [[ -f $top/$action.Dockerfile ]] || die "There is no $action.Dockerfile."
  metadata="$(mktemp)"
  docker buildx build --file "$top/$action.Dockerfile" \
    --attest type=sbom --attest type=provenance,mode=max \
    --label "org.opencontainers.image.source=${GITHUB_SERVER_URL:-https://github.com}/${GITHUB_REPOSITORY:?}" \
    --label "org.opencontainers.image.revision=${GITHUB_SHA:?}" \
    --label "org.opencontainers.image.version=${RELEASE_VERSION:?}" \
    --output "type=image,name=$image,push=true,push-by-digest=true,name-canonical=true,oci-mediatypes=true,compression=zstd,compression-level=19" \
    --metadata-file "$metadata" "$top" >&2
  jq -re '."containerimage.digest"' "$metadata"
  rm -f "$metadata"
}

index() {
  local image="$1" tag="$2" digest sources=()
  shift 2
  [[ $# -gt 0 ]] || die "An index needs the digest of at least one image."
  for digest; do
    is_digest "$digest" || die "'$digest' is no digest such as sha256:0123…"
    sources+=("$image@$digest")
  done
  docker buildx imagetools create --tag "$image:$tag" "${sources[@]}" >&2
  docker buildx imagetools inspect "$image:$tag" --format '{{json .Manifest}}' | jq -re .digest
}

platforms() {
  docker buildx imagetools inspect "$1" --raw |
    jq -re '.manifests[] | select(.platform.os != "unknown") | "\(.platform.os)/\(.platform.architecture) \(.digest)"'
}

# Everything is looked at before anything is written.
pin() {
  local images="$1" folder="$2" action digest file wanted
  local -A pinned=()
  for action in $(actions_of); do
    file="$top/actions/$action/action.yml"
    wanted="  image: ../../$action.Dockerfile"
    [[ -f $folder/$action ]] || die "There is no digest of $action in $folder."
    digest="$(<"$folder/$action")"
    is_digest "$digest" || die "$folder/$action holds no digest such as sha256:0123…"
    [[ $(grep -cxF "$wanted" "$file") -eq 1 ]] || die "$file does not have the line '$wanted' exactly once."
    pinned[$action]="  image: docker://$images/$action@$digest"
  done
  [[ ${#pinned[@]} -gt 0 ]] || die "There is no action in $top/actions."
  for action in $(actions_of); do
    file="$top/actions/$action/action.yml"
    awk -v from="  image: ../../$action.Dockerfile" -v to="${pinned[$action]}" '$0 == from { $0 = to } { print }' "$file" >"$file.new"
    cat "$file.new" >"$file"
    rm "$file.new"
    say "$action: ${pinned[$action]#*: }"
  done
}

case "${1:-}" in
  check) check "${2:?a version}" ;;
  notes) notes "${2:?a version}" ;;
  build) build "${2:?an action}" "${3:?an image}" ;;
  index) index "${2:?an image}" "${3:?a tag}" "${@:4}" ;;
  platforms) platforms "${2:?an image by digest}" ;;
  pin) pin "${2:?the place of the images}" "${3:?a folder with digests}" ;;
  *) die "release.sh check | notes | build | index | platforms | pin" ;;
esac
