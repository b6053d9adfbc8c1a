/* The table of visibility. Whose a file is, is in access_own.c. */
#include "service/access.h"

/* X(KIND, sight of anyone, of each role in the order of ROLE_TABLE but for the server).
 *
 * A certificate's or licence's state is public by its number: who is shown one must be able to ask.
 * Forms are law, delegations what every verifier needs, and settings what every period is counted
 * by; the list of countries is public (/api/v1/status), not what was weighed for it. Inspectors
 * look at installations and at what those may do; what was weighed when it was granted is not
 * theirs. Outsiders see what is about their own organisation; oversight bodies what is in force,
 * and not how it came to be. A campaign has the answers of all states, which are none of each
 * other's business. Administrators see accounts. Of a case its parties are told their hearing; who
 * complained is for those who work on the case, and for auditors. */
/* clang-format off */
#define SIGHT_TABLE(X)                                                                             \
    /* kind         anyone desk review sign insp  chair audit admin  exp   state super body  over */ \
    X(EXPORTER,     NONE,  ALL, ALL,   ALL, ALL,  ALL,  ALL,  NONE,  OWN,  NONE, NONE, NONE, NONE) \
    X(PRODUCT,      NONE,  ALL, ALL,   ALL, ALL,  ALL,  ALL,  NONE,  OWN,  NONE, NONE, NONE, NONE) \
    X(APPLICATION,  NONE,  ALL, ALL,   ALL, NONE, ALL,  ALL,  NONE,  OWN,  NONE, NONE, NONE, NONE) \
    X(FORM,         ALL,   ALL, ALL,   ALL, ALL,  ALL,  ALL,  ALL,   ALL,  ALL,  ALL,  ALL,  ALL)  \
    X(CERTIFICATE,  STATE, ALL, ALL,   ALL, ALL,  ALL,  ALL,  STATE, OWN,  OWN,  OWN,  OWN,  ALL)  \
    X(LICENCE,      STATE, ALL, ALL,   ALL, ALL,  ALL,  ALL,  STATE, OWN,  OWN,  OWN,  STATE, ALL) \
    X(INSTALLATION, NONE,  ALL, ALL,   ALL, ALL,  ALL,  ALL,  NONE,  OWN,  OWN,  OWN,  NONE, ALL)  \
    X(ORDER,        NONE,  ALL, ALL,   ALL, ALL,  ALL,  ALL,  NONE,  OWN,  OWN,  OWN,  NONE, ALL)  \
    X(WITHDRAWAL,   NONE,  ALL, ALL,   ALL, ALL,  ALL,  ALL,  NONE,  NONE, OWN,  OWN,  OWN,  ALL)  \
    X(DELEGATION,   ALL,   ALL, ALL,   ALL, ALL,  ALL,  ALL,  ALL,   ALL,  ALL,  ALL,  ALL,  ALL)  \
    X(ACCOUNT,      NONE,  ALL, ALL,   ALL, NONE, NONE, ALL,  ALL,   OWN,  OWN,  OWN,  OWN,  OWN)  \
    X(SCHEDULE,     NONE,  ALL, ALL,   ALL, ALL,  ALL,  ALL,  NONE,  NONE, OWN,  NONE, NONE, ALL)  \
    X(CASE,         NONE,  ALL, ALL,   ALL, ALL,  ALL,  ALL,  NONE,  PARTY, PARTY, NONE, NONE, ALL)  \
    X(COMPLAINANT,  NONE,  ALL, ALL,   NONE, ALL, NONE, ALL,  NONE,  NONE, NONE, NONE, NONE, NONE) \
    X(SIGNAL,       NONE,  ALL, ALL,   ALL, ALL,  ALL,  ALL,  NONE,  NONE, NONE, NONE, NONE, ALL)  \
    X(INSPECTION,   NONE,  ALL, ALL,   ALL, ALL,  ALL,  ALL,  NONE,  NONE, NONE, NONE, NONE, ALL)  \
    X(USAGE,        NONE,  ALL, ALL,   ALL, ALL,  ALL,  ALL,  NONE,  NONE, OWN,  OWN,  NONE, ALL)  \
    X(RULING,       NONE,  ALL, ALL,   ALL, ALL,  ALL,  ALL,  NONE,  OWN,  OWN,  OWN,  OWN,  ALL)  \
    X(CAMPAIGN,     NONE,  ALL, ALL,   ALL, ALL,  ALL,  ALL,  NONE,  NONE, NONE, NONE, NONE, ALL)  \
    X(SETTINGS,     ALL,   ALL, ALL,   ALL, ALL,  ALL,  ALL,  ALL,   ALL,  ALL,  ALL,  ALL,  ALL)  \
    X(COUNTRY,      NONE,  ALL, ALL,   ALL, ALL,  ALL,  ALL,  NONE,  NONE, NONE, NONE, NONE, ALL)  \
    X(AGENCY,       NONE,  ALL, ALL,   ALL, ALL,  ALL,  ALL,  NONE,  NONE, OWN,  OWN,  NONE, ALL)  \
    X(BODY,         NONE,  ALL, ALL,   ALL, ALL,  ALL,  ALL,  NONE,  NONE, OWN,  NONE, OWN,  ALL)
