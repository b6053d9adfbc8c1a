#!/bin/sh
# docs/office.md and its pictures are what the life-cycles' tables say. With WRITE_DOCUMENTS=1 they
# are made anew first.
#
# Usage: office_documents.sh PROGRAM TREE
set -eu
. "$2/tests/scenarios/scenario.sh" "$1" "$2"
program=$enduse tree=$2

if [ "${WRITE_DOCUMENTS:-}" ]; then
    "$program" "$tree/docs/office.md" "$tree/docs"
fi
mkdir made
accept "the page has all its places" "$program" "$tree/docs/office.md" made
accept "docs/office.md is what the tables say" diff "$tree/docs/office.md" made/office.md
accept "the pictures are those of the tables, no more and no fewer" \
    diff -r "$tree/docs/office" made/office

# A picture is read where nothing runs: one well-formed image with its own words, no more.
for picture in made/office/*.svg; do
    kind=${picture##*/}
    accept "$kind is well-formed" python3 -c \
        'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$picture"
    accept "$kind says in words what it shows" \
        grep -q '<desc id="desc">[a-z-]* ([^)]*): from [a-z]' "$picture"
    accept "$kind has no script and fetches nothing" sh -c \
        '! grep -E "<script|<image|href|url\(|@import| on[a-z]*=" "$0"' "$picture"
done

# A place that nothing fills, one without its end, and a page without the last place are refused.
page() {
    printf '%s\n' "$@" >page.md
}
page '<!-- made: kind horse -->' '<!-- end -->' '<!-- made: others -->' '<!-- end -->'
reject "no such kind" "no such place" "$program" page.md made
page '<!-- made: kind order -->' '<!-- end -->' '<!-- made: kind order -->' '<!-- end -->'
reject "a kind twice" "or a second one" "$program" page.md made
page '<!-- made: role desk -->' '<!-- end -->'
reject "no place for others" "no place for others" "$program" page.md made
page '<!-- made: others -->'
reject "a place without its end" "without its end" "$program" page.md made
page '<!-- made: others -->' 'Old text.' '<!-- end -->'
accept "kinds and roles without a place are not left out" "$program" page.md made
accept "they go to the place for others" grep -q '^### Licence$' made/office.md
finish
