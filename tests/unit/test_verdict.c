/* verdict: what a declared use is judged to be, how it is explained, and what judging needs, with
 * the form of December 2021 in the small world of tests, in which everything is in force and the
 * declared use is within the terms. The worked examples of the form are judged by
 * test_form_scenarios.c. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "verdict_world.h"

/* --- Within and outside ------------------------------------------------------------------- */

static void the_world_is_within(void **state)
{
    (void)state;
    assert_verdict("within 4");
    struct terms *terms = open_terms(NULL, 0);
    struct declared_use *use = open_use(terms);
    assert_string_equal(declared_use_function(use), "location");
    assert_string_equal(declared_use_subject(use), "c1");
    struct verdict verdict = declared_use_judge(use, &moment);
    const struct terms_clause *clause = terms_clause(terms, verdict.clauses[0]);
    assert_int_equal(clause->source, CLAUSE_CERTIFICATE);
    assert_true(digest_equal(&clause->instrument, &world.certificate_digest));
    assert_string_equal(clause->title, "Terrorist acts");
    assert_string_equal(clause->basis, "construed");
    assert_true(clause->permit);
    assert_true(clause->line > 1 && clause->column == 1);
    assert_null(terms_clause(terms, terms_clause_count(terms)));
    assert_null(terms_suspended_by(terms));
    assert_true(terms_licensed(terms));
    declared_use_close(use);
    terms_close(terms);
}

static struct approving_body *changed_body(size_t index)
{
    /* The world's own array, in its arena. */
    return (struct approving_body *)(uintptr_t)&world.certificate.bodies[index];
}

static struct offence *changed_offence(size_t index)
{
    return (struct offence *)(uintptr_t)&world.certificate.offences[index];
}

static void set_text(const char *name, const char *text)
{
    world_fact(&world, name, datum_of_text(text));
}

static void set_one(const char *name, const char *text)
{
    world_fact(&world, name, world_texts(&world, &text, 1));
}

static void no_change(void) {}

static void serious_crime(void)
{
    set_text("matter", "serious-crime");
    set_text("offence", "XA-201");
    world.approval.offence = "XA-201";
}

static void lesser_crime(void)
{
    set_text("matter", "serious-crime");
    set_text("offence", "XA-202");
    world.approval.offence = "XA-202";
}

static void other_purpose(void)
{
    set_text("purpose", "other");
}

static void other_function(void)
{
    set_text("function", "stored-data");
}

static void unlicensed_function(void)
{
    static const char *const functions[] = {"live-audio"};
    set_text("function", "live-audio");
    world.approval.functions = functions;
}

static void other_territory(void)
{
    set_text("territory", "XB");
}

static void expression(void)
{
    set_one("conduct", "criticism");
}

static void protected_ground(void)
{
    set_one("reasons", "religion");
}

static void empty_subject(void)
{
    set_text("subject", "");
    world.approval.subject = "";
}

static void no_approval(void)
{
    with_approval = false;
}

static void withdrawn(void)
{
    moment.approval_withdrawn = true;
}

static void approval_over(void)
{
    moment.time = world.approval.expires;
}

static void approval_to_its_last_moment(void)
{
    moment.time = world.approval.expires - 1;
}

static void not_yet_begun(void)
{
    set_text("conductSince", "2026-03-02T09:00:00.001Z");
}

static void active_uses_full(void)
{
    moment.other_active_uses = 10;
}

static void active_uses_left(void)
{
    moment.other_active_uses = 9;
}

static void period_full(void)
{
    moment.uses_in_period = 1500;
}

static void more_than_a_long(void)
{
    moment.uses_in_period = UINT64_MAX;
}

static void full_but_running(void)
{
    moment.other_active_uses = moment.uses_in_period = 5000;
    moment.running = true;
}

static void no_limit_in_a_period(void)
{
    world.licence.maximum_uses_in_period = 0;
    world.licence.uses_period = 0;
    moment.uses_in_period = 1 << 30;
}

