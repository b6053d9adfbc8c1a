/* service: settings and their sources; making the folder; what a server refuses to start with;
 * trouble of the machine while it runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "service/limiter.h"
#include "service/routes.h"
#include "service_fixture.h"

#define COSE "application/cose"

/* --- Settings ----------------------------------------------------------------------------- */

static struct arena arena;
static struct fault fault;

static int clear(void **state)
{
    (void)state;
    arena_free(&arena);
    fault = (struct fault){0};
    return 0;
}

static enum error read_settings(struct settings *settings, size_t count, const char *const *flags)
{
    return settings_read(&os_system, (int)count, flags, &arena, &fault, settings);
}
#define READ(settings, ...)                                                                        \
    read_settings(                                                                                 \
        settings, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *),                     \
        (const char *const[]){__VA_ARGS__})

static void flags_count_before_environment_before_file_before_standard(void **state)
{
    (void)state;
    char path[] = "/tmp/enduse-settings-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    static const char text[] = "# a comment\n\nlisten = 127.0.0.1:1\r\n data=/a/file \ndemo = yes\n"
                               "rate = 7\n";
    assert_int_equal(write(file, text, sizeof text - 1), sizeof text - 1);
    close(file);
    struct settings settings;
    assert_int_equal(setenv("ENDUSE_LISTEN", "127.0.0.1:2", 1), 0);
    assert_int_equal(READ(&settings, "--config", path, "--listen=127.0.0.1:3"), ERROR_OK);
    assert_string_equal(settings.listen, "127.0.0.1:3");
    assert_string_equal(settings.data, "/a/file");
    assert_true(settings.demo);
    assert_int_equal(settings.rate, 7);
    assert_int_equal(READ(&settings, "--config", path), ERROR_OK);
    assert_string_equal(settings.listen, "127.0.0.1:2");
    assert_int_equal(unsetenv("ENDUSE_LISTEN"), 0);
    assert_int_equal(READ(&settings, "--config", path), ERROR_OK);
    assert_string_equal(settings.listen, "127.0.0.1:1");
    assert_int_equal(READ(&settings, "--data", "x"), ERROR_OK);
    assert_string_equal(settings.listen, "127.0.0.1:7243");
    assert_int_equal(settings.rate, 0);
    assert_false(settings.demo);
    assert_int_equal(setenv("STATE_DIRECTORY", "/state", 1), 0);
    assert_int_equal(READ(&settings, "--demo"), ERROR_OK);
    assert_string_equal(settings.data, "/state");
    unsetenv("STATE_DIRECTORY");
    unlink(path);
}

static void wrong_settings_are_named(void **state)
{
    (void)state;
    struct settings settings;
    assert_int_equal(READ(&settings, "--listne", "x"), ERROR_USAGE);
    assert_non_null(strstr(fault.found, "--listne"));
    assert_int_equal(READ(&settings, "serve"), ERROR_USAGE);
    assert_int_equal(READ(&settings, "--data"), ERROR_USAGE);
    assert_int_equal(READ(&settings, "--data", "a", "--data", "b"), ERROR_USAGE);
    assert_int_equal(READ(&settings, "--demo=yes"), ERROR_USAGE);
    assert_int_equal(READ(&settings, "--threads", "many"), ERROR_NUMBER_TEXT);
    assert_non_null(strstr(fault.place, "--threads"));
    assert_int_equal(READ(&settings, "--config", "/nowhere/at/all"), ERROR_NOT_FOUND);
}

static void a_file_is_read_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum error error;
        const char *place;
    } rows[] = {
        {"listen 127.0.0.1:1\n", ERROR_SYNTAX, "line 1"}, {"\nlistne = x\n", ERROR_USAGE, "line 2"},
        {"init = yes\n", ERROR_USAGE, "line 1"},          {"config = x\n", ERROR_USAGE, "line 1"},
        {"data = a\ndata = b\n", ERROR_USAGE, "line 2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[] = "/tmp/enduse-settings-XXXXXX";
        int file = mkstemp(path);
        assert_true(file >= 0);
        size_t length = strlen(rows[i].text);
        assert_int_equal(write(file, rows[i].text, length), length);
        close(file);
        struct settings settings;
        assert_int_equal(READ(&settings, "--config", path), rows[i].error);
        assert_non_null(strstr(fault.place, rows[i].place));
        unlink(path);
    }
}

