/* A verdict in words and as data: the determining clauses, what erred, and where no clause permits,
 * the conditions that failed. Judging is in use.c. */
#include <string.h>

#include "verdict/use.h"

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

/* A verdict with all that is told of it. */
struct account {
    const struct terms *terms;
    struct verdict verdict;
    struct cedar_response response;
    struct arena arena;
    struct cedar_explanation explanation; /* where no clause permits */
};

static enum error
account_open(struct declared_use *use, const struct moment *moment, struct account *ret_account)
{
    struct account account = {.terms = use->terms};
    account.verdict = use_judge(use, moment, &account.response);
    enum error error = ERROR_OK;
    if (account.verdict.outcome == VERDICT_NO_CLAUSE)
        error = cedar_explain(
            use->terms->program, use->symbols, &use->request, use->entities, &account.arena, NULL,
            &account.explanation);
    if (error)
        arena_free(&account.arena);
    else
        *ret_account = account;
    return error;
}

static void account_close(struct account *account)
{
    arena_free(&account->arena);
}

static struct bytes erred_source(const struct account *account, const struct cedar_policy_error *at)
{
    const struct cedar_policies *policies = cedar_program_policies(account->terms->program);
    return cedar_span_text(cedar_policies_at(policies, at->policy)->source, at->span);
}

/* --- In words ----------------------------------------------------------------------------- */

/* A text on one line: runs of white space and of control characters become one space. */
static void append_folded(struct buffer *out, struct bytes text)
{
    bool space = false;
    for (size_t i = 0; i < text.length; i++) {
        uint8_t at = text.data[i];
        if (at <= ' ' || at == 0x7F) {
            space = true;
            continue;
        }
        if (space)
            buffer_append_byte(out, ' ');
        space = false;
        buffer_append_byte(out, at);
    }
}

static void print_seen(const struct cedar_seen *seen, struct buffer *out)
{
    buffer_append_text(out, "      ");
    append_folded(out, seen->source);
    if (seen->absent) {
        buffer_append_text(out, " was not stated\n");
        return;
    }
    buffer_append_text(out, " was ");
    append_folded(out, seen->value);
    buffer_append_byte(out, '\n');
}

static void print_condition(const struct cedar_failed_condition *condition, struct buffer *out)
{
    buffer_append_text(out, condition->unless ? "    excluded by: " : "    not met: ");
    append_folded(out, condition->source);
    if (condition->error)
        buffer_printf(out, " (%s)", error_words(condition->error));
    buffer_append_byte(out, '\n');
    for (size_t i = 0; i < condition->seen_count; i++)
        print_seen(&condition->seen[i], out);
}

static void print_clause(const struct terms_clause *clause, struct buffer *out)
{
    buffer_printf(out, "  %s ", source_word(clause->source));
    append_folded(out, bytes_of(clause->number));
    buffer_append_text(out, ": ");
    append_folded(
        out, bytes_of(
                 clause->title[0] ? clause->title
                 : clause->permit ? "permits"
                                  : "forbids"));
    buffer_append_byte(out, '\n');
}

static void
print_erred(const struct account *account, const struct cedar_policy_error *at, struct buffer *out)
{
    if (account->verdict.outcome != VERDICT_ERRED || at->policy != account->verdict.erred)
        print_clause(&account->terms->clauses[at->policy], out);
    buffer_append_text(out, "    could not be evaluated: ");
    append_folded(out, erred_source(account, at));
    buffer_printf(out, " (%s)\n", error_words(at->error));
}

static void print_account(const struct account *account, struct buffer *out)
{
    const struct verdict *verdict = &account->verdict;
    if (!account->terms->has_licence)
        buffer_append_text(
            out, "Judged by the certificate alone; without a licence no use may begin.\n");
    buffer_printf(out, "%s\n", outcome_sentence(verdict->outcome));
    for (size_t i = 0; i < verdict->clause_count; i++)
        print_clause(&account->terms->clauses[verdict->clauses[i]], out);
    if (verdict->more && verdict->outcome != VERDICT_ERRED)
        buffer_append_text(out, "  and further clauses\n");
    for (size_t i = 0; i < account->response.error_count; i++)
        print_erred(account, &account->response.errors[i], out);
    for (size_t i = 0; i < account->explanation.permit_count; i++) {
        const struct cedar_failed_permit *permit = &account->explanation.permits[i];
        print_clause(&account->terms->clauses[permit->policy], out);
        for (size_t k = 0; k < permit->condition_count; k++)
            print_condition(&permit->conditions[k], out);
    }
}

enum error
declared_use_explain(struct declared_use *use, const struct moment *moment, struct buffer *ret_text)
{
    struct account account;
    enum error error = account_open(use, moment, &account);
    if (error)
        return error;
    size_t before = ret_text->length;
    print_account(&account, ret_text);
    account_close(&account);
    if (ret_text->error)
        ret_text->length = before;
    return ret_text->error;
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

static void write_place(struct bytes source, struct cedar_span span, struct json_writer *writer)
{
    json_put_string_bytes(writer, "source", source);
    json_put_u64(writer, "line", span.start.line);
    json_put_u64(writer, "column", span.start.column);
}

static void
write_condition(const struct cedar_failed_condition *condition, struct json_writer *writer)
{
    json_write_object(writer);
    json_put_string(writer, "kind", condition->unless ? "unless" : "when");
    write_place(condition->source, condition->span, writer);
    if (condition->error)
        json_put_string(writer, "error", error_name(condition->error));
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

static void write_errors(const struct account *account, struct json_writer *writer)
{
    json_put_array(writer, "errors");
    for (size_t i = 0; i < account->response.error_count; i++) {
        const struct cedar_policy_error *at = &account->response.errors[i];
        json_write_object(writer);
        json_put_object(writer, "clause");
        write_clause(&account->terms->clauses[at->policy], writer);
        json_write_object_end(writer);
        json_put_string(writer, "error", error_name(at->error));
        write_place(erred_source(account, at), at->span, writer);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
}

static void write_permits(const struct account *account, struct json_writer *writer)
{
    json_put_array(writer, "permits");
    for (size_t i = 0; i < account->explanation.permit_count; i++) {
        const struct cedar_failed_permit *permit = &account->explanation.permits[i];
        json_write_object(writer);
        write_clause(&account->terms->clauses[permit->policy], writer);
        json_put_array(writer, "failed");
        for (size_t k = 0; k < permit->condition_count; k++)
            write_condition(&permit->conditions[k], writer);
        json_write_array_end(writer);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
}

enum error declared_use_explain_json(
    struct declared_use *use, const struct moment *moment, struct json_writer *writer)
{
    struct account account;
    enum error error = account_open(use, moment, &account);
    if (error)
        return error;
    const struct verdict *verdict = &account.verdict;
    json_write_object(writer);
    json_put_bool(writer, "within", verdict->outcome == VERDICT_WITHIN);
    json_put_string(writer, "outcome", verdict_word(verdict->outcome));
    json_put_bool(writer, "licensed", account.terms->has_licence);
    json_put_array(writer, "clauses");
    for (size_t i = 0; i < verdict->clause_count; i++) {
        json_write_object(writer);
        write_clause(&account.terms->clauses[verdict->clauses[i]], writer);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
    json_put_bool(writer, "more", verdict->more);
    if (account.response.error_count)
        write_errors(&account, writer);
    if (verdict->outcome == VERDICT_NO_CLAUSE)
        write_permits(&account, writer);
    json_write_object_end(writer);
    account_close(&account);
    return writer->error;
}
