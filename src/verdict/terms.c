/* The terms: clauses of certificate, licence and orders, validated, compiled once, with the
 * entities that no declaration changes. */
#include "verdict/terms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verdict/vocabulary.h"

const struct cedar_entity_type *terms_type(const struct terms *terms, const char *name)
{
    char full[160];
    int length = snprintf(full, sizeof full, "EndUse::%s", name);
    if (length < 0 || (size_t)length >= sizeof full)
        return NULL;
    return cedar_schema_entity_type(terms->schema, bytes_of(full));
}

/* --- Clauses ------------------------------------------------------------------------------ */

/* The text of an annotation, copied; "" when it is not there. */
static const char *
annotation(struct terms *terms, const struct cedar_policy *policy, const char *name)
{
    const struct cedar_annotation *found = cedar_policy_annotation(policy, name);
    return found && found->has_value ? arena_text(&terms->arena, found->value) : "";
}

/* "6.1"; of an order with the order's number before it; of an order that stops everything, the
 * order's number alone. NULL: no memory. */
static const char *clause_number(
    struct terms *terms, const struct cedar_policy *policy, const char *order_number,
    bool whole_order)
{
    if (order_number && whole_order)
        return arena_text(&terms->arena, bytes_of(order_number));
    const char *number = annotation(terms, policy, "clause");
    if (!number || !order_number)
        return number;
    struct buffer full = {0};
    buffer_printf(&full, "%s/%s", order_number, number);
    number = full.error ? NULL : arena_text(&terms->arena, buffer_view(&full));
    buffer_free(&full);
    return number;
}

static enum error note_clause(
    struct terms *terms, const struct cedar_policy *policy, enum clause_source source,
    const struct digest *instrument, const char *order_number, bool whole_order,
    struct fault *fault)
{
    if (terms->clause_count == terms->clause_room) {
        size_t room = terms->clause_room ? 2 * terms->clause_room : 64;
        struct terms_clause *clauses = realloc(terms->clauses, room * sizeof *clauses);
        if (!clauses)
            return fault_place(fault, ERROR_MEMORY, "clauses");
        terms->clauses = clauses;
        terms->clause_room = room;
    }
    const char *number = clause_number(terms, policy, order_number, whole_order);
    const char *title = annotation(terms, policy, "title");
    const char *basis = annotation(terms, policy, "basis");
    if (!number || !title || !basis)
        return fault_place(fault, ERROR_MEMORY, "clauses");
    terms->clauses[terms->clause_count++] = (struct terms_clause){
        .source = source,
        .instrument = *instrument,
        .number = number,
        .title = title,
        .basis = basis,
        .permit = policy->effect == CEDAR_PERMIT,
        .line = policy->span.start.line,
        .column = policy->span.start.column,
    };
    return ERROR_OK;
}

/* Policy id = instrument digest / clause. */
static enum error add_text(
    struct cedar_policies *policies, const char *text, const struct digest *instrument,
    struct fault *fault)
{
    char prefix[DIGEST_TEXT_SIZE + 1];
    digest_text(instrument, prefix);
    strcat(prefix, "/");
    struct cedar_naming naming = {.prefix = bytes_of(prefix), .annotation = "clause"};
    return cedar_policies_add(policies, bytes_of(text), &naming, fault);
}

/* Adds a document's clauses to the terms. A licence and an order can only take away. */
static enum error add_clauses(
    struct terms *terms, const char *text, enum clause_source source,
    const struct digest *instrument, const char *order_number, bool whole_order,
    struct fault *fault)
{
    size_t first = cedar_policies_count(terms->policies);
    enum error error = add_text(terms->policies, text, instrument, fault);
    for (size_t i = first; i < cedar_policies_count(terms->policies) && !error; i++) {
        const struct cedar_policy *policy = cedar_policies_at(terms->policies, i);
        if (source != CLAUSE_CERTIFICATE && policy->effect == CEDAR_PERMIT)
            return fault_set(
                fault, ERROR_VERDICT_PERMIT, "clause", "forbid only", "a permit in line %u",
                (unsigned)policy->span.start.line);
        error = cedar_check_policy(terms->schema, policy, NULL, fault);
        if (!error)
            error =
                note_clause(terms, policy, source, instrument, order_number, whole_order, fault);
    }
    return error;
}

