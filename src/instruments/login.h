/* A login: a person asks the authority's server to let them read, signing what the server gave to
 * sign. It changes nothing and is kept nowhere; acts are signed one by one (act.h). */
#ifndef ENDUSE_INSTRUMENTS_LOGIN_H
#define ENDUSE_INSTRUMENTS_LOGIN_H

#include "instruments/signing.h"

struct login {
    struct bytes challenge; /* the server's, which it takes once and for a short time */
    const char *origin;     /* where the person believes to be: "https://office.example:8443". One
                               made for another address is of no use to whoever runs that */
    millis time;            /* the person's clock: for logs, never used to decide */
};

enum { LOGIN_CHALLENGE_MAX = 64, LOGIN_ORIGIN_MAX = 255 };

extern const struct layout login_layout;

/* origin is a scheme, a host and perhaps a port, in lower case as browsers write it (RFC 6454
 * section 6.2): no path, no user. */
enum error login_check(const struct login *login, struct fault *fault);

/* Verifies with the signer given. */
enum error login_open(
    struct bytes bytes, const struct digest *authority, const struct signer *person,
    struct arena *arena, struct fault *fault, struct document *ret_document,
    struct login *ret_login);

#endif
