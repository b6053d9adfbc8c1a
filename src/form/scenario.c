/* Worked examples as documents. What no example varies (names, keys, periods of reporting) is
 * filled with values that the documents' own rules accept. */
#include "form/scenario.h"

#include <string.h>

#include "form/member.h"

/* --- Certificate --------------------------------------------------------------------------- */

/* A key that no signature is ever checked with. */
static const uint8_t no_key[32] = {1};
static const struct certificate_person filler_person = {
    .id = "person",
    .name = "A person",
    .office = "An office",
    .key = {.kind = SIGNER_KEY, .type = KEY_ED25519, .public_key = {no_key, sizeof no_key}},
};

static enum error
read_offence(const struct member_reader *reader, struct merged object, struct offence *offence)
{
    static const char *const members[] = {
        "title",    "maximumMonths", "inForceFrom", "inForceUntil",
        "accepted", "acts",          "completedBy", NULL};
    bool accepted = false;
    enum error error = merged_allow(object, members, reader->fault);
    if (error == ERROR_OK)
        error = member_id(reader, object, "title", &offence->title);
    if (error == ERROR_OK)
        error = member_count(reader, object, "maximumMonths", &offence->maximum_months);
    if (error == ERROR_OK)
        error = member_time(reader, object, "inForceFrom", &offence->in_force_from);
    if (error == ERROR_OK && merged_there(merged_member(object, "inForceUntil")))
        error = member_time(reader, object, "inForceUntil", &offence->in_force_until);
    if (error == ERROR_OK)
        error = member_bool(reader, object, "accepted", &accepted);
    if (error == ERROR_OK)
        error = member_texts(reader, object, "acts", &offence->acts, &offence->acts_count);
    if (error == ERROR_OK)
        error = member_texts(
            reader, object, "completedBy", &offence->completed_by, &offence->completed_by_count);
    offence->decision = accepted ? OFFENCE_ACCEPTED : OFFENCE_REFUSED;
    offence->defence_reasons = offence->foreign_reasons = "A worked example.";
    return error;
}

static enum error read_offences(
    const struct member_reader *reader, struct merged object, struct certificate *certificate)
{
    size_t count = members_count(object);
    struct offence *offences = ARENA_ARRAY(reader->arena, struct offence, count);
    if (!offences)
        return member_no_memory(reader);
    for (size_t i = 0; i < count; i++) {
        struct merged line;
        enum error error = member_at(reader, object, i, &offences[i].code, &line);
        if (error == ERROR_OK)
            error = read_offence(reader, line, &offences[i]);
        if (error != ERROR_OK)
            return error;
    }
    certificate->offences = offences;
    certificate->offences_count = count;
    return ERROR_OK;
}

static enum error read_bodies(
    const struct member_reader *reader, struct merged object, struct certificate *certificate)
{
    static const char *const members[] = {"independent", "elevated", NULL};
    size_t count = members_count(object);
    struct approving_body *bodies = ARENA_ARRAY(reader->arena, struct approving_body, count);
    if (!bodies)
        return member_no_memory(reader);
    for (size_t i = 0; i < count; i++) {
        struct merged line;
        enum error error = member_at(reader, object, i, &bodies[i].id, &line);
        if (error == ERROR_OK)
            error = merged_allow(line, members, reader->fault);
        if (error == ERROR_OK)
            error = member_bool(reader, line, "independent", &bodies[i].independent);
        if (error == ERROR_OK)
            error = member_bool(reader, line, "elevated", &bodies[i].elevated);
        if (error != ERROR_OK)
            return error;
        bodies[i].name = bodies[i].id;
        bodies[i].key = filler_person.key;
    }
    certificate->bodies = bodies;
    certificate->bodies_count = count;
    return ERROR_OK;
}

