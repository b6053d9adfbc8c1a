/* A declared use: the declaration's facts typed after the vocabulary, its own entities on top of
 * the terms', and the judgement. */
#include "verdict/use.h"

#include <stdlib.h>
#include <string.h>

/* --- Facts of a declaration --------------------------------------------------------------- */

/* Each fact declared must be one of the vocabulary, and one that a declaration may state. The file
 * reference stands in the declaration itself. */
static enum error
check_names(const struct terms *terms, const struct declaration *declaration, struct fault *fault)
{
    const struct datum *facts = &declaration->facts;
    if (facts->kind != DATUM_MAP)
        return fault_set(fault, ERROR_VERDICT_FACT_VALUE, "facts", "a map", NULL);
    for (size_t i = 0; i < facts->map.count; i++) {
        const char *name = facts->map.members[i].name;
        const struct cedar_attribute *attribute =
            cedar_record_type_attribute(&terms->action->context, bytes_of(name));
        /* A name may be empty; the place of a fault may not. */
        if (!attribute)
            return fault_set(
                fault, ERROR_VERDICT_FACT_UNKNOWN, *name ? name : "\"\"",
                "a fact of the vocabulary", NULL);
        if (!fact_has_source(attribute, "declaration") || strcmp(name, "file") == 0)
            return fault_set(
                fault, ERROR_VERDICT_FACT_SOURCE, name, "only facts whose source is a declaration",
                NULL);
    }
    return ERROR_OK;
}

/* The place of a fact of the moment, or NULL: the vocabulary has no such fact. */
static struct cedar_value *
use_slot(struct cedar_record *record, const struct fact_maker *maker, const char *name)
{
    const struct cedar_string *key = cedar_find_string(maker->symbols, bytes_of(name));
    return record && key ? cedar_record_slot(record, key) : NULL;
}

/* A fact that may be left out where the vocabulary says so. */
static enum error
missing(const struct cedar_attribute *attribute, const char *name, struct fault *fault)
{
    return attribute->required
               ? fault_set(fault, ERROR_VERDICT_FACT_MISSING, name, "a value", "none")
               : ERROR_OK;
}

static enum error approval_value(
    struct declared_use *use, const struct fact_maker *maker,
    const struct cedar_attribute *attribute, const struct fact_sources *facts, struct fault *fault,
    struct cedar_value *ret_value)
{
    struct cedar_record *record;
    enum error error =
        fact_record(maker, "approval", attribute->type->record, facts, fault, &record);
    if (error)
        return error;
    use->withdrawn = use_slot(record, maker, "withdrawn");
    *ret_value = cedar_value_record(record);
    return ERROR_OK;
}

/* The value of one attribute of the context. *ret_there is false where it may be left out and is.
 * The vocabulary was checked: a fact that is not the guard's, the approval or the declaration's
 * file reference is one of the declaration's facts. */
static enum error context_value(
    struct declared_use *use, const struct fact_maker *maker,
    const struct cedar_attribute *attribute, const char *name, const struct use_sources *sources,
    const struct fact_sources *facts, struct fault *fault, bool *ret_there,
    struct cedar_value *ret_value)
{
    const struct declaration *declaration = sources->declaration;
    struct fact fact = {.kind = FACT_TEXT, .text = declaration->file};
    *ret_there = true;
    if (fact_has_source(attribute, "guard")) {
        /* time and running, set before each judgement */
        *ret_value = attribute->type->kind == CEDAR_TYPE_BOOL ? cedar_value_bool(false)
                                                              : cedar_value_datetime(0);
        return ERROR_OK;
    }
    if (fact_has_source(attribute, "approval")) {
        *ret_there = sources->approval != NULL;
        return *ret_there ? approval_value(use, maker, attribute, facts, fault, ret_value)
                          : missing(attribute, name, fault);
    }
    if (strcmp(name, "file") != 0) {
        const struct datum *datum = datum_member(&declaration->facts, name);
        *ret_there = datum != NULL;
        if (!datum)
            return missing(attribute, name, fault);
        enum error error = fact_of_datum(datum, name, maker->arena, fault, &fact);
        if (error)
            return error;
    }
    return fact_value(maker, name, attribute->type, &fact, fault, ret_value);
}

