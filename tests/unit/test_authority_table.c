/* authority: records as rows of CSV and back, and the shapes of registers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "authority/lifecycle.h"
#include "authority/register.h"
#include "authority/table.h"
#include "failing_alloc.h"

/* A record with a member of each kind that a cell can hold, and of those that none can. */
struct part {
    const char *name;
    struct bytes key, document;
};

struct sample {
    const char *code, *text;
    uint64_t months;
    millis from, length;
    bool open;
    int choice;
    struct digest digest;
    struct id id;
    const char *const *words;
    size_t words_count;
    struct part part, spare;
    const struct part *parts;
    size_t parts_count;
};

static const char *const choices[] = {"one", "two", NULL};
static const struct field part_fields[] = {
    FIELD(1, "name", FIELD_TEXT, struct part, name),
    FIELD(2, "key", FIELD_BYTES, struct part, key, .limit = 100, OPTIONAL),
    FIELD(3, "document", FIELD_BYTES, struct part, document, OPTIONAL),
};
static const struct layout part_layout = LAYOUT("part", struct part, part_fields);

static const struct field sample_fields[] = {
    FIELD(1, "code", FIELD_TEXT, struct sample, code),
    FIELD(2, "text", FIELD_PROSE, struct sample, text, OPTIONAL),
    FIELD(3, "months", FIELD_UINT, struct sample, months),
    FIELD(4, "from", FIELD_TIME, struct sample, from),
    FIELD(5, "length", FIELD_SPAN, struct sample, length, OPTIONAL),
    FIELD(6, "open", FIELD_BOOL, struct sample, open),
    FIELD(7, "choice", FIELD_CHOICE, struct sample, choice, .words = choices),
    FIELD(8, "digest", FIELD_DIGEST, struct sample, digest, OPTIONAL),
    FIELD(9, "id", FIELD_ID, struct sample, id, OPTIONAL),
    FIELD_MANY(10, "words", FIELD_TEXTS, struct sample, words),
    FIELD(11, "part", FIELD_RECORD, struct sample, part, .layout = &part_layout),
    FIELD(12, "spare", FIELD_RECORD, struct sample, spare, .layout = &part_layout, OPTIONAL),
    FIELD_MANY(13, "parts", FIELD_RECORDS, struct sample, parts, .layout = &part_layout, OPTIONAL),
};
static const struct layout sample_layout = LAYOUT("sample", struct sample, sample_fields);

#define NAMES                                                                                      \
    "code,text,months,from,length,open,choice,digest,id,words,part.name,part.key,spare.name,"      \
    "spare.key\r\n"
#define FULL                                                                                       \
    "A-1,\"Two\nlines\",72,2026-03-02T09:00:00Z,90d,true,two,"                                     \
    "00000000000000000000000000000000000000000000000000000000000000ff,"                            \
    "000000000000000000000000000000ff,\"b, c\na\",'=1+1,AQI,-,\r\n"
#define BARE "A-2,,0,2026-03-02T09:00:00Z,,false,one,,,,P,,,\r\n"

static enum error read_rows(
    const char *text, struct arena *arena, struct fault *fault, const struct json **ret_rows,
    size_t *ret_count)
{
    const struct csv *csv;
    struct table table;
    enum error error = csv_parse(bytes_of(text), arena, fault, &csv);
    if (!error)
        error = table_of(&sample_layout, arena, fault, &table);
    if (!error)
        error = table_check(&table, NULL, csv, fault);
    for (size_t i = 0; !error && i < csv_rows(csv); i++) {
        error = table_read(&table, csv, i, arena, fault, &ret_rows[i]);
        *ret_count = i + 1;
    }
    return error;
}

static enum error write_rows(
    const struct json *const *rows, size_t count, struct arena *arena, struct fault *fault,
    struct buffer *ret_text)
{
    struct table table;
    struct csv_writer writer;
    enum error error = table_of(&sample_layout, arena, fault, &table);
    if (error)
        return error;
    table_begin(&table, &writer, ret_text);
    for (size_t i = 0; i < count; i++)
        table_write(&table, rows[i], &writer);
    return csv_writer_end(&writer);
}

