/* cbor against libcbor, on generated and mutated documents.
 * - What we accept libcbor accepts whole, with the same tree, and encodes again to the same bytes.
 * - What we refuse as malformed in any CBOR (truncated, reserved, a stray break) it refuses.
 * - What follows after an item we refuse, at the offset where libcbor stopped.
 * - libcbor before 0.11 refuses tags 6 to 20 as unassigned; they are the one thing in which we may
 *   accept what it does not.
 * - What only our profile refuses, it accepts: each document of the generator that breaks exactly
 *   one of our rules (not shortest, indefinite, a float, undefined, the order,
 * repetition and type of keys, depth) is refused by us with that rule's row and accepted by
 * libcbor. (Simple values are not compared: this libcbor does not know them either.) Takes a seed
 * and a number of documents. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cbor/cbor.h"
#include "libcbor_print.h"
#include "random.h"

/* --- Our side of the comparison ---------------------------------------------------------- */

static void print_item(struct cbor_reader *reader, FILE *out);

static void print_hex(char kind, struct bytes bytes, FILE *out)
{
    fputc(kind, out);
    for (size_t i = 0; i < bytes.length; i++)
        fprintf(out, "%02x", bytes.data[i]);
}

static void print_map(struct cbor_reader *reader, FILE *out)
{
    cbor_read_map(reader);
    fputc('{', out);
    while (cbor_more(reader)) {
        print_item(reader, out);
        fputc(':', out);
        print_item(reader, out);
        fputc(',', out);
    }
    fputc('}', out);
    cbor_read_end(reader);
}

static void print_array(struct cbor_reader *reader, FILE *out)
{
    cbor_read_array(reader, NULL);
    fputc('[', out);
    while (cbor_more(reader)) {
        print_item(reader, out);
        fputc(',', out);
    }
    fputc(']', out);
    cbor_read_end(reader);
}

/* The number of a tag or the argument of a negative integer, from the bytes of its head: the
 * public reads do not give those beyond int64_t, or before the number is known. */
static unsigned long long argument(struct bytes raw)
{
    unsigned info = raw.data[0] & 31;
    if (info < 24)
        return info;
    unsigned long long value = 0;
    for (size_t i = 0; i < (size_t)1 << (info - 24); i++)
        value = value << 8 | raw.data[1 + i];
    return value;
}

static void print_item(struct cbor_reader *reader, FILE *out)
{
    uint64_t value = 0;
    bool truth = false;
    struct bytes bytes = {0};
    enum cbor_type type = cbor_peek(reader);
    struct cbor_reader ahead = *reader;
    switch (type) {
    case CBOR_NONE:
        cbor_skip(reader, NULL);
        break;
    case CBOR_UINT:
        cbor_read_uint(reader, &value);
        fprintf(out, "u%llu", (unsigned long long)value);
        break;
    case CBOR_NEGATIVE:
        if (!cbor_skip(reader, &bytes))
            fprintf(out, "-%llu", argument(bytes));
        break;
    case CBOR_BYTES:
        cbor_read_bytes(reader, &bytes);
        print_hex('h', bytes, out);
        break;
    case CBOR_TEXT:
        cbor_read_text(reader, &bytes);
        print_hex('s', bytes, out);
        break;
    case CBOR_ARRAY:
        print_array(reader, out);
        break;
    case CBOR_MAP:
        print_map(reader, out);
        break;
    case CBOR_TAG:
        ahead.fault = NULL;
        if (cbor_skip(&ahead, &bytes)) {
            cbor_skip(reader, NULL);
            break;
        }
        fprintf(out, "g%llu(", argument(bytes));
        cbor_read_tag(reader, argument(bytes));
        print_item(reader, out);
        fputc(')', out);
        cbor_read_end(reader);
        break;
    case CBOR_BOOL:
        cbor_read_bool(reader, &truth);
        fputc(truth ? 't' : 'f', out);
        break;
    case CBOR_NULL:
        cbor_read_null(reader);
        fputc('n', out);
        break;
    }
}

static char *print_document(struct bytes document)
{
    char *line = NULL;
    size_t size;
    struct cbor_reader reader;
    FILE *out = open_memstream(&line, &size);
    if (!out)
        abort();
    cbor_reader_begin(&reader, document, NULL);
    print_item(&reader, out);
    fclose(out);
    if (cbor_reader_end(&reader))
        abort();
    return line;
}

/* --- Documents --------------------------------------------------------------------------- */

