/* The policies of a form, gathered from its clauses, its model licence conditions and its order
 * templates, each with its number, words and place. Putting them beside the text is articles.c's,
 * judging them check_form.c's. */
#ifndef ENDUSE_FORM_COLLECTION_H
#define ENDUSE_FORM_COLLECTION_H

#include "cedar/cedar.h"
#include "cedar/schema.h"
#include "form/form.h"

/* Which text a policy stands in; its number begins with the letter. */
enum collection_part {
    PART_CLAUSES,    /* "6.1" */
    PART_CONDITIONS, /* "L2" */
    PART_TEMPLATES,  /* "O3" */
};

/* One policy. policy lives as long as the collection; the texts of shown are in the arena. */
struct collected {
    struct form_policy shown;
    enum collection_part part;
    const struct order_template *template; /* PART_TEMPLATES */
    const struct cedar_policy *policy;
    size_t set; /* index of its set */
};

/* Every set of policies: that of the clauses, of the conditions, and of each template, filled with
 * samples. Start with a zeroed struct; end with collection_free. */
struct collection {
    struct cedar_policies **sets;
    const char **files; /* of each set, in the arena */
    size_t set_count;
    struct collected *items;
    size_t count, room;
};

void collection_free(struct collection *collection);

/* Adds the policies of one text to the collection. The numbers are the values of @clause, unique in
 * the collection; every policy has @title and @basis, a word of form_basis_word. Cedar's own
 * errors, and FORM_POLICY_NUMBER, FORM_POLICY_WORDS, FORM_SLOT, FORM_TEMPLATE; the place begins
 * with the file's name. On failure the collection can only be freed. */
enum error collection_add_text(
    struct collection *collection, enum collection_part part, const char *text, struct arena *arena,
    struct fault *fault);
enum error collection_add_template(
    struct collection *collection, const struct order_template *template,
    const struct cedar_schema *vocabulary, struct arena *arena, struct fault *fault);

/* All of a form's policies in file order, stopping at the first fault. */
enum error collection_add_form(
    struct collection *collection, const struct form *form, const struct cedar_schema *vocabulary,
    struct arena *arena, struct fault *fault);

const struct collected *collection_find(const struct collection *collection, const char *number);

/* Fills *fault with error at the policy's place in its file: "clauses.cedar: line 9, column 1". */
enum error collected_fault(
    const struct collected *item, struct fault *fault, enum error error, const char *expected,
    const char *found);

#endif
