/* service: who may read what. Every route of the table, for every kind of file and every role, and
 * for somebody without a login, with an ended session, or of another organisation, is asked at a
 * running server; each answer is held to the server's own tables, and to access.txt, which was
 * written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "office_people.h"
#include "service/access.h"
#include "service/routes.h"
#include "service/schema.h"

static struct service_fixture fixture;
static struct office_person people[PEOPLE_COUNT];
static const struct bytes none;

/* A file of each kind, about EX-0031, XA, XA-police-ct and XA-court, where it is about anybody. */
static const char *const numbers[FILE_KIND_LAST + 1] = {
    [FILE_EXPORTER] = "EX-0031",
    [FILE_PRODUCT] = "P-0112",
    [FILE_APPLICATION] = "A-1",
    [FILE_FORM] = "IL-2021-12.1",
    [FILE_CERTIFICATE] = "EC-2026-0009",
    [FILE_LICENCE] = "IL-2026-0017",
    [FILE_INSTALLATION] = "IN-0001",
    [FILE_ORDER] = "OR-1",
    [FILE_WITHDRAWAL] = "WD-1",
    [FILE_DELEGATION] = "1",
    [FILE_ACCOUNT] = "X-09",
    [FILE_SCHEDULE] = "XA",
    [FILE_COUNTRY] = "XA",
    [FILE_AGENCY] = "XA-police-ct",
    [FILE_BODY] = "XA-court",
    [FILE_CASE] = "CA-1",
    [FILE_INSPECTION] = "IP-1",
    [FILE_USAGE] = "IL-2026-0017",
    [FILE_RULING] = "RU-1",
    [FILE_SETTINGS] = "office",
    /* Of these none is there, and they are nobody's own: whoever may see them gets 404. */
    [FILE_COMPLAINANT] = "CA-0",
    [FILE_SIGNAL] = "SI-0",
    [FILE_CAMPAIGN] = "IL-0.1",
};

static bool is_there(enum file_kind kind)
{
    return kind != FILE_COMPLAINANT && kind != FILE_SIGNAL && kind != FILE_CAMPAIGN;
}

static void does(enum world_key key, const char *file, const char *verb, struct datum body)
{
    struct bytes act = office_act(&fixture.script, key, file, 0, verb, body);
    assert_int_equal(service_act(&fixture, act), 201);
}

/* A return of IN-0001, with its first renewal: what was used is a file of the licence. */
static void returned(void)
{
    struct world *world = &fixture.script.world;
    struct renewal renewal = service_first_renewal(&fixture);
    struct usage_return value = {
        .installation = "IN-0001",
        .licence = world->licence_digest,
        .from = office_clock - MILLIS_HOUR,
        .until = office_clock,
        .within = 1,
        .begun = 1,
        .head = renewal.head,
    };
    struct buffer bytes = {0};
    WORLD_SIGN(world, INSTRUMENT_RETURN, &value, &bytes, NULL, WORLD_GUARD);
    const struct bytes returns = buffer_view(&bytes);
    renewal.returns = &returns;
    renewal.returns_count = 1;
    assert_int_equal(
        service_status(
            &fixture, "POST", "/api/v1/renewals", "application/cose",
            service_sign_renewal(&fixture, &renewal, WORLD_GUARD)),
        200);
    buffer_free(&bytes);
}

