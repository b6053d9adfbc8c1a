/* Signed notes: taking apart, checking, signing. */
#include "merkle/note.h"

#include <string.h>

#include "merkle/note_name.h"

/* What a signature line begins with: an em dash and a space. */
#define DASH "\xE2\x80\x94 "

static enum error
bad_line(struct fault *fault, size_t line, const char *expected, struct bytes found)
{
    fault_set(
        fault, ERROR_NOTE_FORM, NULL, expected, "\"%.*s\"",
        (int)(found.length > 100 ? 100 : found.length),
        found.length ? (const char *)found.data : "");
    return fault_within(fault, ERROR_NOTE_FORM, "note, line %zu", line);
}

static size_t line_number(struct bytes text, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset; i++)
        line += text.data[i] == '\n';
    return line;
}

enum error note_check_text(struct bytes text, struct fault *fault)
{
    /* C2SP signed-note, "Format": valid UTF-8, no ASCII control characters but newline. */
    size_t offset;
    if (!bytes_are_utf8(text, &offset))
        return bad_line(fault, line_number(text, offset), "UTF-8", bytes_slice(text, offset, 0));
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < 0x20 && text.data[i] != '\n')
            return bad_line(
                fault, line_number(text, i), "no control characters", (struct bytes){0});
    }
    if (text.length == 0 || text.data[text.length - 1] != '\n')
        return bad_line(
            fault, line_number(text, text.length), "a newline at the end", (struct bytes){0});
    return ERROR_OK;
}

/* Where the last empty line begins, as the offset after the newline before it; 0 if nowhere. */
static size_t find_empty_line(struct bytes file)
{
    for (size_t i = file.length; i > 1; i--) {
        if (file.data[i - 1] == '\n' && file.data[i - 2] == '\n')
            return i - 1;
    }
    return 0;
}

/* Reads `DASH name SP base64(id || body)`; line is without its newline. */
static enum error parse_signature(
    struct arena *arena, struct bytes line, size_t number, struct fault *fault,
    struct note_signature *ret_signature)
{
    struct bytes rest = bytes_slice(line, sizeof DASH - 1, SIZE_MAX);
    if (!bytes_equal_text(bytes_slice(line, 0, sizeof DASH - 1), DASH))
        return bad_line(fault, number, "a dash (U+2014) and a space", line);
    const uint8_t *space = rest.length ? memchr(rest.data, ' ', rest.length) : NULL;
    if (!space)
        return bad_line(fault, number, "name, space, signature", line);
    struct bytes name = {rest.data, (size_t)(space - rest.data)};
    if (!note_name_is_valid(name))
        return bad_line(fault, number, "the name of a key", line);
    struct bytes text = bytes_slice(rest, name.length + 1, SIZE_MAX);
    struct buffer bytes = {.limit = NOTE_SIGNATURE_BYTES_MAX};
    enum error error = base64_parse(text, fault, &bytes);
    if (error == ERROR_BASE64)
        error = bad_line(fault, number, "base64", text);
    else if (error == ERROR_TOO_LARGE)
        error = bad_line(fault, number, "a shorter signature", text);
    else if (!error && bytes.length <= 4)
        error = bad_line(fault, number, "four bytes of id and a signature", text);
    if (!error) {
        struct bytes body = arena_copy(arena, bytes_slice(buffer_view(&bytes), 4, SIZE_MAX));
        if (body.data)
            *ret_signature =
                (struct note_signature){.name = name, .key_id = load_u32(bytes.data), .body = body};
        else
            error = fault_place(fault, ERROR_MEMORY, "note, line %zu", number);
    }
    buffer_free(&bytes);
    return error;
}

