/* instruments: each document encodes to one form and back, its rules hold, and it counts only when
 * everyone who must sign has signed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "samples.h"

static struct samples samples;
static struct world *const world = &samples.world;

static int set_up(void **state)
{
    (void)state;
    samples_init(&samples);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    samples_free(&samples);
    return 0;
}

/* Encode, decode and encode again; to JSON and back: the same bytes each time. */
static void every_document_has_one_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < samples.count; i++) {
        const struct sample *sample = &samples.items[i];
        const struct layout *layout = instrument_layout(sample->type);
        struct arena arena = {0};
        struct buffer first = {0}, second = {0}, text = {0};
        struct fault fault = {0};
        assert_int_equal(layout_encode(layout, sample->value, &fault, &first), ERROR_OK);
        void *value = arena_alloc(&arena, layout->size);
        assert_int_equal(
            layout_decode(layout, buffer_view(&first), &arena, &fault, value), ERROR_OK);
        assert_int_equal(document_check(sample->type, value, &fault), ERROR_OK);
        assert_int_equal(layout_encode(layout, value, &fault, &second), ERROR_OK);
        assert_true(bytes_equal(buffer_view(&first), buffer_view(&second)));

        struct json_writer writer;
        json_writer_begin(&writer, &text, 2);
        layout_write_json(layout, value, &writer);
        assert_int_equal(json_writer_end(&writer), ERROR_OK);
        const struct json *json;
        assert_int_equal(json_parse(buffer_view(&text), &arena, &fault, &json), ERROR_OK);
        void *again = arena_alloc(&arena, layout->size);
        enum error error = layout_read_json(layout, json, &arena, &fault, again);
        if (error)
            print_error("%s: %s: %s\n", layout->name, fault.place, fault.expected);
        assert_int_equal(error, ERROR_OK);
        buffer_clear(&second);
        assert_int_equal(layout_encode(layout, again, &fault, &second), ERROR_OK);
        assert_true(bytes_equal(buffer_view(&first), buffer_view(&second)));

        buffer_clear(&text);
        layout_print(layout, value, 0, &text);
        assert_int_equal(text.error, ERROR_OK);
        assert_true(text.length > 40);

        /* Every prefix is refused, and so is a byte more. */
        for (size_t length = 0; length < first.length; length += 1 + length / 64) {
            struct bytes part = bytes_slice(buffer_view(&first), 0, length);
            assert_int_not_equal(layout_decode(layout, part, &arena, NULL, again), ERROR_OK);
        }
        buffer_append_byte(&first, 0);
        assert_int_equal(
            layout_decode(layout, buffer_view(&first), &arena, NULL, again), ERROR_CBOR_TRAILING);
        buffer_free(&first);
        buffer_free(&second);
        buffer_free(&text);
        arena_free(&arena);
    }
}

