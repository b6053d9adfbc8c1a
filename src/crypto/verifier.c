/* Verifying signatures. */
#include <openssl/err.h>
#include <stdlib.h>

#include "crypto/library.h"

struct verifier {
    struct public_key public;
    EVP_PKEY *key;
    EVP_MD_CTX *whole;    /* Ed25519, which signs the message itself */
    EVP_PKEY_CTX *hashed; /* ES256, which signs its digest */
};

static enum error prepare(struct verifier *verifier, struct fault *fault)
{
    enum error error = library_public_key(&verifier->public, fault, &verifier->key);
    if (error)
        return error;
    if (verifier->public.type == KEY_ED25519) {
        verifier->whole = EVP_MD_CTX_new();
        return verifier->whole ? ERROR_OK : library_failed(fault, "verifier");
    }
    verifier->hashed = EVP_PKEY_CTX_new_from_pkey(NULL, verifier->key, NULL);
    if (!verifier->hashed || EVP_PKEY_verify_init(verifier->hashed) <= 0)
        return library_failed(fault, "verifier");
    return ERROR_OK;
}

static void finish(struct verifier *verifier)
{
    EVP_MD_CTX_free(verifier->whole);
    EVP_PKEY_CTX_free(verifier->hashed);
    EVP_PKEY_free(verifier->key);
}

enum error
verifier_new(const struct public_key *key, struct fault *fault, struct verifier **ret_verifier)
{
    struct verifier *verifier = calloc(1, sizeof *verifier);
    if (!verifier)
        return fault_place(fault, ERROR_MEMORY, "verifier");
    verifier->public = *key;
    enum error error = prepare(verifier, fault);
    if (error)
        verifier_free(verifier);
    else
        *ret_verifier = verifier;
    return error;
}

const struct public_key *verifier_public(const struct verifier *verifier)
{
    return &verifier->public;
}

void verifier_free(struct verifier *verifier)
{
    if (!verifier)
        return;
    finish(verifier);
    free(verifier);
}

/* 1 when it verifies, as libcrypto has it: 0 when not, below 0 or 0 with errors when it failed. */
static int ask(struct verifier *verifier, struct bytes message, struct bytes signature)
{
    if (verifier->hashed) {
        struct digest digest = sha256_of(message);
        return EVP_PKEY_verify(
            verifier->hashed, signature.data, signature.length, digest.bytes, DIGEST_SIZE);
    }
    /* Begun anew each time: libcrypto does not promise a second message to a one-shot context. */
    if (EVP_DigestVerifyInit(verifier->whole, NULL, NULL, NULL, verifier->key) != 1)
        return -1;
    return EVP_DigestVerify(
        verifier->whole, signature.data, signature.length, message.data, message.length);
}

enum error verifier_check(
    struct verifier *verifier, struct bytes message, struct bytes signature, struct fault *fault)
{
    enum error error = signature_form_check(verifier->public.type, signature, fault);
    if (error)
        return error;
    ERR_clear_error();
    if (ask(verifier, message, signature) == 1)
        return ERROR_OK;
    /* The form is right, so libcrypto has nothing to report on a signature that merely does not
     * verify; a reported error means that it did not come to a judgement. */
    if (ERR_peek_error())
        return library_failed(fault, "signature");
    return fault_set(fault, ERROR_SIGNATURE, "signature", NULL, NULL);
}

enum error public_key_verify(
    const struct public_key *key, struct bytes message, struct bytes signature, struct fault *fault)
{
    struct verifier verifier = {.public = *key};
    enum error error = prepare(&verifier, fault);
    if (!error)
        error = verifier_check(&verifier, message, signature, fault);
    finish(&verifier);
    return error;
}
