/* The review of a licence whose country was taken off the list, for licence.c. */
#ifndef ENDUSE_AUTHORITY_LICENCE_REVIEW_H
#define ENDUSE_AUTHORITY_LICENCE_REVIEW_H

#include "authority/lifecycle.h"

extern const struct layout country_review_layout, country_review_order_layout;

bool country_review_is_open(const struct country_review *review);
void country_review_close(struct country_review *review, enum country_review_end end, millis time);

/* What is due on the licence because of its country, unless something is already. */
enum error
country_review_due(const struct due_call *call, const struct licence_file *file, struct due *due);

/* The acts. */
enum error country_review_open(struct transition_call *call);
enum error country_review_relisted(struct transition_call *call);
enum error country_review_keep(struct transition_call *call);
enum error country_review_ordered(struct transition_call *call);

#endif
