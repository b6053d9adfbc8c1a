#!/bin/sh
# The pages in a real browser: an office of the demonstration, its server, and the tests of a script.
# Skipped where there is no Chromium, Node.js or npm module. Chromium's shell without windows takes half
# the time of the whole.
#
# Usage: site.sh PROGRAMS FOLDER [SCRIPT [CHAPTER]]
#   PROGRAMS: where enduse was built; FOLDER is made anew; SCRIPT (pages): here, without its ending;
#   CHAPTER (11): the last of the demonstration that the office has lived through
#   PICTURES=yes in the environment: pictures of the pages too, in FOLDER/pictures
set -eu
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$1" && pwd)
folder=$2
script=${3:-pages}
chromium=$(command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || :)
if [ -z "$chromium" ] || ! command -v node >/dev/null ||
    [ ! -d "$here/node_modules/playwright-core" ] || [ ! -d "$here/node_modules/axe-core" ]; then
    echo "1..0 # SKIP no chromium, node, or modules of tests/browser (npm ci there installs them)"
    exit 0
fi
rm -rf "$folder"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
# Before the last licence is given back: pages are about work that goes on.
if ! CI=1 ENDUSE_DEMO_LAST=${4:-11} "$here/../../tools/demo.sh" "$folder/office" "$programs" >"$folder/demo.out" 2>&1; then
    tail -n 20 "$folder/demo.out" | sed 's/^/# /'
    echo "Bail out! the office of the demonstration could not be made"
    exit 1
fi
cd "$folder/office"
personas=
for key in keys/*.key; do
    personas=$personas${personas:+,}$key
done
# The office has lived through days that passed in a moment: its clock is ahead.
LD_PRELOAD=./demo_clock.so ENDUSE_DEMO_CLOCK=$folder/office/clock \
    ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" \
    "$programs/enduse" serve --demo --data authority --listen 127.0.0.1:0 --personas "$personas" \
    >"$folder/serve.out" 2>"$folder/serve.log" &
server=$!
trap 'kill $server 2>/dev/null || :; wait 2>/dev/null || :' EXIT
tries=0
until [ -f "$folder/serve.out" ] && grep -q "^serving on " "$folder/serve.out"; do
    kill -0 $server 2>/dev/null || { tail -n 5 "$folder/serve.log"; exit 1; }
    tries=$((tries + 1))
    [ $tries -lt 1200 ] || exit 1
    sleep 0.05
done
port=$(sed -n 's/^serving on http:\/\/127.0.0.1:\([0-9]*\).*/\1/p' "$folder/serve.out")
mkdir -p "$folder/pictures"
node "$here/$script.mjs" "$chromium" "$port" "$programs" "$folder"
