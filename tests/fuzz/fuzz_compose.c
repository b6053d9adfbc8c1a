/* Any assignments over any JSON file as the source of any instrument, or of an act's body: refused
 * with a fault, or a document that encodes, decodes to the same and is composed to the same again.
 * What no assignment names stays as the file has it; a text that one sets is that text.
 *
 * The input: a byte for the type, a byte of flags, lines NAME=VALUE up to an empty one, the file.
 * Files that can be referred to: f.json (the file itself), k.pub (a key), d.act (a document). */
#include <errno.h>
#include <string.h>

#include "check.h"
#include "cli/compose.h"

enum { ASSIGNMENTS = 12, FILES = 3, FIRST_FILE = 1000 };

/* --- A folder of three files ---------------------------------------------------------------- */

static struct {
    const char *path;
    struct bytes content;
    size_t at;
} files[FILES] = {{.path = "f.json"}, {.path = "k.pub"}, {.path = "d.act"}};

static int open_file(const char *path, int flags, mode_t mode)
{
    (void)flags;
    (void)mode;
    for (int i = 0; i < FILES; i++) {
        if (strcmp(files[i].path, path) == 0) {
            files[i].at = 0;
            return FIRST_FILE + i;
        }
    }
    errno = ENOENT;
    return -1;
}

static ssize_t read_file(int file, void *data, size_t size)
{
    struct bytes rest =
        bytes_slice(files[file - FIRST_FILE].content, files[file - FIRST_FILE].at, SIZE_MAX);
    size_t count = rest.length < size ? rest.length : size;
    if (count)
        memcpy(data, rest.data, count);
    files[file - FIRST_FILE].at += count;
    return (ssize_t)count;
}

static int close_file(int file)
{
    check(file >= FIRST_FILE && file < FIRST_FILE + FILES);
    return 0;
}

static int read_clock(clockid_t clock, struct timespec *ret_time)
{
    (void)clock;
    *ret_time = (struct timespec){.tv_sec = 1772442000};
    return 0;
}

static int fill(void *data, size_t size)
{
    memset(data, 7, size);
    return 0;
}

static struct os os;

/* Once, for the life of the program. */
static void make_files(void)
{
    static struct buffer public_file, document;
    struct private_key *key = NULL;
    static const uint8_t seed[32] = {1};
    check(private_key_from_seed(KEY_ED25519, BYTES_ARRAY(seed), NULL, &key) == ERROR_OK);
    check(public_key_encode(private_key_public(key), NULL, &public_file) == ERROR_OK);
    struct act act = {.id = {{1}}, .file = "order/OR-1", .verb = "issue", .time = 1};
    act.body.kind = DATUM_MAP;
    struct digest authority = {{2}};
    check(document_sign(INSTRUMENT_ACT, &act, &authority, key, NULL, &document) == ERROR_OK);
    private_key_free(key);
    files[1].content = buffer_view(&public_file);
    files[2].content = buffer_view(&document);
    os = os_system;
    os.open = open_file;
    os.read = read_file;
    os.close = close_file;
    os.clock = read_clock;
    os.random = fill;
}

/* --- What must hold ------------------------------------------------------------------------- */

/* Refused, or JSON. */
static const struct json *compose(struct call *call, const struct compose *how, bool *ret_rewritten)
{
    struct fault fault = {0};
    const struct json *json = NULL;
    enum error error = compose_json(call, how, &fault, &json, ret_rewritten);
    check(fault.error == error);
    check((error == ERROR_OK) == (json != NULL));
    if (!error)
        check(json_type(json) == JSON_OBJECT);
    return json;
}

static void encode(const struct layout *layout, const void *value, struct buffer *bytes)
{
    check(layout_encode(layout, value, NULL, bytes) == ERROR_OK);
}

/* The document of composed JSON has one encoding, which it keeps decoded, and composed again from
 * its own JSON. */
