/* A bundle put together from a real guard's folder: a use declared, begun, stopped by an order and
 * refused after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundle/draft.h"
#include "bundle/evidence.h"
#include "guard_fixture.h"

static struct guard_fixture fixture;
static struct digest declaration;

/* The guard's story; closed at the end, so that its folder can be read. */
static int setup(void **state)
{
    (void)state;
    struct enduse_verdict verdict;
    uint64_t refused;
    struct unverified_envelope envelope;
    fixture_init(&fixture, NULL);
    fixture_active(&fixture);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    uint64_t use = fixture_begin(&fixture, declared);
    fixture_pass(MILLIS_SECOND);
    fixture_order(&fixture, "OR-2026-0035", ORDER_DISCONNECT, NULL, 0);
    fixture_renew(&fixture);
    assert_int_equal(enduse_must_stop(fixture.guard, use, &verdict), 1);
    assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_OK);
    assert_int_equal(
        enduse_begin(fixture.guard, declared, "location", "c1", &refused, &verdict),
        ENDUSE_REFUSED);
    enduse_declaration_free(fixture.guard, declared);
    assert_int_equal(
        cose_peek_unverified(buffer_view(&fixture.world.declaration_bytes), NULL, &envelope),
        ERROR_OK);
    declaration = envelope.digest;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_free(&fixture);
    return 0;
}

static enum error take(struct draft *draft, const struct draft_choice *choice, struct fault *fault)
{
    return draft_take_guard(draft, &os_system, fixture.folder, choice, NULL, 0, fault);
}

static void must_take(struct draft *draft, const struct draft_choice *choice)
{
    struct fault fault = {0};
    char text[600];
    if (take(draft, choice, &fault))
        fail_msg("%s", fault_text(&fault, text, sizeof text));
}

static void must_open(const struct draft *draft, struct evidence *ret_evidence)
{
    const struct evidence_options options = {&fixture.world.authority, true};
    const struct bundle bundle = draft_bundle(draft);
    struct buffer bytes = {0};
    struct fault fault = {0};
    char text[600];
    if (bundle_encode(&bundle, &fault, &bytes) ||
        evidence_open(buffer_view(&bytes), &options, &fault, ret_evidence))
        fail_msg("%s", fault_text(&fault, text, sizeof text));
    buffer_free(&bytes);
}

static void add(struct draft *draft, const struct buffer *bytes)
{
    assert_int_equal(draft_add_document(draft, buffer_view(bytes), NULL, NULL), ERROR_OK);
}

static void the_whole_story_is_proven(void **state)
{
    (void)state;
    static const char *const open[] = {"subject", "operator"};
    static const enum entry_kind kinds[] = {ENTRY_DECLARED, ENTRY_BEGIN, ENTRY_ORDER,  ENTRY_STOP,
                                            ENTRY_OBEYED,   ENTRY_END,   ENTRY_REFUSAL};
    struct draft draft = {0};
    struct evidence evidence;
    const struct draft_choice choice = {.declaration = &declaration, .open = open, .open_count = 2};
    fixture_renew(&fixture); /* its head holds the refusal */
    fixture_close(&fixture);
    add(&draft, &fixture.world.declaration_bytes);
    add(&draft, &fixture.world.approval_bytes);
    must_take(&draft, &choice);
    must_open(&draft, &evidence);
    assert_string_equal(evidence.installation, "IN-0001");
    assert_int_equal(evidence.order_count, 1);
    size_t found = 0, judged = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        for (size_t k = 0; k < evidence.bundle.records_count; k++)
            found += evidence.records[k].entry.kind == kinds[i];
    }
    for (size_t k = 0; k < evidence.bundle.records_count; k++)
        judged += evidence.records[k].judgement == JUDGED_SAME;
    assert_int_equal(found, 7);
    assert_int_equal(evidence.bundle.records_count, 7);
    assert_int_equal(judged, 4); /* declared, begun, stopped, refused */
    assert_false(evidence.otherwise);
    struct buffer text = {0};
    evidence_print(&evidence, &text);
    assert_non_null(strstr(buffer_text(&text), "  subject: c1 (opened from the record)\n"));
    assert_non_null(strstr(buffer_text(&text), "  file: F-77/2026 (declared)\n"));
    assert_non_null(strstr(buffer_text(&text), "order OR-2026-0035"));
    buffer_free(&text);
    evidence_close(&evidence);
    draft_free(&draft);
}

/* The same part from two sources is there once. */
static void parts_are_there_once(void **state)
{
    (void)state;
    struct draft draft = {0};
    const struct draft_choice choice = {.declaration = &declaration};
    fixture_renew(&fixture);
    fixture_close(&fixture);
    must_take(&draft, &choice);
    size_t documents = draft.document_count;
    add(&draft, &fixture.world.certificate_bytes);
    add(&draft, &fixture.world.licence_bytes);
    assert_int_equal(draft.document_count, documents);
    assert_int_equal(
        draft_add_root(&draft, buffer_view(&fixture.world.root_bytes), NULL), ERROR_OK);
    assert_int_equal(draft.root_count, 1);
    draft_free(&draft);
}

/* Until the guard has renewed once more nobody has signed a head with its last records. */
static void a_head_must_reach_the_records(void **state)
{
    (void)state;
    struct draft draft = {0};
    struct fault fault = {0};
    const struct draft_choice choice = {.declaration = &declaration};
    fixture_close(&fixture);
    assert_int_equal(take(&draft, &choice, &fault), ERROR_BUNDLE_HEAD);
    assert_string_equal(fault.place, "records");
    draft_free(&draft);
    /* One that was asked for by number, before: the lease holds it. */
    static const uint64_t first[] = {0};
    const struct draft_choice early = {.indices = first, .index_count = 1};
    draft = (struct draft){0};
    must_take(&draft, &early);
    assert_int_equal(draft.records[0].index, 0);
    assert_true(draft.log_size > 0);
    draft_free(&draft);
}

static void what_is_not_there(void **state)
{
    (void)state;
    static const char *const open[] = {"subject"};
    static const uint64_t beyond[] = {1000};
    struct draft draft = {0};
    struct fault fault = {0};
    struct digest other = {{1}};
    struct draft_choice choice = {.declaration = &other};
    fixture_renew(&fixture);
    fixture_close(&fixture);
    assert_int_equal(take(&draft, &choice, &fault), ERROR_NOT_FOUND);
    draft_free(&draft);
    choice = (struct draft_choice){.indices = beyond, .index_count = 1};
    assert_int_equal(take(&draft, &choice, &fault), ERROR_NOT_FOUND);
    draft_free(&draft);
    /* Erased by the agency. */
    char command[200];
    snprintf(command, sizeof command, "rm %s/fields/*.fields", fixture.folder);
    assert_int_equal(system(command), 0);
    choice = (struct draft_choice){.declaration = &declaration, .open = open, .open_count = 1};
    assert_int_equal(take(&draft, &choice, &fault), ERROR_NOT_FOUND);
    draft_free(&draft);
    choice.open_count = 0;
    must_take(&draft, &choice);
    draft_free(&draft);
    /* An order that the records name. */
    snprintf(command, sizeof command, "rm %s/orders/*.order", fixture.folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(take(&draft, &choice, &fault), ERROR_GUARD_ROLLBACK);
    draft_free(&draft);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_whole_story_is_proven, setup, teardown),
        cmocka_unit_test_setup_teardown(parts_are_there_once, setup, teardown),
        cmocka_unit_test_setup_teardown(a_head_must_reach_the_records, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_there, setup, teardown),
    };
    return cmocka_run_group_tests_name("bundle_draft", tests, NULL, NULL);
}
