/* Case bundles: read, verified, judged again; and every way in which one may not hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundle_world.h"
#include "failing_alloc.h"

static enum error open_bytes(
    const struct bundle_world *world, struct bytes bytes, struct fault *fault,
    struct evidence *ret_evidence)
{
    const struct evidence_options options = {
        .pinned = &world->world.authority, .demo_allowed = true};
    return evidence_open(bytes, &options, fault, ret_evidence);
}

/* Opens the bundle as it is now; the error, and what there is to close on success. */
static enum error
open_case(const struct bundle_world *world, struct fault *fault, struct evidence *ret_evidence)
{
    struct buffer bytes = {0};
    bundle_world_bytes(world, &bytes);
    enum error error = open_bytes(world, buffer_view(&bytes), fault, ret_evidence);
    buffer_free(&bytes);
    return error;
}

static void must_open(const struct bundle_world *world, struct evidence *ret_evidence)
{
    struct fault fault = {0};
    char text[600];
    if (open_case(world, &fault, ret_evidence))
        fail_msg("%s", fault_text(&fault, text, sizeof text));
}

static bool says(const struct evidence *evidence, bool proven, const char *words)
{
    for (size_t i = 0; i < evidence->fact_count; i++) {
        if (evidence->facts[i].proven == proven && strstr(evidence->facts[i].words, words))
            return true;
    }
    return false;
}

/* --- A bundle that holds ------------------------------------------------------------------ */

static void everything_is_proven(void **state)
{
    (void)state;
    struct bundle_world world;
    struct evidence evidence;
    bundle_world_init(&world);
    must_open(&world, &evidence);
    assert_false(evidence.otherwise);
    assert_string_equal(evidence.installation, "IN-0001");
    assert_int_equal(evidence.order_count, 1);
    assert_int_equal(evidence.receipt_count, 1);
    static const char *const proven[] = {
        "the authority is Export Control Authority of a test",
        "certificate EC-2026-0009 for XA-police-ct of XA: signed by the state's signatory",
        "form T-1, version 1, is the one in the certificate: signed by both ministries",
        "licence IL-2026-0017 under that certificate",
        "roll, version 1, of XA-police-ct: signed by supervisor XA-V1",
        "the declaration of a use: signed by operator op-17",
        "approval W-2026-118, which the declaration names: signed by XA-court",
        "order OR-2026-0035, to disconnect: signed by a ministry",
        "the guard's key is that of IN-0001: event 2 enrolled it",
        "the guard's key is that of IN-0001: the authority's lease",
        "the authority had the guard's head of 7 records by 2026-03-02T09:01:00Z",
        "its key signed this head in a return",
        "obeyed order OR-2026-0035 at 2026-03-02T09:00:03.027Z, with 1 uses stopped",
        ("event 3 of the log, 2026-03-02T09:00:03Z: issue on order/OR-2026-0035, signed by D-01 "
         "Defence One (defence)"),
        "alarm on order/OR-2026-0035, signed by the server, by a rule",
        "record 1 of the guard's log, 2026-03-02T09:00:01Z: declared; opened: file, operator",
        "the verdict of record 1, within the terms, is what the documents say",
        "the verdict of record 2, within the terms, is what the documents say",
        "the verdict of record 4, disconnected, is what the documents say",
        "the verdict of record 6, disconnected, is what the documents say",
    };
    for (size_t i = 0; i < sizeof proven / sizeof *proven; i++) {
        if (!says(&evidence, true, proven[i]))
            fail_msg("not proven: %s", proven[i]);
    }
    assert_true(says(&evidence, false, "that nothing else belongs to the case"));
    assert_true(says(&evidence, false, "the guard's reckoning"));
    evidence_close(&evidence);
    bundle_world_free(&world);
}

static void it_is_shown(void **state)
{
    (void)state;
    struct bundle_world world;
    struct evidence evidence;
    struct buffer text = {0};
    bundle_world_init(&world);
    must_open(&world, &evidence);
    evidence_print(&evidence, &text);
    const char *shown = buffer_text(&text);
    assert_non_null(shown);
    static const char *const lines[] = {
        "A case under licence IL-2026-0017 and certificate EC-2026-0009\n",
        "  operator: op-17 (opened from the record)\n",
        "  subject: c1 (declared)\n",
        "    purpose: \"prevention\"\n",
        "record 1  declared: within the terms by 3 (judged again: the same)\n",
        "certificate 3: Investigation or prevention",
        "record 4  stop, use 65536: disconnected (judged again: the same)\n",
        "in force from 2026-03-02T09:00:03Z by event 3, by D-01 Defence One (defence)\n",
        "1 uses stopped, says its signed receipt: 27ms after it was in force\n",
        "event 4  alarm order/OR-2026-0035, by the server, by a rule\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (!strstr(shown, lines[i]))
            fail_msg("not shown: %s\n%s", lines[i], shown);
    }
    buffer_free(&text);
    struct json_writer writer;
    json_writer_begin(&writer, &text, 0);
    json_write_object(&writer);
    evidence_write_json(&evidence, &writer);
    json_write_object_end(&writer);
    assert_int_equal(json_writer_end(&writer), ERROR_OK);
    assert_non_null(strstr(buffer_text(&text), "\"judged\":\"same\""));
    buffer_free(&text);
    evidence_close(&evidence);
    bundle_world_free(&world);
}

