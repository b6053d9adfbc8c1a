#!/bin/sh
# Acts at the authority, an installation, programs under a lease, and what is verified afterwards.
set -eu
. "$2/tests/scenarios/scenario.sh" "$1" "$2"
. "$scenarios/world.sh"
. "$scenarios/office.sh"

# Reading: a person who is asked for tells who they are by a key; forms are anybody's.
exits 1 "nobody is logged in" file show licence/IL-2026-0017
exits 1 "Give your key: --key FILE.key" file list licence
exits 1 "nobody whom the office knows" file show licence/IL-2026-0017 --key stranger.key
exits 0 "state: registered" file show form/IL-2021-12.1
exits 0 "state: active" file show licence/IL-2026-0017 --key defence.key
exits 0 "number: IL-2026-0017" file list licence --key defence.key
exits 0 "number: IL-2026-0017" file list licence --search police --state active --key defence.key
exits 0 "files: none" file list licence --search 'no such words & more' --key defence.key
exits 3 "cursor" file list licence --cursor nowhere --key defence.key
prints_json file show licence/IL-2026-0017 --json --key defence.key
exits 0 "bytes" file document licence/IL-2026-0017 -o fetched.licence --key defence.key
accept "the document is as it was signed" cmp fetched.licence IL.licence
exits 1 "404" file show licence/IL-2026-9999 --key defence.key
exits 3 "KIND/NUMBER" file show licence
exits 1 "not a kind of file" file list kings

# Acts that are refused leave the log as it was.
size() { "$enduse" verify events office/office.db --demo | sed -n 's/^events: \([0-9]*\),.*/\1/p'; }
before=$(size)
refuse() { # CODE TEXT ARGUMENT...
    exits "$@"
}
refuse 1 "not possible in the file's state" exporter register EX-0031 --key defence2.key
refuse 1 "not for this person's role" exporter remove EX-0031 reason=R --key foreign.key
refuse 3 "required field is not there" exporter refuse EX-0032 --key defence.key
refuse 1 "a product of this exporter" application draft AP-2 kind=marketing exporter=EX-9 \
    product=P-0112 country=XA purpose=P until=now+1d --key defence.key
refuse 1 "nobody whom the office knows" exporter draft EX-2 name=N address=A country=IL owners=O \
    --key stranger.key
refuse 1 "the file has changed" exporter remove EX-0031 reason=R --file-version 1 \
    --key defence.key
refuse 1 "no such act" act exporter/EX-1 dance --key defence.key
refuse 1 "not a kind of file" act king/EX-1 submit --key defence.key
refuse 3 "KIND/NUMBER" act EX-1 submit --key defence.key
refuse 1 "cannot be reached" exporter register EX-0031 --key defence.key --url http://127.0.0.1:1
refuse 3 "wrong use" file list licence --url ftp://127.0.0.1
quietly "$enduse" exporter draft EX-3 name=N address=A country=IL owners=O --key defence.key \
    --keep -o kept.act
cp kept.act flipped.act
flip flipped.act $(($(wc -c <kept.act) - 3))
refuse 3 "signature" act post flipped.act
cut_file kept.act 100 cut.act
refuse 3 "CBOR" act post cut.act
refuse 3 "another type" act post IL.licence
same "refused acts add no event" "$before" size
exits 0 "file: exporter/EX-3" act post kept.act
exits 0 "file: exporter/EX-3" act post kept.act
same "an act posted twice is one event" $((before + 1)) size

# An installation and programs under its lease.
enrol() {
    "$enduse" installation enrol IN-0001 --folder guard --place 'The capital' --build "$build" \
        --certificate EC.certificate --licence IL.licence --roll R.roll --escrow K0 --demo "$@"
}
reject "an act that does not arrive" "the same command posts the act again" enrol \
    --key stranger.key
