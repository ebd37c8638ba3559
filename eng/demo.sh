#!/usr/bin/env bash
# Shows the programs at work: validate-manifests on a dozen mistakes that Kubernetes would refuse, on some that it would not, then on the sample
# application, which has none; deploy-k8s on what it would deploy of that application, without a cluster; terraform-plan on a plan
# that was recorded, and where Terraform is installed on the root itself; account-review on an account that was recorded.
set -euo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

# run EXPECTED PROGRAM ARGUMENTS...: shows the command and runs it; any other exit code than the expected is a failure of the demo.
run() {
  local expected="$1" program="$2" code=0
  shift 2
  printf '\n$ %s %s\n\n' "$program" "$*"
  "artifacts/bin/$program/$program" "$@" || code=$?
  printf '\nexit code %d\n' "$code"
  [[ $code -eq $expected ]] || die "The demo expected exit code $expected."
}

run 1 validate-manifests --paths examples/broken --rules all=off
run 1 validate-manifests --paths examples/unsafe
run 0 validate-manifests --paths k8s --pod-security restricted
unset KUBECONFIG
run 0 deploy-k8s --mode preview --manifests k8s --application storefront

example=infrastructure/terraform/examples/storefront
run 0 terraform-plan --mode render --root "$example" --plan-json "$example/recorded-plan.json"
if have terraform; then
  run 0 terraform-plan --root "$example"
fi
run 0 account-review --replay examples/account/recording.jsonl --fail-on none