static bool licence_has(const struct terms *terms, const char *number)
{
    for (size_t i = 0; i < terms->clause_count; i++) {
        if (terms->clauses[i].source == CLAUSE_LICENCE &&
            strcmp(terms->clauses[i].number, number) == 0)
            return true;
    }
    return false;
}

/* A model condition of the form, unless the licence has a clause of the same number instead. */
static enum error add_condition(
    struct terms *terms, const struct cedar_policy *policy, const struct digest *certificate,
    struct fault *fault)
{
    if (policy->effect == CEDAR_PERMIT)
        return fault_set(
            fault, ERROR_VERDICT_PERMIT, "conditions", "forbid only", "a permit in line %u",
            (unsigned)policy->span.start.line);
    const char *number = annotation(terms, policy, "clause");
    const char *text = arena_text(&terms->arena, cedar_policy_text(policy));
    if (!number || !text)
        return fault_place(fault, ERROR_MEMORY, "conditions");
    if (licence_has(terms, number))
        return ERROR_OK;
    enum error error =
        add_clauses(terms, text, CLAUSE_CERTIFICATE, certificate, NULL, false, fault);
    if (error)
        return error;
    terms->clauses[terms->clause_count - 1].line = policy->span.start.line;
    return ERROR_OK;
}

/* What a licence names, its functions and its term, say, binds by clauses. The form's own hold
 * wherever the licence does not replace them, so that none is left out by oversight. */
static enum error
add_conditions(struct terms *terms, const struct terms_sources *sources, struct fault *fault)
{
    const struct digest *certificate = &sources->certificate_digest;
    struct cedar_policies *models = NULL;
    enum error error = cedar_policies_create(&models);
    if (error)
        return fault_place(fault, error, "conditions");
    error = add_text(models, sources->form->conditions, certificate, fault);
    for (size_t i = 0; i < cedar_policies_count(models) && !error; i++)
        error = add_condition(terms, cedar_policies_at(models, i), certificate, fault);
    cedar_policies_free(models);
    return error;
}

/* Whether an order's clauses can be taken as they are. Tried on a set of their own: what is not
 * taken must leave no trace. */
static enum error
try_order(const struct terms *terms, const struct terms_order *order, struct fault *fault)
{
    struct cedar_policies *trial = NULL;
    enum error error = cedar_policies_create(&trial);
    if (error)
        return fault_place(fault, error, "order");
    error = order->order->clauses ? add_text(trial, order->order->clauses, &order->digest, fault)
                                  : ERROR_VERDICT_CLAUSES;
    /* A limit without a clause would leave everything as it was. */
    if (!error && cedar_policies_count(trial) == 0)
        error = ERROR_VERDICT_CLAUSES;
    for (size_t i = 0; i < cedar_policies_count(trial) && !error; i++) {
        const struct cedar_policy *policy = cedar_policies_at(trial, i);
        if (policy->effect == CEDAR_PERMIT)
            error = fault_set(fault, ERROR_VERDICT_PERMIT, "clauses", "forbid only", "a permit");
        else
            error = cedar_check_policy(terms->schema, policy, NULL, fault);
    }
    cedar_policies_free(trial);
    return error;
}

/* `forbid (principal, action, resource);`, but for running uses until the order's wind-down ends.
 * Clauses that do not validate leave no wind-down to rely on. */
static enum error add_stop(
    struct terms *terms, const struct terms_order *order, const char *title, struct fault *fault)
{
    char text[400], until[TIME_TEXT_SIZE];
    millis wind_down =
        order_stops_everything(order->order->kind) ? order->order->wind_down_until : 0;
    if (wind_down)
        snprintf(
            text, sizeof text,
            "@clause(\"1\") @title(\"%s\") forbid (principal, action == EndUse::Action::\"use\", "
            "resource)\nunless { context.running && context.time < datetime(\"%s\") };",
            title, time_text(wind_down, until));
    else
        snprintf(
            text, sizeof text,
            "@clause(\"1\") @title(\"%s\") forbid (principal, action, resource);", title);
    return add_clauses(
        terms, text, CLAUSE_ORDER, &order->digest, order->order->number, true, fault);
}

