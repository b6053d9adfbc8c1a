/* A security key in software, for tests: answers challenges as navigator.credentials.get does, and
 * in every wrong way that a test asks for. Not part of any program that is installed. */
#ifndef ENDUSE_TESTS_VIRTUAL_AUTHENTICATOR_H
#define ENDUSE_TESTS_VIRTUAL_AUTHENTICATOR_H

#include "cose/cose.h"

enum {
    VIRTUAL_PRESENT = 0x01,
    VIRTUAL_VERIFIED = 0x04,
    VIRTUAL_BACKUP_ELIGIBLE = 0x08,
    VIRTUAL_BACKED_UP = 0x10,
    VIRTUAL_ATTESTED = 0x40,
    VIRTUAL_EXTENSIONS = 0x80,
};

/* The first three members are needed; the others, when left zero, mean good behaviour. */
struct virtual_authenticator {
    struct private_key *key;
    const char *rp_id;
    const char *origin;

    uint8_t flags;           /* 0: present and verified; else exactly these */
    const char *type;        /* NULL: "webauthn.get" */
    const char *cross;       /* JSON of crossOrigin; NULL: false; "": the member is left out */
    const char *more;        /* further members, each with a comma before it */
    const char *client_data; /* the whole text instead */
    struct bytes tail;       /* after the 37 fixed bytes of authenticator data */
    size_t cut;              /* bytes that are missing at the end of authenticator data */
};

/* An answer, with its parts' memory. */
struct virtual_assertion {
    uint8_t authenticator_data[256];
    size_t authenticator_data_length;
    char client_data[6000];
    struct signature signature;
};

/* Answers a challenge. Stops the test when signing fails. */
void virtual_authenticator_answer(
    const struct virtual_authenticator *authenticator, struct bytes challenge,
    struct virtual_assertion *ret_assertion);

/* The answer as views into it. */
struct passkey_assertion virtual_assertion_view(const struct virtual_assertion *assertion);

#endif
