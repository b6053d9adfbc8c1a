/* The handlers that the table of routes names, by file. Internal to service/. */
#ifndef ENDUSE_SERVICE_HANDLERS_H
#define ENDUSE_SERVICE_HANDLERS_H

#include "http/http.h"
#include "store/store.h"

#define HANDLER(name)                                                                              \
    enum http_outcome name(                                                                        \
        void *context, const struct http_route *route, struct http_exchange *exchange,             \
        const struct http_request *request, struct http_response *response)

/* submit.c: what the writer takes. */
HANDLER(post_act);
HANDLER(post_root);
HANDLER(post_renewal);
void submit_answer(
    void *context, const struct http_request *request, enum store_job_kind kind,
    const struct store_answer *answer, struct http_response *response);

/* session.c: logging in and out. */
HANDLER(get_challenge);
HANDLER(post_session);
HANDLER(delete_session);

/* complaints.c: by anyone, without an account. */
HANDLER(post_complaint);
HANDLER(get_complaint);
void answer_complaint(const struct store_answer *answer, struct http_response *response);

/* list.c, files.c: the files of the office. */
HANDLER(get_files);
HANDLER(get_register);
HANDLER(get_file);
HANDLER(get_document);

/* hearings.c: what parties are told. */
HANDLER(get_hearings);
HANDLER(get_hearing);

/* export.c: the same as tables. */
HANDLER(get_register_json);
HANDLER(get_register_csv);

/* openapi.c: the table of routes itself. */
HANDLER(get_openapi);

/* standing.c: what everybody stands on. */
HANDLER(get_root);
HANDLER(get_delegation);
HANDLER(get_status);

/* evidence.c: the log of events. */
HANDLER(get_checkpoint);
HANDLER(get_events);
HANDLER(get_proof);
HANDLER(get_consistency);

#endif