/* A file of each kind that somebody who is not of the ministries may see as their own, and more. */
static void more_files(void)
{
    struct office_script *script = &fixture.script;
    struct datum licence = datum_of_text("IL-2026-0017");
    does(
        WORLD_D1, "case/CA-1", "open",
        OFFICE_BODY(
            script, {"origin", datum_of_text("self-report")}, {"licence", licence},
            {"what", datum_of_text("A use on other grounds.")}));
    does(
        WORLD_D1, "inspection/IP-1", "plan",
        OFFICE_BODY(
            script, {"licence", licence}, {"place", datum_of_text("The capital")},
            {"purpose", datum_of_text("To see the machine.")},
            {"date", datum_of_text("2026-06-01T00:00:00Z")}));
    does(
        WORLD_D1, "ruling/RU-1", "ask",
        OFFICE_BODY(
            script, {"certificate", datum_of_text("EC-2026-0009")},
            {"clause", datum_of_text("6.1")},
            {"question", datum_of_text("Is mockery criticism?")}));
    struct datum calendar = OFFICE_BODY(script, {"utc-offset", datum_of_text("+02:00")});
    struct datum settings = OFFICE_BODY(
        script, {"calendar", calendar}, {"review-days", datum_of_integer(5)},
        {"silence", datum_of_text("escalates")}, {"confirm-within", datum_of_text("1d")},
        {"decide-days", datum_of_integer(45)}, {"objection-days", datum_of_integer(30)});
    does(
        WORLD_D1, "settings/office", "propose",
        OFFICE_BODY(script, {"settings", settings}, {"reasons", datum_of_text("As it is.")}));
    returned();
}

static int set_up(void **state)
{
    (void)state;
    service_fixture_init(&fixture);
    service_fixture_live(&fixture);
    fixture.anonymous = true;
    struct world *world = &fixture.script.world;
    struct order order = world_order(world, "OR-1", ORDER_SUSPEND, NULL);
    assert_int_equal(service_act(&fixture, OFFICE_ORDER(&fixture.script, &order, WORLD_D1)), 201);
    assert_int_equal(
        service_act(
            &fixture,
            office_withdrawal(
                &fixture.script, "WD-1", &world->certificate_digest, &world->approval_digest)),
        201);
    more_files();
    office_people_init(&fixture, people);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    office_people_free(people);
    service_fixture_free(&fixture);
    return 0;
}

/* --- What the tables say ------------------------------------------------------------------ */

/* Who is of the organisations that the files are about. */
static bool is_party(size_t who, enum file_kind kind)
{
    switch (who) {
    case PEOPLE_EXPORTER:
        return true;
    case PEOPLE_STATE:
    case PEOPLE_SUPERVISOR:
    case PEOPLE_BODY:
        return kind != FILE_ACCOUNT; /* the sample is the exporter's */
    default:
        return false;
    }
}

static unsigned by_kind(size_t who, enum file_kind kind, bool one, unsigned good)
{
    const struct actor reader = {
        .kind = who == PEOPLE_NOBODY ? 0 : ACTOR_OFFICER,
        .id = "somebody",
        .roles = people[who].role,
    };
    struct fault fault = {0};
    enum error error = reader_sees(&reader, kind, &fault);
    if (error)
        return error == ERROR_SESSION_NONE ? 401 : 403;
    if (one && reader_sight(&reader, kind) == SIGHT_OWN && !is_party(who, kind))
        return 404;
    return good;
}

static unsigned
by_table(const struct service_row *row, size_t who, enum file_kind kind, bool one, unsigned good)
{
    bool cares = row->access->rule == ACCESS_KIND || row->access->rule == ACCESS_ROLES;
    if (cares && who == PEOPLE_ENDED)
        return 401;
    switch (row->access->rule) {
    case ACCESS_KIND:
        return by_kind(who, kind, one, good);
    case ACCESS_ROLES:
        if (row->access->roles & people[who].role)
            return good;
        return who == PEOPLE_NOBODY ? 401 : 403;
    default:
        break;
    }
    bool out = row->method == HTTP_DELETE && (who == PEOPLE_NOBODY || who == PEOPLE_ENDED);
    return out ? 401 : good;
}

/* --- access.txt --------------------------------------------------------------------------- */

static struct buffer page;

/* The line of a request, after its name; NULL when there is none. */
static const char *line_of(const char *name)
{
    size_t length = strlen(name);
    const char *found = NULL;
    for (const char *line = buffer_text(&page); *line;) {
        const char *bar = strchr(line, '|');
        const char *end = strchr(line, '\n');
        assert_non_null(end);
        size_t words = bar && bar < end ? (size_t)(bar - line) : 0;
        while (words && line[words - 1] == ' ')
            words--;
        if (words == length && memcmp(line, name, length) == 0) {
            assert_null(found); /* said twice */
            found = bar;
        }
        line = end + 1;
    }
    return found;
}

