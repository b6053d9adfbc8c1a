/* What the functions and methods do, those of the extension types included. */
#include <string.h>

#include "cedar/code.h"
#include "cedar/extension.h"

static enum error
construct(struct cedar_machine *machine, enum cedar_function function, struct cedar_value *argument)
{
    if (argument->kind != CEDAR_STRING)
        return ERROR_CEDAR_TYPE;
    struct bytes text = cedar_string_bytes(argument->string);
    int64_t number = 0;
    struct cedar_ip ip;
    enum error error;
    switch (function) {
    case CEDAR_FUNCTION_DECIMAL:
        error = cedar_decimal_parse(text, NULL, &number);
        *argument = cedar_value_decimal(number);
        return error;
    case CEDAR_FUNCTION_DATETIME:
        error = cedar_datetime_parse(text, NULL, &number);
        *argument = cedar_value_datetime(number);
        return error;
    case CEDAR_FUNCTION_DURATION:
        error = cedar_duration_parse(text, NULL, &number);
        *argument = cedar_value_duration(number);
        return error;
    default:
        if ((error = cedar_ip_parse(text, NULL, &ip)))
            return error;
        struct cedar_ip *kept = cedar_machine_take(machine, cedar_heap_ip());
        *kept = ip;
        *argument = (struct cedar_value){.kind = CEDAR_IPADDR, .ip = kept};
        return ERROR_OK;
    }
}

static enum error compare_decimals(enum cedar_function function, struct cedar_value *arguments)
{
    if (arguments[0].kind != CEDAR_DECIMAL || arguments[1].kind != CEDAR_DECIMAL)
        return ERROR_CEDAR_TYPE;
    int64_t a = arguments[0].number, b = arguments[1].number;
    bool result = function == CEDAR_FUNCTION_LESS_THAN            ? a < b
                  : function == CEDAR_FUNCTION_LESS_THAN_OR_EQUAL ? a <= b
                  : function == CEDAR_FUNCTION_GREATER_THAN       ? a > b
                                                                  : a >= b;
    arguments[0] = cedar_value_bool(result);
    return ERROR_OK;
}

static enum error compare_sets(enum cedar_function function, struct cedar_value *arguments)
{
    if (arguments[0].kind != CEDAR_SET || arguments[1].kind != CEDAR_SET)
        return ERROR_CEDAR_TYPE;
    const struct cedar_set *whole = arguments[0].set, *part = arguments[1].set;
    bool all = function == CEDAR_FUNCTION_CONTAINS_ALL;
    /* All: until one is missing. Any: until one is found. Any is symmetric: walk the smaller. */
    if (!all && whole->count < part->count) {
        const struct cedar_set *swapped = whole;
        whole = part;
        part = swapped;
    }
    bool result = all;
    if (!all || part->count <= whole->count) {
        for (uint32_t i = 0; i < part->count && result == all; i++)
            result = cedar_set_has(whole, part->elements[i]);
    } else {
        result = false;
    }
    arguments[0] = cedar_value_bool(result);
    return ERROR_OK;
}

static enum error
find_tag(struct cedar_machine *machine, enum cedar_function function, struct cedar_value *arguments)
{
    if (arguments[0].kind != CEDAR_ENTITY || arguments[1].kind != CEDAR_STRING)
        return ERROR_CEDAR_TYPE;
    const struct cedar_node *node = cedar_node_find(machine->entities, arguments[0].entity);
    const struct cedar_value *tag = NULL;
    if (node && node->entity.tags)
        tag = cedar_record_find(node->entity.tags, arguments[1].string);
    if (function == CEDAR_FUNCTION_HAS_TAG) {
        arguments[0] = cedar_value_bool(tag != NULL);
        return ERROR_OK;
    }
    if (!node)
        return ERROR_CEDAR_ENTITY;
    if (!tag)
        return ERROR_CEDAR_TAG;
    arguments[0] = *tag;
    return ERROR_OK;
}

/* Whether all addresses of inner are in outer: the same family, a prefix at least as long, and the
 * same bits as far as outer's prefix goes. */
static bool in_range(const struct cedar_ip *inner, const struct cedar_ip *outer)
{
    if (inner->is_v6 != outer->is_v6 || inner->prefix < outer->prefix)
        return false;
    unsigned bytes = outer->prefix / 8u, bits = outer->prefix % 8u;
    if (memcmp(inner->address, outer->address, bytes) != 0)
        return false;
    return bits == 0 || (inner->address[bytes] ^ outer->address[bytes]) >> (8 - bits) == 0;
}

static enum error ask_ip(enum cedar_function function, struct cedar_value *arguments)
{
    static const struct cedar_ip loopback_v4 = {{127}, 8, false};
    static const struct cedar_ip loopback_v6 = {{[15] = 1}, 128, true};
    static const struct cedar_ip multicast_v4 = {{224}, 4, false};
    static const struct cedar_ip multicast_v6 = {{0xFF}, 8, true};
    if (arguments[0].kind != CEDAR_IPADDR)
        return ERROR_CEDAR_TYPE;
    const struct cedar_ip *ip = arguments[0].ip;
    bool result;
    switch (function) {
    case CEDAR_FUNCTION_IS_IPV4:
        result = !ip->is_v6;
        break;
    case CEDAR_FUNCTION_IS_IPV6:
        result = ip->is_v6;
        break;
    case CEDAR_FUNCTION_IS_LOOPBACK:
        result = in_range(ip, ip->is_v6 ? &loopback_v6 : &loopback_v4);
        break;
    case CEDAR_FUNCTION_IS_MULTICAST:
        result = in_range(ip, ip->is_v6 ? &multicast_v6 : &multicast_v4);
        break;
    default:
        if (arguments[1].kind != CEDAR_IPADDR)
            return ERROR_CEDAR_TYPE;
        result = in_range(ip, arguments[1].ip);
    }
    arguments[0] = cedar_value_bool(result);
    return ERROR_OK;
}

