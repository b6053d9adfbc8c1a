/* make, sign and show: one implementation for every type of instrument. */
#include "cli/instrument.h"

#include <string.h>
#include <unistd.h>

enum instrument_type instrument_of_call(const struct call *call)
{
    return *(const enum instrument_type *)call->command->subject;
}

enum error authority_of_call(
    struct call *call, enum instrument_type type, struct fault *fault, struct digest *ret_authority)
{
    *ret_authority = (struct digest){0};
    if (type == INSTRUMENT_ROOT)
        return ERROR_OK;
    const char *authority = call_option(call, "authority");
    if (authority) {
        enum error error = hex_parse(bytes_of(authority), fault, ret_authority->bytes, DIGEST_SIZE);
        return error ? fault_within(fault, error, "--authority") : ERROR_OK;
    }
    struct root_chain chain;
    enum error error = roots_open(call, true, fault, &chain);
    if (error)
        return error;
    *ret_authority = chain.authority;
    root_chain_close(&chain);
    return ERROR_OK;
}

/* --- Showing ------------------------------------------------------------------------------ */

void document_print(
    enum instrument_type type, const struct digest *digest, const void *value,
    struct buffer *ret_text)
{
    char text[DIGEST_TEXT_SIZE];
    buffer_printf(
        ret_text, "type: %s\ndigest: %s\n", instrument_word(type),
        hex_text(digest_view(digest), text));
    layout_print(instrument_layout(type), value, 0, ret_text);
}

void document_write_json(
    enum instrument_type type, const struct digest *digest, const void *value,
    struct json_writer *writer)
{
    char text[DIGEST_TEXT_SIZE];
    json_put_string(writer, "type", instrument_word(type));
    json_put_string(writer, "digest", hex_text(digest_view(digest), text));
    json_write_name(writer, "document");
    layout_write_json(instrument_layout(type), value, writer);
}

/* A document as it lies there; nothing is verified. */
struct unverified {
    enum instrument_type type;
    struct digest digest;
    void *value;
    struct bytes bytes;
    struct unverified_envelope envelope; /* count 0: a bare payload */
};

/* type INSTRUMENT_NONE: any envelope. A bare payload is read as the type. */
static enum error read_unverified(
    struct call *call, const char *path, enum instrument_type type, struct fault *fault,
    struct unverified *ret_document)
{
    struct unverified document = {.type = type};
    enum error error = input_read(call, path, fault, &document.bytes);
    if (error)
        return error;
    if (type != INSTRUMENT_NONE && document.bytes.length && !is_envelope(document.bytes)) {
        const struct layout *layout = instrument_layout(type);
        document.digest = sha256_of(document.bytes);
        document.value = arena_alloc(&call->arena, layout->size);
        if (!document.value)
            return fault_place(fault, ERROR_MEMORY, "%s", path);
        error = layout_decode(layout, document.bytes, &call->arena, fault, document.value);
    } else {
        enum instrument_type found = INSTRUMENT_NONE;
        error = cose_peek_unverified(document.bytes, fault, &document.envelope);
        if (!error)
            error = document_decode_unverified(
                document.bytes, &call->arena, fault, &found, &document.digest, &document.value);
        if (!error && type != INSTRUMENT_NONE && found != type)
            error = fault_set(
                fault, ERROR_COSE_TYPE, "type", instrument_word(type), "%s",
                instrument_word(found));
        document.type = found;
    }
    if (error)
        return fault_within(fault, error, "%s", path);
    *ret_document = document;
    return ERROR_OK;
}

static void print_unverified(const struct unverified *document, struct buffer *text)
{
    char id[KEY_ID_TEXT_SIZE];
    buffer_append_text(text, "NOT VERIFIED: what follows is only what the file says.\n");
    document_print(document->type, &document->digest, document->value, text);
    for (size_t i = 0; i < document->envelope.count; i++)
        buffer_printf(
            text, "signature claimed by: %s\n", key_id_text(&document->envelope.kids[i], id));
    if (document->envelope.count == 0)
        buffer_append_text(text, "signatures: none\n");
}

static int run_show(struct call *call)
{
    struct fault fault = {0};
    struct unverified document;
    enum instrument_type type = call->command->subject ? instrument_of_call(call) : INSTRUMENT_NONE;
    enum error error = read_unverified(call, call->operands[0], type, &fault, &document);
    if (error)
        return call_fail(call, &fault);
    struct buffer text = {0};
    if (!call->json) {
        print_unverified(&document, &text);
        int code = call_print(call, &text);
        buffer_free(&text);
        return code;
    }
    struct json_writer writer;
    char id[KEY_ID_TEXT_SIZE];
    call_json_begin(&writer, &text);
    json_write_object(&writer);
    json_put_bool(&writer, "verified", false);
    json_put_array(&writer, "signatures-claimed-by");
    for (size_t i = 0; i < document.envelope.count; i++)
        json_write_string(&writer, key_id_text(&document.envelope.kids[i], id));
    json_write_array_end(&writer);
    document_write_json(document.type, &document.digest, document.value, &writer);
    json_write_object_end(&writer);
    return call_json_end(call, &writer, &text);
}

