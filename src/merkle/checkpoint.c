/* Checkpoints: the three lines, and the signed note around them. */
#include "merkle/checkpoint.h"

#include <inttypes.h>
#include <string.h>

#include "merkle/note_name.h"

static enum error
bad(struct fault *fault, enum error error, const char *expected, struct bytes found)
{
    return fault_set(
        fault, error, "checkpoint", expected, "\"%.*s\"",
        (int)(found.length > 100 ? 100 : found.length),
        found.length ? (const char *)found.data : "");
}

/* What both directions ask of the three values. */
static enum error check(const struct checkpoint *checkpoint, struct fault *fault)
{
    if (!note_name_is_valid(bytes_of(checkpoint->origin)))
        return bad(
            fault, ERROR_CHECKPOINT_ORIGIN, "a name without spaces and \"+\"",
            bytes_of(checkpoint->origin));
    if (checkpoint->size > INT64_MAX)
        return fault_set(
            fault, ERROR_CHECKPOINT_SIZE, "checkpoint", "at most 2^63 - 1", "%" PRIu64,
            checkpoint->size);
    struct digest empty = tree_empty_root();
    if (checkpoint->size == 0 && !digest_equal(&checkpoint->root, &empty))
        return fault_set(
            fault, ERROR_CHECKPOINT_ROOT, "checkpoint", "the empty tree's root for size 0",
            "another root");
    return ERROR_OK;
}

enum error
checkpoint_append(const struct checkpoint *checkpoint, struct fault *fault, struct buffer *ret_text)
{
    enum error error = check(checkpoint, fault);
    if (error)
        return error;
    size_t before = ret_text->length;
    buffer_printf(ret_text, "%s\n%" PRIu64 "\n", checkpoint->origin, checkpoint->size);
    base64_append(ret_text, digest_view(&checkpoint->root));
    buffer_append_byte(ret_text, '\n');
    if (ret_text->error) {
        ret_text->length = before;
        return fault_place(fault, ret_text->error, "checkpoint");
    }
    return ERROR_OK;
}

/* Takes one line off the front of a text, without its newline; false when there is none. */
static bool take_line(struct bytes *text, struct bytes *ret_line)
{
    const uint8_t *end = text->length ? memchr(text->data, '\n', text->length) : NULL;
    if (!end)
        return false;
    *ret_line = (struct bytes){text->data, (size_t)(end - text->data)};
    *text = bytes_slice(*text, ret_line->length + 1, SIZE_MAX);
    return true;
}

static enum error parse_size(struct bytes line, struct fault *fault, uint64_t *ret_size)
{
    /* C2SP tlog-checkpoint: decimal digits, no leading zeros. */
    bool padded = line.length > 1 && line.data[0] == '0';
    if (padded || number_parse(line, INT64_MAX, NULL, ret_size))
        return bad(fault, ERROR_CHECKPOINT_SIZE, "a decimal number without leading zeros", line);
    return ERROR_OK;
}

static enum error parse_root(struct bytes line, struct fault *fault, struct digest *ret_root)
{
    struct buffer bytes = {.limit = DIGEST_SIZE};
    enum error error = base64_parse(line, fault, &bytes);
    if (error == ERROR_BASE64 || error == ERROR_TOO_LARGE ||
        (!error && bytes.length != DIGEST_SIZE))
        error = bad(fault, ERROR_CHECKPOINT_ROOT, "32 bytes as base64", line);
    if (!error)
        memcpy(ret_root->bytes, bytes.data, DIGEST_SIZE);
    buffer_free(&bytes);
    return error;
}

enum error
checkpoint_parse(struct bytes text, struct fault *fault, struct checkpoint *ret_checkpoint)
{
    struct bytes origin, size, root;
    if (!take_line(&text, &origin) || !take_line(&text, &size) || !take_line(&text, &root))
        return bad(fault, ERROR_CHECKPOINT_FORM, "three lines", text);
    if (text.length)
        return bad(fault, ERROR_CHECKPOINT_FORM, "no extension lines", text);
    if (!note_name_is_valid(origin))
        return bad(fault, ERROR_CHECKPOINT_ORIGIN, "a name without spaces and \"+\"", origin);
    struct checkpoint checkpoint = {0};
    memcpy(checkpoint.origin, origin.data, origin.length);
    enum error error = parse_size(size, fault, &checkpoint.size);
    if (!error)
        error = parse_root(root, fault, &checkpoint.root);
    if (!error)
        error = check(&checkpoint, fault);
    if (!error)
        *ret_checkpoint = checkpoint;
    return error;
}

enum error checkpoint_sign(
    const struct checkpoint *checkpoint, struct private_key *key, struct fault *fault,
    struct buffer *ret_note)
{
    struct buffer text = {0};
    enum error error = checkpoint_append(checkpoint, fault, &text);
    if (!error)
        error = note_sign(buffer_view(&text), bytes_of(checkpoint->origin), key, fault, ret_note);
    buffer_free(&text);
    return error;
}

enum error checkpoint_open(
    struct bytes file, const struct note_key *log_key, struct fault *fault,
    struct checkpoint *ret_checkpoint)
{
    struct arena arena = {.limit = 2 * NOTE_SIZE_MAX};
    struct note note;
    struct checkpoint checkpoint;
    uint64_t signers;
    enum error error = note_parse(&arena, file, fault, &note);
    if (!error)
        error = note_check(&note, log_key, 1, fault, &signers);
    if (!error)
        error = checkpoint_parse(note.text, fault, &checkpoint);
    if (!error && strcmp(checkpoint.origin, log_key->name) != 0)
        error = bad(fault, ERROR_CHECKPOINT_ORIGIN, log_key->name, bytes_of(checkpoint.origin));
    if (!error)
        *ret_checkpoint = checkpoint;
    arena_free(&arena);
    return error;
}
