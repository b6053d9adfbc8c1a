/* The sorted index of names, and edit distances between short names. */
#include "cedar/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const struct name_entry *a, const struct name_entry *b)
{
    int order = bytes_compare(a->name, b->name);
    return order ? order : bytes_compare(a->qualifier, b->qualifier);
}

static int compare_for_sorting(const void *left, const void *right)
{
    const struct name_entry *a = left, *b = right;
    int order = compare(a, b);
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

void cedar_names_add(
    struct name_index *names, struct bytes qualifier, struct bytes name, size_t index)
{
    names->entries[names->count++] = (struct name_entry){qualifier, name, (uint32_t)index};
}

bool cedar_names_sort(struct name_index *names, uint32_t *ret_duplicate)
{
    if (names->count < 2)
        return true;
    qsort(names->entries, names->count, sizeof *names->entries, compare_for_sorting);
    const struct name_entry *first = NULL;
    for (size_t i = 1; i < names->count; i++) {
        const struct name_entry *entry = &names->entries[i];
        if (compare(entry - 1, entry) == 0 && (!first || entry->index < first->index))
            first = entry;
    }
    if (first)
        *ret_duplicate = first->index;
    return !first;
}

const struct name_entry *
cedar_names_find(const struct name_index *names, struct bytes qualifier, struct bytes name)
{
    const struct name_entry wanted = {.qualifier = qualifier, .name = name};
    size_t low = 0, high = names->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(&names->entries[middle], &wanted);
        if (order == 0)
            return &names->entries[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

enum { COMPARED_MAX = 48 }; /* longer names are not compared */

static uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + ('a' - 'A')) : byte;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters must be added, dropped, changed or swapped with their neighbour; a change of
 * case counts half, so the result is in halves. */
static size_t distance(struct bytes a, struct bytes b)
{
    size_t rows[3][COMPARED_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t k = 0; k <= b.length; k++)
        last[k] = 2 * k;
    for (size_t i = 1; i <= a.length; i++) {
        now[0] = 2 * i;
        for (size_t k = 1; k <= b.length; k++) {
            uint8_t x = a.data[i - 1], y = b.data[k - 1];
            size_t change = x == y ? 0 : lower(x) == lower(y) ? 1 : 2;
            now[k] = least(least(last[k], now[k - 1]) + 2, last[k - 1] + change);
            if (i > 1 && k > 1 && x == b.data[k - 2] && y == a.data[i - 2])
                now[k] = least(now[k], before[k - 2] + 2);
        }
        size_t *reused = before;
        before = last;
        last = now;
        now = reused;
    }
    return last[b.length];
}

/* What follows the last "::". */
static struct bytes last_part(struct bytes name)
{
    for (size_t i = name.length; i > 1; i--)
        if (name.data[i - 1] == ':' && name.data[i - 2] == ':')
            return bytes_slice(name, i, name.length);
    return name;
}

void cedar_nearest_consider(struct nearest *nearest, struct bytes qualifier, struct bytes name)
{
    struct bytes wanted = nearest->wanted, part = last_part(name);
    if (!wanted.length || wanted.length > COMPARED_MAX || name.length > COMPARED_MAX)
        return;
    size_t found = distance(wanted, name);
    if (part.length != name.length)
        found = least(found, distance(last_part(wanted), part) + 1);
    /* At most a third of the letters may differ, and one may in short names. */
    size_t allowed = wanted.length < 3 ? 2 : 2 * (wanted.length + 2) / 3;
    if (found > allowed || (nearest->name.data && found >= nearest->distance))
        return;
    if (found == 2 * wanted.length)
        return; /* nothing in common */
    nearest->distance = found;
    nearest->qualifier = qualifier;
    nearest->name = name;
}

void cedar_nearest_consider_all(struct nearest *nearest, const struct name_index *names)
{
    for (size_t i = 0; i < names->count; i++)
        cedar_nearest_consider(nearest, names->entries[i].qualifier, names->entries[i].name);
}

const char *
cedar_nearest_words(const struct nearest *nearest, const char *known, char text[NEAREST_WORDS_SIZE])
{
    char quoted[100];
    if (!nearest->name.data)
        snprintf(text, NEAREST_WORDS_SIZE, "%s", known);
    else
        snprintf(
            text, NEAREST_WORDS_SIZE, "%s" CEDAR_PERHAPS "%.*s%s%s", known,
            (int)nearest->qualifier.length, (const char *)nearest->qualifier.data,
            nearest->qualifier.length ? "::" : "",
            quote_text(nearest->name, quoted, sizeof quoted));
    return text;
}
