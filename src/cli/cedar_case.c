/* Reading cases of the corpora. What they should give is judged in cedar_corpus.c. */
#include "cli/cedar_case.h"

#include <stdlib.h>
#include <string.h>

#include "cedar/data_json.h"
#include "cedar/schema_json.h"

struct candidate {
    struct archive *archive;
    struct bytes name;
};

struct cedar_corpus {
    struct archive **archives;
    size_t archive_count;
    struct candidate *candidates;
    size_t count;
};

/* --- The corpus ----------------------------------------------------------------------------- */

static bool ends(struct bytes name, const char *suffix)
{
    size_t length = strlen(suffix);
    return name.length >= length && memcmp(name.data + name.length - length, suffix, length) == 0;
}

/* The part of a name before its last '/'; empty where there is none. */
static struct bytes folder_of(struct bytes name)
{
    while (name.length && name.data[name.length - 1] != '/')
        name.length--;
    name.length -= name.length != 0;
    return name;
}

static bool can_be_case(struct bytes name)
{
    struct bytes folder = folder_of(name);
    struct bytes last = bytes_slice(name, folder.length + (folder.length != 0), name.length);
    bool left_over = last.length >= 2 && memcmp(last.data, "._", 2) == 0;
    return ends(name, ".json") && !ends(name, ".entities.json") &&
           !ends(name, ".validation.json") && !ends(name, ".cedarschema.json") && !left_over;
}

static enum error collect(struct cedar_corpus *corpus, struct fault *fault)
{
    size_t all = 0;
    for (size_t i = 0; i < corpus->archive_count; i++)
        all += archive_count(corpus->archives[i]);
    corpus->candidates = calloc(all + 1, sizeof *corpus->candidates);
    if (!corpus->candidates)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    for (size_t i = 0; i < corpus->archive_count; i++) {
        struct archive *archive = corpus->archives[i];
        for (size_t k = 0; k < archive_count(archive); k++) {
            struct bytes name = archive_name_at(archive, k);
            if (can_be_case(name))
                corpus->candidates[corpus->count++] = (struct candidate){archive, name};
        }
    }
    return ERROR_OK;
}

enum error cedar_corpus_open(
    const struct os *os, const char *const *paths, size_t count, struct fault *fault,
    struct cedar_corpus **ret_corpus)
{
    struct cedar_corpus *corpus = calloc(1, sizeof *corpus);
    enum error error = ERROR_OK;
    if (corpus)
        corpus->archives = calloc(count + 1, sizeof(struct archive *));
    if (!corpus || !corpus->archives)
        error = fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    for (size_t i = 0; !error && i < count; i++) {
        error = archive_open(os, paths[i], fault, &corpus->archives[i]);
        if (error)
            fault_within(fault, error, "%s", paths[i]);
        else
            corpus->archive_count++;
    }
    if (!error)
        error = collect(corpus, fault);
    if (error)
        cedar_corpus_free(corpus);
    else
        *ret_corpus = corpus;
    return error;
}

void cedar_corpus_free(struct cedar_corpus *corpus)
{
    if (!corpus)
        return;
    for (size_t i = 0; i < corpus->archive_count; i++)
        archive_free(corpus->archives[i]);
    free(corpus->archives);
    free(corpus->candidates);
    free(corpus);
}

size_t cedar_corpus_count(const struct cedar_corpus *corpus)
{
    return corpus->count;
}

/* The archive that has the file, the case's own first; NULL when none has. */
static const struct archive *
holder_of(const struct cedar_corpus *corpus, const struct archive *own, struct bytes name)
{
    if (archive_has(own, name))
        return own;
    for (size_t i = 0; i < corpus->archive_count; i++) {
        if (archive_has(corpus->archives[i], name))
            return corpus->archives[i];
    }
    return NULL;
}

/* --- A case --------------------------------------------------------------------------------- */

/* A case being loaded. */
struct loading {
    const struct cedar_corpus *corpus;
    const struct archive *archive;
    struct cedar_case *one;
    struct fault *fault;
};

static enum error no_memory(const struct loading *loading)
{
    return fault_set(loading->fault, ERROR_MEMORY, NULL, NULL, NULL);
}

/* A file's content, in the case's arena. */
static enum error read_kept(
    const struct loading *loading, const struct archive *archive, struct bytes name,
    struct bytes *ret_content)
{
    struct buffer content = {0};
    enum error error = archive_read(archive, name, loading->fault, &content);
    if (!error) {
        *ret_content = arena_copy(&loading->one->arena, buffer_view(&content));
        error = ret_content->data ? ERROR_OK : no_memory(loading);
    }
    buffer_free(&content);
    return error;
}

static enum error read_json(
    const struct loading *loading, const struct archive *archive, struct bytes name,
    const struct json **ret_json)
{
    struct buffer content = {0};
    enum error error = archive_read(archive, name, loading->fault, &content);
    if (!error)
        error = json_parse(buffer_view(&content), &loading->one->arena, loading->fault, ret_json);
    buffer_free(&content);
    return error;
}

static struct bytes
join(struct arena *arena, struct bytes folder, const char *between, struct bytes name)
{
    struct buffer whole = {0};
    buffer_append_bytes(&whole, folder);
    if (folder.length)
        buffer_append_text(&whole, between);
    buffer_append_bytes(&whole, name);
    struct bytes kept = whole.error ? (struct bytes){0} : arena_copy(arena, buffer_view(&whole));
    buffer_free(&whole);
    return kept;
}

/* The file that a member of the case names: from the case's folder or the nearest one above it
 * where there is such a file, because corpora are unpacked at various depths. */
