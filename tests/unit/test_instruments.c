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

static void change_0(struct samples *s)
{
    struct world *w = &s->world;
    w->root.ministries_count = 1;
}

static void change_1(struct samples *s)
{
    struct world *w = &s->world;
    ((struct root_ministry *)(uintptr_t)w->root.ministries)[0].threshold = 3;
}

static void change_2(struct samples *s)
{
    struct world *w = &s->world;
    ((struct root_ministry *)(uintptr_t)w->root.ministries)[1].threshold = 0;
}

static void change_3(struct samples *s)
{
    struct world *w = &s->world;
    ((struct root_person *)(uintptr_t)w->root.ministries[1].people)[0] =
        w->root.ministries[0].people[0];
}

static void change_4(struct samples *s)
{
    struct world *w = &s->world;
    w->root.previous.bytes[0] = 1;
}

static void change_5(struct samples *s)
{
    struct world *w = &s->world;
    w->root.version = 0;
}

static void change_6(struct samples *s)
{
    struct world *w = &s->world;
    w->form.prevailing = "fr";
}

static void change_7(struct samples *s)
{
    struct world *w = &s->world;
    w->certificate.until = w->certificate.from;
}

static void change_8(struct samples *s)
{
    struct world *w = &s->world;
    w->certificate.state = "xa";
}

static void change_9(struct samples *s)
{
    struct world *w = &s->world;
    w->certificate.signatories_count = 0;
}

static void change_10(struct samples *s)
{
    struct world *w = &s->world;
    w->certificate.signing = CERTIFICATE_WET_INK;
}

static void change_11(struct samples *s)
{
    struct world *w = &s->world;
    w->certificate.lease_ttl = MILLIS_SECOND;
}

static void change_12(struct samples *s)
{
    struct world *w = &s->world;
    ((struct offence *)(uintptr_t)w->certificate.offences)[1].code = "XA-114";
}

static void change_13(struct samples *s)
{
    struct world *w = &s->world;
    ((struct offence *)(uintptr_t)w->certificate.offences)[1].foreign_reasons = NULL;
}

static void change_14(struct samples *s)
{
    struct world *w = &s->world;
    ((struct offence *)(uintptr_t)w->certificate.offences)[1].minimum_months = 73;
}

static void change_15(struct samples *s)
{
    struct world *w = &s->world;
    ((struct offence *)(uintptr_t)w->certificate.offences)[1].maximum_months = 10000;
}

static void change_16(struct samples *s)
{
    struct world *w = &s->world;
    ((struct approving_body *)(uintptr_t)w->certificate.bodies)[1].id = "XA-court";
}

static void change_17(struct samples *s)
{
    struct world *w = &s->world;
    ((struct approving_body *)(uintptr_t)w->certificate.bodies)[1].key.public_key.length = 31;
}

static void change_18(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.functions_count = 0;
}

static void change_19(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.territories_count = 0;
}

static void change_20(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.number = "../x";
}

static void change_21(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.uses_period = 0;
}

static void change_22(struct samples *s)
{
    s->order.clauses = NULL;
}

static void change_23(struct samples *s)
{
    s->order.kind = ORDER_DISCONNECT;
}

static void change_24(struct samples *s)
{
    s->order.kind = ORDER_LIFT;
    s->order.clauses = NULL;
}

static void change_25(struct samples *s)
{
    s->order.lifts.bytes[0] = 1;
}

static void change_26(struct samples *s)
{
    s->order.kind = ORDER_DISCLOSE;
    s->order.clauses = NULL;
}

static void change_27(struct samples *s)
{
    s->order.wind_down_until = WORLD_NOW + 1;
}

static void change_28(struct samples *s)
{
    struct world *w = &s->world;
    w->approval.expires = w->approval.issued;
}

static void change_29(struct samples *s)
{
    struct world *w = &s->world;
    w->approval.functions_count = 0;
}

static void change_30(struct samples *s)
{
    struct world *w = &s->world;
    w->approval.withdraws.bytes[0] = 1;
}

static void change_31(struct samples *s)
{
    struct world *w = &s->world;
    w->approval.kind = APPROVAL_WITHDRAWAL;
    w->approval.withdraws.bytes[0] = 1;
}

