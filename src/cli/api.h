/* The authority's API as commands use it: one call each over http/client.h, its answer or its
 * problem. */
#ifndef ENDUSE_CLI_API_H
#define ENDUSE_CLI_API_H

#include "cli/files.h"

#define OPTION_URL                                                                                 \
    {                                                                                              \
        .name = "url", .value = "URL", .environment = "ENDUSE_URL", .needed = true,                \
        .words = "The authority, http://127.0.0.1:7243"                                            \
    }
#define OPTION_CA_FILE                                                                             \
    {                                                                                              \
        .name = "ca-file", .value = "FILE.pem",                                                    \
        .words = "Trust these certificates instead of the system's"                                \
    }

struct api_reply {
    unsigned status;
    bool json;               /* the body is JSON, also a problem */
    struct bytes body;       /* in the call's arena */
    const struct json *root; /* of a JSON body */
};

/* GET of a path below --url ("/api/v1/status"). Where the server asks who reads (401) and --key was
 * given, it is told (session.h), and asked again. ERROR_OK for every status: look at it. */
enum error
api_get(struct call *call, const char *path, struct fault *fault, struct api_reply *ret_reply);

/* The same without telling who reads. */
enum error
api_get_open(struct call *call, const char *path, struct fault *fault, struct api_reply *ret_reply);

/* POST of a signed document. What the server says it can take again (503, no answer in time) is
 * sent again twice: the same bytes are answered the same. */
enum error api_post(
    struct call *call, const char *path, struct bytes document, struct fault *fault,
    struct api_reply *ret_reply);

/* DELETE of a path, with the session's token. */
enum error api_delete(struct call *call, const char *path, struct fault *fault);

/* What the server refused, as a fault; ERROR_HTTP_REPLY when the answer is no problem of this
 * program's. Returns its error. */
enum error api_fault(const struct api_reply *reply, struct fault *fault);

/* A call of one's own making, without its URL, to a path below --url. Never sent again: for what is
 * not the same when it comes twice. */
struct http_call;
enum error api_call_once(
    struct call *call, const struct http_call *request, const char *path, struct fault *fault,
    struct api_reply *ret_reply);

/* Says what the server refused, and returns the exit code. */
int api_refused(struct call *call, const struct api_reply *reply);

/* Prints a JSON answer: as it is with --json, else as lines. */
int api_print(struct call *call, const struct api_reply *reply);

#endif
