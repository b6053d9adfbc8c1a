/* site: what people wrote stays text. Every text of every file's content, of every kind's layout,
 * is replaced in the database by one that would be script, markup or an address if it were not
 * escaped; then every page of every reader is looked at. The same text goes into every parameter
 * and into every field of every act's form. A new kind, field or page is held to it by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "office_people.h"
#include "service/routes.h"
#include "site_browser.h"

/* An address that is a script, the end of an attribute in either quotes, an element, the end of
 * one, and what a template of ours would take for its own. */
#define PROBE                                                                                      \
    "javascript:probe()//'\"><img src=x onerror=probe()></title></script>{{probe}}&lt;b&gt;"

static struct service_fixture fixture;
static struct office_person people[PEOPLE_COUNT];
static struct site_browser browser;
static size_t probed; /* texts that were replaced */

/* --- Texts in the database ---------------------------------------------------------------- */

struct numbers {
    const char *texts[200];
    size_t count;
};

/* What names a file stays: pages find others by it. */
static bool names_a_file(const struct numbers *numbers, const char *text)
{
    for (size_t i = 0; i < numbers->count; i++) {
        if (strcmp(numbers->texts[i], text) == 0)
            return true;
    }
    return false;
}

static void probe_struct(const struct layout *layout, void *value, const struct numbers *numbers);

static void probe_field(const struct field *field, char *value, const struct numbers *numbers)
{
    const char **text = (const char **)(void *)(value + field->offset);
    size_t count = field->count_offset ? *(size_t *)(void *)(value + field->count_offset) : 0;
    if ((field->kind == FIELD_TEXT || field->kind == FIELD_PROSE) && *text &&
        !names_a_file(numbers, *text) && (!field->limit || field->limit >= sizeof PROBE)) {
        *text = PROBE;
        probed++;
    } else if (
        field->kind == FIELD_TEXTS && count &&
        !names_a_file(numbers, ((const char **)(uintptr_t)*text)[0])) {
        static const char *const one[] = {PROBE};
        *(const char *const **)(void *)(value + field->offset) = one;
        *(size_t *)(void *)(value + field->count_offset) = 1;
        probed++;
    } else if (field->kind == FIELD_RECORD) {
        probe_struct(field->layout, value + field->offset, numbers);
    } else if (field->kind == FIELD_RECORDS) {
        for (size_t i = 0; i < count; i++)
            probe_struct(
                field->layout, (char *)(uintptr_t)*text + i * field->layout->size, numbers);
    }
}

static void probe_struct(const struct layout *layout, void *value, const struct numbers *numbers)
{
    for (size_t i = 0; i < layout->field_count; i++)
        probe_field(&layout->fields[i], value, numbers);
}

static struct bytes probe_body(
    const struct layout *layout, struct bytes body, const struct numbers *numbers,
    struct arena *arena)
{
    struct fault fault = {0};
    struct buffer out = {0};
    void *value = arena_alloc(arena, layout->size);
    char text[400];
    assert_non_null(value);
    enum error error = layout_decode(layout, body, arena, &fault, value);
    if (!error) {
        probe_struct(layout, value, numbers);
        error = layout_encode(layout, value, &fault, &out);
    }
    if (error)
        print_error("%s: %s\n", layout->name, fault_text(&fault, text, sizeof text));
    assert_int_equal(error, ERROR_OK);
    struct bytes copy = arena_copy(arena, buffer_view(&out));
    buffer_free(&out);
    assert_non_null(copy.data);
    return copy;
}

static enum file_kind kind_of(const char *word)
{
    enum file_kind kind = 1;
    while (kind <= (enum file_kind)FILE_KIND_LAST && strcmp(file_word(kind), word) != 0)
        kind++;
    return kind;
}

static struct bytes column(sqlite3_stmt *row, int index)
{
    return (struct bytes){
        sqlite3_column_blob(row, index), (size_t)sqlite3_column_bytes(row, index)};
}

static void list_numbers(sqlite3 *database, struct arena *arena, struct numbers *ret_numbers)
{
    sqlite3_stmt *row;
    assert_int_equal(
        sqlite3_prepare_v2(database, "SELECT number FROM file", -1, &row, NULL), SQLITE_OK);
    while (sqlite3_step(row) == SQLITE_ROW) {
        assert_true(ret_numbers->count < sizeof ret_numbers->texts / sizeof *ret_numbers->texts);
        ret_numbers->texts[ret_numbers->count++] = arena_text(arena, column(row, 0));
    }
    sqlite3_finalize(row);
}

