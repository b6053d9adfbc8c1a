/* store: a country with many live licences is taken off the list. Each gets a review by an act of
 * the server, in batches and across a restart; nothing stops before somebody decides; and a rebuild
 * makes the same files, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "office_database.h"
#include "store/audit.h"

/* More than are looked through at once, and than are due at once. */
enum { MORE = 70, LIVE = MORE + 1, AT_ONCE = 20 };

static struct office_database office;

#define T(name, value)                                                                             \
    {                                                                                              \
        (name), datum_of_text(value)                                                               \
    }
#define BODY(...) OFFICE_BODY(&office.script, __VA_ARGS__)
#define NO_BODY ((struct datum){.kind = DATUM_MAP})

static void
act(enum world_key key, const char *file, uint64_t version, const char *verb, struct datum body)
{
    struct store_answer answer =
        office_do(&office, STORE_ACT, office_act(&office.script, key, file, version, verb, body));
    office.fault = answer.fault;
    OFFICE_OK(&office, answer.error);
    assert_int_equal(answer.outcome, STORE_ACCEPTED);
}

static const char *number_of(size_t index)
{
    static char number[20];
    snprintf(number, sizeof number, "IL-D-%03zu", index);
    return number;
}

/* Another licence under the certificate; countersigned, or only proposed. */
static void license(size_t index, bool issued)
{
    struct licence licence = office.script.world.licence;
    char file[40];
    licence.number = number_of(index);
    snprintf(file, sizeof file, "licence/%s", licence.number);
    struct datum proposed =
        OFFICE_INSTRUMENT(&office.script, INSTRUMENT_LICENCE, &licence, WORLD_D1);
    act(WORLD_D1, file, 0, "propose",
        BODY(
            T("application", "A-1"), T("certificate", "EC-2026-0009"),
            {"instrument", *datum_member(&proposed, "instrument")}));
    if (issued)
        act(WORLD_F1, file, 1, "countersign",
            OFFICE_INSTRUMENT(&office.script, INSTRUMENT_LICENCE, &licence, WORLD_D1, WORLD_F1));
}

static int set_up(void **state)
{
    (void)state;
    office_database_init(&office);
    office_live(&office);
    for (size_t i = 0; i < MORE; i++)
        license(i, true);
    license(MORE, false);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    office_database_free(&office);
    return 0;
}

/* Does a batch of what is due; how many acts. */
static size_t do_due(void)
{
    struct bytes *acts;
    size_t count;
    millis next;
    OFFICE_OK(
        &office,
        store_due(office.store, AT_ONCE, &office.arena, &office.fault, &acts, &count, &next));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(office_do(&office, STORE_ACT, acts[i]).outcome, STORE_ACCEPTED);
    return count;
}

static size_t do_all_due(void)
{
    size_t all = 0;
    for (size_t count = 1; count > 0; all += count)
        count = do_due();
    return all;
}

static const struct country_review *review_of(const char *number)
{
    return &((const struct licence_file *)office_load(&office, FILE_LICENCE, number))->review;
}

/* How many licences have a review that is open; all that are issued are live, and active but for
 * `stopped` of them. */
static size_t open_reviews(size_t stopped)
{
    const struct store_query query = {.kind = FILE_LICENCE, .limit = LIVE + 2};
    struct store_entry *entries;
    size_t count, open = 0, active = 0;
    OFFICE_OK(
        &office, store_list(office.reader, &query, &office.arena, &office.fault, &entries, &count));
    assert_int_equal(count, LIVE + 1);
    for (size_t i = 0; i < count; i++) {
        const struct licence_file *file = entries[i].content;
        open += file->review.delisted && !file->review.end;
        active += file->base.state == LICENCE_ACTIVE;
    }
    assert_int_equal(active, LIVE - stopped);
    return open;
}

/* SHA-256 of all files of licences, countries and orders, as they are kept. */
static struct digest projections(void)
{
    static const enum file_kind kinds[] = {FILE_LICENCE, FILE_COUNTRY, FILE_ORDER};
    struct buffer all = {0};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const struct store_query query = {.kind = kinds[k], .limit = 1000};
        struct store_entry *entries;
        size_t count;
        OFFICE_OK(
            &office,
            store_list(office.reader, &query, &office.arena, &office.fault, &entries, &count));
        assert_true(count > 0 || kinds[k] == FILE_ORDER);
        for (size_t i = 0; i < count; i++)
            OFFICE_OK(
                &office,
                layout_encode(file_layout(kinds[k]), entries[i].content, &office.fault, &all));
    }
    struct digest digest = sha256_of(buffer_view(&all));
    buffer_free(&all);
    return digest;
}

