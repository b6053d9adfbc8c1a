/* The guard's folder: names of its files, the enrolment file, and the signed documents in it, read
 * and verified again at every opening. What changes while the guard runs is in saved.h (the state
 * file) and stored.h (orders). docs/guard.md has it all in one place.
 */
#ifndef ENDUSE_GUARD_FOLDER_H
#define ENDUSE_GUARD_FOLDER_H

#include <limits.h>

#include "guard/guard.h"

/* Names below the guard's folder. */
#define FOLDER_LOCK "lock"
#define FOLDER_KEY "guard.key"
#define FOLDER_KEY_BASE "guard"
#define FOLDER_ENROLMENT "enrolment"
#define FOLDER_ROOTS "roots"
#define FOLDER_CERTIFICATE "current.certificate"
#define FOLDER_LICENCE "current.licence"
#define FOLDER_ROLL "current.roll"
#define FOLDER_STATE "state"
#define FOLDER_LATCH "latch"
#define FOLDER_ORDERS "orders"
#define FOLDER_WITHDRAWALS "withdrawals"
#define FOLDER_RECORDS "records"
#define FOLDER_FIELDS "fields"

enum {
    FOLDER_FORMAT = 1,             /* of the enrolment file */
    FOLDER_ROOTS_MAX = 9999,       /* roots/0001.root and so on */
    FOLDER_DOCUMENT_MAX = 8 << 20, /* bytes of a signed document */
    FOLDER_EPOCH = 1,              /* of the record log made at enrolment */
};

/* What was fixed when the guard was enrolled. */
struct enrolment {
    uint64_t format; /* FOLDER_FORMAT */
    const char *installation;
    const char *url;
    struct digest authority;      /* digest of the root's first version */
    struct bytes key;             /* the guard's public key, 32 bytes */
    struct digest first_key_hash; /* SHA-256 of K_0 */
    uint64_t epoch;               /* of the record log */
    millis enrolled;              /* wall clock */
};
extern const struct layout enrolment_layout;

/* FOLDER/NAME, or FOLDER/NAME/REST. ERROR_TOO_LARGE when it is too long. */
enum error folder_path(
    const char *folder, const char *name, const char *rest, struct fault *fault,
    char ret_path[PATH_MAX]);

/* Reads FOLDER/NAME. */
enum error folder_read(
    const struct os *os, const char *folder, const char *name, struct fault *fault,
    struct buffer *ret_content);

/* Takes the folder's lock for this process (ERROR_BUSY); closing *ret_file gives it back. */
enum error
folder_take_lock(const struct os *os, const char *folder, struct fault *fault, int *ret_file);

enum error folder_read_enrolment(
    const struct os *os, const char *folder, struct arena *arena, struct fault *fault,
    struct enrolment *ret_enrolment);

/* Reads roots/0001.root and on, until one is missing. *ret_count of them in an array in arena.
 * None: ERROR_GUARD_FOLDER. */
enum error folder_read_roots(
    const struct os *os, const char *folder, struct arena *arena, struct fault *fault,
    struct bytes **ret_roots, size_t *ret_count);

/* Writes a version of the root durably; it is there already after a crash: then it is replaced. */
enum error folder_write_root(
    const struct os *os, const char *folder, uint64_t version, struct bytes root,
    struct fault *fault);

/* The documents that do not change while the guard runs, verified. */
struct papers {
    struct arena arena;
    struct enrolment enrolment;
    struct root_chain chain; /* the only part that changes: newer roots are taken over */
    bool has_chain;
    struct certificate certificate;
    struct digest certificate_digest;
    struct form form;
    struct licence licence;
    struct digest licence_digest;
    struct roll roll;
};

/* Reads and verifies everything against the pinned digest of the root. */
enum error papers_open(
    const struct os *os, const char *folder, const struct digest *pinned, bool allow_demo,
    struct fault *fault, struct papers *ret_papers);

/* The same from documents in memory, for enrolling. The chain is opened already; it moves into
 * the papers on success. */
enum error papers_verify(
    struct bytes certificate, struct bytes licence, struct bytes roll, struct papers *papers,
    struct fault *fault);

void papers_close(struct papers *papers);

#endif
