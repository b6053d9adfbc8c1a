# For tests in shell: prints TAP, works in a folder of its own that is removed afterwards, and fails
# when a case did. Source it, call accept, reject and same, and end with finish.
cases=0
bad=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# An empty folder $tree to build a case in. Its name has a space.
fresh() {
    tree="$scratch/a tree"
    rm -rf "$tree"
    mkdir -p "$tree"
}

# file PATH: writes standard input to it, below $tree.
file() {
    mkdir -p "$(dirname "$tree/$1")"
    cat >"$tree/$1"
}

verdict() { # STATUS NAME: one case; on failure with what $scratch/output holds
    cases=$((cases + 1))
    if [ "$1" = 0 ]; then
        echo "ok $cases - $2"
    else
        bad=$((bad + 1))
        echo "not ok $cases - $2"
        sed 's/^/#   /' "$scratch/output"
    fi
}

# accept NAME COMMAND...: the command succeeds.
accept() {
    name=$1
    shift
    status=0
    "$@" >"$scratch/output" 2>&1 </dev/null || status=1
    verdict $status "$name"
}

# reject NAME TEXT COMMAND...: the command fails, and its output holds TEXT.
reject() {
    name=$1
    text=$2
    shift 2
    status=0
    if "$@" >"$scratch/output" 2>&1 </dev/null || ! grep -qF -e "$text" "$scratch/output"; then
        status=1
        echo "(it should have failed and said: $text)" >>"$scratch/output"
    fi
    verdict $status "$name"
}

# same NAME EXPECTED COMMAND...: the command succeeds, and this is all that it prints.
same() {
    name=$1
    expected=$2
    shift 2
    status=0
    if ! "$@" >"$scratch/output" 2>&1 </dev/null ||
        [ "$(cat "$scratch/output")" != "$expected" ]; then
        status=1
        printf '(expected: %s)\n' "$expected" >>"$scratch/output"
    fi
    verdict $status "$name"
}

finish() {
    echo "1..$cases"
    [ $bad = 0 ]
}
