/* docs/openapi.json (OpenAPI 3.1), from the tables of routes, answers, files and acts. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "authority/register.h"
#include "json/json.h"
#include "service/core.h"
#include "service/handlers.h"
#include "service/schema.h"

PRINTF_LIKE(3, 4)
static void put_format(struct json_writer *writer, const char *name, const char *format, ...)
{
    char text[400];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    json_put_string(writer, name, text);
}

/* {"$ref": "#/components/schemas/..."} as the value of a member. */
static void put_reference(struct json_writer *writer, const char *name, const char *schema)
{
    json_put_object(writer, name);
    put_format(writer, "$ref", "#/components/schemas/%s", schema);
    json_write_object_end(writer);
}

/* --- Operations --------------------------------------------------------------------------- */

static void put_parameter(
    struct json_writer *writer, const char *name, const char *place, const char *words,
    uint64_t most)
{
    json_write_object(writer);
    json_put_string(writer, "name", name);
    json_put_string(writer, "in", place);
    if (strcmp(place, "path") == 0)
        json_put_bool(writer, "required", true);
    if (words)
        json_put_string(writer, "description", words);
    json_put_object(writer, "schema");
    json_put_string(writer, "type", most ? "integer" : "string");
    if (most) {
        json_put_u64(writer, "minimum", 0);
        json_put_u64(writer, "maximum", most);
    }
    json_write_object_end(writer);
    json_write_object_end(writer);
}

/* A path's {kind} is one of those that there are. */
static void put_kind(struct json_writer *writer)
{
    json_write_object(writer);
    json_put_string(writer, "name", "kind");
    json_put_string(writer, "in", "path");
    json_put_bool(writer, "required", true);
    json_put_object(writer, "schema");
    json_put_string(writer, "type", "string");
    json_put_array(writer, "enum");
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++)
        json_write_string(writer, file_word(kind));
    json_write_array_end(writer);
    json_write_object_end(writer);
    json_write_object_end(writer);
}

static void put_parameters(struct json_writer *writer, const struct service_row *row)
{
    const char *at = row->pattern;
    json_put_array(writer, "parameters");
    while ((at = strchr(at, '{'))) {
        char name[40];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at + 1, "}"), at + 1);
        if (strcmp(name, "kind") == 0)
            put_kind(writer);
        else
            put_parameter(writer, name, "path", NULL, 0);
        at++;
    }
    for (const struct route_query *query = row->query; query->name; query++)
        put_parameter(writer, query->name, "query", query->words, query->most);
    json_write_array_end(writer);
}

static void put_content(struct json_writer *writer, const char *type, const char *schema)
{
    json_put_object(writer, "content");
    json_put_object(writer, type);
    if (schema)
        put_reference(writer, "schema", schema);
    json_write_object_end(writer);
    json_write_object_end(writer);
}

/* What a status is, where the table has no words for it. */
static const char *status_words(unsigned status)
{
    switch (status) {
    case 200:
        return "what was asked for";
    case 201:
        return "made";
    case 204:
        return "done";
    case 404:
        return "nothing of that number or name";
    default:
        return "refused";
    }
}

static void put_answer(struct json_writer *writer, const struct route_answer *answer)
{
    char status[12];
    snprintf(status, sizeof status, "%u", answer->status);
    json_put_object(writer, status);
    json_put_string(
        writer, "description", answer->words ? answer->words : status_words(answer->status));
    if (answer->type)
        put_content(writer, answer->type, answer->schema);
    else if (answer->status >= 400)
        put_content(writer, "application/problem+json", "Problem");
    json_write_object_end(writer);
}

static void put_answers(struct json_writer *writer, const struct service_row *row)
{
    json_put_object(writer, "responses");
    for (const struct route_answer *answer = row->answers; answer->status; answer++)
        put_answer(writer, answer);
    json_put_object(writer, "default");
    json_put_string(writer, "description", "any other refusal: a problem");
    put_content(writer, "application/problem+json", "Problem");
    json_write_object_end(writer);
    json_write_object_end(writer);
}

