#!/usr/bin/env bash
# Records the sample account of the tests anew.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

dotnet build tests/ScalewayStandIn --nologo -v quiet -c Release
coproc server { artifacts/msbuild/bin/ScalewayStandIn/release/ScalewayStandIn; }
read -r address organisation secret storage <&"${server[0]}"
SCW_SECRET_KEY="$secret" artifacts/bin/account-review/account-review --api-url "$address" --object-storage-url "$storage" --organization "$organisation" \
  --access-key SCWREV1EWREV1EWREV11 --record examples/account/recording.jsonl --fail-on none
exec {server[1]}>&-
wait "$server_PID" || true
