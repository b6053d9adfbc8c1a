/* service: hostile requests to every route of a running server: mutated, truncated and repeated
 * documents, wrong types, huge bodies, bad encodings, odd methods, heads that are none. The answers
 * are refusals, never the server's own trouble, and what the office knows stays as it was. Some
 * thousands of requests; with ENDUSE_DEEP many more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "authority/complaint.h"
#include "http_fixture.h"
#include "random.h"
#include "service/routes.h"
#include "service_fixture.h"

static struct service_fixture fixture;
static const struct bytes none;
static uint64_t seed = 20261126;

enum { SEEDS_MAX = 64 };

/* What is mutated. */
static struct bytes seeds[SEEDS_MAX];
static size_t seed_count;

static void keep(struct bytes bytes)
{
    struct bytes copy = arena_copy(&fixture.arena, bytes);
    assert_true(copy.data && seed_count < SEEDS_MAX);
    seeds[seed_count++] = copy;
}

static int set_up(void **state)
{
    (void)state;
    service_fixture_init(&fixture);
    service_fixture_live(&fixture);
    struct world *world = &fixture.script.world;
    for (size_t i = 0; i < OFFICE_LIFE; i++)
        keep(fixture.script.life[i]);
    keep(office_act(
        &fixture.script, WORLD_D1, "exporter/EX-9", 0, "draft",
        body_exporter(&fixture.script.world)));
    struct renewal renewal = service_first_renewal(&fixture);
    keep(service_sign_renewal(&fixture, &renewal, WORLD_GUARD));
    keep(service_sign_login(&fixture, world->keys[WORLD_D1], NULL, none));
    keep(buffer_view(&world->root_bytes));
    keep(buffer_view(&world->licence_bytes));
    keep(buffer_view(&world->certificate_bytes));
    keep(BYTES_LITERAL("{\"file\":\"licence/IL-2026-0017\",\"verb\":\"expire\",\"body\":{}}"));
    keep(BYTES_LITERAL("\xd2\x84\x43\xa1\x01\x32\xa0\x41\xa0\x40"));
    keep(BYTES_LITERAL("\x9f\xff"));
    keep(BYTES_LITERAL("\xd8\x62\x84\xff\xff\xff\xff"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    service_fixture_free(&fixture);
    return 0;
}

static size_t below(size_t bound)
{
    return random_below(&seed, bound);
}

static size_t rounds(size_t count)
{
    return getenv("ENDUSE_DEEP") ? 10 * count : count;
}

/* --- The office as it is ------------------------------------------------------------------ */

static void append_answer(const char *path, struct buffer *out)
{
    struct http_reply reply = service_call(&fixture, "GET", path, NULL, none);
    assert_int_equal(reply.status, 200);
    buffer_append_bytes(out, buffer_view(&reply.body));
    http_reply_free(&reply);
}

/* All files of all kinds, and the head of the log. */
static struct digest everything(void)
{
    struct buffer all = {0};
    struct digest head = service_root(&fixture);
    buffer_append_bytes(&all, digest_view(&head));
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        struct arena arena = {0};
        char path[200];
        const struct json *root, *files;
        size_t from = all.length;
        snprintf(path, sizeof path, "/api/v1/files/%s?limit=1000", file_word(kind));
        append_answer(path, &all);
        struct bytes list = arena_copy(&arena, bytes_slice(buffer_view(&all), from, all.length));
        assert_int_equal(json_parse(list, &arena, NULL, &root), ERROR_OK);
        assert_int_equal(json_get(root, "files", JSON_ARRAY, NULL, &files), ERROR_OK);
        for (size_t i = 0; i < json_count(files); i++) {
            struct bytes number;
            assert_int_equal(json_get_string(json_at(files, i), "number", NULL, &number), ERROR_OK);
            snprintf(
                path, sizeof path, "/api/v1/files/%s/%.*s", file_word(kind), (int)number.length,
                (const char *)number.data);
            append_answer(path, &all);
        }
        arena_free(&arena);
    }
    assert_int_equal(all.error, ERROR_OK);
    struct digest digest = sha256_of(buffer_view(&all));
    buffer_free(&all);
    return digest;
}

/* --- Bodies ------------------------------------------------------------------------------- */

static bool was_accepted(struct bytes body)
{
    for (size_t i = 0; i < OFFICE_LIFE; i++) {
        if (bytes_equal(body, seeds[i]))
            return true;
    }
    return false;
}

static bool is_a_seed(struct bytes body)
{
    for (size_t i = 0; i < seed_count; i++) {
        if (bytes_equal(body, seeds[i]))
            return true;
    }
    return false;
}

static void mutated(struct buffer *body)
{
    static const uint8_t alphabet[] = {0x00, 0x18, 0x40, 0x58, 0x5f, 0x80, 0x9f, 0xa0,
                                       0xbf, 0xd2, 0xd8, 0xf6, 0xf7, 0xff, '{',  '"'};
    struct bytes from = seeds[below(seed_count)];
    buffer_clear(body);
    buffer_append_bytes(body, from);
    switch (below(8)) {
    case 0: /* cut */
        body->length = below(body->length);
        return;
    case 1: /* said twice */
        buffer_append_bytes(body, from);
        return;
    case 2: /* as it is */
        return;
    default:
        for (size_t i = 0; i <= below(6); i++)
            mutate(&seed, BYTES_ARRAY(alphabet), body);
    }
}

static void documents_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/api/v1/acts", "/api/v1/acts", "/api/v1/roots", "/api/v1/renewals", "/api/v1/session"};
    static const char *const types[] = {
        "application/cose", "application/cose", "application/cose", "application/cose",
        "application/json", "application/cbor", "text/plain",       "application/cose;x=y"};
    struct digest before = everything();
    struct buffer body = {0};
    size_t repeated = 0, refused = 0;
    for (size_t i = 0; i < rounds(1000); i++) {
        const char *path = paths[below(sizeof paths / sizeof *paths)];
        const char *type = types[below(sizeof types / sizeof *types)];
        mutated(&body);
        bool act = strcmp(path, "/api/v1/acts") == 0 && text_starts(type, "application/cose");
        bool again = act && was_accepted(buffer_view(&body));
        /* What would be accepted for the first time is not hostile. */
        if (!again && is_a_seed(buffer_view(&body)) && !was_accepted(buffer_view(&body)))
            continue;
        struct http_reply reply =
            service_call_as(&fixture, "", "POST", path, type, buffer_view(&body));
        bool good = again ? reply.status == 200 : reply.status >= 400 && reply.status < 500;
        if (!good) {
            print_error("round %zu: %s %s: %u\n", i, path, type, reply.status);
            print_error("%s\n", service_text(&reply));
        }
        assert_true(good);
        repeated += again;
        refused += !again;
        http_reply_free(&reply);
    }
    assert_true(repeated > 10 && refused > 500);
    struct digest after = everything();
    assert_true(digest_equal(&before, &after));
    buffer_free(&body);
}

