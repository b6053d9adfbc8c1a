/* enduse register export, import: registers of the authority as files of rows. */
#include <string.h>

#include "authority/register.h"
#include "cli/act.h"
#include "cli/api.h"
#include "cli/instrument.h"
#include "cli/rows.h"
#include "http/request.h"

static enum error no_memory(struct fault *fault)
{
    return fault_place(fault, ERROR_MEMORY, "register");
}

static enum error kind_of_call(struct call *call, struct fault *fault, enum file_kind *ret_kind)
{
    *ret_kind = file_by_word(bytes_of(call->operands[0]));
    if (*ret_kind != FILE_NONE)
        return ERROR_OK;
    return fault_set(
        fault, ERROR_OFFICE_FILE, "KIND", "a kind of file that the office has", "%.40s",
        call->operands[0]);
}

/* --- Export ------------------------------------------------------------------------------- */

/* What is written: one text of JSON or CSV, from as many answers as it takes. */
struct export
{
    const char *kind;
    bool csv;
    struct table table;
    struct buffer *text;
    struct json_writer json;
    struct csv_writer rows;
};

static void export_begin(struct export *export)
{
    if (export->csv) {
        table_begin(&export->table, &export->rows, export->text);
        return;
    }
    json_writer_begin(&export->json, export->text, 1);
    json_write_object(&export->json);
    json_put_string(&export->json, "kind", export->kind);
    json_put_array(&export->json, "rows");
}

static enum error export_end(struct export *export)
{
    if (export->csv)
        return csv_writer_end(&export->rows);
    json_write_array_end(&export->json);
    json_write_object_end(&export->json);
    enum error error = json_writer_end(&export->json);
    buffer_append_byte(export->text, '\n');
    return error ? error : export->text->error;
}

/* One answer's rows; *ret_next is the cursor of the next, or empty. */
static enum error export_page(
    struct call *call, struct export *export, struct bytes cursor, struct fault *fault,
    struct bytes *ret_next)
{
    struct buffer path = {0};
    struct api_reply reply;
    const struct json *rows;
    const char *state = call_option(call, "state");
    buffer_printf(&path, "/api/v1/registers/%s/json?limit=1000", export->kind);
    if (cursor.length) {
        buffer_append_text(&path, "&cursor=");
        buffer_append_bytes(&path, cursor);
    }
    if (state) {
        buffer_append_text(&path, "&state=");
        http_percent_append(&path, bytes_of(state));
    }
    const char *text = buffer_text(&path);
    enum error error = text ? api_get(call, text, fault, &reply) : no_memory(fault);
    buffer_free(&path);
    if (!error && (reply.status != 200 || !reply.root))
        error = api_fault(&reply, fault);
    if (!error)
        error = json_get(reply.root, "rows", JSON_ARRAY, fault, &rows);
    if (error)
        return error;
    for (size_t i = 0; i < json_count(rows); i++) {
        if (export->csv)
            table_write(&export->table, json_at(rows, i), &export->rows);
        else
            json_write_value(&export->json, json_at(rows, i));
    }
    const struct json *next = json_find(reply.root, "next");
    *ret_next = next ? json_characters(next) : (struct bytes){0};
    return ERROR_OK;
}

static enum error export_all(struct call *call, struct export *export, struct fault *fault)
{
    struct bytes cursor = {0};
    enum error error;
    export_begin(export);
    do {
        error = export_page(call, export, cursor, fault, &cursor);
    } while (!error && cursor.length);
    if (error)
        return error;
    error = export_end(export);
    return error ? fault_place(fault, error, "register") : ERROR_OK;
}

static int run_export(struct call *call)
{
    struct fault fault = {0};
    struct buffer text = {0};
    struct export export = {.text = &text};
    const struct layout *layout;
    enum file_kind kind;
    const char *format = call_option(call, "format"), *out = call_option(call, "out");
    if (strcmp(format, "csv") != 0 && strcmp(format, "json") != 0)
        return call_usage(call, "--format is csv or json");
    enum error error = kind_of_call(call, &fault, &kind);
    if (!error)
        error = register_layout(kind, &call->arena, &fault, &layout);
    if (!error)
        error = table_of(layout, &call->arena, &fault, &export.table);
    export.kind = file_word(kind);
    export.csv = strcmp(format, "csv") == 0;
    if (!error)
        error = export_all(call, &export, &fault);
    if (!error && out)
        error = output_write(call, out, buffer_view(&text), &fault);
    int code = error ? call_fail(call, &fault) : out ? EXIT_DONE : call_print(call, &text);
    buffer_free(&text);
    return code;
}

