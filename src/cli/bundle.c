/* enduse bundle make and show; enduse verify bundle. */
#include "cli/bundle.h"

#include <string.h>

#include "bundle/evidence.h"
#include "cli/instrument.h"

enum { BUNDLE_RECORDS_ASKED = 256, BUNDLE_FIELDS_ASKED = 3 };

/* --- Make --------------------------------------------------------------------------------- */

/* What is put together, and from where. */
struct making {
    struct call *call;
    struct draft draft;
    struct office_part office;
    struct draft_choice choice;
    struct digest declaration;
    uint64_t records[BUNDLE_RECORDS_ASKED];
    const char *open[BUNDLE_FIELDS_ASKED];
};

static enum error add_given(struct making *making, const char *option, struct fault *fault)
{
    const char *path;
    for (size_t i = 0; (path = call_option_at(making->call, option, i)) != NULL; i++) {
        struct bytes bytes;
        enum error error = input_read(making->call, path, fault, &bytes);
        if (!error)
            error = strcmp(option, "root") == 0
                        ? draft_add_root(&making->draft, bytes, fault)
                        : draft_add_document(&making->draft, bytes, fault, NULL);
        if (error)
            return fault_within(fault, error, "%s", path);
    }
    return ERROR_OK;
}

static enum error read_declaration(struct making *making, struct fault *fault)
{
    const char *path = call_option(making->call, "declaration");
    struct bytes bytes;
    if (!path)
        return ERROR_OK;
    enum error error = input_read(making->call, path, fault, &bytes);
    if (!error)
        error = draft_add_document(&making->draft, bytes, fault, &making->declaration);
    making->choice.declaration = &making->declaration;
    return error ? fault_within(fault, error, "%s", path) : ERROR_OK;
}

static enum error read_choice(struct making *making, struct fault *fault)
{
    const char *text;
    struct draft_choice *choice = &making->choice;
    for (; (text = call_option_at(making->call, "record", choice->index_count)) != NULL;
         choice->index_count++) {
        if (choice->index_count == BUNDLE_RECORDS_ASKED)
            return fault_set(fault, ERROR_TOO_LARGE, "--record", "256 at most", "more");
        enum error error =
            number_parse(bytes_of(text), INT64_MAX, fault, &making->records[choice->index_count]);
        if (error)
            return fault_within(fault, error, "--record");
    }
    for (; (text = call_option_at(making->call, "open", choice->open_count)) != NULL;
         choice->open_count++) {
        if (choice->open_count == BUNDLE_FIELDS_ASKED ||
            (strcmp(text, "subject") != 0 && strcmp(text, "file") != 0 &&
             strcmp(text, "operator") != 0))
            return fault_set(
                fault, ERROR_USAGE, "--open", "subject, file or operator, each once", "\"%.40s\"",
                text);
        making->open[choice->open_count] = text;
    }
    choice->indices = making->records;
    choice->open = making->open;
    return ERROR_OK;
}

/* KIND/NUMBER, as acts name files. */
static enum error want_file(struct making *making, const char *name, struct fault *fault)
{
    const char *slash = strchr(name, '/');
    char kind[40];
    size_t length = slash ? (size_t)(slash - name) : 0;
    if (length == 0 || length >= sizeof kind || !slash[1])
        return fault_set(
            fault, ERROR_USAGE, "--file", "KIND/NUMBER, as order/OR-2026-0035", "\"%.60s\"", name);
    memcpy(kind, name, length);
    kind[length] = '\0';
    return office_want(&making->office, kind, slash + 1, fault);
}

static enum error want_given(struct making *making, struct fault *fault)
{
    const char *name;
    enum error error = ERROR_OK;
    for (size_t i = 0; !error && (name = call_option_at(making->call, "file", i)) != NULL; i++)
        error = want_file(making, name, fault);
    return error;
}

/* Orders whose records the guard has are the office's too. */
static enum error want_orders(struct making *making, struct fault *fault)
{
    enum error error = ERROR_OK;
    for (size_t i = 0; i < making->draft.document_count && !error; i++) {
        enum instrument_type type;
        struct digest digest;
        void *value;
        if (making->draft.documents[i].type != INSTRUMENT_ORDER)
            continue;
        error = document_decode_unverified(
            making->draft.documents[i].bytes, &making->call->arena, fault, &type, &digest, &value);
        if (!error)
            error =
                office_want(&making->office, "order", ((const struct order *)value)->number, fault);
    }
    return error;
}

static enum error take_office(struct making *making, struct fault *fault)
{
    const char *folder = call_option(making->call, "guard");
    struct guard_identity identity;
    enum error error = office_begin(&making->office, fault);
    if (!error && folder) {
        error = guard_identify(making->call->os, folder, &making->call->arena, fault, &identity);
        if (!error) {
            making->office.installation = identity.installation;
            error = office_want(&making->office, "installation", identity.installation, fault);
        }
    }
    if (!error)
        error = want_given(making, fault);
    return error ? error : office_take(&making->office, fault);
}