static void
must_be_kept(struct call *call, const struct compose *how, bool rewritten, const struct json *json)
{
    struct fault fault = {0};
    const struct layout *layout = how->layout;
    void *value = arena_alloc(&call->arena, layout->size);
    void *again = arena_alloc(&call->arena, layout->size);
    check(value && again);
    enum error error = layout_read_json(layout, json, &call->arena, &fault, value);
    check(fault.error == error);
    if (error) {
        check(compose_fault(how, rewritten, error, &fault) == error);
        check(memchr(fault.place, 0, sizeof fault.place) != NULL);
        return;
    }
    struct buffer first = {0}, second = {0}, third = {0}, text = {0};
    encode(layout, value, &first);
    check(layout_decode(layout, buffer_view(&first), &call->arena, NULL, again) == ERROR_OK);
    encode(layout, again, &second);
    check(bytes_equal(buffer_view(&first), buffer_view(&second)));
    struct json_writer writer;
    json_writer_begin(&writer, &text, 0);
    layout_write_json(layout, value, &writer);
    check(json_writer_end(&writer) == ERROR_OK);
    files[0].content = buffer_view(&text);
    const struct compose own = {.layout = layout, .path = "f.json", .defaults = true};
    bool again_rewritten = false;
    const struct json *composed = compose(call, &own, &again_rewritten);
    /* Facts may hold what reads as a reference in a file; that is resolved, or refused. */
    if (!memchr(text.data, '$', text.length)) {
        check(
            composed && layout_read_json(layout, composed, &call->arena, NULL, again) == ERROR_OK);
        encode(layout, again, &third);
        check(bytes_equal(buffer_view(&first), buffer_view(&third)));
    }
    buffer_free(&first);
    buffer_free(&second);
    buffer_free(&third);
    buffer_free(&text);
}

static void must_be_a_datum(struct call *call, const struct layout *layout, const struct json *json)
{
    struct fault fault = {0};
    struct datum datum, again;
    enum error error = datum_from_json(json, &call->arena, &fault, &datum);
    check(fault.error == error);
    if (error)
        return;
    struct buffer first = {0}, second = {0};
    struct cbor_writer writer;
    struct cbor_reader reader;
    cbor_writer_begin(&writer, &first);
    datum_write(&datum, &writer);
    check(cbor_writer_end(&writer) == ERROR_OK);
    cbor_reader_begin(&reader, buffer_view(&first), NULL);
    check(datum_read(&reader, &call->arena, &again) == ERROR_OK);
    check(cbor_reader_end(&reader) == ERROR_OK);
    cbor_writer_begin(&writer, &second);
    datum_write(&again, &writer);
    check(cbor_writer_end(&writer) == ERROR_OK);
    check(bytes_equal(buffer_view(&first), buffer_view(&second)));
    buffer_free(&first);
    buffer_free(&second);
    void *value = arena_alloc(&call->arena, layout->size);
    check(value != NULL);
    error = layout_read_datum(layout, &datum, &call->arena, &fault, value);
    check(fault.error == error);
}

/* How many assignments begin with the name, as a whole or as NAME.REST; the last one's text. */
static size_t assigned(const struct compose *how, struct bytes name, const char **ret_value)
{
    size_t count = 0;
    for (size_t i = 0; i < how->assignment_count; i++) {
        const char *text = how->assignments[i];
        size_t length = strcspn(text, "=.");
        if (length != name.length || memcmp(text, name.data, length) != 0)
            continue;
        count++;
        *ret_value = text[length] == '=' ? text + length + 1 : NULL;
    }
    return count;
}

static bool same(const struct json *a, const struct json *b)
{
    struct buffer texts[2] = {0};
    for (int i = 0; i < 2; i++) {
        struct json_writer writer;
        json_writer_begin(&writer, &texts[i], 0);
        json_write_value(&writer, i ? b : a);
        check(json_writer_end(&writer) == ERROR_OK);
    }
    bool equal = bytes_equal(buffer_view(&texts[0]), buffer_view(&texts[1]));
    buffer_free(&texts[0]);
    buffer_free(&texts[1]);
    return equal;
}