/* --- Import ------------------------------------------------------------------------------- */

/* The acts that make a row a file: the first opens it; the second, where there is one, follows
 * while the file is in that state. What decides on the file afterwards is for other people. */
struct import_row {
    enum file_kind kind;
    const char *opens, *follows, *while_state;
};

static const struct import_row imports[] = {
    {FILE_EXPORTER, "draft", "submit", "draft"}, {FILE_PRODUCT, "submit", NULL, NULL},
    {FILE_COUNTRY, "propose", NULL, NULL},       {FILE_ACCOUNT, "enrol", NULL, NULL},
    {FILE_AGENCY, "submit", NULL, NULL},         {FILE_BODY, "enter", NULL, NULL},
};

struct import {
    const struct import_row *row;
    const struct layout *body;   /* of the act that opens a file */
    const struct layout *layout; /* the same with the number before it */
    bool dry;
    size_t done, there;
};

static const struct import_row *import_of(enum file_kind kind)
{
    for (size_t i = 0; i < sizeof imports / sizeof *imports; i++) {
        if (imports[i].kind == kind)
            return &imports[i];
    }
    return NULL;
}

/* The layout of what is read: the number, and what the act says. */
static enum error import_layout(struct call *call, struct import *import, struct fault *fault)
{
    const struct layout *body = import->body;
    struct layout *layout = ARENA_NEW(&call->arena, struct layout);
    struct field *fields = ARENA_ARRAY(&call->arena, struct field, body->field_count + 1);
    if (!layout || !fields)
        return no_memory(fault);
    size_t at = (body->size + sizeof(char *) - 1) / sizeof(char *) * sizeof(char *);
    fields[0] = (struct field){.name = "number", .kind = FIELD_TEXT, .offset = at};
    memcpy(fields + 1, body->fields, body->field_count * sizeof *fields);
    *layout = (struct layout){
        .name = file_word(import->row->kind),
        .size = at + sizeof(char *),
        .fields = fields,
        .field_count = body->field_count + 1,
    };
    import->layout = layout;
    return ERROR_OK;
}

/* The members of the act's body that an object has, as the act says them; an error where they are
 * no such body. */
static enum error encode_body(
    struct call *call, const struct import *import, const struct json *object, struct fault *fault,
    struct buffer *ret_bytes, const struct json **ret_json)
{
    struct buffer text = {0};
    struct json_writer writer;
    void *value = arena_alloc(&call->arena, import->body->size);
    json_writer_begin(&writer, &text, 0);
    json_write_object(&writer);
    for (size_t i = 0; i < import->body->field_count; i++) {
        const char *name = import->body->fields[i].name;
        const struct json *member = json_find(object, name);
        if (!member)
            continue;
        json_write_name(&writer, name);
        json_write_value(&writer, member);
    }
    json_write_object_end(&writer);
    enum error error = json_writer_end(&writer);
    if (error || !value)
        error = no_memory(fault);
    if (!error)
        error = json_parse(buffer_view(&text), &call->arena, fault, ret_json);
    if (!error)
        error = layout_read_json(import->body, *ret_json, &call->arena, fault, value);
    if (!error)
        error = layout_encode(import->body, value, fault, ret_bytes);
    buffer_free(&text);
    return error;
}

/* The file as it stands: *ret_root NULL where there is none. */
static enum error
fetch(struct call *call, const char *file, struct fault *fault, const struct json **ret_root)
{
    struct buffer path = {0};
    struct api_reply reply;
    buffer_printf(&path, "/api/v1/files/%s", file);
    const char *text = buffer_text(&path);
    enum error error = text ? api_get(call, text, fault, &reply) : no_memory(fault);
    buffer_free(&path);
    if (error)
        return error;
    if (reply.status != 404 && (reply.status != 200 || !reply.root))
        return api_fault(&reply, fault);
    *ret_root = reply.status == 404 ? NULL : reply.root;
    return ERROR_OK;
}

