/* authority: an acquiring state's offence schedule. Each line is proposed by the state, reviewed by
 * both ministries with reasons, accepted, refused or split; and a certificate has no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authority_world.h"

#define SCHEDULE "schedule/XA"

static const struct schedule_file *schedule(void)
{
    return (const void *)base_of(FILE_SCHEDULE, "XA");
}

/* The last line of a code. */
static const struct schedule_line *line_of(const char *code)
{
    const struct schedule_line *found = NULL;
    for (size_t i = 0; i < schedule()->lines_count; i++) {
        if (strcmp(schedule()->lines[i].entry.offence.code, code) == 0)
            found = &schedule()->lines[i];
    }
    assert_non_null(found);
    return found;
}

static struct datum a_line(const char *code, int64_t maximum)
{
    return BODY(
        T("code", code), T("statute", "Penal Code, section 9"), T("title", "an offence"),
        {"minimum-months", datum_of_integer(12)}, {"maximum-months", datum_of_integer(maximum)},
        T("in-force-from", "2015-01-01T00:00:00Z"), {"acts", world_texts(&office.world, NULL, 0)},
        {"completed-by", world_texts(&office.world, NULL, 0)});
}

static struct datum lines(const char *code, int64_t maximum)
{
    struct datum *line = ARENA_NEW(&office.arena, struct datum);
    assert_non_null(line);
    *line = a_line(code, maximum);
    return (struct datum){.kind = DATUM_LIST, .list = {line, 1}};
}

static struct datum decision(const char *code, const char *word)
{
    return BODY(
        {"codes", world_texts(&office.world, &code, 1)}, T("decision", word),
        T("reasons", "For reasons given."));
}

/* The number of the first file of a kind after this one, or NULL. */
static const char *next_number(enum file_kind kind, const char *after)
{
    const void *content = NULL;
    assert_int_equal(view.next(view.context, kind, NULL, after, NULL, &content), ERROR_OK);
    const struct file_base *base = content;
    return base ? base->number : NULL;
}

static enum error submit(enum world_key key, const char *code, int64_t maximum)
{
    return ACT(key, SCHEDULE, "submit", BODY({"lines", lines(code, maximum)}));
}

static enum error review_line(enum world_key key, const char *code, const char *word)
{
    return ACT(key, SCHEDULE, "review", decision(code, word));
}

/* Both review a line, which D1 entered. */
static void both(const char *code, const char *defence, const char *foreign)
{
    IS(ERROR_OK, review_line(WORLD_D2, code, defence));
    IS(ERROR_OK, review_line(WORLD_F1, code, foreign));
}

static void a_line_is_accepted_only_by_both_ministries_with_reasons(void **state)
{
    (void)state;
    IS(ERROR_OK, submit(WORLD_D1, "XA-9", 72));
    assert_int_equal(state_of(FILE_SCHEDULE, "XA"), SCHEDULE_IN_REVIEW);
    IS(ERROR_OK, review_line(WORLD_D2, "XA-9", "accept"));
    assert_int_equal(line_of("XA-9")->state, SCHEDULE_LINE_PROPOSED);
    assert_null(schedule_accepted(schedule(), "XA-9"));
    /* one review of each ministry */
    IS(ERROR_OFFICE_CONDITION, review_line(WORLD_D2, "XA-9", "refuse"));
    IS(ERROR_OK, review_line(WORLD_F1, "XA-9", "accept"));
    assert_int_equal(line_of("XA-9")->state, SCHEDULE_LINE_ACCEPTED);
    assert_string_equal(line_of("XA-9")->defence.by.person, "D-02");
    assert_string_equal(line_of("XA-9")->foreign.by.person, "F-01");
    assert_string_equal(line_of("XA-9")->foreign.reasons, "For reasons given.");
    assert_int_equal(state_of(FILE_SCHEDULE, "XA"), SCHEDULE_REVIEWED);
    IS(ERROR_OFFICE_STATE, review_line(WORLD_D2, "XA-9", "accept"));
}

static void one_refusal_refuses_and_one_split_splits(void **state)
{
    (void)state;
    static const struct {
        const char *code, *defence, *foreign;
        enum schedule_line_state state;
    } rows[] = {
        {"XA-1", "accept", "refuse", SCHEDULE_LINE_REFUSED},
        {"XA-2", "refuse", "accept", SCHEDULE_LINE_REFUSED},
        {"XA-3", "split", "refuse", SCHEDULE_LINE_REFUSED},
        {"XA-4", "split", "accept", SCHEDULE_LINE_SPLIT},
        {"XA-5", "accept", "split", SCHEDULE_LINE_SPLIT},
        {"XA-6", "split", "split", SCHEDULE_LINE_SPLIT},
        {"XA-7", "accept", "accept", SCHEDULE_LINE_ACCEPTED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        IS(ERROR_OK, submit(WORLD_D1, rows[i].code, 100));
        both(rows[i].code, rows[i].defence, rows[i].foreign);
        assert_int_equal(line_of(rows[i].code)->state, rows[i].state);
    }
}

static void lines_that_take_the_place_of_a_split_one_name_it(void **state)
{
    (void)state;
    IS(ERROR_OK, submit(WORLD_D1, "XA-9", 100));
    struct datum into = BODY(T("code", "XA-9"), {"lines", lines("XA-9a", 80)});
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, SCHEDULE, "split", into));
    both("XA-9", "split", "accept");
    IS(ERROR_OK, ACT(WORLD_D1, SCHEDULE, "split", into));
    assert_string_equal(line_of("XA-9a")->split_from, "XA-9");
    both("XA-9a", "accept", "accept");
    assert_int_equal(line_of("XA-9a")->state, SCHEDULE_LINE_ACCEPTED);
    /* What was split does not come back under its own code. */
    IS(ERROR_OFFICE_CONDITION, submit(WORLD_D1, "XA-9", 100));
}

