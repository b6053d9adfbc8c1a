/* Reading a form's text line by line: what text.c (headings and prose) and text_margin.c share.
 * Lines and their faults are here; what a line means is theirs. */
#ifndef ENDUSE_FORM_TEXT_READER_H
#define ENDUSE_FORM_TEXT_READER_H

#include "form/text.h"

struct text_reader {
    struct bytes rest; /* from the current line's start */
    struct bytes line; /* the current line, without its end; empty past the end */
    size_t number;     /* of the current line, from 1 */
    bool ended;
    struct arena *arena;
    struct fault *fault;
};

/* Goes to the next line. */
void text_advance(struct text_reader *reader);

/* Whether the current line begins with prefix. */
bool text_begins(const struct text_reader *reader, const char *prefix);

/* Whether there is a current line and it is empty. */
bool text_blank(const struct text_reader *reader);

/* Fills the fault at a column (from 1, in bytes) of the current line, with the line as found. */
enum error
text_fault(const struct text_reader *reader, size_t column, enum error error, const char *expected);

/* Takes the current line's part from `from` bytes on and every following line that begins with
 * `continuation`, joined by single spaces. The joined text is in the arena and never empty. */
enum error text_take_joined(
    struct text_reader *reader, size_t from, const char *continuation, const char **ret_text);

/* The margin of a clause: the block of lines that begin with "> ". The reader stands on its first
 * line and is left after its last. */
enum error text_read_margin(struct text_reader *reader, struct form_text_clause *clause);

/* Whether text is a clause's number, "6" or "6.1", or with a letter before it ("L2", "O3") when
 * letters allows that one. Each part is 1 to FORM_NUMBER_MAX without leading zero. */
bool text_is_number(struct bytes text, const char *letters);

#endif
