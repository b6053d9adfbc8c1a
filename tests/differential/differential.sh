#!/bin/sh
# Our Cedar engine beside the official one: differential.sh PROGRAM. Skipped (status 77) where Node.js
# or the npm module is not installed.
#
# As a test it runs the first cases from seed 1, as many as it can in a minute, at most 1000. With
# ENDUSE_DEEP set it runs SLICES (150) slices of 1000 cases, about a million requests; slices that
# have passed with this program are kept in PROGRAM.slices, so that a second call goes on.
set -eu
cd "$(dirname "$0")"
module=../oracle/node_modules/@cedar-policy/cedar-wasm
program=$1
if ! command -v node >/dev/null || [ ! -d "$module" ]; then
    echo "skipped: no @cedar-policy/cedar-wasm in tests/oracle (npm ci there installs it)"
    exit 77
fi
case "$(node --version)" in
v[0-9].* | v1[0-7].*)
    echo "skipped: Node.js $(node --version); 18 or later is needed"
    exit 77
    ;;
esac

run() { # SEED CASES [OPTION...]
    seed=$1
    cases=$2
    shift 2
    "$program" --script oracle.js --module "$module" --seed "$seed" --cases "$cases" "$@"
}

if [ -z "${ENDUSE_DEEP:-}" ]; then
    run 1 1000 --seconds 60
    exit
fi

passed=$program.slices
key=$(cat "$program" oracle.js | sha256sum | cut -c1-16)
touch "$passed"
slice=0
while [ "$slice" -lt "${SLICES:-150}" ]; do
    seed=$((slice * 1000 + 1))
    if ! grep -q "^$key $seed " "$passed"; then
        line=$(run "$seed" 1000 | tee /dev/stderr | tail -n 1)
        case "$line" in
        *" 0 differences"*) echo "$key $seed $line" >>"$passed" ;;
        *) exit 1 ;;
        esac
    fi
    slice=$((slice + 1))
done
grep "^$key " "$passed" | awk '
    { for (i = 1; i < NF; i++) if ($(i + 1) == "requests") sum += $i }
    END { printf "cedar differential: %d slices, %d requests compared, 0 differences\n", NR, sum }'
