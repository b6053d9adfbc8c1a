/* Lines of the log. */
#include "service/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { VALUE_MAX = 400 };

static void add(struct log_line *line, const char *key, const char *value)
{
    char text[VALUE_MAX];
    bool bare = *value != '\0';
    for (const char *at = value; *at; at++)
        bare = bare && *at > ' ' && *at < 0x7F && *at != '"' && *at != '=' && *at != '\\';
    if (!bare)
        quote_text(bytes_of(value), text, sizeof text);
    size_t left = sizeof line->text - line->length - 1; /* room for the end of the line */
    int length = snprintf(
        line->text + line->length, left, "%s%s=%s", line->length ? " " : "", key,
        bare ? value : text);
    if (length > 0 && (size_t)length < left)
        line->length += (size_t)length;
}

void log_begin(struct log_line *line, const char *level, const char *event)
{
    millis now;
    char text[TIME_TEXT_SIZE];
    line->length = 0;
    if (os_wall_time(&os_system, &now) == ERROR_OK)
        add(line, "time", time_text(now, text));
    add(line, "level", level);
    add(line, "event", event);
}

void log_text(struct log_line *line, const char *key, const char *value)
{
    if (value && *value)
        add(line, key, value);
}

void log_number(struct log_line *line, const char *key, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    add(line, key, text);
}

void log_fault(struct log_line *line, const struct fault *fault)
{
    if (!fault->error)
        return;
    log_text(line, "error", error_name(fault->error));
    log_text(line, "place", fault->place);
    log_text(line, "expected", fault->expected);
    log_text(line, "found", fault->found);
}

void log_end(struct log_line *line, int file)
{
    line->text[line->length++] = '\n';
    /* A log that cannot be written must not stop the office. */
    ssize_t written = file < 0 ? 0 : write(file, line->text, line->length);
    (void)written;
}
