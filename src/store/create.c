/* Making a database: written beside its place, then put there, so that it is whole or not at all.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/ledger.h"
#include "store/write.h"

static enum error append(
    struct ledger *ledger, const struct os *os, enum event_type type, struct bytes bytes,
    millis now, struct fault *fault)
{
    struct arena arena = {0};
    struct judged judged;
    struct event event;
    uint8_t salt[EVENT_SALT_SIZE];
    enum error error = ledger_judge(ledger, type, bytes, now, &arena, fault, &judged);
    if (!error)
        error = random_fill(os, fault, salt, sizeof salt);
    if (!error)
        error = ledger_append(ledger, &judged, now, BYTES_ARRAY(salt), &arena, fault, &event);
    arena_free(&arena);
    return error;
}

static enum error append_head(struct ledger *ledger, struct fault *fault)
{
    struct digest root = frontier_root(&ledger->frontier);
    struct query query;
    query_begin(&query, ledger->database, SQL_HEAD_ADD, fault);
    query_integer(&query, 1, (int64_t)ledger->frontier.size);
    query_integer(&query, 2, ledger->time);
    query_blob(&query, 3, digest_view(&root));
    return query_finish(&query);
}

static enum error fill(
    struct database *database, const struct os *os, const struct bytes *roots, size_t root_count,
    struct fault *fault)
{
    struct ledger ledger = {.database = database};
    millis now;
    enum error error = os_wall_time(os, &now);
    if (!error)
        error = database_run(database, SQL_BEGIN_WRITING, fault);
    for (size_t i = 0; i < root_count && !error; i++)
        error = append(&ledger, os, EVENT_ROOT, roots[i], now, fault);
    if (!error)
        error = append_head(&ledger, fault);
    if (!error)
        error = database_run(database, SQL_COMMIT, fault);
    database_rollback(database);
    ledger_close(&ledger);
    return error;
}

static void remove_new(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct buffer name = {0};
        buffer_printf(&name, "%s%s", path, endings[i]);
        const char *text = buffer_text(&name);
        if (text)
            unlink(text);
        buffer_free(&name);
    }
}

static enum error make(
    const struct os *os, const char *path, const struct bytes *roots, size_t root_count,
    struct fault *fault)
{
    struct database database;
    enum error error = database_open(path, DATABASE_CREATE, 0, NULL, fault, &database);
    if (error)
        return error;
    error = database_make_schema(&database, fault);
    if (!error)
        error = fill(&database, os, roots, root_count, fault);
    if (!error)
        error = database_move_log(&database, fault);
    database_close(&database);
    return error;
}

/* link, unlike rename, never replaces a database that came to be meanwhile. */
static enum error put(const struct os *os, const char *from, const char *path, struct fault *fault)
{
    if (link(from, path) != 0)
        return fault_place(fault, error_from_errno(errno), "%s", path);
    const char *slash = strrchr(path, '/');
    struct buffer folder = {0};
    if (slash)
        buffer_append(&folder, path, (size_t)(slash - path) + 1);
    else
        buffer_append_text(&folder, ".");
    const char *text = buffer_text(&folder);
    enum error error =
        text ? os_sync_folder(os, text, fault) : fault_place(fault, ERROR_MEMORY, "%s", path);
    buffer_free(&folder);
    return error;
}

enum error store_create(
    const struct os *os, const char *path, const struct bytes *roots, size_t root_count,
    bool demo_allowed, struct fault *fault)
{
    struct root_chain chain;
    enum error error = root_chain_open(roots, root_count, NULL, demo_allowed, fault, &chain);
    if (error)
        return error;
    root_chain_close(&chain);
    if (access(path, F_OK) == 0)
        return fault_place(fault, ERROR_EXISTS, "%s", path);
    struct buffer name = {0};
    buffer_printf(&name, "%s.new", path);
    const char *beside = buffer_text(&name);
    if (beside) {
        remove_new(beside);
        error = make(os ? os : &os_system, beside, roots, root_count, fault);
        if (!error)
            error = put(os ? os : &os_system, beside, path, fault);
        remove_new(beside);
    } else {
        error = fault_place(fault, ERROR_MEMORY, "%s", path);
    }
    buffer_free(&name);
    return error;
}