static bool names(const char *part, size_t length, const char *word)
{
    size_t size = strlen(word);
    for (size_t i = 0; i + size <= length; i++) {
        bool begins = i == 0 || part[i - 1] == ' ';
        bool ends = i + size == length || part[i + size] == ' ';
        if (begins && ends && memcmp(part + i, word, size) == 0)
            return true;
    }
    return false;
}

/* The status that the line says for a person; 0 when it says none. */
static unsigned by_hand(const char *line, const char *word)
{
    unsigned others = 0;
    while (line && *line == '|') {
        const char *part = line + 1;
        size_t length = strcspn(part, "|\n");
        unsigned status = (unsigned)strtoul(part, NULL, 10);
        if (names(part, length, word))
            return status;
        if (names(part, length, "*"))
            others = status;
        line = part + length;
    }
    return others;
}

/* --- Every cell --------------------------------------------------------------------------- */

struct tally {
    size_t cells, wrong, lines;
};

static unsigned ask(const struct service_row *row, const char *path, size_t who)
{
    char token[64];
    snprintf(token, sizeof token, "%s", people[who].token);
    /* What ends a session is done with one of its own. */
    if (row->method == HTTP_DELETE && people[who].key) {
        struct bytes login = service_sign_login(&fixture, people[who].key, NULL, none);
        assert_int_equal(service_enter(&fixture, login, token), 201);
    }
    struct http_reply reply = service_call_as(
        &fixture, token, http_method_text(row->method), path,
        row->accepts ? "application/cose" : NULL, row->accepts ? BYTES_LITERAL("\x18") : none);
    unsigned status = reply.status;
    http_reply_free(&reply);
    return status;
}

/* One request by everybody. good: what whoever may ask for it gets. */
static void try_all(
    const struct service_row *row, const char *path, enum file_kind kind, bool one, unsigned good,
    struct tally *tally)
{
    char name[200];
    snprintf(name, sizeof name, "%s %s", http_method_text(row->method), path);
    const char *line = line_of(name);
    if (!line)
        print_error("access.txt has no line for: %s\n", name);
    tally->lines++;
    for (size_t who = 0; who < PEOPLE_COUNT; who++) {
        unsigned hand = by_hand(line, people[who].word);
        unsigned table = by_table(row, who, kind, one, good);
        char own[200];
        /* Each asks for another reference that is not there: tries at one are counted. */
        snprintf(own, sizeof own, "%s", path);
        if (text_ends(path, "/CP-0"))
            snprintf(own, sizeof own, "%s%zu", path, who);
        unsigned status = ask(row, own, who);
        tally->cells++;
        if (status == hand && status == table)
            continue;
        tally->wrong++;
        print_error(
            "%s, %s: %u; by hand %u, by the table %u\n", name, people[who].word, status, hand,
            table);
    }
}

static bool has_document(enum file_kind kind)
{
    return lifecycle_of(kind)->instrument_at != 0;
}

/* A row about files: once for each kind. */
static void try_kinds(const struct service_row *row, struct tally *tally)
{
    bool document = text_ends(row->pattern, "/document");
    bool one = strstr(row->pattern, "{number}") != NULL;
    bool public = text_starts(row->pattern, "/api/v1/register/");
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        char path[200];
        if (!numbers[kind])
            fail_msg("no sample of the kind %s: give it one, and lines", file_word(kind));
        snprintf(
            path, sizeof path, "%.*s%s%s%s%s", (int)strcspn(row->pattern, "{"), row->pattern,
            file_word(kind), one ? "/" : "", one ? numbers[kind] : "",
            strrchr(row->pattern, '}') + 1);
        unsigned good = 200;
        if ((one && !is_there(kind)) || (document && !has_document(kind)) ||
            (public && sight_of_anyone(kind) != SIGHT_STATE))
            good = 404;
        try_all(row, path, kind, one, good, tally);
    }
}