/* Anybody may post one, and few at a time: the server is started again for the next. */
static void complaints_that_are_none_are_refused(void **state)
{
    (void)state;
    enum { AT_A_TIME = 9 };
    static const uint8_t alphabet[] = {'{', '}', '[', ']', '"', '\\', ',', ':', 0, 0xff, 0xed, '1'};
    static const char good[] =
        "{\"what\": \"My telephone was taken over.\", \"when\": \"In March.\", \"where\": \"The "
        "capital.\", \"evidence\": [\"device\", \"message\"], \"contact\": \"A. Person\"}";
    struct digest before = everything();
    struct buffer body = {0};
    size_t refused = 0;
    while (refused < rounds(100)) {
        service_fixture_stop(&fixture);
        service_fixture_start(&fixture);
        for (size_t i = 0; i < AT_A_TIME; i++) {
            struct arena arena = {0};
            struct complaint complaint;
            do {
                buffer_clear(&body);
                buffer_append_text(&body, good);
                for (size_t k = 0; k <= below(6); k++)
                    mutate(&seed, BYTES_ARRAY(alphabet), &body);
                if (below(4) == 0)
                    body.length = below(body.length);
                /* A complaint all the same is not hostile. */
            } while (complaint_read(buffer_view(&body), &arena, NULL, &complaint) == ERROR_OK);
            arena_free(&arena);
            struct http_reply reply = service_call_as(
                &fixture, "", "POST", "/api/v1/complaints", "application/json", buffer_view(&body));
            if (reply.status != 400)
                print_error("%u: %s\n", reply.status, service_text(&reply));
            assert_int_equal(reply.status, 400);
            http_reply_free(&reply);
            refused++;
        }
    }
    fixture.token[0] = '\0';
    struct digest after = everything();
    assert_true(digest_equal(&before, &after));
    buffer_free(&body);
}

