#!/bin/sh
# Builds the benchmarks, optimized, and runs them one after the other, or those named. Ends with what
# they measured, a line each: name, value, unit, goal, between tabs.
#
# Usage: tools/bench.sh [NAME...]
set -eu
cd "$(dirname "$0")/.."
folder=build/bench

CC=gcc tools/configure.sh $folder -Dbuildtype=release
ninja -C $folder meson-benchmark-prereq
rm -f $folder/meson-logs/testlog*.json
status=0
meson test -C $folder --no-rebuild --benchmark --num-processes 1 --print-errorlogs "$@" \
    </dev/null || status=$?
echo
python3 - $folder/meson-logs/testlog*.json <<'EOF'
import json, sys

for path in sys.argv[1:]:
    try:
        log = open(path)
    except FileNotFoundError:
        sys.exit("no benchmark ran")
    for run in map(json.loads, log):
        for line in (run.get("stdout") or "").splitlines():
            if line.count("\t") == 3:
                print(line)
EOF
exit $status
