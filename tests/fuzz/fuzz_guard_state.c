/* The guard's own files and messages: state file, enrolment, records. What is decoded encodes to
 * the same bytes; what is refused touches nothing. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "guard/saved.h"

static void round_trip(const struct layout *layout, struct bytes bytes)
{
    struct arena arena = {.limit = 1 << 24};
    struct fault fault;
    void *value = calloc(1, layout->size);
    check(value != NULL);
    if (layout_decode(layout, bytes, &arena, &fault, value) == ERROR_OK) {
        struct buffer again = {0};
        check(layout_encode(layout, value, &fault, &again) == ERROR_OK);
        check(bytes_equal(buffer_view(&again), bytes));
        struct buffer text = {0};
        layout_print(layout, value, 0, &text);
        buffer_free(&text);
        buffer_free(&again);
    }
    arena_free(&arena);
    free(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes bytes = {data, size};
    round_trip(&saved_layout, bytes);
    round_trip(&enrolment_layout, bytes);
    round_trip(&entry_layout, bytes);
    struct arena arena = {.limit = 1 << 24};
    struct entry entry;
    uint8_t room[ENTRY_SIZE_MAX];
    struct bytes payload;
    if (entry_decode(bytes, &arena, NULL, &entry) == ERROR_OK && size < ENTRY_SIZE_MAX) {
        check(entry_encode(&entry, NULL, room, &payload) == ERROR_OK);
        check(bytes_equal(payload, bytes));
    }
    arena_free(&arena);
    return 0;
}
