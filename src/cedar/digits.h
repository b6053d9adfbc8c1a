/* Reading digits of the extension types' texts. Internal to cedar/. */
#ifndef ENDUSE_CEDAR_DIGITS_H
#define ENDUSE_CEDAR_DIGITS_H

#include "cedar/extension.h"

/* A cursor over a text. */
struct cedar_digits {
    struct bytes text;
    size_t at;
};

/* Steps over the byte if it stands there. */
bool cedar_digits_take(struct cedar_digits *digits, char byte);

/* How many digits stand here. */
size_t cedar_digits_count(const struct cedar_digits *digits);

/* Reads exactly count digits (at most 9) as a number; false when they are not there. */
bool cedar_digits_fixed(struct cedar_digits *digits, size_t count, unsigned *ret_number);

/* ERROR_CEDAR_EXTENSION with the text. expected is literal. */
enum error cedar_extension_refuse(struct bytes text, struct fault *fault, const char *expected);

#endif