static void a_restart_and_a_rebuild_change_nothing(void)
{
    const struct digest before = projections();
    const struct audit_options options = {
        .os = &database_os, .pinned = &office.script.world.authority, .demo_allowed = true};
    struct rebuild_report rebuilt;
    office_reopen(&office);
    struct digest after = projections();
    assert_true(digest_equal(&before, &after));
    OFFICE_OK(&office, store_rebuild(office.path, &options, &office.fault, &rebuilt));
    assert_int_equal(rebuilt.changed, 0);
    office_reopen(&office);
    after = projections();
    assert_true(digest_equal(&before, &after));
    assert_int_equal(do_due(), 0);
}

static void delist(void)
{
    act(WORLD_D1, "country/XA", 2, "delist", BODY(T("reason", "What was found there.")));
}

static void every_live_licence_gets_a_review_and_nothing_stops(void **state)
{
    (void)state;
    struct renewal renewal = office_first_renewal(&office);
    struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
    renewal = office_next_renewal(&office, &renewal, &job);
    store_answer_free(&job.answer);
    assert_int_equal(do_due(), 0);
    delist();
    assert_int_equal(open_reviews(0), 0);
    /* Some before the restart, the rest after it, none twice. */
    assert_int_equal(do_due(), AT_ONCE);
    assert_int_equal(open_reviews(0), AT_ONCE);
    office_reopen(&office);
    assert_int_equal(do_all_due(), LIVE - AT_ONCE);
    assert_int_equal(open_reviews(0), LIVE);
    assert_int_equal(review_of(number_of(MORE))->delisted, 0);
    const struct country_file *country = office_load(&office, FILE_COUNTRY, "XA");
    assert_int_equal(review_of("IL-2026-0017")->delisted, country->decided.time);
    a_restart_and_a_rebuild_change_nothing();
    /* The guard's next lease says what the one before said. */
    renewal.in_force = (struct digest){{1}}; /* it wants an answer at once */
    job = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(office_lease(&office, &job).state, LEASE_ACTIVE);
    store_answer_free(&job.answer);
    /* What is new is refused meanwhile. */
    struct bytes late = office_act(
        &office.script, WORLD_D1, "application/A-9", 0, "draft",
        body_application(&office.script.world, APPLICATION_MARKETING, "XA", true));
    assert_int_equal(office_do(&office, STORE_ACT, late).outcome, STORE_ACCEPTED);
    late = office_act(&office.script, WORLD_D1, "application/A-9", 1, "submit", NO_BODY);
    assert_int_equal(office_do(&office, STORE_ACT, late).error, ERROR_OFFICE_CONDITION);
}

static void each_review_ends_by_its_own_decision_or_with_the_country_listed_again(void **state)
{
    (void)state;
    struct order order = world_order(&office.script.world, "OR-D", ORDER_SUSPEND, NULL);
    order.licence = "IL-D-001";
    delist();
    assert_int_equal(do_all_due(), LIVE);
    act(WORLD_D1, "licence/IL-D-000", 3, "country-keep", BODY(T("reason", "It stands.")));
    assert_int_equal(open_reviews(0), LIVE);
    act(WORLD_F1, "licence/IL-D-000", 4, "country-keep", BODY(T("reason", "It stands.")));
    assert_int_equal(review_of("IL-D-000")->end, COUNTRY_REVIEW_KEPT);
    struct bytes issue = OFFICE_ORDER(&office.script, &order, WORLD_D1);
    assert_int_equal(office_do(&office, STORE_ACT, issue).outcome, STORE_ACCEPTED);
    assert_int_equal(open_reviews(1), LIVE - 1);
    act(WORLD_D1, "licence/IL-D-001", 4, "country-ordered", BODY(T("order", "OR-D")));
    assert_int_equal(open_reviews(1), LIVE - 2);
    act(WORLD_D1, "country/XA", 3, "propose",
        BODY(T("name", "A state"), T("reasons", "It has changed.")));
    assert_int_equal(do_due(), 0);
    act(WORLD_F1, "country/XA", 4, "list", NO_BODY);
    assert_int_equal(do_all_due(), LIVE - 2);
    assert_int_equal(open_reviews(1), 0);
    assert_int_equal(review_of("IL-D-000")->end, COUNTRY_REVIEW_KEPT);
    assert_int_equal(review_of("IL-D-001")->end, COUNTRY_REVIEW_ORDERED);
    assert_int_equal(review_of("IL-D-002")->end, COUNTRY_REVIEW_RELISTED);
    a_restart_and_a_rebuild_change_nothing();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            every_live_licence_gets_a_review_and_nothing_stops, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            each_review_ends_by_its_own_decision_or_with_the_country_listed_again, set_up,
            tear_down),
    };
    return cmocka_run_group_tests_name("store_delisting", tests, NULL, NULL);
}
