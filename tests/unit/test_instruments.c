/* instruments: each document encodes to one form and back, its rules hold, and it counts only when
 * everyone who must sign has signed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

static struct world world;

static int set_up(void **state)
{
    (void)state;
    world_init(&world, NULL);
    world_sign(&world);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_free(&world);
    return 0;
}

/* One value of each type, made from the world. */
static struct renewal a_renewal(void)
{
    return (struct renewal){
        .request = {{1, 2, 3}},
        .installation = "IN-0001",
        .licence = world.licence_digest,
        .boot = {{9}},
        .boot_time = 12345,
        .head = {.size = 2, .root = {{4}}, .tag = {{5}}},
        .running = 1,
    };
}

struct sample {
    enum instrument_type type;
    const void *value;
};

static struct order order;
static struct renewal renewal;
static struct lease lease;
static struct usage_return usage;
static struct receipt receipt;
static struct act act;

static size_t make_samples(struct sample samples[16])
{
    static const struct return_count counts[] = {
        {"clause", "7", 0, 3}, {"clause", "8", 0, 1}, {"verdict", "within", 9, 0}};
    order = world_order(&world, "OR-2026-0034", ORDER_LIMIT, "// clauses\n");
    renewal = a_renewal();
    lease = world_lease(&world, &renewal, 1, NULL, LEASE_ACTIVE);
    usage = (struct usage_return){
        .installation = "IN-0001",
        .licence = world.licence_digest,
        .from = WORLD_NOW,
        .until = WORLD_NOW + MILLIS_HOUR,
        .within = 9,
        .outside = 4,
        .counts = counts,
        .counts_count = 3,
        .head = renewal.head,
    };
    receipt = (struct receipt){
        .installation = "IN-0001",
        .order = {{6}},
        .lease = {{7}},
        .received = WORLD_NOW,
        .obeyed = WORLD_NOW + 3,
        .stopped = 1,
        .state = LEASE_DISCONNECTED,
    };
    act = (struct act){
        .id = {{8}},
        .file = "licence/IL-2026-0017",
        .file_version = 3,
        .verb = "approve",
        .body = world.declaration.facts,
        .time = WORLD_NOW,
    };
    const struct sample all[] = {
        {INSTRUMENT_ROOT, &world.root},
        {INSTRUMENT_FORM, &world.form},
        {INSTRUMENT_CERTIFICATE, &world.certificate},
        {INSTRUMENT_LICENCE, &world.licence},
        {INSTRUMENT_ORDER, &order},
        {INSTRUMENT_APPROVAL, &world.approval},
        {INSTRUMENT_DECLARATION, &world.declaration},
        {INSTRUMENT_ROLL, &world.roll},
        {INSTRUMENT_DELEGATION, &world.delegation},
        {INSTRUMENT_LEASE, &lease},
        {INSTRUMENT_RENEWAL, &renewal},
        {INSTRUMENT_RETURN, &usage},
        {INSTRUMENT_RECEIPT, &receipt},
        {INSTRUMENT_ACT, &act},
    };
    memcpy(samples, all, sizeof all);
    return sizeof all / sizeof *all;
}

/* Encode, decode and encode again; to JSON and back: the same bytes each time. */
static void every_document_has_one_form(void **state)
{
    (void)state;
    struct sample samples[16];
    size_t count = make_samples(samples);
    for (size_t i = 0; i < count; i++) {
        const struct layout *layout = instrument_layout(samples[i].type);
        struct arena arena = {0};
        struct buffer first = {0}, second = {0}, text = {0};
        struct fault fault = {0};
        assert_int_equal(layout_encode(layout, samples[i].value, &fault, &first), ERROR_OK);
        void *value = arena_alloc(&arena, layout->size);
        assert_int_equal(
            layout_decode(layout, buffer_view(&first), &arena, &fault, value), ERROR_OK);
        assert_int_equal(document_check(samples[i].type, value, &fault), ERROR_OK);
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
            &world, INSTRUMENT_CERTIFICATE, &world.certificate, &bytes, NULL, rows[i].keys,
            rows[i].count);
        assert_int_equal(
            certificate_open(
                buffer_view(&bytes), &world.chain, &arena, &fault, &document, &certificate, &form),
            rows[i].error);
        if (!rows[i].error) {
            assert_true(digest_equal(&document.digest, &world.certificate_digest));
            assert_string_equal(certificate.number, "EC-2026-0009");
            assert_string_equal(form.number, "T-1");
        }
        arena_free(&arena);
        buffer_free(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_document_has_one_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_certificate_needs_three_signatures, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("instruments", tests, NULL, NULL);
}