static void an_address_has_so_many_requests(void **state)
{
    (void)state;
    struct limiter *limiter = limiter_new(2);
    assert_non_null(limiter);
    millis wait = 0;
    for (int i = 0; i < 20; i++)
        assert_true(limiter_take(limiter, "192.0.2.1", 100000, &wait));
    assert_false(limiter_take(limiter, "192.0.2.1", 100000, &wait));
    assert_in_range(wait, 1, 501);
    assert_false(limiter_take(limiter, "192.0.2.1", 100000 + wait - 2, &wait));
    assert_true(limiter_take(limiter, "192.0.2.1", 100501, &wait));
    assert_false(limiter_take(limiter, "192.0.2.1", 100501, &wait));
    /* A long rest fills the bucket, and no more than that. */
    for (int i = 0; i < 20; i++)
        assert_true(limiter_take(limiter, "192.0.2.1", 900000, &wait));
    assert_false(limiter_take(limiter, "192.0.2.1", 900000, &wait));
    limiter_free(limiter);
}

/* Run with WRITE_DOCUMENTS=1 to make the pages anew. */
static void is_written(const char *path, struct buffer *text)
{
    struct buffer page = {0};
    assert_int_equal(text->error, ERROR_OK);
    if (getenv("WRITE_DOCUMENTS"))
        assert_int_equal(
            os_replace_file(&os_system, path, buffer_view(text), 0644, &fault), ERROR_OK);
    assert_int_equal(os_read_file(&os_system, path, 1 << 20, &fault, &page), ERROR_OK);
    bool same = bytes_equal(buffer_view(text), buffer_view(&page));
    buffer_free(text);
    buffer_free(&page);
    if (!same)
        fail_msg("%s is not what the tables say: WRITE_DOCUMENTS=1", path);
}

static void the_pages_about_the_api_are_what_the_tables_say(void **state)
{
    (void)state;
    struct buffer text = {0};
    service_document(&text);
    is_written(PROJECT_FOLDER "/docs/api.md", &text);
    assert_int_equal(service_openapi(&text), ERROR_OK);
    is_written(PROJECT_FOLDER "/docs/openapi.json", &text);
}

/* --- Starting ----------------------------------------------------------------------------- */

static struct service_fixture fixture;

static int set_up(void **state)
{
    (void)state;
    service_fixture_init(&fixture);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    service_fixture_free(&fixture);
    return 0;
}

static enum error start_with(const struct settings *settings)
{
    struct service *service = NULL;
    fixture.fault = (struct fault){0};
    enum error error = service_start(&fixture.os, settings, &site, -1, &fixture.fault, &service);
    assert_null(service);
    return error;
}

