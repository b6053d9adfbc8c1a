/* The layouts and words of files. */
#include "authority/file.h"

#include <string.h>

/* Keys 1 to 5 of every file. */
#define BASE_FIELDS(type, words_of_states)                                                         \
    FIELD(1, "number", FIELD_TEXT, type, base.number),                                             \
        FIELD(2, "version", FIELD_UINT, type, base.version),                                       \
        FIELD(3, "state", FIELD_CHOICE, type, base.state, .words = (words_of_states)),             \
        FIELD(4, "opened", FIELD_TIME, type, base.opened),                                         \
        FIELD(5, "changed", FIELD_TIME, type, base.changed)

#define DONE_BY(number, label, type, member)                                                       \
    FIELD(number, label, FIELD_RECORD, type, member, .layout = &done_by_layout, OPTIONAL)

static const struct field done_by_fields[] = {
    FIELD(1, "person", FIELD_TEXT, struct done_by, person),
    FIELD(2, "time", FIELD_TIME, struct done_by, time),
};
static const struct layout done_by_layout = LAYOUT("done by", struct done_by, done_by_fields);

/* --- Exporter ----------------------------------------------------------------------------- */

static const char *const exporter_states[] = {"submitted", "screened", "registered",
                                              "refused",   "removed",  NULL};

static const struct field exporter_fields[] = {
    BASE_FIELDS(struct exporter_file, exporter_states),
    FIELD(6, "name", FIELD_TEXT, struct exporter_file, name),
    FIELD(7, "address", FIELD_TEXT, struct exporter_file, address),
    FIELD(8, "country", FIELD_TEXT, struct exporter_file, country),
    FIELD_MANY(9, "owners", FIELD_TEXTS, struct exporter_file, owners),
    DONE_BY(10, "submitted", struct exporter_file, submitted),
    DONE_BY(11, "screened", struct exporter_file, screened),
    DONE_BY(12, "decided", struct exporter_file, decided),
    FIELD(13, "screening", FIELD_PROSE, struct exporter_file, screening, OPTIONAL),
    FIELD(14, "reason", FIELD_PROSE, struct exporter_file, reason, OPTIONAL),
};
static const struct layout exporter_file_layout =
    LAYOUT("exporter", struct exporter_file, exporter_fields);

/* --- Product ------------------------------------------------------------------------------ */

static const char *const product_states[] = {"submitted", "classified", NULL};

static const struct field product_fields[] = {
    BASE_FIELDS(struct product_file, product_states),
    FIELD(6, "exporter", FIELD_TEXT, struct product_file, exporter),
    FIELD(7, "name", FIELD_TEXT, struct product_file, name),
    FIELD(8, "summary", FIELD_PROSE, struct product_file, summary),
    FIELD_MANY(9, "functions", FIELD_TEXTS, struct product_file, functions),
    FIELD(10, "control", FIELD_TEXT, struct product_file, control, OPTIONAL),
    FIELD(11, "reason", FIELD_PROSE, struct product_file, reason, OPTIONAL),
    DONE_BY(12, "submitted", struct product_file, submitted),
    DONE_BY(13, "classified", struct product_file, classified),
};
static const struct layout product_file_layout =
    LAYOUT("product", struct product_file, product_fields);

/* --- Application -------------------------------------------------------------------------- */

static const char *const application_states[] = {
    "submitted", "disputed", "approved", "refused", NULL};
static const char *const decisions[] = {"approve", "object", NULL};

static const struct field review_fields[] = {
    FIELD(1, "decision", FIELD_CHOICE, struct review, decision, .words = decisions),
    FIELD(2, "reasons", FIELD_PROSE, struct review, reasons),
    FIELD(3, "by", FIELD_RECORD, struct review, by, .layout = &done_by_layout),
};
static const struct layout review_layout = LAYOUT("review", struct review, review_fields);

#define REVIEW(number, label, member)                                                              \
    FIELD(                                                                                         \
        number, label, FIELD_RECORD, struct application_file, member, .layout = &review_layout,    \
        OPTIONAL)