static void certificate_over(void)
{
    moment.time = world.certificate.until;
    world.approval.expires = INT64_C(4000000000000);
    world.approval.issued = world.approval.expires - MILLIS_DAY * 29;
}

static void licence_over(void)
{
    world.licence.until = WORLD_NOW;
}

static void offence_gone(void)
{
    changed_offence(0)->in_force_until = WORLD_NOW;
}

static void offence_to_its_last_moment(void)
{
    changed_offence(0)->in_force_until = WORLD_NOW + 1;
}

static void offence_younger_than_the_conduct(void)
{
    changed_offence(0)->in_force_from = WORLD_NOW - MILLIS_DAY;
}

static void offence_refused(void)
{
    changed_offence(0)->decision = OFFENCE_REFUSED;
}

static void unknown_offence(void)
{
    set_text("offence", "XA-999");
    world.approval.offence = "XA-999";
}

static void approval_for_an_unknown_offence(void)
{
    world.approval.offence = "XA-999";
}

static void unknown_body(void)
{
    world.approval.body = "XA-nobody";
}

static void unknown_agency(void)
{
    world.roll.agency = "XB-police";
}

static void licence_of_another_agency(void)
{
    world.licence.agency = world.roll.agency = "XB-police";
}

static void not_governmental(void)
{
    world.certificate.agency.governmental = false;
}

static void dependent_body(void)
{
    changed_body(0)->independent = false;
}

static void urgent_where_life_is_at_risk(void)
{
    world.approval.body = "XA-prosecutor";
    world.approval.kind = APPROVAL_URGENT;
    world.approval.life_at_risk = true;
    world.approval.expires = world.approval.issued + 72 * MILLIS_HOUR;
}

static void ordinary_of_a_dependent_body(void)
{
    urgent_where_life_is_at_risk();
    world.approval.kind = APPROVAL_ORDINARY;
}

static void against_privacy_law(void)
{
    world.approval.privacy_law_met = false;
}

static void too_long_an_approval(void)
{
    world.certificate.longest_approval = 29 * MILLIS_DAY;
}

static void other_file(void)
{
    world.declaration.file = "F-78/2026";
}

static const struct row {
    void (*change)(void);
    const char *expected;
} rows[] = {
    {no_change, "within 4"},
    {serious_crime, "within 5"},
    {lesser_crime, "no-clause"},
    {other_purpose, "forbidden 3"},
    {other_function, "forbidden 8.4"},
    {unlicensed_function, "forbidden L1"},
    {other_territory, "forbidden L2"},
    {expression, "forbidden 6 6.2"},
    {protected_ground, "forbidden 7 7.1 7.2"},
    {empty_subject, "forbidden 1.1"},
    {no_approval, "forbidden 8"},
    {withdrawn, "forbidden 8"},
    {approval_over, "forbidden 8"},
    {approval_to_its_last_moment, "within 4"},
    {not_yet_begun, "forbidden 3.1 8.6"},
    {active_uses_full, "forbidden L3"},
    {active_uses_left, "within 4"},
    {period_full, "forbidden L5"},
    {more_than_a_long, "forbidden L5"},
    {full_but_running, "within 4"},
    {no_limit_in_a_period, "within 4"},
    {certificate_over, "forbidden 1.2 8 L4"},
    {licence_over, "forbidden L4"},
    {offence_gone, "forbidden 5.3"},
    {offence_to_its_last_moment, "within 4"},
    {offence_younger_than_the_conduct, "forbidden 5.3"},
    {offence_refused, "forbidden 5.2"},
    {unknown_offence, "forbidden 5.2 5.3 8.2"},
    {approval_for_an_unknown_offence, "forbidden 8.4"},
    {unknown_body, "forbidden 8 8.1"},
    {unknown_agency, "forbidden 2"},
    {licence_of_another_agency, "forbidden 2"},
    {not_governmental, "forbidden 2"},
    {dependent_body, "forbidden 8.1"},
    {urgent_where_life_is_at_risk, "within 4"},
    {ordinary_of_a_dependent_body, "forbidden 8.1"},
    {against_privacy_law, "forbidden 8.3"},
    {too_long_an_approval, "forbidden 8.5"},
    {other_file, "forbidden 8.4"},
};

