/* The form of a trial, made from the vocabulary; and what was filled in, as unsigned documents. */
#include <stdio.h>
#include <string.h>

#include "site/catalogue.h"
#include "site/trial.h"
#include "site/words.h"

enum {
    APPROVAL_FIELDS = 5, /* and the day that is judged at */
    USUAL_DAYS = 30,
    DAYS_MAX = 36500,
    CHOSEN_MAX = 128, /* of one list */
};

/* What stands for everything that a trial makes up. */
static const char made_up[] = "trial";

static const char finding_privacy[] = "privacy-law-met", finding_life[] = "life-at-risk";

static enum error no_memory(struct fault *fault)
{
    return fault_place(fault, ERROR_MEMORY, "page");
}

/* --- The form ----------------------------------------------------------------------------- */

/* "conductSince" as "Conduct since". */
static const char *label_of(struct arena *arena, const char *name)
{
    struct buffer text = {0};
    for (const char *at = name; *at; at++) {
        bool capital = *at >= 'A' && *at <= 'Z';
        if (capital && at != name)
            buffer_append_byte(&text, ' ');
        buffer_append_byte(&text, (uint8_t)(capital ? *at - 'A' + 'a' : *at));
    }
    const char *words = text.error ? NULL : arena_text(arena, buffer_view(&text));
    buffer_free(&text);
    return words ? words_capital(arena, words) : NULL;
}

/* What was sent; in a new form the usual value. */
static const char *filled(const struct trial *trial, const char *name, const char *usual)
{
    const char *value = trial->pairs.count ? http_pair(trial->pairs, name) : usual;
    return value ? value : "";
}

static bool is_chosen(const struct trial *trial, const char *name, const char *value)
{
    for (size_t i = 0; i < trial->pairs.count; i++) {
        const struct http_pair *pair = &trial->pairs.items[i];
        if (strcmp(pair->name, name) == 0 && strcmp(pair->value, value) == 0)
            return true;
    }
    return false;
}

static const char *day_text(struct arena *arena, millis time)
{
    char text[TIME_TEXT_SIZE];
    return words_format(arena, "%.10s", time_text(time, text));
}

/* Room for options; a list of several is chosen by what was sent, another by its value. */
static bool begin_options(const struct trial *trial, struct view_field *view, size_t count)
{
    view->options.items = ARENA_ARRAY(&trial->facts->reading->arena, struct view_option, count + 1);
    return view->options.items != NULL;
}

static void
add_option(const struct trial *trial, struct view_field *view, const char *value, const char *words)
{
    bool chosen = view->input == INPUT_CHOICES ? is_chosen(trial, view->name, value)
                                               : strcmp(view->value, value) == 0;
    view->options.items[view->options.count++] = (struct view_option){value, words, chosen};
}

static enum error enum_options(
    const struct trial *trial, const struct cedar_entity_type *type, struct view_field *view)
{
    struct arena *arena = &trial->facts->reading->arena;
    if (!begin_options(trial, view, type->choice_count))
        return no_memory(&trial->facts->reading->fault);
    if (view->input == INPUT_CHOICE)
        view->value = filled(trial, view->name, arena_text(arena, type->choices[0]));
    for (size_t i = 0; i < type->choice_count; i++) {
        const char *value = arena_text(arena, type->choices[i]);
        if (!value)
            return no_memory(&trial->facts->reading->fault);
        add_option(trial, view, value, choice_label(arena, value));
    }
    return ERROR_OK;
}

static enum error offence_options(const struct trial *trial, struct view_field *view)
{
    struct arena *arena = &trial->facts->reading->arena;
    const struct certificate *certificate = trial->facts->certificate;
    view->input = INPUT_CHOICE;
    view->value =
        filled(trial, view->name, certificate->offences_count ? certificate->offences[0].code : "");
    if (!begin_options(trial, view, certificate->offences_count + 1))
        return no_memory(&trial->facts->reading->fault);
    if (view->optional)
        add_option(trial, view, "", "None");
    for (size_t i = 0; i < certificate->offences_count; i++) {
        const struct offence *offence = &certificate->offences[i];
        add_option(
            trial, view, offence->code,
            words_format(arena, "%s, %s", offence->code, offence->title));
    }
    return ERROR_OK;
}