static void the_certificate_needs_three_signatures(void **state)
{
    (void)state;
    static const struct {
        enum world_key keys[3];
        size_t count;
        enum error error;
    } rows[] = {
        {{WORLD_STATE, WORLD_D1, WORLD_F1}, 3, ERROR_OK},
        {{WORLD_F2, WORLD_D2, WORLD_STATE}, 3, ERROR_OK},
        {{WORLD_STATE, WORLD_D1}, 2, ERROR_SIGNERS_MISSING},
        {{WORLD_STATE, WORLD_D1, WORLD_D2}, 3, ERROR_SIGNERS_MISSING},
        {{WORLD_D1, WORLD_F1}, 2, ERROR_SIGNERS_MISSING},
        {{WORLD_D1, WORLD_F1, WORLD_STRANGER}, 3, ERROR_COSE_UNKNOWN_KEY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer bytes = {0};
        struct arena arena = {0};
        struct document document;
        struct certificate certificate;
        struct form form;
        struct fault fault = {0};
        world_sign_with(
            world, INSTRUMENT_CERTIFICATE, &world->certificate, &bytes, NULL, rows[i].keys,
            rows[i].count);
        assert_int_equal(
            certificate_open(
                buffer_view(&bytes), &world->chain, &arena, &fault, &document, &certificate, &form),
            rows[i].error);
        if (!rows[i].error) {
            assert_true(digest_equal(&document.digest, &world->certificate_digest));
            assert_string_equal(certificate.number, "EC-2026-0009");
            assert_string_equal(form.number, "T-1");
        }
        arena_free(&arena);
        buffer_free(&bytes);
    }
}

/* --- Rules -------------------------------------------------------------------------------- */

static struct roll_operator twice[2];

static struct roll_operator operator_of(const struct world *w)
{
    return w->roll.operators == twice ? twice[0] : w->roll.operators[0];
}

static void a_root_without_its_second_ministry(struct samples *s)
{
    struct world *w = &s->world;
    w->root.ministries_count = 1;
}

static void a_root_whose_threshold_cannot_be_met(struct samples *s)
{
    struct world *w = &s->world;
    ((struct root_ministry *)(uintptr_t)w->root.ministries)[0].threshold = 3;
}

static void a_root_whose_threshold_is_nothing(struct samples *s)
{
    struct world *w = &s->world;
    ((struct root_ministry *)(uintptr_t)w->root.ministries)[1].threshold = 0;
}

static void a_person_in_both_ministries(struct samples *s)
{
    struct world *w = &s->world;
    ((struct root_person *)(uintptr_t)w->root.ministries[1].people)[0] =
        w->root.ministries[0].people[0];
}

static void a_first_root_that_has_one_before(struct samples *s)
{
    struct world *w = &s->world;
    w->root.previous.bytes[0] = 1;
}

static void a_root_of_version_0(struct samples *s)
{
    struct world *w = &s->world;
    w->root.version = 0;
}

static void a_form_whose_prevailing_language_it_is_not_in(struct samples *s)
{
    struct world *w = &s->world;
    w->form.prevailing = "fr";
}

static void a_certificate_that_ends_before_it_begins(struct samples *s)
{
    struct world *w = &s->world;
    w->certificate.until = w->certificate.from;
}

static void a_certificate_of_no_state(struct samples *s)
{
    struct world *w = &s->world;
    w->certificate.state = "xa";
}

static void a_certificate_without_a_signatory(struct samples *s)
{
    struct world *w = &s->world;
    w->certificate.signatories_count = 0;
}

static void a_certificate_in_wet_ink_with_a_key(struct samples *s)
{
    struct world *w = &s->world;
    w->certificate.signing = CERTIFICATE_WET_INK;
}

static void leases_of_a_second(struct samples *s)
{
    struct world *w = &s->world;
    w->certificate.lease_ttl = MILLIS_SECOND;
}

static void an_offence_twice(struct samples *s)
{
    struct world *w = &s->world;
    ((struct offence *)(uintptr_t)w->certificate.offences)[1].code = "XA-114";
}

static void an_offence_decided_without_reasons(struct samples *s)
{
    struct world *w = &s->world;
    ((struct offence *)(uintptr_t)w->certificate.offences)[1].foreign_reasons = NULL;
}

static void a_minimum_above_the_maximum(struct samples *s)
{
    struct world *w = &s->world;
    ((struct offence *)(uintptr_t)w->certificate.offences)[1].minimum_months = 73;
}

static void more_than_life(struct samples *s)
{
    struct world *w = &s->world;
    ((struct offence *)(uintptr_t)w->certificate.offences)[1].maximum_months = 10000;
}

static void an_approving_body_twice(struct samples *s)
{
    struct world *w = &s->world;
    ((struct approving_body *)(uintptr_t)w->certificate.bodies)[1].id = "XA-court";
}

static void an_approving_body_with_a_key_of_31_bytes(struct samples *s)
{
    struct world *w = &s->world;
    ((struct approving_body *)(uintptr_t)w->certificate.bodies)[1].key.public_key.length = 31;
}

static void a_licence_for_nothing(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.functions_count = 0;
}

static void a_licence_for_nowhere(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.territories_count = 0;
}

static void a_licence_whose_number_climbs_out(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.number = "../x";
}

static void a_limit_on_uses_without_its_period(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.uses_period = 0;
}

static void a_limit_without_clauses(struct samples *s)
{
    s->order.clauses = NULL;
}

static void a_disconnection_with_clauses(struct samples *s)
{
    s->order.kind = ORDER_DISCONNECT;
}

static void a_lift_of_nothing(struct samples *s)
{
    s->order.kind = ORDER_LIFT;
    s->order.clauses = NULL;
}

static void a_limit_that_lifts(struct samples *s)
{
    s->order.lifts.bytes[0] = 1;
}

static void a_disclosure_without_a_period(struct samples *s)
{
    s->order.kind = ORDER_DISCLOSE;
    s->order.clauses = NULL;
}

static void a_limit_that_winds_down_beside_its_clauses(struct samples *s)
{
    s->order.wind_down_until = WORLD_NOW + 1;
}

static void an_approval_that_ends_before_it_begins(struct samples *s)
{
    struct world *w = &s->world;
    w->approval.expires = w->approval.issued;
}

static void an_approval_of_no_function(struct samples *s)
{
    struct world *w = &s->world;
    w->approval.functions_count = 0;
}

static void an_approval_that_withdraws(struct samples *s)
{
    struct world *w = &s->world;
    w->approval.withdraws.bytes[0] = 1;
}

static void a_withdrawal_that_approves(struct samples *s)
{
    struct world *w = &s->world;
    w->approval.kind = APPROVAL_WITHDRAWAL;
    w->approval.withdraws.bytes[0] = 1;
}

static void a_withdrawal_of_nothing(struct samples *s)
{
    struct world *w = &s->world;
    w->approval.kind = APPROVAL_WITHDRAWAL;
}

static void a_declaration_without_an_id(struct samples *s)
{
    struct world *w = &s->world;
    w->declaration.id = (struct id){0};
}

static void a_declaration_without_facts(struct samples *s)
{
    struct world *w = &s->world;
    w->declaration.facts = (struct datum){0};
}

static void facts_that_are_no_map(struct samples *s)
{
    struct world *w = &s->world;
    w->declaration.facts = datum_of_text("x");
}

static void an_operator_twice(struct samples *s)
{
    struct world *w = &s->world;
    twice[0] = twice[1] = operator_of(w);
    w->roll.operators = twice;
    w->roll.operators_count = 2;
}

static void a_delegation_of_a_day(struct samples *s)
{
    struct world *w = &s->world;
    w->delegation.until = w->delegation.from + MILLIS_DAY;
}

static void a_delegation_of_a_year(struct samples *s)
{
    struct world *w = &s->world;
    w->delegation.until = w->delegation.from + 365 * MILLIS_DAY;
}

static void one_key_for_leases_and_log(struct samples *s)
{
    struct world *w = &s->world;
    w->delegation.log_key = w->delegation.lease_key;
}

static void a_lease_of_sequence_0(struct samples *s)
{
    s->lease.sequence = 0;
}

static void a_lease_of_ten_days(struct samples *s)
{
    s->lease.ttl = 10 * MILLIS_DAY;
}

static void a_lease_in_no_state(struct samples *s)
{
    s->lease.state = (enum lease_state)0;
}

static void a_lease_in_an_unknown_state(struct samples *s)
{
    s->lease.state = (enum lease_state)6;
}

static void a_renewal_with_a_sequence_and_no_epoch(struct samples *s)
{
    s->renewal.sequence = 1;
}

static void a_latch_without_a_reason(struct samples *s)
{
    s->renewal.latch.bytes[0] = 1;
}

static void a_return_by_subject(struct samples *s)
{
    static const struct return_count bad[] = {{"subject", "c1", 1, 0}};
    s->usage.counts = bad;
    s->usage.counts_count = 1;
}

static void a_return_out_of_order(struct samples *s)
{
    static const struct return_count bad[] = {{"verdict", "b", 1, 0}, {"verdict", "a", 1, 0}};
    s->usage.counts = bad;
    s->usage.counts_count = 2;
}

static void obeyed_before_it_was_received(struct samples *s)
{
    s->receipt.obeyed = s->receipt.received - 1;
}

static void an_act_on_no_file(struct samples *s)
{
    s->act.file = "licence";
}

static void an_act_on_a_path(struct samples *s)
{
    s->act.file = "licence/../x";
}

static void a_login_at_no_origin(struct samples *s)
{
    s->login.origin = "office.example";
}

static void a_login_at_a_path(struct samples *s)
{
    s->login.origin = "https://office.example/";
}

static void a_login_that_answers_nothing(struct samples *s)
{
    s->login.challenge = (struct bytes){0};
}

static void a_text_with_a_line_feed_where_one_line_is_wanted(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.contact = "a\nb";
}

static void a_text_that_is_not_utf_8(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.contact = "a\xff";
}

static void an_empty_text(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.contact = "";
}

static void functions_out_of_order(struct samples *s)
{
    struct world *w = &s->world;
    static const char *const bad[] = {"b", "a"};
    w->licence.functions = bad;
}

static void a_function_twice(struct samples *s)
{
    struct world *w = &s->world;
    static const char *const bad[] = {"a", "a"};
    w->licence.functions = bad;
}

static void a_number_over_two_to_the_63rd(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.maximum_active_uses = UINT64_MAX;
}

static void a_time_before_1970(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.issued = -1;
}

static void a_person_called_server(struct samples *s)
{
    ((struct root_person *)(uintptr_t)s->world.root.ministries[1].people)[0].id = "server";
}

static void a_persons_id_that_is_a_path(struct samples *s)
{
    ((struct root_person *)(uintptr_t)s->world.root.ministries[1].people)[0].id = "F/01";
}

static void a_return_whose_sums_would_not_be_numbers(struct samples *s)
{
    s->usage.within = RETURN_COUNT_MAX + 1;
}

static void a_return_with_a_value_beyond_sums(struct samples *s)
{
    static const struct return_count bad[] = {{"verdict", "a", 1, RETURN_COUNT_MAX + 1}};
    s->usage.counts = bad;
    s->usage.counts_count = 1;
}

static void a_lease_with_an_empty_order(struct samples *s)
{
    static const struct bytes bad[1];
    s->lease.orders = bad;
    s->lease.orders_count = 1;
}

static void a_lease_with_an_order_that_no_guard_reads(struct samples *s)
{
    static uint8_t large[FIELD_PROSE_LIMIT + 1];
    static const struct bytes bad[] = {{large, sizeof large}};
    s->lease.orders = bad;
    s->lease.orders_count = 1;
}

/* Two orders of the world, the one with the lower digest first; bytes live until the program ends.
 */
static const struct bytes *two_orders(struct samples *s)
{
    static struct buffer buffers[2];
    static struct bytes orders[2];
    struct digest digests[2];
    for (size_t i = 0; i < 2; i++) {
        struct order order = world_order(&s->world, i ? "OR-1" : "OR-2", ORDER_SUSPEND, NULL);
        buffer_clear(&buffers[i]);
        WORLD_SIGN(&s->world, INSTRUMENT_ORDER, &order, &buffers[i], &digests[i], WORLD_D1);
    }
    bool ascending = digest_compare(&digests[0], &digests[1]) < 0;
    orders[0] = buffer_view(&buffers[ascending ? 0 : 1]);
    orders[1] = buffer_view(&buffers[ascending ? 1 : 0]);
    return orders;
}

static void carry(struct samples *s, struct bytes first, struct bytes second, bool withdrawals)
{
    struct bytes *carried = ARENA_ARRAY(&s->world.arena, struct bytes, 2);
    assert_non_null(carried);
    carried[0] = first;
    carried[1] = second;
    if (withdrawals) {
        s->lease.withdrawals = carried;
        s->lease.withdrawals_count = 2;
    } else {
        s->lease.orders = carried;
        s->lease.orders_count = 2;
    }
}

static void a_lease_with_orders_in_another_order(struct samples *s)
{
    const struct bytes *orders = two_orders(s);
    carry(s, orders[1], orders[0], false);
}

static void a_lease_with_an_order_twice(struct samples *s)
{
    const struct bytes *orders = two_orders(s);
    carry(s, orders[0], orders[0], false);
}

static void a_lease_with_withdrawals_in_another_order(struct samples *s)
{
    const struct bytes *orders = two_orders(s);
    carry(s, orders[1], orders[0], true);
}

static void a_lease_with_what_is_no_document(struct samples *s)
{
    carry(s, two_orders(s)[0], BYTES_LITERAL("\xa0"), false);
}

static void an_extension_for_one_installation(struct samples *s)
{
    static const char *const one[] = {"IN-0001"};
    s->order.kind = ORDER_EXTEND;
    s->order.clauses = NULL;
    s->order.until = WORLD_NOW + 900 * MILLIS_DAY;
    s->order.installations = one;
    s->order.installations_count = 1;
}

/* Each row: a document changed as the function's name says is refused with the error. */
#define RULE(which, how, why)                                                                      \
    {                                                                                              \
        .name = #how, .type = INSTRUMENT_##which, .change = (how), .error = ERROR_##why            \
    }
static const struct rule {
    const char *name;
    enum instrument_type type;
    void (*change)(struct samples *samples);
    enum error error;
} rules[] = {
    RULE(ROOT, a_root_without_its_second_ministry, ROOT_PEOPLE),
    RULE(ROOT, a_root_whose_threshold_cannot_be_met, ROOT_PEOPLE),
    RULE(ROOT, a_root_whose_threshold_is_nothing, ROOT_PEOPLE),
    RULE(ROOT, a_person_in_both_ministries, ROOT_PEOPLE),
    RULE(ROOT, a_first_root_that_has_one_before, ROOT_CHAIN),
    RULE(ROOT, a_root_of_version_0, ROOT_CHAIN),
    RULE(FORM, a_form_whose_prevailing_language_it_is_not_in, DOCUMENT_RULE),
    RULE(CERTIFICATE, a_certificate_that_ends_before_it_begins, DOCUMENT_RULE),
    RULE(CERTIFICATE, a_certificate_of_no_state, DOCUMENT_RULE),
    RULE(CERTIFICATE, a_certificate_without_a_signatory, DOCUMENT_RULE),
    RULE(CERTIFICATE, a_certificate_in_wet_ink_with_a_key, DOCUMENT_RULE),
    RULE(CERTIFICATE, leases_of_a_second, DOCUMENT_RULE),
    RULE(CERTIFICATE, an_offence_twice, DOCUMENT_RULE),
    RULE(CERTIFICATE, an_offence_decided_without_reasons, DOCUMENT_RULE),
    RULE(CERTIFICATE, a_minimum_above_the_maximum, DOCUMENT_RULE),
    RULE(CERTIFICATE, more_than_life, DOCUMENT_RULE),
    RULE(CERTIFICATE, an_approving_body_twice, DOCUMENT_RULE),
    RULE(CERTIFICATE, an_approving_body_with_a_key_of_31_bytes, KEY_BYTES),
    RULE(LICENCE, a_licence_for_nothing, DOCUMENT_RULE),
    RULE(LICENCE, a_licence_for_nowhere, DOCUMENT_RULE),
    RULE(LICENCE, a_licence_whose_number_climbs_out, DOCUMENT_RULE),
    RULE(LICENCE, a_limit_on_uses_without_its_period, DOCUMENT_RULE),
    RULE(ORDER, a_limit_without_clauses, DOCUMENT_RULE),
    RULE(ORDER, a_disconnection_with_clauses, DOCUMENT_RULE),
    RULE(ORDER, a_lift_of_nothing, DOCUMENT_RULE),
    RULE(ORDER, a_limit_that_lifts, DOCUMENT_RULE),
    RULE(ORDER, a_disclosure_without_a_period, DOCUMENT_RULE),
    RULE(ORDER, a_limit_that_winds_down_beside_its_clauses, DOCUMENT_RULE),
    RULE(APPROVAL, an_approval_that_ends_before_it_begins, DOCUMENT_RULE),
    RULE(APPROVAL, an_approval_of_no_function, DOCUMENT_RULE),
    RULE(APPROVAL, an_approval_that_withdraws, DOCUMENT_RULE),
    RULE(APPROVAL, a_withdrawal_that_approves, DOCUMENT_RULE),
    RULE(APPROVAL, a_withdrawal_of_nothing, DOCUMENT_RULE),
    RULE(DECLARATION, a_declaration_without_an_id, DOCUMENT_MISSING),
    RULE(DECLARATION, a_declaration_without_facts, DOCUMENT_MISSING),
    RULE(DECLARATION, facts_that_are_no_map, DOCUMENT_VALUE),
    RULE(ROLL, an_operator_twice, DOCUMENT_RULE),
    RULE(DELEGATION, a_delegation_of_a_day, DOCUMENT_RULE),
    RULE(DELEGATION, a_delegation_of_a_year, DOCUMENT_RULE),
    RULE(DELEGATION, one_key_for_leases_and_log, DOCUMENT_RULE),
    RULE(LEASE, a_lease_of_sequence_0, DOCUMENT_RULE),
    RULE(LEASE, a_lease_of_ten_days, DOCUMENT_RULE),
    RULE(LEASE, a_lease_in_no_state, DOCUMENT_MISSING),
    RULE(LEASE, a_lease_in_an_unknown_state, DOCUMENT_CHOICE),
    RULE(RENEWAL, a_renewal_with_a_sequence_and_no_epoch, DOCUMENT_RULE),
    RULE(RENEWAL, a_latch_without_a_reason, DOCUMENT_RULE),
    RULE(RETURN, a_return_by_subject, DOCUMENT_RULE),
    RULE(RETURN, a_return_out_of_order, DOCUMENT_ORDER),
    RULE(RECEIPT, obeyed_before_it_was_received, DOCUMENT_RULE),
    RULE(ACT, an_act_on_no_file, DOCUMENT_RULE),
    RULE(ACT, an_act_on_a_path, DOCUMENT_RULE),
    RULE(LOGIN, a_login_at_no_origin, DOCUMENT_RULE),
    RULE(LOGIN, a_login_at_a_path, DOCUMENT_RULE),
    RULE(LOGIN, a_login_that_answers_nothing, DOCUMENT_MISSING),
    RULE(LICENCE, a_text_with_a_line_feed_where_one_line_is_wanted, DOCUMENT_TEXT),
    RULE(LICENCE, a_text_that_is_not_utf_8, UTF8),
    RULE(LICENCE, an_empty_text, DOCUMENT_EMPTY),
    RULE(LICENCE, functions_out_of_order, DOCUMENT_ORDER),
    RULE(LICENCE, a_function_twice, DOCUMENT_ORDER),
    RULE(LICENCE, a_number_over_two_to_the_63rd, DOCUMENT_VALUE),
    RULE(LICENCE, a_time_before_1970, DOCUMENT_VALUE),
    RULE(ROOT, a_person_called_server, ROOT_PEOPLE),
    RULE(ROOT, a_persons_id_that_is_a_path, DOCUMENT_RULE),
    RULE(RETURN, a_return_whose_sums_would_not_be_numbers, DOCUMENT_RULE),
    RULE(RETURN, a_return_with_a_value_beyond_sums, DOCUMENT_RULE),
    RULE(LEASE, a_lease_with_an_empty_order, DOCUMENT_EMPTY),
    RULE(LEASE, a_lease_with_an_order_that_no_guard_reads, TOO_LARGE),
    RULE(LEASE, a_lease_with_orders_in_another_order, DOCUMENT_CARRIED),
    RULE(LEASE, a_lease_with_an_order_twice, DOCUMENT_CARRIED),
    RULE(LEASE, a_lease_with_withdrawals_in_another_order, DOCUMENT_CARRIED),
    RULE(LEASE, a_lease_with_what_is_no_document, COSE_TAG),
    RULE(ORDER, an_extension_for_one_installation, DOCUMENT_RULE),
};

/* What breaks a rule cannot be signed; each refusal says where. */
static void nothing_that_breaks_a_rule_is_signed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct samples changed;
        samples_init(&changed);
        rules[i].change(&changed);
        const void *value = NULL;
        for (size_t k = 0; k < changed.count; k++) {
            if (changed.items[k].type == rules[i].type)
                value = changed.items[k].value;
        }
        struct buffer bytes = {0};
        struct fault fault = {0};
        enum error error = document_sign(
            rules[i].type, value, &changed.world.authority, changed.world.keys[WORLD_D1], &fault,
            &bytes);
        if (error != rules[i].error)
            fail_msg(
                "%s: %s instead of %s (%s)", rules[i].name, error_name(error),
                error_name(rules[i].error), fault.place);
        assert_int_equal(bytes.length, 0);
        if (!strstr(fault.place, instrument_word(rules[i].type)))
            fail_msg("%s: the place is \"%s\"", rules[i].name, fault.place);
        buffer_free(&bytes);
        samples_free(&changed);
    }
}

