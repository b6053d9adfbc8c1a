/* The functions and methods of the language: one table for parser, printer, validator, compiler. */
#ifndef ENDUSE_CEDAR_FUNCTIONS_H
#define ENDUSE_CEDAR_FUNCTIONS_H

#include "base/base.h"

/* FUNCTION(NAME, text, method, arity): arity counts a method's receiver. */
#define CEDAR_FUNCTIONS(FUNCTION)                                                                  \
    FUNCTION(CONTAINS, "contains", true, 2)                                                        \
    FUNCTION(CONTAINS_ALL, "containsAll", true, 2)                                                 \
    FUNCTION(CONTAINS_ANY, "containsAny", true, 2)                                                 \
    FUNCTION(IS_EMPTY, "isEmpty", true, 1)                                                         \
    FUNCTION(HAS_TAG, "hasTag", true, 2)                                                           \
    FUNCTION(GET_TAG, "getTag", true, 2)                                                           \
    FUNCTION(DECIMAL, "decimal", false, 1)                                                         \
    FUNCTION(LESS_THAN, "lessThan", true, 2)                                                       \
    FUNCTION(LESS_THAN_OR_EQUAL, "lessThanOrEqual", true, 2)                                       \
    FUNCTION(GREATER_THAN, "greaterThan", true, 2)                                                 \
    FUNCTION(GREATER_THAN_OR_EQUAL, "greaterThanOrEqual", true, 2)                                 \
    FUNCTION(IP, "ip", false, 1)                                                                   \
    FUNCTION(IS_IPV4, "isIpv4", true, 1)                                                           \
    FUNCTION(IS_IPV6, "isIpv6", true, 1)                                                           \
    FUNCTION(IS_LOOPBACK, "isLoopback", true, 1)                                                   \
    FUNCTION(IS_MULTICAST, "isMulticast", true, 1)                                                 \
    FUNCTION(IS_IN_RANGE, "isInRange", true, 2)                                                    \
    FUNCTION(DATETIME, "datetime", false, 1)                                                       \
    FUNCTION(DURATION, "duration", false, 1)                                                       \
    FUNCTION(OFFSET, "offset", true, 2)                                                            \
    FUNCTION(DURATION_SINCE, "durationSince", true, 2)                                             \
    FUNCTION(TO_DATE, "toDate", true, 1)                                                           \
    FUNCTION(TO_TIME, "toTime", true, 1)                                                           \
    FUNCTION(TO_MILLISECONDS, "toMilliseconds", true, 1)                                           \
    FUNCTION(TO_SECONDS, "toSeconds", true, 1)                                                     \
    FUNCTION(TO_MINUTES, "toMinutes", true, 1)                                                     \
    FUNCTION(TO_HOURS, "toHours", true, 1)                                                         \
    FUNCTION(TO_DAYS, "toDays", true, 1)

enum cedar_function {
#define CEDAR_FUNCTION_ENUM(name, text, method, arity) CEDAR_FUNCTION_##name,
    CEDAR_FUNCTIONS(CEDAR_FUNCTION_ENUM)
#undef CEDAR_FUNCTION_ENUM
        CEDAR_FUNCTION_COUNT,
};

/* As it is written; static storage. */
const char *cedar_function_name(enum cedar_function function);

/* Whether it is written receiver.name(…). */
bool cedar_function_is_method(enum cedar_function function);

/* Whether it belongs to an extension type: decimal, ipaddr, datetime, duration. */
bool cedar_function_is_extension(enum cedar_function function);

/* How many arguments it takes, a method's receiver included. */
size_t cedar_function_arity(enum cedar_function function);

/* Finds a function by its name; CEDAR_FUNCTION_COUNT when there is none. */
enum cedar_function cedar_function_find(struct bytes name);

#endif
