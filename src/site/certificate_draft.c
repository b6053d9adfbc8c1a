/* A certificate drafted from an approved application: state, agency, product, exporter and place
 * are the application's; offences those that both ministries accepted of the state; approving
 * bodies those whose keys were confirmed. */
#include <stdio.h>
#include <string.h>

#include "authority/files.h"
#include "site/draft.h"

/* A person of the acquiring state who may sign: an account, which has the key. */
struct signatory {
    const char *account;
    const char *office; /* which they hold */
};

struct entry {
    const char *form;
    millis from, until;
    enum certificate_signing signing;
    const struct signatory *signatories;
    size_t signatories_count;
    struct certificate_person supervisor;
    millis longest_approval, lease_ttl, return_period;
    const char *const *return_fields;
    size_t return_fields_count;
    const char *supersedes; /* the number of a certificate */
};

static const struct field signatory_fields[] = {
    FIELD(1, "account", FIELD_TEXT, struct signatory, account),
    FIELD(2, "office", FIELD_TEXT, struct signatory, office),
};
static const struct layout signatory_layout =
    LAYOUT("signatory", struct signatory, signatory_fields);

static const char *const signing_words[] = {"key", "wet-ink", NULL};

static const struct field entry_fields[] = {
    FIELD(1, "form", FIELD_TEXT, struct entry, form),
    FIELD(2, "from", FIELD_TIME, struct entry, from),
    FIELD(3, "until", FIELD_TIME, struct entry, until),
    FIELD(4, "signing", FIELD_CHOICE, struct entry, signing, .words = signing_words),
    FIELD_MANY(
        5, "signatories", FIELD_RECORDS, struct entry, signatories, .layout = &signatory_layout,
        .limit = CERTIFICATE_SIGNATORIES_MAX),
    FIELD(
        6, "supervisor", FIELD_RECORD, struct entry, supervisor,
        .layout = &certificate_person_layout),
    FIELD(7, "longest-approval", FIELD_SPAN, struct entry, longest_approval),
    FIELD(8, "lease-ttl", FIELD_SPAN, struct entry, lease_ttl),
    FIELD(9, "return-period", FIELD_SPAN, struct entry, return_period),
    FIELD_MANY(10, "return-fields", FIELD_TEXTS, struct entry, return_fields),
    FIELD(11, "supersedes", FIELD_TEXT, struct entry, supersedes, OPTIONAL),
};
static const struct layout entry_layout = LAYOUT("certificate", struct entry, entry_fields);

/* --- Walking registers -------------------------------------------------------------------- */

enum { READ_AT_ONCE = 100 };

/* Calls visit with each file of a kind in a state. */
static enum error walk(
    const struct drafting *drafting, enum file_kind kind, int state,
    enum error (*visit)(void *context, const void *content), void *context)
{
    struct reading *reading = drafting->reading;
    struct store_query query = {.kind = kind, .state = state, .limit = READ_AT_ONCE};
    for (;;) {
        struct store_entry *entries;
        size_t count;
        enum error error =
            store_list(reading->reader, &query, &reading->arena, &reading->fault, &entries, &count);
        for (size_t i = 0; i < count && !error; i++)
            error = visit(context, entries[i].content);
        if (error || count < READ_AT_ONCE)
            return error;
        query.after = entries[count - 1].number;
    }
}

/* --- What the registers suggest ----------------------------------------------------------- */

struct suggesting {
    const struct drafting *drafting;
    const struct application_file *application;
    const struct form_file *form;
    struct signatory *signatories;
    struct entry *entry;
};

/* The newest form that is in force. */
static enum error see_form(void *context, const void *content)
{
    struct suggesting *suggesting = context;
    const struct form_file *form = content;
    if (form->in_force <= suggesting->drafting->reading->time &&
        (!suggesting->form || suggesting->form->in_force <= form->in_force))
        suggesting->form = form;
    return ERROR_OK;
}

static enum error see_account(void *context, const void *content)
{
    struct suggesting *suggesting = context;
    const struct application_file *application = suggesting->application;
    const struct account_file *account = content;
    struct entry *entry = suggesting->entry;
    if (account->kind == ACCOUNT_STATE && strcmp(account->organisation, application->state) == 0 &&
        entry->signatories_count < CERTIFICATE_SIGNATORIES_MAX)
        suggesting->signatories[entry->signatories_count++] =
            (struct signatory){.account = account->base.number};
    if (account->kind == ACCOUNT_SUPERVISOR &&
        strcmp(account->organisation, application->agency.id) == 0)
        entry->supervisor = (struct certificate_person){
            .id = account->base.number,
            .name = account->name,
            .office = application->agency.name,
            .key = account->key,
        };
    return ERROR_OK;
}

