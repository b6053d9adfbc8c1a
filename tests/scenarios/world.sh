# A small world of keys and signed documents, made with the program itself. Source it in an empty
# folder with $enduse set; it stops at the first command that fails.
export ENDUSE_ROOT=0001.root
unset ENDUSE_KEY ENDUSE_URL STATE_DIRECTORY

quietly() {
    "$@" >quietly.out 2>&1 || {
        cat quietly.out
        echo "Bail out! $*"
        exit 1
    }
}

for name in defence defence2 foreign foreign2 state supervisor operator court prosecutor lease log \
    guard stranger; do
    quietly "$enduse" key new $name
done

person() { # ID NAME KEY
    printf '{"id": "%s", "name": "%s", "roles": ["desk", "reviewer", "signatory"],
        "key": {"$key": "%s.pub"}}' "$1" "$2" "$3"
}

cat >root.json <<END
{
  "version": 1, "name": "Authority of a test", "demo": true,
  "issued": "2026-01-01T00:00:00Z",
  "ministries": [
    {"id": "defence", "name": "Ministry of Defence", "threshold": 1, "people": [
      $(person D-01 "Defence One" defence), $(person D-02 "Defence Two" defence2)]},
    {"id": "foreign", "name": "Ministry of Foreign Affairs", "threshold": 1, "people": [
      $(person F-01 "Foreign One" foreign), $(person F-02 "Foreign Two" foreign2)]}
  ]
}
END
quietly "$enduse" root make root.json --key defence.key -o 0001.root
quietly "$enduse" root sign 0001.root --key foreign.key

# The form of December 2021, a certificate, a licence, a roll, an approval and a declaration.
quietly "$enduse" form build "$forms/il-2021-12" --key defence.key -o F.form
quietly "$enduse" form sign F.form --key foreign.key

offence() { # CODE TITLE MAXIMUM MORE
    printf '{"code": "%s", "title": "%s", "minimum-months": 0, "maximum-months": %s,
        "in-force-from": "2010-01-01T00:00:00Z", "decision": "accepted",
        "defence-reasons": "Read with the code.", "foreign-reasons": "Agreed.", %s}' "$@"
}
body() { # ID NAME INDEPENDENT ELEVATED KEY
    printf '{"id": "%s", "name": "%s", "independent": %s, "elevated": %s,
        "key": {"$key": "%s.pub"}}' "$@"
}

# The same offences as lines of the state's schedule.
line() { # CODE TITLE MAXIMUM MORE
    printf '{"code": "%s", "statute": "Penal Code", "title": "%s", "minimum-months": 0,
        "maximum-months": %s, "in-force-from": "2010-01-01T00:00:00Z", %s}' "$@"
}
cat >schedule.json <<END
{
  "lines": [
    $(line XA-114 hostage-taking 240 \
        '"acts": ["hostage-taking", "threat-of-such-act"], "completed-by": []'),
    $(line XA-202 fraud 71 '"acts": [], "completed-by": []')]
}
END

cat >certificate.json <<END
{
  "number": "EC-2026-0009", "form": {"\$payload": "F.form"},
  "state": "XA", "state-name": "A State",
  "agency": {"id": "XA-police-ct", "name": "Police, counter-terrorism", "governmental": true},
  "product": {"id": "P-0112", "name": "A stand-in system", "control": "4.D.4"},
  "exporter": "EX-0031", "place": "The capital",
  "from": {"\$time": "now-60d"}, "until": {"\$time": "now+700d"}, "signing": "key",
  "signatories": [{"id": "XA-S1", "name": "A Minister", "office": "Ministry of the Interior",
    "key": {"\$key": "state.pub"}}],
  "supervisor": {"id": "XA-V1", "name": "A Supervisor", "office": "Police",
    "key": {"\$key": "supervisor.pub"}},
  "offences": [
    $(offence XA-114 hostage-taking 240 \
        '"acts": ["hostage-taking", "threat-of-such-act"], "completed-by": []'),
    $(offence XA-202 fraud 71 '"acts": [], "completed-by": []')],
  "bodies": [
    $(body XA-court "District court" true false court),
    $(body XA-prosecutor Prosecutor false false prosecutor)],
  "longest-approval": "90d", "lease-ttl": "60s", "return-period": "1h",
  "return-fields": ["clause", "function", "verdict"]
}
END
cp "$forms/il-2021-12/licence-conditions.cedar" conditions.cedar
cat >licence.json <<'END'
{
  "number": "IL-2026-0017", "exporter": "EX-0031", "product": "P-0112", "agency": "XA-police-ct",
  "functions": ["location", "stored-data"], "territories": ["XA"],
  "maximum-active-uses": 10, "maximum-installations": 3, "maximum-unacknowledged": 1000,
  "clauses": {"$text": "conditions.cedar"},
  "from": {"$time": "now-30d"}, "until": {"$time": "now+300d"},
  "contact": "licensing@authority.example"
}
END
cat >roll.json <<'END'
{
  "agency": "XA-police-ct", "version": 1, "expires": {"$time": "now+100d"},
  "operators": [{"id": "op-17", "from": {"$time": "now-10d"}, "until": {"$time": "now+100d"},
    "key": {"$key": "operator.pub"}}]
}
END
cat >approval.json <<'END'
{
  "number": "W-2026-118", "kind": "ordinary", "body": "XA-court", "file": "F-77/2026",
  "issued": {"$time": "now-1d"}, "expires": {"$time": "now+29d"},
  "subject": "c1", "offence": "XA-114", "functions": ["location"],
  "life-at-risk": false, "privacy-law-met": true
}
END
cat >declaration.json <<'END'
{
  "operator": "op-17", "file": "F-77/2026",
  "facts": {
    "function": "location", "subject": "c1", "purpose": "prevention", "territory": "XA",
    "matter": "terrorist-act", "intentional": true, "seriousDamage": true,
    "aims": ["intimidate-population"], "acts": ["hostage-taking"], "offence": "XA-114",
    "conduct": ["preparation"], "conductSince": "2026-02-20T00:00:00Z",
    "reasons": ["suspicion-of-declared-matter"], "protections": []
  }
}
END
quietly "$enduse" certificate make certificate.json --unsigned -o EC.payload
quietly "$enduse" certificate sign EC.payload --key state.key -o EC.certificate
quietly "$enduse" certificate sign EC.certificate --key defence.key
quietly "$enduse" certificate sign EC.certificate --key foreign.key
quietly "$enduse" licence make licence.json certificate=@EC.certificate --key defence.key \
    -o IL.licence
quietly "$enduse" licence sign IL.licence --key foreign.key
quietly "$enduse" roll make roll.json certificate=@EC.certificate --key supervisor.key -o R.roll
quietly "$enduse" approval make approval.json certificate=@EC.certificate --key court.key \
    -o W.approval

# declare NAME [NAME=VALUE...]: NAME.declaration under the approval.
declare_use() {
    declared=$1
    shift
    quietly "$enduse" declaration make declaration.json certificate=@EC.certificate \
        licence=@IL.licence approval=@W.approval --key operator.key -o "$declared.declaration" "$@"
}

# order NAME [OPTION or NAME=VALUE...]: NAME.order by the defence ministry.
order() {
    ordered=$1
    shift
    quietly "$enduse" order make "number=$ordered" licence=IL-2026-0017 reason='Of a test.' \
        contact=orders@authority.example --key defence.key -o "$ordered.order" "$@"
}
