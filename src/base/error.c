/* The words of errors, and the making of faults. No allocation: a fault must work when memory
 * does not. */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *error_words(enum error error)
{
    switch (error) {
    case ERROR_OK:
        return "done";
#define ERROR_ROW(name, number, words)                                                             \
    case ERROR_##name:                                                                             \
        return words;
#include "base/error_rows.h"
#undef ERROR_ROW
    }
    return "unknown error";
}

const char *error_name(enum error error)
{
    /* Row names are upper case with underscores; each gets its printed form once, here. */
    static const struct {
        enum error error;
        const char *name;
    } names[] = {
#define ERROR_ROW(name, number, words) {ERROR_##name, #name},
#include "base/error_rows.h"
#undef ERROR_ROW
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].error == error)
            return names[i].name;
    }
    return error == ERROR_OK ? "OK" : "UNKNOWN";
}

/* Cuts text at the last whole UTF-8 character that fits, after snprintf has cut it at a byte. */
static void end_at_character(char *text, size_t size, int wanted)
{
    if (wanted < 0) {
        text[0] = '\0';
        return;
    }
    if ((size_t)wanted < size)
        return;
    /* Walk back over the character that the cut may have split; drop it unless it is whole. */
    size_t end = size - 1, lead = end;
    while (lead > 0 && ((unsigned char)text[lead - 1] & 0xC0) == 0x80)
        lead--;
    if (lead > 0 && (unsigned char)text[lead - 1] >= 0xC0) {
        unsigned char first = (unsigned char)text[lead - 1];
        size_t whole = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (end - (lead - 1) < whole)
            end = lead - 1;
    }
    text[end] = '\0';
}

PRINTF_LIKE(3, 0) static void put_v(char *text, size_t size, const char *format, va_list arguments)
{
    end_at_character(text, size, vsnprintf(text, size, format, arguments));
}

PRINTF_LIKE(3, 4) static void put(char *text, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    put_v(text, size, format, arguments);
    va_end(arguments);
}

enum error fault_set(
    struct fault *fault, enum error error, const char *place, const char *expected,
    const char *found, ...)
{
    if (!fault)
        return error;
    fault->error = error;
    fault->line = fault->column = 0;
    put(fault->place, sizeof fault->place, "%s", place ? place : "");
    put(fault->expected, sizeof fault->expected, "%s", expected ? expected : "");
    fault->found[0] = '\0';
    if (found) {
        va_list arguments;
        va_start(arguments, found);
        put_v(fault->found, sizeof fault->found, found, arguments);
        va_end(arguments);
    }
    return error;
}

enum error fault_within(struct fault *fault, enum error error, const char *place, ...)
{
    if (!fault)
        return error;
    char outer[sizeof fault->place];
    va_list arguments;
    va_start(arguments, place);
    put_v(outer, sizeof outer, place, arguments);
    va_end(arguments);
    char inner[sizeof fault->place];
    memcpy(inner, fault->place, sizeof inner);
    inner[sizeof inner - 1] = '\0';
    if (inner[0])
        put(fault->place, sizeof fault->place, "%s: %s", outer, inner);
    else
        put(fault->place, sizeof fault->place, "%s", outer);
    fault->error = error;
    return error;
}

enum error fault_place(struct fault *fault, enum error error, const char *place, ...)
{
    if (!fault)
        return error;
    fault->error = error;
    fault->line = fault->column = 0;
    va_list arguments;
    va_start(arguments, place);
    put_v(fault->place, sizeof fault->place, place, arguments);
    va_end(arguments);
    fault->expected[0] = '\0';
    fault->found[0] = '\0';
    return error;
}

enum error fault_in_text(struct fault *fault, enum error error, size_t line, size_t column)
{
    if (!fault)
        return error;
    fault->line = line > UINT32_MAX ? UINT32_MAX : (uint32_t)line;
    fault->column = column > UINT32_MAX ? UINT32_MAX : (uint32_t)column;
    return error;
}

enum error error_from_errno(int number)
{
    switch (number) {
    case ENOMEM:
        return ERROR_MEMORY;
    case ENOENT:
    case ENOTDIR:
        return ERROR_NOT_FOUND;
    case EEXIST:
        return ERROR_EXISTS;
    case EISDIR:
        return ERROR_FOLDER;
    case EACCES:
    case EPERM:
    case EROFS:
        return ERROR_PERMISSION;
    case ENOSPC:
    case EDQUOT:
        return ERROR_NO_SPACE;
    case EFBIG:
        return ERROR_TOO_LARGE;
    case EAGAIN:
    case EBUSY:
    case EADDRINUSE:
        return ERROR_BUSY;
    case ETIMEDOUT:
        return ERROR_TIMEOUT;
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH:
        return ERROR_UNREACHABLE;
    default:
        return ERROR_IO;
    }
}

const char *fault_text(const struct fault *fault, char *text, size_t size)
{
    const char *words = error_words(fault->error);
    const char *place = fault->place[0] ? fault->place : "error";
    if (fault->expected[0] && fault->found[0])
        put(text, size, "%s: %s (expected %s, found %s)", place, words, fault->expected,
            fault->found);
    else if (fault->expected[0])
        put(text, size, "%s: %s (expected %s)", place, words, fault->expected);
    else if (fault->found[0])
        put(text, size, "%s: %s (%s)", place, words, fault->found);
    else
        put(text, size, "%s: %s", place, words);
    return text;
}
