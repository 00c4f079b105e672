#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing (Debian 12; root or sudo), builds, and shows the main job against the
# embedded simulated server: a streamed chat, a batch of prompts, embeddings.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

finish() {
    local status=$?
    ((status == 0)) || echo "examples/demo.sh: FAILED (exit status $status)"
}
trap finish EXIT

# shellcheck source=cmake/debian_packages.sh
. cmake/debian_packages.sh
install_debian_packages build
# A tree of its own, without tests: it needs fewer packages and less time than the preset's.
cmake --preset release -B build/demo -DVLLM_CLIENT_BUILD_TESTS=OFF -DVLLM_CLIENT_BUILD_BENCH=OFF
cmake --build build/demo --parallel "$(nproc)" --target example_demo
echo
build/demo/bin/example_demo
echo
echo "examples/demo.sh: done"