/* What stays closed is in no byte of the bundle once the declaration is left out. */
static void only_what_is_opened_is_there(void **state)
{
    (void)state;
    struct bundle_world world;
    struct evidence evidence;
    struct buffer bytes = {0}, text = {0};
    bundle_world_init(&world);
    bundle_world_remove(&world, INSTRUMENT_DECLARATION);
    bundle_world_remove(&world, INSTRUMENT_APPROVAL);
    bundle_world_remove(&world, INSTRUMENT_ROLL);
    world.records[RECORD_DECLARED].openings_count = 1;
    must_open(&world, &evidence);
    assert_int_equal(evidence.records[RECORD_DECLARED].judgement, JUDGED_NOT);
    evidence_print(&evidence, &text);
    assert_non_null(strstr(buffer_text(&text), "  file: F-77/2026 (opened from the record)\n"));
    assert_non_null(strstr(buffer_text(&text), "  operator: not opened\n"));
    bundle_world_bytes(&world, &bytes);
    assert_non_null(memmem(bytes.data, bytes.length, "F-77/2026", 9));
    assert_null(memmem(bytes.data, bytes.length, "op-17", 5));
    buffer_free(&bytes);
    buffer_free(&text);
    evidence_close(&evidence);
    bundle_world_free(&world);
}

/* --- One encoding ------------------------------------------------------------------------- */

static void it_has_one_encoding(void **state)
{
    (void)state;
    struct bundle_world world;
    struct bundle bundle;
    struct arena arena = {0};
    struct buffer bytes = {0}, again = {0};
    bundle_world_init(&world);
    assert_int_equal(bundle_encode(&world.bundle, NULL, &bytes), ERROR_OK);
    assert_int_equal(bundle_decode(buffer_view(&bytes), &arena, NULL, &bundle), ERROR_OK);
    assert_int_equal(bundle_encode(&bundle, NULL, &again), ERROR_OK);
    assert_true(bytes_equal(buffer_view(&bytes), buffer_view(&again)));
    arena_free(&arena);
    buffer_free(&bytes);
    buffer_free(&again);
    bundle_world_free(&world);
}

/* Everything in the world is fixed: the bundle has one value. ENDUSE_UPDATE=1 writes it anew. */
static void the_vector_holds(void **state)
{
    (void)state;
    static const char path[] = PROJECT_FOLDER "/tests/vectors/bundle.base64";
    struct bundle_world world;
    struct buffer bytes = {0}, text = {0}, file = {0};
    const char *update = getenv("ENDUSE_UPDATE");
    bundle_world_init(&world);
    bundle_world_bytes(&world, &bytes);
    base64_append(&text, buffer_view(&bytes));
    buffer_append_byte(&text, '\n');
    if (update && strcmp(update, "1") == 0)
        assert_int_equal(
            os_replace_file(&os_system, path, buffer_view(&text), 0644, NULL), ERROR_OK);
    assert_int_equal(os_read_file(&os_system, path, 1 << 20, NULL, &file), ERROR_OK);
    assert_true(bytes_equal(buffer_view(&file), buffer_view(&text)));
    buffer_free(&bytes);
    buffer_free(&text);
    buffer_free(&file);
    bundle_world_free(&world);
}

/* Each byte, one bit of it: nothing in a bundle is there for nobody to check. One byte in three
 * without ENDUSE_DEEP. */
static void every_flipped_byte_is_found(void **state)
{
    (void)state;
    struct bundle_world world;
    struct buffer bytes = {0};
    bundle_world_init(&world);
    bundle_world_bytes(&world, &bytes);
    for (size_t i = 0; i < bytes.length; i += getenv("ENDUSE_DEEP") ? 1 : 3) {
        struct evidence evidence;
        struct fault fault = {0};
        bytes.data[i] ^= (uint8_t)(1U << i % 8);
        enum error error = open_bytes(&world, buffer_view(&bytes), &fault, &evidence);
        bytes.data[i] ^= (uint8_t)(1U << i % 8);
        if (!error)
            fail_msg("byte %zu of %zu, flipped, is not found", i, bytes.length);
        if (fault.error != error)
            fail_msg("byte %zu: error %d, fault %d", i, error, fault.error);
    }
    buffer_free(&bytes);
    bundle_world_free(&world);
}

