/* A case for a person: the story that the parts tell together, each line with what shows it. */
#include <string.h>

#include "bundle/evidence.h"

/* --- Words -------------------------------------------------------------------------------- */

static const char *shown_time(millis time, char text[TIME_TEXT_SIZE])
{
    return time ? time_text(time, text) : "an unknown time";
}

/* The opened value of a field in any record of the declaration; NULL: it stays closed. */
static const char *opened(const struct evidence *evidence, const char *field)
{
    for (size_t i = 0; i < evidence->bundle.records_count; i++) {
        const struct bundle_record *record = evidence->records[i].record;
        for (size_t k = 0; k < record->openings_count; k++) {
            if (strcmp(record->openings[k].field, field) == 0)
                return record->openings[k].value;
        }
    }
    return NULL;
}

/* Everything after the first line of a text, too, stands under its heading. */
static void print_indented(const char *text, struct buffer *out)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        buffer_append_text(out, "    ");
        buffer_append(out, text, length);
        buffer_append_byte(out, '\n');
        text += length + (text[length] == '\n');
    }
}

/* A value on one line: prose may have several. */
static void print_line(const char *text, struct buffer *out)
{
    for (; *text; text++)
        buffer_append_byte(out, *text == '\n' || *text == '\t' ? ' ' : (uint8_t)*text);
}

/* A stated fact as JSON writes it. */
static void print_value(const struct datum *value, struct buffer *out)
{
    struct json_writer writer;
    struct buffer text = {0};
    json_writer_begin(&writer, &text, 0);
    datum_write_json(value, &writer);
    enum error error = json_writer_end(&writer);
    if (error && !out->error)
        out->error = error;
    buffer_append_bytes(out, buffer_view(&text));
    buffer_free(&text);
}

/* --- What was asked ----------------------------------------------------------------------- */

static void print_opened(
    const struct evidence *evidence, const char *label, const char *field, const char *declared,
    struct buffer *out)
{
    const char *value = opened(evidence, field);
    buffer_printf(out, "  %s: ", label);
    if (value || declared)
        print_line(value ? value : declared, out);
    buffer_append_text(
        out, value      ? " (opened from the record)\n"
             : declared ? " (declared)\n"
                        : "not opened\n");
}

static void print_asked(const struct evidence *evidence, struct buffer *out)
{
    const struct declaration *declaration =
        evidence->has_declaration ? &evidence->declaration : NULL;
    buffer_append_text(out, "\nWhat was asked\n");
    if (!declaration && evidence->bundle.records_count == 0) {
        buffer_append_text(out, "  no use: this is a bundle about orders\n");
        return;
    }
    print_opened(
        evidence, "operator", "operator", declaration ? declaration->operator_id : NULL, out);
    print_opened(evidence, "file", "file", declaration ? declaration->file : NULL, out);
    print_opened(
        evidence, "subject", "subject",
        declaration ? datum_text(&declaration->facts, "subject") : NULL, out);
    if (!declaration) {
        buffer_append_text(out, "  the declaration itself is not in the bundle\n");
        return;
    }
    char time[TIME_TEXT_SIZE];
    buffer_printf(
        out, "  declared at %s by the operator's clock; the facts that were stated:\n",
        shown_time(declaration->made, time));
    for (size_t i = 0; i < declaration->facts.map.count; i++) {
        const struct datum_member *member = &declaration->facts.map.members[i];
        if (strcmp(member->name, "subject") == 0)
            continue;
        buffer_printf(out, "    %s: ", member->name);
        print_value(&member->value, out);
        buffer_append_byte(out, '\n');
    }
    if (evidence->has_approval)
        buffer_printf(
            out, "  under approval %s of %s, until %s\n", evidence->approval.number,
            evidence->approval.body, shown_time(evidence->approval.expires, time));
    for (size_t i = 0; i < evidence->withdrawal_count; i++)
        buffer_printf(
            out, "  withdrawal %s by %s, %s\n", evidence->withdrawals[i].approval.number,
            evidence->withdrawals[i].approval.body,
            shown_time(evidence->withdrawals[i].approval.issued, time));
}

/* --- What the guard recorded -------------------------------------------------------------- */

static const char *judgement_words(enum evidence_judgement judgement)
{
    switch (judgement) {
    case JUDGED_SAME:
        return "judged again: the same";
    case JUDGED_COUNTED:
        return "judged again: the same, if as many uses ran or had begun as the licence allows";
    case JUDGED_OTHERWISE:
        return "judged again: OTHERWISE";
    case JUDGED_NOT:
        break;
    }
    return "the guard's word";
}