static enum error read_certificate(
    const struct member_reader *reader, struct merged root, struct certificate *certificate)
{
    static const char *const members[] = {
        "acquiringState", "certificateFrom", "certificateUntil", "longestApproval",
        "agency",         "offences",        "approvingBodies",  NULL};
    static const char *const agency_members[] = {"id", "governmental", NULL};
    static const char *const no_fields[] = {"verdict"};
    struct merged object, agency, offences, bodies;
    *certificate = (struct certificate){
        .number = "EC-example",
        .form = BYTES_LITERAL("a form"),
        .state_name = "An acquiring state",
        .product = {.id = "product", .name = "A product", .control = "4.D.4"},
        .exporter = "exporter",
        .place = "A place",
        .signing = CERTIFICATE_BY_KEY,
        .signatories = &filler_person,
        .signatories_count = 1,
        .supervisor = filler_person,
        .lease_ttl = MILLIS_HOUR,
        .return_period = MILLIS_DAY,
        .return_fields = no_fields,
        .return_fields_count = 1,
    };
    enum error error = member_object(reader, root, "certificate", members, &object);
    if (error == ERROR_OK)
        error = member_id(reader, object, "acquiringState", &certificate->state);
    if (error == ERROR_OK)
        error = member_time(reader, object, "certificateFrom", &certificate->from);
    if (error == ERROR_OK)
        error = member_time(reader, object, "certificateUntil", &certificate->until);
    if (error == ERROR_OK)
        error = member_span(reader, object, "longestApproval", &certificate->longest_approval);
    if (error == ERROR_OK)
        error = member_object(reader, object, "agency", agency_members, &agency);
    if (error == ERROR_OK)
        error = member_id(reader, agency, "id", &certificate->agency.id);
    if (error == ERROR_OK)
        error = member_bool(reader, agency, "governmental", &certificate->agency.governmental);
    certificate->agency.name = "An agency";
    if (error == ERROR_OK)
        error = member_object(reader, object, "offences", NULL, &offences);
    if (error == ERROR_OK)
        error = read_offences(reader, offences, certificate);
    if (error == ERROR_OK)
        error = member_object(reader, object, "approvingBodies", NULL, &bodies);
    return error == ERROR_OK ? read_bodies(reader, bodies, certificate) : error;
}

/* --- Licence, roll, approval --------------------------------------------------------------- */

static enum error
read_licence(const struct member_reader *reader, struct merged root, struct licence *licence)
{
    static const char *const members[] = {
        "licensee",    "licenceFrom",       "licenceUntil",        "functions",
        "territories", "maximumActiveUses", "maximumUsesInPeriod", NULL};
    struct merged object;
    *licence = (struct licence){
        .number = "IL-example",
        .exporter = "exporter",
        .product = "product",
        .maximum_installations = 1,
        .maximum_unacknowledged = 1000,
        .uses_period = MILLIS_DAY,
        .issued = 1,
        .clauses = reader->form->conditions,
        .contact = "nobody",
    };
    memset(licence->certificate.bytes, 1, sizeof licence->certificate.bytes);
    enum error error = member_object(reader, root, "licence", members, &object);
    if (error == ERROR_OK)
        error = member_id(reader, object, "licensee", &licence->agency);
    if (error == ERROR_OK)
        error = member_time(reader, object, "licenceFrom", &licence->from);
    if (error == ERROR_OK)
        error = member_time(reader, object, "licenceUntil", &licence->until);
    if (error == ERROR_OK)
        error = member_texts(
            reader, object, "functions", &licence->functions, &licence->functions_count);
    if (error == ERROR_OK)
        error = member_texts(
            reader, object, "territories", &licence->territories, &licence->territories_count);
    if (error == ERROR_OK)
        error = member_count(reader, object, "maximumActiveUses", &licence->maximum_active_uses);
    if (error == ERROR_OK)
        error =
            member_count(reader, object, "maximumUsesInPeriod", &licence->maximum_uses_in_period);
    return error;
}