static void nobody_reviews_a_line_that_they_entered(void **state)
{
    (void)state;
    IS(ERROR_OK, submit(WORLD_D1, "XA-9", 72));
    IS(ERROR_OFFICE_OWN_ACT, review_line(WORLD_D1, "XA-9", "accept"));
    IS(ERROR_OK, review_line(WORLD_D2, "XA-9", "accept"));
    IS(ERROR_OFFICE_CONDITION, review_line(WORLD_F1, "XA-8", "accept"));
}

static void codes_are_taken_once_and_a_refused_one_may_come_again(void **state)
{
    (void)state;
    IS(ERROR_OK, submit(WORLD_D1, "XA-9", 72));
    IS(ERROR_OFFICE_CONDITION, submit(WORLD_D1, "XA-9", 80));
    both("XA-9", "refuse", "accept");
    IS(ERROR_OK, submit(WORLD_D1, "XA-9", 80));
    both("XA-9", "accept", "accept");
    IS(ERROR_OFFICE_CONDITION, submit(WORLD_D1, "XA-9", 90));
    assert_int_equal(schedule()->lines_count, 2);
    /* What no certificate could have is no line. */
    IS(ERROR_DOCUMENT_RULE, submit(WORLD_D1, "XA-10", 11));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, SCHEDULE, "submit", BODY({"lines", world_texts(&office.world, NULL, 0)})));
}

/* The law of the state is what it is: the signal does not wait for the ministries' opinions. */
static void an_amendment_that_crosses_six_years_raises_a_signal(void **state)
{
    (void)state;
    static const struct {
        int64_t before, after;
        bool signal;
    } rows[] = {
        {72, 71, true}, {71, 72, true}, {72, 240, false}, {60, 71, false}, {9999, 12, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char code[] = "XA-0";
        code[3] += (char)i;
        IS(ERROR_OK, submit(WORLD_D1, code, rows[i].before));
        IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, SCHEDULE, "amend", a_line(code, rows[i].after)));
        both(code, "accept", "accept");
        size_t before = schedule()->signals_count;
        IS(ERROR_OK, ACT(WORLD_D1, SCHEDULE, "amend", a_line(code, rows[i].after)));
        assert_int_equal(schedule()->signals_count, before + rows[i].signal);
        IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, SCHEDULE, "amend", a_line(code, 80)));
        both(code, "accept", "refuse");
    }
    const struct schedule_signal *last = &schedule()->signals[2];
    assert_string_equal(last->code, "XA-4");
    assert_int_equal(last->before, 9999);
    assert_int_equal(last->after, 12);
    assert_string_equal(last->by.person, "D-01");
    /* Until both accept an amendment, the line stands as it was. */
    assert_int_equal(schedule_accepted(schedule(), "XA-0")->entry.offence.maximum_months, 72);
    IS(ERROR_OK, ACT(WORLD_D1, SCHEDULE, "amend", a_line("XA-0", 71)));
    IS(ERROR_OFFICE_CONDITION, review_line(WORLD_D2, "XA-0", "split"));
    both("XA-0", "accept", "accept");
    assert_int_equal(schedule_accepted(schedule(), "XA-0")->entry.offence.maximum_months, 71);
}

/* The certificates in force say what the law was: each licence under them gets a case. */
static void a_signal_reaches_the_licences_that_it_concerns(void **state)
{
    (void)state;
    everything();
    millis next;
    const char *number = NULL;
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_LEASE, SCHEDULE, "tell", NO_BODY));
    /* One that no certificate names. */
    IS(ERROR_OK, submit(WORLD_D1, "XA-9", 100));
    both("XA-9", "accept", "accept");
    IS(ERROR_OK, ACT(WORLD_D1, SCHEDULE, "amend", a_line("XA-9", 12)));
    assert_string_equal(due_on(FILE_SCHEDULE, "XA", WORLD_NOW, &next), "tell");
    IS(ERROR_OK, ACT(WORLD_LEASE, SCHEDULE, "tell", NO_BODY));
    assert_null(due_on(FILE_SCHEDULE, "XA", WORLD_NOW, &next));
    assert_null(next_number(FILE_SIGNAL, ""));
    /* And one that the licence's certificate rests on. */
    IS(ERROR_OK, ACT(WORLD_D1, SCHEDULE, "amend", a_line("XA-201", 71)));
    assert_string_equal(due_on(FILE_SCHEDULE, "XA", WORLD_NOW, &next), "tell");
    IS(ERROR_OK, ACT(WORLD_LEASE, SCHEDULE, "tell", NO_BODY));
    assert_null(due_on(FILE_SCHEDULE, "XA", WORLD_NOW, &next));
    number = next_number(FILE_SIGNAL, "");
    assert_non_null(number);
    const struct signal_file *signal = (const void *)base_of(FILE_SIGNAL, number);
    assert_int_equal(signal->kind, SIGNAL_OFFENCES);
    assert_string_equal(signal->licence, "IL-2026-0017");
    assert_non_null(strstr(signal->words, "XA-201 went from 72 to 71 months"));
    assert_int_equal(state_of(FILE_CASE, signal->case_number), CASE_RECEIVED);
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_ACTIVE);
}

