/* The writer: opening, groups of jobs in one transaction, the signed head. */
#include <stdlib.h>
#include <string.h>

#include "store/writer.h"

/* --- Opening ------------------------------------------------------------------------------ */

/* The newest head must be of exactly the events that are there: anything else is a file that was
 * cut off, put together from parts, or changed by something that is not this program. */
static enum error check_head(struct store *store, struct fault *fault)
{
    struct query query;
    query_begin(&query, &store->database, SQL_HEAD_NEWEST, fault);
    uint64_t size = 0;
    struct digest root = tree_empty_root();
    enum error row = ERROR_OK;
    if (query_row(&query)) {
        size = (uint64_t)column_integer(&query, 0);
        row = column_digest(&query, 2, ERROR_STORE_DAMAGED, fault, &root);
    }
    enum error error = query_end(&query);
    if (!error)
        error = row;
    if (error)
        return error;
    struct digest found = frontier_root(&store->ledger.frontier);
    if (size != store->ledger.frontier.size || !digest_equal(&root, &found))
        return fault_set(
            fault, ERROR_STORE_DAMAGED, "head", "the head of the events that are there",
            "head of %llu, events %llu; see enduse verify events", (unsigned long long)size,
            (unsigned long long)store->ledger.frontier.size);
    return ERROR_OK;
}

static enum error load(struct store *store, struct fault *fault)
{
    enum error error = ledger_load(&store->ledger, fault);
    if (!error)
        error = check_head(store, fault);
    if (!error && !store->ledger.has_chain)
        error = fault_set(fault, ERROR_STORE_DAMAGED, "events", "a root", "none");
    store->ledger.loaded = !error;
    return error;
}

/* Takes the write lock; loads anew where another process has written since. */
static enum error begin(struct store *store, struct fault *fault)
{
    int64_t version = 0;
    enum error error = database_run(&store->database, SQL_BEGIN_WRITING, fault);
    if (!error)
        error = database_number(&store->database, SQL_DATA_VERSION, fault, &version);
    if (!error && (!store->ledger.loaded || version != store->data_version))
        error = load(store, fault);
    if (!error)
        store->data_version = version;
    return error;
}

enum error store_open(
    const char *path, const struct store_options *options, struct fault *fault,
    struct store **ret_store)
{
    static const struct store_options usual = {0};
    if (!options)
        options = &usual;
    struct store *store = calloc(1, sizeof *store);
    if (!store)
        return fault_place(fault, ERROR_MEMORY, "%s", path);
    store->os = options->os ? options->os : &os_system;
    store->keys = options->keys;
    store->ledger.database = &store->database;
    enum error error = database_open(
        path, DATABASE_WRITE, options->busy_wait, options->vfs, fault, &store->database);
    if (!error)
        error = database_check_schema(&store->database, SQL_APPLICATION, SQL_SCHEMA_VERSION, fault);
    if (!error)
        error = begin(store, fault);
    database_rollback(&store->database);
    if (error) {
        fault_within(fault, error, "%s", path);
        store_close(store);
        return error;
    }
    *ret_store = store;
    return ERROR_OK;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    database_rollback(&store->database);
    ledger_close(&store->ledger);
    database_close(&store->database);
    free(store);
}

const struct root_chain *store_chain(const struct store *store)
{
    return &store->ledger.chain;
}

/* --- One job ------------------------------------------------------------------------------ */

/* How far the two clocks may part before what was measured by them is forgotten; half of what
 * authority/leases.c allows a guard. */
enum { CLOCK_TOLERANCE = 1000 };

static void watch_clock(struct store *store, millis now, millis elapsed)
{
    millis ran = (now - store->anchor_time) - (elapsed - store->anchor_elapsed);
    if (store->clock_known && ran <= CLOCK_TOLERANCE && ran >= -CLOCK_TOLERANCE)
        return;
    store->clock_known = true;
    store->clock_since = store->anchor_time = now;
    store->anchor_elapsed = elapsed;
}

