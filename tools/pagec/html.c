/* The state machine of html.h. Section numbers are of the HTML standard, "Tokenization". */
#include "pagec/html.h"

#include <string.h>
#include <strings.h>

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

static uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte - 'A' + 'a') : byte;
}

static bool is_letter(uint8_t byte)
{
    return lower(byte) >= 'a' && lower(byte) <= 'z';
}

/* Appends to a name; false when it is too long. */
static bool extend(char name[HTML_NAME_MAX + 1], uint8_t byte)
{
    size_t length = strlen(name);
    if (length == HTML_NAME_MAX)
        return false;
    name[length] = (char)lower(byte);
    name[length + 1] = '\0';
    return true;
}

static bool listed(const char *name, const char *const *list)
{
    for (; *list; list++) {
        if (strcmp(name, *list) == 0)
            return true;
    }
    return false;
}

/* The attributes whose values a browser follows or loads. */
static bool is_url(const char *attribute)
{
    static const char *const names[] = {"href",     "src",        "action", "formaction",
                                        "cite",     "poster",     "data",   "background",
                                        "longdesc", "xlink:href", NULL};
    return listed(attribute, names);
}

/* Elements whose content is not HTML: only text (RCDATA), or nothing at all with us. */
static enum html_where content_of(const char *tag)
{
    static const char *const text[] = {"title", "textarea", NULL};
    static const char *const nothing[] = {"script",   "style",   "xmp",      "iframe",
                                          "noscript", "noembed", "noframes", NULL};
    if (listed(tag, text))
        return HTML_ONLY_TEXT;
    return listed(tag, nothing) ? HTML_NO_CONTENT : HTML_TEXT;
}

static const char *end_of_tag(struct html_state *state)
{
    if (strcmp(state->tag, "plaintext") == 0)
        return "another element: nothing ends plaintext";
    state->where = content_of(state->tag);
    return NULL;
}

/* An attribute's name is whole: may it be set? */
static const char *name_done(struct html_state *state)
{
    /* The content policy of our pages lets none of these work, and their values have a language of
     * their own. */
    if (strcmp(state->attribute, "style") == 0)
        return "a class: the content policy refuses inline styles";
    if (strncmp(state->attribute, "on", 2) == 0)
        return "a script file: the content policy refuses inline scripts";
    if (strcmp(state->attribute, "srcdoc") == 0 || strcmp(state->attribute, "srcset") == 0)
        return "src";
    state->begun = false;
    memset(state->start, 0, sizeof state->start);
    state->where = HTML_EQUALS;
    return NULL;
}

static const char *feed_tag(struct html_state *state, uint8_t byte)
{
    if (is_space(byte)) {
        state->where = HTML_BETWEEN;
    } else if (byte == '>') {
        return end_of_tag(state);
    } else if (byte == '/') {
        state->where = HTML_SLASH;
    } else if (state->where == HTML_AFTER) {
        return "white space between attributes";
    } else if (state->where == HTML_TAG_NAME) {
        if (!is_letter(byte) && !(byte >= '0' && byte <= '9') && byte != '-')
            return "a tag's name of letters, digits and -";
        if (!extend(state->tag, byte))
            return "a shorter name";
    } else if (byte == '=' && state->where == HTML_NAME) {
        return name_done(state);
    } else if (byte < 0x20 || strchr("\"'<=`", byte)) {
        return "an attribute's name, then = without spaces around it";
    } else {
        if (state->where == HTML_BETWEEN)
            state->attribute[0] = '\0';
        state->where = HTML_NAME;
        if (!extend(state->attribute, byte))
            return "a shorter name";
    }
    return NULL;
}

static const char *feed_value(struct html_state *state, uint8_t byte)
{
    uint8_t quote = state->where == HTML_DOUBLE ? '"' : state->where == HTML_SINGLE ? '\'' : 0;
    if (byte == quote && quote) {
        state->where = HTML_AFTER;
        return NULL;
    }
    if (!quote && (is_space(byte) || byte == '>')) {
        state->where = HTML_BETWEEN;
        return byte == '>' ? end_of_tag(state) : NULL;
    }
    if (byte == '<')
        return "&lt; in a value (or is a quote missing?)";
    if (!quote && strchr("\"'=`", byte))
        return "quotes around the value";
    size_t length = strlen(state->start);
    /* What follows a value that was written is no beginning any more. */
    if ((!state->begun || length) && length < sizeof state->start - 1)
        state->start[length] = (char)lower(byte);
    state->begun = true;
    return NULL;
}

