/* A certificate's clauses: the text that was signed, beside the policies that execute it. */
#include <string.h>

#include "site/catalogue.h"
#include "site/certificate_view.h"
#include "site/words.h"

static enum error no_memory(const struct certificate_case *facts)
{
    return fault_place(&facts->reading->fault, ERROR_MEMORY, "page");
}

static const struct form_article *
find_article(const struct certificate_case *facts, const char *policy)
{
    for (size_t i = 0; i < facts->articles.count; i++) {
        const struct form_article *article = &facts->articles.items[i];
        for (size_t k = 0; k < article->policy_count; k++) {
            if (strcmp(article->policies[k]->number, policy) == 0)
                return article;
        }
    }
    return NULL;
}

const struct form_text_clause *
certificate_clause_of(const struct certificate_case *facts, const char *policy)
{
    const struct form_article *article = find_article(facts, policy);
    return article ? article->clause : NULL;
}

/* --- The law ------------------------------------------------------------------------------ */

/* Paragraphs as they stand; adjacent items of a list together. */
static enum error show_blocks(
    const struct certificate_case *facts, const struct form_text_clause *clause,
    struct view_clause *view)
{
    struct arena *arena = &facts->reading->arena;
    struct view_block *blocks = ARENA_ARRAY(arena, struct view_block, clause->block_count);
    struct view_block *items = ARENA_ARRAY(arena, struct view_block, clause->block_count);
    size_t count = 0;
    if (!blocks || !items)
        return no_memory(facts);
    for (size_t i = 0; i < clause->block_count; i++) {
        items[i] = (struct view_block){.text = clause->blocks[i].text};
        if (clause->blocks[i].kind == FORM_PARAGRAPH) {
            blocks[count++] = items[i];
            continue;
        }
        if (i == 0 || clause->blocks[i - 1].kind == FORM_PARAGRAPH) {
            blocks[count] = (struct view_block){0};
            blocks[count++].items.items = &items[i];
        }
        blocks[count - 1].items.count++;
    }
    view->blocks.items = blocks;
    view->blocks.count = count;
    return ERROR_OK;
}

static const char *basis_words(enum form_basis basis)
{
    static const char *const words[] = {
        [FORM_REPORTED] = "As reported",
        [FORM_CONSTRUED] = "Signed construction",
        [FORM_OURS] = "Added for enforcement",
    };
    return words[basis];
}

static const char *coverage_shape(enum coverage coverage)
{
    static const char *const shapes[] = {
        [COVERAGE_EXECUTABLE] = "full",
        [COVERAGE_PARTLY] = "part",
        [COVERAGE_PROCEDURE] = "procedure",
        [COVERAGE_AUDIT] = "audit",
    };
    return shapes[coverage];
}

/* --- What executes it --------------------------------------------------------------------- */

/* What every policy says alike, and what every name begins with, is left out: the page is narrow.
 * Nothing else is; in texts between quotes nothing at all. */
static void append_short(struct buffer *out, const char *text)
{
    static const char scope[] = "(principal, action == EndUse::Action::\"use\", resource)";
    static const char space[] = "EndUse::";
    bool quoted = false;
    while (*text) {
        if (!quoted && text_starts(text, scope)) {
            buffer_append_text(out, "(…)");
            text += sizeof scope - 1;
        } else if (!quoted && text_starts(text, space)) {
            text += sizeof space - 1;
        } else {
            if (*text == '"')
                quoted = !quoted;
            else if (quoted && *text == '\\' && text[1])
                buffer_append_byte(out, (uint8_t)*text++);
            buffer_append_byte(out, (uint8_t)*text++);
        }
    }
}

static struct view_code_line show_line(struct arena *arena, struct bytes line)
{
    static const char *const words[] = {"permit", "forbid", "when", "unless"};
    const char *text = arena_text(arena, line);
    for (size_t i = 0; text && i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if (text_starts(text, words[i]) && (text[length] == ' ' || !text[length]))
            return (struct view_code_line){words[i], text + length};
    }
    return (struct view_code_line){NULL, text};
}

static enum error
show_lines(const struct certificate_case *facts, const char *body, struct view_policy *view)
{
    struct arena *arena = &facts->reading->arena;
    struct buffer code = {0};
    append_short(&code, body);
    const char *text = code.error ? NULL : arena_text(arena, buffer_view(&code));
    buffer_free(&code);
    size_t count = 1;
    for (const char *at = text; at && *at; at++)
        count += *at == '\n';
    view->lines.items = ARENA_ARRAY(arena, struct view_code_line, count);
    if (!text || !view->lines.items)
        return no_memory(facts);
    while (*text) {
        size_t length = strcspn(text, "\n");
        view->lines.items[view->lines.count++] =
            show_line(arena, (struct bytes){(const uint8_t *)text, length});
        text += length + (text[length] == '\n');
    }
    return ERROR_OK;
}

static const char *policy_source(const char *file)
{
    if (strcmp(file, "licence-conditions.cedar") == 0)
        return "a model condition of licences";
    return text_starts(file, "orders/") ? "a template of orders" : NULL;
}

static enum error show_policies(
    const struct certificate_case *facts, const struct form_article *article,
    struct view_clause *view)
{
    view->policies.items =
        ARENA_ARRAY(&facts->reading->arena, struct view_policy, article->policy_count + 1);
    if (!view->policies.items)
        return no_memory(facts);
    for (size_t i = 0; i < article->policy_count; i++) {
        const struct form_policy *policy = article->policies[i];
        struct view_policy *one = &view->policies.items[view->policies.count++];
        *one = (struct view_policy){
            .number = policy->number,
            .title = policy->title,
            .effect = policy->permit ? "permits" : "forbids",
            .source = policy_source(policy->file),
        };
        enum error error = show_lines(facts, policy->body, one);
        if (error)
            return error;
    }
    return ERROR_OK;
}

/* --- Both --------------------------------------------------------------------------------- */

static enum error show_clause(
    const struct certificate_case *facts, const struct form_article *article,
    struct view_clause *view)
{
    const struct form_text_clause *clause = article->clause;
    struct arena *arena = &facts->reading->arena;
    *view = (struct view_clause){
        .number = clause->number,
        .title = clause->title,
        .coverage = words_capital(arena, form_coverage_words(clause->coverage)),
        .shape = coverage_shape(clause->coverage),
        .basis = basis_words(clause->basis),
        .sources = clause->sources,
        .kept = clause->kept_by ? words_capital(arena, clause->kept_by) : NULL,
    };
    enum error error = show_blocks(facts, clause, view);
    return error ? error : show_policies(facts, article, view);
}

enum error certificate_clauses_make(struct certificate_case *facts, struct view_certificate *view)
{
    struct arena *arena = &facts->reading->arena;
    if (facts->misfit->error) {
        char text[600];
        view->misfit = arena_text(arena, bytes_of(fault_text(facts->misfit, text, sizeof text)));
        view->text = facts->form.text;
        view->code = facts->form.clauses;
        return view->misfit ? ERROR_OK : no_memory(facts);
    }
    struct view_clause *items = ARENA_ARRAY(arena, struct view_clause, facts->articles.count + 1);
    if (!items)
        return no_memory(facts);
    for (size_t i = 0; i < facts->articles.count; i++) {
        enum error error = show_clause(facts, &facts->articles.items[i], &items[i]);
        if (error)
            return error;
    }
    view->clauses.items = items;
    view->clauses.count = facts->articles.count;
    return ERROR_OK;
}
