/* A whole generated case. */
#include "generate.h"

#include <string.h>

/* Changes a few bytes of a text, at ASCII characters only, so that it stays UTF-8. */
static void change_text(struct choices *choices, struct buffer *text)
{
    static const char *const pieces[] = {
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        ",",
        ";",
        ".",
        "\"",
        "\\",
        "*",
        "-",
        "!",
        "=",
        "<",
        ">",
        "&&",
        "||",
        "::",
        "@",
        "?",
        "?principal",
        "==",
        " in ",
        " is ",
        " has ",
        " like ",
        " if ",
        "then",
        "else",
        "true",
        "0",
        "a",
        "/",
        "%",
        "//",
        "\n",
        "\r",
        " ",
        "principal",
        "when",
        "unless",
        "permit",
        "__cedar",
        "_",
        "9223372036854775808",
        "\xc2\xa0",
        "#",
        "'",
        "+",
        "Set<",
        "in",
    };
    if (!text->length)
        return;
    size_t at = choose(choices, (uint32_t)text->length);
    size_t length = choose(choices, 4);
    uint32_t kind = choose(choices, 4);
    for (size_t i = at; i <= at + length && i < text->length; i++)
        if (text->data[i] & 0x80)
            return;
    struct buffer changed = {0};
    struct bytes all = buffer_view(text);
    buffer_append_bytes(&changed, bytes_slice(all, 0, at));
    if (kind < 2)
        buffer_append_text(&changed, pieces[choose(choices, sizeof pieces / sizeof *pieces)]);
    else if (kind == 2)
        buffer_append_bytes(&changed, bytes_slice(all, at, 1 + length));
    buffer_append_bytes(
        &changed, bytes_slice(all, at + (kind == 3 ? length + 1 : kind == 1), all.length));
    buffer_free(text);
    *text = changed;
}

void generate_sample(struct choices *choices, struct sample *sample)
{
    static const enum manner manners[] = {CAREFUL, CAREFUL, CAREFUL, LOOSE, WILD, WILD};
    generate_vocabulary(choices, &sample->vocabulary);
    print_vocabulary(choices, &sample->vocabulary, &sample->schema);
    choices_part(choices);
    sample->manner = manners[choose(choices, 6)];
    sample->with_round_trips = chance(choices, 6);
    bool changed = chance(choices, 10);
    generate_policies(choices, sample);
    generate_entities(choices, sample);
    for (size_t i = 0; i < REQUESTS; i++) {
        size_t span = span_begin(choices, SPAN_REQUEST);
        generate_request(choices, sample, &sample->requests[i]);
        span_end(choices, span);
    }
    if (changed && chance(choices, 25))
        change_text(choices, &sample->schema);
    else if (changed)
        change_text(choices, &sample->policies);
}

void sample_free(struct sample *sample)
{
    arena_free(&sample->vocabulary.arena);
    buffer_free(&sample->schema);
    buffer_free(&sample->policies);
    for (size_t i = 0; i < TEMPLATES_MAX; i++)
        buffer_free(&sample->templates[i]);
    buffer_free(&sample->entities);
    for (size_t i = 0; i < REQUESTS; i++)
        buffer_free(&sample->requests[i]);
    *sample = (struct sample){0};
}
