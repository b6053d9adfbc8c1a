/* The registers: which there are, and the files of each that the reader sees. */
#include <string.h>

#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/register.h"
#include "site/values.h"
#include "site/words.h"

enum {
    SHOWN = 50,       /* files on a page */
    CHUNK = 200,      /* files read at a time */
    LOOKED_AT = 2000, /* files looked at for one page */
};

static const char *register_href(struct arena *arena, enum file_kind kind)
{
    return words_format(arena, "/register/%s", file_word(kind));
}

/* --- All of them -------------------------------------------------------------------------- */

static enum error list_kinds(struct reading *reading, struct view_registers *view)
{
    struct arena *arena = &reading->arena;
    view->rows.items = ARENA_ARRAY(arena, struct view_register_line, FILE_KIND_LAST);
    if (!view->rows.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        enum sight sight = reader_sight(&reading->who, kind);
        const struct store_query query = {.kind = kind};
        uint64_t all = 0;
        if (sight < SIGHT_OWN)
            continue;
        enum error error = sight == SIGHT_ALL
                               ? store_count(reading->reader, &query, &reading->fault, &all)
                               : ERROR_OK;
        if (error)
            return error;
        struct kind_words words = kind_words(arena, kind);
        view->rows.items[view->rows.count++] = (struct view_register_line){
            .href = register_href(arena, kind),
            .title = words.many,
            .intro = words.intro,
            .count = sight == SIGHT_ALL ? words_format(arena, "%llu", (unsigned long long)all)
                                        : "your own",
        };
    }
    return ERROR_OK;
}

HANDLER(get_registers)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct view_registers view = {0};
    enum error error = frame_make(&reading, "Registers", "/register", &view.frame);
    if (!error)
        error = list_kinds(&reading, &view);
    if (error)
        return reading_failed(&reading, response);
    registers_page(&response->content, &view);
    return page_done(&reading, response);
}

/* --- One of them -------------------------------------------------------------------------- */

static enum error read_query(
    struct reading *reading, const struct http_request *request, struct register_query *ret_asked)
{
    struct register_query asked = {
        .query = {.parent = http_query(request, "parent"), .after = http_query(request, "after")},
        .words = http_query(request, "q"),
    };
    const char *word = http_query(request, "state");
    enum error error = find_visible_kind(reading, request, &asked.query.kind);
    for (int state = 1; !error && word && *word; state++) {
        const char *known = file_state_word(asked.query.kind, state);
        if (strcmp(known, word) == 0)
            asked.query.state = state;
        if (asked.query.state)
            break;
        if (strcmp(known, "new") == 0)
            error = fault_set(
                &reading->fault, ERROR_USAGE, "state", "a state of this kind of file", "\"%.40s\"",
                word);
    }
    if (asked.query.parent && !*asked.query.parent)
        asked.query.parent = NULL;
    if (asked.words && (!*asked.words || strlen(asked.words) > 200))
        asked.words = NULL;
    if (!error)
        *ret_asked = asked;
    return error;
}

static struct view_file_row
row_of(struct arena *arena, enum file_kind kind, const struct store_entry *entry)
{
    const struct file_base *base = entry->content;
    enum file_kind parent = lifecycle_of(kind)->parent_kind;
    struct view_moment changed = words_moment(arena, base->changed);
    struct view_file_row row = {
        .number = arena_text(arena, bytes_of(entry->number)),
        .href = values_href(arena, kind, entry->number),
        .state = state_label(arena, kind, entry->state),
        .summary = arena_text(arena, bytes_of(values_summary(kind, entry->content))),
        .changed = words_format(arena, "%s, %s", changed.date, changed.time),
    };
    if (*entry->parent) {
        row.parent = arena_text(arena, bytes_of(entry->parent));
        if (parent) {
            row.parent_href = values_href(arena, parent, entry->parent);
            row.parent_kind = kind_words(arena, parent).one;
        }
    }
    return row;
}

/* Whether a file is listed: the reader's to see, and it says the words. */
static enum error is_listed(
    struct reading *reading, const struct register_query *asked, const struct store_entry *entry,
    bool *ret_listed)
{
    enum file_kind kind = asked->query.kind;
    bool visible = false;
    enum error error = file_is_visible(reading, kind, entry->content, &visible);
    if (!error)
        *ret_listed =
            visible &&
            (!asked->words || layout_holds_text(file_layout(kind), entry->content, asked->words));
    return error;
}

