/* Reading settings from their three sources. */
#include "service/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instruments/field.h"

enum { CONFIG_MAX = 64 * 1024, COUNT_MAX = 1000000, VARIABLE_SIZE = 64 };

enum value_kind { VALUE_TEXT, VALUE_FLAG, VALUE_COUNT, VALUE_SPAN };

const struct setting setting_rows[SETTING_COUNT] = {
#define SETTING_ROW(name, word, kind, member, argument, standard, words)                           \
    {word, argument, standard, words},
    SETTING_TABLE(SETTING_ROW)
#undef SETTING_ROW
};

/* How each is kept. */
static const struct {
    enum value_kind kind;
    size_t offset;
} places[SETTING_COUNT] = {
#define SETTING_ROW(name, word, kind, member, argument, standard, words)                           \
    {VALUE_##kind, offsetof(struct settings, member)},
    SETTING_TABLE(SETTING_ROW)
#undef SETTING_ROW
};

static enum setting_id find(struct bytes word)
{
    int id = 0;
    while (id < SETTING_COUNT && !bytes_equal_text(word, setting_rows[id].word))
        id++;
    return (enum setting_id)id;
}

/* The texts of one source, by setting; NULL: not there. */
struct source {
    const char *values[SETTING_COUNT];
};

static enum error
put(struct source *source, enum setting_id id, const char *value, struct fault *fault)
{
    if (source->values[id])
        return fault_set(fault, ERROR_USAGE, setting_rows[id].word, "the setting once", "twice");
    source->values[id] = value;
    return ERROR_OK;
}

/* --- Flags -------------------------------------------------------------------------------- */

static enum error take_flag(
    int count, const char *const *arguments, int *at, struct source *source, struct fault *fault)
{
    const char *argument = arguments[*at];
    if (!text_starts(argument, "--"))
        return fault_set(fault, ERROR_USAGE, "arguments", "a flag", "\"%.60s\"", argument);
    const char *equals = strchr(argument, '=');
    size_t length = equals ? (size_t)(equals - argument) - 2 : strlen(argument) - 2;
    enum setting_id id = find((struct bytes){(const uint8_t *)argument + 2, length});
    if (id == SETTING_COUNT)
        return fault_set(
            fault, ERROR_USAGE, "arguments", "a flag of this command", "\"%.60s\"", argument);
    if (!setting_rows[id].argument) {
        if (equals)
            return fault_set(fault, ERROR_USAGE, argument, "no value", "\"%.60s\"", equals + 1);
        return put(source, id, "yes", fault);
    }
    if (equals)
        return put(source, id, equals + 1, fault);
    if (*at + 1 == count)
        return fault_set(fault, ERROR_USAGE, argument, setting_rows[id].argument, "nothing");
    return put(source, id, arguments[++*at], fault);
}

/* --- Environment -------------------------------------------------------------------------- */

static void take_environment(struct source *source)
{
    for (int id = 0; id < SETTING_COUNT; id++) {
        char name[VARIABLE_SIZE];
        snprintf(name, sizeof name, "ENDUSE_%s", setting_rows[id].word);
        for (char *at = name; *at; at++) {
            if (*at == '-')
                *at = '_';
            else if (*at >= 'a' && *at <= 'z')
                *at = (char)(*at - 'a' + 'A');
        }
        const char *value = getenv(name);
        source->values[id] = value && *value ? value : NULL;
    }
    /* systemd's name for a service's folder. */
    if (!source->values[SETTING_DATA])
        source->values[SETTING_DATA] = getenv("STATE_DIRECTORY");
}

/* --- File --------------------------------------------------------------------------------- */

static struct bytes trim(struct bytes text)
{
    while (text.length && (text.data[0] == ' ' || text.data[0] == '\t'))
        text = bytes_slice(text, 1, text.length);
    while (text.length && strchr(" \t\r", text.data[text.length - 1]))
        text.length--;
    return text;
}

static struct bytes until(struct bytes text, uint8_t end)
{
    const uint8_t *at = text.length ? memchr(text.data, end, text.length) : NULL;
    return bytes_slice(text, 0, at ? (size_t)(at - text.data) : text.length);
}

static enum error
take_line(struct bytes line, struct arena *arena, struct source *source, struct fault *fault)
{
    line = trim(line);
    if (!line.length || line.data[0] == '#')
        return ERROR_OK;
    struct bytes word = until(line, '=');
    if (word.length == line.length)
        return fault_set(fault, ERROR_SYNTAX, "line", "key = value", NULL);
    struct bytes value = trim(bytes_slice(line, word.length + 1, line.length));
    enum setting_id id = find(trim(word));
    /* What says where the settings are, or what to do once, has no place in the settings. */
    if (id == SETTING_COUNT || id == SETTING_CONFIG || id == SETTING_INIT)
        return fault_set(
            fault, ERROR_USAGE, "key", "a setting that a file may hold", "\"%.*s\"",
            (int)(word.length < 60 ? word.length : 60), (const char *)word.data);
    const char *text = memchr(value.data, 0, value.length) ? NULL : arena_text(arena, value);
    if (!text)
        return fault_set(fault, ERROR_SYNTAX, setting_rows[id].word, "text", NULL);
    return put(source, id, text, fault);
}

static enum error take_file(
    const struct os *os, const char *path, struct arena *arena, struct source *source,
    struct fault *fault)
{
    struct buffer content = {0};
    enum error error = os_read_file(os, path, CONFIG_MAX, fault, &content);
    struct bytes rest = buffer_view(&content);
    for (unsigned line = 1; rest.length && !error; line++) {
        struct bytes text = until(rest, '\n');
        rest = bytes_slice(rest, text.length + 1, rest.length);
        error = take_line(text, arena, source, fault);
        if (error)
            error = fault_within(fault, error, "%s line %u", path, line);
    }
    buffer_free(&content);
    return error;
}

/* --- Values ------------------------------------------------------------------------------- */

static enum error read_flag(struct bytes text, struct fault *fault, bool *ret_value)
{
    bool yes = bytes_equal_text(text, "yes") || bytes_equal_text(text, "1");
    if (!yes && !bytes_equal_text(text, "no") && !bytes_equal_text(text, "0"))
        return fault_set(fault, ERROR_USAGE, "value", "yes or no", NULL);
    *ret_value = yes;
    return ERROR_OK;
}

static enum error read_value(
    enum setting_id id, const char *value, struct arena *arena, struct fault *fault,
    struct settings *settings)
{
    struct bytes text = bytes_of(value);
    void *place = (char *)settings + places[id].offset;
    enum error error = ERROR_OK;
    switch (places[id].kind) {
    case VALUE_TEXT: {
        const char *copy = arena_text(arena, text);
        if (!copy)
            return fault_place(fault, ERROR_MEMORY, "settings");
        memcpy(place, &copy, sizeof copy);
        break;
    }
    case VALUE_FLAG:
        error = read_flag(text, fault, place);
        break;
    case VALUE_COUNT:
        error = number_parse(text, COUNT_MAX, fault, place);
        break;
    case VALUE_SPAN:
        error = span_parse(text, fault, place);
        break;
    }
    return error ? fault_within(fault, error, "--%s", setting_rows[id].word) : ERROR_OK;
}

enum error settings_read(
    const struct os *os, int count, const char *const *arguments, struct arena *arena,
    struct fault *fault, struct settings *ret_settings)
{
    struct source flags = {0}, environment = {0}, file = {0};
    struct settings settings = {0};
    enum error error = ERROR_OK;
    for (int at = 0; at < count && !error; at++)
        error = take_flag(count, arguments, &at, &flags, fault);
    take_environment(&environment);
    const char *path = flags.values[SETTING_CONFIG] ? flags.values[SETTING_CONFIG]
                                                    : environment.values[SETTING_CONFIG];
    if (!error && path)
        error = take_file(os, path, arena, &file, fault);
    for (int id = 0; id < SETTING_COUNT && !error; id++) {
        const char *value = flags.values[id]         ? flags.values[id]
                            : environment.values[id] ? environment.values[id]
                            : file.values[id]        ? file.values[id]
                                                     : setting_rows[id].standard;
        if (value)
            error = read_value((enum setting_id)id, value, arena, fault, &settings);
    }
    if (error)
        return error;
    *ret_settings = settings;
    return ERROR_OK;
}
