/* People of every role at a server (service_fixture.h): seven of a ministry by a second version of
 * the root, the others by accounts that were enrolled and confirmed; each logged in. */
#ifndef ENDUSE_TESTS_OFFICE_PEOPLE_H
#define ENDUSE_TESTS_OFFICE_PEOPLE_H

#include "service_fixture.h"

/* X(NAME, word, role's bit, organisation): those with an organisation have an account. Of those who
 * see their own files, one is of the life's organisation, one of another. */
#define PEOPLE_TABLE(X)                                                                            \
    X(NOBODY, "nobody", 0, NULL)                                                                   \
    X(ENDED, "ended", 0, NULL)                                                                     \
    X(DESK, "desk", ROLE_DESK, NULL)                                                               \
    X(REVIEWER, "reviewer", ROLE_REVIEWER, NULL)                                                   \
    X(SIGNATORY, "signatory", ROLE_SIGNATORY, NULL)                                                \
    X(INSPECTOR, "inspector", ROLE_INSPECTOR, NULL)                                                \
    X(CHAIR, "chair", ROLE_CHAIR, NULL)                                                            \
    X(AUDITOR, "auditor", ROLE_AUDITOR, NULL)                                                      \
    X(ADMINISTRATOR, "administrator", ROLE_ADMINISTRATOR, NULL)                                    \
    X(EXPORTER, "exporter", ROLE_EXPORTER, "EX-0031")                                              \
    X(EXPORTER_OTHER, "exporter-other", ROLE_EXPORTER, "EX-0032")                                  \
    X(STATE, "state", ROLE_STATE, "XA")                                                            \
    X(STATE_OTHER, "state-other", ROLE_STATE, "XC")                                                \
    X(SUPERVISOR, "supervisor", ROLE_SUPERVISOR, "XA-police-ct")                                   \
    X(SUPERVISOR_OTHER, "supervisor-other", ROLE_SUPERVISOR, "XA-customs")                         \
    X(BODY, "body", ROLE_BODY, "XA-court")                                                         \
    X(BODY_OTHER, "body-other", ROLE_BODY, "XC-court")                                             \
    X(OVERSIGHT, "oversight", ROLE_OVERSIGHT, "Court of Audit")

enum {
#define PEOPLE_ROW(name, word, role, organisation) PEOPLE_##name,
    PEOPLE_TABLE(PEOPLE_ROW)
#undef PEOPLE_ROW
        PEOPLE_COUNT
};

struct office_person {
    const char *word;
    unsigned role;
    const char *organisation;
    struct private_key *key; /* NULL: nobody, or one whose session has ended */
    char id[16];             /* an account's number, or the root's */
    char token[64];          /* "" for nobody */
};

/* After service_fixture_live: enrols everybody and logs them in. */
void office_people_init(
    struct service_fixture *fixture, struct office_person ret_people[PEOPLE_COUNT]);
/* Logs everybody in anew, at a server that was started again. */
void office_people_enter(
    struct service_fixture *fixture, struct office_person people[PEOPLE_COUNT]);
void office_people_free(struct office_person people[PEOPLE_COUNT]);

#endif
