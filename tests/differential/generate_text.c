/* Texts of generated cases: strings and their escapes, numbers at their limits, the texts of the
 * extension types, good and bad. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "generate.h"

#define PICK(choices, array) ((array)[choose((choices), sizeof(array) / sizeof *(array))])

/* A few of the characters that patterns are made of, so that patterns meet strings like them. */
static const char *made_string(struct choices *choices, char room[MADE_TEXT])
{
    static const char *const pieces[] = {"a", "b", "a", "*", "\xc3\xa9", "\\", "\xf0\x9f\x98\x80"};
    room[0] = '\0';
    for (uint32_t count = choose(choices, 7); count > 0; count--)
        strcat(room, PICK(choices, pieces));
    return room;
}

const char *some_string(struct choices *choices, char room[MADE_TEXT])
{
    static const char *const strings[] = {
        "a",
        "",
        "b",
        "ab",
        "abc",
        "a*c",
        "*",
        "aaaaaaab",
        "a b",
        "\xc3\xa9",         /* e acute, one scalar */
        "e\xcc\x81",        /* the same as two */
        "\xf0\x9f\x98\x80", /* beyond 16 bits */
        "\xef\xbf\xbf",     /* U+FFFF */
        "\xee\x80\x80",     /* U+E000: after U+10000 in UTF-16, before it in UTF-8 */
        "\xf0\x90\x80\x80",
        "\xe2\x80\x8b", /* U+200B */
        "\xc2\x85",     /* U+0085 */
        "\xc2\xad",     /* U+00AD */
        "\x7f",
        "\x01",
        "\"",
        "'",
        "\\",
        "\\*",
        "\n",
        "\r\n",
        "\t",
        "{}",
        "//",
        "127.0.0.1",
        "1.5",
        "principal",
    };
    return chance(choices, 25) ? made_string(choices, room) : PICK(choices, strings);
}

const char *some_number(struct choices *choices)
{
    static const char *const numbers[] = {
        "0",
        "1",
        "2",
        "3",
        "7",
        "00012",
        "1000",
        "86400000",
        "3037000500",
        "4294967296",
        "9007199254740993",
        "4611686018427387904",
        "9223372036854775806",
        "9223372036854775807",
    };
    return PICK(choices, numbers);
}

const char *some_negative_number(struct choices *choices)
{
    static const char *const numbers[] = {
        "-0",
        "-1",
        "-2",
        "-3037000500",
        "-4611686018427387905",
        "-9223372036854775807",
        "-9223372036854775808",
    };
    return PICK(choices, numbers);
}

int64_t some_json_number(struct choices *choices)
{
    static const int64_t numbers[] = {
        0,
        1,
        2,
        3,
        7,
        -1,
        -2,
        1000,
        86400000,
        INT64_C(3037000500),
        INT64_C(9007199254740991),
        INT64_C(-9007199254740991),
    };
    return PICK(choices, numbers);
}

