#!/usr/bin/env bash
# Runs every check and every test project. The last line is "N passed, N failed"; the exit code is 0 only without a failure.
# shellcheck disable=SC2317 # functions are run by name, through check
set -uo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# Nothing may outlive a CI run.
[[ ${CI:-} == true ]] && export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false

reports="$root/artifacts/test-reports"
passed=0
failed=0
failures=()

finish() {
  if [[ ${#failures[@]} -gt 0 ]]; then
    printf '\nFailed:\n'
    printf '  %s\n' "${failures[@]}"
  fi
  printf '%d passed, %d failed\n' "$passed" "$failed" | tee "$reports/summary.txt"
  [[ $failed -eq 0 ]]
  exit
}

fail() {
  failed=$((failed + ${2:-1}))
  failures+=("$1")
}

# check NAME COMMAND...: one check; its output is shown only when it fails.
check() {
  local name="$1" log="$reports/$1.log" started=$SECONDS
  shift
  if "$@" >"$log" 2>&1; then
    passed=$((passed + 1))
    printf 'ok      %s (%d s)\n' "$name" $((SECONDS - started))
  else
    fail "$name"
    printf 'FAILED  %s (%d s)\n' "$name" $((SECONDS - started))
    sed 's/^/        /' "$log"
    return 1
  fi
}

scripts() { find .ci eng -type f \( -name '*.sh' -o -name run \); }

# Reads "total passed failed skipped errors" out of xunit's XML report.
counts_of() {
  awk '
    /<assembly / {
      while (match($0, /(total|passed|failed|skipped|errors)="[0-9]+"/)) {
        split(substr($0, RSTART, RLENGTH), pair, "=")
        gsub(/"/, "", pair[2])
        if (!(pair[1] in seen)) seen[pair[1]] = pair[2]
        $0 = substr($0, RSTART + RLENGTH)
      }
      found = 1
      exit
    }
    END { if (found) print seen["total"] + 0, seen["passed"] + 0, seen["failed"] + 0, seen["skipped"] + 0, seen["errors"] + 0 }
  ' "$1"
}

# test_program NAME PROGRAM: runs a compiled test program and adds what its report says.
test_program() {
  local name="$1" report="$reports/$1.xml" log="$reports/$1.log" started=$SECONDS before=$failed code
  local total='' ok bad skipped errors
  timeout --kill-after=10 3000 "$2" -noLogo -noColor -longRunning 60 -xml "$report" -trx "$reports/$name.trx" >"$log" 2>&1
  code=$?
  [[ -f $report ]] && read -r total ok bad skipped errors < <(counts_of "$report")
  if [[ -z $total ]]; then
    fail "$name ended with exit code $code and without a report"
  else
    passed=$((passed + ok))
    [[ $bad -gt 0 ]] && fail "$name: $bad failed" "$bad"
    [[ $errors -gt 0 ]] && fail "$name: $errors errors outside of tests" "$errors"
    [[ $total -eq 0 ]] && fail "$name: no test was found"
    [[ $skipped -gt 0 && ${CI:-} == true ]] && fail "$name: $skipped skipped, and nothing may be skipped in CI" "$skipped"
    [[ $code -ne 0 && $failed -eq $before ]] && fail "$name: every test passed, but the program ended with exit code $code"
  fi

  if [[ $failed -eq $before ]]; then
    printf 'ok      %s: %d passed, %d skipped (%d s)\n' "$name" "$ok" "$skipped" $((SECONDS - started))
  else
    printf 'FAILED  %s (%d s)\n' "$name" $((SECONDS - started))
    sed 's/^/        /' "$log"
  fi
}

restored() { dotnet restore Actions.sln --locked-mode; }
compiled() { dotnet build Actions.sln --no-restore --nologo -c Release -warnaserror; }
published() { make --no-print-directory build; }
infra_valid() { eng/infra-validate.sh; }
formatted() { dotnet format Actions.sln --no-restore --verify-no-changes; }
shell_clean() { scripts | xargs shellcheck --external-sources; }
yaml_clean() { yamllint --strict --config-file eng/yamllint.yml .github actions; }

main() {
  cd "$root" || exit 1
  rm -rf "$reports" && mkdir -p "$reports"
  check restore restored || finish
  check build compiled || finish
  check publish published || finish
  check format formatted
  check shellcheck shell_clean
  check yamllint yaml_clean
  check terraform infra_valid
  local project name
  for project in tests/*/*.Tests.csproj; do
    name="$(basename "$project" .csproj)"
    test_program "$name" "artifacts/msbuild/bin/$name/release/$name"
  done
  finish
}

# Sourced by the tests of its parts, it runs nothing.
if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main; fi
