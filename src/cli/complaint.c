/* enduse complaint make, follow: for anyone, without an account or a key. */
#include <string.h>

#include "authority/complaint.h"
#include "cli/api.h"
#include "cli/compose.h"
#include "cli/secrets.h"
#include "http/client.h"

/* The complaint as JSON text, checked as the authority will check it. */
static enum error make_text(struct call *call, struct fault *fault, struct buffer *ret_text)
{
    const struct compose compose = {
        .layout = &complaint_layout,
        .assignments = call->operands,
        .assignment_count = call->operand_count,
    };
    const struct json *json;
    struct complaint complaint;
    bool rewritten;
    enum error error = compose_json(call, &compose, fault, &json, &rewritten);
    if (!error)
        error = layout_read_json(&complaint_layout, json, &call->arena, fault, &complaint);
    if (!error)
        error = complaint_check(&complaint, fault);
    if (error)
        return compose_fault(&compose, rewritten, error, fault);
    struct json_writer writer;
    json_writer_begin(&writer, ret_text, 0);
    layout_write_json(&complaint_layout, &complaint, &writer);
    error = json_writer_end(&writer);
    return error ? fault_place(fault, error, "complaint") : ERROR_OK;
}

static int run_make(struct call *call)
{
    struct fault fault = {0};
    struct buffer text = {0};
    struct api_reply reply;
    enum error error = make_text(call, &fault, &text);
    if (!error) {
        const struct http_call request = {
            .method = "POST", .type = "application/json", .body = buffer_view(&text)};
        error = api_call_once(call, &request, "/api/v1/complaints", &fault, &reply);
    }
    buffer_free(&text);
    if (error)
        return call_fail(call, &fault);
    return reply.status == 201 ? api_print(call, &reply) : api_refused(call, &reply);
}

/* The secret as the header has it: hexadecimal, so that no other byte gets into a request. */
static enum error
take_secret(struct call *call, struct fault *fault, char ret_secret[2 * ID_SIZE + 1])
{
    struct buffer line = {0};
    uint8_t secret[ID_SIZE];
    enum error error = secret_of_call(call, "secret-file", "Secret of the complaint", fault, &line);
    if (!error) {
        error = hex_parse(buffer_view(&line), fault, secret, sizeof secret);
        if (error)
            fault_within(fault, error, "the secret");
    }
    if (!error)
        hex_text((struct bytes){secret, sizeof secret}, ret_secret);
    secret_wipe(secret, sizeof secret);
    secret_buffer_free(&line);
    return error;
}

static int run_follow(struct call *call)
{
    struct fault fault = {0};
    struct api_reply reply;
    struct buffer path = {0};
    char secret[2 * ID_SIZE + 1] = "";
    const struct http_client_field field = {"Complaint-Secret", secret};
    const struct http_call request = {.method = "GET", .fields = &field, .field_count = 1};
    enum error error = rule_name(call->operands[0], "REFERENCE", &fault);
    if (!error)
        error = take_secret(call, &fault, secret);
    buffer_printf(&path, "/api/v1/complaints/%s", call->operands[0]);
    const char *text = buffer_text(&path);
    if (!error)
        error = text ? api_call_once(call, &request, text, &fault, &reply)
                     : fault_place(&fault, ERROR_MEMORY, "REFERENCE");
    buffer_free(&path);
    secret_wipe(secret, sizeof secret);
    if (error)
        return call_fail(call, &fault);
    return reply.status == 200 ? api_print(call, &reply) : api_refused(call, &reply);
}

static const struct command_option options[] = {OPTION_URL, OPTION_CA_FILE, OPTION_JSON, {0}};

static const struct command_option follow_options[] = {
    {.name = "secret-file",
     .value = "FILE",
     .words = "Its first line is the secret, instead of asking"},
    OPTION_URL,
    OPTION_CA_FILE,
    OPTION_JSON,
    {0},
};

static const struct command rows[] = {
    {
        .name = "complaint make",
        .summary = "Complain about a use of a licensed system",
        .operands = "NAME=VALUE...",
        .least = 1,
        .most = SIZE_MAX,
        .options = options,
        .text =
            "No account and no key are needed. Evidence is what you could show: court-file,\n"
            "device, document, message, network-log, other, publication, witness. The contact\n"
            "is kept apart from the complaint, for those alone who work on it; without it nobody\n"
            "can ask you. Do not say who you are in the other members.\n"
            "\n"
            "The answer is a reference and a secret. Keep both: the authority keeps the secret\n"
            "nowhere.\n",
        .says = &complaint_layout,
        .examples = "enduse complaint make what='My telephone was taken over.' when='March' \\\n"
                    "    where='The capital' evidence=device evidence=message\n",
        .run = run_make,
    },
    {
        .name = "complaint follow",
        .summary = "See what became of a complaint",
        .operands = "REFERENCE",
        .least = 1,
        .most = 1,
        .options = follow_options,
        .text =
            "The secret is asked for at the terminal, or read from a file: on the command line\n"
            "others on this machine could see it.\n",
        .examples = "enduse complaint follow CP-3f9ac04b7712 --secret-file secret.txt\n",
        .run = run_follow,
    },
};

const struct command_rows complaint_commands = COMMAND_ROWS(rows);
