/* Key files on disk: modes, durability, and both files or none. */
#include "crypto/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "crypto/library.h"
#include "crypto/secret.h"

enum { PRIVATE_MODE = 0600, PUBLIC_MODE = 0644, OTHERS = 0077 };

static enum error failed(struct fault *fault, const char *path)
{
    int number = errno;
    return fault_set(fault, error_from_errno(number), path, NULL, "%s", strerror(number));
}

/* ---- writing ---- */

static enum error name_file(char path[PATH_MAX], const char *name, const char *end)
{
    int length = snprintf(path, PATH_MAX, "%s%s", name, end);
    return length < 0 || length >= PATH_MAX ? ERROR_TOO_LARGE : ERROR_OK;
}

enum error public_key_save(
    const struct os *os, const char *path, const struct public_key *key, struct fault *fault)
{
    struct buffer text = {0};
    enum error error = public_key_encode(key, fault, &text);
    if (!error)
        error = os_create_file(os, path, buffer_view(&text), PUBLIC_MODE, fault);
    buffer_free(&text);
    return error;
}

static enum error private_key_save(
    const struct os *os, const char *path, struct private_key *key, const struct key_seal *seal,
    struct fault *fault)
{
    struct buffer text = {0};
    enum error error = private_key_encode(os, key, seal, fault, &text);
    if (!error)
        error = os_create_file(os, path, buffer_view(&text), PRIVATE_MODE, fault);
    secret_buffer_free(&text);
    return error;
}

enum error key_files_create(
    const struct os *os, const char *name, struct private_key *key, const struct key_seal *seal,
    struct fault *fault)
{
    char private[PATH_MAX], public[PATH_MAX];
    enum error error = name_file(private, name, ".key");
    if (!error)
        error = name_file(public, name, ".pub");
    if (error)
        return fault_place(fault, error, "%s", name);
    /* os_create_file leaves nothing when it fails, so what is removed here is our own. */
    error = private_key_save(os, private, key, seal, fault);
    if (error)
        return error;
    error = public_key_save(os, public, private_key_public(key), fault);
    if (error)
        os->unlink(private);
    return error;
}

/* ---- reading ---- */

/* Reads at most KEY_FILE_MAX bytes to ret_text. */
static enum error read_text(
    const struct os *os, int file, const char *path, struct fault *fault,
    uint8_t ret_text[KEY_FILE_MAX + 1], size_t *ret_length)
{
    size_t length = 0;
    for (;;) {
        ssize_t got = os->read(file, ret_text + length, KEY_FILE_MAX + 1 - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failed(fault, path);
        if (got == 0)
            break;
        length += (size_t)got;
        if (length > KEY_FILE_MAX)
            return fault_set(
                fault, ERROR_TOO_LARGE, path, "a key file of at most 1024 bytes", NULL);
    }
    *ret_length = length;
    return ERROR_OK;
}

/* Judges the file that was opened, not the path, so that it cannot be exchanged in between. */
static enum error check_mode(const struct os *os, int file, const char *path, struct fault *fault)
{
    struct stat status;
    if (os->stat(file, &status) != 0)
        return failed(fault, path);
    if (!S_ISREG(status.st_mode))
        return fault_set(fault, ERROR_KEY_FILE_MODE, path, "a regular file", NULL);
    if (status.st_mode & OTHERS)
        return fault_set(
            fault, ERROR_KEY_FILE_MODE, path, "mode 0600 or 0400", "%04o",
            (unsigned)status.st_mode & 07777);
    return ERROR_OK;
}

static enum error read_key_file(
    const struct os *os, const char *path, bool secret, struct fault *fault,
    uint8_t ret_text[KEY_FILE_MAX + 1], size_t *ret_length)
{
    /* Without waiting: a named pipe in the place of a key must not hold the program up. */
    int file = os->open(path, O_RDONLY | O_NONBLOCK, 0);
    if (file < 0)
        return failed(fault, path);
    enum error error = secret ? check_mode(os, file, path, fault) : ERROR_OK;
    if (!error)
        error = read_text(os, file, path, fault, ret_text, ret_length);
    os->close(file);
    return error;
}

enum error private_key_load(
    const struct os *os, const char *path, struct bytes passphrase, struct fault *fault,
    struct private_key **ret_key)
{
    uint8_t text[KEY_FILE_MAX + 1];
    size_t length;
    enum error error = read_key_file(os, path, true, fault, text, &length);
    if (!error) {
        error = private_key_decode((struct bytes){text, length}, passphrase, fault, ret_key);
        if (error)
            fault_within(fault, error, "%s", path);
    }
    secret_wipe(text, sizeof text);
    return error;
}

enum error
private_key_is_sealed(const struct os *os, const char *path, struct fault *fault, bool *ret_sealed)
{
    uint8_t text[KEY_FILE_MAX + 1];
    size_t length;
    enum error error = read_key_file(os, path, true, fault, text, &length);
    if (!error) {
        error = key_text_is_sealed((struct bytes){text, length}, fault, ret_sealed);
        if (error)
            fault_within(fault, error, "%s", path);
    }
    secret_wipe(text, sizeof text);
    return error;
}

enum error public_key_load(
    const struct os *os, const char *path, struct fault *fault, struct public_key *ret_key)
{
    uint8_t text[KEY_FILE_MAX + 1];
    size_t length;
    enum error error = read_key_file(os, path, false, fault, text, &length);
    if (!error) {
        error = public_key_decode((struct bytes){text, length}, fault, ret_key);
        if (error)
            fault_within(fault, error, "%s", path);
    }
    secret_wipe(text, sizeof text);
    return error;
}
