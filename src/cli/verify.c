/* enduse verify: the authority's events and a guard's records, offline; enduse rebuild. */
#include <string.h>

#include "cli/files.h"
#include "crypto/crypto.h"
#include "guard/guard.h"
#include "store/store.h"

/* --- Events ------------------------------------------------------------------------------- */

static enum error
audit_options(struct call *call, struct fault *fault, struct audit_options *ret_options)
{
    struct audit_options options = {.os = call->os, .demo_allowed = call_switch(call, "demo")};
    const char *checkpoint = call_option(call, "checkpoint");
    enum error error = pin_of_call(call, fault, &options.pinned);
    if (!error && checkpoint)
        error = input_read(call, checkpoint, fault, &options.checkpoint);
    if (!error)
        *ret_options = options;
    return error;
}

static int print_audit(struct call *call, const struct audit_report *report)
{
    char line[640], digest[DIGEST_TEXT_SIZE];
    struct buffer text = {0};
    for (size_t i = 0; i < report->finding_count; i++)
        buffer_printf(&text, "%s\n", fault_text(&report->findings[i].fault, line, sizeof line));
    if (report->finding_count == AUDIT_FINDINGS_MAX)
        buffer_append_text(&text, "(more findings are not listed)\n");
    buffer_printf(
        &text, "authority: %s\n%s", digest_text(&report->authority, digest),
        call_option(call, "pin") ? "" : "  not pinned: compare it over another channel\n");
    buffer_printf(
        &text, "events: %llu, good from the first on: %llu, under a signed head: %llu\nroot: %s\n",
        (unsigned long long)report->events, (unsigned long long)report->verified,
        (unsigned long long)report->signed_events, digest_text(&report->root, digest));
    buffer_printf(
        &text, "%s\n", report->finding_count ? "The log does NOT hold." : "Everything holds.");
    int code = call_print(call, &text);
    buffer_free(&text);
    return code;
}

static int write_audit(struct call *call, const struct audit_report *report)
{
    char digest[DIGEST_TEXT_SIZE];
    struct buffer text = {0};
    struct json_writer writer;
    call_json_begin(&writer, &text);
    json_write_object(&writer);
    json_put_bool(&writer, "holds", report->finding_count == 0);
    json_put_string(&writer, "authority", digest_text(&report->authority, digest));
    json_put_u64(&writer, "events", report->events);
    json_put_u64(&writer, "verified", report->verified);
    json_put_u64(&writer, "signed", report->signed_events);
    json_put_string(&writer, "root", digest_text(&report->root, digest));
    json_put_array(&writer, "findings");
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct audit_finding *finding = &report->findings[i];
        json_write_object(&writer);
        json_put_u64(&writer, "error", finding->error);
        json_put_string(&writer, "code", error_name(finding->error));
        if (finding->sequence != UINT64_MAX)
            json_put_u64(&writer, "event", finding->sequence);
        json_put_string(&writer, "place", finding->fault.place);
        json_put_string(&writer, "words", error_words(finding->error));
        json_put_string(&writer, "expected", finding->fault.expected);
        json_put_string(&writer, "found", finding->fault.found);
        json_write_object_end(&writer);
    }
    json_write_array_end(&writer);
    json_write_object_end(&writer);
    return call_json_end(call, &writer, &text);
}

static int run_events(struct call *call)
{
    struct fault fault = {0};
    struct audit_options options;
    struct audit_report *report = ARENA_NEW(&call->arena, struct audit_report);
    enum error error = report ? audit_options(call, &fault, &options)
                              : fault_place(&fault, ERROR_MEMORY, "verify");
    if (!error)
        error = store_verify(call->operands[0], &options, &fault, report);
    if (error)
        return call_fail_hint(call, &fault, store_advice(error));
    int code = call->json ? write_audit(call, report) : print_audit(call, report);
    return code == EXIT_DONE && report->finding_count ? EXIT_INVALID : code;
}