/* --- Making ------------------------------------------------------------------------------- */

static int say_written(struct call *call, enum instrument_type type, struct bytes content)
{
    char digest_text[DIGEST_TEXT_SIZE];
    struct digest digest;
    struct unverified_envelope envelope = {0};
    if (is_envelope(content) && cose_peek_unverified(content, NULL, &envelope) == ERROR_OK)
        digest = envelope.digest;
    else
        digest = sha256_of(content);
    const char *path = call_option(call, "out");
    path = path ? path : call->operands[0];
    hex_text(digest_view(&digest), digest_text);
    struct buffer text = {0};
    if (call->json) {
        struct json_writer writer;
        call_json_begin(&writer, &text);
        json_write_object(&writer);
        json_put_string(&writer, "type", instrument_word(type));
        json_put_string(&writer, "file", path);
        json_put_string(&writer, "digest", digest_text);
        json_put_u64(&writer, "signatures", envelope.count);
        json_write_object_end(&writer);
        return call_json_end(call, &writer, &text);
    }
    buffer_printf(
        &text, "%s: %s, digest %s, %zu signature%s\n", path, instrument_word(type), digest_text,
        envelope.count, envelope.count == 1 ? "" : "s");
    int code = call_print(call, &text);
    buffer_free(&text);
    return code;
}

static enum error key_is_named(struct call *call, struct fault *fault)
{
    return call_option(call, "key")
               ? ERROR_OK
               : fault_set(fault, ERROR_USAGE, "--key", "a private key (or ENDUSE_KEY)", "none");
}

/* A stranger's signature makes a document worthless: it is refused with all the others. Not asked
 * where --authority stands for the root, nor of a later root, which people of an earlier one sign,
 * too. */
static enum error check_signer(
    struct call *call, enum instrument_type type, const void *value, const struct key_id *key,
    struct fault *fault)
{
    struct root_chain chain = {0};
    bool of_root = type == INSTRUMENT_ROOT;
    if (call_option(call, "authority") || (of_root && ((const struct root *)value)->version > 1))
        return ERROR_OK;
    enum error error = of_root ? ERROR_OK : roots_open(call, true, fault, &chain);
    if (error)
        return error;
    const struct root *root = of_root ? value : &chain.current;
    bool known = root_person_by_key(root, key, NULL) != NULL ||
                 (type == INSTRUMENT_CERTIFICATE && certificate_signatory_by_key(value, key));
    root_chain_close(&chain);
    return known ? ERROR_OK
                 : fault_set(
                       fault, ERROR_SIGNER_STRANGER, call_option(call, "key"),
                       "the key of somebody whom the root or the document names", NULL);
}

/* Signs a value with --key, or adds to an envelope that exists. added: to what somebody else made.
 */
static enum error sign(
    struct call *call, enum instrument_type type, const void *value, struct bytes existing,
    bool added, struct fault *fault, struct buffer *ret_bytes)
{
    struct digest authority;
    struct private_key *key = NULL;
    enum error error = key_is_named(call, fault);
    if (!error)
        error = authority_of_call(call, type, fault, &authority);
    if (!error)
        error = key_load(call, call_option(call, "key"), fault, &key);
    if (!error && added) {
        struct key_id id = private_key_id(key);
        error = check_signer(call, type, value, &id, fault);
    }
    if (!error && existing.length)
        error = document_add_signature(existing, &authority, key, fault, ret_bytes);
    else if (!error)
        error = document_sign(type, value, &authority, key, fault, ret_bytes);
    private_key_free(key);
    return error;
}

int instrument_write(struct call *call, enum instrument_type type, const void *value)
{
    struct fault fault = {0};
    struct buffer bytes = {0};
    enum error error;
    if (call_switch(call, "unsigned")) {
        error = document_check(type, value, &fault);
        if (!error)
            error = layout_encode(instrument_layout(type), value, &fault, &bytes);
    } else {
        error = sign(call, type, value, (struct bytes){0}, false, &fault, &bytes);
    }
    if (!error)
        error = output_write(call, call_option(call, "out"), buffer_view(&bytes), &fault);
    int code = error ? call_fail(call, &fault) : say_written(call, type, buffer_view(&bytes));
    buffer_free(&bytes);
    return code;
}

