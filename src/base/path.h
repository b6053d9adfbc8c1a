/* How parts of outside documents are shown in faults: the path of keys that leads to a value, and
 * quoted excerpts. Both fit a fixed size and hold no control characters. No allocation. */
#ifndef ENDUSE_BASE_PATH_H
#define ENDUSE_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum { PATH_TEXT_SIZE = 112 };

/* A path that is put together from its end to its beginning, because its end is what one needs
 * to see when it is too long: "$.schedule.offences[3].code", or "$...offences[3].code". */
struct path {
    char text[PATH_TEXT_SIZE];
    size_t start; /* the path so far is text[start] to the end */
    bool full;    /* outer steps did not fit: nothing more is added */
};

void path_begin(struct path *path);

/* Puts a step before the path so far: .key when the key is ASCII letters, digits, '_' and '-',
 * else ["key"] quoted as by quote_text. */
void path_key(struct path *path, struct bytes key);
void path_index(struct path *path, uint64_t index);

/* Puts "$" at the front and returns the path, which lives as long as *path. */
const char *path_text(struct path *path);

/* Writes bytes between double quotes, cut with "..." to fit; '"', '\', characters that are
 * not seen (text_find_hidden) and bytes that are not UTF-8 are escaped as \", \\, \u{1f} and \x80.
 * size is at least 16. Returns text. QUOTE_SIZE is room for an excerpt in a fault. */
enum { QUOTE_SIZE = 32 };
const char *quote_text(struct bytes bytes, char *text, size_t size);

#endif
