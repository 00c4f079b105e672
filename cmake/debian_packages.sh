# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034  # the lists are read by their names
# Sourced by examples/demo.sh, tests/run.sh and .ci/run: installs the Debian packages that a job
# needs and that are not there yet. Elsewhere than on Debian and its kin it only says what is needed.
#
#   install_debian_packages build        to build everything but the tests
#   install_debian_packages build test   to build and run the tests too
#   install_debian_packages build test check   for sanitizers, fuzzers, format and tidy as well

debian_packages_build="g++ cmake ninja-build pkg-config ca-certificates ccache
    libcurl4-openssl-dev libsimdjson-dev zlib1g-dev libssl-dev libspdlog-dev
    nlohmann-json3-dev libboost1.81-dev libcli11-dev libmagic-dev"
debian_packages_test="libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev python3 clang
    binutils openssl git"
debian_packages_check="libclang-rt-14-dev clang-tidy clang-format python3-venv doxygen lcov valgrind"

debian_package_is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]
}

# Runs a command as root, by sudo if need be.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "this needs root, or sudo: $*" >&2
        return 1
    fi
}

install_debian_packages() {
    local set list package missing=""
    for set in "$@"; do
        list="debian_packages_$set"
        for package in ${!list}; do
            if ! command -v dpkg-query >/dev/null || ! debian_package_is_installed "$package"; then
                missing="$missing $package"
            fi
        done
    done
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null; then
        echo "no apt-get here; these Debian packages, or their like, are needed:$missing" >&2
        return 0
    fi
    echo "installing:$missing"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update </dev/null || return 1
    # shellcheck disable=SC2086  # a list of words
    as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -q -y -o Dpkg::Use-Pty=0 \
        install --no-install-recommends $missing </dev/null
}
