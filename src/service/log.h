/* The server's log: one line an event, as logfmt (key=value), written whole. Personal data is not
 * for the log: numbers of files, ids of people and of requests are. */
#ifndef ENDUSE_SERVICE_LOG_H
#define ENDUSE_SERVICE_LOG_H

#include "base/base.h"

enum { LOG_LINE_MAX = 1024 };

/* A line in the making; what does not fit is left out, value by value. */
struct log_line {
    size_t length;
    char text[LOG_LINE_MAX];
};

/* level "info", "warn" or "error"; event "act", "start", ... */
void log_begin(struct log_line *line, const char *level, const char *event);
void log_text(struct log_line *line, const char *key, const char *value); /* NULL, "": left out */
void log_number(struct log_line *line, const char *key, uint64_t value);
void log_fault(struct log_line *line, const struct fault *fault); /* error, place, found */

/* Writes the line; file < 0: nowhere. */
void log_end(struct log_line *line, int file);

#endif
