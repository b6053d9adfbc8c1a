#!/bin/sh
# Fails when something public has no name of ours or no words: a global symbol of a library that does
# not begin with enduse_, or a function in include/ without a comment before it.
#
# Usage: tools/check_names.sh TREE [LIBRARY...]
set -eu
tree=$1
shift

failed=0
for library in "$@"; do
    dynamic=
    case "$library" in
    *.so | *.so.*) dynamic=-D ;;
    esac
    # shellcheck disable=SC2086
    nm $dynamic --extern-only --defined-only --format=posix "$library" |
        awk -v library="$library" '
            $2 !~ /^[A-Za-z]$/ { next } # the name of a member
            { symbols++ }
            $1 !~ /^enduse_/ {
                print library ": " $1 " is global and does not begin with enduse_"
                foreign = 1
            }
            END {
                if (!symbols)
                    print library ": no global symbol in it"
                exit foreign || !symbols
            }
        ' || failed=1
done

[ ! -d "$tree/include" ] || (cd "$tree" && find include -name '*.h') | LC_ALL=C sort |
    (cd "$tree" && awk '
        # A declaration begins at the margin, after an empty line or another declaration; an
        # attribute in capitals may stand between it and its comment.
        function check(file,    line, number, spoken, inside, declared)
        {
            while ((getline line < file) > 0) {
                number++
                if (inside) {
                    inside = line !~ /\*\//
                    spoken = 1
                } else if (line ~ /^\/\*/) {
                    inside = line !~ /\*\//
                    spoken = 1
                } else if (line ~ /^$/) {
                    spoken = 0
                } else if (line ~ /^[a-z][A-Za-z0-9_ *]*[ *]enduse_[a-z0-9_]*\(/) {
                    declared = line
                    sub(/\(.*/, "", declared)
                    sub(/.*[ *]/, "", declared)
                    if (!spoken) {
                        print file ":" number ": " declared " has no comment"
                        silent = 1
                    }
                    spoken = 0
                }
            }
            close(file)
        }
        { check($0) }
        END { exit silent }
    ') || failed=1
exit $failed
