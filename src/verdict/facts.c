/* The table of facts: which instrument states which attribute of the vocabulary, and how a fact
 * gets the type that the vocabulary gives it. */
#include "verdict/facts.h"

#include <stdio.h>
#include <string.h>

/* --- Who states what ---------------------------------------------------------------------- */

static struct fact of_bool(bool boolean)
{
    return (struct fact){.kind = FACT_BOOL, .boolean = boolean};
}

static struct fact of_number(int64_t number)
{
    return (struct fact){.kind = FACT_NUMBER, .number = number};
}

static struct fact of_text(const char *text)
{
    return (struct fact){.kind = FACT_TEXT, .text = text};
}

static struct fact of_texts(const char *const *texts, size_t count)
{
    return (struct fact){.kind = FACT_TEXTS, .texts = texts, .count = count};
}

/* The uint64_t of a document is at most 2^63-1: it was decoded so. */
static struct fact of_count(uint64_t count)
{
    return of_number(count > INT64_MAX ? INT64_MAX : (int64_t)count);
}

/* One function for each row below. What the certificate does not name has the least favourable
 * attributes, so that the clauses refuse it by number rather than an error. */
#define STATES(name, expression)                                                                   \
    static struct fact name(const struct fact_sources *from)                                       \
    {                                                                                              \
        return expression;                                                                         \
    }

STATES(
    agency_governmental, of_bool(from->certified_agency && from->certificate->agency.governmental))
STATES(acquiring_state, of_text(from->certificate->state))
STATES(certificate_from, of_number(from->certificate->from))
STATES(certificate_until, of_number(from->certificate->until))
STATES(longest_approval, of_number(from->certificate->longest_approval))
STATES(licensee, of_text(from->licence->agency))
STATES(licence_from, of_number(from->licence->from))
STATES(licence_until, of_number(from->licence->until))
STATES(functions, of_texts(from->licence->functions, from->licence->functions_count))
STATES(territories, of_texts(from->licence->territories, from->licence->territories_count))
STATES(maximum_active_uses, of_count(from->licence->maximum_active_uses))
STATES(
    maximum_uses_in_period, from->licence->uses_period
                                ? of_count(from->licence->maximum_uses_in_period)
                                : of_number(INT64_MAX)) /* no limit in this licence */
STATES(offence_maximum, from->offence ? of_count(from->offence->maximum_months) : of_number(0))
STATES(offence_from, of_number(from->offence ? from->offence->in_force_from : INT64_MAX))
STATES(offence_accepted, of_bool(from->offence && from->offence->decision == OFFENCE_ACCEPTED))
STATES(
    offence_acts,
    from->offence ? of_texts(from->offence->acts, from->offence->acts_count) : of_texts(NULL, 0))
STATES(
    offence_completed_by,
    from->offence ? of_texts(from->offence->completed_by, from->offence->completed_by_count)
                  : of_texts(NULL, 0))
STATES(body_independent, of_bool(from->body && from->body->independent))
STATES(body_elevated, of_bool(from->body && from->body->elevated))
STATES(approval_body, of_text(from->approval->body))
STATES(approval_kind, of_text(from->approval->kind == APPROVAL_URGENT ? "urgent" : "ordinary"))
STATES(approval_issued, of_number(from->approval->issued))
STATES(approval_expires, of_number(from->approval->expires))
STATES(approval_file, of_text(from->approval->file))
STATES(approval_subject, of_text(from->approval->subject))
STATES(approval_offence, of_text(from->approval->offence))
STATES(approval_functions, of_texts(from->approval->functions, from->approval->functions_count))
STATES(approval_privacy, of_bool(from->approval->privacy_law_met))
STATES(approval_life, of_bool(from->approval->life_at_risk))
#undef STATES

/* Facts of the moment are set before each judgement; these are their values until then, which
 * permit nothing: no offence is in force, every approval withdrawn, every quota used. */
static struct fact at_the_moment_false(const struct fact_sources *from)
{
    (void)from;
    return of_bool(false);
}

