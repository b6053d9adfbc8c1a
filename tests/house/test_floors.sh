#!/bin/sh
# tools/check_floors.sh accepts a good tree, and rejects each way of breaking a rule, with its line.
set -eu
check=$1/tools/check_floors.sh
. "$1/tests/house/tap.sh"

# A tree in which nothing is wrong, for each case to spoil.
good() {
    fresh
    for folder in base crypto json guard http store; do
        echo '#include "base/base.h"' | file src/$folder/$folder.h
    done
    echo '#include <stdint.h>' | file src/base/base.h
    file src/guard/renew.c <<'EOF'
#include "guard/guard.h"
#include "http/http.h"
EOF
    file src/crypto/crypto.c <<'EOF'
#include <openssl/evp.h>
#include "crypto/crypto.h"
EOF
    echo '#include <sqlite3.h>' | file src/store/store.c
    echo '#include <stdint.h>' | file include/enduse.h
    echo '#include <enduse.h>' | file examples/stand_in.c
}

good
accept "a good tree" "$check" "$tree"

good
printf '\n\n#include "guard/guard.h"\n' | file src/base/climbs.c
reject "an include that climbs" \
    "src/base/climbs.c:3: base (floor 1) climbs to guard (floor 6)" "$check" "$tree"

good
echo '#include "json/json.h"' | file src/crypto/sibling.c
reject "a sibling" "src/crypto/sibling.c:1: crypto includes its sibling json" "$check" "$tree"

good
echo '#include "base/base.h"' | file src/cedar/cedar.h
echo '#include "json/json.h"' | file src/cedar/data_json.c
accept "a sibling that a row allows" "$check" "$tree"
echo '#include "json/json.h"' | file src/cedar/parse.c
reject "the same sibling in another file" "src/cedar/parse.c:1: cedar includes its sibling json" \
    "$check" "$tree"

good
echo '#  include  "http/http.h"' | file src/guard/other.c
reject "http in the guard, not in renew.c" \
    "src/guard/other.c:1: guard includes http in guard/renew.c only" "$check" "$tree"

good
echo '#include "store/store.h"' | file src/guard/office.c
reject "the store in the guard" "src/guard/office.c:1: guard must never reach store" \
    "$check" "$tree"

good
echo '#include "store/store.h"' | file src/http/office.c
reject "the store in the guard, by way of http" "guard must never reach store" "$check" "$tree"

good
echo '#include <sqlite3.h>' | file src/guard/sql.c
reject "SQL outside the store" "src/guard/sql.c:1: only store includes <sqlite3.h>" \
    "$check" "$tree"

good
echo '#include <openssl/sha.h>' | file src/base/digest.c
reject "libcrypto outside crypto" "src/base/digest.c:1: only crypto includes <openssl/>" \
    "$check" "$tree"

good
echo '#include "base.h"' | file src/base/bare.c
reject "an include without its folder" \
    'src/base/bare.c:1: "base.h" names no folder: write "base/base.h"' "$check" "$tree"

good
echo '#include "attic/attic.h"' | file src/base/attic.c
reject "a folder that has no floor" "src/base/attic.c:1: attic has no floor" "$check" "$tree"

good
echo '#include "base/base.h"' | file src/attic/attic.h
reject "a file in a folder that has no floor" "src/attic/attic.h: its folder has no floor" \
    "$check" "$tree"

good
rm "$tree/src/json/json.h"
echo '#include "base/base.h"' | file src/json/reader.c
reject "a folder without its face" "src/json: has no face header json/json.h" "$check" "$tree"

good
echo '#include "base/base.h"' | file include/enduse.h
reject "the public header shows the inside" "include/enduse.h:1: shows what is inside src/base" \
    "$check" "$tree"

good
echo '#include "enduse_types.h"' | file include/enduse.h
reject "the public header includes another of ours" "include/enduse.h:1: a public header" \
    "$check" "$tree"

good
echo '#include <guard/guard.h>' | file examples/stand_in.c
reject "an example shows the inside" "examples/stand_in.c:1: shows what is inside src/guard" \
    "$check" "$tree"

finish