static void every_cut_is_found(void **state)
{
    (void)state;
    struct bundle_world world;
    struct buffer bytes = {0};
    bundle_world_init(&world);
    bundle_world_bytes(&world, &bytes);
    for (size_t i = 0; i < bytes.length; i += 1 + i / 64) {
        struct evidence evidence;
        struct bytes part = {bytes.data, i};
        assert_int_not_equal(open_bytes(&world, part, NULL, &evidence), ERROR_OK);
    }
    buffer_append_byte(&bytes, 0);
    struct evidence evidence;
    assert_int_not_equal(open_bytes(&world, buffer_view(&bytes), NULL, &evidence), ERROR_OK);
    buffer_free(&bytes);
    bundle_world_free(&world);
}

/* --- What does not hold ------------------------------------------------------------------- */

static struct bytes signed_by(
    struct bundle_world *world, enum instrument_type type, const void *value, enum world_key key)
{
    struct buffer bytes = {0};
    WORLD_SIGN(&world->world, type, value, &bytes, NULL, key);
    struct bytes kept = arena_copy(&world->world.arena, buffer_view(&bytes));
    buffer_free(&bytes);
    return kept;
}

static void another_version(struct bundle_world *world)
{
    world->bundle.version = 2;
}
static void no_root(struct bundle_world *world)
{
    world->bundle.roots_count = 0;
}
static void documents_exchanged(struct bundle_world *world)
{
    struct bundle_document first = world->documents[0];
    world->documents[0] = world->documents[1];
    world->documents[1] = first;
}
static void a_document_twice(struct bundle_world *world)
{
    world->documents[world->document_count] = world->documents[world->document_count - 1];
    world->bundle.documents_count = world->document_count + 1;
}
static void another_digest(struct bundle_world *world)
{
    bundle_world_find(world, INSTRUMENT_ORDER)->digest.bytes[31] ^= 1;
}
static void another_type(struct bundle_world *world)
{
    bundle_world_remove(world, INSTRUMENT_DELEGATION);
    bundle_world_find(world, INSTRUMENT_ROLL)->type = INSTRUMENT_DELEGATION;
}
static void an_act_among_the_documents(struct bundle_world *world)
{
    bundle_world_add(world, signed_by(world, INSTRUMENT_ACT, &world->acts[CASE_ENROL], WORLD_D1));
}
static void two_licences(struct bundle_world *world)
{
    struct licence other = world->world.licence;
    struct buffer bytes = {0};
    other.number = "IL-2026-0018";
    WORLD_SIGN(&world->world, INSTRUMENT_LICENCE, &other, &bytes, NULL, WORLD_D1, WORLD_F1);
    bundle_world_add(world, buffer_view(&bytes));
    buffer_free(&bytes);
}
static void no_certificate(struct bundle_world *world)
{
    bundle_world_remove(world, INSTRUMENT_CERTIFICATE);
}
static void no_licence(struct bundle_world *world)
{
    bundle_world_remove(world, INSTRUMENT_LICENCE);
}
static void no_roll(struct bundle_world *world)
{
    bundle_world_remove(world, INSTRUMENT_ROLL);
}
static void no_order(struct bundle_world *world)
{
    bundle_world_remove(world, INSTRUMENT_ORDER);
}
static void no_delegation(struct bundle_world *world)
{
    bundle_world_remove(world, INSTRUMENT_DELEGATION);
}
static void no_head(struct bundle_world *world)
{
    bundle_world_remove(world, INSTRUMENT_RETURN);
    world->lease.acknowledged = (struct head){0};
    bundle_world_remove(world, INSTRUMENT_LEASE);
    bundle_world_add(world, signed_by(world, INSTRUMENT_LEASE, &world->lease, WORLD_LEASE));
}
static void no_guard(struct bundle_world *world)
{
    world->bundle.guard = (struct bytes){0};
}
static void no_guard_and_no_records(struct bundle_world *world)
{
    no_guard(world);
    world->bundle.records_count = 0;
    world->bundle.log_size = 0;
}
static void a_short_guard(struct bundle_world *world)
{
    world->bundle.guard.length--;
}
static void another_guard(struct bundle_world *world)
{
    world->bundle.guard = public_key_view(private_key_public(world->world.keys[WORLD_STRANGER]));
}
static void nobody_says_whose(struct bundle_world *world)
{
    bundle_world_remove(world, INSTRUMENT_LEASE);
    world->bundle.events_count = 0;
    world->bundle.checkpoint = NULL;
}
static void a_size_without_records(struct bundle_world *world)
{
    world->bundle.records_count = 0;
}
static void records_exchanged(struct bundle_world *world)
{
    struct bundle_record first = world->records[0];
    world->records[0] = world->records[1];
    world->records[1] = first;
}
static void a_short_proof(struct bundle_world *world)
{
    world->records[2].proof.length -= DIGEST_SIZE;
}
static void a_torn_proof(struct bundle_world *world)
{
    world->records[2].proof.length--;
}
static void a_torn_proof_of_an_event(struct bundle_world *world)
{
    world->events[2].proof.length--;
}
static void a_changed_record(struct bundle_world *world)
{
    world->records[RECORD_REFUSAL].payload = world->records[RECORD_BEGIN].payload;
}
static void another_head(struct bundle_world *world)
{
    bundle_world_remove(world, INSTRUMENT_RETURN);
    world->usage.head.root.bytes[0] ^= 1;
    bundle_world_add(world, signed_by(world, INSTRUMENT_RETURN, &world->usage, WORLD_GUARD));
}
static void a_head_of_another_size(struct bundle_world *world)
{
    bundle_world_remove(world, INSTRUMENT_RETURN);
    world->usage.head.size++;
    bundle_world_add(world, signed_by(world, INSTRUMENT_RETURN, &world->usage, WORLD_GUARD));
}
static void a_head_by_a_stranger(struct bundle_world *world)
{
    bundle_world_remove(world, INSTRUMENT_RETURN);
    bundle_world_add(world, signed_by(world, INSTRUMENT_RETURN, &world->usage, WORLD_STRANGER));
}
static void another_value_opened(struct bundle_world *world)
{
    world->openings[1].value = "op-18";
}
static void another_salt(struct bundle_world *world)
{
    world->openings[1].salt = world->openings[0].salt;
}
static void a_short_salt(struct bundle_world *world)
{
    world->openings[1].salt.length--;
}
static void an_unknown_field(struct bundle_world *world)
{
    world->openings[1].field = "phone";
}
static void openings_exchanged(struct bundle_world *world)
{
    struct bundle_opening first = world->openings[0];
    world->openings[0] = world->openings[1];
    world->openings[1] = first;
}
static void an_opening_in_another_record(struct bundle_world *world)
{
    world->records[RECORD_BEGIN].openings = world->openings;
    world->records[RECORD_BEGIN].openings_count = 1;
}
static void no_checkpoint(struct bundle_world *world)
{
    world->bundle.checkpoint = NULL;
}
static void a_checkpoint_without_events(struct bundle_world *world)
{
    world->bundle.events_count = 0;
}
static void a_line_nobody_checks(struct bundle_world *world)
{
    struct buffer note = {0};
    buffer_append_text(&note, world->bundle.checkpoint);
    note_append_signature(&note, BYTES_LITERAL("witness.example"), 7, BYTES_LITERAL("anything"));
    world->bundle.checkpoint = arena_text(&world->world.arena, buffer_view(&note));
    buffer_free(&note);
}
static void events_exchanged(struct bundle_world *world)
{
    struct bundle_event first = world->events[2];
    world->events[2] = world->events[3];
    world->events[3] = first;
}
static void an_event_left_its_salt(struct bundle_world *world)
{
    world->events[CASE_ISSUE].salt = (struct bytes){0};
}
static void a_changed_event(struct bundle_world *world)
{
    world->events[CASE_ALARM].body = world->events[CASE_ISSUE].body;
}
static void a_stranger_acts(struct bundle_world *world)
{
    world->act_keys[CASE_ISSUE] = WORLD_STRANGER;
    bundle_world_make(world);
}
static void another_actor(struct bundle_world *world)
{
    world->bodies[CASE_ISSUE].actor = "D-02";
    bundle_world_make(world);
}
static void another_file(struct bundle_world *world)
{
    world->bodies[CASE_ISSUE].file = "order/OR-2026-0036";
    bundle_world_make(world);
}
static void another_installation_receipts(struct bundle_world *world)
{
    world->bodies[CASE_RECEIPT].actor = "IN-0002";
    bundle_world_make(world);
}
static void an_order_for_another_licence(struct bundle_world *world)
{
    world->order.licence = "IL-2026-0099";
    bundle_world_make(world);
}
static void an_approval_that_nobody_names(struct bundle_world *world)
{
    world->world.approval.number = "W-2026-119";
    bundle_world_remove(world, INSTRUMENT_APPROVAL);
    bundle_world_add(
        world, signed_by(world, INSTRUMENT_APPROVAL, &world->world.approval, WORLD_COURT));
}
static void two_approvals(struct bundle_world *world)
{
    world->world.approval.number = "W-2026-119";
    bundle_world_add(
        world, signed_by(world, INSTRUMENT_APPROVAL, &world->world.approval, WORLD_COURT));
}
static void another_form(struct bundle_world *world)
{
    struct buffer bytes = {0};
    world->world.form.version = 2;
    bundle_world_remove(world, INSTRUMENT_FORM);
    WORLD_SIGN(
        &world->world, INSTRUMENT_FORM, &world->world.form, &bytes, NULL, WORLD_D1, WORLD_F1);
    bundle_world_add(world, buffer_view(&bytes));
    buffer_free(&bytes);
}
static void another_declaration(struct bundle_world *world)
{
    world->world.declaration.id.bytes[0] = 99;
    bundle_world_remove(world, INSTRUMENT_DECLARATION);
    bundle_world_add(
        world, signed_by(world, INSTRUMENT_DECLARATION, &world->world.declaration, WORLD_OPERATOR));
}
static void a_lease_of_another_licence(struct bundle_world *world)
{
    world->lease.licence = (struct digest){{1}};
    bundle_world_make(world);
}
static void a_lease_of_another_guard(struct bundle_world *world)
{
    world->lease.guard = (struct digest){{1}};
    bundle_world_make(world);
}
static void a_lease_of_another_installation(struct bundle_world *world)
{
    world->lease.installation = "IN-0002";
    bundle_world_make(world);
}
static void enrolled_under_another_licence(struct bundle_world *world)
{
    struct datum *licence = NULL;
    const struct datum *body = &world->acts[CASE_ENROL].body;
    for (size_t i = 0; i < body->map.count; i++) {
        if (strcmp(body->map.members[i].name, "licence") == 0)
            licence = (struct datum *)(uintptr_t)&body->map.members[i].value;
    }
    assert_non_null(licence);
    *licence = datum_of_text("IL-2026-0099");
    bundle_world_make(world);
}

