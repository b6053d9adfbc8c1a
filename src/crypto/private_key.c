/* Private keys: making, signing, wiping. */
#include "crypto/key.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/library.h"
#include "crypto/secret.h"

struct private_key {
    struct public_key public;
    uint8_t seed[PRIVATE_SEED_SIZE];
    EVP_PKEY *key;
    EVP_MD_CTX *whole;    /* Ed25519 */
    EVP_PKEY_CTX *hashed; /* ES256 */
};

static const char place[] = "private key";

static enum error prepare_ed25519(struct private_key *key, struct fault *fault)
{
    size_t size = ED25519_PUBLIC_SIZE;
    key->public.type = KEY_ED25519;
    key->key = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, key->seed, PRIVATE_SEED_SIZE);
    if (!key->key || EVP_PKEY_get_raw_public_key(key->key, key->public.bytes, &size) != 1)
        return library_failed(fault, place);
    key->whole = EVP_MD_CTX_new();
    return key->whole ? ERROR_OK : library_failed(fault, place);
}

static enum error prepare_es256(struct private_key *key, struct fault *fault)
{
    if (!es256_seed_in_range(key->seed))
        return fault_set(fault, ERROR_KEY_BYTES, place, "a number in 1..n-1 of P-256", NULL);
    enum error error = library_es256_private(key->seed, fault, &key->public, &key->key);
    if (error)
        return error;
    key->hashed = EVP_PKEY_CTX_new_from_pkey(NULL, key->key, NULL);
    if (!key->hashed || EVP_PKEY_sign_init(key->hashed) <= 0)
        return library_failed(fault, place);
    return ERROR_OK;
}

enum error private_key_from_seed(
    enum key_type type, struct bytes seed, struct fault *fault, struct private_key **ret_key)
{
    if (type != KEY_ED25519 && type != KEY_ES256)
        return fault_set(fault, ERROR_KEY_TYPE, place, "Ed25519 or ES256", "type %d", (int)type);
    if (seed.length != PRIVATE_SEED_SIZE)
        return fault_set(
            fault, ERROR_KEY_BYTES, place, "a seed of 32 bytes", "%zu bytes", seed.length);
    struct private_key *key = calloc(1, sizeof *key);
    if (!key)
        return fault_place(fault, ERROR_MEMORY, "%s", place);
    memcpy(key->seed, seed.data, sizeof key->seed);
    enum error error = type == KEY_ES256 ? prepare_es256(key, fault) : prepare_ed25519(key, fault);
    if (error)
        private_key_free(key);
    else
        *ret_key = key;
    return error;
}

enum error private_key_generate(
    const struct os *os, enum key_type type, struct fault *fault, struct private_key **ret_key)
{
    /* FIPS 186-5 appendix A.2.2: a candidate outside 1..n-1 is thrown away and drawn again, which
     * happens once in 2^32 draws; a generator that goes on giving such numbers is broken. */
    uint8_t seed[PRIVATE_SEED_SIZE];
    enum error error = ERROR_OK;
    for (int draws = 0; draws < 3; draws++) {
        error = random_fill(os, fault, seed, sizeof seed);
        if (error || type != KEY_ES256 || es256_seed_in_range(seed))
            break;
    }
    if (!error)
        error = private_key_from_seed(type, BYTES_ARRAY(seed), fault, ret_key);
    secret_wipe(seed, sizeof seed);
    return error;
}

const struct public_key *private_key_public(const struct private_key *key)
{
    return &key->public;
}

struct key_id private_key_id(const struct private_key *key)
{
    return public_key_id(&key->public);
}

struct bytes private_key_seed(const struct private_key *key)
{
    return (struct bytes){key->seed, sizeof key->seed};
}

enum error private_key_sign(
    struct private_key *key, struct bytes message, struct fault *fault,
    struct signature *ret_signature)
{
    struct signature signature = {.length = sizeof signature.bytes};
    bool done;
    if (key->hashed) {
        struct digest digest = sha256_of(message);
        done = EVP_PKEY_sign(
                   key->hashed, signature.bytes, &signature.length, digest.bytes, DIGEST_SIZE) == 1;
    } else {
        /* Begun anew each time, as in verifier.c. */
        done =
            EVP_DigestSignInit(key->whole, NULL, NULL, NULL, key->key) == 1 &&
            EVP_DigestSign(
                key->whole, signature.bytes, &signature.length, message.data, message.length) == 1;
    }
    if (!done)
        return library_failed(fault, "signing");
    *ret_signature = signature;
    return ERROR_OK;
}

void private_key_free(struct private_key *key)
{
    if (!key)
        return;
    EVP_MD_CTX_free(key->whole);
    EVP_PKEY_CTX_free(key->hashed);
    EVP_PKEY_free(key->key); /* libcrypto wipes its copy */
    secret_wipe(key, sizeof *key);
    free(key);
}
