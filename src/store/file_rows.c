/* Rows of files and contacts: see rows.h. */
#include "store/rows.h"

enum error file_decode(
    enum file_kind kind, struct bytes body, struct arena *arena, struct fault *fault,
    const void **ret_content)
{
    const struct layout *layout = file_layout(kind);
    void *content = arena_alloc(arena, layout->size);
    if (!content)
        return fault_place(fault, ERROR_MEMORY, "%s", file_word(kind));
    enum error error = layout_decode(layout, body, arena, fault, content);
    if (error)
        return stored(error, fault, file_word(kind));
    *ret_content = content;
    return ERROR_OK;
}

enum error file_find(
    struct database *database, enum file_kind kind, const char *number, struct arena *arena,
    struct fault *fault, const void **ret_content)
{
    struct query query;
    query_begin(&query, database, SQL_FILE_GET, fault);
    query_text(&query, 1, file_word(kind));
    query_text(&query, 2, number);
    const void *content = NULL;
    enum error row = ERROR_OK;
    if (query_row(&query))
        row = file_decode(kind, column_bytes(&query, 0), arena, fault, &content);
    enum error error = query_end(&query);
    if (!error)
        error = row;
    if (!error)
        *ret_content = content;
    return error;
}

enum error file_store(
    struct database *database, enum file_kind kind, const void *content, uint64_t event,
    millis deadline, struct fault *fault)
{
    const struct file_base *base = content;
    struct buffer body = {0};
    enum error error = layout_encode(file_layout(kind), content, fault, &body);
    if (!error) {
        struct digest digest;
        struct query query;
        query_begin(&query, database, SQL_FILE_PUT, fault);
        query_text(&query, 1, file_word(kind));
        query_text(&query, 2, base->number);
        query_integer(&query, 3, (int64_t)base->version);
        query_integer(&query, 4, base->state);
        query_text(&query, 5, file_parent(kind, content));
        query_integer(&query, 6, (int64_t)event);
        if (file_digest(kind, content, &digest))
            query_blob(&query, 7, digest_view(&digest));
        query_blob(&query, 8, buffer_view(&body));
        query_integer(&query, 9, base->opened);
        query_integer(&query, 10, base->changed);
        query_integer(&query, 11, deadline);
        error = query_finish(&query);
    }
    buffer_free(&body);
    return error;
}

enum error file_set_due(
    struct database *database, enum file_kind kind, const char *number, millis due, millis deadline,
    struct fault *fault)
{
    struct query query;
    query_begin(&query, database, SQL_FILE_SET_DUE, fault);
    query_text(&query, 1, file_word(kind));
    query_text(&query, 2, number);
    if (due)
        query_integer(&query, 3, due);
    query_integer(&query, 4, deadline);
    return query_finish(&query);
}

enum error file_next(
    struct database *database, enum file_kind kind, const char *parent, const char *after,
    size_t limit, struct arena *arena, struct fault *fault, const void **ret_contents,
    size_t *ret_count)
{
    struct query query;
    query_begin(&query, database, parent ? SQL_FILE_NEXT_OF_PARENT : SQL_FILE_NEXT, fault);
    query_text(&query, 1, file_word(kind));
    query_text(&query, 2, after);
    query_integer(&query, 3, (int64_t)limit);
    if (parent)
        query_text(&query, 4, parent);
    size_t count = 0;
    enum error row = ERROR_OK;
    while (!row && count < limit && query_row(&query)) {
        row = file_decode(kind, column_bytes(&query, 0), arena, fault, &ret_contents[count]);
        count += !row;
    }
    enum error error = query_end(&query);
    if (!error)
        error = row;
    *ret_count = error ? 0 : count;
    return error;
}

const char *file_name_in(struct arena *arena, enum file_kind kind, const char *number)
{
    struct buffer name = {0};
    buffer_printf(&name, "%s/%s", file_word(kind), number);
    const char *kept = name.error ? NULL : arena_text(arena, buffer_view(&name));
    buffer_free(&name);
    return kept;
}

enum error file_by_digest(
    struct database *database, enum file_kind kind, const struct digest *digest,
    struct arena *arena, struct fault *fault, const char **ret_number)
{
    struct query query;
    query_begin(&query, database, SQL_FILE_BY_DIGEST, fault);
    query_text(&query, 1, file_word(kind));
    query_blob(&query, 2, digest_view(digest));
    const char *number = query_row(&query) ? column_text(&query, 0, arena) : NULL;
    enum error error = query_end(&query);
    if (!error)
        *ret_number = number;
    return error;
}

enum error contact_find(
    struct database *database, const char *installation, struct arena *arena, struct fault *fault,
    const struct contact **ret_contact)
{
    struct query query;
    query_begin(&query, database, SQL_CONTACT_GET, fault);
    query_text(&query, 1, installation);
    struct contact *contact = NULL;
    enum error row = ERROR_OK;
    if (query_row(&query)) {
        contact = ARENA_NEW(arena, struct contact);
        row = contact ? stored(
                            layout_decode(
                                &contact_layout, column_bytes(&query, 0), arena, fault, contact),
                            fault, "contact")
                      : fault_place(fault, ERROR_MEMORY, "contact");
    }
    enum error error = query_end(&query);
    if (!error)
        error = row;
    if (!error)
        *ret_contact = contact;
    return error;
}

enum error
contact_store(struct database *database, const struct contact *contact, struct fault *fault)
{
    struct buffer body = {0};
    enum error error = layout_encode(&contact_layout, contact, fault, &body);
    if (!error) {
        struct query query;
        query_begin(&query, database, SQL_CONTACT_PUT, fault);
        query_text(&query, 1, contact->installation);
        if (contact->watch)
            query_integer(&query, 2, contact->watch);
        query_blob(&query, 3, buffer_view(&body));
        error = query_finish(&query);
    }
    buffer_free(&body);
    return error;
}
