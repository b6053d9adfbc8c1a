/* libcrypto's errors and its key objects. */
#include "crypto/library.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/params.h>

#include "crypto/secret.h"

enum error library_failed(struct fault *fault, const char *place)
{
    enum error error = ERROR_CRYPTO;
    unsigned long code, last = 0;
    while ((code = ERR_get_error()) != 0) {
        if (ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE)
            error = ERROR_MEMORY;
        last = code;
    }
    const char *reason = last ? ERR_reason_error_string(last) : NULL;
    return fault_set(fault, error, place, NULL, "%s", reason ? reason : "no reason given");
}

/* Whether the cause of a failure, the oldest error in libcrypto's queue, is that an encoded point
 * cannot be one of the curve. */
static bool point_was_refused(void)
{
    unsigned long code = ERR_peek_error();
    int reason = ERR_GET_REASON(code);
    return ERR_GET_LIB(code) == ERR_LIB_EC &&
           (reason == EC_R_POINT_IS_NOT_ON_CURVE || reason == EC_R_INVALID_ENCODING);
}

static enum error
key_from_parameters(OSSL_PARAM *parameters, int selection, struct fault *fault, EVP_PKEY **ret_key)
{
    ERR_clear_error(); /* so that the cause of a failure here is the oldest one */
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    bool made = context && EVP_PKEY_fromdata_init(context) > 0 &&
                EVP_PKEY_fromdata(context, &key, selection, parameters) > 0;
    EVP_PKEY_CTX_free(context);
    if (made) {
        *ret_key = key;
        return ERROR_OK;
    }
    EVP_PKEY_free(key);
    if (point_was_refused()) {
        ERR_clear_error();
        return fault_set(fault, ERROR_KEY_BYTES, "ES256 key", "a point of P-256", NULL);
    }
    return library_failed(fault, "ES256 key");
}

static char p256_name[] = SN_X9_62_prime256v1;

static enum error
es256_public(const struct public_key *public, struct fault *fault, EVP_PKEY **ret_key)
{
    struct public_key copy = *public; /* OSSL_PARAM has no const */
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, p256_name, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy.bytes, ES256_PUBLIC_SIZE),
        OSSL_PARAM_construct_end(),
    };
    return key_from_parameters(parameters, EVP_PKEY_PUBLIC_KEY, fault, ret_key);
}

enum error library_public_key(const struct public_key *key, struct fault *fault, EVP_PKEY **ret_key)
{
    if (key->type == KEY_ES256)
        return es256_public(key, fault, ret_key);
    if (key->type != KEY_ED25519)
        return fault_set(
            fault, ERROR_KEY_TYPE, "public key", "Ed25519 or ES256", "type %d", (int)key->type);
    EVP_PKEY *made =
        EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, key->bytes, ED25519_PUBLIC_SIZE);
    if (!made)
        return library_failed(fault, "Ed25519 key");
    *ret_key = made;
    return ERROR_OK;
}

/* The point d * G of P-256, uncompressed. */
static bool multiply_base(const BIGNUM *d, uint8_t ret_point[ES256_PUBLIC_SIZE])
{
    bool done = false;
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *point = group ? EC_POINT_new(group) : NULL;
    if (point && EC_POINT_mul(group, point, d, NULL, NULL, NULL) == 1)
        done = EC_POINT_point2oct(
                   group, point, POINT_CONVERSION_UNCOMPRESSED, ret_point, ES256_PUBLIC_SIZE,
                   NULL) == ES256_PUBLIC_SIZE;
    EC_POINT_free(point);
    EC_GROUP_free(group);
    return done;
}

enum error library_es256_private(
    const uint8_t seed[PRIVATE_SEED_SIZE], struct fault *fault, struct public_key *ret_public,
    EVP_PKEY **ret_key)
{
    struct public_key public = {.type = KEY_ES256};
    uint8_t native[PRIVATE_SEED_SIZE] = {0}; /* OSSL_PARAM wants the machine's byte order */
    BIGNUM *d = BN_secure_new();
    bool ready = d && BN_bin2bn(seed, PRIVATE_SEED_SIZE, d) && multiply_base(d, public.bytes) &&
                 BN_bn2nativepad(d, native, sizeof native) == sizeof native;
    BN_clear_free(d);
    if (!ready)
        return library_failed(fault, "ES256 key");
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, p256_name, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, public.bytes, ES256_PUBLIC_SIZE),
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native, sizeof native),
        OSSL_PARAM_construct_end(),
    };
    enum error error = key_from_parameters(parameters, EVP_PKEY_KEYPAIR, fault, ret_key);
    secret_wipe(native, sizeof native);
    if (!error)
        *ret_public = public;
    return error;
}
