/* A verdict in words and as data: the determining clauses, and where no clause permits, the
 * conditions that failed. */
#include <string.h>

#include "verdict/use.h"

/* "certificate", "licence", "order". */
static const char *source_word(enum clause_source source)
{
    switch (source) {
    case CLAUSE_CERTIFICATE:
        return "certificate";
    case CLAUSE_LICENCE:
        return "licence";
    case CLAUSE_ORDER:
        return "order";
    }
    return "document";
}

static const char *outcome_sentence(enum verdict_outcome outcome)
{
    switch (outcome) {
    case VERDICT_WITHIN:
        return "Within the terms.";
    case VERDICT_FORBIDDEN:
        return "Outside the terms: a clause forbids it.";
    case VERDICT_NO_CLAUSE:
        return "Outside the terms: no clause permits it.";
    case VERDICT_ERRED:
        return "Outside the terms: a clause could not be evaluated.";
    }
    return "";
}

/* Source text on one line: runs of white space become one space. */
static void append_folded(struct buffer *out, struct bytes text)
{
    bool space = false;
    for (size_t i = 0; i < text.length; i++) {
        uint8_t at = text.data[i];
        if (at == ' ' || at == '\n' || at == '\t' || at == '\r') {
            space = true;
            continue;
        }
        if (space)
            buffer_append_byte(out, ' ');
        space = false;
        buffer_append_byte(out, at);
    }
}

static void print_condition(const struct cedar_failed_condition *condition, struct buffer *out)
{
    buffer_append_text(out, condition->unless ? "    does not hold since: " : "    failed: ");
    append_folded(out, condition->source);
    if (condition->error)
        buffer_printf(out, " (%s)", error_words(condition->error));
    buffer_append_byte(out, '\n');
    for (size_t i = 0; i < condition->seen_count; i++) {
        const struct cedar_seen *seen = &condition->seen[i];
        buffer_append_text(out, "      ");
        append_folded(out, seen->source);
        if (seen->absent) {
            buffer_append_text(out, " was not stated\n");
            continue;
        }
        buffer_append_text(out, " was ");
        append_folded(out, seen->value);
        buffer_append_byte(out, '\n');
    }
}

static void print_clause(const struct terms_clause *clause, struct buffer *out)
{
    buffer_printf(
        out, "  %s %s: %s\n", source_word(clause->source), clause->number,
        clause->title[0] ? clause->title
        : clause->permit ? "permits"
                         : "forbids");
}

enum error
declared_use_explain(struct declared_use *use, const struct moment *moment, struct buffer *ret_text)
{
    const struct terms *terms = use->terms;
    struct verdict verdict = declared_use_judge(use, moment);
    buffer_printf(ret_text, "%s\n", outcome_sentence(verdict.outcome));
    for (size_t i = 0; i < verdict.clause_count; i++)
        print_clause(&terms->clauses[verdict.clauses[i]], ret_text);
    if (verdict.more)
        buffer_append_text(ret_text, "  and further clauses\n");
    enum error error = ERROR_OK;
    if (verdict.outcome == VERDICT_NO_CLAUSE) {
        struct arena arena = {0};
        struct cedar_explanation explanation;
        error = cedar_explain(
            terms->program, use->symbols, &use->request, use->entities, &arena, NULL, &explanation);
        for (size_t i = 0; i < explanation.permit_count && !error; i++) {
            const struct cedar_failed_permit *permit = &explanation.permits[i];
            print_clause(&terms->clauses[permit->policy], ret_text);
            for (size_t k = 0; k < permit->condition_count; k++)
                print_condition(&permit->conditions[k], ret_text);
        }
        arena_free(&arena);
    }
    return error ? error : ret_text->error;
}

/* --- As data ------------------------------------------------------------------------------ */

static void write_clause(const struct terms_clause *clause, struct json_writer *writer)
{
    char digest[DIGEST_TEXT_SIZE];
    json_put_string(writer, "source", source_word(clause->source));
    json_put_string(writer, "document", digest_text(&clause->instrument, digest));
    json_put_string(writer, "clause", clause->number);
    json_put_string(writer, "title", clause->title);
    json_put_string(writer, "effect", clause->permit ? "permit" : "forbid");
}

static void
write_condition(const struct cedar_failed_condition *condition, struct json_writer *writer)
{
    json_write_object(writer);
    json_put_string(writer, "kind", condition->unless ? "unless" : "when");
    json_put_string_bytes(writer, "source", condition->source);
    json_put_u64(writer, "line", condition->span.start.line);
    json_put_u64(writer, "column", condition->span.start.column);
    if (condition->error)
        json_put_string(writer, "error", error_words(condition->error));
    json_put_array(writer, "seen");
    for (size_t i = 0; i < condition->seen_count; i++) {
        const struct cedar_seen *seen = &condition->seen[i];
        json_write_object(writer);
        json_put_string_bytes(writer, "source", seen->source);
        if (!seen->absent)
            json_put_string_bytes(writer, "value", seen->value);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
    json_write_object_end(writer);
}

static enum error write_failed(struct declared_use *use, struct json_writer *writer)
{
    struct arena arena = {0};
    struct cedar_explanation explanation;
    enum error error = cedar_explain(
        use->terms->program, use->symbols, &use->request, use->entities, &arena, NULL,
        &explanation);
    for (size_t i = 0; i < explanation.permit_count && !error; i++) {
        const struct cedar_failed_permit *permit = &explanation.permits[i];
        json_write_object(writer);
        write_clause(&use->terms->clauses[permit->policy], writer);
        json_put_array(writer, "failed");
        for (size_t k = 0; k < permit->condition_count; k++)
            write_condition(&permit->conditions[k], writer);
        json_write_array_end(writer);
        json_write_object_end(writer);
    }
    arena_free(&arena);
    return error;
}

enum error declared_use_explain_json(
    struct declared_use *use, const struct moment *moment, struct json_writer *writer)
{
    struct verdict verdict = declared_use_judge(use, moment);
    enum error error = ERROR_OK;
    json_write_object(writer);
    json_put_bool(writer, "within", verdict.outcome == VERDICT_WITHIN);
    json_put_string(writer, "outcome", verdict_word(verdict.outcome));
    json_put_array(writer, "clauses");
    for (size_t i = 0; i < verdict.clause_count; i++) {
        json_write_object(writer);
        write_clause(&use->terms->clauses[verdict.clauses[i]], writer);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
    json_put_bool(writer, "more", verdict.more);
    if (verdict.outcome == VERDICT_NO_CLAUSE) {
        json_put_array(writer, "permits");
        error = write_failed(use, writer);
        json_write_array_end(writer);
    }
    json_write_object_end(writer);
    return error ? error : writer->error;
}
