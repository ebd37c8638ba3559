#!/usr/bin/env bash
# Runs a program on files of another repository, as pre-commit asks for it: pre-commit.sh PROGRAM FILE...
# Where the program was not built yet, it is built first, in the copy of this repository that pre-commit keeps.
set -euo pipefail
# shellcheck source=eng/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

program="${1:?the name of a program}"
shift
# pre-commit starts a hook several times at once.
exec 9>"$root/.pre-commit.lock"
if have flock; then flock 9; fi
make --silent --directory "$root" "artifacts/bin/$program/.published" >&2
exec 9>&-
exec "$root/artifacts/bin/$program/$program" "$@"