static enum error
read_roll(const struct member_reader *reader, struct merged root, struct roll *roll)
{
    static const char *const members[] = {"operator", "agency", NULL};
    struct merged object;
    struct roll_operator *person = ARENA_NEW(reader->arena, struct roll_operator);
    if (!person)
        return member_no_memory(reader);
    *person = (struct roll_operator){.until = INT64_MAX, .key = filler_person.key};
    *roll = (struct roll){
        .version = 1, .expires = INT64_MAX, .operators = person, .operators_count = 1};
    enum error error = member_object(reader, root, "roll", members, &object);
    if (error == ERROR_OK)
        error = member_id(reader, object, "operator", &person->id);
    if (error == ERROR_OK)
        error = member_id(reader, object, "agency", &roll->agency);
    return error;
}

static enum error
get_kind(const struct member_reader *reader, struct merged object, enum approval_kind *ret_kind)
{
    const char *word;
    enum error error = member_text(reader, object, "kind", &word);
    if (error != ERROR_OK)
        return error;
    bool urgent = strcmp(word, "urgent") == 0;
    if (!urgent && strcmp(word, "ordinary") != 0)
        return merged_fault(
            merged_member(object, "kind"), reader->fault, ERROR_FORM_SCENARIO, "ordinary or urgent",
            NULL);
    *ret_kind = urgent ? APPROVAL_URGENT : APPROVAL_ORDINARY;
    return ERROR_OK;
}

static enum error read_approval(
    const struct member_reader *reader, struct merged root, struct approval *approval,
    bool *ret_withdrawn)
{
    static const char *const members[] = {
        "body",
        "kind",
        "issued",
        "expires",
        "withdrawn",
        "file",
        "subject",
        "offence",
        "functions",
        "findsPrivacyLawMet",
        "findsLifeAtRisk",
        NULL};
    struct merged object;
    *approval = (struct approval){.number = "AP-example"};
    enum error error = member_object(reader, root, "approval", members, &object);
    if (error == ERROR_OK)
        error = member_id(reader, object, "body", &approval->body);
    if (error == ERROR_OK)
        error = get_kind(reader, object, &approval->kind);
    if (error == ERROR_OK)
        error = member_time(reader, object, "issued", &approval->issued);
    if (error == ERROR_OK)
        error = member_time(reader, object, "expires", &approval->expires);
    if (error == ERROR_OK)
        error = member_bool(reader, object, "withdrawn", ret_withdrawn);
    if (error == ERROR_OK)
        error = member_text(reader, object, "file", &approval->file);
    if (error == ERROR_OK)
        error = member_text(reader, object, "subject", &approval->subject);
    if (error == ERROR_OK)
        error = member_id(reader, object, "offence", &approval->offence);
    if (error == ERROR_OK)
        error = member_texts(
            reader, object, "functions", &approval->functions, &approval->functions_count);
    if (error == ERROR_OK)
        error = member_bool(reader, object, "findsPrivacyLawMet", &approval->privacy_law_met);
    if (error == ERROR_OK)
        error = member_bool(reader, object, "findsLifeAtRisk", &approval->life_at_risk);
    return error;
}

/* --- Declaration and moment ---------------------------------------------------------------- */

/* The facts as a declaration carries them; which there must be is the vocabulary's to say. */
static enum error
read_declaration(const struct member_reader *reader, struct merged root, struct scenario *scenario)
{
    struct declaration *declaration = &scenario->declaration;
    struct merged object;
    *declaration = (struct declaration){.operator_id = scenario->roll.operators[0].id, .made = 1};
    enum error error = member_object(reader, root, "declaration", NULL, &object);
    if (error == ERROR_OK)
        error = member_text(reader, object, "file", &declaration->file);
    if (error != ERROR_OK)
        return error;
    size_t count = members_count(object), kept = 0;
    struct datum_member *facts = ARENA_ARRAY(reader->arena, struct datum_member, count);
    if (!facts)
        return member_no_memory(reader);
    for (size_t i = 0; i < count; i++) {
        struct merged value;
        error = member_at(reader, object, i, &facts[kept].name, &value);
        if (error == ERROR_OK && strcmp(facts[kept].name, "file") == 0)
            continue;
        if (error == ERROR_OK)
            error = datum_from_json(
                merged_value(value), reader->arena, reader->fault, &facts[kept].value);
        if (error != ERROR_OK)
            return error;
        kept++;
    }
    return datum_map(facts, kept, reader->fault, &declaration->facts);
}