/* An extension moves the licence's end, later and within the certificate's term. */
static void extend(struct terms *terms, millis until)
{
    if (until > terms->certificate.until)
        until = terms->certificate.until;
    if (terms->has_licence && until > terms->licence.until)
        terms->licence.until = until;
}

static enum error
add_order(struct terms *terms, const struct terms_order *order, struct fault *fault)
{
    switch (order->order->kind) {
    case ORDER_SUSPEND:
        return add_stop(terms, order, "Suspended", fault);
    case ORDER_DISCONNECT:
        return add_stop(terms, order, "Disconnected", fault);
    case ORDER_REVOKE:
        return add_stop(terms, order, "Revoked", fault);
    case ORDER_LIMIT:
        break;
    case ORDER_EXTEND:
        extend(terms, order->order->until);
        return ERROR_OK;
    default:
        return ERROR_OK; /* asks for records or gives back: no clause */
    }
    enum error error = try_order(terms, order, NULL);
    if (error == ERROR_MEMORY)
        return fault_place(fault, error, "order");
    if (!error)
        return add_clauses(
            terms, order->order->clauses, CLAUSE_ORDER, &order->digest, order->order->number, false,
            fault);
    /* An authentic order with invalid clauses suspends. */
    terms->suspended_by = arena_text(&terms->arena, bytes_of(order->order->number));
    if (!terms->suspended_by)
        return fault_place(fault, ERROR_MEMORY, "order");
    return add_stop(terms, order, "Suspended, since the order's clauses are not valid", fault);
}

/* --- Entities ----------------------------------------------------------------------------- */

enum error terms_add_entity(
    const struct terms *terms, const struct fact_maker *maker, struct cedar_entities *entities,
    const char *type, const char *id, const struct cedar_uid *parent,
    const struct fact_sources *sources, struct fault *fault, struct cedar_record **ret_record)
{
    const struct cedar_entity_type *known = terms_type(terms, type);
    if (!known)
        return ERROR_OK;
    struct cedar_entity entity = {.parent_count = parent ? 1 : 0};
    const struct cedar_uid **parents = ARENA_NEW(maker->arena, const struct cedar_uid *);
    if (!parents)
        return fault_place(fault, ERROR_MEMORY, "%s", type);
    *parents = parent;
    entity.parents = parents;
    enum error error = fact_uid(maker, type, id, &entity.uid);
    if (error)
        return fault_place(fault, error, "%s", type);
    error = fact_record(maker, type, &known->attributes, sources, fault, &entity.attributes);
    if (!error)
        error = cedar_entities_add(entities, &entity, fault);
    if (!error && ret_record)
        *ret_record = entity.attributes;
    return error;
}

/* The licensee of a licence that is not under this certificate: of no state, not governmental. */
static enum error
add_stranger(struct terms *terms, const struct fact_maker *maker, struct fault *fault)
{
    const struct certificate *certificate = &terms->certificate;
    if (strcmp(terms->licence.agency, certificate->agency.id) == 0)
        return ERROR_OK;
    struct fact_sources sources = {.certificate = certificate, .licence = &terms->licence};
    return terms_add_entity(
        terms, maker, terms->entities, "Agency", terms->licence.agency, NULL, &sources, fault,
        NULL);
}

static enum error
build_entities(struct terms *terms, const struct fact_maker *maker, struct fault *fault)
{
    const struct certificate *certificate = &terms->certificate;
    struct fact_sources sources = {
        .certificate = certificate, .licence = &terms->licence, .certified_agency = true};
    const struct cedar_uid *state;
    enum error error = fact_uid(maker, "State", certificate->state, &state);
    if (error)
        return fault_place(fault, error, "state");
    error = terms_add_entity(
        terms, maker, terms->entities, "State", certificate->state, NULL, &sources, fault, NULL);
    if (!error)
        error = terms_add_entity(
            terms, maker, terms->entities, "Agency", certificate->agency.id, state, &sources, fault,
            NULL);
    if (!error)
        error = add_stranger(terms, maker, fault);
    for (size_t i = 0; i < certificate->bodies_count && !error; i++) {
        sources.body = &certificate->bodies[i];
        error = terms_add_entity(
            terms, maker, terms->entities, "ApprovingBody", sources.body->id, state, &sources,
            fault, NULL);
    }
    if (!error)
        error = cedar_entities_freeze(terms->entities, fault);
    return error ? error : cedar_check_entities(terms->schema, terms->entities, fault);
}

