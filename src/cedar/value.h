/* Values of the language: what entities, contexts and expressions hold. Built by the caller in an
 * arena and then left alone, except for scalar slots (cedar_record_slot). */
#ifndef ENDUSE_CEDAR_VALUE_H
#define ENDUSE_CEDAR_VALUE_H

#include "cedar/symbol.h"

enum cedar_kind {
    CEDAR_BOOL,
    CEDAR_LONG,
    CEDAR_STRING,
    CEDAR_ENTITY,
    CEDAR_SET,
    CEDAR_RECORD,
    CEDAR_DECIMAL,
    CEDAR_DATETIME,
    CEDAR_DURATION,
    CEDAR_IPADDR,
};

/* "Long", "String", "decimal", … as the language names types. Static storage. */
const char *cedar_kind_name(enum cedar_kind kind);

/* Make these with the functions below, so that all of bits is set. */
struct cedar_value {
    enum cedar_kind kind;
    union {
        bool boolean;
        int64_t number; /* Long; decimal in 1/10000; datetime: ms since 1970; duration: ms */
        const struct cedar_string *string;
        const struct cedar_uid *entity;
        const struct cedar_set *set;
        const struct cedar_record *record;
        const struct cedar_ip *ip;
        uint64_t bits; /* all of the above but ip, set and record compare by it */
    };
};

/* Elements without duplicates, in the order of cedar_value_order. */
struct cedar_set {
    uint32_t count;
    uint32_t depth; /* levels of values within, itself included */
    const struct cedar_value *elements;
};

/* Attributes in the order of their keys' addresses: keys[i] is of values[i]. */
struct cedar_record {
    uint32_t count;
    uint32_t depth;
    const struct cedar_string *const *keys;
    struct cedar_value *values;
    /* Where keys stand, by their hash with mask, open addressing: 0 is free, else i + 1. NULL for
     * a record so small that looking at all keys is as fast. */
    const uint32_t *index;
    uint32_t mask;
};

/* An address or a range. An IPv4 address is in the first four bytes, the rest zero. */
struct cedar_ip {
    uint8_t address[16];
    uint8_t prefix; /* bits: 0..32 or 0..128 */
    bool is_v6;
};

static inline struct cedar_value cedar_value_bool(bool boolean)
{
    /* All of bits is set, because comparison looks at all of it. */
    return (struct cedar_value){.kind = CEDAR_BOOL, .bits = boolean};
}

static inline struct cedar_value cedar_value_long(int64_t number)
{
    return (struct cedar_value){.kind = CEDAR_LONG, .number = number};
}

static inline struct cedar_value cedar_value_string(const struct cedar_string *string)
{
    return (struct cedar_value){.kind = CEDAR_STRING, .string = string};
}

static inline struct cedar_value cedar_value_entity(const struct cedar_uid *uid)
{
    return (struct cedar_value){.kind = CEDAR_ENTITY, .entity = uid};
}

static inline struct cedar_value cedar_value_decimal(int64_t ten_thousandths)
{
    return (struct cedar_value){.kind = CEDAR_DECIMAL, .number = ten_thousandths};
}

static inline struct cedar_value cedar_value_datetime(int64_t milliseconds)
{
    return (struct cedar_value){.kind = CEDAR_DATETIME, .number = milliseconds};
}

static inline struct cedar_value cedar_value_duration(int64_t milliseconds)
{
    return (struct cedar_value){.kind = CEDAR_DURATION, .number = milliseconds};
}

static inline struct cedar_value cedar_value_record(const struct cedar_record *record)
{
    return (struct cedar_value){.kind = CEDAR_RECORD, .record = record};
}

/* Makes a set in arena from count values; duplicates are dropped. ERROR_CEDAR_VALUE_DEPTH,
 * ERROR_TOO_LARGE (CEDAR_ELEMENTS_MAX), ERROR_MEMORY. */
enum error cedar_set_build(
    struct arena *arena, const struct cedar_value *values, size_t count, struct fault *fault,
    struct cedar_value *ret_set);

struct cedar_field {
    const struct cedar_string *key;
    struct cedar_value value;
};

/* Makes a record in arena. ERROR_CEDAR_DUPLICATE_KEY and as cedar_set_build. */
enum error cedar_record_build(
    struct arena *arena, const struct cedar_field *fields, size_t count, struct fault *fault,
    struct cedar_record **ret_record);

/* The attribute's value, or NULL when there is none of that key. */
const struct cedar_value *
cedar_record_find(const struct cedar_record *record, const struct cedar_string *key);

/* The place of a scalar attribute (Bool, Long, decimal, datetime, duration), so that its owner can
 * put another value of the same kind there, between evaluations, without building anything anew:
 * *slot = cedar_value_bool(true). NULL when there is no such attribute or it is no scalar. Only for
 * a record that is a request's context or an entity's attributes, or is in one of these: inside a
 * set a changed record would stand in the wrong place. The caller sees to it that no other thread
 * evaluates meanwhile. */
struct cedar_value *cedar_record_slot(struct cedar_record *record, const struct cedar_string *key);

/* Whether two values are equal, as `==` has it: never an error; different kinds are unequal. */
bool cedar_value_equal(struct cedar_value a, struct cedar_value b);

/* A total order, the same as long as the tables of symbols live: -1, 0, 1. Not one that people
 * expect (see print.h for that); equal values compare as 0 and no others. */
int cedar_value_order(struct cedar_value a, struct cedar_value b);

/* Whether the set has the value. */
bool cedar_set_has(const struct cedar_set *set, struct cedar_value value);

/* Levels of a value: 1 for a scalar. */
size_t cedar_value_depth(struct cedar_value value);

#endif
