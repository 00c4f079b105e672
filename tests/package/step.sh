#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One step of the package test; CMakeLists.txt beside it lists them and their order.
#
#   step.sh NAME [ARGUMENT...]
#
# Environment: SOURCE the source tree, BUILD the build tree under test, WORK a folder for everything
# made here, GXX and CLANGXX the compilers.
set -euo pipefail

here=${SOURCE:?}/tests/package
readonly strict=(-std=c++20 -Wall -Wextra -Wpedantic -Werror)
# The same sources are compiled in several folders: let ccache, where it is, see that.
export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$SOURCE
# ccache sees it in folders as deep as that of the build under test, compiled in the same way.
readonly as_tested=(-G Ninja -DCMAKE_BUILD_TYPE=Debug -DVLLM_CLIENT_WARNINGS_AS_ERRORS=ON)

fail() { echo "FAILED: $*" >&2; exit 1; }

# build KIND OPTIONS...: configures, builds and installs one kind of package, then moves it, since an
# installed tree must not mind.
build() {
    local kind=$1 tree=$BUILD-package-$1
    shift
    cmake -S "$SOURCE" -B "$tree" "${as_tested[@]}" -DCMAKE_CXX_COMPILER="$GXX" \
        -DVLLM_CLIENT_BUILD_TESTS=OFF -DVLLM_CLIENT_BUILD_EXAMPLES=OFF \
        -DVLLM_CLIENT_BUILD_PROGRAMS=OFF "$@"
    cmake --build "$tree" --parallel "$(nproc)"
    install_tree "$kind" "$tree"
}

