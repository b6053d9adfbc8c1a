/* Runs the public verdicts of strict validation: of every policy, entity and request for which the
 * official engine's verdict is given ours must be the same, and every schema of the data must be
 * read. Usage: cedar_validation ROOT <LIST, where LIST names files one a line, below ROOT:
 * CASE.validation.json or a .cedarschema. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cedar/cedar.h"
#include "cedar/data_json.h"

enum { FILE_MAX = 64 << 20, FAILURES_SHOWN = 20 };

static struct {
    size_t schemas, policies, entities, requests, failed, unread;
} tally;

/* One case while it runs. Everything in it is freed together. */
struct run {
    const char *root, *path;
    const struct json *verdict, *json; /* what the official engine said; the case */
    struct arena arena;
    struct cedar_schema *schema;
    struct cedar_symbols *symbols;
    struct cedar_policies *policies;
    struct cedar_entities *entities;
};

PRINTF_LIKE(2, 3) static void complain(const struct run *run, const char *format, ...)
{
    tally.failed++;
    if (tally.failed > FAILURES_SHOWN)
        return;
    va_list arguments;
    va_start(arguments, format);
    printf("FAILED %s: ", run->path);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
}

static void complain_fault(const struct run *run, const char *what, const struct fault *fault)
{
    char text[512];
    complain(run, "%s: %s", what, fault_text(fault, text, sizeof text));
}

static void compare(
    const struct run *run, const char *what, size_t number, bool expected, enum error error,
    const struct fault *fault)
{
    char text[512] = "it passes";
    if (error)
        fault_text(fault, text, sizeof text);
    if (expected == (error != ERROR_OK))
        complain(
            run, "%s %zu: should %s, but %s", what, number, expected ? "pass" : "be refused", text);
}

static bool read_file(const struct run *run, const char *name, struct buffer *content)
{
    char path[2048];
    struct fault fault = {0};
    snprintf(path, sizeof path, "%s/%s", run->root, name);
    if (!os_read_file(&os_system, path, FILE_MAX, &fault, content))
        return true;
    complain_fault(run, "reading", &fault);
    return false;
}

static const struct json *parse_file(struct run *run, const char *name)
{
    struct buffer content = {0};
    const struct json *json = NULL;
    struct fault fault = {0};
    if (read_file(run, name, &content) &&
        json_parse(buffer_view(&content), &run->arena, &fault, &json))
        complain_fault(run, "JSON", &fault);
    buffer_free(&content);
    return json;
}

/* The file that a member of the case names; NULL and a complaint when it is missing. It is named
 * from the folder above the one in which the case is. */
static bool read_part(struct run *run, const char *name, char *path, size_t size)
{
    struct bytes part;
    struct fault fault = {0};
    if (json_get_string(run->json, name, &fault, &part)) {
        complain_fault(run, "case", &fault);
        return false;
    }
    char folder[1024];
    snprintf(folder, sizeof folder, "%s", run->path);
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(folder, '/');
        if (slash)
            *slash = '\0';
        else
            folder[0] = '\0';
    }
    snprintf(
        path, size, "%s%s%.*s", folder, folder[0] ? "/" : "", (int)part.length,
        (const char *)part.data);
    return true;
}

static void check_policies(struct run *run)
{
    const struct json *all = json_find(run->verdict, "policyValidation");
    const struct json *each = json_find(all, "perPolicy");
    struct fault fault = {0};
    bool expected;
    if (json_count(each) != cedar_policies_count(run->policies))
        complain(run, "%zu verdicts on policies", json_count(each));
    for (size_t i = 0; i < cedar_policies_count(run->policies); i++) {
        const struct cedar_policy *policy = cedar_policies_at(run->policies, i);
        const struct json *verdict = json_find_bytes(each, policy->id);
        if (json_get_bool(verdict, "strict", &fault, &expected)) {
            complain_fault(run, "verdict", &fault);
            continue;
        }
        tally.policies++;
        enum error error = cedar_check_policy(run->schema, policy, NULL, &fault);
        compare(run, "policy", i, expected, error, &fault);
    }
}

/* The verdict on an entity is under its type and id, joined by "::". */
static const struct json *verdict_on(const struct json *each, const struct cedar_uid *uid)
{
    struct buffer name = {0};
    buffer_append_bytes(&name, cedar_string_bytes(uid->type));
    buffer_append_text(&name, "::");
    buffer_append_bytes(&name, cedar_string_bytes(uid->id));
    const struct json *verdict = json_find_bytes(each, buffer_view(&name));
    buffer_free(&name);
    return verdict;
}

