#!/bin/sh
# tools/check_rules.sh accepts rows that are true, and rejects what is named and not there.
set -eu
check=$1/tools/check_rules.sh
. "$1/tests/house/tap.sh"

good() {
    fresh
    echo 'int open_door(void);' | file src/guard/door.c
    echo 'static void a_door_opens(void **state)' | file tests/unit/test_door.c
    file docs/guard.md <<'END'
| not a rule | `gone_door` | door: gone |

## What the guard holds to

| rule | kept by | tested by |
|---|---|---|
| doors open | `open_door`, door.c | door_test: a_door_opens |
END
}

good
accept "rows that are true" "$check" "$tree"

good
sed -i 's/open_door/close_door/' "$tree/docs/guard.md"
reject "a function that is gone" "no function is named close_door" "$check" "$tree"

good
sed -i 's/a_door_opens/a_door_closes/' "$tree/docs/guard.md"
reject "a test that is gone" "no test is named a_door_closes" "$check" "$tree"

good
echo 'static void a_door_opens_twice(void **state)' | file tests/unit/test_door.c
reject "a test of a longer name" "no test is named a_door_opens" "$check" "$tree"

good
echo '# The guard' | file docs/guard.md
reject "no table at all" "no table of rules" "$check" "$tree"

finish