static enum error suggest(const struct drafting *drafting, void *ret_entry)
{
    static const char *const counted[] = {"clause",  "function", "matter",
                                          "offence", "purpose",  "verdict"};
    struct entry *entry = ret_entry;
    struct suggesting suggesting = {
        .drafting = drafting,
        .application = drafting->from,
        .signatories =
            ARENA_ARRAY(&drafting->reading->arena, struct signatory, CERTIFICATE_SIGNATORIES_MAX),
        .entry = entry,
    };
    if (!suggesting.signatories)
        return fault_place(&drafting->reading->fault, ERROR_MEMORY, "form");
    *entry = (struct entry){
        .from = draft_now(drafting),
        .signing = CERTIFICATE_BY_KEY,
        .signatories = suggesting.signatories,
        .longest_approval = 90 * MILLIS_DAY,
        .lease_ttl = MILLIS_HOUR,
        .return_period = MILLIS_DAY,
        .return_fields = counted,
        .return_fields_count = sizeof counted / sizeof *counted,
    };
    enum error error = walk(drafting, FILE_FORM, FORM_REGISTERED, see_form, &suggesting);
    if (!error)
        error = walk(drafting, FILE_ACCOUNT, ACCOUNT_ACTIVE, see_account, &suggesting);
    if (!error && suggesting.form)
        entry->form = suggesting.form->base.number;
    return error;
}

/* --- The certificate ---------------------------------------------------------------------- */

static enum error take_form(
    const struct drafting *drafting, const struct entry *entry, struct certificate *certificate)
{
    const void *content = NULL;
    struct unverified_envelope envelope;
    enum error error = draft_file(drafting, FILE_FORM, entry->form, "form", &content);
    if (!error)
        error = cose_peek_unverified(
            ((const struct form_file *)content)->instrument, &drafting->reading->fault, &envelope);
    if (!error)
        certificate->form = envelope.payload;
    return error;
}

/* What the application is about, as the registers have it. */
static enum error take_parties(const struct drafting *drafting, struct certificate *certificate)
{
    const struct application_file *application = drafting->from;
    const void *country = NULL, *product = NULL;
    enum error error = draft_file(drafting, FILE_COUNTRY, application->state, "country", &country);
    if (!error)
        error = draft_file(drafting, FILE_PRODUCT, application->product, "product", &product);
    if (error)
        return error;
    const struct product_file *file = product;
    certificate->state = application->state;
    certificate->state_name = ((const struct country_file *)country)->name;
    certificate->agency = application->agency;
    certificate->product = (struct certificate_product){
        .id = application->product, .name = file->name, .control = file->control};
    certificate->exporter = application->exporter;
    certificate->place = application->place;
    return ERROR_OK;
}

static enum error take_signatories(
    const struct drafting *drafting, const struct entry *entry, struct certificate *certificate)
{
    size_t count = entry->signatories_count;
    struct certificate_person *people =
        ARENA_ARRAY(&drafting->reading->arena, struct certificate_person, count + 1);
    enum error error =
        people ? ERROR_OK : fault_place(&drafting->reading->fault, ERROR_MEMORY, "certificate");
    for (size_t i = 0; i < count && !error; i++) {
        const struct signatory *one = &entry->signatories[i];
        const void *content = NULL;
        char place[60];
        snprintf(place, sizeof place, "signatories.%zu.account", i + 1);
        error = draft_file(drafting, FILE_ACCOUNT, one->account, place, &content);
        if (error)
            break;
        const struct account_file *account = content;
        people[i] = (struct certificate_person){
            .id = one->account, .name = account->name, .office = one->office, .key = account->key};
    }
    certificate->signatories = people;
    certificate->signatories_count = count;
    return error;
}

/* The lines that both ministries accepted, with their reasons; a state without a schedule has none.
 */
static enum error take_offences(const struct drafting *drafting, struct certificate *certificate)
{
    struct reading *reading = drafting->reading;
    const void *content = NULL;
    enum error error = store_load(
        reading->reader, FILE_SCHEDULE, certificate->state, &reading->arena, &reading->fault,
        &content);
    if (error == ERROR_NOT_FOUND) {
        reading->fault = (struct fault){0};
        return ERROR_OK;
    }
    if (error)
        return error;
    const struct schedule_file *schedule = content;
    struct offence *offences =
        ARENA_ARRAY(&reading->arena, struct offence, schedule->lines_count + 1);
    if (!offences)
        return fault_place(&reading->fault, ERROR_MEMORY, "certificate");
    for (size_t i = 0; i < schedule->lines_count; i++) {
        const struct schedule_line *line = &schedule->lines[i];
        if (line->state != SCHEDULE_LINE_ACCEPTED)
            continue;
        struct offence offence = line->entry.offence;
        offence.decision = OFFENCE_ACCEPTED;
        offence.defence_reasons = line->defence.reasons;
        offence.foreign_reasons = line->foreign.reasons;
        offences[certificate->offences_count++] = offence;
    }
    certificate->offences = offences;
    return ERROR_OK;
}

