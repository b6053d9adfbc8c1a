/* authority, the registers: the list of countries and what its changes do, and the office's
 * settings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "authority/control.h"
#include "authority_world.h"
#include "office_bodies.h"

#define LATER (WORLD_NOW + MILLIS_HOUR)
#define REASON BODY(T("reason", "Its record."))

/* --- Countries ---------------------------------------------------------------------------- */

static const struct country_file *country(const char *code)
{
    return (const void *)base_of(FILE_COUNTRY, code);
}

/* To market: drafted once, submitted each time. */
static enum error apply_for(const char *country_code)
{
    if (!base_of(FILE_APPLICATION, "A-1"))
        IS(ERROR_OK,
           ACT(WORLD_D1, "application/A-1", "draft",
               body_application(&office.world, APPLICATION_MARKETING, country_code, true)));
    return ACT(WORLD_D1, "application/A-1", "submit", NO_BODY);
}

static void two_ministries_list_a_country(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    IS(ERROR_OK, ACT(WORLD_D1, "country/FR", "propose", BODY(T("reasons", "A treaty."))));
    assert_string_equal(country("FR")->name, "France");
    IS(ERROR_OFFICE_CONDITION, apply_for("FR"));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, "country/FR", "list", NO_BODY));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D2, "country/FR", "list", NO_BODY));
    IS(ERROR_OK, do_at(LATER, WORLD_F1, "country/FR", "list", NO_BODY));
    assert_int_equal(state_of(FILE_COUNTRY, "FR"), COUNTRY_LISTED);
    assert_int_equal(office.office.countries_date, LATER);
    IS(ERROR_OK, apply_for("FR"));
}

static void one_ministry_takes_a_country_off(void **state)
{
    (void)state;
    IS(ERROR_OK, do_at(LATER, WORLD_F2, "country/XA", "delist", REASON));
    exporter_registered();
    product_classified();
    IS(ERROR_OFFICE_CONDITION, apply_for("XA"));
    assert_string_equal(office.fault.found, "XA was taken off the list on 2026-03-02");
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D1, "country/XA", "delist", REASON));
    /* Proposed again and refused: still off. */
    IS(ERROR_OK, ACT(WORLD_D1, "country/XA", "propose",
                     BODY(T("name", "A state"), T("reasons", "New laws."))));
    IS(ERROR_OK, ACT(WORLD_F1, "country/XA", "refuse", REASON));
    IS(ERROR_OFFICE_CONDITION, apply_for("XA"));
    country_listed("XA", LATER + 1);
    IS(ERROR_OK, apply_for("XA"));
}

static void the_history_stays_in_the_file(void **state)
{
    (void)state;
    IS(ERROR_OK, do_at(LATER, WORLD_F2, "country/XA", "delist", REASON));
    country_listed("XA", LATER + 5);
    const struct country_file *file = country("XA");
    assert_int_equal(file->changes_count, 3);
    assert_int_equal(file->changes[0].to, COUNTRY_LISTED);
    assert_int_equal(file->changes[0].by.time, WORLD_NOW - 30 * MILLIS_DAY);
    assert_string_equal(file->changes[0].by.person, "F-01");
    assert_string_equal(file->changes[0].proposed.person, "D-01");
    assert_int_equal(file->changes[1].to, COUNTRY_DELISTED);
    assert_null(file->changes[1].proposed.person);
    assert_string_equal(file->changes[1].reasons, "Its record.");
    assert_int_equal(file->changes[1].by.time, LATER);
    assert_int_equal(file->changes[2].to, COUNTRY_LISTED);
    assert_int_equal(file->decided.time, LATER + 5);
}

