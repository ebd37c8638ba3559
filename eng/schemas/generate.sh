#!/usr/bin/env bash
# Writes the embedded schemas anew from the packages that sources.json names. Needs node 20+, npm and network; nothing else does.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
packages=${1:-$(mktemp -d)}
output="$here/../../src/Actions.Shared/Validation/Schemas/Data"

node "$here/fetch.mjs" "$packages"
npm ci --prefix "$here" --ignore-scripts --no-audit --no-fund --silent
node "$here/generate.mjs" "$packages" "$output"
