/* Any text as the JSON of any instrument: refused, or a document that encodes, and decodes to the
 * same. The first byte picks the type. */
#include "check.h"
#include "instruments/instruments.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    enum instrument_type type = (enum instrument_type)(1 + data[0] % INSTRUMENT_LAST);
    const struct layout *layout = instrument_layout(type);
    struct arena arena = {0};
    struct fault fault = {0};
    const struct json *json;
    enum error error = json_parse((struct bytes){data + 1, size - 1}, &arena, &fault, &json);
    if (!error) {
        void *value = arena_alloc(&arena, layout->size), *again = arena_alloc(&arena, layout->size);
        check(value && again);
        error = layout_read_json(layout, json, &arena, &fault, value);
        check(fault.error == error);
        if (!error) {
            struct buffer first = {0}, second = {0};
            check(layout_encode(layout, value, &fault, &first) == ERROR_OK);
            check(layout_decode(layout, buffer_view(&first), &arena, &fault, again) == ERROR_OK);
            check(layout_encode(layout, again, &fault, &second) == ERROR_OK);
            check(bytes_equal(buffer_view(&first), buffer_view(&second)));
            buffer_free(&first);
            buffer_free(&second);
        }
    }
    arena_free(&arena);
    return 0;
}
