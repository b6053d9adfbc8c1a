#!/bin/sh
# Makes FOLDER a meson build folder with these options, once: again only when the options or the
# compiler asked for have changed. What meson says is shown only when it fails.
#
# Usage: [CC=COMPILER] tools/configure.sh FOLDER [MESON-OPTION...]
set -eu
cd "$(dirname "$0")/.."

folder=$1
shift
styles=plain
[ ! -f build/assets/enduse.css ] || styles=built
[ ! -f build/assets/outlines.h ] || styles=$styles,outlines
wish="CC=${CC:-} CFLAGS=${CFLAGS:-} LDFLAGS=${LDFLAGS:-} styles=$styles $*"
note=$folder/configured

if [ -f "$folder/build.ninja" ] && [ -f "$note" ] && [ "$(cat "$note")" = "$wish" ]; then
    exit 0
fi
# Not by meson's --wipe: that would empty the folder, and build/ holds others.
rm -rf "$folder/build.ninja" "$folder/meson-private" "$folder/meson-info" "$note"
mkdir -p "$folder"
if ! meson setup "$@" "$folder" >"$folder/configure.log" 2>&1; then
    cat "$folder/configure.log" >&2
    echo "The build could not be configured in $folder. What is missing is named above;" >&2
    echo "\`make setup\` installs what enduse needs." >&2
    exit 1
fi
echo "$wish" >"$note"