/* --- Encodings ---------------------------------------------------------------------------- */

/* A receipt, written by hand so that each way to break it is one line: what precedes `obeyed`, how
 * obeyed is written, what follows. */
static void only_the_one_encoding_is_read(void **state)
{
    (void)state;
    struct buffer good = {0};
    assert_int_equal(layout_encode(&receipt_layout, &samples.receipt, NULL, &good), ERROR_OK);
    assert_int_equal(good.data[0], 0xA7); /* a map of seven */
    struct arena arena = {0};
    struct receipt receipt;
    static const struct {
        const char *name;
        size_t at; /* replaces the byte here; from the end when negative */
        uint8_t byte;
        enum error error;
    } rows[] = {
        {"a map of six", 0, 0xA6, ERROR_CBOR_KEY_MISSING},
        {"a map of eight", 0, 0xA8, ERROR_CBOR_TRUNCATED},
        {"an array", 0, 0x87, ERROR_CBOR_TYPE},
        {"an indefinite map", 0, 0xBF, ERROR_CBOR_INDEFINITE},
        {"key 0 first", 1, 0x00, ERROR_CBOR_KEY_UNKNOWN},
        {"key 2 first", 1, 0x02, ERROR_CBOR_KEY_MISSING},
        {"a text key first", 1, 0x61, ERROR_CBOR_KEY_MISSING},
        {"bytes where text belongs", 2, 0x47, ERROR_CBOR_TYPE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer bad = {0};
        buffer_append_bytes(&bad, buffer_view(&good));
        bad.data[rows[i].at] = rows[i].byte;
        struct fault fault = {0};
        enum error error =
            layout_decode(&receipt_layout, buffer_view(&bad), &arena, &fault, &receipt);
        if (error != rows[i].error)
            fail_msg(
                "%s: %s instead of %s", rows[i].name, error_name(error), error_name(rows[i].error));
        assert_non_null(strstr(fault.place, "receipt"));
        buffer_free(&bad);
    }
    arena_free(&arena);
    buffer_free(&good);
}

/* One meaning, one encoding: an optional field that says nothing is refused. */
static void an_empty_optional_field_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *hex; /* an act whose optional file-version (3) is 0 */
        enum error error;
    } rows[] = {
        {"version 0", "a601500800000000000000000000000000000002636c2f6e030004616105a00601",
         ERROR_DOCUMENT_EMPTY},
        {"version 1", "a601500800000000000000000000000000000002636c2f6e030104616105a00601",
         ERROR_OK},
        {"version left out", "a501500800000000000000000000000000000002636c2f6e04616105a00601",
         ERROR_OK},
        {"null for the version",
         "a601500800000000000000000000000000000002636c2f6e03f604616105a00601", ERROR_CBOR_TYPE},
        {"null in the body", "a501500800000000000000000000000000000002636c2f6e04616105a16161f60601",
         ERROR_DOCUMENT_VALUE},
        {"a name that stands for bytes in JSON",
         "a501500800000000000000000000000000000002636c2f6e04616105a16624627974657361780601",
         ERROR_DOCUMENT_TEXT},
        {"a value whose text is reordered on the screen",
         "a501500800000000000000000000000000000002636c2f6e04616105a161616661e280ae62630601",
         ERROR_DOCUMENT_TEXT},
        {"the last moment of 9999",
         "a501500800000000000000000000000000000002636c2f6e04616105a0061b0000e677d21fdbff",
         ERROR_OK},
        {"a moment later",
         "a501500800000000000000000000000000000002636c2f6e04616105a0061b0000e677d21fdc00",
         ERROR_DOCUMENT_VALUE},
        {"an id of zeros", "a501500000000000000000000000000000000002636c2f6e04616105a00601",
         ERROR_DOCUMENT_MISSING},
        {"an id of 15 bytes", "a5014f080000000000000000000000000000 02636c2f6e04616105a00601",
         ERROR_CBOR_RANGE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t bytes[128];
        char digits[256];
        size_t length = 0;
        for (const char *at = rows[i].hex; *at; at++) {
            if (*at != ' ')
                digits[length++] = *at;
        }
        assert_int_equal(
            hex_parse((struct bytes){(uint8_t *)digits, length}, NULL, bytes, length / 2),
            ERROR_OK);
        struct arena arena = {0};
        struct act read;
        struct fault fault = {0};
        enum error error =
            layout_decode(&act_layout, (struct bytes){bytes, length / 2}, &arena, &fault, &read);
        if (error != rows[i].error)
            fail_msg(
                "%s: %s instead of %s (%s)", rows[i].name, error_name(error),
                error_name(rows[i].error), fault.place);
        arena_free(&arena);
    }
}

