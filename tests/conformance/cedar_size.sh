#!/bin/sh
# Compiles the evaluator and parser of Cedar by themselves, as a vendor would, and measures what
# they add to a program: code and data of at most 150,000 bytes, nothing needed but libc. (The file
# of the library is larger, by the symbols and relocations that stay behind when it is linked.)
# Usage: cedar_size.sh INCLUDE_FOLDER SOURCE…
set -eu
limit=150000
include=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
cc=${CC:-cc}
count=0
for source in "$@"; do
    count=$((count + 1))
    $cc -std=gnu17 -D_GNU_SOURCE -O2 -fPIC -I"$include" -c "$source" -o "$folder/$count.o"
done
# What is left undefined must be in libc, or this does not link.
$cc -shared -nodefaultlibs -Wl,--no-undefined "$folder"/*.o -lc -o "$folder/engine.so"
# The totals of all objects: code and constants, data, zeroed data.
set -- $(size -t "$folder"/*.o | tail -n 1)
total=$(($1 + $2 + $3))
echo "cedar engine: $total bytes of code and data (at most $limit), libc alone"
[ "$total" -le "$limit" ]