enum error store_now(struct store *store, struct fault *fault, millis *ret_now)
{
    millis wall, elapsed;
    enum error error = os_wall_time(store->os, &wall);
    if (!error)
        error = os_boot_time(store->os, &elapsed);
    if (error)
        return fault_place(fault, error, "clock");
    /* A clock that was set back does not take the log back, nor leases: it stands until the wall
     * clock is there again. */
    millis now = wall > store->ledger.time ? wall : store->ledger.time;
    now = now > store->newest_now ? now : store->newest_now;
    watch_clock(store, now, elapsed);
    store->newest_now = now;
    *ret_now = now;
    return ERROR_OK;
}

static void name_file(struct store_answer *answer, enum file_kind kind, const char *number)
{
    answer->file_kind = kind;
    size_t length = strnlen(number, FILE_NUMBER_SIZE - 1);
    memcpy(answer->file_number, number, length);
    answer->file_number[length] = '\0';
}

/* Guards' renewals wait for changes of these. */
static bool is_awaited(enum file_kind kind)
{
    return kind == FILE_LICENCE || kind == FILE_INSTALLATION || kind == FILE_DELEGATION ||
           kind == FILE_WITHDRAWAL;
}

/* The place of a file in the list: its own, or a free one; where there is none, what is awaited
 * takes that of one that is not. NULL: there is none left. */
static struct store_change *
change_place(struct store_answer *answer, enum file_kind kind, const char *number)
{
    struct store_change *yields = NULL;
    for (size_t i = 0; i < answer->change_count; i++) {
        struct store_change *change = &answer->changes[i];
        if (change->kind == kind && strcmp(change->number, number) == 0)
            return change;
        if (!is_awaited(change->kind))
            yields = change;
    }
    if (answer->change_count < STORE_CHANGES_MAX)
        return &answer->changes[answer->change_count++];
    return is_awaited(kind) ? yields : NULL;
}

static void note_changes(struct store_answer *answer, const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->change_count; i++) {
        const struct file_base *base = outcome->changes[i].content;
        struct store_change *change = change_place(answer, outcome->changes[i].kind, base->number);
        if (!change)
            continue;
        *change = (struct store_change){
            .kind = outcome->changes[i].kind,
            .version = base->version,
            .state = base->state,
        };
        memcpy(change->number, base->number, strnlen(base->number, FILE_NUMBER_SIZE - 1));
    }
}

/* That an installation does not renew is said once; the next lease begins anew. */
static enum error stop_watching(
    struct store *store, const struct judged *judged, struct arena *arena, struct fault *fault)
{
    if (judged->kind != FILE_SIGNAL)
        return ERROR_OK;
    const struct signal_file *file = judged->outcome.changes[0].content;
    const struct contact *known = NULL;
    if (file->kind != SIGNAL_OVERDUE || file->base.state != SIGNAL_RAISED)
        return ERROR_OK;
    enum error error = contact_find(&store->database, file->installation, arena, fault, &known);
    if (error || !known)
        return error;
    struct contact contact = *known;
    contact.watch = 0;
    return contact_store(&store->database, &contact, fault);
}

enum error store_take(
    struct store *store, enum event_type type, struct bytes bytes, millis now, struct arena *arena,
    struct fault *fault, struct store_answer *answer)
{
    struct judged judged;
    uint8_t salt[EVENT_SALT_SIZE];
    struct event event;
    enum error error = ledger_judge(&store->ledger, type, bytes, now, arena, fault, &judged);
    if (error)
        return error;
    if (judged.nothing) {
        answer->outcome = STORE_AGAIN;
        name_file(answer, judged.kind, judged.number);
        answer->file_version = judged.version;
        return ERROR_OK;
    }
    error = random_fill(store->os, fault, salt, sizeof salt);
    if (!error)
        error =
            ledger_append(&store->ledger, &judged, now, BYTES_ARRAY(salt), arena, fault, &event);
    if (!error)
        error = stop_watching(store, &judged, arena, fault);
    if (error)
        /* The rows are half written: whatever it was, it is no refusal. */
        return error_refuses(error) ? fault_within(fault, ERROR_INTERNAL, "event") : error;
    answer->outcome = STORE_ACCEPTED;
    answer->event = event.sequence;
    name_file(answer, judged.kind, judged.number ? judged.number : "");
    answer->file_version = judged.version;
    note_changes(answer, &judged.outcome);
    return ERROR_OK;
}