static enum error gather(struct making *making, struct fault *fault)
{
    const char *folder = call_option(making->call, "guard");
    bool online = call_option(making->call, "url") != NULL;
    if (!folder && !online)
        return fault_set(
            fault, ERROR_USAGE, "bundle", "--guard or --url, to take something from", "neither");
    enum error error = read_choice(making, fault);
    if (!error)
        error = read_declaration(making, fault);
    if (!error)
        error = add_given(making, "root", fault);
    if (!error)
        error = add_given(making, "document", fault);
    if (!error && online)
        error = take_office(making, fault);
    if (!error && folder)
        error = draft_take_guard(
            &making->draft, making->call->os, folder, &making->choice, making->office.returns,
            making->office.return_count, fault);
    if (!error && online)
        error = want_orders(making, fault);
    return error || !online ? error : office_take(&making->office, fault);
}

/* Whoever made it opens it: what does not verify is not given away. */
static enum error encode(struct making *making, struct fault *fault, struct buffer *ret_bytes)
{
    const struct bundle bundle = draft_bundle(&making->draft);
    const struct digest *pinned = NULL;
    struct evidence evidence;
    enum error error = pin_of_call(making->call, fault, &pinned);
    if (!error)
        error = bundle_encode(&bundle, fault, ret_bytes);
    if (error)
        return error;
    const struct evidence_options options = {pinned, call_switch(making->call, "demo")};
    error = evidence_open(buffer_view(ret_bytes), &options, fault, &evidence);
    if (!error)
        evidence_close(&evidence);
    return error;
}

static int say_made(struct call *call, const struct draft *draft, const char *path, size_t size)
{
    struct buffer text = {0};
    struct json_writer writer;
    if (!call->json) {
        buffer_printf(
            &text,
            "%s: %zu bytes: %zu documents, %zu records, %zu events\n"
            "Verify it with: enduse verify bundle %s --pin HEX\n",
            path, size, draft->document_count, draft->record_count, draft->event_count, path);
        int code = call_print(call, &text);
        buffer_free(&text);
        return code;
    }
    call_json_begin(&writer, &text);
    json_write_object(&writer);
    json_put_string(&writer, "file", path);
    json_put_u64(&writer, "bytes", size);
    json_put_u64(&writer, "documents", draft->document_count);
    json_put_u64(&writer, "records", draft->record_count);
    json_put_u64(&writer, "events", draft->event_count);
    json_write_object_end(&writer);
    return call_json_end(call, &writer, &text);
}

static int run_make(struct call *call)
{
    struct fault fault = {0};
    struct buffer bytes = {0};
    const char *path = call_option(call, "out");
    struct making *making = ARENA_NEW(&call->arena, struct making);
    enum error error = making ? ERROR_OK : fault_place(&fault, ERROR_MEMORY, "bundle");
    if (!error) {
        making->call = call;
        making->office.call = call;
        making->office.draft = &making->draft;
        error = gather(making, &fault);
    }
    if (!error)
        error = encode(making, &fault, &bytes);
    if (!error)
        error = output_write(call, path, buffer_view(&bytes), &fault);
    const char *hint =
        error == ERROR_BUNDLE_HEAD
            ? "Let the guard renew (enduse run, or the system itself), then try again."
            : NULL;
    int code = error ? call_fail_hint(call, &fault, hint)
                     : say_made(call, &making->draft, path, bytes.length);
    if (making)
        draft_free(&making->draft);
    buffer_free(&bytes);
    return code;
}

/* --- Show and verify ---------------------------------------------------------------------- */

/* Opens the operand. Everything that is shown was verified. */
static enum error
open_operand(struct call *call, struct fault *fault, struct evidence *ret_evidence)
{
    struct buffer bytes = {0};
    const char *path = call->operands[0];
    struct evidence_options options = {.demo_allowed = call_switch(call, "demo")};
    enum error error = pin_of_call(call, fault, &options.pinned);
    if (!error)
        error = os_read_file(call->os, path, BUNDLE_SIZE_MAX, fault, &bytes);
    if (!error) {
        error = evidence_open(buffer_view(&bytes), &options, fault, ret_evidence);
        if (error)
            fault_within(fault, error, "%s", path);
    }
    buffer_free(&bytes);
    return error;
}

static int write_evidence(struct call *call, const struct evidence *evidence)
{
    struct buffer text = {0};
    struct json_writer writer;
    call_json_begin(&writer, &text);
    json_write_object(&writer);
    json_put_bool(&writer, "verified", true);
    json_put_bool(&writer, "otherwise", evidence->otherwise);
    evidence_write_json(evidence, &writer);
    json_write_object_end(&writer);
    return call_json_end(call, &writer, &text);
}