/* Builds once what each declared use builds for itself of certificate and licence (the installation
 * and an offence have facts of the moment), so that a document that speaks of an act, say, that the
 * vocabulary does not know is found here and not by somebody's declaration. */
static enum error
try_facts(const struct terms *terms, const struct fact_maker *maker, struct fault *fault)
{
    struct fact_sources sources = {.certificate = &terms->certificate, .licence = &terms->licence};
    struct cedar_record *record;
    const struct cedar_entity_type *installation = terms_type(terms, "Installation");
    enum error error =
        fact_record(maker, "Installation", &installation->attributes, &sources, fault, &record);
    const struct cedar_entity_type *offence = terms_type(terms, "Offence");
    for (size_t i = 0; offence && i < terms->certificate.offences_count && !error; i++) {
        sources.offence = &terms->certificate.offences[i];
        error = fact_record(maker, "Offence", &offence->attributes, &sources, fault, &record);
        if (error)
            fault_within(fault, error, "%s", sources.offence->code);
    }
    return error;
}

/* --- Opening ------------------------------------------------------------------------------ */

/* A document's own copy: encoded and decoded again, which also holds it to every rule. */
static enum error copy(
    const struct layout *layout, const void *value, struct arena *arena, struct fault *fault,
    void *ret_value)
{
    struct buffer bytes = {0};
    enum error error = layout_encode(layout, value, fault, &bytes);
    if (!error)
        error = layout_decode(layout, buffer_view(&bytes), arena, fault, ret_value);
    buffer_free(&bytes);
    return error;
}

static enum error read_vocabulary(struct terms *terms, const struct form *form, struct fault *fault)
{
    enum error error = cedar_schema_parse(bytes_of(form->vocabulary), fault, &terms->schema);
    if (error)
        return fault_within(fault, error, "vocabulary");
    terms->action =
        cedar_schema_action(terms->schema, BYTES_LITERAL("EndUse::Action"), BYTES_LITERAL("use"));
    return vocabulary_check(terms->schema, fault);
}

static enum error
compile(struct terms *terms, const struct terms_sources *sources, struct fault *fault)
{
    enum error error = add_clauses(
        terms, sources->form->clauses, CLAUSE_CERTIFICATE, &sources->certificate_digest, NULL,
        false, fault);
    if (error)
        return fault_within(fault, error, "certificate %s", sources->certificate->number);
    if (sources->licence && sources->licence->clauses) {
        error = add_clauses(
            terms, sources->licence->clauses, CLAUSE_LICENCE, &sources->licence_digest, NULL, false,
            fault);
        if (error)
            return fault_within(fault, error, "licence %s", sources->licence->number);
    }
    if (sources->licence) {
        error = add_conditions(terms, sources, fault);
        if (error)
            return fault_within(fault, error, "certificate %s", sources->certificate->number);
    }
    for (size_t i = 0; i < sources->order_count && !error; i++) {
        error = add_order(terms, &sources->orders[i], fault);
        if (error)
            fault_within(fault, error, "order %s", sources->orders[i].order->number);
    }
    if (error)
        return error;
    if (terms->clause_count > UINT16_MAX)
        return fault_place(fault, ERROR_TOO_LARGE, "clauses");
    return cedar_compile(terms->policies, terms->symbols, fault, &terms->program);
}

/* Copies of what the terms stand on. Without a licence the end user is the certificate's own, and
 * nothing is licensed: no function, no territory, no use, at no time. */
