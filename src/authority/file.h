/* The files of the office: one for each exporter, product, application, certificate, licence,
 * installation, order and delegation. A file's content is a C struct with a layout
 * (instruments/field.h), so that it is stored, shown as JSON and printed from one table. */
#ifndef ENDUSE_AUTHORITY_FILE_H
#define ENDUSE_AUTHORITY_FILE_H

#include "instruments/instruments.h"

/* X(name, word, struct): the word is the first part of an act's `file`. */
#define FILE_TABLE(X)                                                                              \
    X(EXPORTER, "exporter", exporter_file)                                                         \
    X(PRODUCT, "product", product_file)                                                            \
    X(APPLICATION, "application", application_file)                                                \
    X(FORM, "form", form_file)                                                                     \
    X(CERTIFICATE, "certificate", certificate_file)                                                \
    X(LICENCE, "licence", licence_file)                                                            \
    X(INSTALLATION, "installation", installation_file)                                             \
    X(ORDER, "order", order_file)                                                                  \
    X(WITHDRAWAL, "withdrawal", withdrawal_file)                                                   \
    X(DELEGATION, "delegation", delegation_file)

enum file_kind {
    FILE_NONE,
#define FILE_ROW(name, word, type) FILE_##name,
    FILE_TABLE(FILE_ROW)
#undef FILE_ROW
};

/* Kinds are counted from 1 to this one. */
#define FILE_ROW(name, word, type) +1
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

enum exporter_state {
    EXPORTER_SUBMITTED = 1,
    EXPORTER_SCREENED,
    EXPORTER_REGISTERED,
    EXPORTER_REFUSED,
    EXPORTER_REMOVED,
};

struct exporter_file {
    struct file_base base;
    const char *name, *address, *country;
    const char *const *owners;
    size_t owners_count;
    struct done_by submitted, screened, decided;
    const char *screening; /* what was compared, and what was found */
    const char *reason;    /* of a refusal or removal */
};

enum product_state { PRODUCT_SUBMITTED = 1, PRODUCT_CLASSIFIED };

struct product_file {
    struct file_base base;
    const char *exporter;
    const char *name, *summary;
    const char *const *functions;
    size_t functions_count;
    const char *control; /* the control-list class, once classified */
    const char *reason;
    struct done_by submitted, classified;
};

enum application_state {
    APPLICATION_SUBMITTED = 1, /* in review by both ministries */
    APPLICATION_DISPUTED,      /* a ministry objects */
    APPLICATION_APPROVED,
    APPLICATION_REFUSED,
};

enum review_decision { REVIEW_APPROVE = 1, REVIEW_OBJECT };

struct review {
    enum review_decision decision; /* 0: none yet */
    const char *reasons;
    struct done_by by;
};

struct application_file {
    struct file_base base;
    const char *exporter, *product;
    const char *state; /* ISO 3166 */
    struct certificate_agency agency;
    const char *place;
    const char *assessment; /* of human rights; mandatory before approval */
    struct done_by submitted, assessed;
    struct review defence, foreign;         /* the reviews */
    struct review defence_end, foreign_end; /* of a dispute, which both close */
};

enum form_state {
    FORM_PROPOSED = 1, /* signed by one ministry */
    FORM_REGISTERED,
    FORM_WITHDRAWING, /* one ministry asks to withdraw it; certificates are made of it as before */
    FORM_WITHDRAWN,   /* for new certificates */
};

struct form_file {
    struct file_base base; /* the number is the form's, a dot and its version: "IL-2021-12.1" */
    struct digest digest;  /* of its payload: what certificates hold */
    struct bytes instrument;
    const char *title;
    millis in_force;
    struct done_by proposed, registered, asked, withdrawn;
    enum ministry_id asked_by; /* 0: nobody asks to withdraw it */
    const char *reason;        /* of a withdrawal */
};

enum certificate_state {
    CERTIFICATE_OFFERED = 1,
    CERTIFICATE_SIGNED,        /* by the acquiring state */
    CERTIFICATE_AUTHENTICATED, /* fingerprint confirmed over a second channel */
    CERTIFICATE_IN_FORCE,
    CERTIFICATE_EXPIRED,
    CERTIFICATE_WITHDRAWN,
};

struct certificate_file {
    struct file_base base;
    const char *application;
    struct digest digest;    /* of the payload offered */
    struct bytes payload;    /* as offered */
    struct bytes instrument; /* with the signatures so far */
    const char *state, *agency, *product, *exporter;
    millis from, until;
    struct done_by offered, signed_in, authenticated, completed, ended;
    const char *reason; /* of a withdrawal */
};

