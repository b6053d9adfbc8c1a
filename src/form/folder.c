/* Reading a form's folder into the instrument. Whether its parts fit together is check_form.c's. */
#include <stdio.h>
#include <string.h>

#include "crypto/crypto.h"
#include "form/template.h"
#include "json/json.h"

/* What reading a folder needs everywhere. */
struct folder {
    const struct os *os;
    const char *path;
    struct arena *arena;
    struct fault *fault;
};

static enum error no_memory(const struct folder *folder)
{
    return fault_set(folder->fault, ERROR_MEMORY, folder->path, NULL, NULL);
}

/* --- Files --------------------------------------------------------------------------------- */

/* A text of a form is UTF-8 that is seen as it stands. */
static enum error check_text(struct bytes text, struct fault *fault)
{
    size_t bad = 0;
    enum error error = ERROR_OK;
    if (!bytes_are_utf8(text, &bad))
        error = ERROR_UTF8;
    else if ((bad = text_find_hidden(text, true)) < text.length)
        error = ERROR_FORM_CHARACTER;
    else
        return ERROR_OK;
    size_t line = 1, column = 1;
    for (size_t i = 0; i < bad; i++) {
        column = text.data[i] == '\n' ? 1 : column + 1;
        line += text.data[i] == '\n';
    }
    char place[64];
    snprintf(place, sizeof place, "line %zu, column %zu", line, column);
    return fault_set(fault, error, place, NULL, "byte %02x", text.data[bad]);
}

/* Reads a text file of the folder into the arena. */
static enum error
read_text(const struct folder *folder, const char *name, size_t limit, struct bytes *ret_text)
{
    struct buffer path = {0}, content = {0};
    buffer_printf(&path, "%s/%s", folder->path, name);
    const char *full = buffer_text(&path);
    enum error error =
        full ? os_read_file(folder->os, full, limit, folder->fault, &content) : no_memory(folder);
    buffer_free(&path);
    if (error == ERROR_OK) {
        error = check_text(buffer_view(&content), folder->fault);
        if (error != ERROR_OK)
            fault_within(folder->fault, error, "%s", name);
    }
    if (error == ERROR_OK) {
        struct bytes copy = arena_copy(folder->arena, buffer_view(&content));
        if (copy.data)
            *ret_text = copy;
        else
            error = no_memory(folder);
    }
    buffer_free(&content);
    return error;
}

static enum error read_json(
    const struct folder *folder, const char *name, const char *const *members,
    const struct json **ret_root)
{
    struct bytes text;
    enum error error = read_text(folder, name, FORM_FILE_MAX, &text);
    if (error != ERROR_OK)
        return error;
    error = json_parse(text, folder->arena, folder->fault, ret_root);
    if (error == ERROR_OK)
        error = json_allow(*ret_root, members, folder->fault);
    return error == ERROR_OK ? ERROR_OK : fault_within(folder->fault, error, "%s", name);
}

/* --- JSON ---------------------------------------------------------------------------------- */

/* A member that is a line of text: not empty. */
static enum error get_line(
    const struct folder *folder, const struct json *object, const char *name, const char **ret_line)
{
    const struct json *value;
    enum error error = json_get(object, name, JSON_STRING, folder->fault, &value);
    if (error != ERROR_OK)
        return error;
    struct bytes line = json_characters(value);
    if (line.length == 0 || text_find_hidden(line, false) < line.length)
        return json_fault(
            value, folder->fault, ERROR_FORM_SETTING, "one line of text, not empty", NULL);
    char *copy = arena_text(folder->arena, line);
    if (!copy)
        return no_memory(folder);
    *ret_line = copy;
    return ERROR_OK;
}

/* A member that is a list of lines, ascending, each once, at least one. */
static enum error get_lines(
    const struct folder *folder, const struct json *object, const char *name,
    const char *const **ret_lines, size_t *ret_count)
{
    const struct json *list;
    enum error error = json_get(object, name, JSON_ARRAY, folder->fault, &list);
    if (error != ERROR_OK)
        return error;
    size_t count = json_count(list);
    if (count == 0)
        return json_fault(list, folder->fault, ERROR_FORM_EMPTY, "at least one", NULL);
    const char **lines = ARENA_ARRAY(folder->arena, const char *, count);
    if (!lines)
        return no_memory(folder);
    for (size_t i = 0; i < count; i++) {
        struct bytes line;
        error = json_string(json_at(list, i), folder->fault, &line);
        if (error != ERROR_OK)
            return error;
        if (line.length == 0 || text_find_hidden(line, true) < line.length)
            return json_fault(
                json_at(list, i), folder->fault, ERROR_FORM_SETTING, "text, not empty", NULL);
        lines[i] = arena_text(folder->arena, line);
        if (!lines[i])
            return no_memory(folder);
        if (i > 0 && strcmp(lines[i - 1], lines[i]) >= 0)
            return json_fault(
                json_at(list, i), folder->fault, ERROR_FORM_SETTING, "ascending order, each once",
                NULL);
    }
    *ret_lines = lines;
    *ret_count = count;
    return ERROR_OK;
}

