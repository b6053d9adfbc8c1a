/* Sets of policies: texts added one by one, ids unique. */
#include "cedar/policies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cedar/hash.h"
#include "cedar/limits.h"
#include "cedar/parser.h"

/* One text that was added: the arena has its copy and its tree. */
struct text {
    struct text *next;
    struct arena arena;
};

struct cedar_policies {
    struct text *texts;
    const struct cedar_policy **all; /* in the order of adding */
    size_t count, room;
    /* Ids by hash, open addressing; 0 is free, else the index plus 1. slots is a power of two and
     * at least twice count. */
    uint32_t *slots;
    size_t slot_count;
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
    free(policies->all);
    free(policies->slots);
    free(policies);
}

/* The slot of an id: where it stands, or the free one where it would. */
static size_t slot_of(const struct cedar_policies *policies, struct bytes id)
{
    size_t mask = policies->slot_count - 1;
    size_t slot = cedar_hash_bytes(id, 0) & mask;
    while (policies->slots[slot] && !bytes_equal(policies->all[policies->slots[slot] - 1]->id, id))
        slot = (slot + 1) & mask;
    return slot;
}

/* Makes room for count more policies; what is there stays as it is. */
static enum error make_room(struct cedar_policies *policies, size_t count)
{
    size_t needed = policies->count + count;
    if (needed > policies->room) {
        size_t room = needed > policies->room * 2 ? needed : policies->room * 2;
        const struct cedar_policy **all = realloc(policies->all, room * sizeof *all);
        if (!all)
            return ERROR_MEMORY;
        policies->all = all;
        policies->room = room;
    }
    size_t slot_count = policies->slot_count ? policies->slot_count : 16;
    while (slot_count < needed * 2)
        slot_count *= 2;
    if (slot_count == policies->slot_count)
        return ERROR_OK;
    uint32_t *slots = calloc(slot_count, sizeof *slots);
    if (!slots)
        return ERROR_MEMORY;
    free(policies->slots);
    policies->slots = slots;
    policies->slot_count = slot_count;
    for (size_t i = 0; i < policies->count; i++)
        slots[slot_of(policies, policies->all[i]->id)] = (uint32_t)i + 1;
    return ERROR_OK;
}

static enum error give_id(
    struct arena *arena, const struct cedar_naming *naming, size_t index, struct fault *fault,
    struct cedar_policy *policy)
{
    struct buffer id = {0};
    buffer_append_bytes(&id, naming->prefix);
    if (naming->annotation) {
        const struct cedar_annotation *named = cedar_policy_annotation(policy, naming->annotation);
        if (!named || !named->has_value) {
            buffer_free(&id);
            return cedar_fault(
                fault, ERROR_CEDAR_POLICY_ID, policy->span.start, NULL, "no @%s(\"...\")",
                naming->annotation);
        }
        buffer_append_bytes(&id, named->value);
    } else {
        buffer_printf(&id, "policy%zu", index);
    }
    policy->id = id.error ? (struct bytes){0} : arena_copy(arena, buffer_view(&id));
    buffer_free(&id);
    return policy->id.data ? ERROR_OK : fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
}

static enum error parse_all(
    struct bytes text, const struct cedar_naming *naming, struct arena *arena, struct fault *fault,
    struct parsed **ret_first, size_t *ret_count)
{
    struct cedar_parser parser;
    struct parsed *first = NULL, **last = &first;
    size_t count = 0;
    struct bytes source = arena_copy(arena, text);
    if (!source.data)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    enum error error = cedar_parser_start(&parser, source, arena, fault);
    while (!error && parser.token.kind != CEDAR_TOKEN_END) {
        if (count == CEDAR_POLICIES_MAX)
            return cedar_parser_unexpected(&parser, ERROR_TOO_LARGE, "at most 1048576 policies");
        struct parsed *parsed = ARENA_NEW(arena, struct parsed);
        if (!parsed)
            return cedar_parser_no_memory(&parser);
        if (!(error = cedar_parse_policy(&parser, &parsed->policy)))
            error = give_id(arena, naming, count, fault, &parsed->policy);
        *last = parsed;
        last = &parsed->next;
        count++;
    }
    if (error)
        return error;
    *ret_first = first;
    *ret_count = count;
    return ERROR_OK;
}

static void drop_last(struct cedar_policies *policies, size_t count)
{
    /* Removing from a table of open addressing in the reverse order of adding leaves no gap that a
     * remaining id would be looked for behind. */
    for (; policies->count > count; policies->count--)
        policies->slots[slot_of(policies, policies->all[policies->count - 1]->id)] = 0;
}

enum error cedar_policies_add(
    struct cedar_policies *policies, struct bytes text, const struct cedar_naming *naming,
    struct fault *fault)
{
    static const struct cedar_naming by_position = {0};
    struct parsed *parsed = NULL;
    size_t count = 0, before = policies->count;
    struct text *added = calloc(1, sizeof *added);
    if (!added)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    enum error error =
        parse_all(text, naming ? naming : &by_position, &added->arena, fault, &parsed, &count);
    if (!error && count > CEDAR_POLICIES_MAX - before)
        error = fault_set(fault, ERROR_TOO_LARGE, NULL, "at most 1048576 policies", NULL);
    if (!error && (error = make_room(policies, count)))
        fault_set(fault, error, NULL, NULL, NULL);
    for (; !error && parsed; parsed = parsed->next) {
        size_t slot = slot_of(policies, parsed->policy.id);
        if (policies->slots[slot]) {
            char found[sizeof fault->found];
            error = cedar_fault(
                fault, ERROR_CEDAR_DUPLICATE_POLICY, parsed->policy.span.start, NULL, "%s",
                quote_text(parsed->policy.id, found, sizeof found));
            break;
        }
        policies->all[policies->count++] = &parsed->policy;
        policies->slots[slot] = (uint32_t)policies->count;
    }
    if (error) {
        drop_last(policies, before);
        free_text(added);
        return error;
    }
    added->next = policies->texts;
    policies->texts = added;
    return ERROR_OK;
}

size_t cedar_policies_count(const struct cedar_policies *policies)
{
    return policies->count;
}

const struct cedar_policy *cedar_policies_at(const struct cedar_policies *policies, size_t index)
{
    return policies->all[index];
}

bool cedar_policies_find(const struct cedar_policies *policies, struct bytes id, size_t *ret_index)
{
    if (policies->slot_count == 0)
        return false;
    uint32_t found = policies->slots[slot_of(policies, id)];
    if (!found)
        return false;
    *ret_index = found - 1;
    return true;
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
