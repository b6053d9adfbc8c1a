/* What a document or an act says, member by member, for help: NAME=VALUE and what a value is. */
#ifndef ENDUSE_CLI_MEMBERS_H
#define ENDUSE_CLI_MEMBERS_H

#include "cli/cli.h"
#include "instruments/field.h"

/* Appends a line for each member of the table, indented by two; a list's records below it, as JSON
 * has them. defaults: what compose fills in when nobody says it is named (compose.h). */
void members_print(const struct layout *layout, bool defaults, struct buffer *ret_text);

#endif