static void print_verdict(const struct evidence_record *record, struct buffer *out)
{
    const struct entry *entry = &record->entry;
    buffer_printf(
        out, ": %s",
        entry->reason ? enduse_reason_word((enum enduse_reason)entry->reason) : "within the terms");
    for (size_t i = 0; i < entry->clauses_count; i++)
        buffer_printf(out, "%s%s", i ? ", " : " by ", entry->clauses[i]);
    buffer_printf(out, " (%s)", judgement_words(record->judgement));
}

static void print_record(
    const struct evidence *evidence, const struct evidence_record *record, struct buffer *out)
{
    char time[TIME_TEXT_SIZE];
    const struct entry *entry = &record->entry;
    const struct evidence_order *order = evidence_order(evidence, &entry->instrument);
    buffer_printf(
        out, "  %s  record %llu  %s", shown_time(entry->time, time),
        (unsigned long long)record->record->index, entry_word(entry->kind));
    if (order)
        buffer_printf(out, " %s", order->order.number);
    if (entry->use)
        buffer_printf(out, ", use %llu", (unsigned long long)entry->use);
    if (entry->kind == ENTRY_DECLARED || entry->kind == ENTRY_BEGIN ||
        entry->kind == ENTRY_REFUSAL || entry->kind == ENTRY_STOP ||
        (entry->kind == ENTRY_END && entry->reason))
        print_verdict(record, out);
    if (entry->kind == ENTRY_OBEYED)
        buffer_printf(out, ", %llu uses stopped", (unsigned long long)entry->stopped);
    buffer_append_byte(out, '\n');
    if (record->verdict)
        print_indented(record->verdict, out);
}

static void print_records(const struct evidence *evidence, struct buffer *out)
{
    if (evidence->bundle.records_count == 0)
        return;
    buffer_printf(
        out, "\nWhat the guard of %s recorded, in a log of %llu records whose head it signed\n",
        evidence->installation, (unsigned long long)evidence->bundle.log_size);
    for (size_t i = 0; i < evidence->bundle.records_count; i++)
        print_record(evidence, &evidence->records[i], out);
}

/* --- Orders ------------------------------------------------------------------------------- */

/* When the office took the order: the event of its issue, if it is in the bundle. */
static const struct evidence_event *
issue_of(const struct evidence *evidence, const struct order *order)
{
    for (size_t i = 0; i < evidence->bundle.events_count; i++) {
        const struct evidence_event *event = &evidence->events[i];
        if (event->act.verb && strcmp(event->act.verb, "issue") == 0 &&
            text_starts(event->act.file, "order/") &&
            strcmp(event->act.file + strlen("order/"), order->number) == 0)
            return event;
    }
    return NULL;
}

static void
print_order(const struct evidence *evidence, const struct evidence_order *one, struct buffer *out)
{
    char time[TIME_TEXT_SIZE], span[SPAN_TEXT_SIZE];
    const struct order *order = &one->order;
    const struct evidence_event *issue = issue_of(evidence, order);
    buffer_printf(out, "  %s, to %s: ", order->number, order_word(order->kind));
    print_line(order->reason, out);
    buffer_printf(out, "\n    dated %s", shown_time(order->issued, time));
    if (issue)
        buffer_printf(
            out, "; in force from %s by event %llu, by %s", shown_time(issue->body.time, time),
            (unsigned long long)issue->event->sequence, issue->by);
    buffer_append_byte(out, '\n');
    for (size_t i = 0; i < evidence->receipt_count; i++) {
        const struct receipt *receipt = &evidence->receipts[i].receipt;
        if (!digest_equal(&receipt->order, &one->digest))
            continue;
        buffer_printf(
            out, "    obeyed by %s at %s, %llu uses stopped, says its signed receipt",
            receipt->installation, shown_time(receipt->obeyed, time),
            (unsigned long long)receipt->stopped);
        if (issue && receipt->obeyed >= issue->body.time)
            buffer_printf(
                out, ": %s after it was in force",
                span_text(receipt->obeyed - issue->body.time, span));
        buffer_append_byte(out, '\n');
    }
}

static void print_orders(const struct evidence *evidence, struct buffer *out)
{
    if (evidence->order_count == 0)
        return;
    buffer_append_text(out, "\nWhat was ordered\n");
    for (size_t i = 0; i < evidence->order_count; i++)
        print_order(evidence, &evidence->orders[i], out);
}

/* --- The office --------------------------------------------------------------------------- */

static void print_events(const struct evidence *evidence, struct buffer *out)
{
    char time[TIME_TEXT_SIZE];
    if (evidence->bundle.events_count == 0)
        return;
    buffer_printf(
        out, "\nWhat the office did, by its log of %llu events\n",
        (unsigned long long)evidence->checkpoint.size);
    for (size_t i = 0; i < evidence->bundle.events_count; i++) {
        const struct evidence_event *event = &evidence->events[i];
        buffer_printf(
            out, "  %s  event %llu  ", shown_time(event->body.time, time),
            (unsigned long long)event->event->sequence);
        buffer_printf(
            out, "%s", event->act.verb ? event->act.verb : event_word(event->event->type));
        if (event->body.file)
            buffer_printf(out, " %s", event->body.file);
        if (event->by)
            buffer_printf(out, ", by %s", event->by);
        buffer_append_byte(out, '\n');
    }
}

