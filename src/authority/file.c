/* Kinds of files: their words, layouts and what is found in a content, by the table of each kind.
 */
#include "authority/file.h"

#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"

static const struct field done_by_fields[] = {
    FIELD(1, "person", FIELD_TEXT, struct done_by, person),
    FIELD(2, "time", FIELD_TIME, struct done_by, time),
};
const struct layout done_by_layout = LAYOUT("done by", struct done_by, done_by_fields);

const char *const ministry_words[] = {"defence", "foreign", NULL};

static const struct lifecycle *const lifecycles[] = {
#define FILE_ROW(name, own) [FILE_##name] = &own##_lifecycle,
    FILE_TABLE(FILE_ROW)
#undef FILE_ROW
};

const struct lifecycle *lifecycle_of(enum file_kind kind)
{
    return lifecycles[kind];
}

const struct transition *lifecycle(enum file_kind kind, size_t *ret_count)
{
    bool known = kind > FILE_NONE && kind <= (enum file_kind)FILE_KIND_LAST;
    *ret_count = known ? lifecycles[kind]->transition_count : 0;
    return known ? lifecycles[kind]->transitions : NULL;
}

const struct transition *lifecycle_find(enum file_kind kind, const char *verb)
{
    size_t count;
    const struct transition *rows = lifecycle(kind, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].verb, verb) == 0)
            return &rows[i];
    }
    return NULL;
}

const struct layout *transition_body(const struct transition *transition)
{
    static const struct layout nothing = {.name = "body", .size = 1};
    return transition->body ? transition->body : &nothing;
}

const char *file_word(enum file_kind kind)
{
    bool known = kind > FILE_NONE && kind <= (enum file_kind)FILE_KIND_LAST;
    return known ? lifecycles[kind]->word : "none";
}

enum file_kind file_by_word(struct bytes word)
{
    for (int kind = 1; kind <= FILE_KIND_LAST; kind++) {
        if (bytes_equal_text(word, lifecycles[kind]->word))
            return (enum file_kind)kind;
    }
    return FILE_NONE;
}

const struct layout *file_layout(enum file_kind kind)
{
    return lifecycles[kind]->layout;
}

const char *file_state_word(enum file_kind kind, int state)
{
    /* "state" is every file's third field */
    const char *const *words = lifecycles[kind]->layout->fields[2].words;
    for (int i = 0; words[i]; i++) {
        if (i + 1 == state)
            return words[i];
    }
    return "new";
}

enum error file_name_split(
    const char *name, struct fault *fault, enum file_kind *ret_kind, const char **ret_number)
{
    const char *slash = strchr(name, '/');
    enum file_kind kind =
        slash ? file_by_word((struct bytes){(const uint8_t *)name, (size_t)(slash - name)})
              : FILE_NONE;
    if (kind == FILE_NONE)
        return fault_set(
            fault, ERROR_OFFICE_FILE, "file",
            "a kind of file that the office has, / and a number, as licence/IL-2026-0017",
            "\"%.60s\"", name);
    *ret_kind = kind;
    *ret_number = slash + 1;
    return ERROR_OK;
}

/* --- Members of a content ----------------------------------------------------------------- */

static const void *member(const void *content, size_t offset)
{
    return (const char *)content + offset;
}

const char *file_parent(enum file_kind kind, const void *content)
{
    size_t at = lifecycles[kind]->parent_at;
    const char *const *parent = member(content, at);
    return at && *parent ? *parent : "";
}

struct bytes file_instrument(enum file_kind kind, const void *content)
{
    size_t at = lifecycles[kind]->instrument_at;
    return at ? *(const struct bytes *)member(content, at) : (struct bytes){0};
}

bool file_digest(enum file_kind kind, const void *content, struct digest *ret_digest)
{
    const struct lifecycle *lifecycle = lifecycles[kind];
    if (lifecycle->digest_at) {
        *ret_digest = *(const struct digest *)member(content, lifecycle->digest_at);
        return digest_is_set(ret_digest);
    }
    const struct document_key *key = member(content, lifecycle->key_at);
    if (!lifecycle->key_at || !key->kind)
        return false;
    struct key_id id = document_key_id(key);
    memcpy(ret_digest->bytes, id.bytes, sizeof ret_digest->bytes);
    return true;
}
