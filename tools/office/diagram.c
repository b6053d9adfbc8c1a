/* A life-cycle as a picture. Each column is a state, each line an act: from the dots to the
 * arrowheads. There is nothing to lay out but lines of text, so the picture is the same wherever it
 * is made, and a new row of a table never makes it worse to read. */
#include <string.h>

#include "office.h"

enum {
    LEFT = 300,      /* the acts' words */
    HEAD = 64,       /* the states' names */
    FOOT = 44,       /* the legend */
    LINE = 15,       /* of the smaller text */
    NARROWEST = 76,  /* column */
    WORDS_WIDE = 46, /* characters of a line of roles */
    RING = 9,        /* radius, around a state in which the file may stay */
    TEXT_MAX = 512,
};

struct picture {
    enum file_kind kind;
    struct buffer *svg;
    int states;
    int x[LIFECYCLE_STATES_MAX + 1]; /* of each column's middle; 0 is "new" */
    int width;
};

static const char style[] =
    "<style>\n"
    "  svg{--ground:#fff;--ink:#1b2430;--quiet:#4f5967;--band:#f2f4f8;--rule:#c4ccd8;\n"
    "    --act:#1f5bb5;--rule-act:#9a4a00}\n"
    "  @media (prefers-color-scheme:dark){svg{--ground:#11171e;--ink:#e8edf3;--quiet:#aab5c3;\n"
    "    --band:#19212b;--rule:#3a4656;--act:#8ab6ff;--rule-act:#ffb86b}}\n"
    "  text{font:13px system-ui,\"Liberation Sans\",Arial,sans-serif;fill:var(--ink)}\n"
    "  .verb{font-weight:600}.who{font-size:12px;fill:var(--quiet)}\n"
    "  .name{text-anchor:middle;font-weight:600}\n"
    "  .ground{fill:var(--ground)}.band{fill:var(--band)}\n"
    "  .box{fill:var(--ground);stroke:var(--ink);stroke-width:1.4}\n"
    "  .life{stroke:var(--rule);stroke-width:1;stroke-dasharray:3 4}\n"
    "  .act line,.act circle{stroke:var(--act);stroke-width:2}\n"
    "  .act .dot,.act path{fill:var(--act);stroke:none}.ring{fill:none}\n"
    "  .rule line,.rule circle{stroke:var(--rule-act);stroke-width:2}\n"
    "  .rule line{stroke-dasharray:7 3}\n"
    "  .rule .dot,.rule path{fill:var(--rule-act);stroke:none}\n"
    "</style>\n";

static const char *state_name(const struct picture *picture, int state)
{
    return state ? file_state_word(picture->kind, state) : "new";
}

int state_count(enum file_kind kind)
{
    int count = 0;
    while (count < LIFECYCLE_STATES_MAX &&
           strcmp(file_state_word(kind, count + 1), file_state_word(kind, 0)) != 0)
        count++;
    return count;
}

/* --- Columns ------------------------------------------------------------------------------ */

static int column_width(const char *name)
{
    int wide = 10 * (int)strlen(name) + 24;
    return wide > NARROWEST ? wide : NARROWEST;
}

static void place_columns(struct picture *picture)
{
    int left = LEFT;
    for (int state = 0; state <= picture->states; state++) {
        int wide = column_width(state_name(picture, state));
        picture->x[state] = left + wide / 2;
        left += wide;
    }
    picture->width = left + 12;
}

/* A state that no act leads out of is an end. */
static bool is_end(enum file_kind kind, int state)
{
    size_t count;
    const struct transition *rows = lifecycle(kind, &count);
    for (size_t i = 0; i < count; i++) {
        if ((rows[i].from & STATE(state)) && rows[i].to != STATE(state))
            return false;
    }
    return true;
}

