/* Envelopes taken apart and put together. Whether signatures are valid is in open.c. */
#include "cose/parts.h"

#include <string.h>

#include "cbor/cbor.h"

/* More than the largest payload and signatures can take. */
enum { ENVELOPE_MAX = COSE_PAYLOAD_MAX + COSE_SIGNERS_MAX * 8192 };

static const char type_start[] = "application/enduse-", type_end[] = ";v=1";

/* The value of header parameter 16: its NAME, between a fixed beginning and end. */
static void read_type(struct cbor_reader *reader, struct bytes *ret_type)
{
    struct bytes text, name;
    if (cbor_key(reader, 16, "type") || cbor_read_text(reader, &text))
        return;
    size_t around = sizeof type_start - 1 + sizeof type_end - 1;
    name = bytes_slice(text, sizeof type_start - 1, text.length - around);
    bool good =
        text.length > around &&
        bytes_equal_text(bytes_slice(text, 0, sizeof type_start - 1), type_start) &&
        bytes_equal_text(
            bytes_slice(text, text.length - (sizeof type_end - 1), text.length), type_end) &&
        type_is_good(name);
    if (!good) {
        char quoted[80];
        cbor_refuse(
            reader, ERROR_COSE_TYPE_FORM, "application/enduse-NAME;v=1", "%s",
            quote_text(text, quoted, sizeof quoted));
        return;
    }
    *ret_type = name;
}

/* Header parameters 1 and 4, both of them protected. */
static void read_signer(struct cbor_reader *reader, struct part_signer *signer)
{
    int64_t algorithm = 0;
    if (cbor_key(reader, 1, "alg") || cbor_read_int(reader, &algorithm))
        return;
    if (algorithm == ALGORITHM_ED25519)
        signer->kind = SIGNER_KEY;
    else if (algorithm == ALGORITHM_PASSKEY)
        signer->kind = SIGNER_PASSKEY;
    else {
        cbor_refuse(
            reader, ERROR_COSE_ALGORITHM, "-19 (Ed25519) or -65537 (passkey)", "%lld",
            (long long)algorithm);
        return;
    }
    cbor_key(reader, 4, "kid");
    cbor_read_fixed(reader, signer->kid.bytes, KEY_ID_SIZE);
}

/* A protected header stands in a byte string, as CBOR of its own (RFC 9052 section 3). Reads what
 * is asked for, and nothing else may be in it. */
static enum error read_header(
    struct bytes header, struct fault *fault, struct part_signer *signer, struct bytes *ret_type)
{
    struct cbor_reader reader;
    cbor_reader_begin(&reader, header, fault);
    cbor_read_map(&reader);
    if (signer)
        read_signer(&reader, signer);
    if (ret_type)
        read_type(&reader, ret_type);
    cbor_read_end(&reader);
    enum error error = cbor_reader_end(&reader);
    return error ? fault_within(fault, error, "protected header") : ERROR_OK;
}

/* The unprotected header, which is not signed: nothing may be in it. */
static void read_unprotected(struct cbor_reader *reader)
{
    uint64_t pairs = 0;
    cbor_name(reader, "unprotected");
    if (cbor_read_map_count(reader, &pairs))
        return;
    if (pairs)
        cbor_refuse(
            reader, ERROR_COSE_UNPROTECTED, "an empty map", "%llu pairs",
            (unsigned long long)pairs);
    cbor_read_end(reader);
}

static void read_payload(struct cbor_reader *reader, struct bytes *ret_payload)
{
    struct bytes payload;
    cbor_name(reader, "payload");
    if (cbor_peek(reader) == CBOR_NULL) {
        cbor_read_null(reader);
        cbor_refuse(reader, ERROR_COSE_DETACHED, NULL, NULL);
        return;
    }
    if (cbor_read_bytes(reader, &payload))
        return;
    if (payload.length == 0)
        cbor_refuse(reader, ERROR_COSE_EMPTY, NULL, NULL);
    else if (payload.length > COSE_PAYLOAD_MAX)
        cbor_refuse(
            reader, ERROR_TOO_LARGE, "a payload of at most 16 MiB", "%zu bytes", payload.length);
    else
        *ret_payload = payload;
}

/* One entry of COSE_Sign's signatures: [protected, unprotected, signature]. */
static enum error
read_signature(struct cbor_reader *reader, struct fault *fault, struct part_signer *signer)
{
    cbor_read_array_of(reader, 3);
    cbor_name(reader, "protected");
    if (cbor_read_bytes(reader, &signer->header))
        return reader->error;
    enum error error = read_header(signer->header, fault, signer, NULL);
    if (error)
        return error;
    read_unprotected(reader);
    cbor_name(reader, "signature");
    cbor_read_bytes(reader, &signer->signature);
    cbor_read_end(reader);
    return reader->error;
}