static enum error
get_time(const struct folder *folder, const struct json *object, const char *name, millis *ret_time)
{
    const struct json *value;
    enum error error = json_get(object, name, JSON_STRING, folder->fault, &value);
    if (error == ERROR_OK && time_parse(json_characters(value), NULL, ret_time) != ERROR_OK)
        error = json_fault(
            value, folder->fault, ERROR_TIME_TEXT, "a time such as 2021-12-06T00:00:00Z", NULL);
    return error;
}

static enum error read_settings(const struct folder *folder, struct form *form)
{
    static const char *const members[] = {"number",  "version",   "title",      "ministries",
                                          "inForce", "languages", "prevailing", NULL};
    const struct json *root;
    enum error error = read_json(folder, "form.json", members, &root);
    if (error != ERROR_OK)
        return error;
    error = get_line(folder, root, "number", &form->number);
    if (error == ERROR_OK)
        error = json_get_u64_max(root, "version", INT64_MAX, folder->fault, &form->version);
    if (error == ERROR_OK && form->version == 0)
        error = json_fault(
            json_find(root, "version"), folder->fault, ERROR_FORM_SETTING, "1 or more", "0");
    if (error == ERROR_OK)
        error = get_line(folder, root, "title", &form->title);
    if (error == ERROR_OK)
        error = get_lines(folder, root, "ministries", &form->ministries, &form->ministries_count);
    if (error == ERROR_OK)
        error = get_time(folder, root, "inForce", &form->in_force);
    if (error == ERROR_OK)
        error = get_lines(folder, root, "languages", &form->languages, &form->languages_count);
    if (error == ERROR_OK)
        error = get_line(folder, root, "prevailing", &form->prevailing);
    return error == ERROR_OK ? ERROR_OK : fault_within(folder->fault, error, "form.json");
}

/* --- Templates ----------------------------------------------------------------------------- */

/* A template's or parameter's name: it becomes part of a file's name and of {{slots}}. */
static bool is_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return length > 0 && length <= 64 && name[length] == '\0' && name[0] != '-';
}

static enum error
get_name(const struct folder *folder, const struct json *object, const char **ret_name)
{
    enum error error = get_line(folder, object, "name", ret_name);
    if (error == ERROR_OK && !is_name(*ret_name))
        error = json_fault(
            json_find(object, "name"), folder->fault, ERROR_FORM_TEMPLATE,
            "a name of small letters, digits and dashes", NULL);
    return error;
}

static enum error read_parameter(
    const struct folder *folder, const struct json *object, struct template_parameter *parameter)
{
    static const char *const members[] = {"name", "title", "type", "entity", NULL};
    static const char *const types[] = {
        [TEMPLATE_ENTITIES] = "entities", [TEMPLATE_TIME] = "time", [TEMPLATE_NUMBER] = "number"};
    const char *type = NULL;
    enum error error = json_allow(object, members, folder->fault);
    if (error == ERROR_OK)
        error = get_name(folder, object, &parameter->name);
    if (error == ERROR_OK)
        error = get_line(folder, object, "title", &parameter->title);
    if (error == ERROR_OK)
        error = get_line(folder, object, "type", &type);
    if (error != ERROR_OK)
        return error;
    for (int i = TEMPLATE_ENTITIES; i <= TEMPLATE_NUMBER; i++) {
        if (strcmp(type, types[i]) == 0)
            parameter->type = (enum template_type)i;
    }
    if (!parameter->type)
        return json_fault(
            json_find(object, "type"), folder->fault, ERROR_FORM_TEMPLATE,
            "entities, time or number", NULL);
    if (parameter->type == TEMPLATE_ENTITIES)
        return get_line(folder, object, "entity", &parameter->entity);
    if (json_find(object, "entity"))
        return json_fault(
            json_find(object, "entity"), folder->fault, ERROR_FORM_TEMPLATE,
            "an entity type only where entities fill the slot", NULL);
    return ERROR_OK;
}

