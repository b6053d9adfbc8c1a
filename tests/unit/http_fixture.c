/* Raw connections to a server on loopback. */
#include "http_fixture.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

const char *raw_from;

int raw_open(uint16_t port)
{
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    struct timeval limit = {.tv_sec = 20};
    assert_true(file >= 0);
    assert_int_equal(setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    if (raw_from) {
        struct sockaddr_in own = {.sin_family = AF_INET};
        assert_int_equal(inet_pton(AF_INET, raw_from, &own.sin_addr), 1);
        assert_int_equal(bind(file, (struct sockaddr *)&own, sizeof own), 0);
    }
    assert_int_equal(connect(file, (struct sockaddr *)&address, sizeof address), 0);
    return file;
}

void raw_send(int file, const char *text)
{
    size_t length = strlen(text);
    while (length) {
        ssize_t sent = send(file, text, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return; /* the server closed early: the answer will tell */
        text += sent;
        length -= (size_t)sent;
    }
}

static bool read_some(int file, struct buffer *content)
{
    char part[4096];
    ssize_t got = recv(file, part, sizeof part, 0);
    if (got > 0)
        buffer_append(content, part, (size_t)got);
    return got > 0;
}

const char *raw_read_all(int file, struct buffer *content)
{
    buffer_clear(content);
    while (read_some(file, content))
        ;
    const char *text = buffer_text(content);
    assert_non_null(text);
    return text;
}

const char *raw_read_answer(int file, struct buffer *content)
{
    buffer_clear(content);
    for (;;) {
        const char *text = buffer_text(content);
        assert_non_null(text);
        const char *end = strstr(text, "\r\n\r\n");
        const char *length = strcasestr(text, "\r\nContent-Length: ");
        if (end && length &&
            content->length >= (size_t)(end + 4 - text) + strtoul(length + 18, NULL, 10))
            return text;
        if (!read_some(file, content))
            return buffer_text(content);
    }
}

unsigned raw_status(const char *answer)
{
    unsigned status = 0;
    return sscanf(answer, "HTTP/1.1 %3u ", &status) == 1 ? status : 0;
}

unsigned raw_call(uint16_t port, const char *request, struct buffer *content)
{
    int file = raw_open(port);
    raw_send(file, request);
    unsigned status = raw_status(raw_read_all(file, content));
    close(file);
    return status;
}
