/* site: who sees which pages. A page shows a file, a register or a document to exactly those who
 * get it from the API, whose access is held to a list written by hand (test_service_access.c); and
 * nothing but the public pages to whoever is not signed in. */
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
#include "service/refusal.h"
#include "site/problems.h"

static struct service_fixture fixture;
static struct office_person people[PEOPLE_COUNT];

static int set_up(void **state)
{
    (void)state;
    service_fixture_init(&fixture);
    /* no PDF is made here: who may have one is the question */
    service_fixture_stop(&fixture);
    fixture.settings.pdf_python = "/nowhere/python3";
    service_fixture_start(&fixture);
    service_fixture_live(&fixture);
    fixture.anonymous = true;
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

/* The status of a page, asked for with the session's cookie. */
static unsigned page(const char *path, const char *token)
{
    char url[300], cookie[90];
    struct http_reply reply = {0};
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", service_port(fixture.service), path);
    snprintf(cookie, sizeof cookie, "enduse=%s", token);
    const struct http_client_field fields[] = {{"Accept", "text/html"}, {"Cookie", cookie}};
    const struct http_call call = {
        .url = url, .fields = fields, .field_count = *token ? 2 : 1, .response_max = 16 << 20};
    assert_int_equal(http_client_call(fixture.client, &call, &fixture.fault, &reply), ERROR_OK);
    unsigned status = reply.status;
    http_reply_free(&reply);
    return status;
}

/* What a page says where the API says this: whoever has no session is led to the sign-in, also to
 * what the API shows to anyone. */
static unsigned expected(const struct office_person *who, unsigned api)
{
    bool session = *who->token && strcmp(who->word, "ended") != 0;
    return session ? api : 303;
}

static void hold(const struct office_person *who, const char *kind, const char *rest)
{
    char shown[120], asked[120];
    snprintf(shown, sizeof shown, "/register/%s%s", kind, rest);
    snprintf(asked, sizeof asked, "/api/v1/files/%s%s", kind, rest);
    unsigned api = service_status_as(&fixture, who->token, "GET", asked);
    unsigned status = page(shown, who->token);
    if (status != expected(who, api))
        print_error("%s, %s: %u, and the API: %u\n", shown, who->word, status, api);
    assert_int_equal(status, expected(who, api));
}

static void pages_show_what_the_api_shows(void **state)
{
    (void)state;
    static const char *const files[] = {
        "exporter/EX-0031",     "exporter/EX-0032",         "product/P-0112", "application/A-1",
        "form/IL-2021-12.1",    "certificate/EC-2026-0009", "delegation/1",   "schedule/XA",
        "licence/IL-2026-0017", "installation/IN-0001",     "country/XA",     "licence/IL-0",
    };
    static const char *const documents[] = {
        "certificate/EC-2026-0009/document", "licence/IL-2026-0017/document"};
    for (size_t who = 0; who < PEOPLE_COUNT; who++) {
        for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++)
            hold(&people[who], file_word(kind), "");
        for (size_t i = 0; i < sizeof files / sizeof *files; i++)
            hold(&people[who], files[i], "");
        for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
            hold(&people[who], documents[i], "");
    }
}

/* Who may have a signed document may have its PDF, and nobody else: 503 is the refusal of whoever
 * may, where there is nothing to make it. Of a case, who sees it. */
static void a_pdf_is_for_whoever_has_the_document(void **state)
{
    (void)state;
    static const struct {
        const char *pdf, *source;
    } rows[] = {
        {"certificate/EC-2026-0009/pdf", "certificate/EC-2026-0009/document"},
        {"licence/IL-2026-0017/pdf", "licence/IL-2026-0017/document"},
        {"licence/IL-0/pdf", "licence/IL-0/document"},
        {"exporter/EX-0031/pdf", "exporter/EX-0031/document"},
        {"case/CP-none/pdf", "case/CP-none"},
    };
    unsigned made = 0;
    for (size_t who = 0; who < PEOPLE_COUNT; who++) {
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            char shown[120], asked[120];
            snprintf(shown, sizeof shown, "/register/%s", rows[i].pdf);
            snprintf(asked, sizeof asked, "/api/v1/files/%s", rows[i].source);
            unsigned api = service_status_as(&fixture, people[who].token, "GET", asked);
            unsigned wanted = expected(&people[who], api), status = page(shown, people[who].token);
            made += wanted == 200;
            assert_int_equal(status, wanted == 200 ? 503 : wanted);
        }
    }
    assert_true(made >= 10);
}

