/* Cases of the public corpora of Cedar: a JSON file that names policies, entities and a schema, and
 * has requests with what each must give; and, kept apart, what the official engine says of the same
 * to the schema. Read from archives and folders. For run-corpus, and for tests. */
#ifndef ENDUSE_CLI_CEDAR_CASE_H
#define ENDUSE_CLI_CEDAR_CASE_H

#include "archive/archive.h"
#include "cedar/cedar.h"
#include "json/json.h"

struct cedar_corpus;

/* Opens all of them together: what a case names may be in another one than the case. */
MUST_CHECK enum error cedar_corpus_open(
    const struct os *os, const char *const *paths, size_t count, struct fault *fault,
    struct cedar_corpus **ret_corpus);
void cedar_corpus_free(struct cedar_corpus *corpus); /* NULL is fine */

/* The JSON files that can be cases, in their order: all but those whose name says otherwise
 * (.entities.json, .validation.json, .cedarschema.json, and what macOS leaves in archives). */
size_t cedar_corpus_count(const struct cedar_corpus *corpus);

/* One case. All in it lives until cedar_case_free. */
struct cedar_case {
    struct bytes name;
    struct arena arena;
    const struct json *json;
    const struct json *verdict; /* of the official engine's validator, or NULL: none is kept */
    struct bytes policies_text;
    struct cedar_symbols *symbols;
    struct cedar_policies *policies;
    struct cedar_schema *schema;
    struct cedar_entities *entities; /* frozen; NULL when they cannot be read, see below */
    struct fault entities_fault;     /* why */
    struct cedar_program *program;
    void *scratch;
};

/* Loads the case of an index. *ret_is_case is false for a JSON file that is something else (it
 * names no policies); then nothing else is set. Fails when the case or what it names cannot be
 * read, entities excepted: corpora have such that are refused on purpose. Always end with
 * cedar_case_free. */
MUST_CHECK enum error cedar_case_load(
    const struct cedar_corpus *corpus, size_t index, struct fault *fault,
    struct cedar_case *ret_case, bool *ret_is_case);
void cedar_case_free(struct cedar_case *one);

/* Whether a list of ids names exactly these policies, in whatever order. */
bool cedar_ids_are(
    const struct cedar_policies *policies, const struct json *ids, const uint32_t *indexes,
    size_t count);

#endif
