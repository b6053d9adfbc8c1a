#!/bin/sh
# Case bundles: a use that a disconnection stopped, and the order itself, put together from a guard's
# folder and the authority, and verified by somebody who has neither.
set -eu
. "$2/tests/scenarios/scenario.sh" "$1" "$2"
. "$scenarios/world.sh"
. "$scenarios/office.sh"

quietly "$enduse" installation enrol IN-0001 --folder guard --place 'The capital' --build "$build" \
    --certificate EC.certificate --licence IL.licence --roll R.roll --escrow K0 --demo \
    --key defence.key
declare_use D1
declare_use D2
under() { # NAME CMD...: becomes a run with the declaration NAME
    declared=$1
    shift
    exec "$enduse" run --folder guard --demo --declaration "$declared.declaration" \
        --approval W.approval -- "$@"
}
under D1 sh -c ': >ready; while :; do sleep 0.05; done' >run.out 2>&1 </dev/null &
running=$!
until [ -e ready ]; do
    kill -0 $running || {
        cat run.out
        echo "Bail out! the use did not begin"
        exit 1
    }
    sleep 0.02
done
order OR-2026-0035 kind=disconnect
quietly "$enduse" order issue OR-2026-0035 instrument=@OR-2026-0035.order --key defence.key
code=0
wait $running || code=$?
same "the order stops the use" 124 echo $code

make() { # OPTION...: a bundle of what is given, by the program as it is called online
    "$enduse" bundle make --demo --force --key defence.key "$@"
}
refused() {
    (under D2 echo never) >run.out 2>&1 </dev/null || test $? = 126
}
# Each start of a guard asks for news first, and so shows the head that it ended with.
accept "after it nothing is permitted" refused
accept "nor the second time" refused

# With both sides, and opened.
accept "a bundle is made" make --guard guard --declaration D1.declaration --document W.approval \
    --open subject --open operator --out case.bundle
pin=$("$enduse" root verify 0001.root --demo | sed -n 's/^authority: \([0-9a-f]*\).*/\1/p')

# Somebody else, who has the file and the pin.
stop_office
unset ENDUSE_URL ENDUSE_ROOT
exits 0 "Everything holds." verify bundle case.bundle --pin "$pin" --demo
exits 0 "proven: order OR-2026-0035, to disconnect: signed by a ministry" verify bundle case.bundle \
    --pin "$pin" --demo
exits 0 "proven: the guard of IN-0001 says that it obeyed order OR-2026-0035" verify bundle \
    case.bundle --pin "$pin" --demo
exits 0 "within the terms, is what the documents say" verify bundle case.bundle --pin "$pin" --demo
exits 0 "disconnected, is what the documents say" verify bundle case.bundle --pin "$pin" --demo
exits 0 "claimed: that nothing else belongs to the case" verify bundle case.bundle --demo
exits 0 "subject: c1 (opened from the record)" bundle show case.bundle --pin "$pin" --demo
exits 0 "in force from" bundle show case.bundle --pin "$pin" --demo
exits 0 "enrol installation/IN-0001, by D-01 Defence One (defence)" bundle show case.bundle \
    --pin "$pin" --demo
prints_json verify bundle case.bundle --pin "$pin" --demo --json
exits 3 "demonstration" verify bundle case.bundle --pin "$pin"
exits 3 "not the root that was pinned" verify bundle case.bundle --demo \
    --pin 0000000000000000000000000000000000000000000000000000000000000000
exits 3 "" verify bundle EC.certificate --demo
exits 1 "not found" verify bundle missing.bundle --demo
size=$(wc -c <case.bundle)
for part in 2 5 8; do
    cp case.bundle flipped.bundle
    flip flipped.bundle $((size * part / 10))
    exits 3 "" verify bundle flipped.bundle --demo
done
cut_file case.bundle $((size - 1)) cut.bundle
exits 3 "" verify bundle cut.bundle --demo

# From the guard's folder alone.
exits 0 "documents" bundle make --demo --guard guard --declaration D1.declaration \
    --document W.approval --out use.bundle
exits 0 "within the terms, is what the documents say" verify bundle use.bundle --demo
exits 1 "a record about the declaration" bundle make --demo --guard guard \
    --declaration D2.declaration --out no.bundle
exits 0 "the authority's lease of" verify bundle use.bundle --demo
exits 1 "exists" bundle make --demo --guard guard --record 0 --out use.bundle
exits 0 "6 documents" bundle make --demo --guard guard --record 0 --out record.bundle
exits 1 "a record of that number" bundle make --demo --guard guard --record 99999 --out no.bundle
exits 3 "subject, file or operator" bundle make --demo --guard guard --open phone --out no.bundle
exits 3 "--guard or --url" bundle make --demo --out no.bundle
exits 3 "--out FILE is missing" bundle make --demo --guard guard
accept "nothing was written" test ! -e no.bundle

# Online again: about the order alone.
"$enduse" serve --data office --demo --listen 127.0.0.1:0 >serve2.out 2>serve2.log &
server=$!
until grep -q 'serving on' serve2.out; do
    kill -0 "$server" || {
        cat serve2.log
        echo "Bail out! the server did not start again"
        exit 1
    }
    sleep 0.05
done
ENDUSE_URL=$(sed -n 's,^serving on \(.*\)/$,\1,p' serve2.out)
export ENDUSE_URL
exits 1 "Give your key" bundle make --demo --file order/OR-2026-0035 --root 0001.root \
    --out no.bundle
exits 0 "0 records" bundle make --demo --file order/OR-2026-0035 --key defence.key \
    --root 0001.root --out order.bundle
exits 1 "refused (404)" bundle make --demo --file order/OR-1999-0001 --key defence.key \
    --root 0001.root --out no.bundle
exits 3 "KIND/NUMBER" bundle make --demo --file OR-2026-0035 --out no.bundle
exits 1 "cannot be reached" bundle make --demo --file order/OR-2026-0035 --root 0001.root \
    --url http://127.0.0.1:1 --out no.bundle
stop_office
exits 0 "form IL-2021-12, version 1, is the one in the certificate: signed by both ministries" \
    verify bundle order.bundle --demo
exits 0 "no use: this is a bundle about orders" bundle show order.bundle --demo
exits 0 "obeyed by IN-0001" bundle show order.bundle --demo
exits 0 "Everything holds." verify bundle order.bundle --demo

# Two versions of a form.
exits 0 "They are the same." form compare F.form one.form
cp -r "$forms/il-2021-12" draft
exits 0 "form compare" form compare --help
sed 's/maximumMonths >= 72/maximumMonths >= 71/' "$forms/il-2021-12/clauses.cedar" \
    >draft/clauses.cedar
exits 2 "  5: changed: Serious crimes" form compare F.form draft
exits 2 "+ within: 5" form compare F.form draft
prints_json form compare F.form draft --json
rm draft/orders.json
exits 1 "new" form compare F.form draft
exits 1 "old" form compare missing draft
exits 3 "an operand is missing" form compare F.form

finish