static enum error move_time(enum cedar_function function, struct cedar_value *arguments)
{
    bool offset = function == CEDAR_FUNCTION_OFFSET;
    int64_t result;
    if (arguments[0].kind != CEDAR_DATETIME ||
        arguments[1].kind != (offset ? CEDAR_DURATION : CEDAR_DATETIME))
        return ERROR_CEDAR_TYPE;
    if (offset ? __builtin_add_overflow(arguments[0].number, arguments[1].number, &result)
               : __builtin_sub_overflow(arguments[0].number, arguments[1].number, &result))
        return ERROR_CEDAR_OVERFLOW;
    arguments[0] = offset ? cedar_value_datetime(result) : cedar_value_duration(result);
    return ERROR_OK;
}

/* toDate: the midnight at or before; toTime: how long after it. Both also before 1970. */
static enum error split_time(enum cedar_function function, struct cedar_value *arguments)
{
    if (arguments[0].kind != CEDAR_DATETIME)
        return ERROR_CEDAR_TYPE;
    int64_t time = arguments[0].number, rest = time % MILLIS_DAY, date;
    if (rest < 0)
        rest += MILLIS_DAY;
    if (function == CEDAR_FUNCTION_TO_TIME) {
        arguments[0] = cedar_value_duration(rest);
        return ERROR_OK;
    }
    if (__builtin_sub_overflow(time, rest, &date))
        return ERROR_CEDAR_OVERFLOW;
    arguments[0] = cedar_value_datetime(date);
    return ERROR_OK;
}

static enum error count_time(enum cedar_function function, struct cedar_value *arguments)
{
    if (arguments[0].kind != CEDAR_DURATION)
        return ERROR_CEDAR_TYPE;
    int64_t unit = function == CEDAR_FUNCTION_TO_DAYS      ? MILLIS_DAY
                   : function == CEDAR_FUNCTION_TO_HOURS   ? MILLIS_HOUR
                   : function == CEDAR_FUNCTION_TO_MINUTES ? MILLIS_MINUTE
                   : function == CEDAR_FUNCTION_TO_SECONDS ? MILLIS_SECOND
                                                           : 1;
    arguments[0] = cedar_value_long(arguments[0].number / unit);
    return ERROR_OK;
}

enum error cedar_call(
    struct cedar_machine *machine, enum cedar_function function, struct cedar_value *arguments)
{
    switch (function) {
    case CEDAR_FUNCTION_CONTAINS_ALL:
    case CEDAR_FUNCTION_CONTAINS_ANY:
        return compare_sets(function, arguments);
    case CEDAR_FUNCTION_HAS_TAG:
    case CEDAR_FUNCTION_GET_TAG:
        return find_tag(machine, function, arguments);
    case CEDAR_FUNCTION_DECIMAL:
    case CEDAR_FUNCTION_IP:
    case CEDAR_FUNCTION_DATETIME:
    case CEDAR_FUNCTION_DURATION:
        return construct(machine, function, arguments);
    case CEDAR_FUNCTION_LESS_THAN:
    case CEDAR_FUNCTION_LESS_THAN_OR_EQUAL:
    case CEDAR_FUNCTION_GREATER_THAN:
    case CEDAR_FUNCTION_GREATER_THAN_OR_EQUAL:
        return compare_decimals(function, arguments);
    case CEDAR_FUNCTION_IS_IPV4:
    case CEDAR_FUNCTION_IS_IPV6:
    case CEDAR_FUNCTION_IS_LOOPBACK:
    case CEDAR_FUNCTION_IS_MULTICAST:
    case CEDAR_FUNCTION_IS_IN_RANGE:
        return ask_ip(function, arguments);
    case CEDAR_FUNCTION_OFFSET:
    case CEDAR_FUNCTION_DURATION_SINCE:
        return move_time(function, arguments);
    case CEDAR_FUNCTION_TO_DATE:
    case CEDAR_FUNCTION_TO_TIME:
        return split_time(function, arguments);
    case CEDAR_FUNCTION_TO_MILLISECONDS:
    case CEDAR_FUNCTION_TO_SECONDS:
    case CEDAR_FUNCTION_TO_MINUTES:
    case CEDAR_FUNCTION_TO_HOURS:
    case CEDAR_FUNCTION_TO_DAYS:
        return count_time(function, arguments);
    case CEDAR_FUNCTION_CONTAINS: /* instructions of their own */
    case CEDAR_FUNCTION_IS_EMPTY:
    case CEDAR_FUNCTION_COUNT:
        break;
    }
    return ERROR_INTERNAL;
}
