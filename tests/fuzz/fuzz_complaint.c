/* Any bytes as a complaint, which anybody may post: refused with a reason, or a complaint whose
 * JSON is read back as the same. */
#include "authority/complaint.h"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct fault fault = {0};
    struct complaint complaint, again;
    enum error error = complaint_read((struct bytes){data, size}, &arena, &fault, &complaint);
    check(fault.error == error);
    if (!error) {
        struct buffer text = {0}, first = {0}, second = {0};
        struct json_writer writer;
        json_writer_begin(&writer, &text, 0);
        layout_write_json(&complaint_layout, &complaint, &writer);
        check(json_writer_end(&writer) == ERROR_OK);
        check(complaint_check(&complaint, &fault) == ERROR_OK);
        check(complaint_read(buffer_view(&text), &arena, &fault, &again) == ERROR_OK);
        check(layout_encode(&complaint_layout, &complaint, &fault, &first) == ERROR_OK);
        check(layout_encode(&complaint_layout, &again, &fault, &second) == ERROR_OK);
        check(bytes_equal(buffer_view(&first), buffer_view(&second)));
        buffer_free(&text);
        buffer_free(&first);
        buffer_free(&second);
    }
    arena_free(&arena);
    return 0;
}