static struct fact at_the_moment_true(const struct fact_sources *from)
{
    (void)from;
    return of_bool(true);
}

static struct fact at_the_moment_most(const struct fact_sources *from)
{
    (void)from;
    return of_number(INT64_MAX);
}

static const struct row {
    const char *owner; /* an entity type, or "approval" for the record in the context */
    const char *attribute;
    const char *source; /* what @source must say */
    struct fact (*states)(const struct fact_sources *from);
} rows[] = {
    {"Agency", "governmental", "certificate", agency_governmental},
    {"Installation", "acquiringState", "certificate", acquiring_state},
    {"Installation", "certificateFrom", "certificate", certificate_from},
    {"Installation", "certificateUntil", "certificate", certificate_until},
    {"Installation", "longestApproval", "certificate", longest_approval},
    {"Installation", "licensee", "licence", licensee},
    {"Installation", "licenceFrom", "licence", licence_from},
    {"Installation", "licenceUntil", "licence", licence_until},
    {"Installation", "functions", "licence", functions},
    {"Installation", "territories", "licence", territories},
    {"Installation", "maximumActiveUses", "licence", maximum_active_uses},
    {"Installation", "maximumUsesInPeriod", "licence", maximum_uses_in_period},
    {"Installation", "otherActiveUses", "guard", at_the_moment_most},
    {"Installation", "usesInPeriod", "guard", at_the_moment_most},
    {"Offence", "maximumMonths", "certificate", offence_maximum},
    {"Offence", "inForce", "certificate", at_the_moment_false},
    {"Offence", "inForceFrom", "certificate", offence_from},
    {"Offence", "accepted", "certificate", offence_accepted},
    {"Offence", "acts", "certificate", offence_acts},
    {"Offence", "completedBy", "certificate", offence_completed_by},
    {"ApprovingBody", "independent", "certificate", body_independent},
    {"ApprovingBody", "elevated", "certificate", body_elevated},
    {"approval", "body", "approval", approval_body},
    {"approval", "kind", "approval", approval_kind},
    {"approval", "issued", "approval", approval_issued},
    {"approval", "expires", "approval", approval_expires},
    {"approval", "withdrawn", "approval", at_the_moment_true},
    {"approval", "file", "approval", approval_file},
    {"approval", "subject", "approval", approval_subject},
    {"approval", "offence", "approval", approval_offence},
    {"approval", "functions", "approval", approval_functions},
    {"approval", "findsPrivacyLawMet", "approval", approval_privacy},
    {"approval", "findsLifeAtRisk", "approval", approval_life},
};

enum error fact_of_guard(const char *name, struct fault *fault, struct fact *ret_fact)
{
    if (strcmp(name, "time") == 0)
        *ret_fact = of_number(0);
    else if (strcmp(name, "running") == 0)
        *ret_fact = of_bool(false);
    else
        return fault_set(
            fault, ERROR_VERDICT_VOCABULARY, name, "a fact that the guard knows: time, running",
            NULL);
    return ERROR_OK;
}

/* --- Types -------------------------------------------------------------------------------- */

enum error fact_uid(
    const struct fact_maker *maker, const char *type, const char *id,
    const struct cedar_uid **ret_uid)
{
    char name[160];
    int length = snprintf(name, sizeof name, "EndUse::%s", type);
    if (length < 0 || (size_t)length >= sizeof name)
        return ERROR_TOO_LARGE;
    return cedar_intern_uid(maker->symbols, bytes_of(name), bytes_of(id), ret_uid);
}

static enum error wrong(const char *name, const char *expected, struct fault *fault)
{
    return fault_set(fault, ERROR_VERDICT_FACT_VALUE, name, expected, "another value");
}