/* clang-format on */

static const struct {
    enum sight anyone, roles[ROLE_COUNT];
} sights[FILE_KIND_LAST + 1] = {
#define SIGHT_ROW(                                                                                 \
    kind, any, desk, reviewer, signatory, inspector, chair, auditor, administrator, exporter,      \
    state, supervisor, body, oversight)                                                            \
    [FILE_##kind] = {                                                                              \
        SIGHT_##any,                                                                               \
        {                                                                                          \
            [ROLE_INDEX_DESK] = SIGHT_##desk,                                                      \
            [ROLE_INDEX_REVIEWER] = SIGHT_##reviewer,                                              \
            [ROLE_INDEX_SIGNATORY] = SIGHT_##signatory,                                            \
            [ROLE_INDEX_INSPECTOR] = SIGHT_##inspector,                                            \
            [ROLE_INDEX_CHAIR] = SIGHT_##chair,                                                    \
            [ROLE_INDEX_AUDITOR] = SIGHT_##auditor,                                                \
            [ROLE_INDEX_ADMINISTRATOR] = SIGHT_##administrator,                                    \
            [ROLE_INDEX_EXPORTER] = SIGHT_##exporter,                                              \
            [ROLE_INDEX_STATE] = SIGHT_##state,                                                    \
            [ROLE_INDEX_SUPERVISOR] = SIGHT_##supervisor,                                          \
            [ROLE_INDEX_BODY] = SIGHT_##body,                                                      \
            [ROLE_INDEX_OVERSIGHT] = SIGHT_##oversight,                                            \
        },                                                                                         \
    },
    SIGHT_TABLE(SIGHT_ROW)
#undef SIGHT_ROW
};

/* A kind of file that has no row above does not compile here: give it one. */
enum {
#define SIGHT_ROW(kind, ...) SIGHT_OF_##kind,
    SIGHT_TABLE(SIGHT_ROW)
#undef SIGHT_ROW
#define FILE_ROW(name, own) SIGHT_IS_SAID_OF_##name = SIGHT_OF_##name,
        FILE_TABLE(FILE_ROW)
#undef FILE_ROW
};

enum sight sight_of_anyone(enum file_kind kind)
{
    return sights[kind].anyone;
}

enum sight sight_of_role(enum role_index role, enum file_kind kind)
{
    return sights[kind].roles[role];
}

enum sight reader_sight(const struct actor *reader, enum file_kind kind)
{
    enum sight most = sights[kind].anyone;
    for (size_t role = 0; role < ROLE_COUNT; role++) {
        if (reader->roles & 1u << role && sights[kind].roles[role] > most)
            most = sights[kind].roles[role];
    }
    return most;
}

static enum error refuse(const struct actor *reader, const char *place, struct fault *fault)
{
    if (!reader->kind)
        return fault_set(fault, ERROR_SESSION_NONE, place, "a person who is logged in", NULL);
    return fault_set(
        fault, ERROR_SESSION_SIGHT, place, "a person of another role", "%.64s", reader->id);
}

enum error reader_sees(const struct actor *reader, enum file_kind kind, struct fault *fault)
{
    return reader_sight(reader, kind) >= SIGHT_OWN ? ERROR_OK
                                                   : refuse(reader, file_word(kind), fault);
}

enum error reader_is_heard(const struct actor *reader, struct fault *fault)
{
    return reader_sight(reader, FILE_CASE) == SIGHT_PARTY ? ERROR_OK
                                                          : refuse(reader, "hearing", fault);
}

enum error
access_allows(const struct access *access, const struct actor *reader, struct fault *fault)
{
    bool allowed = true;
    if (access->rule == ACCESS_ROLES)
        allowed = access->roles & reader->roles;
    else if (access->rule == ACCESS_READER)
        allowed = reader->kind != 0;
    return allowed ? ERROR_OK : refuse(reader, "request", fault);
}