static void what_does_not_hold_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        void (*change)(struct bundle_world *world);
        enum error error;
        const char *place;
    } rows[] = {
#define ROW(change, error, place) {#change, change, ERROR_##error, place}
        ROW(another_version, BUNDLE_VERSION, "version"),
        ROW(no_root, BUNDLE_MISSING, "roots"),
        ROW(documents_exchanged, DOCUMENT_ORDER, "documents 1"),
        ROW(a_document_twice, DOCUMENT_ORDER, "documents"),
        ROW(another_digest, BUNDLE_INDEX, "order"),
        ROW(another_type, BUNDLE_INDEX, "type"),
        ROW(an_act_among_the_documents, DOCUMENT_TYPE, "documents"),
        ROW(two_licences, DOCUMENT_COUNT, "documents"),
        ROW(no_certificate, BUNDLE_MISSING, "documents"),
        ROW(no_licence, BUNDLE_MISSING, "documents"),
        ROW(no_roll, BUNDLE_MISSING, "declaration"),
        ROW(no_order, BUNDLE_MISSING, "order"),
        ROW(no_delegation, BUNDLE_CHECKPOINT, "checkpoint"),
        ROW(no_head, BUNDLE_HEAD, "log-size"),
        ROW(no_guard, BUNDLE_MISSING, "guard"),
        ROW(no_guard_and_no_records, BUNDLE_MISSING, "guard"),
        ROW(a_short_guard, BUNDLE_GUARD, "guard"),
        ROW(another_guard, BUNDLE_GUARD, "enrol"),
        ROW(nobody_says_whose, BUNDLE_GUARD, "guard"),
        ROW(a_size_without_records, BUNDLE_MISSING, "log-size"),
        ROW(records_exchanged, DOCUMENT_ORDER, "records 1"),
        ROW(a_short_proof, BUNDLE_RECORD, "record 2"),
        ROW(a_torn_proof, BUNDLE_PROOF, "records 2"),
        ROW(a_torn_proof_of_an_event, BUNDLE_PROOF, "events 2"),
        ROW(a_changed_record, BUNDLE_RECORD, "record 6"),
        ROW(another_head, BUNDLE_HEAD, "return"),
        ROW(a_head_of_another_size, BUNDLE_STRAY, "return"),
        ROW(a_head_by_a_stranger, COSE_UNKNOWN_KEY, "return"),
        ROW(another_value_opened, BUNDLE_OPENING, "record 1: operator"),
        ROW(another_salt, BUNDLE_OPENING, "record 1: operator"),
        ROW(a_short_salt, BUNDLE_OPENING, "salt"),
        ROW(an_unknown_field, BUNDLE_OPENING, "record 1: field"),
        ROW(openings_exchanged, DOCUMENT_ORDER, "records 1: openings 1"),
        ROW(an_opening_in_another_record, BUNDLE_OPENING, "record 2: file"),
        ROW(no_checkpoint, BUNDLE_MISSING, "checkpoint"),
        ROW(a_checkpoint_without_events, BUNDLE_MISSING, "checkpoint"),
        ROW(a_line_nobody_checks, BUNDLE_CHECKPOINT, "checkpoint: signatures"),
        ROW(events_exchanged, DOCUMENT_ORDER, "events 3"),
        ROW(an_event_left_its_salt, BUNDLE_EVENT, "event 3"),
        ROW(a_changed_event, BUNDLE_EVENT, "event 4"),
        ROW(a_stranger_acts, OFFICE_STRANGER, "event 3"),
        ROW(another_actor, BUNDLE_EVENT, "event 3: actor"),
        ROW(another_file, BUNDLE_EVENT, "event 3: file"),
        ROW(another_installation_receipts, BUNDLE_EVENT, "event 5: installation"),
        ROW(an_order_for_another_licence, BUNDLE_STRAY, "order: licence"),
        ROW(an_approval_that_nobody_names, BUNDLE_STRAY, "approval"),
        ROW(two_approvals, DOCUMENT_COUNT, "approval"),
        ROW(another_form, BUNDLE_STRAY, "form"),
        ROW(another_declaration, BUNDLE_STRAY, "record 1: declaration"),
        ROW(a_lease_of_another_licence, BUNDLE_STRAY, "lease: licence"),
        ROW(a_lease_of_another_guard, BUNDLE_GUARD, "lease: guard"),
        ROW(a_lease_of_another_installation, BUNDLE_GUARD, "installation"),
        ROW(enrolled_under_another_licence, BUNDLE_STRAY, "enrol"),
#undef ROW
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bundle_world world;
        struct evidence evidence;
        struct fault fault = {0};
        char text[600];
        bundle_world_init(&world);
        rows[i].change(&world);
        enum error error = open_case(&world, &fault, &evidence);
        if (error != rows[i].error || !strstr(fault.place, rows[i].place))
            fail_msg(
                "%s: error %d, %s", rows[i].name, error,
                error ? fault_text(&fault, text, sizeof text) : "none");
        bundle_world_free(&world);
    }
}

