#!/usr/bin/env bash
# Makes the recorded plans next to it anew, with the terraform on PATH: ./record.sh [SCENARIO…]. Needs no network: every resource is the built-in
# terraform_data. Times and random ids are replaced by fixed ones, so that recording again changes only what the tool has changed.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export TF_IN_AUTOMATION=1 TF_CLI_CONFIG_FILE="$work/none.tfrc" CHECKPOINT_DISABLE=1
: >"$TF_CLI_CONFIG_FILE"
only=("$@")

wanted() { [[ ${#only[@]} -eq 0 || " ${only[*]} " == *" $1 "* ]]; }

# record NAME BEFORE AFTER [PLAN-ARGUMENTS…]: applies BEFORE (if not empty), then records the plan of AFTER.
record() {
  local name="$1" before="$2" after="$3"
  shift 3
  wanted "$name" || return 0
  local root="$work/$name"
  mkdir -p "$root"
  cd "$root"
  if [[ -n "$before" ]]; then
    printf '%s\n' "$before" >main.tf
    terraform init -input=false -no-color >log 2>&1 || { cat log; return 1; }
    [[ -z "${workspace:-}" ]] || terraform workspace new -no-color "$workspace" >>log
    terraform apply -auto-approve -input=false -no-color >>log 2>&1 || { cat log; return 1; }
  fi
  if [[ -n "${deposed:-}" ]]; then
    awk -v left="$deposed" '{ print } /"instances": \[/ { print left }' terraform.tfstate >edited
    mv edited terraform.tfstate
  fi
  printf '%s\n' "$after" >main.tf
  terraform init -input=false -no-color >log 2>&1 || { cat log; return 1; }
  terraform plan -input=false -no-color -out=plan "$@" >log 2>&1 || [[ -n "${fails:-}" ]] || { cat log; return 1; }
  terraform show -json -no-color plan | stable >"$here/$name.json"
  if [[ "$name" == update ]]; then
    terraform plan -input=false -json "$@" | stable >"$here/update.ui.jsonl"
    terraform apply -auto-approve -input=false -json | stable >"$here/update.apply.ui.jsonl"
  fi
  printf '%s\n' "$name"
}

stable() {
  awk '
    BEGIN { h = "[0-9a-f]"; h4 = h h h h; id = h4 h4 "-" h4 "-" h4 "-" h4 "-" h4 h4 h4; d = "[0-9]"; time = d d d d "-" d d "-" d d "T" d d ":" d d ":" d d "[.0-9]*(Z|[+-]" d d ":" d d ")" }
    {
      gsub(time, "2026-01-02T03:04:05Z")
      out = ""; rest = $0
      while (match(rest, id)) {
        found = substr(rest, RSTART, RLENGTH)
        if (!(found in known)) known[found] = sprintf("00000000-0000-4000-8000-%012d", ++count)
        out = out substr(rest, 1, RSTART - 1) known[found]; rest = substr(rest, RSTART + RLENGTH)
      }
      print out rest
    }'
}

data() { printf 'resource "terraform_data" "%s" {\n  input = %s\n%s\n}\n' "$1" "$2" "${3:-}"; }
replaced() { printf '  triggers_replace = %s\n%s' "$1" "${2:-}"; }
first='lifecycle { create_before_destroy = true }'

record create "" "$(data web '{ name = "web", size = 2, tags = { team = "core" } }'; data db '"db"')"
record update "$(data web '{ name = "web", size = 2, policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:GetObject"] }] }), script = "#!/bin/sh\necho one\nexit 0\n", config = "server:\n  port: 80\n  hosts: [a, b]\n" }')" \
  "$(data web '{ name = "web", size = 3, policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"] }] }), script = "#!/bin/sh\necho two\nexit 0\n", config = "server:\n  port: 8080\n  hosts: [a, b]\n" }')"
record replace "$(data web '"web"' "$(replaced '"a"')")" "$(data web '"web"' "$(replaced '"b"')")"
record replace-create-first "$(data web '"web"' "$(replaced '"a"' "$first")")" "$(data web '"web"' "$(replaced '"b"' "$first")")"
record replace-triggered "$(data a '"1"'; data b '"x"' 'lifecycle { replace_triggered_by = [terraform_data.a] }')" "$(data a '"2"'; data b '"x"' 'lifecycle { replace_triggered_by = [terraform_data.a] }')"
record replace-requested "$(data web '"web"')" "$(data web '"web"')" -replace=terraform_data.web
record delete "$(data web '"web"'; data db '"db"')" "$(data web '"web"')"
record destroy "$(data web '"web"'; data db '"db"')" "$(data web '"web"'; data db '"db"')" -destroy
record count-index "$(data web 'element(["a", "b", "c"], count.index)' 'count = 3')" "$(data web 'element(["b", "c"], count.index)' 'count = 2')"
record each-key "$(data web 'each.key' 'for_each = toset(["a", "b"])')" "$(data web 'each.key' 'for_each = toset(["a"])')"
record wrong-repetition "$(data web '"web"' 'count = 1')" "$(data web '"web"' 'for_each = toset(["x"])')"
record forget "$(data web '"web"'; data db '"db"')" "$(data web '"web"'; printf 'removed {\n  from = terraform_data.db\n  lifecycle { destroy = false }\n}\n')"
record move "$(data web '"web"')" "$(data app '"web"'; printf 'moved {\n  from = terraform_data.web\n  to   = terraform_data.app\n}\n')"
record missing-moved "$(data web '{ name = "web", size = 2, zone = "a" }')" "$(data app '{ name = "web", size = 2, zone = "a" }')"
record import "" "$(data web '"web"'; printf 'import {\n  to = terraform_data.web\n  id = "i-1"\n}\n')"
record import-only "" "$(printf 'resource "terraform_data" "web" {}\nimport {\n  to = terraform_data.web\n  id = "i-1"\n}\n')"
record outputs-only "$(printf 'output "a" { value = "1" }\noutput "b" { value = "x" }\n')" "$(printf 'output "a" { value = "2" }\noutput "c" { value = "y" }\n')"
record no-change "$(data web '"web"')" "$(data web '"web"')"
fails=1 record errored "$(data web '"web"')" "$(data web '"new"'; data db '"db"' 'lifecycle {
    precondition {
      condition     = terraform_data.web.input == "old"
      error_message = "Not old."
    }
  }')"
