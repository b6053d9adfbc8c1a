/* The text of addresses and ranges: IPv4 in dotted decimal, IPv6 in groups, with a prefix length or
 * without. Neither zones nor IPv4 inside IPv6: the language has them not. */
#include "cedar/extension.h"

#include <string.h>

enum { V4_BITS = 32, V6_BITS = 128, GROUPS = 8 };

/* Decimal digits without a leading zero, at most three, up to most. */
static bool read_small(struct bytes text, unsigned most, unsigned *ret_number)
{
    unsigned number = 0;
    if (text.length == 0 || text.length > 3 || (text.length > 1 && text.data[0] == '0'))
        return false;
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        number = number * 10 + (unsigned)(text.data[i] - '0');
    }
    *ret_number = number;
    return number <= most;
}

/* What stands before the next byte of this kind, which is stepped over; all when there is none. */
static struct bytes cut(struct bytes *rest, char byte)
{
    size_t length = 0;
    while (length < rest->length && rest->data[length] != (uint8_t)byte)
        length++;
    struct bytes part = bytes_slice(*rest, 0, length);
    *rest = bytes_slice(*rest, length + 1, rest->length);
    return part;
}

static bool read_v4(struct bytes text, uint8_t address[16])
{
    size_t dots = 0;
    for (size_t i = 0; i < text.length; i++)
        dots += text.data[i] == '.';
    if (dots != 3)
        return false;
    for (size_t i = 0; i < 4; i++) {
        unsigned octet;
        if (!read_small(cut(&text, '.'), 255, &octet))
            return false;
        address[i] = (uint8_t)octet;
    }
    return true;
}

/* The value of a hexadecimal digit, or 16. */
static unsigned digit_of(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10u;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10u;
    return 16;
}

/* Groups of one to four hexadecimal digits between colons; no text is no group. */
static bool read_groups(struct bytes text, uint16_t groups[GROUPS], size_t *ret_count)
{
    size_t count = 0, digits = 0;
    unsigned group = 0;
    for (size_t i = 0; i < text.length; i++) {
        uint8_t byte = text.data[i];
        unsigned digit = digit_of(byte);
        if (byte == ':') {
            /* A colon follows a group, and another comes after it. */
            if (digits == 0 || i + 1 == text.length || count == GROUPS)
                return false;
            groups[count++] = (uint16_t)group;
            digits = group = 0;
        } else if (digit > 15 || digits == 4) {
            return false;
        } else {
            group = group * 16 + digit;
            digits++;
        }
    }
    if (digits > 0) {
        if (count == GROUPS)
            return false;
        groups[count++] = (uint16_t)group;
    }
    *ret_count = count;
    return true;
}

/* Eight groups; or fewer with one `::`, which stands for at least one of zero. */
static bool read_v6(struct bytes text, uint8_t address[16])
{
    uint16_t front[GROUPS] = {0}, back[GROUPS] = {0}, all[GROUPS] = {0};
    size_t front_count, back_count = 0, gap = 0;
    while (gap + 1 < text.length && !(text.data[gap] == ':' && text.data[gap + 1] == ':'))
        gap++;
    bool has_gap = gap + 1 < text.length;
    if (!read_groups(has_gap ? bytes_slice(text, 0, gap) : text, front, &front_count))
        return false;
    if (has_gap && !read_groups(bytes_slice(text, gap + 2, text.length), back, &back_count))
        return false;
    size_t count = front_count + back_count;
    if (has_gap ? count >= GROUPS : count != GROUPS)
        return false;
    memcpy(all, front, front_count * sizeof *all);
    memcpy(all + GROUPS - back_count, back, back_count * sizeof *all);
    for (size_t i = 0; i < GROUPS; i++)
        store_u16(address + i * 2, all[i]);
    return true;
}

enum error cedar_ip_parse(struct bytes text, struct fault *fault, struct cedar_ip *ret_ip)
{
    struct cedar_ip ip = {0};
    struct bytes rest = text;
    struct bytes address = cut(&rest, '/');
    bool has_prefix = address.length < text.length;
    bool good = read_v4(address, ip.address);
    if (!good)
        ip.is_v6 = good = read_v6(address, ip.address); /* writes all of it */
    unsigned bits = ip.is_v6 ? V6_BITS : V4_BITS, prefix = bits;
    if (good && has_prefix)
        good = read_small(rest, bits, &prefix);
    if (!good) {
        char found[sizeof fault->found];
        return fault_set(
            fault, ERROR_CEDAR_EXTENSION, NULL, "ip: an IPv4 or IPv6 address, or one with /bits",
            "%s", quote_text(text, found, sizeof found));
    }
    ip.prefix = (uint8_t)prefix;
    *ret_ip = ip;
    return ERROR_OK;
}

/* The longest run of two or more groups of zero, the first of equals (RFC 5952 section 4.2). */
static void find_gap(const uint16_t groups[GROUPS], size_t *ret_from, size_t *ret_length)
{
    *ret_from = GROUPS;
    *ret_length = 1;
    for (size_t i = 0; i < GROUPS; i++) {
        size_t length = 0;
        while (i + length < GROUPS && groups[i + length] == 0)
            length++;
        if (length > *ret_length) {
            *ret_from = i;
            *ret_length = length;
        }
    }
}

static void append_v6(struct buffer *buffer, const uint8_t address[16])
{
    uint16_t groups[GROUPS];
    for (size_t i = 0; i < GROUPS; i++)
        groups[i] = load_u16(address + i * 2);
    size_t gap, gap_length;
    find_gap(groups, &gap, &gap_length);
    for (size_t i = 0; i < GROUPS; i++) {
        if (i == gap) {
            buffer_append_text(buffer, "::");
            i += gap_length - 1;
        } else {
            bool first = i == 0 || (gap < GROUPS && i == gap + gap_length);
            buffer_printf(buffer, "%s%x", first ? "" : ":", groups[i]);
        }
    }
}

void cedar_ip_append(struct buffer *buffer, const struct cedar_ip *ip)
{
    const uint8_t *address = ip->address;
    if (ip->is_v6)
        append_v6(buffer, address);
    else
        buffer_printf(buffer, "%u.%u.%u.%u", address[0], address[1], address[2], address[3]);
    if (ip->prefix != (ip->is_v6 ? V6_BITS : V4_BITS))
        buffer_printf(buffer, "/%u", ip->prefix);
}
