#!/usr/bin/env bash
# Times terraform-plan beside what it calls, "terraform init", "plan" and "show -json" on the same root, in turn:
#   benchmarks/terraform-plan/run.sh [RUNS] [RESOURCES]
# The root needs no provider, so nothing hides what the action adds: formatting, validation, reading the plan and writing reports. The target is
# at most 10 % or 0.5 s more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=eng/lib.sh
source eng/lib.sh

runs="${1:-7}" resources="${2:-100}"
program="$PWD/artifacts/bin/terraform-plan/terraform-plan"
[[ -x $program ]] || die "Run 'make build' first."
have terraform || die "Terraform is missing. Run eng/tools.sh."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export TF_CLI_CONFIG_FILE=/dev/null CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1

mkdir "$work/tree"
# shellcheck disable=SC2016 # Terraform expands it
printf 'resource "terraform_data" "a" {\n  count = %d\n  input = { name = "n-${count.index}", text = "one\\ntwo" }\n}\n' "$resources" >"$work/tree/main.tf"

bare() {
  (
    cd "$work/tree"
    export TF_DATA_DIR="$work/data"
    rm -rf "$TF_DATA_DIR"
    terraform init -input=false
    terraform plan -input=false -out="$work/plan"
    terraform show -json "$work/plan" >"$work/plan.json"
  ) >"$work/log" 2>&1
}

action() { (cd "$work/tree" && "$program" --report-file "$work/report.json") >"$work/log" 2>&1; }

# seconds COMMAND: wall time of one run.
seconds() {
  local start=$EPOCHREALTIME
  "$@" || { cat "$work/log" >&2; die "$1 failed"; }
  awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", b - a }'
}

median() { sort -n "$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

for ((i = 0; i < runs; i++)); do
  seconds bare >>"$work/bare"
  seconds action >>"$work/action"
done
awk -v bare="$(median "$work/bare")" -v action="$(median "$work/action")" -v n="$resources" 'BEGIN {
  printf "%d resources, median of '"$runs"' runs\n", n
  printf "terraform init, plan, show   %6.2f s\n", bare
  printf "terraform-plan               %6.2f s\n", action
  printf "difference                   %6.2f s (%+.0f %%)\n", action - bare, (action - bare) / bare * 100
}'