/* Whether the file says what the row says. */
static bool says_the_same(
    struct call *call, const struct import *import, const struct json *root, struct bytes wanted)
{
    struct buffer found = {0};
    const struct json *content, *body;
    bool same = json_get(root, "content", JSON_OBJECT, NULL, &content) == ERROR_OK &&
                encode_body(call, import, content, NULL, &found, &body) == ERROR_OK &&
                bytes_equal(buffer_view(&found), wanted);
    buffer_free(&found);
    return same;
}

static bool is_in_state(const struct json *root, const char *word)
{
    const struct json *state = json_find(root, "state");
    return state && bytes_equal_text(json_characters(state), word);
}

/* Signs and posts one act; *version is the file's before and after. */
static enum error do_act(
    struct call *call, const char *file, const char *verb, const struct json *body,
    struct fault *fault, uint64_t *version)
{
    struct act act = {.file = file, .verb = verb, .file_version = *version};
    struct buffer bytes = {0};
    struct api_reply reply;
    const struct json *none = NULL;
    enum error error = body ? ERROR_OK : json_parse(bytes_of("{}"), &call->arena, fault, &none);
    if (!error)
        error = datum_from_json(body ? body : none, &call->arena, fault, &act.body);
    if (!error)
        error = act_sign(call, &act, fault, &bytes);
    if (!error)
        error = api_post(call, "/api/v1/acts", buffer_view(&bytes), fault, &reply);
    if (!error && ((reply.status != 200 && reply.status != 201) || !reply.root))
        error = api_fault(&reply, fault);
    if (!error)
        error = json_get_u64_max(reply.root, "version", INT64_MAX, fault, version);
    buffer_free(&bytes);
    return error;
}

/* What is missing of a row's file is done; nothing where nothing is. */
static enum error import_file(
    struct call *call, struct import *import, const struct row *row, const char *file,
    struct fault *fault)
{
    const struct import_row *acts = import->row;
    const struct json *root = NULL, *body = NULL;
    struct buffer wanted = {0};
    uint64_t version = 0;
    enum error error = encode_body(call, import, row->json, fault, &wanted, &body);
    if (!error)
        error = fetch(call, file, fault, &root);
    if (!error && root && !says_the_same(call, import, root, buffer_view(&wanted)))
        error = fault_set(
            fault, ERROR_EXISTS, file, "no such file yet, or one that says the same",
            "one that says otherwise");
    if (!error && root)
        error = json_get_u64_max(root, "version", INT64_MAX, fault, &version);
    buffer_free(&wanted);
    if (error)
        return error;
    bool opens = !root;
    bool follows = acts->follows && (opens || is_in_state(root, acts->while_state));
    if (!import->dry && opens)
        error = do_act(call, file, acts->opens, body, fault, &version);
    if (!import->dry && !error && follows)
        error = do_act(call, file, acts->follows, NULL, fault, &version);
    if (error)
        return error;
    import->done += opens || follows;
    import->there += !opens && !follows;
    if (!call->json)
        fprintf(
            call->out, "line %zu: %s %s%s%s%s\n", row->line, file,
            opens || follows ? import->dry ? "would get " : "has got " : "is there already",
            opens ? acts->opens : "", opens && follows ? ", " : "", follows ? acts->follows : "");
    return ERROR_OK;
}

static enum error
import_row(struct call *call, struct import *import, const struct row *row, struct fault *fault)
{
    const struct json *number = json_find(row->json, "number");
    const char *text = number ? arena_text(&call->arena, json_characters(number)) : NULL;
    struct buffer file = {0};
    enum error error = text ? rule_name(text, "number", fault) : no_memory(fault);
    if (!error) {
        buffer_printf(&file, "%s/%s", file_word(import->row->kind), text);
        const char *name = file.error ? NULL : arena_text(&call->arena, buffer_view(&file));
        error = name ? import_file(call, import, row, name, fault) : no_memory(fault);
    }
    buffer_free(&file);
    return error;
}

