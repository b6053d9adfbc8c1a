/* What a guard's folder holds, read as it is for whoever puts a case together: documents as they
 * were signed, and opened fields. Nothing is verified here. */
#include <stdio.h>

#include "guard/openings.h"
#include "guard/saved.h"
#include "guard/stored.h"

/* --- Openings ----------------------------------------------------------------------------- */

static const struct field opening_fields[] = {
    FIELD(1, "field", FIELD_TEXT, struct opening, field),
    FIELD(2, "salt", FIELD_BYTES, struct opening, salt, .limit = ENTRY_SALT_SIZE),
    FIELD(3, "value", FIELD_BYTES, struct opening, value),
};
static const struct layout opening_layout = LAYOUT("opening", struct opening, opening_fields);
static const struct field openings_fields[] = {
    FIELD(1, "record", FIELD_ID, struct openings, record),
    FIELD(2, "declaration", FIELD_DIGEST, struct openings, declaration),
    FIELD_MANY(3, "fields", FIELD_RECORDS, struct openings, fields, .layout = &opening_layout),
};
const struct layout openings_layout = LAYOUT("fields", struct openings, openings_fields);

static enum error openings_path(
    const char *folder, const struct id *record, struct fault *fault, char ret_path[PATH_MAX])
{
    char id[2 * ID_SIZE + 1], name[2 * ID_SIZE + 16];
    snprintf(name, sizeof name, "%s.fields", hex_text(BYTES_ARRAY(record->bytes), id));
    return folder_path(folder, FOLDER_FIELDS, name, fault, ret_path);
}

enum error openings_write(
    const struct os *os, const char *folder, const struct openings *openings, struct fault *fault)
{
    char path[PATH_MAX];
    struct buffer bytes = {0};
    enum error error = openings_path(folder, &openings->record, fault, path);
    if (!error)
        error = layout_encode(&openings_layout, openings, fault, &bytes);
    if (!error)
        error = os_create_file(os, path, buffer_view(&bytes), 0600, fault);
    secret_buffer_free(&bytes);
    return error;
}

enum error guard_opening_read(
    const struct os *os, const char *folder, const struct id *record, const char *field,
    struct arena *arena, struct fault *fault, struct bytes *ret_salt, const char **ret_value)
{
    char path[PATH_MAX];
    struct buffer bytes = {0};
    struct openings openings;
    enum error error = openings_path(folder, record, fault, path);
    if (!error)
        error = os_read_file(os, path, FOLDER_DOCUMENT_MAX, fault, &bytes);
    if (!error)
        error = layout_decode(&openings_layout, buffer_view(&bytes), arena, fault, &openings);
    secret_buffer_free(&bytes);
    if (error)
        return error;
    for (size_t i = 0; i < openings.fields_count; i++) {
        const struct opening *opening = &openings.fields[i];
        if (!bytes_equal_text(bytes_of(opening->field), field))
            continue;
        const char *value = arena_text(arena, opening->value);
        if (!value)
            return fault_place(fault, ERROR_MEMORY, "%s", path);
        *ret_salt = opening->salt;
        *ret_value = value;
        return ERROR_OK;
    }
    return fault_set(fault, ERROR_NOT_FOUND, path, "the field", "no %.40s", field);
}

/* --- Documents ---------------------------------------------------------------------------- */

static enum error read_one(
    const struct os *os, const char *folder, const char *name, struct arena *arena,
    struct fault *fault, struct bytes *ret_bytes)
{
    struct buffer bytes = {0};
    enum error error = folder_read(os, folder, name, fault, &bytes);
    if (!error) {
        struct bytes copy = arena_copy(arena, buffer_view(&bytes));
        if (copy.data)
            *ret_bytes = copy;
        else
            error = fault_place(fault, ERROR_MEMORY, "%s", name);
    }
    buffer_free(&bytes);
    return error;
}

enum error guard_holdings_read(
    const struct os *os, const char *folder, struct arena *arena, struct fault *fault,
    struct guard_holdings *ret_holdings)
{
    struct guard_holdings holdings = {0};
    struct enrolment enrolment;
    struct saved saved;
    struct bytes *roots;
    enum error error = folder_read_enrolment(os, folder, arena, fault, &enrolment);
    if (!error)
        error = folder_read_roots(os, folder, arena, fault, &roots, &holdings.root_count);
    if (!error)
        error = read_one(os, folder, FOLDER_CERTIFICATE, arena, fault, &holdings.certificate);
    if (!error)
        error = read_one(os, folder, FOLDER_LICENCE, arena, fault, &holdings.licence);
    if (!error)
        error = read_one(os, folder, FOLDER_ROLL, arena, fault, &holdings.roll);
    if (!error)
        error = saved_read(os, folder, arena, fault, &saved);
    if (error)
        return error;
    holdings.installation = enrolment.installation;
    holdings.key = enrolment.key;
    holdings.roots = roots;
    holdings.delegation = saved.delegation;
    holdings.lease = saved.lease;
    holdings.request = saved.request;
    holdings.returns = saved.returns;
    holdings.return_count = saved.returns_count;
    holdings.receipts = saved.receipts;
    holdings.receipt_count = saved.receipts_count;
    *ret_holdings = holdings;
    return ERROR_OK;
}

enum error guard_stored_read(
    const struct os *os, const char *folder, enum entry_kind kind, const struct digest *digest,
    struct arena *arena, struct fault *fault, struct bytes *ret_bytes)
{
    struct buffer bytes = {0};
    bool order = kind == ENTRY_ORDER;
    enum error error = stored_read(
        os, folder, order ? FOLDER_ORDERS : FOLDER_WITHDRAWALS, order ? "order" : "approval",
        digest, fault, &bytes);
    if (!error) {
        struct bytes copy = arena_copy(arena, buffer_view(&bytes));
        if (copy.data)
            *ret_bytes = copy;
        else
            error = fault_place(fault, ERROR_MEMORY, "%s", folder);
    }
    buffer_free(&bytes);
    return error;
}
