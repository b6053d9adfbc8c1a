/* A copy of the large office, and its server. */
#include "large.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "json/json.h"
#include "load.h"

const char *large_folder;
struct large large;

void large_say(const char *what, const char *name, double value, const char *unit, const char *goal)
{
    printf("%s%s\t%.*f\t%s\t%s\n", what, name, value < 100 ? 2 : 0, value, unit, goal);
    fflush(stdout);
}

static void run_command(const char *form, const char *first, const char *second)
{
    char command[1000];
    snprintf(command, sizeof command, form, first, second);
    if (system(command) != 0)
        fail_msg("%s", command);
}

void large_copy(const char *name)
{
    if (!big_office_is_there(large_folder, &large.made))
        big_office_make(large_folder, &large.made);
    large_say("office_", "made_in_processor_time", large.made.seconds, "s", "-");
    snprintf(large.folder, sizeof large.folder, "%s-%s", large_folder, name);
    snprintf(large.database, sizeof large.database, "%s/office.db", large.folder);
    run_command("rm -rf '%s'%s", large.folder, "");
    run_command("cp -r '%s' '%s'", large_folder, large.folder);
}

void large_init(void)
{
    office_script_init(&large.script);
    large.script.acts = UINT64_C(1) << 40; /* ids that the office does not know */
}

void large_remove(void)
{
    run_command("rm -r '%s'%s", large.folder, "");
}

void large_free(void)
{
    arena_free(&large.arena);
    office_script_free(&large.script);
}

struct http_reply large_call(
    struct http_client *client, const char *method, const char *path, const char *type,
    struct bytes body)
{
    char url[200];
    struct fault fault = {0};
    struct http_reply reply;
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", large.server.port, path);
    const struct http_call made = {.method = method, .url = url, .type = type, .body = body};
    enum error error = http_client_call(client, &made, &fault, &reply);
    assert_int_equal(error, ERROR_OK);
    if (reply.status >= 300)
        fail_msg("%s: %s", path, service_text(&reply));
    return reply;
}

/* What an answer says; frees the reply. */
static const struct json *answered(struct http_reply *reply)
{
    const struct json *value;
    assert_int_equal(json_parse(buffer_view(&reply->body), &large.arena, NULL, &value), ERROR_OK);
    http_reply_free(reply);
    return value;
}

struct bytes large_login(struct http_client *client, enum world_key key)
{
    char origin[64];
    struct http_reply reply =
        large_call(client, "GET", "/api/v1/session/challenge", NULL, (struct bytes){0});
    const struct json *said = answered(&reply);
    struct bytes text, kept;
    struct buffer challenge = {0}, bytes = {0};
    assert_int_equal(json_get_string(said, "challenge", NULL, &text), ERROR_OK);
    assert_int_equal(base64url_parse(text, NULL, &challenge), ERROR_OK);
    snprintf(origin, sizeof origin, "http://127.0.0.1:%u", large.server.port);
    const struct login made = {
        .challenge = buffer_view(&challenge), .origin = origin, .time = office_clock};
    WORLD_SIGN(&large.script.world, INSTRUMENT_LOGIN, &made, &bytes, NULL, key);
    reply = large_call(client, "POST", "/api/v1/session", "application/cose", buffer_view(&bytes));
    buffer_free(&challenge);
    buffer_free(&bytes);
    said = answered(&reply);
    assert_int_equal(json_get_string(said, "token", NULL, &kept), ERROR_OK);
    return kept;
}

uint64_t large_log_size(struct http_client *client)
{
    struct http_reply reply = large_call(client, "GET", "/api/v1/status", NULL, (struct bytes){0});
    const struct json *said = answered(&reply), *log;
    uint64_t size = 0;
    assert_int_equal(json_get(said, "log", JSON_OBJECT, NULL, &log), ERROR_OK);
    assert_int_equal(json_get_u64(log, "size", NULL, &size), ERROR_OK);
    return size;
}

/* The office stood still since it was made, for longer than any delegation lasts. With a new one
 * the server catches up: every installation is overdue, which is a signal each, and opens or feeds
 * a case. */
void large_catch_up(struct http_client *client)
{
    const uint64_t expected = BIG_EVENTS + 1 + BIG_INSTALLATIONS;
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    struct bytes act =
        big_office_delegate(&large.script, 2, (millis)wall.tv_sec * 1000 - MILLIS_HOUR);
    struct http_reply reply = large_call(client, "POST", "/api/v1/acts", "application/cose", act);
    http_reply_free(&reply);
    double start = load_now();
    while (large_log_size(client) < expected) {
        const struct timespec moment = {.tv_nsec = 50000000};
        nanosleep(&moment, NULL);
        if (load_now() - start > 300)
            fail_msg("the log has %llu events", (unsigned long long)large_log_size(client));
    }
    large_say(
        "rules_", "caught_up_after_a_stop", BIG_INSTALLATIONS / (load_now() - start), "1/s", "-");
}
