#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs and runs a real llama.cpp server with a tiny model, for the conformance tests of other
# servers.
#
#   llama_cpp.sh install
#   llama_cpp.sh start PORT LOGFILE
#   llama_cpp.sh stop LOGFILE
#
# install  puts the Python packages xllamacpp (llama.cpp's server as a library) and gguf, and a model
#          of random weights, into the cache folder (150 MB). The second call returns at once.
# start    runs the server, waits until /health answers 200, prints "ready URL" and returns. Hand the
#          URL to the tests in VLLM_CLIENT_CONFORMANCE_LLAMA_URL.
# stop     ends the process that start made for LOGFILE.
#
# Environment:
#   VLLM_CLIENT_CACHE  cache folder (default: ${XDG_CACHE_HOME:-~/.cache}/vllm-client)
#   READY_TIMEOUT      start: seconds to wait for /health (default: 60)
#
# Exit status: 0 done; 1 failed; 2 wrong usage; 75 the package index refuses the install.
set -euo pipefail

readonly package_version=2026.10.11549
readonly gguf_version=0.19.0

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${VLLM_CLIENT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vllm-client}
root=$cache/llama-cpp-$package_version
python=$root/venv/bin/python
model=$root/tiny.gguf

say() { printf 'llama_cpp: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

usage() {
    sed -n '3,/^set -e/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
    exit 2
}

install() {
    mkdir -p "$root"
    exec 9>"$root/lock"
    flock 9
    if [[ ! -f $root/packages.stamp ]]; then
        rm -rf "$root/venv"
        python3 -m venv "$root/venv" >&2 || die "python3 -m venv failed"
        if ! "$python" -m pip install --quiet --only-binary :all: \
            "xllamacpp==$package_version" "gguf==$gguf_version" >&2; then
            say "NO llama.cpp: pip could not install xllamacpp $package_version"
            exit 75
        fi
        touch "$root/packages.stamp"
    fi
    "$python" "$here/llama_cpp_server.py" model "$model.new" >&2 || die "no model could be written"
    mv "$model.new" "$model"
    say "installed in $root"
}

# The start time of process $1: with the id it names the process for good.
start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# Succeeds while the process recorded for log $1 runs; fills `process`.
is_running() {
    local started
    [[ -f $1.pid ]] || return 1
    { read -r process && read -r started; } <"$1.pid" || return 1
    [[ -n $started && $(start_time "$process") == "$started" ]]
}

is_healthy() { curl -fsS -o /dev/null -m 2 "http://127.0.0.1:$1/health" 2>/dev/null; }

start() {
    (($# == 2)) && [[ $1 =~ ^[0-9]+$ ]] || usage
    local port=$1 log=$2 left=${READY_TIMEOUT:-60} process
    [[ -f $model ]] || die "not installed: run $0 install"
    is_running "$log" && die "a server with the log $log is already running"
    (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && die "another program listens on port $port"
    "$python" "$here/llama_cpp_server.py" serve "$model" "$port" </dev/null >"$log" 2>&1 &
    printf '%s\n%s\n' "$!" "$(start_time "$!")" >"$log.pid"
    until is_healthy "$port"; do
        is_running "$log" || { tail -n 5 "$log" >&2; die "the server ended"; }
        ((left-- > 0)) || { stop "$log"; die "the server was not ready in time"; }
        sleep 1
    done
    printf 'ready http://127.0.0.1:%s\n' "$port"
}

stop() {
    (($# == 1)) || usage
    local process round
    if is_running "$1"; then
        kill "$process" 2>/dev/null || true
        for round in 1 2 3 4 5 6 7 8 9 10; do
            is_running "$1" || break
            ((round == 8)) && kill -9 "$process" 2>/dev/null
            sleep 0.5
        done
    fi
    rm -f "$1.pid"
}

case ${1:-} in
    install) (($# == 1)) || usage; install ;;
    start) shift; start "$@" ;;
    stop) shift; stop "$@" ;;
    *) usage ;;
esac
