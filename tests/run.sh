#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing (Debian 12; root or sudo), builds the preset dev and runs its tests.
#
#   tests/run.sh                all tests but the real server's
#   tests/run.sh --label unit   only those of a label: unit, fault, conformance, example, fuzz,
#                               package, structure
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

label=()
if [[ ${1:-} == --label && -n ${2:-} ]]; then
    label=(--label-regex "^($2)\$")
elif (($# > 0)); then
    sed -n '3,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
fi

finish() {
    local status=$?
    ((status == 0)) || echo "tests/run.sh: FAILED (exit status $status)"
}
trap finish EXIT

started=$SECONDS
# shellcheck source=cmake/debian_packages.sh
. cmake/debian_packages.sh
install_debian_packages build test
jobs=$(nproc)
cmake --preset dev
cmake --build --preset dev --parallel "$jobs"
built=$SECONDS
ctest --preset dev --parallel "$jobs" "${label[@]}" </dev/null
echo "tests/run.sh: all passed (build $((built - started)) s, tests $((SECONDS - built)) s)"
