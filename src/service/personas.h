/* People whose keys the server holds: at a demonstration alone, so that whoever looks at it can be
 * each of them in turn. Elsewhere no server holds anybody's key. */
#ifndef ENDUSE_SERVICE_PERSONAS_H
#define ENDUSE_SERVICE_PERSONAS_H

#include "instruments/instruments.h"

enum { PERSONAS_MAX = 64 };

struct personas;

/* Loads key files: paths between commas; NULL or "": none. They must not be sealed. */
enum error personas_open(
    const struct os *os, const char *files, struct fault *fault, struct personas **ret_personas);
void personas_free(struct personas *personas); /* NULL is fine; keys are wiped */

size_t personas_count(const struct personas *personas); /* 0 of NULL */
struct key_id personas_key(const struct personas *personas, size_t index);
bool personas_have(const struct personas *personas, const struct key_id *key);

/* Any thread. Signs the payload with the key of that id (ERROR_NOT_FOUND when it is not held):
 * appends the signed instrument, with the signatures of existing where that is not empty. */
enum error personas_sign(
    struct personas *personas, const struct key_id *key, const struct cose_statement *statement,
    struct bytes existing, struct fault *fault, struct buffer *ret_bytes);

#endif