static void a_country_has_a_code_and_one_name(void **state)
{
    (void)state;
    struct datum unnamed = BODY(T("reasons", "A treaty."));
    struct datum named = BODY(T("name", "Gaul"), T("reasons", "A treaty."));
    IS(ERROR_DOCUMENT_RULE, ACT(WORLD_D1, "country/UK", "propose", unnamed));
    IS(ERROR_DOCUMENT_RULE, ACT(WORLD_D1, "country/fr", "propose", unnamed));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "country/FR", "propose", named));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "country/XK", "propose", unnamed));
    IS(ERROR_OK, ACT(WORLD_D1, "country/XK", "propose", named));
    assert_string_equal(country("XK")->name, "Gaul");
    /* Exporters too are of a country that exists. */
    struct datum exporter =
        body_with(&office.world, body_exporter(&office.world), "country", datum_of_text("UK"));
    IS(ERROR_DOCUMENT_RULE, ACT(WORLD_D1, "exporter/EX-0032", "draft", exporter));
}

/* --- The review of what is licensed there -------------------------------------------------- */

#define LICENCE "licence/IL-2026-0017"

static const char *due_on_licence(millis time)
{
    millis next;
    return due_on(FILE_LICENCE, "IL-2026-0017", time, &next);
}

static enum error by_server(millis time, const char *verb)
{
    return do_at(time, WORLD_LEASE, LICENCE, verb, NO_BODY);
}

static void delisted_and_reviewed(void)
{
    everything();
    assert_null(due_on_licence(WORLD_NOW));
    IS(ERROR_OK, ACT(WORLD_D1, "country/XA", "delist", REASON));
    assert_string_equal(due_on_licence(WORLD_NOW), "country-review");
    IS(ERROR_OK, by_server(WORLD_NOW, "country-review"));
    assert_null(due_on_licence(WORLD_NOW));
}

static void delisting_opens_a_review_and_stops_nothing(void **state)
{
    (void)state;
    everything();
    IS(ERROR_OFFICE_CONDITION, by_server(WORLD_NOW, "country-review"));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, LICENCE, "country-keep", REASON));
    IS(ERROR_OK, ACT(WORLD_D1, "country/XA", "delist", REASON));
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D1, LICENCE, "country-review", NO_BODY));
    IS(ERROR_OK, by_server(WORLD_NOW, "country-review"));
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_ACTIVE);
    assert_int_equal(licence_file()->review.opened, WORLD_NOW);
    assert_int_equal(licence_file()->review.end, 0);
    assert_int_equal(
        lease_state_of(
            licence_file(), (const void *)base_of(FILE_INSTALLATION, "IN-0001"), WORLD_NOW),
        LEASE_ACTIVE);
    /* Once for each time that the country is taken off. */
    IS(ERROR_OFFICE_CONDITION, by_server(WORLD_NOW, "country-review"));
    /* What is new is refused meanwhile. */
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "installation/IN-0002", "enrol", enrolment(WORLD_STRANGER)));
    assert_non_null(strstr(office.fault.found, "taken off the list"));
}

static void both_ministries_keep_a_licence(void **state)
{
    (void)state;
    delisted_and_reviewed();
    IS(ERROR_OK, do_at(LATER, WORLD_D1, LICENCE, "country-keep", REASON));
    assert_int_equal(licence_file()->review.end, 0);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D2, LICENCE, "country-keep", REASON));
    IS(ERROR_OK, do_at(LATER + 1, WORLD_F1, LICENCE, "country-keep", REASON));
    assert_int_equal(licence_file()->review.end, COUNTRY_REVIEW_KEPT);
    assert_int_equal(licence_file()->review.closed, LATER + 1);
    assert_null(due_on_licence(LATER + 1));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F2, LICENCE, "country-keep", REASON));
    /* Taken off a second time: a review of its own. */
    country_listed("XA", LATER + 2);
    assert_null(due_on_licence(LATER + 2));
    IS(ERROR_OK, do_at(LATER + 3, WORLD_F1, "country/XA", "delist", REASON));
    assert_string_equal(due_on_licence(LATER + 3), "country-review");
    IS(ERROR_OK, by_server(LATER + 3, "country-review"));
    assert_null(licence_file()->review.defence.person);
}