static const char *const good_decimals[] = {
    "1.0",
    "0.0",
    "-0.0",
    "-1.5",
    "1.2345",
    "01.5",
    "0.00010",
    "922337203685477.5807",
    "-922337203685477.5808",
    "1.50",
};
static const char *const bad_decimals[] = {
    "1",
    "",
    "+1.0",
    "1.",
    ".5",
    "1.23456",
    "922337203685477.5808",
    "-922337203685477.5809",
    "1e3",
    " 1.0",
    "1.0 ",
    "-",
    "--1.0",
    "1.-5",
    "\xd9\xa1.0",
};
static const char *const good_ips[] = {
    "127.0.0.1",
    "10.0.0.1",
    "10.0.0.0/8",
    "0.0.0.0/0",
    "127.0.0.1/32",
    "126.0.0.0/7",
    "127.0.0.0/7",
    "224.0.0.1",
    "224.0.0.0/3",
    "239.255.255.255/4",
    "255.255.255.255",
    "::1",
    "::",
    "::/0",
    "::1/127",
    "ff00::/8",
    "ff00::/7",
    "ff02::1",
    "1:2:3:4:5:6:7:8",
    "1::8/64",
    "::1:2:3:4:5:6:7",
    "ABCD:ef01::",
    "2001:db8::/32",
    "0:0:0:0:0:0:0:1",
    "00ff::0001",
};
static const char *const bad_ips[] = {
    "",
    "1.2.3",
    "1.2.3.4.5",
    "256.0.0.1",
    "01.2.3.4",
    "1.2.3.4/33",
    "1.2.3.4/",
    "1.2.3.4/-1",
    "1.2.3.4/08",
    "1.2.3.4/+8",
    "::1/129",
    "::ffff:1.2.3.4",
    "1::2::3",
    "12345::",
    ":::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "fe80::1%eth0",
    "1.2.3.4 ",
    "::/00",
    "::g",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7::8",
    "1:2:3:4:5:6:7::",
    "0x7f.0.0.1",
};
static const char *const good_datetimes[] = {
    "1970-01-01",
    "2024-02-29",
    "2026-03-02T09:00:00Z",
    "2026-03-02T09:00:00.123Z",
    "2026-03-02T09:00:00+0200",
    "2026-03-02T09:00:00.999-2359",
    "1969-12-31T23:59:59.999Z",
    "1969-12-31",
    "0000-01-01",
    "9999-12-31T23:59:59.999-2359",
    "0000-01-01T00:00:00+2359",
    "2000-02-29T00:00:00Z",
    "1970-01-01T00:00:00-0000",
    "1582-10-10",
};
static const char *const bad_datetimes[] = {
    "",
    "2023-02-29",
    "1900-02-29",
    "2026-13-01",
    "2026-00-01",
    "2026-01-00",
    "2026-1-1",
    "2026-03-02T24:00:00Z",
    "2026-03-02T23:59:60Z",
    "2026-03-02T09:00Z",
    "2026-03-02T09:00:00",
    "2026-03-02T09:00:00.12Z",
    "2026-03-02T09:00:00.1234Z",
    "2026-03-02T09:00:00+02:00",
    "2026-03-02T09:00:00+2400",
    "2026-03-02T09:00:00+0060",
    "2026-03-02t09:00:00z",
    "2026-03-02 09:00:00Z",
    "-2026-03-02",
    "+2026-03-02",
    "20260302",
    "2026-03-02Z",
    "10000-01-01",
    "2026-03-02T09:00:00ZZ",
};
static const char *const good_durations[] = {
    "0ms",
    "1ms",
    "-1ms",
    "1h",
    "1d",
    "-1d",
    "1d2h3m4s5ms",
    "-1d2h3m4s5ms",
    "86399999ms",
    "90m",
    "007s",
    "1d1ms",
    "9223372036854775807ms",
    "-9223372036854775808ms",
    "106751991167d",
    "-106751991167d7h12m55s808ms",
    "106751991167d7h12m55s807ms",
    "0d0h0m0s0ms",
    "-0s",
};
static const char *const bad_durations[] = {
    "",
    "-",
    "1",
    "d",
    "1D",
    "+1h",
    "1h1d",
    "1h1h",
    "1.5h",
    "1 h",
    " 1h",
    "1h ",
    "--1h",
    "1d-2h",
    "9223372036854775808ms",
    "-9223372036854775809ms",
    "106751991168d",
    "106751991167d7h12m55s808ms",
    "1w",
    "1us",
    "1m1h",
    "99999999999999999999d",
};

static const char *good_text(struct choices *choices, enum shape_kind kind)
{
    switch (kind) {
    case SHAPE_DECIMAL:
        return PICK(choices, good_decimals);
    case SHAPE_IP:
        return PICK(choices, good_ips);
    case SHAPE_DATETIME:
        return PICK(choices, good_datetimes);
    default:
        return PICK(choices, good_durations);
    }
}

static const char *bad_text(struct choices *choices, enum shape_kind kind)
{
    switch (kind) {
    case SHAPE_DECIMAL:
        return PICK(choices, bad_decimals);
    case SHAPE_IP:
        return PICK(choices, bad_ips);
    case SHAPE_DATETIME:
        return PICK(choices, bad_datetimes);
    default:
        return PICK(choices, bad_durations);
    }
}

/* A good text with one or two characters changed, put in or left out: perhaps still good. */
static const char *changed_text(struct choices *choices, enum shape_kind kind, char room[MADE_TEXT])
{
    static const char others[] = "0123456789999+-.:/TZ afdhms";
    snprintf(room, MADE_TEXT, "%s", good_text(choices, kind));
    for (uint32_t count = 1 + choose(choices, 2); count > 0; count--) {
        size_t length = strlen(room), at = choose(choices, (uint32_t)length + 1);
        char other = others[choose(choices, sizeof others - 1)];
        uint32_t how = choose(choices, 3);
        if (how == 0 && at < length) {
            room[at] = other;
        } else if (how == 1 && length + 1 < MADE_TEXT) {
            memmove(room + at + 1, room + at, length - at + 1);
            room[at] = other;
        } else if (at < length) {
            memmove(room + at, room + at + 1, length - at);
        }
    }
    return room;
}