enum error register_list(
    struct reading *reading, struct register_query *asked, size_t most,
    struct view_file_row **ret_rows, size_t *ret_count, const char **ret_next)
{
    struct arena *arena = &reading->arena;
    struct view_file_row *rows = ARENA_ARRAY(arena, struct view_file_row, most);
    size_t looked = 0, listed = 0;
    const char *next = NULL;
    if (!rows)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    asked->query.limit = CHUNK;
    for (;;) {
        struct arena chunk = {0};
        struct store_entry *entries = NULL;
        size_t count = 0;
        enum error error =
            store_list(reading->reader, &asked->query, &chunk, &reading->fault, &entries, &count);
        for (size_t i = 0; i < count && !error; i++) {
            bool is = false;
            if (listed == most || looked == LOOKED_AT) {
                next = asked->query.after;
                break;
            }
            error = is_listed(reading, asked, &entries[i], &is);
            if (!error && is)
                rows[listed++] = row_of(arena, asked->query.kind, &entries[i]);
            looked++;
            asked->query.after = arena_text(arena, bytes_of(entries[i].number));
            if (!asked->query.after)
                error = fault_place(&reading->fault, ERROR_MEMORY, "page");
        }
        arena_free(&chunk);
        if (!error && !next && count == CHUNK)
            continue;
        *ret_rows = rows;
        *ret_count = listed;
        *ret_next = next;
        return error;
    }
}

static enum error
add_states(struct reading *reading, const struct register_query *asked, struct view_register *view)
{
    enum file_kind kind = asked->query.kind;
    int count = 0;
    while (strcmp(file_state_word(kind, count + 1), "new") != 0)
        count++;
    view->states.items = ARENA_ARRAY(&reading->arena, struct view_option, (size_t)count + 1);
    if (!view->states.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    view->states.items[view->states.count++] =
        (struct view_option){.value = "", .words = "Any", .chosen = !asked->query.state};
    for (int state = 1; state <= count; state++)
        view->states.items[view->states.count++] = (struct view_option){
            .value = file_state_word(kind, state),
            .words = state_label(&reading->arena, kind, state).word,
            .chosen = state == asked->query.state,
        };
    return ERROR_OK;
}

/* What the reader can open a file of the kind with, and where else its files are shown. */
static enum error add_acts(struct reading *reading, enum file_kind kind, struct view_register *view)
{
    size_t count;
    const struct transition *rows = lifecycle(kind, &count);
    view->acts.items = ARENA_ARRAY(&reading->arena, struct view_link, count + 2);
    if (!view->acts.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    if (kind == FILE_COUNTRY)
        view->acts.items[view->acts.count++] =
            (struct view_link){.href = "/countries", .words = "On a map, and how the list changed"};
    for (size_t i = 0; i < count; i++) {
        if (!(rows[i].from & STATE_NEW) ||
            transition_open(&rows[i], &reading->who, kind, NULL, NULL))
            continue;
        view->acts.items[view->acts.count++] = (struct view_link){
            .href = words_format(&reading->arena, "/act/%s/%s", file_word(kind), rows[i].verb),
            .words = rows[i].words,
        };
    }
    return ERROR_OK;
}

/* "3 licences"; of more than a page, how many there are where the reader sees all. */
static const char *count_words(
    struct reading *reading, const struct register_query *asked, const struct view_register *view)
{
    struct store_query query = asked->query;
    uint64_t all = view->rows.count;
    query.after = NULL;
    if (reader_sight(&reading->who, query.kind) == SIGHT_ALL && !asked->words &&
        store_count(reading->reader, &query, NULL, &all) == ERROR_OK)
        return words_count(&reading->arena, all, "file");
    return words_format(
        &reading->arena, "%s%s", words_count(&reading->arena, all, "file"),
        view->next ? " on this page" : "");
}

HANDLER(get_register_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct register_query asked = {0};
    struct view_register view = {0};
    enum error error = read_query(&reading, request, &asked);
    if (error)
        return reading_failed(&reading, response);
    struct kind_words words = kind_words(&reading.arena, asked.query.kind);
    view.action = register_href(&reading.arena, asked.query.kind);
    view.title = words.many;
    view.intro = words.intro;
    view.empty = asked.words || asked.query.state || asked.query.parent ? "Nothing fits the filter."
                                                                        : words.empty;
    view.words = asked.words;
    view.board = asked.query.kind == FILE_CASE ? "/cases" : NULL;
    view.parent = asked.query.parent;
    bool filtered = asked.words || asked.query.state || asked.query.parent || asked.query.after;
    error = frame_make(
        &reading,
        filtered ? words_format(&reading.arena, "%s, some of them", words.many) : words.many,
        view.action, &view.frame);
    if (!error)
        error = frame_live(&reading, file_word(asked.query.kind), &view.frame);
    view.frame.search = asked.words;
    if (!error)
        error = add_states(&reading, &asked, &view);
    if (!error)
        error = add_acts(&reading, asked.query.kind, &view);
    if (!error)
        error =
            register_list(&reading, &asked, SHOWN, &view.rows.items, &view.rows.count, &view.next);
    if (error)
        return reading_failed(&reading, response);
    view.count = count_words(&reading, &asked, &view);
    register_page(&response->content, &view);
    return page_done(&reading, response);
}