static void every_cell_is_as_it_is_said(void **state)
{
    (void)state;
    /* Rows about one thing, as they are asked for; {kind} stands for all kinds. */
    static const struct {
        const char *pattern, *path;
        unsigned good;
    } samples[] = {
        {"/api/v1/roots/{version}", "/api/v1/roots/1", 200},
        {"/api/v1/checkpoint/consistency", "/api/v1/checkpoint/consistency?from=1", 200},
        {"/api/v1/events/{sequence}/proof", "/api/v1/events/0/proof", 200},
        /* Takes JSON, and each asks with another type. */
        {"/api/v1/complaints", "/api/v1/complaints", 415},
        {"/api/v1/hearings/{number}", "/api/v1/hearings/CA-1", 404},
        {"/api/v1/complaints/{reference}", "/api/v1/complaints/CP-0", 404},
    };
    struct tally tally = {0};
    assert_int_equal(
        os_read_file(&os_system, UNIT_FOLDER "/access.txt", 1 << 20, &fixture.fault, &page),
        ERROR_OK);
    for (size_t i = 0; i < service_row_count; i++) {
        const struct service_row *row = &service_rows[i];
        if (strstr(row->pattern, "{kind}")) {
            try_kinds(row, &tally);
            continue;
        }
        const char *path = row->pattern;
        unsigned good = row->accepts ? 400 : row->method == HTTP_DELETE ? 204 : 200;
        for (size_t k = 0; k < sizeof samples / sizeof *samples; k++) {
            if (strcmp(samples[k].pattern, row->pattern) == 0) {
                path = samples[k].path;
                good = samples[k].good;
            }
        }
        try_all(row, path, FILE_NONE, false, good, &tally);
    }
    print_message("%zu cells\n", tally.cells);
    assert_int_equal(tally.wrong, 0);
    size_t lines = 0;
    for (const char *at = buffer_text(&page); *at; at = strchr(at, '\n') + 1)
        lines += *at != '#' && *at != '\n';
    assert_int_equal(lines, tally.lines);
    buffer_free(&page);
}

/* --- Lists -------------------------------------------------------------------------------- */

static void lists(size_t who, const char *path, const char *numbers_there)
{
    struct http_reply reply = service_call_as(&fixture, people[who].token, "GET", path, NULL, none);
    assert_int_equal(reply.status, 200);
    struct arena arena = {0};
    struct buffer found = {0};
    const struct json *root, *files;
    assert_int_equal(json_parse(buffer_view(&reply.body), &arena, NULL, &root), ERROR_OK);
    assert_int_equal(json_get(root, "files", JSON_ARRAY, NULL, &files), ERROR_OK);
    for (size_t i = 0; i < json_count(files); i++) {
        struct bytes number;
        assert_int_equal(json_get_string(json_at(files, i), "number", NULL, &number), ERROR_OK);
        buffer_printf(&found, "%.*s ", (int)number.length, (const char *)number.data);
    }
    assert_string_equal(found.length ? buffer_text(&found) : "", numbers_there);
    buffer_free(&found);
    arena_free(&arena);
    http_reply_free(&reply);
}

static void lists_have_what_their_reader_sees(void **state)
{
    (void)state;
    lists(PEOPLE_DESK, "/api/v1/files/exporter", "EX-0031 EX-0032 ");
    lists(PEOPLE_EXPORTER, "/api/v1/files/exporter", "EX-0031 ");
    lists(PEOPLE_EXPORTER_OTHER, "/api/v1/files/exporter", "EX-0032 ");
    lists(PEOPLE_EXPORTER_OTHER, "/api/v1/files/licence", "");
    lists(PEOPLE_STATE, "/api/v1/files/licence", "IL-2026-0017 ");
    lists(PEOPLE_STATE_OTHER, "/api/v1/files/licence", "");
    lists(PEOPLE_BODY, "/api/v1/files/certificate", "EC-2026-0009 ");
    lists(PEOPLE_BODY_OTHER, "/api/v1/files/certificate", "");
    lists(PEOPLE_STATE, "/api/v1/files/account", "X-11 XA-S1 ");
}