static enum error
copy_sources(struct terms *terms, const struct terms_sources *sources, struct fault *fault)
{
    if ((sources->licence == NULL) != sources->certificate_alone)
        return fault_set(
            fault, ERROR_VERDICT_LICENCE, "licence", "a licence, or to judge the certificate alone",
            sources->licence ? "both" : "neither");
    enum error error =
        copy(&certificate_layout, sources->certificate, &terms->arena, fault, &terms->certificate);
    if (!error && sources->licence)
        error = copy(&licence_layout, sources->licence, &terms->arena, fault, &terms->licence);
    if (error)
        return error;
    terms->has_licence = sources->licence != NULL;
    if (!terms->has_licence) {
        terms->licence.agency = terms->certificate.agency.id;
        terms->licence.uses_period = MILLIS_DAY; /* with none in it: no period would be no limit */
    }
    terms->installation =
        arena_text(&terms->arena, bytes_of(sources->installation ? sources->installation : "none"));
    return terms->installation ? ERROR_OK : fault_place(fault, ERROR_MEMORY, "terms");
}

static enum error
open_terms(struct terms *terms, const struct terms_sources *sources, struct fault *fault)
{
    uint64_t seed;
    if (os_system.random(&seed, sizeof seed) != 0)
        return fault_place(fault, ERROR_RANDOM, "terms");
    enum error error = copy_sources(terms, sources, fault);
    if (!error)
        error = read_vocabulary(terms, sources->form, fault);
    if (!error)
        error = cedar_policies_create(&terms->policies);
    if (!error)
        error = cedar_symbols_create(NULL, seed, &terms->symbols);
    if (!error)
        error = cedar_entities_create(NULL, &terms->entities);
    if (!error)
        error = compile(terms, sources, fault);
    if (error)
        return error;
    struct arena trial = {0};
    struct fact_maker maker = {terms->symbols, &terms->arena};
    struct fact_maker trying = {terms->symbols, &trial};
    error = build_entities(terms, &maker, fault);
    if (!error)
        error = try_facts(terms, &trying, fault);
    arena_free(&trial);
    if (!error)
        cedar_symbols_freeze(terms->symbols);
    return error;
}

enum error
terms_open(const struct terms_sources *sources, struct fault *fault, struct terms **ret_terms)
{
    struct terms *terms = calloc(1, sizeof *terms);
    if (!terms)
        return fault_place(fault, ERROR_MEMORY, "terms");
    struct fault inner = {0};
    enum error error = open_terms(terms, sources, &inner);
    if (error) {
        terms_close(terms);
        if (fault && inner.error)
            *fault = inner;
        else
            fault_place(fault, error, "terms");
        return error;
    }
    *ret_terms = terms;
    return ERROR_OK;
}

enum error
terms_check_form(const struct form *form, const struct digest *digest, struct fault *fault)
{
    struct terms *terms = calloc(1, sizeof *terms);
    if (!terms)
        return fault_place(fault, ERROR_MEMORY, "form");
    enum error error = read_vocabulary(terms, form, fault);
    if (!error && (error = cedar_policies_create(&terms->policies)) != ERROR_OK)
        fault_place(fault, error, "form");
    if (!error &&
        (error = add_clauses(terms, form->clauses, CLAUSE_CERTIFICATE, digest, NULL, false, fault)))
        fault_within(fault, error, "clauses");
    /* In a set of their own: their numbers are a licence's. */
    const struct digest own = sha256_of(bytes_of(form->conditions));
    if (!error &&
        (error = add_clauses(terms, form->conditions, CLAUSE_LICENCE, &own, NULL, false, fault)))
        fault_within(fault, error, "conditions");
    terms_close(terms);
    return error;
}

void terms_close(struct terms *terms)
{
    if (!terms)
        return;
    cedar_program_free(terms->program);
    cedar_entities_free(terms->entities);
    cedar_symbols_free(terms->symbols);
    cedar_policies_free(terms->policies);
    cedar_schema_free(terms->schema);
    free(terms->clauses);
    arena_free(&terms->arena);
    free(terms);
}

size_t terms_clause_count(const struct terms *terms)
{
    return terms->clause_count;
}

const struct terms_clause *terms_clause(const struct terms *terms, size_t index)
{
    return index < terms->clause_count ? &terms->clauses[index] : NULL;
}

bool terms_licensed(const struct terms *terms)
{
    return terms->has_licence;
}

const char *terms_suspended_by(const struct terms *terms)
{
    return terms->suspended_by;
}
