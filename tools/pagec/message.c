/* A template as tokens, tokens as messages, messages in another language. */
#include "pagec/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pagec/compiler.h"

enum { PARTS_MAX = 64, NO_PARTNER = -1 };

enum token_kind {
    TOKEN_TEXT,  /* words, or the space around them */
    TOKEN_VALUE, /* {{ x }} or {{~ x }} */
    TOKEN_OPEN,  /* of an element of phrases */
    TOKEN_CLOSE,
    TOKEN_VOID,   /* br, wbr */
    TOKEN_MARKUP, /* any other element, a comment, a declaration */
    TOKEN_TAG,    /* a block, a partial, a comment of the template */
};

struct token {
    enum token_kind kind;
    struct bytes source;
    struct bytes element; /* its name */
    long partner;         /* of TOKEN_OPEN and TOKEN_CLOSE, by index */
};

struct messages {
    const struct page_source *source;
    size_t from;
    struct fault *fault;
    struct token *tokens;
    size_t count, capacity;
    message_visitor *visitor; /* either this */
    void *context;
    const struct words *words; /* or these */
    struct buffer *out;
    bool whole;
};

/* --- Faults --------------------------------------------------------------------------------- */

static enum error
wrong_at(const struct messages *messages, const uint8_t *at, enum error error, const char *expected)
{
    size_t offset = (size_t)(at - messages->source->text.data);
    return source_fault(messages->source, offset, messages->fault, error, expected);
}

static enum error
wrong_words(const struct messages *messages, const struct words_entry *entry, const char *expected)
{
    fault_set(messages->fault, ERROR_SYNTAX, NULL, expected, NULL);
    return fault_within(messages->fault, ERROR_SYNTAX, "%s:%u", messages->words->file, entry->line);
}

static enum error no_memory(const struct messages *messages)
{
    return fault_place(messages->fault, ERROR_MEMORY, "%s", messages->source->file);
}

