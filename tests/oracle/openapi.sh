#!/bin/sh
# docs/openapi.json before another reader of OpenAPI 3.1, and documents of the examples before its
# schemas. Skipped where the npm module is not installed.
set -eu
cd "$(dirname "$0")"
if ! command -v node >/dev/null || [ ! -d node_modules/@seriousme/openapi-schema-validator ]; then
    echo "1..0 # SKIP no @seriousme/openapi-schema-validator in tests/oracle (npm ci there installs it)"
    exit 0
fi
exec node openapi-oracle.mjs ../../docs/openapi.json ../../examples/demo
