/* Text and policies side by side, and their print for a terminal. */
#include <string.h>

#include "form/collection.h"

/* What is needed of a form to put its parts together. */
struct parts {
    struct cedar_schema *vocabulary;
    struct collection collection;
    struct form_text text;
};

static void close_parts(struct parts *parts)
{
    collection_free(&parts->collection);
    cedar_schema_free(parts->vocabulary);
}

static enum error
open_parts(const struct form *form, struct arena *arena, struct fault *fault, struct parts *parts)
{
    enum error error = form_text_parse(bytes_of(form->text), arena, fault, &parts->text);
    if (error != ERROR_OK)
        return fault_within(fault, error, "text.md");
    error = cedar_schema_parse(bytes_of(form->vocabulary), fault, &parts->vocabulary);
    if (error != ERROR_OK)
        return fault_within(fault, error, "vocabulary.cedarschema");
    return collection_add_form(&parts->collection, form, parts->vocabulary, arena, fault);
}

/* The policies that a clause's margin names. */
static enum error find_policies(
    const struct form_text_clause *clause, const struct form_policy *policies, size_t count,
    struct arena *arena, struct fault *fault, struct form_article *ret_article)
{
    const struct form_policy **found =
        ARENA_ARRAY(arena, const struct form_policy *, clause->executed_by_count);
    if (!found)
        return fault_set(fault, ERROR_MEMORY, "articles", NULL, NULL);
    for (size_t i = 0; i < clause->executed_by_count; i++) {
        for (size_t k = 0; k < count && !found[i]; k++) {
            if (strcmp(policies[k].number, clause->executed_by[i]) == 0)
                found[i] = &policies[k];
        }
        if (!found[i])
            return fault_place(
                fault, ERROR_FORM_POLICY_UNKNOWN, "text.md: line %u, column 1: %s",
                clause->executed_line, clause->executed_by[i]);
    }
    *ret_article = (struct form_article){clause, found, clause->executed_by_count};
    return ERROR_OK;
}

static enum error join(
    const struct parts *parts, struct arena *arena, struct fault *fault,
    struct form_articles *ret_articles)
{
    size_t policy_count = parts->collection.count, count = parts->text.clause_count;
    struct form_policy *policies = ARENA_ARRAY(arena, struct form_policy, policy_count);
    struct form_article *items = ARENA_ARRAY(arena, struct form_article, count);
    if (!policies || !items)
        return fault_set(fault, ERROR_MEMORY, "articles", NULL, NULL);
    for (size_t i = 0; i < policy_count; i++)
        policies[i] = parts->collection.items[i].shown;
    for (size_t i = 0; i < count; i++) {
        enum error error =
            find_policies(&parts->text.clauses[i], policies, policy_count, arena, fault, &items[i]);
        if (error != ERROR_OK)
            return error;
    }
    *ret_articles = (struct form_articles){
        .text = parts->text,
        .items = items,
        .count = count,
        .policies = policies,
        .policy_count = policy_count,
    };
    return ERROR_OK;
}

enum error form_articles_make(
    const struct form *form, struct arena *arena, struct fault *fault,
    struct form_articles *ret_articles)
{
    struct parts parts = {0};
    if (fault)
        *fault = (struct fault){0};
    enum error error = open_parts(form, arena, fault, &parts);
    if (error == ERROR_OK)
        error = join(&parts, arena, fault, ret_articles);
    close_parts(&parts);
    return error;
}

/* --- Print --------------------------------------------------------------------------------- */

enum { PRINT_WIDTH = 78 };

/* Prose in lines of at most PRINT_WIDTH bytes, the first after `first`, the others after spaces as
 * wide as `first`. */
static void print_prose(struct buffer *out, const char *first, const char *prose)
{
    size_t indent = strlen(first), column = indent;
    buffer_append_text(out, first);
    for (const char *word = prose; *word;) {
        size_t length = strcspn(word, " ");
        bool starts = column == indent;
        if (!starts && column + 1 + length > PRINT_WIDTH) {
            buffer_printf(out, "\n%*s", (int)indent, "");
            column = indent;
            starts = true;
        }
        buffer_append_text(out, starts ? "" : " ");
        buffer_append(out, word, length);
        column += length + !starts;
        word += length;
        word += *word == ' ';
    }
    buffer_append_text(out, "\n");
}

/* A policy's lines, each after four spaces. */
static void print_policy(struct buffer *out, const struct form_policy *policy)
{
    buffer_printf(
        out, "\n  %s, %s (%s:%u)\n", policy->number, policy->permit ? "permits" : "forbids",
        policy->file, policy->line);
    for (const char *line = policy->body; *line;) {
        size_t length = strcspn(line, "\n");
        buffer_append_text(out, "    ");
        buffer_append(out, line, length);
        buffer_append_text(out, "\n");
        line += length;
        line += *line == '\n';
    }
}

