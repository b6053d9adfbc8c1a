/* Words for readers. */
#include "site/words.h"

#include <stdio.h>
#include <string.h>

#include "site/language.h"

const char *words_format(struct arena *arena, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0)
        return NULL;
    if ((size_t)length < sizeof text)
        return arena_text(arena, bytes_of(text));
    char *longer = arena_alloc(arena, (size_t)length + 1);
    if (!longer)
        return NULL;
    va_start(arguments, format);
    vsnprintf(longer, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return longer;
}

const char *words_date(struct arena *arena, millis time)
{
    return language_date(arena, 0, time);
}

struct view_moment words_moment(struct arena *arena, millis time)
{
    char text[TIME_TEXT_SIZE];
    millis second = time / MILLIS_SECOND % 86400;
    return (struct view_moment){
        .iso = arena_text(arena, bytes_of(time_text(time, text))),
        .date = words_date(arena, time),
        .time = words_format(
            arena, "%02d:%02d:%02d UTC", (int)(second / 3600), (int)(second / 60 % 60),
            (int)(second % 60)),
    };
}

const char *words_span(struct arena *arena, millis span)
{
    return language_span(arena, 0, span);
}

const char *words_digest(struct arena *arena, const struct digest *digest)
{
    const uint8_t *at = digest->bytes;
    return words_format(
        arena, "%02x%02x %02x%02x %02x%02x %02x%02x", at[0], at[1], at[2], at[3], at[4], at[5],
        at[6], at[7]);
}

const char *words_base64url(struct arena *arena, struct bytes bytes)
{
    struct buffer text = {0};
    base64url_append(&text, bytes);
    const char *words = text.error ? NULL : arena_text(arena, buffer_view(&text));
    buffer_free(&text);
    return words;
}

const char *words_list(struct arena *arena, const char *const *items, size_t count)
{
    struct buffer text = {0};
    for (size_t i = 0; i < count; i++)
        buffer_printf(&text, "%s%s", i ? ", " : "", items[i]);
    const char *words = text.error ? NULL : arena_text(arena, buffer_view(&text));
    buffer_free(&text);
    return words;
}

const char *words_number(struct arena *arena, uint64_t number)
{
    char digits[24];
    struct buffer text = {0};
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            buffer_append_text(&text, "\u202f");
        buffer_append_bytes(&text, (struct bytes){(const uint8_t *)digits + i, 1});
    }
    const char *words = text.error ? NULL : arena_text(arena, buffer_view(&text));
    buffer_free(&text);
    return words;
}

const char *words_count(struct arena *arena, uint64_t count, const char *one)
{
    return words_format(arena, "%llu %s%s", (unsigned long long)count, one, count == 1 ? "" : "s");
}

struct view_state words_installation_state(int state, enum lease_state lease)
{
    static const struct view_state states[] = {
        [LEASE_ACTIVE] = {"Active", "active"},
        [LEASE_LIMITED] = {"Limited", "limited"},
        [LEASE_SUSPENDED] = {"Suspended", "suspended"},
        [LEASE_DISCONNECTED] = {"Disconnected", "disconnected"},
        [LEASE_REVOKED] = {"Revoked", "revoked"},
    };
    if (state == INSTALLATION_LATCHED)
        return (struct view_state){"Latched", "disconnected"};
    return states[lease];
}