/* Each key signs once, and the kids ascend. */
static enum error check_order(const struct parts *parts, struct fault *fault)
{
    char hex[KEY_ID_TEXT_SIZE];
    size_t last = parts->count - 1;
    const struct key_id *kid = &parts->signers[last].kid;
    for (size_t i = 0; i < last; i++) {
        if (key_id_equal(&parts->signers[i].kid, kid))
            return fault_set(
                fault, ERROR_COSE_DUPLICATE, "kid", "each key once", "%s twice",
                key_id_text(kid, hex));
    }
    if (last > 0 && key_id_compare(&parts->signers[last - 1].kid, kid) > 0)
        return fault_set(
            fault, ERROR_COSE_ORDER, "kid", "a greater one than before it", "%s",
            key_id_text(kid, hex));
    return ERROR_OK;
}

static enum error
read_signatures(struct cbor_reader *reader, struct fault *fault, struct parts *parts)
{
    uint64_t count = 0;
    cbor_name(reader, "signatures");
    if (cbor_read_array(reader, &count))
        return reader->error;
    if (count == 0)
        return cbor_refuse(reader, ERROR_COSE_UNSIGNED, "a signature", NULL);
    if (count > COSE_SIGNERS_MAX)
        return cbor_refuse(
            reader, ERROR_COSE_SIGNERS, "at most 32", "%llu", (unsigned long long)count);
    while (cbor_more(reader)) {
        enum error error = read_signature(reader, fault, &parts->signers[parts->count++]);
        if (!error)
            error = check_order(parts, fault);
        if (error)
            return fault_within(fault, error, "signer %zu", parts->count);
    }
    cbor_read_end(reader);
    return reader->error;
}

static enum error read_parts(struct cbor_reader *reader, struct fault *fault, struct parts *parts)
{
    bool single = parts->form == COSE_SINGLE;
    cbor_read_tag(reader, single ? TAG_SIGN1 : TAG_SIGN);
    cbor_read_array_of(reader, 4);
    cbor_name(reader, "protected");
    if (cbor_read_bytes(reader, &parts->body))
        return reader->error;
    struct part_signer *signer = single ? &parts->signers[0] : NULL;
    enum error error = read_header(parts->body, fault, signer, &parts->type);
    if (error)
        return error;
    read_unprotected(reader);
    read_payload(reader, &parts->payload);
    if (single) {
        parts->count = 1;
        signer->header = parts->body;
        cbor_name(reader, "signature");
        cbor_read_bytes(reader, &signer->signature);
    } else {
        error = read_signatures(reader, fault, parts);
        if (error)
            return error;
    }
    cbor_read_end(reader); /* the array */
    cbor_read_end(reader); /* the tag */
    return cbor_reader_end(reader);
}

enum error parts_read(struct bytes data, struct fault *fault, struct parts *ret_parts)
{
    if (data.length > ENVELOPE_MAX)
        return fault_set(
            fault, ERROR_TOO_LARGE, "envelope", "at most 16 MiB and its signatures", "%zu bytes",
            data.length);
    /* RFC 9052 section 2: tag 98 is D8 62, tag 18 is D2. Untagged forms are not accepted. */
    enum cose_form form = COSE_SEVERAL;
    if (data.length >= 1 && data.data[0] == 0xD2)
        form = COSE_SINGLE;
    else if (data.length < 2 || data.data[0] != 0xD8 || data.data[1] != TAG_SIGN)
        return fault_place(fault, ERROR_COSE_TAG, "byte 0");
    struct cbor_reader reader;
    struct parts parts = {.form = form};
    cbor_reader_begin(&reader, data, fault);
    enum error error = read_parts(&reader, fault, &parts);
    if (!error)
        *ret_parts = parts;
    return error;
}

static void write_empty_map(struct cbor_writer *writer)
{
    cbor_write_map(writer);
    cbor_write_end(writer);
}

static void write_signatures(struct cbor_writer *writer, const struct parts *parts)
{
    cbor_write_array(writer);
    for (size_t i = 0; i < parts->count; i++) {
        cbor_write_array(writer);
        cbor_write_bytes(writer, parts->signers[i].header);
        write_empty_map(writer);
        cbor_write_bytes(writer, parts->signers[i].signature);
        cbor_write_end(writer);
    }
    cbor_write_end(writer);
}

enum error parts_write(const struct parts *parts, struct fault *fault, struct buffer *ret_data)
{
    size_t before = ret_data->length;
    struct cbor_writer writer;
    cbor_writer_begin(&writer, ret_data);
    cbor_write_tag(&writer, parts->form == COSE_SINGLE ? TAG_SIGN1 : TAG_SIGN);
    cbor_write_array(&writer);
    cbor_write_bytes(&writer, parts->body);
    write_empty_map(&writer);
    cbor_write_bytes(&writer, parts->payload);
    if (parts->form == COSE_SINGLE)
        cbor_write_bytes(&writer, parts->signers[0].signature);
    else
        write_signatures(&writer, parts);
    cbor_write_end(&writer);
    cbor_write_end(&writer);
    enum error error = cbor_writer_end(&writer);
    if (error) {
        ret_data->length = before;
        return fault_place(fault, error, "envelope");
    }
    return ERROR_OK;
}
