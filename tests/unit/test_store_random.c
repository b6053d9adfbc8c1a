/* store: deadlines that act by themselves, also across a restart and a clock that was set; and
 * after random acts, files that are what a rebuild makes of the events.
 *
 * ENDUSE_DEEP: twenty thousand acts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../oracle/random.h"
#include "office_database.h"
#include "office_law.h"
#include "random_acts.h"
#include "store/audit.h"

static struct office_database office;

static int set_up(void **state)
{
    (void)state;
    office_database_init(&office);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    office_database_free(&office);
    return 0;
}

/* What the server does now by rules, all of it; how many acts. */
static size_t act_by_rule(millis *ret_next)
{
    struct bytes *acts;
    size_t count, all = 0;
    do {
        OFFICE_OK(
            &office,
            store_due(office.store, 10, &office.arena, &office.fault, &acts, &count, ret_next));
        for (size_t i = 0; i < count; i++)
            assert_int_equal(office_do(&office, STORE_ACT, acts[i]).outcome, STORE_ACCEPTED);
        all += count;
    } while (count);
    return all;
}

/* --- Deadlines ---------------------------------------------------------------------------- */

static struct store_answer
act(enum world_key key, uint64_t version, const char *verb, struct datum body)
{
    return office_do(
        &office, STORE_ACT,
        office_act(&office.script, key, "application/A-7", version, verb, body));
}

/* Silence is consent where both ministries have so set. */
static void silence_consents(void)
{
    struct office_script *script = &office.script;
    struct datum calendar = OFFICE_BODY(
        script, {"utc-offset", datum_of_text("+02:00")},
        {"weekend", world_texts(&script->world, (const char *const[]){"friday", "saturday"}, 2)});
    struct datum settings = OFFICE_BODY(
        script, {"calendar", calendar}, {"review-days", datum_of_integer(5)},
        {"silence", datum_of_text("consents")}, {"confirm-within", datum_of_text("1d")},
        {"decide-days", datum_of_integer(45)}, {"objection-days", datum_of_integer(30)});
    struct bytes propose = office_act(
        script, WORLD_D1, "settings/office", 0, "propose",
        OFFICE_BODY(script, {"settings", settings}, {"reasons", datum_of_text("As agreed.")}));
    struct bytes confirm = office_act(
        script, WORLD_F1, "settings/office", 1, "confirm", (struct datum){.kind = DATUM_MAP});
    assert_int_equal(office_do(&office, STORE_ACT, propose).outcome, STORE_ACCEPTED);
    assert_int_equal(office_do(&office, STORE_ACT, confirm).outcome, STORE_ACCEPTED);
}

static void silence_is_consent_across_a_restart_and_a_clock_that_was_set(void **state)
{
    (void)state;
    struct world *world = &office.script.world;
    struct datum nothing = {.kind = DATUM_MAP};
    office_live(&office);
    silence_consents();
    struct datum body = body_application(world, APPLICATION_MARKETING, "XA", true);
    assert_int_equal(act(WORLD_D1, 0, "draft", body).outcome, STORE_ACCEPTED);
    assert_int_equal(act(WORLD_D1, 1, "submit", nothing).outcome, STORE_ACCEPTED);
    assert_int_equal(act(WORLD_D2, 2, "open-review", body_days(world, 5)).outcome, STORE_ACCEPTED);
    struct datum assessment = body_assessment(world, "no-objection");
    assert_int_equal(act(WORLD_F1, 3, "assess", assessment).outcome, STORE_ACCEPTED);
    struct datum approval = body_review(world, "approve");
    assert_int_equal(act(WORLD_D2, 4, "review", approval).outcome, STORE_ACCEPTED);

    const struct application_file *file = office_load(&office, FILE_APPLICATION, "A-7");
    const millis end = file->reviewing.until;
    millis next;
    assert_int_equal(act_by_rule(&next), 0);
    assert_int_equal(next, end);
    /* The deadline is in the database, not in the process. */
    office_reopen(&office);
    office_clock = end - 1;
    assert_int_equal(act_by_rule(&next), 0);
    assert_int_equal(next, end);
    /* A clock that was set back takes no time back, and gives none. */
    struct bytes later =
        office_act(&office.script, WORLD_D1, "exporter/EX-0099", 0, "draft", body_exporter(world));
    assert_int_equal(office_do(&office, STORE_ACT, later).outcome, STORE_ACCEPTED);
    office_clock = WORLD_NOW - 40 * MILLIS_DAY;
    assert_int_equal(act_by_rule(&next), 0);
    office_clock = end;
    struct store_answer late = act(WORLD_F2, 5, "review", body_review(world, "object"));
    assert_int_equal(late.error, ERROR_OFFICE_LATE);
    office_reopen(&office);
    assert_int_equal(act_by_rule(&next), 1);
    file = office_load(&office, FILE_APPLICATION, "A-7");
    assert_int_equal(file->base.state, APPLICATION_APPROVED);
    assert_int_equal(file->foreign.decision, REVIEW_CONSENT);
    assert_string_equal(file->foreign.by.person, "server");
    /* The server's act is an event as any, which a replay judges by the same rule. */
    struct event *events;
    size_t count;
    OFFICE_OK(
        &office, store_history(
                     office.reader, FILE_APPLICATION, "A-7", UINT64_MAX, 1, &office.arena,
                     &office.fault, &events, &count));
    assert_string_equal(events[0].actor, "server");
    struct act done;
    OFFICE_OK(&office, store_event_act(&events[0], &office.arena, &office.fault, &done));
    assert_string_equal(done.verb, "consent");
}

