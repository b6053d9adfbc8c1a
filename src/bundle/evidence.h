/* A bundle opened: every part verified from the root on, and what follows from it. What could not
 * be verified is an error, never a remark; what is true but not proven by the bundle is among the
 * facts as a claim.
 */
#ifndef ENDUSE_BUNDLE_EVIDENCE_H
#define ENDUSE_BUNDLE_EVIDENCE_H

#include "bundle/bundle.h"
#include "verdict/verdict.h"

/* One thing that a reader may take from the bundle: proven by a signature or a proof in it, or only
 * said by somebody. */
struct evidence_fact {
    bool proven;
    const char *words; /* one line, without a full stop */
};

/* A document with what it says. */
struct evidence_order {
    struct order order;
    struct digest digest;
};
struct evidence_withdrawal {
    struct approval approval;
    struct digest digest;
};
struct evidence_receipt {
    struct receipt receipt;
    struct digest digest;
};

/* Of an act: who did it. Of what a guard sent: the installation. */
struct evidence_event {
    const struct bundle_event *event;
    struct event_body body;
    struct act act; /* of type act and delegation; verb NULL for others */
    const char *by; /* "D-01 Defence One (defence)", "the server", "IN-0001"; NULL: nobody */
};

/* What judging a use again says of the record. */
enum evidence_judgement {
    JUDGED_NOT,     /* what it would take is not in the bundle, or no verdict was recorded */
    JUDGED_SAME,    /* the clauses say what was recorded */
    JUDGED_COUNTED, /* they do if as many uses ran or had begun as the licence allows */
    JUDGED_OTHERWISE,
};

struct evidence_record {
    const struct bundle_record *record;
    struct entry entry;
    enum evidence_judgement judgement;
    const char *verdict; /* the verdict with its clauses, in words, several lines; NULL: none */
};

struct evidence {
    struct arena arena; /* of everything here */
    struct bundle bundle;
    struct root_chain *chains; /* up to each version: [0] is version 1 */
    size_t chain_count;
    bool pinned;

    struct form form;
    struct certificate certificate;
    struct licence licence;
    struct digest certificate_digest, licence_digest;
    struct roll roll;
    bool has_roll;
    struct declaration declaration;
    struct digest declaration_digest;
    bool has_declaration;
    struct approval approval;
    struct digest approval_digest;
    bool has_approval;
    struct evidence_withdrawal *withdrawals;
    size_t withdrawal_count;
    struct evidence_order *orders;
    size_t order_count;
    struct evidence_receipt *receipts;
    size_t receipt_count;
    struct delegation *delegations;
    size_t delegation_count;

    const char *installation; /* whose guard it is; NULL: there is none in the bundle */
    struct signer guard;
    struct digest log_root; /* of the guard's log of bundle.log_size records */

    struct evidence_record *records; /* as in the bundle */
    struct evidence_event *events;   /* as in the bundle */
    struct checkpoint checkpoint;

    struct evidence_fact *facts;
    size_t fact_count, fact_room;
    bool otherwise; /* a record's verdict is not what the clauses say */
};

struct evidence_options {
    const struct digest *pinned; /* the authority's id as known from elsewhere; NULL: not known */
    bool demo_allowed;
};

/* Opens bytes as a bundle and verifies all of it:
 *
 *   the roots, one after the other, against pinned;
 *   the office's checkpoint, by the log key that a delegation in the bundle names, each event under
 *   it, and each act by whoever did it;
 *   every document from the root on. One signed by people of an older root counts where an event in
 *   the bundle holds it: the office took it then;
 *   whose key the guard's is (a lease, or the act that enrolled it);
 *   the guard's head by its own signature or by the lease that acknowledges it, each record under
 *   it, each opened field;
 *   that the parts are about each other;
 *   and judges declared uses again, where the bundle holds what that takes.
 *
 * The rows 950..999 are this folder's own; others are those of the parts. That a verdict is not
 * what the clauses say is no error: `otherwise`. End with evidence_close in any case but when this
 * function failed. */
MUST_CHECK enum error evidence_open(
    struct bytes bytes, const struct evidence_options *options, struct fault *fault,
    struct evidence *ret_evidence);
void evidence_close(struct evidence *evidence);

/* The order, or withdrawal, of that digest, or NULL. */
const struct evidence_order *
evidence_order(const struct evidence *evidence, const struct digest *digest);
const struct evidence_withdrawal *
evidence_withdrawal(const struct evidence *evidence, const struct digest *digest);

/* Appends the case for a person: what was asked, by whom as far as it is opened, the verdicts with
 * their clauses, orders and when they were obeyed, what the office did; each with what shows it. */
void evidence_print(const struct evidence *evidence, struct buffer *ret_text);

/* The same as members of an open JSON object. */
void evidence_write_json(const struct evidence *evidence, struct json_writer *writer);

#endif
