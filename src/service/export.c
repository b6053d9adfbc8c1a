/* Registers as tables: JSON and CSV of the files that the reader sees. */
#include <string.h>

#include "authority/register.h"
#include "authority/table.h"
#include "json/json.h"
#include "service/handlers.h"
#include "service/list.h"
#include "service/now.h"

/* --- Rows --------------------------------------------------------------------------------- */

struct rows {
    const struct layout *layout;
    struct json_writer *writer;
};

static enum error put_rows(
    struct reading *reading, enum file_kind kind, const struct store_entry *entry,
    struct arena *arena, void *context)
{
    const struct rows *rows = context;
    const void *now = NULL;
    enum error error = now_of(reading, kind, entry->content, arena, &now);
    for (size_t i = 0; i < register_count(kind, entry->content) && !error; i++) {
        const void *row = NULL;
        error =
            register_row(kind, rows->layout, entry->content, now, i, arena, &reading->fault, &row);
        if (!error)
            layout_write_json(rows->layout, row, rows->writer);
    }
    return error;
}

/* Writes `"rows": [...]` of what is asked for. */
static enum error write_rows(
    struct reading *reading, struct asked *asked, const struct layout *layout,
    struct json_writer *writer, const char **ret_after)
{
    struct rows rows = {layout, writer};
    json_put_array(writer, "rows");
    enum error error = list_each(reading, asked, put_rows, &rows, ret_after);
    json_write_array_end(writer);
    return error;
}

static enum error begin(
    struct reading *reading, const struct http_request *request, struct asked *ret_asked,
    const struct layout **ret_layout)
{
    enum error error = list_read(reading, request, ret_asked);
    if (error)
        return error;
    return register_layout(ret_asked->query.kind, &reading->arena, &reading->fault, ret_layout);
}

HANDLER(get_register_json)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct asked asked;
    const struct layout *layout = NULL;
    const char *after = NULL;
    enum error error = begin(&reading, request, &asked, &layout);
    if (error)
        return reading_failed(&reading, response);
    struct json_writer writer;
    response_json(response, 200, &writer);
    json_write_object(&writer);
    json_put_string(&writer, "kind", file_word(asked.query.kind));
    error = write_rows(&reading, &asked, layout, &writer, &after);
    if (error)
        return reading_failed(&reading, response);
    if (after)
        put_bytes(&writer, "next", bytes_of(after));
    json_write_object_end(&writer);
    response_json_end(response, &writer);
    response_tag(response, request);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

/* --- CSV ---------------------------------------------------------------------------------- */

/* The rows of a page as JSON, and those as a table: one way to write a value. */
static enum error write_csv(
    struct reading *reading, struct asked *asked, const struct layout *layout, struct buffer *out,
    const char **ret_after)
{
    struct buffer text = {0};
    struct json_writer json_writer;
    struct csv_writer writer;
    struct table table;
    const struct json *page = NULL;
    json_writer_begin(&json_writer, &text, 0);
    json_write_object(&json_writer);
    enum error error = write_rows(reading, asked, layout, &json_writer, ret_after);
    json_write_object_end(&json_writer);
    if (!error && (error = json_writer_end(&json_writer)) != ERROR_OK)
        fault_place(&reading->fault, error, "register");
    if (!error)
        error = json_parse(buffer_view(&text), &reading->arena, &reading->fault, &page);
    if (!error)
        error = table_of(layout, &reading->arena, &reading->fault, &table);
    buffer_free(&text);
    if (error)
        return error;
    const struct json *rows = json_find(page, "rows");
    table_begin(&table, &writer, out);
    for (size_t i = 0; i < json_count(rows); i++)
        table_write(&table, json_at(rows, i), &writer);
    error = csv_writer_end(&writer);
    return error ? fault_place(&reading->fault, error, "register") : ERROR_OK;
}

/* Where a client goes on (RFC 8288): the same query from another place. */
static void
link_next(struct http_response *response, const struct http_request *request, const char *after)
{
    struct buffer query = {0};
    buffer_append_text(&query, "?cursor=");
    base64url_append(&query, bytes_of(after));
    for (size_t i = 0; i < request->query.count; i++) {
        const struct http_pair *pair = &request->query.items[i];
        if (strcmp(pair->name, "cursor") == 0)
            continue;
        buffer_append_text(&query, "&");
        http_percent_append(&query, bytes_of(pair->name));
        buffer_append_text(&query, "=");
        http_percent_append(&query, bytes_of(pair->value));
    }
    const char *text = buffer_text(&query);
    if (text)
        http_header(response, "Link", "<%s>; rel=\"next\"", text);
    else
        response->error = ERROR_MEMORY;
    buffer_free(&query);
}

HANDLER(get_register_csv)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct asked asked;
    const struct layout *layout = NULL;
    const char *after = NULL;
    enum error error = begin(&reading, request, &asked, &layout);
    if (!error)
        error = write_csv(&reading, &asked, layout, &response->content, &after);
    if (error)
        return reading_failed(&reading, response);
    response->status = 200;
    response->type = "text/csv";
    if (after)
        link_next(response, request, after);
    response_tag(response, request);
    reading_end(&reading);
    return HTTP_ANSWERED;
}
