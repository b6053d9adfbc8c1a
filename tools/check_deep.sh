#!/bin/sh
# The long checks, for hours: both compilers, valgrind, deliberate faults and coverage, every test
# with its long loops (ENDUSE_DEEP=1), and each fuzz target for FUZZ_SECONDS (900). What has passed
# is kept for the commit in build/deep/COMMIT.tsv, so that a second call goes on where the first was
# stopped; a tree with changes that are not committed starts anew each time.
#
# Usage: tools/check_deep.sh
#        tools/check_deep.sh --step RESULTS NAME COMMAND...  one step (this script calls itself)
set -eu
cd "$(dirname "$0")/.."
tab=$(printf '\t')

# Runs a step unless it has passed already. A row: name, passed or failed, seconds, the last line
# of its output.
step() { # RESULTS NAME COMMAND...
    results=$1
    name=$2
    shift 2
    if grep -q "^$name${tab}passed$tab" "$results"; then
        echo "$name: passed before"
        return
    fi
    log=${results%.tsv}/$(echo "$name" | tr ' ' '_').log
    mkdir -p "${results%.tsv}"
    echo "$name: begins (log: $log)"
    start=$(date +%s)
    outcome=passed
    "$@" >"$log" 2>&1 </dev/null || outcome=failed
    printf '%s\t%s\t%s\t%s\n' "$name" $outcome $(($(date +%s) - start)) \
        "$(grep -v '^make' "$log" | tail -n 1)" >>"$results"
    tail -n 1 "$results"
}

if [ "${1:-}" = --step ]; then
    shift
    step "$@"
    exit 0
fi

sanitized=-Db_sanitize=address,undefined
commit=$(git rev-parse HEAD)
[ -z "$(git status --porcelain)" ] || commit=$commit-changed
results=build/deep/$commit.tsv
mkdir -p build/deep
case "$commit" in *-changed) rm -f "$results" ;; esac
: >>"$results"

CC=gcc tools/configure.sh build/check $sanitized
step "$results" "gcc" tools/test.sh build/check
CC=clang-14 tools/configure.sh build/clang $sanitized -Db_lundef=false
step "$results" "clang" tools/test.sh build/clang
CC=gcc tools/configure.sh build/valgrind
step "$results" "valgrind" tools/test.sh build/valgrind --suite unit -t 30 --wrapper \
    "valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect"
for table in cedar http site; do
    step "$results" "mutants $table" tools/mutants.py $table
done
step "$results" "coverage" tools/coverage.py cedar

ENDUSE_DEEP=1
export ENDUSE_DEEP
for test in $(meson test -C build/check --no-rebuild --list --no-suite house 2>/dev/null |
    sed -n 's,.* / ,,; /^[a-z0-9_]*$/p'); do
    step "$results" "long $test" tools/test.sh build/check -t 100 "$test"
done

FUZZ_SECONDS=${FUZZ_SECONDS:-900}
export FUZZ_SECONDS
tools/fuzz.sh --list | xargs -P "$(nproc)" -I '{}' tools/check_deep.sh --step "$results" \
    "fuzz {} $FUZZ_SECONDS s" tools/fuzz.sh --one '{}'

echo
echo "$commit"
# A step's last row is what counts.
awk -F '\t' '
    !($1 in outcome) { order[++steps] = $1 }
    { outcome[$1] = $2; row[$1] = $0 }
    END {
        for (i = 1; i <= steps; i++) {
            split(row[order[i]], field, "\t")
            printf "%-24s %-7s %6d s  %s\n", field[1], field[2], field[3], field[4]
            count[field[2]]++
        }
        printf "%d passed, %d failed, 0 skipped\n", count["passed"], count["failed"]
        exit count["failed"] ? 1 : 0
    }
' "$results"
