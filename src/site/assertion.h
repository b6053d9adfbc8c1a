/* What a passkey answered, as a form brings it. Internal to site/. */
#ifndef ENDUSE_SITE_ASSERTION_H
#define ENDUSE_SITE_ASSERTION_H

#include "cose/cose.h"
#include "http/request.h"

/* Reads the form's fields authenticator-data, client-data and signature; in arena. */
enum error assertion_of_form(
    struct http_pairs pairs, struct arena *arena, struct fault *fault,
    struct passkey_assertion *ret_assertion);

/* A field of base64url, in arena; its name is the fault's place. */
enum error bytes_of_form(
    struct http_pairs pairs, const char *name, struct arena *arena, struct fault *fault,
    struct bytes *ret_bytes);

/* The host of an origin, without port: a relying party's id. In arena; NULL: no memory. */
const char *rp_of_origin(const char *origin, struct arena *arena);

#endif
