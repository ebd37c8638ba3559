#!/usr/bin/env bash
# Shows deploy-k8s with a real API server: a preview, the deployment, drift after somebody changed something by hand, and the way back.
# The control plane has no nodes, so nothing is waited for; what it is too old to serve of the sample application is left out.
set -euo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

folder="$root/artifacts/demo-cluster"
trap 'env -u KUBECONFIG eng/cluster.sh down "$folder" >/dev/null' EXIT
eval "$(eng/cluster.sh up "$folder")"
have kubectl || die "kubectl is missing. Run eng/tools.sh."

manifests=(k8s/namespace.yaml k8s/service-accounts.yaml k8s/configmap.yaml k8s/network-policies k8s/backend-service.yaml k8s/frontend-service.yaml
  k8s/ingress.yaml)

# run EXPECTED ARGUMENTS...: shows the command and runs it; any other exit code than the expected is a failure of the demo.
run() {
  local expected="$1" code=0
  shift
  printf '\n$ deploy-k8s --mode %s …\n\n' "$*"
  artifacts/bin/deploy-k8s/deploy-k8s --application storefront --namespace storefront --environment demo --wait false --mode "$@" || code=$?
  printf '\nexit code %d\n' "$code"
  [[ $code -eq $expected ]] || die "The demo expected exit code $expected."
}

files=()
for manifest in "${manifests[@]}"; do files+=(--manifests "$manifest"); done

run 0 preview "${files[@]}"
run 0 deploy "${files[@]}"
run 0 drift "${files[@]}"

printf '\n$ kubectl patch configmap backend …\n\n'
kubectl --namespace storefront patch configmap backend --type merge --patch '{"data":{"LOG_LEVEL":"Debug"}}'
run 1 drift "${files[@]}"
run 1 deploy "${files[@]}"
run 0 deploy "${files[@]}" --force-conflicts ConfigMap/backend:data.LOG_LEVEL
run 0 rollback
