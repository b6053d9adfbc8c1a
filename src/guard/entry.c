/* Entries: the table, encoding without memory, decoding, showing. */
#include "guard/entry.h"

#include <string.h>

#include "cbor/cbor.h"

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

/* Keys of what an entry of a use says. */
enum {
    KEY_KIND = 1,
    KEY_TIME,
    KEY_WALL,
    KEY_USE,
    KEY_ID,
    KEY_DECLARATION,
    KEY_REASON = 9,
    KEY_CLAUSES,
};

static const struct field fields[] = {
    FIELD(KEY_KIND, "kind", FIELD_CHOICE, struct entry, kind, .words = words),
    FIELD(KEY_TIME, "time", FIELD_TIME, struct entry, time, OPTIONAL),
    FIELD(KEY_WALL, "wall", FIELD_TIME, struct entry, wall, OPTIONAL),
    FIELD(KEY_USE, "use", FIELD_UINT, struct entry, use, OPTIONAL),
    FIELD(KEY_ID, "id", FIELD_ID, struct entry, id, OPTIONAL),
    FIELD(KEY_DECLARATION, "declaration", FIELD_DIGEST, struct entry, declaration, OPTIONAL),
    FIELD(7, "approval", FIELD_DIGEST, struct entry, approval, OPTIONAL),
    FIELD(8, "within", FIELD_BOOL, struct entry, within, OPTIONAL),
    FIELD(KEY_REASON, "reason", FIELD_UINT, struct entry, reason, OPTIONAL),
    FIELD_MANY(
        KEY_CLAUSES, "clauses", FIELD_TEXTS, struct entry, clauses, .limit = ENTRY_CLAUSES_MAX,
        OPTIONAL),
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

/* --- Entries of uses --------------------------------------------------------------------------
 * They are made on the deciding path. By the table that costs more than judging the use, so they
 * are put down directly: the same bytes (test_guard holds one to the other). Whatever is out of the
 * ordinary is left to the table, and with it every refusal. */

enum { PLAIN_CLAUSE = 40 }; /* characters of a clause's number */

/* Whether the number is one that the table would take: characters that are seen, and not too many.
 */
static bool is_plain(const char *number, size_t length)
{
    bool plain = length > 0 && length <= PLAIN_CLAUSE;
    for (size_t i = 0; i < length && plain; i++)
        plain = number[i] > ' ' && number[i] < 0x7F;
    return plain;
}

/* A map on its way into a room that is large enough. */
struct putting {
    uint8_t *at;
    unsigned members;
};

static void put_head(struct putting *put, enum cbor_major major, uint64_t value)
{
    put->at += cbor_put_head(put->at, major, value);
}

static void put_content(struct putting *put, enum cbor_major major, const void *data, size_t size)
{
    put_head(put, major, size);
    memcpy(put->at, data, size);
    put->at += size;
}

static void put_key(struct putting *put, uint64_t key)
{
    put_head(put, CBOR_MAJOR_UINT, key);
    put->members++;
}

/* What is zero is left out, as the table leaves it out. */
static void put_number(struct putting *put, uint64_t key, uint64_t value)
{
    if (value == 0)
        return;
    put_key(put, key);
    put_head(put, CBOR_MAJOR_UINT, value);
}

static void put_bytes(struct putting *put, uint64_t key, const uint8_t *bytes, size_t size)
{
    static const uint8_t zeros[DIGEST_SIZE];
    if (memcmp(bytes, zeros, size) == 0)
        return;
    put_key(put, key);
    put_content(put, CBOR_MAJOR_BYTES, bytes, size);
}

/* False: a clause is out of the ordinary, or out of order. */
static bool put_clauses(struct putting *put, uint64_t key, const struct entry *entry)
{
    if (entry->clauses_count == 0)
        return true;
    put_key(put, key);
    put_head(put, CBOR_MAJOR_ARRAY, entry->clauses_count);
    for (size_t i = 0; i < entry->clauses_count; i++) {
        const char *number = entry->clauses[i];
        size_t length = strnlen(number, PLAIN_CLAUSE + 1);
        if (!is_plain(number, length) || (i && strcmp(entry->clauses[i - 1], number) >= 0))
            return false;
        put_content(put, CBOR_MAJOR_TEXT, number, length);
    }
    return true;
}

/* Whether it is a use's, with nothing in it that the table refuses. */
static bool is_plain_use(const struct entry *entry)
{
    return (entry->kind == ENTRY_BEGIN || entry->kind == ENTRY_REFUSAL ||
            entry->kind == ENTRY_STOP || entry->kind == ENTRY_END) &&
           entry->time >= 0 && entry->time <= FIELD_TIME_LAST && entry->wall >= 0 &&
           entry->wall <= FIELD_TIME_LAST && entry->use <= INT64_MAX &&
           entry->reason <= INT64_MAX && entry->clauses_count <= ENTRY_CLAUSES_MAX;
}

/* The payload's length; 0: it is for the table. */
static size_t put_use(const struct entry *entry, uint8_t room[ENTRY_SIZE_MAX])
{
    if (!is_plain_use(entry))
        return 0;
    struct putting put = {.at = room + 1}; /* behind the map's head: a few members, one byte */
    put_number(&put, KEY_KIND, entry->kind);
    put_number(&put, KEY_TIME, (uint64_t)entry->time);
    put_number(&put, KEY_WALL, (uint64_t)entry->wall);
    put_number(&put, KEY_USE, entry->use);
    put_bytes(&put, KEY_ID, entry->id.bytes, ID_SIZE);
    put_bytes(&put, KEY_DECLARATION, entry->declaration.bytes, DIGEST_SIZE);
    put_number(&put, KEY_REASON, entry->reason);
    if (!put_clauses(&put, KEY_CLAUSES, entry))
        return 0;
    cbor_put_head(room, CBOR_MAJOR_MAP, put.members);
    return (size_t)(put.at - room);
}

enum error entry_encode(
    const struct entry *entry, struct fault *fault, uint8_t room[ENTRY_SIZE_MAX],
    struct bytes *ret_payload)
{
    size_t length = put_use(entry, room);
    if (length) {
        *ret_payload = (struct bytes){room, length};
        return ERROR_OK;
    }
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

static void add_item(struct sha256 *hash, enum cbor_major major, struct bytes content)
{
    uint8_t head[CBOR_HEAD_MAX];
    sha256_add(hash, (struct bytes){head, cbor_put_head(head, major, content.length)});
    sha256_add(hash, content);
}

struct digest entry_commitment(
    const struct public_key *guard, const struct id *record, const char *field,
    const uint8_t salt[ENTRY_SALT_SIZE], struct bytes value)
{
    enum { ARRAY_OF_SIX = 0x86 };
    struct sha256 hash;
    sha256_start(&hash);
    sha256_add_byte(&hash, ARRAY_OF_SIX);
    add_item(&hash, CBOR_MAJOR_TEXT, BYTES_LITERAL("enduse/field/v1"));
    add_item(&hash, CBOR_MAJOR_BYTES, public_key_view(guard));
    add_item(&hash, CBOR_MAJOR_BYTES, (struct bytes){record->bytes, ID_SIZE});
    add_item(&hash, CBOR_MAJOR_TEXT, bytes_of(field));
    add_item(&hash, CBOR_MAJOR_BYTES, (struct bytes){salt, ENTRY_SALT_SIZE});
    add_item(&hash, CBOR_MAJOR_TEXT, value);
    struct digest digest;
    sha256_finish(&hash, &digest);
    secret_wipe(&hash, sizeof hash);
    return digest;
}
