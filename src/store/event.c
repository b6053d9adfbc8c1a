/* Events: their words, bodies and leaves. See event.h. */
#include "store/event.h"

static const char *const words[] = {
    [EVENT_NONE] = "",
#define EVENT_ROW(name, word, public) [EVENT_##name] = word,
    EVENT_TABLE(EVENT_ROW)
#undef EVENT_ROW
};

static const bool in_full[] = {
    [EVENT_NONE] = false,
#define EVENT_ROW(name, word, public) [EVENT_##name] = public,
    EVENT_TABLE(EVENT_ROW)
#undef EVENT_ROW
};

enum { EVENT_TYPE_COUNT = sizeof words / sizeof *words, LEAF_VERSION = 1 };

const char *event_word(enum event_type type)
{
    return (size_t)type < EVENT_TYPE_COUNT ? words[type] : "";
}

enum event_type event_by_word(struct bytes word)
{
    for (size_t i = 1; i < EVENT_TYPE_COUNT; i++) {
        if (bytes_equal_text(word, words[i]))
            return (enum event_type)i;
    }
    return EVENT_NONE;
}

bool event_is_public(enum event_type type)
{
    return (size_t)type < EVENT_TYPE_COUNT && in_full[type];
}

static const struct field body_fields[] = {
    FIELD(1, "version", FIELD_UINT, struct event_body, version),
    FIELD(2, "time", FIELD_TIME, struct event_body, time),
    FIELD(3, "actor", FIELD_TEXT, struct event_body, actor, OPTIONAL),
    FIELD(4, "file", FIELD_TEXT, struct event_body, file, OPTIONAL),
    FIELD(5, "file-version", FIELD_UINT, struct event_body, file_version, OPTIONAL),
    FIELD(
        6, "instrument", FIELD_BYTES, struct event_body, instrument, .limit = EVENT_INSTRUMENT_MAX),
};
const struct layout event_body_layout = LAYOUT("event", struct event_body, body_fields);

enum error event_body_decode(
    struct bytes body, struct arena *arena, struct fault *fault, struct event_body *ret_body)
{
    struct event_body decoded;
    enum error error = layout_decode(&event_body_layout, body, arena, fault, &decoded);
    if (error)
        return error;
    if (decoded.version != EVENT_VERSION)
        return fault_set(
            fault, ERROR_STORE_SCHEMA, "event: version", "1", "%llu",
            (unsigned long long)decoded.version);
    *ret_body = decoded;
    return ERROR_OK;
}

/* SHA-256 of CBOR ["enduse/event/v1", salt, body]. */
static enum error commitment(const struct event *event, struct digest *ret_digest)
{
    struct buffer bytes = {0};
    struct cbor_writer writer;
    cbor_writer_begin(&writer, &bytes);
    cbor_write_array(&writer);
    cbor_write_text(&writer, "enduse/event/v1");
    cbor_write_bytes(&writer, event->salt);
    cbor_write_bytes(&writer, event->body);
    cbor_write_end(&writer);
    enum error error = cbor_writer_end(&writer);
    if (!error)
        *ret_digest = sha256_of(buffer_view(&bytes));
    buffer_free(&bytes);
    return error;
}

enum error event_leaf_bytes(
    const struct digest *authority, const struct event *event, struct fault *fault,
    struct buffer *ret_bytes)
{
    bool public = event_is_public(event->type);
    /* Without a salt a commitment could be undone by guessing, and a salt where the body is in
     * full would be a place to hide a difference. */
    if (event->salt.length != (public ? 0 : EVENT_SALT_SIZE))
        return fault_set(
            fault, ERROR_STORE_EVENT_COLUMN, "salt", public ? "none" : "32 bytes", "%zu bytes",
            event->salt.length);
    struct digest content;
    enum error error = public ? ERROR_OK : commitment(event, &content);
    size_t before = ret_bytes->length;
    if (!error) {
        struct cbor_writer writer;
        cbor_writer_begin(&writer, ret_bytes);
        cbor_write_array(&writer);
        cbor_write_uint(&writer, LEAF_VERSION);
        cbor_write_bytes(&writer, digest_view(authority));
        cbor_write_uint(&writer, event->sequence);
        cbor_write_text(&writer, event_word(event->type));
        if (public)
            cbor_write_raw(&writer, event->body);
        else
            cbor_write_bytes(&writer, digest_view(&content));
        cbor_write_end(&writer);
        error = cbor_writer_end(&writer);
    }
    if (error) {
        ret_bytes->length = before;
        return fault_place(fault, error, "event %llu", (unsigned long long)event->sequence);
    }
    return ERROR_OK;
}

enum error event_leaf(
    const struct digest *authority, const struct event *event, struct fault *fault,
    struct digest *ret_leaf)
{
    struct buffer bytes = {0};
    enum error error = event_leaf_bytes(authority, event, fault, &bytes);
    if (!error)
        *ret_leaf = tree_leaf(buffer_view(&bytes));
    buffer_free(&bytes);
    return error;
}
