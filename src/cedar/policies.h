/* Sets of policies: parsing, naming, linking templates, looking up. What they mean is compiled from
 * here (program.h). JSON policies are read in policy_json.h. */
#ifndef ENDUSE_CEDAR_POLICIES_H
#define ENDUSE_CEDAR_POLICIES_H

#include "cedar/tree.h"

struct cedar_policies;

enum error cedar_policies_create(struct cedar_policies **ret_policies);
void cedar_policies_free(struct cedar_policies *policies);

/* How the policies of one text get their ids: prefix, then the value of the annotation of that name
 * (every policy must have it, with a value: ERROR_CEDAR_POLICY_ID), or, when annotation is NULL,
 * "policyN" with N counting from 0 in this text. {0} gives plain "policyN". optional: a policy
 * without the annotation is "policyN" too. */
struct cedar_naming {
    struct bytes prefix;
    const char *annotation;
    bool optional;
};

/* Parses a text and adds its policies, copying what it needs. naming may be NULL, as {0}. An id
 * that the set has already is refused (ERROR_CEDAR_DUPLICATE_POLICY). Every error says line and
 * column in fault->place. On failure the set is as before. Templates are refused
 * (ERROR_CEDAR_TEMPLATE): a forbid that nobody links forbids nothing. */
enum error cedar_policies_add(
    struct cedar_policies *policies, struct bytes text, const struct cedar_naming *naming,
    struct fault *fault);

/* As cedar_policies_add, but policies with slots (?principal, ?resource in the scope of the same
 * name) are templates: kept, named and checked, but without effect until they are linked. N counts
 * policies and templates together. */
enum error cedar_policies_add_with_templates(
    struct cedar_policies *policies, struct bytes text, const struct cedar_naming *naming,
    struct fault *fault);

/* The same with the id of each policy and template of the text, in their order; there must be as
 * many ids as the text has (ERROR_CEDAR_POLICY_ID). */
enum error cedar_policies_add_with_ids(
    struct cedar_policies *policies, struct bytes text, const struct bytes *ids, size_t id_count,
    struct fault *fault);

/* What a link puts into a template's slots; NULL where the template has no such slot. */
struct cedar_slots {
    const struct cedar_entity_name *principal, *resource;
};

/* Adds the policy that the template becomes with its slots filled; it has the template's places and
 * annotations and the id id. All is copied. ERROR_NOT_FOUND: no such template;
 * ERROR_CEDAR_SLOTS: other slots than the template's; ERROR_CEDAR_DUPLICATE_POLICY; ERROR_MEMORY.
 * On failure the set is as before. */
enum error cedar_policies_link(
    struct cedar_policies *policies, struct bytes template, struct bytes id,
    const struct cedar_slots *slots, struct fault *fault);

/* The policies, links included and templates not, in the order of adding, for index below count.
 * They live as long as the set; adding more does not move them. */
size_t cedar_policies_count(const struct cedar_policies *policies);
const struct cedar_policy *cedar_policies_at(const struct cedar_policies *policies, size_t index);

/* The index of the policy with this id; false when there is none. */
bool cedar_policies_find(const struct cedar_policies *policies, struct bytes id, size_t *ret_index);

/* The same for templates. Policies and templates have no id in common. */
size_t cedar_templates_count(const struct cedar_policies *policies);
const struct cedar_policy *cedar_templates_at(const struct cedar_policies *policies, size_t index);
bool cedar_templates_find(
    const struct cedar_policies *policies, struct bytes id, size_t *ret_index);

/* Whether the policy has a slot without an entity. */
bool cedar_policy_is_template(const struct cedar_policy *policy);

/* The annotation of this name, or NULL. */
const struct cedar_annotation *
cedar_policy_annotation(const struct cedar_policy *policy, const char *name);

/* The text of the policy, annotations included. */
struct bytes cedar_policy_text(const struct cedar_policy *policy);

/* Parses the name of an entity, whole: Type::"id". Its bytes are in arena or in text. Errors as in
 * policies. */
enum error cedar_entity_name_parse(
    struct bytes text, struct arena *arena, struct fault *fault,
    struct cedar_entity_name *ret_entity);

/* Parses one expression, whole, into arena; text must live as long as the result is used. */
enum error cedar_expr_parse(
    struct bytes text, struct arena *arena, struct fault *fault,
    const struct cedar_expr **ret_expr);

#endif
