/* Reading and writing files for commands; roots and moments. */
#include "cli/files.h"

#include <fcntl.h>
#include <string.h>

enum error
input_read(struct call *call, const char *path, struct fault *fault, struct bytes *ret_bytes)
{
    struct buffer content = {0};
    enum error error = os_read_file(call->os, path, INPUT_MAX, fault, &content);
    if (!error) {
        struct bytes copy = arena_copy(&call->arena, buffer_view(&content));
        if (copy.data)
            *ret_bytes = copy;
        else
            error = fault_place(fault, ERROR_MEMORY, "%s", path);
    }
    buffer_free(&content);
    return error;
}

enum error
output_replace(struct call *call, const char *path, struct bytes content, struct fault *fault)
{
    struct stat status;
    int file = call->os->open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    if (file >= 0) {
        bool plain = call->os->stat(file, &status) == 0 && S_ISREG(status.st_mode);
        call->os->close(file);
        /* A new file takes the old one's name: a device or folder would be gone. */
        if (!plain)
            return fault_set(fault, ERROR_EXISTS, path, "a plain file", "a device or folder");
    }
    return os_replace_file(call->os, path, content, 0644, fault);
}

enum error
output_write(struct call *call, const char *path, struct bytes content, struct fault *fault)
{
    return call_switch(call, "force") ? output_replace(call, path, content, fault)
                                      : os_create_file(call->os, path, content, 0644, fault);
}

bool is_envelope(struct bytes bytes)
{
    /* Major type 6: tags 18 and 98. */
    return bytes.length && bytes.data[0] >> 5 == 6;
}

enum error input_payload(
    struct call *call, const char *path, struct fault *fault, struct bytes *ret_payload,
    struct digest *ret_digest)
{
    struct bytes bytes;
    enum error error = input_read(call, path, fault, &bytes);
    if (error)
        return error;
    if (!is_envelope(bytes)) {
        *ret_payload = bytes;
        *ret_digest = sha256_of(bytes);
        return ERROR_OK;
    }
    struct unverified_envelope envelope;
    error = cose_peek_unverified(bytes, fault, &envelope);
    if (error)
        return fault_within(fault, error, "%s", path);
    *ret_payload = envelope.payload;
    *ret_digest = envelope.digest;
    return ERROR_OK;
}

enum error
roots_read(struct call *call, struct fault *fault, struct bytes **ret_roots, size_t *ret_count)
{
    size_t count = 0;
    while (call_option_at(call, "root", count))
        count++;
    struct bytes *roots = ARENA_ARRAY(&call->arena, struct bytes, count + 1);
    if (!roots)
        return fault_place(fault, ERROR_MEMORY, "--root");
    if (count == 0)
        return fault_set(
            fault, ERROR_USAGE, "--root", "the authority's root (or ENDUSE_ROOT)", "none");
    for (size_t i = 0; i < count; i++) {
        enum error error = input_read(call, call_option_at(call, "root", i), fault, &roots[i]);
        if (error)
            return error;
    }
    *ret_roots = roots;
    *ret_count = count;
    return ERROR_OK;
}

enum error pin_of_call(struct call *call, struct fault *fault, const struct digest **ret_pin)
{
    const char *pin = call_option(call, "pin");
    *ret_pin = NULL;
    if (!pin)
        return ERROR_OK;
    struct digest *pinned = ARENA_NEW(&call->arena, struct digest);
    if (!pinned)
        return fault_place(fault, ERROR_MEMORY, "--pin");
    enum error error = hex_parse(bytes_of(pin), fault, pinned->bytes, DIGEST_SIZE);
    if (error)
        return fault_within(fault, error, "--pin");
    *ret_pin = pinned;
    return ERROR_OK;
}

enum error
roots_open(struct call *call, bool demo_allowed, struct fault *fault, struct root_chain *ret_chain)
{
    struct bytes *roots;
    size_t count;
    const struct digest *pinned;
    enum error error = roots_read(call, fault, &roots, &count);
    if (!error)
        error = pin_of_call(call, fault, &pinned);
    if (error)
        return error;
    error = root_chain_open(roots, count, pinned, demo_allowed, fault, ret_chain);
    return error ? fault_within(fault, error, "--root") : ERROR_OK;
}

enum error moment_parse(struct call *call, const char *text, struct fault *fault, millis *ret_time)
{
    if (!text_starts(text, "now"))
        return time_parse(bytes_of(text), fault, ret_time);
    millis now;
    enum error error = os_wall_time(call->os, &now);
    if (error)
        return fault_place(fault, error, "the clock");
    now -= now % MILLIS_SECOND;
    const char *rest = text + strlen("now");
    millis span = 0;
    if (*rest == '+' || *rest == '-')
        error = span_parse(bytes_of(rest + 1), fault, &span);
    else if (*rest)
        error = fault_set(
            fault, ERROR_TIME_TEXT, "time", "2026-03-02T09:00:00Z, now, or now+30d", "\"%.40s\"",
            text);
    if (!error && span > days_from_civil(9999, 1, 1) * MILLIS_DAY - now)
        error =
            fault_set(fault, ERROR_TIME_TEXT, "time", "a time before the year 9999", "%s", text);
    if (error)
        return error;
    *ret_time = *rest == '-' ? now - span : now + span;
    return ERROR_OK;
}

enum error
moment_of_call(struct call *call, const char *option, struct fault *fault, millis *ret_time)
{
    const char *text = call_option(call, option);
    enum error error = moment_parse(call, text ? text : "now", fault, ret_time);
    return error && text ? fault_within(fault, error, "--%s", option) : error;
}