static void an_order_ends_the_review(void **state)
{
    (void)state;
    everything();
    const struct order before = an_order("OR-2026-0001", ORDER_SUSPEND);
    IS(ERROR_OK, ISSUE(WORLD_D1, &before, WORLD_D1));
    IS(ERROR_OK, do_at(LATER, WORLD_D1, "country/XA", "delist", REASON));
    IS(ERROR_OK, by_server(LATER, "country-review"));
    struct datum earlier = BODY(T("order", "OR-2026-0001"));
    IS(ERROR_OFFICE_CONDITION, do_at(LATER, WORLD_D1, LICENCE, "country-ordered", earlier));
    IS(ERROR_OFFICE_MISSING,
       do_at(LATER, WORLD_D1, LICENCE, "country-ordered", BODY(T("order", "OR-2026-0009"))));
    const struct order after = an_order("OR-2026-0002", ORDER_DISCONNECT);
    IS(ERROR_OK, do_at(
                     LATER, WORLD_F1, "order/OR-2026-0002", "issue",
                     instrument(SIGNED(INSTRUMENT_ORDER, &after, WORLD_F1))));
    IS(ERROR_OK,
       do_at(LATER, WORLD_F1, LICENCE, "country-ordered", BODY(T("order", "OR-2026-0002"))));
    assert_int_equal(licence_file()->review.end, COUNTRY_REVIEW_ORDERED);
    assert_string_equal(licence_file()->review.order, "OR-2026-0002");
    assert_int_equal(state_of(FILE_LICENCE, "IL-2026-0017"), LICENCE_DISCONNECTED);
}

static void listing_again_or_the_licences_end_ends_the_review(void **state)
{
    (void)state;
    delisted_and_reviewed();
    IS(ERROR_OFFICE_CONDITION, by_server(WORLD_NOW, "country-relisted"));
    country_listed("XA", LATER);
    assert_string_equal(due_on_licence(LATER), "country-relisted");
    IS(ERROR_OK, by_server(LATER, "country-relisted"));
    assert_int_equal(licence_file()->review.end, COUNTRY_REVIEW_RELISTED);
    IS(ERROR_OK, do_at(LATER, WORLD_D1, "country/XA", "delist", REASON));
    IS(ERROR_OK, by_server(LATER, "country-review"));
    millis end = licence_file()->until;
    assert_string_equal(due_on_licence(end), "expire");
    IS(ERROR_OK, by_server(end, "expire"));
    assert_int_equal(licence_file()->review.end, COUNTRY_REVIEW_ENDED);
    assert_null(due_on_licence(end));
}

/* --- Settings ------------------------------------------------------------------------------ */

static struct datum settings(uint64_t days, const char *weekend, const char *within)
{
    struct datum calendar = BODY(
        T("utc-offset", "+02:00"),
        {"weekend", world_texts(&office.world, (const char *const[]){weekend}, 1)});
    struct datum values = BODY(
        {"calendar", calendar}, {"review-days", datum_of_integer((int64_t)days)},
        T("silence", "consents"), T("confirm-within", within),
        {"decide-days", datum_of_integer(30)}, {"objection-days", datum_of_integer(20)});
    return BODY({"settings", values}, T("reasons", "As agreed."));
}

static const struct settings_file *settings_file(void)
{
    return (const void *)base_of(FILE_SETTINGS, "office");
}

static void two_ministries_set_what_the_office_goes_by(void **state)
{
    (void)state;
    IS(ERROR_OK, ACT(WORLD_D1, "settings/office", "propose", settings(3, "friday", "2h")));
    assert_int_equal(office.office.settings.review_days, 5); /* the default */
    assert_int_equal(office.office.settings.silence, SILENCE_ESCALATES);
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_D2, "settings/office", "confirm", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_F1, "settings/office", "confirm", NO_BODY));
    assert_int_equal(office.office.settings.review_days, 3);
    assert_int_equal(office.office.settings.silence, SILENCE_CONSENTS);
    assert_int_equal(office.office.settings.confirm_within, 2 * MILLIS_HOUR);
    assert_string_equal(office.office.settings.calendar.weekend[0], "friday");
    /* A change leaves them in force until it is confirmed, or not. */
    IS(ERROR_OK, ACT(WORLD_F1, "settings/office", "propose", settings(5, "sunday", "1d")));
    assert_int_equal(settings_in_force(settings_file())->review_days, 3);
    IS(ERROR_OFFICE_ROLE, ACT(WORLD_F2, "settings/office", "confirm", NO_BODY));
    IS(ERROR_OK, ACT(WORLD_D2, "settings/office", "keep", NO_BODY));
    assert_int_equal(settings_in_force(settings_file())->review_days, 3);
    IS(ERROR_OFFICE_STATE, ACT(WORLD_D2, "settings/office", "confirm", NO_BODY));
}

