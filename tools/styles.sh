#!/bin/sh
# Builds the styles of the authority's pages (build/assets/enduse.css) when something of theirs is
# newer. Without npm or its modules nothing is built, and the program embeds assets/plain.css.
set -eu
cd "$(dirname "$0")/.."

styles=build/assets/enduse.css
if [ ! -d node_modules/sass ] || ! command -v npm >/dev/null; then
    exit 0
fi
if [ -f $styles ] && [ -z "$(find assets package-lock.json -newer $styles -print -quit)" ]; then
    exit 0
fi
mkdir -p build/assets
if ! npm run --silent build >build/assets/build.log 2>&1; then
    cat build/assets/build.log >&2
    echo "The styles could not be built; what sass says is above." >&2
    exit 1
fi
# Left and right as the start and end of a line, so that one sheet serves pages in languages that
# are read from either side: ours and govuk-frontend's alike.
sed -E -e 's/(margin|padding|border)-left([-:])/\1-inline-start\2/g' \
    -e 's/(margin|padding|border)-right([-:])/\1-inline-end\2/g' \
    -e 's/([{;])left:/\1inset-inline-start:/g; s/([{;])right:/\1inset-inline-end:/g' \
    -e 's/(text-align|float):left/\1:start/g; s/(text-align|float):right/\1:end/g' \
    -e 's/float:(start|end)/float:inline-\1/g' $styles >$styles.new
mv $styles.new $styles
