/* authority: exporters: drafted and submitted by themselves or for them, screened with their
 * owners, registered; and that their officers act on no file but their own exporter's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authority_world.h"

static const char EX[] = "exporter/EX-0031";

static const struct exporter_file *file_of(const char *number)
{
    return (const void *)base_of(FILE_EXPORTER, number);
}

static void submitted(void)
{
    IS(ERROR_OK, ACT(WORLD_D1, EX, "draft", body_exporter(&office.world)));
    IS(ERROR_OK, ACT(WORLD_D1, EX, "submit", NO_BODY));
}

static struct datum screening(const char *finding)
{
    return body_screening(&office.world, finding);
}

/* --- Screening ---------------------------------------------------------------------------- */

static void owners_are_named_before_submission(void **state)
{
    (void)state;
    struct datum nobody = world_texts(&office.world, NULL, 0);
    IS(ERROR_OK, ACT(WORLD_D1, EX, "draft",
                     BODY(
                         T("name", "An Exporter"), T("address", "A street"), T("country", "IL"),
                         {"owners", nobody})));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, EX, "submit", NO_BODY));
    IS(ERROR_DOCUMENT_RULE, ACT(WORLD_D1, EX, "draft",
                                BODY(
                                    T("name", "An Exporter"), T("address", "A street"),
                                    T("country", "Israel"), {"owners", nobody})));
    IS(ERROR_OK, ACT(WORLD_D1, EX, "draft", body_exporter(&office.world)));
    IS(ERROR_OK, ACT(WORLD_D1, EX, "submit", NO_BODY));
    /* what was submitted stays as it was */
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D1, EX, "draft", body_exporter(&office.world)));
}

static void everybody_is_compared_with_each_list(void **state)
{
    (void)state;
    struct world *world = &office.world;
    submitted();
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D2, EX, "register", NO_BODY));
    static const struct digest digest = {{7}};
    struct datum list = BODY(
        T("name", "A list"), T("date", "2026-03-01T00:00:00Z"),
        {"digest", datum_of_bytes(digest_view(&digest))});
    struct datum tomorrows = BODY(
        T("name", "A list"), T("date", "2026-03-03T00:00:00Z"),
        {"digest", datum_of_bytes(digest_view(&digest))});
    struct datum unknown = BODY(T("name", "A list"), T("date", "2026-03-01T00:00:00Z"));
    const struct datum twice[] = {list, list};
    const struct {
        enum error error;
        struct datum parties, lists;
    } cases[] = {
        {ERROR_OFFICE_CONDITION, WORLD_TEXTS(world, "An Exporter"), world_list(world, &list, 1)},
        {ERROR_OFFICE_CONDITION, WORLD_TEXTS(world, "An Owner"), world_list(world, &list, 1)},
        {ERROR_OFFICE_CONDITION, WORLD_TEXTS(world, "An Exporter", "An Owner", "Another"),
         world_list(world, &list, 1)},
        {ERROR_OFFICE_CONDITION, WORLD_TEXTS(world, "An Exporter", "An Owner"),
         world_list(world, NULL, 0)},
        {ERROR_OFFICE_CONDITION, WORLD_TEXTS(world, "An Exporter", "An Owner"),
         world_list(world, twice, 2)},
        {ERROR_OFFICE_CONDITION, WORLD_TEXTS(world, "An Exporter", "An Owner"),
         world_list(world, &tomorrows, 1)},
        {ERROR_DOCUMENT_MISSING, WORLD_TEXTS(world, "An Exporter", "An Owner"),
         world_list(world, &unknown, 1)},
        {ERROR_OK, WORLD_TEXTS(world, "An Exporter", "An Owner"), world_list(world, &list, 1)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        must_error(
            ACT(WORLD_F1, EX, "screen",
                BODY({"parties", cases[i].parties}, {"lists", cases[i].lists})),
            cases[i].error, (int)i);
    assert_int_equal(file_of("EX-0031")->lists_count, 1);
    assert_int_equal(file_of("EX-0031")->lists[0].digest.bytes[0], 7);
    assert_int_equal(file_of("EX-0031")->parties_count, 2);
}

static void a_match_is_dismissed_with_reasons_or_upheld(void **state)
{
    (void)state;
    submitted();
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, EX, "screen", screening(NULL)));
    IS(ERROR_DOCUMENT_CHOICE, ACT(WORLD_F1, EX, "screen", screening("perhaps")));
    IS(ERROR_OK, ACT(WORLD_F1, EX, "screen", screening("upheld")));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D2, EX, "register", NO_BODY));
    assert_string_equal(office.fault.found, "OWNER, An; born 1950");
    /* looked at again, by somebody who may then not register */
    IS(ERROR_OK, ACT(WORLD_D3, EX, "screen", screening("dismissed")));
    assert_string_equal(
        file_of("EX-0031")->matches[0].reasons, "The dates of birth were compared.");
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D3, EX, "register", NO_BODY));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_F2, EX, "register", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D2, EX, "register", NO_BODY));
}

