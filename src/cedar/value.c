/* Values: building, comparing, looking up. Recursion is bounded by CEDAR_VALUE_DEPTH_MAX and by the
 * nesting of expressions. */
#include "cedar/value.h"

#include <stdlib.h>
#include <string.h>

#include "cedar/limits.h"
#include "cedar/lookup.h"
#include "cedar/sets.h"

const char *cedar_kind_name(enum cedar_kind kind)
{
    static const char *const names[] = {
        [CEDAR_BOOL] = "Bool",       [CEDAR_LONG] = "Long",         [CEDAR_STRING] = "String",
        [CEDAR_ENTITY] = "Entity",   [CEDAR_SET] = "Set",           [CEDAR_RECORD] = "Record",
        [CEDAR_DECIMAL] = "decimal", [CEDAR_DATETIME] = "datetime", [CEDAR_DURATION] = "duration",
        [CEDAR_IPADDR] = "ipaddr",
    };
    return names[kind];
}

static bool is_word(enum cedar_kind kind)
{
    return kind != CEDAR_SET && kind != CEDAR_RECORD && kind != CEDAR_IPADDR;
}

static bool sets_equal(const struct cedar_set *a, const struct cedar_set *b)
{
    if (a == b)
        return true;
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        if (!cedar_value_equal(a->elements[i], b->elements[i]))
            return false;
    }
    return true;
}

static bool records_equal(const struct cedar_record *a, const struct cedar_record *b)
{
    if (a == b)
        return true;
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        if (a->keys[i] != b->keys[i] || !cedar_value_equal(a->values[i], b->values[i]))
            return false;
    }
    return true;
}

static bool ips_equal(const struct cedar_ip *a, const struct cedar_ip *b)
{
    return a->is_v6 == b->is_v6 && a->prefix == b->prefix &&
           memcmp(a->address, b->address, sizeof a->address) == 0;
}

bool cedar_value_equal(struct cedar_value a, struct cedar_value b)
{
    if (a.kind != b.kind)
        return false;
    switch (a.kind) {
    case CEDAR_SET:
        return sets_equal(a.set, b.set);
    case CEDAR_RECORD:
        return records_equal(a.record, b.record);
    case CEDAR_IPADDR:
        return ips_equal(a.ip, b.ip);
    default:
        return a.bits == b.bits;
    }
}

static int order_words(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int order_sets(const struct cedar_set *a, const struct cedar_set *b)
{
    int order = order_words(a->count, b->count);
    for (uint32_t i = 0; !order && i < a->count; i++)
        order = cedar_value_order(a->elements[i], b->elements[i]);
    return order;
}

static int order_records(const struct cedar_record *a, const struct cedar_record *b)
{
    int order = order_words(a->count, b->count);
    for (uint32_t i = 0; !order && i < a->count; i++) {
        order = order_words((uintptr_t)a->keys[i], (uintptr_t)b->keys[i]);
        if (!order)
            order = cedar_value_order(a->values[i], b->values[i]);
    }
    return order;
}

static int order_ips(const struct cedar_ip *a, const struct cedar_ip *b)
{
    int order = order_words(a->is_v6, b->is_v6);
    if (!order)
        order = order_words(a->prefix, b->prefix);
    if (order)
        return order;
    order = memcmp(a->address, b->address, sizeof a->address);
    return (order > 0) - (order < 0);
}

int cedar_value_order(struct cedar_value a, struct cedar_value b)
{
    int order = order_words(a.kind, b.kind);
    if (order)
        return order;
    switch (a.kind) {
    case CEDAR_SET:
        return order_sets(a.set, b.set);
    case CEDAR_RECORD:
        return order_records(a.record, b.record);
    case CEDAR_IPADDR:
        return order_ips(a.ip, b.ip);
    default:
        return order_words(a.bits, b.bits);
    }
}

bool cedar_set_has(const struct cedar_set *set, struct cedar_value value)
{
    const struct cedar_value *elements = set->elements;
    /* Few elements: looking at all of them is faster than halving. */
    if (set->count <= 8 && is_word(value.kind)) {
        for (uint32_t i = 0; i < set->count; i++) {
            if (elements[i].bits == value.bits && elements[i].kind == value.kind)
                return true;
        }
        return false;
    }
    uint32_t low = 0, high = set->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = cedar_value_order(value, elements[middle]);
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

size_t cedar_value_depth(struct cedar_value value)
{
    if (value.kind == CEDAR_SET)
        return value.set->depth;
    return value.kind == CEDAR_RECORD ? value.record->depth : 1;
}

/* Sorting without memory: a heap sort, insertion for few. Sifts the element at root down. */
static void sift(struct cedar_value *values, size_t root, size_t count)
{
    struct cedar_value moving = values[root];
    for (size_t child; (child = root * 2 + 1) < count; root = child) {
        if (child + 1 < count && cedar_value_order(values[child], values[child + 1]) < 0)
            child++;
        if (cedar_value_order(moving, values[child]) >= 0)
            break;
        values[root] = values[child];
    }
    values[root] = moving;
}

static void sort(struct cedar_value *values, size_t count)
{
    if (count > 16) {
        for (size_t i = count / 2; i-- > 0;)
            sift(values, i, count);
        for (size_t i = count; i-- > 1;) {
            struct cedar_value largest = values[0];
            values[0] = values[i];
            values[i] = largest;
            sift(values, 0, i);
        }
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct cedar_value moving = values[i];
        size_t k = i;
        for (; k > 0 && cedar_value_order(moving, values[k - 1]) < 0; k--)
            values[k] = values[k - 1];
        values[k] = moving;
    }
}

size_t cedar_set_arrange(struct cedar_value *values, size_t count)
{
    sort(values, count);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || cedar_value_order(values[kept - 1], values[i]) != 0)
            values[kept++] = values[i];
    }
    return kept;
}

