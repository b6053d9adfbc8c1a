/* docs/formats.cddl says what instruments/ does: the rules of its instruments are written here from
 * the layouts and must stand in it, word for word; and the vectors in tests/vectors are what the
 * small world of tests encodes to. ENDUSE_UPDATE=1 writes both anew, to be read before committing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundle/bundle.h"
#include "samples.h"

static const char begin_mark[] =
    "; instruments: begin (written from the layouts by test_formats.c)\n";
static const char end_mark[] = "; instruments: end\n";

/* --- CDDL (RFC 8610) from layouts --------------------------------------------------------- */

struct rules {
    const struct layout *done[64];
    size_t count;
    struct buffer text;
};

static void append_name(struct buffer *out, const char *name)
{
    for (const char *at = name; *at; at++)
        buffer_append_byte(out, *at == ' ' ? '-' : (uint8_t)*at);
}

static size_t limit_of(const struct field *field)
{
    if (field->limit)
        return field->limit;
    return field->kind == FIELD_TEXT ? FIELD_TEXT_LIMIT : FIELD_PROSE_LIMIT;
}

static void append_type(struct buffer *out, const struct field *field)
{
    switch (field->kind) {
    case FIELD_UINT:
        buffer_append_text(out, "number");
        return;
    case FIELD_TIME:
        buffer_append_text(out, "time");
        return;
    case FIELD_SPAN:
        buffer_append_text(out, "span");
        return;
    case FIELD_BOOL:
        buffer_append_text(out, field->optional ? "true" : "bool");
        return;
    case FIELD_CHOICE:
        for (size_t i = 0; field->words[i]; i++)
            buffer_printf(out, "%s%zu", i ? " / " : "", i + 1);
        return;
    case FIELD_TEXT:
        buffer_printf(out, "line .size (1..%zu)", limit_of(field));
        return;
    case FIELD_PROSE:
        buffer_printf(out, "prose .size (1..%zu)", limit_of(field));
        return;
    case FIELD_BYTES:
        buffer_printf(out, "bstr .size (1..%zu)", limit_of(field));
        return;
    case FIELD_DIGEST:
        buffer_append_text(out, "digest");
        return;
    case FIELD_ID:
        buffer_append_text(out, "id");
        return;
    case FIELD_RECORD:
        append_name(out, field->layout->name);
        return;
    case FIELD_TEXTS:
        buffer_append_text(out, field->optional ? "[+ line]" : "[* line]");
        return;
    case FIELD_BLOBS:
        buffer_append_text(out, field->optional ? "[+ bstr]" : "[* bstr]");
        return;
    case FIELD_RECORDS:
        buffer_append_text(out, field->optional ? "[+ " : "[* ");
        append_name(out, field->layout->name);
        buffer_append_text(out, "]");
        return;
    case FIELD_DATUM:
        buffer_append_text(out, "datum-map");
        return;
    }
}

static void append_rule(struct rules *rules, const struct layout *layout)
{
    for (size_t i = 0; i < rules->count; i++) {
        if (rules->done[i] == layout)
            return;
    }
    assert_true(rules->count < 64);
    rules->done[rules->count++] = layout;
    for (size_t i = 0; i < layout->field_count; i++) {
        if (layout->fields[i].layout)
            append_rule(rules, layout->fields[i].layout);
    }
    struct buffer *out = &rules->text;
    append_name(out, layout->name);
    buffer_append_text(out, " = {\n");
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        buffer_printf(out, "  %s%u => ", field->optional ? "? " : "", field->key);
        append_type(out, field);
        buffer_printf(out, ", ; %s", field->name);
        for (size_t k = 0; field->words && field->words[k]; k++)
            buffer_printf(out, "%s %zu %s", k ? "," : ":", k + 1, field->words[k]);
        buffer_append_byte(out, '\n');
    }
    buffer_append_text(out, "}\n\n");
}

static void read_whole(const char *path, struct buffer *ret_text)
{
    struct fault fault = {0};
    if (os_read_file(&os_system, path, 1 << 20, &fault, ret_text))
        fail_msg("%s: %s", fault.place, fault.found);
}

static bool updating(void)
{
    const char *update = getenv("ENDUSE_UPDATE");
    return update && strcmp(update, "1") == 0;
}