static void a_row_is_the_record_both_ways(void **state)
{
    (void)state;
    static const char text[] = NAMES FULL BARE;
    struct arena arena = {0};
    struct buffer again = {0};
    struct fault fault = {0};
    struct sample value;
    const struct json *rows[2];
    size_t count = 0;
    /* A cell that would be run is marked in the file, and is not when it is read. */
    char marked[sizeof text + 1];
    const char *dash = strstr(text, ",-,\r\n");
    snprintf(marked, sizeof marked, "%.*s,'-%s", (int)(dash - text), text, dash + 2);
    assert_int_equal(read_rows(marked, &arena, &fault, rows, &count), ERROR_OK);
    assert_int_equal(count, 2);
    assert_int_equal(layout_read_json(&sample_layout, rows[0], &arena, &fault, &value), ERROR_OK);
    assert_string_equal(value.code, "A-1");
    assert_string_equal(value.text, "Two\nlines");
    assert_int_equal(value.months, 72);
    assert_int_equal(value.length, 90 * MILLIS_DAY);
    assert_true(value.open && value.choice == 2 && value.digest.bytes[31] == 0xFF);
    assert_int_equal(value.words_count, 2);
    assert_string_equal(value.words[1], "b, c");
    assert_string_equal(value.part.name, "=1+1");
    assert_int_equal(value.part.key.length, 2);
    assert_string_equal(value.spare.name, "-");
    assert_int_equal(layout_read_json(&sample_layout, rows[1], &arena, &fault, &value), ERROR_OK);
    assert_true(!value.text && !value.length && value.words_count == 0 && !value.spare.name);
    assert_int_equal(write_rows(rows, count, &arena, &fault, &again), ERROR_OK);
    assert_string_equal(buffer_text(&again), marked);
    buffer_free(&again);
    arena_free(&arena);
}

static void each_cell_is_held_to_its_field(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to; /* in the bare row */
        enum error error;
        const char *place;
    } cases[] = {
        {"A-2", "", ERROR_CSV_VALUE, "line 2, column 1, \"code\""},
        {",0,", ",,", ERROR_CSV_VALUE, "line 2, column 6, \"months\""},
        {",0,", ",six,", ERROR_CSV_VALUE, "line 2, column 6, \"months\""},
        {",0,", ",072,", ERROR_CSV_VALUE, "line 2, column 6, \"months\""},
        {",0,", ",9223372036854775808,", ERROR_CSV_VALUE, "line 2, column 6, \"months\""},
        {"2026-03-02T09:00:00Z", "2026", ERROR_TIME_TEXT, "line 2, column 8, \"from\""},
        {"false", "no", ERROR_CSV_VALUE, "line 2, column 30, \"open\""},
        {"one", "three", ERROR_DOCUMENT_CHOICE, "line 2, column 36, \"choice\""},
        {"one,", "one,f", ERROR_HEX, "line 2, column 40, \"digest\""},
        {",,,,P", ",,,\"a\na\",P", ERROR_DOCUMENT_ORDER, "line 2, column 42, \"words\""},
        {",P,", ",,", ERROR_CSV_VALUE, "line 2, column 43, \"part.name\""},
        {"P,,,\r", "P,,,AQI\r", ERROR_CSV_VALUE, "line 2, column 46, \"spare.name\""},
        {"P,,,\r", "P,!,,\r", ERROR_BASE64, "line 2, column 45, \"part.key\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct fault fault = {0};
        const struct json *rows[2];
        size_t count = 0;
        char text[500];
        const char *at = strstr(BARE, cases[i].from);
        assert_non_null(at);
        snprintf(
            text, sizeof text, "%s%.*s%s%s", NAMES, (int)(at - BARE), BARE, cases[i].to,
            at + strlen(cases[i].from));
        enum error error = read_rows(text, &arena, &fault, rows, &count);
        if (error != cases[i].error || strcmp(fault.place, cases[i].place) != 0)
            fail_msg("case %zu: %d at %s, found %s", i, (int)error, fault.place, fault.found);
        assert_int_equal(fault.error, error);
        assert_int_equal(fault.line, 2);
        arena_free(&arena);
    }
}

