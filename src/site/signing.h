/* Signing what a page has prepared: with a persona's key at a demonstration, or by way of the sign
 * origin with a passkey. Internal to site/. */
#ifndef ENDUSE_SITE_SIGNING_H
#define ENDUSE_SITE_SIGNING_H

#include "service/core.h"

/* The instrument that an act carries, where the office has it already: a certificate that was
 * offered, an order that was drafted, anything to countersign. */
struct carried {
    enum instrument_type type; /* INSTRUMENT_NONE: the act carries none that is known */
    struct bytes payload;      /* what is signed */
    struct bytes existing;     /* with the signatures so far; empty: none */
};

/* What a file's document says: that of its instrument, else of its draft; nothing where it has
 * neither. Errors of cose_peek_unverified. */
enum error file_payload(
    enum file_kind kind, const void *content, struct fault *fault, struct bytes *ret_payload);

/* Whether the act's body has an instrument, and which one its file has for it. */
enum error carried_find(
    const struct transition *row, enum file_kind kind, const void *content, struct fault *fault,
    struct carried *ret_carried);

/* Whether a body of the layout has a member that is a signed instrument. */
bool carries_instrument(const struct layout *body);

/* A body with the instrument in it. Members are in arena. */
enum error carried_body(
    const struct datum *body, struct bytes instrument, struct arena *arena, struct fault *fault,
    struct datum *ret_body);

/* The act with the signed instrument in its body; encoded, in arena. */
enum error carried_put(
    struct bytes act, struct bytes instrument, struct arena *arena, struct fault *fault,
    struct bytes *ret_act);

/* How the reader signs. */
enum signing_way {
    SIGNING_PERSONA = 1, /* the server plays them */
    SIGNING_PASSKEY,     /* at the sign origin */
    SIGNING_KEY_FILE,    /* not here: with the commands */
};

enum error signing_way(struct reading *reading, enum signing_way *ret_way);

/* Lets the page's forms lead to the sign origin, or, there, back: browsers hold what a form is
 * redirected to against the content policy of the page that it was on. */
void signing_policy(
    const struct service *service, const struct http_request *request,
    struct http_response *response);

/* Redirects to the page where that item is signed. */
enum error signing_begin(
    struct reading *reading, const struct pending_item *item, struct http_response *response);

/* The same of a login, which is sealed into the address: nobody is known before they have signed,
 * and nothing is kept for somebody who may be anybody. */
enum error signing_begin_login(
    struct reading *reading, const struct key_id *signer, struct bytes login,
    struct http_response *response);

/* What is to be signed at that address: an item that waits, or a login that was sealed.
 * ERROR_NOT_FOUND. */
enum error signing_find(struct reading *reading, const char *id, struct pending_item *ret_item);

/* Answers a store's answer to an act: to the file's page, or the refusal. */
void signing_answer(
    void *context, const struct http_request *request, enum store_job_kind kind,
    const struct store_answer *answer, struct http_response *response);

#endif
