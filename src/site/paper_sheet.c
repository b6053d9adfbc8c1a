/* What a printed file says: what its page says, without what can only be clicked. */
#include "site/paper_sheet.h"

#include "site/catalogue.h"
#include "site/certificate_view.h"
#include "site/signatures.h"
#include "site/timeline.h"
#include "site/values.h"
#include "site/words.h"

enum { FACTS = 10 };

const char *paper_href(struct arena *arena, enum file_kind kind, const void *content)
{
    bool signs = kind == FILE_CERTIFICATE || kind == FILE_LICENCE || kind == FILE_ORDER;
    const struct file_base *base = content;
    if (kind != FILE_CASE && !(signs && file_instrument(kind, content).length))
        return NULL;
    return words_format(arena, "/register/%s/%s/pdf", file_word(kind), base->number);
}

static enum error no_memory(struct reading *reading)
{
    return fault_place(&reading->fault, ERROR_MEMORY, "sheet");
}

/* --- Verifying ---------------------------------------------------------------------------- */

/* All digits of a digest in groups of eight. */
static const char *grouped(struct arena *arena, const struct digest *digest)
{
    char text[DIGEST_TEXT_SIZE];
    digest_text(digest, text);
    return words_format(
        arena, "%.8s %.8s %.8s %.8s %.8s %.8s %.8s %.8s", text, text + 8, text + 16, text + 24,
        text + 32, text + 40, text + 48, text + 56);
}

static enum error show_verifying(
    struct reading *reading, enum file_kind kind, const void *content, struct view_paper *view)
{
    struct arena *arena = &reading->arena;
    struct digest digest;
    char origin[ORIGIN_TEXT_SIZE], text[DIGEST_TEXT_SIZE];
    struct buffer path = {0};
    unsigned side = 0;
    if (!file_digest(kind, content, &digest))
        return ERROR_OK;
    view->digest = grouped(arena, &digest);
    view->file = words_format(arena, "%s.%s", view->number, file_word(kind));
    view->verify = words_format(
        arena, "%s/verify?digest=%s", page_origin(reading->service, origin),
        digest_text(&digest, text));
    if (!view->verify)
        return no_memory(reading);
    enum error error = paper_qr(view->verify, &reading->fault, &side, &path);
    if (!error) {
        view->qr = arena_text(arena, buffer_view(&path));
        view->qr_box = words_format(arena, "0 0 %u %u", side, side);
    }
    buffer_free(&path);
    return error;
}

/* --- What it says ------------------------------------------------------------------------- */

static void add_fact(struct view_paper *view, const char *label, const char *text)
{
    if (text && *text)
        view->facts.items[view->facts.count++] = (struct view_value){.label = label, .text = text};
}

static enum error show_certificate(
    struct reading *reading, const struct certificate_file *file, struct view_paper *view)
{
    struct certificate_case facts;
    struct view_certificate *part = &view->certificate;
    struct arena *arena = &reading->arena;
    enum error error = certificate_case_make(reading, file, &facts);
    if (!error)
        error = certificate_clauses_make(&facts, part);
    if (!error)
        error = certificate_schedules_make(&facts, part);
    view->facts.items = ARENA_ARRAY(arena, struct view_value, FACTS);
    if (!error && !view->facts.items)
        error = no_memory(reading);
    if (error)
        return error;
    const struct certificate *certificate = facts.certificate;
    view->is_certificate = true;
    view->signatures.items = part->signatures.items;
    view->signatures.count = part->signatures.count;
    add_fact(view, "Acquiring state", certificate->state_name);
    add_fact(view, "End user", certificate->agency.name);
    add_fact(view, "Place", certificate->place);
    add_fact(view, "Exporter", certificate->exporter);
    add_fact(
        view, "Product",
        words_format(
            arena, "%s%s%s", certificate->product.id,
            certificate->product.control ? ", class " : "",
            certificate->product.control ? certificate->product.control : ""));
    add_fact(
        view, "Term",
        words_format(
            arena, "%s until %s", words_date(arena, certificate->from),
            words_date(arena, certificate->until)));
    add_fact(view, "Application", file->application);
    add_fact(view, "Form", file->form ? file->form : facts.form.title);
    return ERROR_OK;
}

/* A licence or order as it was signed, field by field; the bytes were verified when they came. */
static enum error
show_instrument(struct reading *reading, struct bytes instrument, struct view_paper *view)
{
    enum instrument_type type;
    struct digest digest;
    void *value = NULL;
    enum error error = document_decode_unverified(
        instrument, &reading->arena, &reading->fault, &type, &digest, &value);
    if (!error)
        error = values_make(
            instrument_layout(type), value, &reading->arena, &reading->fault, &view->values.items,
            &view->values.count);
    return error ? error
                 : signatures_make(
                       reading, instrument, NULL, &view->signatures.items, &view->signatures.count);
}

static enum error
show_record(struct reading *reading, const struct case_file *file, struct view_paper *view)
{
    view->is_record = true;
    enum error error = values_make(
        file_layout(FILE_CASE), file, &reading->arena, &reading->fault, &view->values.items,
        &view->values.count);
    return error ? error
                 : timeline_make(
                       reading, FILE_CASE, file->base.number, &view->timeline.events.items,
                       &view->timeline.events.count, &view->timeline.cut);
}

enum error paper_view_make(
    struct reading *reading, enum file_kind kind, const void *content, struct view_paper *ret_view)
{
    struct arena *arena = &reading->arena;
    const struct file_base *base = content;
    if (!paper_href(arena, kind, content))
        return fault_set(
            &reading->fault, ERROR_NOT_FOUND, "document",
            "a signed certificate, licence or order, or a case", "%s", file_word(kind));
    struct view_paper view = {
        .office = reading->service->name,
        .demo = reading->service->demo,
        .kind = kind == FILE_CASE ? "Hearing record" : kind_words(arena, kind).one,
        .number = base->number,
        .state = state_label(arena, kind, base->state),
        .lead = values_summary(kind, content),
        .printed = words_moment(arena, reading->time),
    };
    view.title = words_format(arena, "%s %s", view.kind, view.number);
    enum error error = show_verifying(reading, kind, content, &view);
    if (!error && kind == FILE_CERTIFICATE)
        error = show_certificate(reading, content, &view);
    else if (!error && kind == FILE_CASE)
        error = show_record(reading, content, &view);
    else if (!error)
        error = show_instrument(reading, file_instrument(kind, content), &view);
    if (!error)
        *ret_view = view;
    return error;
}
