#!/bin/sh
# Unpacks the public schemas that exist in both syntaxes and runs cedar_schemas on them. Usage:
# cedar_schemas.sh PROGRAM. Exit 77: the data are not here, so that nothing was tested.
set -eu
data=${DATA:-$DEFAULT_DATA}
if [ ! -f "$data/cedar/corpus-json-schemas.tar.gz" ]; then
    echo "SKIPPED: no Cedar schemas in JSON in $data/cedar (set DATA)"
    exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
for part in corpus-4.10 corpus-json-schemas cli-sample-data; do
    tar -xzf "$data/cedar/$part.tar.gz" -C "$folder" 2>/dev/null
done
(cd "$folder" && find . -name "*.cedarschema.json" ! -name "._*") | LC_ALL=C sort | while read -r json; do
    text=$(printf '%s' "${json%.json}" | sed 's,corpus-tests-json-schemas,corpus-tests,')
    [ ! -f "$folder/$text" ] || printf '%s %s\n' "$text" "$json"
done | "$1" "$folder"
