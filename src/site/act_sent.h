/* What the form below an act that was shown brings back: the act, and the instrument that was
 * drafted for it, byte for byte as they were shown. Internal to site/. */
#ifndef ENDUSE_SITE_ACT_SENT_H
#define ENDUSE_SITE_ACT_SENT_H

#include "http/page.h"
#include "site/signing.h"

/* The pair "act", decoded and checked (act_check); in the reading's arena. */
enum error act_sent_read(
    struct reading *reading, struct http_pairs pairs, struct act *ret_act,
    struct bytes *ret_payload);

/* The pair "document": an instrument of the type that the kind of file has, which nobody has signed
 * yet. Without one, or for a kind that has no instruments, *ret_carried is left as it is. */
enum error act_sent_document(
    struct reading *reading, enum file_kind kind, struct http_pairs pairs,
    struct carried *ret_carried);

#endif