/* --- All ---------------------------------------------------------------------------------- */

void evidence_print(const struct evidence *evidence, struct buffer *ret_text)
{
    const struct certificate *certificate = &evidence->certificate;
    char digest[DIGEST_TEXT_SIZE];
    const struct root_chain *newest = &evidence->chains[evidence->chain_count - 1];
    buffer_printf(
        ret_text, "A case under licence %s and certificate %s\n", evidence->licence.number,
        certificate->number);
    buffer_printf(
        ret_text, "  authority: %s, %s%s\n", newest->current.name,
        digest_text(&newest->authority, digest),
        evidence->pinned ? "" : " (not pinned: compare it over another channel)");
    if (newest->current.demo)
        buffer_append_text(ret_text, "  a demonstration, which binds nobody\n");
    buffer_printf(
        ret_text, "  state and agency: %s, %s (%s)\n  product: %s (%s)\n  form: %s, version %llu\n",
        certificate->state_name, certificate->agency.name, certificate->agency.id,
        certificate->product.name, certificate->product.id, evidence->form.number,
        (unsigned long long)evidence->form.version);
    if (evidence->installation)
        buffer_printf(ret_text, "  installation: %s\n", evidence->installation);
    print_asked(evidence, ret_text);
    print_records(evidence, ret_text);
    print_orders(evidence, ret_text);
    print_events(evidence, ret_text);
}

/* --- As data ------------------------------------------------------------------------------ */

static void write_documents(const struct evidence *evidence, struct json_writer *writer)
{
    char digest[DIGEST_TEXT_SIZE];
    json_put_array(writer, "documents");
    for (size_t i = 0; i < evidence->bundle.documents_count; i++) {
        const struct bundle_document *document = &evidence->bundle.documents[i];
        json_write_object(writer);
        json_put_string(writer, "type", instrument_word(document->type));
        json_put_string(writer, "digest", digest_text(&document->digest, digest));
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
}

static void write_records(const struct evidence *evidence, struct json_writer *writer)
{
    static const char *const words[] = {"not", "same", "counted", "otherwise"};
    json_put_array(writer, "records");
    for (size_t i = 0; i < evidence->bundle.records_count; i++) {
        const struct evidence_record *record = &evidence->records[i];
        json_write_object(writer);
        json_put_u64(writer, "index", record->record->index);
        json_write_name(writer, "entry");
        entry_write_json(&record->entry, writer);
        json_put_string(writer, "judged", words[record->judgement]);
        if (record->verdict)
            json_put_string(writer, "verdict", record->verdict);
        json_put_object(writer, "opened");
        for (size_t k = 0; k < record->record->openings_count; k++)
            json_put_string(
                writer, record->record->openings[k].field, record->record->openings[k].value);
        json_write_object_end(writer);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
}

static void write_events(const struct evidence *evidence, struct json_writer *writer)
{
    char time[TIME_TEXT_SIZE];
    json_put_array(writer, "events");
    for (size_t i = 0; i < evidence->bundle.events_count; i++) {
        const struct evidence_event *event = &evidence->events[i];
        json_write_object(writer);
        json_put_u64(writer, "sequence", event->event->sequence);
        json_put_string(writer, "type", event_word(event->event->type));
        json_put_string(writer, "time", time_text(event->body.time, time));
        if (event->body.file)
            json_put_string(writer, "file", event->body.file);
        if (event->act.verb)
            json_put_string(writer, "verb", event->act.verb);
        if (event->by)
            json_put_string(writer, "by", event->by);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
}

void evidence_write_json(const struct evidence *evidence, struct json_writer *writer)
{
    char digest[DIGEST_TEXT_SIZE];
    const struct root_chain *newest = &evidence->chains[evidence->chain_count - 1];
    json_put_string(writer, "authority", digest_text(&newest->authority, digest));
    json_put_bool(writer, "pinned", evidence->pinned);
    json_put_bool(writer, "demo", newest->current.demo);
    json_put_string(writer, "certificate", evidence->certificate.number);
    json_put_string(writer, "licence", evidence->licence.number);
    if (evidence->installation)
        json_put_string(writer, "installation", evidence->installation);
    write_documents(evidence, writer);
    write_records(evidence, writer);
    write_events(evidence, writer);
    json_put_array(writer, "facts");
    for (size_t i = 0; i < evidence->fact_count; i++) {
        json_write_object(writer);
        json_put_bool(writer, "proven", evidence->facts[i].proven);
        json_put_string(writer, "fact", evidence->facts[i].words);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
}
