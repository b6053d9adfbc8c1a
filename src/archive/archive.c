/* Archives and folders as lists of names with content. */
#include "archive/archive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct file {
    struct bytes name;
    struct bytes content; /* of an archive; of a folder none: it is read when it is asked for */
    size_t order;
};

struct archive {
    const struct os *os;
    struct buffer unpacked; /* of an archive */
    struct arena arena;
    const char *above; /* of a folder: what stands before the names, "" or "/data/" */
    struct file *files;
    size_t count, room;
};

static enum error no_memory(struct fault *fault)
{
    return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
}

static enum error
add(struct archive *archive, struct bytes name, struct bytes content, struct fault *fault)
{
    if (archive->count == ARCHIVE_FILES_MAX)
        return fault_set(fault, ERROR_TOO_LARGE, NULL, "at most 1048576 files", NULL);
    if (archive->count == archive->room) {
        size_t room = archive->room ? 2 * archive->room : 64;
        struct file *grown = reallocarray(archive->files, room, sizeof *grown);
        if (!grown)
            return no_memory(fault);
        archive->files = grown;
        archive->room = room;
    }
    archive->files[archive->count] = (struct file){name, content, archive->count};
    archive->count++;
    return ERROR_OK;
}

static int order_files(const void *a, const void *b)
{
    const struct file *x = a, *y = b;
    int order = bytes_compare(x->name, y->name);
    return order ? order : x->order < y->order ? -1 : x->order > y->order;
}

/* Sorts, and keeps of each name the last file. */
static void settle(struct archive *archive)
{
    size_t kept = 0;
    if (archive->count)
        qsort(archive->files, archive->count, sizeof *archive->files, order_files);
    for (size_t i = 0; i < archive->count; i++) {
        if (i + 1 < archive->count &&
            bytes_equal(archive->files[i].name, archive->files[i + 1].name))
            continue;
        archive->files[kept++] = archive->files[i];
    }
    archive->count = kept;
}

/* --- Tar ------------------------------------------------------------------------------------ */

static bool is_gzip(struct bytes bytes)
{
    return bytes.length >= 2 && bytes.data[0] == 0x1F && bytes.data[1] == 0x8B;
}

static enum error load_tar(struct archive *archive, const char *path, struct fault *fault)
{
    struct buffer raw = {0};
    enum error error = os_read_file(archive->os, path, ARCHIVE_SIZE_MAX, fault, &raw);
    if (!error && is_gzip(buffer_view(&raw))) {
        error = gzip_unpack(buffer_view(&raw), ARCHIVE_SIZE_MAX, fault, &archive->unpacked);
        buffer_free(&raw);
    } else {
        archive->unpacked = raw;
    }
    struct bytes tar = buffer_view(&archive->unpacked);
    size_t offset = 0;
    while (!error) {
        struct tar_file file;
        bool found;
        error = tar_next(tar, &offset, &archive->arena, fault, &file, &found);
        if (error || !found)
            break;
        error = add(archive, file.name, file.content, fault);
    }
    return error;
}

/* --- Folders -------------------------------------------------------------------------------- */

static enum error
walk(struct archive *archive, int folder, struct bytes name, unsigned depth, struct fault *fault);

/* "FOLDER/ENTRY", in the arena. */
static struct bytes join(struct arena *arena, struct bytes folder, const char *entry)
{
    size_t length = strlen(entry);
    uint8_t *name = arena_alloc(arena, folder.length + 1 + length + 1);
    if (!name)
        return (struct bytes){0};
    memcpy(name, folder.data, folder.length);
    name[folder.length] = '/';
    memcpy(name + folder.length + 1, entry, length);
    return (struct bytes){name, folder.length + 1 + length};
}