static const char *feed_comment(struct html_state *state, uint8_t byte)
{
    bool dash = byte == '-';
    switch (state->where) {
    case HTML_BANG:
        state->where = dash ? HTML_BANG_DASH : HTML_DECLARATION;
        return dash || is_letter(byte) ? NULL : "-- or doctype after <!";
    case HTML_BANG_DASH:
        state->where = HTML_COMMENT_OPEN;
        return dash ? NULL : "<!--";
    case HTML_COMMENT_OPEN:
    case HTML_COMMENT_OPEN_DASH:
        /* "<!-->" and "<!--->" end a comment at once in a browser. */
        if (byte == '>')
            return "a comment with something in it";
        if (state->where == HTML_COMMENT_OPEN)
            state->where = dash ? HTML_COMMENT_OPEN_DASH : HTML_COMMENT;
        else
            state->where = dash ? HTML_COMMENT_DASHES : HTML_COMMENT;
        return NULL;
    case HTML_COMMENT_DASH:
        state->where = dash ? HTML_COMMENT_DASHES : HTML_COMMENT;
        return NULL;
    case HTML_COMMENT_DASHES:
        /* "--!>" ends a comment too; nobody needs "--" inside one. */
        state->where = HTML_TEXT;
        return byte == '>' ? NULL : "> after -- in a comment";
    default:
        state->where = dash ? HTML_COMMENT_DASH : HTML_COMMENT;
        return NULL;
    }
}

/* Inside title, textarea, script and style. */
static const char *feed_only(struct html_state *state, uint8_t byte)
{
    switch (state->where) {
    case HTML_ONLY_LESS:
        state->where = HTML_ONLY_SLASH;
        state->end[0] = '\0';
        return byte == '/' ? NULL : "&lt;, or the element's end tag";
    case HTML_ONLY_SLASH:
        if (byte != '>')
            return extend(state->end, byte) ? NULL : "the element's end tag";
        state->where = HTML_TEXT;
        return strcmp(state->end, state->tag) == 0 ? NULL : "the element's own end tag";
    case HTML_NO_CONTENT:
        if (byte != '<' && !is_space(byte))
            return "no content: the content policy refuses what is inline";
        break;
    default:
        break;
    }
    if (byte == '<')
        state->where = HTML_ONLY_LESS;
    return NULL;
}

static const char *feed_less(struct html_state *state, uint8_t byte)
{
    if (byte == '!') {
        state->where = HTML_BANG;
    } else if (byte == '/') {
        state->where = HTML_END_NAME;
        state->end[0] = '\0';
    } else if (is_letter(byte)) {
        state->where = HTML_TAG_NAME;
        state->tag[0] = '\0';
        extend(state->tag, byte);
    } else {
        return "a tag's name after <, or &lt;";
    }
    return NULL;
}

static const char *feed_end_name(struct html_state *state, uint8_t byte)
{
    if (byte == '>' && state->end[0]) {
        state->where = HTML_TEXT;
        return NULL;
    }
    bool good = is_letter(byte) || (state->end[0] && ((byte >= '0' && byte <= '9') || byte == '-'));
    return good && extend(state->end, byte) ? NULL : "a tag's name and > after </";
}

