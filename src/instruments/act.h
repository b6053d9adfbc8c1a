/* An act: anything a person does at the authority, signed by that person. It is accepted once, and
 * only at the file's current version. */
#ifndef ENDUSE_INSTRUMENTS_ACT_H
#define ENDUSE_INSTRUMENTS_ACT_H

#include "instruments/datum.h"
#include "instruments/signing.h"

struct act {
    struct id id;
    const char *file;      /* "licence/IL-2026-0017" */
    uint64_t file_version; /* the version that the person saw; absent (0) for a new file */
    const char *verb;      /* "approve" */
    struct datum body;     /* a map that the verb's own table governs */
    millis time;           /* the person's clock: recorded, never used to decide */
};

extern const struct layout act_layout;

enum error act_check(const struct act *act, struct fault *fault);

/* Verifies with the signer given. */
enum error act_open(
    struct bytes bytes, const struct digest *authority, const struct signer *person,
    struct arena *arena, struct fault *fault, struct document *ret_document, struct act *ret_act);

#endif