/* --- Records ------------------------------------------------------------------------------ */

struct record_listing {
    struct call *call;
    struct json_writer *writer; /* NULL: lines, or nothing */
    bool list;
    uint64_t count;
};

static enum error print_record(
    void *context, const struct record *record, const struct entry *entry, struct fault *fault)
{
    struct record_listing *listing = context;
    listing->count++;
    if (!listing->list)
        return ERROR_OK;
    if (listing->writer) {
        json_write_object(listing->writer);
        json_put_u64(listing->writer, "index", record->index);
        json_write_name(listing->writer, "entry");
        entry_write_json(entry, listing->writer);
        json_write_object_end(listing->writer);
        return ERROR_OK;
    }
    struct buffer text = {0};
    buffer_printf(&text, "record %llu\n", (unsigned long long)record->index);
    entry_print(entry, &text);
    enum error error = text.error;
    if (!error && fwrite(text.data, 1, text.length, listing->call->out) != text.length)
        error = ERROR_IO;
    buffer_free(&text);
    return error ? fault_place(fault, error, "standard output") : ERROR_OK;
}

/* K_0 as `enduse installation enrol --escrow` wrote it. */
static enum error read_first_key(
    struct call *call, const char *path, struct fault *fault, uint8_t ret_key[RECORD_KEY_SIZE])
{
    struct buffer line = {0};
    enum error error = os_read_file(call->os, path, 2 * RECORD_KEY_SIZE + 2, fault, &line);
    struct bytes text = buffer_view(&line);
    if (!error && text.length && text.data[text.length - 1] == '\n')
        text.length--;
    if (!error) {
        error = hex_parse(text, fault, ret_key, RECORD_KEY_SIZE);
        if (error)
            fault_within(fault, error, "%s", path);
    }
    secret_buffer_free(&line);
    return error;
}

static void
write_summary(const struct record_summary *summary, uint64_t count, struct json_writer *writer)
{
    char id[KEY_ID_TEXT_SIZE], digest[DIGEST_TEXT_SIZE];
    json_put_bool(writer, "holds", true);
    json_put_string(writer, "guard", key_id_text(&summary->identity.guard, id));
    json_put_u64(writer, "epoch", summary->identity.epoch);
    json_put_u64(writer, "records", count);
    json_put_u64(writer, "segments", summary->segments);
    json_put_bool(writer, "tags-checked", summary->tags_checked);
    json_put_string(writer, "root", digest_text(&summary->head.root, digest));
}

static int print_summary(struct call *call, const struct record_summary *summary, uint64_t count)
{
    char id[KEY_ID_TEXT_SIZE], digest[DIGEST_TEXT_SIZE];
    fprintf(
        call->out, "guard: %s\nrecords: %llu in %u segment%s\nroot: %s\n",
        key_id_text(&summary->identity.guard, id), (unsigned long long)count, summary->segments,
        summary->segments == 1 ? "" : "s", digest_text(&summary->head.root, digest));
    fprintf(
        call->out, "tags: %s\n",
        summary->tags_checked ? "checked with the first key"
                              : "not checked: give the first key with --first-key");
    fprintf(call->out, "Everything holds.\n");
    return EXIT_DONE;
}

static int run_records(struct call *call)
{
    struct fault fault = {0};
    uint8_t first_key[RECORD_KEY_SIZE];
    const char *key_path = call_option(call, "first-key");
    struct buffer text = {0};
    struct json_writer writer;
    struct record_listing listing = {.call = call, .list = call_switch(call, "list")};
    struct record_summary summary;
    enum error error = key_path ? read_first_key(call, key_path, &fault, first_key) : ERROR_OK;
    if (call->json) {
        call_json_begin(&writer, &text);
        json_write_object(&writer);
        if (listing.list)
            json_put_array(&writer, "entries");
        listing.writer = &writer;
    }
    if (!error)
        error = guard_records_check(
            call->os, call->operands[0], key_path ? first_key : NULL, print_record, &listing,
            &fault, &summary);
    secret_wipe(first_key, sizeof first_key);
    if (error) {
        buffer_free(&text);
        return call_fail(call, &fault);
    }
    if (!call->json)
        return print_summary(call, &summary, listing.count);
    if (listing.list)
        json_write_array_end(&writer);
    write_summary(&summary, listing.count, &writer);
    json_write_object_end(&writer);
    return call_json_end(call, &writer, &text);
}