/* --- Who must sign ------------------------------------------------------------------------ */

static enum error open_order(const struct order *order, const enum world_key *keys, size_t count)
{
    struct buffer bytes = {0};
    struct arena arena = {0};
    struct document document;
    struct order opened;
    world_sign_with(world, INSTRUMENT_ORDER, order, &bytes, NULL, keys, count);
    enum error error =
        order_open(buffer_view(&bytes), &world->chain, &arena, NULL, &document, &opened);
    arena_free(&arena);
    buffer_free(&bytes);
    return error;
}

static void taking_away_needs_one_ministry_giving_back_both(void **state)
{
    (void)state;
    static const enum world_key defence[] = {WORLD_D1}, foreign[] = {WORLD_F2},
                                both[] = {WORLD_D2, WORLD_F1}, two[] = {WORLD_D1, WORLD_D2};
    for (int kind = ORDER_LIMIT; kind <= ORDER_REVOKE; kind++) {
        struct order order = world_order(world, "OR-1", (enum order_kind)kind, NULL);
        if (kind == ORDER_LIMIT)
            order.clauses = "// none";
        if (kind == ORDER_LIFT || kind == ORDER_RESTORE)
            order.lifts.bytes[0] = 1;
        if (kind == ORDER_EXTEND)
            order.until = WORLD_NOW + MILLIS_DAY;
        if (kind == ORDER_DISCLOSE || kind == ORDER_HOLD) {
            order.records_from = WORLD_NOW - MILLIS_DAY;
            order.records_until = WORLD_NOW;
        }
        enum error alone = order_needs_both(order.kind) ? ERROR_SIGNERS_MISSING : ERROR_OK;
        assert_int_equal(open_order(&order, defence, 1), alone);
        assert_int_equal(open_order(&order, foreign, 1), alone);
        assert_int_equal(open_order(&order, two, 2), alone);
        assert_int_equal(open_order(&order, both, 2), ERROR_OK);
    }
}

