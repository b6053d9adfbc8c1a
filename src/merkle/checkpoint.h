/* Checkpoints (C2SP tlog-checkpoint): a log's origin, size and root as a signed note of exactly
 * three lines. Extension lines are refused: nobody here would give them a meaning.
 */
#ifndef ENDUSE_MERKLE_CHECKPOINT_H
#define ENDUSE_MERKLE_CHECKPOINT_H

#include "merkle/note.h"
#include "merkle/tree.h"

struct checkpoint {
    char origin[NOTE_NAME_MAX + 1]; /* also the name of the log's key; form as in note.h */
    uint64_t size;                  /* at most INT64_MAX, as other readers of this format hold it */
    struct digest root;
};

/* Appends the text that is signed: origin, size in decimal, root in base64, each with a newline.
 * ERROR_CHECKPOINT_ORIGIN, ERROR_CHECKPOINT_SIZE, ERROR_CHECKPOINT_ROOT (of an empty tree that
 * has another root), or the buffer's error. */
MUST_CHECK enum error checkpoint_append(
    const struct checkpoint *checkpoint, struct fault *fault, struct buffer *ret_text);

/* Reads that text. ERROR_CHECKPOINT_FORM (also for an extension line), ERROR_CHECKPOINT_ORIGIN,
 * ERROR_CHECKPOINT_SIZE (a leading zero, too large), ERROR_CHECKPOINT_ROOT (not 32 bytes of
 * base64; not the empty tree's root where the size is 0). */
MUST_CHECK enum error
checkpoint_parse(struct bytes text, struct fault *fault, struct checkpoint *ret_checkpoint);

/* Appends the checkpoint as a note signed by the log's key. */
MUST_CHECK enum error checkpoint_sign(
    const struct checkpoint *checkpoint, struct private_key *key, struct fault *fault,
    struct buffer *ret_note);

/* Opens a signed checkpoint: the note must be well formed and signed by log_key, and its origin
 * must be log_key's name (ERROR_CHECKPOINT_ORIGIN). Lines of other keys are ignored. Errors also
 * as of note_parse, note_check and checkpoint_parse. */
MUST_CHECK enum error checkpoint_open(
    struct bytes file, const struct note_key *log_key, struct fault *fault,
    struct checkpoint *ret_checkpoint);

#endif