const char *
some_extension_text(struct choices *choices, enum shape_kind kind, bool good, char room[MADE_TEXT])
{
    if (good)
        return good_text(choices, kind);
    return choose(choices, 2) ? changed_text(choices, kind, room) : bad_text(choices, kind);
}

const char *constructor_name(enum shape_kind kind)
{
    switch (kind) {
    case SHAPE_DECIMAL:
        return "decimal";
    case SHAPE_IP:
        return "ip";
    case SHAPE_DATETIME:
        return "datetime";
    default:
        return "duration";
    }
}

bool is_plain_name(const char *name)
{
    static const char *const reserved[] = {"true", "false", "if",   "then", "else",
                                           "in",   "is",    "like", "has",  "__cedar"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strcmp(name, reserved[i]) == 0)
            return false;
    if (!*name || isdigit((unsigned char)*name))
        return false;
    for (; *name; name++)
        if ((*name & 0x80) || !(isalnum((unsigned char)*name) || *name == '_'))
            return false;
    return true;
}

/* The scalar value at *text, which is moved on. */
static uint32_t next_scalar(const char **text)
{
    const unsigned char *at = (const unsigned char *)*text;
    size_t more = *at < 0x80 ? 0 : *at < 0xe0 ? 1 : *at < 0xf0 ? 2 : 3;
    uint32_t scalar = more ? *at & (0x3fu >> more) : *at;
    for (size_t i = 1; i <= more; i++)
        scalar = scalar << 6 | (at[i] & 0x3fu);
    *text += more + 1;
    return scalar;
}

/* One character of a string or pattern; most as they are. */
static void generate_character(
    struct choices *choices, const char *from, const char *to, uint32_t scalar, struct buffer *out)
{
    uint32_t how = choose(choices, 12);
    if (how == 11)
        buffer_printf(out, choose(choices, 2) ? "\\u{%x}" : "\\u{%06X}", scalar);
    else if (how == 10 && scalar < 0x80)
        buffer_printf(out, choose(choices, 2) ? "\\x%02x" : "\\x%02X", scalar);
    else if (scalar == '"' || scalar == '\\')
        buffer_printf(out, "\\%c", (char)scalar);
    else if (scalar == '\'' && how == 9)
        buffer_append_text(out, "\\'");
    else if (scalar == '\r')
        buffer_append_text(out, "\\r");
    else if (scalar == '\n' && how < 8)
        buffer_append_text(out, "\\n");
    else if (scalar == '\t' && how < 8)
        buffer_append_text(out, "\\t");
    else
        buffer_append(out, from, (size_t)(to - from));
}

/* What a string must not hold. */
static const char *wrong_escape(struct choices *choices)
{
    static const char *const wrong[] = {
        "\\q",    "\\x80", "\\xff",        "\\x4", "\\u{110000}", "\\u{d800}", "\\u{}", "\\u0041",
        "\\u{41", "\\*",   "\\u{0000041}", "\r",   "\\a",         "\\x{41}",   "\\ ",   "\\U{41}",
    };
    return PICK(choices, wrong);
}

void generate_quoted(struct choices *choices, const char *text, bool wild, struct buffer *out)
{
    buffer_append_byte(out, '"');
    while (*text) {
        const char *from = text;
        uint32_t scalar = next_scalar(&text);
        generate_character(choices, from, text, scalar, out);
    }
    if (wild && choose(choices, 400) == 399)
        buffer_append_text(out, wrong_escape(choices));
    if (wild && choose(choices, 100) == 99)
        buffer_append_text(out, "\\0");
    buffer_append_byte(out, '"');
}

void generate_pattern(struct choices *choices, struct buffer *out)
{
    buffer_append_byte(out, '"');
    for (uint32_t pieces = choose(choices, 6); pieces > 0; pieces--) {
        switch (choose(choices, 7)) {
        case 0:
            buffer_append_byte(out, '*');
            break;
        case 1:
            buffer_append_text(out, "\\*");
            break;
        case 2:
            buffer_append_text(out, "a");
            break;
        case 3:
            buffer_append_text(out, "b");
            break;
        default: {
            char room[MADE_TEXT];
            const char *text = some_string(choices, room);
            while (*text) {
                const char *from = text;
                uint32_t scalar = next_scalar(&text);
                generate_character(choices, from, text, scalar, out);
            }
        }
        }
    }
    buffer_append_byte(out, '"');
}
