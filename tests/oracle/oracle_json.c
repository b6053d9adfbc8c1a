/* json against jansson, on generated and mutated texts: the same verdict and the same tree. The
 * rules in which the two differ, all of them checked here:
 * - we accept U+0000 in member names, jansson does not;
 * - we keep a number's text whatever its size, jansson refuses what its types cannot hold;
 * - jansson loses a zero byte right after a number, true, false or null; we refuse it;
 * - we bound depth at JSON_DEPTH_MAX, jansson at 2048.
 * Both refuse duplicate names (jansson by a flag), lone surrogates, bad UTF-8, trailing bytes.
 * Takes a seed and a number of texts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jansson_print.h"
#include "json/json.h"
#include "random.h"

/* --- Our side of the comparison ---------------------------------------------------------- */

static void print_hex(struct bytes bytes, FILE *out)
{
    for (size_t i = 0; i < bytes.length; i++)
        fprintf(out, "%02x", bytes.data[i]);
}

static void print_number(const struct json *value, FILE *out)
{
    struct bytes characters = json_characters(value);
    char *text = strndup((const char *)characters.data, characters.length);
    if (!text)
        abort();
    int64_t number = 0;
    if (strpbrk(text, ".eE"))
        fprintf(out, "r%.17g", strtod(text, NULL));
    else if (strcmp(text, "-0") == 0)
        fputs("i0", out); /* jansson's integers have no -0 */
    else if (json_i64(value, NULL, &number) == ERROR_OK)
        fprintf(out, "i%lld", (long long)number);
    else
        fputs("beyond", out);
    free(text);
}

static void print_value(const struct json *value, FILE *out)
{
    bool truth = false;
    switch (json_type(value)) {
    case JSON_NULL:
        fputc('n', out);
        break;
    case JSON_BOOL:
        fputc(json_bool(value, NULL, &truth) == ERROR_OK && truth ? 't' : 'f', out);
        break;
    case JSON_NUMBER:
        print_number(value, out);
        break;
    case JSON_STRING:
        fputc('s', out);
        print_hex(json_characters(value), out);
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        fputc(json_type(value) == JSON_ARRAY ? '[' : '{', out);
        for (size_t i = 0; i < json_count(value); i++) {
            if (json_type(value) == JSON_OBJECT) {
                print_hex(json_name_at(value, i), out);
                fputc(':', out);
            }
            print_value(json_at(value, i), out);
            fputc(',', out);
        }
        fputc(json_type(value) == JSON_ARRAY ? ']' : '}', out);
        break;
    }
}

static char *print_tree(const struct json *root)
{
    char *line = NULL;
    size_t size;
    FILE *out = open_memstream(&line, &size);
    if (!out)
        abort();
    print_value(root, out);
    fclose(out);
    return line;
}

/* --- Texts ------------------------------------------------------------------------------- */

static void put_space(uint64_t *state, struct buffer *out)
{
    static const char *spaces[] = {"", "", "", "", " ", "\n", "\t ", "\r\n"};
    buffer_append_text(out, spaces[random_below(state, 8)]);
}

static void put_string(uint64_t *state, struct buffer *out)
{
    static const char *pieces[] = {
        "a",
        "key",
        "a long plain run of text",
        "\xC3\xA9",
        "\xE2\x82\xAC",
        "\xF0\x9F\x98\x80",
        "\\n",
        "\\\"",
        "\\\\",
        "\\/",
        "\\u0041",
        "\\u0000",
        "\\u00e9",
        "\\ud83d\\ude00",
        "\\uFFFF",
        " ",
        "\x7f",
        "{",
        "]",
        ":",
    };
    buffer_append_byte(out, '"');
    for (size_t n = random_below(state, 4); n > 0; n--)
        buffer_append_text(out, pieces[random_below(state, sizeof pieces / sizeof *pieces)]);
    /* So that most objects have no name twice. */
    if (random_below(state, 4))
        buffer_printf(out, "%u", (unsigned)random_below(state, 100000));
    buffer_append_byte(out, '"');
}

