/* The table of facts: which instrument states which attribute of the vocabulary, and how a fact
 * gets the type that the vocabulary gives it. */
#include "verdict/facts.h"

#include <stdio.h>
#include <string.h>

/* The end of what a date in RFC 3339 can say: what is never in force begins then. */
#define NEVER INT64_C(253402300799000) /* 9999-12-31T23:59:59Z */

/* --- Who states what ---------------------------------------------------------------------- */

static struct fact of_bool(bool boolean)
{
    return (struct fact){.kind = FACT_BOOL, .boolean = boolean};
}

static struct fact of_number(int64_t number)
{
    return (struct fact){.kind = FACT_NUMBER, .number = number};
}

static struct fact of_time(millis time)
{
    return (struct fact){.kind = FACT_TIME, .number = time};
}

static struct fact of_span(millis span)
{
    return (struct fact){.kind = FACT_SPAN, .number = span};
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
STATES(certificate_from, of_time(from->certificate->from))
STATES(certificate_until, of_time(from->certificate->until))
STATES(longest_approval, of_span(from->certificate->longest_approval))
STATES(licensee, of_text(from->licence->agency))
STATES(licence_from, of_time(from->licence->from))
STATES(licence_until, of_time(from->licence->until))
STATES(functions, of_texts(from->licence->functions, from->licence->functions_count))
STATES(territories, of_texts(from->licence->territories, from->licence->territories_count))
STATES(maximum_active_uses, of_count(from->licence->maximum_active_uses))
STATES(
    maximum_uses_in_period, from->licence->uses_period
                                ? of_count(from->licence->maximum_uses_in_period)
                                : of_number(INT64_MAX)) /* no limit in this licence */
STATES(offence_maximum, from->offence ? of_count(from->offence->maximum_months) : of_number(0))
STATES(offence_from, of_time(from->offence ? from->offence->in_force_from : NEVER))
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
STATES(approval_issued, of_time(from->approval->issued))
STATES(approval_expires, of_time(from->approval->expires))
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
    enum fact_kind kind;
    struct fact (*states)(const struct fact_sources *from);
} rows[] = {
    {"Agency", "governmental", "certificate", FACT_BOOL, agency_governmental},
    {"Installation", "acquiringState", "certificate", FACT_TEXT, acquiring_state},
    {"Installation", "certificateFrom", "certificate", FACT_TIME, certificate_from},
    {"Installation", "certificateUntil", "certificate", FACT_TIME, certificate_until},
    {"Installation", "longestApproval", "certificate", FACT_SPAN, longest_approval},
    {"Installation", "licensee", "licence", FACT_TEXT, licensee},
    {"Installation", "licenceFrom", "licence", FACT_TIME, licence_from},
    {"Installation", "licenceUntil", "licence", FACT_TIME, licence_until},
    {"Installation", "functions", "licence", FACT_TEXTS, functions},
    {"Installation", "territories", "licence", FACT_TEXTS, territories},
    {"Installation", "maximumActiveUses", "licence", FACT_NUMBER, maximum_active_uses},
    {"Installation", "maximumUsesInPeriod", "licence", FACT_NUMBER, maximum_uses_in_period},
    {"Installation", "otherActiveUses", "guard", FACT_NUMBER, at_the_moment_most},
    {"Installation", "usesInPeriod", "guard", FACT_NUMBER, at_the_moment_most},
    {"Offence", "maximumMonths", "certificate", FACT_NUMBER, offence_maximum},
    {"Offence", "inForce", "certificate", FACT_BOOL, at_the_moment_false},
    {"Offence", "inForceFrom", "certificate", FACT_TIME, offence_from},
    {"Offence", "accepted", "certificate", FACT_BOOL, offence_accepted},
    {"Offence", "acts", "certificate", FACT_TEXTS, offence_acts},
    {"Offence", "completedBy", "certificate", FACT_TEXTS, offence_completed_by},
    {"ApprovingBody", "independent", "certificate", FACT_BOOL, body_independent},
    {"ApprovingBody", "elevated", "certificate", FACT_BOOL, body_elevated},
    {"approval", "body", "approval", FACT_TEXT, approval_body},
    {"approval", "kind", "approval", FACT_TEXT, approval_kind},
    {"approval", "issued", "approval", FACT_TIME, approval_issued},
    {"approval", "expires", "approval", FACT_TIME, approval_expires},
    {"approval", "withdrawn", "approval", FACT_BOOL, at_the_moment_true},
    {"approval", "file", "approval", FACT_TEXT, approval_file},
    {"approval", "subject", "approval", FACT_TEXT, approval_subject},
    {"approval", "offence", "approval", FACT_TEXT, approval_offence},
    {"approval", "functions", "approval", FACT_TEXTS, approval_functions},
    {"approval", "findsPrivacyLawMet", "approval", FACT_BOOL, approval_privacy},
    {"approval", "findsLifeAtRisk", "approval", FACT_BOOL, approval_life},
};

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

static enum error not_a_choice(
    const char *name, const struct cedar_entity_type *type, const char *id, struct fault *fault)
{
    char choices[sizeof fault->expected] = "", found[sizeof fault->found];
    for (size_t i = 0; i < type->choice_count; i++) {
        size_t used = strlen(choices);
        snprintf(
            choices + used, sizeof choices - used, "%s%.*s", i ? ", " : "",
            (int)type->choices[i].length, (const char *)type->choices[i].data);
    }
    return fault_set(
        fault, ERROR_VERDICT_FACT_VALUE, name, choices, "%s",
        quote_text(bytes_of(id), found, sizeof found));
}