static void write_heads(const struct picture *picture, int bottom)
{
    struct buffer *svg = picture->svg;
    for (int state = 0; state <= picture->states; state++) {
        const char *name = state_name(picture, state);
        int x = picture->x[state];
        int half = (column_width(name) - 8) / 2;
        buffer_printf(
            svg, "<line class=\"life\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", x, HEAD - 12,
            x, bottom);
        if (state)
            buffer_printf(
                svg,
                "<rect class=\"box\" x=\"%d\" y=\"20\" width=\"%d\" height=\"30\" rx=\"8\"/>\n",
                x - half, 2 * half);
        if (state && is_end(picture->kind, state))
            buffer_printf(
                svg,
                "<rect class=\"box\" x=\"%d\" y=\"23\" width=\"%d\" height=\"24\" rx=\"5\"/>\n",
                x - half + 3, 2 * half - 6);
        buffer_printf(svg, "<text class=\"name\" x=\"%d\" y=\"40\">%s</text>\n", x, name);
    }
}

/* --- Lines -------------------------------------------------------------------------------- */

/* The next line of a text that is broken at blanks; its length. */
static size_t next_line(const char *text)
{
    size_t length = strlen(text);
    if (length <= WORDS_WIDE)
        return length;
    length = WORDS_WIDE;
    while (length > 0 && text[length] != ' ')
        length--;
    return length ? length : WORDS_WIDE;
}

static void who_of(const struct transition *row, char text[TEXT_MAX])
{
    struct buffer words = {0};
    write_who(row, &words);
    const char *given = buffer_text(&words);
    size_t length = given ? strlen(given) : 0;
    length = length < TEXT_MAX ? length : TEXT_MAX - 1;
    if (length)
        memcpy(text, given, length);
    text[length] = '\0';
    buffer_free(&words);
}

static int line_count(const char *text)
{
    int count = 0;
    while (*text) {
        text += next_line(text);
        text += strspn(text, " ");
        count++;
    }
    return count;
}

static int row_height(const struct transition *row)
{
    char who[TEXT_MAX];
    who_of(row, who);
    return 30 + LINE * line_count(who);
}

static void write_words(const struct picture *picture, const struct transition *row, int top)
{
    char who[TEXT_MAX];
    who_of(row, who);
    buffer_printf(
        picture->svg, "<text class=\"verb\" x=\"12\" y=\"%d\">%s</text>\n", top + 19, row->verb);
    int y = top + 19;
    for (const char *text = who; *text;) {
        size_t length = next_line(text);
        y += LINE;
        buffer_printf(
            picture->svg, "<text class=\"who\" x=\"12\" y=\"%d\">%.*s</text>\n", y, (int)length,
            text);
        text += length;
        text += strspn(text, " ");
    }
}

static void write_head(const struct picture *picture, int x, int y, bool from_left)
{
    int back = from_left ? -12 : 12;
    buffer_printf(
        picture->svg, "<path d=\"M%d %dL%d %dL%d %dZ\"/>\n", x, y, x + back, y - 6, x + back,
        y + 6);
}

