/* Instruments that a page drafts from what the registers have: a certificate from an approved
 * application, a licence from a certificate in force. A person says what is theirs to decide; the
 * rest is copied, so that it is as the registers have it. Internal to site/. */
#ifndef ENDUSE_SITE_DRAFT_H
#define ENDUSE_SITE_DRAFT_H

#include "service/core.h"
#include "site/views.h"

/* One that is being drafted. */
struct drafting {
    struct reading *reading;
    const void *from;   /* the file that it is drafted from */
    const char *number; /* of what is drafted */
};

/* What can be drafted. */
struct draft_kind {
    enum file_kind kind, from;  /* what, and from which files, */
    int state;                  /* in which state */
    const char *verb;           /* the act that brings it to the office */
    const char *title, *words;  /* of the step at the file that it is drafted from */
    const struct layout *entry; /* what a person says */
    /* Whether one is drafted from this file; NULL: always. */
    bool (*fits)(const void *from);
    /* What a person may well say, as the registers suggest; zero where they suggest nothing. */
    enum error (*suggest)(const struct drafting *drafting, void *ret_entry);
    /* The instrument's payload, and the act's body but for a signed instrument; both in the
     * reading's arena. A fault's place is a field's name. */
    enum error (*make)(
        const struct drafting *drafting, const void *entry, struct bytes *ret_payload,
        struct datum *ret_body);
};

extern const struct draft_kind certificate_draft, licence_draft;

/* What can be drafted from a file as it stands, as a step for the reader: false when nothing can.
 */
bool draft_step(
    struct reading *reading, enum file_kind kind, const void *content, struct view_step *ret_step,
    bool *ret_open);

/* The second that now is in, as a suggestion. */
millis draft_now(const struct drafting *drafting);

/* A file that an entry names under the name of a field: ERROR_OFFICE_MISSING where there is none.
 */
enum error draft_file(
    const struct drafting *drafting, enum file_kind kind, const char *number, const char *field,
    const void **ret_content);

#endif
