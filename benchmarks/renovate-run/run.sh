#!/usr/bin/env bash
# What renovate-run costs over a bare Renovate: wall time and processor time of the same look-up of k8s/, by turns. Bundled data only, no network.
# The target is 0.5 s or 2 % of the run, whichever is more.
set -euo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../eng/lib.sh"
rounds="${1:-5}"
cd "$root"

program="$root/artifacts/bin/renovate-run/renovate-run"
[[ -x $program ]] || die "Run make build first."
PATH="$(eng/renovate.sh):$PATH"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp -r k8s "$work/k8s"
printf 'apiVersion: batch/v1beta1\nkind: CronJob\n' >"$work/k8s/old.yaml"
git -C "$work" init --quiet
git -C "$work" add --all
cd "$work"

config='{"enabledManagers": ["kubernetes"], "kubernetes": {"managerFilePatterns": ["/\\.ya?ml$/"]}, "packageRules": [{"matchDatasources": ["docker"], "enabled": false}]}'
mkdir "$work/out"

bare() {
  RENOVATE_PLATFORM=local RENOVATE_ONBOARDING=false RENOVATE_CONFIG="$config" RENOVATE_BASE_DIR="$work/out/base" \
    RENOVATE_REPORT_TYPE=file RENOVATE_REPORT_PATH="$work/out/report.json" LOG_FILE="$work/out/debug.ndjson" renovate
}

ours() {
  RENOVATE_BASE_DIR="$work/out/base" "$program" --platform local --config "$config" --report-file "$work/out/ours.json"
}

# seconds COMMAND: wall and processor seconds of a command whose exit code must be 0.
seconds() {
  local TIMEFORMAT='%R %U %S'
  { time "$1" >"$work/out/log" 2>&1; } 2>&1 | awk '{ print $1, $2 + $3 }'
}


for ((round = 0; round < rounds; round++)); do
  rm -f "$work/out/debug.ndjson" "$work/out/ours.json"
  seconds bare >>"$work/out/bare.times"
  seconds ours >>"$work/out/ours.times"
done

# The median of a column.
median() { awk -v column="$2" '{ print $column }' "$1" | sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

printf '%-14s %8s %8s\n' "" "wall s" "cpu s"
for what in bare ours; do
  printf '%-14s %8.2f %8.2f\n' "$what" "$(median "$work/out/$what.times" 1)" "$(median "$work/out/$what.times" 2)"
done
awk -v bare="$(median "$work/out/bare.times" 1)" -v ours="$(median "$work/out/ours.times" 1)" \
  'BEGIN { printf "overhead: %.2f s, %.1f %%\n", ours - bare, (ours - bare) * 100 / bare }'