/* One level more than the deepest of values. */
static uint32_t depth_above(const struct cedar_value *values, size_t count)
{
    size_t depth = 0;
    for (size_t i = 0; i < count; i++) {
        size_t depth_here = cedar_value_depth(values[i]);
        if (depth_here > depth)
            depth = depth_here;
    }
    return (uint32_t)depth + 1;
}

void cedar_set_init(struct cedar_set *set, struct cedar_value *values, size_t count)
{
    set->depth = depth_above(values, count);
    set->count = (uint32_t)cedar_set_arrange(values, count);
    set->elements = values;
}

enum error cedar_set_build(
    struct arena *arena, const struct cedar_value *values, size_t count, struct fault *fault,
    struct cedar_value *ret_set)
{
    if (count > CEDAR_ELEMENTS_MAX)
        return fault_set(fault, ERROR_TOO_LARGE, NULL, "at most 1048576 elements", "%zu", count);
    if (depth_above(values, count) > CEDAR_VALUE_DEPTH_MAX)
        return fault_set(fault, ERROR_CEDAR_VALUE_DEPTH, NULL, "at most 128 levels", NULL);
    struct cedar_set *set = ARENA_NEW(arena, struct cedar_set);
    struct cedar_value *elements = ARENA_ARRAY(arena, struct cedar_value, count);
    if (!set || !elements)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    if (count)
        memcpy(elements, values, count * sizeof *elements);
    cedar_set_init(set, elements, count);
    *ret_set = (struct cedar_value){.kind = CEDAR_SET, .set = set};
    return ERROR_OK;
}

static int compare_fields(const void *a, const void *b)
{
    const struct cedar_field *x = a, *y = b;
    return order_words((uintptr_t)x->key, (uintptr_t)y->key);
}

enum error cedar_index_keys(
    struct arena *arena, const struct cedar_string *const *keys, uint32_t count,
    const uint32_t **ret_index, uint32_t *ret_mask)
{
    *ret_index = NULL;
    *ret_mask = 0;
    if (count <= CEDAR_SMALL_RECORD)
        return ERROR_OK;
    uint32_t size = 8;
    while (size < count * 4) /* sparse: most keys are found where they are looked for first */
        size *= 2;
    uint32_t *index = ARENA_ARRAY(arena, uint32_t, size);
    if (!index)
        return ERROR_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = (uint32_t)keys[i]->hash & (size - 1);
        while (index[slot])
            slot = (slot + 1) & (size - 1);
        index[slot] = i + 1;
    }
    *ret_index = index;
    *ret_mask = size - 1;
    return ERROR_OK;
}

enum error cedar_record_build(
    struct arena *arena, const struct cedar_field *fields, size_t count, struct fault *fault,
    struct cedar_record **ret_record)
{
    if (count > CEDAR_ELEMENTS_MAX)
        return fault_set(fault, ERROR_TOO_LARGE, NULL, "at most 1048576 keys", "%zu", count);
    struct cedar_record *record = ARENA_NEW(arena, struct cedar_record);
    struct cedar_field *sorted = ARENA_ARRAY(arena, struct cedar_field, count);
    const struct cedar_string **keys = ARENA_ARRAY(arena, const struct cedar_string *, count);
    struct cedar_value *values = ARENA_ARRAY(arena, struct cedar_value, count);
    if (!record || !sorted || !keys || !values)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    if (count)
        memcpy(sorted, fields, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_fields);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && sorted[i].key == sorted[i - 1].key) {
            char found[64];
            return fault_set(
                fault, ERROR_CEDAR_DUPLICATE_KEY, NULL, NULL, "%s",
                quote_text(cedar_string_bytes(sorted[i].key), found, sizeof found));
        }
        keys[i] = sorted[i].key;
        values[i] = sorted[i].value;
    }
    *record = (struct cedar_record){
        .count = (uint32_t)count,
        .depth = depth_above(values, count),
        .keys = keys,
        .values = values,
    };
    if (record->depth > CEDAR_VALUE_DEPTH_MAX)
        return fault_set(fault, ERROR_CEDAR_VALUE_DEPTH, NULL, "at most 128 levels", NULL);
    if (cedar_index_keys(arena, keys, record->count, &record->index, &record->mask))
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    *ret_record = record;
    return ERROR_OK;
}

const struct cedar_value *
cedar_record_find(const struct cedar_record *record, const struct cedar_string *key)
{
    return cedar_record_lookup(record, key);
}

struct cedar_value *cedar_record_slot(struct cedar_record *record, const struct cedar_string *key)
{
    struct cedar_value *value = cedar_record_lookup(record, key);
    if (!value)
        return NULL;
    switch (value->kind) {
    case CEDAR_BOOL:
    case CEDAR_LONG:
    case CEDAR_DECIMAL:
    case CEDAR_DATETIME:
    case CEDAR_DURATION:
        return value;
    default:
        return NULL;
    }
}
