/* Making the server's folder: keys and database. */
#include "service/setup.h"

#include <stdlib.h>
#include <string.h>

#include "service/service.h"
#include "store/store.h"

enum { ROOT_FILE_MAX = 1 << 20, ROOTS_MAX = 64, PASSPHRASE_FILE_MAX = 4096 };

static const char *join(struct arena *arena, const char *folder, const char *name)
{
    struct buffer path = {0};
    buffer_printf(&path, "%s/%s", folder, name);
    const char *text = path.error ? NULL : arena_text(arena, buffer_view(&path));
    buffer_free(&path);
    return text;
}

enum error setup_paths(
    const struct settings *settings, struct arena *arena, struct fault *fault,
    struct setup_paths *ret_paths)
{
    if (!settings->data || !*settings->data)
        return fault_set(fault, ERROR_USAGE, "settings", "the server's folder: --data DIR", "none");
    struct setup_paths paths = {.data = settings->data};
    paths.keys = join(arena, paths.data, "keys");
    paths.database = join(arena, paths.data, "office.db");
    paths.lock = join(arena, paths.data, "lock");
    paths.lease = join(arena, paths.data, "keys/lease");
    paths.log = join(arena, paths.data, "keys/log");
    if (!paths.keys || !paths.database || !paths.lock || !paths.lease || !paths.log)
        return fault_place(fault, ERROR_MEMORY, "settings");
    *ret_paths = paths;
    return ERROR_OK;
}

/* --- Keys --------------------------------------------------------------------------------- */

/* The first line of the passphrase's file; nothing without one. */
static enum error read_passphrase(
    const struct os *os, const struct settings *settings, struct fault *fault,
    struct buffer *ret_passphrase)
{
    if (!settings->passphrase_file)
        return ERROR_OK;
    enum error error =
        os_read_file(os, settings->passphrase_file, PASSPHRASE_FILE_MAX, fault, ret_passphrase);
    if (error)
        return error;
    const uint8_t *end = memchr(ret_passphrase->data, '\n', ret_passphrase->length);
    if (end)
        ret_passphrase->length = (size_t)(end - ret_passphrase->data);
    if (ret_passphrase->length == 0)
        return fault_set(
            fault, ERROR_SYNTAX, "passphrase-file", "a passphrase in the first line", "nothing");
    return ERROR_OK;
}

enum error setup_key(
    const struct os *os, const struct settings *settings, const char *name, struct fault *fault,
    struct private_key **ret_key)
{
    struct buffer path = {0}, passphrase = {0};
    buffer_printf(&path, "%s.key", name);
    const char *file = buffer_text(&path);
    enum error error = file ? read_passphrase(os, settings, fault, &passphrase)
                            : fault_place(fault, ERROR_MEMORY, "keys");
    if (!error)
        error = private_key_load(os, file, buffer_view(&passphrase), fault, ret_key);
    secret_buffer_free(&passphrase);
    buffer_free(&path);
    return error;
}

/* Makes a key where there is none, and reports it either way. */
static enum error make_key(
    const struct os *os, const struct settings *settings, const char *name, struct fault *fault,
    struct buffer *report)
{
    struct private_key *key = NULL;
    enum error error = setup_key(os, settings, name, NULL, &key);
    const char *words = "there already";
    if (error == ERROR_NOT_FOUND) {
        struct buffer passphrase = {0};
        words = "made";
        error = read_passphrase(os, settings, fault, &passphrase);
        if (!error)
            error = private_key_generate(os, KEY_ED25519, fault, &key);
        const struct key_seal seal = {.passphrase = buffer_view(&passphrase)};
        if (!error)
            error = key_files_create(os, name, key, &seal, fault);
        secret_buffer_free(&passphrase);
    } else if (error) {
        error = setup_key(os, settings, name, fault, &key);
    }
    if (!error) {
        char text[KEY_ID_TEXT_SIZE];
        struct key_id id = private_key_id(key);
        buffer_printf(report, "%s.pub: %s, id %s\n", name, words, key_id_text(&id, text));
    }
    private_key_free(key);
    return error;
}

/* --- The database ------------------------------------------------------------------------- */

/* Splits "a,b,c" in place; ERROR_USAGE for more than most, or an empty part. */
static enum error split(
    const char *text, size_t most, const char *place, struct arena *arena, struct fault *fault,
    const char ***ret_parts, size_t *ret_count)
{
    const char **parts = ARENA_ARRAY(arena, const char *, most);
    size_t count = 0;
    if (!parts)
        return fault_place(fault, ERROR_MEMORY, "settings");
    for (const char *at = text; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        size_t length = strcspn(at, ",");
        if (length == 0 || count == most)
            return fault_set(
                fault, ERROR_USAGE, place, "parts with commas between", "\"%.60s\"", text);
        parts[count] = arena_text(arena, (struct bytes){(const uint8_t *)at, length});
        if (!parts[count++])
            return fault_place(fault, ERROR_MEMORY, "settings");
    }
    *ret_parts = parts;
    *ret_count = count;
    return ERROR_OK;
}

static enum error make_database(
    const struct os *os, const struct settings *settings, const char *path, struct arena *arena,
    struct fault *fault, struct buffer *report)
{
    const char **files = NULL;
    size_t count = 0;
    enum error error = split(settings->root, ROOTS_MAX, "--root", arena, fault, &files, &count);
    struct bytes *roots = ARENA_ARRAY(arena, struct bytes, count);
    if (!error && !roots)
        error = fault_place(fault, ERROR_MEMORY, "roots");
    for (size_t i = 0; i < count && !error; i++) {
        struct buffer content = {0};
        error = os_read_file(os, files[i], ROOT_FILE_MAX, fault, &content);
        if (!error) {
            roots[i] = arena_copy(arena, buffer_view(&content));
            if (!roots[i].data)
                error = fault_place(fault, ERROR_MEMORY, "%s", files[i]);
        }
        buffer_free(&content);
    }
    if (!error)
        error = store_create(os, path, roots, count, settings->demo, fault);
    if (!error)
        buffer_printf(report, "%s: made\n", path);
    return error;
}

enum error service_init(
    const struct os *os, const struct settings *settings, struct fault *fault,
    struct buffer *ret_report)
{
    struct arena arena = {0};
    struct setup_paths paths;
    enum error error = setup_paths(settings, &arena, fault, &paths);
    if (!error)
        error = os_make_folder(os, paths.data, 0700, fault);
    if (!error)
        error = os_make_folder(os, paths.keys, 0700, fault);
    if (!error)
        error = make_key(os, settings, paths.lease, fault, ret_report);
    if (!error)
        error = make_key(os, settings, paths.log, fault, ret_report);
    if (!error && settings->root)
        error = make_database(os, settings, paths.database, &arena, fault, ret_report);
    if (!error)
        error = ret_report->error;
    arena_free(&arena);
    return error;
}
