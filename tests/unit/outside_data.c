/* Members of archives, through tar. */
#include "outside_data.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static bool path_of(const char *archive, char path[PATH_MAX])
{
    const char *data = getenv("DATA");
    int length = snprintf(path, PATH_MAX, "%s/%s", data && *data ? data : DATA_FOLDER, archive);
    return length > 0 && length < PATH_MAX;
}

bool outside_data_there(const char *archive)
{
    char path[PATH_MAX];
    if (path_of(archive, path) && access(path, R_OK) == 0)
        return true;
    printf("SKIPPED: %s is not in the folder DATA (%s)\n", archive, path);
    return false;
}

bool outside_data_read(const char *archive, const char *member, struct buffer *ret_content)
{
    char path[PATH_MAX];
    int ends[2];
    if (!path_of(archive, path) || pipe(ends) != 0)
        return false;
    pid_t tar = fork();
    if (tar == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execlp("tar", "tar", "-xzOf", path, member, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    uint8_t part[65536];
    ssize_t got;
    while ((got = read(ends[0], part, sizeof part)) > 0)
        buffer_append(ret_content, part, (size_t)got);
    close(ends[0]);
    int status = -1;
    return tar > 0 && waitpid(tar, &status, 0) == tar && status == 0 && got == 0 &&
           !ret_content->error;
}
