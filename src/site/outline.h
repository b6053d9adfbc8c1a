/* Countries on the map: whose outline there is, and where. Made at build time of Natural Earth
 * (tools/outlines.mjs); none where the build had no npm modules. Internal to site/. */
#ifndef ENDUSE_SITE_OUTLINE_H
#define ENDUSE_SITE_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>

struct outline {
    char code[3]; /* ISO 3166-1, alpha-2 */
    int x, y;     /* a point inside, in the map's units */
    bool drawn;   /* else it is too small for an outline at this scale */
};

/* NULL: not on the map, as a code is that the standard leaves to its users. */
const struct outline *outline_of(const char *code);

size_t outline_count(void);

#endif
