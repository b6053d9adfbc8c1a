/* Orders from a form's templates, for the commands that make and draft them (order.c); and an order
 * of the office in words (order_words.c). */
#ifndef ENDUSE_CLI_ORDER_H
#define ENDUSE_CLI_ORDER_H

#include "authority/order.h"
#include "cli/form.h"

/* What fills a template, as the options say it. */
#define OPTION_TEMPLATE                                                                            \
    {                                                                                              \
        .name = "template", .value = "NAME", .words = "Take kind and clauses from this template"   \
    }
#define OPTION_SET                                                                                 \
    {                                                                                              \
        .name = "set", .value = "NAME=VALUE", .many = true,                                        \
        .words = "Fill a parameter of the template; several for a list"                            \
    }

/* --set NAME=VALUE, repeated for several values of one parameter; each parameter's values in
 * ascending order, as a document has them. */
enum error order_arguments(
    struct call *call, struct fault *fault, struct form_argument **ret_arguments,
    size_t *ret_count);

/* Fills the form's template: the order's clauses (NULL for a kind that has none) and its kind. */
enum error order_fill(
    struct call *call, const struct form *form, const char *name,
    const struct form_argument *arguments, size_t count, struct fault *fault,
    const char **ret_clauses, const char **ret_kind);

/* Says that, with the hint that belongs to a template. Returns the exit code. */
int order_fill_failed(struct call *call, const struct fault *fault);

/* Appends what the office knows of an order, line by line: whom it is for, what it stops, its
 * clauses, and how far it has come. order: what the file's payload or instrument says; NULL where
 * it holds neither (a discarded draft). */
void order_print(const struct order_file *file, const struct order *order, struct buffer *ret_text);

#endif