static enum error build_context(
    struct declared_use *use, const struct fact_maker *maker, const struct use_sources *sources,
    const struct fact_sources *facts, struct fault *fault, struct cedar_record **ret_context)
{
    const struct cedar_record_type *type = &use->terms->action->context;
    struct cedar_field *fields = ARENA_ARRAY(maker->arena, struct cedar_field, type->count);
    if (!fields)
        return fault_place(fault, ERROR_MEMORY, "context");
    size_t count = 0;
    for (size_t i = 0; i < type->count; i++) {
        const struct cedar_attribute *attribute = &type->attributes[i];
        const char *name = arena_text(maker->arena, attribute->name);
        if (!name)
            return fault_place(fault, ERROR_MEMORY, "context");
        bool there;
        enum error error = context_value(
            use, maker, attribute, name, sources, facts, fault, &there, &fields[count].value);
        if (error)
            return error;
        if (!there)
            continue;
        error = cedar_intern(maker->symbols, attribute->name, &fields[count].key);
        if (error)
            return fault_place(fault, error, "context");
        count++;
    }
    return cedar_record_build(maker->arena, fields, count, fault, ret_context);
}

/* --- Entities of a declaration ------------------------------------------------------------ */

/* The offence that a declaration or approval names, once: with its line of the schedule, or, where
 * there is none, of no state and with the least favourable attributes. */
static enum error add_offence(
    struct declared_use *use, const struct fact_maker *maker, const char *code,
    struct fact_sources facts, struct fault *fault)
{
    const struct terms *terms = use->terms;
    const struct cedar_uid *uid, *state;
    enum error error = fact_uid(maker, "Offence", code, &uid);
    if (!error)
        error = fact_uid(maker, "State", terms->certificate.state, &state);
    if (error)
        return fault_place(fault, error, "offence");
    if (cedar_entities_find(use->entities, uid))
        return ERROR_OK;
    facts.offence = certificate_offence(&terms->certificate, code);
    struct cedar_record *record = NULL;
    error = terms_add_entity(
        terms, maker, use->entities, "Offence", code, facts.offence ? state : NULL, &facts, fault,
        &record);
    struct cedar_value *in_force = error ? NULL : use_slot(record, maker, "inForce");
    if (in_force)
        use->offences[use->offence_count++] = (struct use_offence){facts.offence, in_force};
    return error;
}

static enum error add_entities(
    struct declared_use *use, const struct fact_maker *maker, const struct use_sources *sources,
    struct fact_sources facts, struct fault *fault)
{
    const struct terms *terms = use->terms;
    const char *agency = sources->roll->agency;
    const struct cedar_uid *agency_uid;
    enum error error = fact_uid(maker, "Agency", agency, &agency_uid);
    if (error)
        return fault_place(fault, error, "agency");
    /* An agency that the certificate does not name is not governmental and of no state. */
    facts.certified_agency = strcmp(agency, terms->certificate.agency.id) == 0;
    if (!facts.certified_agency)
        error = terms_add_entity(
            terms, maker, use->entities, "Agency", agency, NULL, &facts, fault, NULL);
    if (!error)
        error = terms_add_entity(
            terms, maker, use->entities, "Operator", sources->declaration->operator_id, agency_uid,
            &facts, fault, NULL);
    struct cedar_record *installation = NULL;
    if (!error)
        error = terms_add_entity(
            terms, maker, use->entities, "Installation", terms->installation, NULL, &facts, fault,
            &installation);
    if (error)
        return error;
    use->other_active_uses = use_slot(installation, maker, "otherActiveUses");
    use->uses_in_period = use_slot(installation, maker, "usesInPeriod");
    const char *declared = datum_text(&sources->declaration->facts, "offence");
    if (declared)
        error = add_offence(use, maker, declared, facts, fault);
    const struct approval *approval = sources->approval;
    if (!error && approval)
        error = add_offence(use, maker, approval->offence, facts, fault);
    if (!error && approval && !certificate_body(&terms->certificate, approval->body))
        error = terms_add_entity(
            terms, maker, use->entities, "ApprovingBody", approval->body, NULL, &facts, fault,
            NULL);
    return error;
}

