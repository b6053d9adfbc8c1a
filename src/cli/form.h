/* Forms as commands find them. Nothing is verified. form.c. */
#ifndef ENDUSE_CLI_FORM_H
#define ENDUSE_CLI_FORM_H

#include "cli/files.h"
#include "form/form.h"

/* The form in a folder, or in a signed document or bare payload. ret_scenarios (may be NULL) is the
 * text of a folder's worked examples; empty for a file, which has their digest only. */
enum error form_of_path(
    struct call *call, const char *path, struct fault *fault, struct form *ret_form,
    struct bytes *ret_scenarios);

/* The form inside a certificate, signed or a bare payload. */
enum error form_of_certificate(
    struct call *call, const char *path, struct fault *fault, struct form *ret_form);

#endif
