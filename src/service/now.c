/* An installation's contact, and what is left of a licence. */
#include "service/now.h"

#include "authority/register.h"

static enum error of_installation(
    struct reading *reading, const struct installation_file *file, struct arena *arena,
    const void **ret_now)
{
    const struct contact *contact = NULL;
    struct installation_now *now = ARENA_NEW(arena, struct installation_now);
    if (!now)
        return fault_place(&reading->fault, ERROR_MEMORY, "installation");
    enum error error =
        store_contact(reading->reader, file->base.number, arena, &reading->fault, &contact);
    if (!error)
        error = installation_now(contact, reading->time, arena, &reading->fault, now);
    if (!error)
        *ret_now = now;
    return error;
}

static enum error of_licence(
    struct reading *reading, const struct licence_file *file, struct arena *arena,
    const void **ret_now)
{
    const void *usage = NULL;
    struct licence_now *now = ARENA_NEW(arena, struct licence_now);
    if (!now)
        return fault_place(&reading->fault, ERROR_MEMORY, "licence");
    enum error error =
        store_load(reading->reader, FILE_USAGE, file->base.number, arena, &reading->fault, &usage);
    if (error && error != ERROR_NOT_FOUND)
        return error;
    reading->fault = (struct fault){0};
    *now = licence_now(file, usage);
    *ret_now = now;
    return ERROR_OK;
}

enum error now_of(
    struct reading *reading, enum file_kind kind, const void *content, struct arena *arena,
    const void **ret_now)
{
    *ret_now = NULL;
    if (kind == FILE_INSTALLATION)
        return of_installation(reading, content, arena, ret_now);
    return kind == FILE_LICENCE ? of_licence(reading, content, arena, ret_now) : ERROR_OK;
}
