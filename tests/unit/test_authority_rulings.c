/* authority: rulings. An operator or a state asks how a clause reads; both ministries answer in the
 * same words; new clauses are somewhere else, and named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authority_world.h"

#define RULING "ruling/RU-1"
#define READING "Words about a public office are criticism, whoever holds it."

static const struct ruling_file *ruling(void)
{
    return (const void *)base_of(FILE_RULING, "RU-1");
}

static struct datum question(const char *clause)
{
    return BODY(
        T("certificate", "EC-2026-0009"), T("clause", clause),
        T("question", "Is mockery of a minister criticism?"));
}

static struct datum reading(const char *words, const char *needs)
{
    return BODY(T("reading", words), T("needs", needs));
}

static void given(const char *needs)
{
    IS(ERROR_OK, ACT(WORLD_D2, RULING, "propose", reading(READING, needs)));
    IS(ERROR_OK, ACT(WORLD_F1, RULING, "give", reading(READING, needs)));
    assert_int_equal(state_of(FILE_RULING, "RU-1"), RULING_GIVEN);
}

static void the_state_asks_and_both_ministries_answer_in_the_same_words(void **state)
{
    (void)state;
    everything();
    IS(ERROR_OK, ACT(WORLD_STATE, RULING, "ask", question("6.1")));
    assert_string_equal(ruling()->form, "IL-2021-12.1");
    assert_string_equal(file_parent(FILE_RULING, ruling()), "EC-2026-0009");
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_STATE, RULING, "propose", reading(READING, "nothing")));
    IS(ERROR_OFFICE_STATE, ACT(WORLD_F1, RULING, "give", reading(READING, "nothing")));
    IS(ERROR_OK, ACT(WORLD_D1, RULING, "propose", reading(READING, "nothing")));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, RULING, "give", reading(READING, "nothing")));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D2, RULING, "give", reading(READING, "nothing")));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_F1, RULING, "give", reading("Words about a public office.", "nothing")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F1, RULING, "give", reading(READING, "clauses")));
    /* The other ministry may propose other words; then the first has to agree. */
    IS(ERROR_OK, ACT(WORLD_F1, RULING, "propose", reading("It is.", "nothing")));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_F2, RULING, "give", reading("It is.", "nothing")));
    IS(ERROR_OK, ACT(WORLD_D1, RULING, "give", reading("It is.", "nothing")));
    assert_int_equal(state_of(FILE_RULING, "RU-1"), RULING_GIVEN);
    assert_string_equal(ruling()->reading, "It is.");
    assert_string_equal(ruling()->proposed.person, "F-01");
    assert_string_equal(ruling()->given.person, "D-01");
    IS(ERROR_OFFICE_STATE, ACT(WORLD_STATE, RULING, "withdraw", BODY(T("reason", "Too late."))));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, RULING, "refer", BODY(T("file", "order/OR-1"))));
}

static void one_asks_about_what_is_ones_own(void **state)
{
    (void)state;
    everything();
    account_active("XC-S1", "state", "XC", WORLD_STRANGER);
    account_active("XA-V1", "supervisor", "XA-police-ct", WORLD_SUPERVISOR);
    account_active("XA-V2", "supervisor", "XA-navy", WORLD_OPERATOR);
    IS(ERROR_OFFICE_ORGANISATION, ACT(WORLD_STRANGER, RULING, "ask", question("6.1")));
    IS(ERROR_OFFICE_ORGANISATION, ACT(WORLD_OPERATOR, RULING, "ask", question("6.1")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_SUPERVISOR, RULING, "ask", question("99.1")));
    IS(ERROR_OFFICE_MISSING,
       ACT(WORLD_SUPERVISOR, RULING, "ask",
           BODY(T("certificate", "EC-9"), T("clause", "6.1"), T("question", "Why?"))));
    IS(ERROR_OK, ACT(WORLD_SUPERVISOR, RULING, "ask", question("6.1")));
    struct datum reason = BODY(T("reason", "It was clear after all."));
    IS(ERROR_OFFICE_ORGANISATION, ACT(WORLD_STRANGER, RULING, "withdraw", reason));
    IS(ERROR_OK, ACT(WORLD_SUPERVISOR, RULING, "withdraw", reason));
    assert_int_equal(state_of(FILE_RULING, "RU-1"), RULING_WITHDRAWN);
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D1, RULING, "propose", reading(READING, "nothing")));
}

/* A ruling changes nothing that was signed. */
static void new_clauses_are_elsewhere_and_named(void **state)
{
    (void)state;
    everything();
    struct digest before = licence_file()->digest;
    IS(ERROR_OK, ACT(WORLD_D1, RULING, "ask", question("6.1")));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, RULING, "propose", reading(READING, "clauses")));
    given("clauses");
    assert_true(digest_equal(&licence_file()->digest, &before));
    IS(ERROR_OFFICE_MISSING, ACT(WORLD_D1, RULING, "refer", BODY(T("file", "form/IL-2021-12.2"))));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, RULING, "refer", BODY(T("file", "exporter/EX-0031"))));
    IS(ERROR_OFFICE_FILE, ACT(WORLD_D1, RULING, "refer", BODY(T("file", "horse/1"))));
    IS(ERROR_OK, ACT(WORLD_D1, RULING, "refer", BODY(T("file", "licence/IL-2026-0017"))));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, RULING, "refer", BODY(T("file", "licence/IL-2026-0017"))));
    IS(ERROR_OK, ACT(WORLD_D1, RULING, "refer", BODY(T("file", "form/IL-2021-12.1"))));
    /* In order, as every list of texts. */
    assert_int_equal(ruling()->clauses_in_count, 2);
    assert_string_equal(ruling()->clauses_in[0], "form/IL-2021-12.1");
    assert_string_equal(ruling()->clauses_in[1], "licence/IL-2026-0017");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIFE(the_state_asks_and_both_ministries_answer_in_the_same_words),
        LIFE(one_asks_about_what_is_ones_own),
        LIFE(new_clauses_are_elsewhere_and_named),
    };
    return cmocka_run_group_tests_name("authority_rulings", tests, NULL, NULL);
}
