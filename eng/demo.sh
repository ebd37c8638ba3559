#!/usr/bin/env bash
# Shows validate-manifests at work: on a dozen mistakes that Kubernetes would refuse, on some that it would not, then on the sample application, which has none.
set -euo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

program=artifacts/bin/validate-manifests/validate-manifests

# run EXPECTED ARGUMENTS...: shows the command and runs it; any other exit code than the expected is a failure of the demo.
run() {
  local expected="$1" code=0
  shift
  printf '\n$ validate-manifests %s\n\n' "$*"
  "$program" "$@" || code=$?
  printf '\nexit code %d\n' "$code"
  [[ $code -eq $expected ]] || die "The demo expected exit code $expected."
}

run 1 --paths examples/broken --rules all=off
run 1 --paths examples/unsafe
run 0 --paths k8s --pod-security restricted
