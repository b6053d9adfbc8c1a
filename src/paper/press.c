/* Jobs, in the order they came, and the threads that see to their children. */
#include "paper/paper.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "paper/child.h"
#include "paper/worker.h"

enum { AT_ONCE_MAX = 16 };

struct press {
    struct paper_options options;
    struct sandbox sandbox;
    struct fault shut; /* why there is no sandbox; no error: there is one */
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct paper_job *first, **last; /* that wait */
    size_t waiting;
    bool stopping;
    size_t thread_count;
    struct press_thread {
        struct press *press;
        pthread_t thread;
        int cancel; /* an eventfd */
        bool busy;
    } threads[AT_ONCE_MAX];
};

/* --- Threads ------------------------------------------------------------------------------ */

static void
give(struct paper_job *job, enum error error, const struct fault *fault, struct buffer *pdf)
{
    buffer_free(&job->input);
    job->done(job->context, error, fault, pdf);
}

static enum error
run(const struct press_thread *thread, const struct paper_job *job, struct fault *fault,
    struct buffer *pdf)
{
    const struct press *press = thread->press;
    const struct paper_options *options = &press->options;
    const struct child_limits limits = {
        .time = options->time, .memory = options->memory, .output = options->output};
    if (press->shut.error) {
        *fault = press->shut;
        return fault->error;
    }
    return child_run(
        options->program, options->script, options->unlocked ? NULL : &press->sandbox, &limits,
        buffer_view(&job->input), thread->cancel, fault, pdf);
}

/* The next job, or NULL when the press is being freed. Holding the lock. */
static struct paper_job *take(struct press_thread *thread)
{
    struct press *press = thread->press;
    uint64_t count;
    while (!press->first && !press->stopping)
        pthread_cond_wait(&press->work, &press->lock);
    struct paper_job *job = press->first;
    if (press->stopping)
        return NULL;
    press->first = job->next;
    if (!press->first)
        press->last = &press->first;
    press->waiting--;
    /* What cancelled the one before, too late. */
    while (read(thread->cancel, &count, sizeof count) > 0)
        continue;
    job->cancel = thread->cancel;
    thread->busy = true;
    return job;
}

static void *work(void *context)
{
    struct press_thread *thread = context;
    struct press *press = thread->press;
    struct paper_job *job;
    pthread_mutex_lock(&press->lock);
    while ((job = take(thread))) {
        struct fault fault = {0};
        struct buffer pdf = {0};
        pthread_mutex_unlock(&press->lock);
        enum error error = run(thread, job, &fault, &pdf);
        pthread_mutex_lock(&press->lock);
        job->cancel = -1;
        thread->busy = false;
        pthread_mutex_unlock(&press->lock);
        give(job, error, &fault, &pdf);
        pthread_mutex_lock(&press->lock);
    }
    pthread_mutex_unlock(&press->lock);
    return NULL;
}

