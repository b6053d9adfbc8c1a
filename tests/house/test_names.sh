#!/bin/sh
# tools/check_names.sh rejects foreign names in a library and silent declarations in include/.
set -eu
check=$1/tools/check_names.sh
. "$1/tests/house/tap.sh"

library() { # the C on standard input as an archive and a shared object
    file x.c
    (cd "$tree" && ${CC:-cc} -fPIC -c x.c -o x.o && rm -f x.a && ar rc x.a x.o &&
        ${CC:-cc} -shared x.o -o x.so)
}

fresh
library <<'EOF'
int enduse_begin(void) { return 0; }
__attribute__((visibility("hidden"))) int enduse_inner(void) { return 0; }
static int helper(void) { return 1; }
int enduse_end(void) { return helper(); }
EOF
file include/enduse.h <<'EOF'
#ifndef ENDUSE_H
#define ENDUSE_H

struct enduse;

/* Opens. */
int enduse_open(
    const char *folder, struct enduse **ret_guard);

/* Closes,
 * and frees. */
ENDUSE_PUBLIC
void enduse_close(struct enduse *guard);

#endif
EOF
accept "our names, with words" "$check" "$tree" "$tree/x.a" "$tree/x.so"

library <<'EOF'
int enduse_begin(void) { return 0; }
int sha256_init(void) { return 1; }
EOF
reject "a foreign name in an archive" "x.a: sha256_init is global" "$check" "$tree" "$tree/x.a"
reject "a foreign name in a shared object" "x.so: sha256_init is global" \
    "$check" "$tree" "$tree/x.so"

library <<'EOF'
static int nothing;
EOF
reject "a library without a public name" "x.a: no global symbol" "$check" "$tree" "$tree/x.a"
reject "no library at all" "none.a" "$check" "$tree" "$tree/none.a"

file include/enduse.h <<'EOF'
/* A header. */

/* Opens. */
struct enduse *enduse_open(void);
void enduse_close(struct enduse *guard);
EOF
reject "a declaration without words" "include/enduse.h:5: enduse_close has no comment" \
    "$check" "$tree"

finish