install_tree() {
    local kind=$1 tree=$2
    rm -rf "${WORK:?}/$kind" "$WORK/first-$kind"
    cmake --install "$tree" --prefix "$WORK/first-$kind" >/dev/null
    mv "$WORK/first-$kind" "$WORK/$kind"
    local leaks
    leaks=$(grep -rlF -e "$SOURCE" -e "$WORK" -e "$BUILD" "$WORK/$kind"/{lib*/cmake,lib*/pkgconfig,include} || true)
    [[ -z $leaks ]] || fail "build paths in installed files: $leaks"
    [[ -f $(echo "$WORK/$kind"/share/doc/*/LICENSE) ]] || fail "no LICENSE installed"
}

step_install_static() { install_tree static "$BUILD"; }
step_build_static() { build static -DBUILD_SHARED_LIBS=OFF; }
step_build_shared() { build shared -DBUILD_SHARED_LIBS=ON; }
step_build_minimal() {
    build minimal -DBUILD_SHARED_LIBS=ON -DVLLM_CLIENT_WITH_JSON=OFF -DVLLM_CLIENT_WITH_TESTING=OFF \
        -DVLLM_CLIENT_WITH_REALTIME=OFF -DVLLM_CLIENT_WITH_SPDLOG=OFF
}

library_folder() { dirname "$(find "$WORK/$1" -name 'libvllm_client.*' | head -n 1)"; }
core_of() { echo "$(library_folder "$1")/libvllm_client.so"; }

run_beside_simulator() {
    local kind=$1
    shift
    LD_LIBRARY_PATH=$(library_folder "$kind") "$BUILD/bin/with_simulator" "$@"
}

# --- what the shared library needs and shows ---

# needed_libraries KIND LIBRARY...: the core needs exactly these, besides the C and C++ run time.
step_needed_libraries() {
    local kind=$1 needed
    shift
    needed=$(readelf -d "$(core_of "$kind")" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
        grep -vE '^(libstdc\+\+\.so\.6|libgcc_s\.so\.1|libc\.so\.6|libm\.so\.6|ld-linux.*)$' | sort)
    echo "$needed"
    [[ $needed == "$(printf '%s\n' "$@" | sort)" ]] || fail "expected: $*"
    readelf -d "$(core_of "$kind")" | grep -q 'SONAME.*\[libvllm_client\.so\.0\.1\]' ||
        fail "SONAME is not libvllm_client.so.0.1"
}

# Only vllm_client symbols of this version are shown; those of the standard library's templates,
# which every C++ library has, and type information aside.
step_exported_symbols() {
    local foreign ours
    foreign=$(nm -DC --defined-only "$(core_of "$1")" | cut -d' ' -f3- |
        sed -E 's/^(typeinfo|typeinfo name|vtable|VTT|guard variable) for //; s/\(.*//' |
        grep -E '^(simdjson|spdlog|fmt)::|^curl_|deflate|^EVP_|^vllm_client::v0_1::(api|c_api|wire|transport|pipeline|runtime|metrics|request)::' || true)
    [[ -z $foreign ]] || fail "exported: $(head -n 20 <<<"$foreign")"
    ours=$(nm -DC --defined-only "$(core_of "$1")" | grep -c 'vllm_client::v0_1::')
    echo "$ours symbols of vllm_client::v0_1"
    ((ours > 50)) || fail "too few symbols are exported"
}

# --- the headers ---

step_headers_alone() {
    local compiler=$1 header checked=0
    cd "$WORK/static/include"
    for header in $(find vllm_client -name '*.h' | sort); do
        echo "#include \"$header\"" |
            "$compiler" "${strict[@]}" -I . -fsyntax-only -x c++ - || fail "$header"
        checked=$((checked + 1))
    done
    ((checked > 20)) || fail "only $checked headers"
    echo "$checked headers compile alone"
}

# --- consumers ---

# consume KIND FOLDER COMPILER: by find_package.
step_consume() {
    local kind=$1 project=$2 compiler=$3 tree
    tree=$WORK/consumer-$kind-$project-$(basename "$compiler")
    rm -rf "$tree"
    cmake -S "$here/$project" -B "$tree" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
        -DCMAKE_PREFIX_PATH="$WORK/$kind"
    cmake --build "$tree"
    run_beside_simulator "$kind" "$tree/consumer"
}

# pkg_config KIND SOURCE COMPILER OPTIONS...: no CMake, and -I, so that all warnings count.
step_pkg_config() {
    local kind=$1 source=$2 compiler=$3 static=() flags binary
    shift 3
    [[ $kind == static ]] && static=(--static)
    PKG_CONFIG_PATH=$(library_folder "$kind")/pkgconfig
    export PKG_CONFIG_PATH
    pkg-config --exists --print-errors 'vllm-client >= 0.1'
    flags=$(pkg-config "${static[@]}" --cflags --libs vllm-client)
    binary=$WORK/pkg-config-$kind-$(basename "$source" .cc)-$(basename "$compiler")$(printf %s "$@")
    # shellcheck disable=SC2086  # a list of words
    "$compiler" "${strict[@]}" "$@" "$here/find_package/$source" -o "$binary" $flags
    run_beside_simulator "$kind" "$binary"
}

# The calling card as printed must compile; with the simulator's address instead, it must run.
step_snippet() {
    local compiler=$1 copy
    copy=$WORK/snippet-$(basename "$compiler").cc
    "$compiler" "${strict[@]}" -I "$WORK/static/include" -fsyntax-only "$here/find_package/snippet.cc"
    sed 's|"http://localhost:8000"|std::getenv("VLLM_CLIENT_BASE_URL")|' \
        "$here/find_package/snippet.cc" >"$copy"
    grep -q getenv "$copy" || fail "the address was not found in the snippet"
    PKG_CONFIG_PATH=$(library_folder static)/pkgconfig
    export PKG_CONFIG_PATH
    # shellcheck disable=SC2046  # a list of words
    "$compiler" "${strict[@]}" "$copy" -o "${copy%.cc}" \
        $(pkg-config --static --cflags --libs vllm-client)
    run_beside_simulator static "${copy%.cc}"
}

step_subproject() {
    local route=$1 tree=$BUILD-package-$1
    rm -rf "$tree"
    cmake -S "$here/subproject" -B "$tree" "${as_tested[@]}" -DCMAKE_CXX_COMPILER="$GXX" \
        -DCMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)" -DVLLM_CLIENT_SOURCE="$SOURCE" -DROUTE="$route" \
        -DVLLM_CLIENT_WITH_JSON=OFF -DVLLM_CLIENT_WITH_TESTING=OFF -DVLLM_CLIENT_WITH_REALTIME=OFF -DVLLM_CLIENT_WITH_SPDLOG=OFF
    cmake --build "$tree" --parallel "$(nproc)"
    "$BUILD/bin/with_simulator" "$tree/consumer"
    if cmake --install "$tree" --prefix "$WORK/not-installed" >/dev/null && [[ -e $WORK/not-installed/include ]]; then
        fail "a subproject installs itself into its parent's prefix"
    fi
}

# --- what must not compile ---

# refused SOURCE MESSAGE OPTIONS...: compiles as it is; with the options it fails with the message.
step_refused() {
    local source=$here/find_package/$1 message=$2 compiler output
    shift 2
    for compiler in "$GXX" "$CLANGXX"; do
        "$compiler" "${strict[@]}" -I "$WORK/static/include" -fsyntax-only "$source"
        if output=$("$compiler" "${strict[@]}" "$@" -I "$WORK/static/include" -fsyntax-only "$source" 2>&1); then
            fail "$compiler took $source with $*"
        fi
        grep -q -- "$message" <<<"$output" || fail "$compiler does not say '$message': $output"
    done
}

step=$1
shift
mkdir -p "$WORK"
"step_$step" "$@"