static void searches_find_what_files_say(void **state)
{
    (void)state;
    lists(PEOPLE_DESK, "/api/v1/files/exporter?q=a%20STREET", "EX-0031 EX-0032 ");
    lists(PEOPLE_DESK, "/api/v1/files/exporter?q=CONSOLIDATED", "EX-0031 ");
    lists(PEOPLE_EXPORTER_OTHER, "/api/v1/files/exporter?q=CONSOLIDATED", "");
    lists(PEOPLE_DESK, "/api/v1/files/exporter?q=owner&state=draft", "EX-0032 ");
    lists(PEOPLE_DESK, "/api/v1/files/certificate?q=counter-terrorism", "");
    lists(PEOPLE_DESK, "/api/v1/files/application?q=Counter-terrorism", "A-0 A-1 ");
    lists(PEOPLE_DESK, "/api/v1/files/account?q=XA-court", "X-15 ");
    lists(PEOPLE_DESK, "/api/v1/files/installation?parent=IL-2026-0017", "IN-0001 ");
}

/* Page by page, each once, with no more than is asked for. */
static void cursors_lead_through_a_list(void **state)
{
    (void)state;
    struct buffer all = {0}, path = {0};
    size_t pages = 0;
    buffer_append_text(&path, "/api/v1/files/account?limit=2");
    while (path.length && pages < 20) {
        struct arena arena = {0};
        struct http_reply reply = service_call_as(
            &fixture, people[PEOPLE_AUDITOR].token, "GET", buffer_text(&path), NULL, none);
        const struct json *root, *files, *next;
        assert_int_equal(reply.status, 200);
        assert_int_equal(json_parse(buffer_view(&reply.body), &arena, NULL, &root), ERROR_OK);
        assert_int_equal(json_get(root, "files", JSON_ARRAY, NULL, &files), ERROR_OK);
        assert_true(json_count(files) >= 1 && json_count(files) <= 2);
        for (size_t i = 0; i < json_count(files); i++) {
            struct bytes number;
            assert_int_equal(json_get_string(json_at(files, i), "number", NULL, &number), ERROR_OK);
            buffer_printf(&all, "%.*s ", (int)number.length, (const char *)number.data);
        }
        next = json_find(root, "next");
        buffer_clear(&path);
        if (next) {
            struct bytes cursor = json_characters(next);
            buffer_printf(
                &path, "/api/v1/files/account?limit=2&cursor=%.*s", (int)cursor.length,
                (const char *)cursor.data);
        }
        pages++;
        arena_free(&arena);
        http_reply_free(&reply);
    }
    assert_string_equal(buffer_text(&all), "X-09 X-10 X-11 X-12 X-13 X-14 X-15 X-16 X-17 XA-S1 ");
    assert_int_equal(pages, 5);
    buffer_free(&all);
    buffer_free(&path);
    static const char *const bad[] = {"X-09", "!", "", "WA", "AA", "Li4", "WC0wOQ=="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[100];
        snprintf(text, sizeof text, "/api/v1/files/account?cursor=%s", bad[i]);
        unsigned status = service_status_as(&fixture, people[PEOPLE_AUDITOR].token, "GET", text);
        if (status != (strcmp(bad[i], "WA") == 0 ? 200 : 400))
            fail_msg("cursor %s: %u", bad[i], status);
    }
}

/* What the reader gets of a register as CSV. */
static void table_is(size_t who, const char *path, const char *text)
{
    struct http_reply reply = service_call_as(&fixture, people[who].token, "GET", path, NULL, none);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.type, "text/csv");
    assert_string_equal(buffer_text(&reply.body), text);
    http_reply_free(&reply);
}

#define EXPORTER_COLUMNS                                                                           \
    "number,version,state,opened,changed,name,address,country,owners,submitted.person,"            \
    "submitted.time,screened.person,screened.time,decided.person,decided.time,parties,reason\r\n"

