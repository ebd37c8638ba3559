#!/usr/bin/env bash
# Runs every check and every test project. The last line is "N passed, N failed"; the exit code is 0 only without a failure.
# shellcheck disable=SC2317 # functions are run by name, through check
set -uo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root" || exit 1

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# Nothing may outlive a CI run.
[[ ${CI:-} == true ]] && export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false

reports="$root/artifacts/test-reports"
rm -rf "$reports" && mkdir -p "$reports"
passed=0
failed=0
failures=()

finish() {
  if [[ ${#failures[@]} -gt 0 ]]; then
    printf '\nFailed:\n'
    printf '  %s\n' "${failures[@]}"
  fi
  printf '%d passed, %d failed\n' "$passed" "$failed"
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

# test_project PROJECT: runs the compiled test program and adds what its report says.
test_project() {
  local name
  name="$(basename "$1" .csproj)"
  local report="$reports/$name.xml" log="$reports/$name.log" started=$SECONDS
  local program="artifacts/msbuild/bin/$name/release/$name"
  local code total ok bad skipped errors
  timeout --kill-after=10 1200 "$program" -noLogo -noColor -longRunning 60 -xml "$report" -trx "$reports/$name.trx" >"$log" 2>&1
  code=$?
  read -r total ok bad skipped errors < <([[ -f $report ]] && counts_of "$report")
  if [[ -z ${total:-} ]]; then
    fail "$name ended with exit code $code and without a report"
    sed 's/^/        /' "$log"
    return
  fi

  passed=$((passed + ok))
  [[ $bad -gt 0 ]] && fail "$name: $bad failed" "$bad"
  [[ $errors -gt 0 ]] && fail "$name: $errors errors outside of tests" "$errors"
  [[ $total -eq 0 ]] && fail "$name: no test was found"
  [[ $skipped -gt 0 && ${CI:-} == true ]] && fail "$name: $skipped skipped, and nothing may be skipped in CI" "$skipped"
  [[ $code -ne 0 && $((bad + errors)) -eq 0 && $total -gt 0 ]] && fail "$name: every test passed, but the program ended with exit code $code"
  printf '%-7s %s: %d passed, %d failed, %d skipped (%d s)\n' \
    "$([[ $code -eq 0 ]] && printf ok || printf FAILED)" "$name" "$ok" "$bad" "$skipped" $((SECONDS - started))
  [[ $code -eq 0 ]] || sed 's/^/        /' "$log"
}

restored() { dotnet restore Actions.sln --locked-mode; }
compiled() { dotnet build Actions.sln --no-restore --nologo -c Release -warnaserror; }
published() { make --no-print-directory build; }
formatted() { dotnet format Actions.sln --no-restore --verify-no-changes; }
shell_clean() { scripts | xargs shellcheck --external-sources; }
yaml_clean() { yamllint --strict --config-file eng/yamllint.yml .github actions; }

check restore restored || finish
check build compiled || finish
check publish published || finish
check format formatted
check shellcheck shell_clean
check yamllint yaml_clean
for project in tests/*/*.Tests.csproj; do
  test_project "$project"
done
finish
