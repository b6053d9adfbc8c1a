#!/bin/sh
# What the form leaves to the authority: clauses kept by procedure, one case for each demand, named
# as docs/form.md names it.
set -eu
. "$2/tests/scenarios/scenario.sh" "$1" "$2"
. "$scenarios/world.sh"
. "$scenarios/office.sh"

draft() { # NUMBER COUNTRY GOVERNMENTAL PRODUCT
    quietly "$enduse" application draft "$1" kind=export exporter=EX-0031 product="$4" \
        country="$2" agency.id=XA-ct agency.name=Police agency.governmental="$3" \
        place='The capital' marketing=AP-0000 purpose='One installation.' --key defence.key
}
apply() { # NUMBER
    "$enduse" application submit "$1" --key defence.key
}
draft AP-0002 XA false P-0112
reject "governments only" "a governmental end user" apply AP-0002
draft AP-0002 XQ true P-0112
reject "eligible countries only" "XQ is not on the list of" apply AP-0002
quietly "$enduse" product submit P-0113 exporter=EX-0031 name='A kettle' summary='Boils water.' \
    functions=boil --key defence.key
reject "listed items only" "a listed class" "$enduse" product classify P-0113 control=1.A.1 \
    reason='A kettle.' --key defence2.key
draft AP-0002 XA true P-0113
reject "an item that nobody classified" "a classified product" apply AP-0002

# Agencies that were checked only, of the state, under their names; nobody checks their own entry.
draft AP-0002 XA true P-0112
reject "agencies in the register only" "agency/XA-ct" apply AP-0002
quietly "$enduse" agency submit XA-ct country=XA name=Police mandate='Police Act.' --key defence.key
reject "agencies that were checked only" "an agency that was checked" apply AP-0002
reject "another person checks it" "another person" "$enduse" agency check XA-ct \
    evidence='The act.' --key defence.key
quietly "$enduse" agency check XA-ct evidence='The act and the budget.' --key foreign.key

# A second application and certificate, which is not in force.
draft AP-0002 XA true P-0112
reviewed AP-0002
quietly "$enduse" certificate make certificate.json number=EC-2026-0010 agency.id=XA-ct \
    agency.name=Police --unsigned -o second.payload
quietly "$enduse" certificate offer EC-2026-0010 application=AP-0002 payload=@second.payload \
    --key defence.key
quietly "$enduse" licence make licence.json number=IL-2026-0018 agency=XA-ct \
    certificate=@second.payload --key defence.key -o second.licence
propose() {
    "$enduse" licence propose IL-2026-0018 application=AP-0002 certificate=EC-2026-0010 \
        instrument=@second.licence --key defence.key
}
reject "no licence before the state signed" "a certificate in force" propose
quietly "$enduse" certificate sign second.payload --key state.key -o second.certificate
quietly "$enduse" certificate enter EC-2026-0010 --instrument second.certificate --key defence.key
quietly "$enduse" certificate authenticate EC-2026-0010 \
    fingerprint="$("$enduse" key id state.pub)" --key foreign.key
reject "no licence before the certificate is in force" "a certificate in force" propose
for key in defence foreign; do
    quietly "$enduse" certificate sign second.certificate --key $key.key
    quietly "$enduse" certificate countersign EC-2026-0010 --instrument second.certificate \
        --key $key.key
done
accept "a licence once the state and both ministries have signed" propose
reject "no licence without both ministries" "not signed by everyone who must sign" \
    "$enduse" licence countersign IL-2026-0018 instrument=@second.licence --key foreign.key

# On breach.
state() {
    "$enduse" file show licence/IL-2026-0017 --key defence.key | sed -n 's/^state: //p'
}
breach() { # NUMBER ARGUMENT...: an order of the defence ministry, issued
    number=$1
    order "$@"
    quietly "$enduse" order issue "$number" --instrument "$number.order" --key defence.key
}
breach OR-1 --template limit-functions --set functions=location --certificate EC.certificate
same "a licence that is limited" limited state
breach OR-2 kind=suspend
same "a licence that is suspended" suspended state
breach OR-3 kind=disconnect
same "a licence that is disconnected" disconnected state
order OR-4 kind=revoke
reject "no revocation by one ministry" "not signed by everyone who must sign" \
    "$enduse" order issue OR-4 --instrument OR-4.order --key defence.key
quietly "$enduse" order sign OR-4.order --key foreign.key
quietly "$enduse" order issue OR-4 --instrument OR-4.order --key foreign.key
same "a licence that is revoked" revoked state
order OR-5 kind=restore lifts=@OR-3.order
quietly "$enduse" order sign OR-5.order --key foreign.key
"$enduse" order issue OR-5 --instrument OR-5.order --key foreign.key >restored 2>&1 || :
same "nothing restores it" revoked state
finish
