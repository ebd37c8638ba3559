#!/usr/bin/env bash
# Builds the images of the actions and prints what they cost: a table for docs/performance.md.
#
#   benchmarks/containers/run.sh [RUNS] [ACTION...]
#
# "Own layers" is everything above the image's base, "program" our part of that, compressed as a release does (BuildKit's best zstd is about
# level 11 of the command) and as a plain push does. "Start" is the time in the container from the start of the program to its first line,
# "step" that of a real step, with its children such as kubectl; the least of RUNS (9) runs. What the engine needs
# to start a container is not in it, nor are build and pull. BUILD=no takes the images as they are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec </dev/null

runs="${1:-9}"
shift || true
[[ $# -gt 0 ]] || mapfile -t actions < <(find actions -mindepth 2 -maxdepth 2 -name action.yml -printf '%h\n' | sort | xargs -n 1 basename)
[[ $# -eq 0 ]] || actions=("$@")

{ read -r engine && while read -r setting; do export "${setting?}"; done; } < <(eng/containers.sh engine)
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# What a step does that needs neither network nor credentials.
step() {
  case "$1" in
    validate-manifests) printf '%s\n' --paths k8s ;;
    deploy-k8s) printf '%s\n' --mode preview --manifests k8s --application storefront --namespace storefront ;;
    terraform-plan) printf '%s\n' --mode render --root infrastructure/terraform/examples/storefront --plan-json infrastructure/terraform/examples/storefront/recorded-plan.json ;;
    account-review) printf '%s\n' --replay examples/account/recording.jsonl --fail-on none ;;
    # Renovate itself starts a second later; what is ours has begun.
    *) printf '%s\n' --help ;;
  esac
}

# first_lines IMAGE COMMAND...: milliseconds until the first line of a command in a container, for each of RUNS runs.
first_lines() {
  local image="$1"
  shift
  # shellcheck disable=SC2016 # for the shell in the container
  "$engine" run --rm --volume "$PWD:/github/workspace:ro" --workdir /github/workspace --env "RUNS=$runs" --entrypoint sh "$image" -c '
    while [ "$RUNS" -gt 0 ]; do
      before=$(date +%s%N)
      "$@" 2>&1 | head -n 1 >/dev/null
      echo $((($(date +%s%N) - before) / 1000000))
      RUNS=$((RUNS - 1))
    done' sh "$@"
}

least() { sort -n | head -n 1; }

# own_layers IMAGE: for each layer above the base, its size in bytes by zstd and by gzip and the instruction that made it. Our instructions
# begin with the label of the title.
own_layers() {
  local archive="$work/image.tar" config layer instruction
  "$engine" save --quiet --output "$archive" "$1"
  config="$(tar -xOf "$archive" manifest.json | jq -r '.[0].Config')"
  paste \
    <(tar -xOf "$archive" manifest.json | jq -r '.[0].Layers[]') \
    <(tar -xOf "$archive" "$config" | jq -r '
      [.history[] | {by: (.created_by // ""), empty: (.empty_layer // false)}]
      | (map(.by | contains("org.opencontainers.image.title")) | index(true)) as $first
      | to_entries[] | select(.value.empty | not) | (if .key < $first then "base" else .value.by end)') |
    while IFS=$'\t' read -r layer instruction; do
      [[ $instruction == base ]] && continue
      printf '%d %d %s\n' "$(tar -xOf "$archive" "$layer" | zstd -qc -11 | wc -c)" "$(tar -xOf "$archive" "$layer" | gzip -6 | wc -c)" "$instruction"
    done
  rm -f "$archive"
}

# megabytes COLUMN
megabytes() { awk -v column="$1" '{ sum += $column } END { printf "%.1f MB", sum / 1000000 }'; }

printf '| Image | Own layers | by gzip | Program | Start | Step |\n|---|--:|--:|--:|--:|--:|\n'
for action in "${actions[@]}"; do
  image="localhost/actions/$action:test"
  [[ ${BUILD:-} == no ]] || image="$(eng/containers.sh image "$action")"
  own_layers "$image" >"$work/layers"
  mapfile -t arguments < <(step "$action")
  printf '| %s | %s | %s | %s | %d ms | %d ms |\n' "$action" "$(megabytes 1 <"$work/layers")" "$(megabytes 2 <"$work/layers")" \
    "$(grep ' /app' "$work/layers" | megabytes 1)" \
    "$(first_lines "$image" "/app/$action" --help | least)" "$(first_lines "$image" "/app/$action" "${arguments[@]}" | least)"
done
