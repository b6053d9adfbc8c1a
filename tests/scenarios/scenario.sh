# For scenarios: run the program in an empty folder and hold it to its exit code and its words.
# Source it with the program and the checkout as arguments; it sets $enduse, $forms, and brings the
# functions of tests/house/tap.sh.
case $1 in
/*) enduse=$1 ;;
*) enduse=$PWD/$1 ;;
esac
forms=$2/forms
scenarios=$2/tests/scenarios
. "$2/tests/house/tap.sh"
mkdir "$scratch/a folder"
cd "$scratch/a folder"

# exits CODE TEXT ARGUMENT...: the program ends with CODE, and what it prints holds TEXT. The name of
# the case is its command line.
exits() {
    wanted=$1
    text=$2
    shift 2
    status=0
    "$enduse" "$@" >"$scratch/output" 2>&1 </dev/null || status=$?
    code=0
    if [ $status != "$wanted" ] || ! grep -qF -e "$text" "$scratch/output"; then
        code=1
        echo "(exit code $status; it should have been $wanted, and said: $text)" >>"$scratch/output"
    fi
    verdict $code "enduse $*: $wanted"
}

# prints_json ARGUMENT...: the program succeeds (or ends with 2, outside the terms), and prints one
# JSON value.
prints_json() {
    status=0
    "$enduse" "$@" >"$scratch/output" 2>"$scratch/error" </dev/null || status=$?
    code=0
    case $status in 0 | 2) ;; *) code=1 ;; esac
    python3 -m json.tool <"$scratch/output" >/dev/null 2>&1 || code=1
    cat "$scratch/error" >>"$scratch/output"
    verdict $code "enduse $*: JSON"
}

# flip FILE OFFSET: inverts the lowest bit of a byte.
flip() {
    byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    # shellcheck disable=SC2059
    printf "\\$(printf %03o $((byte ^ 1)))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# cut FILE SIZE NEW: the first SIZE bytes.
cut_file() {
    head -c "$2" "$1" >"$3"
}
