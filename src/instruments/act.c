/* Acts of persons at the authority. */
#include "instruments/act.h"

#include <string.h>

#include "instruments/rules.h"

static const struct field fields[] = {
    FIELD(1, "id", FIELD_ID, struct act, id),
    FIELD(2, "file", FIELD_TEXT, struct act, file, .limit = 140),
    FIELD(3, "file-version", FIELD_UINT, struct act, file_version, OPTIONAL),
    FIELD(4, "verb", FIELD_TEXT, struct act, verb, .limit = 64),
    FIELD(5, "body", FIELD_DATUM, struct act, body),
    FIELD(6, "time", FIELD_TIME, struct act, time),
};
const struct layout act_layout = LAYOUT("act", struct act, fields);

enum error act_check(const struct act *act, struct fault *fault)
{
    /* kind/number, each a name */
    const char *slash = strchr(act->file, '/');
    if (!slash || slash == act->file || strchr(slash + 1, '/'))
        return rule_broken(fault, "file", "a kind and a number, such as licence/IL-2026-0017");
    char kind[65];
    size_t length = (size_t)(slash - act->file);
    if (length >= sizeof kind)
        return rule_broken(fault, "file", "a kind of at most 64 characters");
    memcpy(kind, act->file, length);
    kind[length] = '\0';
    enum error error = rule_name(kind, "file", fault);
    if (!error)
        error = rule_name(slash + 1, "file", fault);
    if (!error)
        error = rule_name(act->verb, "verb", fault);
    return error;
}

enum error act_open(
    struct bytes bytes, const struct digest *authority, const struct signer *person,
    struct arena *arena, struct fault *fault, struct document *ret_document, struct act *ret_act)
{
    return document_open(
        bytes, INSTRUMENT_ACT, authority, person, 1, arena, fault, ret_document, ret_act);
}
