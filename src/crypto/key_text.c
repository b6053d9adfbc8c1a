/* The text of key files: writing it, and reading it in its one form. key_file.h shows it. */
#include "crypto/key_file.h"

#include <stdio.h>
#include <string.h>

#include "crypto/key_box.h"
#include "crypto/library.h"
#include "crypto/secret.h"

static const char private_title[] = "enduse private key 1";
static const char public_title[] = "enduse public key 1";

/* ---- writing ---- */

static void put_public_lines(struct buffer *text, const char *title, const struct public_key *key)
{
    struct key_id id = public_key_id(key);
    char hex[KEY_ID_TEXT_SIZE];
    buffer_printf(text, "%s\ntype %s\npublic ", title, key_type_text(key->type));
    base64_append(text, public_key_view(key));
    buffer_printf(text, "\nid %s\n", key_id_text(&id, hex));
}

enum error
public_key_encode(const struct public_key *key, struct fault *fault, struct buffer *ret_text)
{
    size_t before = ret_text->length;
    put_public_lines(ret_text, public_title, key);
    if (!ret_text->error)
        return ERROR_OK;
    ret_text->length = before;
    return fault_place(fault, ret_text->error, "public key");
}

/* The last line up to the box, which is sealed over the whole text so far. */
static enum error put_sealed_secret(
    const struct os *os, struct private_key *key, const struct key_seal *seal, size_t start,
    struct fault *fault, struct buffer *text)
{
    struct key_box box = {.log2n = seal->log2n ? seal->log2n : KEY_FILE_LOG2N};
    if (seal->passphrase.length > PASSPHRASE_MAX)
        return fault_place(fault, ERROR_TOO_LARGE, "passphrase");
    if (box.log2n < KEY_FILE_LOG2N_MIN || box.log2n > KEY_FILE_LOG2N_MAX)
        return fault_set(
            fault, ERROR_KEY_FILE_COST, "scrypt", "N from 2^10 to 2^18", "2^%u", box.log2n);
    enum error error = random_fill(os, fault, box.salt, sizeof box.salt);
    if (!error)
        error = random_fill(os, fault, box.nonce, sizeof box.nonce);
    if (error)
        return error;
    buffer_printf(text, "secret scrypt %u %d %d ", box.log2n, BOX_R, BOX_P);
    base64_append(text, BYTES_ARRAY(box.salt));
    buffer_append_text(text, " ");
    base64_append(text, BYTES_ARRAY(box.nonce));
    if (text->error)
        return fault_place(fault, text->error, "private key");
    struct bytes associated = bytes_slice(buffer_view(text), start, text->length);
    error = key_box_seal(&box, seal->passphrase, associated, private_key_seed(key), fault);
    if (error)
        return error;
    buffer_append_text(text, " ");
    base64_append(text, BYTES_ARRAY(box.sealed));
    buffer_append_text(text, "\n");
    return ERROR_OK;
}

enum error private_key_encode(
    const struct os *os, struct private_key *key, const struct key_seal *seal, struct fault *fault,
    struct buffer *ret_text)
{
    size_t before = ret_text->length;
    enum error error = ERROR_OK;
    /* The whole size first, so that no growth leaves a copy of the secret behind. */
    if (buffer_reserve(ret_text, KEY_FILE_MAX))
        ret_text->length = before;
    put_public_lines(ret_text, private_title, private_key_public(key));
    if (seal && seal->passphrase.length) {
        error = put_sealed_secret(os, key, seal, before, fault, ret_text);
    } else {
        buffer_append_text(ret_text, "secret clear ");
        base64_append(ret_text, private_key_seed(key));
        buffer_append_text(ret_text, "\n");
    }
    if (!error && ret_text->error)
        error = fault_place(fault, ret_text->error, "private key");
    if (error)
        ret_text->length = before;
    return error;
}

/* ---- reading ---- */

/* What is left of the text, and the number of the line taken last. */
struct lines {
    struct bytes rest;
    int number;
};

static enum error bad_line(int number, struct fault *fault, enum error error, const char *expected)
{
    char place[24];
    snprintf(place, sizeof place, "line %d", number);
    return fault_set(fault, error, place, expected, NULL);
}

/* Takes the next line, without its LF. */
static enum error take_line(struct lines *lines, struct fault *fault, struct bytes *ret_line)
{
    lines->number++;
    struct bytes rest = lines->rest;
    const uint8_t *end = rest.length ? memchr(rest.data, '\n', rest.length) : NULL;
    if (!end)
        return bad_line(lines->number, fault, ERROR_KEY_FILE_FORM, "a line ending in LF");
    *ret_line = bytes_slice(rest, 0, (size_t)(end - rest.data));
    lines->rest = bytes_slice(rest, ret_line->length + 1, rest.length);
    return ERROR_OK;
}

