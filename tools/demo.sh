#!/bin/sh
# The main job, end to end, on this machine alone: an authority with its two ministries, an acquiring
# state, and a guarded system that only prints. From registration to licence, through declared uses,
# a limit, a disconnection while a use is running, and a restoration; a complaint, heard and decided;
# a new form, a delisted country, a licence given back; then the records are checked offline.
# Everything is real but the people, who are folders of keys, and the days, which pass in a moment
# (examples/demo_clock.c). Each party's commands are those that it would type.
#
# Usage: tools/demo.sh [FOLDER [BUILD]]   FOLDER (build/demo) is made anew; the programs are those
#                                        built in BUILD (build)
# ENDUSE_DEMO_LAST=N ends it after chapter N, for tests that want an office in the midst of its work.
set -eu
cd "$(dirname "$0")/.."
top=$(pwd)
work=${1:-build/demo}
built=$(cd "${2:-build}" && pwd)
enduse=$built/enduse
stand_in=$built/examples/stand_in
documents=$top/examples/demo

# --- Telling the story ------------------------------------------------------------------------

if [ -t 1 ]; then
    bold=$(printf '\033[1m') quiet=$(printf '\033[2m') plain=$(printf '\033[0m')
else
    bold='' quiet='' plain=''
fi
chapter() {
    number=${1%%.*}
    case $number in
    *[!0-9]*) ;;
    *) [ "$number" -le "${ENDUSE_DEMO_LAST:-99}" ] || exit 0 ;;
    esac
    printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}
say() { printf '  %s\n' "$*"; }
shown() { sed "s/^/  $quiet|$plain /"; }

fail() {
    printf '\nThe demonstration failed: %s\n' "$*" >&2
    [ ! -s "$log" ] || tail -n 20 "$log" >&2
    exit 1
}

# Runs a command that must do what is told here; its output is kept for when it does not.
do_() {
    "$@" >>"$log" 2>&1 || fail "$*"
}

# --- Parties and their keys -------------------------------------------------------------------

# Nobody is asked anything: at a terminal, `enduse ... sign` would wait for a yes.
exec </dev/null
rm -rf "$work"
mkdir -p "$work/keys"
cd "$work"
export ENDUSE_ROOT=0001.root
log=$(pwd)/demo.log
server=
site=
# The clocks of all programs here are so many seconds ahead.
ENDUSE_DEMO_CLOCK=$(pwd)/clock
cp "$built/examples/demo_clock.so" .
# From here, because the list of what is loaded before has spaces between.
export ENDUSE_DEMO_CLOCK LD_PRELOAD=./demo_clock.so
# A build with a sanitizer must not mind that something is loaded before it.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"
passed=0
pass_days() { # DAYS
    passed=$((passed + $1 * 86400))
    printf '%031d\n' $passed 1<>clock
}
pass_days 0
cleanup() {
    [ -z "$site" ] || kill "$site" 2>/dev/null || :
    [ -z "$server" ] || kill "$server" 2>/dev/null || :
    wait 2>/dev/null || :
}
trap cleanup EXIT
trap 'exit 130' INT TERM
trap '' PIPE

printf '%senduse: a signed certificate decides, a disconnected system stops%s\n' "$bold" "$plain"
say "Everything here is invented and signed under a demonstration root, which binds nobody."

chapter "1. Who is who"
for name in D-01 D-07 D-08 D-09 D-12 F-02 F-03 F-05 F-08 F-12 X-01 XA-S1 XA-V1 XA-court XA-high-court op-17; do
    do_ "$enduse" key new "keys/$name"
done
key() { printf 'keys/%s.key' "$1"; }
do_ "$enduse" root make "$documents/root.json" --key "$(key D-07)" -o 0001.root
do_ "$enduse" root sign 0001.root --key "$(key F-03)"
say "Defence: D-01 desk, D-07 and D-08 signatories, D-12 inspector. Foreign affairs: F-02 reviewer,"
say "F-03 signatory, F-08 hearing chair, F-12 inspector. F-05 audits, D-09 administers accounts. X-01"
say "is the exporter's officer, with an account for its own files only."
say "State A: its minister, its agency's supervisor, an operator, a court. Each has a key. No server"
say "holds anybody's but at a demonstration, where visitors of the pages are lent them."
say "The root that names the ministries' people is signed by both."

