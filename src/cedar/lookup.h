/* Finding a key in a record: the most frequent step of evaluation. Internal to cedar/. */
#ifndef ENDUSE_CEDAR_LOOKUP_H
#define ENDUSE_CEDAR_LOOKUP_H

#include "cedar/value.h"

enum { CEDAR_SMALL_RECORD = 3 };

static inline struct cedar_value *
cedar_record_lookup(const struct cedar_record *record, const struct cedar_string *key)
{
    if (!record->index) {
        for (uint32_t i = 0; i < record->count; i++) {
            if (record->keys[i] == key)
                return &record->values[i];
        }
        return NULL;
    }
    uint32_t slot = (uint32_t)key->hash & record->mask, found;
    for (; (found = record->index[slot]); slot = (slot + 1) & record->mask) {
        if (record->keys[found - 1] == key)
            return &record->values[found - 1];
    }
    return NULL;
}

/* Makes the index of a record's keys in arena; none for a small record. */
enum error cedar_index_keys(
    struct arena *arena, const struct cedar_string *const *keys, uint32_t count,
    const uint32_t **ret_index, uint32_t *ret_mask);

#endif