static void formats_are_as_documented(void **state)
{
    (void)state;
    struct rules rules = {0};
    for (int type = INSTRUMENT_ROOT; type <= INSTRUMENT_LAST; type++)
        append_rule(&rules, instrument_layout((enum instrument_type)type));
    append_rule(&rules, &bundle_layout);
    static const char path[] = PROJECT_FOLDER "/docs/formats.cddl";
    struct buffer file = {0};
    read_whole(path, &file);
    const char *text = buffer_text(&file);
    const char *from = strstr(text, begin_mark);
    const char *to = from ? strstr(from, end_mark) : NULL;
    assert_non_null(to);
    from += strlen(begin_mark);
    struct bytes there = {(const uint8_t *)from, (size_t)(to - from)};
    const char *wanted = buffer_text(&rules.text);
    assert_non_null(wanted);
    if (updating()) {
        struct buffer fresh = {0};
        buffer_append(&fresh, text, (size_t)(from - text));
        buffer_append_text(&fresh, wanted);
        buffer_append_text(&fresh, to);
        assert_int_equal(
            os_replace_file(&os_system, path, buffer_view(&fresh), 0644, NULL), ERROR_OK);
        buffer_free(&fresh);
    } else {
        assert_int_equal(there.length, strlen(wanted));
        assert_memory_equal(there.data, wanted, there.length);
    }
    buffer_free(&file);
    buffer_free(&rules.text);
}

/* --- Vectors ------------------------------------------------------------------------------ */

/* Everything in the world is fixed, keys included, and Ed25519 is deterministic: each signed
 * instrument has one value. A change of format shows here, and in nobody's archive. */
static void vectors_hold(void **state)
{
    (void)state;
    struct samples samples;
    samples_init(&samples);
    for (size_t i = 0; i < samples.count; i++) {
        const struct sample *sample = &samples.items[i];
        struct buffer bytes = {0}, text = {0}, file = {0};
        world_sign_with(
            &samples.world, sample->type, sample->value, &bytes, NULL, sample->keys,
            sample->key_count);
        base64_append(&text, buffer_view(&bytes));
        buffer_append_byte(&text, '\n');
        char path[300];
        snprintf(
            path, sizeof path, "%s/tests/vectors/%s.base64", PROJECT_FOLDER,
            instrument_word(sample->type));
        if (updating()) {
            assert_int_equal(
                os_replace_file(&os_system, path, buffer_view(&text), 0644, NULL), ERROR_OK);
        } else {
            read_whole(path, &file);
            if (!bytes_equal(buffer_view(&file), buffer_view(&text)))
                fail_msg("%s: encoded otherwise than the vector", path);
        }
        buffer_free(&bytes);
        buffer_free(&text);
        buffer_free(&file);
    }
    samples_free(&samples);
}

/* --- Errors ------------------------------------------------------------------------------- */

/* docs/errors.md has every row of the table of errors, by group, as error_rows.h has them. */
static void errors_are_as_documented(void **state)
{
    (void)state;
    struct buffer rows = {0}, page = {0}, there = {0};
    read_whole(PROJECT_FOLDER "/src/base/error_rows.h", &rows);
    buffer_append_text(
        &page, "# Errors\n\nEvery error has a number that never changes, for logs, scripts and "
               "support. The words end the\nsentence \"PLACE: WORDS (expected ..., found ...)\". "
               "Written from src/base/error_rows.h by a test.\n");
    const char *text = buffer_text(&rows);
    assert_non_null(text);
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        unsigned from, to, number;
        char name[64], title[100];
        if (sscanf(line, "/* %u..%u: %99[^*]", &from, &to, title) == 3) {
            title[strlen(title) - 1] = '\0'; /* the space before the comment's end */
            buffer_printf(
                &page, "\n## %u to %u: %s\n\n| number | name | words |\n|---|---|---|\n", from, to,
                title);
        } else if (sscanf(line, "ERROR_ROW( %63[A-Z0-9_], %u", name, &number) == 2) {
            assert_string_equal(error_name((enum error)number), name);
            buffer_printf(
                &page, "| %u | %s | %s |\n", number, name, error_words((enum error)number));
        }
        if (!strchr(line, '\n'))
            break;
    }
    size_t count = 0, found = 0;
#define ERROR_ROW(name, number, words) count++;
#include "base/error_rows.h"
#undef ERROR_ROW
    for (const char *at = buffer_text(&page); (at = strstr(at, "\n| ")); at++)
        found += at[3] >= '0' && at[3] <= '9';
    assert_int_equal(found, count);
    static const char path[] = PROJECT_FOLDER "/docs/errors.md";
    if (updating()) {
        assert_int_equal(
            os_replace_file(&os_system, path, buffer_view(&page), 0644, NULL), ERROR_OK);
    } else {
        read_whole(path, &there);
        if (!bytes_equal(buffer_view(&there), buffer_view(&page)))
            fail_msg("docs/errors.md is not what src/base/error_rows.h says: ENDUSE_UPDATE=1");
    }
    buffer_free(&rows);
    buffer_free(&page);
    buffer_free(&there);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_as_documented),
        cmocka_unit_test(formats_are_as_documented),
        cmocka_unit_test(vectors_hold),
    };
    return cmocka_run_group_tests_name("formats", tests, NULL, NULL);
}