chapter "2. The authority's server"
do_ "$enduse" serve --init --demo --data authority --root 0001.root
personas=
for name in D-01 D-07 D-08 D-09 D-12 F-02 F-03 F-05 F-08 F-12 X-01 XA-S1 XA-V1; do
    personas=$personas${personas:+,}keys/$name.key
done
"$enduse" serve --demo --data authority --listen 127.0.0.1:"${ENDUSE_DEMO_PORT:-0}" \
    --personas $personas \
    >serve.out 2>authority/serve.log &
server=$!
# The server says where it listens once it does.
tries=0
until [ -f serve.out ] && grep -q '^serving on ' serve.out; do
    kill -0 "$server" 2>/dev/null || fail "the server ended: $(tail -n 3 authority/serve.log)"
    tries=$((tries + 1))
    [ $tries -lt 1200 ] || fail "the server did not start"
    sleep 0.05
done
url=$(sed -n 's/^serving on //p' serve.out)
url=${url%/}
export ENDUSE_URL=$url
say "$url, on SQLite. Whatever is done there is an act that a person signed."

# act PERSON KIND VERB NUMBER [ARGUMENT...]
act() {
    person=$1 kind=$2 verb=$3
    shift 3
    do_ "$enduse" "$kind" "$verb" "$@" --key "$(key "$person")"
}

do_ "$enduse" delegation make "$documents/delegation.json" --key "$(key D-07)" -o 1.delegation
act D-07 delegation propose 1 --instrument 1.delegation
do_ "$enduse" delegation sign 1.delegation --key "$(key F-03)"
act F-03 delegation countersign 1 --instrument 1.delegation
say "Both ministries delegated its two keys for 30 days: one signs leases, one the log."

chapter "3. From registration to licence"
act D-07 country propose XA name="State A" reasons="Its record, as the embassy reports it."
act F-03 country list XA
say "State A may acquire: proposed by the one ministry, listed by the other."
# examples FOLDER: where the server finds the worked examples of a form, to show them
examples() {
    mkdir -p authority/scenarios
    cp "$1/scenarios.json" "authority/scenarios/$(sha256sum "$1/scenarios.json" | cut -d ' ' -f 1).json"
}
examples "$top/forms/il-2021-12"
do_ "$enduse" form build "$top/forms/il-2021-12" --key "$(key D-07)" -o IL-2021-12.form
act D-07 form propose IL-2021-12.1 --instrument IL-2021-12.form
do_ "$enduse" form sign IL-2021-12.form --key "$(key F-03)"
act F-03 form countersign IL-2021-12.1 --instrument IL-2021-12.form
say "The form of December 2021 is in the register, signed by both ministries."
act D-01 exporter draft EX-0031 --body "$documents/exporter.json"
act D-01 account enrol X-01 kind=exporter organisation=EX-0031 name="The exporter's officer" \
    key=@keys/X-01.pub until=now+365d
act D-07 account confirm X-01 fingerprint="$("$enduse" key id keys/X-01.pub)"
act X-01 exporter submit EX-0031
cp "$documents/sanctions.csv" .
act F-02 exporter screen EX-0031 --body "$documents/screening.json"
act D-07 exporter register EX-0031
say "Exporter EX-0031: submitted by its own officer, screened by F-02 with its owner (one match of"
say "a name, dismissed with reasons), registered by D-07."
act X-01 product submit P-0112 exporter=EX-0031 name="A stand-in that prints" \
    summary="Prints what a system of class 4.D.4 would have done." \
    functions=location functions=stored-data functions=surroundings
act D-07 product classify P-0112 control=4.D.4 \
    reason="Software for intrusion systems, Wassenaar Arrangement 4.D.4."
build=$(sha256sum "$stand_in" | cut -d' ' -f1)
act D-01 product enter-build P-0112 version=1.0 digest="$build"
act F-02 product test-build P-0112 digest="$build" passed=true \
    report="Stops every use within a second of an order; refuses without a lease."
say "Product P-0112: classified 4.D.4; its build, with the guard in it, tested by F-02."
act D-01 agency submit XA-police-ct country=XA name="Police, counter-terrorism" \
    mandate="A department of the police, by the Police Act, section 3."
