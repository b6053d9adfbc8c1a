/* paper: a child that can do nothing but compute, ends in time and says no more than it may. Other
 * scripts stand for the program that makes PDFs, but for the last tests, which need WeasyPrint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "failing_alloc.h"
#include "paper/paper.h"

/* What a script has to say to be taken for a maker of PDFs. */
#define PDF "import sys\nprint('%PDF-1.7', end='')\nsys.stdin.read()\n"
#define DONE "\nprint('\\n%%EOF')\n"

#define TEXT(text)                                                                                 \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }

/* Whether this kernel has Landlock: without it nothing runs, and there is nothing to look at. */
static bool is_shut_in(void)
{
    return syscall(
               SYS_landlock_create_ruleset, NULL, 0, (unsigned)LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

#define NEEDS_LANDLOCK()                                                                           \
    do {                                                                                           \
        if (!is_shut_in())                                                                         \
            skip();                                                                                \
    } while (0)

/* A job and what became of it. */
struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t change;
    int calls;
    enum error error;
    struct fault fault;
    struct buffer pdf;
    struct paper_job job;
};

static void waiter_init(struct waiter *waiter)
{
    *waiter = (struct waiter){0};
    pthread_mutex_init(&waiter->lock, NULL);
    pthread_cond_init(&waiter->change, NULL);
}

static void note(void *context, enum error error, const struct fault *fault, struct buffer *pdf)
{
    struct waiter *waiter = context;
    pthread_mutex_lock(&waiter->lock);
    waiter->calls++;
    waiter->error = error;
    if (fault)
        waiter->fault = *fault;
    if (!error)
        waiter->pdf = *pdf;
    pthread_cond_signal(&waiter->change);
    pthread_mutex_unlock(&waiter->lock);
}

static enum error await(struct waiter *waiter)
{
    pthread_mutex_lock(&waiter->lock);
    while (!waiter->calls)
        pthread_cond_wait(&waiter->change, &waiter->lock);
    pthread_mutex_unlock(&waiter->lock);
    assert_int_equal(waiter->calls, 1);
    return waiter->error;
}

static const struct paper_sheet sheet = {
    .html = TEXT("<!doctype html><title>T</title><p>Clause 7</p>"),
    .styles = TEXT("p { color: black }"),
    .identifier = "0123456789abcdef",
};

static struct press *make_press(const struct paper_options *options)
{
    struct fault fault = {0};
    struct press *press = NULL;
    assert_int_equal(press_new(options, &fault, &press), ERROR_OK);
    return press;
}

/* What becomes of a sheet with these options. */
static enum error print_with(
    const struct paper_options *options, const struct paper_sheet *one, struct waiter *waiter)
{
    struct press *press = make_press(options);
    waiter_init(waiter);
    assert_int_equal(paper_print(press, one, note, waiter, &waiter->fault, &waiter->job), ERROR_OK);
    enum error error = await(waiter);
    press_free(press);
    return error;
}

static enum error run_script(const char *script, struct waiter *waiter)
{
    const struct paper_options options = {.script = script};
    return print_with(&options, &sheet, waiter);
}

/* --- How a child ends --------------------------------------------------------------------- */

static void what_it_writes_comes_back(void **state)
{
    (void)state;
    NEEDS_LANDLOCK();
    struct waiter waiter;
    assert_int_equal(run_script(PDF "print('x' * 300000)" DONE, &waiter), ERROR_OK);
    assert_int_equal(waiter.pdf.length, 8 + 300000 + 1 + 7);
    buffer_free(&waiter.pdf);
}

static void its_failures_are_told_apart(void **state)
{
    (void)state;
    NEEDS_LANDLOCK();
    static const struct {
        const char *script;
        enum error error;
        const char *found;
    } rows[] = {
        {"import sys; sys.exit(3)", ERROR_PAPER_PROGRAM, ""},
        {"import sys; sys.exit(4)", ERROR_PAPER_FAILED, ""},
        {"import sys; sys.exit('what\\na pity')", ERROR_PAPER_FAILED, "status 1: what a pity "},
        {"raise SystemExit('a' * 1000000 + 'end')", ERROR_PAPER_FAILED, "aend "},
        {"print('hello')", ERROR_PAPER_FAILED, "6 bytes of something else"},
        {"", ERROR_PAPER_FAILED, "0 bytes of something else"},
        {PDF, ERROR_PAPER_FAILED, "8 bytes of something else"},
        {"import ctypes; ctypes.string_at(1)", ERROR_PAPER_FAILED, "it died of signal 11"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct waiter waiter;
        enum error error = run_script(rows[i].script, &waiter);
        if (error != rows[i].error || !strstr(waiter.fault.found, rows[i].found))
            print_error("%s: %d, \"%s\"\n", rows[i].script, error, waiter.fault.found);
        assert_int_equal(error, rows[i].error);
        assert_non_null(strstr(waiter.fault.found, rows[i].found));
    }
}

static void a_program_that_is_not_there_is_said_so(void **state)
{
    (void)state;
    NEEDS_LANDLOCK();
    const struct paper_options options = {.program = "/usr/bin/python3-is-not-here"};
    struct waiter waiter;
    assert_int_equal(print_with(&options, &sheet, &waiter), ERROR_PAPER_PROGRAM);
    assert_string_equal(waiter.fault.place, options.program);
}

static void time_output_and_memory_have_limits(void **state)
{
    (void)state;
    NEEDS_LANDLOCK();
    static const struct {
        struct paper_options options;
        enum error error;
    } rows[] = {
        {{.script = "import time; time.sleep(1000)", .time = 200}, ERROR_PAPER_LATE},
        {{.script = "while True: pass", .time = 200}, ERROR_PAPER_LATE},
        /* one that reads nothing and closes its output is waited for no longer */
        {{.script = "import os, time; os.close(1); os.close(2); time.sleep(1000)", .time = 200},
         ERROR_PAPER_LATE},
        {{.script = PDF "while True: print('x' * 1000)", .output = 1 << 20}, ERROR_PAPER_LARGE},
        {{.script = "try: x = bytearray(1 << 29)\nexcept MemoryError: raise SystemExit(4)\n",
          .memory = 256 << 20},
         ERROR_PAPER_FAILED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct waiter waiter;
        assert_int_equal(print_with(&rows[i].options, &sheet, &waiter), rows[i].error);
    }
    /* ... and what memory there is, is enough without that limit */
    struct waiter waiter;
    assert_int_equal(run_script(PDF "x = bytearray(1 << 29)" DONE, &waiter), ERROR_OK);
    buffer_free(&waiter.pdf);
}

/* --- What a child can do ------------------------------------------------------------------ */

/* Scripts that make a PDF only when they could do what they must not. %d: a port that listens. */
static const struct {
    const char *what, *script;
} attempts[] = {
    {"read a file of ours", "open('/etc/passwd').read()"},
    {"read what a process holds", "open('/proc/self/environ').read()"},
    {"list a folder", "import os; os.listdir('/etc')"},
    {"write a file", "open('/tmp/enduse-paper-%d', 'w').close()"},
    {"make a folder", "import os; os.mkdir('/tmp/enduse-paper-%d')"},
    {"connect", "import socket; socket.create_connection(('127.0.0.1', %d))"},
    {"open a socket", "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"},
    {"start a process", "import os; os.fork() or os._exit(0)"},
    {"start a program", "import subprocess; subprocess.run(['/bin/true'], check=True)"},
    {"become a program", "import os; os.execv('/bin/sh', "
                         "['sh', '-c', \"printf '%%%%PDF-1.7 and more\\n%%%%%%%%EOF\\n'\"])"},
    {"signal its parent", "import os; os.kill(os.getppid(), 0)"},
    {"set its limits", "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))"},
    {"see the environment", "import os; os.environ['PATH']"},
    {"inherit a file", "import os\nfor file in range(3, 256):\n"
                       "    try: os.fstat(file)\n"
                       "    except OSError: continue\n"
                       "    break\nelse: raise OSError"},
};

static int listen_at_loopback(unsigned *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 8), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    *ret_port = ntohs(address.sin_port);
    return listener;
}

static enum error attempt(size_t index, unsigned port, bool unlocked)
{
    char script[800], body[500];
    snprintf(body, sizeof body, attempts[index].script, port);
    snprintf(script, sizeof script, "%s\n%s", body, PDF DONE);
    const struct paper_options options = {.script = script, .unlocked = unlocked};
    struct waiter waiter;
    enum error error = print_with(&options, &sheet, &waiter);
    buffer_free(&waiter.pdf);
    return error;
}

/* Each attempt fails in the sandbox, and so that this says something, all but the last two, which
 * are no matter of it, succeed without. */
static void a_child_can_only_compute(void **state)
{
    (void)state;
    NEEDS_LANDLOCK();
    enum { COUNT = sizeof attempts / sizeof *attempts };
    unsigned port;
    int listener = listen_at_loopback(&port);
    char path[60];
    snprintf(path, sizeof path, "/tmp/enduse-paper-%u", port);
    for (size_t i = 0; i < COUNT; i++) {
        enum error shut = attempt(i, port, false);
        if (shut != ERROR_PAPER_FAILED)
            print_error("%s: %d\n", attempts[i].what, shut);
        assert_int_equal(shut, ERROR_PAPER_FAILED);
        assert_int_not_equal(access(path, F_OK), 0);
        enum error open = attempt(i, port, true);
        if (i < COUNT - 2 && open)
            print_error("%s, without a sandbox: %d\n", attempts[i].what, open);
        assert_int_equal(open, i < COUNT - 2 ? ERROR_OK : ERROR_PAPER_FAILED);
        if (access(path, F_OK) == 0)
            assert_int_equal(remove(path), 0);
    }
    close(listener);
}

/* --- Jobs --------------------------------------------------------------------------------- */

static const char forever[] = "import time; time.sleep(1000)";

static void jobs_wait_and_no_more_than_may(void **state)
{
    (void)state;
    NEEDS_LANDLOCK();
    enum { RUNNING = 1, WAITING = 2, ALL = RUNNING + WAITING };
    const struct paper_options options = {
        .script = forever, .at_once = RUNNING, .waiting = WAITING};
    struct press *press = make_press(&options);
    struct waiter waiters[ALL], one_more;
    struct fault fault = {0};
    waiter_init(&one_more);
    for (size_t i = 0; i < ALL; i++) {
        waiter_init(&waiters[i]);
        enum error error;
        /* the first leaves its place to wait when its thread takes it */
        do
            error = paper_print(press, &sheet, note, &waiters[i], &fault, &waiters[i].job);
        while (i == ALL - 1 && error == ERROR_PAPER_FULL);
        assert_int_equal(error, ERROR_OK);
    }
    assert_int_equal(
        paper_print(press, &sheet, note, &one_more, &fault, &one_more.job), ERROR_PAPER_FULL);
    assert_int_equal(one_more.calls, 0);
    /* one that waits is let go at once, the one that runs soon, the last with the press */
    paper_cancel(press, &waiters[ALL - 1].job);
    assert_int_equal(waiters[ALL - 1].calls, 1);
    paper_cancel(press, &waiters[ALL - 1].job);
    assert_int_equal(await(&waiters[ALL - 1]), ERROR_CANCELLED);
    paper_cancel(press, &waiters[0].job);
    assert_int_equal(await(&waiters[0]), ERROR_CANCELLED);
    paper_cancel(press, &waiters[0].job);
    press_free(press);
    for (size_t i = 0; i < ALL; i++)
        assert_int_equal(await(&waiters[i]), ERROR_CANCELLED);
}

/* As on a kernel without Landlock, for this process and what it starts. */
static void take_landlock_away(void)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_landlock_create_ruleset, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof steps / sizeof *steps, steps};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0 || is_shut_in())
        _exit(2);
}

