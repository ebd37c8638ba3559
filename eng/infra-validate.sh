#!/usr/bin/env bash
# Checks infrastructure/terraform: format, that every layer and module loads, and that the modules refuse what their tests say.
# Where Terraform can fetch its providers, by "validate" and "test" on the files as they are. Where it cannot, the modules' variables
# are tested without the resources, and the last line says so.
set -euo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
exec </dev/null

have terraform || die "terraform is needed: install version 1.10 or newer."
export TF_CLI_CONFIG_FILE=/dev/null TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
tree="$root/infrastructure/terraform"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

run() { terraform "$@" -no-color >"$work/log" 2>&1 || { cat "$work/log" >&2; return 1; }; }

# whole FOLDER: everything that the providers allow to check.
whole() {
  run -chdir="$work/tree/$1" validate
  [[ ! -d $work/tree/$1/tests ]] || run -chdir="$work/tree/$1" test
}

# part FOLDER: what can be checked without a provider.
part() {
  run -chdir="$work/tree/$1" get
  [[ -d $work/tree/$1/tests ]] || return 0
  rm -rf "$work/part" && mkdir -p "$work/part/tests"
  cp "$work/tree/$1/variables.tf" "$work/part"
  local file
  for file in "$work/tree/$1"/tests/*.tftest.hcl; do grep -v '^mock_provider' "$file" >"$work/part/tests/$(basename "$file")"; done
  run -chdir="$work/part" init
  run -chdir="$work/part" test
}

say "Format"
terraform fmt -check -recursive -diff "$tree"

cp -r "$tree" "$work/tree"
skipped=()
while read -r folder; do
  say "$folder"
  if terraform -chdir="$work/tree/$folder" init -backend=false -input=false -no-color >"$work/log" 2>&1; then
    whole "$folder"
  elif grep -q 'query available provider packages' "$work/log"; then
    part "$folder"
    skipped+=("$folder")
  else
    cat "$work/log" >&2
    exit 1
  fi
done < <(cd "$tree" && find . -name versions.tf -exec dirname {} + | sed "s,^\./,," | sort)

[[ ${#skipped[@]} -eq 0 ]] || say "No provider could be fetched: resources and outputs of ${skipped[*]} were not checked, only their variables and modules."
