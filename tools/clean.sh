#!/bin/sh
# Removes what was built. Keeps what took hours to learn: the fuzzers' corpora and findings, and the
# results of `make check-deep`.
set -eu
cd "$(dirname "$0")/.."

[ -d build ] || exit 0
find build -mindepth 1 -maxdepth 1 ! -name fuzz ! -name deep -exec rm -rf {} +
rm -rf build/fuzz/build
find build -depth -type d -empty -exec rmdir {} +
