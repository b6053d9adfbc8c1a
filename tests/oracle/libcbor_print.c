/* The only file that knows libcbor. */
#include "libcbor_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <cbor.h>

/* libcbor asks for the memory of every count that a document claims, and copes when it is not
 * there. Let it not be there above this much, in either kind of build: AddressSanitizer would
 * otherwise end the program, or shadow the whole of it. */
#define MEMORY_MOST_MB 1024

const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1:max_allocation_size_mb=64";
}

/* Its runtime is linked in only where the program is sanitized. */
extern __attribute__((weak)) void *__asan_region_is_poisoned(void *begin, size_t size);

void libcbor_bound_memory(void)
{
    const rlim_t most = (rlim_t)MEMORY_MOST_MB << 20;
    if (!__asan_region_is_poisoned && setrlimit(RLIMIT_AS, &(struct rlimit){most, most}))
        abort();
}

static void print_hex(char kind, const unsigned char *bytes, size_t length, FILE *out)
{
    fputc(kind, out);
    for (size_t i = 0; i < length; i++)
        fprintf(out, "%02x", bytes[i]);
}

static void print_control(const cbor_item_t *item, FILE *out)
{
    if (cbor_float_get_width(item) != CBOR_FLOAT_0)
        fputc('?', out);
    else if (cbor_is_bool(item))
        fputc(cbor_get_bool(item) ? 't' : 'f', out);
    else
        fputc(cbor_is_null(item) ? 'n' : '?', out);
}

static void print_item(cbor_item_t *item, FILE *out)
{
    switch (cbor_typeof(item)) {
    case CBOR_TYPE_UINT:
        fprintf(out, "u%llu", (unsigned long long)cbor_get_int(item));
        break;
    case CBOR_TYPE_NEGINT:
        fprintf(out, "-%llu", (unsigned long long)cbor_get_int(item));
        break;
    case CBOR_TYPE_BYTESTRING:
        if (cbor_bytestring_is_definite(item))
            print_hex('h', cbor_bytestring_handle(item), cbor_bytestring_length(item), out);
        else
            fputc('?', out);
        break;
    case CBOR_TYPE_STRING:
        if (cbor_string_is_definite(item))
            print_hex('s', cbor_string_handle(item), cbor_string_length(item), out);
        else
            fputc('?', out);
        break;
    case CBOR_TYPE_ARRAY:
        fputc('[', out);
        for (size_t i = 0; i < cbor_array_size(item); i++) {
            print_item(cbor_array_handle(item)[i], out);
            fputc(',', out);
        }
        fputc(']', out);
        break;
    case CBOR_TYPE_MAP:
        fputc('{', out);
        for (size_t i = 0; i < cbor_map_size(item); i++) {
            print_item(cbor_map_handle(item)[i].key, out);
            fputc(':', out);
            print_item(cbor_map_handle(item)[i].value, out);
            fputc(',', out);
        }
        fputc('}', out);
        break;
    case CBOR_TYPE_TAG: {
        cbor_item_t *inner = cbor_tag_item(item);
        fprintf(out, "g%llu(", (unsigned long long)cbor_tag_value(item));
        print_item(inner, out);
        fputc(')', out);
        cbor_decref(&inner);
        break;
    }
    case CBOR_TYPE_FLOAT_CTRL:
        print_control(item, out);
        break;
    }
}

char *libcbor_print(const void *bytes, size_t length, size_t *ret_used)
{
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(bytes, length, &result);
    if (!item)
        return NULL;
    char *line = NULL;
    size_t size;
    FILE *out = open_memstream(&line, &size);
    if (!out)
        abort();
    print_item(item, out);
    fclose(out);
    cbor_decref(&item);
    *ret_used = result.read;
    return line;
}

size_t libcbor_encode_again(const void *bytes, size_t length, unsigned char **ret_bytes)
{
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(bytes, length, &result);
    if (!item)
        return 0;
    size_t room = 0;
    unsigned char *again = NULL;
    size_t written = cbor_serialize_alloc(item, &again, &room);
    cbor_decref(&item);
    *ret_bytes = again;
    return written;
}

int libcbor_reads(const void *bytes, size_t length)
{
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(bytes, length, &result);
    if (!item)
        return 0;
    cbor_decref(&item);
    return 1;
}