/* --- Judged again ------------------------------------------------------------------------- */

static enum evidence_judgement judged(struct bundle_world *world, size_t record)
{
    struct evidence evidence;
    bundle_world_make(world);
    must_open(world, &evidence);
    enum evidence_judgement judgement = evidence.records[record].judgement;
    assert_true(evidence.otherwise == (judgement == JUDGED_OTHERWISE));
    evidence_close(&evidence);
    return judgement;
}

static void a_verdict_that_the_clauses_do_not_say(void **state)
{
    (void)state;
    static const char *const other[] = {"4"};
    struct bundle_world world;
    bundle_world_init(&world);
    struct entry *declared = &world.entries[RECORD_DECLARED];
    declared->within = false;
    declared->reason = ENDUSE_REASON_CLAUSE;
    assert_int_equal(judged(&world, RECORD_DECLARED), JUDGED_OTHERWISE);
    declared->reason = ENDUSE_REASON_NO_CLAUSE;
    assert_int_equal(judged(&world, RECORD_DECLARED), JUDGED_OTHERWISE);
    declared->within = true;
    declared->reason = ENDUSE_REASON_NONE;
    declared->clauses = other;
    assert_int_equal(judged(&world, RECORD_DECLARED), JUDGED_OTHERWISE);
    bundle_world_free(&world);
}