struct bodies {
    const char *state;
    struct arena *arena;
    struct approving_body *items;
    size_t count, room;
};

static enum error see_body(void *context, const void *content)
{
    struct bodies *bodies = context;
    const struct body_file *file = content;
    if (strcmp(file->state, bodies->state) != 0)
        return ERROR_OK;
    if (bodies->count == bodies->room) {
        size_t room = bodies->room ? 2 * bodies->room : 16;
        struct approving_body *items = ARENA_ARRAY(bodies->arena, struct approving_body, room);
        if (!items)
            return ERROR_MEMORY;
        if (bodies->count)
            memcpy(items, bodies->items, bodies->count * sizeof *items);
        bodies->items = items;
        bodies->room = room;
    }
    bodies->items[bodies->count++] = (struct approving_body){
        .id = file->base.number,
        .name = file->name,
        .independent = file->independent,
        .elevated = file->elevated,
        .key = file->key,
    };
    return ERROR_OK;
}

static enum error take_bodies(const struct drafting *drafting, struct certificate *certificate)
{
    struct bodies bodies = {.state = certificate->state, .arena = &drafting->reading->arena};
    enum error error = walk(drafting, FILE_BODY, BODY_CONFIRMED, see_body, &bodies);
    certificate->bodies = bodies.items;
    certificate->bodies_count = bodies.count;
    return error == ERROR_MEMORY ? fault_place(&drafting->reading->fault, error, "certificate")
                                 : error;
}

static enum error take_superseded(
    const struct drafting *drafting, const struct entry *entry, struct certificate *certificate)
{
    const void *content = NULL;
    if (!entry->supersedes)
        return ERROR_OK;
    enum error error =
        draft_file(drafting, FILE_CERTIFICATE, entry->supersedes, "supersedes", &content);
    if (!error)
        certificate->supersedes = ((const struct certificate_file *)content)->digest;
    return error;
}

static enum error make(
    const struct drafting *drafting, const void *said, struct bytes *ret_payload,
    struct datum *ret_body)
{
    const struct entry *entry = said;
    struct reading *reading = drafting->reading;
    struct certificate certificate = {
        .number = drafting->number,
        .from = entry->from,
        .until = entry->until,
        .signing = entry->signing,
        .supervisor = entry->supervisor,
        .longest_approval = entry->longest_approval,
        .lease_ttl = entry->lease_ttl,
        .return_period = entry->return_period,
        .return_fields = entry->return_fields,
        .return_fields_count = entry->return_fields_count,
    };
    struct datum_member *members = ARENA_ARRAY(&reading->arena, struct datum_member, 2);
    enum error error = members ? take_form(drafting, entry, &certificate)
                               : fault_place(&reading->fault, ERROR_MEMORY, "certificate");
    if (!error)
        error = take_parties(drafting, &certificate);
    if (!error)
        error = take_signatories(drafting, entry, &certificate);
    if (!error)
        error = take_offences(drafting, &certificate);
    if (!error)
        error = take_bodies(drafting, &certificate);
    if (!error)
        error = take_superseded(drafting, entry, &certificate);
    if (!error)
        error = certificate_check(&certificate, &reading->fault);
    if (!error)
        error = layout_encode_in(
            &certificate_layout, &certificate, &reading->arena, &reading->fault, ret_payload);
    if (error)
        return error;
    const struct file_base *application = drafting->from;
    members[0] = (struct datum_member){"application", datum_of_text(application->number)};
    members[1] = (struct datum_member){"payload", datum_of_bytes(*ret_payload)};
    return datum_map(members, 2, &reading->fault, ret_body);
}

/* An approval to market leads to no certificate. */
static bool is_for_export(const void *from)
{
    return ((const struct application_file *)from)->kind != APPLICATION_MARKETING;
}

const struct draft_kind certificate_draft = {
    .kind = FILE_CERTIFICATE,
    .from = FILE_APPLICATION,
    .state = APPLICATION_APPROVED,
    .verb = "offer",
    .title = "Draft the certificate",
    .words = "State, agency, product, offences and approving bodies are taken from the registers",
    .entry = &entry_layout,
    .fits = is_for_export,
    .suggest = suggest,
    .make = make,
};