static void nothing_runs_that_cannot_be_shut_in(void **state)
{
    (void)state;
    const struct paper_options options = {.script = PDF DONE};
    pid_t child = fork();
    if (child == 0) {
        struct waiter waiter;
        take_landlock_away();
        _exit(print_with(&options, &sheet, &waiter) == ERROR_PAPER_SANDBOX ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void sheets_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const struct paper_file bad[] = {
        {"a b", "text/plain", "x", {NULL, 0}},  {"", "text/plain", "x", {NULL, 0}},
        {"a\n", "text/plain", "x", {NULL, 0}},  {"a", "text plain", "x", {NULL, 0}},
        {"a", "text/plain", "x\ny", {NULL, 0}}, {"a", NULL, "x", {NULL, 0}},
    };
    const struct paper_options options = {.script = forever};
    struct press *press = make_press(&options);
    struct paper_job job;
    struct fault fault = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct paper_sheet one = sheet;
        one.files = &bad[i];
        one.file_count = 1;
        assert_int_equal(paper_print(press, &one, note, NULL, &fault, &job), ERROR_PAPER_SHEET);
    }
    struct paper_sheet one = sheet;
    one.identifier = "ab\ncd";
    assert_int_equal(paper_print(press, &one, note, NULL, &fault, &job), ERROR_PAPER_SHEET);
    one = sheet;
    one.html = (struct bytes){calloc(1, PAPER_INPUT), PAPER_INPUT};
    assert_int_equal(paper_print(press, &one, note, NULL, &fault, &job), ERROR_PAPER_SHEET);
    free((void *)(uintptr_t)one.html.data);
    press_free(press);
}

static void memory_runs_out_anywhere(void **state)
{
    (void)state;
    const struct paper_options options = {.script = forever};
    for (long n = 0;; n++) {
        struct press *press = NULL;
        failing_alloc_after(n);
        enum error error = press_new(&options, NULL, &press);
        if (!failing_alloc_stop()) {
            assert_int_equal(error, ERROR_OK);
            press_free(press);
            break;
        }
        assert_int_equal(error, ERROR_MEMORY);
        assert_null(press);
    }
    struct press *press = make_press(&options);
    for (long n = 0;; n++) {
        struct waiter waiter;
        waiter_init(&waiter);
        failing_alloc_after(n);
        enum error error = paper_print(press, &sheet, note, &waiter, &waiter.fault, &waiter.job);
        if (!failing_alloc_stop()) {
            assert_int_equal(error, ERROR_OK);
            press_free(press);
            assert_int_equal(await(&waiter), ERROR_CANCELLED);
            break;
        }
        assert_int_equal(error, ERROR_MEMORY);
        assert_int_equal(waiter.calls, 0);
    }
}

/* --- The real thing ----------------------------------------------------------------------- */

static void qr_codes_are_drawn(void **state)
{
    (void)state;
    struct buffer path = {0};
    unsigned side = 0;
    assert_int_equal(paper_qr("https://office.example/verify", NULL, &side, &path), ERROR_OK);
    assert_int_equal(side, 29 + 8); /* 29 bytes are of version 3 */
    /* the pattern of the first corner: seven dark modules */
    assert_memory_equal(path.data, "M4 4h7v1H4z", 11);
    buffer_free(&path);
    char large[3000];
    memset(large, 'a', sizeof large - 1);
    large[sizeof large - 1] = 0;
    assert_int_equal(paper_qr(large, NULL, &side, &path), ERROR_TOO_LARGE);
    assert_int_equal(path.length, 0);
}

static bool holds(const struct buffer *pdf, const char *text)
{
    return memmem(pdf->data, pdf->length, text, strlen(text)) != NULL;
}

static void a_sheet_becomes_a_pdf_with_its_files(void **state)
{
    (void)state;
    NEEDS_LANDLOCK();
    static const struct paper_file file = {
        "EC-2026-0009.certificate", "application/cose", "The certificate as it was signed",
        TEXT("signed bytes")};
    struct paper_sheet one = sheet;
    const struct paper_options options = {0};
    struct waiter waiter;
    one.files = &file;
    one.file_count = 1;
    enum error error = print_with(&options, &one, &waiter);
    if (error == ERROR_PAPER_PROGRAM)
        skip(); /* WeasyPrint is not here */
    if (error)
        print_error("%s: %s\n", waiter.fault.place, waiter.fault.found);
    assert_int_equal(error, ERROR_OK);
    assert_true(holds(&waiter.pdf, "/AFRelationship /Source"));
    assert_true(holds(&waiter.pdf, "/Subtype /application#2Fcose"));
    assert_true(holds(&waiter.pdf, "/UF (EC-2026-0009.certificate)"));
    assert_true(holds(&waiter.pdf, "/StructTreeRoot"));
    assert_true(holds(&waiter.pdf, "/ID [(0123456789abcdef)"));
    buffer_free(&waiter.pdf);
}

/* What pdftotext reads in a PDF, without the marks of direction that it puts in; false: it is not
 * here. */
static bool read_words(const struct buffer *pdf, struct buffer *ret_words)
{
    char path[] = "/tmp/enduse-paper-XXXXXX", command[100], byte;
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, pdf->data, pdf->length), pdf->length);
    close(file);
    snprintf(command, sizeof command, "pdftotext %s - 2>&1", path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    struct buffer all = {0};
    while (fread(&byte, 1, 1, pipe) == 1)
        buffer_append_byte(&all, (uint8_t)byte);
    bool ran = pclose(pipe) == 0;
    unlink(path);
    for (size_t i = 0; i < all.length; i++) {
        bool mark = i + 2 < all.length && all.data[i] == 0xE2 && all.data[i + 1] == 0x80 &&
                    all.data[i + 2] >= 0xAA && all.data[i + 2] <= 0xAE;
        if (mark)
            i += 2;
        else
            buffer_append_byte(ret_words, all.data[i]);
    }
    buffer_free(&all);
    return ran;
}

