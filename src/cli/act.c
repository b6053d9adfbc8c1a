/* Acts at the authority: one way to make, sign and post them, and a command for each row of the
 * office's life-cycles (authority/lifecycle.h), so that no act can be forgotten here. */
#include "cli/act.h"

#include <stdlib.h>
#include <string.h>

#include "authority/register.h"
#include "cli/api.h"
#include "cli/instrument.h"
#include "cli/rows.h"
#include "http/request.h"

/* What a generated command is about. */
struct act_row {
    enum file_kind kind;
    const struct transition *transition;
};

/* --- Doing an act ------------------------------------------------------------------------- */

/* What the API has at FIRST/REST. */
static enum error fetch(
    struct call *call, const char *first, const char *rest, struct fault *fault,
    struct api_reply *ret_reply)
{
    struct buffer path = {0};
    buffer_printf(&path, "/api/v1/%s/%s", first, rest);
    const char *text = buffer_text(&path);
    enum error error = text ? api_get(call, text, fault, ret_reply)
                            : fault_place(fault, ERROR_MEMORY, "the request");
    buffer_free(&path);
    return error;
}

/* The file's current version; 0 where there is no such file yet. A party does not see its case: the
 * hearing has the version. */
static enum error
fetch_version(struct call *call, const char *file, struct fault *fault, uint64_t *ret_version)
{
    const char *given = call_option(call, "file-version");
    if (given) {
        enum error error = number_parse(bytes_of(given), INT64_MAX, fault, ret_version);
        return error ? fault_within(fault, error, "--file-version") : ERROR_OK;
    }
    static const char of_case[] = "case/";
    struct api_reply reply;
    enum error error = fetch(call, "files", file, fault, &reply);
    if (!error && reply.status == 403 && strncmp(file, of_case, strlen(of_case)) == 0)
        error = fetch(call, "hearings", file + strlen(of_case), fault, &reply);
    if (error)
        return error;
    *ret_version = 0;
    if (reply.status == 404)
        return ERROR_OK;
    if (reply.status != 200 || !reply.root)
        return api_fault(&reply, fault);
    return json_get_u64_max(reply.root, "version", INT64_MAX, fault, ret_version);
}

/* As the authority will hold a proposed line. */
static enum error check_line(const void *value, struct fault *fault)
{
    struct offence offence = ((const struct schedule_line *)value)->entry.offence;
    offence.decision = OFFENCE_PROPOSED;
    return offence_check(&offence, fault);
}

/* The body from a table: the columns of an exported register that the act does not say are passed
 * over. */
static enum error table_body(
    struct call *call, const char *path, const struct layout *body, struct fault *fault,
    struct bytes *ret_json)
{
    const struct act_row *row = call->command->subject;
    const struct layout *also = NULL;
    enum error error = register_layout(row->kind, &call->arena, fault, &also);
    return error ? error : rows_body(call, path, body, also, check_line, fault, ret_json);
}

static enum error make_body(
    struct call *call, const struct layout *layout, const char *const *assignments, size_t count,
    struct fault *fault, struct datum *ret_body)
{
    const char *instrument = call_option(call, "instrument"), *csv = call_option(call, "csv");
    const char **all = ARENA_ARRAY(&call->arena, const char *, count + 1);
    char *extra = instrument ? arena_alloc(&call->arena, strlen(instrument) + 16) : NULL;
    if (!all || (instrument && !extra))
        return fault_place(fault, ERROR_MEMORY, "the act");
    for (size_t i = 0; i < count; i++)
        all[i] = assignments[i];
    if (extra) {
        strcpy(extra, "instrument=@");
        strcat(extra, instrument);
        all[count++] = extra;
    }
    struct bytes table = {0};
    if (csv && call_option(call, "body"))
        return fault_set(fault, ERROR_USAGE, "--csv", "one of --csv and --body", "both");
    enum error error = csv ? table_body(call, csv, layout, fault, &table) : ERROR_OK;
    if (error)
        return error;
    const struct compose compose = {
        .layout = layout,
        .path = call_option(call, "body"),
        .json = table,
        .assignments = all,
        .assignment_count = count,
        .datum = true,
    };
    const struct json *json = NULL;
    bool rewritten = false;
    error = compose_json(call, &compose, fault, &json, &rewritten);
    if (!error)
        error = datum_from_json(json, &call->arena, fault, ret_body);
    /* What the authority would refuse is refused here, with the name of the field. */
    if (!error && layout && layout->field_count) {
        void *value = arena_alloc(&call->arena, layout->size);
        error = value ? layout_read_datum(layout, ret_body, &call->arena, fault, value)
                      : fault_place(fault, ERROR_MEMORY, "the act");
    }
    return error;
}