/* A register holds no file that the reader's list does not; a table as RFC 4180 has it. */
static void registers_hold_what_their_reader_sees(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/api/v1/registers/exporter/csv?state=draft", "/api/v1/registers/exporter/csv?q=Another"};
    struct arena arena = {0};
    const struct json *root, *rows;
    struct http_reply reply = service_call_as(
        &fixture, people[PEOPLE_EXPORTER].token, "GET", "/api/v1/registers/exporter/json", NULL,
        none);
    assert_int_equal(json_parse(buffer_view(&reply.body), &arena, NULL, &root), ERROR_OK);
    assert_int_equal(json_get(root, "rows", JSON_ARRAY, NULL, &rows), ERROR_OK);
    assert_int_equal(json_count(rows), 1);
    assert_true(
        bytes_equal_text(json_characters(json_find(json_at(rows, 0), "number")), "EX-0031"));
    http_reply_free(&reply);
    arena_free(&arena);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        table_is(PEOPLE_EXPORTER, paths[i], EXPORTER_COLUMNS);
}

/* A page says where the next is, and the pages together are the whole. */
static void tables_go_on_where_they_say(void **state)
{
    (void)state;
    struct http_reply reply = service_call_as(
        &fixture, people[PEOPLE_AUDITOR].token, "GET", "/api/v1/registers/exporter/csv?limit=1",
        NULL, none);
    struct http_reply rest = service_call_as(
        &fixture, people[PEOPLE_AUDITOR].token, "GET",
        "/api/v1/registers/exporter/csv?limit=1&cursor=RVgtMDAzMQ", NULL, none);
    assert_true(strstr(buffer_text(&reply.body), "\r\nEX-0031,") != NULL);
    assert_true(strstr(buffer_text(&reply.body), "\r\nEX-0032,") == NULL);
    assert_true(strstr(buffer_text(&rest.body), "\r\nEX-0032,") != NULL);
    assert_true(strstr(buffer_text(&rest.body), "\r\nEX-0031,") == NULL);
    http_reply_free(&reply);
    http_reply_free(&rest);
}

/* --- What answers hold -------------------------------------------------------------------- */

static const struct answer *answer_of(const char *name)
{
    for (size_t i = 0; i < answer_count; i++) {
        if (strcmp(answers[i].name, name) == 0)
            return &answers[i];
    }
    fail_msg("no answer %s", name);
    return NULL;
}

static void holds_to(const struct json *json, const struct answer *answer);

static bool is_hex(const struct json *json, size_t digits)
{
    struct bytes text = json_characters(json);
    bool good = json_type(json) == JSON_STRING && text.length == digits;
    for (size_t i = 0; i < text.length; i++)
        good = good && strchr("0123456789abcdef", text.data[i]);
    return good;
}

static bool all_are(const struct json *json, bool digests)
{
    bool good = json_type(json) == JSON_ARRAY;
    for (size_t i = 0; good && i < json_count(json); i++)
        good = digests ? is_hex(json_at(json, i), 64) : json_type(json_at(json, i)) == JSON_STRING;
    return good;
}

static bool is_member(const struct json *json, const struct answer_member *member)
{
    uint64_t number;
    millis time;
    struct buffer bytes = {0};
    bool good = json_type(json) == JSON_STRING;
    switch (member->type) {
    case ANSWER_TEXT:
        return good;
    case ANSWER_NUMBER:
        return json_u64_max(json, INT64_MAX, NULL, &number) == ERROR_OK;
    case ANSWER_BOOL:
        return json_type(json) == JSON_BOOL;
    case ANSWER_TIME:
        return good && time_parse(json_characters(json), NULL, &time) == ERROR_OK;
    case ANSWER_DIGEST:
        return is_hex(json, 64);
    case ANSWER_ID:
        return is_hex(json, 32);
    case ANSWER_BYTES:
        good = good && base64url_parse(json_characters(json), NULL, &bytes) == ERROR_OK;
        buffer_free(&bytes);
        return good;
    case ANSWER_TEXTS:
        return all_are(json, false);
    case ANSWER_DIGESTS:
        return all_are(json, true);
    case ANSWER_ONE:
        holds_to(json, answer_of(member->of));
        return true;
    case ANSWER_MANY:
        for (size_t i = 0; i < json_count(json); i++)
            holds_to(json_at(json, i), answer_of(member->of));
        return json_type(json) == JSON_ARRAY;
    case ANSWER_ROWS:
        for (size_t i = 0; i < json_count(json); i++) {
            const struct json *named = json_find(json_at(json, i), "number");
            assert_true(named && json_type(named) == JSON_STRING);
        }
        return json_type(json) == JSON_ARRAY;
    case ANSWER_ANY:
        return json_type(json) == JSON_OBJECT;
    }
    return false;
}