/* Takes one word off the front of a line: up to a space, which goes too, or to the end. */
static struct bytes take_word(struct bytes *line)
{
    const uint8_t *space = line->length ? memchr(line->data, ' ', line->length) : NULL;
    struct bytes word = space ? bytes_slice(*line, 0, (size_t)(space - line->data)) : *line;
    *line = bytes_slice(*line, word.length + (space != NULL), line->length);
    return word;
}

/* Takes the line "NAME VALUE". expected describes it. */
static enum error take_value(
    struct lines *lines, const char *name, const char *expected, struct fault *fault,
    struct bytes *ret_value)
{
    struct bytes line;
    enum error error = take_line(lines, fault, &line);
    if (error)
        return error;
    if (!bytes_equal_text(take_word(&line), name))
        return bad_line(lines->number, fault, ERROR_KEY_FILE_FORM, expected);
    *ret_value = line;
    return ERROR_OK;
}

/* Reads base64 into exactly size bytes, at most 96, without a copy on the heap. */
static bool read_base64(struct bytes text, uint8_t *ret_bytes, size_t size)
{
    /* A buffer on the stack: its limit keeps it from ever growing. */
    uint8_t storage[97];
    struct buffer buffer = {
        .data = storage, .capacity = sizeof storage, .limit = sizeof storage - 1};
    bool good = base64_parse(text, NULL, &buffer) == ERROR_OK && buffer.length == size;
    if (good)
        memcpy(ret_bytes, storage, size);
    secret_wipe(storage, sizeof storage);
    return good;
}

static enum error
take_title(struct lines *lines, const char *wanted, const char *other, struct fault *fault)
{
    struct bytes line;
    enum error error = take_line(lines, fault, &line);
    if (error)
        return error;
    if (bytes_equal_text(line, other))
        return bad_line(lines->number, fault, ERROR_KEY_FILE_OTHER, wanted);
    if (!bytes_equal_text(line, wanted))
        return bad_line(lines->number, fault, ERROR_KEY_FILE_FORM, wanted);
    return ERROR_OK;
}

/* The lines "type", "public" and "id", which have to agree. */
static enum error take_public(struct lines *lines, struct fault *fault, struct public_key *ret_key)
{
    struct bytes value;
    enum error error = take_value(lines, "type", "type ed25519, or type es256", fault, &value);
    if (error)
        return error;
    enum key_type type = KEY_ED25519;
    if (bytes_equal_text(value, key_type_text(KEY_ES256)))
        type = KEY_ES256;
    else if (!bytes_equal_text(value, key_type_text(KEY_ED25519)))
        return bad_line(lines->number, fault, ERROR_KEY_FILE_FORM, "type ed25519, or type es256");

    struct public_key key;
    uint8_t raw[PUBLIC_KEY_MAX];
    size_t size = type == KEY_ES256 ? ES256_PUBLIC_SIZE : ED25519_PUBLIC_SIZE;
    error = take_value(lines, "public", "public BASE64", fault, &value);
    if (error)
        return error;
    if (!read_base64(value, raw, size))
        return bad_line(
            lines->number, fault, ERROR_KEY_FILE_FORM, "base64 of a key of the type's length");
    error = public_key_set(type, (struct bytes){raw, size}, fault, &key);
    if (error)
        return fault_within(fault, error, "line %d", lines->number);

    struct key_id id = public_key_id(&key);
    char hex[KEY_ID_TEXT_SIZE];
    error = take_value(lines, "id", "id HEX", fault, &value);
    if (error)
        return error;
    if (!bytes_equal_text(value, key_id_text(&id, hex)))
        return bad_line(lines->number, fault, ERROR_KEY_MISMATCH, "the id of the public key above");
    *ret_key = key;
    return ERROR_OK;
}

static enum error take_end(struct lines *lines, struct fault *fault)
{
    if (lines->rest.length)
        return bad_line(lines->number + 1, fault, ERROR_KEY_FILE_FORM, "the end of the file");
    return ERROR_OK;
}

enum error public_key_decode(struct bytes text, struct fault *fault, struct public_key *ret_key)
{
    struct lines lines = {.rest = text};
    struct public_key key;
    enum error error = take_title(&lines, public_title, private_title, fault);
    if (!error)
        error = take_public(&lines, fault, &key);
    if (!error)
        error = take_end(&lines, fault);
    if (!error)
        *ret_key = key;
    return error;
}