static enum error take_entry(
    struct archive *archive, int folder, struct bytes above, const char *entry, unsigned depth,
    struct fault *fault)
{
    struct stat status;
    if (strcmp(entry, ".") == 0 || strcmp(entry, "..") == 0)
        return ERROR_OK;
    if (fstatat(folder, entry, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return fault_place(fault, error_from_errno(errno), "%s", entry);
    struct bytes name = join(&archive->arena, above, entry);
    if (!name.data)
        return no_memory(fault);
    if (S_ISREG(status.st_mode))
        return add(archive, name, (struct bytes){0}, fault);
    if (!S_ISDIR(status.st_mode))
        return ERROR_OK;
    if (depth == ARCHIVE_DEPTH_MAX)
        return fault_set(fault, ERROR_TOO_LARGE, entry, "at most 64 folders deep", NULL);
    int below = openat(folder, entry, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below < 0)
        return fault_place(fault, error_from_errno(errno), "%s", entry);
    return walk(archive, below, name, depth + 1, fault);
}

/* Takes the files of an open folder, which it closes. */
static enum error
walk(struct archive *archive, int folder, struct bytes name, unsigned depth, struct fault *fault)
{
    DIR *entries = fdopendir(folder);
    if (!entries) {
        int number = errno;
        close(folder);
        return fault_set(fault, error_from_errno(number), NULL, NULL, NULL);
    }
    enum error error = ERROR_OK;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(entries);
        if (!entry)
            break;
        error = take_entry(archive, folder, name, entry->d_name, depth, fault);
        if (error)
            break;
    }
    if (!error && errno)
        error = fault_set(fault, error_from_errno(errno), NULL, NULL, NULL);
    closedir(entries);
    return error;
}

static enum error
load_folder(struct archive *archive, int folder, const char *path, struct fault *fault)
{
    /* Names begin with the folder's own: what stands before it is kept apart. */
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    archive->above = arena_text(&archive->arena, (struct bytes){(const uint8_t *)path, start});
    struct bytes name =
        arena_copy(&archive->arena, (struct bytes){(const uint8_t *)path + start, end - start});
    if (!archive->above || !name.data) {
        close(folder);
        return no_memory(fault);
    }
    return walk(archive, folder, name, 0, fault);
}

/* -------------------------------------------------------------------------------------------- */

enum error archive_open(
    const struct os *os, const char *path, struct fault *fault, struct archive **ret_archive)
{
    struct archive *archive = calloc(1, sizeof *archive);
    if (!archive)
        return no_memory(fault);
    archive->os = os;
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum error error =
        folder >= 0 ? load_folder(archive, folder, path, fault) : load_tar(archive, path, fault);
    if (error) {
        archive_free(archive);
        return error;
    }
    settle(archive);
    *ret_archive = archive;
    return ERROR_OK;
}

void archive_free(struct archive *archive)
{
    if (!archive)
        return;
    buffer_free(&archive->unpacked);
    arena_free(&archive->arena);
    free(archive->files);
    free(archive);
}

size_t archive_count(const struct archive *archive)
{
    return archive->count;
}

struct bytes archive_name_at(const struct archive *archive, size_t index)
{
    return archive->files[index].name;
}

static const struct file *find(const struct archive *archive, struct bytes name)
{
    size_t low = 0, high = archive->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = bytes_compare(archive->files[middle].name, name);
        if (order == 0)
            return &archive->files[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool archive_has(const struct archive *archive, struct bytes name)
{
    return find(archive, name) != NULL;
}

enum error archive_read(
    const struct archive *archive, struct bytes name, struct fault *fault,
    struct buffer *ret_content)
{
    const struct file *file = find(archive, name);
    if (!file)
        return fault_set(fault, ERROR_NOT_FOUND, NULL, NULL, NULL);
    if (!archive->above) {
        buffer_append_bytes(ret_content, file->content);
        return ret_content->error ? fault_set(fault, ret_content->error, NULL, NULL, NULL)
                                  : ERROR_OK;
    }
    struct buffer path = {0};
    buffer_append_text(&path, archive->above);
    buffer_append_bytes(&path, file->name);
    const char *text = buffer_text(&path);
    enum error error = text ? os_read_file(archive->os, text, ARCHIVE_FILE_MAX, fault, ret_content)
                            : no_memory(fault);
    buffer_free(&path);
    return error;
}