enum error
act_sign(struct call *call, const struct act *act, struct fault *fault, struct buffer *ret_bytes)
{
    struct digest authority;
    struct private_key *key = NULL;
    struct act complete = *act;
    enum error error = authority_of_call(call, INSTRUMENT_ACT, fault, &authority);
    if (!error)
        error = random_fill(call->os, fault, complete.id.bytes, ID_SIZE);
    if (!error && (error = os_wall_time(call->os, &complete.time)) != ERROR_OK)
        fault_place(fault, error, "the clock");
    if (!error)
        error = key_of_call(call, fault, &key);
    if (!error)
        error = document_sign(INSTRUMENT_ACT, &complete, &authority, key, fault, ret_bytes);
    return error;
}

int act_post(struct call *call, struct bytes act)
{
    struct fault fault = {0};
    struct api_reply reply;
    enum error error = api_post(call, "/api/v1/acts", act, &fault, &reply);
    if (error)
        return call_fail(call, &fault);
    if (reply.status != 200 && reply.status != 201)
        return api_refused(call, &reply);
    return api_print(call, &reply);
}

int act_do(struct call *call, const char *file, const char *verb, const struct datum *body)
{
    struct fault fault = {0};
    struct act act = {.file = file, .verb = verb, .body = *body};
    struct buffer bytes = {0};
    enum file_kind kind;
    const char *number;
    enum error error = file_name_split(file, &fault, &kind, &number);
    if (!error)
        error = rule_name(number, "the file's number", &fault);
    if (!error)
        error = fetch_version(call, file, &fault, &act.file_version);
    if (!error)
        error = act_sign(call, &act, &fault, &bytes);
    const char *out = call_option(call, "out");
    if (!error && out)
        error = output_write(call, out, buffer_view(&bytes), &fault);
    int code = error ? call_fail(call, &fault) : EXIT_DONE;
    if (!error && !call_switch(call, "keep"))
        code = act_post(call, buffer_view(&bytes));
    buffer_free(&bytes);
    return code;
}

static int compose_act(
    struct call *call, const char *file, const char *verb, const struct layout *layout,
    const char *const *assignments, size_t count)
{
    struct fault fault = {0};
    struct datum body;
    enum error error = make_body(call, layout, assignments, count, &fault, &body);
    return error ? call_fail(call, &fault) : act_do(call, file, verb, &body);
}

/* KIND/NUMBER in the call's arena; NULL: no memory. */
static const char *name_file(struct call *call, enum file_kind kind, const char *number)
{
    size_t size = strlen(number) + 32;
    char *file = arena_alloc(&call->arena, size);
    if (file)
        snprintf(file, size, "%s/%s", file_word(kind), number);
    return file;
}

static int act_row_do(struct call *call, enum file_kind kind, const struct transition *row)
{
    struct fault fault = {0};
    const char *file = name_file(call, kind, call->operands[0]);
    if (!file) {
        fault_place(&fault, ERROR_MEMORY, "the act");
        return call_fail(call, &fault);
    }
    return compose_act(
        call, file, row->verb, transition_body(row), call->operands + 1, call->operand_count - 1);
}

int act_verb_do(struct call *call, enum file_kind kind, const char *verb)
{
    return act_row_do(call, kind, lifecycle_find(kind, verb));
}

/* enduse act FILE VERB [NAME=VALUE...] */
static int run_act(struct call *call)
{
    struct fault fault = {0};
    const char *file = call->operands[0], *verb = call->operands[1];
    enum file_kind kind;
    const char *number;
    if (!strchr(file, '/'))
        return call_usage(call, "FILE is KIND/NUMBER: licence/IL-2026-0017");
    if (file_name_split(file, &fault, &kind, &number) != ERROR_OK)
        return call_fail_hint(call, &fault, "See: enduse act --help");
    const struct transition *row = lifecycle_find(kind, verb);
    if (row)
        return compose_act(
            call, file, verb, transition_body(row), call->operands + 2, call->operand_count - 2);
    fault_set(&fault, ERROR_OFFICE_VERB, file_word(kind), "an act of its life-cycle", "%s", verb);
    return call_fail_hint(call, &fault, "See: enduse act --help");
}

/* enduse KIND VERB NUMBER [NAME=VALUE...] */
static int run_row(struct call *call)
{
    const struct act_row *row = call->command->subject;
    return act_row_do(call, row->kind, row->transition);
}

/* enduse act post FILE */
static int run_post(struct call *call)
{
    struct fault fault = {0};
    struct bytes bytes;
    enum error error = input_read(call, call->operands[0], &fault, &bytes);
    return error ? call_fail(call, &fault) : act_post(call, bytes);
}