static void a_match_is_of_somebody_who_was_compared(void **state)
{
    (void)state;
    struct world *world = &office.world;
    submitted();
    struct datum good = screening("upheld");
    static const char *const names[] = {"party", "list"};
    for (size_t i = 0; i < 2; i++) {
        struct datum match = datum_member(&good, "matches")->list.items[0];
        struct datum_member members[5];
        assert_int_equal(match.map.count, 5);
        memcpy(members, match.map.members, sizeof members);
        for (size_t k = 0; k < 5; k++) {
            if (strcmp(members[k].name, names[i]) == 0)
                members[k].value = datum_of_text("Another");
        }
        struct datum other = body_of(members, 5);
        IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F1, EX, "screen",
                                       BODY(
                                           {"parties", *datum_member(&good, "parties")},
                                           {"lists", *datum_member(&good, "lists")},
                                           {"matches", world_list(world, &other, 1)})));
    }
}

static void refused_and_removed_with_reasons(void **state)
{
    (void)state;
    submitted();
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, EX, "refuse", BODY(T("reason", "r"))));
    IS(ERROR_OK, ACT(WORLD_D2, EX, "refuse", BODY(T("reason", "Not a company."))));
    assert_string_equal(file_of("EX-0031")->reason, "Not a company.");
    IS(ERROR_OFFICE_STATE, ACT(WORLD_F1, EX, "screen", screening(NULL)));
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D1, EX, "submit", NO_BODY));
}

/* --- The exporter's own officer ----------------------------------------------------------- */

/* Two exporters, each with an officer. */
static void two_officers(void)
{
    IS(ERROR_OK, ACT(WORLD_D1, EX, "draft", body_exporter(&office.world)));
    IS(ERROR_OK, ACT(WORLD_D1, "exporter/EX-0032", "draft", body_exporter(&office.world)));
    account_active("X-31", "exporter", "EX-0031", WORLD_EXPORTER);
    account_active("X-32", "exporter", "EX-0032", WORLD_OTHER_EXPORTER);
}

static void an_officer_submits_its_own_exporter(void **state)
{
    (void)state;
    two_officers();
    IS(ERROR_OFFICE_ORGANISATION,
       ACT(WORLD_OTHER_EXPORTER, EX, "draft", body_exporter(&office.world)));
    IS(ERROR_OFFICE_ORGANISATION, ACT(WORLD_OTHER_EXPORTER, EX, "submit", NO_BODY));
    IS(ERROR_OFFICE_ORGANISATION,
       ACT(WORLD_EXPORTER, "exporter/EX-0099", "draft", body_exporter(&office.world)));
    IS(ERROR_OK, ACT(WORLD_EXPORTER, EX, "draft", body_exporter(&office.world)));
    IS(ERROR_OK, ACT(WORLD_EXPORTER, EX, "submit", NO_BODY));
    assert_string_equal(file_of("EX-0031")->submitted.person, "X-31");
    /* nothing else of it is the exporter's to do */
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_EXPORTER, EX, "screen", screening(NULL)));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_EXPORTER, EX, "refuse", BODY(T("reason", "r"))));
    IS(ERROR_OK, ACT(WORLD_D1, EX, "screen", screening(NULL)));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_EXPORTER, EX, "register", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D2, EX, "register", NO_BODY));
}

