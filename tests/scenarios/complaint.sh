#!/bin/sh
# A complaint by somebody without an account, and the case that it opens: triage, hold, erasure.
set -eu
. "$2/tests/scenarios/scenario.sh" "$1" "$2"
. "$scenarios/world.sh"
. "$scenarios/office.sh"

exits 3 "a required member is missing (expected what)" complaint make when=March where=P \
    evidence=device
exits 3 "rumour" complaint make what=W when=M where=P evidence=rumour
quietly "$enduse" complaint make what='My telephone was taken over.' when='In March.' \
    where='The capital.' evidence=device evidence=message contact='A. Person, +972 0 000 000'
reference=$(sed -n 's/^reference: //p' quietly.out)
sed -n 's/^secret: //p' quietly.out >secret
echo 00000000000000000000000000000000 >other
exits 0 "state: received" complaint follow "$reference" --secret-file secret
prints_json complaint follow "$reference" --secret-file secret --json
exits 1 "404" complaint follow "$reference" --secret-file other
exits 1 "404" complaint follow CP-000000000000 --secret-file secret
exits 3 "REFERENCE" complaint follow no/name --secret-file secret
# The secret is no operand, which others on the machine could see; nor is it guessed at.
exits 3 "operand" complaint follow "$reference" "$(cat secret)"
exits 3 "a terminal to ask at" complaint follow "$reference"
echo "$(cat secret)0" >long
exits 3 "the secret" complaint follow "$reference" --secret-file long
exits 1 "not found" complaint follow "$reference" --secret-file none

# Who complained is for those who work on the case. Nothing of it is in the log.
exits 0 "origin: complaint" file show "case/$reference" --key defence.key
exits 0 "A. Person" file show "complainant/$reference" --key defence.key
exits 1 "nobody is logged in" file show "complainant/$reference"
held() { # TABLE COLUMN: in how many rows the contact stands
    python3 -c 'import sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute(f"SELECT {sys.argv[3]} FROM {sys.argv[2]}")
print(sum(b"A. Person" in (v.encode() if isinstance(v, str) else v) for v, in rows))' \
        office/office.db "$@"
}
same "no event holds the contact" 0 held event body
same "no file does" 0 held file body
same "it is sealed beside them" 1 held sealed contact
exits 0 "Everything holds." verify events office/office.db --demo

# A hold stops erasure; without it nothing is left.
exits 1 "a case that is closed" complainant erase "$reference" reason='Asked to.' --key defence.key
quietly "$enduse" case hold "$reference" reason='A court asked.' --key foreign.key
quietly "$enduse" case triage "$reference" pursue=false reasons='Not of ours.' --key defence.key
exits 1 "not held" complainant erase "$reference" reason='Asked to.' --key defence.key
quietly "$enduse" case release "$reference" --key foreign2.key
exits 0 "state: closed" complaint follow "$reference" --secret-file secret
exits 0 "complainant/$reference" complainant erase "$reference" reason='Asked to.' \
    --key defence.key
exits 0 "state: erased" file show "complainant/$reference" --key defence.key
stop_office
accept "nothing is left of the contact" sh -c '! grep -qa "A. Person" office/office.db*'
exits 0 "Everything holds." verify events office/office.db --demo
exits 0 "0 rows were not" rebuild office/office.db --demo
finish
