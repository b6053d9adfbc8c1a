/* Sets of policies: texts and links added one by one, ids unique. */
#include "cedar/policies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cedar/hash.h"
#include "cedar/limits.h"
#include "cedar/parser.h"

/* One text that was added: the arena has its copy and its tree. Or one link. */
struct text {
    struct text *next;
    struct arena arena;
};

/* In the order of adding. */
struct list {
    const struct cedar_policy **items;
    size_t count, room;
};

enum { POLICIES, TEMPLATES, LISTS };

struct cedar_policies {
    struct text *texts;
    struct list lists[LISTS];
    /* Ids by hash, open addressing; NULL is free. slots is a power of two and at least twice as
     * many as there are ids. */
    struct slot *slots;
    size_t slot_count;
};

struct slot {
    const struct cedar_policy *policy;
    size_t index; /* in its list */
};

/* A text's policies while it is being added. */
struct parsed {
    struct parsed *next;
    struct cedar_policy policy;
};

enum error cedar_policies_create(struct cedar_policies **ret_policies)
{
    struct cedar_policies *policies = calloc(1, sizeof *policies);
    if (!policies)
        return ERROR_MEMORY;
    *ret_policies = policies;
    return ERROR_OK;
}

static void free_text(struct text *text)
{
    arena_free(&text->arena);
    free(text);
}

void cedar_policies_free(struct cedar_policies *policies)
{
    if (!policies)
        return;
    while (policies->texts) {
        struct text *text = policies->texts;
        policies->texts = text->next;
        free_text(text);
    }
    for (int i = 0; i < LISTS; i++)
        free(policies->lists[i].items);
    free(policies->slots);
    free(policies);
}

static size_t count_all(const struct cedar_policies *policies)
{
    return policies->lists[POLICIES].count + policies->lists[TEMPLATES].count;
}

/* The slot of an id: where it stands, or the free one where it would. */
static struct slot *slot_of(const struct cedar_policies *policies, struct bytes id)
{
    size_t mask = policies->slot_count - 1;
    size_t at = cedar_hash_bytes(id, 0) & mask;
    while (policies->slots[at].policy && !bytes_equal(policies->slots[at].policy->id, id))
        at = (at + 1) & mask;
    return &policies->slots[at];
}

/* Puts all ids into slots that are free. */
static void fill_slots(struct cedar_policies *policies)
{
    for (int list = 0; list < LISTS; list++) {
        for (size_t i = 0; i < policies->lists[list].count; i++) {
            const struct cedar_policy *policy = policies->lists[list].items[i];
            *slot_of(policies, policy->id) = (struct slot){policy, i};
        }
    }
}

static enum error make_list_room(struct list *list, size_t count)
{
    size_t needed = list->count + count;
    if (needed <= list->room)
        return ERROR_OK;
    size_t room = needed > list->room * 2 ? needed : list->room * 2;
    const struct cedar_policy **items = realloc(list->items, room * sizeof *items);
    if (!items)
        return ERROR_MEMORY;
    list->items = items;
    list->room = room;
    return ERROR_OK;
}

/* Makes room for count more in either list; what is there stays as it is. */
static enum error make_room(struct cedar_policies *policies, size_t count)
{
    for (int list = 0; list < LISTS; list++) {
        enum error error = make_list_room(&policies->lists[list], count);
        if (error)
            return error;
    }
    size_t slot_count = policies->slot_count ? policies->slot_count : 16;
    while (slot_count < (count_all(policies) + count) * 2)
        slot_count *= 2;
    if (slot_count == policies->slot_count)
        return ERROR_OK;
    struct slot *slots = calloc(slot_count, sizeof *slots);
    if (!slots)
        return ERROR_MEMORY;
    free(policies->slots);
    policies->slots = slots;
    policies->slot_count = slot_count;
    fill_slots(policies);
    return ERROR_OK;
}

/* Adds a policy or template for which there is room. */
static enum error
put(struct cedar_policies *policies, const struct cedar_policy *policy, struct fault *fault)
{
    struct list *list = &policies->lists[cedar_policy_is_template(policy) ? TEMPLATES : POLICIES];
    struct slot *slot = slot_of(policies, policy->id);
    if (slot->policy) {
        char found[sizeof fault->found];
        return cedar_fault(
            fault, ERROR_CEDAR_DUPLICATE_POLICY, policy->span.start, NULL, "%s",
            quote_text(policy->id, found, sizeof found));
    }
    *slot = (struct slot){policy, list->count};
    list->items[list->count++] = policy;
    return ERROR_OK;
}

/* How a text is to be added. */
struct manner {
    bool templates;
    struct cedar_naming naming;
    const struct bytes *ids; /* or NULL: by naming */
    size_t id_count;
};

static enum error take_id(
    struct arena *arena, const struct manner *manner, size_t index, struct fault *fault,
    struct cedar_policy *policy)
{
    if (index >= manner->id_count)
        return cedar_fault(
            fault, ERROR_CEDAR_POLICY_ID, policy->span.start, "an id for each policy", NULL);
    policy->id = arena_copy(arena, manner->ids[index]);
    return policy->id.data ? ERROR_OK : fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
}

