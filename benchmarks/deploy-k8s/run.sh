#!/usr/bin/env bash
# Times deploy-k8s beside kubectl on the same objects and the same API server, in turn:
#   benchmarks/deploy-k8s/run.sh [OBJECTS] [ROUNDS]
# Of each row the least of all rounds is shown, which is what a busy machine disturbs least. Nothing is waited for: both only apply. Without KUBECONFIG a
# control plane is started on this machine, and the CPU that it takes is a column; a fresh namespace is used for every first apply.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=eng/lib.sh
source eng/lib.sh

objects="${1:-500}" rounds="${2:-3}"
program="$PWD/artifacts/bin/deploy-k8s/deploy-k8s"
[[ -x $program ]] || die "Run 'make build' first."
have kubectl || die "kubectl is missing. Run eng/tools.sh."
work="$(mktemp -d)"
server=''
if [[ -z ${KUBECONFIG:-} ]]; then
  server="$work/cluster"
  eval "$(eng/cluster.sh up "$server")"
  trap 'env -u KUBECONFIG eng/cluster.sh down "$server" >/dev/null; rm -rf "$work"' EXIT
else
  trap 'rm -rf "$work"' EXIT
fi

mkdir "$work/manifests"
for ((i = 0; i < objects; i++)); do
  printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings-%d\ndata:\n  key: value-%d\n' "$i" "$i"
done >"$work/manifests/all.yaml"

# The kubectl on PATH, and the one that eng/tools.sh would fetch, which is another where the machine brings its own.
declare -A kubectls
for candidate in "$(command -v kubectl)" "$(unpack_kubectl)/kubectl"; do
  kubectls["kubectl $("$candidate" version --client 2>/dev/null | sed -n 's/^Client Version: v\([0-9]*\.[0-9]*\).*/\1/p')"]="$candidate"
done

# Hundredths of a second of CPU that the control plane has taken so far; 0 for one that is not ours.
server_cpu() {
  local pid total=0 stat
  for pid in ${server:+"$server"/*.pid}; do
    stat="$(cat "/proc/$(cat "$pid")/stat")"
    # shellcheck disable=SC2086
    set -- ${stat##*) }
    total=$((total + ${12} + ${13}))
  done
  printf '%d' "$total"
}

# once NAME COMMAND...: one run, as a line of wall seconds, CPU seconds, CPU seconds of the control plane, MiB, and requests for each object.
once() {
  local name="$1" before after requests
  shift
  rm -f "$work/report.json"
  before="$(server_cpu)"
  /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; die "$name failed"; }
  after="$(server_cpu)"
  requests=0
  [[ -f $work/report.json ]] && requests="$(awk '/"requests": \{/ { inside = 1; next } inside && /\}/ { exit } inside { sub(/.*: /, ""); sub(/,.*/, ""); n += $0 } END { print n }' "$work/report.json")"
  awk -v name="$name" -v server="$((after - before))" -v requests="$requests" -v objects="$objects" \
    '{ printf "%s\t%.2f\t%.2f\t%.2f\t%d\t%.2f\n", name, $1, $2 + $3, server / 100, $4 / 1024, requests / objects }' "$work/time" >>"$work/runs"
}

# fresh: a new namespace, named in the variable ns.
fresh() {
  ns="bench-$RANDOM$RANDOM"
  kubectl create namespace "$ns" >/dev/null
}

deploy() { once "$1" "$program" --manifests "$work/manifests" --application bench --namespace "$ns" --wait false --report-file "$work/report.json"; }

for ((round = 0; round < rounds; round++)); do
  for name in "${!kubectls[@]}"; do
    fresh
    once "$name, first apply" "${kubectls[$name]}" --namespace "$ns" apply --server-side -f "$work/manifests"
    fresh
    once "$name --validate=false, first apply" "${kubectls[$name]}" --namespace "$ns" apply --server-side --validate=false -f "$work/manifests"
    once "$name --validate=false, again" "${kubectls[$name]}" --namespace "$ns" apply --server-side --validate=false -f "$work/manifests"
  done
  fresh
  deploy "deploy-k8s, first apply"
  deploy "deploy-k8s, again"
done

printf '%d objects, the least of %d rounds\n' "$objects" "$rounds"
awk -F '\t' '
  !($1 in wall) { order[++n] = $1 }
  { for (i = 2; i <= 6; i++) if (!(($1, i) in least) || $i < least[$1, i]) least[$1, i] = $i; wall[$1] = least[$1, 2] }
  END {
    printf "%-44s %9s %9s %9s %6s %10s %8s\n", "", "wall", "CPU", "server", "MiB", "requests", "of ours"
    for (i = 1; i <= n; i++) {
      name = order[i]
      printf "%-44s %7.2f s %7.2f s %7.2f s %6d %10s %7.2f×\n", name, least[name, 2], least[name, 3], least[name, 4], least[name, 5],
        (least[name, 6] > 0 ? sprintf("%.2f/object", least[name, 6]) : ""), least[name, 2] / least["deploy-k8s, first apply", 2]
    }
  }' "$work/runs"
