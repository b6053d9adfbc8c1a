/* Opening and closing a guard: the folder, what the records say happened before, the threads. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "guard/history.h"

void guard_show_fault(const struct fault *fault, struct enduse_fault *ret_fault)
{
    if (!ret_fault)
        return;
    ret_fault->number = (int)fault->error;
    fault_text(fault, ret_fault->text, sizeof ret_fault->text);
}

/* --- The process -------------------------------------------------------------------------- */

enum { HOME_SIZE = 4096 };

static void settle(struct enduse_guard *guard)
{
    guard->process = getpid();
    void *page = mmap(NULL, HOME_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return;
    if (madvise(page, HOME_SIZE, MADV_WIPEONFORK) != 0) {
        munmap(page, HOME_SIZE);
        return;
    }
    guard->home = page;
    guard->home[0] = 1;
}

bool guard_is_home(const struct enduse_guard *guard)
{
    /* A load where asking the kernel would cost as much as a hash. */
    return guard->home ? guard->home[0] != 0 : getpid() == guard->process;
}

/* --- Uses --------------------------------------------------------------------------------- */

static enum error make_uses(struct enduse_guard *guard, struct fault *fault)
{
    uint64_t most = guard->papers.licence.maximum_active_uses;
    guard->slot_count = most == 0 ? 1 : most < USE_SLOTS_MAX ? (size_t)most : USE_SLOTS_MAX;
    guard->uses = calloc(guard->slot_count, sizeof *guard->uses);
    guard->reasons = calloc(guard->slot_count, sizeof *guard->reasons);
    if (!guard->uses || !guard->reasons)
        return fault_place(fault, ERROR_MEMORY, "uses");
    for (size_t i = guard->slot_count; i-- > 0;) {
        guard->uses[i].why = &guard->reasons[i];
        guard->uses[i].next = guard->free_uses;
        guard->free_uses = &guard->uses[i];
    }
    guard->to_tell_end = &guard->to_tell;
    return ERROR_OK;
}

/* Ends in the records what a crash left open, after the record of this start. */
static enum error
record_start(struct enduse_guard *guard, const struct history *history, struct fault *fault)
{
    struct now now = guard_now(guard);
    struct entry boot = {
        .kind = ENTRY_BOOT,
        .time = now.time,
        .wall = now.wall,
        .id = guard->boot,
        .version = guard->saved.version,
        .state = guard_state(guard, NULL),
    };
    enum error error = guard_record(guard, &boot, fault, NULL);
    for (size_t i = 0; i < USE_SLOTS_MAX && !error; i++) {
        if (!history->open[i])
            continue;
        struct entry closed = {
            .kind = ENTRY_CLOSED, .time = now.time, .wall = now.wall, .use = history->open[i]};
        error = guard_record(guard, &closed, fault, NULL);
    }
    return error;
}

/* --- Latches ------------------------------------------------------------------------------ */

/* The latch file alone latches too: digest and reason, a line each. Not readable: latched. */
static enum error read_latch(struct enduse_guard *guard, struct fault *fault)
{
    struct buffer text = {0};
    enum error error = folder_read(guard->os, guard->folder, FOLDER_LATCH, fault, &text);
    if (error == ERROR_NOT_FOUND) {
        buffer_free(&text);
        return ERROR_OK;
    }
    const char *words = error ? NULL : buffer_text(&text);
    if (words) {
        size_t end = strcspn(words, "\n");
        struct digest digest;
        bool known =
            digest_parse((struct bytes){text.data, end}, NULL, &digest) == ERROR_OK && words[end];
        const char *reason = known ? words + end + 1 : "the latch file is damaged";
        char line[sizeof guard->latch];
        snprintf(line, sizeof line, "%.*s", (int)strcspn(reason, "\n"), reason);
        guard_latch(guard, line[0] ? line : "latched");
        if (known)
            guard->latch_digest = digest;
    } else if (!error) {
        error = fault_place(fault, ERROR_MEMORY, FOLDER_LATCH);
    }
    buffer_free(&text);
    return error;
}

/* A latch that is found now; the first reason found stays. */
static void found(struct enduse_guard *guard, const char *what, const struct fault *fault)
{
    char reason[sizeof guard->latch];
    snprintf(
        reason, sizeof reason, "%s: %.70s", what, error_words(fault ? fault->error : ERROR_OK));
    guard_latch(guard, fault ? reason : what);
}

/* --- State and records ---------------------------------------------------------------------- */

static enum error open_state(struct enduse_guard *guard, struct fault *fault)
{
    struct fault inner = {0};
    enum error error =
        saved_read(guard->os, guard->folder, &guard->saved_arena, &inner, &guard->saved);
    if (error == ERROR_NOT_FOUND || error == ERROR_GUARD_STATE) {
        /* It is made at enrolment and only ever replaced whole. */
        guard->saved = (struct saved){0};
        found(guard, "the state file is missing or damaged", NULL);
        return ERROR_OK;
    }
    if (error && fault)
        *fault = inner;
    guard->dropped = error ? 0 : guard->saved.dropped;
    return error;
}

/* Our own memory of the log: the newest head that the guard signed, or that was acknowledged. */
static bool known_head(const struct saved *saved, struct record_head *ret_head)
{
    const struct head *head =
        saved->head.size >= saved->acknowledged.size ? &saved->head : &saved->acknowledged;
    *ret_head = (struct record_head){head->size, head->root, head->tag};
    return head->size != 0;
}

static enum error open_log(struct enduse_guard *guard, struct fault *fault)
{
    char path[PATH_MAX];
    struct fault inner = {0};
    struct record_head known;
    bool any = known_head(&guard->saved, &known);
    struct record_identity identity = {
        .guard = private_key_id(guard->key), .epoch = guard->papers.enrolment.epoch};
    enum error error = folder_path(guard->folder, FOLDER_RECORDS, NULL, fault, path);
    if (error)
        return error;
    error = record_log_open(guard->os, path, &identity, any ? &known : NULL, &inner, &guard->log);
    if (error == ERROR_NOT_FOUND || record_error_is_tamper(error)) {
        guard->log = NULL;
        found(guard, "the record log", &inner);
        return ERROR_OK;
    }
    if (error && fault)
        *fault = inner;
    return error;
}

/* The delegation and lease of the state file, verified again. */
static enum error open_lease(struct enduse_guard *guard, struct fault *fault)
{
    const struct saved *saved = &guard->saved;
    struct arena arena = {0};
    struct document document;
    struct lease lease;
    if (saved->delegation.length) {
        enum error error = delegation_open(
            saved->delegation, &guard->papers.chain, &guard->delegation_arena, NULL, &document,
            &guard->delegation);
        if (error == ERROR_MEMORY)
            return fault_place(fault, error, "delegation");
        guard->has_delegation = !error; /* else it is fetched */
    }
    if (!saved->lease.length)
        return ERROR_OK;
    enum error error = guard->has_delegation
                           ? lease_open(
                                 saved->lease, &guard->papers.chain.authority, &guard->delegation,
                                 &arena, NULL, &document, &lease)
                           : ERROR_SIGNATURE;
    bool verified = !error;
    if (error && error != ERROR_MEMORY) {
        /* Of an earlier delegation: it says where the chain stands, and gives no time. */
        enum instrument_type type;
        void *value;
        error = document_decode_unverified(
            saved->lease, &arena, fault, &type, &document.digest, &value);
        if (!error && type != INSTRUMENT_LEASE)
            error = fault_place(fault, ERROR_GUARD_STATE, FOLDER_STATE);
        if (!error)
            lease = *(const struct lease *)value;
    }
    if (!error) {
        guard_hold(guard, &lease, &document.digest);
        /* Licences may be exchanged while the guard is closed: time was given under one of them. */
        bool other = !digest_equal(&lease.licence, &guard->papers.licence_digest) ||
                     !digest_equal(&lease.certificate, &guard->papers.certificate_digest);
        if (!verified || other) {
            guard->held.idle = true;
            guard->held.expiry = 0;
            atomic_store(&guard->deadline, 0);
        }
    }
    arena_free(&arena);
    if (error && error != ERROR_MEMORY) {
        found(guard, "the lease in the state file is damaged", NULL);
        return ERROR_OK;
    }
    return error ? fault_place(fault, error, "lease") : ERROR_OK;
}

static enum error
read_stored(struct enduse_guard *guard, const struct history *history, struct fault *fault)
{
    struct fault inner = {0};
    enum error error = ERROR_OK;
    for (size_t i = 0; i < history->orders.count && !error; i++)
        error = stored_read_order(
            guard->os, guard->folder, &history->orders.items[i], &guard->stored, &inner);
    for (size_t i = 0; i < history->withdrawals.count && !error; i++)
        error = stored_read_withdrawal(
            guard->os, guard->folder, &history->withdrawals.items[i], &guard->stored, &inner);
    if (error == ERROR_GUARD_ROLLBACK) {
        found(guard, "a stored order or withdrawal", &inner);
        return ERROR_OK;
    }
    if (error && fault)
        *fault = inner;
    return error;
}

static void note_receipts(struct enduse_guard *guard, const struct history *history)
{
    for (size_t i = 0; i < history->obeyed.count; i++) {
        struct stored_order *order = stored_find(&guard->stored, &history->obeyed.items[i]);
        if (order)
            order->noted = true;
    }
    for (size_t i = 0; i < guard->saved.obeying_count; i++) {
        const struct obeying *one = &guard->saved.obeying[i];
        struct stored_order *order = stored_find(&guard->stored, &one->order);
        if (order)
            order->noted = true;
        /* Stops are counted from here on; none of an earlier start's uses runs. */
        if (one->stops > guard->stops)
            guard->stops = one->stops;
    }
}

/* The records are written after the state file: where they are ahead, an old file was put back. */
static void compare(struct enduse_guard *guard, const struct history *history)
{
    const struct held *held = &guard->held;
    if (history->version > guard->saved.version || history->epoch > held->epoch ||
        (history->epoch == held->epoch && history->sequence > held->sequence))
        found(guard, "the state file is older than the records: rollback", NULL);
    if (history->latched && !guard->latch[0]) {
        guard_latch(guard, history->latch_words[0] ? history->latch_words : "latched");
        guard->latch_digest = history->latch;
    }
}

static enum error read_past(struct enduse_guard *guard, struct fault *fault)
{
    struct history history = {0};
    enum error error = ERROR_OK;
    bool latched = guard->latch[0] != '\0';
    if (guard->log)
        error = history_read(guard, &history, fault);
    if (error == ERROR_GUARD_RECORD) {
        /* Written by no guard of this make, and yet with its tags. */
        found(guard, "a record", fault);
        record_log_close(guard->log);
        guard->log = NULL;
        error = ERROR_OK;
    }
    if (!error && guard->log) {
        guard->serial = history.serial + 1;
        guard->last_time = history.time > guard->last_time ? history.time : guard->last_time;
        error = read_stored(guard, &history, fault);
    }
    if (!error && guard->log) {
        compare(guard, &history);
        note_receipts(guard, &history);
    }
    if (!error)
        error = read_latch(guard, fault);
    if (!error && guard->log)
        error = record_start(guard, &history, fault);
    if (!error && guard->latch[0] && !history.latched && !latched)
        guard_latch_write(guard);
    else if (!error && latched)
        guard_latch_write(guard);
    history_done(&history);
    return error;
}

/* --- Threads ------------------------------------------------------------------------------ */

static enum error start_threads(struct enduse_guard *guard, struct fault *fault)
{
    struct guard_threads *threads = &guard->threads;
    threads->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    threads->boot_timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    threads->wall_timer = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (threads->wake < 0 || threads->boot_timer < 0 || threads->wall_timer < 0)
        return fault_place(fault, error_from_errno(errno), "timers");
    /* The process's signals are not for these threads. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    threads->started = true;
    int failed = pthread_create(&threads->teller, NULL, guard_teller, guard);
    if (!failed) {
        failed = pthread_create(&threads->renewer, NULL, guard_renewer, guard);
        if (failed) {
            atomic_store(&threads->ending, true);
            guard_wake(guard);
            pthread_join(threads->teller, NULL);
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    threads->started = !failed;
    return failed ? fault_place(fault, error_from_errno(failed), "threads") : ERROR_OK;
}

static void stop_threads(struct enduse_guard *guard)
{
    struct guard_threads *threads = &guard->threads;
    if (threads->started) {
        pthread_mutex_lock(&guard->lock);
        atomic_store(&threads->ending, true);
        pthread_cond_broadcast(&guard->changed);
        pthread_mutex_unlock(&guard->lock);
        guard->transport.cancel(guard->transport.context);
        guard_wake(guard);
        pthread_join(threads->renewer, NULL);
        pthread_join(threads->teller, NULL);
        threads->started = false;
    }
    const int files[] = {threads->wake, threads->boot_timer, threads->wall_timer};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (files[i] >= 0)
            close(files[i]);
    }
}

/* --- Opening ------------------------------------------------------------------------------ */

static enum error
open_folder(struct enduse_guard *guard, const struct enduse_options *options, struct fault *fault)
{
    struct digest pinned;
    char path[PATH_MAX];
    memcpy(pinned.bytes, options->root_digest, sizeof pinned.bytes);
    enum error error = folder_take_lock(guard->os, guard->folder, fault, &guard->folder_lock);
    if (!error)
        error = papers_open(
            guard->os, guard->folder, &pinned, options->allow_demo != 0, fault, &guard->papers);
    if (!error)
        error = folder_path(guard->folder, FOLDER_KEY, NULL, fault, path);
    struct bytes passphrase =
        options->passphrase ? bytes_of(options->passphrase) : (struct bytes){0};
    if (!error)
        error = private_key_load(guard->os, path, passphrase, fault, &guard->key);
    if (!error &&
        !bytes_equal(public_key_view(private_key_public(guard->key)), guard->papers.enrolment.key))
        error = fault_set(fault, ERROR_KEY_MISMATCH, FOLDER_KEY, "the key that was enrolled", NULL);
    if (!error)
        error = os_boot_id(guard->os, fault, guard->boot.bytes);
    if (!error)
        error = random_fill(guard->os, fault, &guard->seen_seed, sizeof guard->seen_seed);
    return error;
}

static enum error open_guard(
    struct enduse_guard *guard, const struct enduse_options *options,
    const struct guard_means *means, struct fault *fault)
{
    enum error error = guard_check_time_namespace(guard->os, fault);
    if (!error)
        error = open_folder(guard, options, fault);
    if (!error)
        error = make_uses(guard, fault);
    if (!error)
        error = open_state(guard, fault);
    if (!error)
        error = open_log(guard, fault);
    if (!error)
        error = open_lease(guard, fault);
    if (!error)
        error = read_past(guard, fault);
    if (!error) {
        error = guard_build_terms(guard, fault);
        /* Signed by both ministries, and yet not valid: nobody can be helped here. */
    }
    if (error)
        return error;
    guard->state = guard_state(guard, NULL);
    guard->opening = true;
    guard_hurry(guard, OPENING_LONGEST);
    if (means && means->transport)
        guard->transport = *means->transport;
    else
        error = guard_http_transport(
            options->url ? options->url : guard->papers.enrolment.url, fault, &guard->transport);
    if (!error && !guard->no_threads)
        error = start_threads(guard, fault);
    return error;
}

static struct enduse_guard *new_guard(const char *folder, const struct guard_means *means)
{
    struct enduse_guard *guard = calloc(1, sizeof *guard);
    pthread_condattr_t monotonic;
    if (!guard)
        return NULL;
    guard->os = means && means->os ? means->os : &os_system;
    guard->no_threads = means && means->no_threads;
    guard->folder_lock = -1;
    guard->threads.wake = guard->threads.boot_timer = guard->threads.wall_timer = -1;
    guard->serial = 1;
    guard->declaration_serial = 1;
    guard->stop_file = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    guard->folder = strdup(folder);
    if (!guard->folder || guard->stop_file < 0) {
        if (guard->stop_file >= 0)
            close(guard->stop_file);
        free(guard->folder);
        free(guard);
        return NULL;
    }
    settle(guard);
    pthread_mutex_init(&guard->lock, NULL);
    pthread_mutex_init(&guard->build, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&guard->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return guard;
}

/* The caller's struct may be of an older or newer make: what is beyond either's end is zero. */
static bool take_options(const struct enduse_options *from, struct enduse_options *ret_options)
{
    enum { LEAST = offsetof(struct enduse_options, url) };
    if (!from || from->size < LEAST)
        return false;
    memset(ret_options, 0, sizeof *ret_options);
    memcpy(ret_options, from, from->size < sizeof *ret_options ? from->size : sizeof *ret_options);
    return ret_options->folder && ret_options->root_digest;
}

int guard_open(
    const struct enduse_options *options, const struct guard_means *means,
    struct enduse_guard **ret_guard, struct enduse_fault *ret_fault)
{
    struct enduse_options taken;
    struct fault fault = {0};
    if (!ret_guard || !take_options(options, &taken)) {
        fault_set(&fault, ERROR_USAGE, "options", "size, folder and root_digest", NULL);
        guard_show_fault(&fault, ret_fault);
        return ENDUSE_USAGE;
    }
    struct enduse_guard *guard = new_guard(taken.folder, means);
    enum error error = ERROR_MEMORY;
    if (guard) {
        guard->on_stop = taken.on_stop;
        guard->on_notice = taken.on_notice;
        guard->context = taken.context;
        error = open_guard(guard, &taken, means, &fault);
    } else {
        fault_place(&fault, error, "guard");
    }
    if (error) {
        enduse_close(guard);
        guard_show_fault(&fault, ret_fault);
        return ENDUSE_FAILED;
    }
    *ret_guard = guard;
    return ENDUSE_OK;
}

int enduse_open(
    const struct enduse_options *options, struct enduse_guard **ret_guard,
    struct enduse_fault *ret_fault)
{
    return guard_open(options, NULL, ret_guard, ret_fault);
}

/* --- Closing ------------------------------------------------------------------------------ */

void enduse_close(struct enduse_guard *guard)
{
    /* In a child everything is the parent's: its threads, its uses, its files. */
    if (!guard || !guard_is_home(guard))
        return;
    bool renewing = guard->threads.started;
    stop_threads(guard);
    while (guard->oldest) {
        struct use *use = guard->oldest;
        use->phase = USE_RUNNING;
        if (enduse_end(guard, atomic_load(&use->number)) != ENDUSE_OK)
            break;
    }
    if (renewing)
        guard_renew_last(guard);
    while (guard->declarations) {
        struct enduse_declaration *declared = guard->declarations;
        guard->declarations = declared->next;
        declaration_close(declared);
    }
    terms_close(guard->terms);
    record_log_close(guard->log);
    stored_done(&guard->stored);
    if (guard->transport.close)
        guard->transport.close(guard->transport.context);
    papers_close(&guard->papers);
    private_key_free(guard->key);
    arena_free(&guard->saved_arena);
    arena_free(&guard->delegation_arena);
    free(guard->seen);
    free(guard->uses);
    free(guard->reasons);
    pthread_cond_destroy(&guard->changed);
    pthread_mutex_destroy(&guard->lock);
    pthread_mutex_destroy(&guard->build);
    if (guard->folder_lock >= 0)
        guard->os->close(guard->folder_lock);
    close(guard->stop_file);
    if (guard->home)
        munmap(guard->home, HOME_SIZE);
    free(guard->folder);
    free(guard);
}
