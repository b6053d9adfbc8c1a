#!/bin/sh
# Builds the fuzz targets with clang and runs each for FUZZ_SECONDS, as many at a time as there are
# processors. build/fuzz/corpus/NAME keeps what a target has learnt, from run to run;
# build/fuzz/findings/ the inputs that broke one. Fails when there was such an input.
#
# Usage: [FUZZ_SECONDS=N] tools/fuzz.sh [NAME...]  run these targets; all when none is named
#        tools/fuzz.sh --list                      build, and print the targets' names
#        tools/fuzz.sh --one NAME                  run one target that is built
set -eu
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-60}

build() {
    CC=clang-14 tools/configure.sh build/fuzz/build \
        -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false
    ninja -C build/fuzz/build --quiet >&2
}

names() {
    find build/fuzz/build/tests/fuzz -maxdepth 1 -type f -name 'fuzz_*' ! -name '*.*' |
        sed 's,.*/fuzz_,,' | LC_ALL=C sort
}

one() { # NAME
    corpus=build/fuzz/corpus/$1
    log=build/fuzz/$1.log
    seeds=tests/fuzz/seeds/$1
    [ -d "$seeds" ] || seeds=
    [ -x "build/fuzz/build/tests/fuzz/fuzz_$1" ] || {
        echo "$1: not built, or no such target; tools/fuzz.sh --list builds and names them" >&2
        return 1
    }
    mkdir -p "$corpus" build/fuzz/findings
    # shellcheck disable=SC2086
    if "build/fuzz/build/tests/fuzz/fuzz_$1" -max_total_time="$seconds" -timeout=20 \
        -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="build/fuzz/findings/$1-" \
        "$corpus" $seeds >"$log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        echo "$1: nothing found in $seconds s, $runs runs, $(ls "$corpus" | wc -l) inputs kept"
    else
        tail -n 40 "$log"
        echo "$1: FOUND something; the input is in build/fuzz/findings/, the report in $log"
        return 1
    fi
}

case "${1:-}" in
--list)
    build
    names
    ;;
--one)
    one "$2"
    ;;
*)
    build
    [ $# -gt 0 ] || set -- $(names)
    echo "fuzzing $# targets, $seconds s each"
    printf '%s\n' "$@" | xargs -P "$(nproc)" -n 1 tools/fuzz.sh --one
    ;;
esac