int instrument_make(struct call *call, enum instrument_type type, const struct compose *compose)
{
    struct fault fault = {0};
    const struct json *json = NULL;
    bool rewritten = false;
    const struct layout *layout = instrument_layout(type);
    void *value = arena_alloc(&call->arena, layout->size);
    if (!value) {
        fault_place(&fault, ERROR_MEMORY, "%s", layout->name);
        return call_fail(call, &fault);
    }
    enum error error = compose_json(call, compose, &fault, &json, &rewritten);
    if (!error) {
        error = layout_read_json(layout, json, &call->arena, &fault, value);
        if (error)
            compose_fault(compose, rewritten, error, &fault);
    }
    return error ? call_fail(call, &fault) : instrument_write(call, type, value);
}

/* The operands of make: a file first unless it is an assignment. */
static int run_make(struct call *call)
{
    enum instrument_type type = instrument_of_call(call);
    struct compose compose = {
        .layout = instrument_layout(type),
        .assignments = call->operands,
        .assignment_count = call->operand_count,
        .defaults = true,
    };
    if (call->operand_count && !strchr(call->operands[0], '=')) {
        compose.path = call->operands[0];
        compose.assignments++;
        compose.assignment_count--;
    }
    return instrument_make(call, type, &compose);
}

/* --- Adding a signature ------------------------------------------------------------------- */

bool signing_agreed(struct call *call)
{
    if (call_switch(call, "yes") || !isatty(STDIN_FILENO))
        return true;
    fprintf(call->err, "Sign this? Type yes: ");
    char answer[16];
    return fgets(answer, sizeof answer, stdin) && strcmp(answer, "yes\n") == 0;
}

static int run_sign(struct call *call)
{
    struct fault fault = {0};
    enum instrument_type type = instrument_of_call(call);
    const char *path = call->operands[0];
    const char *out = call_option(call, "out");
    struct unverified document;
    enum error error = key_is_named(call, &fault);
    if (!error)
        error = read_unverified(call, path, type, &fault, &document);
    if (error)
        return call_fail(call, &fault);
    /* Whoever signs sees it first. */
    struct buffer text = {0};
    print_unverified(&document, &text);
    int code = EXIT_DONE;
    if (!call->json)
        code = call_print(call, &text);
    buffer_free(&text);
    if (code != EXIT_DONE)
        return code;
    fflush(call->out);
    if (!signing_agreed(call)) {
        fprintf(call->err, "enduse: not signed\n");
        return EXIT_ERROR;
    }
    struct buffer bytes = {0};
    bool bare = document.envelope.count == 0;
    struct bytes existing = bare ? (struct bytes){0} : document.bytes;
    error = sign(call, type, document.value, existing, true, &fault, &bytes);
    if (!error && out)
        error = output_write(call, out, buffer_view(&bytes), &fault);
    else if (!error)
        error = output_replace(call, path, buffer_view(&bytes), &fault);
    code = error ? call_fail(call, &fault) : say_written(call, type, buffer_view(&bytes));
    buffer_free(&bytes);
    return code;
}

/* --- Rows --------------------------------------------------------------------------------- */

static const struct command_option make_options[] = {OPTION_OUT, OPTIONS_SIGN, OPTIONS_WRITE};

/* Of several signers: the payload alone can travel. */
static const struct command_option make_several_options[] = {
    OPTION_OUT, OPTIONS_SIGN, OPTION_UNSIGNED, OPTIONS_WRITE};

static const struct command_option sign_options[] = {
    OPTIONS_SIGN,
    {.name = "out",
     .letter = 'o',
     .value = "FILE",
     .words = "Where it goes; without it, the file itself is replaced"},
    OPTION_YES,
    OPTIONS_WRITE};

static const struct command_option show_options[] = {
    OPTION_JSON,
    {0},
};

#define TYPE(name) static const enum instrument_type type_##name = INSTRUMENT_##name
TYPE(ROOT);
TYPE(FORM);
TYPE(CERTIFICATE);
TYPE(LICENCE);
TYPE(ORDER);
TYPE(APPROVAL);
TYPE(DECLARATION);
TYPE(ROLL);
TYPE(DELEGATION);

#define MAKE(NAME, word, table, members, words, example)                                           \
    {                                                                                              \
        .name = word " make", .summary = "Make and sign the document",                             \
        .operands = "[FILE.json] [NAME=VALUE...]", .most = SIZE_MAX, .options = (table),           \
        .text = words "\n" COMPOSE_TEXT, .says = &(members), .fills = true, .examples = (example), \
        .run = run_make, .subject = &type_##NAME                                                   \
    }
#define SIGN(NAME, word)                                                                           \
    {                                                                                              \
        .name = word " sign", .summary = "Show the document and add a signature to it",            \
        .operands = "FILE", .least = 1, .most = 1, .options = sign_options,                        \
        .text = "The signatures that are there are kept and not verified: do that first with\n"    \
                "`enduse " word " verify`. A bare payload gets its first signature.\n",            \
        .examples = "enduse " word " sign A." word " --key foreign.key\n", .run = run_sign,        \
        .subject = &type_##NAME                                                                    \
    }
