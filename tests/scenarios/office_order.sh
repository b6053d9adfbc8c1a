#!/bin/sh
# An order at the office, as people type it: drafted from a template with a preview of what stops,
# shown before it is signed, issued, obeyed, confirmed, and given back by both ministries.
set -eu
. "$2/tests/scenarios/scenario.sh" "$1" "$2"
. "$scenarios/world.sh"
. "$scenarios/office.sh"
quietly "$enduse" installation enrol IN-0001 --folder guard --place 'The capital' --build "$build" \
    --certificate EC.certificate --licence IL.licence --roll R.roll --escrow K0 --demo \
    --key defence.key

about="reason=Reported. contact=orders@authority.example"
# draft CODE TEXT NUMBER OPTION...: by the desk of the defence ministry
draft() {
    wanted=$1
    text=$2
    shift 2
    # shellcheck disable=SC2086
    exits "$wanted" "$text" order draft "$@" $about --key defence2.key
}
# says TEXT...: the last output has these lines
says() {
    cp "$scratch/output" said
    for text; do
        accept "it says \"$text\"" grep -qxF -e "$text" said
    done
}

# What a template leaves, and what it therefore stops, in words; the clauses that will be signed.
draft 0 "state: drafted" OR-1 --template limit-functions --set functions=stored-data \
    licence=IL-2026-0017
says "kind: limit" "licence: IL-2026-0017" "template: limit-functions" \
    "stops the functions: location" "for: every installation of the licence" \
    "enrolled when it was drafted: IN-0001" "reason: Reported." "clauses:" \
    '  unless { [EndUse::Function::"stored-data"].contains(context.function) };'
exits 0 "stops the functions: location" order progress OR-1 --key foreign.key
prints_json order progress OR-1 --json --key foreign.key

# What the office would refuse, the command does too.
draft 1 "limit-cows" OR-9 --template limit-cows licence=IL-2026-0017
draft 3 "functions" OR-9 --template limit-functions licence=IL-2026-0017
draft 1 "404" OR-9 --template limit-functions --set functions=location licence=IL-0000
draft 3 "licence" OR-9 --template limit-functions --set functions=location
draft 3 "kind" OR-9 licence=IL-2026-0017
draft 3 "either --template or --lifts" OR-9 --template suspend --lifts OR-1
draft 3 "belong to --template" OR-9 kind=suspend licence=IL-2026-0017 --set functions=location
draft 1 "--lifts" OR-9 --lifts OR-8
exits 1 "404" order progress OR-9 --key defence.key

# Issued is what was drafted and shown, and nothing else.
quietly "$enduse" order make --template limit-functions --set functions=location \
    --certificate EC.certificate number=OR-1 licence=IL-2026-0017 reason=Other. \
    contact=orders@authority.example --key defence.key -o other.order
exits 1 "the very document of this file" order issue OR-1 --instrument other.order --key defence.key
exits 0 "stops the functions: location" order issue OR-1 --key defence.key
exits 1 "a draft" order issue OR-1 --key defence.key
exits 0 "confirmed: not yet by the other ministry" order progress OR-1 --key defence.key
exits 0 "state: limited" file show licence/IL-2026-0017 --key defence.key

# The other ministry adds its signature to what it is shown; nobody confirms their own.
exits 3 "signed twice by the same key" order confirm OR-1 --key defence.key
exits 0 "stops the functions: location" order confirm OR-1 --key foreign.key
exits 0 "state: confirmed" order progress OR-1 --key defence.key
quietly "$enduse" file document order/OR-1 -o OR-1.order --key defence.key
exits 0 "signed by: F-01" order verify OR-1.order --demo

# A draft that is discarded issues nothing.
draft 0 "stops: every use; none begins, and those that run end" OR-2 --template suspend \
    licence=IL-2026-0017
quietly "$enduse" order discard OR-2 --key defence2.key
exits 1 "a draft" order issue OR-2 --key defence.key
exits 0 "state: discarded" order progress OR-2 --key defence.key

# Drafted while a use runs, which stops when it is issued.
cat >deaf.sh <<'END'
trap '' TERM
: >ready
while :; do sleep 0.05; done
END
quietly "$enduse" approval make approval.json certificate=@EC.certificate number=W-2 \
    functions=stored-data --key court.key -o W2.approval
quietly "$enduse" declaration make declaration.json certificate=@EC.certificate \
    licence=@IL.licence approval=@W2.approval facts.function=stored-data --key operator.key \
    -o D1.declaration
"$enduse" run --folder guard --demo --declaration D1.declaration --approval W2.approval \
    --function stored-data -- sh deaf.sh >stopped 2>&1 </dev/null &
running=$!
rounds=0
until [ -e ready ]; do
    rounds=$((rounds + 1))
    [ $rounds -lt 500 ] || {
        cat stopped
        echo "Bail out! the use did not begin"
        exit 1
    }
    sleep 0.02
done
draft 0 "stops: every use; none begins, and those that run end" OR-3 --template disconnect \
    licence=IL-2026-0017
exits 0 "order/OR-3" order issue OR-3 --key foreign.key
code=0
wait $running || code=$?
same "the use is stopped" 124 echo $code
obeyed() { # the receipt comes when the use has ended: 10 s at most
    rounds=0
    until "$enduse" order progress OR-3 --key defence.key >said && grep -q '^obeyed: ' said; do
        rounds=$((rounds + 1))
        [ $rounds -lt 100 ] || return 1
        sleep 0.1
    done
}
accept "it was obeyed" obeyed
accept "the time that it took is said" \
    grep -q '^obeyed: IN-0001, .* ms after it was issued; 1 use stopped$' said
accept "and when it was delivered" grep -q '^delivered: IN-0001, ' said

# Given back by both, in one document; what kind of order that is, the office's file says.
draft 0 "stops: nothing; it gives back, and needs both ministries" OR-4 --lifts OR-3
says "kind: restore" "licence: IL-2026-0017"
exits 3 "the signatures of both ministries" order issue OR-4 --key foreign.key
exits 0 "1 signature" order take OR-4 -o OR-4.order --key foreign.key
exits 0 "2 signatures" order sign OR-4.order --key defence.key
exits 0 "order/OR-4" order issue OR-4 --instrument OR-4.order --key defence.key
exits 0 "lifted by the order: OR-4" order progress OR-3 --key defence.key
draft 0 "kind: lift" OR-5 --lifts OR-1
exits 0 "order" order take OR-5 --unsigned -o OR-5.payload --key foreign.key
exits 0 "1 signature" order sign OR-5.payload --key defence.key -o OR-5.order
quietly "$enduse" order sign OR-5.order --key foreign.key
exits 0 "order/OR-5" order issue OR-5 --instrument OR-5.order --key foreign.key
exits 0 "state: active" file show licence/IL-2026-0017 --key defence.key
stop_office
exits 0 "Everything holds." verify events office/office.db --demo
finish
