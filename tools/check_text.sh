#!/bin/sh
# Fails, naming file and line, on what must not be left in the tree: marks of unfinished work, paths
# and hosts of somebody's machine, spaces at the end of a line, tabs in C, a file without a last
# newline, and source files so long that they hold more than one thing.
#
# Usage: tools/check_text.sh [TREE]
set -eu
cd "${1:-$(dirname "$0")/..}"
# A source file holds one thing; a test file may hold many cases of it.
longest=700
longest_test=1000

failed=0

# The files of the tree: what git tracks or would, else all that is not built.
files() {
    if [ -e .git ]; then
        git ls-files --cached --others --exclude-standard
    else
        find . -type f ! -path './build/*' ! -path './node_modules/*' | sed 's,^\./,,'
    fi | LC_ALL=C sort
}

# Files that come from elsewhere, word for word.
ours() { grep -vxE 'LICENSE|package-lock\.json'; }

# complain WORDS REGEX: each line that matches, as file:line: WORDS: the line.
complain() {
    if files | ours | tr '\n' '\0' | xargs -0 grep -nIE -e "$2" /dev/null | cut -c1-160 |
        sed "s/^\([^:]*:[0-9]*\):/\1: $1:/" | grep .; then
        failed=1
    fi
}

# Bracketed letters keep these lines from finding themselves.
complain 'unfinished' '\b(TO[D]O|FI[X]ME|X[X]X|HA[C]K)\b|not (yet )?implemen[t]ed'
complain 'a path of some machine' '(^|[^A-Za-z0-9_.])/([w]ork|[h]ome|[r]oot|[f]arm)/|/tmp/[b]ash_jobs'
complain 'a host that this machine happens to use' '(registr[y]|de[b])\.[a-z]+\.(org|com)'
complain 'spaces at the end' '[[:blank:]]+$'

for file in $(files | grep -E '\.[ch]$' || :); do
    awk -v file="$file" '/\t/ { print file ":" NR ": a tab"; tabs = 1 } END { exit tabs }' \
        "$file" || failed=1
done
for file in $(files | ours | grep -E '\.(c|h|sh|py|js|awk|scss|html|css|sql|md|txt|build)$' || :); do
    if [ -s "$file" ] && [ "$(tail -c 1 "$file" | wc -l)" = 0 ]; then
        echo "$file: no newline at its end"
        failed=1
    fi
done
for file in $(files | grep -E '\.(c|h|sh|py|js|awk|scss|sql)$' || :); do
    case "$file" in
    tests/*) limit=$longest_test ;;
    *) limit=$longest ;;
    esac
    lines=$(wc -l <"$file")
    if [ "$lines" -gt $limit ]; then
        echo "$file: $lines lines; the limit is $limit, so that a file holds one thing"
        failed=1
    fi
done
exit $failed
