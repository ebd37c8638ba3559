#!/usr/bin/env bash
# The daily operation of Renovate in a cluster, by kubectl and the current context; docs/how-to/run-renovate-in-a-cluster.md.
#
#   renovate-cluster.sh run-now       starts a run now, and follows its log
#   renovate-cluster.sh suspend       no more runs until "resume"; one that is under way comes to its end
#   renovate-cluster.sh resume        runs by the clock again
#   renovate-cluster.sh last          tells how the last runs ended, and shows the log of the last one
#   renovate-cluster.sh edit-config   opens the configuration in $EDITOR, and keeps the change only if Renovate accepts it
set -euo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

namespace="${RENOVATE_NAMESPACE:-renovate}"
config="${RENOVATE_CONFIG_JSON:-$root/infrastructure/controllers/base/renovate/config.json}"

k() { kubectl --namespace "$namespace" "$@"; }

# The name of the newest job of the CronJob, by hand or by the clock; empty if there is none.
last_job() {
  k get jobs --selector app.kubernetes.io/name=renovate --sort-by=.metadata.creationTimestamp --output 'jsonpath={.items[-1:].metadata.name}'
}

run_now() {
  local active name
  active="$(k get cronjob renovate --output 'jsonpath={.status.active[*].name}')"
  [[ -z $active ]] || die "A run is under way: $active. Follow it with: kubectl --namespace $namespace logs --follow job/$active"
  name="renovate-manual-$(date -u +%Y%m%d-%H%M%S)"
  k create job "$name" --from=cronjob/renovate
  # The pod may need a moment until it runs.
  k wait --for=jsonpath='{.status.active}'=1 --timeout=60s "job/$name" >/dev/null
  k logs --follow --pod-running-timeout=5m "job/$name"
}

set_suspended() {
  k patch cronjob renovate --type=merge --patch "{\"spec\":{\"suspend\":$1}}"
}

last() {
  local job
  k get cronjob renovate
  k get jobs --selector app.kubernetes.io/name=renovate --sort-by=.metadata.creationTimestamp
  job="$(last_job)"
  [[ -n $job ]] || die "There has been no run yet. Start one with: make renovate-run-now"
  printf '\n'
  k logs --tail=200 "job/$job"
}

edit_config() {
  local work validator
  validator="$(command -v renovate-config-validator || printf '%s/renovate-config-validator' "$("$root/eng/renovate.sh")")"
  work="$(mktemp -d)"
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$work'" EXIT
  cp "$config" "$work/config.json"
  # An editor may be a command with arguments.
  bash -c "${VISUAL:-${EDITOR:-vi}} \"\$1\"" editor "$work/config.json"
  if cmp --silent "$config" "$work/config.json"; then
    say "Nothing was changed."
    return
  fi

  "$validator" --strict "$work/config.json" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    cp "$work/config.json" "$config.rejected"
    die "Renovate does not accept this configuration, so nothing was changed. Your version is in $config.rejected"
  }
  diff --unified --label before --label after "$config" "$work/config.json" || true
  cp "$work/config.json" "$config.new"
  mv "$config.new" "$config"
  say "Changed. Commit it; the cluster follows what is in git."
}

case "${1:-}" in
  run-now) run_now ;;
  suspend) set_suspended true ;;
  resume) set_suspended false ;;
  last) last ;;
  edit-config) edit_config ;;
  *) die "renovate-cluster.sh run-now | suspend | resume | last | edit-config" ;;
esac
