/* The real operating system, and durable files on top of any. */
#include "base/os.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/text.h"

static int system_open(const char *path, int flags, mode_t mode)
{
    return open(path, flags | O_CLOEXEC, mode);
}

static int system_allocate(int file, off_t offset, off_t length)
{
    int failure = posix_fallocate(file, offset, length);
    if (failure)
        errno = failure;
    return failure ? -1 : 0;
}

static int system_lock(int file)
{
    return flock(file, LOCK_EX | LOCK_NB);
}

static int system_random(void *data, size_t size)
{
    uint8_t *at = data;
    while (size) {
        ssize_t got = getrandom(at, size, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        at += got;
        size -= (size_t)got;
    }
    return 0;
}

const struct os os_system = {
    .open = system_open,
    .close = close,
    .read = read,
    .pread = pread,
    .write = write,
    .pwrite = pwrite,
    .fsync = fsync,
    .fdatasync = fdatasync,
    .allocate = system_allocate,
    .truncate = ftruncate,
    .stat = fstat,
    .rename = rename,
    .unlink = unlink,
    .mkdir = mkdir,
    .lock = system_lock,
    .clock = clock_gettime,
    .random = system_random,
};

static enum error read_clock(const struct os *os, clockid_t clock, millis *ret_time)
{
    struct timespec now;
    if (os->clock(clock, &now) != 0)
        return ERROR_CLOCK;
    *ret_time = (millis)now.tv_sec * MILLIS_SECOND + now.tv_nsec / 1000000;
    return ERROR_OK;
}

enum error os_wall_time(const struct os *os, millis *ret_time)
{
    return read_clock(os, CLOCK_REALTIME, ret_time);
}

enum error os_boot_time(const struct os *os, millis *ret_time)
{
    return read_clock(os, CLOCK_BOOTTIME, ret_time);
}

enum error os_boot_id(const struct os *os, struct fault *fault, uint8_t ret_id[16])
{
    static const char path[] = "/proc/sys/kernel/random/boot_id";
    struct buffer text = {0};
    enum error error = os_read_file(os, path, 64, fault, &text);
    if (!error) {
        /* A UUID in its usual text: drop the dashes and the end of line. */
        uint8_t digits[32];
        size_t count = 0;
        for (size_t i = 0; i < text.length && count < sizeof digits; i++) {
            if (text.data[i] != '-' && text.data[i] != '\n')
                digits[count++] = text.data[i];
        }
        error = hex_parse((struct bytes){digits, count}, fault, ret_id, 16);
        if (error)
            fault_within(fault, error, "%s", path);
    }
    buffer_free(&text);
    return error;
}

static enum error failed(struct fault *fault, const char *path)
{
    int number = errno;
    return fault_set(fault, error_from_errno(number), path, NULL, "%s", strerror(number));
}

enum error os_read_file(
    const struct os *os, const char *path, size_t limit, struct fault *fault,
    struct buffer *ret_content)
{
    int file = os->open(path, O_RDONLY, 0);
    if (file < 0)
        return failed(fault, path);
    size_t before = ret_content->length;
    enum error error = ERROR_OK;
    for (;;) {
        uint8_t part[16384];
        ssize_t got = os->read(file, part, sizeof part);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            error = failed(fault, path);
            break;
        }
        if (got == 0)
            break;
        if ((size_t)got > limit - (ret_content->length - before)) {
            error = fault_set(
                fault, ERROR_TOO_LARGE, path, "a file within the limit", "more than %zu bytes",
                limit);
            break;
        }
        buffer_append(ret_content, part, (size_t)got);
        if (ret_content->error) {
            error = fault_place(fault, ret_content->error, "%s", path);
            break;
        }
    }
    os->close(file);
    if (error)
        ret_content->length = before;
    return error;
}

enum error os_write_at(const struct os *os, int file, struct bytes content, off_t offset)
{
    while (content.length) {
        ssize_t put = os->pwrite(file, content.data, content.length, offset);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return error_from_errno(errno);
        if (put == 0)
            return ERROR_IO;
        content.data += put;
        content.length -= (size_t)put;
        offset += put;
    }
    return ERROR_OK;
}

/* The folder of a path: "a/b" gives "a", "b" gives ".", "/b" gives "/". */
static enum error folder_of(const char *path, char folder[PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 1;
    if (length >= PATH_MAX)
        return ERROR_TOO_LARGE;
    if (!slash)
        memcpy(folder, ".", 2);
    else if (length == 0)
        memcpy(folder, "/", 2);
    else {
        memcpy(folder, path, length);
        folder[length] = '\0';
    }
    return ERROR_OK;
}

enum error os_sync_folder(const struct os *os, const char *path, struct fault *fault)
{
    int folder = os->open(path, O_RDONLY | O_DIRECTORY, 0);
    if (folder < 0)
        return failed(fault, path);
    enum error error = os->fsync(folder) == 0 ? ERROR_OK : failed(fault, path);
    os->close(folder);
    return error;
}

static enum error write_new_file(
    const struct os *os, const char *path, int flags, struct bytes content, mode_t mode,
    struct fault *fault)
{
    int file = os->open(path, O_WRONLY | O_CREAT | flags, mode);
    if (file < 0)
        return failed(fault, path);
    enum error error = os_write_at(os, file, content, 0);
    if (error)
        error = fault_place(fault, error, "%s", path);
    else if (os->fsync(file) != 0)
        error = failed(fault, path);
    if (os->close(file) != 0 && !error)
        error = failed(fault, path);
    if (error)
        os->unlink(path);
    return error;
}

enum error os_replace_file(
    const struct os *os, const char *path, struct bytes content, mode_t mode, struct fault *fault)
{
    char fresh[PATH_MAX], folder[PATH_MAX];
    int length = snprintf(fresh, sizeof fresh, "%s.new", path);
    if (length < 0 || (size_t)length >= sizeof fresh || folder_of(path, folder))
        return fault_place(fault, ERROR_TOO_LARGE, "%s", path);
    enum error error = write_new_file(os, fresh, O_TRUNC, content, mode, fault);
    if (error)
        return error;
    if (os->rename(fresh, path) != 0) {
        error = failed(fault, path);
        os->unlink(fresh);
        return error;
    }
    return os_sync_folder(os, folder, fault);
}

enum error os_create_file(
    const struct os *os, const char *path, struct bytes content, mode_t mode, struct fault *fault)
{
    char folder[PATH_MAX];
    if (folder_of(path, folder))
        return fault_place(fault, ERROR_TOO_LARGE, "%s", path);
    enum error error = write_new_file(os, path, O_EXCL, content, mode, fault);
    if (error)
        return error;
    error = os_sync_folder(os, folder, fault);
    if (error)
        os->unlink(path); /* ours: O_EXCL made it */
    return error;
}

enum error os_make_folder(const struct os *os, const char *path, mode_t mode, struct fault *fault)
{
    char part[PATH_MAX], parent[PATH_MAX];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof part)
        return fault_place(fault, ERROR_TOO_LARGE, "%s", path);
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (os->mkdir(part, mode) != 0) {
            if (errno == EEXIST)
                continue;
            return failed(fault, part);
        }
        enum error error = folder_of(part, parent);
        if (!error)
            error = os_sync_folder(os, parent, fault);
        if (error)
            return error;
    }
    return ERROR_OK;
}