/* Signals are for other threads: also that of a pipe whose reader has gone. */
static enum error start_threads(struct press *press, struct fault *fault)
{
    sigset_t all, before;
    enum error error = ERROR_OK;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (press->thread_count < press->options.at_once && !error) {
        struct press_thread *thread = &press->threads[press->thread_count];
        *thread =
            (struct press_thread){.press = press, .cancel = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
        if (thread->cancel < 0) {
            error = fault_place(fault, error_from_errno(errno), "eventfd");
        } else if (pthread_create(&thread->thread, NULL, work, thread)) {
            close(thread->cancel);
            error = fault_place(fault, ERROR_MEMORY, "thread");
        } else {
            press->thread_count++;
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

/* --- The press ---------------------------------------------------------------------------- */

static struct paper_options complete(const struct paper_options *given)
{
    struct paper_options options = *given;
    if (!options.program)
        options.program = "/usr/bin/python3";
    if (!options.script)
        options.script = paper_worker;
    if (!options.at_once)
        options.at_once = PAPER_AT_ONCE;
    if (options.at_once > AT_ONCE_MAX)
        options.at_once = AT_ONCE_MAX;
    if (!options.waiting)
        options.waiting = PAPER_WAITING;
    if (!options.output)
        options.output = PAPER_OUTPUT;
    if (!options.memory)
        options.memory = PAPER_MEMORY;
    if (!options.time)
        options.time = PAPER_TIME;
    return options;
}

enum error
press_new(const struct paper_options *options, struct fault *fault, struct press **ret_press)
{
    struct press *press = calloc(1, sizeof *press);
    if (!press)
        return fault_place(fault, ERROR_MEMORY, "press");
    press->options = complete(options);
    press->sandbox.ruleset = -1;
    press->last = &press->first;
    pthread_mutex_init(&press->lock, NULL);
    pthread_cond_init(&press->work, NULL);
    enum error error = ERROR_OK;
    if (!press->options.unlocked)
        error = sandbox_new(press->options.program, &press->shut, &press->sandbox);
    if (error == ERROR_PAPER_SANDBOX)
        error = ERROR_OK;
    else if (error && fault)
        *fault = press->shut;
    if (!error)
        error = start_threads(press, fault);
    if (error)
        press_free(press);
    else
        *ret_press = press;
    return error;
}

static void wake(int file)
{
    const uint64_t one = 1;
    /* An eventfd that cannot take another one is readable already. */
    if (write(file, &one, sizeof one) < 0)
        return;
}

void press_free(struct press *press)
{
    if (!press)
        return;
    pthread_mutex_lock(&press->lock);
    press->stopping = true;
    struct paper_job *job = press->first;
    press->first = NULL;
    pthread_cond_broadcast(&press->work);
    for (size_t i = 0; i < press->thread_count; i++) {
        if (press->threads[i].busy)
            wake(press->threads[i].cancel);
    }
    pthread_mutex_unlock(&press->lock);
    for (struct paper_job *next; job; job = next) {
        next = job->next;
        give(job, ERROR_CANCELLED, NULL, NULL);
    }
    for (size_t i = 0; i < press->thread_count; i++) {
        pthread_join(press->threads[i].thread, NULL);
        close(press->threads[i].cancel);
    }
    pthread_cond_destroy(&press->work);
    pthread_mutex_destroy(&press->lock);
    sandbox_free(&press->sandbox);
    free(press);
}

/* --- Jobs --------------------------------------------------------------------------------- */

/* Letters, digits and what more is given, from one to PAPER_NAME_MAX of them. */
static bool is_plain(const char *text, const char *more)
{
    size_t length = text ? strlen(text) : 0;
    for (size_t i = 0; i < length; i++) {
        char at = text[i];
        if (!(at >= 'a' && at <= 'z') && !(at >= 'A' && at <= 'Z') && !(at >= '0' && at <= '9') &&
            !strchr(more, at))
            return false;
    }
    return length && length <= PAPER_NAME_MAX;
}

static bool is_line(const char *text)
{
    return text && !strchr(text, '\n') && strlen(text) <= 4 * PAPER_NAME_MAX;
}

static enum error check(const struct paper_sheet *sheet, struct fault *fault)
{
    if (!is_plain(sheet->identifier, ""))
        return fault_set(fault, ERROR_PAPER_SHEET, "identifier", "hex digits", NULL);
    if (sheet->file_count > PAPER_FILES_MAX)
        return fault_set(fault, ERROR_PAPER_SHEET, "files", "at most 8", "%zu", sheet->file_count);
    for (size_t i = 0; i < sheet->file_count; i++) {
        const struct paper_file *file = &sheet->files[i];
        if (!is_plain(file->name, ".-_") || !is_plain(file->type, "/.+-") || !is_line(file->words))
            return fault_set(
                fault, ERROR_PAPER_SHEET, "file", "a plain name and type, and a line of words",
                NULL);
    }
    return ERROR_OK;
}

/* As worker.py reads it: a line for each part, an empty one, the parts. */
static enum error
pack(const struct paper_sheet *sheet, struct fault *fault, struct buffer *ret_input)
{
    struct buffer input = {.limit = PAPER_INPUT};
    buffer_printf(&input, "identifier %s\n", sheet->identifier);
    buffer_printf(&input, "html %zu\n", sheet->html.length);
    buffer_printf(&input, "styles %zu\n", sheet->styles.length);
    for (size_t i = 0; i < sheet->file_count; i++) {
        const struct paper_file *file = &sheet->files[i];
        buffer_printf(
            &input, "file %zu %s %s %s\n", file->content.length, file->name, file->type,
            file->words);
    }
    buffer_append_text(&input, "\n");
    buffer_append_bytes(&input, sheet->html);
    buffer_append_bytes(&input, sheet->styles);
    for (size_t i = 0; i < sheet->file_count; i++)
        buffer_append_bytes(&input, sheet->files[i].content);
    enum error error = input.error;
    if (error) {
        buffer_free(&input);
        return error == ERROR_TOO_LARGE
                   ? fault_set(fault, ERROR_PAPER_SHEET, "sheet", "at most 16 MiB", "more")
                   : fault_place(fault, error, "sheet");
    }
    *ret_input = input;
    return ERROR_OK;
}

enum error paper_print(
    struct press *press, const struct paper_sheet *sheet, paper_done done, void *context,
    struct fault *fault, struct paper_job *job)
{
    struct buffer input = {0};
    enum error error = check(sheet, fault);
    if (!error)
        error = pack(sheet, fault, &input);
    if (error)
        return error;
    pthread_mutex_lock(&press->lock);
    if (press->stopping)
        error = fault_place(fault, ERROR_CANCELLED, "press");
    else if (press->waiting >= press->options.waiting)
        error = fault_set(
            fault, ERROR_PAPER_FULL, "press", "one of the places to wait", "%zu wait",
            press->waiting);
    if (!error) {
        *job = (struct paper_job){.input = input, .done = done, .context = context, .cancel = -1};
        *press->last = job;
        press->last = &job->next;
        press->waiting++;
        pthread_cond_signal(&press->work);
    }
    pthread_mutex_unlock(&press->lock);
    if (error)
        buffer_free(&input);
    return error;
}

void paper_cancel(struct press *press, struct paper_job *job)
{
    bool waited = false;
    pthread_mutex_lock(&press->lock);
    if (job->cancel >= 0)
        wake(job->cancel);
    for (struct paper_job **at = &press->first; *at; at = &(*at)->next) {
        if (*at != job)
            continue;
        waited = true;
        *at = job->next;
        if (!*at)
            press->last = at;
        press->waiting--;
        break;
    }
    pthread_mutex_unlock(&press->lock);
    if (waited)
        give(job, ERROR_CANCELLED, NULL, NULL);
}