static void a_server_refuses_what_it_cannot_stand_on(void **state)
{
    (void)state;
    struct settings settings = fixture.settings;
    /* Another one writes this database. */
    assert_int_equal(start_with(&settings), ERROR_BUSY);
    assert_non_null(strstr(fixture.fault.place, "/lock"));
    service_fixture_stop(&fixture);
    settings.data = NULL;
    assert_int_equal(start_with(&settings), ERROR_USAGE);
    settings.data = "/nowhere/at/all";
    assert_int_equal(start_with(&settings), ERROR_NOT_FOUND);
    assert_non_null(strstr(fixture.fault.expected, "enduse serve --init"));
    settings = fixture.settings;
    settings.demo = false;
    assert_int_equal(start_with(&settings), ERROR_ROOT_DEMO);
    assert_non_null(service_advice(ERROR_ROOT_DEMO));
    settings = fixture.settings;
    settings.listen = "0.0.0.0:0";
    assert_int_equal(start_with(&settings), ERROR_USAGE);
    settings.remote = true; /* a demonstration stays on loopback, whatever is said */
    assert_int_equal(start_with(&settings), ERROR_USAGE);
    /* Elsewhere than on loopback, logins must be able to name the server. */
    assert_non_null(strstr(fixture.fault.place, "--origin"));
    static const char *const origins[] = {
        "office.example", "https://", "https://Office.example", "https://office.example/"};
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        settings.origin = origins[i];
        assert_int_equal(start_with(&settings), ERROR_DOCUMENT_RULE);
        assert_non_null(strstr(fixture.fault.place, "--origin"));
    }
    settings.origin = "https://office.example";
    assert_int_equal(start_with(&settings), ERROR_USAGE);
    settings = fixture.settings;
    settings.listen = "127.0.0.1:http";
    assert_int_equal(start_with(&settings), ERROR_USAGE);
    service_fixture_start(&fixture);
}

static void a_taken_port_is_said(void **state)
{
    (void)state;
    struct service_fixture other;
    service_fixture_init(&other);
    service_fixture_stop(&other);
    char address[40];
    snprintf(address, sizeof address, "127.0.0.1:%u", service_port(fixture.service));
    other.settings.listen = address;
    struct service *service = NULL;
    assert_int_equal(
        service_start(&other.os, &other.settings, &site, -1, &other.fault, &service), ERROR_BUSY);
    assert_null(strstr(other.fault.place, "/lock"));
    other.settings.listen = "127.0.0.1:0";
    service_fixture_start(&other);
    service_fixture_free(&other);
}

static void init_makes_a_folder_once(void **state)
{
    (void)state;
    char root[300], data[300];
    snprintf(root, sizeof root, "%s/one.root", fixture.folder);
    snprintf(data, sizeof data, "%s/new/office", fixture.folder);
    assert_int_equal(
        os_create_file(
            &os_system, root, buffer_view(&fixture.script.world.root_bytes), 0644, &fixture.fault),
        ERROR_OK);
    struct settings settings = {
        .data = data,
        .listen = "127.0.0.1:0",
        .demo = true,
    };
    struct buffer report = {0};
    assert_int_equal(service_init(&fixture.os, &settings, &fixture.fault, &report), ERROR_OK);
    assert_non_null(strstr(buffer_text(&report), "lease.pub: made, id "));
    /* Keys without a database: told what is missing. */
    assert_int_equal(start_with(&settings), ERROR_NOT_FOUND);
    settings.root = root;
    settings.demo = false;
    assert_int_equal(
        service_init(&fixture.os, &settings, &fixture.fault, &report), ERROR_ROOT_DEMO);
    settings.demo = true;
    buffer_clear(&report);
    assert_int_equal(service_init(&fixture.os, &settings, &fixture.fault, &report), ERROR_OK);
    assert_non_null(strstr(buffer_text(&report), "lease.pub: there already, id "));
    assert_non_null(strstr(buffer_text(&report), "office.db: made\n"));
    assert_int_equal(service_init(&fixture.os, &settings, &fixture.fault, &report), ERROR_EXISTS);
    buffer_free(&report);
    struct service *service = NULL;
    assert_int_equal(
        service_start(&fixture.os, &settings, &site, -1, &fixture.fault, &service), ERROR_OK);
    assert_true(service_is_demo(service));
    service_stop(service);
}

/* --- While it runs ------------------------------------------------------------------------ */

static void a_full_disk_is_said_and_changes_nothing(void **state)
{
    (void)state;
    struct digest before = service_root(&fixture);
    struct rlimit usual, small = {.rlim_cur = 4096};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    small.rlim_max = usual.rlim_max;
    signal(SIGXFSZ, SIG_IGN); /* as a server has it: the write fails instead */
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct http_reply reply =
        service_call(&fixture, "POST", "/api/v1/acts", COSE, fixture.script.life[0]);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
    assert_true(reply.status == 503 || reply.status == 500);
    assert_null(strstr(service_text(&reply), "office.db"));
    http_reply_free(&reply);
    struct digest after = service_root(&fixture);
    assert_true(digest_equal(&before, &after));
    /* The same bytes again, with room: accepted, once. */
    assert_int_equal(service_act(&fixture, fixture.script.life[0]), 201);
    assert_int_equal(service_act(&fixture, fixture.script.life[0]), 200);
}

