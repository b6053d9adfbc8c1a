/* How fast json and cbor read, beside jansson and libcbor on the same bytes in the same run. Each
 * line is: name, value, unit, goal; the best of several rounds, so that another program's work does
 * not count. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cbor/cbor.h"
#include "json/json.h"
#include "oracle/jansson_print.h"
#include "oracle/libcbor_print.h"

enum { ROUNDS = 15, CASES = 5000 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Entities as the Cedar corpora have them: short names, ids, parents, a few attributes. */
static void put_json(struct buffer *out)
{
    struct json_writer writer;
    json_writer_begin(&writer, out, 2);
    json_write_array(&writer);
    for (unsigned i = 0; i < CASES; i++) {
        char id[32];
        snprintf(id, sizeof id, "operator-%u", i);
        json_write_object(&writer);
        json_put_object(&writer, "uid");
        json_put_string(&writer, "type", "Agency::Operator");
        json_put_string(&writer, "id", id);
        json_write_object_end(&writer);
        json_put_object(&writer, "attrs");
        json_put_u64(&writer, "maximumMonths", i % 240);
        json_put_bool(&writer, "cleared", i % 3 == 0);
        json_put_string(&writer, "note", "line one\nline \"two\" \xC3\xA9");
        json_write_object_end(&writer);
        json_put_array(&writer, "parents");
        json_write_string(&writer, "unit-7");
        json_write_array_end(&writer);
        json_write_object_end(&writer);
    }
    json_write_array_end(&writer);
    if (json_writer_end(&writer))
        abort();
}

/* Records as a guard writes them: small keys, ids, a time, a digest. */
static void put_cbor(struct buffer *out)
{
    static const uint8_t digest[32] = {1, 2, 3};
    struct cbor_writer writer;
    cbor_writer_begin(&writer, out);
    cbor_write_array(&writer);
    for (unsigned i = 0; i < CASES; i++) {
        cbor_write_map(&writer);
        cbor_write_uint(&writer, 1);
        cbor_write_uint(&writer, i);
        cbor_write_uint(&writer, 2);
        cbor_write_uint(&writer, 1772442000000 + i);
        cbor_write_uint(&writer, 3);
        cbor_write_bytes(&writer, BYTES_ARRAY(digest));
        cbor_write_uint(&writer, 4);
        cbor_write_text(&writer, "intercept-communications");
        cbor_write_uint(&writer, 5);
        cbor_write_array(&writer);
        cbor_write_uint(&writer, i % 24);
        cbor_write_bool(&writer, true);
        cbor_write_null(&writer);
        cbor_write_end(&writer);
        cbor_write_end(&writer);
    }
    cbor_write_end(&writer);
    if (cbor_writer_end(&writer))
        abort();
}

static bool read_json(struct bytes text)
{
    struct arena arena = {0};
    const struct json *root = NULL;
    bool is_read = json_parse(text, &arena, NULL, &root) == ERROR_OK;
    arena_free(&arena);
    return is_read;
}

static bool read_json_jansson(struct bytes text)
{
    return jansson_reads(text.data, text.length);
}

/* A decoder's work: every field asked for by its key. */
static bool read_cbor(struct bytes bytes)
{
    struct cbor_reader reader;
    uint64_t value = 0;
    uint8_t digest[32];
    struct bytes text;
    cbor_reader_begin(&reader, bytes, NULL);
    cbor_read_array(&reader, NULL);
    while (cbor_more(&reader)) {
        cbor_read_map(&reader);
        cbor_key(&reader, 1, "number");
        cbor_read_uint(&reader, &value);
        cbor_key(&reader, 2, "time");
        cbor_read_uint(&reader, &value);
        cbor_key(&reader, 3, "digest");
        cbor_read_fixed(&reader, digest, sizeof digest);
        cbor_key(&reader, 4, "function");
        cbor_read_text(&reader, &text);
        cbor_key(&reader, 5, "state");
        cbor_skip(&reader, NULL);
        cbor_read_end(&reader);
    }
    cbor_read_end(&reader);
    return cbor_reader_end(&reader) == ERROR_OK;
}

static bool check_cbor(struct bytes bytes)
{
    return cbor_check(bytes, NULL) == ERROR_OK;
}

static bool read_cbor_libcbor(struct bytes bytes)
{
    return libcbor_reads(bytes.data, bytes.length);
}

/* Megabytes a second of the best round. */
static double measure(const char *name, bool (*read)(struct bytes), struct bytes bytes)
{
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        if (!read(bytes))
            abort();
        double rate = (double)bytes.length / 1e6 / (now() - start);
        if (rate > best)
            best = rate;
    }
    printf("%s\t%.0f\tMB/s\t-\n", name, best);
    return best;
}

int main(void)
{
    struct buffer json = {0}, cbor = {0};
    put_json(&json);
    put_cbor(&cbor);
    printf("documents: JSON %zu bytes, CBOR %zu bytes\n", json.length, cbor.length);
    double ours = measure("json.read", read_json, buffer_view(&json));
    double theirs = measure("json.read.jansson", read_json_jansson, buffer_view(&json));
    printf("json.read.ratio\t%.1f\tx jansson\t>= 1\n", ours / theirs);
    ours = measure("cbor.read", read_cbor, buffer_view(&cbor));
    measure("cbor.check", check_cbor, buffer_view(&cbor));
    theirs = measure("cbor.read.libcbor", read_cbor_libcbor, buffer_view(&cbor));
    printf("cbor.read.ratio\t%.1f\tx libcbor\t>= 1\n", ours / theirs);
    buffer_free(&json);
    buffer_free(&cbor);
    return EXIT_SUCCESS;
}
