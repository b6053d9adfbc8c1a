/* enduse installation: enrol, identify, replace. Enrolment makes the guard's folder and tells the
 * authority; its other acts are generated in act.c. */
#include <string.h>

#include "cli/act.h"
#include "cli/api.h"
#include "cli/instrument.h"
#include "guard/guard.h"

/* --- Enrolling ---------------------------------------------------------------------------- */

/* {"kind": "key", "type": "ed25519", "public-key": bytes} */
static enum error make_key(
    struct call *call, const struct public_key *key, struct fault *fault, struct datum *ret_key)
{
    struct datum_member *members = ARENA_ARRAY(&call->arena, struct datum_member, 3);
    struct bytes bytes = arena_copy(&call->arena, public_key_view(key));
    if (!members || !bytes.data)
        return fault_place(fault, ERROR_MEMORY, "the act");
    members[0] = (struct datum_member){"kind", datum_of_text("key")};
    members[1] = (struct datum_member){"type", datum_of_text(key_type_text(key->type))};
    members[2] = (struct datum_member){"public-key", datum_of_bytes(bytes)};
    return datum_map(members, 3, fault, ret_key);
}

static enum error make_body(
    struct call *call, const struct guard_identity *identity, const char *licence,
    struct fault *fault, struct datum *ret_body)
{
    struct datum_member *members = ARENA_ARRAY(&call->arena, struct datum_member, 5);
    struct bytes first = arena_copy(&call->arena, digest_view(&identity->first_key_hash));
    struct digest *build = ARENA_NEW(&call->arena, struct digest);
    struct datum key;
    if (!members || !first.data || !build)
        return fault_place(fault, ERROR_MEMORY, "the act");
    enum error error =
        hex_parse(bytes_of(call_option(call, "build")), fault, build->bytes, DIGEST_SIZE);
    if (error)
        return fault_within(fault, error, "--build");
    error = make_key(call, &identity->key, fault, &key);
    if (error)
        return error;
    members[0] = (struct datum_member){"licence", datum_of_text(licence)};
    members[1] = (struct datum_member){"place", datum_of_text(call_option(call, "place"))};
    members[2] = (struct datum_member){"guard", key};
    members[3] = (struct datum_member){"first-key", datum_of_bytes(first)};
    members[4] = (struct datum_member){"build", datum_of_bytes(digest_view(build))};
    return datum_map(members, 5, fault, ret_body);
}

/* The licence's number; the guard verifies the document itself. */
static enum error
licence_number(struct call *call, struct bytes bytes, struct fault *fault, const char **ret_number)
{
    enum instrument_type type;
    struct digest digest;
    void *value;
    enum error error =
        document_decode_unverified(bytes, &call->arena, fault, &type, &digest, &value);
    if (!error && type != INSTRUMENT_LICENCE)
        error = fault_set(
            fault, ERROR_COSE_TYPE, "type", instrument_word(INSTRUMENT_LICENCE), "%s",
            instrument_word(type));
    if (error)
        return fault_within(fault, error, "--licence");
    *ret_number = ((const struct licence *)value)->number;
    return ERROR_OK;
}

/* Writes K_0 where the agency's escrow takes it from, as one line of hexadecimal. */
static enum error
write_escrow(struct call *call, const uint8_t first_key[RECORD_KEY_SIZE], struct fault *fault)
{
    char line[2 * RECORD_KEY_SIZE + 2];
    hex_text((struct bytes){first_key, RECORD_KEY_SIZE}, line);
    line[2 * RECORD_KEY_SIZE] = '\n';
    enum error error = os_create_file(
        call->os, call_option(call, "escrow"),
        (struct bytes){(const uint8_t *)line, 2 * RECORD_KEY_SIZE + 1}, 0600, fault);
    secret_wipe(line, sizeof line);
    return error;
}

