/* Word by word: the longest common sequence, by the table of all pairs (Wagner and Fischer 1974).
 */
#include "site/marks.h"

#include <stdlib.h>
#include <string.h>

/* A text as words, spaces and single signs. */
struct words {
    struct bytes *items;
    bool *marked;
    size_t count;
};

static bool is_space(char one)
{
    return one == ' ' || one == '\n' || one == '\t';
}

/* Letters, digits, and whatever is not ASCII. */
static bool is_letter(char one)
{
    return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9') ||
           one == '_' || (unsigned char)one >= 0x80;
}

static size_t word_length(const char *text)
{
    size_t length = 1;
    while (is_letter(*text) && is_letter(text[length]))
        length++;
    while (is_space(*text) && is_space(text[length]))
        length++;
    return length;
}

static enum error
split(const char *text, struct arena *arena, struct fault *fault, struct words *ret_words)
{
    struct words words = {0};
    for (const char *at = text; *at; at += word_length(at))
        words.count++;
    words.items = ARENA_ARRAY(arena, struct bytes, words.count + 1);
    words.marked = ARENA_ARRAY(arena, bool, words.count + 1);
    if (!words.items || !words.marked)
        return fault_place(fault, ERROR_MEMORY, "text");
    for (size_t i = 0; i < words.count; i++) {
        words.items[i] = (struct bytes){(const uint8_t *)text, word_length(text)};
        words.marked[i] = false;
        text += words.items[i].length;
    }
    *ret_words = words;
    return ERROR_OK;
}

/* --- What is common ----------------------------------------------------------------------- */

static void mark_all(struct words *words, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        words->marked[i] = true;
}

/* Marks what is not common of words [from, to) of both. */
static enum error mark_between(
    struct words *before, struct words *after, size_t from, size_t before_to, size_t after_to,
    struct fault *fault)
{
    size_t rows = before_to - from, columns = after_to - from;
    if (!rows || !columns || rows >= UINT16_MAX || columns >= UINT16_MAX ||
        columns > MARKS_PAIRS_MAX / rows) {
        mark_all(before, from, before_to);
        mark_all(after, from, after_to);
        return ERROR_OK;
    }
    /* length[i][k]: of the longest sequence common to what begins at i and at k. */
    size_t width = columns + 1;
    uint16_t *length = calloc((rows + 1) * width, sizeof *length);
    if (!length)
        return fault_place(fault, ERROR_MEMORY, "text");
    for (size_t i = rows; i-- > 0;) {
        for (size_t k = columns; k-- > 0;) {
            uint16_t down = length[(i + 1) * width + k], right = length[i * width + k + 1];
            uint16_t both = (uint16_t)(length[(i + 1) * width + k + 1] + 1);
            bool same = bytes_equal(before->items[from + i], after->items[from + k]);
            length[i * width + k] = same ? both : down > right ? down : right;
        }
    }
    size_t i = 0, k = 0;
    while (i < rows && k < columns) {
        if (bytes_equal(before->items[from + i], after->items[from + k])) {
            i++;
            k++;
        } else if (length[(i + 1) * width + k] >= length[i * width + k + 1]) {
            before->marked[from + i++] = true;
        } else {
            after->marked[from + k++] = true;
        }
    }
    mark_all(before, from + i, before_to);
    mark_all(after, from + k, after_to);
    free(length);
    return ERROR_OK;
}

static enum error mark(struct words *before, struct words *after, struct fault *fault)
{
    size_t from = 0, before_to = before->count, after_to = after->count;
    while (from < before_to && from < after_to &&
           bytes_equal(before->items[from], after->items[from]))
        from++;
    while (before_to > from && after_to > from &&
           bytes_equal(before->items[before_to - 1], after->items[after_to - 1])) {
        before_to--;
        after_to--;
    }
    return mark_between(before, after, from, before_to, after_to, fault);
}

/* --- Runs --------------------------------------------------------------------------------- */

/* Without the space the words around it would be marked apart. */
static void mark_spaces(struct words *words)
{
    for (size_t i = 1; i + 1 < words->count; i++) {
        if (is_space((char)*words->items[i].data) && words->marked[i - 1] && words->marked[i + 1])
            words->marked[i] = true;
    }
}

static enum error
join(struct words *words, struct arena *arena, struct fault *fault, struct marks *ret_marks)
{
    struct marks marks = {ARENA_ARRAY(arena, struct view_run, words->count + 1), 0};
    if (!marks.items)
        return fault_place(fault, ERROR_MEMORY, "text");
    mark_spaces(words);
    for (size_t i = 0; i < words->count;) {
        size_t end = i;
        struct bytes run = words->items[i];
        for (run.length = 0; end < words->count && words->marked[end] == words->marked[i]; end++)
            run.length += words->items[end].length;
        marks.items[marks.count] =
            (struct view_run){.text = arena_text(arena, run), .marked = words->marked[i]};
        if (!marks.items[marks.count++].text)
            return fault_place(fault, ERROR_MEMORY, "text");
        i = end;
    }
    *ret_marks = marks;
    return ERROR_OK;
}

enum error marks_make(
    const char *before, const char *after, struct arena *arena, struct fault *fault,
    struct marks *ret_before, struct marks *ret_after)
{
    struct words words[2];
    struct marks marks[2];
    enum error error = split(before, arena, fault, &words[0]);
    if (!error)
        error = split(after, arena, fault, &words[1]);
    if (!error)
        error = mark(&words[0], &words[1], fault);
    if (!error)
        error = join(&words[0], arena, fault, &marks[0]);
    if (!error)
        error = join(&words[1], arena, fault, &marks[1]);
    if (error)
        return error;
    *ret_before = marks[0];
    *ret_after = marks[1];
    return ERROR_OK;
}
