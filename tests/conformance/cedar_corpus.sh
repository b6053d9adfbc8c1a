#!/bin/sh
# Unpacks the public Cedar corpora and runs cedar_corpus on them. Usage: cedar_corpus.sh PROGRAM.
# Exit 77: the data are not here, so that nothing was tested.
set -eu
data=${DATA:-$DEFAULT_DATA}
if [ ! -f "$data/cedar/corpus-4.10.tar.gz" ]; then
    echo "SKIPPED: no Cedar corpus in $data/cedar (set DATA)"
    exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
for part in corpus-4.10 handwritten cli-sample-data; do
    tar -xzf "$data/cedar/$part.tar.gz" -C "$folder" 2>/dev/null
done
(cd "$folder" && find corpus-tests tests -name '*.json' ! -name '*.entities.json') | sort |
    "$1" "$folder"
