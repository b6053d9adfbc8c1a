/* Files that are part of the program: styles and scripts of pages. tools/embed.c makes the table,
 * the folder assets/ says of which files. */
#ifndef ENDUSE_HTTP_ASSET_H
#define ENDUSE_HTTP_ASSET_H

#include "base/bytes.h"

struct http_asset {
    const char *name; /* changes with the content: "enduse-0123456789abcdef.css" */
    const char *type; /* media type, with its charset */
    struct bytes content;
    struct bytes packed; /* the same by gzip (RFC 1952); empty where that is no shorter */
};

struct http_assets {
    const struct http_asset *items;
    size_t count;
};

#endif