static void settings_that_cannot_be_are_refused(void **state)
{
    (void)state;
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "settings/other", "propose", settings(5, "friday", "2h")));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "settings/office", "propose", settings(6, "friday", "2h")));
    IS(ERROR_DOCUMENT_RULE,
       ACT(WORLD_D1, "settings/office", "propose", settings(5, "Friday", "2h")));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "settings/office", "propose", settings(5, "friday", "59s")));
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "settings/office", "propose", settings(5, "friday", "31d")));
    assert_null(settings_file());
}

static void an_order_is_confirmed_within_what_was_set(void **state)
{
    (void)state;
    millis next;
    everything();
    const struct order order = an_order("OR-2026-0001", ORDER_SUSPEND);
    IS(ERROR_OK, ISSUE(WORLD_D1, &order, WORLD_D1));
    assert_null(due_on(FILE_ORDER, "OR-2026-0001", WORLD_NOW + 2 * MILLIS_HOUR, &next));
    assert_int_equal(next, WORLD_NOW + MILLIS_DAY);
    IS(ERROR_OK, ACT(WORLD_D1, "settings/office", "propose", settings(3, "friday", "2h")));
    IS(ERROR_OK, ACT(WORLD_F1, "settings/office", "confirm", NO_BODY));
    assert_string_equal(
        due_on(FILE_ORDER, "OR-2026-0001", WORLD_NOW + 2 * MILLIS_HOUR, &next), "alarm");
}

/* --- Products ------------------------------------------------------------------------------ */

static void a_product_falls_under_a_class_in_effect_that_day(void **state)
{
    (void)state;
    exporter_registered();
    struct datum functions = world_texts(&office.world, (const char *const[]){"location"}, 1);
    IS(ERROR_OK, ACT(WORLD_D1, "product/P-1", "submit",
                     BODY(
                         T("exporter", "EX-0031"), T("name", "A stand-in"),
                         T("summary", "It prints."), {"functions", functions})));
    struct datum as_4d4 = BODY(T("control", "4.D.4"), T("reason", "Its purpose."));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D2, "product/P-1", "classify",
                                   BODY(T("control", "1.A.1"), T("reason", "A kettle."))));
    /* Before the list had the class. */
    assert_null(control_class_at("4.D.4", days_from_civil(2013, 12, 3) * MILLIS_DAY));
    const struct control_class *first =
        control_class_at("4.D.4", days_from_civil(2013, 12, 4) * MILLIS_DAY);
    const struct control_class *last =
        control_class_at("4.D.4", days_from_civil(2017, 12, 7) * MILLIS_DAY - 1);
    assert_non_null(first);
    assert_ptr_equal(first, last);
    assert_ptr_not_equal(first, control_class_at("4.D.4", last->until));
    assert_non_null(control_class_at("catch-all", 0));
    IS(ERROR_OK, ACT(WORLD_D2, "product/P-1", "classify", as_4d4));
    const struct product_file *product = (const void *)base_of(FILE_PRODUCT, "P-1");
    assert_int_equal(product->control_list, days_from_civil(2017, 12, 7) * MILLIS_DAY);
    /* Again, when the list has changed; not by who entered the product. */
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, "product/P-1", "classify", as_4d4));
    IS(ERROR_OK, ACT(WORLD_D2, "product/P-1", "classify",
                     BODY(T("control", "catch-all"), T("reason", "On no list."))));
    product = (const void *)base_of(FILE_PRODUCT, "P-1");
    assert_int_equal(product->control_list, 0);
}

