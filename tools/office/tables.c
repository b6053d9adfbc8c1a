/* Acts by kind and by role, as Markdown. */
#include <string.h>

#include "office.h"

void write_who(const struct transition *row, struct buffer *text)
{
    const char *between = "";
    unsigned left = row->roles;
    for (enum role_index role = 0; role < ROLE_COUNT; role++) {
        if (!(left & (1u << role)))
            continue;
        left &= ~(1u << role);
        buffer_printf(text, "%s%s", between, role_words(role));
        between = left & (left - 1) ? ", " : " or ";
    }
    if (row->ministry != ANY_MINISTRY)
        buffer_printf(
            text, " of the %s ministry", row->ministry == DEFENCE_ONLY ? "defence" : "foreign");
}

static void write_states(enum file_kind kind, unsigned states, struct buffer *text)
{
    bool more = false;
    for (int state = 0; state <= state_count(kind); state++) {
        if (states & STATE(state)) {
            buffer_printf(
                text, "%s%s", more ? ", " : "", state ? file_state_word(kind, state) : "new");
            more = true;
        }
    }
}

/* Whose acts keep a person from this one: the members of the file that note them. */
static void write_apart(enum file_kind kind, const struct transition *row, struct buffer *text)
{
    const struct layout *layout = file_layout(kind);
    for (size_t i = 0; i < APART_MAX && row->apart[i]; i++) {
        for (size_t f = 0; f < layout->field_count; f++) {
            const struct field *field = &layout->fields[f];
            if (field->kind == FIELD_RECORD && row->apart[i] >= field->offset &&
                row->apart[i] < field->offset + field->layout->size)
                buffer_printf(text, "%s%s", i ? ", " : "", field->name);
        }
    }
}

void write_kind(enum file_kind kind, struct buffer *text)
{
    size_t count;
    const struct transition *rows = lifecycle(kind, &count);
    const char *word = file_word(kind);
    if (count == 0) {
        buffer_append_text(text, "Nobody acts on such a file.\n");
        return;
    }
    buffer_printf(
        text,
        "![States of %s %s: each column a state, each line an act](office/%s.svg)\n\n"
        "| act | what it does | who | from | to | not by who is noted as | provided that |\n"
        "|---|---|---|---|---|---|---|\n",
        strchr("aeiou", word[0]) ? "an" : "a", word, word);
    for (size_t i = 0; i < count; i++) {
        const struct transition *row = &rows[i];
        const char *provided = row->rule ? row->rule : row->conditions;
        buffer_printf(text, "| %s | %s | ", row->verb, row->words);
        write_who(row, text);
        buffer_append_text(text, " | ");
        write_states(kind, row->from, text);
        buffer_append_text(text, " | ");
        write_states(kind, row->to, text);
        buffer_append_text(text, " | ");
        write_apart(kind, row, text);
        buffer_printf(text, " | %s |\n", provided ? provided : "");
    }
}

/* --- Roles -------------------------------------------------------------------------------- */

static void write_act(
    enum file_kind kind, const struct transition *row, const char *between, struct buffer *text)
{
    buffer_printf(text, "%s%s", between, row->verb);
    if (row->ministry != ANY_MINISTRY && row->roles != ROLE_SERVER)
        buffer_printf(
            text, " (%s ministry)", row->ministry == DEFENCE_ONLY ? "defence" : "foreign");
    if (row->apart[0]) {
        buffer_append_text(text, " (not who is noted as: ");
        write_apart(kind, row, text);
        buffer_append_text(text, ")");
    }
}

/* The acts of the role on a kind; false when there is none. */
static bool write_acts(enum role_index role, enum file_kind kind, struct buffer *text)
{
    size_t count;
    const struct transition *rows = lifecycle(kind, &count);
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (!(rows[i].roles & (1u << role)))
            continue;
        if (!any)
            buffer_printf(text, "- %s: ", file_word(kind));
        write_act(kind, &rows[i], any ? "; " : "", text);
        any = true;
    }
    if (any)
        buffer_append_byte(text, '\n');
    return any;
}

void write_role(enum role_index role, struct buffer *text)
{
    bool can[FILE_KIND_LAST + 1] = {false};
    bool any = false, all = true;
    for (int kind = 1; kind <= FILE_KIND_LAST; kind++) {
        can[kind] = write_acts(role, (enum file_kind)kind, text);
        any |= can[kind];
        all &= can[kind];
    }
    if (!any)
        buffer_append_text(text, "No act on any file.\n");
    if (!any || all)
        return;
    buffer_append_text(text, "\nNo act on files of the kinds ");
    bool more = false;
    for (int kind = 1; kind <= FILE_KIND_LAST; kind++) {
        if (can[kind])
            continue;
        buffer_printf(text, "%s%s", more ? ", " : "", file_word((enum file_kind)kind));
        more = true;
    }
    buffer_append_text(text, ".\n");
}