static int print_facts(struct call *call, const struct evidence *evidence)
{
    struct buffer text = {0};
    for (size_t i = 0; i < evidence->fact_count; i++)
        buffer_printf(
            &text, "%s: %s\n", evidence->facts[i].proven ? "proven" : "claimed",
            evidence->facts[i].words);
    buffer_printf(
        &text, "%s\n",
        evidence->otherwise ? "Everything is genuine, but a verdict is not what the documents say."
                            : "Everything holds.");
    int code = call_print(call, &text);
    buffer_free(&text);
    return code;
}

static int print_story(struct call *call, const struct evidence *evidence)
{
    struct buffer text = {0};
    evidence_print(evidence, &text);
    int code = call_print(call, &text);
    buffer_free(&text);
    return code;
}

/* Both commands; they differ in what they say. */
static int run_open(struct call *call, int (*print)(struct call *, const struct evidence *))
{
    struct fault fault = {0};
    struct evidence evidence;
    if (open_operand(call, &fault, &evidence))
        return call_fail(call, &fault);
    int code = call->json ? write_evidence(call, &evidence) : print(call, &evidence);
    if (code == EXIT_DONE && evidence.otherwise)
        code = EXIT_OUTSIDE;
    evidence_close(&evidence);
    return code;
}

static int run_show(struct call *call)
{
    return run_open(call, print_story);
}

static int run_verify(struct call *call)
{
    return run_open(call, print_facts);
}

/* --- Rows --------------------------------------------------------------------------------- */

static const struct command_option make_options[] = {
    {.name = "guard",
     .value = "DIR",
     .words = "A guard's folder that is closed, or a copy: its records and documents"},
    {.name = "declaration", .value = "FILE", .words = "Every record about this declaration"},
    {.name = "record", .value = "N", .many = true, .words = "This record of the guard, too"},
    {.name = "open",
     .value = "FIELD",
     .many = true,
     .words = "Open subject, file or operator in records of declarations"},
    {.name = "document",
     .value = "FILE",
     .many = true,
     .words = "Another signed document: the approval, an older roll, an order"},
    {.name = "url",
     .value = "URL",
     .environment = "ENDUSE_URL",
     .words = "The authority: its events, proofs and documents"},
    OPTION_CA_FILE,
    {.name = "file",
     .value = "KIND/NUMBER",
     .many = true,
     .words = "A file of the office whose document and events belong to the case"},
    OPTIONS_LOGIN,
    OPTION_PIN,
    OPTION_DEMO,
    OPTION_OUT,
    OPTIONS_WRITE,
};

static const struct command_option open_options[] = {OPTION_PIN, OPTION_DEMO, OPTION_JSON, {0}};

static const struct command rows[] = {
    {
        .name = "bundle make",
        .summary = "Put what a court needs about a use or an order into one file",
        .options = make_options,
        .text = "From a guard's folder come certificate, licence, roll, the records chosen with\n"
                "proofs under a head that was signed, all records of orders, and those orders.\n"
                "From the authority come the documents and events of the files named, and of what\n"
                "they stand on; --key says who reads there. Either may be left out. The bundle is\n"
                "verified before it is written. It is not signed: its parts are.\n"
                "\n"
                "A field that is not opened stays closed; but a declaration, when it is given,\n"
                "says all of them.\n",
        .examples =
            "enduse bundle make --guard guard --declaration D.declaration \\\n"
            "    --document W.approval --url http://127.0.0.1:7243 -k my.key --out case.bundle\n"
            "# about an order, without a guard's records\n"
            "enduse bundle make --file order/OR-2026-0035 --url http://127.0.0.1:7243 \\\n"
            "    --key my.key --out order.bundle\n",
        .run = run_make,
    },
    {
        .name = "bundle show",
        .summary = "Verify a case bundle and tell its story",
        .operands = "FILE.bundle",
        .least = 1,
        .most = 1,
        .options = open_options,
        .text =
            "What was asked, by whom as far as it is opened, each verdict with its clauses, the\n"
            "orders and when they were obeyed, what the office did.\n"
            "\n"
            "Exit code 0: everything holds. 2: a verdict is not what the documents say. 3: not\n"
            "valid.\n",
        .examples = "enduse bundle show case.bundle --pin HEX\n",
        .run = run_show,
    },
    {
        .name = "verify bundle",
        .summary = "Verify a case bundle: a line for each fact proven, and for each only claimed",
        .operands = "FILE.bundle",
        .least = 1,
        .most = 1,
        .options = open_options,
        .text =
            "Offline, from the root on; nobody is asked and nobody has to be trusted but the\n"
            "two ministries' keys. Declared uses are judged again under the certificate, the\n"
            "licence and the orders that the guard had.\n"
            "\n"
            "Exit code 0: everything holds. 2: everything is genuine, but a verdict is not what\n"
            "the documents say. 3: something is not valid, and the bundle shows nothing.\n",
        .examples = "enduse verify bundle case.bundle --pin HEX\n",
        .run = run_verify,
    },
};

const struct command_rows bundle_commands = COMMAND_ROWS(rows);
