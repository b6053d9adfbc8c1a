/* cbor: what is accepted is written again byte for byte, item by item; what is refused has a row
 * and a place; checking and reading agree. */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "cbor/cbor.h"

static void copy_item(struct cbor_reader *reader, struct cbor_writer *writer);

static void copy_children(struct cbor_reader *reader, struct cbor_writer *writer)
{
    while (cbor_more(reader))
        copy_item(reader, writer);
    cbor_read_end(reader);
    cbor_write_end(writer);
}

static void copy_string(struct cbor_reader *reader, struct cbor_writer *writer)
{
    struct bytes value = {0};
    if (cbor_peek(reader) == CBOR_TEXT) {
        if (!cbor_read_text(reader, &value))
            cbor_write_text_bytes(writer, value);
    } else if (!cbor_read_bytes(reader, &value)) {
        cbor_write_bytes(writer, value);
    }
}

static void copy_item(struct cbor_reader *reader, struct cbor_writer *writer)
{
    uint64_t value = 0;
    int64_t number = 0;
    bool truth = false;
    struct bytes raw = {0};
    switch (cbor_peek(reader)) {
    case CBOR_UINT:
        if (!cbor_read_uint(reader, &value))
            cbor_write_uint(writer, value);
        break;
    case CBOR_NEGATIVE: {
        /* Below the range of int64_t an item can only be copied as it is. */
        struct cbor_reader ahead = *reader;
        ahead.fault = NULL;
        if (cbor_read_int(&ahead, &number) == ERROR_CBOR_RANGE) {
            if (!cbor_skip(reader, &raw))
                cbor_write_raw(writer, raw);
        } else if (!cbor_read_int(reader, &number)) {
            cbor_write_int(writer, number);
        }
        break;
    }
    case CBOR_BYTES:
    case CBOR_TEXT:
        copy_string(reader, writer);
        break;
    case CBOR_ARRAY:
        if (!cbor_read_array(reader, &value)) {
            cbor_write_array(writer);
            copy_children(reader, writer);
        }
        break;
    case CBOR_MAP:
        if (!cbor_read_map(reader)) {
            cbor_write_map(writer);
            copy_children(reader, writer);
        }
        break;
    case CBOR_BOOL:
        if (!cbor_read_bool(reader, &truth))
            cbor_write_bool(writer, truth);
        break;
    case CBOR_NULL:
        if (!cbor_read_null(reader))
            cbor_write_null(writer);
        break;
    case CBOR_TAG:  /* its number is not known before: copied whole */
    case CBOR_NONE: /* malformed: stepping over it says how */
        if (!cbor_skip(reader, &raw))
            cbor_write_raw(writer, raw);
        break;
    }
}

/* A decoder's way through whatever comes: it must end, and stop at the first error. */
static void read_as_a_decoder(struct bytes input)
{
    struct cbor_reader reader;
    struct fault fault = {0};
    uint64_t number = 0;
    struct bytes text = {0};
    uint8_t fixed[4] = {0};
    cbor_reader_begin(&reader, input, &fault);
    cbor_read_map(&reader);
    cbor_key(&reader, 1, "number");
    cbor_read_uint_in(&reader, 1, 1000, &number);
    if (cbor_key_optional(&reader, 2, "name"))
        cbor_read_text_in(&reader, 0, 8, &text);
    cbor_key(&reader, 3, "list");
    cbor_read_array(&reader, NULL);
    while (cbor_more(&reader)) {
        cbor_read_map(&reader);
        if (cbor_key_text_optional(&reader, "a"))
            cbor_read_fixed(&reader, fixed, sizeof fixed);
        cbor_key_text(&reader, "b");
        cbor_skip(&reader, NULL);
        cbor_read_end(&reader);
    }
    cbor_read_end(&reader);
    cbor_read_end(&reader);
    enum error error = cbor_reader_end(&reader);
    check(error == fault.error);
    check(error != ERROR_INTERNAL);
    /* What a decoder accepts is good CBOR. */
    check(error || cbor_check(input, NULL) == ERROR_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = {data, size};
    struct fault fault = {0};
    struct cbor_reader reader;
    struct cbor_writer writer;
    struct buffer out = {0};
    enum error verdict = cbor_check(input, &fault);
    size_t offset = SIZE_MAX;
    check(verdict == fault.error);
    if (verdict) {
        check(sscanf(fault.place, "byte %zu", &offset) == 1 && offset <= size);
        check(fault.error >= 200 && fault.error < 250);
    }
    cbor_reader_begin(&reader, input, NULL);
    cbor_writer_begin(&writer, &out);
    copy_item(&reader, &writer);
    check(cbor_reader_end(&reader) == verdict);
    if (!verdict) {
        check(cbor_writer_end(&writer) == ERROR_OK);
        check(bytes_equal(buffer_view(&out), input));
    }
    buffer_free(&out);
    read_as_a_decoder(input);
    return 0;
}