enum licence_state {
    LICENCE_PROPOSED = 1, /* signed by one ministry */
    LICENCE_ACTIVE,
    LICENCE_LIMITED,
    LICENCE_SUSPENDED,
    LICENCE_DISCONNECTED,
    LICENCE_REVOKED,
    LICENCE_EXPIRED,
};

/* An order on a licence that leases carry: one in force, or one that gave back (a lift, restoration
 * or extension), of which guards have to learn. */
struct licence_order {
    const char *number;
    enum order_kind kind;
    struct digest digest;
    bool partial; /* for some of the licence's installations only */
};

enum {
    LICENCE_ORDERS_KEPT = 16,    /* places of LEASE_ORDERS_MAX only for what stops the licence */
    LICENCE_GIVEN_BACK_MAX = 64, /* lifts, restorations and extensions that leases carry */
};

struct licence_file {
    struct file_base base;
    const char *application, *certificate; /* numbers */
    struct digest digest;
    struct bytes instrument;
    const char *agency, *product, *exporter, *state;
    millis from, until;
    uint64_t maximum_installations, installations;
    const struct licence_order *orders; /* in the order of issue */
    size_t orders_count;
    struct done_by proposed, issued;
};

enum installation_state { INSTALLATION_ENROLLED = 1, INSTALLATION_SUSPENDED, INSTALLATION_LATCHED };

struct installation_file {
    struct file_base base;
    const char *licence;
    const char *place;
    struct document_key guard;
    struct digest first_key; /* SHA-256 of K_0, which is escrowed */
    struct done_by enrolled;
    const char *reason;  /* why suspended or latched */
    struct digest latch; /* what a restoration must name */
};

enum order_state {
    ORDER_ISSUED = 1,  /* in force, signed by one ministry */
    ORDER_CONFIRMED,   /* in force, signed by both */
    ORDER_UNCONFIRMED, /* in force; the other ministry did not confirm in time: an alarm */
    ORDER_LIFTED,
    ORDER_DONE, /* a lift, restoration or extension: takes effect at once */
};

/* How far a time that a guard reckons may be ahead of the server's when it comes: what a clock of
 * quartz gains in two weeks without a lease. */
#define GUARD_AHEAD_MAX MILLIS_MINUTE

/* Whether a time that a guard said was still to come, beyond that, when it arrived. */
bool guard_time_is_ahead(millis said, millis arrived);

/* Why a receipt's time is none to obey. */
enum receipt_doubt {
    RECEIPT_BEFORE_ORDER = 1, /* obeyed before the order was issued */
    RECEIPT_AHEAD,            /* at a time that had not come when it arrived */
};

struct order_receipt {
    const char *installation;
    millis received, obeyed; /* as the guard reckons authority time */
    millis arrived;          /* at the server */
    uint64_t stopped;
    enum receipt_doubt doubt; /* 0: none */
};

struct order_file {
    struct file_base base;
    const char *licence;
    enum order_kind kind;
    struct digest digest;
    struct bytes instrument;
    enum ministry_id ministry; /* which issued it */
    struct done_by issued, confirmed, lifted;
    const char *lifted_by; /* the number of the order that lifted it */
    const struct order_receipt *receipts;
    size_t receipts_count;
};

/* How long the receipt says that obeying took, from when the order was in force; false when it is
 * in doubt: then nobody knows more than that it had been obeyed when the receipt arrived. */
bool order_time_to_obey(
    const struct order_file *order, const struct order_receipt *receipt, millis *ret_span);

enum withdrawal_state { WITHDRAWAL_IN_FORCE = 1 };

/* Of an approval, by the approving body. For every installation under the certificate. */
struct withdrawal_file {
    struct file_base base;
    const char *certificate; /* its number */
    struct digest digest;
    struct bytes instrument;
    const char *own_number; /* that the approving body gave it */
    const char *body;
    struct digest withdraws; /* the approval's digest */
    millis issued;
    struct done_by entered;
};

enum delegation_state { DELEGATION_PROPOSED = 1, DELEGATION_IN_FORCE };

struct delegation_file {
    struct file_base base; /* the number is the version in digits */
    struct digest digest;
    struct bytes instrument;
    millis from, until;
    struct done_by proposed, published;
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

/* The signed instrument that a file holds (form, certificate, licence, order, withdrawal,
 * delegation); empty if none. */
struct bytes file_instrument(enum file_kind kind, const void *content);

/* What a file is found by besides its number: the digest of the instrument in it, or of its guard's
 * public key (an installation's). No two files of a kind have the same. False when it has none. */
bool file_digest(enum file_kind kind, const void *content, struct digest *ret_digest);

#endif
