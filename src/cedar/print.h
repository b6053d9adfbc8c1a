/* The one canonical text of expressions, policies and values. Reading it back gives the same tree:
 * parentheses where they are needed and nowhere else. */
#ifndef ENDUSE_CEDAR_PRINT_H
#define ENDUSE_CEDAR_PRINT_H

#include "cedar/tree.h"
#include "cedar/value.h"

/* These append; a failure is remembered in the buffer. A template prints with its slots, a link
 * with the entities in their place. */
void cedar_print_expr(struct buffer *buffer, const struct cedar_expr *expr);
void cedar_print_policy(struct buffer *buffer, const struct cedar_policy *policy);

/* A value as the expression that gives it: sets by kind and content in the order that people
 * expect, records by key, extension values as their constructor's call. */
void cedar_print_value(struct buffer *buffer, struct cedar_value value);

/* A string in quotes, with escapes for `"`, `\`, and what does not print. */
void cedar_print_string(struct buffer *buffer, struct bytes string);

/* Type::"id". */
void cedar_print_uid(struct buffer *buffer, const struct cedar_uid *uid);

#endif
