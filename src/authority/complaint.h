/* A complaint as anyone makes it, without an account: what is asked for, and what of it becomes the
 * server's act that opens a case. */
#ifndef ENDUSE_AUTHORITY_COMPLAINT_H
#define ENDUSE_AUTHORITY_COMPLAINT_H

#include "authority/file.h"

/* X(word): the checklist of evidence, ascending. */
#define COMPLAINT_EVIDENCE_TABLE(X)                                                                \
    X("court-file")                                                                                \
    X("device")                                                                                    \
    X("document")                                                                                  \
    X("message")                                                                                   \
    X("network-log")                                                                               \
    X("other")                                                                                     \
    X("publication")                                                                               \
    X("witness")

struct complaint {
    const char *what, *when, *where;
    const char *const *evidence; /* words of the checklist, ascending */
    size_t evidence_count;
    const char *contact; /* who complains and how to reach them; NULL: not told */
};

enum {
    COMPLAINT_WHAT_MAX = 16 << 10, /* bytes of text */
    COMPLAINT_CONTACT_MAX = 2 << 10,
    COMPLAINT_BODY_MAX = 32 << 10, /* of the whole */
};

extern const struct layout complaint_layout;

/* Reads one as it was posted, JSON after the layout, strictly. Everything is in arena. */
enum error complaint_read(
    struct bytes json, struct arena *arena, struct fault *fault, struct complaint *ret_complaint);

/* What is kept of a secret: SHA-256 of its characters. */
struct digest complaint_secret(const char *secret);

/* Whether the evidence is of the checklist (ERROR_DOCUMENT_RULE). */
enum error complaint_check(const struct complaint *complaint, struct fault *fault);

/* The body of the server's act "complain" on a case. */
struct complaint_body {
    const char *what, *when, *where;
    const char *const *evidence;
    size_t evidence_count;
    struct digest secret;     /* SHA-256 of the secret */
    struct digest commitment; /* to the contact; zeros: none was given */
};

extern const struct layout complaint_body_layout;

#endif