#define SHOW(NAME, word)                                                                           \
    {                                                                                              \
        .name = word " show", .summary = "Show the document without verifying it",                 \
        .operands = "FILE", .least = 1, .most = 1, .options = show_options,                        \
        .examples = "enduse " word " show A." word "\n", .run = run_show, .subject = &type_##NAME  \
    }

static const struct command rows[] = {
    MAKE(
        ROOT, "root", make_several_options, root_layout,
        "Both ministries sign it; version N+1 must be signed as version N asks, too, and names\n"
        "that by its digest (previous). A person has one or more of the roles desk, reviewer,\n"
        "signatory, inspector, chair, or alone the role auditor or administrator, and serves\n"
        "one ministry. threshold is how many signatories of the ministry must sign.\n",
        "enduse root make root.json --key defence.key -o 0001.root\n"
        "enduse root sign 0001.root --key foreign.key\n"),
    SIGN(ROOT, "root"),
    SHOW(ROOT, "root"),
    SIGN(FORM, "form"),
    MAKE(
        CERTIFICATE, "certificate", make_several_options, certificate_layout,
        "The acquiring state's signatory signs it first, then both ministries. acts and\n"
        "completed-by are words of the form's vocabulary; an offence that is decided has the\n"
        "reasons of both ministries. Months are of imprisonment, 9999 for life. return-fields\n"
        "is what returns count by: verdict, clause, approval, or facts of the declaration.\n",
        "# the payload to offer, then the state's signature\n"
        "enduse certificate make c.json form=@F.form --unsigned -o EC.payload\n"
        "enduse certificate sign EC.payload --key state.key -o EC.certificate\n"),
    SIGN(CERTIFICATE, "certificate"),
    SHOW(CERTIFICATE, "certificate"),
    MAKE(
        LICENCE, "licence", make_several_options, licence_layout,
        "Both ministries sign it. Its clauses, Cedar policies that forbid, replace the form's\n"
        "model conditions of the same number; the others hold as they are.\n",
        "enduse licence make l.json certificate=@EC.certificate --key defence.key -o IL.licence\n"
        "enduse licence sign IL.licence --key foreign.key\n"),
    SIGN(LICENCE, "licence"),
    SHOW(LICENCE, "licence"),
    SIGN(ORDER, "order"),
    SHOW(ORDER, "order"),
    MAKE(
        DECLARATION, "declaration", make_options, declaration_layout,
        "Signed by the operator. The facts are those that the certificate's form asks for:\n"
        "`enduse form show` lists them. A list among them is JSON: facts.conduct='[\"threat\"]',\n"
        "facts.protections='[]'; a time, where not RFC 3339, {\"$time\": \"now-1d\"}. The file is\n"
        "the approval's.\n",
        "enduse declaration make d.json facts.purpose=prevention certificate=@EC.certificate \\\n"
        "    licence=@IL.licence approval=@W.approval --key operator.key -o D.declaration\n"),
    SHOW(DECLARATION, "declaration"),
    MAKE(
        APPROVAL, "approval", make_options, approval_layout,
        "Signed by the approving body that the certificate enrols (body). It is for one file,\n"
        "subject, offence and the functions named. A withdrawal is easier made with\n"
        "`enduse approval withdraw`.\n",
        "enduse approval make w.json certificate=@EC.certificate --key court.key -o W.approval\n"),
    SHOW(APPROVAL, "approval"),
    MAKE(
        ROLL, "roll", make_options, roll_layout,
        "Signed by the agency's supervisor whom the certificate names. A guard takes the\n"
        "newest version: `enduse installation replace`.\n",
        "enduse roll make r.json certificate=@EC.certificate --key supervisor.key -o R.roll\n"),
    SHOW(ROLL, "roll"),
    MAKE(
        DELEGATION, "delegation", make_several_options, delegation_layout,
        "Both ministries sign it, for 7 to 30 days. A newer version voids older ones; the epoch\n"
        "rises only when a server has lost its state.\n",
        "enduse delegation make version=1 epoch=1 lease-key=@lease.pub log-key=@log.pub \\\n"
        "    origin=authority.example/log from=now until=now+20d --key defence.key -o "
        "1.delegation\n"
        "enduse delegation sign 1.delegation --key foreign.key\n"),
    SIGN(DELEGATION, "delegation"),
    SHOW(DELEGATION, "delegation"),
    {
        .name = "show",
        .summary = "Show any signed document without verifying it",
        .operands = "FILE",
        .least = 1,
        .most = 1,
        .options = show_options,
        .text = "Also those that no command makes: leases, renewals, returns, receipts, acts.\n",
        .examples = "enduse show guard/lease\n",
        .run = run_show,
    },
};

const struct command_rows instrument_commands = COMMAND_ROWS(rows);
