/* The state file: its table, reading, writing. */
#include "guard/saved.h"

static const struct field obeying_fields[] = {
    FIELD(1, "order", FIELD_DIGEST, struct obeying, order),
    FIELD(2, "lease", FIELD_DIGEST, struct obeying, lease),
    FIELD(3, "received", FIELD_TIME, struct obeying, received),
    FIELD(4, "stops", FIELD_UINT, struct obeying, stops),
    FIELD(5, "wind-down", FIELD_TIME, struct obeying, wind_down, OPTIONAL),
};
static const struct layout obeying_layout = LAYOUT("obeying", struct obeying, obeying_fields);

static const struct field fields[] = {
    FIELD(1, "version", FIELD_UINT, struct saved, version),
    FIELD(2, "delegation", FIELD_BYTES, struct saved, delegation, OPTIONAL),
    FIELD(3, "lease", FIELD_BYTES, struct saved, lease, OPTIONAL, .limit = FOLDER_DOCUMENT_MAX),
    FIELD(4, "lease-boot", FIELD_ID, struct saved, lease_boot, OPTIONAL),
    FIELD(5, "lease-sent", FIELD_SPAN, struct saved, lease_sent, OPTIONAL),
    FIELD(6, "lease-received", FIELD_SPAN, struct saved, lease_received, OPTIONAL),
    FIELD(7, "lease-wall", FIELD_TIME, struct saved, lease_wall, OPTIONAL),
    FIELD(8, "lease-idle", FIELD_BOOL, struct saved, lease_idle, OPTIONAL),
    FIELD(9, "request", FIELD_BYTES, struct saved, request, OPTIONAL, .limit = FOLDER_DOCUMENT_MAX),
    FIELD(10, "request-id", FIELD_ID, struct saved, request_id, OPTIONAL),
    FIELD(11, "request-boot", FIELD_ID, struct saved, request_boot, OPTIONAL),
    FIELD(12, "request-sent", FIELD_SPAN, struct saved, request_sent, OPTIONAL),
    FIELD(13, "head", FIELD_RECORD, struct saved, head, .layout = &head_layout, OPTIONAL),
    FIELD(
        14, "acknowledged", FIELD_RECORD, struct saved, acknowledged, .layout = &head_layout,
        OPTIONAL),
    FIELD(15, "returned-until", FIELD_TIME, struct saved, returned_until, OPTIONAL),
    FIELD_MANY(
        16, "returns", FIELD_BLOBS, struct saved, returns, .limit = SAVED_RETURNS_MAX, OPTIONAL),
    FIELD_MANY(
        17, "receipts", FIELD_BLOBS, struct saved, receipts, .limit = SAVED_RECEIPTS_MAX, OPTIONAL),
    FIELD(18, "request-returns", FIELD_UINT, struct saved, request_returns, OPTIONAL),
    FIELD(19, "request-receipts", FIELD_UINT, struct saved, request_receipts, OPTIONAL),
    FIELD_MANY(
        20, "obeying", FIELD_RECORDS, struct saved, obeying, .layout = &obeying_layout,
        .limit = SAVED_OBEYING_MAX, OPTIONAL),
    FIELD(21, "in-force", FIELD_DIGEST, struct saved, in_force, OPTIONAL),
    FIELD(22, "dropped", FIELD_UINT, struct saved, dropped, OPTIONAL),
    FIELD(23, "returned-records", FIELD_UINT, struct saved, returned_records, OPTIONAL),
};
const struct layout saved_layout = LAYOUT("state", struct saved, fields);

enum error saved_read(
    const struct os *os, const char *folder, struct arena *arena, struct fault *fault,
    struct saved *ret_saved)
{
    struct buffer bytes = {0};
    enum error error = folder_read(os, folder, FOLDER_STATE, fault, &bytes);
    if (!error) {
        error = layout_decode(&saved_layout, buffer_view(&bytes), arena, fault, ret_saved);
        if (error && error != ERROR_MEMORY)
            error = fault_within(fault, ERROR_GUARD_STATE, FOLDER_STATE);
    }
    buffer_free(&bytes);
    return error;
}

enum error
saved_write(const struct os *os, const char *folder, const struct saved *saved, struct fault *fault)
{
    struct buffer bytes = {0};
    char path[PATH_MAX];
    enum error error = folder_path(folder, FOLDER_STATE, NULL, fault, path);
    if (!error)
        error = layout_encode(&saved_layout, saved, fault, &bytes);
    if (!error)
        error = os_replace_file(os, path, buffer_view(&bytes), 0600, fault);
    buffer_free(&bytes);
    return error;
}

enum error saved_copy(
    const struct saved *saved, struct arena *arena, struct fault *fault, struct saved *ret_copy)
{
    struct buffer bytes = {0};
    enum error error = layout_encode(&saved_layout, saved, fault, &bytes);
    if (!error)
        error = layout_decode(&saved_layout, buffer_view(&bytes), arena, fault, ret_copy);
    buffer_free(&bytes);
    return error;
}
