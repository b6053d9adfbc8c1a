#!/bin/sh
# tools/check_text.sh rejects what must not be left in the tree, and tools/format.sh --check a file
# that is laid out otherwise. Broken words and shell quotes keep this file itself acceptable.
set -eu
tools=$1/tools
. "$1/tests/house/tap.sh"
check=$tools/check_text.sh

fresh
printf 'int main(void)\n{\n    return 0;\n}\n' | file src/cli/main.c
printf 'a path, tools/work/shop, is nobody'"'"'s machine\n' | file README.md
accept "a good tree" "$check" "$tree"

for word in 'TO''DO' 'FIX''ME' 'X''XX' 'HA''CK' 'not yet impl''emented'; do
    fresh
    printf '\n/* %s: later */\n' "$word" | file src/base/base.c
    reject "the mark $word" "src/base/base.c:2: unfinished" "$check" "$tree"
done

for path in /ho''me/somebody/enduse /ro''ot/x /wo''rk/main/x; do
    fresh
    echo "cp $path ." | file tools/copy.sh
    reject "the path $path" "tools/copy.sh:1: a path of some machine" "$check" "$tree"
done

fresh
echo "https://registry.""npmjs.org/x" | file package.json
reject "a registry's host" "package.json:1: a host" "$check" "$tree"

fresh
printf 'good\nbad \n' | file docs/page.md
reject "a space at the end" "docs/page.md:2: spaces at the end" "$check" "$tree"

fresh
printf 'int x;\n\tint y;\n' | file src/base/base.c
reject "a tab in C" "src/base/base.c:2: a tab" "$check" "$tree"

fresh
printf 'int x;' | file src/base/base.c
reject "no last newline" "src/base/base.c: no newline at its end" "$check" "$tree"

fresh
yes 'int x;' | head -n 701 | file src/base/base.c
reject "a long file" "src/base/base.c: 701 lines" "$check" "$tree"
mkdir -p "$tree/tests/unit"
mv "$tree/src/base/base.c" "$tree/tests/unit/test_base.c"
accept "a test as long" "$check" "$tree"
yes 'int x;' | head -n 1001 | file tests/unit/test_base.c
reject "a longer test" "tests/unit/test_base.c: 1001 lines" "$check" "$tree"

fresh
git -C "$scratch" init -q "$tree"
echo '/build/' | file .gitignore
printf 'bad \n' | file build/generated.c
printf 'bad \n' | file src/base/new.c
reject "a new file that git does not track yet" "src/base/new.c:1: spaces" "$check" "$tree"
rm "$tree/src/base/new.c"
accept "a file that git ignores" "$check" "$tree"

status=0
"$tools/format.sh" --check >/dev/null 2>&1 || status=$?
if [ $status = 77 ]; then
    cases=$((cases + 2))
    echo "ok $((cases - 1)) # SKIP clang-format 14 is not installed"
    echo "ok $cases # SKIP clang-format 14 is not installed"
else
    fresh
    cp "$1/.clang-format" "$tree"
    printf 'int x;\n\nint y  = 1;\nint z  = 1;\n' | file src/base/base.c
    reject "a layout of its own" "src/base/base.c:3: laid out otherwise" \
        "$tools/format.sh" --check "$tree"
    printf 'int x;\n\nint y = 1;\n' | file src/base/base.c
    accept "our layout" "$tools/format.sh" --check "$tree"
fi

finish