act F-02 agency check XA-police-ct evidence="The act, the state's budget, and a visit."
act D-01 account enrol XA-S1 kind=state organisation=XA name="The minister" key=@keys/XA-S1.pub \
    until=now+365d
act F-03 account confirm XA-S1 fingerprint="$("$enduse" key id keys/XA-S1.pub)"
# court NUMBER NAME ELEVATED
court() {
    act D-01 body enter "$1" country=XA name="$2" independent=true elevated="$3" key=@"keys/$1.pub"
    act F-03 body confirm "$1" fingerprint="$("$enduse" key id "keys/$1.pub")"
}
court XA-court "District court" false
court XA-high-court "High court" true
say "State A's police are checked to be governmental; its minister's and courts' keys are confirmed."
# reviewed NUMBER: submitted, assessed, approved by both ministries
reviewed() {
    act X-01 application submit "$1"
    act D-01 application open-review "$1" days=5
    act F-02 application assess "$1" --body "$documents/assessment.json"
    act D-07 application review "$1" decision=approve reasons="Checked with the exporter's file."
    act F-03 application review "$1" decision=approve reasons="With the mitigations assessed."
}
act X-01 application draft AP-0004 kind=marketing exporter=EX-0031 product=P-0112 country=XA \
    purpose="To show it to State A's police." until=now+365d
reviewed AP-0004
act X-01 application draft AP-0005 --body "$documents/application.json"
reviewed AP-0005
say "Application AP-0004 to market in XA, then AP-0005 to export: each assessed for human rights by"
say "F-02, within five working days of review, and approved by both ministries."
act X-01 application draft AP-0006 --body "$documents/application.json" country=XB
if "$enduse" application submit AP-0006 --key "$(key X-01)" >refused.out 2>&1; then
    fail "an application for a country that is not eligible was taken"
fi
say "The same for country XB is refused:"
head -n 1 refused.out | shown

act D-01 schedule submit XA --body "$documents/schedule.json"
# accepts PERSON REASONS CODE...: lines of State A's offence schedule
accepts() {
    person=$1 reasons=$2
    shift 2
    for code; do
        shift
        set -- "$@" codes="$code"
    done
    act "$person" schedule review XA "$@" decision=accept reasons="$reasons"
}
accepts D-07 "Read in the official gazette." XA-114 XA-115 XA-116 XA-117
accepts D-07 "Six years exactly." XA-201
accepts D-07 "In the schedule; under six years." XA-202
accepts D-07 "Ten years; words alone complete it." XA-301
accepts F-02 "As the defence ministry." XA-114 XA-115 XA-116 XA-117 XA-201 XA-202
accepts F-02 "Words alone complete it: clause 6.1 refuses it." XA-301
say "State A's offence schedule: seven lines, each reviewed by both ministries, with reasons."

c=EC-2026-0009
# certified NUMBER FORM [NAME=VALUE...]: from the offer to both countersignatures
certified() {
    number=$1 form=$2
    shift 2
    do_ "$enduse" certificate make "$documents/certificate.json" number="$number" form=@"$form" \
        "$@" --unsigned -o "$number.payload"
    act D-01 certificate offer "$number" application=AP-0005 payload=@"$number.payload"
    do_ "$enduse" certificate sign "$number.payload" --key "$(key XA-S1)" -o "$number.certificate"
    act D-01 certificate enter "$number" --instrument "$number.certificate"
    act F-03 certificate authenticate "$number" \
        fingerprint="$("$enduse" key id keys/XA-S1.pub)"
    for signatory in D-07 F-03; do
        do_ "$enduse" certificate sign "$number.certificate" --key "$(key $signatory)"
        act $signatory certificate countersign "$number" --instrument "$number.certificate"
    done
}
certified $c IL-2021-12.form
say "Certificate $c: signed by State A's minister, the key confirmed by diplomatic note,"
say "countersigned by both ministries. Its clauses are the program that decides each use."

l=IL-2026-0017
cp "$top/forms/il-2021-12/licence-conditions.cedar" conditions.cedar
do_ "$enduse" licence make "$documents/licence.json" --key "$(key D-07)" -o $l.licence
act D-07 licence propose $l application=AP-0005 certificate=$c --instrument $l.licence
do_ "$enduse" licence sign $l.licence --key "$(key F-03)"
act F-03 licence countersign $l --instrument $l.licence
say "Licence $l: functions location and stored-data, in XA, 10 uses at a time."