static enum error find_part(
    const struct loading *loading, const char *member, const struct archive **ret_archive,
    struct bytes *ret_name)
{
    struct bytes part, folder = loading->one->name;
    enum error error = json_get_string(loading->one->json, member, loading->fault, &part);
    while (!error) {
        folder = folder_of(folder);
        *ret_name = join(&loading->one->arena, folder, "/", part);
        if (!ret_name->data)
            return no_memory(loading);
        *ret_archive = holder_of(loading->corpus, loading->archive, *ret_name);
        if (*ret_archive)
            return ERROR_OK;
        if (!folder.length)
            error = json_fault(
                json_find(loading->one->json, member), loading->fault, ERROR_NOT_FOUND, NULL, NULL);
    }
    return error;
}

/* CASE.validation.json, in the folder of the case or in one of the same name with -validation. */
static enum error find_verdict(const struct loading *loading)
{
    static const char *const between[] = {"/", "-validation/"};
    struct cedar_case *one = loading->one;
    struct bytes folder = folder_of(one->name);
    size_t start = folder.length + (folder.length != 0);
    struct bytes stem = bytes_slice(one->name, start, one->name.length - start - strlen(".json"));
    struct bytes last = join(&one->arena, stem, "", BYTES_LITERAL(".validation.json"));
    for (size_t i = 0; i < 2; i++) {
        struct bytes name = join(&one->arena, folder, between[i], last);
        if (!last.data || !name.data)
            return no_memory(loading);
        const struct archive *archive = holder_of(loading->corpus, loading->archive, name);
        if (archive)
            return read_json(loading, archive, name, &one->verdict);
    }
    return ERROR_OK;
}

static enum error load_schema(const struct loading *loading)
{
    const struct archive *archive;
    struct bytes name, text;
    enum error error = find_part(loading, "schema", &archive, &name);
    if (!error)
        error = read_kept(loading, archive, name, &text);
    if (error)
        return error;
    error = ends(name, ".json")
                ? cedar_schema_json_parse(text, loading->fault, &loading->one->schema)
                : cedar_schema_parse(text, loading->fault, &loading->one->schema);
    return error ? fault_within(loading->fault, error, "schema") : ERROR_OK;
}

static enum error load_policies(const struct loading *loading)
{
    struct cedar_case *one = loading->one;
    const struct archive *archive;
    struct bytes name;
    enum error error = find_part(loading, "policies", &archive, &name);
    if (!error)
        error = read_kept(loading, archive, name, &one->policies_text);
    if (error)
        return error;
    if (cedar_symbols_create(NULL, 7, &one->symbols) || cedar_policies_create(&one->policies))
        return no_memory(loading);
    error = cedar_policies_add(one->policies, one->policies_text, NULL, loading->fault);
    if (!error)
        error = cedar_compile(one->policies, one->symbols, loading->fault, &one->program);
    if (error)
        return fault_within(loading->fault, error, "policies");
    one->scratch = malloc(cedar_program_scratch_size(one->program));
    return one->scratch ? ERROR_OK : no_memory(loading);
}

static enum error load_entities(const struct loading *loading)
{
    struct cedar_case *one = loading->one;
    const struct archive *archive;
    struct bytes name;
    const struct json *json;
    enum error error = find_part(loading, "entities", &archive, &name);
    if (!error)
        error = read_json(loading, archive, name, &json);
    if (error)
        return error;
    if (cedar_entities_create(NULL, &one->entities))
        return no_memory(loading);
    error = cedar_json_entities_typed(
        json, one->schema, one->symbols, &one->arena, one->entities, &one->entities_fault);
    if (!error)
        error = cedar_entities_freeze(one->entities, &one->entities_fault);
    if (error) {
        cedar_entities_free(one->entities);
        one->entities = NULL;
    }
    return error == ERROR_MEMORY ? no_memory(loading) : ERROR_OK;
}

enum error cedar_case_load(
    const struct cedar_corpus *corpus, size_t index, struct fault *fault,
    struct cedar_case *ret_case, bool *ret_is_case)
{
    const struct candidate *candidate = &corpus->candidates[index];
    struct loading loading = {corpus, candidate->archive, ret_case, fault};
    *ret_case = (struct cedar_case){.name = candidate->name};
    *ret_is_case = true;
    enum error error = read_json(&loading, candidate->archive, candidate->name, &ret_case->json);
    if (error)
        return error;
    *ret_is_case = json_find(ret_case->json, "policies") && json_find(ret_case->json, "requests");
    if (!*ret_is_case)
        return ERROR_OK;
    error = load_schema(&loading);
    if (!error)
        error = load_policies(&loading);
    if (!error)
        error = load_entities(&loading);
    return error ? error : find_verdict(&loading);
}

void cedar_case_free(struct cedar_case *one)
{
    free(one->scratch);
    cedar_program_free(one->program);
    cedar_policies_free(one->policies);
    cedar_entities_free(one->entities);
    cedar_symbols_free(one->symbols);
    cedar_schema_free(one->schema);
    arena_free(&one->arena);
}

bool cedar_ids_are(
    const struct cedar_policies *policies, const struct json *ids, const uint32_t *indexes,
    size_t count)
{
    size_t index;
    for (size_t i = 0; i < count; i++) {
        bool named = false;
        for (size_t k = 0; k < json_count(ids) && !named; k++)
            named = bytes_equal(
                json_characters(json_at(ids, k)), cedar_policies_at(policies, indexes[i])->id);
        if (!named)
            return false;
    }
    for (size_t k = 0; k < json_count(ids); k++) {
        bool meant = false;
        if (!cedar_policies_find(policies, json_characters(json_at(ids, k)), &index))
            return false;
        for (size_t i = 0; i < count && !meant; i++)
            meant = indexes[i] == index;
        if (!meant)
            return false;
    }
    return true;
}
