/* What the files of an order's life-cycle share. */
#ifndef ENDUSE_AUTHORITY_ORDER_INSIDE_H
#define ENDUSE_AUTHORITY_ORDER_INSIDE_H

#include "authority/inside.h"

/* --- Effects: order_effect.c -------------------------------------------------------------- */

/* Whether an order on this licence may be issued now; whether its installations are the licence's;
 * whether a limit's clauses hold to the certificate's vocabulary; whether an order in force that is
 * lifted is of a kind that this one lifts. */
enum error order_check_licence(struct transition_call *call, const struct licence_file *licence);
enum error order_check_installations(struct transition_call *call, const struct order *order);
enum error order_check_clauses(
    struct transition_call *call, const struct licence_file *licence, const struct order *order,
    const struct digest *digest);
enum error order_check_lifted(
    struct transition_call *call, const struct licence_file *licence, const struct order *order);

/* Changes the licence, and the state of the order's own file. */
enum error order_take_effect(
    struct transition_call *call, const struct order *order, const struct digest *digest,
    bool both);

/* --- Drafts: order_draft.c; answers: order_answer.c --------------------------------------- */

extern const struct layout order_draft_layout, order_deliver_layout, order_disclosed_layout;
enum error order_draft(struct transition_call *call);
enum error order_discard(struct transition_call *call);
enum error order_sign_first(struct transition_call *call);
enum error order_deliver(struct transition_call *call);
enum error order_disclosed(struct transition_call *call);
enum error order_withheld(struct transition_call *call);
enum error order_overdue(struct transition_call *call);

/* Sets the progress from deliveries and receipts. */
void order_note_progress(struct order_file *order);

/* Whether records that an order in force asks for are still to come, and nobody was told that they
 * are late. */
bool order_awaits_disclosure(const struct order_file *order);

#endif
