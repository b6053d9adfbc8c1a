/* The one table of errors, and the fault that tells a person where and why.
 *
 * Every function that can fail returns `enum error`; ERROR_OK is zero. It fills the caller's
 * `struct fault` (which may be NULL) with the place, what was expected there and what was found.
 * Outputs come last, are named ret_..., and are untouched on failure.
 *
 * The numbers are stable: they are printed, logged and documented. Add rows, never renumber.
 */
#ifndef ENDUSE_BASE_ERROR_H
#define ENDUSE_BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attribute.h"

enum error {
    ERROR_OK = 0,
#define ERROR_ROW(name, number, words) ERROR_##name = number,
#include "base/error_rows.h"
#undef ERROR_ROW
};

/* Where something went wrong, for a person. The texts are cut at a character's border. */
struct fault {
    enum error error;
    char place[160];    /* a file, an offset, a line and column, or a path of keys */
    char expected[160]; /* what should have stood there; may be empty */
    char found[160];    /* what stood there instead; may be empty */
    /* Of a place in a text: from 1, column in characters. 0: the place is something else. */
    uint32_t line, column;
};

/* The words of an error's row; "unknown error" for a number without a row. Static storage. */
const char *error_words(enum error error);

/* The name of an error's row, as in the table ("NOT_FOUND"), stable. Static storage. */
const char *error_name(enum error error);

/* Fills *fault (if not NULL) and returns error, so that `return fault_set(...)` reads well.
 * place and expected are literal text; found is a format. Any of the three may be NULL. */
PRINTF_LIKE(5, 6)
enum error fault_set(
    struct fault *fault, enum error error, const char *place, const char *expected,
    const char *found, ...);

/* Puts an outer place before the place in *fault: "licence" + "clause L1" = "licence: clause L1".
 * Returns fault's error, or error where fault is NULL. */
PRINTF_LIKE(3, 4)
enum error fault_within(struct fault *fault, enum error error, const char *place, ...);

/* As fault_set with a formatted place and no found. */
PRINTF_LIKE(3, 4)
enum error fault_place(struct fault *fault, enum error error, const char *place, ...);

/* Notes where in a text the place of *fault (if not NULL) is. Returns error. */
enum error fault_in_text(struct fault *fault, enum error error, size_t line, size_t column);

/* Maps errno to a row: ENOSPC to NO_SPACE and so on; anything else to IO. */
enum error error_from_errno(int number);

/* Writes "PLACE: WORDS (expected E, found F)" into text; returns text. Always terminated. */
const char *fault_text(const struct fault *fault, char *text, size_t size);

#endif
