#!/bin/sh
# The main job, end to end, on this machine alone: an authority with its two ministries, an acquiring
# state, and a guarded system that only prints. From registration to licence, through declared uses,
# a limit, a disconnection while a use is running, and a restoration; then the records are checked
# offline. Everything is real but the people, who are folders of keys. Each party's commands are those
# that it would type.
#
# Usage: tools/demo.sh [FOLDER]   FOLDER (build/demo) is made anew
set -eu
cd "$(dirname "$0")/.."
top=$(pwd)
work=${1:-build/demo}
enduse=$top/build/enduse
standin=$top/build/examples/standin
documents=$top/examples/demo

# --- Telling the story ------------------------------------------------------------------------

if [ -t 1 ]; then
    bold=$(printf '\033[1m') quiet=$(printf '\033[2m') plain=$(printf '\033[0m')
else
    bold='' quiet='' plain=''
fi
chapter() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
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

rm -rf "$work"
mkdir -p "$work/keys"
cd "$work"
log=$(pwd)/demo.log
server=
site=
cleanup() {
    [ -z "$site" ] || kill "$site" 2>/dev/null || :
    [ -z "$server" ] || kill "$server" 2>/dev/null || :
    wait 2>/dev/null || :
}
trap cleanup EXIT
trap 'exit 130' INT TERM

printf '%senduse: a signed certificate decides, a disconnected system stops%s\n' "$bold" "$plain"
say "Everything here is invented and signed under a demonstration root, which binds nobody."

chapter "1. Keys"
for name in D-01 D-07 F-02 F-03 lease log XA-S1 XA-V1 XA-court XA-high-court op-17; do
    do_ "$enduse" key new "keys/$name"
done
key() { printf 'keys/%s.key' "$1"; }
do_ "$enduse" root make "$documents/root.json" --key "$(key D-07)" -o 0001.root
do_ "$enduse" root sign 0001.root --key "$(key F-03)" -o 0001.root --force
export ENDUSE_ROOT=0001.root
say "Two ministries of two people each. The root that names them is signed by both."