chapter "4. The system in State A"
act D-01 account enrol XA-V1 kind=supervisor organisation=XA-police-ct \
    name="The supervisor of operators" key=@keys/XA-V1.pub until=now+365d
act F-03 account confirm XA-V1 fingerprint="$("$enduse" key id keys/XA-V1.pub)"
do_ "$enduse" roll make "$documents/roll.json" --key "$(key XA-V1)" -o police.roll
do_ "$enduse" installation enrol IN-0041 --folder site --place "Site 1, capital" --demo \
    --certificate $c.certificate --licence $l.licence --roll police.roll --build "$build" \
    --escrow site.escrow --key "$(key D-01)"
# The pin is the digest of the root's first version: 32 bytes, octal for printf.
"$enduse" root show 0001.root --json | tr -d '\n' |
    sed 's/.*"digest": *"\([0-9a-f]*\)".*/\1/' | fold -w 2 |
    while read -r byte || [ -n "$byte" ]; do printf "\\$(printf '%03o' "0x$byte")"; done >pin
mkfifo site.in
lines=0
start_site() {
    "$stand_in" site pin <site.in >>site.out 2>&1 &
    site=$!
    exec 3>site.in
}
stop_site() {
    exec 3>&-
    wait "$site" || :
    site=
}
start_site
say "Installation IN-0041 is enrolled; its guard has a key of its own, and a pin of the root."
say "The system is a stand-in, linked with libenduse: it prints, and nothing else."

# said: waits for the stand-in's next line that begins with a word of PATTERN; in $line
said() {
    tries=0
    until line=$(tail -n +$((lines + 1)) site.out | grep -n "^\($1\)" | head -n 1) &&
        [ -n "$line" ]; do
        tries=$((tries + 1))
        [ $tries -lt 3000 ] && kill -0 "$site" || fail "no \"$1\" from the stand-in: $(tail site.out)"
        sleep 0.02
    done
    lines=$((lines + ${line%%:*}))
    line=${line#*:}
}

# approval NAME OFFENCE [NAME=VALUE...]: by the district court unless said otherwise
approval() {
    name=$1 offence=$2
    shift 2
    body=XA-court
    for argument; do
        case $argument in body=*) body=${argument#body=} ;; esac
    done
    do_ "$enduse" approval make "$documents/approval.json" number="W-$name" offence="$offence" \
        "$@" --key "$(key $body)" -o "$name.approval"
}
for offence in XA-114 XA-115 XA-116 XA-117 XA-201 XA-202 XA-301; do
    approval "$offence" "$offence"
done
approval silent XA-114 privacy-law-met=false
approval surroundings XA-114 functions=surroundings

# declare_ NAME APPROVAL [FACT=VALUE...]: the operator signs the declaration NAME.declaration, which
# differs from examples/demo/declaration.json in these facts.
declare_() {
    declared=$1 approved=$2
    shift 2
    for fact; do
        shift
        set -- "$@" "facts.$fact"
    done
    [ "$approved" = - ] || set -- "$@" approval=@"$approved".approval
    do_ "$enduse" declaration make "$documents/declaration.json" "$@" --key "$(key op-17)" \
        -o "$declared.declaration"
}

uses=0
# use NAME APPROVAL EXPECTED [FACT=VALUE...]: declares a use and begins it; EXPECTED is what the form
# says of it: within, the clauses that forbid it, or none when no clause permits it.
use() {
    name=$1 approval=$2 expected=$3
    shift 3
    uses=$((uses + 1))
    declare_ use-$uses "$approval" "$@"
    function=location
    for fact; do
        case $fact in function=*) function=${fact#function=} ;; esac
    done
    echo "use-$uses.declaration $approval.approval $function c1 0" >&3
    said 'begun\|refused\|declaration'
    case $line in
    begun*) found=within verdict="within the terms" ;;
    'refused ['*) found=$(echo "$line" | sed 's/refused \[\([^]]*\)\].*/\1/') verdict="outside: $found" ;;
    refused*) found=none verdict="outside: no clause permits it" ;;
    *) fail "use \"$name\": $line" ;;
    esac
    printf '  %2d  %-58s %s\n' $uses "$name" "$verdict"
    [ "$found" = "$expected" ] || fail "use \"$name\": \"$line\", not \"$expected\""
}