/* A login where the route asks for one; for kinds of which anyone sees files, none will do. */
static void put_security(struct json_writer *writer, const struct access *access)
{
    json_put_array(writer, "security");
    if (access->rule == ACCESS_KIND) {
        json_write_object(writer);
        json_write_object_end(writer);
    }
    if (access->rule == ACCESS_KIND || access->rule == ACCESS_ROLES) {
        json_write_object(writer);
        json_put_array(writer, "session");
        json_write_array_end(writer);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
}

/* "get-files-kind-number": the method and the path's words. */
static void put_operation_id(struct json_writer *writer, const struct service_row *row)
{
    struct buffer id = {0};
    buffer_append_text(
        &id, row->method == HTTP_GET    ? "get"
             : row->method == HTTP_POST ? "post"
                                        : "delete");
    for (const char *at = row->pattern + strlen("/api/v1"); *at; at++) {
        if (*at == '/' || *at == '.')
            buffer_append_byte(&id, '-');
        else if (*at != '{' && *at != '}')
            buffer_append_byte(&id, (uint8_t)*at);
    }
    if (id.error && !writer->error)
        writer->error = id.error;
    json_put_string_bytes(writer, "operationId", buffer_view(&id));
    buffer_free(&id);
}

static void put_body(struct json_writer *writer, const struct service_row *row)
{
    bool act = strcmp(row->pattern, "/api/v1/acts") == 0;
    json_put_object(writer, "requestBody");
    put_format(
        writer, "description", "A signed document (docs/formats.cddl), at most %zu bytes.%s",
        row->body_max, act ? " What it says is the schema Act." : "");
    json_put_bool(writer, "required", true);
    put_content(writer, row->accepts, NULL);
    json_write_object_end(writer);
}

static void put_operation(struct json_writer *writer, const struct service_row *row)
{
    json_put_object(
        writer, row->method == HTTP_GET    ? "get"
                : row->method == HTTP_POST ? "post"
                                           : "delete");
    put_operation_id(writer, row);
    json_put_string(writer, "description", row->words);
    put_format(writer, "x-from", "%s", row->access->words);
    put_parameters(writer, row);
    if (row->accepts)
        put_body(writer, row);
    put_security(writer, row->access);
    put_answers(writer, row);
    json_write_object_end(writer);
}

/* Rows of one path stand together in the table. Pages are for people. */
static void put_paths(struct json_writer *writer)
{
    const char *path = "";
    json_put_object(writer, "paths");
    for (size_t i = 0; i < service_row_count; i++) {
        const struct service_row *row = &service_rows[i];
        if (!text_starts(row->pattern, "/api/v1"))
            continue;
        if (strcmp(row->pattern, path) != 0) {
            if (*path)
                json_write_object_end(writer);
            path = row->pattern;
            json_put_object(writer, path);
        }
        put_operation(writer, row);
    }
    if (*path)
        json_write_object_end(writer);
    json_write_object_end(writer);
}

/* --- Components --------------------------------------------------------------------------- */

static void put_const(struct json_writer *writer, const char *name, const char *value)
{
    json_put_object(writer, name);
    json_put_string(writer, "const", value);
    json_write_object_end(writer);
}

/* File: what is common to all, and the content by its kind. */
static void put_file(struct json_writer *writer)
{
    json_put_object(writer, "File");
    json_put_array(writer, "allOf");
    json_write_object(writer);
    json_put_string(writer, "$ref", "#/components/schemas/FileBase");
    json_write_object_end(writer);
    json_write_object(writer);
    json_put_array(writer, "oneOf");
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        char schema[80];
        snprintf(schema, sizeof schema, "file.%s", file_word(kind));
        json_write_object(writer);
        json_put_object(writer, "properties");
        put_const(writer, "kind", file_word(kind));
        put_reference(writer, "content", schema);
        json_write_object_end(writer);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
    json_write_object_end(writer);
    json_write_array_end(writer);
    json_write_object_end(writer);
}

static void act_schema(char text[120], enum file_kind kind, const struct transition *act)
{
    snprintf(text, 120, "act.%s.%s", file_word(kind), act->verb);
}

/* The acts of people on a kind, one by one; those of rules come from nobody. */
static void each_act(
    struct json_writer *writer,
    void (*put)(struct json_writer *writer, enum file_kind kind, const struct transition *act))
{
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        size_t count;
        const struct transition *rows = lifecycle(kind, &count);
        for (size_t i = 0; i < count; i++) {
            if (rows[i].roles != ROLE_SERVER)
                put(writer, kind, &rows[i]);
        }
    }
}

static void
put_act_body(struct json_writer *writer, enum file_kind kind, const struct transition *act)
{
    static const struct layout nothing = {.name = "body", .size = 1};
    char name[120];
    act_schema(name, kind, act);
    json_write_name(writer, name);
    schema_write_layout(writer, act->body ? act->body : &nothing);
}

