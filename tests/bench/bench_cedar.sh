#!/bin/sh
# Runs bench_cedar and its peers on the same policies, entities and requests: the paper's three
# applications, from DATA, and role policies. Usage: bench_cedar.sh PROGRAM. PEERS is the folder of
# the peers' sources, BUILT where the native ones are built when cargo and go are there. A peer that
# cannot be built or run is "not measured". An engine that allows another number of requests than
# ours fails the run: then the times compare different work.
set -eu
program=$1
data=${DATA:-$DEFAULT_DATA}
archive=$data/cedar/use-cases-and-benchmarks.tar.gz
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
mkdir -p "$BUILT"
failed=0

# --- Peers ------------------------------------------------------------------------------------

rust=
if command -v cargo >/dev/null; then
    rm -rf "$BUILT/rust-source"
    cp -R "$PEERS/rust" "$BUILT/rust-source"
    if (cd "$BUILT/rust-source" && CARGO_TARGET_DIR=$BUILT/rust cargo build --release) \
        >"$BUILT/rust.log" 2>&1; then
        rust=$BUILT/rust/release/peer
    fi
fi
go=
if command -v go >/dev/null &&
    (cd "$PEERS/go" && GOTOOLCHAIN=local go build -o "$BUILT/go" .) >"$BUILT/go.log" 2>&1; then
    go=$BUILT/go
fi
wasm=
if command -v node >/dev/null && [ -d "$PEERS/../../oracle/node_modules" ]; then
    wasm="node $PEERS/wasm.js"
fi

# --- Rows -------------------------------------------------------------------------------------

row() { printf '%s\t%s\t%s\t%s\n' "$@"; }

# peer NAME WORDS COMMAND...: how often as long as ours at the median.
peer() {
    name=$1
    words=$2
    shift 2
    if [ -z "$1" ]; then
        echo "cedar $name, $words: not measured"
        return
    fi
    # A command is one or two words.
    # shellcheck disable=SC2086
    set -- $($1 "$policies" "$entities" "$requests" 2>>"$BUILT/peers.log" || :)
    if [ $# != 3 ]; then
        echo "cedar $name, $words: not measured (it failed: $BUILT/peers.log)"
        return
    fi
    row "cedar $name, $words p50" "$1" ns -
    row "cedar $name, $words p99" "$2" ns -
    row "cedar $name, $words over ours" "$(awk "BEGIN { printf \"%.1f\", $1 / $ours }")" x -
    if [ "$3" != "$allowed" ]; then
        echo "cedar $name: $words allows $3 requests, ours $allowed"
        failed=1
    fi
}

# Instructions for each decision, by the difference of two runs under callgrind.
instructions() {
    command -v valgrind >/dev/null || return 0
    for times in 1 5; do
        valgrind --tool=callgrind --callgrind-out-file="$folder/callgrind" \
            "$program" "$policies" "$entities" "$requests" $times 2>&1 |
            sed -n 's/.*Collected : *//p'
    done | tr '\n' ' '
}

# measure NAME GOAL: one set, in $policies, $entities and $requests.
measure() {
    set -- "$1" "$2" $("$program" "$policies" "$entities" "$requests")
    name=$1 ours=$3 allowed=$5
    row "cedar $name p50" "$3" ns "$2"
    row "cedar $name p99" "$4" ns -
    count=$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))))' "$requests")
    # shellcheck disable=SC2046
    set -- $(instructions)
    if [ $# = 2 ]; then
        row "cedar $name, instructions" $((($2 - $1) / 4 / count)) instructions -
    else
        echo "cedar $name, instructions: not measured"
    fi
    peer "$name" "official crate" "$rust"
    peer "$name" cedar-go "$go"
    peer "$name" "official wasm, reads entities each time" "$wasm"
}

# --- Sets -------------------------------------------------------------------------------------

# A user in one role among many, each of which has one policy.
policies=$folder/roles.cedar entities=$folder/entities.json requests=$folder/requests.json
for count in 11 101 1001; do
    awk -v count=$count 'BEGIN {
        for (i = 0; i < count; i++)
            printf "permit (principal in Role::\"role%d\", action == Action::\"view\", resource);\n", i
    }' >"$policies"
    printf '[{"uid": {"type": "User", "id": "a"}, "attrs": {},
        "parents": [{"type": "Role", "id": "role%d"}]}]\n' $((count / 2)) >"$entities"
    printf '[{"principal": {"type": "User", "id": "a"}, "action": {"type": "Action", "id": "view"},
        "resource": {"type": "File", "id": "f"}, "context": {}}]\n' >"$requests"
    measure "$count roles" 500
done

if [ ! -f "$archive" ]; then
    echo "not measured: gdrive, github, tinytodo (no benchmark data in $data/cedar; set DATA)"
    exit $failed
fi
tar -xzf "$archive" -C "$folder" 2>/dev/null
for application in gdrive github tinytodo; do
    for size in 5 50; do
        at=$folder/oopsla-data/$application
        policies=$at.cedar entities=$at$size.entities.json requests=$at$size.requests.json
        measure $application$size 200
    done
done
exit $failed
