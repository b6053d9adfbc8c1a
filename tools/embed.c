/* embed: files into the program. Run by the build, never installed.
 *
 *     embed OUT.c OUT.h NAME=FILE...
 *
 * OUT.h gets, for each file, a constant with its path on the server, which changes with its content
 * and may therefore be cached for good: for enduse.css, ASSET_ENDUSE_CSS is
 * "/assets/enduse-0123456789abcdef.css". Each is there as it is and packed by gzip. OUT.c gets
 * `const struct http_assets assets` (http/asset.h). The digits are an FNV-1a hash: they name a
 * version, they protect nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "base/base.h"

enum { FILE_MAX = 16 << 20, NAME_MAX_LENGTH = 64, BYTES_A_LINE = 20 };

struct embedded {
    char name[NAME_MAX_LENGTH + 1];
    char constant[NAME_MAX_LENGTH + 7]; /* ASSET_... */
    const char *type;
    struct buffer content, packed;
    uint64_t hash;
};

static const struct {
    const char *end, *type;
} types[] = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
};

static const char *type_of(const char *name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (text_ends(name, types[i].end))
            return types[i].type;
    }
    return NULL;
}

static uint64_t hash_of(struct bytes content)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < content.length; i++)
        hash = (hash ^ content.data[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static bool is_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= NAME_MAX_LENGTH && name[0] != '.' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") == length;
}

/* Packs by gzip, as small as it gets; without a time, so that the same file gives the same bytes.
 */
static enum error pack(struct embedded *embedded, struct fault *fault)
{
    enum { GZIP = 16, MEMORY = 9 };
    struct bytes content = buffer_view(&embedded->content);
    z_stream stream = {0};
    if (deflateInit2(
            &stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + GZIP, MEMORY,
            Z_DEFAULT_STRATEGY) != Z_OK)
        return fault_place(fault, ERROR_MEMORY, "%s", embedded->name);
    size_t most = deflateBound(&stream, content.length);
    unsigned char *packed = malloc(most);
    enum error error = packed ? ERROR_OK : fault_place(fault, ERROR_MEMORY, "%s", embedded->name);
    if (!error) {
        stream.next_in = content.data;
        stream.avail_in = (uInt)content.length;
        stream.next_out = packed;
        stream.avail_out = (uInt)most;
        if (deflate(&stream, Z_FINISH) == Z_STREAM_END && stream.total_out < content.length)
            buffer_append_bytes(&embedded->packed, (struct bytes){packed, stream.total_out});
        error = embedded->packed.error;
    }
    deflateEnd(&stream);
    free(packed);
    return error;
}

/* Reads NAME=FILE. */
static enum error take(const char *argument, struct fault *fault, struct embedded *ret_embedded)
{
    struct embedded embedded = {0};
    const char *equals = strchr(argument, '=');
    size_t length = equals ? (size_t)(equals - argument) : 0;
    if (length <= NAME_MAX_LENGTH)
        memcpy(embedded.name, argument, length);
    embedded.type = type_of(embedded.name);
    if (!is_name(embedded.name) || !embedded.type)
        return fault_set(
            fault, ERROR_USAGE, "argument", "NAME=FILE with a name of a-z, 0-9, - and a known end",
            "\"%s\"", argument);
    snprintf(embedded.constant, sizeof embedded.constant, "ASSET_%s", embedded.name);
    for (char *at = embedded.constant; *at; at++) {
        if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
        else if (*at == '-' || *at == '.')
            *at = '_';
    }
    enum error error = os_read_file(&os_system, equals + 1, FILE_MAX, fault, &embedded.content);
    if (error)
        return error;
    embedded.hash = hash_of(buffer_view(&embedded.content));
    error = pack(&embedded, fault);
    *ret_embedded = embedded;
    return error;
}

/* The file's name on the server: the hash goes before the end. */
static void put_versioned(struct buffer *out, const struct embedded *embedded)
{
    const char *end = strrchr(embedded->name, '.');
    buffer_printf(
        out, "%.*s-%016llx%s", (int)(end - embedded->name), embedded->name,
        (unsigned long long)embedded->hash, end);
}

static void write_header(const struct embedded *files, size_t count, struct buffer *out)
{
    buffer_append_text(
        out, "/* Made by embed: the files that the program carries. */\n#pragma once\n\n"
             "#include \"http/asset.h\"\n\nextern const struct http_assets assets;\n\n");
    for (size_t i = 0; i < count; i++) {
        buffer_printf(out, "#define %s \"/assets/", files[i].constant);
        put_versioned(out, &files[i]);
        buffer_append_text(out, "\"\n");
    }
}

static void write_bytes(const char *name, size_t number, struct bytes content, struct buffer *out)
{
    buffer_printf(out, "static const unsigned char %s_%zu[] = {", name, number);
    for (size_t i = 0; i < content.length; i++)
        buffer_printf(out, "%s%u,", i % BYTES_A_LINE ? "" : "\n    ", (unsigned)content.data[i]);
    /* C has no empty arrays; the length says what counts. */
    buffer_append_text(out, "\n    0,\n};\n\n");
}

static void
write_code(const struct embedded *files, size_t count, const char *header, struct buffer *out)
{
    buffer_printf(out, "/* Made by embed. */\n#include \"%s\"\n\n", header);
    for (size_t i = 0; i < count; i++) {
        write_bytes("content", i, buffer_view(&files[i].content), out);
        write_bytes("packed", i, buffer_view(&files[i].packed), out);
    }
    buffer_append_text(out, "static const struct http_asset items[] = {\n");
    for (size_t i = 0; i < count; i++) {
        buffer_append_text(out, "    {\"");
        put_versioned(out, &files[i]);
        buffer_printf(
            out, "\", \"%s\", {content_%zu, %zu}, {packed_%zu, %zu}},\n", files[i].type, i,
            files[i].content.length, i, files[i].packed.length);
    }
    buffer_append_text(
        out, "};\n\nconst struct http_assets assets = "
             "{items, sizeof items / sizeof *items};\n");
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

int main(int argument_count, char **arguments)
{
    if (argument_count < 4) {
        fprintf(stderr, "usage: embed OUT.c OUT.h NAME=FILE...\n");
        return EXIT_FAILURE;
    }
    size_t count = (size_t)argument_count - 3;
    struct fault fault = {0};
    struct buffer code = {0}, header = {0};
    struct embedded *files = calloc(count, sizeof *files);
    enum error error = files ? ERROR_OK : fault_place(&fault, ERROR_MEMORY, "embed");
    for (size_t i = 0; !error && i < count; i++)
        error = take(arguments[i + 3], &fault, &files[i]);
    if (!error) {
        write_header(files, count, &header);
        write_code(files, count, base_name(arguments[2]), &code);
        error = code.error ? code.error : header.error;
        if (error)
            fault_place(&fault, error, "embed");
    }
    if (!error)
        error = os_replace_file(&os_system, arguments[1], buffer_view(&code), 0644, &fault);
    if (!error)
        error = os_replace_file(&os_system, arguments[2], buffer_view(&header), 0644, &fault);
    for (size_t i = 0; files && i < count; i++)
        buffer_free(&files[i].content), buffer_free(&files[i].packed);
    free(files);
    buffer_free(&code);
    buffer_free(&header);
    if (error) {
        char text[600];
        fprintf(stderr, "embed: %s\n", fault_text(&fault, text, sizeof text));
    }
    return error ? EXIT_FAILURE : EXIT_SUCCESS;
}