/* Members of the file that nothing names, unless they may be references. */
static void must_keep_the_rest(
    const struct compose *how, const struct json *base, bool references, const struct json *json)
{
    const char *value;
    for (size_t i = 0; i < json_count(base); i++) {
        struct bytes name = json_name_at(base, i);
        const struct json *composed = json_find_bytes(json, name);
        check(composed != NULL);
        if (!references && assigned(how, name, &value) == 0 &&
            !(how->text_name && bytes_equal_text(name, how->text_name)))
            check(same(json_at(base, i), composed));
    }
}

static void must_set_texts(const struct compose *how, const struct json *json)
{
    for (size_t i = 0; i < how->layout->field_count; i++) {
        const struct field *field = &how->layout->fields[i];
        const char *value = NULL;
        struct bytes text = {0};
        if (field->kind != FIELD_TEXT || assigned(how, bytes_of(field->name), &value) != 1 ||
            !value)
            continue;
        check(json_get_string(json, field->name, NULL, &text) == ERROR_OK);
        check(bytes_equal_text(text, value));
    }
    if (how->text_name) {
        struct bytes text = {0};
        check(json_get_string(json, how->text_name, NULL, &text) == ERROR_OK);
        check(bytes_equal_text(text, how->text));
    }
}

/* --- An input ------------------------------------------------------------------------------- */

static const struct layout nothing = {.name = "body", .size = 1};

/* Takes the lines before the first empty one; returns what is after it. */
static struct bytes
take_assignments(struct bytes input, struct arena *arena, const char **lines, size_t *ret_count)
{
    size_t count = 0;
    while (input.length && count < ASSIGNMENTS) {
        const uint8_t *end = memchr(input.data, '\n', input.length);
        size_t length = end ? (size_t)(end - input.data) : input.length;
        struct bytes line = {input.data, length};
        input = bytes_slice(input, length + (end != NULL), SIZE_MAX);
        if (length == 0)
            break;
        if (memchr(line.data, 0, length))
            continue; /* no argument of a program holds one */
        lines[count] = arena_text(arena, line);
        check(lines[count++] != NULL);
    }
    *ret_count = count;
    return input;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { FLAG_DATUM = 1, FLAG_DEFAULTS = 2, FLAG_FILE = 4, FLAG_TEXT = 8, FLAG_NOTHING = 16 };
    if (!os.open)
        make_files();
    if (size < 2)
        return 0;
    enum instrument_type type = (enum instrument_type)(1 + data[0] % INSTRUMENT_LAST);
    const char *lines[ASSIGNMENTS];
    struct call call = {.os = &os};
    struct compose how = {
        .layout = data[1] & FLAG_NOTHING ? &nothing : instrument_layout(type),
        .path = data[1] & FLAG_FILE ? "f.json" : NULL,
        .assignments = lines,
        .datum = data[1] & FLAG_DATUM,
        .defaults = data[1] & FLAG_DEFAULTS,
    };
    struct bytes file = take_assignments(
        (struct bytes){data + 2, size - 2}, &call.arena, lines, &how.assignment_count);
    if (data[1] & FLAG_TEXT) {
        how.text_name = "clauses";
        how.text = "@clause(\"1\") forbid (principal, action, resource);";
    }
    files[0].content = file;
    bool rewritten = false;
    const struct json *json = compose(&call, &how, &rewritten), *base = NULL;
    if (json) {
        if (how.path) {
            check(json_parse(file, &call.arena, NULL, &base) == ERROR_OK);
            must_keep_the_rest(&how, base, memchr(file.data, '$', file.length) != NULL, json);
        }
        must_set_texts(&how, json);
        if (how.datum)
            must_be_a_datum(&call, how.layout, json);
        else
            must_be_kept(&call, &how, rewritten, json);
    }
    arena_free(&call.arena);
    return 0;
}
