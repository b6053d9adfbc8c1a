#!/bin/sh
# Holds the tables of docs/guard.md, "What the guard holds to", to the code: each function that a row
# names in its second column is in src/, each test of its third is in tests/unit/.
#
# Usage: tools/check_rules.sh [TREE]
set -eu
cd "${1:-$(dirname "$0")/..}"
tab=$(printf '\t')

# kind, name: a line each.
names() {
    sed '1,/^## What the guard holds to/d' docs/guard.md | awk -F'|' '
        /^\| rule/ || /^\|---/ || !/^\|/ { next }
        {
            functions = $3
            while (match(functions, /`[a-z_0-9]+`/)) {
                print "function\t" substr(functions, RSTART + 1, RLENGTH - 2)
                functions = substr(functions, RSTART + RLENGTH)
            }
            tests = $4
            gsub(/[a-z_]+: /, "", tests) # the program that the test is in
            while (match(tests, /[a-z0-9]+_[a-z_0-9]*[a-z0-9]/)) {
                print "test\t" substr(tests, RSTART, RLENGTH)
                tests = substr(tests, RSTART + RLENGTH)
            }
        }'
}

bad=0
count=0
for line in $(names | sort -u | tr "$tab" ':'); do
    name=${line#*:}
    count=$((count + 1))
    case $line in
    function:*) grep -rqw "$name" src && continue ;;
    test:*) grep -rqF "static void $name(void **state)" tests/unit && continue ;;
    esac
    echo "docs/guard.md: no ${line%%:*} is named $name"
    bad=1
done
[ $count -gt 0 ] || { echo "docs/guard.md: no table of rules" && bad=1; }
exit $bad
