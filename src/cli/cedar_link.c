/* enduse cedar link, and the file in which links are kept: a JSON array of {"template_id",
 * "link_id", "args": {"?principal": "User::\"alice\""}}, which is the official program's, too. */
#include <fcntl.h>

#include "cli/cedar.h"

static const char *const slot_names[] = {"?principal", "?resource", NULL};

/* What the object of a link's slots says. Faults are placed in the JSON. */
static enum error read_slots(
    struct call *call, const struct json *json, struct fault *fault,
    struct cedar_entity_name names[2], struct cedar_slots *ret_slots)
{
    const struct cedar_entity_name *filled[2] = {0};
    enum error error = json_allow(json, slot_names, fault);
    for (size_t i = 0; !error && i < 2; i++) {
        const struct json *value = json_find(json, slot_names[i]);
        struct fault inner = {0};
        if (!value || (error = json_expect(value, JSON_STRING, fault)))
            continue;
        error = cedar_entity_name_parse(json_characters(value), &call->arena, &inner, &names[i]);
        if (error)
            json_fault(
                value, fault, error, inner.expected, inner.found[0] ? "%s" : NULL, inner.found);
        filled[i] = &names[i];
    }
    *ret_slots = (struct cedar_slots){filled[0], filled[1]};
    return error;
}

static enum error add_link(struct cedar_given *given, const struct json *json, struct fault *fault)
{
    static const char *const names[] = {"template_id", "link_id", "args", NULL};
    struct cedar_entity_name filled[2];
    struct cedar_slots slots;
    struct fault inner = {0};
    struct bytes template, id;
    const struct json *arguments;
    enum error error = json_allow(json, names, fault);
    if (error || (error = json_get_string(json, "template_id", fault, &template)) ||
        (error = json_get_string(json, "link_id", fault, &id)) ||
        (error = json_get(json, "args", JSON_OBJECT, fault, &arguments)) ||
        (error = read_slots(given->call, arguments, fault, filled, &slots)))
        return error;
    error = cedar_policies_link(given->policies, template, id, &slots, &inner);
    return error
               ? json_fault(
                     json, fault, error, inner.expected, inner.found[0] ? "%s" : NULL, inner.found)
               : ERROR_OK;
}

static int read_links(struct cedar_given *given, const char *path, const struct json **ret_links)
{
    struct cedar_text text;
    struct fault fault = {0};
    int code = cedar_read_json(given->call, path, &text, ret_links);
    if (code)
        return code;
    enum error error = json_expect(*ret_links, JSON_ARRAY, &fault);
    for (size_t i = 0; !error && i < json_count(*ret_links); i++)
        error = add_link(given, json_at(*ret_links, i), &fault);
    return error ? cedar_fail(given->call, &text, &fault) : 0;
}

int cedar_add_links(struct cedar_given *given, const char *path)
{
    const struct json *links;
    return read_links(given, path, &links);
}

/* --- link ----------------------------------------------------------------------------------- */

static void write_link(
    struct json_writer *writer, const char *template, const char *id, const struct json *arguments)
{
    json_write_object(writer);
    json_put_string(writer, "template_id", template);
    json_put_string(writer, "link_id", id);
    json_write_name(writer, "args");
    json_write_value(writer, arguments);
    json_write_object_end(writer);
}

/* Writes the links that there were (NULL: none) and the new one. */
static int keep_link(
    struct call *call, const char *path, const struct json *links, const struct json *arguments)
{
    struct cedar_text text = {.name = path};
    struct buffer out = {0};
    struct fault fault = {0};
    struct json_writer writer;
    json_writer_begin(&writer, &out, 2);
    json_write_array(&writer);
    for (size_t i = 0; links && i < json_count(links); i++)
        json_write_value(&writer, json_at(links, i));
    write_link(&writer, call_option(call, "template-id"), call_option(call, "new-id"), arguments);
    json_write_array_end(&writer);
    enum error error = json_writer_end(&writer);
    buffer_append_byte(&out, '\n');
    if (!error)
        error = out.error;
    if (!error)
        error = os_replace_file(call->os, path, buffer_view(&out), 0644, &fault);
    buffer_free(&out);
    if (!error)
        return 0;
    fault_set(&fault, error, NULL, NULL, NULL);
    return cedar_fail(call, &text, &fault);
}

