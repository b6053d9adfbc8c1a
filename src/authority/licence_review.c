/* The review of a live licence whose country was taken off the list. The server opens it; it stops
 * nothing. It ends when both ministries keep the licence, when an order on it followed, when the
 * country is on the list again, or with the licence. */
#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"
#include "authority/licence_review.h"

static const char *const ends[] = {"kept", "ordered", "relisted", "ended", NULL};

static const struct field fields[] = {
    FIELD(1, "delisted", FIELD_TIME, struct country_review, delisted),
    FIELD(2, "opened", FIELD_TIME, struct country_review, opened),
    FIELD(3, "end", FIELD_CHOICE, struct country_review, end, .words = ends, OPTIONAL),
    FIELD(4, "closed", FIELD_TIME, struct country_review, closed, OPTIONAL),
    DONE_BY(5, "defence", struct country_review, defence),
    FIELD(6, "defence-reasons", FIELD_PROSE, struct country_review, defence_reasons, OPTIONAL),
    DONE_BY(7, "foreign", struct country_review, foreign),
    FIELD(8, "foreign-reasons", FIELD_PROSE, struct country_review, foreign_reasons, OPTIONAL),
    FIELD(9, "order", FIELD_TEXT, struct country_review, order, OPTIONAL),
};
const struct layout country_review_layout = LAYOUT("review", struct country_review, fields);

bool country_review_is_open(const struct country_review *review)
{
    return review->delisted && !review->end;
}

void country_review_close(struct country_review *review, enum country_review_end end, millis time)
{
    review->end = end;
    review->closed = time;
}

/* When the country was taken off the list, which it is not on since; 0 when it was not. */
static millis delisted_since(const struct country_file *country)
{
    if (!country || country->base.state == COUNTRY_LISTED || country->changes_count == 0)
        return 0;
    /* What was proposed since, and perhaps refused, put it on no list. */
    for (size_t i = country->changes_count; i > 0; i--) {
        const struct country_change *change = &country->changes[i - 1];
        if (change->to != COUNTRY_REFUSED)
            return change->to == COUNTRY_DELISTED ? change->by.time : 0;
    }
    return 0;
}

static const char *verb_due(const struct licence_file *file, const struct country_file *country)
{
    millis delisted = delisted_since(country);
    bool listed = country && country->base.state == COUNTRY_LISTED;
    if (delisted && delisted != file->review.delisted)
        return "country-review";
    return listed && country_review_is_open(&file->review) ? "country-relisted" : NULL;
}

enum error
country_review_due(const struct due_call *call, const struct licence_file *file, struct due *due)
{
    const void *country = NULL;
    enum error error =
        call->view->find(call->view->context, FILE_COUNTRY, file->state, call->fault, &country);
    if (!error && !due->verb)
        due->verb = verb_due(file, country);
    return error;
}

/* The server does only what is due. */
static enum error
check_due(struct transition_call *call, const char *verb, const struct country_file **ret_country)
{
    const struct licence_file *file = call->content;
    const void *country = NULL;
    enum error error =
        call->view->find(call->view->context, FILE_COUNTRY, file->state, call->fault, &country);
    if (error)
        return error;
    const char *due = verb_due(file, country);
    if (!due || strcmp(due, verb) != 0)
        return condition_fails(call, "a country whose place on the list has changed", file->state);
    *ret_country = country;
    return ERROR_OK;
}

enum error country_review_open(struct transition_call *call)
{
    struct licence_file *file = call->content;
    const struct country_file *country = NULL;
    enum error error = check_due(call, "country-review", &country);
    if (!error)
        file->review =
            (struct country_review){.delisted = delisted_since(country), .opened = call->time};
    return error;
}

enum error country_review_relisted(struct transition_call *call)
{
    struct licence_file *file = call->content;
    const struct country_file *country = NULL;
    enum error error = check_due(call, "country-relisted", &country);
    if (!error)
        country_review_close(&file->review, COUNTRY_REVIEW_RELISTED, call->time);
    return error;
}

static enum error check_open(struct transition_call *call)
{
    const struct licence_file *file = call->content;
    if (country_review_is_open(&file->review))
        return ERROR_OK;
    return condition_fails(call, "an open review, as the country was taken off the list", NULL);
}

/* By each ministry, and then it is kept. */
enum error country_review_keep(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    struct licence_file *file = call->content;
    struct country_review *review = &file->review;
    enum error error = check_open(call);
    if (error)
        return error;
    bool defence = call->actor->ministry == MINISTRY_DEFENCE;
    struct done_by *own = defence ? &review->defence : &review->foreign;
    if (own->person)
        return condition_fails(call, "the other ministry, as this one has decided", own->person);
    note(call, own);
    *(defence ? &review->defence_reasons : &review->foreign_reasons) = body->reason;
    if (review->defence.person && review->foreign.person)
        country_review_close(review, COUNTRY_REVIEW_KEPT, call->time);
    return ERROR_OK;
}

struct order_body {
    const char *order;
};

static const struct field order_fields[] = {
    FIELD(1, "order", FIELD_TEXT, struct order_body, order),
};
const struct layout country_review_order_layout = LAYOUT("body", struct order_body, order_fields);

/* An order on this licence that takes away, issued since: one ministry is enough, as for it. */
enum error country_review_ordered(struct transition_call *call)
{
    const struct order_body *body = call->body;
    struct licence_file *file = call->content;
    const void *other;
    enum error error = check_open(call);
    if (!error)
        error = other_file(call, FILE_ORDER, body->order, &other);
    if (error)
        return error;
    const struct order_file *order = other;
    bool takes = order->kind == ORDER_LIMIT || order->kind == ORDER_SUSPEND ||
                 order->kind == ORDER_DISCONNECT || order->kind == ORDER_REVOKE;
    if (!takes || strcmp(order->licence, file->base.number) != 0 ||
        order->issued.time < file->review.opened)
        return condition_fails(
            call,
            "an order that limits, suspends, disconnects or revokes this licence, issued "
            "since the review began",
            body->order);
    file->review.order = body->order;
    country_review_close(&file->review, COUNTRY_REVIEW_ORDERED, call->time);
    return ERROR_OK;
}