struct sender {
    pthread_t thread;
    struct bytes act;
    uint16_t port;
    unsigned status;
};

static void *send_act(void *context)
{
    struct sender *sender = context;
    struct http_client *client = NULL;
    struct http_reply reply;
    char url[100];
    snprintf(url, sizeof url, "http://127.0.0.1:%u/api/v1/acts", sender->port);
    const struct http_call call = {
        .method = "POST", .url = url, .type = COSE, .body = sender->act, .timeout = 60000};
    if (http_client_open(NULL, NULL, &client))
        return NULL;
    if (http_client_call(client, &call, NULL, &reply) == ERROR_OK) {
        sender->status = reply.status;
        http_reply_free(&reply);
    }
    http_client_close(client);
    return NULL;
}

static void of_acts_at_once_on_one_version_one_is_accepted(void **state)
{
    (void)state;
    enum { SENDERS = 8 };
    struct sender senders[SENDERS] = {0};
    for (size_t i = 0; i < SENDERS; i++) {
        /* Two and two the same bytes; else acts of their own on the same new file. */
        senders[i].act = i % 2 ? senders[i - 1].act
                               : office_act(
                                     &fixture.script, WORLD_D1, "exporter/EX-9", 0, "draft",
                                     body_exporter(&fixture.script.world));
        senders[i].port = service_port(fixture.service);
    }
    for (size_t i = 0; i < SENDERS; i++)
        assert_int_equal(pthread_create(&senders[i].thread, NULL, send_act, &senders[i]), 0);
    size_t accepted = 0, again = 0, stale = 0;
    for (size_t i = 0; i < SENDERS; i++) {
        pthread_join(senders[i].thread, NULL);
        accepted += senders[i].status == 201;
        again += senders[i].status == 200;
        stale += senders[i].status == 409;
    }
    assert_int_equal(accepted, 1);
    assert_int_equal(again, 1);
    assert_int_equal(stale, SENDERS - 2);
}

static void what_is_due_is_done_by_rule(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    struct order order = world_order(&fixture.script.world, "OR-1", ORDER_SUSPEND, NULL);
    assert_int_equal(service_act(&fixture, OFFICE_ORDER(&fixture.script, &order, WORLD_D1)), 201);
    service_fixture_stop(&fixture);
    /* A day later nobody has confirmed: an alarm, at the start already. */
    office_clock += MILLIS_DAY + 1;
    service_fixture_start(&fixture);
    const char *text = "";
    struct http_reply reply = {0};
    for (int i = 0; i < 2000 && !strstr(text, "\"unconfirmed\""); i++) {
        http_reply_free(&reply);
        reply = service_call(&fixture, "GET", "/api/v1/files/order/OR-1", NULL, (struct bytes){0});
        text = service_text(&reply);
    }
    assert_non_null(strstr(text, "\"state\":\"unconfirmed\""));
    http_reply_free(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define PURE(name) cmocka_unit_test_setup_teardown(name, clear, clear)
        PURE(flags_count_before_environment_before_file_before_standard),
        PURE(wrong_settings_are_named),
        PURE(a_file_is_read_strictly),
        PURE(an_address_has_so_many_requests),
        PURE(the_pages_about_the_api_are_what_the_tables_say),
        TEST(a_server_refuses_what_it_cannot_stand_on),
        TEST(a_taken_port_is_said),
        TEST(init_makes_a_folder_once),
        TEST(a_full_disk_is_said_and_changes_nothing),
        TEST(of_acts_at_once_on_one_version_one_is_accepted),
        TEST(what_is_due_is_done_by_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
