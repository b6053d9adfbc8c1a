/* Public keys as plain values, and their ids. */
#include "crypto/key.h"

#include <string.h>

#include "crypto/library.h"

const char *key_type_text(enum key_type type)
{
    switch (type) {
    case KEY_ED25519:
        return "ed25519";
    case KEY_ES256:
        return "es256";
    }
    return "unknown";
}

bool key_id_equal(const struct key_id *a, const struct key_id *b)
{
    return memcmp(a->bytes, b->bytes, KEY_ID_SIZE) == 0;
}

int key_id_compare(const struct key_id *a, const struct key_id *b)
{
    return memcmp(a->bytes, b->bytes, KEY_ID_SIZE);
}

struct bytes key_id_view(const struct key_id *id)
{
    return (struct bytes){id->bytes, KEY_ID_SIZE};
}

const char *key_id_text(const struct key_id *id, char text[KEY_ID_TEXT_SIZE])
{
    return hex_text(key_id_view(id), text);
}

enum error key_id_parse(struct bytes text, struct fault *fault, struct key_id *ret_id)
{
    return hex_parse(text, fault, ret_id->bytes, KEY_ID_SIZE);
}

static size_t public_size(enum key_type type)
{
    return type == KEY_ES256 ? ES256_PUBLIC_SIZE : ED25519_PUBLIC_SIZE;
}

static enum error check_es256(const struct public_key *key, struct fault *fault)
{
    /* SEC 1 section 2.3.4 knows compressed and hybrid forms too; one key has one id, so one form.
     */
    if (key->bytes[0] != 0x04)
        return fault_set(
            fault, ERROR_KEY_BYTES, "ES256 key", "an uncompressed point, beginning with 04", "%02x",
            key->bytes[0]);
    EVP_PKEY *made = NULL;
    enum error error = library_public_key(key, fault, &made);
    EVP_PKEY_free(made);
    return error;
}

enum error public_key_set(
    enum key_type type, struct bytes bytes, struct fault *fault, struct public_key *ret_key)
{
    if (type != KEY_ED25519 && type != KEY_ES256)
        return fault_set(
            fault, ERROR_KEY_TYPE, "public key", "Ed25519 or ES256", "type %d", (int)type);
    if (bytes.length != public_size(type))
        return fault_set(
            fault, ERROR_KEY_BYTES, "public key",
            type == KEY_ES256 ? "65 bytes (ES256)" : "32 bytes (Ed25519)", "%zu bytes",
            bytes.length);
    struct public_key key = {.type = type};
    memcpy(key.bytes, bytes.data, bytes.length);
    enum error error =
        type == KEY_ES256 ? check_es256(&key, fault) : ed25519_point_check(key.bytes, fault);
    if (!error)
        *ret_key = key;
    return error;
}

struct bytes public_key_view(const struct public_key *key)
{
    return (struct bytes){key->bytes, public_size(key->type)};
}

struct key_id public_key_id(const struct public_key *key)
{
    struct digest digest = sha256_of(public_key_view(key));
    struct key_id id;
    memcpy(id.bytes, digest.bytes, KEY_ID_SIZE);
    return id;
}

bool public_key_equal(const struct public_key *a, const struct public_key *b)
{
    return a->type == b->type && bytes_equal(public_key_view(a), public_key_view(b));
}
