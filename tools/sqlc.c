/* sqlc OUT.c OUT.h SCHEMA.sql FILE.sql...: compiles the store's named statements.
 *
 * A statement is a line `-- name: words`, then its SQL up to a line that ends with a semicolon.
 * Each is prepared here against the schema, as the main database and as one attached under the name
 * `office` (which audits read); one that does not fit the schema fails the build, with its place.
 * OUT.h has an enum of the names, OUT.c their texts and how many parameters and columns each has.
 */
#include <ctype.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

enum { STATEMENTS_MAX = 256, NAME_MAX_LENGTH = 63, FILE_LIMIT = 1 << 20 };

struct statement {
    char name[NAME_MAX_LENGTH + 1];
    char *text;
    int parameters, columns;
};

struct program {
    sqlite3 *database;
    sqlite3 *office; /* keeps the attached database alive */
    struct buffer schema;
    struct statement statements[STATEMENTS_MAX];
    size_t count;
};

static void complain(const char *file, size_t line, const char *words)
{
    fprintf(stderr, "%s:%zu: %s\n", file, line, words);
    exit(EXIT_FAILURE);
}

static void read_file(const char *path, struct buffer *content)
{
    struct fault fault = {0};
    if (os_read_file(&os_system, path, FILE_LIMIT, &fault, content) || !buffer_text(content)) {
        char text[600];
        fprintf(stderr, "sqlc: %s\n", fault_text(&fault, text, sizeof text));
        exit(EXIT_FAILURE);
    }
}

static void run(sqlite3 *database, const char *path, const char *sql)
{
    char *words = NULL;
    if (sqlite3_exec(database, sql, NULL, NULL, &words) != SQLITE_OK)
        complain(path, 1, words ? words : "cannot be run");
}

static void open_databases(struct program *program, const char *schema)
{
    static const char shared[] = "file:office?mode=memory&cache=shared";
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI;
    read_file(schema, &program->schema);
    if (sqlite3_open_v2(shared, &program->office, flags, NULL) != SQLITE_OK ||
        sqlite3_open_v2(":memory:", &program->database, flags, NULL) != SQLITE_OK)
        complain(schema, 1, "no database in memory");
    run(program->office, schema, buffer_text(&program->schema));
    run(program->database, schema, buffer_text(&program->schema));
    run(program->database, schema, "ATTACH 'file:office?mode=memory&cache=shared' AS office");
}

/* The name of a line "-- name: words", or false. */
static bool names_statement(const char *line, char name[NAME_MAX_LENGTH + 1])
{
    if (strncmp(line, "-- ", 3) != 0)
        return false;
    size_t length = strspn(line + 3, "abcdefghijklmnopqrstuvwxyz_");
    if (length == 0 || length > NAME_MAX_LENGTH || line[3 + length] != ':')
        return false;
    memcpy(name, line + 3, length);
    name[length] = '\0';
    return true;
}

static void
prepare(struct program *program, struct statement *statement, const char *path, size_t line)
{
    sqlite3_stmt *prepared = NULL;
    const char *rest = NULL;
    if (sqlite3_prepare_v2(program->database, statement->text, -1, &prepared, &rest) != SQLITE_OK)
        complain(path, line, sqlite3_errmsg(program->database));
    if (!prepared || rest[strspn(rest, " \n")] != '\0')
        complain(path, line, "not exactly one statement");
    statement->parameters = sqlite3_bind_parameter_count(prepared);
    statement->columns = sqlite3_column_count(prepared);
    sqlite3_finalize(prepared);
}

static struct statement *
add(struct program *program, const char *name, const char *path, size_t line)
{
    for (size_t i = 0; i < program->count; i++)
        if (strcmp(program->statements[i].name, name) == 0)
            complain(path, line, "a second statement of that name");
    if (program->count == STATEMENTS_MAX)
        complain(path, line, "too many statements");
    struct statement *statement = &program->statements[program->count++];
    memcpy(statement->name, name, strlen(name) + 1);
    return statement;
}