/* --- Looking at files --------------------------------------------------------------------- */

static int get_and_print(struct call *call, const char *first, const char *rest)
{
    struct fault fault = {0};
    struct api_reply reply;
    if (fetch(call, first, rest, &fault, &reply) != ERROR_OK)
        return call_fail(call, &fault);
    return reply.status == 200 ? api_print(call, &reply) : api_refused(call, &reply);
}

/* KIND/NUMBER, with nothing in it that an address would need escaped. */
static enum error check_file_name(const char *file, struct fault *fault)
{
    enum file_kind kind;
    const char *number;
    if (!strchr(file, '/'))
        return fault_set(fault, ERROR_USAGE, file, "KIND/NUMBER: licence/IL-2026-0017", "no \"/\"");
    enum error error = file_name_split(file, fault, &kind, &number);
    return error ? error : rule_name(number, "the file's number", fault);
}

static int run_file_show(struct call *call)
{
    struct fault fault = {0};
    if (check_file_name(call->operands[0], &fault) != ERROR_OK)
        return call_fail(call, &fault);
    return get_and_print(call, "files", call->operands[0]);
}

/* The query of a list, from the options that were given. */
static void append_query(struct call *call, struct buffer *path)
{
    static const struct {
        const char *option, *name;
    } parameters[] = {
        {"state", "state"}, {"parent", "parent"}, {"search", "q"}, {"cursor", "cursor"}};
    const char *between = "?";
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
        const char *value = call_option(call, parameters[i].option);
        if (!value)
            continue;
        buffer_printf(path, "%s%s=", between, parameters[i].name);
        http_percent_append(path, bytes_of(value));
        between = "&";
    }
}

static int run_file_list(struct call *call)
{
    struct fault fault = {0};
    if (file_by_word(bytes_of(call->operands[0])) == FILE_NONE) {
        fault_set(
            &fault, ERROR_OFFICE_FILE, "file list", "a kind of file", "%s", call->operands[0]);
        return call_fail_hint(call, &fault, "See: enduse file list --help");
    }
    struct buffer path = {0};
    buffer_append_text(&path, call->operands[0]);
    append_query(call, &path);
    const char *text = buffer_text(&path);
    if (!text)
        fault_place(&fault, ERROR_MEMORY, "the request");
    int code = text ? get_and_print(call, "files", text) : call_fail(call, &fault);
    buffer_free(&path);
    return code;
}

/* enduse hearing show NUMBER */
static int run_hearing_show(struct call *call)
{
    struct fault fault = {0};
    if (rule_name(call->operands[0], "the number of the case", &fault) != ERROR_OK)
        return call_fail(call, &fault);
    return get_and_print(call, "hearings", call->operands[0]);
}

static int run_hearing_list(struct call *call)
{
    struct fault fault = {0};
    struct api_reply reply;
    if (api_get(call, "/api/v1/hearings", &fault, &reply) != ERROR_OK)
        return call_fail(call, &fault);
    return reply.status == 200 ? api_print(call, &reply) : api_refused(call, &reply);
}

static int run_file_document(struct call *call)
{
    struct fault fault = {0};
    struct api_reply reply = {0};
    struct buffer path = {0};
    enum error error = check_file_name(call->operands[0], &fault);
    buffer_printf(&path, "/api/v1/files/%s/document", call->operands[0]);
    const char *text = buffer_text(&path);
    if (!error)
        error = text ? api_get(call, text, &fault, &reply)
                     : fault_place(&fault, ERROR_MEMORY, "the request");
    buffer_free(&path);
    if (!error && reply.status != 200)
        return api_refused(call, &reply);
    const char *out = call_option(call, "out");
    if (!error)
        error = output_write(call, out, reply.body, &fault);
    if (error)
        return call_fail(call, &fault);
    fprintf(call->out, "%s: %zu bytes\n", out, reply.body.length);
    return EXIT_DONE;
}

/* --- Rows --------------------------------------------------------------------------------- */

#define LOGIN_TEXT                                                                                 \
    "Where the server wants to know who reads, it is told with your key: by a login that is\n"     \
    "signed for the authority of --root, and over when the command is.\n"

#define ACT_OPTIONS                                                                                \
    OPTIONS_SIGN, OPTION_URL,                                                                      \
        {.name = "body", .value = "FILE.json", .words = "What the act says, as JSON"},             \
        {.name = "instrument",                                                                     \
         .value = "FILE",                                                                          \
         .words = "The signed document that the act submits"},                                     \
        OPTIONS_ACT, OPTION_FORCE, OPTION_CA_FILE, OPTION_JSON,                                    \
    {                                                                                              \
        0                                                                                          \
    }