static int import_rows(struct call *call, struct import *import, const struct rows *rows)
{
    struct fault fault = {0};
    for (size_t i = 0; i < rows->count; i++) {
        enum error error = import_row(call, import, &rows->items[i], &fault);
        if (error) {
            fault_within(&fault, error, "%s: line %zu", rows->path, rows->items[i].line);
            return call_fail_hint(
                call, &fault,
                "What stands before this line is done. Correct it and run the same again: what is "
                "there already is passed over.");
        }
    }
    if (!call->json) {
        fprintf(
            call->out, "%zu %s, %zu there already\n", import->done,
            import->dry ? "to be done" : "done", import->there);
        return EXIT_DONE;
    }
    struct buffer text = {0};
    struct json_writer writer;
    call_json_begin(&writer, &text);
    json_write_object(&writer);
    json_put_bool(&writer, "dry-run", import->dry);
    json_put_u64(&writer, "done", import->done);
    json_put_u64(&writer, "there", import->there);
    json_write_object_end(&writer);
    return call_json_end(call, &writer, &text);
}

static int run_import(struct call *call)
{
    struct fault fault = {0};
    struct import import = {.dry = call_switch(call, "dry-run")};
    const struct layout *also;
    struct rows rows;
    enum file_kind kind;
    enum error error = kind_of_call(call, &fault, &kind);
    import.row = error ? NULL : import_of(kind);
    if (!error && !import.row)
        error = fault_set(
            &fault, ERROR_USAGE, "KIND", "exporter, product, country, account, agency or body",
            "%s", call->operands[0]);
    if (!error) {
        import.body = lifecycle_find(import.row->kind, import.row->opens)->body;
        error = import_layout(call, &import, &fault);
    }
    if (!error)
        error = register_layout(kind, &call->arena, &fault, &also);
    if (!error)
        error = rows_read(call, call->operands[1], import.layout, also, &fault, &rows);
    return error ? call_fail(call, &fault) : import_rows(call, &import, &rows);
}

/* --- Rows --------------------------------------------------------------------------------- */

static const struct command_option export_options[] = {
    {.name = "format", .value = "csv|json", .needed = true, .words = "What is written"},
    {.name = "out", .letter = 'o', .value = "FILE", .words = "Where it goes, instead of here"},
    {.name = "state", .value = "WORD", .words = "Only files in this state"},
    OPTION_URL,
    OPTIONS_LOGIN,
    OPTION_CA_FILE,
    OPTION_FORCE,
    {0},
};

static const struct command_option import_options[] = {
    {.name = "dry-run", .words = "Only say what would be done"},
    OPTIONS_SIGN,
    OPTION_URL,
    OPTION_CA_FILE,
    OPTION_JSON,
    {0},
};

static const struct command rows[] = {
    {
        .name = "register export",
        .summary = "Write a register of the authority as a table or as JSON",
        .operands = "KIND",
        .least = 1,
        .most = 1,
        .options = export_options,
        .text =
            "KIND is any kind of file (`enduse file list --help`): exporter, product, licence\n"
            "(with what is left of it), installation (and whether it is heard), order, case,\n"
            "country, account and so on; of `schedule` the rows are the offence lines. You get\n"
            "what your role sees.\n"
            "\n"
            "A table has a column for each member that a cell can hold, a list of texts as one\n"
            "cell with a text a line; lists of records are in the JSON alone. A value that a\n"
            "spreadsheet would run as a formula stands after an apostrophe, which import takes\n"
            "away again.\n",
        .examples = "enduse register export licence --format csv -o licences.csv --key desk.key\n",
        .run = run_export,
    },
    {
        .name = "register import",
        .summary = "Turn the rows of a file into acts that you sign",
        .operands = "KIND FILE",
        .least = 2,
        .most = 2,
        .options = import_options,
        .text =
            "KIND is exporter (drafted and submitted), product or agency (submitted), country\n"
            "(proposed), account (enrolled) or body (entered); FILE is a table or JSON as `enduse "
            "register export` writes it.\n"
            "Columns that the act does not say are passed over: nobody is registered, classified\n"
            "or confirmed by an import, which other people do.\n"
            "\n"
            "The whole file is read and held to the register first. Then the acts are done one by\n"
            "one; what is there already and says the same is passed over, so that the same import\n"
            "again does nothing. It stops at the first refusal and names the line.\n",
        .examples = "enduse register import exporter exporters.csv --dry-run --key desk.key\n"
                    "enduse register import exporter exporters.csv --key desk.key\n",
        .run = run_import,
    },
};

const struct command_rows register_commands = COMMAND_ROWS(rows);