static void put_value(uint64_t *state, unsigned depth, struct cbor_writer *writer)
{
    static const char *texts[] = {"", "a", "number", "\xC3\xA9", "\xF0\x9F\x98\x80"};
    uint8_t bytes[40] = {0};
    size_t count = random_below(state, depth ? 4 : 30);
    uint64_t wide = random_next(state) >> random_below(state, 64);
    switch (random_below(state, depth > 4 ? 6 : 9)) {
    case 0:
        cbor_write_uint(writer, wide);
        break;
    case 1:
        cbor_write_int(writer, -(int64_t)(wide >> 1));
        break;
    case 2:
        cbor_write_bool(writer, wide & 1);
        break;
    case 3:
        cbor_write_null(writer);
        break;
    case 4:
        cbor_write_bytes(writer, (struct bytes){bytes, random_below(state, sizeof bytes)});
        break;
    case 5:
        cbor_write_text(writer, texts[random_below(state, sizeof texts / sizeof *texts)]);
        break;
    case 6:
        cbor_write_array(writer);
        for (size_t i = 0; i < count; i++)
            put_value(state, depth + 1, writer);
        cbor_write_end(writer);
        break;
    case 7:
        cbor_write_map(writer);
        for (size_t i = 0; i < count; i++) {
            cbor_write_uint(writer, i * 7);
            put_value(state, depth + 1, writer);
        }
        for (size_t i = 0; i < count; i++) {
            cbor_write_text_bytes(
                writer, (struct bytes){
                            (const uint8_t *)"aaaaaaaaaaaaaaaaaaaaaa"
                                             "aaaaaaaaaaaaaaaaaaaaaa",
                            i});
            put_value(state, depth + 1, writer);
        }
        cbor_write_end(writer);
        break;
    default:
        cbor_write_tag(writer, wide);
        put_value(state, depth + 1, writer);
        cbor_write_end(writer);
        break;
    }
}

/* --- The comparison ---------------------------------------------------------------------- */

static struct {
    unsigned long accepted, malformed, trailing, profile, tags;
} counts;

/* Whether a printed document has a tag that libcbor does not know. */
static bool has_unknown_tag(const char *line)
{
    for (const char *at = strchr(line, 'g'); at; at = strchr(at + 1, 'g')) {
        unsigned long long tag = strtoull(at + 1, NULL, 10);
        if (tag >= 6 && tag <= 20)
            return true;
    }
    return false;
}

static bool same_encoding(struct bytes document)
{
    unsigned char *again = NULL;
    size_t length = libcbor_encode_again(document.data, document.length, &again);
    bool same = bytes_equal((struct bytes){again, length}, document);
    free(again);
    return same;
}

/* An item that we accept: the same to libcbor, or with a tag that it does not know. */
static bool same_item(struct bytes item, const char *theirs, size_t used)
{
    char *ours = print_document(item);
    bool same;
    if (theirs) {
        same = strcmp(ours, theirs) == 0 && used == item.length && same_encoding(item);
        counts.accepted++;
    } else {
        same = has_unknown_tag(ours);
        counts.tags++;
    }
    free(ours);
    return same;
}

static bool agree(struct bytes document)
{
    struct fault fault = {0};
    size_t used = 0, offset = SIZE_MAX;
    enum error error = cbor_check(document, &fault);
    char *theirs = libcbor_print(document.data, document.length, &used);
    bool same = true;
    switch (error) {
    case ERROR_OK:
        same = same_item(document, theirs, used);
        break;
    case ERROR_CBOR_TRUNCATED:
    case ERROR_CBOR_RESERVED:
    case ERROR_CBOR_BREAK:
        same = !theirs;
        counts.malformed++;
        break;
    case ERROR_CBOR_TRAILING:
        same = sscanf(fault.place, "byte %zu", &offset) == 1 &&
               same_item(bytes_slice(document, 0, offset), theirs, used);
        counts.trailing++;
        break;
    default: /* our profile was broken first: libcbor may accept, or find something later */
        counts.profile++;
        break;
    }
    if (!same) {
        printf(
            "differ: ours %s at %s, libcbor %s: ", error_name(error), fault.place,
            theirs ? theirs : "refuses");
        print_hex(' ', document, stdout);
        puts("");
    }
    free(theirs);
    return same;
}

