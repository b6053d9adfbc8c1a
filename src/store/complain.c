/* Complaints: the server opens a case for somebody who has no account, and keeps the contact sealed
 * beside the files, where no event holds it. */
#include <stdio.h>
#include <string.h>

#include "authority/complaint.h"
#include "store/writer.h"

enum { REFERENCE_BYTES = 6, SECRET_BYTES = 16, SEAL_SALT_SIZE = 32 };

/* One complaint on its way. Everything is in arena. */
struct complaining {
    struct store *store;
    struct store_answer *answer;
    millis now;
    struct arena *arena;
    struct fault *fault;
    struct complaint complaint;
    struct digest secret; /* SHA-256 of answer->secret */
    uint8_t salt[SEAL_SALT_SIZE];
    struct digest commitment;
};

static void hex(const uint8_t *bytes, size_t count, char *text)
{
    for (size_t i = 0; i < count; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

/* SHA-256 of CBOR ["enduse/sealed/v1", salt, contact]. */
enum error seal_commitment(
    struct bytes salt, const char *contact, struct fault *fault, struct digest *ret_commitment)
{
    struct buffer bytes = {0};
    struct cbor_writer writer;
    cbor_writer_begin(&writer, &bytes);
    cbor_write_array(&writer);
    cbor_write_text(&writer, "enduse/sealed/v1");
    cbor_write_bytes(&writer, salt);
    cbor_write_text(&writer, contact);
    cbor_write_end(&writer);
    enum error error = cbor_writer_end(&writer);
    if (!error)
        *ret_commitment = sha256_of(buffer_view(&bytes));
    buffer_free(&bytes);
    return error ? fault_place(fault, error, "complaint") : ERROR_OK;
}

/* The reference is no number in a row: nobody learns how many complain. */
static enum error make_names(struct complaining *on)
{
    const struct os *os = on->store->os;
    uint8_t reference[REFERENCE_BYTES], secret[SECRET_BYTES];
    enum error error = random_fill(os, on->fault, reference, sizeof reference);
    if (!error)
        error = random_fill(os, on->fault, secret, sizeof secret);
    if (!error && on->complaint.contact)
        error = random_fill(os, on->fault, on->salt, sizeof on->salt);
    if (error)
        return error;
    memcpy(on->answer->reference, "CP-", 3);
    hex(reference, sizeof reference, on->answer->reference + 3);
    hex(secret, sizeof secret, on->answer->secret);
    on->secret = complaint_secret(on->answer->secret);
    return on->complaint.contact
               ? seal_commitment(
                     BYTES_ARRAY(on->salt), on->complaint.contact, on->fault, &on->commitment)
               : ERROR_OK;
}

static enum error make_body(struct complaining *on, struct datum *ret_body)
{
    const struct complaint *complaint = &on->complaint;
    struct datum *evidence = ARENA_ARRAY(on->arena, struct datum, complaint->evidence_count + 1);
    struct datum_member *members = ARENA_ARRAY(on->arena, struct datum_member, 6);
    if (!evidence || !members)
        return fault_place(on->fault, ERROR_MEMORY, "complaint");
    for (size_t i = 0; i < complaint->evidence_count; i++)
        evidence[i] = datum_of_text(complaint->evidence[i]);
    const struct datum list = {.kind = DATUM_LIST, .list = {evidence, complaint->evidence_count}};
    size_t count = 0;
    members[count++] = (struct datum_member){"what", datum_of_text(complaint->what)};
    members[count++] = (struct datum_member){"when", datum_of_text(complaint->when)};
    members[count++] = (struct datum_member){"where", datum_of_text(complaint->where)};
    members[count++] = (struct datum_member){"evidence", list};
    members[count++] = (struct datum_member){"secret", datum_of_bytes(digest_view(&on->secret))};
    if (complaint->contact)
        members[count++] =
            (struct datum_member){"commitment", datum_of_bytes(digest_view(&on->commitment))};
    return datum_map(members, count, on->fault, ret_body);
}

static enum error put_sealed(struct complaining *on)
{
    struct query query;
    query_begin(&query, &on->store->database, SQL_SEALED_PUT, on->fault);
    query_text(&query, 1, on->answer->reference);
    query_blob(&query, 2, BYTES_ARRAY(on->salt));
    query_text(&query, 3, on->complaint.contact);
    return query_finish(&query);
}

enum error store_complain(
    struct store *store, struct store_job *job, millis now, struct arena *arena,
    struct fault *fault)
{
    struct complaining on = {
        .store = store, .answer = &job->answer, .now = now, .arena = arena, .fault = fault};
    const struct office office = ledger_office(&store->ledger, now);
    struct datum body;
    struct bytes act;
    enum error error = complaint_read(job->bytes, arena, fault, &on.complaint);
    if (!error)
        error = store_lease_key(store, office.delegation, fault);
    if (!error)
        error = make_names(&on);
    if (!error)
        error = make_body(&on, &body);
    if (error)
        return error;
    const char *file = file_name_in(arena, FILE_CASE, job->answer.reference);
    if (!file)
        return fault_place(fault, ERROR_MEMORY, "complaint");
    error = server_act(store, file, 0, "complain", &body, now, arena, fault, &act);
    if (!error)
        error = store_take(store, EVENT_ACT, act, now, arena, fault, &job->answer);
    if (error || !on.complaint.contact)
        return error;
    /* The event is there: without what it commits to nothing may stay. */
    error = put_sealed(&on);
    return error_refuses(error) ? fault_within(fault, ERROR_INTERNAL, "complaint") : error;
}
