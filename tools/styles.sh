#!/bin/sh
# Builds what npm's modules make for the authority's pages, in build/assets/, when something of theirs
# is newer: the styles (enduse.css), and the outlines of countries (outlines.svg, outlines.h). Without
# npm or a module nothing is built of it; the program embeds assets/plain.* then: plain pages, and
# countries as a list without a map.
set -eu
cd "$(dirname "$0")/.."

# make TARGET SCRIPT SOURCE...: runs npm's script when a source is newer than its target; else false.
make() {
    target=build/assets/$1
    script=$2
    shift 2
    if [ -f "$target" ] && [ -z "$(find "$@" -newer "$target" -print -quit)" ]; then
        return 1
    fi
    mkdir -p build/assets
    if ! npm run --silent "$script" >build/assets/build.log 2>&1; then
        cat build/assets/build.log >&2
        echo "$target could not be built; why is above." >&2
        exit 1
    fi
}

command -v npm >/dev/null || exit 0
if [ -d node_modules/sass ]; then
    if make enduse.css build assets package-lock.json; then
        # Left and right as the start and end of a line, so that one sheet serves pages in languages that
        # are read from either side: ours and govuk-frontend's alike.
        one='([^][ ;{}()!]+)'
        four="$one $one $one $one"
        sed -E -e 's/(margin|padding|border)-left([-:])/\1-inline-start\2/g' \
            -e 's/(margin|padding|border)-right([-:])/\1-inline-end\2/g' \
            -e 's/([{;])left:/\1inset-inline-start:/g; s/([{;])right:/\1inset-inline-end:/g' \
            -e 's/(text-align|float):left/\1:start/g; s/(text-align|float):right/\1:end/g' \
            -e 's/float:(start|end)/float:inline-\1/g' \
            -e "s/(margin|padding):$four([;}])/\\1-block:\\2 \\4;\\1-inline:\\5 \\3\\6/g" \
            -e "s/border-width:$four([;}])/border-block-width:\\1 \\3;border-inline-width:\\4 \\2\\5/g" \
            "$target" >"$target.new"
        mv "$target.new" "$target"
    fi
fi
iso=$(pkg-config --variable=prefix iso-codes 2>/dev/null || :)
iso=$iso/share/iso-codes/json/iso_3166-1.json
if [ -d node_modules/world-atlas ] && [ -d node_modules/topojson-client ] && [ -d node_modules/d3-geo ] &&
    [ -f "$iso" ]; then
    ISO_COUNTRIES=$iso
    export ISO_COUNTRIES
    make outlines.h outlines tools/outlines.mjs package-lock.json "$iso" || :
fi
