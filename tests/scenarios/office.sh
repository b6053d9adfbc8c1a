# An authority that serves on loopback, and the office's work up to an active licence. Source it
# after world.sh, with the functions of tap.sh. stop_office ends the server.
quietly "$enduse" serve --init --data office --root 0001.root --demo
"$enduse" serve --data office --demo --listen 127.0.0.1:0 >serve.out 2>serve.log &
server=$!
stop_office() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null && wait "$server" || :
        server=
    fi
}
trap 'stop_office; rm -rf "$scratch"' EXIT
while ! grep -q 'serving on' serve.out; do
    kill -0 "$server" 2>/dev/null || {
        cat serve.log
        echo "Bail out! the server did not start"
        exit 1
    }
    sleep 0.05
done
ENDUSE_URL=$(sed -n 's,^serving on \(.*\)/$,\1,p' serve.out)
export ENDUSE_URL

quietly "$enduse" delegation make version=1 epoch=1 lease-key=@office/keys/lease.pub \
    log-key=@office/keys/log.pub origin=authority.example/log from=now until=now+20d \
    --key defence.key -o 1.delegation
quietly "$enduse" delegation sign 1.delegation --key foreign.key
quietly "$enduse" delegation propose 1 instrument=@1.delegation --key defence.key

quietly "$enduse" country propose XA name='State A' reasons='Its record.' --key defence.key
quietly "$enduse" country list XA --key foreign.key

quietly "$enduse" form build "$forms/il-2021-12" --key defence.key -o one.form
quietly "$enduse" form propose IL-2021-12.1 instrument=@one.form --key defence.key
quietly "$enduse" form countersign IL-2021-12.1 instrument=@F.form --key foreign.key

echo 'OWNER, Another; born 1950' >list.csv
cat >screening.json <<'END'
{"parties": ["An Exporter", "An Owner"],
  "lists": [{"name": "Consolidated list", "date": {"$time": "now-1d"},
    "digest": {"$sha256": "list.csv"}}]}
END
cat >assessment.json <<'END'
{"state": "Courts hear complaints.", "agency": "One file a subject.",
  "product": "No function beyond those applied for.",
  "risks": [{"title": "Journalists as contacts", "likelihood": "medium", "severity": "high",
    "mitigation": "An elevated body."}],
  "recommendation": "no-objection", "reasons": "The mitigations answer the risks.",
  "sources": ["Reports of the ombudsman"]}
END
# Reviewed by both ministries, once it is drafted: NUMBER
reviewed() {
    quietly "$enduse" application submit "$1" --key defence.key
    quietly "$enduse" application open-review "$1" days=5 --key defence2.key
    quietly "$enduse" application assess "$1" --body assessment.json --key foreign.key
    quietly "$enduse" application review "$1" decision=approve reasons='Within policy.' \
        --key defence2.key
    quietly "$enduse" application review "$1" decision=approve reasons='Within policy.' \
        --key foreign2.key
}

quietly "$enduse" exporter draft EX-0031 name='An Exporter' address='A street' country=IL \
    owners='An Owner' --key defence.key
quietly "$enduse" exporter submit EX-0031 --key defence.key
quietly "$enduse" exporter screen EX-0031 --body screening.json --key foreign.key
quietly "$enduse" exporter register EX-0031 --key defence2.key
quietly "$enduse" product submit P-0112 exporter=EX-0031 name='A stand-in system' \
    summary='Prints what it would have done.' functions=location functions=stored-data \
    --key defence.key
quietly "$enduse" product classify P-0112 control=4.D.4 reason='Command and delivery platform.' \
    --key defence2.key
echo 'a build with the guard in it' >build.img
build=$(sha256sum build.img | cut -d' ' -f1)
echo '{"version": "1.0", "digest": {"$sha256": "build.img"}}' >build.json
echo '{"digest": {"$sha256": "build.img"}, "passed": true, "report": "It obeys."}' >test.json
quietly "$enduse" product enter-build P-0112 --body build.json --key defence.key
quietly "$enduse" product test-build P-0112 --body test.json --key foreign.key

# Whom the certificate names: the agency, the signatory with an account, the approving bodies.
confirmed() { # KIND NUMBER KEY
    quietly "$enduse" "$1" confirm "$2" fingerprint="$("$enduse" key id "$3.pub")" \
        --key foreign.key
}
quietly "$enduse" agency submit XA-police-ct country=XA name='Police, counter-terrorism' \
    mandate='Police Act, section 3.' --key defence.key
quietly "$enduse" agency check XA-police-ct evidence='The act and the budget.' --key foreign.key
quietly "$enduse" account enrol XA-S1 kind=state name='A Minister' organisation=XA key=@state.pub \
    until=now+365d --key defence.key
confirmed account XA-S1 state
quietly "$enduse" body enter XA-court country=XA name='District court' independent=true \
    elevated=false key=@court.pub --key defence.key
confirmed body XA-court court
quietly "$enduse" body enter XA-prosecutor country=XA name=Prosecutor independent=false \
    elevated=false key=@prosecutor.pub --key defence.key
confirmed body XA-prosecutor prosecutor

quietly "$enduse" application draft AP-0000 kind=marketing exporter=EX-0031 product=P-0112 \
    country=XA purpose='To show it.' until=now+365d --key defence.key
reviewed AP-0000
quietly "$enduse" application draft AP-0001 kind=export exporter=EX-0031 product=P-0112 country=XA \
    agency.id=XA-police-ct agency.name='Police, counter-terrorism' agency.governmental=true \
    place='The capital' marketing=AP-0000 purpose='One installation.' --key defence.key
reviewed AP-0001
quietly "$enduse" schedule submit XA --body schedule.json --key defence.key
quietly "$enduse" schedule review XA codes=XA-114 codes=XA-202 decision=accept \
    reasons='Read with the code.' --key defence2.key
quietly "$enduse" schedule review XA codes=XA-114 codes=XA-202 decision=accept reasons=Agreed. \
    --key foreign.key
quietly "$enduse" certificate offer EC-2026-0009 application=AP-0001 payload=@EC.payload \
    --key defence.key
quietly "$enduse" certificate sign EC.payload --key state.key -o state.certificate
quietly "$enduse" certificate enter EC-2026-0009 --instrument state.certificate --key defence.key
quietly "$enduse" certificate authenticate EC-2026-0009 \
    fingerprint="$("$enduse" key id state.pub)" --key foreign.key
quietly "$enduse" certificate sign state.certificate --key defence.key -o one.certificate
quietly "$enduse" certificate countersign EC-2026-0009 --instrument one.certificate \
    --key defence.key
quietly "$enduse" certificate countersign EC-2026-0009 --instrument EC.certificate \
    --key foreign.key
quietly "$enduse" licence make licence.json certificate=@EC.certificate --key defence.key \
    -o proposed.licence
quietly "$enduse" licence propose IL-2026-0017 application=AP-0001 certificate=EC-2026-0009 \
    instrument=@proposed.licence --key defence.key
quietly "$enduse" licence sign proposed.licence --key foreign.key -o IL.licence --force
quietly "$enduse" licence countersign IL-2026-0017 instrument=@IL.licence --key foreign.key