/* Whether an act was accepted under the id before: with the same bytes it is answered again, before
 * anything else is judged, for its signer may have left since. */
static enum error act_again(
    struct store *store, const struct act *act, struct bytes bytes, struct arena *arena,
    struct fault *fault, struct store_answer *answer, bool *ret_taken)
{
    struct event event;
    struct event_body body;
    bool found;
    *ret_taken = false;
    enum error error = event_of_act(&store->database, &act->id, arena, fault, &event, &found);
    if (error || !found)
        return error;
    *ret_taken = true;
    error = stored(event_body_decode(event.body, arena, fault, &body), fault, "event");
    if (error || !bytes_equal(body.instrument, bytes))
        return error;
    answer->outcome = STORE_AGAIN;
    answer->event = event.sequence;
    name_file(answer, event.file_kind, event.file_number);
    answer->file_version = event.file_version;
    return ERROR_OK;
}

/* For an act on another version: which one is current. */
static enum error name_version(
    struct store *store, const struct act *act, struct arena *arena, struct store_answer *answer)
{
    enum file_kind kind;
    const char *number;
    const void *content = NULL;
    enum error error = file_name_split(act->file, NULL, &kind, &number);
    if (!error)
        error = file_find(&store->database, kind, number, arena, NULL, &content);
    if (error)
        return error;
    name_file(answer, kind, number);
    answer->file_version = content ? ((const struct file_base *)content)->version : 0;
    return ERROR_OK;
}

static enum error take_act(
    struct store *store, struct bytes bytes, millis now, struct arena *arena, struct fault *fault,
    struct store_answer *answer)
{
    enum instrument_type type;
    struct digest digest;
    void *value;
    bool taken = false;
    enum error error = document_decode_unverified(bytes, arena, fault, &type, &digest, &value);
    if (!error && type != INSTRUMENT_ACT)
        error = fault_set(fault, ERROR_COSE_TYPE, "type", "an act", "%s", instrument_word(type));
    if (error)
        return error;
    const struct act *act = value;
    error = act_again(store, act, bytes, arena, fault, answer, &taken);
    if (error || answer->outcome == STORE_AGAIN)
        return error;
    if (taken)
        return fault_set(
            fault, ERROR_STORE_ACT_ID, "act: id", "an id of its own", "used for %s", act->file);
    error = store_take(store, EVENT_ACT, bytes, now, arena, fault, answer);
    if (error == ERROR_OFFICE_VERSION) {
        enum error failed = name_version(store, act, arena, answer);
        if (failed && !error_refuses(failed))
            return failed;
    }
    return error;
}

static enum error take(
    struct store *store, struct store_job *job, millis now, struct arena *arena,
    struct fault *fault)
{
    switch (job->kind) {
    case STORE_ACT:
        return take_act(store, job->bytes, now, arena, fault, &job->answer);
    case STORE_RECEIPT:
        return store_take(store, EVENT_RECEIPT, job->bytes, now, arena, fault, &job->answer);
    case STORE_RETURN:
        return store_take_return(store, job, now, arena, fault);
    case STORE_RENEWAL:
        return store_renew(store, job, now, arena, fault);
    case STORE_ROOT:
        return store_take(store, EVENT_ROOT, job->bytes, now, arena, fault, &job->answer);
    case STORE_COMPLAINT:
        return store_complain(store, job, now, arena, fault);
    }
    return fault_place(fault, ERROR_USAGE, "job");
}

/* --- The head ----------------------------------------------------------------------------- */

/* The checkpoint as a signed note; empty where the delegation in force names another log key than
 * ours or no usable origin, or there is none: the events are kept all the same, for taking away
 * must never wait. */
