/* The keys of signed notes: names, ids, and their text form. */
#include "merkle/note.h"

#include <stdio.h>
#include <string.h>

#include "merkle/note_name.h"

/* The length of a white-space character at the start of a view, 0 if there is none: Unicode's
 * White_Space, in UTF-8. */
static size_t white_space(struct bytes at)
{
    static const char *const characters[] = {
        "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\xA8",
        "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80",
    };
    if (at.data[0] == ' ' || (at.data[0] >= '\t' && at.data[0] <= '\r'))
        return 1;
    /* U+2000..U+200A */
    if (at.length >= 3 && at.data[0] == 0xE2 && at.data[1] == 0x80 && at.data[2] >= 0x80 &&
        at.data[2] <= 0x8A)
        return 3;
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++) {
        size_t length = strlen(characters[i]);
        if (at.length >= length && memcmp(at.data, characters[i], length) == 0)
            return length;
    }
    return 0;
}

/* C2SP signed-note, "Format": a key name is not empty, is UTF-8, and holds neither a Unicode space
 * nor a plus, which delimit it in signature lines and in verifier keys. */
bool note_name_is_valid(struct bytes name)
{
    if (name.length == 0 || name.length > NOTE_NAME_MAX || !bytes_are_utf8(name, NULL))
        return false;
    for (size_t i = 0; i < name.length; i++) {
        uint8_t byte = name.data[i];
        if (byte < 0x20 || byte == 0x7F || byte == '+' ||
            white_space(bytes_slice(name, i, SIZE_MAX)))
            return false;
    }
    return true;
}

enum error note_key_make(
    struct bytes name, const struct public_key *key, struct fault *fault, struct note_key *ret_key)
{
    if (!note_name_is_valid(name))
        return fault_set(
            fault, ERROR_NOTE_NAME, "name of a note's key",
            "UTF-8 without spaces, control characters and \"+\"", "\"%.*s\"",
            (int)(name.length > 80 ? 80 : name.length), (const char *)name.data);
    if (key->type != KEY_ED25519)
        return fault_set(
            fault, ERROR_NOTE_KEY, "note's key", "ed25519", "%s", key_type_text(key->type));
    struct note_key made = {.key = *key};
    memcpy(made.name, name.data, name.length);
    /* C2SP signed-note, "Signature types": the id is the start of a hash over name, newline, type
     * and public key, so a verifier may hold several keys of one name. */
    static const uint8_t line_and_type[] = {'\n', NOTE_TYPE_ED25519};
    const struct bytes parts[] = {name, BYTES_ARRAY(line_and_type), public_key_view(key)};
    struct digest hash = sha256_of_parts(parts, sizeof parts / sizeof *parts);
    made.id = load_u32(hash.bytes);
    *ret_key = made;
    return ERROR_OK;
}

static enum error bad(struct fault *fault, const char *expected, struct bytes found)
{
    return fault_set(
        fault, ERROR_NOTE_KEY, "note's key", expected, "\"%.*s\"",
        (int)(found.length > 120 ? 120 : found.length),
        found.length ? (const char *)found.data : "");
}

static enum error parse_public_key(struct bytes text, struct fault *fault, struct public_key *key)
{
    struct buffer bytes = {.limit = 1024};
    enum error error = base64_parse(text, fault, &bytes);
    if (error == ERROR_BASE64 || error == ERROR_TOO_LARGE)
        error = bad(fault, "base64 of type and public key", text);
    else if (!error && (bytes.length == 0 || bytes.data[0] != NOTE_TYPE_ED25519))
        error = bad(fault, "type 1, Ed25519", text);
    else if (!error)
        error =
            public_key_set(KEY_ED25519, bytes_slice(buffer_view(&bytes), 1, SIZE_MAX), fault, key);
    if (error == ERROR_KEY_BYTES)
        error = bad(fault, "an Ed25519 public key", text);
    buffer_free(&bytes);
    return error;
}

enum error note_key_parse(struct bytes text, struct fault *fault, struct note_key *ret_key)
{
    /* The name holds no plus, and base64 may: the first two delimit. */
    const uint8_t *plus = text.length ? memchr(text.data, '+', text.length) : NULL;
    if (!plus)
        return bad(fault, "NAME+ID+KEY", text);
    struct bytes name = {text.data, (size_t)(plus - text.data)};
    struct bytes id = bytes_slice(text, name.length + 1, 8);
    struct bytes rest = bytes_slice(text, name.length + 9, SIZE_MAX);
    if (rest.length == 0 || rest.data[0] != '+')
        return bad(fault, "an id of eight hexadecimal digits", text);
    struct public_key key;
    enum error error = parse_public_key(bytes_slice(rest, 1, SIZE_MAX), fault, &key);
    struct note_key made;
    if (!error)
        error = note_key_make(name, &key, fault, &made);
    if (error)
        return error;
    char digits[9];
    snprintf(digits, sizeof digits, "%08x", made.id);
    if (!bytes_equal_text(id, digits))
        return bad(fault, "the id that follows from name and key", text);
    *ret_key = made;
    return ERROR_OK;
}

void note_key_append(struct buffer *buffer, const struct note_key *key)
{
    uint8_t typed[1 + ED25519_PUBLIC_SIZE] = {NOTE_TYPE_ED25519};
    memcpy(typed + 1, key->key.bytes, ED25519_PUBLIC_SIZE);
    buffer_printf(buffer, "%s+%08x+", key->name, key->id);
    base64_append(buffer, BYTES_ARRAY(typed));
}
