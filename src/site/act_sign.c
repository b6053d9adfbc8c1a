/* Signing an act. At a demonstration the server signs for whom it plays; elsewhere a person signs
 * with their own key, and the server has none. */
#include <string.h>

#include "service/refusal.h"
#include "site/entry.h"
#include "site/handlers.h"
#include "site/values.h"

/* To the file, which says what was done. */
static void
answer(enum store_job_kind kind, const struct store_answer *answer, struct http_response *response)
{
    (void)kind;
    if (answer->outcome == STORE_REFUSED) {
        refusal_answer(response, &answer->fault);
        return;
    }
    struct buffer path = {0};
    buffer_printf(&path, "/register/%s/", file_word(answer->file_kind));
    http_percent_append(&path, bytes_of(answer->file_number));
    buffer_printf(&path, "?done=%llu", (unsigned long long)answer->event);
    const char *text = buffer_text(&path);
    http_redirect(response, text ? text : "/queue");
    buffer_free(&path);
}

/* The act that the form brings back, as it was shown. */
static enum error read_act(struct reading *reading, struct http_pairs pairs, struct act *ret_act)
{
    const char *text = http_pair(pairs, "act");
    struct buffer payload = {0};
    enum error error = base64url_parse(bytes_of(text ? text : ""), &reading->fault, &payload);
    if (!error)
        error = layout_decode(
            &act_layout, buffer_view(&payload), &reading->arena, &reading->fault, ret_act);
    if (!error)
        error = act_check(ret_act, &reading->fault);
    buffer_free(&payload);
    return error;
}

HANDLER(post_act_sign)
{
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct service *service = reading.service;
    struct http_pairs pairs = {0};
    struct act act;
    struct buffer document = {0};
    enum error error = entry_read(&reading, request, &pairs);
    if (!error)
        error = read_act(&reading, pairs, &act);
    if (!error)
        error = personas_sign(
            service->personas, &reading.who.key, INSTRUMENT_ACT, &act, &service->authority,
            &reading.fault, &document);
    const struct writer_job job = {
        .kind = STORE_ACT, .document = buffer_view(&document), .answer = answer};
    if (!error)
        error = reading.fault.error = writer_submit(service->writer, exchange, &job);
    buffer_free(&document);
    if (error)
        return reading_failed(&reading, response);
    reading_end(&reading);
    return HTTP_PARKED;
}
