#!/bin/sh
# Lays out the C files by .clang-format. Version 14 only: others lay out differently.
#
# Usage: tools/format.sh [--check [TREE]]
#   --check  change nothing: name each file that is laid out otherwise, and fail. Status 77 (skipped)
#            when clang-format 14 is not installed.
set -eu

check=no
if [ "${1:-}" = --check ]; then
    check=yes
    shift
fi
cd "${1:-$(dirname "$0")/..}"

tool=
for name in clang-format-14 clang-format; do
    case "$($name --version 2>/dev/null || :)" in
    *"version 14."*)
        tool=$name
        break
        ;;
    esac
done
if [ -z "$tool" ]; then
    echo "clang-format 14 is not installed (Debian: clang-format-14)" >&2
    [ $check = no ] || exit 77
    exit 1
fi

folders=
for folder in include src tools tests examples; do
    [ ! -d $folder ] || folders="$folders $folder"
done
if [ $check = no ]; then
    # shellcheck disable=SC2086
    find $folders -name '*.[ch]' -exec $tool -i {} +
    exit 0
fi
# clang-format shows every place with its line; the first of a file is enough to find it.
# shellcheck disable=SC2086
if find $folders -name '*.[ch]' -exec $tool --dry-run {} + 2>&1 |
    sed -n 's/^\(.*:[0-9]*\):[0-9]*: warning: .*/\1: laid out otherwise than .clang-format says/p' |
    LC_ALL=C sort -t: -k1,1 -u | grep .; then
    echo "\`make format\` puts this right" >&2
    exit 1
fi