static enum error
make_folder(struct call *call, const char *number, struct bytes licence, struct fault *fault)
{
    struct guard_enrolment enrolment = {
        .folder = call_option(call, "folder"),
        .installation = number,
        .url = call_option(call, "url"),
        .allow_demo = call_switch(call, "demo"),
        .licence = licence,
    };
    struct bytes *roots;
    struct buffer passphrase = {0};
    enum error error = roots_read(call, fault, &roots, &enrolment.root_count);
    if (!error) {
        enrolment.roots = roots;
        error = pin_of_call(call, fault, &enrolment.pinned);
    }
    if (!error)
        error = input_read(call, call_option(call, "certificate"), fault, &enrolment.certificate);
    if (!error)
        error = input_read(call, call_option(call, "roll"), fault, &enrolment.roll);
    if (!error && call_option(call, "guard-passphrase-file"))
        error = passphrase_from_file(
            call, call_option(call, "guard-passphrase-file"), fault, &passphrase);
    enrolment.passphrase = buffer_view(&passphrase);
    struct guard_enrolled enrolled;
    if (!error)
        error = guard_enrol(call->os, &enrolment, fault, &enrolled);
    secret_buffer_free(&passphrase);
    if (error)
        return error;
    error = write_escrow(call, enrolled.first_key, fault);
    secret_wipe(&enrolled, sizeof enrolled);
    return error;
}

static int run_enrol(struct call *call)
{
    struct fault fault = {0};
    const char *number = call->operands[0], *licence_name = NULL;
    const char *folder = call_option(call, "folder");
    struct bytes licence;
    struct guard_identity identity;
    enum error error = input_read(call, call_option(call, "licence"), &fault, &licence);
    if (!error)
        error = licence_number(call, licence, &fault, &licence_name);
    if (!error)
        error = rule_name(number, "NUMBER", &fault);
    /* A folder that is there was made by an enrolment whose act did not arrive: tell it again. */
    bool again =
        !error && guard_identify(call->os, folder, &call->arena, NULL, &identity) == ERROR_OK;
    if (!error && !again)
        error = make_folder(call, number, licence, &fault);
    if (!error && !again)
        error = guard_identify(call->os, folder, &call->arena, &fault, &identity);
    if (!error && again && strcmp(identity.installation, number) != 0)
        error = fault_set(
            &fault, ERROR_EXISTS, folder, "the folder of this installation", "%s",
            identity.installation);
    struct datum body;
    if (!error)
        error = make_body(call, &identity, licence_name, &fault, &body);
    if (error)
        return call_fail(call, &fault);
    char file[128];
    snprintf(file, sizeof file, "%s/%s", file_word(FILE_INSTALLATION), number);
    int code = act_do(call, file, "enrol", &body);
    if (code != EXIT_DONE)
        fprintf(
            call->err, "The folder %s is made; the same command posts the act again.\n", folder);
    return code;
}

/* --- Looking at a folder, replacing documents --------------------------------------------- */

static int run_identify(struct call *call)
{
    struct fault fault = {0};
    struct guard_identity identity;
    enum error error = guard_identify(call->os, call->operands[0], &call->arena, &fault, &identity);
    if (error)
        return call_fail(call, &fault);
    char id[KEY_ID_TEXT_SIZE], time[TIME_TEXT_SIZE], digests[4][DIGEST_TEXT_SIZE];
    struct key_id key = public_key_id(&identity.key);
    const struct {
        const char *name, *value;
    } lines[] = {
        {"installation", identity.installation},
        {"url", identity.url},
        {"authority", digest_text(&identity.authority, digests[0])},
        {"certificate", digest_text(&identity.certificate, digests[1])},
        {"licence", digest_text(&identity.licence, digests[2])},
        {"guard", key_id_text(&key, id)},
        {"first-key", digest_text(&identity.first_key_hash, digests[3])},
        {"enrolled", time_text(identity.enrolled, time)},
    };
    struct buffer text = {0};
    struct json_writer writer;
    call_json_begin(&writer, &text);
    if (call->json)
        json_write_object(&writer);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (call->json)
            json_put_string(&writer, lines[i].name, lines[i].value);
        else
            buffer_printf(&text, "%s: %s\n", lines[i].name, lines[i].value);
    }
    if (call->json) {
        json_write_object_end(&writer);
        return call_json_end(call, &writer, &text);
    }
    int code = call_print(call, &text);
    buffer_free(&text);
    return code;
}