static void a_header_has_the_columns_and_no_others(void **state)
{
    (void)state;
    static const struct field other_fields[] = {
        FIELD(1, "name", FIELD_TEXT, struct part, name),
    };
    static const struct layout other = LAYOUT("other", struct part, other_fields);
    struct arena arena = {0};
    struct table table, also;
    struct fault fault = {0};
    const struct csv *csv;
    const struct json *row;
    assert_int_equal(table_of(&sample_layout, &arena, NULL, &table), ERROR_OK);
    assert_int_equal(table_of(&other, &arena, NULL, &also), ERROR_OK);
    assert_int_equal(csv_parse(bytes_of("code,name\n"), &arena, NULL, &csv), ERROR_OK);
    assert_int_equal(table_check(&table, NULL, csv, &fault), ERROR_CSV_COLUMN_UNKNOWN);
    assert_string_equal(fault.found, "\"name\"");
    assert_int_equal(fault.column, 6);
    assert_int_equal(table_check(&table, &also, csv, &fault), ERROR_CSV_COLUMN_MISSING);
    assert_string_equal(fault.expected, "months");
    /* What may be left out may have no column; the order is the file's own. */
    static const char least[] = "choice,open,from,months,part.name,name,code\n"
                                "one,true,2026-03-02T09:00:00Z,1,P,passed over,C\n";
    assert_int_equal(csv_parse(bytes_of(least), &arena, NULL, &csv), ERROR_OK);
    assert_int_equal(table_check(&table, &also, csv, &fault), ERROR_OK);
    assert_int_equal(table_read(&table, csv, 0, &arena, &fault, &row), ERROR_OK);
    assert_null(json_find(row, "name"));
    assert_true(bytes_equal_text(json_characters(json_find(row, "code")), "C"));
    arena_free(&arena);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    bool done = false;
    long n = 0;
    for (; !done; n++) {
        struct arena arena = {0};
        struct buffer text = {0};
        struct fault fault = {0};
        const struct json *rows[2];
        size_t count = 0;
        failing_alloc_after(n);
        enum error error = read_rows(NAMES BARE, &arena, &fault, rows, &count);
        if (!error)
            error = write_rows(rows, count, &arena, &fault, &text);
        done = !failing_alloc_stop();
        assert_int_equal(error, done ? ERROR_OK : ERROR_MEMORY);
        buffer_free(&text);
        arena_free(&arena);
    }
    assert_true(n > 10);
}

/* --- Registers ---------------------------------------------------------------------------- */

/* Every kind has a register whose table can be written, and no document is in it. */
static void each_kind_has_a_register(void **state)
{
    (void)state;
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        struct arena arena = {0};
        struct buffer text = {0};
        struct csv_writer writer;
        struct table table;
        const struct layout *layout = NULL;
        assert_int_equal(register_layout(kind, &arena, NULL, &layout), ERROR_OK);
        assert_int_equal(table_of(layout, &arena, NULL, &table), ERROR_OK);
        assert_string_equal(table.columns[0].name, "number");
        table_begin(&table, &writer, &text);
        assert_int_equal(csv_writer_end(&writer), ERROR_OK);
        assert_null(strstr(buffer_text(&text), "instrument\r"));
        assert_null(strstr(buffer_text(&text), "payload"));
        buffer_free(&text);
        arena_free(&arena);
    }
}

static void the_rows_of_a_schedule_are_its_lines(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buffer text = {0};
    struct json_writer writer;
    const struct layout *layout = NULL;
    const struct json *json;
    const struct schedule_line lines[] = {
        {.entry = {.offence = {.code = "XA-1"}, .statute = "Code"},
         .state = SCHEDULE_LINE_ACCEPTED},
        {.entry = {.offence = {.code = "XA-2"}, .statute = "Code"}, .state = SCHEDULE_LINE_REFUSED},
    };
    const struct schedule_file file = {.base = {.number = "XA"}, .lines = lines, .lines_count = 2};
    assert_int_equal(register_layout(FILE_SCHEDULE, &arena, NULL, &layout), ERROR_OK);
    assert_int_equal(register_count(FILE_SCHEDULE, &file), 2);
    json_writer_begin(&writer, &text, 0);
    json_write_array(&writer);
    for (size_t i = 0; i < 2; i++) {
        const void *row = NULL;
        assert_int_equal(
            register_row(FILE_SCHEDULE, layout, &file, NULL, i, &arena, NULL, &row), ERROR_OK);
        layout_write_json(layout, row, &writer);
    }
    json_write_array_end(&writer);
    assert_int_equal(json_writer_end(&writer), ERROR_OK);
    assert_int_equal(json_parse(buffer_view(&text), &arena, NULL, &json), ERROR_OK);
    const struct json *second = json_at(json, 1);
    assert_true(bytes_equal_text(json_characters(json_find(second, "number")), "XA"));
    assert_true(bytes_equal_text(json_characters(json_find(second, "code")), "XA-2"));
    assert_true(bytes_equal_text(json_characters(json_find(second, "state")), "refused"));
    buffer_free(&text);
    arena_free(&arena);
}

