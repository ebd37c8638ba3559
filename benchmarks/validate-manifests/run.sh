#!/usr/bin/env bash
# Times validate-manifests on generated manifests, with its rules and without, beside kubeconform when that is on PATH:
#   benchmarks/validate-manifests/run.sh [RUNS]
# The manifests called "sound" break no rule, the others break eleven in each Deployment, so that they show what telling costs.
# Give kubeconform local schemas in KUBECONFORM_SCHEMAS (a -schema-location value), or it measures the network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

runs="${1:-5}"
program="$PWD/artifacts/bin/validate-manifests/validate-manifests"
[[ -x $program ]] || { echo "Run 'make build' first." >&2; exit 2; }
here="$PWD/benchmarks/validate-manifests"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"

for count in 1000 2000 4000; do awk -v count="$count" -f "$here/corpus.awk" >"resources-$((count * 3)).yaml"; done
mkdir small
awk -v count=5 -f "$here/corpus.awk" | awk -v RS='---\n' '{ file = sprintf("small/%02d.yaml", NR); printf "%s", $0 >file; close(file) }'

# time_of NAME COMMAND...: median wall and CPU seconds and the greatest memory of RUNS runs, after one that is not counted.
time_of() {
  local name="$1" i
  shift
  "$@" >/dev/null
  for ((i = 0; i < runs; i++)); do /usr/bin/time -f '%e %U %S %M' -o times -a "$@" >/dev/null; done
  awk -v name="$name" '
    function median(a, n,   i, j, t) { for (i = 1; i < n; i++) for (j = i + 1; j <= n; j++) if (a[j] < a[i]) { t = a[i]; a[i] = a[j]; a[j] = t } return a[int((n + 1) / 2)] }
    { wall[NR] = $1; cpu[NR] = $2 + $3; if ($4 > memory) memory = $4 }
    END { printf "%-44s %6.2f s wall  %6.2f s CPU  %4d MiB\n", name, median(wall, NR), median(cpu, NR), memory / 1024 }' times
  rm times
}

awk -v count=3000 -v sound=1 -f "$here/corpus.awk" >sound-12000.yaml

for file in resources-*.yaml sound-*.yaml; do
  time_of "schemas only, ${file%.yaml} in one file" "$program" "$file" --rules all=off
  time_of "with rules, ${file%.yaml} in one file" "$program" "$file"
done
time_of "schemas only, directory of 15 files" "$program" small --rules all=off
time_of "with rules, directory of 15 files" "$program" small
if command -v kubeconform >/dev/null; then
  peer=(kubeconform -strict -n 2 -schema-location "${KUBECONFORM_SCHEMAS:-default}")
  for file in resources-*.yaml; do time_of "kubeconform, ${file%.yaml} in one file" "${peer[@]}" "$file"; done
  time_of "kubeconform, directory of 15 files" "${peer[@]}" small
fi