static void
put_act_choice(struct json_writer *writer, enum file_kind kind, const struct transition *act)
{
    char name[120];
    act_schema(name, kind, act);
    json_write_object(writer);
    json_put_string(writer, "description", act->words);
    json_put_object(writer, "properties");
    json_put_object(writer, "file");
    put_format(writer, "pattern", "^%s/", file_word(kind));
    json_write_object_end(writer);
    put_const(writer, "verb", act->verb);
    put_reference(writer, "body", name);
    json_write_object_end(writer);
    json_write_object_end(writer);
}

/* Act: the layout of all acts, and the body by kind and verb. */
static void put_act(struct json_writer *writer)
{
    json_put_object(writer, "Act");
    json_put_array(writer, "allOf");
    schema_write_layout(writer, &act_layout);
    json_write_object(writer);
    json_put_array(writer, "oneOf");
    each_act(writer, put_act_choice);
    json_write_array_end(writer);
    json_write_object_end(writer);
    json_write_array_end(writer);
    json_write_object_end(writer);
}

/* Register: the rows of each kind, after the tables that write them. */
static void put_register(struct json_writer *writer)
{
    struct arena arena = {0};
    json_put_object(writer, "RegisterRow");
    json_put_array(writer, "anyOf");
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        json_write_object(writer);
        put_format(writer, "$ref", "#/components/schemas/register.%s", file_word(kind));
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
    json_write_object_end(writer);
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        const struct layout *layout;
        char name[80];
        snprintf(name, sizeof name, "register.%s", file_word(kind));
        json_write_name(writer, name);
        enum error error = register_layout(kind, &arena, NULL, &layout);
        if (error && !writer->error)
            writer->error = error;
        if (!error)
            schema_write_layout(writer, layout);
    }
    arena_free(&arena);
}

static void put_components(struct json_writer *writer)
{
    json_put_object(writer, "components");
    json_put_object(writer, "securitySchemes");
    json_put_object(writer, "session");
    json_put_string(writer, "type", "http");
    json_put_string(writer, "scheme", "bearer");
    json_put_string(writer, "description", "The token that POST /api/v1/session gave.");
    json_write_object_end(writer);
    json_write_object_end(writer);
    json_put_object(writer, "schemas");
    for (size_t i = 0; i < answer_count; i++) {
        json_write_name(writer, answers[i].name);
        schema_write_answer(writer, &answers[i]);
    }
    put_file(writer);
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        char name[80];
        snprintf(name, sizeof name, "file.%s", file_word(kind));
        json_write_name(writer, name);
        schema_write_layout(writer, file_layout(kind));
    }
    json_write_name(writer, "Hearing");
    schema_write_layout(writer, &hearing_layout);
    put_register(writer);
    put_act(writer);
    each_act(writer, put_act_body);
    json_write_object_end(writer);
    json_write_object_end(writer);
}

enum error service_openapi(struct buffer *ret_text)
{
    struct json_writer writer;
    json_writer_begin(&writer, ret_text, 1);
    json_write_object(&writer);
    json_put_string(&writer, "openapi", "3.1.0");
    json_put_object(&writer, "info");
    json_put_string(&writer, "title", "enduse: the authority");
    json_put_string(&writer, "version", "1");
    json_put_string(
        &writer, "description",
        "Whatever changes anything is a document that a person signed, sent as application/cose; "
        "an act's id makes sending it again safe. docs/api.md says more.");
    json_put_object(&writer, "license");
    json_put_string(&writer, "name", "Apache-2.0");
    json_put_string(&writer, "identifier", "Apache-2.0");
    json_write_object_end(&writer);
    json_write_object_end(&writer);
    json_put_array(&writer, "servers");
    json_write_object(&writer);
    json_put_string(&writer, "url", "/");
    json_write_object_end(&writer);
    json_write_array_end(&writer);
    put_paths(&writer);
    put_components(&writer);
    json_write_object_end(&writer);
    enum error error = json_writer_end(&writer);
    buffer_append_byte(ret_text, '\n');
    return error ? error : ret_text->error;
}

HANDLER(get_openapi)
{
    (void)context, (void)route, (void)exchange;
    response->status = 200;
    response->type = "application/json";
    response->error = service_openapi(&response->content);
    response_tag(response, request);
    return HTTP_ANSWERED;
}