static enum error sign_head(
    struct store *store, const struct digest *root, struct fault *fault, struct buffer *ret_note)
{
    struct ledger *ledger = &store->ledger;
    const struct office office = ledger_office(ledger, ledger->time);
    if (!office.delegation || !store->keys.log)
        return ERROR_OK;
    struct key_id delegated = document_key_id(&office.delegation->log_key);
    struct key_id held = private_key_id(store->keys.log);
    if (!key_id_equal(&delegated, &held))
        return ERROR_OK;
    struct checkpoint checkpoint = {.size = ledger->frontier.size, .root = *root};
    size_t length = strlen(office.delegation->origin);
    if (length > NOTE_NAME_MAX)
        return ERROR_OK;
    memcpy(checkpoint.origin, office.delegation->origin, length + 1);
    enum error error = checkpoint_sign(&checkpoint, store->keys.log, fault, ret_note);
    return error_refuses(error) ? ERROR_OK : error;
}

static enum error add_head(struct store *store, uint64_t before, struct fault *fault)
{
    struct ledger *ledger = &store->ledger;
    if (ledger->frontier.size == before)
        return ERROR_OK;
    struct digest root = frontier_root(&ledger->frontier);
    struct buffer note = {0};
    enum error error = sign_head(store, &root, fault, &note);
    if (!error) {
        struct query query;
        query_begin(&query, &store->database, SQL_HEAD_ADD, fault);
        query_integer(&query, 1, (int64_t)ledger->frontier.size);
        query_integer(&query, 2, ledger->time);
        query_blob(&query, 3, digest_view(&root));
        if (note.length)
            query_blob(&query, 4, buffer_view(&note));
        error = query_finish(&query);
    }
    buffer_free(&note);
    return error;
}

/* --- Groups ------------------------------------------------------------------------------- */

/* ERROR_OK also for a refusal, which is in the answer. */
static enum error run_job(struct store *store, struct store_job *job, millis now)
{
    struct arena arena = {0};
    struct store_answer *answer = &job->answer;
    enum error error = take(store, job, now, &arena, &answer->fault);
    arena_free(&arena);
    if (!error) {
        answer->fault = (struct fault){0};
        return ERROR_OK;
    }
    if (!error_refuses(error))
        return error;
    answer->outcome = STORE_REFUSED;
    answer->error = error;
    answer->fault.error = error;
    return ERROR_OK;
}

static enum error
run_group(struct store *store, struct store_job *jobs, size_t count, struct fault *fault)
{
    millis now;
    enum error error = begin(store, fault);
    if (!error)
        error = store_now(store, fault, &now);
    uint64_t before = store->ledger.frontier.size;
    for (size_t i = 0; i < count && !error; i++) {
        error = run_job(store, &jobs[i], now);
        if (error && fault)
            *fault = jobs[i].answer.fault;
    }
    if (!error)
        error = add_head(store, before, fault);
    if (!error)
        error = database_run(&store->database, SQL_COMMIT, fault);
    return error;
}

static void forget(struct store_job *job, enum error error, const struct fault *fault)
{
    store_answer_free(&job->answer);
    job->answer = (struct store_answer){.outcome = STORE_REFUSED, .error = error};
    if (fault)
        job->answer.fault = *fault;
    job->answer.fault.error = error;
}

enum error
store_apply(struct store *store, struct store_job *jobs, size_t count, struct fault *fault)
{
    struct fault own = {0};
    for (size_t i = 0; i < count; i++)
        jobs[i].answer = (struct store_answer){0};
    enum error error = run_group(store, jobs, count, &own);
    if (!error)
        return ERROR_OK;
    database_rollback(&store->database);
    /* What the ledger holds may be of the transaction that is gone. */
    store->ledger.loaded = false;
    for (size_t i = 0; i < count; i++)
        forget(&jobs[i], error, &own);
    if (fault) {
        *fault = own;
        fault->error = error;
    }
    return error;
}

void store_answer_free(struct store_answer *answer)
{
    buffer_free(&answer->lease);
    buffer_free(&answer->evidence);
}

enum error store_time(struct store *store, struct fault *fault, millis *ret_time)
{
    return store_now(store, fault, ret_time);
}

enum error store_checkpoint_log(struct store *store, struct fault *fault)
{
    return database_move_log(&store->database, fault);
}