static const struct command_option act_options[] = {ACT_OPTIONS};

/* Of acts on the lines of a schedule. */
static const struct command_option table_options[] = {
    {.name = "csv",
     .value = "FILE.csv",
     .words = "The lines, as a table (docs/office.md has the columns)"},
    ACT_OPTIONS};

static const struct command_option reach_options[] = {
    OPTION_URL,
    OPTION_CA_FILE,
    OPTION_JSON,
    {0},
};

static const struct command_option read_options[] = {
    OPTION_URL, OPTIONS_LOGIN, OPTION_CA_FILE, OPTION_JSON, {0},
};

static const struct command_option list_options[] = {
    {.name = "state", .value = "WORD", .words = "Only files in this state"},
    {.name = "parent", .value = "NUMBER", .words = "Only files that hang on this one"},
    {.name = "search", .value = "WORDS", .words = "Only files that say these words"},
    {.name = "cursor", .value = "TEXT", .words = "Go on where an answer's `next` says"},
    OPTION_URL,
    OPTIONS_LOGIN,
    OPTION_CA_FILE,
    OPTION_JSON,
    {0},
};

static const struct command_option document_options[] = {
    OPTION_OUT, OPTION_URL, OPTIONS_LOGIN, OPTION_CA_FILE, OPTION_FORCE, {0},
};

static const struct command rows[] = {
    {
        .name = "act",
        .summary = "Do any act at the authority",
        .operands = "FILE VERB [NAME=VALUE...]",
        .least = 2,
        .most = SIZE_MAX,
        .options = act_options,
        .text = "FILE is KIND/NUMBER: exporter, product, application, form, certificate, licence,\n"
                "installation, order and so on. The act is signed with your key and accepted\n"
                "once, at the file's current version. `enduse KIND` lists the acts of a kind.\n"
                "\n" COMPOSE_TEXT,
        .examples = "enduse act exporter/EX-0031 register --key reviewer.key\n"
                    "enduse act order/OR-1 issue --instrument OR-1.order --key signatory.key\n",
        .run = run_act,
    },
    {
        .name = "act post",
        .summary = "Post an act that was signed and kept",
        .operands = "FILE",
        .least = 1,
        .most = 1,
        .options = reach_options,
        .text = "Posting the same act again is safe: it gets the same answer.\n",
        .examples = "enduse act exporter/EX-0031 register --keep -o register.act --key r.key\n"
                    "enduse act post register.act\n",
        .run = run_post,
    },
    {
        .name = "file show",
        .summary = "Show a file of the office and the acts that are possible on it",
        .operands = "KIND/NUMBER",
        .least = 1,
        .most = 1,
        .options = read_options,
        .text = LOGIN_TEXT,
        .examples = "enduse file show licence/IL-2026-0017 --key reviewer.key\n",
        .run = run_file_show,
    },
    {
        .name = "file list",
        .summary = "List the files of a kind",
        .operands = "KIND",
        .least = 1,
        .most = 1,
        .options = list_options,
        .text =
            "KIND is exporter, product, application, form, certificate, licence, installation,\n"
            "order, withdrawal or delegation.\n"
            "\n" LOGIN_TEXT,
        .examples = "enduse file list licence --key reviewer.key\n"
                    "enduse file list application --search police --key reviewer.key\n",
        .run = run_file_list,
    },
    {
        .name = "file document",
        .summary = "Fetch the signed document of a file",
        .operands = "KIND/NUMBER",
        .least = 1,
        .most = 1,
        .options = document_options,
        .text = "Of a form, certificate, licence, order, withdrawal or delegation, with the "
                "signatures\n"
                "so far.\n"
                "\n" LOGIN_TEXT,
        .examples = "enduse file document certificate/EC-2026-0009 --key reviewer.key \\\n"
                    "    -o EC.certificate\n",
        .run = run_file_document,
    },
    {
        .name = "hearing show",
        .summary = "Show your hearing in a case: notice, date, record, decision",
        .operands = "NUMBER",
        .least = 1,
        .most = 1,
        .options = read_options,
        .text =
            "For an exporter's officer or a state's signatory who was given notice. You answer\n"
            "with `enduse case statement` and, after the decision, `enduse case object`.\n"
            "\n" LOGIN_TEXT,
        .examples = "enduse hearing show C-2026-0004 --key exporter.key\n",
        .run = run_hearing_show,
    },
    {
        .name = "hearing list",
        .summary = "List your hearings in cases that are not closed",
        .options = read_options,
        .text = LOGIN_TEXT,
        .examples = "enduse hearing list --key exporter.key\n",
        .run = run_hearing_list,
    },
};