/* Within the terms after the order was in the guard's log: the order forbids it. */
static void a_use_that_an_order_forbids(void **state)
{
    (void)state;
    static const char *const permits[] = {"3"};
    struct bundle_world world;
    bundle_world_init(&world);
    struct entry *refusal = &world.entries[RECORD_REFUSAL];
    refusal->kind = ENTRY_BEGIN;
    refusal->reason = ENDUSE_REASON_NONE;
    refusal->id = world.world.declaration.id;
    refusal->use = 131073;
    refusal->clauses = permits;
    refusal->clauses_count = 1;
    assert_int_equal(judged(&world, RECORD_REFUSAL), JUDGED_OTHERWISE);
    bundle_world_free(&world);
}

static void an_operator_who_was_not_on_the_roll(void **state)
{
    (void)state;
    struct bundle_world world;
    bundle_world_init(&world);
    struct entry *declared = &world.entries[RECORD_DECLARED];
    /* After the roll's end, in a log whose times run on. */
    for (size_t i = 0; i < RECORD_COUNT; i++)
        world.entries[i].time += 150 * MILLIS_DAY;
    world.entries[RECORD_BEGIN].kind = ENTRY_LEASE;
    world.entries[RECORD_BEGIN] = world.entries[RECORD_LEASE];
    world.entries[RECORD_BEGIN].time = world.entries[RECORD_DECLARED].time;
    assert_int_equal(judged(&world, RECORD_DECLARED), JUDGED_OTHERWISE);
    declared->within = false;
    declared->reason = ENDUSE_REASON_OPERATOR;
    declared->clauses_count = 0;
    assert_int_equal(judged(&world, RECORD_DECLARED), JUDGED_SAME);
    bundle_world_free(&world);
}

static void what_only_the_guard_knows(void **state)
{
    (void)state;
    struct bundle_world world;
    bundle_world_init(&world);
    struct entry *refusal = &world.entries[RECORD_REFUSAL];
    refusal->reason = ENDUSE_REASON_LEASE_EXPIRED;
    assert_int_equal(judged(&world, RECORD_REFUSAL), JUDGED_NOT);
    refusal->reason = ENDUSE_REASON_SUSPENDED; /* by its lease, perhaps: no order says so */
    assert_int_equal(judged(&world, RECORD_REFUSAL), JUDGED_NOT);
    refusal->reason = ENDUSE_REASON_LICENCE_EXPIRED;
    assert_int_equal(judged(&world, RECORD_REFUSAL), JUDGED_NOT);
    refusal->time = world.world.licence.until;
    assert_int_equal(judged(&world, RECORD_REFUSAL), JUDGED_SAME);
    refusal->reason = ENDUSE_REASON_CERTIFICATE_EXPIRED;
    assert_int_equal(judged(&world, RECORD_REFUSAL), JUDGED_NOT);
    refusal->time = world.world.certificate.until;
    assert_int_equal(judged(&world, RECORD_REFUSAL), JUDGED_SAME);
    bundle_world_free(&world);
}

