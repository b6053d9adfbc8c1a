/* Passphrases and other secrets from a file or the terminal, and loading keys with them. */
#include "cli/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { INTERRUPT = 3 }; /* Ctrl-C */

/* The first line of the file, without its end. */
static enum error first_line(
    struct call *call, const char *path, const char *option, struct fault *fault,
    struct buffer *ret_line)
{
    if (!buffer_reserve(ret_line, PASSPHRASE_MAX + 2))
        return fault_place(fault, ERROR_MEMORY, "%s", path);
    ret_line->length = 0;
    enum error error = os_read_file(call->os, path, PASSPHRASE_MAX + 1, fault, ret_line);
    if (error)
        return error;
    const void *end = memchr(ret_line->data, '\n', ret_line->length);
    if (end)
        ret_line->length = (size_t)((const uint8_t *)end - ret_line->data);
    if (ret_line->length == 0)
        return fault_set(fault, ERROR_USAGE, option, "it in the first line", "an empty line");
    return ERROR_OK;
}

enum error passphrase_from_file(
    struct call *call, const char *path, struct fault *fault, struct buffer *ret_passphrase)
{
    return first_line(call, path, "--passphrase-file", fault, ret_passphrase);
}

/* Reads a line from the terminal into the buffer, which has room. */
static enum error read_line(int terminal, struct fault *fault, struct buffer *line)
{
    for (;;) {
        uint8_t byte;
        ssize_t got = read(terminal, &byte, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fault_place(fault, error_from_errno(errno), "the terminal");
        if (got == 0 || byte == '\n')
            return ERROR_OK;
        if (byte == INTERRUPT)
            return fault_place(fault, ERROR_CANCELLED, "the passphrase");
        if (line->length >= PASSPHRASE_MAX)
            return fault_place(fault, ERROR_TOO_LARGE, "the passphrase");
        line->data[line->length++] = byte;
    }
}

/* Asks at the terminal itself, so that input and output may be redirected. */
static enum error ask(const char *words, struct fault *fault, struct buffer *ret_passphrase)
{
    if (!buffer_reserve(ret_passphrase, PASSPHRASE_MAX))
        return fault_place(fault, ERROR_MEMORY, "the passphrase");
    ret_passphrase->length = 0;
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    struct termios before;
    if (terminal < 0 || tcgetattr(terminal, &before) != 0) {
        if (terminal >= 0)
            close(terminal);
        return fault_set(fault, ERROR_KEY_SEALED, "the passphrase", "a terminal to ask at", "none");
    }
    struct termios silent = before;
    /* Ctrl-C ends the line and not the process, which would leave the terminal without echo. */
    silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    silent.c_cc[VEOL] = INTERRUPT;
    (void)tcsetattr(terminal, TCSAFLUSH, &silent);
    dprintf(terminal, "%s: ", words);
    enum error error = read_line(terminal, fault, ret_passphrase);
    (void)tcsetattr(terminal, TCSAFLUSH, &before);
    dprintf(terminal, "\n");
    close(terminal);
    return error;
}

enum error
key_load(struct call *call, const char *path, struct fault *fault, struct private_key **ret_key)
{
    bool sealed = false;
    struct buffer passphrase = {0};
    enum error error = private_key_is_sealed(call->os, path, fault, &sealed);
    const char *file = call_option(call, "passphrase-file");
    if (!error && sealed && file)
        error = passphrase_from_file(call, file, fault, &passphrase);
    else if (!error && sealed)
        error = ask("Passphrase of the key", fault, &passphrase);
    if (!error)
        error = private_key_load(call->os, path, buffer_view(&passphrase), fault, ret_key);
    secret_buffer_free(&passphrase);
    return error;
}

enum error key_of_call(struct call *call, struct fault *fault, struct private_key **ret_key)
{
    const char *path = call_option(call, "key");
    if (!path)
        return fault_set(fault, ERROR_USAGE, "--key", "your private key (or ENDUSE_KEY)", "none");
    enum error error = call->key ? ERROR_OK : key_load(call, path, fault, &call->key);
    if (!error)
        *ret_key = call->key;
    return error;
}

enum error secret_of_call(
    struct call *call, const char *option, const char *words, struct fault *fault,
    struct buffer *ret_secret)
{
    const char *path = call_option(call, option);
    if (path)
        return first_line(call, path, option, fault, ret_secret);
    enum error error = ask(words, fault, ret_secret);
    return error == ERROR_KEY_SEALED
               ? fault_set(fault, ERROR_USAGE, option, "a file, or a terminal to ask at", "none")
               : error;
}

enum error passphrase_new(struct call *call, struct fault *fault, struct buffer *ret_passphrase)
{
    const char *file = call_option(call, "passphrase-file");
    if (file)
        return passphrase_from_file(call, file, fault, ret_passphrase);
    struct buffer again = {0};
    enum error error = ask("New passphrase", fault, ret_passphrase);
    if (!error && ret_passphrase->length == 0)
        error = fault_set(fault, ERROR_USAGE, "the passphrase", "some characters", "none");
    if (!error)
        error = ask("The same again", fault, &again);
    if (!error && !secret_equal(buffer_view(ret_passphrase), buffer_view(&again)))
        error = fault_set(fault, ERROR_USAGE, "the passphrase", "the same twice", "two others");
    secret_buffer_free(&again);
    return error;
}