static enum error entity_value(
    const struct fact_maker *maker, const char *name, const struct cedar_entity_type *type,
    const char *id, struct fault *fault, struct cedar_value *ret_value)
{
    if (!cedar_entity_type_has_id(type, bytes_of(id)))
        return not_a_choice(name, type, id, fault);
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
            if (!cedar_value_equal(values[k], values[i]))
                continue;
            char found[sizeof fault->found];
            return fault_set(
                fault, ERROR_VERDICT_FACT_VALUE, name, "each value once", "%s twice",
                quote_text(bytes_of(fact->texts[i]), found, sizeof found));
        }
    }
    enum error error = cedar_set_build(maker->arena, values, fact->count, fault, ret_value);
    return error ? fault_within(fault, error, "%s", name) : ERROR_OK;
}

/* A moment or a length of time; a declaration gives it as text. */
static enum error time_value(
    const char *name, const struct cedar_type *type, const struct fact *fact, struct fault *fault,
    struct cedar_value *ret_value)
{
    bool moment = type->kind == CEDAR_TYPE_DATETIME;
    millis number = fact->number;
    if (fact->kind == FACT_TEXT) {
        struct fault inner = {0};
        enum error error = moment ? time_parse(bytes_of(fact->text), &inner, &number)
                                  : span_parse(bytes_of(fact->text), &inner, &number);
        if (error)
            return fault_set(
                fault, ERROR_VERDICT_FACT_VALUE, name, inner.expected, "%s", inner.found);
    } else if (fact->kind != (moment ? FACT_TIME : FACT_SPAN)) {
        return wrong(name, moment ? "a time as text" : "a length of time as text", fault);
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
    if (datum->list.count > FACT_LIST_MAX)
        return fault_set(
            fault, ERROR_VERDICT_FACT_VALUE, name, "at most 1024 entries", "%zu",
            datum->list.count);
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

bool fact_has_source(const struct cedar_attribute *attribute, const char *word)
{
    const struct bytes *source = cedar_schema_annotation(&attribute->annotations, "source");
    return source && bytes_equal_text(*source, word);
}

static bool is_text(const struct cedar_type *type)
{
    return type->kind == CEDAR_TYPE_STRING || type->kind == CEDAR_TYPE_ENTITY;
}

static bool is_time(const struct cedar_type *type)
{
    return type->kind == CEDAR_TYPE_DATETIME || type->kind == CEDAR_TYPE_DURATION;
}

bool fact_declarable(const struct cedar_type *type)
{
    if (type->kind == CEDAR_TYPE_SET)
        return is_text(type->element) || is_time(type->element);
    return type->kind == CEDAR_TYPE_BOOL || type->kind == CEDAR_TYPE_LONG || is_text(type) ||
           is_time(type);
}

/* Whether what an instrument states can have the type. */
static bool fits(enum fact_kind kind, const struct cedar_type *type)
{
    switch (kind) {
    case FACT_BOOL:
        return type->kind == CEDAR_TYPE_BOOL;
    case FACT_NUMBER:
        return type->kind == CEDAR_TYPE_LONG;
    case FACT_TIME:
        return type->kind == CEDAR_TYPE_DATETIME;
    case FACT_SPAN:
        return type->kind == CEDAR_TYPE_DURATION;
    case FACT_TEXT:
        return is_text(type);
    case FACT_TEXTS:
        return type->kind == CEDAR_TYPE_SET && is_text(type->element);
    }
    return false;
}

static const char *kind_words(enum fact_kind kind)
{
    static const char *const words[] = {
        [FACT_BOOL] = "Bool",
        [FACT_NUMBER] = "Long",
        [FACT_TIME] = "datetime",
        [FACT_SPAN] = "duration",
        [FACT_TEXT] = "String or an entity",
        [FACT_TEXTS] = "a set of String or of an entity",
    };
    return words[kind];
}

static enum error
check_attribute(const char *owner, const struct cedar_attribute *attribute, struct fault *fault)
{
    char name[sizeof fault->place];
    const struct row *row = find_row(owner, attribute->name);
    if (!row)
        return fault_set(
            fault, ERROR_VERDICT_VOCABULARY, quote_text(attribute->name, name, sizeof name),
            "an attribute that an instrument states", NULL);
    if (!fact_has_source(attribute, row->source)) {
        const struct bytes *source = cedar_schema_annotation(&attribute->annotations, "source");
        char found[sizeof fault->found];
        return fault_set(
            fault, ERROR_VERDICT_VOCABULARY, row->attribute, row->source, "@source(%s)",
            source ? quote_text(*source, found, sizeof found) : "");
    }
    if (!fits(row->kind, attribute->type))
        return fault_set(
            fault, ERROR_VERDICT_VOCABULARY, row->attribute, kind_words(row->kind), "another type");
    return ERROR_OK;
}

enum error
fact_record_check(const char *owner, const struct cedar_record_type *type, struct fault *fault)
{
    for (size_t i = 0; i < type->count; i++) {
        enum error error = check_attribute(owner, &type->attributes[i], fault);
        if (error)
            return fault_within(fault, error, "%s", owner);
    }
    return ERROR_OK;
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
            return fault_place(fault, ERROR_INTERNAL, "%s", owner);
        struct fact fact = row->states(sources);
        enum error error = cedar_intern(maker->symbols, attribute->name, &fields[i].key);
        if (error)
            fault_place(fault, error, "%s", row->attribute);
        else
            error =
                fact_value(maker, row->attribute, attribute->type, &fact, fault, &fields[i].value);
        if (error)
            return fault_within(fault, error, "%s", owner);
    }
    return cedar_record_build(maker->arena, fields, type->count, fault, ret_record);
}
