/* Any bytes as a form's text: parsed or refused at a place, never more; and what is parsed keeps
 * the promises of form/text.h. */
#include <stdlib.h>
#include <string.h>

#include "form/text.h"
#include "form/text_reader.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* Prose is one line, with something on it. */
static void must_be_line(const char *text)
{
    must(text && text[0] && text[0] != ' ' && !strchr(text, '\n'));
}

static void must_be_clause(const struct form_text_clause *clause)
{
    must(text_is_number(bytes_of(clause->number), ""));
    must(clause->depth == (strchr(clause->number, '.') ? 2U : 1U));
    must_be_line(clause->title);
    must(clause->block_count > 0 && clause->blocks[0].kind == FORM_PARAGRAPH);
    for (size_t i = 0; i < clause->block_count; i++)
        must_be_line(clause->blocks[i].text);
    bool executed = clause->coverage == COVERAGE_EXECUTABLE || clause->coverage == COVERAGE_PARTLY;
    must(executed == (clause->executed_by_count > 0));
    must(executed == (clause->executed_line > clause->line));
    must((clause->coverage == COVERAGE_EXECUTABLE) == (clause->kept_by == NULL));
    must(clause->basis != FORM_REPORTED || clause->sources);
    for (size_t i = 0; i < clause->executed_by_count; i++)
        must(text_is_number(bytes_of(clause->executed_by[i]), "LO"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {.limit = 64 << 20};
    struct fault fault = {0};
    struct form_text text = {0};
    enum error error = form_text_parse((struct bytes){data, size}, &arena, &fault, &text);
    if (error != ERROR_OK) {
        must(fault.error == error && fault.place[0] && !text.title);
    } else {
        must_be_line(text.title);
        must(text.clause_count > 0);
        for (size_t i = 0; i < text.introduction_count; i++)
            must_be_line(text.introduction[i].text);
        for (size_t i = 0; i < text.clause_count; i++) {
            must_be_clause(&text.clauses[i]);
            must(i == 0 || text.clauses[i].line > text.clauses[i - 1].line);
        }
    }
    arena_free(&arena);
    return 0;
}
