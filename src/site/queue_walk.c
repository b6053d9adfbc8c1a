/* Files that wait, merged from their indexes. Whatever the order, a page ends with all that has the
 * same place in it, so that a place names no file that its reader may not know of: it is the event
 * that made the last file wait, which the log has for everybody; or, by number, the file that was
 * shown last. */
#include "site/queue_walk.h"

#include <pthread.h>
#include <string.h>

#include "site/catalogue.h"

enum {
    FIRST_CHUNK = 8, /* files of a stream that are read at once */
    NEXT_CHUNK = 32,
    STATES = 32, /* of a kind: as many as a set of them has bits */
};

#define OFFICER_ROLES (ROLE_DESK | ROLE_REVIEWER | ROLE_SIGNATORY | ROLE_INSPECTOR | ROLE_CHAIR)

/* --- What is work ------------------------------------------------------------------------- */

static bool has_shape(enum file_kind kind, int state, const char *const *shapes, size_t count)
{
    const char *shape = state_shape(kind, state);
    bool has = false;
    for (size_t i = 0; i < count; i++)
        has = has || strcmp(shape, shapes[i]) == 0;
    return has;
}

/* States in which a file is nobody's work, though something could be done with it. */
static bool is_at_rest(enum file_kind kind, int state)
{
    /* Under an order they run, or do not, until the next one. */
    static const char *const shapes[] = {"active",       "expired", "revoked",
                                         "disconnected", "limited", "suspended"};
    bool runs = kind == FILE_LICENCE || kind == FILE_INSTALLATION;
    return has_shape(kind, state, shapes, runs ? 6 : 4);
}

static bool ends(enum file_kind kind, unsigned states)
{
    static const char *const shapes[] = {"expired"};
    for (int state = 0; states; state++, states >>= 1) {
        if (states & 1 && !has_shape(kind, state, shapes, 1))
            return false;
    }
    return true;
}

/* Whether the act takes a file on from the state. What ends a case or a campaign is its last step;
 * what ends anything else takes away, for which nobody waits. */
static bool leads_on(enum file_kind kind, int state, const struct transition *row)
{
    bool several = (row->from & (row->from - 1)) != 0;
    bool closes = (kind == FILE_CASE || kind == FILE_CAMPAIGN) && !several;
    return row->from & STATE(state) && row->to != row->from && row->to & ~STATE(state) &&
           (closes || !ends(kind, row->to));
}

/* How far the act leads: of several steps, the one that leads furthest is what is waited for. */
static unsigned reach(int state, const struct transition *row)
{
    return row->to & ~STATE(state);
}

/* Steps from one state. */
struct steps {
    const struct transition *rows[16];
    size_t count;
};

static struct steps find_steps(enum file_kind kind, int state)
{
    struct steps steps = {0};
    size_t count;
    const struct transition *rows = lifecycle(kind, &count);
    if (is_at_rest(kind, state))
        return steps;
    for (size_t i = 0; i < count && steps.count < 16; i++) {
        if (rows[i].roles & ~(unsigned)ROLE_SERVER && leads_on(kind, state, &rows[i]))
            steps.rows[steps.count++] = &rows[i];
    }
    return steps;
}

/* The tables never change: what leads on from each state is found once, for a queue asks for all of
 * them. */
static struct steps known_steps[FILE_KIND_LAST + 1][STATES];

static void find_all_steps(void)
{
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        for (int state = 1; state < STATES; state++)
            known_steps[kind][state] = find_steps(kind, state);
    }
}

static const struct steps *steps_from(enum file_kind kind, int state)
{
    static pthread_once_t found = PTHREAD_ONCE_INIT;
    pthread_once(&found, find_all_steps);
    return &known_steps[kind][state];
}

bool queue_state_waits(enum file_kind kind, int state)
{
    return state > 0 && state < STATES && steps_from(kind, state)->count > 0;
}

static bool is_teams(const struct actor *who, const struct transition *row)
{
    if (who->kind != ACTOR_OFFICER)
        return row->roles & who->roles;
    enum ministry_id only = row->ministry == DEFENCE_ONLY ? MINISTRY_DEFENCE : MINISTRY_FOREIGN;
    return row->roles & OFFICER_ROLES && (row->ministry == ANY_MINISTRY || only == who->ministry);
}

/* Takes the row if it leads further than the one that is there. */
static void take(const struct transition **best, int state, const struct transition *row)
{
    if (!*best || reach(state, row) > reach(state, *best))
        *best = row;
}