static enum error read_template(
    const struct folder *folder, const struct json *object, struct order_template *template)
{
    static const char *const members[] = {"name", "kind", "title", "parameters", NULL};
    const struct json *list;
    enum error error = json_allow(object, members, folder->fault);
    if (error == ERROR_OK)
        error = get_name(folder, object, &template->name);
    if (error == ERROR_OK)
        error = get_line(folder, object, "title", &template->title);
    if (error == ERROR_OK)
        error = get_line(folder, object, "kind", &template->kind);
    if (error == ERROR_OK && template_kind(template) == ORDER_NONE)
        error = json_fault(
            json_find(object, "kind"), folder->fault, ERROR_FORM_TEMPLATE,
            "limit, suspend, disconnect or revoke", NULL);
    if (error == ERROR_OK)
        error = json_get(object, "parameters", JSON_ARRAY, folder->fault, &list);
    if (error != ERROR_OK)
        return error;
    size_t count = json_count(list);
    if (count > FORM_PARAMETERS_MAX)
        return json_fault(list, folder->fault, ERROR_TOO_LARGE, "at most 16", "%zu", count);
    struct template_parameter *parameters =
        ARENA_ARRAY(folder->arena, struct template_parameter, count + 1);
    if (!parameters)
        return no_memory(folder);
    for (size_t i = 0; i < count; i++) {
        error = read_parameter(folder, json_at(list, i), &parameters[i]);
        if (error != ERROR_OK)
            return error;
    }
    template->parameters = parameters;
    template->parameters_count = count;
    return ERROR_OK;
}

static enum error read_templates(const struct folder *folder, struct form *form)
{
    static const char *const members[] = {"templates", NULL};
    const struct json *root, *list;
    enum error error = read_json(folder, "orders.json", members, &root);
    if (error != ERROR_OK)
        return error;
    error = json_get(root, "templates", JSON_ARRAY, folder->fault, &list);
    size_t count = error == ERROR_OK ? json_count(list) : 0;
    if (count > FORM_TEMPLATES_MAX)
        error = json_fault(list, folder->fault, ERROR_TOO_LARGE, "at most 64", "%zu", count);
    if (error != ERROR_OK)
        return fault_within(folder->fault, error, "orders.json");
    struct order_template *templates = ARENA_ARRAY(folder->arena, struct order_template, count + 1);
    if (!templates)
        return no_memory(folder);
    for (size_t i = 0; i < count; i++) {
        error = read_template(folder, json_at(list, i), &templates[i]);
        if (error != ERROR_OK)
            return fault_within(folder->fault, error, "orders.json");
        char name[96];
        struct bytes text;
        snprintf(name, sizeof name, "orders/%s.cedar", templates[i].name);
        error = read_text(folder, name, FORM_FILE_MAX, &text);
        if (error != ERROR_OK)
            return error;
        templates[i].clauses = (const char *)text.data;
    }
    form->templates = templates;
    form->templates_count = count;
    return ERROR_OK;
}

/* --- The folder ---------------------------------------------------------------------------- */

/* The form's list of clauses is that of its text. */
static enum error list_contents(const struct folder *folder, struct form *form)
{
    struct form_text text;
    enum error error = form_text_parse(bytes_of(form->text), folder->arena, folder->fault, &text);
    if (error != ERROR_OK)
        return fault_within(folder->fault, error, "text.md");
    struct form_clause *contents =
        ARENA_ARRAY(folder->arena, struct form_clause, text.clause_count);
    if (!contents)
        return no_memory(folder);
    for (size_t i = 0; i < text.clause_count; i++) {
        const struct form_text_clause *clause = &text.clauses[i];
        contents[i] = (struct form_clause){
            .number = clause->number,
            .title = clause->title,
            .coverage = clause->coverage,
            .note = clause->kept_by,
        };
    }
    form->contents = contents;
    form->contents_count = text.clause_count;
    return ERROR_OK;
}

static enum error read_texts(const struct folder *folder, struct form *form)
{
    struct {
        const char *name;
        const char **text;
    } files[] = {
        {"text.md", &form->text},
        {"vocabulary.cedarschema", &form->vocabulary},
        {"clauses.cedar", &form->clauses},
        {"licence-conditions.cedar", &form->conditions},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct bytes text;
        enum error error = read_text(folder, files[i].name, FORM_FILE_MAX, &text);
        if (error != ERROR_OK)
            return error;
        if (text.length == 0)
            return fault_set(
                folder->fault, ERROR_FORM_EMPTY, files[i].name, "a text", "an empty file");
        *files[i].text = (const char *)text.data;
    }
    return ERROR_OK;
}

enum error form_read(
    const struct os *os, const char *path, struct arena *arena, struct fault *fault,
    struct form *ret_form, struct bytes *ret_scenarios)
{
    struct folder folder = {os, path, arena, fault};
    struct form form = {0};
    struct bytes scenarios;
    enum error error = read_settings(&folder, &form);
    if (error == ERROR_OK)
        error = read_texts(&folder, &form);
    if (error == ERROR_OK)
        error = list_contents(&folder, &form);
    if (error == ERROR_OK)
        error = read_templates(&folder, &form);
    if (error == ERROR_OK)
        error = form_document_check(&form, fault);
    if (error == ERROR_OK)
        error = read_text(&folder, "scenarios.json", FORM_SCENARIOS_MAX, &scenarios);
    if (error != ERROR_OK)
        return error;
    form.scenarios = sha256_of(scenarios);
    *ret_form = form;
    if (ret_scenarios)
        *ret_scenarios = scenarios;
    return ERROR_OK;
}
