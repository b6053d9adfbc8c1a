/* The margins of a form's text: basis, sources, coverage, and who or what keeps the clause. */
#include "form/text_reader.h"

#include <stdio.h>
#include <string.h>

static const char *const basis_words[] = {
    [FORM_REPORTED] = "reported",
    [FORM_CONSTRUED] = "construed",
    [FORM_OURS] = "ours",
};

static const char *const coverage_words[] = {
    [COVERAGE_EXECUTABLE] = "executable",
    [COVERAGE_PARTLY] = "partly executable",
    [COVERAGE_PROCEDURE] = "by procedure",
    [COVERAGE_AUDIT] = "by audit",
};

const char *form_basis_word(enum form_basis basis)
{
    return basis_words[basis];
}

const char *form_coverage_words(enum coverage coverage)
{
    return coverage_words[coverage];
}

/* The index from 1 of a word, or 0. */
static int word_index(const char *const *words, int last, const char *word)
{
    for (int i = 1; i <= last; i++) {
        if (strcmp(words[i], word) == 0)
            return i;
    }
    return 0;
}

/* The fault of a margin as a whole, at its first line. */
static enum error margin_fault(
    const struct text_reader *reader, size_t line, enum error error, const char *expected,
    const char *found)
{
    char place[64];
    snprintf(place, sizeof place, "line %zu, column 1", line);
    return fault_set(reader->fault, error, place, expected, found ? "%s" : NULL, found);
}

/* Takes "> NAME: value" with its continuation lines; *ret_value stays NULL when the current line is
 * another. */
static enum error
take_line(struct text_reader *reader, const char *name, const char **ret_value, size_t *ret_line)
{
    char prefix[32];
    snprintf(prefix, sizeof prefix, "> %s: ", name);
    if (!text_begins(reader, prefix))
        return ERROR_OK;
    *ret_line = reader->number;
    return text_take_joined(reader, strlen(prefix), ">   ", ret_value);
}

/* The numbers of "4, L2": at least one, no number twice. */
static enum error
read_executed_by(struct text_reader *reader, const char *value, struct form_text_clause *clause)
{
    size_t count = 1;
    for (const char *comma = value; (comma = strstr(comma, ", ")) != NULL; comma += 2)
        count++;
    size_t line = clause->executed_line;
    if (count > FORM_EXECUTED_BY_MAX)
        return margin_fault(reader, line, ERROR_TOO_LARGE, "at most 64 policies", NULL);
    const char **numbers = ARENA_ARRAY(reader->arena, const char *, count);
    if (!numbers)
        return fault_set(reader->fault, ERROR_MEMORY, "text", NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        const char *comma = strstr(value, ", ");
        struct bytes number = {
            (const uint8_t *)value, comma ? (size_t)(comma - value) : strlen(value)};
        if (!text_is_number(number, "LO"))
            return margin_fault(
                reader, line, ERROR_FORM_MARGIN_VALUE, "numbers of policies, as \"4, L2, O1\"",
                value);
        for (size_t k = 0; k < i; k++) {
            if (bytes_equal_text(number, numbers[k]))
                return margin_fault(
                    reader, line, ERROR_FORM_MARGIN_VALUE, "each policy once", numbers[k]);
        }
        numbers[i] = arena_text(reader->arena, number);
        if (!numbers[i])
            return fault_set(reader->fault, ERROR_MEMORY, "text", NULL, NULL);
        value = comma ? comma + 2 : NULL;
    }
    clause->executed_by = numbers;
    clause->executed_by_count = count;
    return ERROR_OK;
}

/* What a margin must and must not say, given its basis and coverage. */
static enum error
check_margin(const struct text_reader *reader, size_t line, const struct form_text_clause *clause)
{
    bool executed = clause->coverage == COVERAGE_EXECUTABLE || clause->coverage == COVERAGE_PARTLY;
    if (clause->basis == FORM_REPORTED && !clause->sources)
        return margin_fault(
            reader, line, ERROR_FORM_MARGIN, "\"> Sources:\" of a clause that is reported", NULL);
    if (executed && clause->executed_by_count == 0)
        return margin_fault(
            reader, line, ERROR_FORM_MARGIN, "\"> Executed by:\" of an executable clause", NULL);
    if (!executed && clause->executed_by_count > 0)
        return margin_fault(
            reader, line, ERROR_FORM_MARGIN, "no \"> Executed by:\" of a clause kept otherwise",
            NULL);
    if (clause->coverage == COVERAGE_EXECUTABLE && clause->kept_by)
        return margin_fault(
            reader, line, ERROR_FORM_MARGIN, "no \"> Kept by:\" of a wholly executable clause",
            NULL);
    if (clause->coverage != COVERAGE_EXECUTABLE && !clause->kept_by)
        return margin_fault(
            reader, line, ERROR_FORM_MARGIN, "\"> Kept by:\", who or what keeps the rest", NULL);
    return ERROR_OK;
}

/* The lines of a margin, in their order. */
enum { LINE_BASIS, LINE_SOURCES, LINE_COVERAGE, LINE_EXECUTED_BY, LINE_KEPT_BY, LINE_COUNT };
static const char *const line_names[LINE_COUNT] = {
    "Basis", "Sources", "Coverage", "Executed by", "Kept by"};

enum error text_read_margin(struct text_reader *reader, struct form_text_clause *clause)
{
    const char *values[LINE_COUNT] = {NULL};
    size_t first = reader->number, lines[LINE_COUNT] = {0};
    for (int i = 0; i < LINE_COUNT; i++) {
        enum error error = take_line(reader, line_names[i], &values[i], &lines[i]);
        if (error != ERROR_OK)
            return error;
    }
    if (text_begins(reader, ">"))
        return text_fault(
            reader, 1, ERROR_FORM_MARGIN,
            "Basis, Sources, Coverage, Executed by, Kept by, in this order, each once");
    if (!values[LINE_BASIS] || !values[LINE_COVERAGE])
        return margin_fault(
            reader, first, ERROR_FORM_MARGIN, "both \"> Basis:\" and \"> Coverage:\"", NULL);

    int basis = word_index(basis_words, FORM_OURS, values[LINE_BASIS]);
    if (basis == 0)
        return margin_fault(
            reader, lines[LINE_BASIS], ERROR_FORM_MARGIN_VALUE, "reported, construed or ours",
            values[LINE_BASIS]);
    int coverage = word_index(coverage_words, COVERAGE_AUDIT, values[LINE_COVERAGE]);
    if (coverage == 0)
        return margin_fault(
            reader, lines[LINE_COVERAGE], ERROR_FORM_MARGIN_VALUE,
            "executable, partly executable, by procedure or by audit", values[LINE_COVERAGE]);
    clause->basis = (enum form_basis)basis;
    clause->coverage = (enum coverage)coverage;
    clause->sources = values[LINE_SOURCES];
    clause->kept_by = values[LINE_KEPT_BY];
    clause->executed_line = (unsigned)lines[LINE_EXECUTED_BY];
    if (values[LINE_EXECUTED_BY]) {
        enum error error = read_executed_by(reader, values[LINE_EXECUTED_BY], clause);
        if (error != ERROR_OK)
            return error;
    }
    return check_margin(reader, first, clause);
}
