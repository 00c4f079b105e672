#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the conformance suite.
#
#   run_conformance.sh [GTEST OPTIONS...]          against the simulated server
#   run_conformance.sh --real [GTEST OPTIONS...]   against two real vLLM servers that it installs,
#                                                  starts on free ports and stops again
#
# Environment:
#   TEST_CONFORMANCE   the built program (default: build/dev/bin/test_conformance)
#   VLLM_CLIENT_CONFORMANCE_GENERATE_URL, VLLM_CLIENT_CONFORMANCE_EMBED_URL
#                      without --real: running servers to use in place of the simulated one
#   further ones, and the place of the install: see real_vllm.sh
#
# Exit status: 0 all passed; 1 a test or a server failed; 75 the real servers cannot be installed
# here; nothing was tested then.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=${TEST_CONFORMANCE:-$here/../../build/dev/bin/test_conformance}
if [[ ! -x $program ]]; then
    echo "run_conformance: no program $program; build the target test_conformance" >&2
    exit 1
fi

if [[ ${1:-} != --real ]]; then
    exec "$program" "$@"
fi
shift

"$here/real_vllm.sh" install
logs=$(mktemp -d)
stop_servers() {
    local log
    for log in "$logs"/generate.log "$logs"/embed.log; do
        [[ ! -f $log.pid ]] || "$here/real_vllm.sh" stop "$log"
    done
    rm -rf "$logs"
}
trap stop_servers EXIT
trap 'exit 143' TERM INT

# Two free ports, held together so that they differ.
read -r generate_port embed_port < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(s.getsockname()[1] for s in sockets))')

"$here/real_vllm.sh" start generate "$generate_port" "$logs/generate.log" &
generate_start=$!
"$here/real_vllm.sh" start embed "$embed_port" "$logs/embed.log" &
embed_start=$!
status=0
wait "$generate_start" || status=1
wait "$embed_start" || status=1
((status == 0)) || exit 1

# A server newer than the recorded listings may have routes and fields that no test covers.
for port in "$generate_port" "$embed_port"; do
    curl -sSf --max-time 60 -o "$logs/openapi.json" "http://127.0.0.1:$port/openapi.json"
    VLLM_CLIENT_OPENAPI=$logs/openapi.json python3 -B "$here/../structure/protocol_coverage.py"
done

VLLM_CLIENT_CONFORMANCE_GENERATE_URL=http://127.0.0.1:$generate_port \
    VLLM_CLIENT_CONFORMANCE_EMBED_URL=http://127.0.0.1:$embed_port "$program" "$@" || exit 1
