#!/usr/bin/env bash
# Times deploy-k8s beside kubectl on the same objects and the same API server, one after the other:
#   benchmarks/deploy-k8s/run.sh [OBJECTS]
# Without KUBECONFIG a control plane is started on this machine. Nothing is waited for: both only apply.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=eng/lib.sh
source eng/lib.sh

objects="${1:-500}"
program="$PWD/artifacts/bin/deploy-k8s/deploy-k8s"
[[ -x $program ]] || die "Run 'make build' first."
have kubectl || die "kubectl is missing. Run eng/tools.sh."
work="$(mktemp -d)"
if [[ -z ${KUBECONFIG:-} ]]; then
  eval "$(eng/cluster.sh up "$work/cluster")"
  trap 'env -u KUBECONFIG eng/cluster.sh down "$work/cluster" >/dev/null; rm -rf "$work"' EXIT
else
  trap 'rm -rf "$work"' EXIT
fi

mkdir "$work/manifests"
for ((i = 0; i < objects; i++)); do
  printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings-%d\ndata:\n  key: value-%d\n' "$i" "$i"
done >"$work/manifests/all.yaml"

# time_of NAME COMMAND...: wall seconds and the greatest memory of one run.
time_of() {
  local name="$1"
  shift
  /usr/bin/time -f '%e %M' -o "$work/time" "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; die "$name failed"; }
  awk -v name="$name" '{ printf "%-52s %7.2f s  %4d MiB\n", name, $1, $2 / 1024 }' "$work/time"
}

# fresh: a new namespace, named in the variable ns.
fresh() {
  ns="bench-$RANDOM$RANDOM"
  kubectl create namespace "$ns" >/dev/null
}

deploy() { time_of "$1" "$program" --manifests "$work/manifests" --application bench --namespace "$ns" --wait false --report-file "$work/report.json"; }

fresh
time_of "kubectl apply --server-side" kubectl --namespace "$ns" apply --server-side -f "$work/manifests"
fresh
time_of "kubectl apply --server-side --validate=false" kubectl --namespace "$ns" apply --server-side --validate=false -f "$work/manifests"
time_of "kubectl apply --server-side --validate=false, again" kubectl --namespace "$ns" apply --server-side --validate=false -f "$work/manifests"
fresh
deploy "deploy-k8s"
awk '/"requests"/, /}/' "$work/report.json" | tr -d '\n ' | sed 's/^/  /' && echo
deploy "deploy-k8s, again"
awk '/"requests"/, /}/' "$work/report.json" | tr -d '\n ' | sed 's/^/  /' && echo