static enum error give_id(
    struct arena *arena, const struct cedar_naming *naming, size_t index, struct fault *fault,
    struct cedar_policy *policy)
{
    struct buffer id = {0};
    const struct cedar_annotation *named =
        naming->annotation ? cedar_policy_annotation(policy, naming->annotation) : NULL;
    bool is_named = named && named->has_value;
    if (naming->annotation && !naming->optional && !is_named)
        return cedar_fault(
            fault, ERROR_CEDAR_POLICY_ID, policy->span.start, NULL, "no @%s(\"...\")",
            naming->annotation);
    buffer_append_bytes(&id, naming->prefix);
    if (is_named)
        buffer_append_bytes(&id, named->value);
    else
        buffer_printf(&id, "policy%zu", index);
    policy->id = id.error ? (struct bytes){0} : arena_copy(arena, buffer_view(&id));
    buffer_free(&id);
    return policy->id.data ? ERROR_OK : fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
}

static enum error parse_all(
    struct bytes text, const struct manner *manner, struct arena *arena, struct fault *fault,
    struct parsed **ret_first, size_t *ret_count)
{
    struct cedar_parser parser;
    struct parsed *first = NULL, **last = &first;
    size_t count = 0;
    struct bytes source = arena_copy(arena, text);
    if (!source.data)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    enum error error = cedar_parser_start(&parser, source, arena, fault);
    parser.slots = manner->templates;
    while (!error && parser.token.kind != CEDAR_TOKEN_END) {
        struct parsed *parsed = ARENA_NEW(arena, struct parsed);
        if (!parsed)
            return cedar_parser_no_memory(&parser);
        if (!(error = cedar_parse_policy(&parser, &parsed->policy)))
            error = manner->ids ? take_id(arena, manner, count, fault, &parsed->policy)
                                : give_id(arena, &manner->naming, count, fault, &parsed->policy);
        *last = parsed;
        last = &parsed->next;
        count++;
    }
    if (!error && manner->ids && count != manner->id_count)
        error = fault_set(
            fault, ERROR_CEDAR_POLICY_ID, NULL, "as many ids as policies", "%zu", manner->id_count);
    if (error)
        return error;
    *ret_first = first;
    *ret_count = count;
    return ERROR_OK;
}

/* Back to as many as there were. */
static void drop_last(struct cedar_policies *policies, const size_t counts[LISTS])
{
    for (int list = 0; list < LISTS; list++)
        policies->lists[list].count = counts[list];
    for (size_t i = 0; i < policies->slot_count; i++)
        policies->slots[i] = (struct slot){0};
    fill_slots(policies);
}

static enum error
add(struct cedar_policies *policies, struct bytes text, const struct manner *manner,
    struct fault *fault)
{
    struct parsed *parsed = NULL;
    size_t count = 0;
    const size_t before[LISTS] = {policies->lists[0].count, policies->lists[1].count};
    struct text *added = calloc(1, sizeof *added);
    if (!added)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    enum error error = parse_all(text, manner, &added->arena, fault, &parsed, &count);
    if (!error && count > CEDAR_POLICIES_MAX - count_all(policies))
        error = fault_set(fault, ERROR_TOO_LARGE, NULL, "at most 1048576 policies", NULL);
    if (!error && (error = make_room(policies, count)))
        fault_set(fault, error, NULL, NULL, NULL);
    bool room = !error;
    for (; !error && parsed; parsed = parsed->next)
        error = put(policies, &parsed->policy, fault);
    if (error) {
        if (room)
            drop_last(policies, before);
        free_text(added);
        return error;
    }
    added->next = policies->texts;
    policies->texts = added;
    return ERROR_OK;
}

enum error cedar_policies_add(
    struct cedar_policies *policies, struct bytes text, const struct cedar_naming *naming,
    struct fault *fault)
{
    struct manner manner = {0};
    if (naming)
        manner.naming = *naming;
    return add(policies, text, &manner, fault);
}

enum error cedar_policies_add_with_templates(
    struct cedar_policies *policies, struct bytes text, const struct cedar_naming *naming,
    struct fault *fault)
{
    struct manner manner = {.templates = true};
    if (naming)
        manner.naming = *naming;
    return add(policies, text, &manner, fault);
}

enum error cedar_policies_add_with_ids(
    struct cedar_policies *policies, struct bytes text, const struct bytes *ids, size_t id_count,
    struct fault *fault)
{
    static const struct bytes none;
    struct manner manner = {.templates = true, .ids = ids ? ids : &none, .id_count = id_count};
    return add(policies, text, &manner, fault);
}

static bool has_slot(const struct cedar_scope *scope)
{
    return scope->slot && scope->count == 0;
}

bool cedar_policy_is_template(const struct cedar_policy *policy)
{
    return has_slot(&policy->principal) || has_slot(&policy->resource);
}