static void write_marks(const struct picture *picture, const struct transition *row, int y)
{
    int first = 0, last = 0;
    for (int state = 0; state <= picture->states; state++) {
        if (!((row->from | row->to) & STATE(state)))
            continue;
        first = first ? first : picture->x[state];
        last = picture->x[state];
    }
    if (first < last)
        buffer_printf(
            picture->svg, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", first, y, last, y);
    for (int state = 0; state <= picture->states; state++) {
        bool from = row->from & STATE(state), to = row->to & STATE(state);
        /* Arrowheads come from states in which the file cannot stay. */
        unsigned sources = to ? row->from & ~row->to : 0;
        int x = picture->x[state], gap = from ? RING : 0;
        if (from)
            buffer_printf(
                picture->svg, "<circle class=\"dot\" cx=\"%d\" cy=\"%d\" r=\"5\"/>\n", x, y);
        if (from && to)
            buffer_printf(
                picture->svg, "<circle class=\"ring\" cx=\"%d\" cy=\"%d\" r=\"%d\"/>\n", x, y,
                RING);
        if (sources & (STATE(state) - 1))
            write_head(picture, x - gap, y, true);
        if (sources >> state >> 1)
            write_head(picture, x + gap, y, false);
        if (to && !from && !sources)
            write_head(picture, x, y, row->from < STATE(state));
    }
}

static void write_row(const struct picture *picture, const struct transition *row, int top)
{
    buffer_printf(picture->svg, "<g class=\"%s\">\n", row->roles == ROLE_SERVER ? "rule" : "act");
    write_words(picture, row, top);
    write_marks(picture, row, top + row_height(row) / 2);
    buffer_append_text(picture->svg, "</g>\n");
}

/* Every other line has a ground of its own, for the eye. */
static void write_bands(const struct picture *picture)
{
    size_t count;
    const struct transition *rows = lifecycle(picture->kind, &count);
    int top = HEAD;
    for (size_t i = 0; i < count; i++) {
        if (i % 2 == 0)
            buffer_printf(
                picture->svg, "<rect class=\"band\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", top,
                picture->width, row_height(&rows[i]));
        top += row_height(&rows[i]);
    }
}

/* --- The whole ---------------------------------------------------------------------------- */

static void write_states(const struct picture *picture, unsigned states)
{
    bool more = false;
    for (int state = 0; state <= picture->states; state++) {
        if (states & STATE(state)) {
            buffer_printf(picture->svg, "%s%s", more ? " or " : "", state_name(picture, state));
            more = true;
        }
    }
}

/* The same in words, for who cannot see it. */
static void write_description(const struct picture *picture)
{
    size_t count;
    const struct transition *rows = lifecycle(picture->kind, &count);
    const char *word = file_word(picture->kind);
    buffer_printf(
        picture->svg, "<title id=\"title\">States of %s %s</title>\n<desc id=\"desc\">",
        strchr("aeiou", word[0]) ? "an" : "a", word);
    for (size_t i = 0; i < count; i++) {
        buffer_printf(picture->svg, "%s%s (", i ? " " : "", rows[i].verb);
        write_who(&rows[i], picture->svg);
        buffer_append_text(picture->svg, "): from ");
        write_states(picture, rows[i].from);
        buffer_append_text(picture->svg, " to ");
        write_states(picture, rows[i].to);
        buffer_append_byte(picture->svg, '.');
    }
    buffer_append_text(picture->svg, "</desc>\n");
}

static void write_legend(const struct picture *picture, int y)
{
    buffer_printf(
        picture->svg,
        "<g class=\"act\"><circle class=\"dot\" cx=\"18\" cy=\"%d\" r=\"5\"/>"
        "<path d=\"M86 %dL74 %dL74 %dZ\"/>"
        "<circle class=\"dot\" cx=\"132\" cy=\"%d\" r=\"5\"/>"
        "<circle class=\"ring\" cx=\"132\" cy=\"%d\" r=\"9\"/></g>\n"
        "<g class=\"rule\"><line x1=\"216\" y1=\"%d\" x2=\"248\" y2=\"%d\"/></g>\n",
        y, y, y - 6, y + 6, y, y, y, y);
    static const struct {
        int x;
        const char *text;
    } words[] = {{28, "from"}, {92, "to"}, {146, "may stay"}, {254, "by itself, by a rule"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        buffer_printf(
            picture->svg, "<text class=\"who\" x=\"%d\" y=\"%d\">%s</text>\n", words[i].x, y + 4,
            words[i].text);
}

void write_diagram(enum file_kind kind, struct buffer *svg)
{
    struct picture picture = {.kind = kind, .svg = svg, .states = state_count(kind)};
    size_t count;
    const struct transition *rows = lifecycle(kind, &count);
    place_columns(&picture);
    int bottom = HEAD;
    for (size_t i = 0; i < count; i++)
        bottom += row_height(&rows[i]);
    buffer_printf(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
        "height=\"%d\" role=\"img\" aria-labelledby=\"title desc\">\n",
        picture.width, bottom + FOOT, picture.width, bottom + FOOT);
    write_description(&picture);
    buffer_append_text(svg, style);
    buffer_printf(
        svg, "<rect class=\"ground\" width=\"%d\" height=\"%d\"/>\n", picture.width, bottom + FOOT);
    write_bands(&picture);
    write_heads(&picture, bottom);
    int top = HEAD;
    for (size_t i = 0; i < count; i++) {
        write_row(&picture, &rows[i], top);
        top += row_height(&rows[i]);
    }
    write_legend(&picture, bottom + 22);
    buffer_append_text(svg, "</svg>\n");
}