static enum error entity_value(
    const struct fact_maker *maker, const char *name, const struct cedar_entity_type *type,
    const char *id, struct fault *fault, struct cedar_value *ret_value)
{
    if (!cedar_entity_type_has_id(type, bytes_of(id))) {
        char choices[120] = "";
        for (size_t i = 0; i < type->choice_count; i++) {
            size_t used = strlen(choices);
            snprintf(
                choices + used, sizeof choices - used, "%s%.*s", i ? ", " : "",
                (int)type->choices[i].length, (const char *)type->choices[i].data);
        }
        return fault_set(fault, ERROR_VERDICT_FACT_VALUE, name, choices, "\"%.40s\"", id);
    }
    const struct cedar_uid *uid;
    enum error error = cedar_intern_uid(maker->symbols, type->name, bytes_of(id), &uid);
    if (error)
        return fault_place(fault, error, "%s", name);
    *ret_value = cedar_value_entity(uid);
    return ERROR_OK;
}

static enum error string_value(
    const struct fact_maker *maker, const char *name, const char *text, struct fault *fault,
    struct cedar_value *ret_value)
{
    const struct cedar_string *string;
    enum error error = cedar_intern(maker->symbols, bytes_of(text), &string);
    if (error)
        return fault_place(fault, error, "%s", name);
    *ret_value = cedar_value_string(string);
    return ERROR_OK;
}

static enum error set_value(
    const struct fact_maker *maker, const char *name, const struct cedar_type *element,
    const struct fact *fact, struct fault *fault, struct cedar_value *ret_value)
{
    if (fact->kind != FACT_TEXTS)
        return wrong(name, "a list of texts", fault);
    struct cedar_value *values = ARENA_ARRAY(maker->arena, struct cedar_value, fact->count);
    if (!values)
        return fault_place(fault, ERROR_MEMORY, "%s", name);
    for (size_t i = 0; i < fact->count; i++) {
        struct fact one = of_text(fact->texts[i]);
        enum error error = fact_value(maker, name, element, &one, fault, &values[i]);
        if (error)
            return error;
        for (size_t k = 0; k < i; k++) {
            if (cedar_value_equal(values[k], values[i]))
                return fault_set(
                    fault, ERROR_VERDICT_FACT_VALUE, name, "each value once", "\"%.40s\" twice",
                    fact->texts[i]);
        }
    }
    enum error error = cedar_set_build(maker->arena, values, fact->count, fault, ret_value);
    return error ? fault_within(fault, error, "%s", name) : ERROR_OK;
}

/* A number that is a time or a length of time; a declaration gives it as text. */
static enum error time_value(
    const char *name, const struct cedar_type *type, const struct fact *fact, struct fault *fault,
    struct cedar_value *ret_value)
{
    bool moment = type->kind == CEDAR_TYPE_DATETIME;
    millis number = fact->number;
    if (fact->kind == FACT_TEXT) {
        enum error error = moment ? time_parse(bytes_of(fact->text), fault, &number)
                                  : span_parse(bytes_of(fact->text), fault, &number);
        if (error)
            return fault_within(fault, ERROR_VERDICT_FACT_VALUE, "%s", name);
    } else if (fact->kind != FACT_NUMBER) {
        return wrong(name, moment ? "a time" : "a length of time", fault);
    }
    *ret_value = moment ? cedar_value_datetime(number) : cedar_value_duration(number);
    return ERROR_OK;
}

enum error fact_value(
    const struct fact_maker *maker, const char *name, const struct cedar_type *type,
    const struct fact *fact, struct fault *fault, struct cedar_value *ret_value)
{
    switch (type->kind) {
    case CEDAR_TYPE_BOOL:
        if (fact->kind != FACT_BOOL)
            return wrong(name, "true or false", fault);
        *ret_value = cedar_value_bool(fact->boolean);
        return ERROR_OK;
    case CEDAR_TYPE_LONG:
        if (fact->kind != FACT_NUMBER)
            return wrong(name, "a whole number", fault);
        *ret_value = cedar_value_long(fact->number);
        return ERROR_OK;
    case CEDAR_TYPE_DATETIME:
    case CEDAR_TYPE_DURATION:
        return time_value(name, type, fact, fault, ret_value);
    case CEDAR_TYPE_STRING:
        if (fact->kind != FACT_TEXT)
            return wrong(name, "a text", fault);
        return string_value(maker, name, fact->text, fault, ret_value);
    case CEDAR_TYPE_ENTITY:
        if (fact->kind != FACT_TEXT)
            return wrong(name, "a text that names it", fault);
        return entity_value(maker, name, type->entity_type, fact->text, fault, ret_value);
    case CEDAR_TYPE_SET:
        return set_value(maker, name, type->element, fact, fault, ret_value);
    default:
        return fault_set(
            fault, ERROR_VERDICT_VOCABULARY, name,
            "a type that a fact can have: Bool, Long, String, datetime, duration, an entity or a "
            "set",
            NULL);
    }
}