static void each_class_of_refusal_has_its_clause(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rows[i].change();
        struct terms *terms = open_terms(NULL, 0);
        struct declared_use *use = open_use(terms);
        struct verdict verdict = declared_use_judge(use, &moment);
        if (strcmp(words(terms, &verdict), rows[i].expected) != 0)
            fail_msg("row %zu: %s, not %s", i, words(terms, &verdict), rows[i].expected);
        declared_use_close(use);
        terms_close(terms);
        verdict_world_end(state);
        verdict_world_begin(state);
    }
}

/* One use judged at one moment after another: nothing stays of the moment before. */
static void each_moment_is_judged_anew(void **state)
{
    (void)state;
    changed_offence(0)->in_force_until = WORLD_NOW + MILLIS_HOUR;
    struct terms *terms = open_terms(NULL, 0);
    struct declared_use *use = open_use(terms);
    struct moment now = moment;
    const struct {
        struct moment moment;
        const char *expected;
    } moments[] = {
        {{.time = WORLD_NOW}, "within 4"},
        {{.time = WORLD_NOW, .approval_withdrawn = true}, "forbidden 8"},
        {{.time = WORLD_NOW + MILLIS_HOUR}, "forbidden 5.3"},
        {{.time = WORLD_NOW, .other_active_uses = 10}, "forbidden L3"},
        {{.time = WORLD_NOW, .other_active_uses = 10, .running = true}, "within 4"},
        {{.time = WORLD_NOW}, "within 4"},
    };
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        now = moments[i].moment;
        struct verdict verdict = declared_use_judge(use, &now);
        assert_string_equal(words(terms, &verdict), moments[i].expected);
    }
    declared_use_close(use);
    terms_close(terms);
}

/* The sources may go: terms and uses keep copies. */
static void sources_may_go(void **state)
{
    struct terms *terms = open_terms(NULL, 0);
    struct declared_use *use = open_use(terms);
    verdict_world_end(state);
    struct verdict verdict = declared_use_judge(use, &moment);
    assert_string_equal(words(terms, &verdict), "within 4");
    assert_string_equal(declared_use_subject(use), "c1");
    declared_use_close(use);
    terms_close(terms);
    verdict_world_begin(state);
}

/* --- What errs ---------------------------------------------------------------------------- */

/* The one thing that strict validation leaves: arithmetic that overflows. */
static void a_clause_that_errs_refuses(void **state)
{
    (void)state;
    world.licence.clauses =
        "@clause(\"L9\") @title(\"Counting\") forbid (principal, action, resource)\n"
        "when { resource.usesInPeriod + 9223372036854775807 < 0 };";
    assert_verdict("within 4"); /* 0 + the largest is no overflow */
    moment.uses_in_period = 1;
    assert_verdict("erred L9");

    struct terms *terms = open_terms(NULL, 0);
    struct declared_use *use = open_use(terms);
    struct verdict verdict = declared_use_judge(use, &moment);
    assert_string_equal(terms_clause(terms, verdict.erred)->number, "L9");
    struct buffer text = {0};
    assert_int_equal(declared_use_explain(use, &moment, &text), ERROR_OK);
    assert_string_equal(
        buffer_text(&text),
        "Outside the terms: a clause could not be evaluated.\n"
        "  licence L9: Counting\n"
        "    could not be evaluated: resource.usesInPeriod + 9223372036854775807 "
        "(integer overflow)\n");
    buffer_free(&text);
    declared_use_close(use);
    terms_close(terms);

    /* A clause that forbids still says so; the error is told as well. */
    set_text("purpose", "other");
    terms = open_terms(NULL, 0);
    assert_verdict_under(terms, "forbidden 3");
    use = open_use(terms);
    assert_int_equal(declared_use_explain(use, &moment, &text), ERROR_OK);
    assert_non_null(strstr(buffer_text(&text), "certificate 3: Investigation and prevention only"));
    assert_non_null(strstr(buffer_text(&text), "licence L9: Counting\n    could not be evaluated"));
    buffer_free(&text);
    declared_use_close(use);
    terms_close(terms);
}

