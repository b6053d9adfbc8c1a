/* Reads PO files, line by line. */
#include "pagec/words.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 8192 };

struct reading {
    struct arena *arena;
    struct words *words;
    struct fault *fault;
    unsigned line;
    struct buffer english, other;
    struct buffer *open; /* where a string that goes on goes: one of these two, or NULL */
    bool fuzzy;          /* of the entry that follows, then of the one that is read */
    unsigned at;         /* the line of its msgid */
};

static enum error wrong(const struct reading *reading, enum error error, const char *expected)
{
    fault_set(reading->fault, error, NULL, expected, NULL);
    return fault_within(reading->fault, error, "%s:%u", reading->words->file, reading->line);
}

static bool begins(struct bytes line, const char *text)
{
    return bytes_equal_text(bytes_slice(line, 0, strlen(text)), text);
}

/* The value of a header's line; NULL when it is not there. */
static enum error header_value(
    const struct reading *reading, struct bytes header, const char *name, const char **ret_value)
{
    *ret_value = NULL;
    size_t length = strlen(name);
    for (size_t at = 0; at < header.length;) {
        const uint8_t *end = memchr(header.data + at, '\n', header.length - at);
        size_t stop = end ? (size_t)(end - header.data) : header.length;
        struct bytes line = bytes_slice(header, at, stop - at);
        if (begins(line, name) && begins(bytes_slice(line, length, 2), ": ")) {
            *ret_value = arena_text(reading->arena, bytes_slice(line, length + 2, line.length));
            return *ret_value
                       ? ERROR_OK
                       : fault_place(reading->fault, ERROR_MEMORY, "%s", reading->words->file);
        }
        at = stop + 1;
    }
    return ERROR_OK;
}

/* The entry with an empty msgid says which language it is. */
static enum error take_header(struct reading *reading)
{
    struct words *words = reading->words;
    struct bytes header = buffer_view(&reading->other);
    const char *direction = NULL;
    enum error error = header_value(reading, header, "Language", &words->code);
    if (!error)
        error = header_value(reading, header, "X-Name", &words->name);
    if (!error)
        error = header_value(reading, header, "X-Direction", &direction);
    if (error)
        return error;
    if (!words->code || !*words->code ||
        strspn(words->code, "abcdefghijklmnopqrstuvwxyz") != strlen(words->code))
        return wrong(reading, ERROR_SYNTAX, "Language: CODE in the header, in small letters");
    if (!words->name || !*words->name)
        return wrong(
            reading, ERROR_SYNTAX, "X-Name: what the language calls itself, in the header");
    if (direction && strcmp(direction, "rtl") != 0 && strcmp(direction, "ltr") != 0)
        return wrong(reading, ERROR_SYNTAX, "X-Direction: rtl or ltr");
    words->right_to_left = direction && strcmp(direction, "rtl") == 0;
    return ERROR_OK;
}

/* Ends the entry that is being read. */
static enum error take_entry(struct reading *reading)
{
    if (!reading->at)
        return ERROR_OK;
    struct words *words = reading->words;
    enum error error = ERROR_OK;
    if (reading->open != &reading->other)
        return wrong(reading, ERROR_SYNTAX, "msgstr after msgid");
    if (reading->english.error || reading->other.error)
        return fault_place(reading->fault, ERROR_MEMORY, "%s", words->file);
    if (!reading->english.length) {
        error = take_header(reading);
    } else if (words->count == ENTRIES_MAX) {
        error = wrong(reading, ERROR_TOO_LARGE, "fewer messages");
    } else {
        struct words_entry *entry = &words->entries[words->count++];
        *entry = (struct words_entry){
            .english = arena_copy(reading->arena, buffer_view(&reading->english)),
            .line = reading->at,
        };
        if (!reading->fuzzy)
            entry->other = arena_copy(reading->arena, buffer_view(&reading->other));
        if (!entry->english.data || (!reading->fuzzy && !entry->other.data))
            error = fault_place(reading->fault, ERROR_MEMORY, "%s", words->file);
    }
    reading->open = NULL;
    reading->fuzzy = false;
    reading->at = 0;
    buffer_clear(&reading->english);
    buffer_clear(&reading->other);
    return error;
}