static const struct field application_fields[] = {
    BASE_FIELDS(struct application_file, application_states),
    FIELD(6, "exporter", FIELD_TEXT, struct application_file, exporter),
    FIELD(7, "product", FIELD_TEXT, struct application_file, product),
    FIELD(8, "country", FIELD_TEXT, struct application_file, state),
    FIELD(
        9, "agency", FIELD_RECORD, struct application_file, agency,
        .layout = &certificate_agency_layout),
    FIELD(10, "place", FIELD_TEXT, struct application_file, place),
    FIELD(11, "assessment", FIELD_PROSE, struct application_file, assessment, OPTIONAL),
    DONE_BY(12, "submitted", struct application_file, submitted),
    DONE_BY(13, "assessed", struct application_file, assessed),
    REVIEW(14, "defence", defence),
    REVIEW(15, "foreign", foreign),
    REVIEW(16, "defence-end", defence_end),
    REVIEW(17, "foreign-end", foreign_end),
};
static const struct layout application_file_layout =
    LAYOUT("application", struct application_file, application_fields);

/* --- Form --------------------------------------------------------------------------------- */

static const char *const ministries[] = {"defence", "foreign", NULL};
static const char *const form_states[] = {
    "proposed", "registered", "withdrawing", "withdrawn", NULL};

static const struct field form_fields[] = {
    BASE_FIELDS(struct form_file, form_states),
    FIELD(6, "digest", FIELD_DIGEST, struct form_file, digest),
    FIELD(7, "instrument", FIELD_BYTES, struct form_file, instrument, .limit = FILE_BYTES_MAX),
    FIELD(8, "title", FIELD_TEXT, struct form_file, title),
    FIELD(9, "in-force", FIELD_TIME, struct form_file, in_force),
    DONE_BY(10, "proposed", struct form_file, proposed),
    DONE_BY(11, "registered", struct form_file, registered),
    DONE_BY(12, "asked", struct form_file, asked),
    DONE_BY(13, "withdrawn", struct form_file, withdrawn),
    FIELD(14, "asked-by", FIELD_CHOICE, struct form_file, asked_by, .words = ministries, OPTIONAL),
    FIELD(15, "reason", FIELD_PROSE, struct form_file, reason, OPTIONAL),
};
static const struct layout form_file_layout = LAYOUT("form", struct form_file, form_fields);

/* --- Certificate -------------------------------------------------------------------------- */

static const char *const certificate_states[] = {
    "offered", "signed", "authenticated", "in-force", "expired", "withdrawn", NULL};

static const struct field certificate_fields[] = {
    BASE_FIELDS(struct certificate_file, certificate_states),
    FIELD(6, "application", FIELD_TEXT, struct certificate_file, application),
    FIELD(7, "digest", FIELD_DIGEST, struct certificate_file, digest),
    FIELD(8, "payload", FIELD_BYTES, struct certificate_file, payload, .limit = FILE_BYTES_MAX),
    FIELD(
        9, "instrument", FIELD_BYTES, struct certificate_file, instrument, OPTIONAL,
        .limit = FILE_BYTES_MAX),
    FIELD(10, "country", FIELD_TEXT, struct certificate_file, state),
    FIELD(11, "agency", FIELD_TEXT, struct certificate_file, agency),
    FIELD(12, "product", FIELD_TEXT, struct certificate_file, product),
    FIELD(13, "exporter", FIELD_TEXT, struct certificate_file, exporter),
    FIELD(14, "from", FIELD_TIME, struct certificate_file, from),
    FIELD(15, "until", FIELD_TIME, struct certificate_file, until),
    DONE_BY(16, "offered", struct certificate_file, offered),
    DONE_BY(17, "signed", struct certificate_file, signed_in),
    DONE_BY(18, "authenticated", struct certificate_file, authenticated),
    DONE_BY(19, "completed", struct certificate_file, completed),
    DONE_BY(20, "ended", struct certificate_file, ended),
    FIELD(21, "reason", FIELD_PROSE, struct certificate_file, reason, OPTIONAL),
};
static const struct layout certificate_file_layout =
    LAYOUT("certificate", struct certificate_file, certificate_fields);

