/* The tree's layout, and the little that reader, accessors and writer share. Private to json/. */
#ifndef ENDUSE_JSON_TREE_H
#define ENDUSE_JSON_TREE_H

#include "base/path.h"
#include "json/json.h"

struct json_document;
struct json_member;

/* A value does not point to what is around it: its offset leads from the root to it, and is unique
 * because every value takes bytes of the text. */
struct json {
    const struct json_document *document;
    union {
        const uint8_t *characters;         /* string: decoded; number: as written */
        const struct json *items;          /* array */
        const struct json_member *members; /* object; json_order follows them */
    } as;
    uint32_t length; /* bytes, items or members */
    uint32_t offset;
    uint8_t type; /* enum json_type */
    bool truth;
};

struct json_member {
    struct json value;
    const uint8_t *name;
    uint32_t name_length;
    uint32_t name_offset;
};

struct json_document {
    struct bytes text; /* the arena's copy */
    struct json root;
};

/* From this many members on, an object has the positions of its members in the order of their
 * names right after the members. */
enum { JSON_ORDER_FROM = 9 };
const uint32_t *json_order(const struct json *object);

struct bytes json_member_name(const struct json_member *member);

/* The line and column at an offset of a text. */
struct json_place json_place_in(struct bytes text, size_t offset);

/* Writes "line 4, column 19, $.a.b" (no path when it is only "$") for a fault. */
void json_place_text(struct json_place place, const char *path, char *text, size_t size);

/* The length of the JSON number (RFC 8259 section 6) that text begins with; 0 when it begins with
 * none. */
size_t json_number_length(struct bytes text);

#endif