/* --- Explanations ------------------------------------------------------------------------- */

static void no_clause_is_explained(void **state)
{
    (void)state;
    lesser_crime();
    struct terms *terms = open_terms(NULL, 0);
    struct declared_use *use = open_use(terms);
    struct buffer text = {0};
    assert_int_equal(declared_use_explain(use, &moment, &text), ERROR_OK);
    assert_string_equal(
        buffer_text(&text), "Outside the terms: no clause permits it.\n"
                            "  certificate 4: Terrorist acts\n"
                            "    not met: context.matter == EndUse::Matter::\"terrorist-act\"\n"
                            "      context.matter was EndUse::Matter::\"serious-crime\"\n"
                            "    not met: context.offence.acts.containsAll(context.acts)\n"
                            "      context.offence.acts was []\n"
                            "      context.acts was [EndUse::Act::\"hostage-taking\"]\n"
                            "  certificate 5: Serious crimes\n"
                            "    not met: context.offence.maximumMonths >= 72\n"
                            "      context.offence.maximumMonths was 71\n");
    buffer_free(&text);
    declared_use_close(use);
    terms_close(terms);
}

static const struct json *
explain_json(struct declared_use *use, struct buffer *text, struct arena *arena)
{
    struct json_writer writer;
    json_writer_begin(&writer, text, 0);
    assert_int_equal(declared_use_explain_json(use, &moment, &writer), ERROR_OK);
    assert_int_equal(json_writer_end(&writer), ERROR_OK);
    const struct json *json;
    assert_int_equal(json_parse(buffer_view(text), arena, NULL, &json), ERROR_OK);
    return json;
}

static void assert_member(const struct json *object, const char *name, const char *expected)
{
    struct bytes text;
    assert_int_equal(json_get_string(object, name, NULL, &text), ERROR_OK);
    if (!bytes_equal_text(text, expected))
        fail_msg("%s: %.*s", name, (int)text.length, (const char *)text.data);
}

static void explanations_are_data_too(void **state)
{
    (void)state;
    lesser_crime();
    struct terms *terms = open_terms(NULL, 0);
    struct declared_use *use = open_use(terms);
    struct buffer text = {0};
    struct arena arena = {0};
    const struct json *json = explain_json(use, &text, &arena);
    bool within = true, licensed = false;
    assert_int_equal(json_get_bool(json, "within", NULL, &within), ERROR_OK);
    assert_int_equal(json_get_bool(json, "licensed", NULL, &licensed), ERROR_OK);
    assert_false(within);
    assert_true(licensed);
    assert_member(json, "outcome", "no-clause");
    assert_int_equal(json_count(json_find(json, "clauses")), 0);
    const struct json *permits = json_find(json, "permits");
    assert_int_equal(json_count(permits), 2);
    const struct json *permit = json_at(permits, 1);
    char digest[DIGEST_TEXT_SIZE];
    assert_member(permit, "source", "certificate");
    assert_member(permit, "document", digest_text(&world.certificate_digest, digest));
    assert_member(permit, "clause", "5");
    assert_member(permit, "effect", "permit");
    const struct json *failed = json_at(json_find(permit, "failed"), 0);
    assert_member(failed, "kind", "when");
    assert_member(failed, "source", "context.offence.maximumMonths >= 72");
    const struct json *seen = json_at(json_find(failed, "seen"), 0);
    assert_member(seen, "source", "context.offence.maximumMonths");
    assert_member(seen, "value", "71");
    declared_use_close(use);

    set_text("purpose", "other");
    use = open_use(terms);
    buffer_clear(&text);
    json = explain_json(use, &text, &arena);
    assert_member(json, "outcome", "forbidden");
    assert_int_equal(json_count(json_find(json, "clauses")), 1);
    assert_member(json_at(json_find(json, "clauses"), 0), "clause", "3");
    assert_null(json_find(json, "permits"));
    assert_null(json_find(json, "errors"));
    declared_use_close(use);
    terms_close(terms);
    arena_free(&arena);
    buffer_free(&text);
}

