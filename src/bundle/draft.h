/* Putting a bundle together: parts are added as they are found, in any order, each once. Nothing is
 * verified on the way; who made a bundle opens it (evidence.h) before giving it away. */
#ifndef ENDUSE_BUNDLE_DRAFT_H
#define ENDUSE_BUNDLE_DRAFT_H

#include "bundle/bundle.h"

/* Start with a zeroed struct; end with draft_free. Everything added is copied. */
struct draft {
    struct arena arena;
    struct bytes *roots;
    size_t root_count, root_room;
    struct bundle_document *documents; /* ascending */
    size_t document_count, document_room;
    struct bundle_record *records;
    size_t record_count, record_room;
    struct bundle_event *events;
    size_t event_count, event_room;
    struct bytes guard;
    uint64_t log_size;
    const char *checkpoint;
};

void draft_free(struct draft *draft);

/* The next version of the root. One that is there already (by another source) is not added. */
MUST_CHECK enum error draft_add_root(struct draft *draft, struct bytes root, struct fault *fault);

/* A signed document; one that is there already is not added. ret_digest may be NULL. */
MUST_CHECK enum error draft_add_document(
    struct draft *draft, struct bytes bytes, struct fault *fault, struct digest *ret_digest);

/* An event with its proof; events come in the order of their sequences or not. A receipt's and an
 * act's own documents are not added: they are in the event. */
MUST_CHECK enum error
draft_add_event(struct draft *draft, const struct bundle_event *event, struct fault *fault);
MUST_CHECK enum error
draft_set_checkpoint(struct draft *draft, struct bytes note, struct fault *fault);

/* Which of a guard's records to take. Beside these all records of orders and withdrawals are taken,
 * with their documents: what a use was judged by follows from them. */
struct draft_choice {
    const struct digest *declaration; /* all records about this declaration; NULL: about none */
    const uint64_t *indices;          /* and these */
    size_t index_count;
    const char *const *open; /* "subject", "file", "operator": opened in records of declarations */
    size_t open_count;
};

/* Takes what a guard's folder has: the chain of roots, certificate, licence, roll, delegation,
 * lease, receipts that wait, the chosen records with their proofs under a signed head that holds
 * them, and that head. Returns of the same guard that are known from elsewhere may be given as
 * candidates for it.
 *
 *   ERROR_BUNDLE_HEAD   no signed head reaches the records yet: let the guard renew first
 *   ERROR_NOT_FOUND     no such record, or none about the declaration; a field that was erased
 * and those of reading the folder. */
MUST_CHECK enum error draft_take_guard(
    struct draft *draft, const struct os *os, const char *folder, const struct draft_choice *choice,
    const struct bytes *returns, size_t return_count, struct fault *fault);

/* The bundle, borrowed from the draft; bundle_encode judges whether it is whole. */
struct bundle draft_bundle(const struct draft *draft);

#endif
