/* Signed notes (C2SP signed-note): a text, an empty line, signature lines; and the text form of
 * the keys that check them. Only Ed25519 (type 01) is checked; lines of other types and of keys
 * that the caller does not know are kept and count for nothing.
 */
#ifndef ENDUSE_MERKLE_NOTE_H
#define ENDUSE_MERKLE_NOTE_H

#include "crypto/crypto.h"

enum {
    NOTE_TYPE_ED25519 = 1,
    NOTE_NAME_MAX = 255,             /* bytes of a key's name */
    NOTE_SIGNATURES_MAX = 64,        /* signature lines of a note; C2SP asks for at least 16 */
    NOTE_SIGNATURE_BYTES_MAX = 8192, /* of one line, decoded; ML-DSA-44's have 2,432 */
    NOTE_SIZE_MAX = 1024 * 1024,     /* bytes of a note */
};

/* A key that checks signatures of notes: whose it is, and the Ed25519 public key. id is the first
 * four bytes of SHA-256(name || 0x0A || 0x01 || public key), big-endian. */
struct note_key {
    char name[NOTE_NAME_MAX + 1];
    uint32_t id;
    struct public_key key;
};

/* Fills a key from its name and public key. ERROR_NOTE_NAME: a name is UTF-8, not empty, at most
 * NOTE_NAME_MAX bytes, without white space, control characters and "+". ERROR_NOTE_KEY: the public
 * key is not Ed25519. */
MUST_CHECK enum error note_key_make(
    struct bytes name, const struct public_key *key, struct fault *fault, struct note_key *ret_key);

/* The text form `name+hex8(id)+base64(01 || public key)`. Reading refuses another type, another
 * length, a point that is no public key, upper-case digits and an id that does not follow from
 * the rest (all ERROR_NOTE_KEY). */
MUST_CHECK enum error
note_key_parse(struct bytes text, struct fault *fault, struct note_key *ret_key);
void note_key_append(struct buffer *buffer, const struct note_key *key);

/* One signature line as it stands in the note. body is the base64 decoded, after the key id. */
struct note_signature {
    struct bytes name;
    uint32_t key_id;
    struct bytes body;
};

/* A note taken apart. text is what is signed: all up to the empty line, with its last newline. */
struct note {
    struct bytes text;
    size_t signature_count; /* at least 1 */
    struct note_signature signatures[NOTE_SIGNATURES_MAX];
};

/* Takes a note apart without judging its signatures. Text and names are views into file, bodies
 * live in arena. ERROR_NOTE_FORM (the fault names the line), ERROR_NOTE_TOO_MANY, ERROR_TOO_LARGE,
 * ERROR_MEMORY. */
MUST_CHECK enum error
note_parse(struct arena *arena, struct bytes file, struct fault *fault, struct note *ret_note);

/* Checks every signature line that has the name and id of one of the keys (at most 64 of them).
 * *ret_signers has bit i set when keys[i] signed. One bad signature of a known key refuses the
 * note (ERROR_NOTE_SIGNATURE), and so does the lack of any good one (ERROR_NOTE_UNSIGNED). */
MUST_CHECK enum error note_check(
    const struct note *note, const struct note_key *keys, size_t count, struct fault *fault,
    uint64_t *ret_signers);

/* Whether text may be a note's: UTF-8, not empty, ending with a newline, and no other character
 * below U+0020. ERROR_NOTE_FORM otherwise. */
MUST_CHECK enum error note_check_text(struct bytes text, struct fault *fault);

/* Appends a whole note to ret_note: text, empty line, one signature line by that key under that
 * name. ERROR_NOTE_FORM, ERROR_NOTE_NAME, or what signing returned; then ret_note is as before. */
MUST_CHECK enum error note_sign(
    struct bytes text, struct bytes name, struct private_key *key, struct fault *fault,
    struct buffer *ret_note);

/* Appends one more signature line to a note that is whole already, by whatever made the
 * signature: body is what follows the key id. */
void note_append_signature(
    struct buffer *note, struct bytes name, uint32_t key_id, struct bytes body);

#endif