chapter "5. Declared uses, each decided by the certificate and recorded before it begins"
other="matter=serious-crime aims= acts= conduct=other-offence"
use "a hostage-taking being prepared" XA-114 within
use "the seizure of an aircraft, under investigation" XA-115 within purpose=investigation \
    acts=seizure-of-transport offence=XA-115
use "an attack on a public facility, to destabilise the state" XA-116 within conduct=violence \
    acts=attack-on-public-facility aims=destabilise-state-or-organisation offence=XA-116
use "a release of dangerous substances" XA-117 within \
    acts=release-of-dangerous-substance offence=XA-117
use "aggravated fraud, six years exactly" XA-201 within $other offence=XA-201
use "fraud, one month less" XA-202 none $other offence=XA-202
use "criticism of the government" XA-114 "6, 6.2" conduct=criticism
use "data about the state, published by a journalist" XA-114 "6, 6.2" \
    conduct=presenting-data-about-the-state conduct=journalism
use "insulting the head of state, ten years" XA-301 6.1 $other offence=XA-301
use "chosen for religion" XA-114 "7, 7.1, 7.2" reasons=religion
use "chosen for political affiliation" XA-114 "7, 7.1, 7.2" reasons=political-affiliation
use "a journalist under suspicion, the district court's approval" XA-114 7.2 \
    protections=journalist
use "no legal approval" - 8
use "an approval that is silent on the state's privacy law" silent 8.3
use "a purpose that is neither investigation nor prevention" XA-114 3 purpose=other
use "a function that is not licensed" surroundings L1 function=surroundings
use "a territory that is not licensed" XA-114 L2 territory=XB

# start_ NAME FUNCTION APPROVAL: a use that goes on until it is told to stop
start_() {
    declare_ "$1" "$3" function="$2"
    echo "$1.declaration $3.approval $2 c1 3600" >&3
    said 'would have'
    echo "$line" | shown
}

# stopped_by ORDER: the running use was stopped, and the guard's receipt has arrived
stopped_by() {
    said stopped
    echo "$line" | shown
    obeyed "$1"
    say "Obeyed $took ms after the order was in force, says the guard's signed receipt."
}

# obeyed ORDER: waits until the guard's receipt has arrived; in $took, how long obeying took
obeyed() {
    tries=0
    until "$enduse" order progress "$1" --key "$(key D-01)" >"$1.progress" 2>>"$log" &&
        grep -q '^obeyed: ' "$1.progress"; do
        tries=$((tries + 1))
        [ $tries -lt 1200 ] || fail "no receipt for $1"
        sleep 0.05
    done
    took=$(sed -n 's/^obeyed: .*, \([0-9]*\) ms after it was issued.*/\1/p' "$1.progress")
}

chapter "6. A limit, while a use is running"
start_ limited location XA-114
do_ "$enduse" order make --template limit-functions --set functions=stored-data \
    --certificate $c.certificate number=OR-2026-0034 licence=$l \
    reason="Refused declarations were declared again on other grounds." \
    contact=orders@authority.example --key "$(key D-07)" -o OR-2026-0034.order
act D-07 order issue OR-2026-0034 --instrument OR-2026-0034.order
say "Defence alone limits the licence to stored-data: order OR-2026-0034, in force at once."
stopped_by OR-2026-0034
use "a hostage-taking being prepared: location" XA-114 OR-2026-0034/O1

chapter "7. A disconnection, while a use is running"
approval stored XA-114 functions=stored-data
start_ disconnected stored-data stored
do_ "$enduse" order make number=OR-2026-0035 kind=disconnect licence=$l \
    reason="Used against a journalist, a newspaper reports." \
    contact=orders@authority.example --key "$(key F-03)" -o OR-2026-0035.order
act F-03 order issue OR-2026-0035 --instrument OR-2026-0035.order
say "The foreign ministry alone disconnects: order OR-2026-0035."
stopped_by OR-2026-0035
use "a hostage-taking being prepared: stored-data" stored OR-2026-0035 function=stored-data