static void probe_files(sqlite3 *database, const struct numbers *numbers, struct arena *arena)
{
    sqlite3_stmt *row, *change;
    assert_int_equal(
        sqlite3_prepare_v2(database, "SELECT kind, rowid, body FROM file", -1, &row, NULL),
        SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(database, "UPDATE file SET body = ? WHERE rowid = ?", -1, &change, NULL),
        SQLITE_OK);
    while (sqlite3_step(row) == SQLITE_ROW) {
        const char *word = arena_text(arena, column(row, 0));
        enum file_kind kind = kind_of(word);
        assert_in_range(kind, 1, FILE_KIND_LAST);
        struct bytes body = probe_body(file_layout(kind), column(row, 2), numbers, arena);
        sqlite3_bind_blob(change, 1, body.data, (int)body.length, SQLITE_STATIC);
        sqlite3_bind_int64(change, 2, sqlite3_column_int64(row, 1));
        assert_int_equal(sqlite3_step(change), SQLITE_DONE);
        sqlite3_reset(change);
    }
    sqlite3_finalize(row);
    sqlite3_finalize(change);
}

static void probe_database(void)
{
    char path[300];
    sqlite3 *database;
    struct numbers numbers = {0};
    struct arena arena = {0};
    snprintf(path, sizeof path, "%s/office.db", fixture.folder);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    list_numbers(database, &arena, &numbers);
    assert_int_equal(sqlite3_exec(database, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
    probe_files(database, &numbers, &arena);
    assert_int_equal(sqlite3_exec(database, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
    arena_free(&arena);
}

static int set_up(void **state)
{
    (void)state;
    service_fixture_init(&fixture);
    service_fixture_live(&fixture);
    fixture.anonymous = true;
    office_people_init(&fixture, people);
    site_browser_open(&browser, &fixture);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    site_browser_close(&browser);
    office_people_free(people);
    service_fixture_free(&fixture);
    return 0;
}

/* --- Looking ------------------------------------------------------------------------------ */

/* Whether the page has the probe as anything but text; the text itself is counted. */
static size_t look(const char *path)
{
    static const char *const never[] = {
        "<img src=x",
        "'\">",
        "//'\"",
        "</script>{{",
        "</title></script>",
        "=\"javascript:probe()\"",
        "href=\"javascript",
        "action=\"javascript",
        "src=\"javascript",
        "{{probe}}&lt;b&gt;",
        " onerror=probe()>"};
    const char *page = browser_page(&browser);
    size_t count = 0;
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        const char *found = strstr(page, never[i]);
        if (found)
            print_error("%s: %.200s\n", path, found > page + 100 ? found - 100 : page);
        assert_null(found);
    }
    for (const char *at = page; (at = strstr(at, "javascript:probe()")); at++)
        count++;
    return count;
}

static void be(const struct office_person *who)
{
    snprintf(browser.session, sizeof browser.session, "%s", who->token);
    *browser.token = '\0';
    if (*browser.session && browser_call(&browser, "/queue", NULL, NULL) == 200)
        browser_take(&browser, "name=\"token\" value=\"", browser.token, sizeof browser.token);
}

/* The links of a page of this server that were not followed yet by this reader. */
struct links {
    char paths[400][160];
    size_t count;
};

static void collect(struct links *links)
{
    const char *at = browser_page(&browser);
    while ((at = strstr(at, "href=\"/"))) {
        at += strlen("href=\"");
        size_t length = strcspn(at, "\"#");
        char path[160];
        if (length >= sizeof path || text_starts(at, "/assets"))
            continue;
        snprintf(path, sizeof path, "%.*s", (int)length, at);
        /* Escaped in an attribute. */
        for (char *amp; (amp = strstr(path, "&amp;"));)
            memmove(amp + 1, amp + 5, strlen(amp + 5) + 1);
        size_t i = 0;
        while (i < links->count && strcmp(links->paths[i], path) != 0)
            i++;
        if (i == links->count && i < sizeof links->paths / sizeof *links->paths)
            memcpy(links->paths[links->count++], path, sizeof path);
    }
}

static void what_is_stored_is_shown_as_text(void **state)
{
    (void)state;
    static struct links links;
    size_t pages = 0, shown = 0;
    service_fixture_stop(&fixture);
    probe_database();
    assert_true(probed > 150);
    service_fixture_start(&fixture);
    static const int readers[] = {PEOPLE_NOBODY, PEOPLE_DESK,     PEOPLE_SIGNATORY, PEOPLE_AUDITOR,
                                  PEOPLE_STATE,  PEOPLE_EXPORTER, PEOPLE_SUPERVISOR};
    for (size_t who = 0; who < sizeof readers / sizeof *readers; who++) {
        struct office_person *one = &people[readers[who]];
        if (one->key) {
            struct bytes login = service_sign_login(&fixture, one->key, NULL, (struct bytes){0});
            (void)service_enter(&fixture, login, one->token);
        }
        be(one);
        memset(&links, 0, sizeof links);
        static const char *const first[] = {"/", "/queue", "/register", "/search?q=javascript"};
        for (size_t i = 0; i < sizeof first / sizeof *first; i++)
            snprintf(links.paths[links.count++], sizeof *links.paths, "%s", first[i]);
        for (size_t i = 0; i < links.count; i++) {
            unsigned status = browser_call(&browser, links.paths[i], NULL, NULL);
            shown += look(links.paths[i]);
            pages += status == 200;
            if (status == 200)
                collect(&links);
        }
    }
    print_message("# %zu texts replaced, %zu pages, the text %zu times\n", probed, pages, shown);
    assert_true(pages > 200);
    assert_true(shown > 200); /* it was there to be seen */
}

/* --- What is sent ------------------------------------------------------------------------- */

static void append_probe(struct buffer *form, const char *name)
{
    buffer_printf(form, "&%s=", name);
    http_percent_append(form, bytes_of(PROBE));
}

/* A field for each place of the layout. */
static void append_fields(struct buffer *form, const struct layout *layout, const char *prefix)
{
    for (size_t i = 0; layout && i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        char name[200];
        snprintf(name, sizeof name, "%s%s", prefix, field->name);
        if (field->kind == FIELD_RECORD || field->kind == FIELD_RECORDS)
            snprintf(
                name, sizeof name, "%s%s%s.", prefix, field->name,
                field->kind == FIELD_RECORDS ? ".1" : "");
        if (field->kind == FIELD_RECORD || field->kind == FIELD_RECORDS)
            append_fields(form, field->layout, name);
        else
            append_probe(form, name);
    }
}

static void what_is_filled_in_is_shown_as_text(void **state)
{
    (void)state;
    static const int actors[] = {PEOPLE_DESK,  PEOPLE_REVIEWER,  PEOPLE_SIGNATORY,
                                 PEOPLE_CHAIR, PEOPLE_INSPECTOR, PEOPLE_EXPORTER};
    size_t forms = 0, shown = 0;
    for (size_t who = 0; who < sizeof actors / sizeof *actors; who++) {
        be(&people[actors[who]]);
        for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
            const struct lifecycle *lifecycle = lifecycle_of(kind);
            for (size_t i = 0; i < lifecycle->transition_count; i++) {
                const struct transition *row = &lifecycle->transitions[i];
                struct buffer form = {0};
                char path[120];
                if (!(row->roles & people[actors[who]].role) || !(row->from & STATE_NEW))
                    continue;
                snprintf(path, sizeof path, "/act/%s/%s", file_word(kind), row->verb);
                buffer_printf(&form, "number=NEW-1");
                append_fields(&form, transition_body(row), "body.");
                assert_true(browser_send(&browser, path, buffer_text(&form)) < 500);
                shown += look(path);
                buffer_clear(&form);
                append_probe(&form, "number");
                append_fields(&form, transition_body(row), "body.");
                buffer_printf(&form, "&more=body.");
                http_percent_append(&form, bytes_of(PROBE));
                assert_true(browser_send(&browser, path, buffer_text(&form) + 1) < 500);
                shown += look(path);
                buffer_free(&form);
                forms++;
            }
        }
    }
    print_message("# %zu forms, the text %zu times\n", forms, shown);
    assert_true(forms > 20);
    assert_true(shown > 100);
}

/* Every parameter of every page, and every place of its path. */
static void what_is_asked_for_is_shown_as_text(void **state)
{
    (void)state;
    struct buffer probe = {0};
    size_t count = 0;
    http_percent_append(&probe, bytes_of(PROBE));
    be(&people[PEOPLE_SIGNATORY]);
    static const char *const places[] = {"exporter", "EX-0031"};
    for (size_t i = 0; i < site.row_count; i++) {
        const struct service_row *row = &site.rows[i];
        struct buffer path = {0}, probed_path = {0};
        size_t place = 0;
        for (const char *at = row->pattern; *at; at++) {
            bool open = *at == '{';
            buffer_printf(
                &path, "%.*s", open ? (int)strlen(places[place % 2]) : 1,
                open ? places[place % 2] : at);
            buffer_printf(&probed_path, "%s", open ? buffer_text(&probe) : "");
            if (!open)
                buffer_append_byte(&probed_path, (uint8_t)*at);
            place += open;
            at = open ? strchr(at, '}') : at;
        }
        (void)browser_call(&browser, buffer_text(&probed_path), NULL, NULL);
        (void)look(row->pattern);
        for (const struct route_query *query = row->query; query->name; query++) {
            struct buffer target = {0};
            buffer_printf(
                &target, "%s?%s=%s", buffer_text(&path), query->name, buffer_text(&probe));
            assert_true(browser_call(&browser, buffer_text(&target), NULL, NULL) < 500);
            (void)look(buffer_text(&target));
            buffer_free(&target);
            count++;
        }
        buffer_free(&path);
        buffer_free(&probed_path);
    }
    buffer_free(&probe);
    assert_true(count >= 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_stored_is_shown_as_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_filled_in_is_shown_as_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_asked_for_is_shown_as_text, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