/* Whose work it is. Errors are the database's. */
static enum error
judge(struct reading *reading, const struct steps *steps, struct queue_item *item, bool *ret_waits)
{
    const struct actor *who = &reading->who;
    const struct store_entry *entry = item->entry;
    const struct transition *mine = NULL, *team = NULL, *all = NULL;
    struct fault fault = {0};
    enum error touch =
        actor_may_touch(&reading->view, who, item->kind, entry->number, entry->content, &fault);
    if (touch && touch != ERROR_OFFICE_RECUSED && touch != ERROR_OFFICE_ORGANISATION) {
        reading->fault = fault;
        return touch;
    }
    for (size_t i = 0; i < steps->count; i++) {
        const struct transition *row = steps->rows[i];
        take(&all, entry->state, row);
        if (touch || !is_teams(who, row))
            continue;
        take(&team, entry->state, row);
        if (!transition_open(row, who, item->kind, entry->content, NULL))
            take(&mine, entry->state, row);
    }
    item->whose = mine ? QUEUE_MINE : team ? QUEUE_TEAM : QUEUE_ALL;
    item->step = mine ? mine : team ? team : all;
    *ret_waits = item->step != NULL;
    return ERROR_OK;
}

/* --- Streams ------------------------------------------------------------------------------ */

/* Files of one kind in one state. */
struct stream {
    struct store_query query;
    const struct steps *steps;
    struct arena arena; /* of the chunk */
    struct store_entry *entries;
    size_t count, at;
    bool over; /* nothing after the chunk */
};

struct merge {
    struct reading *reading;
    const struct queue_query *query;
    struct stream *streams;
    size_t count;
};

static enum error read_chunk(struct merge *merge, struct stream *stream)
{
    struct arena arena = {0};
    struct store_entry *entries = NULL;
    size_t count = 0;
    enum error error = store_list(
        merge->reading->reader, &stream->query, &arena, &merge->reading->fault, &entries, &count);
    arena_free(&stream->arena);
    stream->arena = arena;
    stream->entries = entries;
    stream->count = error ? 0 : count;
    stream->at = 0;
    stream->over = error || count < stream->query.limit;
    stream->query.limit = NEXT_CHUNK;
    return error;
}

/* The file at the head of the stream; NULL at its end. */
static const struct store_entry *head(const struct stream *stream)
{
    return stream->at < stream->count ? &stream->entries[stream->at] : NULL;
}

static enum error advance(struct merge *merge, struct stream *stream)
{
    const struct store_entry *last = &stream->entries[stream->at++];
    if (stream->at < stream->count || stream->over)
        return ERROR_OK;
    stream->query.after_event = last->event;
    stream->query.after_deadline = last->deadline;
    stream->query.after = arena_text(&merge->reading->arena, bytes_of(last->number));
    if (!stream->query.after)
        return fault_place(&merge->reading->fault, ERROR_MEMORY, "page");
    return read_chunk(merge, stream);
}

/* Where a stream begins: after everything that has the place. */
static void begin_after(const struct queue_place *after, struct store_query *query)
{
    if (query->order == STORE_BY_NUMBER) {
        query->after = after->number;
        return;
    }
    query->after_deadline = after->deadline;
    query->after_event = after->event + 1;
}

static enum error
open_stream(struct merge *merge, enum file_kind kind, int state, const struct steps *steps)
{
    struct stream *stream = &merge->streams[merge->count++];
    *stream = (struct stream){
        .query =
            {
                .kind = kind,
                .state = state,
                .order = merge->query->order,
                .limit = FIRST_CHUNK,
            },
        .steps = steps,
    };
    if (merge->query->after.begun)
        begin_after(&merge->query->after, &stream->query);
    return read_chunk(merge, stream);
}

static enum error open_streams(struct merge *merge)
{
    const struct queue_query *query = merge->query;
    enum { STREAMS_MAX = FILE_KIND_LAST * 16 };
    merge->streams = ARENA_ARRAY(&merge->reading->arena, struct stream, STREAMS_MAX);
    if (!merge->streams)
        return fault_place(&merge->reading->fault, ERROR_MEMORY, "page");
    enum error error = ERROR_OK;
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST && !error; kind++) {
        if ((query->kind && query->kind != kind) ||
            reader_sight(&merge->reading->who, kind) < SIGHT_OWN)
            continue;
        for (int state = 1; !error && state < STATES && merge->count < STREAMS_MAX; state++) {
            const char *word = file_state_word(kind, state);
            if (strcmp(word, "new") == 0)
                break;
            const struct steps *steps = steps_from(kind, state);
            if (steps->count && (!query->state || strcmp(query->state, word) == 0))
                error = open_stream(merge, kind, state, steps);
        }
    }
    return error;
}

static void close_streams(struct merge *merge)
{
    for (size_t i = 0; i < merge->count; i++)
        arena_free(&merge->streams[i].arena);
}