static void check_entities(struct run *run)
{
    char path[2048];
    struct fault fault = {0};
    const struct json *each = json_find(json_find(run->verdict, "entityValidation"), "perEntity");
    const struct json *data =
        read_part(run, "entities", path, sizeof path) ? parse_file(run, path) : NULL;
    if (!data)
        return;
    if (cedar_entities_create(NULL, &run->entities) ||
        cedar_json_entities_typed(
            data, run->schema, run->symbols, &run->arena, run->entities, &fault) ||
        cedar_entities_freeze(run->entities, &fault)) {
        tally.unread++;
        return;
    }
    for (size_t i = 0; i < cedar_entities_count(run->entities); i++) {
        const struct cedar_entity *entity = cedar_entities_at(run->entities, i);
        const struct json *verdict = verdict_on(each, entity->uid);
        if (!verdict)
            continue;
        tally.entities++;
        enum error error = cedar_check_entity(run->schema, run->entities, entity, &fault);
        compare(run, "entity", i, !json_find(verdict, "errors"), error, &fault);
    }
}

static void check_requests(struct run *run)
{
    const struct json *requests = json_find(run->json, "requests");
    const struct json *verdicts = json_find(run->verdict, "requestValidation");
    for (size_t i = 0; i < json_count(verdicts); i++) {
        struct cedar_request request = {0};
        struct fault fault = {0};
        bool expected;
        if (json_get_bool(json_at(verdicts, i), "strict", &fault, &expected) ||
            cedar_json_request(
                json_at(requests, i), run->schema, run->symbols, &run->arena, &fault, &request)) {
            tally.unread++;
            continue;
        }
        tally.requests++;
        enum error error = cedar_check_request(run->schema, &request, &fault);
        compare(run, "request", i, expected, error, &fault);
    }
}

static bool load_schema(struct run *run, const char *path)
{
    struct buffer text = {0};
    struct fault fault = {0};
    bool read = read_file(run, path, &text);
    tally.schemas++;
    if (read && cedar_schema_parse(buffer_view(&text), &fault, &run->schema))
        complain_fault(run, "schema", &fault);
    buffer_free(&text);
    return run->schema != NULL;
}

static bool load_policies(struct run *run, const char *path)
{
    struct buffer text = {0};
    struct fault fault = {0};
    enum error error = ERROR_IO;
    if (read_file(run, path, &text)) {
        error = cedar_policies_create(&run->policies);
        if (!error)
            error = cedar_policies_add(run->policies, buffer_view(&text), NULL, &fault);
        if (error)
            complain_fault(run, "policies", &fault);
    }
    buffer_free(&text);
    return !error;
}

/* The verdicts of the corpus are in a folder of their own, beside that of the cases. */
static void case_path(const char *verdict, char *path, size_t size)
{
    static const char apart[] = "corpus-tests-validation/";
    size_t length = strlen(verdict) - strlen(".validation.json");
    bool corpus = strncmp(verdict, apart, sizeof apart - 1) == 0;
    size_t skipped = corpus ? sizeof apart - 1 : 0;
    snprintf(
        path, size, "%s%.*s.json", corpus ? "corpus-tests/" : "", (int)(length - skipped),
        verdict + skipped);
}

static void run_case(struct run *run)
{
    char path[2048];
    case_path(run->path, path, sizeof path);
    run->verdict = parse_file(run, run->path);
    run->json = parse_file(run, path);
    if (!run->verdict || !run->json || cedar_symbols_create(NULL, 7, &run->symbols) ||
        !read_part(run, "schema", path, sizeof path) || !load_schema(run, path) ||
        !read_part(run, "policies", path, sizeof path) || !load_policies(run, path))
        return;
    check_policies(run);
    check_entities(run);
    check_requests(run);
}

int main(int count, char **arguments)
{
    if (count < 2)
        return 2;
    char line[1024];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        struct run run = {.root = arguments[1], .path = line};
        if (text_ends(line, ".cedarschema"))
            (void)load_schema(&run, line);
        else
            run_case(&run);
        cedar_entities_free(run.entities);
        cedar_policies_free(run.policies);
        cedar_symbols_free(run.symbols);
        cedar_schema_free(run.schema);
        arena_free(&run.arena);
    }
    printf(
        "cedar validation: %zu schemas read; %zu policies, %zu entities, %zu requests judged; "
        "%zu disagree; %zu data files and requests cannot be read\n",
        tally.schemas, tally.policies, tally.entities, tally.requests, tally.failed, tally.unread);
    return tally.failed || tally.policies == 0;
}
