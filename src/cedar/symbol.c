/* Tables of interned strings and names: open addressing over objects that never move. */
#include "cedar/symbol.h"

#include <stdlib.h>
#include <string.h>

#include "cedar/hash.h"

/* Pointers to strings, or to names, by hash; the count of slots is a power of two. */
struct table {
    const void **slots;
    size_t slot_count, count;
};

struct cedar_symbols {
    const struct cedar_symbols *base;
    uint64_t seed;
    bool frozen;
    struct arena arena;
    struct table strings, uids;
};

enum error cedar_symbols_create(
    const struct cedar_symbols *base, uint64_t seed, struct cedar_symbols **ret_symbols)
{
    if (base && !base->frozen)
        return ERROR_STATE;
    struct cedar_symbols *symbols = calloc(1, sizeof *symbols);
    if (!symbols)
        return ERROR_MEMORY;
    symbols->base = base;
    symbols->seed = base ? base->seed : seed;
    *ret_symbols = symbols;
    return ERROR_OK;
}

void cedar_symbols_freeze(struct cedar_symbols *symbols)
{
    symbols->frozen = true;
}

void cedar_symbols_free(struct cedar_symbols *symbols)
{
    if (!symbols)
        return;
    free(symbols->strings.slots);
    free(symbols->uids.slots);
    arena_free(&symbols->arena);
    free(symbols);
}

struct bytes cedar_string_bytes(const struct cedar_string *string)
{
    return (struct bytes){string->data, string->length};
}

/* Both kinds of object begin with their hash. */
static uint64_t hash_of(const void *object)
{
    uint64_t hash;
    memcpy(&hash, object, sizeof hash);
    return hash;
}

/* Makes room for one more, so that adding cannot fail afterwards. */
static enum error make_room(struct table *table)
{
    if (table->count * 2 < table->slot_count)
        return ERROR_OK;
    size_t slot_count = table->slot_count ? table->slot_count * 2 : 64;
    const void **slots = calloc(slot_count, sizeof *slots);
    if (!slots)
        return ERROR_MEMORY;
    for (size_t i = 0; i < table->slot_count; i++) {
        if (!table->slots[i])
            continue;
        size_t slot = hash_of(table->slots[i]) & (slot_count - 1);
        while (slots[slot])
            slot = (slot + 1) & (slot_count - 1);
        slots[slot] = table->slots[i];
    }
    free(table->slots);
    table->slots = slots;
    table->slot_count = slot_count;
    return ERROR_OK;
}

static void put(struct table *table, const void *object)
{
    size_t mask = table->slot_count - 1, slot = hash_of(object) & mask;
    while (table->slots[slot])
        slot = (slot + 1) & mask;
    table->slots[slot] = object;
    table->count++;
}

static const struct cedar_string *
find_string(const struct table *table, uint64_t hash, struct bytes text)
{
    if (!table->count)
        return NULL;
    size_t mask = table->slot_count - 1;
    for (size_t slot = hash & mask; table->slots[slot]; slot = (slot + 1) & mask) {
        const struct cedar_string *string = table->slots[slot];
        if (string->hash == hash && bytes_equal(cedar_string_bytes(string), text))
            return string;
    }
    return NULL;
}

static const struct cedar_uid *find_uid(
    const struct table *table, uint64_t hash, const struct cedar_string *type,
    const struct cedar_string *id)
{
    if (!table->count)
        return NULL;
    size_t mask = table->slot_count - 1;
    for (size_t slot = hash & mask; table->slots[slot]; slot = (slot + 1) & mask) {
        const struct cedar_uid *uid = table->slots[slot];
        if (uid->type == type && uid->id == id)
            return uid;
    }
    return NULL;
}

static const struct cedar_string *
find_in_chain(const struct cedar_symbols *symbols, uint64_t hash, struct bytes text)
{
    const struct cedar_string *found = NULL;
    for (; symbols && !found; symbols = symbols->base)
        found = find_string(&symbols->strings, hash, text);
    return found;
}

static uint64_t uid_hash(const struct cedar_string *type, const struct cedar_string *id)
{
    return cedar_hash_mix(type->hash, id->hash);
}

static const struct cedar_uid *find_uid_in_chain(
    const struct cedar_symbols *symbols, const struct cedar_string *type,
    const struct cedar_string *id)
{
    const struct cedar_uid *found = NULL;
    for (; symbols && !found; symbols = symbols->base)
        found = find_uid(&symbols->uids, uid_hash(type, id), type, id);
    return found;
}

const struct cedar_string *cedar_find_string(const struct cedar_symbols *symbols, struct bytes text)
{
    return find_in_chain(symbols, cedar_hash_bytes(text, symbols->seed), text);
}

const struct cedar_uid *
cedar_find_uid(const struct cedar_symbols *symbols, struct bytes type, struct bytes id)
{
    const struct cedar_string *type_string = cedar_find_string(symbols, type);
    const struct cedar_string *id_string = cedar_find_string(symbols, id);
    if (!type_string || !id_string)
        return NULL;
    return find_uid_in_chain(symbols, type_string, id_string);
}

enum error cedar_intern(
    struct cedar_symbols *symbols, struct bytes text, const struct cedar_string **ret_string)
{
    uint64_t hash = cedar_hash_bytes(text, symbols->seed);
    const struct cedar_string *found = find_in_chain(symbols, hash, text);
    if (found) {
        *ret_string = found;
        return ERROR_OK;
    }
    if (symbols->frozen)
        return ERROR_STATE;
    if (!bytes_are_utf8(text, NULL))
        return ERROR_UTF8;
    if (text.length > SIZE_MAX / 4 || make_room(&symbols->strings))
        return ERROR_MEMORY;
    struct cedar_string *string = arena_alloc(&symbols->arena, sizeof *string + text.length + 1);
    if (!string)
        return ERROR_MEMORY;
    string->hash = hash;
    string->length = text.length;
    if (text.length)
        memcpy(string->data, text.data, text.length);
    put(&symbols->strings, string);
    *ret_string = string;
    return ERROR_OK;
}

enum error cedar_intern_uid(
    struct cedar_symbols *symbols, struct bytes type, struct bytes id,
    const struct cedar_uid **ret_uid)
{
    const struct cedar_string *type_string, *id_string;
    enum error error = cedar_intern(symbols, type, &type_string);
    if (error || (error = cedar_intern(symbols, id, &id_string)))
        return error;
    const struct cedar_uid *found = find_uid_in_chain(symbols, type_string, id_string);
    if (found) {
        *ret_uid = found;
        return ERROR_OK;
    }
    if (symbols->frozen)
        return ERROR_STATE;
    if (make_room(&symbols->uids))
        return ERROR_MEMORY;
    struct cedar_uid *uid = ARENA_NEW(&symbols->arena, struct cedar_uid);
    if (!uid)
        return ERROR_MEMORY;
    *uid = (struct cedar_uid){uid_hash(type_string, id_string), type_string, id_string};
    put(&symbols->uids, uid);
    *ret_uid = uid;
    return ERROR_OK;
}