/* Words from the right come out as they went in, to be copied and searched, and none of the others
 * is another for it. */
static void words_from_the_right_are_words(void **state)
{
    (void)state;
    NEEDS_LANDLOCK();
    /* Poppler turns words, not the space beside a number. */
    static const char *const lines[][2] = {
        {"המערכת הופעלה ב־12 במאי 2026 נגד עיתונאי, ולא לפי סעיף 7.1.", "ולא לפי סעיף"},
        {"המערכת הופעלה ב־12 במאי 2026 נגד עיתונאי, ולא לפי סעיף 7.1.", "המערכת הופעלה"},
        {"הרישיון IL-2026-0017 הותלה.", "IL-2026-0017"},
        {"Nothing else (of it) is lost: “clause 7.1”.",
         "Nothing else (of it) is lost: “clause 7.1”."},
        {"صدر القرار في مايو", "صدر القرار في مايو"},
    };
    struct buffer html = {0}, words = {0};
    buffer_append_text(&html, "<!doctype html><title>T</title>");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        buffer_printf(&html, "<p dir=auto>%s</p>", lines[i][0]);
    struct paper_sheet one = sheet;
    struct waiter waiter;
    one.html = buffer_view(&html);
    one.styles = bytes_of("html { font: 9pt \"DejaVu Sans\" }");
    enum error error = print_with(&(struct paper_options){0}, &one, &waiter);
    bool here = !error && read_words(&waiter.pdf, &words);
    buffer_free(&html);
    if (error)
        print_error("%s: %s\n", waiter.fault.place, waiter.fault.found);
    assert_true(!error || error == ERROR_PAPER_PROGRAM);
    for (size_t i = 0; here && i < sizeof lines / sizeof *lines; i++) {
        if (!holds(&words, lines[i][1]))
            fail_msg("%s\nnot in %s", lines[i][1], buffer_text(&words));
    }
    buffer_free(&words);
    if (!error)
        buffer_free(&waiter.pdf);
    if (!here)
        skip();
}

