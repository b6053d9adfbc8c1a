#!/bin/sh
# tools/sum_tests.py counts every case, and nothing that went wrong is lost.
set -eu
sums=$1/tools/sum_tests.py
. "$1/tests/house/tap.sh"

# runs RESULT STDOUT: a build folder in which one test of the suite unit ended so.
runs() {
    fresh
    echo '[{"name": "t", "suite": ["enduse:unit"]}]' | file meson-info/intro-tests.json
    printf '{"name": "enduse:unit / t", "result": "%s", "stdout": "%s"}\n' "$1" "$2" |
        file meson-logs/testlog.json
}
# closing STATUS: the last line, given meson's status, and whether the command succeeded.
closing() {
    if python3 "$sums" "$tree" "$1" >"$scratch/sums"; then end=good; else end=bad; fi
    echo "$(tail -n 1 "$scratch/sums") ($end)"
}
sum() { # NAME STATUS CLOSING-LINE
    case "$3" in *" 0 failed, "*) end=good ;; *) end=bad ;; esac
    same "$1" "$3 ($end)" closing "$2"
}

runs OK '1..2\nok 1 - a\nok 2 - b\n'
sum "each case counts" 0 "2 passed, 0 failed, 0 skipped"
runs OK '1..2\nok 1 - a\nnot ok 2 # SKIP b\n'
sum "cmocka's way to say skipped" 0 "1 passed, 0 failed, 1 skipped"
runs FAIL '1..2\nok 1 - a\nnot ok 2 - b\n'
sum "a failed case" 1 "1 passed, 1 failed, 0 skipped"
runs ERROR '1..3\nok 1 - a\n'
sum "a crash after one case" 1 "1 passed, 1 failed, 0 skipped"
runs OK '1..3\nok 1 - a\n'
sum "an end before the planned cases" 0 "1 passed, 2 failed, 0 skipped"
runs OK '1..1\nok 1 - a\n1..2\nok 1 - b\nok 2 - c\nok 2 - c\n'
sum "two groups, and a child's copy of a line" 0 "3 passed, 0 failed, 0 skipped"
runs OK 'ok 1 - a\nok 2 - b\n1..3\n'
sum "a plan after the cases" 0 "2 passed, 1 failed, 0 skipped"
runs OK 'hello\n'
sum "a program that prints no TAP" 0 "1 passed, 0 failed, 0 skipped"
runs SKIP ''
sum "a program that was skipped" 0 "0 passed, 0 failed, 1 skipped"
runs TIMEOUT 'hello\n'
sum "a program that took too long" 1 "0 passed, 1 failed, 0 skipped"
runs OK '1..1\nok 1 - a\n'
sum "meson itself failed" 2 "1 passed, 1 failed, 0 skipped"
rm "$tree/meson-logs/testlog.json"
sum "no test ran" 0 "0 passed, 1 failed, 0 skipped"

finish
