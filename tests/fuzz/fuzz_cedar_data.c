/* Entities and requests from any JSON, with a schema and without: what is read with one and
 * conforms can be decided on. */
#include <stdlib.h>

#include "cedar/cedar.h"
#include "cedar/data_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char schema_text[] =
    "entity U in [U, G] {u?: U, i?: ipaddr, d?: decimal, t?: datetime, l?: duration,"
    " s?: Set<U>, r?: {u: U, s?: Set<decimal>}} tags Set<ipaddr>;\n"
    "entity G enum [\"a\", \"b\"];\n"
    "action go appliesTo {principal: U, resource: [U, G], context: {u?: U, i?: ipaddr}};\n";

/* Whether what is read with the help of types (or NULL) conforms to schema. */
static bool conforms(
    const struct json *json, const struct cedar_schema *types, const struct cedar_schema *schema)
{
    struct arena arena = {0};
    struct cedar_symbols *symbols;
    struct cedar_entities *entities;
    struct cedar_request request;
    enum error error;
    if (cedar_symbols_create(NULL, 1, &symbols) || cedar_entities_create(NULL, &entities))
        abort();
    if (json_type(json) == JSON_ARRAY) {
        error = cedar_json_entities_typed(json, types, symbols, &arena, entities, NULL);
        if (!error)
            error = cedar_entities_freeze(entities, NULL);
        if (!error)
            error = cedar_check_entities(schema, entities, NULL);
    } else {
        error = cedar_json_request(json, types, symbols, &arena, NULL, &request);
        if (!error)
            error = cedar_check_request(schema, &request, NULL);
    }
    cedar_entities_free(entities);
    cedar_symbols_free(symbols);
    arena_free(&arena);
    return !error;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct cedar_schema *schema;
    const struct json *json;
    if (cedar_schema_parse(BYTES_LITERAL(schema_text), NULL, &schema))
        abort();
    if (!json_parse((struct bytes){data, size}, &arena, NULL, &json)) {
        bool plain = conforms(json, NULL, schema), typed = conforms(json, schema, schema);
        if (plain && !typed)
            abort();
    }
    cedar_schema_free(schema);
    arena_free(&arena);
    return 0;
}