/* An address in the document is not followed: what it names is missing, and nothing was asked. */
static void no_address_is_followed(void **state)
{
    (void)state;
    const struct paper_options options = {.unlocked = true};
    unsigned port;
    int listener = listen_at_loopback(&port);
    char html[300];
    snprintf(
        html, sizeof html,
        "<!doctype html><link rel=stylesheet href='http://127.0.0.1:%u/'>"
        "<img src='file:///etc/passwd'><img src='http://127.0.0.1:%u/'><p>Clause",
        port, port);
    struct paper_sheet one = sheet;
    struct waiter waiter;
    one.html = bytes_of(html);
    enum error error = print_with(&options, &one, &waiter);
    if (error == ERROR_PAPER_PROGRAM)
        skip();
    assert_int_equal(error, ERROR_OK);
    assert_int_equal(accept(listener, NULL, NULL), -1);
    buffer_free(&waiter.pdf);
    close(listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_writes_comes_back),
        cmocka_unit_test(its_failures_are_told_apart),
        cmocka_unit_test(a_program_that_is_not_there_is_said_so),
        cmocka_unit_test(time_output_and_memory_have_limits),
        cmocka_unit_test(a_child_can_only_compute),
        cmocka_unit_test(jobs_wait_and_no_more_than_may),
        cmocka_unit_test(nothing_runs_that_cannot_be_shut_in),
        cmocka_unit_test(sheets_that_cannot_be_are_refused),
        cmocka_unit_test(memory_runs_out_anywhere),
        cmocka_unit_test(qr_codes_are_drawn),
        cmocka_unit_test(a_sheet_becomes_a_pdf_with_its_files),
        cmocka_unit_test(words_from_the_right_are_words),
        cmocka_unit_test(no_address_is_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
