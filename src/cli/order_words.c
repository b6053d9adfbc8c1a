/* An order of the office in words: what it stops, and how far it has come. */
#include "cli/order.h"

static void print_texts(
    const char *label, const char *const *texts, size_t count, const char *none,
    struct buffer *text)
{
    buffer_printf(text, "%s:", label);
    for (size_t i = 0; i < count; i++)
        buffer_printf(text, "%s %s", i ? "," : "", texts[i]);
    buffer_printf(text, "%s%s\n", count || !none ? "" : " ", count || !none ? "" : none);
}

static void print_moment(const char *label, millis time, struct buffer *text)
{
    char shown[TIME_TEXT_SIZE];
    if (time)
        buffer_printf(text, "%s: %s\n", label, time_text(time, shown));
}

static void
print_done(const char *label, const struct done_by *done, const char *more, struct buffer *text)
{
    char shown[TIME_TEXT_SIZE];
    if (done->person)
        buffer_printf(
            text, "%s: %s, by %s%s\n", label, time_text(done->time, shown), done->person, more);
}

/* --- What it stops ------------------------------------------------------------------------ */

static void print_stops(const struct order_file *file, struct buffer *text)
{
    const struct order_preview *preview = &file->preview;
    if (order_stops_everything(file->kind))
        buffer_append_text(text, "stops: every use; none begins, and those that run end\n");
    else if (file->kind == ORDER_HOLD)
        buffer_append_text(text, "stops: no use; records are kept\n");
    else if (file->kind == ORDER_DISCLOSE)
        buffer_append_text(text, "stops: no use; records are asked for\n");
    else if (!order_takes_away(file->kind))
        buffer_append_text(text, "stops: nothing; it gives back, and needs both ministries\n");
    else if (!preview->functions_count && !preview->territories_count)
        buffer_append_text(text, "stops: each use that its clauses forbid\n");
    if (preview->functions_count)
        print_texts(
            "stops the functions", preview->functions, preview->functions_count, NULL, text);
    if (preview->territories_count)
        print_texts("stops in", preview->territories, preview->territories_count, NULL, text);
}

/* Each line of the clauses, indented, under a heading. */
static void print_clauses(const char *clauses, struct buffer *text)
{
    buffer_append_text(text, "clauses:\n");
    for (const char *line = clauses; *line;) {
        size_t length = 0;
        while (line[length] && line[length] != '\n')
            length++;
        buffer_append_text(text, length ? "  " : "");
        buffer_append_bytes(text, (struct bytes){(const uint8_t *)line, length});
        buffer_append_byte(text, '\n');
        line += length + (line[length] == '\n');
    }
}

static void
print_document(const struct order_file *file, const struct order *order, struct buffer *text)
{
    if (file->preview.template)
        buffer_printf(text, "template: %s\n", file->preview.template);
    print_stops(file, text);
    if (order->installations_count)
        print_texts("for", order->installations, order->installations_count, NULL, text);
    else
        buffer_append_text(text, "for: every installation of the licence\n");
    if (file->drafted.person && order_takes_away(file->kind))
        print_texts(
            "enrolled when it was drafted", file->preview.installations,
            file->preview.installations_count, "none", text);
    print_moment("running uses may go on until", order->wind_down_until, text);
    print_moment("the licence ends", order->until, text);
    print_moment("hearing", order->hearing, text);
    print_moment("records from", order->records_from, text);
    print_moment("records until", order->records_until, text);
    print_moment("answer by", order->answer_by, text);
    buffer_printf(text, "reason: %s\ncontact: %s\n", order->reason, order->contact);
    if (order->clauses)
        print_clauses(order->clauses, text);
}

/* --- How far it has come ------------------------------------------------------------------ */

static void print_receipt(
    const struct order_file *file, const struct order_receipt *receipt, struct buffer *text)
{
    char shown[TIME_TEXT_SIZE];
    millis span;
    buffer_printf(text, "obeyed: %s, %s", receipt->installation, time_text(receipt->obeyed, shown));
    if (order_time_to_obey(file, receipt, &span))
        buffer_printf(text, ", %lld ms after it was issued", (long long)span);
    else
        buffer_append_text(
            text, receipt->doubt == RECEIPT_AHEAD
                      ? ", which had not come when the receipt arrived: in doubt"
                      : ", which is before it was issued: in doubt");
    buffer_printf(
        text, "; %llu use%s stopped\n", (unsigned long long)receipt->stopped,
        receipt->stopped == 1 ? "" : "s");
}

static void print_progress(const struct order_file *file, struct buffer *text)
{
    char shown[TIME_TEXT_SIZE];
    print_done("drafted", &file->drafted, "", text);
    print_done(
        "issued", &file->issued,
        file->ministry == MINISTRY_DEFENCE ? ", for the defence ministry"
                                           : ", for the foreign ministry",
        text);
    print_done("confirmed", &file->confirmed, "", text);
    if (file->base.state == ORDER_ISSUED)
        buffer_append_text(text, "confirmed: not yet by the other ministry\n");
    if (file->base.state == ORDER_UNCONFIRMED)
        buffer_append_text(text, "confirmed: not in time by the other ministry: an alarm\n");
    for (size_t i = 0; i < file->deliveries_count; i++)
        buffer_printf(
            text, "delivered: %s, %s\n", file->deliveries[i].installation,
            time_text(file->deliveries[i].time, shown));
    for (size_t i = 0; i < file->receipts_count; i++)
        print_receipt(file, &file->receipts[i], text);
    const struct order_disclosure *disclosure = &file->disclosure;
    print_done("records handed over", &disclosure->answered, "", text);
    print_done("records withheld", &disclosure->refused, "", text);
    print_moment("records late since", disclosure->overdue, text);
    print_done("lifted", &file->lifted, "", text);
    if (file->lifted_by)
        buffer_printf(text, "lifted by the order: %s\n", file->lifted_by);
}

void order_print(const struct order_file *file, const struct order *order, struct buffer *ret_text)
{
    buffer_printf(
        ret_text, "order: %s\nstate: %s\nkind: %s\nlicence: %s\n", file->base.number,
        file_state_word(FILE_ORDER, file->base.state), order_word(file->kind), file->licence);
    if (order)
        print_document(file, order, ret_text);
    print_progress(file, ret_text);
}