/* --- Merging ------------------------------------------------------------------------------ */

#define ORDER_OF(a, b) (((a) > (b)) - ((a) < (b)))

/* By the place in the order alone: equal for what one event did. */
static int compare(enum store_order order, const struct store_entry *a, const struct store_entry *b)
{
    if (order == STORE_BY_NUMBER)
        return strcmp(a->number, b->number);
    int by = order == STORE_BY_DEADLINE ? ORDER_OF(a->deadline, b->deadline) : 0;
    return by ? by : ORDER_OF(a->event, b->event);
}

/* The stream whose head comes first; NULL when all are at their ends. */
static struct stream *first_stream(struct merge *merge)
{
    struct stream *first = NULL;
    for (size_t i = 0; i < merge->count; i++) {
        struct stream *stream = &merge->streams[i];
        if (head(stream) && (!first || compare(merge->query->order, head(stream), head(first)) < 0))
            first = stream;
    }
    return first;
}

static bool
at_place(enum store_order order, const struct queue_place *place, const struct store_entry *entry)
{
    if (order == STORE_BY_NUMBER)
        return strcmp(place->number, entry->number) == 0;
    return place->event == entry->event &&
           (order == STORE_BY_EVENT || place->deadline == entry->deadline);
}

static enum error
note_place(struct reading *reading, const struct store_entry *entry, struct queue_place *place)
{
    const char *number = arena_text(&reading->arena, bytes_of(entry->number));
    *place = (struct queue_place){true, entry->event, entry->deadline, number};
    return number ? ERROR_OK : fault_place(&reading->fault, ERROR_MEMORY, "page");
}

struct page {
    struct merge merge;
    queue_put *put;
    void *context;
    struct queue_walk walk;
    struct queue_place last; /* the last that was looked at */
    size_t looked, shown;
    bool full; /* the page: the walk goes on to count */
};

/* Counts the file, and shows it on a page that is not full. */
static enum error
meet(struct page *page, const struct stream *stream, const struct store_entry *entry)
{
    struct reading *reading = page->merge.reading;
    struct queue_item item = {.kind = stream->query.kind, .entry = entry};
    bool visible = false, waits = false;
    enum error error = file_is_visible(reading, item.kind, entry->content, &visible);
    if (!error && visible)
        error = judge(reading, stream->steps, &item, &waits);
    if (error || !waits)
        return error;
    for (enum queue_scope scope = item.whose; scope <= QUEUE_ALL; scope++)
        page->walk.counts[scope]++;
    if (item.whose > page->merge.query->scope)
        return ERROR_OK;
    if (page->full) {
        page->walk.more = true;
        return ERROR_OK;
    }
    page->shown++;
    return page->put(reading, &item, page->context);
}

/* Whether the page can end before this file: it has another place than the last. */
static void look_whether_full(struct page *page, const struct store_entry *entry, bool *ret_enough)
{
    const bool first = !page->merge.query->after.begun;
    bool between = page->looked && !at_place(page->merge.query->order, &page->last, entry);
    *ret_enough = false;
    if (!between)
        return;
    if (!page->full && page->shown >= QUEUE_SHOWN) {
        page->full = true;
        page->walk.place = page->last;
    }
    /* A first page says how many there are; one in the middle only whether there are more. */
    if (page->full)
        *ret_enough = first ? page->looked >= QUEUE_COUNTED : page->walk.more;
    if (page->looked < QUEUE_LOOKED)
        return;
    *ret_enough = true;
    if (page->full)
        return;
    page->walk.cut = true;
    page->walk.place = page->last;
}

static enum error walk(struct page *page)
{
    for (;;) {
        struct stream *stream = first_stream(&page->merge);
        if (!stream) {
            page->walk.whole = !page->merge.query->after.begun;
            return ERROR_OK;
        }
        const struct store_entry *entry = head(stream);
        bool enough;
        look_whether_full(page, entry, &enough);
        if (enough) {
            page->walk.more = true;
            return ERROR_OK;
        }
        enum error error = note_place(page->merge.reading, entry, &page->last);
        if (!error)
            error = meet(page, stream, entry);
        page->looked++;
        if (!error)
            error = advance(&page->merge, stream);
        if (error)
            return error;
    }
}

enum error queue_walk_page(
    struct reading *reading, const struct queue_query *query, queue_put *put, void *context,
    struct queue_walk *ret_walk)
{
    struct page page = {
        .merge = {.reading = reading, .query = query}, .put = put, .context = context};
    enum error error = open_streams(&page.merge);
    if (!error)
        error = walk(&page);
    close_streams(&page.merge);
    if (!error)
        *ret_walk = page.walk;
    return error;
}
