#!/bin/sh
# Runs bench_cedar on the paper's three applications, from DATA, and on role policies. Usage:
# bench_cedar.sh PROGRAM.
set -eu
for count in 11 101 1001; do
    "$1" roles $count 500
done
data=${DATA:-$DEFAULT_DATA}
archive=$data/cedar/use-cases-and-benchmarks.tar.gz
if [ ! -f "$archive" ]; then
    echo "not measured: gdrive, github, tinytodo (no benchmark data in $data/cedar; set DATA)"
    exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
tar -xzf "$archive" -C "$folder" 2>/dev/null
for name in gdrive github tinytodo; do
    for size in 5 50; do
        at=$folder/oopsla-data/$name
        "$1" $name$size "$at.cedar" "$at$size.entities.json" "$at$size.requests.json" 200
    done
done