chapter "8. Giving back needs both ministries"
do_ "$enduse" order make number=OR-2026-0036 kind=restore licence=$l lifts=@OR-2026-0035.order \
    reason="Heard; the operator was removed." contact=orders@authority.example \
    --key "$(key F-03)" -o OR-2026-0036.order
if "$enduse" order issue OR-2026-0036 --instrument OR-2026-0036.order --key "$(key F-03)" \
    >refused.out 2>&1; then
    fail "one ministry alone restored a system"
fi
say "The foreign ministry alone asks to restore:"
head -n 1 refused.out | shown
do_ "$enduse" order sign OR-2026-0036.order --key "$(key D-07)"
act F-03 order issue OR-2026-0036 --instrument OR-2026-0036.order
say "Signed by both, it is granted."
# The guard hears of it within milliseconds; until then it goes on refusing.
asked=0
line=refused
until [ "$line" != "${line#begun}" ]; do
    asked=$((asked + 1))
    [ $asked -lt 1000 ] || fail "the restoration did not reach the guard"
    declare_ restored-$asked stored function=stored-data
    echo "restored-$asked.declaration stored.approval stored-data c1 0" >&3
    said 'begun\|refused'
done
use "a hostage-taking being prepared: stored-data" stored within function=stored-data

# drafted PERSON NUMBER OPTION...: an order at the office, with the preview of what stops in draft.out
drafted() {
    person=$1
    shift
    "$enduse" order draft "$@" contact=orders@authority.example --key "$(key "$person")" \
        >draft.out 2>>"$log" || fail "order draft $*"
}

chapter "9. A complaint, by anybody"
"$enduse" complaint make what="My telephone was taken over; my sources were arrested." \
    when="From March to June" where="The capital of State A" evidence=device evidence=publication \
    contact="A. Journalist, by the lawyer" >complaint.out 2>>"$log" || fail "a complaint"
case_=$(sed -n 's/^reference: //p' complaint.out)
sed -n 's/^secret: //p' complaint.out >secret
say "Somebody complains, without an account or a key. The answer is a reference, $case_, and a"
say "secret that the authority keeps nowhere. Who it was is sealed; the exporter asks in vain:"
"$enduse" file show "complainant/$case_" --key "$(key X-01)" >refused.out 2>&1 &&
    fail "the exporter saw who complained"
head -n 1 refused.out | shown
act D-01 case triage "$case_" pursue=true licence=$l investigator=D-12 \
    reasons="The device was examined; what was found on it fits the product."
act D-12 case investigate "$case_" plan="Ask for the records of the weeks named."
printf 'What was found on the device.\n' >examination.txt
act D-12 case find "$case_" text="The operator declared c1 again after clause 7.2 refused it." \
    evidence="$(sha256sum examination.txt | cut -d ' ' -f 1)"
say "Triaged by D-01, investigated by D-12: the case is on licence $l."
start_ complained stored-data stored
drafted F-02 OR-2026-0037 --template suspend licence=$l reason="Until the parties were heard."
say "F-02 drafts a suspension from the form's template. The office says what it would stop:"
grep '^\(stops\|for\|enrolled\|state\)' draft.out | shown
act F-03 order issue OR-2026-0037
say "F-03 was shown the clauses and signed exactly that draft; in force at once."
stopped_by OR-2026-0037
act D-07 order confirm OR-2026-0037
act D-01 case interim "$case_" order=OR-2026-0037
say "D-07 confirms with a second signature. The case names it as its interim measure."

chapter "10. Heard on two tracks, then decided"
for track in exporter state; do
    act F-08 case notify "$case_" track=$track date=now+121h \
        notice="Whether clause 7.2 was broken, and what follows."
done
# The parties do not see the file; the notice says which version of it their answer is to.
version=$("$enduse" file show "case/$case_" --key "$(key F-08)" 2>>"$log" |
    sed -n 's/^version: //p')
act X-01 case statement "$case_" track=exporter statement="We cannot see what is declared." \
    --file-version "$version"
decide() {
    "$enduse" case decide "$case_" --body "$documents/decision.json" --key "$(key D-07)"
}
if decide >refused.out 2>&1; then
    fail "a case was decided before the parties were heard"
