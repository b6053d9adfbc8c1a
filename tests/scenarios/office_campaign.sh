#!/bin/sh
# As in December 2021: the authority has a new form signed in the place of the older one, by a date.
# State XA, which has two licensed systems, signs for one and refuses for the other; the date comes
# by itself, and takes nothing away until a ministry signs an order. Beside it, a ruling on a clause.
set -eu
. "$2/tests/scenarios/scenario.sh" "$1" "$2"
. "$scenarios/world.sh"
. "$scenarios/office.sh"

shown() { # FILE MEMBER
    "$enduse" file show "$1" --key defence.key | sed -n "s/^$2: //p"
}
figure() { # NAME: of the campaign
    "$enduse" file show campaign/IL-2021-12.2 --key defence.key | sed -n "s/^ *$1: //p"
}
# comes_to FILE STATE: what a rule does, it does without being asked
comes_to() {
    tries=0
    until [ "$(shown "$1" state)" = "$2" ] || [ $tries -ge 200 ]; do
        kill -0 "$server" || break
        tries=$((tries + 1))
        sleep 0.1
    done
    same "$1 comes to be $2 by itself" "$2" shown "$1" state
}
# certified NUMBER FORM PLACE APPLICATION: the certificate's whole way into force
certified() {
    quietly "$enduse" certificate make certificate.json number="$1" form=@"$2" place="$3" \
        --unsigned -o "$1.payload"
    quietly "$enduse" certificate offer "$1" application="$4" payload=@"$1.payload" \
        --key defence.key
    quietly "$enduse" certificate sign "$1.payload" --key state.key -o "$1.certificate"
    quietly "$enduse" certificate enter "$1" --instrument "$1.certificate" --key state.key
    quietly "$enduse" certificate authenticate "$1" \
        fingerprint="$("$enduse" key id state.pub)" --key foreign.key
    for key in defence foreign; do
        quietly "$enduse" certificate sign "$1.certificate" --key $key.key
        quietly "$enduse" certificate countersign "$1" --instrument "$1.certificate" --key $key.key
    done
}

# The state's signatory has an account: what is signed and refused there, it enters itself.

# A second system, at the harbour.
quietly "$enduse" application draft AP-0002 kind=export exporter=EX-0031 product=P-0112 country=XA \
    agency.id=XA-police-ct agency.name='Police, counter-terrorism' agency.governmental=true \
    place='The harbour' marketing=AP-0000 purpose='Another place.' --key defence.key
reviewed AP-0002
certified EC-2026-0010 F.form 'The harbour' AP-0002
quietly "$enduse" licence make licence.json number=IL-2026-0018 \
    certificate=@EC-2026-0010.certificate --key defence.key -o harbour.licence
quietly "$enduse" licence propose IL-2026-0018 application=AP-0002 certificate=EC-2026-0010 \
    instrument=@harbour.licence --key defence.key
quietly "$enduse" licence sign harbour.licence --key foreign.key
quietly "$enduse" licence countersign IL-2026-0018 instrument=@harbour.licence --key foreign.key
same "another place leaves the first certificate alone" in-force shown certificate/EC-2026-0009 state

# The new form.
cp -r "$forms/il-2021-12" newer
sed -i 's/"version": 1/"version": 2/' newer/form.json
quietly "$enduse" form build newer --key defence.key -o newer.form
campaign() { # WHEN
    "$enduse" campaign open IL-2021-12.2 replaces=IL-2021-12.1 until="$1" --key defence2.key
}
reject "no campaign for a form that is not registered" "a file that is there" campaign now+60d
quietly "$enduse" form propose IL-2021-12.2 instrument=@newer.form --key defence.key
quietly "$enduse" form sign newer.form --key foreign.key
quietly "$enduse" form countersign IL-2021-12.2 instrument=@newer.form --key foreign.key
reject "the date is still to come" "a date that is still to come" campaign now
accept "the campaign is opened" campaign now+8s
same "it finds both licences" 2 figure affected

# The state signs for the capital: the older certificate's place is taken, its licence lapses.
certified EC-2026-0011 newer.form 'The capital' AP-0001
same "the older certificate is superseded" superseded shown certificate/EC-2026-0009 state
comes_to licence/IL-2026-0017 lapsed
same "the campaign has noted the signature" 1 figure signed-again

# It refuses for the harbour.
quietly "$enduse" certificate make certificate.json number=EC-2026-0012 form=@newer.form \
    place='The harbour' --unsigned -o EC-2026-0012.payload
quietly "$enduse" certificate offer EC-2026-0012 application=AP-0002 \
    payload=@EC-2026-0012.payload --key defence.key
accept "the state refuses" "$enduse" certificate refuse EC-2026-0012 \
    reason='Our law says more.' --key state.key
reject "a campaign is none of a state's business" "a person of another role" \
    "$enduse" file show campaign/IL-2021-12.2 --key state.key
comes_to campaign/IL-2021-12.2 due
same "the date has taken nothing away" active shown licence/IL-2026-0018 state
reject "what was refused keeps it open" "under an order, or ended" \
    "$enduse" campaign close IL-2021-12.2 --key defence.key
quietly "$enduse" order make number=OR-1 kind=suspend licence=IL-2026-0018 \
    reason='The state refused the new form.' contact=orders@authority.example --key defence.key \
    -o OR-1.order
quietly "$enduse" order issue OR-1 --instrument OR-1.order --key defence.key
accept "the order settles it" "$enduse" campaign settle IL-2021-12.2 licence=IL-2026-0018 \
    order=OR-1 --key defence.key
accept "the campaign is closed" "$enduse" campaign close IL-2021-12.2 --key defence2.key
same "with one signature" 1 figure signed-again
same "and one order" 1 figure ordered

# How a clause reads.
accept "the state asks" "$enduse" ruling ask RU-1 certificate=EC-2026-0011 clause=6.1 \
    question='Is mockery of a minister criticism?' --key state.key
accept "one ministry gives its reading" "$enduse" ruling propose RU-1 \
    reading='It is, whoever holds the office.' needs=nothing --key defence.key
reject "other words are no agreement" "the very reading" "$enduse" ruling give RU-1 \
    reading='It is.' needs=nothing --key foreign.key
accept "the other signs the same words" "$enduse" ruling give RU-1 \
    reading='It is, whoever holds the office.' needs=nothing --key foreign.key
same "the ruling is given" given shown ruling/RU-1 state

stop_office
exits 0 "Everything holds." verify events office/office.db --demo
exits 0 "0 rows were not" rebuild office/office.db --demo
finish