record targeted "$(data web '"web"'; data db '"db"')" "$(data web '"new"'; data db '"new"')" -target=terraform_data.web
record refresh-only "$(data web '"web"')" "$(data web '"web"'; printf 'output "a" { value = "1" }\n')" -refresh-only
record sensitive "$(printf 'variable "password" {\n  type      = string\n  default   = "canary-one-4711"\n  sensitive = true\n}\n'; data db '{ user = "admin", password = var.password }'; printf 'output "db" {\n  value     = terraform_data.db.input\n  sensitive = true\n}\n')" \
  "$(printf 'variable "password" {\n  type      = string\n  default   = "canary-two-4712"\n  sensitive = true\n}\n'; data db '{ user = "admin", password = var.password }'; printf 'output "db" {\n  value     = terraform_data.db.input\n  sensitive = true\n}\n')"
record sensitive-removed "$(data db '{ user = "admin", token = sensitive("canary-one-4711") }')" "$(data db '{ user = "admin", token = "canary-one-4711" }')"
record sensitive-added "$(data db '{ user = "admin", token = "canary-one-4711" }')" "$(data db '{ user = "admin", token = sensitive("canary-one-4711") }')"
record checks "$(data web '"web"')" "$(data web '"new"' 'lifecycle {
    postcondition {
      condition     = self.output != "old"
      error_message = "Old."
    }
  }'; printf 'check "health" {\n  assert {\n    condition     = terraform_data.web.input == "web"\n    error_message = "The web is %%s not <b>well</b> @team."\n  }\n}\n')"
workspace=prod record workspace "$(data web 'terraform.workspace')" "$(data web '"${terraform.workspace}-2"')"
unset workspace
record unknown "$(data a '"1"' "$(replaced '"a"')"; data b 'terraform_data.a.id')" "$(data a '"1"' "$(replaced '"b"')"; data b 'terraform_data.a.id')"
left_over='{ "deposed": "0badc0de", "schema_version": 0, "attributes": { "id": "old", "input": null, "output": null, "triggers_replace": null } },'
deposed="$left_over" record deposed "$(data web '"web"')" "$(data web '"web"')"
unset deposed
for name in module module-moved; do
  mkdir -p "$work/$name/net"
  data subnet '{ cidr = "10.0.0.0/24", zone = "a", name = "net" }' >"$work/$name/net/main.tf"
done
record module "" "$(printf 'module "net" {\n  source = "./net"\n}\n')"
record module-moved "$(printf 'module "net" {\n  source = "./net"\n}\n')" "$(printf 'module "network" {\n  source = "./net"\n}\n')"