/* --- Opening ------------------------------------------------------------------------------ */

static enum error build_request(
    struct declared_use *use, const struct fact_maker *maker, const struct use_sources *sources,
    struct fault *fault)
{
    const struct terms *terms = use->terms;
    struct fact_sources facts = {
        .certificate = &terms->certificate,
        .licence = &terms->licence,
        .approval = sources->approval,
        .body = sources->approval ? certificate_body(&terms->certificate, sources->approval->body)
                                  : NULL,
    };
    struct cedar_record *context;
    enum error error = build_context(use, maker, sources, &facts, fault, &context);
    if (!error)
        error = add_entities(use, maker, sources, facts, fault);
    if (!error)
        error = cedar_entities_freeze(use->entities, fault);
    if (!error)
        error =
            fact_uid(maker, "Operator", sources->declaration->operator_id, &use->request.principal);
    if (!error)
        error = fact_uid(maker, "Action", "use", &use->request.action);
    if (!error)
        error = fact_uid(maker, "Installation", terms->installation, &use->request.resource);
    if (error)
        return error;
    use->request.context = context;
    use->time = use_slot(context, maker, "time");
    use->running = use_slot(context, maker, "running");
    return ERROR_OK;
}

/* Judges once what no fact of the moment can change. */
static void settle(struct declared_use *use)
{
    const struct cedar_value *slots[5 + USE_OFFENCES_MAX];
    const struct cedar_value *const named[] = {
        use->time, use->running, use->other_active_uses, use->uses_in_period, use->withdrawn,
    };
    size_t count = 0;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (named[i])
            slots[count++] = named[i];
    }
    for (size_t i = 0; i < use->offence_count; i++)
        slots[count++] = use->offences[i].in_force;
    cedar_settle(
        use->terms->program, &use->request, use->entities, slots, count, use->scratch, use->memo);
}

static enum error
open_use(struct declared_use *use, const struct use_sources *sources, struct fault *fault)
{
    const struct terms *terms = use->terms;
    enum error error = check_names(terms, sources->declaration, fault);
    if (!error && sources->approval && sources->approval->kind == APPROVAL_WITHDRAWAL)
        error =
            fault_set(fault, ERROR_VERDICT_FACT_VALUE, "approval", "an approval", "a withdrawal");
    if (!error)
        error = cedar_symbols_create(terms->symbols, 0, &use->symbols);
    if (!error)
        error = cedar_entities_create(terms->entities, &use->entities);
    if (error)
        return error;
    struct fact_maker maker = {use->symbols, &use->arena};
    error = build_request(use, &maker, sources, fault);
    /* What was built here conforms to the vocabulary, or nothing is judged by it. */
    if (!error)
        error = cedar_check_request(terms->schema, &use->request, fault);
    if (!error)
        error = cedar_check_entities(terms->schema, use->entities, fault);
    if (error)
        return error;
    const char *function = datum_text(&sources->declaration->facts, "function");
    const char *subject = datum_text(&sources->declaration->facts, "subject");
    use->function = arena_text(&use->arena, bytes_of(function ? function : ""));
    use->subject = arena_text(&use->arena, bytes_of(subject ? subject : ""));
    use->scratch = malloc(cedar_program_scratch_size(terms->program));
    use->memo = malloc(cedar_program_memo_size(terms->program));
    if (!use->function || !use->subject || !use->scratch || !use->memo)
        return fault_place(fault, ERROR_MEMORY, "declaration");
    settle(use);
    return ERROR_OK;
}

