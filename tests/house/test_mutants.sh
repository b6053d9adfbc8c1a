#!/bin/sh
# tools/mutants.py tells a fault that is noticed from one that is not, and refuses rows that say
# nothing, on a tree of one file and one test.
set -eu
mutants=$1/tools/mutants.py
. "$1/tests/house/tap.sh"

fresh
file meson.build <<'END'
project('tiny', 'c')
test('tiny_twice', executable('test_twice', 'twice.c', 'test_twice.c'), suite: 'unit')
test('other', executable('test_other', 'test_other.c'), suite: 'unit')
END
file twice.c <<'END'
int twice(int number);

int twice(int number)
{
    return number + number;
}
END
file test_twice.c <<'END'
int twice(int number);

int main(void)
{
    return twice(3) == 6 ? 0 : 1;
}
END
printf 'int main(void)\n{\n    return 1;\n}\n' | file test_other.c

# table BLOCK...: each a name, the old text and the new.
table() {
    while [ $# -gt 0 ]; do
        printf '[%s]\ntwice.c\n- %s\n+ %s\n\n' "$1" "$2" "$3"
        shift 3
    done | file tests/mutants/tiny.txt
}
# Leaves what was said in $scratch/run, too.
run() {
    end=0
    "$mutants" --source "$tree" --jobs 1 "$@" tiny >"$scratch/run" 2>&1 || end=1
    cat "$scratch/run"
    return $end
}

table wrong "number + number" "number + 1"
accept "a fault that is noticed" run
accept "is counted, and the test named" grep -qx "killed   wrong: tiny_twice" "$scratch/run"
accept "the last line" grep -qx "1 killed, 0 survived" "$scratch/run"
accept "the tree is as it was" grep -q "number + number" "$tree/twice.c"

table wrong "number + number" "number + 1" same "number + number" "2 * number" \
    crash "return number" "*(volatile int *)0 = 1; return number"
reject "an equal program" "SURVIVED same (twice.c)" run
accept "a crash is noticed" grep -q "^killed   crash" "$scratch/run"
accept "both are counted" grep -qx "2 killed, 1 survived" "$scratch/run"

table wrong "number + number" "number + 1" broken "number + number" "number +"
reject "a fault that cannot be built" "broken: cannot be built" run
accept "does not keep the others from being tried" grep -q "^killed   wrong" "$scratch/run"

table gone "number - number" "0"
reject "a text that is not there" "gone: the old text stands 0 times in twice.c" run --look
table often "number" "0"
reject "a text that is there more than once" "often: the old text stands 4 times" run --look
table idle "number + number" "number + number"
reject "a row that changes nothing" "idle: nothing is changed" run --look
table two "number + number" "0" two "number + number" "1"
reject "a name that stands twice" "the name two stands twice" run --look
table one "number + number" "0"
accept "rows that fit" run --look
reject "a name that is not there" "no mutant is named three" "$mutants" --source "$tree" tiny three
printf 'no block\n' | file tests/mutants/tiny.txt
reject "a table that is none" "not a mutant: no block" run --look

table wrong "number + number" "number + 1"
sed 's/== 6/== 7/' "$tree/test_twice.c" >"$scratch/test" && cp "$scratch/test" "$tree/test_twice.c"
reject "a test that fails anyway" "The test tiny_twice fails without any mutant." run

finish