/* A lease that is not signed: its payload in an envelope is all that is looked at. */
static void contact_of(struct arena *arena, millis ttl, struct contact *ret_contact)
{
    struct private_key *key = NULL;
    struct buffer bytes = {0};
    const struct digest authority = {{1}};
    const struct lease lease = {
        .installation = "IN-1",
        .guard = {{1}},
        .licence = {{1}},
        .certificate = {{1}},
        .request = {{1}},
        .delegation = 1,
        .epoch = 1,
        .sequence = 1,
        .time = 1000 * MILLIS_SECOND,
        .ttl = ttl,
        .state = LEASE_ACTIVE,
    };
    assert_int_equal(private_key_generate(&os_system, KEY_ED25519, NULL, &key), ERROR_OK);
    assert_int_equal(
        document_sign(INSTRUMENT_LEASE, &lease, &authority, key, NULL, &bytes), ERROR_OK);
    *ret_contact = (struct contact){
        .installation = "IN-1",
        .time = 1000 * MILLIS_SECOND,
        .running = 3,
        .lease = arena_copy(arena, buffer_view(&bytes)),
    };
    buffer_free(&bytes);
    private_key_free(key);
}

static enum installation_contact contact_at(const struct contact *contact, millis time)
{
    struct arena arena = {0};
    struct fault fault = {0};
    struct installation_now now;
    char words[600];
    if (installation_now(contact, time, &arena, &fault, &now))
        fail_msg("%s", fault_text(&fault, words, sizeof words));
    arena_free(&arena);
    return now.contact;
}

/* A renewal is parked for min(TTL/3, 20 s), and 10 s are for the way; the guard gives up a tenth of
 * the lease. */
static void an_installation_is_online_overdue_or_without_a_lease(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct contact contact;
    const millis from = 1000 * MILLIS_SECOND;
    assert_int_equal(contact_at(NULL, from), INSTALLATION_UNHEARD);
    contact_of(&arena, 60 * MILLIS_SECOND, &contact);
    assert_int_equal(contact_at(&contact, from), INSTALLATION_ONLINE);
    assert_int_equal(contact_at(&contact, from + 30 * MILLIS_SECOND), INSTALLATION_ONLINE);
    assert_int_equal(contact_at(&contact, from + 30 * MILLIS_SECOND + 1), INSTALLATION_OVERDUE);
    assert_int_equal(contact_at(&contact, from + 54 * MILLIS_SECOND - 1), INSTALLATION_OVERDUE);
    assert_int_equal(contact_at(&contact, from + 54 * MILLIS_SECOND), INSTALLATION_LEASE_EXPIRED);
    arena_free(&arena);
}

static void a_licence_says_what_is_left(void **state)
{
    (void)state;
    struct licence_file licence = {.maximum_installations = 3, .installations = 1};
    const struct usage_file usage = {
        .period_from = 1, .period_until = 2, .used = 7, .maximum = 10, .remaining = 3};
    struct licence_now now = licence_now(&licence, NULL);
    assert_true(now.installations_left == 2 && now.maximum == 0 && now.period_until == 0);
    licence.installations = 3;
    now = licence_now(&licence, &usage);
    assert_true(now.installations_left == 0 && now.used == 7 && now.remaining == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_the_record_both_ways),
        cmocka_unit_test(each_cell_is_held_to_its_field),
        cmocka_unit_test(a_header_has_the_columns_and_no_others),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(each_kind_has_a_register),
        cmocka_unit_test(the_rows_of_a_schedule_are_its_lines),
        cmocka_unit_test(an_installation_is_online_overdue_or_without_a_lease),
        cmocka_unit_test(a_licence_says_what_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