static void change_32(struct samples *s)
{
    struct world *w = &s->world;
    w->approval.kind = APPROVAL_WITHDRAWAL;
}

static void change_33(struct samples *s)
{
    struct world *w = &s->world;
    w->declaration.id = (struct id){0};
}

static void change_34(struct samples *s)
{
    struct world *w = &s->world;
    w->declaration.facts = (struct datum){0};
}

static void change_35(struct samples *s)
{
    struct world *w = &s->world;
    w->declaration.facts = datum_of_text("x");
}

static void change_36(struct samples *s)
{
    struct world *w = &s->world;
    twice[0] = twice[1] = operator_of(w);
    w->roll.operators = twice;
    w->roll.operators_count = 2;
}

static void change_37(struct samples *s)
{
    struct world *w = &s->world;
    w->delegation.until = w->delegation.from + MILLIS_DAY;
}

static void change_38(struct samples *s)
{
    struct world *w = &s->world;
    w->delegation.until = w->delegation.from + 365 * MILLIS_DAY;
}

static void change_39(struct samples *s)
{
    struct world *w = &s->world;
    w->delegation.log_key = w->delegation.lease_key;
}

static void change_40(struct samples *s)
{
    s->lease.sequence = 0;
}

static void change_41(struct samples *s)
{
    s->lease.ttl = 10 * MILLIS_DAY;
}

static void change_42(struct samples *s)
{
    s->lease.state = (enum lease_state)0;
}

static void change_43(struct samples *s)
{
    s->lease.state = (enum lease_state)6;
}

static void change_44(struct samples *s)
{
    s->renewal.sequence = 1;
}

static void change_45(struct samples *s)
{
    s->renewal.latch.bytes[0] = 1;
}

static void change_46(struct samples *s)
{
    static const struct return_count bad[] = {{"subject", "c1", 1, 0}};
    s->usage.counts = bad;
    s->usage.counts_count = 1;
}

static void change_47(struct samples *s)
{
    static const struct return_count bad[] = {{"verdict", "b", 1, 0}, {"verdict", "a", 1, 0}};
    s->usage.counts = bad;
    s->usage.counts_count = 2;
}

static void change_48(struct samples *s)
{
    s->receipt.obeyed = s->receipt.received - 1;
}

static void change_49(struct samples *s)
{
    s->act.file = "licence";
}

static void change_50(struct samples *s)
{
    s->act.file = "licence/../x";
}

static void change_51(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.contact = "a\nb";
}

static void change_52(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.contact = "a\xff";
}

static void change_53(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.contact = "";
}

static void change_54(struct samples *s)
{
    struct world *w = &s->world;
    static const char *const bad[] = {"b", "a"};
    w->licence.functions = bad;
}

static void change_55(struct samples *s)
{
    struct world *w = &s->world;
    static const char *const bad[] = {"a", "a"};
    w->licence.functions = bad;
}

static void change_56(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.maximum_active_uses = UINT64_MAX;
}

static void change_57(struct samples *s)
{
    struct world *w = &s->world;
    w->licence.issued = -1;
}

static void name_a_person_server(struct samples *s)
{
    ((struct root_person *)(uintptr_t)s->world.root.ministries[1].people)[0].id = "server";
}

static void name_a_person_with_a_slash(struct samples *s)
{
    ((struct root_person *)(uintptr_t)s->world.root.ministries[1].people)[0].id = "F/01";
}

static void count_beyond_sums(struct samples *s)
{
    s->usage.within = RETURN_COUNT_MAX + 1;
}

static void count_a_value_beyond_sums(struct samples *s)
{
    static const struct return_count bad[] = {{"verdict", "a", 1, RETURN_COUNT_MAX + 1}};
    s->usage.counts = bad;
    s->usage.counts_count = 1;
}

static void carry_an_empty_order(struct samples *s)
{
    static const struct bytes bad[1];
    s->lease.orders = bad;
    s->lease.orders_count = 1;
}

static void carry_a_large_order(struct samples *s)
{
    static uint8_t large[FIELD_PROSE_LIMIT + 1];
    static const struct bytes bad[] = {{large, sizeof large}};
    s->lease.orders = bad;
    s->lease.orders_count = 1;
}

