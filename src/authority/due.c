/* Deadlines: what a rule does by itself when a time has come. Each life-cycle has its own. */
#include "authority/lifecycle.h"

void due_at(const struct due_call *call, millis moment, const char *verb, struct due *due)
{
    if (due->verb)
        return;
    if (call->time >= moment)
        due->verb = verb;
    else if (!due->next || moment < due->next)
        due->next = moment;
}

enum error authority_due(
    const struct office *office, const struct office_view *view, enum file_kind kind,
    const void *content, millis time, struct fault *fault, const char **ret_verb, millis *ret_next)
{
    struct due due = {0};
    const struct due_call call = {office, view, time, fault};
    const struct lifecycle *lifecycle = lifecycle_of(kind);
    enum error error = lifecycle->due ? lifecycle->due(&call, content, &due) : ERROR_OK;
    if (error)
        return error;
    *ret_verb = due.verb;
    *ret_next = due.verb ? 0 : due.next;
    return ERROR_OK;
}
