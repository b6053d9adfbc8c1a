/* Order templates as text with slots: finding the slots and filling them. What a filled text must
 * be is order.c's and policies.c's. */
#ifndef ENDUSE_FORM_TEMPLATE_H
#define ENDUSE_FORM_TEMPLATE_H

#include "cedar/schema.h"
#include "form/form.h"

/* Where a filled text differs from its template: after `filled_end` bytes of the filled text the
 * template is `grown` bytes behind (or ahead, negative). One for each slot, in order. */
struct template_shift {
    size_t filled_end;
    ptrdiff_t grown;
};

/* Checks the template's slots against its parameters: each slot is a parameter and stands where an
 * expression may, outside strings and comments; each parameter has a slot. FORM_SLOT, with the line
 * and column in the template. *ret_slots is how many slots there are. */
enum error
template_check_slots(const struct order_template *template, struct fault *fault, size_t *ret_slots);

/* Appends the template's text with each slot filled by its argument. Each argument must be there
 * once and be of its parameter's type; no value is looked up anywhere else. shifts, when not NULL,
 * has room for all slots. FORM_SLOT, FORM_ARGUMENT, FORM_ARGUMENT_VALUE. */
enum error template_fill(
    const struct order_template *template, const struct cedar_schema *vocabulary,
    const struct form_argument *arguments, size_t count, struct fault *fault,
    struct buffer *ret_text, struct template_shift *shifts);

/* The same with a sample value for each parameter: a choice of an enumerated type, an id that no
 * entity has, the first moment of 1970, 0. */
enum error template_fill_sample(
    const struct order_template *template, const struct cedar_schema *vocabulary,
    struct fault *fault, struct buffer *ret_text, struct template_shift *shifts);

/* The offset in the template of an offset in the filled text that is inside no filled slot. */
size_t template_offset(const struct template_shift *shifts, size_t count, size_t filled);

/* The order's kind of this word, or ORDER_NONE unless it takes away by clauses or by kind. */
enum order_kind template_kind(const struct order_template *template);

#endif