enum error fact_of_datum(
    const struct datum *datum, const char *name, struct arena *arena, struct fault *fault,
    struct fact *ret_fact)
{
    switch (datum->kind) {
    case DATUM_BOOL:
        *ret_fact = of_bool(datum->boolean);
        return ERROR_OK;
    case DATUM_INTEGER:
        *ret_fact = of_number(datum->integer);
        return ERROR_OK;
    case DATUM_TEXT:
        *ret_fact = of_text((const char *)datum->text.data);
        return ERROR_OK;
    case DATUM_LIST:
        break;
    default:
        return wrong(name, "true or false, a number, a text or a list of texts", fault);
    }
    const char **texts = ARENA_ARRAY(arena, const char *, datum->list.count);
    if (!texts)
        return fault_place(fault, ERROR_MEMORY, "%s", name);
    for (size_t i = 0; i < datum->list.count; i++) {
        if (datum->list.items[i].kind != DATUM_TEXT)
            return wrong(name, "a list of texts", fault);
        texts[i] = (const char *)datum->list.items[i].text.data;
    }
    *ret_fact = of_texts(texts, datum->list.count);
    return ERROR_OK;
}

/* --- Records ------------------------------------------------------------------------------ */

static const struct row *find_row(const char *owner, struct bytes attribute)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].owner, owner) == 0 && bytes_equal_text(attribute, rows[i].attribute))
            return &rows[i];
    }
    return NULL;
}

static enum error
check_source(const struct row *row, const struct cedar_attribute *attribute, struct fault *fault)
{
    const struct bytes *source = cedar_schema_annotation(&attribute->annotations, "source");
    if (source && bytes_equal_text(*source, row->source))
        return ERROR_OK;
    return fault_set(
        fault, ERROR_VERDICT_VOCABULARY, row->attribute, row->source, "@source(\"%.*s\")",
        source ? (int)source->length : 4, source ? (const char *)source->data : "none");
}

enum error fact_record(
    const struct fact_maker *maker, const char *owner, const struct cedar_record_type *type,
    const struct fact_sources *sources, struct fault *fault, struct cedar_record **ret_record)
{
    struct cedar_field *fields = ARENA_ARRAY(maker->arena, struct cedar_field, type->count);
    if (!fields)
        return fault_place(fault, ERROR_MEMORY, "%s", owner);
    for (size_t i = 0; i < type->count; i++) {
        const struct cedar_attribute *attribute = &type->attributes[i];
        const struct row *row = find_row(owner, attribute->name);
        if (!row)
            return fault_set(
                fault, ERROR_VERDICT_VOCABULARY, owner, "attributes that an instrument states",
                "%.*s", (int)attribute->name.length, (const char *)attribute->name.data);
        struct fact fact = row->states(sources);
        enum error error = check_source(row, attribute, fault);
        if (!error)
            error = cedar_intern(maker->symbols, attribute->name, &fields[i].key);
        if (!error)
            error =
                fact_value(maker, row->attribute, attribute->type, &fact, fault, &fields[i].value);
        if (error)
            return fault_within(fault, error, "%s", owner);
    }
    return cedar_record_build(maker->arena, fields, type->count, fault, ret_record);
}