static void each_instrument_counts_for_its_authority_alone(void **state)
{
    (void)state;
    struct digest other = {{1}};
    for (size_t i = 0; i < samples.count; i++) {
        const struct sample *sample = &samples.items[i];
        if (sample->type == INSTRUMENT_ROOT)
            continue; /* the root is the authority */
        struct buffer bytes = {0};
        struct arena arena = {0};
        struct signer signers[WORLD_KEY_COUNT];
        for (int k = 0; k < WORLD_KEY_COUNT; k++)
            signers[k] = world_signer(world, (enum world_key)k);
        world_sign_with(
            world, sample->type, sample->value, &bytes, NULL, sample->keys, sample->key_count);
        struct document document;
        void *value = arena_alloc(&arena, instrument_layout(sample->type)->size);
        assert_int_equal(
            document_open(
                buffer_view(&bytes), sample->type, &world->authority, signers, WORLD_KEY_COUNT,
                &arena, NULL, &document, value),
            ERROR_OK);
        assert_int_equal(document.signer_count, sample->key_count);
        assert_int_equal(
            document_open(
                buffer_view(&bytes), sample->type, &other, signers, WORLD_KEY_COUNT, &arena, NULL,
                &document, value),
            ERROR_SIGNATURE);
        enum instrument_type type =
            sample->type == INSTRUMENT_ACT ? INSTRUMENT_ORDER : INSTRUMENT_ACT;
        assert_int_equal(
            document_open(
                buffer_view(&bytes), type, &world->authority, signers, WORLD_KEY_COUNT, &arena,
                NULL, &document, value),
            ERROR_COSE_TYPE);
        arena_free(&arena);
        buffer_free(&bytes);
    }
}

