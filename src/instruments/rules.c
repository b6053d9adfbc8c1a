/* Rules that several kinds of documents share. */
#include "instruments/rules.h"

#include <string.h>

enum error rule_broken(struct fault *fault, const char *place, const char *expected)
{
    return fault_set(fault, ERROR_DOCUMENT_RULE, place, expected, NULL);
}

enum error rule_period(millis from, millis until, const char *place, struct fault *fault)
{
    if (from < until)
        return ERROR_OK;
    char begins[TIME_TEXT_SIZE], ends[TIME_TEXT_SIZE];
    return fault_set(
        fault, ERROR_DOCUMENT_RULE, place, "a period that ends after it begins", "%s to %s",
        time_text(from, begins), time_text(until, ends));
}

enum error rule_state(const char *code, const char *place, struct fault *fault)
{
    if (strlen(code) == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z')
        return ERROR_OK;
    return fault_set(
        fault, ERROR_DOCUMENT_RULE, place, "an ISO 3166 code of two capital letters", "\"%.20s\"",
        code);
}

enum error rule_name(const char *name, const char *place, struct fault *fault)
{
    size_t length = strlen(name);
    bool good = length >= 1 && length <= 64 && name[0] != '.';
    for (size_t i = 0; i < length && good; i++) {
        char at = name[i];
        good = (at >= 'a' && at <= 'z') || (at >= 'A' && at <= 'Z') || (at >= '0' && at <= '9') ||
               at == '-' || at == '_' || at == '.';
    }
    if (good)
        return ERROR_OK;
    return fault_set(
        fault, ERROR_DOCUMENT_RULE, place,
        "at most 64 letters, digits, dots, dashes and underscores", "\"%.64s\"", name);
}

enum error rule_refers(
    const struct digest *found, const struct digest *expected, const char *place,
    struct fault *fault)
{
    if (digest_equal(found, expected))
        return ERROR_OK;
    char text[DIGEST_TEXT_SIZE];
    return fault_set(
        fault, ERROR_DOCUMENT_REFERENCE, place, "the digest of the document in force", "%.16s...",
        digest_text(found, text));
}

bool digest_is_set(const struct digest *digest)
{
    static const struct digest none;
    return !digest_equal(digest, &none);
}

bool id_is_set(const struct id *id)
{
    static const struct id none;
    return !id_equal(id, &none);
}

bool id_equal(const struct id *a, const struct id *b)
{
    return memcmp(a->bytes, b->bytes, ID_SIZE) == 0;
}
