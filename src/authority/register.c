/* Rows of registers. */
#include "authority/register.h"

#include <string.h>

#include "authority/lifecycle.h"
#include "authority/table.h"

/* --- At a moment -------------------------------------------------------------------------- */

static const char *const contacts[] = {"unheard", "online", "overdue", "lease-expired", NULL};

static const struct field installation_fields[] = {
    FIELD(1, "contact", FIELD_CHOICE, struct installation_now, contact, .words = contacts),
    FIELD(2, "renewed", FIELD_TIME, struct installation_now, renewed, OPTIONAL),
    FIELD(3, "lease-until", FIELD_TIME, struct installation_now, lease_until, OPTIONAL),
    FIELD(4, "running", FIELD_UINT, struct installation_now, running),
};
static const struct layout installation_now_layout =
    LAYOUT("now", struct installation_now, installation_fields);

static const struct field licence_fields[] = {
    FIELD(1, "installations-left", FIELD_UINT, struct licence_now, installations_left),
    FIELD(2, "period-from", FIELD_TIME, struct licence_now, period_from, OPTIONAL),
    FIELD(3, "period-until", FIELD_TIME, struct licence_now, period_until, OPTIONAL),
    FIELD(4, "used", FIELD_UINT, struct licence_now, used),
    FIELD(5, "maximum", FIELD_UINT, struct licence_now, maximum),
    FIELD(6, "remaining", FIELD_UINT, struct licence_now, remaining),
};
static const struct layout licence_now_layout = LAYOUT("now", struct licence_now, licence_fields);

const struct layout *now_layout(enum file_kind kind)
{
    if (kind == FILE_INSTALLATION)
        return &installation_now_layout;
    return kind == FILE_LICENCE ? &licence_now_layout : NULL;
}

millis lease_length(millis ttl)
{
    millis margin = ttl / 10 > 2 * MILLIS_SECOND ? ttl / 10 : 2 * MILLIS_SECOND;
    return ttl > margin ? ttl - margin : 0;
}

enum error installation_now(
    const struct contact *contact, millis time, struct arena *arena, struct fault *fault,
    struct installation_now *ret_now)
{
    enum instrument_type type;
    struct digest digest;
    void *value = NULL;
    if (!contact) {
        *ret_now = (struct installation_now){.contact = INSTALLATION_UNHEARD};
        return ERROR_OK;
    }
    enum error error =
        document_decode_unverified(contact->lease, arena, fault, &type, &digest, &value);
    if (!error && type != INSTRUMENT_LEASE)
        error = fault_place(fault, ERROR_INTERNAL, "lease");
    if (error)
        return error;
    const struct lease *lease = value;
    millis until = contact->time + lease_length(lease->ttl);
    /* A renewal is parked so long, and then some for the way. */
    millis late = contact->time + renewal_park_limit(lease->ttl) + 10 * MILLIS_SECOND;
    *ret_now = (struct installation_now){
        .contact = time >= until ? INSTALLATION_LEASE_EXPIRED
                   : time > late ? INSTALLATION_OVERDUE
                                 : INSTALLATION_ONLINE,
        .renewed = contact->time,
        .lease_until = until,
        .running = contact->running,
    };
    return ERROR_OK;
}

struct licence_now licence_now(const struct licence_file *licence, const struct usage_file *usage)
{
    struct licence_now now = {0};
    if (licence->maximum_installations > licence->installations)
        now.installations_left = licence->maximum_installations - licence->installations;
    if (usage) {
        now.period_from = usage->period_from;
        now.period_until = usage->period_until;
        now.used = usage->used;
        now.maximum = usage->maximum;
        now.remaining = usage->remaining;
    }
    return now;
}

/* --- Shapes ------------------------------------------------------------------------------- */

/* A row is the content and then, where its kind has one, `now`; of a schedule, a line and then its
 * state's code. */
static size_t after(const struct layout *layout)
{
    const size_t place = _Alignof(max_align_t);
    return (layout->size + place - 1) / place * place;
}

static const struct field *lines_field(enum file_kind kind)
{
    const struct layout *layout = file_layout(kind);
    size_t i = 0;
    while (strcmp(layout->fields[i].name, "lines") != 0)
        i++;
    return &layout->fields[i];
}

static bool is_document(const struct field *field)
{
    return field->kind == FIELD_BYTES && !(field->limit && field->limit <= TABLE_BYTES_MAX);
}

/* The layout of lines with the file's number before them. */
static size_t take_lines(const struct layout *lines, struct field *fields)
{
    fields[0] = (struct field){.name = "number", .kind = FIELD_TEXT, .offset = after(lines)};
    memcpy(fields + 1, lines->fields, lines->field_count * sizeof *fields);
    return lines->field_count + 1;
}

static size_t take_content(enum file_kind kind, struct field *fields)
{
    const struct layout *content = file_layout(kind), *now = now_layout(kind);
    size_t count = 0;
    for (size_t i = 0; i < content->field_count; i++) {
        if (!is_document(&content->fields[i]))
            fields[count++] = content->fields[i];
    }
    if (now)
        fields[count++] = (struct field){
            .name = "now",
            .kind = FIELD_RECORD,
            .offset = after(content),
            .layout = now,
            .optional = true,
        };
    return count;
}

enum error register_layout(
    enum file_kind kind, struct arena *arena, struct fault *fault, const struct layout **ret_layout)
{
    bool lines = kind == FILE_SCHEDULE;
    const struct layout *base = lines ? lines_field(kind)->layout : file_layout(kind);
    const struct layout *now = now_layout(kind);
    struct layout *layout = ARENA_NEW(arena, struct layout);
    struct field *fields = ARENA_ARRAY(arena, struct field, base->field_count + 1);
    if (!layout || !fields)
        return fault_place(fault, ERROR_MEMORY, "register");
    *layout = (struct layout){
        .name = base->name,
        .size = after(base) + (lines ? sizeof(const char *)
                               : now ? now->size
                                     : 0),
        .fields = fields,
        .field_count = lines ? take_lines(base, fields) : take_content(kind, fields),
    };
    *ret_layout = layout;
    return ERROR_OK;
}

size_t register_count(enum file_kind kind, const void *content)
{
    return kind == FILE_SCHEDULE ? ((const struct schedule_file *)content)->lines_count : 1;
}

enum error register_row(
    enum file_kind kind, const struct layout *layout, const void *content, const void *now,
    size_t index, struct arena *arena, struct fault *fault, const void **ret_row)
{
    const struct schedule_file *schedule = kind == FILE_SCHEDULE ? content : NULL;
    const struct layout *base = schedule ? lines_field(kind)->layout : file_layout(kind);
    uint8_t *row = arena_alloc(arena, layout->size);
    if (!row)
        return fault_place(fault, ERROR_MEMORY, "register");
    memcpy(row, schedule ? (const void *)&schedule->lines[index] : content, base->size);
    if (schedule)
        memcpy(row + after(base), &schedule->base.number, sizeof(const char *));
    else if (now && now_layout(kind))
        memcpy(row + after(base), now, now_layout(kind)->size);
    *ret_row = row;
    return ERROR_OK;
}