/* A use that ended before its stop was recorded has the reason in its end. */
static void a_stop_that_the_end_tells(void **state)
{
    (void)state;
    struct bundle_world world;
    bundle_world_init(&world);
    world.entries[RECORD_STOP].kind = ENTRY_END;
    assert_int_equal(judged(&world, RECORD_STOP), JUDGED_SAME);
    world.entries[RECORD_STOP].reason = ENDUSE_REASON_NO_CLAUSE; /* the order forbids it */
    assert_int_equal(judged(&world, RECORD_STOP), JUDGED_OTHERWISE);
    world.entries[RECORD_STOP].reason = ENDUSE_REASON_NONE; /* ended by itself: no verdict */
    assert_int_equal(judged(&world, RECORD_STOP), JUDGED_NOT);
    bundle_world_free(&world);
}

/* The licence's numbers: the guard holds to them though this form has no clause for them. */
static void as_many_uses_as_licensed(void **state)
{
    (void)state;
    static const char *const permits[] = {"3"};
    struct bundle_world world;
    bundle_world_init(&world);
    /* Before the order. */
    struct entry *begin = &world.entries[RECORD_BEGIN];
    world.entries[RECORD_STOP] = world.entries[RECORD_LEASE];
    begin->kind = ENTRY_REFUSAL;
    begin->reason = ENDUSE_REASON_CLAUSE;
    begin->id = (struct id){{0}};
    begin->use = 0;
    begin->clauses = permits;
    assert_int_equal(judged(&world, RECORD_BEGIN), JUDGED_COUNTED);
    bundle_world_free(&world);
}

/* --- The root changed --------------------------------------------------------------------- */

/* Version 2 of the root: D-01, who signed certificate and order, has left. */
static struct bytes next_root(struct bundle_world *world)
{
    static struct root_ministry ministries[2];
    static struct root_person people[1];
    struct root root = world->world.root;
    struct buffer bytes = {0};
    people[0] = root.ministries[0].people[1];
    ministries[0] = root.ministries[0];
    ministries[0].people = people;
    ministries[0].people_count = 1;
    ministries[1] = root.ministries[1];
    root.version = 2;
    root.previous = world->world.authority;
    root.ministries = ministries;
    WORLD_SIGN(&world->world, INSTRUMENT_ROOT, &root, &bytes, NULL, WORLD_D1, WORLD_D2, WORLD_F1);
    struct bytes kept = arena_copy(&world->world.arena, buffer_view(&bytes));
    buffer_free(&bytes);
    return kept;
}

static void an_older_root_counts_for_what_the_log_holds(void **state)
{
    (void)state;
    struct bundle_world world;
    struct evidence evidence;
    struct fault fault = {0};
    bundle_world_init(&world);
    struct bytes roots[2] = {world.root, next_root(&world)};
    /* The keys of the server are delegated anew, certificate and form are signed anew; the order is
     * D-01's alone, and the log holds it. */
    struct buffer bytes = {0};
    bundle_world_remove(&world, INSTRUMENT_DELEGATION);
    WORLD_SIGN(
        &world.world, INSTRUMENT_DELEGATION, &world.world.delegation, &bytes, NULL, WORLD_D2,
        WORLD_F1);
    bundle_world_add(&world, buffer_view(&bytes));
    buffer_free(&bytes);
    bundle_world_remove(&world, INSTRUMENT_FORM);
    bundle_world_remove(&world, INSTRUMENT_CERTIFICATE);
    WORLD_SIGN(
        &world.world, INSTRUMENT_CERTIFICATE, &world.world.certificate, &bytes, NULL, WORLD_STATE,
        WORLD_D2, WORLD_F1);
    bundle_world_add(&world, buffer_view(&bytes));
    buffer_free(&bytes);
    world.bundle.roots = roots;
    world.bundle.roots_count = 2;
    must_open(&world, &evidence);
    assert_true(says(&evidence, true, "order OR-2026-0035, to disconnect: signed by a ministry"));
    assert_true(says(&evidence, true, "signed by D-01 Defence One (defence)"));
    evidence_close(&evidence);
    /* Without the event that holds it nobody knows when D-01 signed it. */
    for (size_t i = CASE_ISSUE; i + 1 < CASE_EVENTS; i++)
        world.events[i] = world.events[i + 1];
    world.bundle.events_count--;
    assert_int_equal(open_case(&world, &fault, &evidence), ERROR_COSE_UNKNOWN_KEY);
    assert_non_null(strstr(fault.place, "order"));
    bundle_world_free(&world);
}

