#!/bin/sh
# Builds the example of the Cedar library as who embeds it would: with the one header that is
# installed, what pkg-config says, and nothing else of enduse. Then it decides.
#
# Usage: cedar.sh TREE BUILD MESON COMPILER...
set -eu
tree=$1
build=$2
meson=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    echo "$@"
    exit 1
}
"$meson" install -C "$build" --no-rebuild --quiet --destdir "$work/root" >"$work/log" 2>&1 || {
    cat "$work/log"
    exit 1
}
PKG_CONFIG_PATH=$(dirname "$(find "$work/root" -name enduse-cedar.pc)")
PKG_CONFIG_SYSROOT_DIR=$work/root
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1

# Only that header: another one of ours would be found beside it.
mkdir -p "$work/include/enduse"
cp "$(find "$work/root" -path '*/enduse/cedar.h')" "$work/include/enduse/"
# shellcheck disable=SC2046
"$@" -std=c17 -Wall -Wextra -Wpedantic -Werror -I"$work/include" -o "$work/embed" \
    "$tree/examples/cedar_embed.c" $(pkg-config --libs enduse-cedar)

[ "$(wc -l <"$tree/examples/cedar_embed.c")" -lt 80 ] || fail "the example has 80 lines or more"
status=0
said=$("$work/embed" 2) || status=$?
[ "$status $said" = "0 ALLOW" ] || fail "cedar_embed 2: $status $said"
status=0
said=$("$work/embed" 1) || status=$?
case "$status $said" in
"2 DENY"*"this failed: context.clearance >= 2") ;;
*) fail "cedar_embed 1: $status $said" ;;
esac
# Nothing but libc is asked for. Sanitizers ask for more, and are not part of the library.
library=$(find "$work/root" -name libenduse-cedar.a)
if ! nm -u "$library" | grep -q -e __asan -e __ubsan; then
    "$@" -shared -nodefaultlibs -Wl,--no-undefined -Wl,--whole-archive "$library" \
        -Wl,--no-whole-archive -lc -o "$work/whole.so" || fail "more than libc is needed"
fi
