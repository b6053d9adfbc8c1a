/* The types of instruments: word, table, number of signers, rules. */
#include "instruments/instruments.h"

#include <string.h>

static const struct type {
    const char *word;
    const struct layout *layout;
    bool one_signer;
} types[] = {
#define INSTRUMENT_ROW(name, text, table, one)                                                     \
    [INSTRUMENT_##name] = {.word = (text), .layout = &(table), .one_signer = (one)},
    INSTRUMENT_TABLE(INSTRUMENT_ROW)
#undef INSTRUMENT_ROW
};

const char *instrument_word(enum instrument_type type)
{
    return types[type].word;
}

enum instrument_type instrument_by_word(const char *word)
{
    for (size_t i = 1; i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i].word, word) == 0)
            return (enum instrument_type)i;
    }
    return INSTRUMENT_NONE;
}

const struct layout *instrument_layout(enum instrument_type type)
{
    return types[type].layout;
}

bool instrument_has_one_signer(enum instrument_type type)
{
    return types[type].one_signer;
}

static enum error check(enum instrument_type type, const void *value, struct fault *fault)
{
    switch (type) {
    case INSTRUMENT_ROOT:
        return root_check(value, fault);
    case INSTRUMENT_FORM:
        return form_document_check(value, fault);
    case INSTRUMENT_CERTIFICATE:
        return certificate_check(value, fault);
    case INSTRUMENT_LICENCE:
        return licence_check(value, fault);
    case INSTRUMENT_ORDER:
        return order_check(value, fault);
    case INSTRUMENT_APPROVAL:
        return approval_check(value, fault);
    case INSTRUMENT_DECLARATION:
        return declaration_check(value, fault);
    case INSTRUMENT_ROLL:
        return roll_check(value, fault);
    case INSTRUMENT_DELEGATION:
        return delegation_check(value, fault);
    case INSTRUMENT_LEASE:
        return lease_check(value, fault);
    case INSTRUMENT_RENEWAL:
        return renewal_check(value, fault);
    case INSTRUMENT_RETURN:
        return usage_return_check(value, fault);
    case INSTRUMENT_RECEIPT:
        return receipt_check(value, fault);
    case INSTRUMENT_ACT:
        return act_check(value, fault);
    case INSTRUMENT_LOGIN:
        return login_check(value, fault);
    case INSTRUMENT_NONE:
        break;
    }
    return fault_place(fault, ERROR_DOCUMENT_TYPE, "document");
}

enum error document_check(enum instrument_type type, const void *value, struct fault *fault)
{
    enum error error = check(type, value, fault);
    if (error && type != INSTRUMENT_NONE)
        fault_within(fault, error, "%s", types[type].word);
    return error;
}
