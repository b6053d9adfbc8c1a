/* The records of a folder checked and decoded, for auditors and exports. */
#include <errno.h>

#include "guard/folder.h"

struct showing {
    guard_record_visitor *visit;
    void *context;
};

static enum error show(void *context, const struct record *record, struct fault *fault)
{
    const struct showing *showing = context;
    struct arena arena = {0};
    struct entry entry;
    enum error error = entry_decode(record->payload, &arena, fault, &entry);
    if (error && error != ERROR_MEMORY)
        error = fault_within(
            fault, ERROR_GUARD_RECORD, "record %llu", (unsigned long long)record->index);
    if (!error && showing->visit)
        error = showing->visit(showing->context, record, &entry, fault);
    arena_free(&arena);
    return error;
}

enum error guard_records_check(
    const struct os *os, const char *folder, const uint8_t *first_key, guard_record_visitor *visit,
    void *context, struct fault *fault, struct record_summary *ret_summary)
{
    struct arena arena = {0};
    struct enrolment enrolment;
    struct record_identity identity;
    struct record_expectation expectation = {.first_key = first_key};
    struct showing showing = {visit, context};
    char path[PATH_MAX];
    enum error error = folder_read_enrolment(os, folder, &arena, fault, &enrolment);
    if (!error) {
        struct public_key key;
        error = public_key_set(KEY_ED25519, enrolment.key, fault, &key);
        if (!error)
            error = folder_path(folder, FOLDER_RECORDS, NULL, fault, path);
        identity = (struct record_identity){public_key_id(&key), enrolment.epoch};
        expectation.identity = &identity;
        folder = path;
    } else if (error == ERROR_GUARD_FOLDER) {
        error = ERROR_OK; /* an export: the segments alone */
    }
    if (!error)
        error = record_folder_check(os, folder, &expectation, show, &showing, fault, ret_summary);
    arena_free(&arena);
    return error;
}
