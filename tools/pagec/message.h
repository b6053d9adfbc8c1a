/* The messages of a template: what a reader reads of it, in units that can be translated.
 *
 * A message is a run of text with what stands in its lines: values, and elements of phrases (a,
 * strong, span and so on) that begin and end within it; or the value of an attribute that is read
 * (aria-label, title, placeholder, alt, and what scripts say: data-label, data-refused and so on).
 * White space is one space in it, a value
 * {{ view.licence.number }} is {licence.number}, an element <1>...</1>, numbered in the order of
 * their beginnings, and <br> is <1/>. So
 *
 *     Look into the <a class="govuk-link" href="/register">registers</a>, {{ view.person }}.
 *
 * is the message "Look into the <1>registers</1>, {person}.": words may move, and no translation
 * can add, lose or change an element, an address or a value. What has no letter is no message. */
#ifndef ENDUSE_TOOLS_PAGEC_MESSAGE_H
#define ENDUSE_TOOLS_PAGEC_MESSAGE_H

#include "pagec/compile.h"
#include "pagec/words.h"

/* Is shown each message of a template, in its order; anything but ERROR_OK ends it. */
typedef enum error message_visitor(void *context, struct bytes message);

/* Shows the messages of a template that pages_compile takes; from is where its body begins.
 * ERROR_SYNTAX with FILE:LINE where elements of phrases cross or words cannot be told apart. */
enum error messages_each(
    const struct page_source *source, size_t from, struct fault *fault, message_visitor *visitor,
    void *context);

/* Appends the template in another language: each message that words has is replaced, lang and dir
 * of the element html are that language's. *ret_whole: words has them all. ERROR_SYNTAX with the
 * PO file's line when a translation has not the very values and elements of its message. */
enum error messages_translate(
    const struct page_source *source, size_t from, const struct words *words, struct fault *fault,
    struct buffer *ret_text, bool *ret_whole);

#endif