static bool is_type(const struct cedar_type *type, const char *name)
{
    return type->kind == CEDAR_TYPE_ENTITY && bytes_equal_text(type->entity_type->name, name);
}

static enum error make_fact(
    const struct trial *trial, const struct cedar_attribute *attribute, struct view_field *view)
{
    static const char *const yes_no[] = {"yes", "no"};
    struct arena *arena = &trial->facts->reading->arena;
    const struct cedar_type *type = attribute->type;
    *view = (struct view_field){
        .input = INPUT_TEXT,
        .name = trial_name(trial, attribute),
        .optional = !attribute->required,
    };
    view->label = view->name ? label_of(arena, view->name) : NULL;
    if (!view->label)
        return no_memory(&trial->facts->reading->fault);
    if (is_type(type, "EndUse::Offence"))
        return offence_options(trial, view);
    view->value = filled(
        trial, view->name,
        is_type(type, "EndUse::State") ? trial->facts->certificate->state : "any");
    switch (type->kind) {
    case CEDAR_TYPE_ENTITY:
        if (!type->entity_type->is_enum)
            return ERROR_OK;
        view->input = INPUT_CHOICE;
        return enum_options(trial, type->entity_type, view);
    case CEDAR_TYPE_SET:
        view->input = INPUT_CHOICES;
        if (type->element->kind == CEDAR_TYPE_ENTITY && type->element->entity_type->is_enum)
            return enum_options(trial, type->element->entity_type, view);
        view->input = INPUT_LINES;
        view->value = filled(trial, view->name, "");
        return ERROR_OK;
    case CEDAR_TYPE_BOOL:
        view->input = INPUT_CHOICE;
        view->value = filled(trial, view->name, "no");
        if (!begin_options(trial, view, 2))
            return no_memory(&trial->facts->reading->fault);
        for (size_t i = 0; i < 2; i++)
            add_option(trial, view, yes_no[i], choice_label(arena, yes_no[i]));
        return ERROR_OK;
    case CEDAR_TYPE_DATETIME:
        view->input = INPUT_DATE;
        view->value =
            filled(trial, view->name, day_text(arena, trial->time - USUAL_DAYS * MILLIS_DAY));
        return ERROR_OK;
    case CEDAR_TYPE_LONG:
        view->value = filled(trial, view->name, "0");
        view->mode = "numeric";
        return ERROR_OK;
    default:
        return ERROR_OK;
    }
}

static bool has_approval(const struct trial *trial)
{
    return cedar_record_type_attribute(trial->context, BYTES_LITERAL("approval")) != NULL;
}

/* The approval that the declaration would name: one of a body that the certificate enrols. */
static enum error add_approval(const struct trial *trial, struct view_field *fields, size_t *count)
{
    struct arena *arena = &trial->facts->reading->arena;
    const struct certificate *certificate = trial->facts->certificate;
    struct view_field *body = &fields[0], *kind = &fields[1], *days = &fields[2],
                      *findings = &fields[3];
    *body = (struct view_field){.input = INPUT_CHOICE, .name = TRIAL_BODY, .label = "Approval"};
    body->hint = "Made up for the trial: of this subject, this function and this offence.";
    body->described = TRIAL_BODY "-hint";
    body->value = filled(trial, TRIAL_BODY, "");
    *kind = (struct view_field){.input = INPUT_CHOICE, .name = TRIAL_KIND};
    kind->label = "Kind of approval";
    kind->value = filled(trial, TRIAL_KIND, "ordinary");
    *days = (struct view_field){.input = INPUT_TEXT, .name = TRIAL_DAYS, .mode = "numeric"};
    days->label = "Days that it is valid";
    days->value = filled(trial, TRIAL_DAYS, words_format(arena, "%d", USUAL_DAYS));
    *findings = (struct view_field){.input = INPUT_CHOICES, .name = TRIAL_FINDINGS};
    findings->label = "The body finds that";
    if (!begin_options(trial, body, certificate->bodies_count + 1) ||
        !begin_options(trial, kind, 2) || !begin_options(trial, findings, 2))
        return no_memory(&trial->facts->reading->fault);
    add_option(trial, body, "", "None");
    for (size_t i = 0; i < certificate->bodies_count; i++)
        add_option(trial, body, certificate->bodies[i].id, certificate->bodies[i].name);
    add_option(trial, kind, "ordinary", "Ordinary");
    add_option(trial, kind, "urgent", "Urgent");
    add_option(trial, findings, finding_privacy, "The state’s privacy law is met");
    add_option(trial, findings, finding_life, "Life is at risk");
    *count += 4;
    return ERROR_OK;
}

