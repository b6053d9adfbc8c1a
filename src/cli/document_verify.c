/* enduse TYPE verify: one document, verified from the root on, and whether it is in force. */
#include <string.h>

#include "cli/case.h"
#include "cli/instrument.h"

/* What was verified, and between which moments it is in force (0: no such end). */
struct verified {
    enum instrument_type type;
    struct document document;
    void *value;
    millis from, until;
};

/* --- By type ------------------------------------------------------------------------------ */

/* Moves the opened struct to where it is shown from. */
#define KEEP(verified, call, type, object)                                                         \
    keep((verified), (call), (type), &(object), sizeof(object))

static enum error keep(
    struct verified *verified, struct call *call, enum instrument_type type, const void *value,
    size_t size)
{
    void *copy = arena_alloc(&call->arena, size);
    if (!copy)
        return ERROR_MEMORY;
    memcpy(copy, value, size);
    verified->type = type;
    verified->value = copy;
    return ERROR_OK;
}

static enum error verify_form(
    struct call *call, struct case_documents *documents, struct bytes bytes, struct fault *fault,
    struct verified *verified)
{
    struct form form;
    enum error error =
        form_open(bytes, &documents->chain, &call->arena, fault, &verified->document, &form);
    if (error)
        return error;
    verified->from = form.in_force;
    return KEEP(verified, call, INSTRUMENT_FORM, form);
}

static enum error verify_certificate(
    struct call *call, struct case_documents *documents, struct bytes bytes, struct fault *fault,
    struct verified *verified)
{
    struct certificate certificate;
    struct form form;
    enum error error = certificate_open(
        bytes, &documents->chain, &call->arena, fault, &verified->document, &certificate, &form);
    if (error)
        return error;
    verified->from = certificate.from;
    verified->until = certificate.until;
    return KEEP(verified, call, INSTRUMENT_CERTIFICATE, certificate);
}

static enum error verify_licence(
    struct call *call, struct case_documents *documents, struct bytes bytes, struct fault *fault,
    struct verified *verified)
{
    struct licence licence;
    enum error error =
        licence_open(bytes, &documents->chain, &call->arena, fault, &verified->document, &licence);
    if (!error && call_option(call, "certificate"))
        error = case_open_certificate(call, documents, fault);
    if (!error && call_option(call, "certificate"))
        error = licence_fits(
            &licence, &documents->certificate, &documents->certificate_document.digest, fault);
    if (error)
        return error;
    verified->from = licence.from;
    verified->until = licence.until;
    return KEEP(verified, call, INSTRUMENT_LICENCE, licence);
}

static enum error verify_order(
    struct call *call, struct case_documents *documents, struct bytes bytes, struct fault *fault,
    struct verified *verified)
{
    struct order order;
    enum error error =
        order_open(bytes, &documents->chain, &call->arena, fault, &verified->document, &order);
    return error ? error : KEEP(verified, call, INSTRUMENT_ORDER, order);
}

static enum error verify_delegation(
    struct call *call, struct case_documents *documents, struct bytes bytes, struct fault *fault,
    struct verified *verified)
{
    struct delegation delegation;
    enum error error = delegation_open(
        bytes, &documents->chain, &call->arena, fault, &verified->document, &delegation);
    if (error)
        return error;
    verified->from = delegation.from;
    verified->until = delegation.until;
    return KEEP(verified, call, INSTRUMENT_DELEGATION, delegation);
}

static enum error verify_roll(
    struct call *call, struct case_documents *documents, struct bytes bytes, struct fault *fault,
    struct verified *verified)
{
    struct roll roll;
    enum error error = case_open_certificate(call, documents, fault);
    if (!error)
        error = roll_open(
            bytes, &documents->chain.authority, &documents->certificate,
            &documents->certificate_document.digest, &call->arena, fault, &verified->document,
            &roll);
    if (error)
        return error;
    verified->from = roll.issued;
    verified->until = roll.expires;
    return KEEP(verified, call, INSTRUMENT_ROLL, roll);
}

static enum error verify_approval(
    struct call *call, struct case_documents *documents, struct bytes bytes, struct fault *fault,
    struct verified *verified)
{
    struct approval approval;
    enum error error = case_open_certificate(call, documents, fault);
    if (!error)
        error = approval_open(
            bytes, &documents->chain.authority, &documents->certificate,
            &documents->certificate_document.digest, &call->arena, fault, &verified->document,
            &approval);
    if (error)
        return error;
    verified->from = approval.issued;
    verified->until = approval.expires;
    return KEEP(verified, call, INSTRUMENT_APPROVAL, approval);
}

static enum error verify_declaration(
    struct call *call, struct case_documents *documents, struct bytes bytes, struct fault *fault,
    struct verified *verified)
{
    struct declaration declaration;
    enum error error = case_open_certificate(call, documents, fault);
    if (!error)
        error = case_open_licence(call, documents, fault);
    if (!error)
        error = case_open_roll(call, documents, fault);
    if (!error)
        error = declaration_open(
            bytes, &documents->chain.authority, &documents->roll,
            &documents->certificate_document.digest, &documents->licence_document.digest,
            &call->arena, fault, &verified->document, &declaration);
    return error ? error : KEEP(verified, call, INSTRUMENT_DECLARATION, declaration);
}

