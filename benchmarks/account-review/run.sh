#!/usr/bin/env bash
# Times a review of an account with thousands of things, against the stand-in on this machine: wall time, memory, API calls.
# run.sh [THINGS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

things="${1:-10000}"
make --no-print-directory artifacts/bin/account-review/.published
dotnet build tests/ScalewayStandIn --nologo -v quiet -c Release
coproc server { artifacts/msbuild/bin/ScalewayStandIn/release/ScalewayStandIn "$things"; }
read -r address organisation secret storage <&"${server[0]}"
for _ in 1 2 3; do
  SCW_SECRET_KEY="$secret" /usr/bin/time --format '%e s wall, %U s user, %M KB' artifacts/bin/account-review/account-review \
    --api-url "$address" --object-storage-url "$storage" --access-key SCWREV1EWREV1EWREV11 --organization "$organisation" --fail-on none 2>&1 | tail -n 2
done
exec {server[1]}>&-
wait "$server_PID" || true
