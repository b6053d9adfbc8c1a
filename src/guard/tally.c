/* Counts for a return. */
#include "guard/tally.h"

#include <stdlib.h>
#include <string.h>

static bool wants(const struct tally *tally, const char *field)
{
    for (size_t i = 0; i < tally->field_count; i++) {
        if (strcmp(tally->fields[i], field) == 0)
            return true;
    }
    return false;
}

/* FNV-1a: the values come from signed documents, and there are few. */
static size_t start_of(const struct tally *tally, const char *field, const char *value)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *field; field++)
        hash = (hash ^ (uint8_t)*field) * UINT64_C(1099511628211);
    hash = (hash ^ 0xFF) * UINT64_C(1099511628211);
    for (; *value; value++)
        hash = (hash ^ (uint8_t)*value) * UINT64_C(1099511628211);
    return (size_t)hash & (tally->room - 1);
}

static struct tally_place *find(const struct tally *tally, const char *field, const char *value)
{
    if (tally->room == 0)
        return NULL;
    size_t at = start_of(tally, field, value);
    while (tally->places[at].field && (strcmp(tally->places[at].field, field) != 0 ||
                                       strcmp(tally->places[at].value, value) != 0))
        at = (at + 1) & (tally->room - 1);
    return &tally->places[at];
}

static enum error grow(struct tally *tally)
{
    struct tally larger = *tally;
    larger.room = tally->room ? 2 * tally->room : 64;
    larger.places = calloc(larger.room, sizeof *larger.places);
    if (!larger.places)
        return ERROR_MEMORY;
    for (size_t i = 0; i < tally->room; i++) {
        if (tally->places[i].field)
            *find(&larger, tally->places[i].field, tally->places[i].value) = tally->places[i];
    }
    free(tally->places);
    *tally = larger;
    return ERROR_OK;
}

static enum error count(struct tally *tally, const char *field, const char *value, bool within)
{
    if (!wants(tally, field))
        return ERROR_OK;
    if (2 * tally->count >= tally->room && grow(tally) != ERROR_OK)
        return ERROR_MEMORY;
    struct tally_place *place = find(tally, field, value);
    if (!place->field) {
        char *field_copy = strdup(field), *value_copy = strdup(value);
        if (!field_copy || !value_copy) {
            free(field_copy);
            free(value_copy);
            return ERROR_MEMORY;
        }
        place->field = field_copy;
        place->value = value_copy;
        tally->count++;
    }
    if (within)
        place->within++;
    else
        place->outside++;
    return ERROR_OK;
}

enum error tally_add(struct tally *tally, const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_DECLARED:
    case ENTRY_BEGIN:
    case ENTRY_REFUSAL:
        break;
    case ENTRY_STOP:
        tally->stopped++;
        return ERROR_OK;
    case ENTRY_END:
        tally->stopped += entry->reason != 0;
        return ERROR_OK;
    default:
        return ERROR_OK;
    }
    bool within = entry->kind == ENTRY_BEGIN || (entry->kind == ENTRY_DECLARED && entry->within);
    tally->within += within;
    tally->outside += !within;
    tally->begun += entry->kind == ENTRY_BEGIN;
    enum error error = count(tally, "verdict", within ? "within" : "outside", within);
    for (size_t i = 0; i < entry->clauses_count && !error; i++)
        error = count(tally, "clause", entry->clauses[i], within);
    for (size_t i = 0; i < entry->facts_count && !error; i++)
        error = count(tally, entry->facts[i].field, entry->facts[i].value, within);
    return error;
}

static int compare(const void *a, const void *b)
{
    const struct return_count *left = a, *right = b;
    int order = strcmp(left->field, right->field);
    return order ? order : strcmp(left->value, right->value);
}

enum error tally_counts(
    const struct tally *tally, struct arena *arena, struct return_count **ret_counts,
    size_t *ret_count)
{
    struct return_count *counts = ARENA_ARRAY(arena, struct return_count, tally->count + 1);
    size_t found = 0;
    if (!counts)
        return ERROR_MEMORY;
    for (size_t i = 0; i < tally->room; i++) {
        const struct tally_place *place = &tally->places[i];
        if (!place->field || (place->within == 0 && place->outside == 0))
            continue;
        struct return_count *out = &counts[found++];
        *out = (struct return_count){
            arena_text(arena, bytes_of(place->field)), arena_text(arena, bytes_of(place->value)),
            place->within, place->outside};
        if (!out->field || !out->value)
            return ERROR_MEMORY;
    }
    qsort(counts, found, sizeof *counts, compare);
    *ret_counts = counts;
    *ret_count = found;
    return ERROR_OK;
}

void tally_done(struct tally *tally)
{
    for (size_t i = 0; i < tally->room; i++) {
        free(tally->places[i].field);
        free(tally->places[i].value);
    }
    free(tally->places);
    *tally = (struct tally){0};
}