/* Somebody outside the root: the act that enrolled the key is in the bundle, or it is a stranger's.
 */
static void an_account_acts(void **state)
{
    (void)state;
    struct bundle_world world;
    struct evidence evidence;
    struct fault fault = {0};
    bundle_world_init(&world);
    struct datum_member *key = ARENA_ARRAY(&world.world.arena, struct datum_member, 3);
    struct datum_member *body = ARENA_NEW(&world.world.arena, struct datum_member);
    const struct public_key *public = private_key_public(world.world.keys[WORLD_STRANGER]);
    assert_true(key && body);
    key[0] = (struct datum_member){"kind", datum_of_text("key")};
    key[1] = (struct datum_member){"type", datum_of_text("ed25519")};
    key[2] = (struct datum_member){"public-key", datum_of_bytes(public_key_view(public))};
    body->name = "key";
    assert_int_equal(datum_map(key, 3, NULL, &body->value), ERROR_OK);
    world.acts[CASE_ALARM].file = "account/XS-1";
    world.acts[CASE_ALARM].verb = "enrol";
    world.act_keys[CASE_ALARM] = WORLD_D1;
    world.bodies[CASE_ALARM].actor = "D-01";
    world.bodies[CASE_ALARM].file = "account/XS-1";
    world.act_keys[CASE_ISSUE] = WORLD_STRANGER;
    world.bodies[CASE_ISSUE].actor = "XS-1";
    bundle_world_make(&world);
    assert_int_equal(open_case(&world, &fault, &evidence), ERROR_OFFICE_STRANGER);
    assert_int_equal(datum_map(body, 1, NULL, &world.acts[CASE_ALARM].body), ERROR_OK);
    bundle_world_make(&world);
    must_open(&world, &evidence);
    assert_true(says(&evidence, true, "issue on order/OR-2026-0035, signed by XS-1"));
    evidence_close(&evidence);
    bundle_world_free(&world);
}

/* --- Which authority ---------------------------------------------------------------------- */

static void the_pin_decides(void **state)
{
    (void)state;
    struct bundle_world world;
    struct evidence evidence;
    struct buffer bytes = {0};
    bundle_world_init(&world);
    bundle_world_bytes(&world, &bytes);
    struct digest other = {{1}};
    struct evidence_options options = {.pinned = &other, .demo_allowed = true};
    struct bytes file = buffer_view(&bytes);
    assert_int_equal(evidence_open(file, &options, NULL, &evidence), ERROR_ROOT_PIN);
    options = (struct evidence_options){.pinned = &world.world.authority};
    assert_int_equal(evidence_open(file, &options, NULL, &evidence), ERROR_ROOT_DEMO);
    options = (struct evidence_options){.demo_allowed = true};
    assert_int_equal(evidence_open(file, &options, NULL, &evidence), ERROR_OK);
    assert_true(says(&evidence, false, "which nothing in the bundle can show"));
    evidence_close(&evidence);
    buffer_free(&bytes);
    bundle_world_free(&world);
}

/* --- Memory ------------------------------------------------------------------------------- */

static void without_memory(void **state)
{
    (void)state;
    struct bundle_world world;
    struct buffer bytes = {0};
    bundle_world_init(&world);
    bundle_world_bytes(&world, &bytes);
    for (long n = 0;; n = failing_alloc_next(n)) {
        struct evidence evidence;
        struct fault fault = {0};
        failing_alloc_after(n);
        enum error error = open_bytes(&world, buffer_view(&bytes), &fault, &evidence);
        if (!failing_alloc_stop()) {
            assert_int_equal(error, ERROR_OK);
            evidence_close(&evidence);
            break;
        }
        if (error != ERROR_MEMORY)
            fail_msg("allocation %ld: error %d (%s)", n, error, fault.place);
    }
    buffer_free(&bytes);
    bundle_world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_proven),
        cmocka_unit_test(it_is_shown),
        cmocka_unit_test(only_what_is_opened_is_there),
        cmocka_unit_test(it_has_one_encoding),
        cmocka_unit_test(the_vector_holds),
        cmocka_unit_test(every_flipped_byte_is_found),
        cmocka_unit_test(every_cut_is_found),
        cmocka_unit_test(what_does_not_hold_is_told),
        cmocka_unit_test(a_verdict_that_the_clauses_do_not_say),
        cmocka_unit_test(a_use_that_an_order_forbids),
        cmocka_unit_test(an_operator_who_was_not_on_the_roll),
        cmocka_unit_test(what_only_the_guard_knows),
        cmocka_unit_test(a_stop_that_the_end_tells),
        cmocka_unit_test(as_many_uses_as_licensed),
        cmocka_unit_test(an_older_root_counts_for_what_the_log_holds),
        cmocka_unit_test(an_account_acts),
        cmocka_unit_test(the_pin_decides),
        cmocka_unit_test(without_memory),
    };
    return cmocka_run_group_tests_name("bundle", tests, NULL, NULL);
}
