/* For the tests of envelopes: a set of keys, their keyring, and a document to sign. */
#ifndef ENDUSE_TESTS_COSE_KEYS_H
#define ENDUSE_TESTS_COSE_KEYS_H

#include "cose/cose.h"

enum { COSE_KEYS = 34 };

/* Ed25519 keys, always the same ones, by ascending id, and the keyring that knows them all. */
extern struct private_key *cose_keys[COSE_KEYS];
extern struct signer cose_keyring[COSE_KEYS];

/* A licence of some authority, for several signers. */
extern const struct cose_statement cose_licence;

/* Set-up and tear-down of a group of tests: 0, or -1. */
int cose_keys_make(void **state);
int cose_keys_free(void **state);

/* Adds the signatures of the keys of these numbers, one after the other; -1 ends the list. Stops
 * the test when signing fails. */
void cose_signed_by(
    const struct cose_statement *statement, const int *signers, struct buffer *ret_envelope);

#endif
