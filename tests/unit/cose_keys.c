/* Keys from counted seeds, in the order of their ids. */
#include "cose_keys.h"

#include <stdio.h>
#include <stdlib.h>

struct private_key *cose_keys[COSE_KEYS];
struct signer cose_keyring[COSE_KEYS];

static const uint8_t authority[32] = {1, 2, 3};

const struct cose_statement cose_licence = {
    .form = COSE_SEVERAL,
    .type = "licence",
    .aad = {authority, sizeof authority},
    .payload = {(const uint8_t *)"\x82\x01\x02", 3},
};

static int by_id(const void *a, const void *b)
{
    struct key_id left = private_key_id(*(struct private_key *const *)a);
    struct key_id right = private_key_id(*(struct private_key *const *)b);
    return key_id_compare(&left, &right);
}

int cose_keys_make(void **state)
{
    (void)state;
    for (int i = 0; i < COSE_KEYS; i++) {
        uint8_t seed[PRIVATE_SEED_SIZE] = {(uint8_t)(i + 1)};
        if (private_key_from_seed(KEY_ED25519, BYTES_ARRAY(seed), NULL, &cose_keys[i]))
            return -1;
    }
    qsort(cose_keys, COSE_KEYS, sizeof *cose_keys, by_id);
    for (int i = 0; i < COSE_KEYS; i++)
        cose_keyring[i] = signer_of_key(private_key_public(cose_keys[i]));
    return 0;
}

int cose_keys_free(void **state)
{
    (void)state;
    for (int i = 0; i < COSE_KEYS; i++)
        private_key_free(cose_keys[i]);
    return 0;
}

void cose_signed_by(
    const struct cose_statement *statement, const int *signers, struct buffer *ret_envelope)
{
    for (; *signers >= 0; signers++) {
        struct buffer next = {0};
        if (cose_sign(statement, buffer_view(ret_envelope), cose_keys[*signers], NULL, &next)) {
            fprintf(stderr, "cose_keys: signing failed\n");
            abort();
        }
        buffer_free(ret_envelope);
        *ret_envelope = next;
    }
}
