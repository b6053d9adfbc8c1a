/* Deadlines: what a rule does by itself when a time has come. */
#include "authority/apply.h"

static void when(
    millis due, millis now, const char *verb, const char *rule, const char **ret_verb,
    const char **ret_rule, millis *ret_next)
{
    if (now >= due) {
        *ret_verb = verb;
        *ret_rule = rule;
    } else {
        *ret_next = due;
    }
}

void authority_due(
    const struct office *office, enum file_kind kind, const void *content, millis time,
    const char **ret_verb, const char **ret_rule, millis *ret_next)
{
    *ret_verb = NULL;
    *ret_rule = NULL;
    *ret_next = 0;
    switch (kind) {
    case FILE_CERTIFICATE: {
        const struct certificate_file *file = content;
        if (file->base.state == CERTIFICATE_IN_FORCE)
            when(
                file->until, time, "expire", "the certificate's own end", ret_verb, ret_rule,
                ret_next);
        return;
    }
    case FILE_LICENCE: {
        const struct licence_file *file = content;
        if (file->base.state >= LICENCE_ACTIVE && file->base.state <= LICENCE_DISCONNECTED)
            when(
                file->until, time, "expire", "the licence's own end", ret_verb, ret_rule, ret_next);
        return;
    }
    case FILE_ORDER: {
        const struct order_file *file = content;
        if (file->base.state == ORDER_ISSUED)
            when(
                file->issued.time + office->confirm_within, time, "alarm",
                "the time to confirm an order", ret_verb, ret_rule, ret_next);
        return;
    }
    default:
        return;
    }
}
