/* store: complaints on their way to a case, and how to reach who made them: beside the log, held to
 * what the log commits to, and gone when it is erased. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "authority/complaint.h"
#include "office_database.h"

#define CONTACT "A. Person, somewhere"

static struct office_database office;

static int set_up(void **state)
{
    (void)state;
    office_database_init(&office);
    office_live(&office);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    office_database_free(&office);
    return 0;
}

static const char with_contact[] =
    "{\"what\": \"It was used on me.\", \"when\": \"March\", \"where\": \"The capital\", "
    "\"evidence\": [\"device\", \"message\"], \"contact\": \"" CONTACT "\"}";
static const char without[] =
    "{\"what\": \"It was used on me.\", \"when\": \"March\", \"where\": \"The capital\", "
    "\"evidence\": []}";

static struct store_answer complain(const char *text)
{
    return office_do(&office, STORE_COMPLAINT, bytes_of(text));
}

static const char *sealed(const char *reference)
{
    const char *contact = NULL;
    OFFICE_OK(
        &office, store_sealed(office.reader, reference, &office.arena, &office.fault, &contact));
    return contact;
}

static size_t findings(void)
{
    const struct audit_options options = {.demo_allowed = true};
    struct audit_report report;
    OFFICE_OK(&office, store_verify(office.path, &options, &office.fault, &report));
    return report.finding_count;
}

static void sql(const char *statement)
{
    sqlite3 *raw;
    assert_int_equal(sqlite3_open(office.path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, statement, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
}

static void does(
    enum world_key key, const char *kind, const char *number, uint64_t version, const char *verb,
    struct datum body)
{
    char file[80];
    snprintf(file, sizeof file, "%s/%s", kind, number);
    const char *kept = arena_text(&office.script.arena, bytes_of(file));
    assert_non_null(kept);
    struct store_answer answer =
        office_do(&office, STORE_ACT, office_act(&office.script, key, kept, version, verb, body));
    office.fault = answer.fault;
    OFFICE_OK(&office, answer.error);
}

static void a_complaint_opens_a_case_for_its_secret(void **state)
{
    (void)state;
    struct store_answer first = complain(with_contact), second = complain(without);
    assert_int_equal(first.outcome, STORE_ACCEPTED);
    assert_int_equal(second.outcome, STORE_ACCEPTED);
    assert_string_not_equal(first.reference, second.reference);
    assert_string_not_equal(first.secret, second.secret);
    assert_int_equal(strlen(first.secret), COMPLAINT_SECRET_SIZE - 1);
    const struct case_file *file = office_load(&office, FILE_CASE, first.reference);
    assert_int_equal(file->origin, CASE_COMPLAINT);
    assert_int_equal(file->evidence_count, 2);
    assert_string_equal(file->opened.person, "server");
    const struct complainant_file *who = office_load(&office, FILE_COMPLAINANT, first.reference);
    struct digest secret = complaint_secret(first.secret);
    assert_true(digest_equal(&who->secret, &secret));
    assert_true(digest_is_set(&who->commitment));
    assert_string_equal(sealed(first.reference), CONTACT);
    /* who is not told is not kept */
    who = office_load(&office, FILE_COMPLAINANT, second.reference);
    assert_false(digest_is_set(&who->commitment));
    assert_null(sealed(second.reference));
    assert_int_equal(findings(), 0);
}

static void what_is_no_complaint_changes_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum error error;
    } rows[] = {
        {"", ERROR_JSON_TRUNCATED},
        {"{}", ERROR_JSON_MISSING},
        {"{\"what\": 7, \"when\": \"M\", \"where\": \"P\", \"evidence\": []}", ERROR_JSON_TYPE},
        {"{\"what\": \"W\", \"when\": \"M\", \"where\": \"P\", \"evidence\": [\"rumour\"]}",
         ERROR_DOCUMENT_RULE},
        {"{\"what\": \"W\", \"when\": \"M\", \"where\": \"P\", \"evidence\": [], \"secret\": \"\"}",
         ERROR_JSON_UNKNOWN},
    };
    struct store_head before, after;
    OFFICE_OK(&office, store_head(office.reader, &office.arena, &office.fault, &before));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct store_answer answer = complain(rows[i].text);
        assert_int_equal(answer.outcome, STORE_REFUSED);
        if (answer.error != rows[i].error)
            fail_msg("%s: %s", rows[i].text, error_name(answer.error));
    }
    OFFICE_OK(&office, store_head(office.reader, &office.arena, &office.fault, &after));
    assert_int_equal(before.size, after.size);
}

static void what_is_sealed_is_held_to_the_complaint(void **state)
{
    (void)state;
    struct store_answer answer = complain(with_contact);
    static const char *const changes[] = {
        "UPDATE sealed SET contact = 'Somebody else'",
        "UPDATE sealed SET salt = zeroblob(32)",
        "UPDATE sealed SET complainant = 'CP-000000000000'",
        "DELETE FROM sealed",
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        sql("CREATE TABLE kept AS SELECT * FROM sealed");
        sql(changes[i]);
        if (findings() == 0)
            fail_msg("%s: not found", changes[i]);
        sql("DELETE FROM sealed; INSERT INTO sealed SELECT * FROM kept; DROP TABLE kept");
        assert_int_equal(findings(), 0);
    }
    assert_string_equal(sealed(answer.reference), CONTACT);
}

static void erased_is_erased(void **state)
{
    (void)state;
    struct store_answer answer = complain(with_contact);
    does(
        WORLD_D1, "case", answer.reference, 1, "triage",
        OFFICE_BODY(
            &office.script, {"pursue", datum_of_bool(false)},
            {"reasons", datum_of_text("Nothing in it.")}));
    does(
        WORLD_D1, "complainant", answer.reference, 1, "erase",
        OFFICE_BODY(&office.script, {"reason", datum_of_text("Asked to.")}));
    assert_null(sealed(answer.reference));
    assert_int_equal(findings(), 0);
    /* and does not come back */
    const struct audit_options options = {.demo_allowed = true};
    struct rebuild_report report;
    OFFICE_OK(&office, store_rebuild(office.path, &options, &office.fault, &report));
    assert_int_equal(report.changed, 0);
    sql("INSERT INTO sealed SELECT '', zeroblob(32), 'x'");
    assert_int_equal(findings(), 1);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_complaint_opens_a_case_for_its_secret),
        TEST(what_is_no_complaint_changes_nothing),
        TEST(what_is_sealed_is_held_to_the_complaint),
        TEST(erased_is_erased),
    };
    return cmocka_run_group_tests_name("store_complaints", tests, NULL, NULL);
}
