/* archive: tar in its dialects, gzip, folders; and each way to be damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "archive/archive.h"
#include "failing_alloc.h"

enum { BLOCK = 512 };

/* --- Making archives ------------------------------------------------------------------------ */

/* Appends a header and content, filled up. */
static void
put(struct buffer *tar, const char *prefix, const char *name, char kind, const char *content,
    size_t size)
{
    uint8_t header[BLOCK] = {0};
    unsigned sum = 0;
    char octal[40];
    snprintf((char *)header, 100, "%s", name);
    snprintf(octal, sizeof octal, "%011zo", size);
    memcpy(header + 124, octal, 12);
    memset(header + 148, ' ', 8);
    header[156] = (uint8_t)kind;
    memcpy(
        header + 257,
        "ustar\0"
        "00",
        8);
    snprintf((char *)header + 345, 155, "%s", prefix);
    for (size_t i = 0; i < BLOCK; i++)
        sum += header[i];
    snprintf(octal, sizeof octal, "%06o", sum);
    memcpy(header + 148, octal, 7);
    buffer_append(tar, header, BLOCK);
    buffer_append(tar, content, size);
    while (tar->length % BLOCK)
        buffer_append_byte(tar, 0);
}

static void put_file(struct buffer *tar, const char *name, const char *content)
{
    put(tar, "", name, '0', content, strlen(content));
}

static void put_end(struct buffer *tar)
{
    static const uint8_t zeros[2 * BLOCK];
    buffer_append(tar, zeros, sizeof zeros);
}

/* All files of an archive as "name=content;". */
static enum error list(struct bytes tar, struct buffer *out, struct fault *fault)
{
    struct arena arena = {0};
    size_t offset = 0;
    enum error error;
    for (;;) {
        struct tar_file file;
        bool found;
        error = tar_next(tar, &offset, &arena, fault, &file, &found);
        if (error || !found)
            break;
        buffer_append_bytes(out, file.name);
        buffer_append_byte(out, '=');
        buffer_append_bytes(out, file.content);
        buffer_append_byte(out, ';');
    }
    arena_free(&arena);
    return error;
}

static void expect_list(struct buffer *tar, const char *expected)
{
    struct buffer out = {0};
    assert_int_equal(list(buffer_view(tar), &out, NULL), ERROR_OK);
    assert_string_equal(buffer_text(&out), expected);
    buffer_free(&out);
}

static void expect_refused(struct bytes tar, enum error expected)
{
    struct buffer out = {0};
    struct fault fault = {0};
    assert_int_equal(list(tar, &out, &fault), expected);
    assert_int_equal(fault.error, expected);
    assert_true(text_starts(fault.place, "offset "));
    buffer_free(&out);
}

/* --- Tar ------------------------------------------------------------------------------------ */

static void test_names(void **state)
{
    (void)state;
    struct buffer tar = {0};
    char longer[300], record[340];
    memset(longer, 'n', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    put(&tar, "", "folder/", '5', "", 0);
    put_file(&tar, "folder/a", "alpha");
    put(&tar, "some/prefix", "b", '0', "beta", 4);
    put(&tar, "", "link", '2', "", 0);
    /* 3 digits, the space, "path=", the name, the line's end */
    snprintf(record, sizeof record, "%d path=%s\n", 3 + 1 + 5 + 299 + 1, longer);
    put(&tar, "", "pax", 'x', record, strlen(record));
    put_file(&tar, "short", "gamma");
    put(&tar, "", "pax", 'g', "18 comment=nothing\n", 19);
    put(&tar, "", "@LongLink", 'L', longer, sizeof longer);
    put_file(&tar, "short", "delta");
    put(&tar, "", "old", '\0', "", 0);
    put_end(&tar);
    char expected[1000];
    snprintf(
        expected, sizeof expected, "folder/a=alpha;some/prefix/b=beta;%s=gamma;%s=delta;old=;",
        longer, longer);
    expect_list(&tar, expected);
    /* The end may be left out, and a file be the last byte. */
    tar.length -= 2 * BLOCK;
    expect_list(&tar, expected);
    buffer_free(&tar);
}

static void test_damage(void **state)
{
    (void)state;
    struct buffer tar = {0};
    put_file(&tar, "a", "some content");
    struct bytes whole = buffer_view(&tar);
    expect_refused(bytes_slice(whole, 0, BLOCK - 1), ERROR_ARCHIVE_TRUNCATED);
    expect_refused(bytes_slice(whole, 0, BLOCK + 11), ERROR_ARCHIVE_TRUNCATED);
    for (size_t i = 0; i < BLOCK; i++) {
        tar.data[i] ^= 1;
        struct buffer out = {0};
        /* Any bit of a header is in its sum. Spaces and zero bytes around the sum itself are not.
         */
        bool harmless = i >= 148 + 6 && i < 148 + 8;
        enum error error = list(whole, &out, NULL);
        if (!harmless && error != ERROR_ARCHIVE_HEADER)
            fail_msg("byte %zu: %s", i, error_name(error));
        buffer_free(&out);
        tar.data[i] ^= 1;
    }
    buffer_free(&tar);
    static const char *const records[] = {
        "path=a\n", "8 path=\n",        "99 path=a\n",  "10 path=a ",
        "x",        "9999999999 a=b\n", "11 size=99\n", "5 ab\n",
    };
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        struct buffer bad = {0};
        put(&bad, "", "pax", 'x', records[i], strlen(records[i]));
        struct buffer out = {0};
        enum error error = list(buffer_view(&bad), &out, NULL);
        bool good = strcmp(records[i], "8 path=\n") == 0; /* an empty name is one */
        if (error != (good ? ERROR_OK : ERROR_ARCHIVE_HEADER))
            fail_msg("%s: %s", records[i], error_name(error));
        buffer_free(&out);
        buffer_free(&bad);
    }
}

