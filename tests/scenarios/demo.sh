# The demonstration, with and without a terminal: demo.sh CHECKOUT BUILD. With one it leaves the
# licence's page open until Ctrl-C, and asks for nothing.
. "$1/tests/house/tap.sh"
top=$1
built=$2
cd "$scratch"

status=0
"$top/tools/demo.sh" "$scratch/a demo" "$built" >output 2>&1 </dev/null || status=$?
verdict $status "without a terminal it ends by itself, with exit code 0"
for told in 'a hostage-taking being prepared  .* within the terms' 'outside: 7, 7.1, 7.2' \
    'Obeyed [0-9]* ms after' 'Signed by both, it is granted' 'a damaged record' \
    'not for this reader (expected a person of another role, found X-01)' \
    'stops: every use; none begins, and those that run end' \
    'each heard or its date past' 'obeyed: IN-0041, .* ms after it was issued' 'state: closed' \
    'affected: 1 waiting: 0 signed-again: 1' 'state: surrendered' \
    'the guard of IN-0041 says that it obeyed order OR-2026-0037' '21 uses declared'; do
    status=0
    grep -q "$told" output || status=1
    verdict $status "it tells: $told"
done

# A terminal of its own, whose keyboard is a FIFO. Opened for both ways, it never ends by itself.
mkfifo keyboard
exec 3<>keyboard
printf '#!/bin/sh\nunset CI\nexec "%s/tools/demo.sh" "%s/at a terminal" "%s"\n' \
    "$top" "$scratch" "$built" >story
chmod +x story
SHELL=/bin/sh script -qefc ./story screen <keyboard >/dev/null 2>&1 &
terminal=$!
while ! grep -q 'until you press Ctrl-C' screen 2>/dev/null; do
    kill -0 $terminal 2>/dev/null || break
    sleep 0.1
done
page=$(tr -d '\r' <screen | sed -n "s/^ *The licence's page, once you have signed in: //p")
status=0
# As a visitor: whoever is not signed in is led to where one can be D-07, and back.
python3 -c 'import re, sys, urllib.parse, urllib.request
browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
browser.addheaders = [("Accept", "text/html")]
entry = browser.open(sys.argv[1])
key = re.search(r"value=\"([0-9a-f]{64})\">Be D-07", entry.read().decode()).group(1)
way = urllib.parse.urlsplit(sys.argv[1])
form = urllib.parse.urlencode({"persona": key, "next": way.path}).encode()
origin = f"{way.scheme}://{way.netloc}"
page = browser.open(urllib.request.Request(origin + "/sign-in", form, {"Origin": origin}))
text = page.read().decode()
sys.exit("no figures of the licence" if "Hold a valid lease" not in text else 0)' "$page" >output 2>&1 ||
    status=1
[ $status = 0 ] || cat screen >>output
verdict $status "at a terminal it leaves the licence's page open"
printf '\003' >&3
status=0
wait $terminal || status=$?
cp screen output
verdict $status "Ctrl-C ends it, with exit code 0"
finish