accept "enrolment again" enrol --key defence.key
exits 0 "installation: IN-0001" installation identify guard
prints_json installation identify guard --json
exits 1 "exists" installation enrol IN-0002 --folder guard --place P --build "$build" --certificate EC.certificate \
    --licence IL.licence --roll R.roll --escrow K1 --key defence.key --demo
exits 3 "version" installation replace guard R.roll --demo
quietly "$enduse" roll make roll.json version=2 certificate=@EC.certificate --key supervisor.key \
    -o R2.roll
exits 0 "replaced" installation replace guard R2.roll --demo

under() { # NAME OPTION... -- CMD: becomes a run with the declaration NAME
    name=$1
    shift
    exec "$enduse" run --folder guard --demo --declaration "$name.declaration" --approval W.approval \
        "$@"
}
ends() { # CODE TEXT NAME OPTION... -- CMD
    wanted=$1
    text=$2
    shift 2
    status=0
    (under "$@") >"$scratch/output" 2>&1 </dev/null || status=$?
    code=0
    if [ $status != "$wanted" ] || { [ "$text" ] && ! grep -qF -e "$text" "$scratch/output"; }; then
        code=1
    fi
    echo "(exit code $status, wanted $wanted: $text)" >>"$scratch/output"
    verdict $code "run $*: $wanted"
}
declare_use D1
ends 0 hello D1 -- echo hello
declare_use D2
ends 7 "" D2 -- sh -c 'exit 7'
declare_use D3
ends 137 "" D3 -- sh -c 'kill -9 $$'
declare_use D4
ends 125 "a program to run" D4 -- ./no-such-program
declare_use D5 facts.purpose=other
ends 126 "refused" D5 -- echo never
declare_use D6
ends 126 "" D6 --function stored-data -- echo never
ends 126 "" D1 -- echo replayed
ends 125 "not found" missing -- true
exits 125 "demonstration" run --folder guard --declaration D6.declaration -- true
exits 3 "--folder DIR is missing" run -- true
exits 3 "an operand is missing" run --folder guard --declaration D6.declaration

# Signals are passed on; a killed enduse takes its program along.
declare_use D7
cat >trap.sh <<'END'
trap 'echo told; exit 9' TERM
: >ready
while :; do sleep 0.05; done
END
wait_for() { # FILE: 10 s at most
    rounds=0
    until [ -e "$1" ]; do
        rounds=$((rounds + 1))
        [ $rounds -lt 500 ] || {
            echo "Bail out! $1 did not appear"
            exit 1
        }
        sleep 0.02
    done
}
under D7 -- sh trap.sh >told 2>&1 </dev/null &
running=$!
wait_for ready
kill -TERM $running
code=0
wait $running || code=$?
same "a signal is passed on to the program" "9 told" echo "$code $(grep told told)"
rm ready
declare_use D8
cat >pid.sh <<'END'
echo $$ >pid.new
mv pid.new pid
while :; do sleep 0.05; done
END
under D8 -- sh pid.sh </dev/null >/dev/null 2>&1 &
running=$!
wait_for pid
kill -KILL $running
wait $running 2>/dev/null || :
accept "a killed enduse takes its program along" sh -c '
    i=0
    while kill -0 "$(cat pid)" 2>/dev/null && [ $i -lt 100 ]; do sleep 0.02; i=$((i + 1)); done
    ! kill -0 "$(cat pid)" 2>/dev/null || grep -q "^State:.Z" "/proc/$(cat pid)/status"'

# A disconnection stops a running program, also one that does not listen; both ministries give back.
declare_use D9
cat >deaf.sh <<'END'
trap '' TERM
: >ready
while :; do sleep 0.05; done
END
under D9 -- sh deaf.sh >stopped 2>&1 </dev/null &
running=$!
wait_for ready
order OR-1 kind=disconnect
quietly "$enduse" order issue OR-1 --instrument OR-1.order --key defence.key
code=0
wait $running || code=$?
same "a disconnected program is stopped" 124 echo $code
accept "the order is named" grep -q "OR-1" stopped
declare_use D10
ends 126 "OR-1" D10 --wait 2s -- echo never
order OR-2 kind=restore lifts=@OR-1.order
exits 3 "403" order issue OR-2 --instrument OR-2.order --key defence.key
quietly "$enduse" order sign OR-2.order --key foreign.key
exits 0 "order/OR-2" order issue OR-2 --instrument OR-2.order --key foreign.key
ends 0 again D10 --wait 5s -- echo again