static int print_link(struct cedar_given *given, struct bytes id)
{
    struct buffer bare = {0}, out = {0};
    size_t index;
    if (cedar_policies_find(given->policies, id, &index))
        cedar_print_policy(&bare, cedar_policies_at(given->policies, index));
    int code = 0;
    if (bare.error || cedar_format_policies(buffer_view(&bare), NULL, NULL, &out))
        code = cedar_no_memory(given->call);
    if (!code)
        code = call_print(given->call, &out);
    buffer_free(&bare);
    buffer_free(&out);
    return code;
}

static int link_template(struct cedar_given *given, const struct json **ret_arguments)
{
    struct call *call = given->call;
    struct cedar_text text = {
        .name = "--arguments", .bytes = bytes_of(call_option(call, "arguments"))};
    struct cedar_entity_name filled[2];
    struct cedar_slots slots;
    struct fault fault = {0};
    enum error error = json_parse(text.bytes, &call->arena, &fault, ret_arguments);
    if (!error)
        error = json_expect(*ret_arguments, JSON_OBJECT, &fault);
    if (!error)
        error = read_slots(call, *ret_arguments, &fault, filled, &slots);
    if (error)
        return cedar_fail(call, &text, &fault);
    if (!cedar_policies_link(
            given->policies, bytes_of(call_option(call, "template-id")),
            bytes_of(call_option(call, "new-id")), &slots, &fault))
        return 0;
    text = given->policies_text;
    if (fault.error == ERROR_CEDAR_DUPLICATE_POLICY)
        return call_usage(
            call, "--new-id %s: there is a policy or template of that id",
            call_option(call, "new-id"));
    if (fault.error == ERROR_NOT_FOUND)
        fault_set(
            &fault, ERROR_NOT_FOUND, NULL, "a template of that id", "--template-id %s",
            call_option(call, "template-id"));
    return cedar_fail(call, &text, &fault);
}

static int run_link(struct call *call)
{
    struct cedar_given given = {.call = call};
    const char *path = call_option(call, "template-linked");
    const struct json *links = NULL, *arguments;
    struct stat status;
    int file = path ? call->os->open(path, O_RDONLY, 0) : -1;
    bool kept = file >= 0 && call->os->stat(file, &status) == 0;
    if (file >= 0)
        call->os->close(file);
    bool json;
    int code = cedar_choose(call, "policy-format", "cedar", "json", &json);
    if (!code)
        code = cedar_read_policies_as(&given, json);
    if (!code && kept)
        code = read_links(&given, path, &links);
    if (!code)
        code = link_template(&given, &arguments);
    if (!code && path)
        code = keep_link(call, path, links, arguments);
    if (!code)
        code = print_link(&given, bytes_of(call_option(call, "new-id")));
    cedar_given_free(&given);
    return code;
}

static const struct command_option options[] = {
    OPTION_POLICIES,
    OPTION_POLICY_FORMAT,
    {.name = "template-linked",
     .letter = 'k',
     .value = "FILE",
     .words = "The file of links to add it to; made when it is not there"},
    {.name = "template-id", .value = "ID", .needed = true, .words = "The template"},
    {.name = "new-id", .letter = 'n', .value = "ID", .needed = true, .words = "The link's own id"},
    {.name = "arguments",
     .letter = 'a',
     .value = "JSON",
     .needed = true,
     .words = "What stands in the slots: an object"},
    {0},
};

static const struct command rows[] = {
    {
        .name = "cedar link",
        .summary = "Link a template: fill its slots",
        .options = options,
        .text = "Prints the policy that the template becomes. Nothing is kept but in the file of\n"
                "--template-linked, which the other commands read.\n"
                "\n"
                "Exit codes: 0 done, 1 not.\n",
        .examples = "enduse cedar link -p policies.cedar -k linked.json --template-id access \\\n"
                    "    --new-id alice-access -a '{\"?principal\": \"User::\\\"alice\\\"\"}'\n",
        .run = run_link,
        .failure = CEDAR_EXIT_FAILURE,
    },
};

const struct command_rows cedar_link_commands = COMMAND_ROWS(rows);