static void put_value(uint64_t *state, unsigned depth, struct buffer *out)
{
    static const char *scalars[] = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1",
        "-1",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "1.5",
        "-0.0",
        "1e5",
        "1E-5",
        "1e400",
        "0.1e+1",
        "123456789.123456789",
        "5e-324",
    };
    size_t kind = random_below(state, depth > 6 ? 2 : 4);
    put_space(state, out);
    if (kind == 0) {
        buffer_append_text(out, scalars[random_below(state, sizeof scalars / sizeof *scalars)]);
    } else if (kind == 1) {
        put_string(state, out);
    } else {
        size_t count = random_below(state, depth ? 5 : 14);
        buffer_append_byte(out, kind == 2 ? '[' : '{');
        for (size_t i = 0; i < count; i++) {
            if (i)
                buffer_append_byte(out, ',');
            if (kind == 3) {
                put_space(state, out);
                put_string(state, out);
                put_space(state, out);
                buffer_append_byte(out, ':');
            }
            put_value(state, depth + 1, out);
        }
        put_space(state, out);
        buffer_append_byte(out, kind == 2 ? ']' : '}');
    }
    put_space(state, out);
}

/* --- The comparison ---------------------------------------------------------------------- */

static struct {
    unsigned long accepted, refused, numbers, keys, zeros, depth;
} counts;

/* Whether a zero byte stands right after the last byte of a number or a literal. */
static bool has_lost_zero(struct bytes text)
{
    for (size_t i = 1; i < text.length; i++) {
        if (text.data[i] == 0 && strchr("0123456789el", text.data[i - 1]) && text.data[i - 1])
            return true;
    }
    return false;
}

/* Whether the two agree, but for the rules at the top. */
static bool agree(struct bytes text)
{
    struct arena arena = {0};
    const struct json *root = NULL;
    enum jansson_verdict verdict;
    struct fault fault = {0};
    enum error error = json_parse(text, &arena, &fault, &root);
    char *theirs = jansson_print(text.data, text.length, &verdict);
    bool same;
    if (error == ERROR_JSON_DEPTH) {
        counts.depth++;
        same = true;
    } else if (error && verdict == JANSSON_ACCEPTS && has_lost_zero(text)) {
        counts.zeros++;
        same = true;
    } else if (error) {
        /* jansson stops at a number or key of its own rules before it comes to what we refuse. */
        counts.refused++;
        same = verdict != JANSSON_ACCEPTS;
    } else if (verdict == JANSSON_ACCEPTS) {
        counts.accepted++;
        char *ours = print_tree(root);
        same = strcmp(ours, theirs) == 0;
        free(ours);
    } else {
        counts.numbers += verdict == JANSSON_REFUSES_NUMBER;
        counts.keys += verdict == JANSSON_REFUSES_KEY;
        same = verdict != JANSSON_REFUSES;
    }
    if (!same) {
        /* Whole, though it may hold zero bytes. */
        printf("differ: ours %s at %s, jansson %d: ", error_name(error), fault.place, (int)verdict);
        fwrite(text.data, 1, text.length, stdout);
        putchar('\n');
    }
    free(theirs);
    arena_free(&arena);
    return same;
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    unsigned long runs = argc > 2 ? strtoul(argv[2], NULL, 10) : 30000, different = 0;
    uint64_t state = seed ? seed : 1;
    struct bytes alphabet =
        BYTES_LITERAL("{}[]:,\"\\ntu0123456789-+.eE \n\x7f\x80\xC3\xA9\xED\x00");
    struct buffer text = {0};
    for (unsigned long i = 0; i < runs; i++) {
        buffer_clear(&text);
        put_value(&state, 0, &text);
        different += !agree(buffer_view(&text));
        for (size_t n = 1 + random_below(&state, 4); n > 0; n--) {
            mutate(&state, alphabet, &text);
            different += !agree(buffer_view(&text));
        }
        if (text.error)
            return EXIT_FAILURE;
    }
    buffer_free(&text);
    printf(
        "seed %llu: %lu accepted by both, %lu refused by both, %lu numbers and %lu keys that "
        "only jansson refuses, %lu zero bytes that jansson loses, %lu too deep, %lu different\n",
        (unsigned long long)seed, counts.accepted, counts.refused, counts.numbers, counts.keys,
        counts.zeros, counts.depth, different);
    /* A run that compared nothing proves nothing. */
    bool covered = counts.accepted > runs / 4 && counts.refused > runs / 4 && counts.numbers > 0 &&
                   counts.keys > 0;
    return different == 0 && covered ? EXIT_SUCCESS : EXIT_FAILURE;
}
