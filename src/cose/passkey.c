/* Assertions of passkeys: the rules of WebAuthn Level 2 section 7.2 that need no state. The steps
 * named in comments are that section's. */
#include <string.h>

#include "cbor/cbor.h"
#include "cose/parts.h"
#include "json/json.h"

/* Authenticator data, section 6.1: rpIdHash[32], flags, signCount[4], then what the flags tell. */
enum { FLAGS_AT = 32, FIXED_SIZE = 37 };
enum {
    FLAG_PRESENT = 0x01,
    FLAG_VERIFIED = 0x04,
    FLAG_BACKUP_ELIGIBLE = 0x08,
    FLAG_BACKED_UP = 0x10,
    FLAG_ATTESTED = 0x40,
    FLAG_EXTENSIONS = 0x80,
};

enum { ARENA_MAX = 64 * COSE_CLIENT_DATA_MAX };

enum error
assertion_read(struct bytes signature, struct fault *fault, struct passkey_assertion *ret_assertion)
{
    struct cbor_reader reader;
    struct passkey_assertion assertion;
    cbor_reader_begin(&reader, signature, fault);
    cbor_read_array_of(&reader, 3);
    cbor_name(&reader, "authenticatorData");
    cbor_read_bytes_in(&reader, 0, COSE_AUTHENTICATOR_DATA_MAX, &assertion.authenticator_data);
    cbor_name(&reader, "clientDataJSON");
    cbor_read_bytes_in(&reader, 0, COSE_CLIENT_DATA_MAX, &assertion.client_data);
    cbor_name(&reader, "signature");
    cbor_read_bytes_in(&reader, 0, SIGNATURE_MAX, &assertion.signature);
    cbor_read_end(&reader);
    enum error error = cbor_reader_end(&reader);
    if (error)
        return fault_within(fault, error, "passkey");
    *ret_assertion = assertion;
    return ERROR_OK;
}

static enum error check_sizes(const struct passkey_assertion *assertion, struct fault *fault)
{
    if (assertion->authenticator_data.length > COSE_AUTHENTICATOR_DATA_MAX)
        return fault_place(fault, ERROR_TOO_LARGE, "passkey: authenticatorData");
    if (assertion->client_data.length > COSE_CLIENT_DATA_MAX)
        return fault_place(fault, ERROR_TOO_LARGE, "passkey: clientDataJSON");
    if (assertion->signature.length > SIGNATURE_MAX)
        return fault_place(fault, ERROR_SIGNATURE_FORM, "passkey: signature");
    return ERROR_OK;
}

enum error assertion_write(
    const struct passkey_assertion *assertion, struct fault *fault, struct buffer *ret_signature)
{
    enum error error = check_sizes(assertion, fault);
    if (error)
        return error;
    struct cbor_writer writer;
    cbor_writer_begin(&writer, ret_signature);
    cbor_write_array(&writer);
    cbor_write_bytes(&writer, assertion->authenticator_data);
    cbor_write_bytes(&writer, assertion->client_data);
    cbor_write_bytes(&writer, assertion->signature);
    cbor_write_end(&writer);
    error = cbor_writer_end(&writer);
    return error ? fault_place(fault, error, "passkey") : ERROR_OK;
}

/* One member of the client data that must be a string of this value. */
static enum error check_member(
    const struct json *data, const char *name, struct bytes wanted, enum error refusal,
    struct fault *fault)
{
    struct bytes found;
    enum error error = json_get_string(data, name, fault, &found);
    if (error)
        return error;
    if (bytes_equal(found, wanted))
        return ERROR_OK;
    char expected[120], quoted[120];
    return json_fault(
        json_find(data, name), fault, refusal, quote_text(wanted, expected, sizeof expected), "%s",
        quote_text(found, quoted, sizeof quoted));
}

/* Section 5.8.1: crossOrigin is true when the page was framed by another origin; Level 3 adds
 * topOrigin, the framing page's, which is there only then. An act is signed on our own page. */
static enum error check_framing(const struct json *data, struct fault *fault)
{
    const struct json *cross = json_find(data, "crossOrigin");
    const struct json *top = json_find(data, "topOrigin");
    bool framed = false;
    enum error error = cross ? json_bool(cross, fault, &framed) : ERROR_OK;
    if (error)
        return error;
    if (framed || top)
        return json_fault(
            framed ? cross : top, fault, ERROR_PASSKEY_CROSS_ORIGIN, "our own page", NULL);
    return ERROR_OK;
}

/* Steps 11 to 14. Members that are not named here are ignored: section 5.8.1 says that there may
 * be others in time to come. */