static int run_replace(struct call *call)
{
    struct fault fault = {0};
    struct bytes document;
    enum error error = input_read(call, call->operands[1], &fault, &document);
    if (!error)
        error = guard_replace_document(
            call->os, call->operands[0], document, call_switch(call, "demo"), &fault);
    if (error)
        return call_fail(call, &fault);
    fprintf(
        call->out, "%s: replaced; the guard takes it when it is next opened\n", call->operands[0]);
    return EXIT_DONE;
}

/* --- Rows --------------------------------------------------------------------------------- */

static const struct command_option enrol_options[] = {
    {.name = "folder", .value = "DIR", .needed = true, .words = "The guard's folder, to be made"},
    {.name = "place", .value = "TEXT", .needed = true, .words = "Where the system is installed"},
    {.name = "certificate", .value = "FILE", .needed = true, .words = "The certificate in force"},
    {.name = "licence", .value = "FILE", .needed = true, .words = "The licence under it"},
    {.name = "roll", .value = "FILE", .needed = true, .words = "The agency's roll of operators"},
    {.name = "build",
     .value = "HEX",
     .needed = true,
     .words = "SHA-256 of the build that is installed, which was tested"},
    {.name = "escrow",
     .value = "FILE",
     .needed = true,
     .words = "Where the first key of the records goes; it is given out once"},
    OPTION_KEY,
    OPTION_PASSPHRASE_FILE,
    {.name = "guard-passphrase-file",
     .value = "FILE",
     .words = "Seal the guard's key with the passphrase in this file"},
    OPTION_URL,
    OPTION_ROOT,
    OPTION_PIN,
    OPTION_DEMO,
    OPTIONS_ACT,
    OPTION_FORCE,
    OPTION_CA_FILE,
    OPTION_JSON,
    {0},
};

static const struct command_option identify_options[] = {
    OPTION_JSON,
    {0},
};

static const struct command_option replace_options[] = {
    OPTION_DEMO,
    {0},
};

static const struct command rows[] = {
    {
        .name = "installation enrol",
        .summary = "Make a guard's folder and enrol the installation at the authority",
        .operands = "NUMBER",
        .least = 1,
        .most = 1,
        .options = enrol_options,
        .text =
            "The folder holds the guard's own key, the documents and the record log. The act is\n"
            "signed by a desk officer with --key. The escrow file is needed to check the tags of\n"
            "the records later: give it to who keeps it for the agency and remove it.\n",
        .examples = "enduse installation enrol IN-0001 --folder guard --place 'The capital' \\\n"
                    "    --certificate EC.certificate --licence IL.licence --roll R.roll \\\n"
                    "    --build \"$(sha256sum build.img | cut -d' ' -f1)\" \\\n"
                    "    --escrow IN-0001.escrow --key desk.key --url http://127.0.0.1:7243\n",
        .run = run_enrol,
    },
    {
        .name = "installation identify",
        .summary = "Show what a guard's folder says of itself",
        .operands = "DIR",
        .least = 1,
        .most = 1,
        .options = identify_options,
        .text = "Nothing is verified.\n",
        .examples = "enduse installation identify guard\n",
        .run = run_identify,
    },
    {
        .name = "installation replace",
        .summary = "Put a newer roll or licence into a guard's folder",
        .operands = "DIR FILE",
        .least = 2,
        .most = 2,
        .options = replace_options,
        .text = "It is verified first. The guard must not run; it takes the document when it is\n"
                "next opened.\n",
        .examples = "enduse installation replace guard R2.roll\n",
        .run = run_replace,
    },
};

const struct command_rows enrol_commands = COMMAND_ROWS(rows);
