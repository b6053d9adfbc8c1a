/* A trial's verdict in words: judged and explained by verdict/, shown here. */
#include "site/trial.h"

#include <string.h>

#include "json/json.h"
#include "site/words.h"

static enum error no_memory(const struct trial *trial)
{
    return fault_place(&trial->facts->reading->fault, ERROR_MEMORY, "page");
}

static const char *text_of(const struct trial *trial, const struct json *object, const char *name)
{
    return arena_text(&trial->facts->reading->arena, json_characters(json_find(object, name)));
}

/* A clause, with the law that it executes, linked to where both stand. */
static bool
show_decider(const struct trial *trial, const struct json *clause, struct view_decider *view)
{
    const char *number = text_of(trial, clause, "clause");
    const char *title = text_of(trial, clause, "title");
    const char *effect = text_of(trial, clause, "effect");
    if (!number || !title || !effect)
        return false;
    const struct form_text_clause *law = certificate_clause_of(trial->facts, number);
    *view = (struct view_decider){
        .number = number,
        .title = title,
        .effect = strcmp(effect, "permit") == 0 ? "permits it" : "forbids it",
        .text = law ? law->blocks[0].text : NULL,
        .href = law ? law->number : NULL,
    };
    return true;
}

static enum error show_deciders(
    const struct trial *trial, const struct json *list, struct view_decider **ret_items,
    size_t *ret_count)
{
    size_t count = json_count(list);
    struct view_decider *items =
        ARENA_ARRAY(&trial->facts->reading->arena, struct view_decider, count + 1);
    if (!items)
        return no_memory(trial);
    for (size_t i = 0; i < count; i++) {
        if (!show_decider(trial, json_at(list, i), &items[i]))
            return no_memory(trial);
    }
    *ret_items = items;
    *ret_count = count;
    return ERROR_OK;
}

static enum error
show_condition(const struct trial *trial, const struct json *failed, struct view_condition *view)
{
    const struct json *seen = json_find(failed, "seen");
    const char *kind = text_of(trial, failed, "kind");
    size_t count = json_count(seen);
    *view = (struct view_condition){.source = text_of(trial, failed, "source")};
    view->seen.items = ARENA_ARRAY(&trial->facts->reading->arena, struct view_seen, count + 1);
    if (!kind || !view->source || !view->seen.items)
        return no_memory(trial);
    view->kind = strcmp(kind, "unless") == 0 ? "Excluded by" : "Not met";
    for (size_t i = 0; i < count; i++) {
        const struct json *one = json_at(seen, i);
        struct view_seen *to = &view->seen.items[view->seen.count++];
        to->fact = text_of(trial, one, "source");
        to->value = json_find(one, "value") ? text_of(trial, one, "value") : "not stated";
        if (!to->fact || !to->value)
            return no_memory(trial);
    }
    return ERROR_OK;
}

/* Each clause that could have permitted it, with the conditions that failed. */
static enum error
show_permits(const struct trial *trial, const struct json *list, struct view_trial *view)
{
    struct arena *arena = &trial->facts->reading->arena;
    enum error error = show_deciders(trial, list, &view->permits.items, &view->permits.count);
    for (size_t i = 0; i < view->permits.count && !error; i++) {
        struct view_decider *permit = &view->permits.items[i];
        const struct json *failed = json_find(json_at(list, i), "failed");
        size_t count = json_count(failed);
        permit->failed.items = ARENA_ARRAY(arena, struct view_condition, count + 1);
        if (!permit->failed.items)
            return no_memory(trial);
        permit->failed.count = count;
        for (size_t k = 0; k < count && !error; k++)
            error = show_condition(trial, json_at(failed, k), &permit->failed.items[k]);
    }
    return error;
}

/* What an outcome is called, what it means, and what to do next. */
static const struct {
    const char *word, *outcome, *meaning, *next, *deciders;
} outcomes[] = {
    {"within", "Within the certificate’s terms",
     "By these clauses an installation would let the use begin. A licence, and an order under it, "
     "can only take away from that: without a licence no use begins.",
     "An operator declares the use in the agency’s own system, with the approval that the body has "
     "signed.",
     "What permits it"},
    {"forbidden", "Outside the certificate’s terms",
     "An installation would refuse the use. A clause that forbids always wins: nothing that "
     "another "
     "clause permits changes that.",
     "If the facts are others, declare those. If the clause reads otherwise, ask both ministries "
     "for a ruling.",
     "What forbids it"},
    {"no-clause", "Outside the certificate’s terms",
     "An installation would refuse the use, for no clause permits it. What is not permitted is "
     "refused.",
     "Below stands, for each clause that could permit a use, which of its conditions these facts "
     "do not meet.",
     NULL},
    {"erred", "Outside the certificate’s terms",
     "A clause could not be evaluated, and an installation would therefore refuse the use.",
     "Tell both ministries: the form has a fault.", "What could not be evaluated"},
};

static enum error
show_verdict(const struct trial *trial, const struct json *verdict, struct view_trial *view)
{
    const struct json *word = json_find(verdict, "outcome");
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        if (!bytes_equal_text(json_characters(word), outcomes[i].word))
            continue;
        view->judged = true;
        view->within = i == 0;
        view->outcome = outcomes[i].outcome;
        view->meaning = outcomes[i].meaning;
        view->next = outcomes[i].next;
        view->deciders_title = outcomes[i].deciders;
    }
    if (!view->judged)
        return fault_place(&trial->facts->reading->fault, ERROR_INTERNAL, "outcome");
    struct view_moment moment = words_moment(&trial->facts->reading->arena, trial->time);
    view->moment = words_format(&trial->facts->reading->arena, "%s, %s", moment.date, moment.time);
    enum error error = show_deciders(
        trial, json_find(verdict, "clauses"), &view->deciders.items, &view->deciders.count);
    const struct json *permits = json_find(verdict, "permits");
    return error || !permits ? error : show_permits(trial, permits, view);
}

static enum error
explain(const struct trial *trial, struct declared_use *use, struct view_trial *view)
{
    struct reading *reading = trial->facts->reading;
    const struct moment moment = {.time = trial->time};
    struct buffer text = {0};
    struct json_writer writer;
    const struct json *verdict = NULL;
    json_writer_begin(&writer, &text, 0);
    enum error error = declared_use_explain_json(use, &moment, &writer);
    enum error ended = json_writer_end(&writer);
    if (!error)
        error = ended;
    if (error)
        fault_place(&reading->fault, error, "explanation");
    else
        error = json_parse(buffer_view(&text), &reading->arena, &reading->fault, &verdict);
    buffer_free(&text);
    return error ? error : show_verdict(trial, verdict, view);
}

enum error trial_judge(const struct trial *trial, struct fault *fault, struct view_trial *view)
{
    const struct certificate_case *facts = trial->facts;
    const struct terms_sources sources = {
        .form = &facts->form,
        .certificate = facts->certificate,
        .certificate_digest = facts->digest,
        .certificate_alone = true,
    };
    const struct use_sources stated = {
        .declaration = &trial->declaration,
        .roll = &trial->roll,
        .approval = trial->has_approval ? &trial->approval : NULL,
    };
    struct terms *terms = NULL;
    struct declared_use *use = NULL;
    enum error error = terms_open(&sources, fault, &terms);
    if (!error)
        error = declared_use_open(terms, &stated, fault, &use);
    if (!error) {
        error = explain(trial, use, view);
        if (error)
            *fault = facts->reading->fault;
    }
    if (use)
        declared_use_close(use);
    if (terms)
        terms_close(terms);
    return error;
}