const char *html_feed(struct html_state *state, uint8_t byte)
{
    switch (state->where) {
    case HTML_TEXT:
        if (byte == '<')
            state->where = HTML_LESS;
        return NULL;
    case HTML_LESS:
        return feed_less(state, byte);
    case HTML_DECLARATION:
        if (byte == '>')
            state->where = HTML_TEXT;
        return NULL;
    case HTML_BANG:
    case HTML_BANG_DASH:
    case HTML_COMMENT_OPEN:
    case HTML_COMMENT_OPEN_DASH:
    case HTML_COMMENT:
    case HTML_COMMENT_DASH:
    case HTML_COMMENT_DASHES:
        return feed_comment(state, byte);
    case HTML_TAG_NAME:
    case HTML_BETWEEN:
    case HTML_NAME:
    case HTML_AFTER:
        return feed_tag(state, byte);
    case HTML_EQUALS:
        if (is_space(byte) || byte == '>')
            return "a value directly after =";
        state->where = byte == '"' ? HTML_DOUBLE : byte == '\'' ? HTML_SINGLE : HTML_BARE;
        return state->where == HTML_BARE ? feed_value(state, byte) : NULL;
    case HTML_DOUBLE:
    case HTML_SINGLE:
    case HTML_BARE:
        return feed_value(state, byte);
    case HTML_SLASH:
        return byte == '>' ? end_of_tag(state) : "> after /";
    case HTML_END_NAME:
        return feed_end_name(state, byte);
    case HTML_ONLY_TEXT:
    case HTML_NO_CONTENT:
    case HTML_ONLY_LESS:
    case HTML_ONLY_SLASH:
        return feed_only(state, byte);
    }
    return "another state";
}

/* Whether a URL that begins so stays on a scheme that runs nothing, whatever follows. */
static bool start_is_safe(const char *start)
{
    static const char *const starts[] = {"/", "?", "#", "https://", "http://", "mailto:", NULL};
    for (size_t i = 0; starts[i]; i++) {
        if (strncmp(start, starts[i], strlen(starts[i])) == 0)
            return true;
    }
    return false;
}

enum html_slot html_slot(const struct html_state *state, const char **ret_why)
{
    switch (state->where) {
    case HTML_TEXT:
    case HTML_ONLY_TEXT:
        return HTML_SLOT_TEXT;
    case HTML_DOUBLE:
    case HTML_SINGLE:
        if (!is_url(state->attribute))
            return HTML_SLOT_ATTRIBUTE;
        if (!state->begun)
            return HTML_SLOT_URL;
        if (!state->start[0] || start_is_safe(state->start))
            return HTML_SLOT_URL_PART;
        *ret_why = "a URL that begins with /, ?, #, https://, http:// or mailto:";
        return HTML_SLOT_NONE;
    case HTML_EQUALS:
    case HTML_BARE:
        *ret_why = "quotes around the value";
        return HTML_SLOT_NONE;
    case HTML_NO_CONTENT:
        *ret_why = "no value inside script or style";
        return HTML_SLOT_NONE;
    default:
        *ret_why = "text or a quoted value around it";
        return HTML_SLOT_NONE;
    }
}

void html_wrote(struct html_state *state)
{
    state->begun = true;
}

bool html_border(struct html_state *state)
{
    switch (state->where) {
    case HTML_NAME:
        /* The name may not go on after the block, or it would not be the one that we looked at. */
        state->where = HTML_AFTER;
        return true;
    case HTML_TEXT:
    case HTML_ONLY_TEXT:
    case HTML_BETWEEN:
    case HTML_AFTER:
    case HTML_DOUBLE:
    case HTML_SINGLE:
        return true;
    default:
        return false;
    }
}

bool html_join(struct html_state *state, const struct html_state *other)
{
    bool in_tag = (state->where == HTML_BETWEEN || state->where == HTML_AFTER) &&
                  (other->where == HTML_BETWEEN || other->where == HTML_AFTER);
    if (in_tag) {
        if (strcmp(state->tag, other->tag) != 0)
            return false;
        if (other->where == HTML_AFTER)
            state->where = HTML_AFTER;
        return true;
    }
    if (state->where != other->where)
        return false;
    if (state->where == HTML_ONLY_TEXT)
        return strcmp(state->tag, other->tag) == 0;
    if (state->where != HTML_DOUBLE && state->where != HTML_SINGLE)
        return true;
    if (strcmp(state->tag, other->tag) != 0 || strcmp(state->attribute, other->attribute) != 0)
        return false;
    if (!is_url(state->attribute))
        return true;
    /* In a URL it matters how it begins: both branches safely, or neither has begun. */
    bool safe = !state->begun || !state->start[0] || start_is_safe(state->start);
    bool other_safe = !other->begun || !other->start[0] || start_is_safe(other->start);
    return state->begun == other->begun &&
           (strcmp(state->start, other->start) == 0 || (safe && other_safe));
}
