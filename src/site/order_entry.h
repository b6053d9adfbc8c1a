/* What a person says of an order on the page that drafts one, and the order and act that follow.
 * Internal to site/. */
#ifndef ENDUSE_SITE_ORDER_ENTRY_H
#define ENDUSE_SITE_ORDER_ENTRY_H

#include "service/core.h"

/* The kinds of orders that a page drafts: each with the fields that belong to it. */
struct order_page_kind {
    enum order_kind kind;
    const char *word;           /* of the path, and the button: "disconnect" */
    const char *words;          /* "Every use stops. One ministry is enough." */
    const char *shape;          /* of the state that it leads to */
    unsigned states;            /* of the licence, in which it can be */
    const struct layout *entry; /* what is filled in */
    const char *template; /* of the form, which its clauses are filled from; NULL: no clauses */
};

extern const struct order_page_kind order_page_kinds[];
extern const size_t order_page_kind_count;

const struct order_page_kind *order_page_kind(const char *word); /* NULL: none */

/* The body of the act that drafts the order: the order as *entry has it (of the kind's layout), on
 * this licence, with the clauses of the template, filled. Everything is in the reading's arena.
 * Errors name the field; those of form_order_fill besides. */
enum error order_entry_draft(
    struct reading *reading, const struct order_page_kind *kind, const struct licence_file *licence,
    const char *number, const void *entry, struct datum *ret_body);

#endif
