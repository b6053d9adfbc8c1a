/* Access to a field's value in its C struct: the only casts of the table-driven code. For field*.c.
 */
#ifndef ENDUSE_INSTRUMENTS_FIELD_VALUE_H
#define ENDUSE_INSTRUMENTS_FIELD_VALUE_H

#include "instruments/field.h"

/* field_NAME reads, field_NAME_at gives the place to write. */
#define FIELD_ACCESS(name, type)                                                                   \
    static inline type const *field_##name(const struct field *field, const void *value)           \
    {                                                                                              \
        return (type const *)(const void *)((const uint8_t *)value + field->offset);               \
    }                                                                                              \
    static inline type *field_##name##_at(const struct field *field, void *value)                  \
    {                                                                                              \
        return (type *)(void *)((uint8_t *)value + field->offset);                                 \
    }

FIELD_ACCESS(uint, uint64_t)
FIELD_ACCESS(millis, millis)
FIELD_ACCESS(bool, bool)
FIELD_ACCESS(choice, int) /* an enum, which gcc and clang hold as an unsigned int of int's size */
FIELD_ACCESS(text, const char *)
FIELD_ACCESS(bytes, struct bytes)
FIELD_ACCESS(digest, struct digest)
FIELD_ACCESS(id, struct id)
FIELD_ACCESS(texts, const char *const *)
FIELD_ACCESS(blobs, const struct bytes *)
FIELD_ACCESS(items, const void *)
FIELD_ACCESS(datum, struct datum)
#undef FIELD_ACCESS

static inline const void *field_nested(const struct field *field, const void *value)
{
    return (const uint8_t *)value + field->offset;
}

static inline const size_t *field_count(const struct field *field, const void *value)
{
    return (const size_t *)(const void *)((const uint8_t *)value + field->count_offset);
}

static inline size_t *field_count_at(const struct field *field, void *value)
{
    return (size_t *)(void *)((uint8_t *)value + field->count_offset);
}

/* The index-th struct of FIELD_RECORDS. */
static inline const void *field_item(const struct field *field, const void *value, size_t index)
{
    return (const uint8_t *)*field_items(field, value) + index * field->layout->size;
}

/* The largest length of a text or of bytes; the largest count of a list. */
size_t field_limit(const struct field *field);
size_t field_count_limit(const struct field *field);

size_t field_choice_count(const struct field *field);

/* Whether the value is the zero value, which an optional field leaves out. */
bool field_is_absent(const struct field *field, const void *value);

/* The rules of one value, after its kind and limits; not of the records in it. The fault's place is
 * the field's name. */
enum error field_check(const struct field *field, const void *value, struct fault *fault);

#endif
