/* Any bytes as the payload of any instrument: refused, or a document with one encoding, which it
 * keeps by way of JSON, and which can be printed. The first byte picks the type. */
#include "check.h"
#include "instruments/instruments.h"

static void must_encode_to(const struct layout *layout, const void *value, struct bytes bytes)
{
    struct buffer again = {0};
    check(layout_encode(layout, value, NULL, &again) == ERROR_OK);
    check(bytes_equal(buffer_view(&again), bytes));
    buffer_free(&again);
}

/* Through JSON and back the same document, unless it nests deeper than JSON's reader allows. */
static void must_survive_json(const struct layout *layout, const void *value, struct bytes bytes)
{
    struct arena arena = {0};
    struct buffer text = {0};
    struct json_writer writer;
    json_writer_begin(&writer, &text, 0);
    layout_write_json(layout, value, &writer);
    check(json_writer_end(&writer) == ERROR_OK);
    const struct json *json;
    check(json_parse(buffer_view(&text), &arena, NULL, &json) == ERROR_OK);
    void *read = arena_alloc(&arena, layout->size);
    check(read != NULL);
    check(layout_read_json(layout, json, &arena, NULL, read) == ERROR_OK);
    must_encode_to(layout, read, bytes);
    buffer_free(&text);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    enum instrument_type type = (enum instrument_type)(1 + data[0] % INSTRUMENT_LAST);
    const struct layout *layout = instrument_layout(type);
    struct bytes bytes = {data + 1, size - 1};
    struct arena arena = {0};
    struct fault fault = {0};
    void *value = arena_alloc(&arena, layout->size);
    check(value != NULL);
    enum error error = layout_decode(layout, bytes, &arena, &fault, value);
    check(fault.error == error);
    if (!error) {
        must_encode_to(layout, value, bytes);
        must_survive_json(layout, value, bytes);
        struct buffer text = {0};
        layout_print(layout, value, 0, &text);
        check(text.error == ERROR_OK && text.length > 0);
        buffer_free(&text);
        error = document_check(type, value, &fault);
        check(error == ERROR_OK || fault.error == error);
    }
    arena_free(&arena);
    return 0;
}