/* What is said of a PDF that cannot be had: why, and where the document itself is. */
static void a_pdf_that_is_not_made_leads_to_the_file(void **state)
{
    (void)state;
    static const struct {
        enum error error;
        const char *heading;
        bool again; /* asking again may help */
    } rows[] = {
        {ERROR_PAPER_LATE, "Too long for a PDF", false},
        {ERROR_PAPER_LARGE, "Too long for a PDF", false},
        {ERROR_PAPER_FAILED, "The PDF could not be made", true},
        {ERROR_PAPER_PROGRAM, "No PDF is made here", true},
        {ERROR_PAPER_FULL, "Not available at the moment", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct http_request request = {
            .method = HTTP_GET, .path = "/register/certificate/EC-2026-0009/pdf"};
        struct http_response response = {0};
        refusal_answer(&response, &(struct fault){.error = rows[i].error});
        bool again = strstr(buffer_text(&response.fields), "Retry-After");
        problem_page_make(fixture.service, &request, "1", &response);
        const char *text = buffer_text(&response.content);
        assert_non_null(strstr(text, rows[i].heading));
        bool leads = strstr(text, "href=\"/register/certificate/EC-2026-0009\"");
        assert_int_equal(leads, rows[i].error != ERROR_PAPER_FULL);
        assert_int_equal(again, rows[i].again);
        http_response_free(&response);
    }
}

static void only_public_pages_are_for_anyone(void **state)
{
    (void)state;
    size_t public = 0;
    for (size_t i = 0; i < site.row_count; i++) {
        const struct service_row *row = &site.rows[i];
        bool plain = row->method == HTTP_GET && !strchr(row->pattern, '{') && !row->signs;
        if (!plain)
            continue;
        bool anyone = row->access->rule == ACCESS_ANYONE;
        /* An auditor reads everything but what is for the parties of a case. */
        bool party = row->access->rule == ACCESS_ROLES && row->access->roles & ROLE_EXPORTER;
        const char *reader = people[party ? PEOPLE_EXPORTER : PEOPLE_AUDITOR].token;
        unsigned nobody = page(row->pattern, ""), signed_in = page(row->pattern, reader);
        if (party)
            assert_int_equal(page(row->pattern, people[PEOPLE_AUDITOR].token), 403);
        public += anyone;
        if (anyone && strcmp(row->pattern, "/sign-in/enter") == 0)
            continue; /* nothing was signed */
        assert_int_equal(nobody, anyone ? 200 : 303);
        /* A stream of events wants to be told of what. */
        assert_int_equal(signed_in, strcmp(row->pattern, "/live") == 0 ? 400 : 200);
    }
    assert_true(public >= 6);
}

/* Whoever may do an act has its form; nobody else. */
static void forms_are_for_whoever_may_act(void **state)
{
    (void)state;
    for (size_t who = 0; who < PEOPLE_COUNT; who++) {
        const struct office_person *one = &people[who];
        bool exporter = one->role & (ROLE_DESK | ROLE_EXPORTER);
        unsigned status = page("/act/exporter/draft", one->token);
        assert_int_equal(status, expected(one, exporter ? 200 : 403));
        bool signatory = one->role & ROLE_SIGNATORY;
        status = page("/act/country/propose", one->token);
        unsigned wanted = signatory ? 200 : 403;
        assert_int_equal(status, expected(one, wanted));
    }
}

/* Every count as it is: for those who see every file that is counted. */
static void exact_figures_are_for_those_who_see_all(void **state)
{
    (void)state;
    const unsigned roles = ROLE_DESK | ROLE_REVIEWER | ROLE_SIGNATORY | ROLE_CHAIR | ROLE_AUDITOR;
    for (size_t who = 0; who < PEOPLE_COUNT; who++) {
        const struct office_person *one = &people[who];
        unsigned wanted = one->role & roles ? 200 : 403;
        assert_int_equal(page("/figures/exact", one->token), expected(one, wanted));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_show_what_the_api_shows),
        cmocka_unit_test(a_pdf_is_for_whoever_has_the_document),
        cmocka_unit_test(a_pdf_that_is_not_made_leads_to_the_file),
        cmocka_unit_test(only_public_pages_are_for_anyone),
        cmocka_unit_test(forms_are_for_whoever_may_act),
        cmocka_unit_test(exact_figures_are_for_those_who_see_all),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
