/* The end-use certificate: a form executed for one state, agency, product and place, with its
 * schedules. Signed by the acquiring state's signatory, then by both ministries. */
#ifndef ENDUSE_INSTRUMENTS_CERTIFICATE_H
#define ENDUSE_INSTRUMENTS_CERTIFICATE_H

#include "instruments/form.h"

struct certificate_agency {
    const char *id; /* "XA-police-ct" */
    const char *name;
    bool governmental; /* checked by the office; clause 2 */
};

struct certificate_product {
    const char *id;
    const char *name;
    const char *control; /* the control-list class, "4.D.4" */
};

/* A person of the acquiring state whose key was enrolled over a second channel. */
struct certificate_person {
    const char *id;
    const char *name;
    const char *office;
    struct document_key key;
};

/* What both ministries decided about a line of the offence schedule. */
enum offence_decision { OFFENCE_PROPOSED = 1, OFFENCE_ACCEPTED, OFFENCE_REFUSED, OFFENCE_SPLIT };

/* One offence of the acquiring state's own law. Months are for this offence alone: an attempt by
 * its own maximum, sentences never added, no increment for repeated offences; life is 9999. */
struct offence {
    const char *code; /* "XA-114" */
    const char *title;
    uint64_t minimum_months;
    uint64_t maximum_months;
    millis in_force_from;
    millis in_force_until;   /* absent: still in force */
    const char *const *acts; /* the listed acts that it covers */
    size_t acts_count;
    const char *const *completed_by; /* what alone would complete it: "expression", ... */
    size_t completed_by_count;
    enum offence_decision decision;
    const char *defence_reasons; /* required once decided */
    const char *foreign_reasons;
};

struct approving_body {
    const char *id; /* "XA-court" */
    const char *name;
    bool independent;
    bool elevated;
    struct document_key key;
};

enum certificate_signing { CERTIFICATE_BY_KEY = 1, CERTIFICATE_WET_INK };

struct certificate {
    const char *number; /* "EC-2026-0009" */
    struct bytes form;  /* the form's payload: the certificate holds all that it means */
    const char *state;  /* ISO 3166 alpha-2, "XA" */
    const char *state_name;
    struct certificate_agency agency;
    struct certificate_product product;
    const char *exporter; /* the registered exporter's number */
    const char *place;    /* where the system is installed */
    millis from, until;
    enum certificate_signing signing; /* wet ink: attested by one officer of each ministry */
    const struct certificate_person *signatories;
    size_t signatories_count;
    struct certificate_person supervisor; /* signs the agency's rolls */
    const struct offence *offences;
    size_t offences_count;
    const struct approving_body *bodies;
    size_t bodies_count;
    millis longest_approval;
    millis lease_ttl;
    millis return_period;             /* the reporting schedule: how often */
    const char *const *return_fields; /* and what: "verdict", "clause", "function", ... */
    size_t return_fields_count;
    struct digest supersedes; /* the certificate that this one replaces; may be absent */
};

enum {
    OFFENCE_LIFE = 9999, /* months that stand for imprisonment for life */
    CERTIFICATE_SIGNATORIES_MAX = 8,
};

extern const struct layout certificate_layout, certificate_agency_layout;
extern const struct layout certificate_person_layout;
extern const struct layout offence_layout;

/* The signatory of the acquiring state with this key, or NULL. */
const struct certificate_person *
certificate_signatory_by_key(const struct certificate *certificate, const struct key_id *key);

/* What the tables cannot say of one offence. */
enum error offence_check(const struct offence *offence, struct fault *fault);

enum error certificate_check(const struct certificate *certificate, struct fault *fault);

/* Verifies and decodes: the form inside decodes; a signatory named in the certificate signed (not
 * for wet ink), and both ministries did. The signatories' keys are in the certificate that the
 * ministries signed, which is their enrolment. Whether it is in force at a moment is the caller's
 * question. */
enum error certificate_open(
    struct bytes bytes, const struct root_chain *chain, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct certificate *ret_certificate, struct form *ret_form);

/* As certificate_open for one still on its way: verifies the signatures that are there and reports
 * which of the three parties have signed; none is required. */
struct certificate_progress {
    bool state, defence, foreign;
};
enum error certificate_open_draft(
    struct bytes bytes, const struct root_chain *chain, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct certificate *ret_certificate, struct form *ret_form,
    struct certificate_progress *ret_progress);

/* Decodes the form inside. */
enum error certificate_form(
    const struct certificate *certificate, struct arena *arena, struct fault *fault,
    struct form *ret_form);

const struct offence *certificate_offence(const struct certificate *certificate, const char *code);
const struct approving_body *
certificate_body(const struct certificate *certificate, const char *id);
bool offence_in_force(const struct offence *offence, millis time);

#endif
