/* The operating system behind a small table: files, clocks, randomness.
 *
 * Whatever must survive a crash, or must be tested to fail at its N-th call, goes through a
 * `const struct os *` that its owner was given; os_system is the real one. The functions follow
 * POSIX: -1 (or a short count) and errno. Retrying and syncing are in the helpers below.
 */
#ifndef ENDUSE_BASE_OS_H
#define ENDUSE_BASE_OS_H

#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

#include "base/bytes.h"
#include "base/calendar.h"

struct os {
    int (*open)(const char *path, int flags, mode_t mode); /* O_CLOEXEC is added */
    int (*close)(int file);
    ssize_t (*read)(int file, void *data, size_t size);
    ssize_t (*pread)(int file, void *data, size_t size, off_t offset);
    ssize_t (*write)(int file, const void *data, size_t size);
    ssize_t (*pwrite)(int file, const void *data, size_t size, off_t offset);
    int (*fsync)(int file);
    int (*fdatasync)(int file);
    int (*allocate)(int file, off_t offset, off_t length); /* posix_fallocate, result in errno */
    int (*truncate)(int file, off_t length);
    int (*stat)(int file, struct stat *ret_stat);
    int (*rename)(const char *from, const char *to);
    int (*unlink)(const char *path);
    int (*mkdir)(const char *path, mode_t mode);
    int (*lock)(int file); /* flock, exclusive, without waiting */
    int (*clock)(clockid_t clock, struct timespec *ret_time);
    int (*random)(void *data, size_t size); /* getrandom, whole or -1 */
};

extern const struct os os_system;

/* Milliseconds since 1970 of the wall clock (CLOCK_REALTIME). */
enum error os_wall_time(const struct os *os, millis *ret_time);

/* Milliseconds since boot, sleep included (CLOCK_BOOTTIME): what a lease is counted by. */
enum error os_boot_time(const struct os *os, millis *ret_time);

/* The kernel's id of this boot: 16 bytes of /proc/sys/kernel/random/boot_id. */
enum error os_boot_id(const struct os *os, struct fault *fault, uint8_t ret_id[16]);

/* Reads a whole file of at most limit bytes into *ret_content (appended; as before on failure). */
enum error os_read_file(
    const struct os *os, const char *path, size_t limit, struct fault *fault,
    struct buffer *ret_content);

/* Replaces a file so that after a crash it is the old or the new one, whole: writes PATH.new,
 * fsync, rename, fsync of the folder. mode as for open(2). */
enum error os_replace_file(
    const struct os *os, const char *path, struct bytes content, mode_t mode, struct fault *fault);

/* As os_replace_file, but refuses with ERROR_EXISTS when the file is there; on any other failure
 * no file is left. */
enum error os_create_file(
    const struct os *os, const char *path, struct bytes content, mode_t mode, struct fault *fault);

/* Makes the folder and its parents where missing; fsyncs each parent that gained an entry. */
enum error os_make_folder(const struct os *os, const char *path, mode_t mode, struct fault *fault);

/* fsync of a folder, so that names in it are durable. */
enum error os_sync_folder(const struct os *os, const char *path, struct fault *fault);

/* Writes all of it at an offset, resuming short writes and EINTR. */
enum error os_write_at(const struct os *os, int file, struct bytes content, off_t offset);

#endif