/* --- Addresses ---------------------------------------------------------------------------- */

/* Parts of addresses and queries, as they are sent. */
static const char *const parts[] = {
    "licence",
    "exporter",
    "IL-2026-0017",
    "EX-0031",
    "1",
    "0",
    "-1",
    "99999999999999999999",
    "..",
    "%2e%2e",
    "%2F",
    "%00",
    "%",
    "%4",
    "%zz",
    "%ff",
    "%c3%a9",
    "%0a",
    "a%20b",
    "'--",
    "%22",
    "%5c",
    "*",
    "%252e",
    "openapi.json",
    "session",
    "challenge",
    "",
    "form",
    "q",
    "%e2%80%ae",
    "%ed%a0%80"};

static const char *part(void)
{
    return parts[below(sizeof parts / sizeof *parts)];
}

/* A row's path with its parameters filled in, and a query, of such parts. */
static void append_target(const struct service_row *row, struct buffer *out)
{
    static const char *const names[] = {"parent", "state", "q",    "cursor", "limit",
                                        "person", "from",  "size", "count",  "to"};
    for (const char *at = row->pattern; *at; at++) {
        if (*at == '{') {
            buffer_append_text(out, part());
            at += strcspn(at, "}");
        } else {
            buffer_append_byte(out, (uint8_t)*at);
        }
    }
    if (below(12) == 0)
        buffer_append_text(out, "/");
    for (size_t i = below(4); i > 0; i--)
        buffer_printf(
            out, "%s%s=%s", strchr(buffer_text(out), '?') ? "&" : "?",
            below(6) ? names[below(sizeof names / sizeof *names)] : part(), part());
}

static bool is_refusal(unsigned status)
{
    return status >= 400 && status < 500;
}

static void addresses_of_all_sorts_are_answered(void **state)
{
    (void)state;
    struct digest before = everything();
    struct buffer request = {0}, target = {0}, answer = {0};
    size_t served = 0, refused = 0;
    for (size_t i = 0; i < rounds(1000); i++) {
        const struct service_row *row = &service_rows[below(service_row_count)];
        buffer_clear(&request);
        buffer_clear(&target);
        append_target(row, &target);
        buffer_printf(
            &request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n",
            buffer_text(&target));
        if (below(3))
            buffer_printf(&request, "Authorization: Bearer %s\r\n", fixture.token);
        buffer_append_text(&request, "\r\n");
        unsigned status = raw_call(service_port(fixture.service), buffer_text(&request), &answer);
        bool good = status == 200 || is_refusal(status);
        if (!good)
            print_error("round %zu: %u for %s\n", i, status, buffer_text(&request));
        assert_true(good);
        served += status == 200;
        refused += status != 200;
        buffer_free(&answer);
    }
    assert_true(served > 50 && refused > 200);
    struct digest after = everything();
    assert_true(digest_equal(&before, &after));
    buffer_free(&request);
    buffer_free(&target);
}

/* --- Heads -------------------------------------------------------------------------------- */

