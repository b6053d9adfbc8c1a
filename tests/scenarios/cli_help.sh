#!/bin/sh
# Help, manual page and completion come from one table; wrong command lines are said plainly.
set -eu
. "$2/tests/scenarios/scenario.sh" "$1" "$2"

exits 0 "Commands:" --help
exits 0 "Commands:" help
exits 0 "enduse 0.1.0" --version
exits 0 "key new" help key
exits 0 "--passphrase-file FILE" help key new
exits 3 'no such command: "kye"' kye
exits 3 "Did you mean: enduse key" kye
exits 3 "Did you mean: enduse key new" key nwe
exits 3 'no such command: "frobnicate"' help frobnicate
exits 3 "See: enduse help" frobnicate
exits 3 "no such option" key new --frobnicate name
exits 3 'no such option: "--outt"; did you mean --out' licence make --outt x
exits 3 "an operand is missing: NAME" key new
exits 3 "one operand too many" key new a b
exits 3 "--out FILE is missing" licence make number=L
exits 3 "--out needs a value" licence make -o
exits 3 "--out is given twice" licence make -o a -o b
exits 3 "--json takes no value" key show --json=yes k
exits 3 "it can also be set as ENDUSE_URL" exporter register EX-1
exits 3 "no such option: \"-x\"" key id -x
exits 3 "NAME is empty" key new ""
exits 3 "NAME is empty" key new folder/
exits 0 "signatories=JSON, a list, each with" certificate make --help
exits 0 "kind=limit|suspend|disconnect" order make --help
exits 0 "issued=TIME; now without it" licence make --help

# Every command has help, which names each of its options; the manual names each command.
"$enduse" help --completion >completion
"$enduse" help --manual >manual
accept "the completion is a script for bash" sh -c '! command -v bash || bash -n completion'
sed -n "s/^    '\([a-z -]*\) '\*) words='\(.*\)' ;;/\1|\2/p" completion >commands
accept "there are more than fifty commands" sh -c '[ $(wc -l <commands) -gt 50 ]'
while IFS='|' read -r name options; do
    case $name in serve) continue ;; esac
    missing=
    # shellcheck disable=SC2086
    "$enduse" $name --help >text || missing="help fails"
    for option in $options; do
        grep -q -e "$option" text || missing="$missing $option"
    done
    grep -q "^Usage: enduse $name" text || missing="$missing usage"
    awk 'length > 120 {exit 1}' text || missing="$missing long-lines"
    grep -q "^\.Ss enduse $name\$" manual || missing="$missing manual"
    echo "missing: $missing" >"$scratch/output"
    [ -z "$missing" ] && verdict 0 "help of $name" || verdict 1 "help of $name"
done <commands

# No kind of file at the authority without its commands; what returns add up to has no acts.
for kind in $(sed -n 's/^### \([a-z]*\)$/\1/p' "$2/docs/api.md" | grep -vx usage); do
    exits 0 "enduse $kind" help "$kind"
done

# The manual page in the tree is that of the table.
accept "man/enduse.1 is as \`enduse help --manual\` prints it" diff "$2/man/enduse.1" manual
same "mandoc finds nothing" "" mandoc -Tlint manual

# Who closes the output early is not told about it; any other failure of it is said.
same "a reader that went away is no news" ".\\\" Made by: enduse help --manual. Edit the table of \
commands (src/cli), not this." sh -c '"$0" help --manual 2>&1 | head -n 1' "$enduse"
accept "writing to a full device fails with 1" sh -c '
    [ -e /dev/full ] || exit 0
    "$0" help >/dev/full 2>error; [ $? = 1 ] && grep -q "standard output" error' "$enduse"
finish