enum error trial_fields_make(const struct trial *trial, struct view_trial *view)
{
    struct reading *reading = trial->facts->reading;
    const struct cedar_record_type *context = trial->context;
    struct view_field *items =
        ARENA_ARRAY(&reading->arena, struct view_field, context->count + APPROVAL_FIELDS);
    if (!items)
        return no_memory(&reading->fault);
    size_t count = 0;
    enum error error = ERROR_OK;
    for (size_t i = 0; i < context->count && !error; i++) {
        if (trial_asks(&context->attributes[i]))
            error = make_fact(trial, &context->attributes[i], &items[count++]);
    }
    if (!error && has_approval(trial))
        error = add_approval(trial, &items[count], &count);
    items[count] = (struct view_field){
        .input = INPUT_DATE,
        .name = TRIAL_MOMENT,
        .label = "Judged on",
        .value = filled(trial, TRIAL_MOMENT, day_text(&reading->arena, trial->time)),
    };
    view->fields.items = items;
    view->fields.count = count + 1;
    return error;
}

/* --- What was filled in ------------------------------------------------------------------- */

/* The first moment of a day. */
static enum error
read_day(const struct trial *trial, const char *name, struct fault *fault, millis *ret_time)
{
    char text[TIME_TEXT_SIZE];
    const char *day = filled(trial, name, "");
    snprintf(text, sizeof text, "%.10sT00:00:00Z", day);
    if (strlen(day) == 10 && !time_parse(bytes_of(text), NULL, ret_time))
        return ERROR_OK;
    return fault_set(fault, ERROR_TIME_TEXT, name, "a date, 2026-12-31", NULL);
}

static enum error
read_list(const struct trial *trial, const char *name, struct fault *fault, struct datum *ret_datum)
{
    struct datum *items = ARENA_ARRAY(&trial->facts->reading->arena, struct datum, CHOSEN_MAX);
    size_t count = 0;
    if (!items)
        return no_memory(fault);
    for (size_t i = 0; i < trial->pairs.count; i++) {
        const struct http_pair *pair = &trial->pairs.items[i];
        if (strcmp(pair->name, name) != 0 || !*pair->value)
            continue;
        if (count == CHOSEN_MAX)
            return fault_set(fault, ERROR_TOO_LARGE, name, "a shorter list", NULL);
        items[count++] = datum_of_text(pair->value);
    }
    *ret_datum = (struct datum){.kind = DATUM_LIST, .list = {items, count}};
    return ERROR_OK;
}

/* One fact of the kind that the vocabulary has; *ret_datum without kind: it is not stated. Whether
 * the vocabulary knows the value is verdict's to say. */
static enum error read_fact(
    const struct trial *trial, const struct cedar_attribute *attribute, const char *name,
    struct fault *fault, struct datum *ret_datum)
{
    const char *value = filled(trial, name, "");
    uint64_t number;
    millis time;
    char text[TIME_TEXT_SIZE];
    enum error error = ERROR_OK;
    *ret_datum = (struct datum){0};
    if (attribute->type->kind == CEDAR_TYPE_SET)
        return read_list(trial, name, fault, ret_datum);
    if (!*value)
        return ERROR_OK;
    switch (attribute->type->kind) {
    case CEDAR_TYPE_BOOL:
        *ret_datum = datum_of_bool(strcmp(value, "yes") == 0);
        return ERROR_OK;
    case CEDAR_TYPE_LONG:
        error = number_parse(bytes_of(value), INT64_MAX, fault, &number);
        if (!error)
            *ret_datum = datum_of_integer((int64_t)number);
        return error ? fault_set(fault, error, name, "a whole number", NULL) : ERROR_OK;
    case CEDAR_TYPE_DATETIME:
        error = read_day(trial, name, fault, &time);
        if (error)
            return error;
        value = arena_text(&trial->facts->reading->arena, bytes_of(time_text(time, text)));
        if (!value)
            return no_memory(fault);
        break;
    default:
        break;
    }
    *ret_datum = datum_of_text(value);
    return ERROR_OK;
}