/* Every member is one of the answer's and of its type; those that must be there are. */
static void holds_to(const struct json *json, const struct answer *answer)
{
    size_t known = 0;
    assert_int_equal(json_type(json), JSON_OBJECT);
    for (const struct answer_member *member = answer->members; member->name; member++) {
        const struct json *found = json_find(json, member->name);
        known += found != NULL;
        if (found ? !is_member(found, member) : !member->optional)
            fail_msg("%s: %s", answer->name, member->name);
    }
    if (known != json_count(json))
        fail_msg("%s: a member that the table does not have", answer->name);
}

static void answers_to(
    const char *method, const char *path, unsigned status, const char *name, struct bytes body)
{
    struct arena arena = {0};
    const struct json *json;
    struct http_reply reply = service_call_as(
        &fixture, people[PEOPLE_AUDITOR].token, method, path,
        body.length ? "application/cose" : NULL, body);
    assert_int_equal(reply.status, status);
    assert_int_equal(json_parse(buffer_view(&reply.body), &arena, NULL, &json), ERROR_OK);
    holds_to(json, answer_of(name));
    arena_free(&arena);
    http_reply_free(&reply);
}

/* docs/openapi.json describes the answers by a table; the answers are so. */
static void answers_hold_what_is_said_of_them(void **state)
{
    (void)state;
    answers_to("GET", "/api/v1/status", 200, "Status", none);
    answers_to("GET", "/api/v1/events", 200, "Events", none);
    answers_to("GET", "/api/v1/events/2/proof", 200, "Inclusion", none);
    answers_to("GET", "/api/v1/checkpoint/consistency?from=1", 200, "Consistency", none);
    answers_to("GET", "/api/v1/session/challenge", 200, "Challenge", none);
    answers_to("GET", "/api/v1/register/licence/IL-2026-0017", 200, "Registered", none);
    answers_to("GET", "/api/v1/register/licence/IL-0", 404, "Problem", none);
    answers_to("POST", "/api/v1/acts", 200, "Accepted", fixture.script.life[1]);
    answers_to(
        "POST", "/api/v1/session", 201, "Session",
        service_sign_login(&fixture, people[PEOPLE_STATE].key, NULL, none));
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        char path[200];
        snprintf(path, sizeof path, "/api/v1/files/%s", file_word(kind));
        answers_to("GET", path, 200, "Files", none);
        snprintf(path, sizeof path, "/api/v1/registers/%s/json", file_word(kind));
        answers_to("GET", path, 200, "Register", none);
        snprintf(path, sizeof path, "/api/v1/files/%s/%s", file_word(kind), numbers[kind]);
        if (is_there(kind))
            answers_to("GET", path, 200, "FileBase", none);
    }
}

/* How many events about files of the kind there are, and with what they hold. */
static void count_events(size_t who, const char *kind, size_t *ret_all, size_t *ret_whole)
{
    struct arena arena = {0};
    const struct json *root, *events;
    struct http_reply reply = service_call_as(
        &fixture, people[who].token, "GET", "/api/v1/events?count=1000", NULL, none);
    assert_int_equal(reply.status, 200);
    assert_int_equal(json_parse(buffer_view(&reply.body), &arena, NULL, &root), ERROR_OK);
    assert_int_equal(json_get(root, "events", JSON_ARRAY, NULL, &events), ERROR_OK);
    *ret_all = *ret_whole = 0;
    for (size_t i = 0; i < json_count(events); i++) {
        const struct json *file = json_find(json_at(events, i), "file");
        if (!file ||
            !bytes_equal(bytes_slice(json_characters(file), 0, strlen(kind)), bytes_of(kind)))
            continue;
        ++*ret_all;
        *ret_whole += json_find(json_at(events, i), "body") != NULL;
    }
    arena_free(&arena);
    http_reply_free(&reply);
}