const struct command_rows act_commands = COMMAND_ROWS(rows);

/* --- Rows of the life-cycles -------------------------------------------------------------- */

/* The word of the command, where another command has the verb. */
static const char *command_verb(enum file_kind kind, const char *verb)
{
    bool taken = kind == FILE_CERTIFICATE && strcmp(verb, "sign") == 0;
    return taken ? "enter" : verb;
}

/* What rules do, no person does. Acts with more to them have a command elsewhere: enrolment makes
 * the guard's folder too (enrol.c); orders are drafted from templates, and shown before they are
 * signed (order_office.c). */
static bool is_own_command(enum file_kind kind, const struct transition *row)
{
    static const struct {
        enum file_kind kind;
        const char *verb;
    } elsewhere[] = {
        {FILE_INSTALLATION, "enrol"},
        {FILE_ORDER, "draft"},
        {FILE_ORDER, "issue"},
        {FILE_ORDER, "confirm"},
    };
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        if (kind == elsewhere[i].kind && strcmp(row->verb, elsewhere[i].verb) == 0)
            return false;
    }
    return row->roles != ROLE_SERVER;
}

static void write_text(enum file_kind kind, const struct transition *row, struct buffer *text)
{
    bool first = true;
    buffer_append_text(text, "By: ");
    for (enum role_index role = 0; role < ROLE_COUNT; role++) {
        if (row->roles & (1u << role)) {
            buffer_printf(text, "%s%s", first ? "" : ", ", role_words(role));
            first = false;
        }
    }
    buffer_printf(
        text, "%s.\nThe %s is: ",
        row->ministry == DEFENCE_ONLY   ? " of the defence ministry"
        : row->ministry == FOREIGN_ONLY ? " of the foreign ministry"
                                        : "",
        file_word(kind));
    first = true;
    for (int state = 0; state < 16; state++) {
        if (row->from & STATE(state)) {
            buffer_printf(
                text, "%s%s", first ? "" : ", ", state ? file_state_word(kind, state) : "new");
            first = false;
        }
    }
    buffer_append_text(text, ".\n");
}

static bool make_row(
    struct arena *arena, enum file_kind kind, const struct transition *transition,
    struct command *ret_row)
{
    struct act_row *subject = ARENA_NEW(arena, struct act_row);
    struct buffer name = {0}, text = {0}, example = {0};
    if (!subject)
        return false;
    *subject = (struct act_row){kind, transition};
    const char *verb = command_verb(kind, transition->verb);
    buffer_printf(&name, "%s %s", file_word(kind), verb);
    write_text(kind, transition, &text);
    buffer_printf(&example, "enduse %s %s NUMBER", file_word(kind), verb);
    if (transition->body && transition->body->field_count) {
        const struct field *field = &transition->body->fields[0];
        buffer_printf(
            &example, " %s=%s", field->name, field->kind == FIELD_BYTES ? "@FILE" : "...");
    }
    buffer_append_text(&example, " --key NAME.key\n");
    *ret_row = (struct command){
        .name = arena_text(arena, buffer_view(&name)),
        .summary = transition->words,
        .operands = "NUMBER [NAME=VALUE...]",
        .least = 1,
        .most = SIZE_MAX,
        .options =
            kind == FILE_SCHEDULE && rows_fit(transition->body) ? table_options : act_options,
        .text = arena_text(arena, buffer_view(&text)),
        .examples = arena_text(arena, buffer_view(&example)),
        .run = run_row,
        .subject = subject,
        .says = transition->body,
    };
    bool made = ret_row->name && ret_row->text && ret_row->examples && !name.error && !text.error &&
                !example.error;
    buffer_free(&name);
    buffer_free(&text);
    buffer_free(&example);
    return made;
}

size_t act_rows_count(void)
{
    size_t all = 0;
    for (enum file_kind kind = FILE_EXPORTER; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        size_t count;
        const struct transition *table = lifecycle(kind, &count);
        for (size_t i = 0; i < count; i++)
            all += is_own_command(kind, &table[i]);
    }
    return all;
}

enum error act_rows_make(struct arena *arena, struct command *ret_rows)
{
    for (enum file_kind kind = FILE_EXPORTER; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        size_t count;
        const struct transition *table = lifecycle(kind, &count);
        for (size_t i = 0; i < count; i++) {
            if (!is_own_command(kind, &table[i]))
                continue;
            if (!make_row(arena, kind, &table[i], ret_rows++))
                return ERROR_MEMORY;
        }
    }
    return ERROR_OK;
}