/* --- Bytes ---------------------------------------------------------------------------------- */

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_letter(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool begins(struct bytes text, size_t at, const char *start)
{
    return bytes_equal_text(bytes_slice(text, at, strlen(start)), start);
}

static struct bytes trimmed(struct bytes text)
{
    while (text.length && is_space(text.data[0]))
        text = bytes_slice(text, 1, text.length);
    while (text.length && is_space(text.data[text.length - 1]))
        text.length--;
    return text;
}

/* Behind the }} of the tag that begins at an offset. */
static size_t tag_end_at(struct bytes text, size_t at)
{
    while (at < text.length && !begins(text, at, "}}"))
        at++;
    return at < text.length ? at + 2 : text.length;
}

/* Whether words stand there, outside values and character references. */
static bool has_words(struct bytes text)
{
    for (size_t at = 0; at < text.length;) {
        if (begins(text, at, "{{")) {
            at = tag_end_at(text, at);
        } else if (text.data[at] == '&') {
            while (at < text.length && text.data[at] != ';')
                at++;
        } else if (is_letter(text.data[at])) {
            return true;
        } else {
            at++;
        }
    }
    return false;
}

static bool listed(struct bytes name, const char *const *list)
{
    while (*list && !bytes_equal_text(name, *list))
        list++;
    return *list;
}

/* --- Tokens --------------------------------------------------------------------------------- */

/* Behind the > of the markup that begins at an offset; quotes and tags inside are passed. */
static size_t markup_end(struct bytes text, size_t at)
{
    if (begins(text, at, "<!--")) {
        while (at < text.length && !begins(text, at, "-->"))
            at++;
        return at < text.length ? at + 3 : text.length;
    }
    uint8_t quote = 0;
    while (at < text.length) {
        uint8_t byte = text.data[at];
        if (begins(text, at, "{{")) {
            at = tag_end_at(text, at);
            continue;
        }
        at++;
        if (quote) {
            quote = byte == quote ? 0 : quote;
        } else if (byte == '"' || byte == '\'') {
            quote = byte;
        } else if (byte == '>') {
            break;
        }
    }
    return at;
}

/* HTML's phrasing elements, as far as they are marks in a sentence. */
static const char *const phrases[] = {
    "a", "abbr", "b",    "bdi",   "cite", "code",   "del", "dfn", "em",   "i", "ins", "kbd", "mark",
    "q", "s",    "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", NULL};
static const char *const breaks[] = {"br", "wbr", NULL};

static struct token markup_token(struct bytes source)
{
    struct token token = {.kind = TOKEN_MARKUP, .source = source, .partner = NO_PARTNER};
    bool close = begins(source, 0, "</");
    size_t from = close ? 2 : 1, at = from;
    while (at < source.length && (is_letter(source.data[at]) ||
                                  (at > from && source.data[at] >= '0' && source.data[at] <= '9') ||
                                  source.data[at] == '-'))
        at++;
    token.element = bytes_slice(source, from, at - from);
    if (listed(token.element, phrases))
        token.kind = close ? TOKEN_CLOSE : TOKEN_OPEN;
    else if (listed(token.element, breaks))
        token.kind = TOKEN_VOID;
    return token;
}

static struct token tag_token(struct bytes source)
{
    uint8_t first = source.length > 2 ? source.data[2] : 0;
    struct bytes inside =
        trimmed(bytes_slice(source, 2, source.length > 4 ? source.length - 4 : 0));
    bool otherwise = bytes_equal_text(inside, "else") || begins(inside, 0, "else ");
    bool value = !otherwise && !(first && strchr("!#/>=", first));
    return (struct token){
        .kind = value ? TOKEN_VALUE : TOKEN_TAG, .source = source, .partner = NO_PARTNER};
}

static enum error add_token(struct messages *messages, struct token token)
{
    if (messages->count == messages->capacity) {
        size_t capacity = messages->capacity ? 2 * messages->capacity : 256;
        struct token *larger = realloc(messages->tokens, capacity * sizeof *larger);
        if (!larger)
            return no_memory(messages);
        messages->tokens = larger;
        messages->capacity = capacity;
    }
    messages->tokens[messages->count++] = token;
    return ERROR_OK;
}

/* The end of a text, or of the space around it, which is a token of its own. */
static size_t text_end(struct bytes text, size_t at)
{
    size_t end = at;
    while (end < text.length && is_space(text.data[end]))
        end++;
    if (end > at)
        return end;
    while (end < text.length && text.data[end] != '<' && !begins(text, end, "{{"))
        end++;
    while (is_space(text.data[end - 1]))
        end--;
    return end;
}

static enum error tokenize(struct messages *messages)
{
    struct bytes text = messages->source->text;
    enum error error = ERROR_OK;
    for (size_t at = messages->from, end; !error && at < text.length; at = end) {
        struct token token;
        if (begins(text, at, "{{")) {
            end = tag_end_at(text, at);
            token = tag_token(bytes_slice(text, at, end - at));
        } else if (text.data[at] == '<') {
            end = markup_end(text, at);
            token = markup_token(bytes_slice(text, at, end - at));
        } else {
            end = text_end(text, at);
            token = (struct token){
                .kind = TOKEN_TEXT,
                .source = bytes_slice(text, at, end - at),
                .partner = NO_PARTNER};
        }
        error = add_token(messages, token);
    }
    return error;
}

static bool is_phrase(const struct token *token)
{
    return token->kind != TOKEN_MARKUP && token->kind != TOKEN_TAG;
}

/* Finds the partners of one run of phrases; elements that begin or end outside it have none. */
static enum error pair(struct messages *messages, size_t from, size_t to)
{
    size_t open[PARTS_MAX], depth = 0;
    for (size_t i = from; i < to; i++) {
        struct token *token = &messages->tokens[i];
        if (token->kind == TOKEN_OPEN) {
            if (depth == PARTS_MAX)
                return wrong_at(messages, token->source.data, ERROR_TOO_LARGE, "fewer elements");
            open[depth++] = i;
        } else if (token->kind == TOKEN_CLOSE && depth) {
            struct token *begin = &messages->tokens[open[--depth]];
            if (!bytes_equal(begin->element, token->element))
                return wrong_at(
                    messages, token->source.data, ERROR_SYNTAX,
                    "the end of the element that began last");
            begin->partner = (long)i;
            token->partner = (long)open[depth];
        }
    }
    return ERROR_OK;
}

/* --- Parts ---------------------------------------------------------------------------------- */

/* The values and elements of a message, as its translation names them. */
struct part {
    char name[80]; /* "{licence.number}", "<1>", "</1>", "<1/>" */
    struct bytes source;
    bool used;
};

struct parts {
    struct part items[PARTS_MAX];
    size_t count;
    unsigned elements;
    struct buffer text; /* the message */
};

/* {{ view.licence.number }} as {licence.number}. */
static void name_value(char name[80], struct bytes source)
{
    struct bytes path = bytes_slice(source, 2, source.length - 4);
    if (path.length && path.data[0] == '~')
        path = bytes_slice(path, 1, path.length);
    path = trimmed(path);
    if (begins(path, 0, "view."))
        path = bytes_slice(path, 5, path.length);
    snprintf(name, 80, "{%.*s}", (int)path.length, (const char *)path.data);
}

static bool add_part(struct parts *parts, const char *name, struct bytes source)
{
    buffer_append_text(&parts->text, name);
    for (size_t i = 0; i < parts->count; i++) {
        if (strcmp(parts->items[i].name, name) == 0)
            return bytes_equal(parts->items[i].source, source);
    }
    if (parts->count == PARTS_MAX || strlen(name) > 78)
        return false;
    struct part *part = &parts->items[parts->count++];
    *part = (struct part){.source = source};
    strcpy(part->name, name);
    return true;
}

/* White space as one space. */
static void add_text(struct parts *parts, struct bytes text)
{
    for (size_t i = 0; i < text.length; i++) {
        uint8_t byte = is_space(text.data[i]) ? ' ' : text.data[i];
        bool doubled =
            byte == ' ' && parts->text.length && parts->text.data[parts->text.length - 1] == ' ';
        if (!doubled)
            buffer_append_byte(&parts->text, byte);
    }
}

/* The translation with the message's own values and elements in it. */
static enum error expand(
    struct messages *messages, struct parts *parts, const struct words_entry *entry, bool attribute)
{
    static const char own[] =
        "the very values and elements of the message, elements in one another";
    unsigned open[PARTS_MAX];
    size_t depth = 0;
    struct bytes words = entry->other;
    for (size_t at = 0; at < words.length;) {
        uint8_t byte = words.data[at];
        if (byte != '{' && byte != '<') {
            if (byte == '}' || byte == '>' || (attribute && byte == '"'))
                return wrong_words(messages, entry, "&quot;, &lt;, &gt; and no other } or >");
            buffer_append_byte(messages->out, byte);
            at++;
            continue;
        }
        struct part *part = NULL;
        for (size_t i = 0; i < parts->count && !part; i++) {
            if (begins(words, at, parts->items[i].name))
                part = &parts->items[i];
        }
        if (!part || (byte == '<' && part->used))
            return wrong_words(messages, entry, own);
        part->used = true;
        size_t length = strlen(part->name);
        bool closes = part->name[1] == '/', alone = part->name[length - 2] == '/';
        if (byte == '<' && closes) {
            if (!depth || open[--depth] != strtoul(part->name + 2, NULL, 10))
                return wrong_words(messages, entry, own);
        } else if (byte == '<' && !alone) {
            open[depth++] = (unsigned)strtoul(part->name + 1, NULL, 10);
        }
        buffer_append_bytes(messages->out, part->source);
        at += length;
    }
    for (size_t i = 0; i < parts->count; i++) {
        if (!parts->items[i].used)
            return wrong_words(messages, entry, own);
    }
    return ERROR_OK;
}

/* Shows a message, or writes it in the other language; *ret_written: it was written. */
static enum error
take_message(struct messages *messages, struct parts *parts, bool attribute, bool *ret_written)
{
    struct bytes text = buffer_view(&parts->text);
    *ret_written = false;
    if (parts->text.error)
        return no_memory(messages);
    if (messages->visitor)
        return messages->visitor(messages->context, text);
    struct words_entry *entry = words_find(messages->words, text);
    if (entry)
        entry->used = true;
    if (!entry || !entry->other.length) {
        messages->whole = false;
        return ERROR_OK;
    }
    *ret_written = true;
    return expand(messages, parts, entry, attribute);
}

static void write_source(struct messages *messages, struct bytes source)
{
    if (messages->out)
        buffer_append_bytes(messages->out, source);
}

/* --- Attributes ----------------------------------------------------------------------------- */

static enum error take_value_of(struct messages *messages, struct bytes value)
{
    struct parts parts = {0};
    bool written = false;
    enum error error = ERROR_OK;
    for (size_t at = 0, end; !error && at < value.length; at = end) {
        if (begins(value, at, "{{")) {
            char name[80];
            end = tag_end_at(value, at);
            struct bytes source = bytes_slice(value, at, end - at);
            if (tag_token(source).kind != TOKEN_VALUE)
                error = wrong_at(
                    messages, source.data, ERROR_SYNTAX, "no block in an attribute that is read");
            if (!error) {
                name_value(name, source);
                if (!add_part(&parts, name, source))
                    error = wrong_at(messages, source.data, ERROR_TOO_LARGE, "fewer values");
            }
        } else {
            for (end = at; end < value.length && !begins(value, end, "{{");)
                end++;
            add_text(&parts, bytes_slice(value, at, end - at));
        }
    }
    if (!error)
        error = take_message(messages, &parts, true, &written);
    if (!error && !written)
        write_source(messages, value);
    buffer_free(&parts.text);
    return error;
}

static enum error take_attribute(
    struct messages *messages, struct bytes element, struct bytes name, struct bytes value)
{
    static const char *const read[] = {
        "aria-label",   "title",      "placeholder", "alt",          "data-label", "data-refused",
        "data-missing", "data-waits", "data-ended",  "data-renewed", NULL};
    if (listed(name, read) && has_words(value))
        return take_value_of(messages, value);
    bool of_html = messages->words && bytes_equal_text(element, "html");
    if (of_html && bytes_equal_text(name, "lang"))
        value = bytes_of(messages->words->code);
    else if (of_html && bytes_equal_text(name, "dir"))
        value = bytes_of(messages->words->right_to_left ? "rtl" : "ltr");
    write_source(messages, value);
    return ERROR_OK;
}

/* Markup, with the words of its attributes. */
static enum error take_markup(struct messages *messages, const struct token *token)
{
    struct bytes source = token->source;
    size_t written = 0, name_from = 0;
    if (begins(source, 0, "<!"))
        name_from = source.length;
    enum error error = ERROR_OK;
    for (size_t at = name_from; !error && at < source.length;) {
        uint8_t byte = source.data[at];
        if (begins(source, at, "{{")) {
            at = tag_end_at(source, at);
            name_from = at;
        } else if (byte == '"' || byte == '\'') {
            size_t from = ++at;
            while (at < source.length && source.data[at] != byte)
                at = begins(source, at, "{{") ? tag_end_at(source, at) : at + 1;
            struct bytes name = bytes_slice(source, name_from, from - 2 - name_from);
            write_source(messages, bytes_slice(source, written, from - written));
            error = take_attribute(
                messages, token->element, name, bytes_slice(source, from, at - from));
            written = at;
            at++;
        } else {
            at++;
            if (is_space(byte))
                name_from = at;
        }
    }
    if (!error)
        write_source(messages, bytes_slice(source, written, source.length));
    return error;
}

/* --- Runs ----------------------------------------------------------------------------------- */

/* The tokens as they are, but for the words of attributes. */
static enum error take_tokens(struct messages *messages, size_t from, size_t to)
{
    enum error error = ERROR_OK;
    for (size_t i = from; !error && i < to; i++) {
        const struct token *token = &messages->tokens[i];
        if (token->kind == TOKEN_TEXT || token->kind == TOKEN_VALUE || token->kind == TOKEN_TAG)
            write_source(messages, token->source);
        else
            error = take_markup(messages, token);
    }
    return error;
}

/* The parts of a message; a tag's source is its own with the words of its attributes. */
static enum error read_parts(
    struct messages *messages, size_t from, size_t to, struct parts *parts, struct arena *arena)
{
    unsigned numbers[PARTS_MAX * 2] = {0};
    if (to - from > PARTS_MAX * 2)
        return wrong_at(
            messages, messages->tokens[from].source.data, ERROR_TOO_LARGE, "a shorter text");
    enum error error = ERROR_OK;
    for (size_t i = from; !error && i < to; i++) {
        const struct token *token = &messages->tokens[i];
        char name[80];
        struct bytes source = token->source;
        if (token->kind == TOKEN_TEXT) {
            add_text(parts, source);
            continue;
        }
        if (token->kind == TOKEN_VALUE) {
            name_value(name, source);
        } else {
            unsigned number = token->kind == TOKEN_CLOSE ? numbers[token->partner - (long)from]
                                                         : ++parts->elements;
            numbers[i - from] = number;
            snprintf(
                name, sizeof name,
                token->kind == TOKEN_CLOSE  ? "</%u>"
                : token->kind == TOKEN_VOID ? "<%u/>"
                                            : "<%u>",
                number);
            struct buffer *out = messages->out, text = {0};
            if (out) {
                messages->out = &text;
                error = take_markup(messages, token);
                messages->out = out;
                source = arena_copy(arena, buffer_view(&text));
                if (!error && (text.error || !source.data))
                    error = no_memory(messages);
                buffer_free(&text);
            } else {
                error = take_markup(messages, token);
            }
        }
        if (!error && !add_part(parts, name, source))
            error = wrong_at(
                messages, token->source.data, ERROR_TOO_LARGE, "fewer values and elements");
    }
    return error;
}

/* A message, in words or as it stands. */
static enum error take_sentence(struct messages *messages, size_t from, size_t to)
{
    struct parts *parts = calloc(1, sizeof *parts);
    struct arena arena = {0};
    bool written = false;
    enum error error = parts ? read_parts(messages, from, to, parts, &arena) : no_memory(messages);
    if (!error)
        error = take_message(messages, parts, false, &written);
    if (!error && !written && messages->words)
        error = take_tokens(messages, from, to);
    if (parts)
        buffer_free(&parts->text);
    free(parts);
    arena_free(&arena);
    return error;
}

static bool is_blank(const struct token *token)
{
    return token->kind == TOKEN_TEXT && !trimmed(token->source).length;
}

/* A run of phrases whose elements begin and end within it. Space and elements around all of it are
 * no part of the message; without words there is none. */
static enum error take_phrase(struct messages *messages, size_t from, size_t to)
{
    const struct token *tokens = messages->tokens;
    size_t first = from, last = to;
    bool words = false;
    while (first < last && is_blank(&tokens[first]))
        first++;
    while (first < last && is_blank(&tokens[last - 1]))
        last--;
    bool around = first < last && tokens[first].partner == (long)last - 1;
    for (size_t i = first; i < last; i++)
        words = words || (tokens[i].kind == TOKEN_TEXT && has_words(tokens[i].source));
    if (!words)
        return take_tokens(messages, from, to);
    enum error error = take_tokens(messages, from, around ? first + 1 : first);
    if (!error)
        error = around ? take_phrase(messages, first + 1, last - 1)
                       : take_sentence(messages, first, last);
    return error ? error : take_tokens(messages, around ? last - 1 : last, to);
}

/* A run of phrases between other markup, cut at the elements that cross its ends. */
static enum error take_run(struct messages *messages, size_t from, size_t to)
{
    enum error error = pair(messages, from, to);
    size_t start = from;
    for (size_t i = from; !error && i <= to; i++) {
        const struct token *token = i < to ? &messages->tokens[i] : NULL;
        bool cut = !token || ((token->kind == TOKEN_OPEN || token->kind == TOKEN_CLOSE) &&
                              token->partner == NO_PARTNER);
        if (!cut)
            continue;
        error = take_phrase(messages, start, i);
        if (!error && token)
            error = take_tokens(messages, i, i + 1);
        start = i + 1;
    }
    return error;
}

static enum error take_all(struct messages *messages)
{
    enum error error = tokenize(messages);
    write_source(messages, bytes_slice(messages->source->text, 0, messages->from));
    for (size_t at = 0; !error && at < messages->count;) {
        size_t end = at;
        while (end < messages->count && is_phrase(&messages->tokens[end]))
            end++;
        error = end > at ? take_run(messages, at, end) : take_tokens(messages, at, at + 1);
        at = end > at ? end : at + 1;
    }
    free(messages->tokens);
    return error;
}

enum error messages_each(
    const struct page_source *source, size_t from, struct fault *fault, message_visitor *visitor,
    void *context)
{
    struct messages messages = {
        .source = source, .from = from, .fault = fault, .visitor = visitor, .context = context};
    return take_all(&messages);
}

enum error messages_translate(
    const struct page_source *source, size_t from, const struct words *words, struct fault *fault,
    struct buffer *ret_text, bool *ret_whole)
{
    struct messages messages = {
        .source = source,
        .from = from,
        .fault = fault,
        .words = words,
        .out = ret_text,
        .whole = true};
    enum error error = take_all(&messages);
    if (!error && ret_text->error)
        error = no_memory(&messages);
    if (!error)
        *ret_whole = messages.whole;
    return error;
}