static void print_article(struct buffer *out, const struct form_article *article)
{
    const struct form_text_clause *clause = article->clause;
    buffer_printf(out, "\n%s  %s\n", clause->number, clause->title);
    for (size_t i = 0; i < clause->block_count; i++) {
        const struct form_block *block = &clause->blocks[i];
        bool listed = block->kind == FORM_LIST_ITEM;
        buffer_append_text(out, listed ? "" : "\n");
        print_prose(out, listed ? "  - " : "  ", block->text);
    }
    buffer_printf(
        out, "\n  Basis: %s. Kept: %s.\n", form_basis_word(clause->basis),
        form_coverage_words(clause->coverage));
    if (clause->sources)
        print_prose(out, "  Sources: ", clause->sources);
    if (clause->kept_by)
        print_prose(out, "  Kept by: ", clause->kept_by);
    for (size_t i = 0; i < article->policy_count; i++)
        print_policy(out, article->policies[i]);
}

enum error form_print(const struct form *form, struct fault *fault, struct buffer *ret_text)
{
    struct arena arena = {0};
    struct form_articles articles;
    enum error error = form_articles_make(form, &arena, fault, &articles);
    if (error == ERROR_OK) {
        struct buffer out = {0};
        char time[TIME_TEXT_SIZE];
        buffer_printf(
            &out, "%s\n%s, version %llu, in force from %s\n", articles.text.title, form->number,
            (unsigned long long)form->version, time_text(form->in_force, time));
        for (size_t i = 0; i < articles.text.introduction_count; i++) {
            buffer_append_text(&out, "\n");
            print_prose(&out, "", articles.text.introduction[i].text);
        }
        for (size_t i = 0; i < articles.count; i++)
            print_article(&out, &articles.items[i]);
        error = out.error;
        if (error == ERROR_OK) {
            buffer_append_bytes(ret_text, buffer_view(&out));
            error = ret_text->error;
        }
        buffer_free(&out);
        if (error != ERROR_OK)
            fault_set(fault, error, "print", NULL, NULL);
    }
    arena_free(&arena);
    return error;
}

/* --- Facts of a declaration ---------------------------------------------------------------- */

/* What an operator writes for a value of the type. */
static void print_fact_value(struct buffer *out, const struct cedar_type *type)
{
    switch (type->kind) {
    case CEDAR_TYPE_BOOL:
        buffer_append_text(out, "true | false");
        return;
    case CEDAR_TYPE_LONG:
        buffer_append_text(out, "NUMBER");
        return;
    case CEDAR_TYPE_DATETIME:
        buffer_append_text(out, "TIME");
        return;
    case CEDAR_TYPE_ENTITY:
        if (!type->entity_type->is_enum)
            buffer_append_text(out, "ID");
        for (size_t i = 0; i < type->entity_type->choice_count; i++) {
            buffer_append_text(out, i ? " | " : "");
            buffer_append_bytes(out, type->entity_type->choices[i]);
        }
        return;
    case CEDAR_TYPE_SET:
        buffer_append_text(out, "a list of ");
        print_fact_value(out, type->element);
        return;
    default:
        buffer_append_text(out, "TEXT");
    }
}

static enum error print_fact(struct buffer *out, const struct cedar_attribute *attribute)
{
    struct buffer first = {0}, value = {0};
    buffer_append_text(&first, "  facts.");
    buffer_append_bytes(&first, attribute->name);
    buffer_append_text(&first, "=");
    print_fact_value(&value, attribute->type);
    buffer_append_text(&value, attribute->required ? "" : "; optional");
    const char *before = buffer_text(&first), *words = buffer_text(&value);
    if (before && words)
        print_prose(out, before, words);
    enum error error = before && words ? ERROR_OK : ERROR_MEMORY;
    buffer_free(&first);
    buffer_free(&value);
    return error;
}

/* Who may state the fact is the operator, and not in the declaration's own member `file`. */
static bool is_stated_as_fact(const struct cedar_attribute *attribute)
{
    const struct bytes *source = cedar_schema_annotation(&attribute->annotations, "source");
    return source && bytes_equal_text(*source, "declaration") &&
           !bytes_equal_text(attribute->name, "file");
}

enum error form_print_facts(const struct form *form, struct fault *fault, struct buffer *ret_text)
{
    struct cedar_schema *vocabulary = NULL;
    enum error error = cedar_schema_parse(bytes_of(form->vocabulary), fault, &vocabulary);
    if (error)
        return fault_within(fault, error, "vocabulary");
    struct buffer out = {0};
    const struct cedar_action *use =
        cedar_schema_action(vocabulary, BYTES_LITERAL("EndUse::Action"), BYTES_LITERAL("use"));
    for (size_t i = 0; use && i < use->context.count && !error; i++) {
        if (is_stated_as_fact(&use->context.attributes[i]))
            error = print_fact(&out, &use->context.attributes[i]);
    }
    if (!error)
        error = out.error;
    if (!error) {
        buffer_append_bytes(ret_text, buffer_view(&out));
        error = ret_text->error;
    }
    buffer_free(&out);
    cedar_schema_free(vocabulary);
    return error ? fault_place(fault, error, "print") : ERROR_OK;
}