/* A private key file as it stands, before its box is opened. Secret when it is in clear. */
struct private_text {
    struct public_key public;
    bool sealed;
    uint8_t seed[PRIVATE_SEED_SIZE]; /* when in clear */
    struct key_box box;              /* when sealed */
    struct bytes associated;         /* when sealed: the text that the box is bound to */
};

/* LOG2N R P SALT NONCE BOX, the rest of a line after "secret scrypt". */
static enum error
read_box(struct bytes value, int line, struct fault *fault, struct private_text *private)
{
    struct key_box *box = &private->box;
    uint64_t log2n = 0, r = 0, p = 0;
    struct bytes cost[3];
    for (int i = 0; i < 3; i++) {
        cost[i] = take_word(&value);
        /* One form only: a number has no leading zero. */
        if (cost[i].length == 0 || cost[i].data[0] == '0')
            return bad_line(line, fault, ERROR_KEY_FILE_FORM, "LOG2N R P SALT NONCE BOX");
    }
    if (number_parse(cost[0], UINT32_MAX, NULL, &log2n) ||
        number_parse(cost[1], UINT32_MAX, NULL, &r) || number_parse(cost[2], UINT32_MAX, NULL, &p))
        return bad_line(line, fault, ERROR_KEY_FILE_FORM, "LOG2N R P SALT NONCE BOX");
    if (log2n < KEY_FILE_LOG2N_MIN || log2n > KEY_FILE_LOG2N_MAX || r != BOX_R || p != BOX_P)
        return bad_line(line, fault, ERROR_KEY_FILE_COST, "LOG2N from 10 to 18, R 8, P 1");
    box->log2n = (unsigned)log2n;
    if (!read_base64(take_word(&value), box->salt, sizeof box->salt) ||
        !read_base64(take_word(&value), box->nonce, sizeof box->nonce) ||
        !read_base64(value, box->sealed, sizeof box->sealed))
        return bad_line(
            line, fault, ERROR_KEY_FILE_FORM, "base64 of 16, 12 and 48 bytes after the numbers");
    /* Bound: everything up to the space before the box. */
    const uint8_t *start = private->associated.data;
    private->associated.length = (size_t)(value.data - start) - 1;
    private->sealed = true;
    return ERROR_OK;
}

static enum error
read_private(struct bytes text, struct fault *fault, struct private_text *ret_private)
{
    struct lines lines = {.rest = text};
    struct bytes value;
    ret_private->associated = text;
    enum error error = take_title(&lines, private_title, public_title, fault);
    if (!error)
        error = take_public(&lines, fault, &ret_private->public);
    if (!error)
        error = take_value(&lines, "secret", "secret clear, or secret scrypt", fault, &value);
    if (error)
        return error;
    struct bytes method = take_word(&value);
    if (bytes_equal_text(method, "scrypt"))
        error = read_box(value, lines.number, fault, ret_private);
    else if (!bytes_equal_text(method, "clear"))
        error =
            bad_line(lines.number, fault, ERROR_KEY_FILE_FORM, "secret clear, or secret scrypt");
    else if (!read_base64(value, ret_private->seed, PRIVATE_SEED_SIZE))
        error = bad_line(lines.number, fault, ERROR_KEY_FILE_FORM, "base64 of 32 bytes");
    return error ? error : take_end(&lines, fault);
}

enum error key_text_is_sealed(struct bytes text, struct fault *fault, bool *ret_sealed)
{
    struct private_text private = {0};
    enum error error = read_private(text, fault, &private);
    if (!error)
        *ret_sealed = private.sealed;
    secret_wipe(&private, sizeof private);
    return error;
}

static enum error unseal(struct private_text *private, struct bytes passphrase, struct fault *fault)
{
    if (!private->sealed)
        return ERROR_OK;
    if (passphrase.length == 0)
        return fault_place(fault, ERROR_KEY_SEALED, "private key");
    if (passphrase.length > PASSPHRASE_MAX)
        return fault_place(fault, ERROR_TOO_LARGE, "passphrase");
    return key_box_open(&private->box, passphrase, private->associated, fault, private->seed);
}

enum error private_key_decode(
    struct bytes text, struct bytes passphrase, struct fault *fault, struct private_key **ret_key)
{
    struct private_text private = {0};
    struct private_key *key = NULL;
    enum error error = read_private(text, fault, &private);
    if (!error)
        error = unseal(&private, passphrase, fault);
    if (!error)
        error = private_key_from_seed(private.public.type, BYTES_ARRAY(private.seed), fault, &key);
    if (!error && !public_key_equal(private_key_public(key), &private.public)) {
        private_key_free(key);
        error = bad_line(5, fault, ERROR_KEY_MISMATCH, "the secret of the public key above");
    }
    secret_wipe(&private, sizeof private);
    if (!error)
        *ret_key = key;
    return error;
}
