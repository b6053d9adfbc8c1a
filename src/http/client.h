/* The client: one request at a time over a kept connection, which another thread can cancel. */
#ifndef ENDUSE_HTTP_CLIENT_H
#define ENDUSE_HTTP_CLIENT_H

#include "base/base.h"

/* Belongs to one thread at a time; only http_client_cancel may be called from others. Redirects are
 * not followed, only http and https are spoken, certificates are verified against the system's
 * store, a proxy of the environment (https_proxy, http_proxy, no_proxy) is used except for
 * loopback. */
struct http_client;

struct http_client_options {
    const char *ca_file;    /* PEM to trust instead of the system's store; NULL: the system's */
    millis connect_timeout; /* 0: 10 s */
};

MUST_CHECK enum error http_client_open(
    const struct http_client_options *options, struct fault *fault,
    struct http_client **ret_client);

/* NULL is allowed. Not while a call runs. */
void http_client_close(struct http_client *client);

struct http_client_field {
    const char *name;
    const char *value; /* without control characters (ERROR_HTTP_FIELD) */
};

struct http_call {
    const char *method; /* "GET", "POST", ...; NULL: "GET" */
    const char *url;    /* absolute, http or https, without user and password */
    const char *type;   /* media type of the body; NULL: no body */
    struct bytes body;
    const struct http_client_field *fields;
    size_t field_count;
    millis timeout;      /* for the whole call; 0: 30 s. Longer than a parked answer may take */
    size_t response_max; /* bytes of the body; 0: 1 MiB (ERROR_TOO_LARGE beyond) */
};

struct http_reply {
    unsigned status;    /* any, also 4xx and 5xx: an answer is not an error of the call */
    char type[100];     /* media type in lower case, without parameters; "" when there was none */
    char etag[100];     /* as sent, with its quotes; "" when there was none or it was longer */
    millis retry_after; /* from Retry-After in seconds; 0 when there was none */
    struct buffer body;
};

/* Makes a call and waits for its answer. Errors: ERROR_USAGE (url, method), ERROR_UNREACHABLE (no
 * such host, refused, lost before an answer), ERROR_TIMEOUT, ERROR_CANCELLED, ERROR_TOO_LARGE,
 * ERROR_HTTP_TLS (no trusted certificate for that name), ERROR_HTTP_REPLY (not HTTP, cut short),
 * ERROR_MEMORY. The place is the URL without its query. *ret_reply is untouched on failure; on
 * success end it with http_reply_free. */
MUST_CHECK enum error http_client_call(
    struct http_client *client, const struct http_call *call, struct fault *fault,
    struct http_reply *ret_reply);

/* Makes the call under way return ERROR_CANCELLED soon; without one, the next call does so at once.
 * Each cancel ends one call; several before it is noticed count as one. A call that had its
 * answer already may return it, and then the cancel is used up by that call. Any thread. */
void http_client_cancel(struct http_client *client);

void http_reply_free(struct http_reply *reply);

#endif