/* Titles are people's texts: in print they stay on their line. */
static void a_title_stays_on_its_line(void **state)
{
    (void)state;
    struct order order = world_order(
        &world, "OR-9", ORDER_LIMIT,
        "@clause(\"1\") @title(\"No\\nuses\\u{1b}[2J\") forbid (principal, action, resource);");
    struct terms_order orders = {.order = &order, .digest = {{9}}};
    struct terms *terms = open_terms(&orders, 1);
    struct declared_use *use = open_use(terms);
    struct buffer text = {0};
    assert_int_equal(declared_use_explain(use, &moment, &text), ERROR_OK);
    assert_string_equal(
        buffer_text(&text),
        "Outside the terms: a clause forbids it.\n  order OR-9/1: No uses [2J\n");
    buffer_free(&text);
    declared_use_close(use);
    terms_close(terms);
}

/* More clauses than a verdict lists. */
static void a_long_list_is_cut(void **state)
{
    (void)state;
    struct buffer clauses = {0};
    for (int i = 0; i < 40; i++)
        buffer_printf(&clauses, "@clause(\"L%d\") forbid (principal, action, resource);\n", i);
    world.licence.clauses = buffer_text(&clauses);
    struct terms *terms = open_terms(NULL, 0);
    struct declared_use *use = open_use(terms);
    struct verdict verdict = declared_use_judge(use, &moment);
    assert_int_equal(verdict.outcome, VERDICT_FORBIDDEN);
    assert_int_equal(verdict.clause_count, VERDICT_CLAUSE_LIMIT);
    assert_true(verdict.more);
    assert_string_equal(terms_clause(terms, verdict.clauses[31])->number, "L31");
    declared_use_close(use);
    terms_close(terms);
    buffer_free(&clauses);
}

/* --- Threads and memory ------------------------------------------------------------------- */

struct judge {
    const struct terms *terms;
    const char *function;
    const char *expected;
    bool agreed;
};

/* Opens a use of its own and judges it, again and again. No assertion: cmocka's are for one thread.
 */
static void *judge_repeatedly(void *data)
{
    struct judge *judge = data;
    struct declaration declaration = world.declaration;
    struct datum_member members[32];
    size_t count = declaration.facts.map.count;
    memcpy(members, declaration.facts.map.members, count * sizeof *members);
    declaration.facts.map.members = members;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(members[i].name, "function") == 0)
            members[i].value = datum_of_text(judge->function);
    }
    struct use_sources sources = {&declaration, &world.roll, &world.approval};
    judge->agreed = true;
    for (int i = 0; i < 20; i++) {
        struct declared_use *use;
        if (declared_use_open(judge->terms, &sources, NULL, &use)) {
            judge->agreed = false;
            return NULL;
        }
        for (int k = 0; k < 50; k++) {
            struct verdict verdict = declared_use_judge(use, &moment);
            judge->agreed &=
                verdict.clause_count == 1 &&
                strcmp(terms_clause(judge->terms, verdict.clauses[0])->number, judge->expected) ==
                    0;
        }
        declared_use_close(use);
    }
    return NULL;
}

static void threads_judge_by_one_terms(void **state)
{
    (void)state;
    struct terms *terms = open_terms(NULL, 0);
    struct judge judges[2] = {
        {terms, "location", "4", false}, {terms, "stored-data", "8.4", false}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, judge_repeatedly, &judges[i]), 0);
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        assert_true(judges[i].agreed);
    }
    terms_close(terms);
}

