/* Files of rows (CSV or JSON) as commands read them. */
#ifndef ENDUSE_CLI_ROWS_H
#define ENDUSE_CLI_ROWS_H

#include "authority/table.h"
#include "cli/files.h"

/* A row as an object of JSON, and the line on which it begins. */
struct row {
    const struct json *json;
    size_t line;
};

struct rows {
    const char *path;
    const struct row *items;
    size_t count;
};

/* A rule between the members of a row, of the layout's struct; the fault's place is a member's
 * name.
 */
typedef enum error rows_rule(const void *value, struct fault *fault);

/* Reads a table of CSV with the columns of a layout, or what `enduse register export` writes as
 * JSON: an object with the array "rows". The rows have members of `layout` only; columns and
 * members of `also` are passed over. Every cell is held to its field: errors say line and column.
 */
enum error rows_read(
    struct call *call, const char *path, const struct layout *layout, const struct layout *also,
    struct fault *fault, struct rows *ret_rows);

/* The JSON of an act's body from a table of CSV: the rows as the members of the list of records
 * that the body has, else the body itself from the one row that there is. In the call's arena. */
bool rows_fit(const struct layout *body);
enum error rows_body(
    struct call *call, const char *path, const struct layout *body, const struct layout *also,
    rows_rule *rule, struct fault *fault, struct bytes *ret_json);

#endif
