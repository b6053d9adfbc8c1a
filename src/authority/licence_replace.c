/* A renewal or amendment names a licence, and leads to another that takes its place: on the day on
 * which the new one begins, the old one ends, for good. Never both for long, and never neither. */
#include "authority/licence_replace.h"

#include <string.h>

#include "authority/inside.h"
#include "authority/licence_review.h"

static bool replaces(const struct application_file *application)
{
    return application->kind == APPLICATION_RENEWAL || application->kind == APPLICATION_AMENDMENT;
}

enum error licence_check_certificate(
    struct transition_call *call, const char *number, const struct application_file *application,
    const struct certificate_file *certificate)
{
    if (strcmp(certificate->application, number) == 0)
        return ERROR_OK;
    if (!replaces(application))
        return condition_fails(
            call, "the certificate of this application", certificate->application);
    const void *other;
    enum error error = other_file(call, FILE_LICENCE, application->licence, &other);
    if (error)
        return error;
    const struct licence_file *replaced = other;
    /* The application was held to the licence's exporter, product, state and agency. */
    if (strcmp(replaced->certificate, certificate->base.number) != 0 ||
        strcmp(certificate->place, application->place) != 0)
        return condition_fails(
            call,
            "the certificate of this application, or for the same place that of the licence which "
            "it names",
            certificate->base.number);
    return ERROR_OK;
}

enum error
licence_note_replaced(struct transition_call *call, const struct application_file *application)
{
    struct licence_file *file = call->content;
    if (!replaces(application))
        return ERROR_OK;
    const void *other;
    enum error error = other_file(call, FILE_LICENCE, application->licence, &other);
    if (error)
        return error;
    const struct licence_file *replaced = other;
    int state = replaced->base.state;
    if (state == LICENCE_REVOKED || state == LICENCE_SURRENDERED || state == LICENCE_REPLACED ||
        replaced->replaced_by)
        return condition_fails(
            call, "a licence whose place can be taken",
            replaced->replaced_by ? replaced->replaced_by : file_state_word(FILE_LICENCE, state));
    file->replaces = application->licence;
    return ERROR_OK;
}

/* What an order took away is not given back by another licence. */
static enum error check_no_order(struct transition_call *call, const struct licence_file *replaced)
{
    for (size_t i = 0; i < replaced->orders_count; i++) {
        if (order_takes_away(replaced->orders[i].kind))
            return condition_fails(
                call, "no order in force on the licence whose place it takes; lift it first",
                replaced->orders[i].number);
    }
    return ERROR_OK;
}

enum error licence_take_place(struct transition_call *call, millis from)
{
    const struct licence_file *file = call->content;
    void *other;
    if (!file->replaces)
        return ERROR_OK;
    enum error error = change_other(call, FILE_LICENCE, file->replaces, &other);
    if (error)
        return error;
    struct licence_file *replaced = other;
    if (replaced->replaced_by)
        return condition_fails(
            call, "a licence whose place was not taken yet", replaced->replaced_by);
    error = check_no_order(call, replaced);
    if (error)
        return error;
    replaced->replaced_by = file->base.number;
    replaced->replaced_from = from > call->time ? from : call->time;
    return ERROR_OK;
}

void licence_replace_due(
    const struct due_call *call, const struct licence_file *file, struct due *due)
{
    if (file->replaced_by)
        due_at(call, file->replaced_from, "replace", due);
}

enum error licence_replace(struct transition_call *call)
{
    struct licence_file *file = call->content;
    const void *other;
    if (!file->replaced_by || call->time < file->replaced_from)
        return condition_fails(call, "the day on which another licence takes its place", NULL);
    enum error error = other_file(call, FILE_LICENCE, file->replaced_by, &other);
    if (error)
        return error;
    /* One that has ended before it began takes no place: this licence goes on to its own end. */
    if (!licence_is_live(other)) {
        file->replaced_by = NULL;
        file->replaced_from = 0;
        return ERROR_OK;
    }
    file->base.state = LICENCE_REPLACED;
    if (country_review_is_open(&file->review))
        country_review_close(&file->review, COUNTRY_REVIEW_ENDED, call->time);
    return ERROR_OK;
}