/* What a row of the table of commands is about. */
struct verify_kind {
    enum instrument_type type;
    enum error (*verify)(
        struct call *call, struct case_documents *documents, struct bytes bytes,
        struct fault *fault, struct verified *verified);
};

/* --- Saying it ---------------------------------------------------------------------------- */

static bool in_force(const struct verified *verified, millis time)
{
    return time >= verified->from && (verified->until == 0 || time < verified->until);
}

/* "D-01 Defence One (defence)" for whom the root names; the key's id for others. */
static void
write_signer(const struct root_chain *chain, const struct key_id *key, struct buffer *text)
{
    enum ministry_id ministry;
    char id[KEY_ID_TEXT_SIZE];
    const struct root_person *person = root_person_by_key(&chain->current, key, &ministry);
    if (person)
        buffer_printf(text, "%s %s (%s)", person->id, person->name, ministry_word(ministry));
    else
        buffer_append_text(text, key_id_text(key, id));
}

static int print_verified(
    struct call *call, const struct case_documents *documents, const struct verified *verified,
    millis time)
{
    char when[TIME_TEXT_SIZE];
    struct buffer text = {0};
    buffer_printf(
        &text, "VERIFIED%s\n",
        documents->chain.current.demo ? " under a demonstration root, which binds nobody" : "");
    for (size_t i = 0; i < verified->document.signer_count; i++) {
        buffer_append_text(&text, "signed by: ");
        write_signer(&documents->chain, &verified->document.signers[i], &text);
        buffer_append_byte(&text, '\n');
    }
    if (verified->from || verified->until)
        buffer_printf(
            &text, "in force at %s: %s\n", time_text(time, when),
            in_force(verified, time) ? "yes" : "no");
    document_print(verified->type, &verified->document.digest, verified->value, &text);
    int code = call_print(call, &text);
    buffer_free(&text);
    return code;
}

static int write_verified(
    struct call *call, const struct case_documents *documents, const struct verified *verified,
    millis time)
{
    char when[TIME_TEXT_SIZE], id[KEY_ID_TEXT_SIZE];
    struct buffer text = {0};
    struct json_writer writer;
    call_json_begin(&writer, &text);
    json_write_object(&writer);
    json_put_bool(&writer, "verified", true);
    json_put_bool(&writer, "demo", documents->chain.current.demo);
    json_put_string(&writer, "time", time_text(time, when));
    json_put_bool(&writer, "in-force", in_force(verified, time));
    json_put_array(&writer, "signers");
    for (size_t i = 0; i < verified->document.signer_count; i++) {
        enum ministry_id ministry;
        const struct key_id *key = &verified->document.signers[i];
        const struct root_person *person =
            root_person_by_key(&documents->chain.current, key, &ministry);
        json_write_object(&writer);
        json_put_string(&writer, "key", key_id_text(key, id));
        if (person) {
            json_put_string(&writer, "person", person->id);
            json_put_string(&writer, "ministry", ministry_word(ministry));
        }
        json_write_object_end(&writer);
    }
    json_write_array_end(&writer);
    document_write_json(verified->type, &verified->document.digest, verified->value, &writer);
    json_write_object_end(&writer);
    return call_json_end(call, &writer, &text);
}

static int run_verify(struct call *call)
{
    struct fault fault = {0};
    const struct verify_kind *kind = call->command->subject;
    struct case_documents documents = {0};
    struct verified verified = {0};
    struct bytes bytes;
    millis time = 0;
    enum error error = moment_of_call(call, "time", &fault, &time);
    if (!error)
        error = input_read(call, call->operands[0], &fault, &bytes);
    if (!error)
        error = case_open_root(call, &documents, &fault);
    if (!error) {
        error = kind->verify(call, &documents, bytes, &fault, &verified);
        if (error)
            fault_within(&fault, error, "%s", call->operands[0]);
    }
    int code;
    if (error)
        code = call_fail(call, &fault);
    else
        code = call->json ? write_verified(call, &documents, &verified, time)
                          : print_verified(call, &documents, &verified, time);
    if (code == EXIT_DONE && !in_force(&verified, time))
        code = EXIT_OUTSIDE;
    case_close(&documents);
    return code;
}

/* --- The root: a chain -------------------------------------------------------------------- */

