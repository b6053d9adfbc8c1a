#!/bin/sh
# Makes libenduse.a of one relocated object in which only the public names are global, so that none
# of ours can meet a name of the vendor's. The first archive is taken whole, of the others what it
# needs.
#
# Usage: one_object.sh OUTPUT OBJCOPY AR COMPILER... -- GUARD.a OTHER.a...
set -eu
output=$1
objcopy=$2
ar=$3
shift 3
compiler=
while [ "$1" != -- ]; do
    compiler="$compiler $1"
    shift
done
shift
guard=$1
shift
object=$output.o
trap 'rm -f "$object"' EXIT
# shellcheck disable=SC2086
$compiler -r -nostdlib -o "$object" -Wl,--whole-archive "$guard" -Wl,--no-whole-archive \
    -Wl,--start-group "$@" -Wl,--end-group
"$objcopy" --wildcard --keep-global-symbol='enduse_*' "$object"
rm -f "$output"
"$ar" rcs "$output" "$object"
