/* Signed notes, verifier keys and checkpoints from any bytes. What is accepted must read back as
 * the same bytes where a form has one spelling. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "merkle/merkle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void note(struct bytes input)
{
    struct arena arena = {.limit = 4 * NOTE_SIZE_MAX};
    struct note parsed;
    struct fault fault;
    if (!note_parse(&arena, input, &fault, &parsed)) {
        struct buffer again = {0};
        buffer_append_bytes(&again, parsed.text);
        buffer_append_byte(&again, '\n');
        for (size_t i = 0; i < parsed.signature_count; i++)
            note_append_signature(
                &again, parsed.signatures[i].name, parsed.signatures[i].key_id,
                parsed.signatures[i].body);
        must(bytes_equal(buffer_view(&again), input));
        buffer_free(&again);
    }
    arena_free(&arena);
}

static void key(struct bytes input)
{
    struct note_key parsed;
    struct fault fault;
    struct buffer again = {0};
    if (!note_key_parse(input, &fault, &parsed)) {
        note_key_append(&again, &parsed);
        must(bytes_equal(buffer_view(&again), input));
    }
    buffer_free(&again);
}

static void checkpoint(struct bytes input)
{
    struct checkpoint parsed;
    struct fault fault;
    struct buffer again = {0};
    if (!checkpoint_parse(input, &fault, &parsed)) {
        must(!checkpoint_append(&parsed, &fault, &again));
        must(bytes_equal(buffer_view(&again), input));
    }
    buffer_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = {data, size};
    note(input);
    key(input);
    checkpoint(input);
    return 0;
}