static void judging_allocates_nothing(void **state)
{
    (void)state;
    struct terms *terms = open_terms(NULL, 0);
    struct declared_use *use = open_use(terms);
    failing_alloc_after(0);
    struct verdict within = declared_use_judge(use, &moment);
    moment.approval_withdrawn = true;
    struct verdict outside = declared_use_judge(use, &moment);
    long asked = failing_alloc_count();
    assert_false(failing_alloc_stop());
    assert_int_equal(asked, 0);
    assert_int_equal(within.outcome, VERDICT_WITHIN);
    assert_int_equal(outside.outcome, VERDICT_FORBIDDEN);
    declared_use_close(use);
    terms_close(terms);
}

static void every_failed_allocation_is_survived(void **state)
{
    (void)state;
    lesser_crime();
    struct order all[] = {
        world_order(
            &world, "OR-6", ORDER_LIMIT,
            "@clause(\"1\") forbid (principal, action, resource) when { context.running };"),
        world_order(&world, "OR-8", ORDER_SUSPEND, NULL),
    };
    all[1].wind_down_until = WORLD_NOW + MILLIS_HOUR;
    const struct terms_order orders[] = {{&all[0], {{6}}}, {&all[1], {{8}}}};
    struct terms_sources sources = sources_of(orders, 2);
    struct terms *terms = open_terms(orders, 2);
    size_t count = terms_clause_count(terms);
    terms_close(terms);
    terms = NULL;
    for (long n = 0;; n++) {
        struct fault fault = {0};
        failing_alloc_after(n);
        enum error error = terms_open(&sources, &fault, &terms);
        if (!failing_alloc_stop()) {
            assert_int_equal(error, ERROR_OK);
            break;
        }
        if (error == ERROR_OK) {
            /* Words for a message that was not needed. The terms must be whole all the same: no
             * memory is no invalid clause. */
            assert_null(terms_suspended_by(terms));
            assert_int_equal(terms_clause_count(terms), count);
            terms_close(terms);
            terms = NULL;
            continue;
        }
        if (error != ERROR_MEMORY)
            fail_msg("allocation %ld: %s", n, error_name(error));
        assert_int_equal(fault.error, ERROR_MEMORY);
        assert_null(terms);
    }

    struct use_sources stated = use_sources();
    struct declared_use *use = NULL;
    for (long n = 0;; n++) {
        struct fault fault = {0};
        failing_alloc_after(n);
        enum error error = declared_use_open(terms, &stated, &fault, &use);
        if (!failing_alloc_stop()) {
            assert_int_equal(error, ERROR_OK);
            break;
        }
        if (error != ERROR_MEMORY)
            fail_msg("allocation %ld: %s", n, error_name(error));
        assert_int_equal(fault.error, ERROR_MEMORY);
        assert_null(use);
    }

    moment.running = true;
    for (long n = 0;; n++) {
        struct buffer text = {0};
        buffer_append_text(&text, "before ");
        failing_alloc_after(n);
        enum error error = declared_use_explain(use, &moment, &text);
        bool failed = failing_alloc_stop();
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        if (failed)
            assert_int_equal(text.length, 7);
        buffer_free(&text);
        if (!failed)
            break;
    }
    for (long n = 0;; n++) {
        struct buffer text = {0};
        struct json_writer writer;
        json_writer_begin(&writer, &text, 0);
        failing_alloc_after(n);
        enum error error = declared_use_explain_json(use, &moment, &writer);
        error = error ? error : json_writer_end(&writer);
        bool failed = failing_alloc_stop();
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        buffer_free(&text);
        if (!failed)
            break;
    }
    declared_use_close(use);
    terms_close(terms);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, verdict_world_begin, verdict_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_world_is_within),        TEST(each_class_of_refusal_has_its_clause),
        TEST(each_moment_is_judged_anew), TEST(sources_may_go),
        TEST(a_clause_that_errs_refuses), TEST(no_clause_is_explained),
        TEST(explanations_are_data_too),  TEST(a_title_stays_on_its_line),
        TEST(a_long_list_is_cut),         TEST(threads_judge_by_one_terms),
        TEST(judging_allocates_nothing),  TEST(every_failed_allocation_is_survived),
    };
    return cmocka_run_group_tests_name(
        "verdict", tests, verdict_world_read_form, verdict_world_free_form);
}