static void odd_methods_are_refused(void **state)
{
    (void)state;
    static const char *const methods[] = {"PUT",     "PATCH", "DELETE", "TRACE",
                                          "OPTIONS", "get",   "POSTED", "PROPFIND"};
    struct digest before = everything();
    struct buffer answer = {0}, request = {0};
    for (size_t i = 0; i < service_row_count; i++) {
        for (size_t k = 0; k < sizeof methods / sizeof *methods; k++) {
            if (service_rows[i].method == HTTP_DELETE && strcmp(methods[k], "DELETE") == 0)
                continue;
            bool known = k < 3;
            buffer_clear(&request);
            buffer_printf(&request, "%s ", methods[k]);
            append_target(&service_rows[i], &request);
            buffer_append_text(
                &request, " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
            unsigned status =
                raw_call(service_port(fixture.service), buffer_text(&request), &answer);
            /* One that no server knows is 501 (RFC 9110 section 9.1). */
            bool good = is_refusal(status) || (!known && status == 501);
            if (!good)
                print_error("%u for %s\n", status, buffer_text(&request));
            assert_true(good);
            buffer_free(&answer);
        }
    }
    struct digest after = everything();
    assert_true(digest_equal(&before, &after));
    buffer_free(&request);
}

/* A body that is said to be huge, or is sent in pieces that do not end where they say. */
static void bodies_that_are_too_long_are_refused(void **state)
{
    (void)state;
    static const char *const lengths[] = {
        "Content-Length: 999999999",
        "Content-Length: 18446744073709551616",
        "Content-Length: -1",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked"};
    struct digest before = everything();
    struct buffer answer = {0}, request = {0};
    for (size_t i = 0; i < service_row_count; i++) {
        if (strchr(service_rows[i].pattern, '{'))
            continue;
        for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
            buffer_clear(&request);
            buffer_printf(
                &request,
                "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                "Content-Type: application/cose\r\n%s\r\n\r\n",
                service_rows[i].pattern, lengths[k]);
            unsigned status =
                raw_call(service_port(fixture.service), buffer_text(&request), &answer);
            if (!is_refusal(status))
                print_error("%u for %s\n", status, buffer_text(&request));
            assert_true(is_refusal(status));
            buffer_free(&answer);
        }
    }
    struct digest after = everything();
    assert_true(digest_equal(&before, &after));
    buffer_free(&request);
}

/* Heads with bytes changed anywhere. The connection may be closed without an answer where nothing
 * in them is a request; an unknown version of HTTP is 505. */
static void broken_heads_break_nothing(void **state)
{
    (void)state;
    static const uint8_t alphabet[] = {0, '\r', '\n', ' ', ':', '/', '%', '?', '\t', 0x7f, 0xff};
    struct digest before = everything();
    struct buffer head = {0}, answer = {0};
    for (size_t i = 0; i < rounds(500); i++) {
        const struct service_row *row = &service_rows[below(service_row_count)];
        buffer_clear(&head);
        buffer_printf(&head, "%s ", http_method_text(row->method));
        append_target(row, &head);
        buffer_printf(
            &head,
            " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAccept: */*\r\n"
            "If-None-Match: \"x\", W/\"y\"\r\nAuthorization: Bearer %s\r\n\r\n",
            row->method == HTTP_GET ? fixture.token : "none");
        for (size_t k = 0; k <= below(4); k++)
            mutate(&seed, BYTES_ARRAY(alphabet), &head);
        if (!head.length)
            continue;
        /* A head without an end would only be waited for, and so would no head at all. */
        buffer_append_text(&head, "\r\n\r\n");
        int socket = raw_open(service_port(fixture.service));
        assert_int_equal(send(socket, head.data, head.length, MSG_NOSIGNAL), (ssize_t)head.length);
        unsigned status = raw_status(raw_read_answer(socket, &answer));
        close(socket);
        bool good =
            status == 0 || status == 200 || status == 501 || status == 505 || is_refusal(status);
        if (!good)
            print_error("round %zu: %u\n", i, status);
        assert_true(good);
        buffer_free(&answer);
    }
    struct digest after = everything();
    assert_true(digest_equal(&before, &after));
    buffer_free(&head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_that_are_none_are_refused),
        cmocka_unit_test(complaints_that_are_none_are_refused),
        cmocka_unit_test(addresses_of_all_sorts_are_answered),
        cmocka_unit_test(odd_methods_are_refused),
        cmocka_unit_test(bodies_that_are_too_long_are_refused),
        cmocka_unit_test(broken_heads_break_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
