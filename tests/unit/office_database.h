/* A database in a folder of its own with the script of one licence's life (office_script.h), and
 * short ways to use it, for the tests of store/. */
#ifndef ENDUSE_TESTS_OFFICE_DATABASE_H
#define ENDUSE_TESTS_OFFICE_DATABASE_H

#include "office_script.h"
#include "store/store.h"

struct office_database {
    struct office_script script;
    char folder[200], path[256];
    struct store_keys keys; /* the delegated ones; change and reopen */
    struct store *store;
    struct store_reader *reader;
    struct arena arena; /* of what was read */
    struct fault fault;
    uint64_t renewals; /* made so far: their ids */
};

/* The script's clock, and a time since boot that runs with it but for what is in database_apart: a
 * wall clock that was set shows there. */
extern const struct os database_os;
extern millis database_apart;

/* Eligible: XA and XC; a day to confirm. */

void office_database_init(struct office_database *office);
void office_database_free(struct office_database *office);

/* Closes and opens store and reader. */
void office_reopen(struct office_database *office);

/* Applies the whole life, one act a transaction. */
void office_live(struct office_database *office);

/* One job without a lease in its answer. */
struct store_answer
office_do(struct office_database *office, enum store_job_kind kind, struct bytes bytes);

/* A file's content, or NULL; office_load asserts that it is there. */
const void *office_find(struct office_database *office, enum file_kind kind, const char *number);
const void *office_load(struct office_database *office, enum file_kind kind, const char *number);

/* A first renewal of IN-0001; the one that follows the lease in *job. */
struct renewal office_first_renewal(struct office_database *office);
struct renewal office_next_renewal(
    struct office_database *office, const struct renewal *before, const struct store_job *job);

/* Signs and sends it; the job borrows from the script's arena, free its answer. */
struct store_job
office_renew(struct office_database *office, const struct renewal *renewal, enum world_key key);

/* The lease in the answer, verified as a guard would. */
struct lease office_lease(struct office_database *office, const struct store_job *job);

/* Fails with the fault's words. */
void office_ok(struct office_database *office, enum error error, const char *file, int line);
#define OFFICE_OK(office, call) office_ok(office, call, __FILE__, __LINE__)

#endif