/* One rule of our profile is broken in each: we refuse it by that rule, libcbor accepts it. */
static unsigned long compare_profile(void)
{
    static const struct {
        struct bytes document;
        enum error error;
    } rows[] = {
#define ROW(text, error) {{(const uint8_t *)(text), sizeof(text) - 1}, error}
        ROW("\x18\x01", ERROR_CBOR_NOT_SHORTEST),
        ROW("\x39\x00\x18", ERROR_CBOR_NOT_SHORTEST),
        ROW("\x58\x01\xAA", ERROR_CBOR_NOT_SHORTEST),
        ROW("\x78\x01\x61", ERROR_CBOR_NOT_SHORTEST),
        ROW("\x98\x01\x00", ERROR_CBOR_NOT_SHORTEST),
        ROW("\xB9\x00\x01\x00\x00", ERROR_CBOR_NOT_SHORTEST),
        ROW("\xDA\x00\x00\x00\x12\x00", ERROR_CBOR_NOT_SHORTEST),
        ROW("\x5F\x41\x01\xFF", ERROR_CBOR_INDEFINITE),
        ROW("\x7F\x61\x61\xFF", ERROR_CBOR_INDEFINITE),
        ROW("\x9F\x01\xFF", ERROR_CBOR_INDEFINITE),
        ROW("\xBF\x01\x02\xFF", ERROR_CBOR_INDEFINITE),
        ROW("\xF9\x3C\x00", ERROR_CBOR_FLOAT),
        ROW("\xFA\x47\xC3\x50\x00", ERROR_CBOR_FLOAT),
        ROW("\xFB\x3F\xF1\x99\x99\x99\x99\x99\x9A", ERROR_CBOR_FLOAT),
        ROW("\xF7", ERROR_CBOR_UNDEFINED),
        ROW("\xA2\x02\x00\x01\x00", ERROR_CBOR_KEY_ORDER),
        ROW("\xA2\x01\x00\x01\x00", ERROR_CBOR_KEY_DUPLICATE),
        ROW("\xA1\x80\x00", ERROR_CBOR_KEY_TYPE),
        ROW("\xA1\xF5\x00", ERROR_CBOR_KEY_TYPE),
        ROW("\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81"
            "\x81\x81\x81\x81\x00",
            ERROR_CBOR_DEPTH),
#undef ROW
    };
    unsigned long different = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t used = 0;
        char *theirs = libcbor_print(rows[i].document.data, rows[i].document.length, &used);
        enum error error = cbor_check(rows[i].document, NULL);
        if (error != rows[i].error || !theirs || used != rows[i].document.length) {
            printf(
                "profile row %zu: ours %s, libcbor %s\n", i, error_name(error),
                theirs ? theirs : "refuses");
            different++;
        }
        free(theirs);
    }
    return different;
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    unsigned long runs = argc > 2 ? strtoul(argv[2], NULL, 10) : 30000;
    libcbor_bound_memory();
    unsigned long different = compare_profile();
    uint64_t state = seed ? seed : 1;
    static const uint8_t important[] = {0x00, 0x18, 0x20, 0x40, 0x41, 0x60, 0x61, 0x80, 0x81, 0xA0,
                                        0xA1, 0xC0, 0xD2, 0xF4, 0xF5, 0xF6, 0xF7, 0xF9, 0x1C, 0xFF};
    struct buffer document = {0};
    for (unsigned long i = 0; i < runs; i++) {
        struct cbor_writer writer;
        buffer_clear(&document);
        cbor_writer_begin(&writer, &document);
        put_value(&state, 0, &writer);
        if (cbor_writer_end(&writer))
            return EXIT_FAILURE;
        different += !agree(buffer_view(&document));
        for (size_t n = 1 + random_below(&state, 4); n > 0; n--) {
            mutate(&state, BYTES_ARRAY(important), &document);
            different += !agree(buffer_view(&document));
        }
        if (document.error)
            return EXIT_FAILURE;
    }
    buffer_free(&document);
    printf(
        "seed %llu: %lu accepted by both, %lu malformed to both, %lu with more after it, %lu "
        "outside our profile, %lu with tags that libcbor does not know, %lu different\n",
        (unsigned long long)seed, counts.accepted, counts.malformed, counts.trailing,
        counts.profile, counts.tags, different);
    bool covered = counts.accepted > runs / 4 && counts.malformed > runs / 10 &&
                   counts.trailing > runs / 100 && counts.profile > runs / 100;
    return different == 0 && covered ? EXIT_SUCCESS : EXIT_FAILURE;
}
