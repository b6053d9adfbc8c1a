/* Laying out the text of policies: white space is chosen anew, everything else is kept as written,
 * comments too. For the one text of a tree see print.h; for schemas cedar_schema_format. */
#ifndef ENDUSE_CEDAR_FORMAT_H
#define ENDUSE_CEDAR_FORMAT_H

#include "base/base.h"

struct cedar_format {
    unsigned width;  /* columns of a line, where it can be broken */
    unsigned indent; /* spaces a level */
};

/* Appends the text laid out; how may be NULL: 80 columns, 2 spaces. Formatting that again changes
 * nothing. Templates may be in the text. Errors as cedar_policies_add. */
MUST_CHECK enum error cedar_format_policies(
    struct bytes text, const struct cedar_format *how, struct fault *fault, struct buffer *out);

#endif