/* "..." and nothing after it, appended to what is open. */
static enum error take_string(struct reading *reading, struct bytes text)
{
    if (!reading->open)
        return wrong(reading, ERROR_SYNTAX, "msgid or msgstr before a string");
    if (text.length < 2 || text.data[0] != '"' || text.data[text.length - 1] != '"')
        return wrong(reading, ERROR_SYNTAX, "a string in double quotes");
    for (size_t i = 1; i + 1 < text.length; i++) {
        uint8_t byte = text.data[i];
        if (byte == '"')
            return wrong(reading, ERROR_SYNTAX, "\\\" in a string");
        if (byte == '\\') {
            uint8_t next = text.data[++i];
            if (i + 1 == text.length || !strchr("\"\\nt", next) || !next)
                return wrong(reading, ERROR_SYNTAX, "\\\", \\\\, \\n or \\t");
            byte = next == 'n' ? '\n' : next == 't' ? '\t' : next;
        }
        buffer_append_byte(reading->open, byte);
    }
    return ERROR_OK;
}

static enum error take_line(struct reading *reading, struct bytes line)
{
    enum error error = ERROR_OK;
    while (line.length && strchr(" \t\r", line.data[line.length - 1]))
        line.length--;
    if (!line.length)
        return ERROR_OK;
    if (line.data[0] == '#') {
        /* What a comment says is said of the entry that follows. */
        if (reading->open == &reading->other)
            error = take_entry(reading);
        if (begins(line, "#,") && memmem(line.data, line.length, "fuzzy", 5))
            reading->fuzzy = true;
        return error;
    }
    if (line.data[0] == '"')
        return take_string(reading, line);
    if (begins(line, "msgid ")) {
        error = take_entry(reading);
        if (error)
            return error;
        reading->open = &reading->english;
        reading->at = reading->line;
        return take_string(reading, bytes_slice(line, 6, line.length));
    }
    if (begins(line, "msgstr ") && reading->open == &reading->english) {
        reading->open = &reading->other;
        return take_string(reading, bytes_slice(line, 7, line.length));
    }
    return wrong(reading, ERROR_SYNTAX, "msgid, then msgstr, strings or a comment");
}

static int compare(const void *a, const void *b)
{
    return bytes_compare(
        ((const struct words_entry *)a)->english, ((const struct words_entry *)b)->english);
}

static enum error finish(struct reading *reading)
{
    struct words *words = reading->words;
    enum error error = take_entry(reading);
    if (!error && !words->code)
        error = wrong(reading, ERROR_SYNTAX, "a header: msgid \"\" with Language");
    if (error)
        return error;
    qsort(words->entries, words->count, sizeof *words->entries, compare);
    for (size_t i = 1; i < words->count; i++) {
        if (compare(&words->entries[i - 1], &words->entries[i]) == 0) {
            const struct words_entry *later = &words->entries[i];
            reading->line = later->line > later[-1].line ? later->line : later[-1].line;
            return wrong(reading, ERROR_EXISTS, "each message once");
        }
    }
    return ERROR_OK;
}

enum error words_read(
    struct arena *arena, const char *file, struct bytes text, struct fault *fault,
    struct words *ret_words)
{
    struct words words = {.file = file};
    struct reading reading = {.arena = arena, .words = &words, .fault = fault};
    words.entries = ARENA_ARRAY(arena, struct words_entry, ENTRIES_MAX);
    enum error error = words.entries ? ERROR_OK : fault_place(fault, ERROR_MEMORY, "%s", file);
    if (!error && !bytes_are_utf8(text, NULL))
        error = wrong(&reading, ERROR_UTF8, NULL);
    if (!error && memchr(text.data ? (const void *)text.data : "", '\0', text.length))
        error = wrong(&reading, ERROR_SYNTAX, "no zero byte");
    for (size_t at = 0; !error && at < text.length;) {
        const uint8_t *end = memchr(text.data + at, '\n', text.length - at);
        size_t stop = end ? (size_t)(end - text.data) : text.length;
        reading.line++;
        error = take_line(&reading, bytes_slice(text, at, stop - at));
        at = stop + 1;
    }
    if (!error)
        error = finish(&reading);
    buffer_free(&reading.english);
    buffer_free(&reading.other);
    if (!error)
        *ret_words = words;
    return error;
}

struct words_entry *words_find(const struct words *words, struct bytes english)
{
    struct words_entry key = {.english = english};
    return words->count ? bsearch(&key, words->entries, words->count, sizeof key, compare) : NULL;
}