static enum error read_facts(struct trial *trial, struct fault *fault)
{
    const struct cedar_record_type *context = trial->context;
    struct datum_member *members =
        ARENA_ARRAY(&trial->facts->reading->arena, struct datum_member, context->count + 1);
    size_t count = 0;
    if (!members)
        return no_memory(fault);
    if (cedar_record_type_attribute(context, BYTES_LITERAL("subject")))
        members[count++] = (struct datum_member){"subject", datum_of_text(made_up)};
    for (size_t i = 0; i < context->count; i++) {
        const struct cedar_attribute *attribute = &context->attributes[i];
        if (!trial_asks(attribute))
            continue;
        struct datum_member *member = &members[count];
        member->name = trial_name(trial, attribute);
        if (!member->name)
            return no_memory(fault);
        enum error error = read_fact(trial, attribute, member->name, fault, &member->value);
        if (error)
            return error;
        count += member->value.kind != DATUM_NONE;
    }
    trial->declaration = (struct declaration){
        .certificate = trial->facts->digest,
        .operator_id = made_up,
        .file = made_up,
        .made = trial->time,
    };
    return datum_map(members, count, fault, &trial->declaration.facts);
}

/* An approval from an hour before on, that covers what is declared. */
static enum error read_approval(struct trial *trial, struct fault *fault)
{
    const char *body = filled(trial, TRIAL_BODY, "");
    uint64_t days;
    if (!*body || !has_approval(trial))
        return ERROR_OK;
    if (!certificate_body(trial->facts->certificate, body))
        return fault_set(
            fault, ERROR_VERDICT_FACT_VALUE, TRIAL_BODY, "a body of the certificate", NULL);
    enum error error =
        number_parse(bytes_of(filled(trial, TRIAL_DAYS, "")), DAYS_MAX, fault, &days);
    if (error)
        return fault_set(fault, error, TRIAL_DAYS, "a whole number of days", NULL);
    const char **functions = ARENA_ARRAY(&trial->facts->reading->arena, const char *, 1);
    if (!functions)
        return no_memory(fault);
    const struct datum *facts = &trial->declaration.facts;
    const char *offence = datum_text(facts, "offence");
    functions[0] = datum_text(facts, "function");
    millis issued = trial->time - MILLIS_HOUR;
    trial->has_approval = true;
    trial->approval = (struct approval){
        .number = made_up,
        .kind = strcmp(filled(trial, TRIAL_KIND, ""), "urgent") == 0 ? APPROVAL_URGENT
                                                                     : APPROVAL_ORDINARY,
        .body = body,
        .certificate = trial->facts->digest,
        .file = made_up,
        .issued = issued,
        .expires = issued + (millis)days * MILLIS_DAY,
        .subject = made_up,
        .offence = offence ? offence : "none",
        .functions = functions,
        .functions_count = functions[0] ? 1 : 0,
        .privacy_law_met = is_chosen(trial, TRIAL_FINDINGS, finding_privacy),
        .life_at_risk = is_chosen(trial, TRIAL_FINDINGS, finding_life),
    };
    return ERROR_OK;
}

enum error trial_read(struct trial *trial, struct fault *fault)
{
    millis day;
    enum error error = read_day(trial, TRIAL_MOMENT, fault, &day);
    if (error)
        return error;
    trial->roll = (struct roll){
        .certificate = trial->facts->digest,
        .agency = trial->facts->certificate->agency.id,
        .version = 1,
    };
    /* Today is judged at this moment, another day at its noon. */
    millis now = trial->facts->reading->time;
    trial->time = day <= now && now < day + MILLIS_DAY ? now : day + MILLIS_DAY / 2;
    error = read_facts(trial, fault);
    return error ? error : read_approval(trial, fault);
}