/* --- Licence ------------------------------------------------------------------------------ */

static const char *const licence_states[] = {"proposed",     "active",  "limited", "suspended",
                                             "disconnected", "revoked", "expired", NULL};

static const struct field licence_order_fields[] = {
    FIELD(1, "number", FIELD_TEXT, struct licence_order, number),
    FIELD(2, "kind", FIELD_CHOICE, struct licence_order, kind, .words = order_kind_words),
    FIELD(3, "digest", FIELD_DIGEST, struct licence_order, digest),
    FIELD(4, "partial", FIELD_BOOL, struct licence_order, partial),
};
static const struct layout licence_order_layout =
    LAYOUT("order", struct licence_order, licence_order_fields);

static const struct field licence_fields[] = {
    BASE_FIELDS(struct licence_file, licence_states),
    FIELD(6, "application", FIELD_TEXT, struct licence_file, application),
    FIELD(7, "certificate", FIELD_TEXT, struct licence_file, certificate),
    FIELD(8, "digest", FIELD_DIGEST, struct licence_file, digest),
    FIELD(9, "instrument", FIELD_BYTES, struct licence_file, instrument, .limit = FILE_BYTES_MAX),
    FIELD(10, "agency", FIELD_TEXT, struct licence_file, agency),
    FIELD(11, "product", FIELD_TEXT, struct licence_file, product),
    FIELD(12, "exporter", FIELD_TEXT, struct licence_file, exporter),
    FIELD(13, "country", FIELD_TEXT, struct licence_file, state),
    FIELD(14, "from", FIELD_TIME, struct licence_file, from),
    FIELD(15, "until", FIELD_TIME, struct licence_file, until),
    FIELD(16, "maximum-installations", FIELD_UINT, struct licence_file, maximum_installations),
    FIELD(17, "installations", FIELD_UINT, struct licence_file, installations),
    FIELD_MANY(
        18, "orders", FIELD_RECORDS, struct licence_file, orders, .layout = &licence_order_layout,
        .limit = LEASE_ORDERS_MAX),
    DONE_BY(19, "proposed", struct licence_file, proposed),
    DONE_BY(20, "issued", struct licence_file, issued),
};
static const struct layout licence_file_layout =
    LAYOUT("licence", struct licence_file, licence_fields);

/* --- Installation ------------------------------------------------------------------------- */

static const char *const installation_states[] = {"enrolled", "suspended", "latched", NULL};

static const struct field installation_fields[] = {
    BASE_FIELDS(struct installation_file, installation_states),
    FIELD(6, "licence", FIELD_TEXT, struct installation_file, licence),
    FIELD(7, "place", FIELD_TEXT, struct installation_file, place),
    FIELD(
        8, "guard", FIELD_RECORD, struct installation_file, guard, .layout = &document_key_layout),
    FIELD(9, "first-key", FIELD_DIGEST, struct installation_file, first_key),
    DONE_BY(10, "enrolled", struct installation_file, enrolled),
    FIELD(11, "reason", FIELD_PROSE, struct installation_file, reason, OPTIONAL),
    FIELD(12, "latch", FIELD_DIGEST, struct installation_file, latch, OPTIONAL),
};
static const struct layout installation_file_layout =
    LAYOUT("installation", struct installation_file, installation_fields);

/* --- Order -------------------------------------------------------------------------------- */

static const char *const order_states[] = {"issued", "confirmed", "unconfirmed",
                                           "lifted", "done",      NULL};

static const char *const doubts[] = {"before-order", "ahead", NULL};

static const struct field receipt_fields[] = {
    FIELD(1, "installation", FIELD_TEXT, struct order_receipt, installation),
    FIELD(2, "received", FIELD_TIME, struct order_receipt, received),
    FIELD(3, "obeyed", FIELD_TIME, struct order_receipt, obeyed),
    FIELD(4, "arrived", FIELD_TIME, struct order_receipt, arrived),
    FIELD(5, "stopped", FIELD_UINT, struct order_receipt, stopped),
    FIELD(6, "doubt", FIELD_CHOICE, struct order_receipt, doubt, .words = doubts, OPTIONAL),
};
static const struct layout order_receipt_layout =
    LAYOUT("receipt", struct order_receipt, receipt_fields);

