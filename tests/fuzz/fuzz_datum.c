/* Any bytes as a datum: refused, or one with one encoding, which it keeps by way of JSON. */
#include "check.h"
#include "instruments/instruments.h"

static void must_encode_to(const struct datum *datum, struct bytes bytes)
{
    struct buffer again = {0};
    struct cbor_writer writer;
    cbor_writer_begin(&writer, &again);
    datum_write(datum, &writer);
    check(cbor_writer_end(&writer) == ERROR_OK);
    check(bytes_equal(buffer_view(&again), bytes));
    buffer_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct fault fault = {0};
    struct bytes bytes = {data, size};
    struct cbor_reader reader;
    struct datum datum;
    cbor_reader_begin(&reader, bytes, &fault);
    enum error error = datum_read(&reader, &arena, &datum);
    if (!error)
        error = cbor_reader_end(&reader);
    check(fault.error == error);
    if (!error) {
        must_encode_to(&datum, bytes);
        struct buffer text = {0};
        struct json_writer writer;
        json_writer_begin(&writer, &text, 0);
        datum_write_json(&datum, &writer);
        check(json_writer_end(&writer) == ERROR_OK);
        const struct json *json;
        struct datum again;
        check(json_parse(buffer_view(&text), &arena, &fault, &json) == ERROR_OK);
        check(datum_from_json(json, &arena, &fault, &again) == ERROR_OK);
        must_encode_to(&again, bytes);
        buffer_free(&text);
    }
    arena_free(&arena);
    return 0;
}