enum error declared_use_open(
    const struct terms *terms, const struct use_sources *sources, struct fault *fault,
    struct declared_use **ret_use)
{
    struct declared_use *use = calloc(1, sizeof *use);
    if (!use)
        return fault_place(fault, ERROR_MEMORY, "declaration");
    use->terms = terms;
    struct fault inner = {0};
    enum error error = open_use(use, sources, &inner);
    if (error) {
        declared_use_close(use);
        if (fault)
            *fault = inner;
        return fault_within(fault, error, "declaration");
    }
    *ret_use = use;
    return ERROR_OK;
}

void declared_use_close(struct declared_use *use)
{
    if (!use)
        return;
    cedar_entities_free(use->entities);
    cedar_symbols_free(use->symbols);
    free(use->scratch);
    free(use->memo);
    arena_free(&use->arena);
    free(use);
}

const char *declared_use_function(const struct declared_use *use)
{
    return use->function;
}

const char *declared_use_subject(const struct declared_use *use)
{
    return use->subject;
}

/* --- Judging ------------------------------------------------------------------------------ */

static int64_t as_long(uint64_t count)
{
    return count > INT64_MAX ? INT64_MAX : (int64_t)count;
}

/* Puts the facts of the moment into their slots. */
static void set_moment(struct declared_use *use, const struct moment *moment)
{
    if (use->time)
        use->time->number = moment->time;
    if (use->running)
        use->running->boolean = moment->running;
    if (use->other_active_uses)
        use->other_active_uses->number = as_long(moment->other_active_uses);
    if (use->uses_in_period)
        use->uses_in_period->number = as_long(moment->uses_in_period);
    if (use->withdrawn)
        use->withdrawn->boolean = moment->approval_withdrawn;
    for (size_t i = 0; i < use->offence_count; i++) {
        const struct offence *offence = use->offences[i].offence;
        use->offences[i].in_force->boolean = offence && offence_in_force(offence, moment->time);
    }
}

struct verdict use_judge(
    struct declared_use *use, const struct moment *moment, struct cedar_response *ret_response)
{
    set_moment(use, moment);
    cedar_authorize_settled(use->memo, ret_response);
    const struct cedar_response *response = ret_response;
    struct verdict verdict = {0};
    verdict.more = response->determining_count > VERDICT_CLAUSE_LIMIT;
    verdict.erred = response->error_count ? (uint16_t)response->errors[0].policy : 0;
    /* Permitted only if Cedar allows and no clause erred. */
    if (response->decision == CEDAR_ALLOW && response->error_count == 0)
        verdict.outcome = VERDICT_WITHIN;
    else if (response->decision == CEDAR_DENY && response->determining_count)
        verdict.outcome = VERDICT_FORBIDDEN;
    else if (response->error_count)
        verdict.outcome = VERDICT_ERRED;
    else
        verdict.outcome = VERDICT_NO_CLAUSE;
    if (verdict.outcome == VERDICT_ERRED) {
        /* The permits that held did not decide: the clause that erred did. */
        verdict.clauses[verdict.clause_count++] = verdict.erred;
        verdict.more = response->error_count > 1;
        return verdict;
    }
    for (size_t i = 0; i < response->determining_count && i < VERDICT_CLAUSE_LIMIT; i++)
        verdict.clauses[verdict.clause_count++] = (uint16_t)response->determining[i];
    return verdict;
}

struct verdict declared_use_judge(struct declared_use *use, const struct moment *moment)
{
    struct cedar_response response;
    return use_judge(use, moment, &response);
}

const char *verdict_word(enum verdict_outcome outcome)
{
    switch (outcome) {
    case VERDICT_WITHIN:
        return "within";
    case VERDICT_FORBIDDEN:
        return "forbidden";
    case VERDICT_NO_CLAUSE:
        return "no-clause";
    case VERDICT_ERRED:
        return "erred";
    }
    return "none";
}