static const struct field order_fields[] = {
    BASE_FIELDS(struct order_file, order_states),
    FIELD(6, "licence", FIELD_TEXT, struct order_file, licence),
    FIELD(7, "kind", FIELD_CHOICE, struct order_file, kind, .words = order_kind_words),
    FIELD(8, "digest", FIELD_DIGEST, struct order_file, digest),
    FIELD(9, "instrument", FIELD_BYTES, struct order_file, instrument, .limit = FILE_BYTES_MAX),
    FIELD(10, "ministry", FIELD_CHOICE, struct order_file, ministry, .words = ministries),
    DONE_BY(11, "issued", struct order_file, issued),
    DONE_BY(12, "confirmed", struct order_file, confirmed),
    DONE_BY(13, "lifted", struct order_file, lifted),
    FIELD(14, "lifted-by", FIELD_TEXT, struct order_file, lifted_by, OPTIONAL),
    FIELD_MANY(
        15, "receipts", FIELD_RECORDS, struct order_file, receipts,
        .layout = &order_receipt_layout),
};
static const struct layout order_file_layout = LAYOUT("order", struct order_file, order_fields);

/* --- Withdrawal --------------------------------------------------------------------------- */

static const char *const withdrawal_states[] = {"in-force", NULL};

static const struct field withdrawal_fields[] = {
    BASE_FIELDS(struct withdrawal_file, withdrawal_states),
    FIELD(6, "certificate", FIELD_TEXT, struct withdrawal_file, certificate),
    FIELD(7, "digest", FIELD_DIGEST, struct withdrawal_file, digest),
    FIELD(
        8, "instrument", FIELD_BYTES, struct withdrawal_file, instrument, .limit = FILE_BYTES_MAX),
    FIELD(9, "own-number", FIELD_TEXT, struct withdrawal_file, own_number),
    FIELD(10, "body", FIELD_TEXT, struct withdrawal_file, body),
    FIELD(11, "withdraws", FIELD_DIGEST, struct withdrawal_file, withdraws),
    FIELD(12, "issued", FIELD_TIME, struct withdrawal_file, issued),
    DONE_BY(13, "entered", struct withdrawal_file, entered),
};
static const struct layout withdrawal_file_layout =
    LAYOUT("withdrawal", struct withdrawal_file, withdrawal_fields);

/* --- Delegation --------------------------------------------------------------------------- */

static const char *const delegation_states[] = {"proposed", "in-force", NULL};

static const struct field delegation_fields[] = {
    BASE_FIELDS(struct delegation_file, delegation_states),
    FIELD(6, "digest", FIELD_DIGEST, struct delegation_file, digest),
    FIELD(
        7, "instrument", FIELD_BYTES, struct delegation_file, instrument, .limit = FILE_BYTES_MAX),
    FIELD(8, "from", FIELD_TIME, struct delegation_file, from),
    FIELD(9, "until", FIELD_TIME, struct delegation_file, until),
    DONE_BY(10, "proposed", struct delegation_file, proposed),
    DONE_BY(11, "published", struct delegation_file, published),
};
static const struct layout delegation_file_layout =
    LAYOUT("delegation", struct delegation_file, delegation_fields);

/* --- By kind ------------------------------------------------------------------------------ */