# An approving body takes its approval back: entered by the office, obeyed at once, and for good.
declare_use D11
rm ready
under D11 -- sh deaf.sh >stopped 2>&1 </dev/null &
running=$!
wait_for ready
quietly "$enduse" approval withdraw W.approval --number W-119 --key prosecutor.key -o bad.approval
exits 3 "may not sign" withdrawal enter WD-1 instrument=@bad.approval --key foreign2.key
exits 3 "a withdrawal, found an approval" withdrawal enter WD-1 instrument=@W.approval \
    --key foreign2.key
quietly "$enduse" approval withdraw W.approval --number W-119 --key court.key -o W-119.approval
exits 0 "withdrawal/WD-1" withdrawal enter WD-1 instrument=@W-119.approval --key foreign2.key
code=0
wait $running || code=$?
same "a program without its approval is stopped" 124 echo $code
declare_use D12
ends 126 "" D12 -- echo never
exits 0 "own-number: W-119" file show withdrawal/WD-1 --key defence.key
exits 0 "bytes" file document withdrawal/WD-1 -o fetched.approval --key defence.key
accept "the withdrawal is as it was signed" cmp fetched.approval W-119.approval

# Certificates are made of registered forms only; both ministries withdraw one.
cp -r "$forms/il-2021-12" changed
sed -i 's/"version": 1/"version": 2/' changed/form.json
quietly "$enduse" form build changed --key defence.key -o changed.form
quietly "$enduse" certificate make certificate.json number=EC-2026-0010 form=@changed.form \
    --unsigned -o other.payload
offer() {
    exits "$1" "$2" certificate offer EC-2026-0010 application=AP-0001 payload=@other.payload \
        --key defence.key
}
offer 1 "one that is not registered"
quietly "$enduse" form propose IL-2021-12.2 instrument=@changed.form --key defence.key
offer 1 "form/IL-2021-12.2, which is proposed"
quietly "$enduse" form sign changed.form --key foreign.key
exits 0 "form/IL-2021-12.2" form countersign IL-2021-12.2 instrument=@changed.form \
    --key foreign.key
quietly "$enduse" form ask-withdrawal IL-2021-12.2 reason='Too soon.' --key foreign2.key
exits 1 "the other ministry" form withdraw IL-2021-12.2 --key foreign.key
exits 0 "form/IL-2021-12.2" form withdraw IL-2021-12.2 --key defence2.key
offer 1 "form/IL-2021-12.2, which is withdrawn"
exits 0 "state: withdrawn" file show form/IL-2021-12.2

# Verified offline.
echo short >short
exits 0 "Everything holds." verify events office/office.db --demo
prints_json verify events office/office.db --demo --json
exits 3 "demonstration" verify events office/office.db
exits 0 "checked with the first key" verify records guard --first-key K0 --list
prints_json verify records guard --first-key K0 --list --json
exits 3 "not hexadecimal" verify records guard --first-key short
exits 3 "limit" verify records guard --first-key root.json
stop_office
exits 0 "0 rows were not" rebuild office/office.db --demo
prints_json rebuild office/office.db --demo --json
exits 1 "not found" rebuild gone.db
exits 1 "not a database" verify events root.json --demo
for at in 5000 4100 200; do
    cp -r guard altered
    flip altered/records/00000001.records $at
    exits 3 "altered/records" verify records altered
    rm -r altered
done
exits 1 "not found" verify records nowhere
finish