static void a_state_submits_its_own_schedule_alone(void **state)
{
    (void)state;
    IS(ERROR_OK, submit(WORLD_STATE, "XA-9", 72));
    assert_string_equal(line_of("XA-9")->submitted.person, "XA-S1");
    IS(ERROR_OFFICE_ORGANISATION,
       ACT(WORLD_STATE, "schedule/XC", "submit", BODY({"lines", lines("XC-1", 72)})));
    IS(ERROR_OFFICE_ROLE, review_line(WORLD_STATE, "XA-9", "accept"));
    both("XA-9", "accept", "accept");
    /* The number is the state. */
    IS(ERROR_DOCUMENT_RULE,
       ACT(WORLD_D1, "schedule/Xanadu", "submit", BODY({"lines", lines("XC-1", 72)})));
}

/* --- Certificates ------------------------------------------------------------------------- */

#define CERTIFICATE "certificate/EC-2026-0009"

static void up_to_the_offer(void)
{
    exporter_registered();
    product_classified();
    application_approved();
    form_registered();
}

static void a_certificate_has_only_lines_that_both_accepted(void **state)
{
    (void)state;
    up_to_the_offer();
    IS(ERROR_OFFICE_MISSING, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    IS(ERROR_OK, ACT(WORLD_D1, SCHEDULE, "submit", world_schedule(&office.world)));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    IS(ERROR_OK, ACT(WORLD_D2, SCHEDULE, "review",
                     world_schedule_review(&office.world, "accept", world_reasons[0])));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    IS(ERROR_OK, ACT(WORLD_F1, SCHEDULE, "review",
                     world_schedule_review(&office.world, "accept", world_reasons[1])));
    IS(ERROR_OK, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
}

static void a_certificate_has_the_lines_as_they_stand(void **state)
{
    (void)state;
    up_to_the_offer();
    offences_accepted();
    static const char *const more[] = {"attack-on-life"};
    struct certificate *certificate = &office.world.certificate;
    struct offence *offences =
        ARENA_ARRAY(&office.world.arena, struct offence, certificate->offences_count);
    assert_non_null(offences);
    memcpy(offences, certificate->offences, certificate->offences_count * sizeof *offences);
    certificate->offences = offences;
    const struct offence real = offences[0];
    struct offence wrong[9];
    for (size_t i = 0; i < 9; i++)
        wrong[i] = real;
    wrong[0].title = "another";
    wrong[1].minimum_months = 1;
    wrong[2].maximum_months = 9999;
    wrong[3].in_force_from += MILLIS_DAY;
    wrong[4].in_force_until = WORLD_NOW + 1000 * MILLIS_DAY;
    wrong[5].acts = more, wrong[5].acts_count = 1;
    wrong[6].completed_by = more, wrong[6].completed_by_count = 1;
    wrong[7].defence_reasons = "What the defence ministry did not say.";
    wrong[8].foreign_reasons = "What the foreign ministry did not say.";
    for (size_t i = 0; i < 9; i++) {
        offences[0] = wrong[i];
        IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
        assert_string_equal(office.fault.found, real.code);
    }
    offences[0] = real;
    offences[0].decision = OFFENCE_REFUSED;
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    offences[0] = real;
    /* An amendment that both accepted has taken the place of what was offered before. */
    IS(ERROR_OK, ACT(WORLD_D1, SCHEDULE, "amend", a_line("XA-202", 70)));
    both("XA-202", "accept", "accept");
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, CERTIFICATE, "offer", offer()));
    assert_string_equal(office.fault.found, "XA-202");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIFE(a_line_is_accepted_only_by_both_ministries_with_reasons),
        LIFE(one_refusal_refuses_and_one_split_splits),
        LIFE(lines_that_take_the_place_of_a_split_one_name_it),
        LIFE(nobody_reviews_a_line_that_they_entered),
        LIFE(codes_are_taken_once_and_a_refused_one_may_come_again),
        LIFE(an_amendment_that_crosses_six_years_raises_a_signal),
        LIFE(a_signal_reaches_the_licences_that_it_concerns),
        LIFE(a_state_submits_its_own_schedule_alone),
        LIFE(a_certificate_has_only_lines_that_both_accepted),
        LIFE(a_certificate_has_the_lines_as_they_stand),
    };
    return cmocka_run_group_tests_name("authority_schedule", tests, NULL, NULL);
}
