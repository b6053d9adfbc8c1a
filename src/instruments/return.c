/* Returns: what leaves the acquiring state. */
#include "instruments/return.h"

#include <string.h>

#include "instruments/rules.h"

static const struct field count_fields[] = {
    FIELD(1, "field", FIELD_TEXT, struct return_count, field),
    FIELD(2, "value", FIELD_TEXT, struct return_count, value),
    FIELD(3, "within", FIELD_UINT, struct return_count, within),
    FIELD(4, "outside", FIELD_UINT, struct return_count, outside),
};
static const struct layout count_layout = LAYOUT("count", struct return_count, count_fields);

static const struct field fields[] = {
    FIELD(1, "installation", FIELD_TEXT, struct usage_return, installation),
    FIELD(2, "licence", FIELD_DIGEST, struct usage_return, licence),
    FIELD(3, "from", FIELD_TIME, struct usage_return, from),
    FIELD(4, "until", FIELD_TIME, struct usage_return, until),
    FIELD(5, "within", FIELD_UINT, struct usage_return, within),
    FIELD(6, "outside", FIELD_UINT, struct usage_return, outside),
    FIELD(7, "begun", FIELD_UINT, struct usage_return, begun),
    FIELD(8, "stopped", FIELD_UINT, struct usage_return, stopped),
    FIELD_MANY(9, "counts", FIELD_RECORDS, struct usage_return, counts, .layout = &count_layout),
    FIELD(10, "head", FIELD_RECORD, struct usage_return, head, .layout = &head_layout),
};
const struct layout usage_return_layout = LAYOUT("return", struct usage_return, fields);

enum error usage_return_check(const struct usage_return *value, struct fault *fault)
{
    enum error error = rule_name(value->installation, "installation", fault);
    if (!error)
        error = rule_period(value->from, value->until, "until", fault);
    if (!error && (value->within > RETURN_COUNT_MAX || value->outside > RETURN_COUNT_MAX ||
                   value->begun > RETURN_COUNT_MAX || value->stopped > RETURN_COUNT_MAX))
        error = rule_broken(fault, "counts", "at most 2^40 of each");
    for (size_t i = 0; i < value->counts_count && !error; i++) {
        const struct return_count *count = &value->counts[i];
        /* Never subject, file or operator: no schedule may ask for them. */
        if (strcmp(count->field, "subject") == 0 || strcmp(count->field, "file") == 0 ||
            strcmp(count->field, "operator") == 0)
            return rule_broken(fault, count->field, "no field that names a person or file");
        if (count->within > RETURN_COUNT_MAX || count->outside > RETURN_COUNT_MAX)
            return rule_broken(fault, count->field, "at most 2^40 of each");
        if (i == 0)
            continue;
        int order = strcmp(value->counts[i - 1].field, count->field);
        if (order > 0 || (order == 0 && strcmp(value->counts[i - 1].value, count->value) >= 0))
            error = fault_set(
                fault, ERROR_DOCUMENT_ORDER, "counts", "ascending by field, then value", "%s %s",
                count->field, count->value);
    }
    return error;
}

enum error usage_return_open(
    struct bytes bytes, const struct digest *authority, const struct signer *guard,
    struct arena *arena, struct fault *fault, struct document *ret_document,
    struct usage_return *ret_return)
{
    return document_open(
        bytes, INSTRUMENT_RETURN, authority, guard, 1, arena, fault, ret_document, ret_return);
}