/* No class is in effect twice at a moment, and each version follows the one before. */
static void versions_of_a_class_follow_one_another(void **state)
{
    (void)state;
    for (size_t i = 1; i < control_class_count; i++) {
        const struct control_class *before = &control_classes[i - 1], *row = &control_classes[i];
        int order = strcmp(before->code, row->code);
        assert_true(order <= 0);
        if (order == 0)
            assert_true(before->until && before->until <= row->from);
    }
}

static struct datum digest_datum(uint8_t first)
{
    struct digest digest = {{first}};
    return datum_of_bytes(arena_copy(&office.arena, digest_view(&digest)));
}

static void builds_are_entered_and_tested_by_two(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    struct datum build = BODY(T("version", "1.0"), {"digest", digest_datum(1)});
    struct datum good = BODY(
        {"digest", digest_datum(1)}, {"passed", datum_of_bool(true)}, T("report", "It stopped."));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F1, "product/P-0112", "test-build", good));
    IS(ERROR_OK, ACT(WORLD_D1, "product/P-0112", "enter-build", build));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "product/P-0112", "enter-build", build));
    IS(ERROR_OFFICE_OWN_ACT, ACT(WORLD_D1, "product/P-0112", "test-build", good));
    IS(ERROR_OK, ACT(WORLD_F1, "product/P-0112", "test-build", good));
    assert_int_equal(state_of(FILE_PRODUCT, "P-0112"), PRODUCT_TESTED);
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_F1, "product/P-0112", "test-build", good));
    /* A new build is tested by itself; one that fails is kept as such. */
    IS(ERROR_OK, ACT(WORLD_D1, "product/P-0112", "enter-build",
                     BODY(T("version", "1.1"), {"digest", digest_datum(2)})));
    IS(ERROR_OK, ACT(WORLD_F1, "product/P-0112", "test-build",
                     BODY(
                         {"digest", digest_datum(2)}, {"passed", datum_of_bool(false)},
                         T("report", "It went on."))));
    const struct product_file *product = (const void *)base_of(FILE_PRODUCT, "P-0112");
    assert_int_equal(product->builds_count, 2);
    assert_true(product->builds[0].passed);
    assert_false(product->builds[1].passed);
    assert_string_equal(product->builds[1].tested.person, "F-01");
    /* An application takes a product whose builds were tested. */
    IS(ERROR_OK, apply_for("XA"));
}

static void due_diligence_is_kept_by_title_and_digest(void **state)
{
    (void)state;
    exporter_registered();
    product_classified();
    struct datum document = BODY(T("title", "Whom it was sold to"), {"digest", digest_datum(7)});
    IS(ERROR_OK, ACT(WORLD_D1, "product/P-0112", "add-document", document));
    IS(ERROR_OFFICE_CONDITION, ACT(WORLD_D1, "product/P-0112", "add-document", document));
    const struct product_file *product = (const void *)base_of(FILE_PRODUCT, "P-0112");
    assert_int_equal(product->documents_count, 1);
    assert_string_equal(product->documents[0].title, "Whom it was sold to");
    assert_string_equal(product->documents[0].entered.person, "D-01");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIFE(two_ministries_list_a_country),
        LIFE(one_ministry_takes_a_country_off),
        LIFE(the_history_stays_in_the_file),
        LIFE(a_country_has_a_code_and_one_name),
        LIFE(delisting_opens_a_review_and_stops_nothing),
        LIFE(both_ministries_keep_a_licence),
        LIFE(an_order_ends_the_review),
        LIFE(listing_again_or_the_licences_end_ends_the_review),
        LIFE(two_ministries_set_what_the_office_goes_by),
        LIFE(settings_that_cannot_be_are_refused),
        LIFE(an_order_is_confirmed_within_what_was_set),
        LIFE(a_product_falls_under_a_class_in_effect_that_day),
        cmocka_unit_test(versions_of_a_class_follow_one_another),
        LIFE(builds_are_entered_and_tested_by_two),
        LIFE(due_diligence_is_kept_by_title_and_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