static const struct kind {
    const char *word;
    const struct layout *layout;
} kinds[] = {
#define FILE_ROW(name, text, type) [FILE_##name] = {(text), &type##_layout},
    FILE_TABLE(FILE_ROW)
#undef FILE_ROW
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

const char *file_word(enum file_kind kind)
{
    return kind > FILE_NONE && (size_t)kind < KIND_COUNT ? kinds[kind].word : "none";
}

enum file_kind file_by_word(struct bytes word)
{
    for (size_t i = 1; i < KIND_COUNT; i++) {
        if (bytes_equal_text(word, kinds[i].word))
            return (enum file_kind)i;
    }
    return FILE_NONE;
}

const struct layout *file_layout(enum file_kind kind)
{
    return kinds[kind].layout;
}

const char *file_state_word(enum file_kind kind, int state)
{
    const struct layout *layout = kinds[kind].layout;
    const char *const *words = layout->fields[2].words; /* "state" is every file's third field */
    for (int i = 0; words[i]; i++) {
        if (i + 1 == state)
            return words[i];
    }
    return "new";
}

const char *file_parent(enum file_kind kind, const void *content)
{
    switch (kind) {
    case FILE_PRODUCT:
        return ((const struct product_file *)content)->exporter;
    case FILE_APPLICATION:
        return ((const struct application_file *)content)->product;
    case FILE_CERTIFICATE:
        return ((const struct certificate_file *)content)->application;
    case FILE_LICENCE:
        return ((const struct licence_file *)content)->certificate;
    case FILE_INSTALLATION:
        return ((const struct installation_file *)content)->licence;
    case FILE_ORDER:
        return ((const struct order_file *)content)->licence;
    case FILE_WITHDRAWAL:
        return ((const struct withdrawal_file *)content)->certificate;
    default:
        return "";
    }
}

enum error file_name_split(
    const char *name, struct fault *fault, enum file_kind *ret_kind, const char **ret_number)
{
    const char *slash = strchr(name, '/');
    enum file_kind kind =
        slash ? file_by_word((struct bytes){(const uint8_t *)name, (size_t)(slash - name)})
              : FILE_NONE;
    if (kind == FILE_NONE)
        return fault_set(
            fault, ERROR_OFFICE_FILE, "file",
            "exporter, product, application, form, certificate, licence, installation, order, "
            "withdrawal or delegation, then / and a number",
            "\"%.60s\"", name);
    *ret_kind = kind;
    *ret_number = slash + 1;
    return ERROR_OK;
}

struct bytes file_instrument(enum file_kind kind, const void *content)
{
    switch (kind) {
    case FILE_FORM:
        return ((const struct form_file *)content)->instrument;
    case FILE_CERTIFICATE:
        return ((const struct certificate_file *)content)->instrument;
    case FILE_LICENCE:
        return ((const struct licence_file *)content)->instrument;
    case FILE_ORDER:
        return ((const struct order_file *)content)->instrument;
    case FILE_WITHDRAWAL:
        return ((const struct withdrawal_file *)content)->instrument;
    case FILE_DELEGATION:
        return ((const struct delegation_file *)content)->instrument;
    default:
        return (struct bytes){0};
    }
}

bool file_digest(enum file_kind kind, const void *content, struct digest *ret_digest)
{
    switch (kind) {
    case FILE_FORM:
        *ret_digest = ((const struct form_file *)content)->digest;
        break;
    case FILE_CERTIFICATE:
        *ret_digest = ((const struct certificate_file *)content)->digest;
        break;
    case FILE_LICENCE:
        *ret_digest = ((const struct licence_file *)content)->digest;
        break;
    case FILE_INSTALLATION: {
        struct key_id guard = document_key_id(&((const struct installation_file *)content)->guard);
        memcpy(ret_digest->bytes, guard.bytes, sizeof ret_digest->bytes);
        break;
    }
    case FILE_ORDER:
        *ret_digest = ((const struct order_file *)content)->digest;
        break;
    case FILE_WITHDRAWAL:
        *ret_digest = ((const struct withdrawal_file *)content)->digest;
        break;
    case FILE_DELEGATION:
        *ret_digest = ((const struct delegation_file *)content)->digest;
        break;
    default:
        return false;
    }
    return digest_is_set(ret_digest);
}

bool guard_time_is_ahead(millis said, millis arrived)
{
    return said > arrived + GUARD_AHEAD_MAX;
}

bool order_time_to_obey(
    const struct order_file *order, const struct order_receipt *receipt, millis *ret_span)
{
    if (receipt->doubt)
        return false;
    *ret_span = receipt->obeyed - order->issued.time;
    return true;
}
