/* Fills in what docs/office.md has of the life-cycles' tables, and makes its pictures.
 *
 * Usage: office_documents OFFICE.md FOLDER
 *
 * Reads OFFICE.md and writes FOLDER/office.md and FOLDER/office/KIND.svg. Between a line
 * <!-- made: kind KIND --> (or role WORD) and the next <!-- end --> it puts what the tables say;
 * kinds and roles without such a place go between <!-- made: others --> and <!-- end -->, each with
 * a heading. All other lines stay. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "office.h"

static const char made[] = "<!-- made: ", ends[] = "<!-- end -->";

struct filling {
    bool kinds[FILE_KIND_LAST + 1], roles[ROLE_COUNT]; /* that have had their place */
    struct buffer text;
};

/* --- Places ------------------------------------------------------------------------------- */

static bool fill_kind(struct filling *filling, struct bytes word)
{
    enum file_kind kind = file_by_word(word);
    if (kind == FILE_NONE || filling->kinds[kind])
        return false;
    write_kind(kind, &filling->text);
    return filling->kinds[kind] = true;
}

static bool fill_role(struct filling *filling, struct bytes word)
{
    for (enum role_index role = 0; role < ROLE_COUNT; role++) {
        if (!bytes_equal_text(word, role_word(role)) || filling->roles[role])
            continue;
        write_role(role, &filling->text);
        return filling->roles[role] = true;
    }
    return false;
}

static void fill_others(struct filling *filling)
{
    for (int kind = 1; kind <= FILE_KIND_LAST; kind++) {
        if (filling->kinds[kind])
            continue;
        const char *word = file_word((enum file_kind)kind);
        buffer_printf(&filling->text, "\n### %c%s\n\n", word[0] - 'a' + 'A', word + 1);
        write_kind((enum file_kind)kind, &filling->text);
    }
    for (enum role_index role = 0; role < ROLE_COUNT; role++) {
        if (filling->roles[role])
            continue;
        buffer_printf(&filling->text, "\n### %s\n\n", role_words(role));
        write_role(role, &filling->text);
    }
}

/* What a place's name asks for: "kind licence", "role desk", "others". */
static bool fill(struct filling *filling, struct bytes name)
{
    struct bytes kind = BYTES_LITERAL("kind "), role = BYTES_LITERAL("role ");
    if (bytes_equal_text(name, "others")) {
        fill_others(filling);
        return true;
    }
    if (bytes_equal(bytes_slice(name, 0, kind.length), kind))
        return fill_kind(filling, bytes_slice(name, kind.length, name.length));
    if (bytes_equal(bytes_slice(name, 0, role.length), role))
        return fill_role(filling, bytes_slice(name, role.length, name.length));
    return false;
}

/* --- Lines -------------------------------------------------------------------------------- */

static bool begins_with(const char *line, const char *text)
{
    return strncmp(line, text, strlen(text)) == 0;
}

static bool fill_in(const char *text, struct filling *filling)
{
    bool inside = false, others = false;
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n") + 1;
        if (!line[length - 1])
            return false; /* the last line has its end */
        if (begins_with(line, ends))
            inside = false;
        if (!inside)
            buffer_append(&filling->text, line, length);
        if (begins_with(line, made)) {
            const char *name = line + strlen(made);
            size_t size = strcspn(name, "\n");
            if (inside || size < 4 || memcmp(name + size - 4, " -->", 4) != 0 ||
                !fill(filling, (struct bytes){(const uint8_t *)name, size - 4})) {
                fprintf(stderr, "no such place, or a second one: %.*s\n", (int)length - 1, line);
                return false;
            }
            others |= begins_with(name, "others");
            inside = true;
        }
        line += length;
    }
    if (inside || !others)
        fprintf(stderr, "a place without its end, or no place for others\n");
    return !inside && others;
}

/* --- Files -------------------------------------------------------------------------------- */

static bool
write_file(const char *folder, const char *name, const char *ending, const struct buffer *text)
{
    struct fault fault = {0};
    char path[1024];
    int length = snprintf(path, sizeof path, "%s/%s%s", folder, name, ending);
    if (length < 0 || (size_t)length >= sizeof path || text->error ||
        os_replace_file(&os_system, path, buffer_view(text), 0644, &fault)) {
        fprintf(stderr, "%s was not written\n", path);
        return false;
    }
    return true;
}

static bool write_pictures(const char *folder)
{
    char path[1024];
    int length = snprintf(path, sizeof path, "%s/office", folder);
    if (length < 0 || (size_t)length >= sizeof path)
        return false;
    mkdir(path, 0755); /* where it is there, or cannot be made, writing says so */
    bool written = true;
    for (int kind = 1; kind <= FILE_KIND_LAST && written; kind++) {
        struct buffer svg = {0};
        size_t acts;
        lifecycle((enum file_kind)kind, &acts);
        if (acts == 0)
            continue;
        write_diagram((enum file_kind)kind, &svg);
        written = write_file(path, file_word((enum file_kind)kind), ".svg", &svg);
        buffer_free(&svg);
    }
    return written;
}

int main(int count, char **arguments)
{
    struct fault fault = {0};
    struct buffer page = {0};
    struct filling filling = {0};
    if (count != 3) {
        fprintf(stderr, "usage: office_documents OFFICE.md FOLDER\n");
        return 2;
    }
    bool done = os_read_file(&os_system, arguments[1], 1 << 20, &fault, &page) == ERROR_OK;
    if (!done)
        fprintf(stderr, "%s was not read\n", arguments[1]);
    const char *text = done ? buffer_text(&page) : NULL;
    done = text && fill_in(text, &filling) &&
           write_file(arguments[2], "office", ".md", &filling.text) && write_pictures(arguments[2]);
    buffer_free(&page);
    buffer_free(&filling.text);
    return done ? 0 : 1;
}