/* The log tells nobody what a file would not. */
static void events_hold_what_their_reader_sees(void **state)
{
    (void)state;
    size_t all, whole, again;
    count_events(PEOPLE_AUDITOR, "account/", &all, &whole);
    assert_true(all >= 18);
    assert_int_equal(whole, all);
    count_events(PEOPLE_CHAIR, "account/", &again, &whole);
    assert_int_equal(again, all);
    assert_int_equal(whole, 0);
    count_events(PEOPLE_CHAIR, "licence/", &all, &whole);
    assert_true(all >= 2);
    assert_int_equal(whole, all);
}

/* A client that has the answer is told so, and only that one. */
static void tags_are_of_what_is_said(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/api/v1/files/licence/IL-2026-0017", "/api/v1/files/licence", "/api/v1/openapi.json",
        "/api/v1/files/licence/IL-2026-0017/document"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char url[200], bearer[80];
        struct http_reply first =
            service_call_as(&fixture, people[PEOPLE_DESK].token, "GET", paths[i], NULL, none);
        assert_int_equal(first.status, 200);
        assert_true(first.etag[0] == '"');
        snprintf(url, sizeof url, "http://127.0.0.1:%u%s", service_port(fixture.service), paths[i]);
        snprintf(bearer, sizeof bearer, "Bearer %s", people[PEOPLE_DESK].token);
        struct http_client_field fields[] = {
            {"Authorization", bearer}, {"If-None-Match", first.etag}};
        const struct http_call call = {
            .url = url, .fields = fields, .field_count = 2, .response_max = 16 << 20};
        struct http_reply again = {0};
        assert_int_equal(http_client_call(fixture.client, &call, NULL, &again), ERROR_OK);
        assert_int_equal(again.status, 304);
        assert_int_equal(again.body.length, 0);
        http_reply_free(&again);
        fields[1].value = "\"another\"";
        assert_int_equal(http_client_call(fixture.client, &call, NULL, &again), ERROR_OK);
        assert_int_equal(again.status, 200);
        assert_true(bytes_equal(buffer_view(&again.body), buffer_view(&first.body)));
        http_reply_free(&again);
        http_reply_free(&first);
    }
}

/* --- Standing ----------------------------------------------------------------------------- */

static void a_suspended_account_reads_nothing(void **state)
{
    (void)state;
    const struct office_person *person = &people[PEOPLE_OVERSIGHT];
    const char *path = "/api/v1/files/licence/IL-2026-0017";
    char file[40];
    snprintf(file, sizeof file, "account/%s", person->id);
    assert_int_equal(service_status_as(&fixture, person->token, "GET", path), 200);
    struct bytes act = office_act(
        &fixture.script, WORLD_D1, file, 2, "suspend",
        OFFICE_BODY(&fixture.script, {"reason", datum_of_text("A reason.")}));
    struct http_reply reply =
        service_call_as(&fixture, "", "POST", "/api/v1/acts", "application/cose", act);
    assert_int_equal(reply.status, 201);
    http_reply_free(&reply);
    assert_int_equal(service_status_as(&fixture, person->token, "GET", path), 401);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_as_it_is_said),
        cmocka_unit_test(lists_have_what_their_reader_sees),
        cmocka_unit_test(searches_find_what_files_say),
        cmocka_unit_test(cursors_lead_through_a_list),
        cmocka_unit_test(registers_hold_what_their_reader_sees),
        cmocka_unit_test(tables_go_on_where_they_say),
        cmocka_unit_test(answers_hold_what_is_said_of_them),
        cmocka_unit_test(events_hold_what_their_reader_sees),
        cmocka_unit_test(tags_are_of_what_is_said),
        cmocka_unit_test(a_suspended_account_reads_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
