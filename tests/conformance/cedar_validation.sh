#!/bin/sh
# Unpacks the public schemas and verdicts and runs cedar_validation on them. Usage:
# cedar_validation.sh PROGRAM. Exit 77: the data are not here, so that nothing was tested.
set -eu
data=${DATA:-$DEFAULT_DATA}
if [ ! -f "$data/cedar/corpus-validation-verdicts.tar.gz" ]; then
    echo "SKIPPED: no verdicts of Cedar's validator in $data/cedar (set DATA)"
    exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
for part in corpus-4.10 corpus-validation-verdicts handwritten validator-and-entity-testdata \
    cli-sample-data use-cases-and-benchmarks; do
    tar -xzf "$data/cedar/$part.tar.gz" -C "$folder" 2>/dev/null
done
(cd "$folder" && find . '(' -name '*.validation.json' -o -name '*.cedarschema' ')' \
    ! -path './corpus-tests/*' ! -name '._*') | sed 's,^\./,,' | LC_ALL=C sort | "$1" "$folder"
