/* What is signed: protected headers and the Sig_structure of RFC 9052 section 4.4. */
#include <stdio.h>
#include <string.h>

#include "cbor/cbor.h"
#include "cose/parts.h"

bool type_is_good(struct bytes type)
{
    if (type.length == 0 || type.length > COSE_TYPE_MAX || type.data[0] == '-')
        return false;
    for (size_t i = 0; i < type.length; i++) {
        if (type.data[i] != '-' && (type.data[i] < 'a' || type.data[i] > 'z'))
            return false;
    }
    return true;
}

struct bytes header_view(const struct header *header)
{
    return (struct bytes){header->bytes, header->length};
}

enum error header_write(
    const char *type, const struct key_id *kid, enum signer_kind kind, struct fault *fault,
    struct header *ret_header)
{
    /* A buffer on the stack: its limit keeps it from ever growing. */
    uint8_t storage[HEADER_MAX + 1];
    struct buffer out = {.data = storage, .capacity = sizeof storage, .limit = HEADER_MAX};
    struct cbor_writer writer;
    cbor_writer_begin(&writer, &out);
    cbor_write_map(&writer);
    if (kid) {
        cbor_write_uint(&writer, 1); /* alg: RFC 9052 section 3.1 */
        cbor_write_int(&writer, kind == SIGNER_KEY ? ALGORITHM_ED25519 : ALGORITHM_PASSKEY);
        cbor_write_uint(&writer, 4); /* kid: the same */
        cbor_write_bytes(&writer, key_id_view(kid));
    }
    if (type) {
        char text[COSE_TYPE_MAX + 32];
        snprintf(text, sizeof text, "application/enduse-%s;v=1", type);
        cbor_write_uint(&writer, 16); /* typ: RFC 9596 section 2 */
        cbor_write_text(&writer, text);
    }
    cbor_write_end(&writer);
    enum error error = cbor_writer_end(&writer);
    if (error)
        return fault_place(fault, error, "protected header");
    memcpy(ret_header->bytes, storage, out.length);
    ret_header->length = out.length;
    return ERROR_OK;
}

static void put(struct structure *structure, const void *data, size_t length)
{
    if (length)
        memcpy(structure->bytes + structure->length, data, length);
    structure->length += length;
}

/* The head of a byte string. */
static void put_head(struct structure *structure, size_t length)
{
    structure->length +=
        cbor_put_head(structure->bytes + structure->length, CBOR_MAJOR_BYTES, length);
}

static void put_bytes(struct structure *structure, struct bytes bytes)
{
    put_head(structure, bytes.length);
    put(structure, bytes.data, bytes.length);
}

void structure_begin(
    enum cose_form form, struct bytes body, struct bytes signer, struct bytes aad,
    size_t payload_length, struct structure *ret_structure)
{
    /* Sig_structure = [context, body_protected, ? sign_protected, external_aad, payload]; the
     * context differs by form, so that a signature of one form never passes in the other. Each is
     * an array head and a text with its head. */
    static const char several[] = "\x85\x69Signature", single[] = "\x84\x6ASignature1";
    ret_structure->length = 0;
    if (form == COSE_SEVERAL)
        put(ret_structure, several, sizeof several - 1);
    else
        put(ret_structure, single, sizeof single - 1);
    put_bytes(ret_structure, body);
    if (form == COSE_SEVERAL)
        put_bytes(ret_structure, signer);
    put_bytes(ret_structure, aad);
    put_head(ret_structure, payload_length);
}

struct digest structure_digest(const struct structure *structure, struct bytes payload)
{
    const struct bytes parts[] = {{structure->bytes, structure->length}, payload};
    return sha256_of_parts(parts, 2);
}