static int run_verify_root(struct call *call)
{
    struct fault fault = {0};
    struct root_chain chain;
    const struct digest *pinned;
    struct bytes *roots = ARENA_ARRAY(&call->arena, struct bytes, call->operand_count);
    enum error error = roots ? ERROR_OK : fault_place(&fault, ERROR_MEMORY, "root");
    for (size_t i = 0; i < call->operand_count && !error; i++)
        error = input_read(call, call->operands[i], &fault, &roots[i]);
    if (!error)
        error = pin_of_call(call, &fault, &pinned);
    if (!error)
        error = root_chain_open(
            roots, call->operand_count, pinned, call_switch(call, "demo"), &fault, &chain);
    if (error)
        return call_fail(call, &fault);
    char digest[DIGEST_TEXT_SIZE];
    struct buffer text = {0};
    int code;
    if (call->json) {
        struct json_writer writer;
        call_json_begin(&writer, &text);
        json_write_object(&writer);
        json_put_bool(&writer, "verified", true);
        json_put_string(&writer, "authority", digest_text(&chain.authority, digest));
        json_put_bool(&writer, "pinned", pinned != NULL);
        document_write_json(INSTRUMENT_ROOT, &chain.newest, &chain.current, &writer);
        json_write_object_end(&writer);
        code = call_json_end(call, &writer, &text);
    } else {
        buffer_printf(
            &text, "VERIFIED%s\nauthority: %s%s\n",
            chain.current.demo ? ": a demonstration root, which binds nobody" : "",
            digest_text(&chain.authority, digest),
            pinned ? "" : " (not pinned: compare it over another channel)");
        document_print(INSTRUMENT_ROOT, &chain.newest, &chain.current, &text);
        code = call_print(call, &text);
        buffer_free(&text);
    }
    root_chain_close(&chain);
    return code;
}

/* --- Rows --------------------------------------------------------------------------------- */

#define OPTION_TIME                                                                                \
    {                                                                                              \
        .name = "time", .value = "TIME", .words = "Whether it is in force then; now without it"    \
    }

static const struct command_option root_options[] = {OPTION_PIN, OPTION_DEMO, OPTION_JSON, {0}};

static const struct command_option by_root_options[] = {
    OPTION_ROOT, OPTION_PIN, OPTION_DEMO, OPTION_TIME, OPTION_JSON, {0},
};

static const struct command_option licence_options[] = {
    OPTION_ROOT,
    OPTION_PIN,
    OPTION_DEMO,
    {.name = "certificate", .value = "FILE", .words = "Also whether it fits this certificate"},
    OPTION_TIME,
    OPTION_JSON,
    {0},
};

static const struct command_option certificate_options[] = {
    OPTION_ROOT, OPTION_PIN, OPTION_DEMO, OPTION_CERTIFICATE, OPTION_TIME, OPTION_JSON, {0},
};

static const struct command_option declaration_options[] = {
    OPTION_ROOT, OPTION_PIN,  OPTION_DEMO, OPTION_CERTIFICATE, OPTION_LICENCE, OPTION_ROLL,
    OPTION_TIME, OPTION_JSON, {0},
};

#define KIND(name, function)                                                                       \
    static const struct verify_kind kind_##function = {INSTRUMENT_##name, verify_##function}
KIND(FORM, form);
KIND(CERTIFICATE, certificate);
KIND(LICENCE, licence);
KIND(ORDER, order);
KIND(DELEGATION, delegation);
KIND(ROLL, roll);
KIND(APPROVAL, approval);
KIND(DECLARATION, declaration);

#define VERIFY(word, function, table, words, more)                                                 \
    {                                                                                              \
        .name = word " verify", .summary = "Verify the document and show it", .operands = "FILE",  \
        .least = 1, .most = 1, .options = (table),                                                 \
        .text = words "\nExit code 0: valid and in force. 2: valid, but not in force at the\n"     \
                      "time. 3: not valid.\n",                                                     \
        .examples = "enduse " word " verify A." word " --root 0001.root" more "\n",                \
        .run = run_verify, .subject = &kind_##function                                             \
    }

static const struct command rows[] = {
    {
        .name = "root verify",
        .summary = "Verify a chain of roots and show the newest",
        .operands = "FILE...",
        .least = 1,
        .most = SIZE_MAX,
        .options = root_options,
        .text = "Give every version in order. The digest of the first is the authority's id:\n"
                "compare it with what you were told over another channel, or give it as --pin.\n",
        .examples = "enduse root verify 0001.root 0002.root --pin HEX\n",
        .run = run_verify_root,
    },
    VERIFY("form", form, by_root_options, "Both ministries must have signed.\n", ""),
    VERIFY(
        "certificate", certificate, by_root_options,
        "The acquiring state's signatory and both ministries must have signed.\n", ""),
    VERIFY(
        "licence", licence, licence_options, "Both ministries must have signed.\n",
        " --certificate EC.certificate"),
    VERIFY(
        "order", order, by_root_options,
        "One ministry must have signed what takes away, both what gives back.\n", ""),
    VERIFY("delegation", delegation, by_root_options, "Both ministries must have signed.\n", ""),
    VERIFY(
        "roll", roll, certificate_options,
        "The agency's supervisor, whom the certificate names, must have signed.\n",
        " --certificate EC.certificate"),
    VERIFY(
        "approval", approval, certificate_options,
        "The approving body that it names, enrolled in the certificate, must have signed.\n",
        " --certificate EC.certificate"),
    VERIFY(
        "declaration", declaration, declaration_options,
        "An operator of the agency's roll must have signed.\n",
        " --certificate EC.certificate \\\n    --licence IL.licence --roll R.roll"),
};

const struct command_rows document_verify_commands = COMMAND_ROWS(rows);