static enum error
read_moment(const struct member_reader *reader, struct merged root, struct moment *moment)
{
    static const char *const members[] = {
        "time", "running", "otherActiveUses", "usesInPeriod", NULL};
    struct merged object;
    enum error error = member_object(reader, root, "guard", members, &object);
    if (error == ERROR_OK)
        error = member_time(reader, object, "time", &moment->time);
    if (error == ERROR_OK)
        error = member_bool(reader, object, "running", &moment->running);
    if (error == ERROR_OK)
        error = member_count(reader, object, "otherActiveUses", &moment->other_active_uses);
    if (error == ERROR_OK)
        error = member_count(reader, object, "usesInPeriod", &moment->uses_in_period);
    return error;
}

/* --- Orders -------------------------------------------------------------------------------- */

/* An argument: a list of ids, a time, or a number as it is written. */
static enum error read_argument(
    const struct member_reader *reader, const struct json *value, struct form_argument *argument)
{
    if (json_type(value) == JSON_ARRAY)
        return texts_read(reader, value, &argument->values, &argument->count);
    const char **one = ARENA_NEW(reader->arena, const char *);
    if (!one)
        return member_no_memory(reader);
    enum error error = ERROR_OK;
    if (json_type(value) == JSON_NUMBER) {
        *one = arena_text(reader->arena, json_characters(value));
        if (!*one)
            return member_no_memory(reader);
    } else {
        error = text_read(reader, value, one);
    }
    argument->values = one;
    argument->count = 1;
    return error;
}

static enum error read_arguments(
    const struct member_reader *reader, const struct json *object,
    struct form_argument arguments[FORM_PARAMETERS_MAX])
{
    struct merged members = {.base = object};
    size_t count = json_count(object);
    if (count > FORM_PARAMETERS_MAX)
        return json_fault(object, reader->fault, ERROR_TOO_LARGE, "at most 16", "%zu", count);
    for (size_t i = 0; i < count; i++) {
        struct merged value;
        enum error error = member_at(reader, members, i, &arguments[i].name, &value);
        if (error == ERROR_OK)
            error = read_argument(reader, merged_value(value), &arguments[i]);
        if (error != ERROR_OK)
            return error;
    }
    return ERROR_OK;
}

static enum error read_order(
    const struct member_reader *reader, const struct json *json, size_t index,
    struct scenario *scenario)
{
    static const char *const members[] = {"template", "parameters", NULL};
    static const char *const numbers[SCENARIO_ORDERS_MAX] = {"OR-1", "OR-2", "OR-3", "OR-4",
                                                             "OR-5", "OR-6", "OR-7", "OR-8"};
    struct form_argument arguments[FORM_PARAMETERS_MAX] = {0};
    const struct json *parameters;
    const char *name;
    enum error error = json_allow(json, members, reader->fault);
    if (error == ERROR_OK)
        error = member_text(reader, (struct merged){.base = json}, "template", &name);
    if (error == ERROR_OK)
        error = json_get(json, "parameters", JSON_OBJECT, reader->fault, &parameters);
    if (error == ERROR_OK)
        error = read_arguments(reader, parameters, arguments);
    if (error != ERROR_OK)
        return error;
    struct buffer clauses = {0};
    struct fault fault = {0};
    error =
        form_order_fill(reader->form, name, arguments, json_count(parameters), &fault, &clauses);
    if (error == ERROR_OK) {
        const struct order_template *template = form_template(reader->form, name);
        struct order *order = &scenario->orders[index];
        *order = (struct order){
            .number = numbers[index],
            .licence = "IL-example",
            .reason = "A worked example.",
            .contact = "nobody",
            .issued = 1,
        };
        for (int kind = ORDER_LIMIT; kind <= ORDER_REVOKE; kind++) {
            if (strcmp(order_word((enum order_kind)kind), template->kind) == 0)
                order->kind = (enum order_kind)kind;
        }
        if (order->kind == ORDER_LIMIT)
            order->clauses = arena_text(reader->arena, buffer_view(&clauses));
        if (order->kind == ORDER_LIMIT && !order->clauses)
            error = member_no_memory(reader);
        scenario->templates[index] = template;
    } else if (error == ERROR_MEMORY) {
        error = member_no_memory(reader);
    } else {
        error = json_fault(
            json, reader->fault, error, fault.expected, "%s: %s", fault.place, fault.found);
    }
    buffer_free(&clauses);
    return error;
}

