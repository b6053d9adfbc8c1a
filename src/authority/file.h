/* The files of the office: one for each exporter, product, application, certificate, licence and so
 * on. A file's content is a C struct with a layout (instruments/field.h), so that it is stored,
 * shown as JSON and printed from one table. The content of each kind is in the header of its name
 * (files.h has them all). */
#ifndef ENDUSE_AUTHORITY_FILE_H
#define ENDUSE_AUTHORITY_FILE_H

#include "instruments/instruments.h"

/* X(name, own): the kinds of files, each with the life-cycle (own_lifecycle) of its source file. A
 * new kind goes to the end: what is stored knows kinds by their words, but the API's lists have
 * this order. Who sees its files is a row of service/access.c. */
#define FILE_TABLE(X)                                                                              \
    X(EXPORTER, exporter)                                                                          \
    X(PRODUCT, product)                                                                            \
    X(APPLICATION, application)                                                                    \
    X(FORM, form)                                                                                  \
    X(CERTIFICATE, certificate)                                                                    \
    X(LICENCE, licence)                                                                            \
    X(INSTALLATION, installation)                                                                  \
    X(ORDER, order)                                                                                \
    X(WITHDRAWAL, withdrawal)                                                                      \
    X(DELEGATION, delegation)                                                                      \
    X(ACCOUNT, account)                                                                            \
    X(SCHEDULE, schedule)                                                                          \
    X(CASE, case)                                                                                  \
    X(COMPLAINANT, complainant)                                                                    \
    X(SIGNAL, signal)                                                                              \
    X(INSPECTION, inspection)                                                                      \
    X(USAGE, usage)                                                                                \
    X(RULING, ruling)                                                                              \
    X(CAMPAIGN, campaign)                                                                          \
    X(SETTINGS, settings)                                                                          \
    X(COUNTRY, country)                                                                            \
    X(AGENCY, agency)                                                                              \
    X(BODY, body)

enum file_kind {
    FILE_NONE,
#define FILE_ROW(name, own) FILE_##name,
    FILE_TABLE(FILE_ROW)
#undef FILE_ROW
};

/* Kinds are counted from 1 to this one. */
#define FILE_ROW(name, own) +1
enum { FILE_KIND_LAST = FILE_TABLE(FILE_ROW) };
#undef FILE_ROW

enum { FILE_BYTES_MAX = 8 << 20 }; /* of a signed instrument in a file */

/* What every content struct begins with. */
struct file_base {
    const char *number;
    uint64_t version; /* 1 after the first act; each act on the file adds one */
    int state;        /* 0: no such file yet; else counted from 1 as the kind's words */
    millis opened, changed;
};

/* Who did something, when. */
struct done_by {
    const char *person; /* "D-07"; "server" */
    millis time;
};

/* Words and layouts of a kind. */
const char *file_word(enum file_kind kind);
enum file_kind file_by_word(struct bytes word);
const struct layout *file_layout(enum file_kind kind);
const char *file_state_word(enum file_kind kind, int state);

/* The number of the file that this one hangs on and is listed by: a licence's of its installations
 * and orders, a certificate's of its licences, ... ; "" when there is none. Never NULL. */
const char *file_parent(enum file_kind kind, const void *content);

/* Splits "licence/IL-2026-0017" (which act_check has accepted). ERROR_OFFICE_FILE: an unknown kind.
 */
enum error file_name_split(
    const char *name, struct fault *fault, enum file_kind *ret_kind, const char **ret_number);

/* The signed instrument that a file holds; empty if none. */
struct bytes file_instrument(enum file_kind kind, const void *content);

/* What a file is found by besides its number: the digest of the instrument in it, or of its guard's
 * public key (an installation's). No two files of a kind have the same. False when it has none. */
bool file_digest(enum file_kind kind, const void *content, struct digest *ret_digest);

#endif
