/* cose: envelopes. The first byte of the input chooses: 0, the rest is an envelope; else the rest
 * is a list of edits to a valid one. Whatever is read must be written again byte for byte; whatever
 * opens must say what its signers signed. */
#include <stdlib.h>
#include <string.h>

#include "cose/parts.h"
#include "cose_keys.h"
#include "virtual_authenticator.h"

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RP_ID "office.example"
#define ORIGIN "https://office.example"

enum { ENVELOPES = 5 };

static struct buffer envelopes[ENVELOPES];
static struct signer keyring[4]; /* two keys, two passkeys */

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void
attach(const struct cose_statement *statement, struct private_key *key, struct buffer *ret_envelope)
{
    const struct virtual_authenticator authenticator = {
        .key = key, .rp_id = RP_ID, .origin = ORIGIN};
    struct key_id id = private_key_id(key);
    struct digest challenge;
    struct virtual_assertion answer;
    must(cose_challenge(statement, &id, NULL, &challenge) == ERROR_OK);
    virtual_authenticator_answer(&authenticator, digest_view(&challenge), &answer);
    struct passkey_assertion assertion = virtual_assertion_view(&answer);
    must(
        cose_attach_passkey(statement, (struct bytes){0}, &id, &assertion, NULL, ret_envelope) ==
        ERROR_OK);
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    (void)count, (void)arguments;
    static const uint8_t seed[PRIVATE_SEED_SIZE] = {0x50};
    struct cose_statement single = cose_licence;
    struct private_key *ed25519 = NULL, *es256 = NULL;
    single.form = COSE_SINGLE;
    must(cose_keys_make(NULL) == 0);
    must(private_key_from_seed(KEY_ED25519, BYTES_ARRAY(seed), NULL, &ed25519) == ERROR_OK);
    must(private_key_from_seed(KEY_ES256, BYTES_ARRAY(seed), NULL, &es256) == ERROR_OK);
    keyring[0] = cose_keyring[0];
    keyring[1] = cose_keyring[1];
    keyring[2] = signer_of_passkey(private_key_public(ed25519), RP_ID, ORIGIN);
    keyring[3] = signer_of_passkey(private_key_public(es256), RP_ID, ORIGIN);
    cose_signed_by(&single, (int[]){0, -1}, &envelopes[0]);
    cose_signed_by(&cose_licence, (int[]){1, -1}, &envelopes[1]);
    attach(&single, ed25519, &envelopes[2]);
    attach(&cose_licence, es256, &envelopes[3]);
    cose_signed_by(&cose_licence, (int[]){0, 1, -1}, &envelopes[4]);
    private_key_free(ed25519);
    private_key_free(es256);
    return 0;
}

/* Edits of four bytes: what to do, where (big-endian, wrapped around), and a byte. */
static void edit(struct buffer *envelope, const uint8_t *edits, size_t size)
{
    for (; size >= 4; edits += 4, size -= 4) {
        size_t at = load_u16(edits + 1) % (envelope->length + 1);
        size_t after = envelope->length - at;
        switch (edits[0] % 4) {
        case 0:
            if (after)
                envelope->data[at] ^= edits[3];
            break;
        case 1:
            if (after)
                envelope->data[at] = edits[3];
            break;
        case 2:
            buffer_append_byte(envelope, 0);
            memmove(envelope->data + at + 1, envelope->data + at, after);
            envelope->data[at] = edits[3];
            break;
        default:
            if (after) {
                memmove(envelope->data + at, envelope->data + at + 1, after - 1);
                envelope->length--;
            }
        }
    }
}

static bool is_one_of_ours(struct bytes data)
{
    for (size_t i = 0; i < ENVELOPES; i++) {
        if (bytes_equal(data, buffer_view(&envelopes[i])))
            return true;
    }
    return false;
}

/* RFC 8949 section 4.2.1 gives one encoding: reading and writing again changes nothing. */
static void check_identity(struct bytes data)
{
    struct parts parts;
    struct buffer again = {0};
    struct fault fault;
    if (parts_read(data, &fault, &parts))
        return;
    must(parts_write(&parts, NULL, &again) == ERROR_OK);
    must(bytes_equal(buffer_view(&again), data));
    buffer_free(&again);
}

static void check_open(struct bytes data)
{
    struct envelope envelope;
    struct unverified_envelope claimed;
    struct fault fault;
    enum error peeked = cose_peek_unverified(data, &fault, &claimed);
    enum error error = cose_open(data, "licence", cose_licence.aad, keyring, 4, &fault, &envelope);
    must(!is_one_of_ours(data) || error == ERROR_OK);
    if (error)
        return;
    must(peeked == ERROR_OK && claimed.count == envelope.count);
    must(bytes_equal(envelope.payload, cose_licence.payload));
    /* With a single signer nothing can be taken away either: it is one of those that were made, or
     * the two signers' with one of them left out, which is for instruments/ to judge. */
    must(envelope.form != COSE_SINGLE || is_one_of_ours(data));
    must(envelope.count == 1 || is_one_of_ours(data));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (data[0] == 0) {
        check_identity((struct bytes){data + 1, size - 1});
        check_open((struct bytes){data + 1, size - 1});
        return 0;
    }
    struct buffer envelope = {0};
    buffer_append_bytes(&envelope, buffer_view(&envelopes[data[0] % ENVELOPES]));
    edit(&envelope, data + 1, size - 1);
    check_identity(buffer_view(&envelope));
    check_open(buffer_view(&envelope));
    buffer_free(&envelope);
    return 0;
}