static enum error
read_orders(const struct member_reader *reader, const struct json *json, struct scenario *scenario)
{
    const struct json *list = json_find(json, "orders");
    if (!list)
        return ERROR_OK;
    enum error error = json_expect(list, JSON_ARRAY, reader->fault);
    size_t count = json_count(list);
    if (error == ERROR_OK && count > SCENARIO_ORDERS_MAX)
        error = json_fault(list, reader->fault, ERROR_TOO_LARGE, "at most 8", "%zu", count);
    for (size_t i = 0; i < count && error == ERROR_OK; i++)
        error = read_order(reader, json_at(list, i), i, scenario);
    scenario->order_count = count;
    return error;
}

/* --- The scenario -------------------------------------------------------------------------- */

static enum error read_expected(
    const struct member_reader *reader, const struct json *json, struct scenario *scenario)
{
    static const char *const members[] = {"name", "orders", "change", "expect", "clauses", NULL};
    struct merged object = {.base = json};
    const char *expect = NULL;
    enum error error = json_allow(json, members, reader->fault);
    if (error == ERROR_OK)
        error = member_id(reader, object, "name", &scenario->name);
    if (error == ERROR_OK)
        error = member_text(reader, object, "expect", &expect);
    if (error == ERROR_OK)
        error =
            member_texts(reader, object, "clauses", &scenario->clauses, &scenario->clause_count);
    if (error != ERROR_OK)
        return error;
    if (scenario->clause_count > SCENARIO_CLAUSES_MAX)
        return json_fault(
            json_find(json, "clauses"), reader->fault, ERROR_TOO_LARGE, "at most 32", NULL);
    scenario->within = strcmp(expect, "within") == 0;
    if (!scenario->within && strcmp(expect, "outside") != 0)
        return json_fault(
            json_find(json, "expect"), reader->fault, ERROR_FORM_SCENARIO, "within or outside",
            NULL);
    return ERROR_OK;
}

enum error scenario_read(
    const struct form *form, const struct json *base, const struct json *json, struct arena *arena,
    struct fault *fault, struct scenario *ret_scenario)
{
    static const char *const documents[] = {"certificate", "licence",     "roll", "guard",
                                            "approval",    "declaration", NULL};
    struct member_reader reader = {form, arena, fault};
    struct scenario scenario = {.json = json};
    struct merged root = {.base = base};
    enum error error = read_expected(&reader, json, &scenario);
    if (error == ERROR_OK)
        error = json_get(json, "change", JSON_OBJECT, fault, &root.patch);
    if (error == ERROR_OK)
        error = merged_allow(root, documents, fault);
    if (error == ERROR_OK)
        error = read_certificate(&reader, root, &scenario.certificate);
    if (error == ERROR_OK)
        error = read_licence(&reader, root, &scenario.licence);
    if (error == ERROR_OK)
        error = read_roll(&reader, root, &scenario.roll);
    scenario.has_approval = merged_there(merged_member(root, "approval"));
    if (error == ERROR_OK)
        error = read_moment(&reader, root, &scenario.moment);
    if (error == ERROR_OK && scenario.has_approval)
        error =
            read_approval(&reader, root, &scenario.approval, &scenario.moment.approval_withdrawn);
    if (error == ERROR_OK)
        error = read_declaration(&reader, root, &scenario);
    if (error == ERROR_OK)
        error = read_orders(&reader, json, &scenario);
    if (error == ERROR_OK)
        *ret_scenario = scenario;
    return error;
}
