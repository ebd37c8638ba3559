#!/usr/bin/env bash
# Shows deploy-k8s with a real API server: a preview, the deployment until everything is ready, drift after somebody changed something by hand, a release
# that cannot start, and the way back. The control plane has no nodes; this script plays the kubelet.
set -euo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

folder="$root/artifacts/demo-cluster"
kubelet=''
clean() {
  [[ -n $kubelet ]] && kill -- "-$kubelet" 2>/dev/null
  env -u KUBECONFIG eng/cluster.sh down "$folder" >/dev/null
}
trap clean EXIT
eval "$(eng/cluster.sh up "$folder")"
have kubectl || die "kubectl is missing. Run eng/tools.sh."

# What a server of 1.20 lacks is left out by an overlay; any newer one gets the sample application as it is.
manifests=k8s
kubectl api-versions | grep -qx policy/v1 || manifests=eng/demo-old-server

broken=9.9.9

# status POD IMAGE: what a kubelet would say of a pod, which is that it runs, unless nobody has its image.
status() {
  local ready=True phase=Running state='{"running":{}}'
  if [[ $2 == *:$broken ]]; then
    ready=False phase=Pending
    state='{"waiting":{"reason":"ImagePullBackOff","message":"failed to pull and unpack image \"'"$2"'\": not found"}}'
  fi
  printf '{"status":{"phase":"%s","conditions":[{"type":"Ready","status":"%s","lastTransitionTime":"%s"}],"containerStatuses":[' \
    "$phase" "$ready" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  printf '{"name":"%s","image":"%s","imageID":"","ready":%s,"restartCount":0,"state":%s}]}}' \
    "$1" "$2" "$([[ $ready == True ]] && echo true || echo false)" "$state"
}

play() {
  local pod container image
  declare -A told=()
  kubectl --namespace storefront get pods --watch --output 'jsonpath={.metadata.name} {.spec.containers[0].name} {.spec.containers[0].image}{"\n"}' 2>/dev/null |
    while read -r pod container image; do
      [[ -n ${told[$pod]:-} ]] && continue
      told[$pod]=1
      kubectl --namespace storefront patch pod "$pod" --subresource status --type merge --patch "$(status "$container" "$image")" >/dev/null 2>&1 || true
    done
}

# run EXPECTED ARGUMENTS...: shows the command and runs it; any other exit code than the expected is a failure of the demo.
run() {
  local expected="$1" code=0
  shift
  printf '\n$ deploy-k8s --mode %s …\n\n' "$*"
  artifacts/bin/deploy-k8s/deploy-k8s --application storefront --namespace storefront --environment demo --timeout 120s --mode "$@" || code=$?
  printf '\nexit code %d\n' "$code"
  [[ $code -eq $expected ]] || die "The demo expected exit code $expected."
}

# With a process group of its own, so that its children end with it.
set -m
play &
kubelet=$!
set +m

run 0 preview --manifests "$manifests"
run 0 deploy --manifests "$manifests"
run 0 drift --manifests "$manifests"

printf '\n$ kubectl patch configmap backend …\n\n'
kubectl --namespace storefront patch configmap backend --type merge --patch '{"data":{"LOG_LEVEL":"Debug"}}'
run 1 drift --manifests "$manifests"
run 1 deploy --manifests "$manifests"
run 0 deploy --manifests "$manifests" --force-conflicts ConfigMap/backend:data.LOG_LEVEL

backend=rg.fr-par.scw.cloud/example-platform/storefront-backend
run 1 deploy --manifests "$manifests" --images "$backend:$broken"
run 0 deploy --manifests "$manifests" --images "$backend:2.3.2"
run 0 rollback
