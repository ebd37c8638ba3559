#!/usr/bin/env bash
# Times validate-manifests on applications whose objects refer to each other: 12,500, 25,000 and 50,000 objects in one file.
# The time must double with the objects.
#   benchmarks/validate-manifests/graph.sh [RUNS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

runs="${1:-3}"
program="$PWD/artifacts/bin/validate-manifests/validate-manifests"
[[ -x $program ]] || { echo "Run 'make build' first." >&2; exit 2; }
corpus="$PWD/benchmarks/validate-manifests/graph.awk"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"

for objects in 12500 25000 50000; do
  awk -v count=$((objects / 8)) -f "$corpus" >"objects-$objects.yaml"
  for ((i = 0; i <= runs; i++)); do
    # Findings are exit code 1; anything else is no measurement.
    /usr/bin/time -f '%e %U %S %M' -o once "$program" "objects-$objects.yaml" >/dev/null || (($? == 1))
    ((i == 0)) || tail -n 1 once >>times
  done
  sort -n times | awk -v objects="$objects" '
    { wall[NR] = $1; cpu[NR] = $2 + $3; if ($4 > memory) memory = $4 }
    END { i = int((NR + 1) / 2); printf "%6d objects  %6.2f s wall  %6.2f s CPU  %4d MiB\n", objects, wall[i], cpu[i], memory / 1024 }'
  rm times
done