static void extend_for_one(struct samples *s)
{
    static const char *const one[] = {"IN-0001"};
    s->order.kind = ORDER_EXTEND;
    s->order.clauses = NULL;
    s->order.until = WORLD_NOW + 900 * MILLIS_DAY;
    s->order.installations = one;
    s->order.installations_count = 1;
}

static const struct rule {
    const char *name;
    enum instrument_type type;
    void (*change)(struct samples *samples);
    enum error error;
} rules[] = {
    {"a root without its second ministry", INSTRUMENT_ROOT, change_0, ERROR_ROOT_PEOPLE},
    {"a root whose threshold cannot be met", INSTRUMENT_ROOT, change_1, ERROR_ROOT_PEOPLE},
    {"a root whose threshold is nothing", INSTRUMENT_ROOT, change_2, ERROR_ROOT_PEOPLE},
    {"a person in both ministries", INSTRUMENT_ROOT, change_3, ERROR_ROOT_PEOPLE},
    {"a first root that has one before", INSTRUMENT_ROOT, change_4, ERROR_ROOT_CHAIN},
    {"a root of version 0", INSTRUMENT_ROOT, change_5, ERROR_ROOT_CHAIN},
    {"a form whose prevailing language it is not in", INSTRUMENT_FORM, change_6,
     ERROR_DOCUMENT_RULE},
    {"a certificate that ends before it begins", INSTRUMENT_CERTIFICATE, change_7,
     ERROR_DOCUMENT_RULE},
    {"a certificate of no state", INSTRUMENT_CERTIFICATE, change_8, ERROR_DOCUMENT_RULE},
    {"a certificate without a signatory", INSTRUMENT_CERTIFICATE, change_9, ERROR_DOCUMENT_RULE},
    {"a certificate in wet ink with a key", INSTRUMENT_CERTIFICATE, change_10, ERROR_DOCUMENT_RULE},
    {"leases of a second", INSTRUMENT_CERTIFICATE, change_11, ERROR_DOCUMENT_RULE},
    {"an offence twice", INSTRUMENT_CERTIFICATE, change_12, ERROR_DOCUMENT_RULE},
    {"an offence decided without reasons", INSTRUMENT_CERTIFICATE, change_13, ERROR_DOCUMENT_RULE},
    {"a minimum above the maximum", INSTRUMENT_CERTIFICATE, change_14, ERROR_DOCUMENT_RULE},
    {"more than life", INSTRUMENT_CERTIFICATE, change_15, ERROR_DOCUMENT_RULE},
    {"an approving body twice", INSTRUMENT_CERTIFICATE, change_16, ERROR_DOCUMENT_RULE},
    {"an approving body with a key of 31 bytes", INSTRUMENT_CERTIFICATE, change_17,
     ERROR_KEY_BYTES},
    {"a licence for nothing", INSTRUMENT_LICENCE, change_18, ERROR_DOCUMENT_RULE},
    {"a licence for nowhere", INSTRUMENT_LICENCE, change_19, ERROR_DOCUMENT_RULE},
    {"a licence whose number climbs out", INSTRUMENT_LICENCE, change_20, ERROR_DOCUMENT_RULE},
    {"a limit on uses without its period", INSTRUMENT_LICENCE, change_21, ERROR_DOCUMENT_RULE},
    {"a limit without clauses", INSTRUMENT_ORDER, change_22, ERROR_DOCUMENT_RULE},
    {"a disconnection with clauses", INSTRUMENT_ORDER, change_23, ERROR_DOCUMENT_RULE},
    {"a lift of nothing", INSTRUMENT_ORDER, change_24, ERROR_DOCUMENT_RULE},
    {"a limit that lifts", INSTRUMENT_ORDER, change_25, ERROR_DOCUMENT_RULE},
    {"a disclosure without a period", INSTRUMENT_ORDER, change_26, ERROR_DOCUMENT_RULE},
    {"a limit that winds down beside its clauses", INSTRUMENT_ORDER, change_27,
     ERROR_DOCUMENT_RULE},
    {"an approval that ends before it begins", INSTRUMENT_APPROVAL, change_28, ERROR_DOCUMENT_RULE},
    {"an approval of no function", INSTRUMENT_APPROVAL, change_29, ERROR_DOCUMENT_RULE},
    {"an approval that withdraws", INSTRUMENT_APPROVAL, change_30, ERROR_DOCUMENT_RULE},
    {"a withdrawal that approves", INSTRUMENT_APPROVAL, change_31, ERROR_DOCUMENT_RULE},
    {"a withdrawal of nothing", INSTRUMENT_APPROVAL, change_32, ERROR_DOCUMENT_RULE},
    {"a declaration without an id", INSTRUMENT_DECLARATION, change_33, ERROR_DOCUMENT_MISSING},
    {"a declaration without facts", INSTRUMENT_DECLARATION, change_34, ERROR_DOCUMENT_MISSING},
    {"facts that are no map", INSTRUMENT_DECLARATION, change_35, ERROR_DOCUMENT_VALUE},
    {"an operator twice", INSTRUMENT_ROLL, change_36, ERROR_DOCUMENT_RULE},
    {"a delegation of a day", INSTRUMENT_DELEGATION, change_37, ERROR_DOCUMENT_RULE},
    {"a delegation of a year", INSTRUMENT_DELEGATION, change_38, ERROR_DOCUMENT_RULE},
    {"one key for leases and log", INSTRUMENT_DELEGATION, change_39, ERROR_DOCUMENT_RULE},
    {"a lease of sequence 0", INSTRUMENT_LEASE, change_40, ERROR_DOCUMENT_RULE},
    {"a lease of ten days", INSTRUMENT_LEASE, change_41, ERROR_DOCUMENT_RULE},
    {"a lease in no state", INSTRUMENT_LEASE, change_42, ERROR_DOCUMENT_MISSING},
    {"a lease in an unknown state", INSTRUMENT_LEASE, change_43, ERROR_DOCUMENT_CHOICE},
    {"a renewal with a sequence and no epoch", INSTRUMENT_RENEWAL, change_44, ERROR_DOCUMENT_RULE},
    {"a latch without a reason", INSTRUMENT_RENEWAL, change_45, ERROR_DOCUMENT_RULE},
    {"a return by subject", INSTRUMENT_RETURN, change_46, ERROR_DOCUMENT_RULE},
    {"a return out of order", INSTRUMENT_RETURN, change_47, ERROR_DOCUMENT_ORDER},
    {"obeyed before it was received", INSTRUMENT_RECEIPT, change_48, ERROR_DOCUMENT_RULE},
    {"an act on no file", INSTRUMENT_ACT, change_49, ERROR_DOCUMENT_RULE},
    {"an act on a path", INSTRUMENT_ACT, change_50, ERROR_DOCUMENT_RULE},
    {"a text with a line feed where one line is wanted", INSTRUMENT_LICENCE, change_51,
     ERROR_DOCUMENT_TEXT},
    {"a text that is not UTF-8", INSTRUMENT_LICENCE, change_52, ERROR_UTF8},
    {"an empty text", INSTRUMENT_LICENCE, change_53, ERROR_DOCUMENT_EMPTY},
    {"functions out of order", INSTRUMENT_LICENCE, change_54, ERROR_DOCUMENT_ORDER},
    {"a function twice", INSTRUMENT_LICENCE, change_55, ERROR_DOCUMENT_ORDER},
    {"a number over 2^63-1", INSTRUMENT_LICENCE, change_56, ERROR_DOCUMENT_VALUE},
    {"a time before 1970", INSTRUMENT_LICENCE, change_57, ERROR_DOCUMENT_VALUE},
    {"a person called server", INSTRUMENT_ROOT, name_a_person_server, ERROR_ROOT_PEOPLE},
    {"a person's id that is a path", INSTRUMENT_ROOT, name_a_person_with_a_slash,
     ERROR_DOCUMENT_RULE},
    {"a return whose sums would not be numbers", INSTRUMENT_RETURN, count_beyond_sums,
     ERROR_DOCUMENT_RULE},
    {"the same of one value", INSTRUMENT_RETURN, count_a_value_beyond_sums, ERROR_DOCUMENT_RULE},
    {"a lease with an empty order", INSTRUMENT_LEASE, carry_an_empty_order, ERROR_DOCUMENT_EMPTY},
    {"a lease with an order that no guard reads", INSTRUMENT_LEASE, carry_a_large_order,
     ERROR_TOO_LARGE},
    {"an extension for one installation", INSTRUMENT_ORDER, extend_for_one, ERROR_DOCUMENT_RULE},
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
