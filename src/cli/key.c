/* enduse key: new, show, id. */
#include <string.h>

#include "cli/secrets.h"

/* The public key of a file: of NAME.pub, or of NAME.key without opening its secret. */
static enum error
load_public(struct call *call, const char *path, struct fault *fault, struct public_key *ret_key)
{
    enum error error = public_key_load(call->os, path, fault, ret_key);
    if (error != ERROR_KEY_FILE_OTHER)
        return error;
    struct private_key *key = NULL;
    error = key_load(call, path, fault, &key);
    if (!error)
        *ret_key = *private_key_public(key);
    private_key_free(key);
    return error;
}

static int print_key(struct call *call, const struct public_key *key, const char *place)
{
    char id_text[KEY_ID_TEXT_SIZE];
    char public_text[2 * PUBLIC_KEY_MAX + 1];
    struct key_id id = public_key_id(key);
    key_id_text(&id, id_text);
    hex_text(public_key_view(key), public_text);
    struct buffer text = {0};
    if (call->json) {
        struct json_writer writer;
        struct buffer base64 = {0};
        base64url_append(&base64, public_key_view(key));
        call_json_begin(&writer, &text);
        json_write_object(&writer);
        if (place)
            json_put_string(&writer, "file", place);
        json_put_string(&writer, "id", id_text);
        json_put_object(&writer, "key"); /* as documents carry it */
        json_put_string(&writer, "kind", "key");
        json_put_string(&writer, "type", key_type_text(key->type));
        json_put_string_bytes(&writer, "public-key", buffer_view(&base64));
        json_write_object_end(&writer);
        json_write_object_end(&writer);
        if (base64.error && !writer.error)
            writer.error = base64.error;
        buffer_free(&base64);
        return call_json_end(call, &writer, &text);
    }
    if (place)
        buffer_printf(&text, "file: %s\n", place);
    buffer_printf(
        &text, "id: %s\ntype: %s\npublic: %s\n", id_text, key_type_text(key->type), public_text);
    int code = call_print(call, &text);
    buffer_free(&text);
    return code;
}

static int run_new(struct call *call)
{
    const char *name = call->operands[0];
    struct fault fault = {0};
    struct buffer passphrase = {0};
    struct private_key *key = NULL;
    enum error error = ERROR_OK;
    if (text_ends(name, ".key") || text_ends(name, ".pub"))
        return call_usage(call, "give the name without its ending, which is added");
    if (*name == '\0' || text_ends(name, "/"))
        return call_usage(call, "NAME is empty");
    if (call_switch(call, "passphrase") || call_option(call, "passphrase-file"))
        error = passphrase_new(call, &fault, &passphrase);
    if (!error)
        error = private_key_generate(call->os, KEY_ED25519, &fault, &key);
    const struct key_seal seal = {.passphrase = buffer_view(&passphrase)};
    if (!error)
        error = key_files_create(call->os, name, key, &seal, &fault);
    int code = error ? call_fail(call, &fault) : print_key(call, private_key_public(key), NULL);
    private_key_free(key);
    secret_buffer_free(&passphrase);
    return code;
}

static int run_show(struct call *call)
{
    struct fault fault = {0};
    struct public_key key;
    enum error error = load_public(call, call->operands[0], &fault, &key);
    return error ? call_fail(call, &fault) : print_key(call, &key, call->operands[0]);
}

static int run_id(struct call *call)
{
    struct fault fault = {0};
    struct public_key key;
    enum error error = load_public(call, call->operands[0], &fault, &key);
    if (error)
        return call_fail(call, &fault);
    char text[KEY_ID_TEXT_SIZE];
    struct key_id id = public_key_id(&key);
    fprintf(call->out, "%s\n", key_id_text(&id, text));
    return EXIT_DONE;
}

static const struct command_option new_options[] = {
    {.name = "passphrase", .words = "Seal the private key; the passphrase is asked for"},
    {.name = "passphrase-file",
     .value = "FILE",
     .words = "Seal it with the passphrase in this file's first line"},
    OPTION_JSON,
    {0},
};

static const struct command_option show_options[] = {
    OPTION_PASSPHRASE_FILE,
    OPTION_JSON,
    {0},
};

static const struct command_option id_options[] = {
    OPTION_PASSPHRASE_FILE,
    {0},
};

static const struct command rows[] = {
    {
        .name = "key new",
        .summary = "Make a key pair: NAME.key and NAME.pub",
        .operands = "NAME",
        .least = 1,
        .most = 1,
        .options = new_options,
        .text = "The key is of the type Ed25519. NAME.key is readable by you alone; keep it where\n"
                "only its owner is, best with a passphrase. NAME.pub may go to anybody.\n"
                "Nobody can make the private key again when it is lost.\n",
        .examples = "enduse key new desk\n"
                    "enduse key new --passphrase signatory\n",
        .run = run_new,
    },
    {
        .name = "key show",
        .summary = "Show a key's id and public key",
        .operands = "FILE",
        .least = 1,
        .most = 1,
        .options = show_options,
        .text = "With --json the member \"key\" is as documents carry it: put it into the JSON of\n"
                "a root, certificate, roll or delegation.\n",
        .examples = "enduse key show signatory.pub\n"
                    "enduse key show --json operator.pub\n",
        .run = run_show,
    },
    {
        .name = "key id",
        .summary = "Print a key's id, its fingerprint",
        .operands = "FILE",
        .least = 1,
        .most = 1,
        .options = id_options,
        .text =
            "The id is SHA-256 of the public key, in 64 hexadecimal digits. It is what is read\n"
            "out over a second channel when a state's signatory is enrolled.\n",
        .examples = "enduse key id signatory.pub\n",
        .run = run_id,
    },
};

const struct command_rows key_commands = COMMAND_ROWS(rows);
