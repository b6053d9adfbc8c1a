/* Files by name: of a tar archive, compressed by gzip or not, or of a folder with what is below it.
 * The face of archive/. Reading only, and regular files only. An archive is data from outside: it
 * writes nothing, and no name in it ever becomes a path of this machine. */
#ifndef ENDUSE_ARCHIVE_ARCHIVE_H
#define ENDUSE_ARCHIVE_ARCHIVE_H

#include "base/base.h"

enum {
    ARCHIVE_SIZE_MAX = 1 << 30,   /* bytes of an archive, unpacked */
    ARCHIVE_FILE_MAX = 256 << 20, /* bytes of a file in a folder */
    ARCHIVE_FILES_MAX = 1 << 20,
    ARCHIVE_DEPTH_MAX = 64, /* folders within one another */
};

struct archive;

/* Opens a file that is a tar archive, or a folder (links in it are not followed). Errors of the
 * system; ARCHIVE_GZIP (damaged), ARCHIVE_HEADER (not tar, with the offset), ARCHIVE_TRUNCATED,
 * TOO_LARGE, MEMORY. Where a name is there twice the last one counts, as when it is unpacked. */
MUST_CHECK enum error archive_open(
    const struct os *os, const char *path, struct fault *fault, struct archive **ret_archive);

void archive_free(struct archive *archive); /* NULL is fine */

/* The names, in ascending order of their bytes, for index below the count. Of a folder: from it on,
 * beginning with its own last name ("corpus/a.json"). They live as long as the archive. */
size_t archive_count(const struct archive *archive);
struct bytes archive_name_at(const struct archive *archive, size_t index);

/* Whether there is a file of that name. */
bool archive_has(const struct archive *archive, struct bytes name);

/* Appends the content of a file. NOT_FOUND, MEMORY, and of a folder the errors of the system. */
MUST_CHECK enum error archive_read(
    const struct archive *archive, struct bytes name, struct fault *fault,
    struct buffer *ret_content);

/* One file of a tar archive: both are views into it, or the name is in the arena. */
struct tar_file {
    struct bytes name;
    struct bytes content;
};

/* Goes through the bytes of a tar archive (POSIX ustar with pax headers, GNU's long names): takes
 * the file at *offset and moves *offset behind it; *ret_found is false at the end. What is no
 * regular file is passed over. Start at 0. */
MUST_CHECK enum error tar_next(
    struct bytes tar, size_t *offset, struct arena *arena, struct fault *fault,
    struct tar_file *ret_file, bool *ret_found);

/* Appends the content packed by gzip (RFC 1952), quickly rather than as small as can be: pages are
 * packed for each reader. ERROR_MEMORY; ERROR_TOO_LARGE from 2 GiB on. */
MUST_CHECK enum error
gzip_pack(struct bytes content, struct fault *fault, struct buffer *ret_packed);

/* Appends what gzip packed (RFC 1952, one member or several); at most limit bytes in all. */
MUST_CHECK enum error
gzip_unpack(struct bytes packed, size_t limit, struct fault *fault, struct buffer *ret_content);

#endif
