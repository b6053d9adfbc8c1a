/* What the office's database holds as bytes: bodies of events and of files, contacts, settings.
 * Refused, or a row with one encoding; an event also has one leaf. The first byte picks which. */
#include "check.h"
#include "store/store.h"

static void must_encode_to(const struct layout *layout, const void *value, struct bytes bytes)
{
    struct buffer again = {0};
    check(layout_encode(layout, value, NULL, &again) == ERROR_OK);
    check(bytes_equal(buffer_view(&again), bytes));
    buffer_free(&again);
}

/* In full in the leaf where the type is public; else nowhere in it, and another salt hides it
 * otherwise. */
static void must_make_leaves(struct bytes body)
{
    static const struct digest authority = {{1}};
    uint8_t salts[2][EVENT_SALT_SIZE] = {{2}, {3}};
    for (enum event_type type = EVENT_ROOT; type <= EVENT_RETURN; type++) {
        bool public = event_is_public(type);
        struct digest leaves[2];
        for (int i = 0; i < 2; i++) {
            struct event event = {.sequence = 7, .type = type, .body = body};
            if (!public)
                event.salt = BYTES_ARRAY(salts[i]);
            check(event_leaf(&authority, &event, NULL, &leaves[i]) == ERROR_OK);
        }
        check(digest_equal(&leaves[0], &leaves[1]) == public);
    }
}

static void event(struct bytes bytes)
{
    struct arena arena = {0};
    struct fault fault = {0};
    struct event_body body = {.version = 99};
    enum error error = event_body_decode(bytes, &arena, &fault, &body);
    check(fault.error == error);
    if (error) {
        check(body.version == 99); /* untouched */
    } else {
        check(body.version == EVENT_VERSION && body.instrument.length > 0);
        must_encode_to(&event_body_layout, &body, bytes);
        must_make_leaves(bytes);
    }
    arena_free(&arena);
}

static void row(const struct layout *layout, struct bytes bytes)
{
    struct arena arena = {0};
    struct fault fault = {0};
    void *value = arena_alloc(&arena, layout->size);
    check(value != NULL);
    enum error error = layout_decode(layout, bytes, &arena, &fault, value);
    check(fault.error == error);
    if (!error)
        must_encode_to(layout, value, bytes);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
#define FILE_ROW(name, own) +1
    enum { EVENT, CONTACT, FILES, KINDS = FILES FILE_TABLE(FILE_ROW) };
#undef FILE_ROW
    if (size == 0)
        return 0;
    struct bytes bytes = {data + 1, size - 1};
    unsigned what = data[0] % KINDS;
    if (what == EVENT)
        event(bytes);
    else if (what == CONTACT)
        row(&contact_layout, bytes);
    else
        row(file_layout((enum file_kind)(1 + what - FILES)), bytes);
    return 0;
}
