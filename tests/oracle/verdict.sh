#!/bin/sh
# The official Cedar engine judges random declarations: verdict.sh PROGRAM SEED COUNT. Skipped
# (status 77) where its npm module is not installed.
set -eu
cd "$(dirname "$0")"
if ! command -v node >/dev/null || [ ! -d node_modules/@cedar-policy/cedar-wasm ]; then
    echo "skipped: no @cedar-policy/cedar-wasm in tests/oracle (npm ci there installs it)"
    exit 77
fi
"$1" "$2" "$3" | node verdict-oracle.js
