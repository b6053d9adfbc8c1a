#!/bin/sh
# docs/cedar.md is true: every command in it prints what it says, in examples/cedar; and its table of
# limits is that of limits.h.
set -eu
. "$2/tests/scenarios/scenario.sh" "$1" "$2"
page=$2/docs/cedar.md
cp "$2"/examples/cedar/* .
mkdir bin
ln -s "$enduse" bin/enduse
PATH=$PWD/bin:$PATH

# Each example to files: N.command, N.expected. Blocks are indented by four spaces and end before a
# line that is not; empty lines within one belong to it.
awk '
    /^    \$ / {
        count++
        print substr($0, 7) >(count ".command")
        held = ""
        inside = 1
        printf "" >(count ".expected")
        next
    }
    inside && /^    / { printf "%s%s\n", held, substr($0, 5) >(count ".expected"); held = ""; next }
    inside && /^$/ { held = held "\n"; next }
    { inside = 0 }
' "$page"
count=0
while [ -f $((count + 1)).command ]; do
    count=$((count + 1))
    status=0
    sh $count.command >$count.found 2>&1 </dev/null || status=$?
    diff $count.expected $count.found >"$scratch/output" || status=99
    # 0 to 3 are decisions and verdicts; what is expected shows which.
    [ $status -lt 4 ] && status=0
    verdict $status "docs/cedar.md: $(cut -c1-70 $count.command)"
done
accept "the page has its examples" [ $count -ge 7 ]

sed -n 's/^    \(CEDAR_[A-Z_]*\) = \(.*\),$/\1|\2/p' "$2/src/cedar/limits.h" >limits
accept "limits.h has its limits" sh -c '[ $(wc -l <limits) -ge 17 ]'
while IFS='|' read -r name value; do
    number=$(eval "echo \$(($value))")
    accept "docs/cedar.md: $name" grep -q "^| \`$name\` | $number " "$page"
done <limits
same "no limit that is not there" "$(wc -l <limits)" grep -c '^| `CEDAR_' "$page"
finish