static enum error check_members(
    const struct json *data, const struct signer *signer, struct bytes challenge,
    struct fault *fault)
{
    struct buffer text = {0};
    base64url_append(&text, challenge);
    enum error error = text.error;
    if (error)
        fault_place(fault, error, "challenge");
    if (!error)
        error =
            check_member(data, "type", BYTES_LITERAL("webauthn.get"), ERROR_PASSKEY_TYPE, fault);
    if (!error)
        error = check_member(data, "challenge", buffer_view(&text), ERROR_PASSKEY_CHALLENGE, fault);
    if (!error)
        error = check_member(data, "origin", bytes_of(signer->origin), ERROR_PASSKEY_ORIGIN, fault);
    if (!error)
        error = check_framing(data, fault);
    buffer_free(&text);
    return error;
}

static enum error check_client_data(
    struct bytes client_data, const struct signer *signer, struct bytes challenge,
    struct fault *fault)
{
    struct arena arena = {.limit = ARENA_MAX};
    const struct json *data;
    enum error error = json_parse(client_data, &arena, fault, &data);
    if (!error)
        error = check_members(data, signer, challenge, fault);
    arena_free(&arena);
    return error ? fault_within(fault, error, "clientDataJSON") : ERROR_OK;
}

static enum error bad_data(struct fault *fault, const char *expected)
{
    return fault_set(fault, ERROR_PASSKEY_AUTHENTICATOR_DATA, "authenticatorData", expected, NULL);
}

/* After the fixed part nothing, or one map of extensions, as the flags tell (section 6.1). An
 * assertion carries no attested credential data. We ask for no extension, and an authenticator may
 * answer with one unasked (section 9.5): it is checked for its form and ignored. */
static enum error check_tail(struct bytes data, uint8_t flags, struct fault *fault)
{
    struct bytes tail = bytes_slice(data, FIXED_SIZE, data.length);
    if (flags & FLAG_ATTESTED)
        return bad_data(fault, "no attested credential data in an assertion");
    if (!(flags & FLAG_EXTENSIONS))
        return tail.length ? bad_data(fault, "37 bytes when no extension is flagged") : ERROR_OK;
    if (tail.length == 0 || tail.data[0] >> 5 != 5)
        return bad_data(fault, "a map of extensions after 37 bytes");
    enum error error = cbor_check(tail, fault);
    return error ? fault_within(fault, error, "authenticatorData: extensions") : ERROR_OK;
}

/* Steps 15 to 17 and the consistency of backup flags (Level 3 section 7.2 step 19). */
static enum error
check_authenticator_data(struct bytes data, const char *rp_id, struct fault *fault)
{
    if (data.length < FIXED_SIZE)
        return bad_data(fault, "37 bytes or more");
    uint8_t flags = data.data[FLAGS_AT];
    enum error error = check_tail(data, flags, fault);
    if (error)
        return error;
    struct digest rp = sha256_of(bytes_of(rp_id));
    if (!bytes_equal(digest_view(&rp), bytes_slice(data, 0, DIGEST_SIZE)))
        return fault_set(fault, ERROR_PASSKEY_RP, "authenticatorData", rp_id, NULL);
    if (!(flags & FLAG_PRESENT))
        return fault_place(fault, ERROR_PASSKEY_PRESENCE, "authenticatorData");
    if (!(flags & FLAG_VERIFIED))
        return fault_place(fault, ERROR_PASSKEY_VERIFICATION, "authenticatorData");
    if ((flags & FLAG_BACKED_UP) && !(flags & FLAG_BACKUP_ELIGIBLE))
        return bad_data(fault, "no backup of a key that cannot be backed up");
    return ERROR_OK;
}

/* Steps 19 and 20: the signature is over the authenticator data and the hash of the client data. */
static enum error check_signature(
    const struct signer *signer, const struct passkey_assertion *assertion, struct fault *fault)
{
    uint8_t message[COSE_AUTHENTICATOR_DATA_MAX + DIGEST_SIZE];
    size_t length = assertion->authenticator_data.length;
    struct digest hash = sha256_of(assertion->client_data);
    memcpy(message, assertion->authenticator_data.data, length);
    memcpy(message + length, hash.bytes, DIGEST_SIZE);
    struct bytes view = {message, length + DIGEST_SIZE};
    if (signer->verifier)
        return verifier_check(signer->verifier, view, assertion->signature, fault);
    return public_key_verify(&signer->key, view, assertion->signature, fault);
}

enum error passkey_verify(
    const struct signer *signer, struct bytes challenge, const struct passkey_assertion *assertion,
    struct fault *fault)
{
    if (signer->kind != SIGNER_PASSKEY || !signer->rp_id || !signer->origin)
        return fault_set(
            fault, ERROR_COSE_KEYRING, "keyring", "a passkey with rp_id and origin", NULL);
    enum error error = check_sizes(assertion, fault);
    if (!error)
        error = check_client_data(assertion->client_data, signer, challenge, fault);
    if (!error)
        error = check_authenticator_data(assertion->authenticator_data, signer->rp_id, fault);
    if (!error)
        error = check_signature(signer, assertion, fault);
    return error ? fault_within(fault, error, "passkey") : ERROR_OK;
}
