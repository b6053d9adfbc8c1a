/* Entries: the table, encoding without memory, decoding, showing. */
#include "guard/entry.h"

#include <string.h>

static const char *const words[] = {
#define ENTRY_ROW(name, word) word,
    ENTRY_TABLE(ENTRY_ROW)
#undef ENTRY_ROW
        NULL,
};

static const struct field fact_fields[] = {
    FIELD(1, "field", FIELD_TEXT, struct entry_fact, field),
    FIELD(2, "value", FIELD_TEXT, struct entry_fact, value),
};
static const struct layout fact_layout = LAYOUT("fact", struct entry_fact, fact_fields);

static const struct field fields[] = {
    FIELD(1, "kind", FIELD_CHOICE, struct entry, kind, .words = words),
    FIELD(2, "time", FIELD_TIME, struct entry, time, OPTIONAL),
    FIELD(3, "wall", FIELD_TIME, struct entry, wall, OPTIONAL),
    FIELD(4, "use", FIELD_UINT, struct entry, use, OPTIONAL),
    FIELD(5, "id", FIELD_ID, struct entry, id, OPTIONAL),
    FIELD(6, "declaration", FIELD_DIGEST, struct entry, declaration, OPTIONAL),
    FIELD(7, "approval", FIELD_DIGEST, struct entry, approval, OPTIONAL),
    FIELD(8, "within", FIELD_BOOL, struct entry, within, OPTIONAL),
    FIELD(9, "reason", FIELD_UINT, struct entry, reason, OPTIONAL),
    FIELD_MANY(
        10, "clauses", FIELD_TEXTS, struct entry, clauses, .limit = ENTRY_CLAUSES_MAX, OPTIONAL),
    FIELD(11, "record", FIELD_ID, struct entry, record, OPTIONAL),
    FIELD(12, "subject", FIELD_DIGEST, struct entry, subject, OPTIONAL),
    FIELD(13, "file", FIELD_DIGEST, struct entry, file, OPTIONAL),
    FIELD(14, "operator", FIELD_DIGEST, struct entry, operator_id, OPTIONAL),
    FIELD_MANY(
        15, "facts", FIELD_RECORDS, struct entry, facts, .layout = &fact_layout,
        .limit = ENTRY_FACTS_MAX, OPTIONAL),
    FIELD(16, "instrument", FIELD_DIGEST, struct entry, instrument, OPTIONAL),
    FIELD(17, "epoch", FIELD_UINT, struct entry, epoch, OPTIONAL),
    FIELD(18, "sequence", FIELD_UINT, struct entry, sequence, OPTIONAL),
    FIELD(19, "version", FIELD_UINT, struct entry, version, OPTIONAL),
    FIELD(20, "state", FIELD_UINT, struct entry, state, OPTIONAL),
    FIELD(21, "stopped", FIELD_UINT, struct entry, stopped, OPTIONAL),
    FIELD(22, "words", FIELD_TEXT, struct entry, words, OPTIONAL),
};
const struct layout entry_layout = LAYOUT("record", struct entry, fields);

const char *entry_word(enum entry_kind kind)
{
    return kind >= ENTRY_BOOT && (size_t)kind < sizeof words / sizeof *words ? words[kind - 1]
                                                                             : "none";
}

enum error entry_encode(
    const struct entry *entry, struct fault *fault, uint8_t room[ENTRY_SIZE_MAX],
    struct bytes *ret_payload)
{
    /* Never grows: the limit comes before the capacity. */
    struct buffer buffer = {.data = room, .capacity = ENTRY_SIZE_MAX, .limit = ENTRY_SIZE_MAX - 1};
    enum error error = layout_encode(&entry_layout, entry, fault, &buffer);
    if (!error)
        *ret_payload = buffer_view(&buffer);
    return error;
}

enum error entry_decode(
    struct bytes payload, struct arena *arena, struct fault *fault, struct entry *ret_entry)
{
    struct entry entry;
    enum error error = layout_decode(&entry_layout, payload, arena, fault, &entry);
    if (error == ERROR_MEMORY)
        return error;
    if (error)
        return fault_within(fault, ERROR_GUARD_RECORD, "record");
    *ret_entry = entry;
    return ERROR_OK;
}

void entry_write_json(const struct entry *entry, struct json_writer *writer)
{
    layout_write_json(&entry_layout, entry, writer);
}

void entry_print(const struct entry *entry, struct buffer *ret_text)
{
    layout_print(&entry_layout, entry, 0, ret_text);
}

/* The head of a CBOR item (RFC 8949 section 3), and the item. */
static void add_item(struct sha256 *hash, unsigned major, struct bytes content)
{
    uint8_t head[9] = {(uint8_t)(major << 5)};
    size_t length = content.length, size = 1;
    if (length < 24) {
        head[0] |= (uint8_t)length;
    } else if (length <= UINT8_MAX) {
        head[0] |= 24;
        head[1] = (uint8_t)length;
        size = 2;
    } else if (length <= UINT16_MAX) {
        head[0] |= 25;
        store_u16(head + 1, (uint16_t)length);
        size = 3;
    } else {
        head[0] |= 26; /* no instrument reaches 4 GiB */
        store_u32(head + 1, (uint32_t)length);
        size = 5;
    }
    sha256_add(hash, (struct bytes){head, size});
    sha256_add(hash, content);
}

struct digest entry_commitment(
    const struct public_key *guard, const struct id *record, const char *field,
    const uint8_t salt[ENTRY_SALT_SIZE], struct bytes value)
{
    enum { BYTE_STRING = 2, TEXT_STRING = 3, ARRAY_OF_SIX = 0x86 };
    struct sha256 hash;
    sha256_start(&hash);
    sha256_add_byte(&hash, ARRAY_OF_SIX);
    add_item(&hash, TEXT_STRING, BYTES_LITERAL("enduse/field/v1"));
    add_item(&hash, BYTE_STRING, public_key_view(guard));
    add_item(&hash, BYTE_STRING, (struct bytes){record->bytes, ID_SIZE});
    add_item(&hash, TEXT_STRING, bytes_of(field));
    add_item(&hash, BYTE_STRING, (struct bytes){salt, ENTRY_SALT_SIZE});
    add_item(&hash, TEXT_STRING, value);
    struct digest digest;
    sha256_finish(&hash, &digest);
    secret_wipe(&hash, sizeof hash);
    return digest;
}
