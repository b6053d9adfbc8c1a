#!/bin/sh
# Builds the example against the installed library, as a vendor would: shared through pkg-config,
# and static. Then runs both: without arguments they say how they are used; with a folder that is
# none they report it and open nothing.
#
# Usage: library.sh TREE BUILD MESON COMPILER...
set -eu
tree=$1
build=$2
meson=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$meson" install -C "$build" --no-rebuild --quiet --destdir "$work/root" >"$work/log" 2>&1 || {
    cat "$work/log"
    exit 1
}
description=$(find "$work/root" -name enduse.pc)
library=$(dirname "$(find "$work/root" -name libenduse.a)")
PKG_CONFIG_PATH=$(dirname "$description")
PKG_CONFIG_SYSROOT_DIR=$work/root
PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1
PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_ALLOW_SYSTEM_CFLAGS \
    PKG_CONFIG_ALLOW_SYSTEM_LIBS

# shellcheck disable=SC2046
"$@" -Wall -Wextra -Werror -o "$work/shared" "$tree/examples/stand_in.c" \
    $(pkg-config --cflags --libs enduse)
# shellcheck disable=SC2046
"$@" -Wall -Wextra -Werror -o "$work/static" "$tree/examples/stand_in.c" \
    $(pkg-config --cflags enduse) "$library/libenduse.a" -lcrypto -lcurl -pthread

# README.md's lines, in a program around them.
{
    cat <<'END'
#include <enduse.h>
int complain(const char *text);
int working(void);
int run(const struct enduse_options options, const void *declaration, size_t size,
        const void *approval, size_t approval_size, const char *subject);
int run(const struct enduse_options options, const void *declaration, size_t size,
        const void *approval, size_t approval_size, const char *subject)
{
    struct enduse_guard *guard;
    struct enduse_declaration *declared = NULL;
    struct enduse_verdict verdict;
    struct enduse_fault fault;
    uint64_t use;
END
    sed -n '/^## Embed the guard/,/^## /s/^    //p' "$tree/README.md"
    printf 'return 0;\n}\n'
} >"$work/readme.c"
grep -q enduse_begin "$work/readme.c"
# shellcheck disable=SC2046
"$@" -Wall -Wextra -Werror -c -o "$work/readme.o" "$work/readme.c" $(pkg-config --cflags enduse)

head -c 32 /dev/zero >"$work/pin"
LD_LIBRARY_PATH=$library
export LD_LIBRARY_PATH
for kind in shared static; do
    status=0
    "$work/$kind" 2>"$work/said" || status=$?
    [ "$status" = 2 ] && grep -q '^usage: ' "$work/said" || {
        echo "$kind: exit $status without arguments"
        exit 1
    }
    mkdir -p "$work/none"
    status=0
    "$work/$kind" "$work/none" "$work/pin" 2>"$work/said" </dev/null || status=$?
    [ "$status" = 1 ] && grep -q "not a guard's folder" "$work/said" || {
        cat "$work/said"
        echo "$kind: exit $status for a folder that is none"
        exit 1
    }
done
# A vendor's C++ takes the header too.
if command -v c++ >/dev/null 2>&1; then
    printf '#include <enduse.h>\nint main() { return enduse_version() == nullptr; }\n' >"$work/x.cc"
    # shellcheck disable=SC2046
    c++ -fsyntax-only -Wall -Wextra -Wpedantic -Werror $(pkg-config --cflags enduse) "$work/x.cc"
fi
