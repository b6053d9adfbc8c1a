/* The openings of a record's commitments, FOLDER/fields/ID.fields: salts and plain text, the
 * agency's alone. Erasing the file erases the fields; the record stays. */
#ifndef ENDUSE_GUARD_OPENINGS_H
#define ENDUSE_GUARD_OPENINGS_H

#include "guard/folder.h"

struct opening {
    const char *field;
    struct bytes salt; /* ENTRY_SALT_SIZE bytes */
    struct bytes value;
};

struct openings {
    struct id record;          /* what the commitments are bound to */
    struct digest declaration; /* the declaration's */
    const struct opening *fields;
    size_t fields_count;
};

extern const struct layout openings_layout;

/* Writes a new file, durably. */
enum error openings_write(
    const struct os *os, const char *folder, const struct openings *openings, struct fault *fault);

#endif