static void compile(struct program *program, const char *path)
{
    struct buffer file = {0}, text = {0};
    read_file(path, &file);
    struct statement *open = NULL;
    size_t number = 0, began = 0;
    for (char *line = (char *)file.data, *next; *line; line = next) {
        size_t length = strcspn(line, "\n");
        next = line + length + (line[length] == '\n');
        line[length] = '\0';
        number++;
        char name[NAME_MAX_LENGTH + 1];
        if (!open && names_statement(line, name)) {
            open = add(program, name, path, number);
            began = number;
        } else if (!open && length > 0 && strncmp(line, "--", 2) != 0) {
            complain(path, number, "SQL without a name before it");
        } else if (open) {
            buffer_printf(&text, "%s%s", text.length ? "\n" : "", line);
            if (length > 0 && line[length - 1] == ';') {
                text.length--;
                open->text = strdup(buffer_text(&text));
                if (!open->text)
                    complain(path, number, "no memory");
                prepare(program, open, path, began);
                buffer_clear(&text);
                open = NULL;
            }
        }
    }
    if (open)
        complain(path, began, "a statement without its semicolon");
    buffer_free(&text);
    buffer_free(&file);
}

static void put_text(FILE *out, const char *text)
{
    fputs("\n    \"", out);
    for (; *text; text++) {
        if (*text == '\n')
            fputs(text[1] ? "\\n\"\n    \"" : "\\n", out);
        else if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

static void put_header(FILE *out, const struct program *program)
{
    fputs(
        "/* Made by tools/sqlc.c. */\n#ifndef ENDUSE_STORE_SQL_H\n#define ENDUSE_STORE_SQL_H\n\n"
        "enum sql {\n",
        out);
    for (size_t i = 0; i < program->count; i++) {
        fputs("    SQL_", out);
        for (const char *c = program->statements[i].name; *c; c++)
            fputc(toupper((unsigned char)*c), out);
        fputs(",\n", out);
    }
    fputs(
        "    SQL_COUNT,\n};\n\n"
        "struct sql_statement {\n    const char *name, *text;\n    int parameters, columns;\n};\n\n"
        "extern const struct sql_statement sql_statements[SQL_COUNT];\n"
        "extern const char sql_schema[];\n\n#endif\n",
        out);
}

static void put_source(FILE *out, const struct program *program, const char *header)
{
    const char *slash = strrchr(header, '/');
    fprintf(
        out, "/* Made by tools/sqlc.c. */\n#include \"%s\"\n\nconst char sql_schema[] =",
        slash ? slash + 1 : header);
    put_text(out, (const char *)program->schema.data);
    fputs(";\n\nconst struct sql_statement sql_statements[SQL_COUNT] = {\n", out);
    for (size_t i = 0; i < program->count; i++) {
        const struct statement *statement = &program->statements[i];
        fprintf(out, "    {\"%s\",", statement->name);
        put_text(out, statement->text);
        fprintf(out, ", %d, %d},\n", statement->parameters, statement->columns);
    }
    fputs("};\n", out);
}

static FILE *create(const char *path)
{
    FILE *out = fopen(path, "w");
    if (!out)
        complain(path, 1, "cannot be written");
    return out;
}

int main(int count, char **arguments)
{
    if (count < 5) {
        fprintf(stderr, "usage: sqlc OUT.c OUT.h SCHEMA.sql FILE.sql...\n");
        return EXIT_FAILURE;
    }
    static struct program program;
    open_databases(&program, arguments[3]);
    for (int i = 4; i < count; i++)
        compile(&program, arguments[i]);
    FILE *source = create(arguments[1]), *header = create(arguments[2]);
    put_source(source, &program, arguments[2]);
    put_header(header, &program);
    int failed = ferror(source) | ferror(header);
    failed |= fclose(source) | fclose(header);
    for (size_t i = 0; i < program.count; i++)
        free(program.statements[i].text);
    buffer_free(&program.schema);
    sqlite3_close(program.database);
    sqlite3_close(program.office);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