/* Puts a copy of the entity into the scope's slot. */
static enum error
fill(struct arena *arena, const struct cedar_entity_name *entity, struct cedar_scope *scope)
{
    if (!entity)
        return ERROR_OK;
    struct cedar_entity_name *copy = ARENA_NEW(arena, struct cedar_entity_name);
    if (!copy)
        return ERROR_MEMORY;
    *copy = (struct cedar_entity_name){
        arena_copy(arena, entity->type), arena_copy(arena, entity->id), scope->span};
    scope->entities = copy;
    scope->count = 1;
    return copy->type.data && copy->id.data ? ERROR_OK : ERROR_MEMORY;
}

static enum error make_link(
    struct arena *arena, const struct cedar_policy *template, struct bytes id,
    const struct cedar_slots *slots, struct cedar_policy **ret_link)
{
    struct cedar_policy *link = ARENA_NEW(arena, struct cedar_policy);
    if (!link)
        return ERROR_MEMORY;
    *link = *template;
    link->template = template;
    link->id = arena_copy(arena, id);
    enum error error = link->id.data ? ERROR_OK : ERROR_MEMORY;
    if (error || (error = fill(arena, slots->principal, &link->principal)) ||
        (error = fill(arena, slots->resource, &link->resource)))
        return error;
    *ret_link = link;
    return ERROR_OK;
}

/* The template's slots, all of them and no others, must get an entity. */
static enum error check_slots(
    const struct cedar_policy *template, const struct cedar_slots *slots, struct fault *fault)
{
    bool principal = has_slot(&template->principal), resource = has_slot(&template->resource);
    if (principal == (slots->principal != NULL) && resource == (slots->resource != NULL))
        return ERROR_OK;
    static const char *const words[] = {"none", "?principal", "?resource", "both slots"};
    return fault_set(
        fault, ERROR_CEDAR_SLOTS, NULL, words[(principal ? 1 : 0) + (resource ? 2 : 0)], "%s",
        words[(slots->principal ? 1 : 0) + (slots->resource ? 2 : 0)]);
}

enum error cedar_policies_link(
    struct cedar_policies *policies, struct bytes template, struct bytes id,
    const struct cedar_slots *slots, struct fault *fault)
{
    size_t index;
    char words[sizeof fault->found];
    if (!cedar_templates_find(policies, template, &index))
        return fault_set(
            fault, ERROR_NOT_FOUND, NULL, "a template's id", "%s",
            quote_text(template, words, sizeof words));
    const struct cedar_policy *from = policies->lists[TEMPLATES].items[index];
    struct cedar_policy *link = NULL;
    enum error error = check_slots(from, slots, fault);
    if (error)
        return error;
    if (count_all(policies) == CEDAR_POLICIES_MAX)
        return fault_set(fault, ERROR_TOO_LARGE, NULL, "at most 1048576 policies", NULL);
    struct text *added = calloc(1, sizeof *added);
    if (!added)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    if ((error = make_link(&added->arena, from, id, slots, &link)) ||
        (error = make_room(policies, 1)))
        fault_set(fault, error, NULL, NULL, NULL);
    else
        error = put(policies, link, fault);
    if (error) {
        free_text(added);
        return error;
    }
    added->next = policies->texts;
    policies->texts = added;
    return ERROR_OK;
}

static bool
find(const struct cedar_policies *policies, struct bytes id, bool template, size_t *ret_index)
{
    if (policies->slot_count == 0)
        return false;
    const struct slot *slot = slot_of(policies, id);
    if (!slot->policy || cedar_policy_is_template(slot->policy) != template)
        return false;
    *ret_index = slot->index;
    return true;
}

size_t cedar_policies_count(const struct cedar_policies *policies)
{
    return policies->lists[POLICIES].count;
}

const struct cedar_policy *cedar_policies_at(const struct cedar_policies *policies, size_t index)
{
    return policies->lists[POLICIES].items[index];
}

bool cedar_policies_find(const struct cedar_policies *policies, struct bytes id, size_t *ret_index)
{
    return find(policies, id, false, ret_index);
}

size_t cedar_templates_count(const struct cedar_policies *policies)
{
    return policies->lists[TEMPLATES].count;
}

const struct cedar_policy *cedar_templates_at(const struct cedar_policies *policies, size_t index)
{
    return policies->lists[TEMPLATES].items[index];
}

bool cedar_templates_find(const struct cedar_policies *policies, struct bytes id, size_t *ret_index)
{
    return find(policies, id, true, ret_index);
}

const struct cedar_annotation *
cedar_policy_annotation(const struct cedar_policy *policy, const char *name)
{
    for (size_t i = 0; i < policy->annotation_count; i++) {
        if (bytes_equal_text(policy->annotations[i].name, name))
            return &policy->annotations[i];
    }
    return NULL;
}

struct bytes cedar_policy_text(const struct cedar_policy *policy)
{
    return cedar_span_text(policy->source, policy->span);
}