/* --- Random acts -------------------------------------------------------------------------- */

static const struct file_base *file_now(const char *name, enum file_kind *ret_kind)
{
    const char *number;
    assert_int_equal(file_name_split(name, NULL, ret_kind, &number), ERROR_OK);
    return office_find(&office, *ret_kind, number);
}

static bool is_open(const char *name, const char *verb)
{
    enum file_kind kind;
    const struct file_base *base = file_now(name, &kind);
    const struct law *law = law_of(file_word(kind), verb);
    return law && law_names(law->from, base ? file_state_word(kind, base->state) : "new");
}

static bool try_it(struct try now)
{
    enum file_kind kind;
    /* Complaints come by another door, with what is sealed beside them. */
    if (strcmp(now.attempt->verb, "complain") == 0)
        return false;
    const struct file_base *base = file_now(now.attempt->file, &kind);
    struct bytes bytes = office_act(
        &office.script, now.key, now.attempt->file, base ? base->version : 0, now.attempt->verb,
        now.attempt->body);
    return office_do(&office, STORE_ACT, bytes).outcome == STORE_ACCEPTED;
}

static void after_random_acts_the_files_are_what_the_events_make_them(void **state)
{
    (void)state;
    static struct attempts attempts;
    const size_t acts = getenv("ENDUSE_DEEP") ? 20000 : 1000;
    uint64_t seed = 20260305;
    size_t accepted = 1, step = 0;
    millis next;
    attempts_make(&office.script.world, &attempts);
    assert_int_equal(office_do(&office, STORE_ACT, office.script.life[0]).outcome, STORE_ACCEPTED);
    for (size_t i = 0; i < acts; i++) {
        /* The straight way to a licence, and beside it anything. */
        if (step < attempts_way && i % 8 == 0)
            accepted += try_it(attempts_step(&attempts, step++));
        accepted += try_it(attempts_pick(&attempts, &seed, is_open));
        if (random_below(&seed, 50) == 0)
            office_clock += (millis)random_below(&seed, 4 * MILLIS_HOUR);
        if (random_below(&seed, 50) == 0)
            accepted += act_by_rule(&next);
        if (random_below(&seed, 400) == 0)
            office_reopen(&office);
        arena_free(&office.arena);
    }
    assert_true(accepted > 50);
    const struct audit_options options = {
        .os = &database_os, .pinned = &office.script.world.authority, .demo_allowed = true};
    static struct audit_report report;
    OFFICE_OK(&office, store_verify(office.path, &options, &office.fault, &report));
    char text[600];
    if (report.finding_count)
        fail_msg("%s", fault_text(&report.findings[0].fault, text, sizeof text));
    assert_int_equal(report.events, 1 + accepted);
    struct rebuild_report rebuilt;
    OFFICE_OK(&office, store_rebuild(office.path, &options, &office.fault, &rebuilt));
    assert_int_equal(rebuilt.changed, 0);
    assert_int_equal(rebuilt.events, 1 + accepted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            silence_is_consent_across_a_restart_and_a_clock_that_was_set, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            after_random_acts_the_files_are_what_the_events_make_them, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("store_random", tests, NULL, NULL);
}