/* --- Rebuild ------------------------------------------------------------------------------ */

static int run_rebuild(struct call *call)
{
    struct fault fault = {0};
    struct audit_options options;
    struct rebuild_report report;
    enum error error = audit_options(call, &fault, &options);
    if (!error)
        error = store_rebuild(call->operands[0], &options, &fault, &report);
    if (error)
        return call_fail_hint(call, &fault, store_advice(error));
    struct buffer text = {0};
    if (call->json) {
        struct json_writer writer;
        call_json_begin(&writer, &text);
        json_write_object(&writer);
        json_put_u64(&writer, "events", report.events);
        json_put_u64(&writer, "files", report.files);
        json_put_u64(&writer, "changed", report.changed);
        json_write_object_end(&writer);
        return call_json_end(call, &writer, &text);
    }
    fprintf(
        call->out, "%llu files made anew from %llu events; %llu rows were not as they are now\n",
        (unsigned long long)report.files, (unsigned long long)report.events,
        (unsigned long long)report.changed);
    return EXIT_DONE;
}

/* --- Rows --------------------------------------------------------------------------------- */

static const struct command_option events_options[] = {
    OPTION_PIN,
    {.name = "checkpoint",
     .value = "FILE",
     .words = "A signed checkpoint kept elsewhere, which the log must extend"},
    OPTION_DEMO,
    OPTION_JSON,
    {0},
};

static const struct command_option records_options[] = {
    {.name = "first-key",
     .value = "FILE",
     .words = "The escrowed first key: also check every record's tag"},
    {.name = "list", .words = "Print every record"},
    OPTION_JSON,
    {0},
};

static const struct command_option rebuild_options[] = {
    OPTION_PIN,
    OPTION_DEMO,
    OPTION_JSON,
    {0},
};

static const struct command rows[] = {
    {
        .name = "verify events",
        .summary = "Verify the authority's database: every event, signature, head and file",
        .operands = "FILE.db",
        .least = 1,
        .most = 1,
        .options = events_options,
        .text =
            "Finds any event that was altered, removed, inserted or moved, and files that are\n"
            "not what the events make them. Nothing is written; a server may run meanwhile.\n"
            "A log cut off at its end is found with a checkpoint kept elsewhere.\n"
            "\n"
            "Exit code 0: everything holds. 3: something does not. 1: it could not be checked.\n",
        .examples = "enduse verify events office/office.db --pin HEX\n",
        .run = run_events,
    },
    {
        .name = "verify records",
        .summary = "Verify a guard's record log",
        .operands = "DIR",
        .least = 1,
        .most = 1,
        .options = records_options,
        .text =
            "DIR is a guard's folder, or an export of its record segments. Every frame, link\n"
            "and padding byte is checked, and with the escrowed first key every tag. Check a\n"
            "copy, or a guard that does not run.\n"
            "\n"
            "Exit code 0: everything holds. 3: something does not. 1: it could not be checked.\n",
        .examples = "enduse verify records guard --first-key IN-0001.escrow --list\n",
        .run = run_records,
    },
    {
        .name = "rebuild",
        .summary = "Make the authority's files anew from its events",
        .operands = "FILE.db",
        .least = 1,
        .most = 1,
        .options = rebuild_options,
        .text = "The events are verified first. Identical bytes where nothing was wrong. Stop the\n"
                "server before.\n",
        .examples = "enduse rebuild office/office.db\n",
        .run = run_rebuild,
    },
};

const struct command_rows verify_commands = COMMAND_ROWS(rows);
