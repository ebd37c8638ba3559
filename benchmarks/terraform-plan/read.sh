#!/usr/bin/env bash
# Times the published program in mode render, as a step in GitHub: reading a generated plan, gates and rules, the digest, the summary and the JSON report.
#   benchmarks/terraform-plan/read.sh [RESOURCES]
# In the first plan every tenth resource changes, in the second all of them. The target is 3 s and 300 MB for 10,000.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=eng/lib.sh
source eng/lib.sh

resources="${1:-10000}"
program="$PWD/artifacts/bin/terraform-plan/terraform-plan"
[[ -x $program ]] || die "Run 'make build' first."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# generate EVERY: a plan in which every EVERYth resource changes; each has about as many attributes as an instance of a cloud.
generate() {
  awk -v count="$resources" -v every="$1" '
    function value(i, state) {
      return sprintf("{\"ami\":\"ami-%s\",\"id\":\"i-%08d\",\"instance_type\":\"t3.small\",\"password\":\"secret-%d-%s\",\"subnet_id\":\"subnet-%d\",\"tags\":{\"Name\":\"web-%d\",\"team\":\"core\",\"env\":\"prod\"},\"policy\":\"{\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":[\\\"s3:Get\\\",\\\"%s\\\"]}]}\",\"user_data\":\"#!/bin/sh\\nset -e\\necho %s\\nexit 0\\n\",\"disks\":[{\"size\":10,\"type\":\"gp3\"},{\"size\":20,\"type\":\"gp3\"}],\"security_groups\":[\"sg-1\",\"sg-2\",\"sg-3\"]}", state, i, i, state, i % 50, i, state, state)
    }
    function planned(i) { return sprintf("{\"address\":\"module.m%d.aws_instance.web[%d]\",\"mode\":\"managed\",\"type\":\"aws_instance\",\"name\":\"web\",\"index\":%d,\"schema_version\":1,\"values\":%s,\"sensitive_values\":{\"password\":true}}", i % 20, i, i, value(i, "new")) }
    BEGIN {
      printf "{\"format_version\":\"1.2\",\"terraform_version\":\"1.11.4\",\"planned_values\":{\"root_module\":{\"resources\":["
      for (i = 0; i < count; i++) printf "%s%s", i ? "," : "", planned(i)
      printf "]}},\"resource_changes\":["
      for (i = 0; i < count; i++) {
        kind = i % every ? 0 : i / every % 4 + 1
        actions = kind == 0 ? "\"no-op\"" : kind == 1 ? "\"update\"" : kind == 2 ? "\"create\"" : kind == 3 ? "\"delete\"" : "\"delete\",\"create\""
        before = kind == 2 ? "null" : value(i, "old")
        after = kind == 3 ? "null" : value(i, kind == 0 ? "old" : "new")
        printf "%s{\"address\":\"module.m%d.aws_instance.web[%d]\",\"module_address\":\"module.m%d\",\"mode\":\"managed\",\"type\":\"aws_instance\",\"name\":\"web\",\"index\":%d,\"provider_name\":\"registry.terraform.io/hashicorp/aws\",\"change\":{\"actions\":[%s],\"before\":%s,\"after\":%s,\"after_unknown\":%s,\"before_sensitive\":{\"password\":true},\"after_sensitive\":{\"password\":true}%s}}", i ? "," : "", i % 20, i, i % 20, i, actions, before, after, kind == 2 ? "{\"arn\":true}" : "{}", kind == 4 ? ",\"replace_paths\":[[\"ami\"]]" : ""
      }
      printf "],\"output_changes\":{},\"prior_state\":{\"values\":{\"root_module\":{\"resources\":["
      for (i = 0; i < count; i++) printf "%s%s", i ? "," : "", planned(i)
      printf "]}}},\"timestamp\":\"2026-01-02T03:04:05Z\",\"applyable\":true,\"complete\":true,\"errored\":false}\n"
    }'
}

generate 10 >"$work/few.json"
generate 1 >"$work/all.json"
cd "$work"
export GITHUB_ACTIONS=true GITHUB_WORKSPACE="$work" GITHUB_STEP_SUMMARY="$work/summary" GITHUB_OUTPUT="$work/output"
for plan in few all; do
  : >summary
  /usr/bin/time -f '%e %U %M' -o time env INPUT_PLAN-SECRET=0123456789abcdef "$program" --mode render --plan-json "$plan.json" --report-file report.json >log || { cat log >&2; die "rendering failed"; }
  awk -v plan="$plan" -v n="$resources" -v size="$(stat -c %s "$plan.json")" -v summary="$(stat -c %s summary)" -v report="$(stat -c %s report.json)" '{
    printf "%d resources, %s change, %.1f MB: %.2f s wall, %.2f s user, %d MiB; summary %.2f MB, report %.1f MB\n", n, plan, size / 1e6, $1, $2, $3 / 1024, summary / 1e6, report / 1e6
  }' time
done
