/* The only file that knows jansson. */
#include "jansson_print.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

static void print_hex(const char *text, size_t length, FILE *out)
{
    for (size_t i = 0; i < length; i++)
        fprintf(out, "%02x", (unsigned char)text[i]);
}

static void print_value(json_t *value, FILE *out)
{
    switch (json_typeof(value)) {
    case JSON_NULL:
        fputc('n', out);
        break;
    case JSON_TRUE:
        fputc('t', out);
        break;
    case JSON_FALSE:
        fputc('f', out);
        break;
    case JSON_INTEGER:
        fprintf(out, "i%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        fprintf(out, "r%.17g", json_real_value(value));
        break;
    case JSON_STRING:
        fputc('s', out);
        print_hex(json_string_value(value), json_string_length(value), out);
        break;
    case JSON_ARRAY:
        fputc('[', out);
        for (size_t i = 0; i < json_array_size(value); i++) {
            print_value(json_array_get(value, i), out);
            fputc(',', out);
        }
        fputc(']', out);
        break;
    case JSON_OBJECT:
        fputc('{', out);
        for (void *at = json_object_iter(value); at; at = json_object_iter_next(value, at)) {
            print_hex(json_object_iter_key(at), json_object_iter_key_len(at), out);
            fputc(':', out);
            print_value(json_object_iter_value(at), out);
            fputc(',', out);
        }
        fputc('}', out);
        break;
    }
}

static json_t *load(const void *text, size_t length, json_error_t *error)
{
    return json_loadb(
        text, length, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, error);
}

int jansson_reads(const void *text, size_t length)
{
    json_error_t error;
    json_t *root = load(text, length, &error);
    if (!root)
        return 0;
    json_decref(root);
    return 1;
}

char *jansson_print(const void *text, size_t length, enum jansson_verdict *ret_verdict)
{
    json_error_t error;
    json_t *root =
        json_loadb(text, length, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        enum json_error_code code = json_error_code(&error);
        *ret_verdict = code == json_error_numeric_overflow   ? JANSSON_REFUSES_NUMBER
                       : code == json_error_null_byte_in_key ? JANSSON_REFUSES_KEY
                                                             : JANSSON_REFUSES;
        return NULL;
    }
    char *line = NULL;
    size_t size;
    FILE *out = open_memstream(&line, &size);
    if (!out)
        abort();
    print_value(root, out);
    fclose(out);
    json_decref(root);
    *ret_verdict = JANSSON_ACCEPTS;
    return line;
}
