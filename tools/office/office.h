/* What docs/office.md shows of the life-cycles' tables: a picture of each kind of file, and tables
 * of acts by kind and by role. */
#ifndef ENDUSE_TOOLS_OFFICE_H
#define ENDUSE_TOOLS_OFFICE_H

#include "authority/lifecycle.h"

enum { LIFECYCLE_STATES_MAX = 31 }; /* and "new": bits of a transition's from and to */

/* How many states a kind has, besides "new". */
int state_count(enum file_kind kind);

/* "desk officer or signatory of the foreign ministry" */
void write_who(const struct transition *row, struct buffer *text);

/* The picture, as SVG: each column a state, each line an act. */
void write_diagram(enum file_kind kind, struct buffer *svg);

/* The picture's place and the table of its acts, as Markdown. */
void write_kind(enum file_kind kind, struct buffer *text);

/* What a role can do and what not, as Markdown. */
void write_role(enum role_index role, struct buffer *text);

#endif