/* --- Gzip ----------------------------------------------------------------------------------- */

static void pack(struct bytes bytes, struct buffer *out)
{
    z_stream stream = {0};
    assert_int_equal(
        deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&stream, bytes.length);
    uint8_t *at = buffer_reserve(out, room);
    assert_non_null(at);
    uint8_t *copy = malloc(bytes.length + 1);
    assert_non_null(copy);
    memcpy(copy, bytes.data, bytes.length);
    stream.next_in = copy;
    stream.avail_in = (unsigned)bytes.length;
    stream.next_out = at;
    stream.avail_out = (unsigned)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out->length -= stream.avail_out;
    deflateEnd(&stream);
    free(copy);
}

static void test_gzip(void **state)
{
    (void)state;
    struct buffer plain = {0}, packed = {0}, out = {0};
    for (int i = 0; i < 40000; i++)
        buffer_printf(&plain, "%d ", i);
    pack(buffer_view(&plain), &packed);
    size_t one = packed.length;
    assert_int_equal(gzip_unpack(buffer_view(&packed), 1 << 20, NULL, &out), ERROR_OK);
    assert_true(bytes_equal(buffer_view(&out), buffer_view(&plain)));
    buffer_clear(&out);
    pack(BYTES_LITERAL("more"), &packed); /* a second member */
    assert_int_equal(gzip_unpack(buffer_view(&packed), 1 << 20, NULL, &out), ERROR_OK);
    assert_int_equal(out.length, plain.length + 4);
    /* On failure the output is as before. */
    buffer_clear(&out);
    buffer_append_text(&out, "x");
    assert_int_equal(gzip_unpack(buffer_view(&packed), plain.length, NULL, &out), ERROR_TOO_LARGE);
    assert_int_equal(
        gzip_unpack(bytes_slice(buffer_view(&packed), 0, one - 1), 1 << 20, NULL, &out),
        ERROR_ARCHIVE_TRUNCATED);
    assert_int_equal(
        gzip_unpack(BYTES_LITERAL("no gzip at all"), 1 << 20, NULL, &out), ERROR_ARCHIVE_GZIP);
    packed.data[one / 2] ^= 0x55;
    assert_int_equal(gzip_unpack(buffer_view(&packed), 1 << 20, NULL, &out), ERROR_ARCHIVE_GZIP);
    assert_int_equal(out.length, 1);
    buffer_free(&plain);
    buffer_free(&packed);
    buffer_free(&out);
}

