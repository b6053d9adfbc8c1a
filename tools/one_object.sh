#!/bin/sh
# Makes a static library of one relocated object in which only the public names, enduse_*, are
# global, so that none of ours can meet a name of the vendor's. The first archive is taken whole, of
# the others what it needs. RENAMES (or "") has lines of two names: what the sources call a function
# that is public, and its public name.
#
# Usage: one_object.sh OUTPUT OBJCOPY AR RENAMES COMPILER... -- MAIN.a OTHER.a...
set -eu
output=$1
objcopy=$2
ar=$3
renames=$4
shift 4
compiler=
while [ "$1" != -- ]; do
    compiler="$compiler $1"
    shift
done
shift
main=$1
shift
object=$output.o
trap 'rm -f "$object"' EXIT
# shellcheck disable=SC2086
$compiler -r -nostdlib -o "$object" -Wl,--whole-archive "$main" -Wl,--no-whole-archive \
    -Wl,--start-group "$@" -Wl,--end-group
[ -z "$renames" ] || "$objcopy" --redefine-syms="$renames" "$object"
"$objcopy" --wildcard --keep-global-symbol='enduse_*' "$object"
rm -f "$output"
"$ar" rcs "$output" "$object"