enum error
note_parse(struct arena *arena, struct bytes file, struct fault *fault, struct note *ret_note)
{
    if (file.length > NOTE_SIZE_MAX)
        return fault_set(
            fault, ERROR_TOO_LARGE, "note", "at most a mebibyte", "%zu bytes", file.length);
    enum error error = note_check_text(file, fault);
    if (error)
        return error;
    size_t split = find_empty_line(file);
    if (split == 0)
        return bad_line(
            fault, line_number(file, file.length), "an empty line before the signatures",
            (struct bytes){0});
    struct note note = {.text = bytes_slice(file, 0, split)};
    size_t number = line_number(file, split) + 1;
    for (size_t at = split + 1; at < file.length; number++) {
        const uint8_t *end = memchr(file.data + at, '\n', file.length - at);
        size_t length = (size_t)(end - file.data) - at; /* there is one: the text was checked */
        if (note.signature_count == NOTE_SIGNATURES_MAX)
            return fault_set(fault, ERROR_NOTE_TOO_MANY, "note", "at most 64 signatures", "more");
        error = parse_signature(
            arena, bytes_slice(file, at, length), number, fault,
            &note.signatures[note.signature_count]);
        if (error)
            return error;
        note.signature_count++;
        at += length + 1;
    }
    if (note.signature_count == 0)
        return bad_line(fault, number, "a signature line", (struct bytes){0});
    *ret_note = note;
    return ERROR_OK;
}

static enum error check_signature(
    const struct note *note, const struct note_signature *signature, const struct note_key *key,
    struct fault *fault)
{
    enum error error = public_key_verify(&key->key, note->text, signature->body, fault);
    if (error == ERROR_SIGNATURE || error == ERROR_SIGNATURE_FORM)
        return fault_set(
            fault, ERROR_NOTE_SIGNATURE, "note", "a good signature of each known key",
            "a bad one of %s", key->name);
    return error;
}

enum error note_check(
    const struct note *note, const struct note_key *keys, size_t count, struct fault *fault,
    uint64_t *ret_signers)
{
    if (count > 64)
        return fault_set(fault, ERROR_USAGE, "note", "at most 64 known keys", "%zu", count);
    /* C2SP signed-note, "Verifying": unknown keys are ignored; a known key whose signature does
     * not verify refuses the note. A second line of one key is checked like the first. */
    uint64_t signers = 0;
    for (size_t i = 0; i < note->signature_count; i++) {
        const struct note_signature *signature = &note->signatures[i];
        for (size_t k = 0; k < count; k++) {
            if (signature->key_id != keys[k].id || !bytes_equal_text(signature->name, keys[k].name))
                continue;
            enum error error = check_signature(note, signature, &keys[k], fault);
            if (error)
                return error;
            signers |= UINT64_C(1) << k;
        }
    }
    if (signers == 0)
        return fault_set(
            fault, ERROR_NOTE_UNSIGNED, "note", "a signature of a known key",
            "%zu signatures of others", note->signature_count);
    *ret_signers = signers;
    return ERROR_OK;
}

void note_append_signature(
    struct buffer *note, struct bytes name, uint32_t key_id, struct bytes body)
{
    struct buffer bytes = {0};
    buffer_append_u32(&bytes, key_id);
    buffer_append_bytes(&bytes, body);
    if (bytes.error && !note->error)
        note->error = bytes.error;
    buffer_append_text(note, DASH);
    buffer_append_bytes(note, name);
    buffer_append_byte(note, ' ');
    base64_append(note, buffer_view(&bytes));
    buffer_append_byte(note, '\n');
    buffer_free(&bytes);
}

enum error note_sign(
    struct bytes text, struct bytes name, struct private_key *key, struct fault *fault,
    struct buffer *ret_note)
{
    struct note_key known;
    struct signature signature;
    enum error error = note_check_text(text, fault);
    if (!error)
        error = note_key_make(name, private_key_public(key), fault, &known);
    if (!error)
        error = private_key_sign(key, text, fault, &signature);
    if (error)
        return error;
    size_t before = ret_note->length;
    buffer_append_bytes(ret_note, text);
    buffer_append_byte(ret_note, '\n');
    note_append_signature(
        ret_note, name, known.id, (struct bytes){signature.bytes, signature.length});
    if (ret_note->error) {
        ret_note->length = before;
        return fault_place(fault, ret_note->error, "note");
    }
    return ERROR_OK;
}