/* What we pack ourselves comes out again; where there is no memory, nothing is appended. */
static void test_gzip_pack(void **state)
{
    (void)state;
    struct buffer plain = {0}, packed = {0}, out = {0};
    for (int i = 0; i < 40000; i++)
        buffer_printf(&plain, "%d ", i);
    const struct bytes contents[] = {buffer_view(&plain), BYTES_LITERAL("x"), {NULL, 0}};
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        buffer_clear(&out);
        buffer_free(&packed);
        buffer_append_text(&packed, "before");
        for (long n = 0;; n++) {
            size_t length = packed.length;
            failing_alloc_after(n);
            enum error error = gzip_pack(contents[i], NULL, &packed);
            if (!failing_alloc_stop()) {
                assert_int_equal(error, ERROR_OK);
                break;
            }
            assert_int_equal(error, ERROR_MEMORY);
            assert_int_equal(packed.length, length);
            buffer_free(&packed);
            buffer_append_text(&packed, "before");
        }
        assert_memory_equal(packed.data, "before", 6);
        struct bytes own = bytes_slice(buffer_view(&packed), 6, packed.length);
        assert_int_equal(gzip_unpack(own, 1 << 20, NULL, &out), ERROR_OK);
        assert_true(bytes_equal(buffer_view(&out), contents[i]));
    }
    assert_true(gzip_pack(contents[0], NULL, &packed) == ERROR_OK);
    assert_true(packed.length < plain.length);
    buffer_free(&plain);
    buffer_free(&packed);
    buffer_free(&out);
}

/* --- Files and folders ---------------------------------------------------------------------- */

static char folder[] = "/tmp/enduse-archive-XXXXXX";

static const char *path_of(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, struct bytes content)
{
    FILE *file = fopen(path_of(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content.data, 1, content.length, file), content.length);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    (void)state;
    struct buffer tar = {0}, packed = {0};
    if (!mkdtemp(folder) || mkdir(path_of("tree"), 0700) || mkdir(path_of("tree/below"), 0700))
        return 1;
    write_file("tree/one", BYTES_LITERAL("1"));
    write_file("tree/below/two", BYTES_LITERAL("2"));
    if (symlink("one", path_of("tree/link")))
        return 1;
    put_file(&tar, "tree/one", "old");
    put_file(&tar, "tree/below/two", "2");
    put_file(&tar, "tree/one", "1"); /* the later one counts */
    put_end(&tar);
    pack(buffer_view(&tar), &packed);
    write_file("a.tar", buffer_view(&tar));
    write_file("a.tar.gz", buffer_view(&packed));
    buffer_free(&tar);
    buffer_free(&packed);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {"tree/one", "tree/below/two", "tree/link",
                                        "a.tar",    "a.tar.gz",       "bad"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(path_of(names[i]));
    rmdir(path_of("tree/below"));
    rmdir(path_of("tree"));
    return rmdir(folder);
}

static void expect_tree(const char *name)
{
    struct archive *archive;
    struct buffer content = {0};
    struct fault fault = {0};
    assert_int_equal(archive_open(&os_system, path_of(name), &fault, &archive), ERROR_OK);
    assert_int_equal(archive_count(archive), 2);
    assert_true(bytes_equal_text(archive_name_at(archive, 0), "tree/below/two"));
    assert_true(bytes_equal_text(archive_name_at(archive, 1), "tree/one"));
    assert_true(archive_has(archive, BYTES_LITERAL("tree/one")));
    assert_false(archive_has(archive, BYTES_LITERAL("tree/link")));
    assert_int_equal(archive_read(archive, BYTES_LITERAL("tree/one"), &fault, &content), ERROR_OK);
    assert_string_equal(buffer_text(&content), "1");
    assert_int_equal(
        archive_read(archive, BYTES_LITERAL("tree/none"), &fault, &content), ERROR_NOT_FOUND);
    buffer_free(&content);
    archive_free(archive);
}

static void test_open(void **state)
{
    (void)state;
    struct archive *archive = NULL;
    struct fault fault = {0};
    expect_tree("tree");
    expect_tree("tree/");
    expect_tree("a.tar");
    expect_tree("a.tar.gz");
    assert_int_equal(archive_open(&os_system, path_of("none"), &fault, &archive), ERROR_NOT_FOUND);
    write_file("bad", BYTES_LITERAL("neither folder nor archive"));
    assert_int_equal(
        archive_open(&os_system, path_of("bad"), &fault, &archive), ERROR_ARCHIVE_TRUNCATED);
    assert_null(archive);
}

static void test_memory(void **state)
{
    (void)state;
    static const char *const names[] = {"tree", "a.tar.gz"};
    for (size_t i = 0; i < 2; i++) {
        for (long n = 0;; n++) {
            struct archive *archive = NULL;
            failing_alloc_after(n);
            enum error error = archive_open(&os_system, path_of(names[i]), NULL, &archive);
            if (!failing_alloc_stop()) {
                assert_int_equal(error, ERROR_OK);
                archive_free(archive);
                break;
            }
            assert_int_equal(error, ERROR_MEMORY);
            assert_null(archive);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names), cmocka_unit_test(test_damage),
        cmocka_unit_test(test_gzip),  cmocka_unit_test(test_gzip_pack),
        cmocka_unit_test(test_open),  cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
