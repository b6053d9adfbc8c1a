/* Types of expressions: joining and describing them. */
#include "cedar/checker.h"

#include "cedar/names.h"

#include <stdio.h>
#include <string.h>

const struct cedar_type *cedar_type_simple(enum cedar_type_kind kind)
{
    static const struct cedar_type types[] = {
        [CEDAR_TYPE_BOOL] = {.kind = CEDAR_TYPE_BOOL},
        [CEDAR_TYPE_LONG] = {.kind = CEDAR_TYPE_LONG},
        [CEDAR_TYPE_STRING] = {.kind = CEDAR_TYPE_STRING},
        [CEDAR_TYPE_DECIMAL] = {.kind = CEDAR_TYPE_DECIMAL},
        [CEDAR_TYPE_IPADDR] = {.kind = CEDAR_TYPE_IPADDR},
        [CEDAR_TYPE_DATETIME] = {.kind = CEDAR_TYPE_DATETIME},
        [CEDAR_TYPE_DURATION] = {.kind = CEDAR_TYPE_DURATION},
        [CEDAR_TYPE_TRUE] = {.kind = CEDAR_TYPE_TRUE},
        [CEDAR_TYPE_FALSE] = {.kind = CEDAR_TYPE_FALSE},
    };
    return &types[kind];
}

bool cedar_type_is_boolean(const struct cedar_type *type)
{
    return type->kind == CEDAR_TYPE_BOOL || type->kind == CEDAR_TYPE_TRUE ||
           type->kind == CEDAR_TYPE_FALSE;
}

const struct cedar_type *cedar_type_set(struct checker *checker, const struct cedar_type *element)
{
    struct cedar_type *type = ARENA_NEW(&checker->arena, struct cedar_type);
    if (!type) {
        cedar_checker_no_memory(checker);
        return NULL;
    }
    type->kind = CEDAR_TYPE_SET;
    type->element = element;
    return type;
}

static const struct cedar_type *record_of(
    struct checker *checker, const struct cedar_attribute *attributes, size_t count,
    const uint32_t *by_name)
{
    struct cedar_record_type *record = ARENA_NEW(&checker->arena, struct cedar_record_type);
    struct cedar_type *type = ARENA_NEW(&checker->arena, struct cedar_type);
    if (!record || !type) {
        cedar_checker_no_memory(checker);
        return NULL;
    }
    *record = (struct cedar_record_type){attributes, count, by_name};
    type->kind = CEDAR_TYPE_RECORD;
    type->record = record;
    return type;
}

const struct cedar_type *
cedar_type_record(struct checker *checker, struct cedar_attribute *attributes, size_t count)
{
    uint32_t *by_name = ARENA_ARRAY(&checker->arena, uint32_t, count + 1);
    struct name_entry *entries = ARENA_ARRAY(&checker->arena, struct name_entry, count + 1);
    if (!by_name || !entries) {
        cedar_checker_no_memory(checker);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        entries[i] = (struct name_entry){.name = attributes[i].name, .index = (uint32_t)i};
    uint32_t duplicate;
    (void)cedar_names_sort(
        &(struct name_index){entries, count}, &duplicate); /* the parser refuses them */
    for (size_t i = 0; i < count; i++)
        by_name[i] = entries[i].index;
    return record_of(checker, attributes, count, by_name);
}

static const struct cedar_type *join_sets(
    struct checker *checker, struct cedar_span span, const struct cedar_type *a,
    const struct cedar_type *b)
{
    const struct cedar_type *element = cedar_type_join(checker, span, a->element, b->element);
    if (!element)
        return NULL;
    if (element == a->element)
        return a;
    return element == b->element ? b : cedar_type_set(checker, element);
}

/* Both must have the same attributes, required in both or optional in both. */
static const struct cedar_type *join_records(
    struct checker *checker, struct cedar_span span, const struct cedar_type *a,
    const struct cedar_type *b)
{
    const struct cedar_record_type *left = a->record, *right = b->record;
    if (left->count != right->count)
        return NULL;
    struct cedar_attribute *joined =
        ARENA_ARRAY(&checker->arena, struct cedar_attribute, left->count + 1);
    if (!joined) {
        cedar_checker_no_memory(checker);
        return NULL;
    }
    bool is_left = true, is_right = true;
    for (size_t i = 0; i < left->count; i++) {
        const struct cedar_attribute *x = &left->attributes[left->by_name[i]];
        const struct cedar_attribute *y = &right->attributes[right->by_name[i]];
        if (x->required != y->required || !bytes_equal(x->name, y->name))
            return NULL;
        const struct cedar_type *type = cedar_type_join(checker, span, x->type, y->type);
        if (!type)
            return NULL;
        is_left = is_left && type == x->type;
        is_right = is_right && type == y->type;
        joined[left->by_name[i]] = *x;
        joined[left->by_name[i]].type = type;
    }
    if (is_left)
        return a;
    return is_right ? b : record_of(checker, joined, left->count, left->by_name);
}

const struct cedar_type *cedar_type_join(
    struct checker *checker, struct cedar_span span, const struct cedar_type *a,
    const struct cedar_type *b)
{
    if (!cedar_checker_step(checker, span))
        return NULL;
    if (a == b)
        return a;
    if (cedar_type_is_boolean(a) && cedar_type_is_boolean(b))
        return a->kind == b->kind ? a : cedar_type_simple(CEDAR_TYPE_BOOL);
    if (a->kind != b->kind)
        return NULL;
    switch (a->kind) {
    case CEDAR_TYPE_SET:
        return join_sets(checker, span, a, b);
    case CEDAR_TYPE_RECORD:
        return join_records(checker, span, a, b);
    case CEDAR_TYPE_ENTITY:
        return NULL; /* what names one entity type is one object */
    default:
        return a;
    }
}

const char *cedar_type_words(const struct cedar_type *type, char *text, size_t size)
{
    /* Never grows: the words may not be needed, and no memory must not go unnoticed. */
    enum { PRINTED_MAX = 4096 };
    uint8_t room[PRINTED_MAX + 1];
    struct buffer buffer = {.data = room, .capacity = sizeof room, .limit = PRINTED_MAX};
    cedar_print_type(&buffer, type);
    /* Past the limit what was written tells enough. */
    struct bytes written = buffer_view(&buffer);
    bool whole = !buffer.error && written.length < size;
    size_t length = whole || written.length < size - 4 ? written.length : size - 4;
    while (length < written.length && (written.data[length] & 0xC0) == 0x80)
        length--;
    snprintf(text, size, "%.*s%s", (int)length, (const char *)written.data, whole ? "" : "...");
    return text;
}