/* --- The chain of roots ------------------------------------------------------------------- */

static enum error open_chain(
    const struct buffer *second, const struct digest *pinned, bool demo,
    struct root_chain *ret_chain)
{
    struct bytes roots[2] = {buffer_view(&world->root_bytes)};
    if (second)
        roots[1] = buffer_view(second);
    return root_chain_open(roots, second ? 2 : 1, pinned, demo, NULL, ret_chain);
}

static void roots_follow_one_another(void **state)
{
    (void)state;
    struct root_chain chain;
    struct digest wrong = {{1}};
    assert_int_equal(open_chain(NULL, &wrong, true, &chain), ERROR_ROOT_PIN);
    assert_int_equal(open_chain(NULL, &world->authority, false, &chain), ERROR_ROOT_DEMO);

    /* Version 2 replaces F-01's key: signed under version 1 and under itself. */
    struct root_ministry ministries[2] = {world->root.ministries[0], world->root.ministries[1]};
    struct root_person people[2] = {ministries[1].people[0], ministries[1].people[1]};
    people[0].key = world_key(world, WORLD_STRANGER);
    ministries[1].people = people;
    struct root second = world->root;
    second.version = 2;
    second.previous = world->authority;
    second.ministries = ministries;
    static const struct {
        enum world_key keys[3];
        size_t count;
        uint64_t version;
        bool demo;
        enum error error;
    } rows[] = {
        {{WORLD_D1, WORLD_F2}, 2, 2, true, ERROR_OK},
        {{WORLD_D1, WORLD_F1, WORLD_STRANGER}, 3, 2, true, ERROR_OK},
        {{WORLD_D1, WORLD_STRANGER}, 2, 2, true, ERROR_SIGNERS_MISSING}, /* not under version 1 */
        {{WORLD_D1, WORLD_F1}, 2, 2, true, ERROR_SIGNERS_MISSING},       /* not under itself */
        {{WORLD_D1, WORLD_D2}, 2, 2, true, ERROR_SIGNERS_MISSING},
        {{WORLD_D1, WORLD_F2}, 2, 3, true, ERROR_ROOT_CHAIN},
        {{WORLD_D1, WORLD_F2}, 2, 2, false, ERROR_ROOT_CHAIN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer bytes = {0};
        second.version = rows[i].version;
        second.demo = rows[i].demo;
        world_sign_with(world, INSTRUMENT_ROOT, &second, &bytes, NULL, rows[i].keys, rows[i].count);
        assert_int_equal(open_chain(&bytes, &world->authority, true, &chain), rows[i].error);
        if (!rows[i].error) {
            assert_true(digest_equal(&chain.authority, &world->authority));
            assert_int_equal(chain.current.version, 2);
            root_chain_close(&chain);
        }
        buffer_free(&bytes);
    }
}

/* --- Memory ------------------------------------------------------------------------------- */

/* Opening with the N-th allocation failing: refused for want of memory, or opened; nothing lost. */
static void opening_survives_every_failed_allocation(void **state)
{
    (void)state;
    int failures = 0;
    for (int n = 0;; n++) {
        struct arena arena = {0};
        struct document document;
        struct certificate certificate;
        struct form form;
        struct fault fault = {0};
        failing_alloc_after(n);
        enum error error = certificate_open(
            buffer_view(&world->certificate_bytes), &world->chain, &arena, &fault, &document,
            &certificate, &form);
        bool failed = failing_alloc_stop();
        arena_free(&arena);
        if (!error && !failed)
            break;
        failures += error != ERROR_OK;
        if (error)
            assert_true(error == ERROR_MEMORY || error == ERROR_CRYPTO);
    }
    assert_true(failures > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_document_has_one_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_certificate_needs_three_signatures, set_up, tear_down),
        cmocka_unit_test(nothing_that_breaks_a_rule_is_signed),
        cmocka_unit_test_setup_teardown(only_the_one_encoding_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_optional_field_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            taking_away_needs_one_ministry_giving_back_both, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            each_instrument_counts_for_its_authority_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(roots_follow_one_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            opening_survives_every_failed_allocation, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("instruments", tests, NULL, NULL);
}
