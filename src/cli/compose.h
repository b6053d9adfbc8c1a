/* A document's JSON from what a person gives: a file, assignments NAME=VALUE over it, and
 * references to other files. What the members mean is the document's table (instruments/field.h).
 */
#ifndef ENDUSE_CLI_COMPOSE_H
#define ENDUSE_CLI_COMPOSE_H

#include "cli/files.h"

/* Texts for help, shared by the commands that compose. */
#define COMPOSE_TEXT                                                                               \
    "NAME=VALUE sets a member (agency.id=... one inside), also over the file's. A list\n"          \
    "is given by repeating NAME=VALUE; NAME= is an empty one. Times are RFC 3339, now,\n"          \
    "or now+30d. @FILE as VALUE reads a file: a text, bytes, a key, or the document whose\n"       \
    "digest is meant. In JSON the same is {\"$text\": FILE}, {\"$file\": FILE},\n"                 \
    "{\"$key\": FILE}, {\"$digest\": FILE}, {\"$payload\": FILE} and {\"$time\": TIME};\n"         \
    "{\"$sha256\": FILE} is the digest of a file as it stands.\n"

struct compose {
    const struct layout *layout;    /* of the document; NULL or without fields: an empty one */
    const char *path;               /* of a JSON file; NULL: none */
    struct bytes json;              /* its text, where it was made of something else */
    const char *const *assignments; /* "NAME=VALUE" */
    size_t assignment_count;
    const char *text_name; /* a member that is this text as it stands; NULL: none */
    const char *text;
    bool datum;    /* for datum_from_json: bytes and digests as {"$bytes": ...} */
    bool defaults; /* a random id, and now as when it was issued or made, where not given */
};

/* The document's JSON. *ret_rewritten: it is not the file's own text, so that lines and columns in
 * faults mean nothing (compose_fault takes them out). */
enum error compose_json(
    struct call *call, const struct compose *compose, struct fault *fault,
    const struct json **ret_json, bool *ret_rewritten);

/* What a field of a document is given when nobody says it: "random", "now"; NULL: nothing. */
const char *compose_default(const struct field *field);

/* Names the file before the fault's place, and takes line and column out of a rewritten text's. */
enum error
compose_fault(const struct compose *compose, bool rewritten, enum error error, struct fault *fault);

#endif
