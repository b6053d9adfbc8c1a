#!/bin/sh
# The public Cedar corpora as the program runs them, and what else must hold on them. Usage:
# cedar_corpus.sh ENDUSE INVARIANTS. Exit 77: the data are not here, so that nothing was tested.
set -eu
data=${DATA:-$DEFAULT_DATA}/cedar
if [ ! -f "$data/corpus-4.10.tar.gz" ]; then
    echo "SKIPPED: no Cedar corpus in $data (set DATA)"
    exit 77
fi

# run LEAST ARGUMENT...: all cases pass, and there are so many at least.
run() {
    least=$1
    shift
    said=$("$enduse" cedar run-corpus "$@") || {
        echo "$said"
        exit 1
    }
    echo "$said"
    [ "${said%% passed, 0 failed}" -ge "$least" ]
}
enduse=$(realpath "$1")
invariants=$(realpath "$2")
cd "$data"
# Decisions, reasons and errors, and strict verdicts of the official engine where they are kept.
run 7831 corpus-4.10.tar.gz corpus-validation-verdicts.tar.gz handwritten.tar.gz
# Cases of another project: what they say of decisions it does not look at, nor do we.
run 110 --validation validator-and-entity-testdata.tar.gz
"$invariants" corpus-4.10.tar.gz handwritten.tar.gz validator-and-entity-testdata.tar.gz \
    cli-sample-data.tar.gz use-cases-and-benchmarks.tar.gz
