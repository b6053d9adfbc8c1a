/* The accepted forms of points, numbers and signatures: checks on bytes that libcrypto leaves out
 * or makes less strictly. */
#include <openssl/bn.h>
#include <string.h>

#include "crypto/library.h"

/* RFC 8032 section 5.1: p = 2^255 - 19, the curve's d, and the order L of the base point; RFC 5114
 * and SEC 2 section 2.4.2: the order n of P-256. Big-endian, but L as it stands in a signature. */
static const uint8_t ed25519_d[32] = {
    0x52, 0x03, 0x6c, 0xee, 0x2b, 0x6f, 0xfe, 0x73, 0x8c, 0xc7, 0x40, 0x79, 0x77, 0x79, 0xe8, 0x98,
    0x00, 0x70, 0x0a, 0x4d, 0x41, 0x41, 0xd8, 0xab, 0x75, 0xeb, 0x4d, 0xca, 0x13, 0x59, 0x78, 0xa3};
static const uint8_t ed25519_order[32] = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
static const uint8_t p256_order[32] = {
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

/* The y of the eight points whose order divides 8, as RFC 8032 writes them: orders 4, 1, 2, 8, 8.
 */
static const uint8_t small_order[5][32] = {
    {0},
    {1},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
};

/* 1 when y is the y of a point of the curve, 0 when not, -1 when libcrypto failed. The curve is
 * -x^2 + y^2 = 1 + d x^2 y^2, so x^2 = (y^2 - 1) / (d y^2 + 1), which has a root when
 * (y^2 - 1)(d y^2 + 1) is a square modulo p: its Kronecker symbol is not -1. */
static int y_is_on_curve(const BIGNUM *y, const BIGNUM *p, BN_CTX *scratch)
{
    BIGNUM *d = BN_CTX_get(scratch), *square = BN_CTX_get(scratch);
    BIGNUM *above = BN_CTX_get(scratch), *below = BN_CTX_get(scratch);
    if (!below || !BN_bin2bn(ed25519_d, sizeof ed25519_d, d) ||
        !BN_mod_sqr(square, y, p, scratch) || !BN_sub(above, square, BN_value_one()) ||
        !BN_mod_mul(below, square, d, p, scratch) || !BN_add_word(below, 1) ||
        !BN_mod_mul(above, above, below, p, scratch))
        return -1;
    int symbol = BN_kronecker(above, p, scratch);
    return symbol < -1 ? -1 : symbol >= 0;
}

/* 1, 0 or -1 as above; also 0 when y is not below p (RFC 8032 section 5.1.3 step 1). */
static int point_is_good(const uint8_t bytes[32], BN_CTX *scratch)
{
    BIGNUM *y = BN_CTX_get(scratch), *p = BN_CTX_get(scratch);
    if (!p || !BN_lebin2bn(bytes, 32, y) || !BN_set_word(p, 0) || !BN_set_bit(p, 255) ||
        !BN_sub_word(p, 19))
        return -1;
    return BN_cmp(y, p) < 0 ? y_is_on_curve(y, p, scratch) : 0;
}

enum error ed25519_point_check(const uint8_t point[ED25519_PUBLIC_SIZE], struct fault *fault)
{
    static const char place[] = "Ed25519 key";
    uint8_t y[32];
    memcpy(y, point, sizeof y);
    y[31] &= 0x7F; /* the top bit is the sign of x */
    for (size_t i = 0; i < sizeof small_order / sizeof *small_order; i++) {
        if (memcmp(y, small_order[i], sizeof y) == 0)
            return fault_set(
                fault, ERROR_KEY_BYTES, place, "a point of large order", "one of the eight others");
    }
    BN_CTX *scratch = BN_CTX_new();
    if (!scratch)
        return library_failed(fault, place);
    BN_CTX_start(scratch);
    int good = point_is_good(y, scratch);
    BN_CTX_end(scratch);
    BN_CTX_free(scratch);
    if (good < 0)
        return library_failed(fault, place);
    if (good == 0)
        return fault_set(fault, ERROR_KEY_BYTES, place, "a point of the curve, y below p", NULL);
    return ERROR_OK;
}

bool es256_seed_in_range(const uint8_t seed[PRIVATE_SEED_SIZE])
{
    static const uint8_t zero[PRIVATE_SEED_SIZE];
    return memcmp(seed, zero, sizeof zero) != 0 && memcmp(seed, p256_order, sizeof zero) < 0;
}

static enum error bad_signature(struct fault *fault, const char *expected, const char *found)
{
    return fault_set(fault, ERROR_SIGNATURE_FORM, "signature", expected, "%s", found);
}

/* Takes one INTEGER of DER off the front: positive, in the fewest bytes (X.690 section 8.3.2), and
 * 1..n-1 (SEC 1 section 4.1.4 step 1). */
static enum error take_integer(struct bytes *rest, struct fault *fault)
{
    if (rest->length < 3 || rest->data[0] != 0x02 || rest->data[1] == 0 || rest->data[1] > 33 ||
        rest->data[1] > rest->length - 2)
        return bad_signature(fault, "an INTEGER of 1 to 33 bytes", "something else");
    struct bytes number = bytes_slice(*rest, 2, rest->data[1]);
    *rest = bytes_slice(*rest, 2 + number.length, rest->length);
    if (number.data[0] & 0x80)
        return bad_signature(fault, "a positive INTEGER", "a negative one");
    if (number.length > 1 && number.data[0] == 0) {
        if (!(number.data[1] & 0x80))
            return bad_signature(fault, "an INTEGER in the fewest bytes", "a leading zero byte");
        number = bytes_slice(number, 1, number.length);
    }
    uint8_t whole[32] = {0};
    if (number.length > sizeof whole)
        return bad_signature(fault, "r and s in 1..n-1", "33 bytes");
    memcpy(whole + sizeof whole - number.length, number.data, number.length);
    if (!es256_seed_in_range(whole))
        return bad_signature(fault, "r and s in 1..n-1", "a number outside");
    return ERROR_OK;
}

/* ECDSA-Sig-Value of RFC 3279 section 2.2.3 in DER. */
static enum error check_es256_signature(struct bytes signature, struct fault *fault)
{
    if (signature.length < 2 || signature.length > SIGNATURE_MAX || signature.data[0] != 0x30 ||
        signature.data[1] != signature.length - 2)
        return bad_signature(fault, "one DER SEQUENCE", "something else");
    struct bytes rest = bytes_slice(signature, 2, signature.length);
    for (int i = 0; i < 2; i++) {
        enum error error = take_integer(&rest, fault);
        if (error)
            return error;
    }
    return rest.length ? bad_signature(fault, "two INTEGERs", "more") : ERROR_OK;
}

/* RFC 8032 section 5.1.7 step 1: s, the last 32 bytes, little-endian, is below L. */
static enum error check_ed25519_signature(struct bytes signature, struct fault *fault)
{
    if (signature.length != ED25519_SIGNATURE_SIZE)
        return fault_set(
            fault, ERROR_SIGNATURE_FORM, "signature", "64 bytes", "%zu bytes", signature.length);
    for (size_t i = sizeof ed25519_order; i-- > 0;) {
        uint8_t byte = signature.data[32 + i];
        if (byte != ed25519_order[i])
            return byte < ed25519_order[i] ? ERROR_OK
                                           : bad_signature(fault, "s below L", "a larger number");
    }
    return bad_signature(fault, "s below L", "L");
}

enum error signature_form_check(enum key_type type, struct bytes signature, struct fault *fault)
{
    if (type == KEY_ES256)
        return check_es256_signature(signature, fault);
    return check_ed25519_signature(signature, fault);
}