fi
say "F-08, who investigated nothing, gives notice to the exporter and to State A, five days ahead."
say "Nobody finds a breach before:"
head -n 1 refused.out | shown
stop_site
pass_days 6
say "Six days pass; the machine in State A is switched off."
act D-01 case statement "$case_" track=state statement="The operator was removed."
for track in exporter state; do
    act F-08 case hear "$case_" track=$track record="Heard. The facts are not disputed."
done
decide >>"$log" 2>&1 || fail "a decision"
say "Both were heard, on the exporter's track and the state's. D-07 decides, with a finding on each"
say "of seven factors: a breach, to be disconnected."
drafted D-01 OR-2026-0038 --template disconnect licence=$l reason="The decision on $case_."
act D-07 order issue OR-2026-0038
act F-03 order confirm OR-2026-0038
act D-01 case execute "$case_" order=OR-2026-0038
start_site
obeyed OR-2026-0038
say "The machine is on again, and is told at once:"
grep '^\(issued\|confirmed\|delivered\|obeyed\)' OR-2026-0038.progress | shown
use "a hostage-taking being prepared: stored-data" stored OR-2026-0038 function=stored-data
pass_days 15
act F-03 case close "$case_"
say "Nobody objected within 14 days: F-03 closes the case. Who complained reads, with the secret:"
"$enduse" complaint follow "$case_" --secret-file secret 2>>"$log" | grep '^state' | shown

chapter "11. A new form, to be signed by a date"
newer=EC-2026-0031
cp -r "$top/forms/il-2021-12" newer
sed 's/"version": 1/"version": 2/' "$top/forms/il-2021-12/form.json" >newer/form.json
# Seven years where the older form says six: in the law, in its clause, and in two worked examples.
sed 's/imprisonment of six years/imprisonment of\nseven years/; s/six years/seven years/; s/Six years are 72 months/Seven years are 84 months/' \
    "$top/forms/il-2021-12/text.md" >newer/text.md
sed 's/maximumMonths >= 72/maximumMonths >= 84/' "$top/forms/il-2021-12/clauses.cedar" \
    >newer/clauses.cedar
sed '/"serious crime: exactly six years"\|"a critic who commits aggravated fraud, elevated/,/"clauses"/ {
        s/"expect": "within"/"expect": "outside"/
        s/\["5"\]/[]/
    }' "$top/forms/il-2021-12/scenarios.json" >newer/scenarios.json
examples newer
do_ "$enduse" form build newer --key "$(key D-07)" -o IL-2021-12.2.form
act D-07 form propose IL-2021-12.2 --instrument IL-2021-12.2.form
do_ "$enduse" form sign IL-2021-12.2.form --key "$(key F-03)"
act F-03 form countersign IL-2021-12.2 --instrument IL-2021-12.2.form
act D-07 campaign open IL-2021-12.2 replaces=IL-2021-12.1 until=now+60d
say "Both ministries sign a new version of the form, by which a crime is serious from seven years on"
say "and not from six. The campaign finds each live licence under the older one, and asks its state"
say "to sign again within 60 days:"
# figures: what the campaign counts
figures() {
    "$enduse" file show campaign/IL-2021-12.2 --key "$(key D-07)" 2>>"$log" |
        grep '\(affected\|waiting\|signed-again\): ' | sed 's/^ *//' | paste -s -d ' ' | shown
}
figures
certified $newer IL-2021-12.2.form from=now
say "State A signs certificate $newer under it; both ministries countersign. The older certificate"
say "is superseded, and with it goes the licence under it, disconnected as it is:"
figures
act D-07 campaign close IL-2021-12.2
later=IL-2026-0032
do_ "$enduse" licence make "$documents/licence.json" number=$later \
    certificate=@$newer.certificate --key "$(key D-07)" -o $later.licence
act D-07 licence propose $later application=AP-0005 certificate=$newer --instrument $later.licence
do_ "$enduse" licence sign $later.licence --key "$(key F-03)"
act F-03 licence countersign $later --instrument $later.licence
say "All are settled: the campaign is closed. Licence $later is issued under the new form."

