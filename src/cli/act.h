/* Signing and posting acts, for the commands that do more around one; and the commands that are
 * made from the office's life-cycles. */
#ifndef ENDUSE_CLI_ACT_H
#define ENDUSE_CLI_ACT_H

#include "authority/lifecycle.h"
#include "cli/cli.h"

/* Signs the act with --key, for the authority of --root, giving it an id and the clock's time. */
enum error
act_sign(struct call *call, const struct act *act, struct fault *fault, struct buffer *ret_bytes);

/* What act_do reads besides the key. */
#define OPTIONS_ACT                                                                                \
    {.name = "file-version",                                                                       \
     .value = "N",                                                                                 \
     .words = "The version that you saw, instead of asking for the current one"},                  \
        {.name = "out", .letter = 'o', .value = "FILE", .words = "Keep the signed act in FILE"},   \
    {                                                                                              \
        .name = "keep", .words = "Only sign; post it later with `enduse act post`"                 \
    }

/* Does the act: fetches the file's version (--file-version), signs, keeps the act (--out, --keep),
 * posts it. Returns the exit code. */
int act_do(struct call *call, const char *file, const char *verb, const struct datum *body);

/* The same for the file that the first operand names, with a body from the other operands, --body
 * and --instrument: what a command that is made from a life-cycle does. The verb is the kind's. */
int act_verb_do(struct call *call, enum file_kind kind, const char *verb);

/* Posts a signed act and prints the answer, or says why it was refused. */
int act_post(struct call *call, struct bytes act);

/* One command for each act that a person can do; ret_rows has room for act_rows_count of them. */
size_t act_rows_count(void);
enum error act_rows_make(struct arena *arena, struct command *ret_rows);

#endif
