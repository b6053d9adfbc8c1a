/* Tar archives and gzip from any bytes: what is given out lies in the input, the reader always goes
 * forward, and what is unpacked stays within its limit. */
#include "archive/archive.h"
#include "check.h"

enum { LIMIT = 1 << 20 };

static void walk(struct bytes tar)
{
    struct arena arena = {.limit = 1 << 20};
    size_t offset = 0;
    for (;;) {
        struct tar_file file = {0};
        bool found = false;
        size_t before = offset;
        if (tar_next(tar, &offset, &arena, NULL, &file, &found) || !found)
            break;
        check(offset > before && offset <= tar.length);
        check(file.content.data >= tar.data);
        check(file.content.data + file.content.length <= tar.data + tar.length);
    }
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = {data, size};
    struct buffer content = {0};
    walk(input);
    if (!gzip_unpack(input, LIMIT, NULL, &content)) {
        check(content.length <= LIMIT);
        walk(buffer_view(&content));
    } else {
        check(content.length == 0);
    }
    buffer_free(&content);
    return 0;
}