chapter "12. A country leaves the list; a licence is given back"
act F-03 country delist XA reason="Courts there hear complaints no more."
# The server opens the reviews by a rule, a moment later.
tries=0
until "$enduse" file show "licence/$later" --json --key "$(key D-07)" 2>>"$log" |
    grep -q '"delisted"'; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || fail "no review of licence $later was opened"
    sleep 0.05
done
say "The foreign ministry alone takes State A off the list. Each live licence there is to be reviewed,"
say "and none stops before somebody decides:"
# of_licence PATTERN: lines of the licence's file
of_licence() {
    "$enduse" file show "licence/$later" --key "$(key D-07)" 2>>"$log" | grep "$1" |
        sed 's/^ *//' | shown
}
of_licence '^state: \|^ *\(country-review\|outcome\|opened\):'
act X-01 licence surrender $later reason="We no longer sell to State A."
act D-07 licence accept-surrender $later
say "The exporter gives the licence back, D-07 accepts, and that ends it for good:"
of_licence '^state: '

chapter "13. Oversight, offline"
stop_site
"$enduse" verify records site --first-key site.escrow >records.out 2>&1 ||
    fail "the records do not verify: $(cat records.out)"
say "The guard's records, with the escrowed key:"
shown <records.out
do_ "$enduse" bundle make --demo --guard site --declaration complained.declaration \
    --document stored.approval --file "order/OR-2026-0038" --key "$(key D-07)" --out case.bundle
authority=$("$enduse" root verify 0001.root --demo | sed -n 's/^authority: \([0-9a-f]*\).*/\1/p')
env -u ENDUSE_URL -u ENDUSE_ROOT "$enduse" verify bundle case.bundle --pin "$authority" --demo \
    >bundle.out 2>&1 || fail "the bundle does not verify: $(cat bundle.out)"
say "For the court, one file: the use that the suspension stopped, certificate, licence, orders, and"
say "proofs of all of them. It is verified with the pin of the root alone:"
grep '^proven: \(order\|the guard\)\|^Everything' bundle.out | shown
cp -r site altered
segment=$(find altered/records -name '*.seg*' -o -name '*.records' | LC_ALL=C sort | head -n 1)
# A bit in the middle of what was written.
offset=20000
byte=$(od -An -tu1 -j $offset -N 1 "$segment" | tr -d ' ')
printf "\\$(printf '%03o' $((byte ^ 1)))" |
    dd of="$segment" bs=1 seek=$offset conv=notrunc status=none
if "$enduse" verify records altered --first-key site.escrow >altered.out 2>&1; then
    fail "a flipped bit in the records was not found"
fi
say "One bit flipped in a copy:"
head -n 1 altered.out | shown
"$enduse" verify events authority/office.db --demo >events.out 2>&1 ||
    fail "the events do not verify: $(cat events.out)"
say "The authority's events, every signature and the tree:"
shown <events.out

chapter "14. The work goes on, with you"
act D-07 country propose XA name="State A" reasons="Its courts hear complaints again."
act F-03 country list XA
ours=IL-2026-0040
do_ "$enduse" licence make "$documents/licence.json" number=$ours \
    certificate=@$newer.certificate --key "$(key D-07)" -o $ours.licence
act D-07 licence propose $ours application=AP-0005 certificate=$newer --instrument $ours.licence
do_ "$enduse" licence sign $ours.licence --key "$(key F-03)"
act F-03 licence countersign $ours --instrument $ours.licence
act D-01 exporter draft EX-0040 --body "$documents/exporter.json" name="Another exporter (invented)"
act D-01 exporter submit EX-0040
"$enduse" complaint make what="What was written on my telephone was read to me by the police." \
    when="In August" where="The capital of State A" evidence=witness contact="By the reference." \
    >>"$log" 2>&1 || fail "another complaint"
say "State A is listed again, and licence $ours is active. An exporter waits to be screened by F-02, a"
say "complaint to be triaged by D-01."

chapter "Done"
say "$uses uses declared. The documents, keys and logs are in $work/; enduse show reads any of them."
say "The pages: $url/, where you can be any of the people above."
say "The licence's page, once you have signed in: $url/register/licence/$ours"
if [ -t 1 ] && [ -z "${CI:-}" ]; then
    say "The server runs until you press Ctrl-C."
    trap 'exit 0' INT
    wait "$server" || :
fi