static void an_officer_acts_on_what_hangs_on_its_own_exporter(void **state)
{
    (void)state;
    struct world *world = &office.world;
    static const char name[] = "application/A-0";
    struct datum body = body_application(world, APPLICATION_MARKETING, "XA", true);
    two_officers();
    exporter_registered();
    IS(ERROR_OFFICE_ORGANISATION,
       ACT(WORLD_OTHER_EXPORTER, "product/P-0112", "submit", body_product(world)));
    assert_null(base_of(FILE_PRODUCT, "P-0112"));
    IS(ERROR_OK, ACT(WORLD_EXPORTER, "product/P-0112", "submit", body_product(world)));
    IS(ERROR_OK, ACT(WORLD_D2, "product/P-0112", "classify",
                     BODY(T("control", "4.D.4"), T("reason", "Intrusion."))));
    IS(ERROR_OFFICE_ORGANISATION, ACT(WORLD_OTHER_EXPORTER, name, "draft", body));
    IS(ERROR_OK, ACT(WORLD_EXPORTER, name, "draft", body));
    IS(ERROR_OFFICE_ORGANISATION, ACT(WORLD_OTHER_EXPORTER, name, "submit", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_EXPORTER, name, "submit", NO_BODY));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_EXPORTER, name, "open-review", body_days(world, 5)));
    IS(ERROR_OK, ACT(WORLD_D1, name, "ask", BODY(T("question", "Who?"))));
    IS(ERROR_OFFICE_ORGANISATION,
       ACT(WORLD_OTHER_EXPORTER, name, "answer", BODY(T("answer", "They."))));
    IS(ERROR_OK, ACT(WORLD_EXPORTER, name, "answer", BODY(T("answer", "They."))));
    IS(ERROR_OK, ACT(WORLD_D1, name, "open-review", body_days(world, 5)));
    IS(ERROR_OK, ACT(WORLD_D2, name, "review", body_review(world, "object")));
    IS(ERROR_OK, ACT(WORLD_F2, name, "review", body_review(world, "object")));
    IS(ERROR_OFFICE_ORGANISATION,
       ACT(WORLD_OTHER_EXPORTER, name, "object", BODY(T("grounds", "G"))));
    IS(ERROR_OK, ACT(WORLD_EXPORTER, name, "object", BODY(T("grounds", "G"))));
    IS(ERROR_OFFICE_ORGANISATION,
       ACT(WORLD_OTHER_EXPORTER, name, "withdraw", BODY(T("reason", "R"))));
    IS(ERROR_OK, ACT(WORLD_EXPORTER, name, "withdraw", BODY(T("reason", "R"))));
}

/* The file that an officer moves under another exporter is looked at as it would become. */
static void a_draft_is_not_moved_to_another_exporter(void **state)
{
    (void)state;
    struct world *world = &office.world;
    two_officers();
    exporter_registered();
    product_classified();
    IS(ERROR_OK, ACT(WORLD_D1, "exporter/EX-0032", "submit", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_F1, "exporter/EX-0032", "screen", screening(NULL)));
    IS(ERROR_OK, ACT(WORLD_D2, "exporter/EX-0032", "register", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_OTHER_EXPORTER, "product/P-2", "submit",
                     BODY(
                         T("exporter", "EX-0032"), T("name", "Another"), T("summary", "It prints."),
                         {"functions", WORLD_TEXTS(world, "location")})));
    struct datum own = BODY(
        T("kind", "marketing"), T("exporter", "EX-0032"), T("product", "P-2"), T("country", "XA"),
        T("purpose", "P"), T("until", "2027-03-02T09:00:00Z"));
    IS(ERROR_OK, ACT(WORLD_OTHER_EXPORTER, "application/A-9", "draft", own));
    IS(ERROR_OFFICE_ORGANISATION, ACT(WORLD_OTHER_EXPORTER, "application/A-9", "draft",
                                      body_application(world, APPLICATION_MARKETING, "XA", true)));
    assert_int_equal(base_of(FILE_APPLICATION, "A-9")->version, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIFE(owners_are_named_before_submission),
        LIFE(everybody_is_compared_with_each_list),
        LIFE(a_match_is_dismissed_with_reasons_or_upheld),
        LIFE(a_match_is_of_somebody_who_was_compared),
        LIFE(refused_and_removed_with_reasons),
        LIFE(an_officer_submits_its_own_exporter),
        LIFE(an_officer_acts_on_what_hangs_on_its_own_exporter),
        LIFE(a_draft_is_not_moved_to_another_exporter),
    };
    return cmocka_run_group_tests_name("authority_exporters", tests, NULL, NULL);
}
