#!/bin/sh
# Builds FOLDER (tools/configure.sh made it), runs its tests and sums up their cases. The last line
# is "N passed, N failed, N skipped"; fails when a case failed or a program crashed.
#
# Usage: tools/test.sh FOLDER [TEST | MESON-TEST-OPTION]...
set -eu
cd "$(dirname "$0")/.."

folder=$1
shift

ninja -C "$folder"
rm -f "$folder"/meson-logs/testlog*.json
# cmocka's own default hides the count of its cases; a sanitizer's finding must end the program.
CMOCKA_MESSAGE_OUTPUT=TAP
ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1}
UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}
export CMOCKA_MESSAGE_OUTPUT ASAN_OPTIONS UBSAN_OPTIONS
status=0
meson test -C "$folder" --no-rebuild --print-errorlogs "$@" </dev/null || status=$?
exec python3 tools/sum_tests.py "$folder" "$status"
