/* Bodies of acts: see office_bodies.h. */
#include "office_bodies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define T(name, value)                                                                             \
    {                                                                                              \
        (name), datum_of_text(value)                                                               \
    }
#define BODY(...) WORLD_MAP(world, __VA_ARGS__)

struct datum body_with(struct world *world, struct datum body, const char *name, struct datum value)
{
    struct datum_member *members = ARENA_ARRAY(&world->arena, struct datum_member, body.map.count);
    assert_non_null(members);
    bool found = false;
    for (size_t i = 0; i < body.map.count; i++) {
        members[i] = body.map.members[i];
        if (strcmp(members[i].name, name) == 0) {
            members[i].value = value;
            found = true;
        }
    }
    assert_true(found);
    return world_map(world, members, body.map.count);
}

const struct digest world_build = {{7}};

struct datum body_agency(struct world *world, const char *country)
{
    return BODY(
        T("country", country), T("name", world->certificate.agency.name),
        T("mandate", "Police Act, section 3."));
}

struct datum body_evidence(struct world *world)
{
    return BODY(T("evidence", "The act and the budget."));
}

struct datum
body_approver(struct world *world, const char *country, const struct approving_body *body)
{
    struct datum key = BODY(
        T("kind", "key"), T("type", "ed25519"),
        {"public-key", datum_of_bytes(body->key.public_key)});
    return BODY(
        T("country", country), T("name", body->name),
        {"independent", datum_of_bool(body->independent)},
        {"elevated", datum_of_bool(body->elevated)}, {"key", key});
}

struct datum body_fingerprint(struct world *world, const struct document_key *key)
{
    char text[KEY_ID_TEXT_SIZE];
    struct key_id id = document_key_id(key);
    const char *kept = arena_text(&world->arena, bytes_of(key_id_text(&id, text)));
    assert_non_null(kept);
    return BODY(T("fingerprint", kept));
}

struct datum body_build(struct world *world)
{
    return BODY(T("version", "1.0"), {"digest", datum_of_bytes(digest_view(&world_build))});
}

struct datum body_test(struct world *world, bool passed)
{
    return BODY(
        {"digest", datum_of_bytes(digest_view(&world_build))}, {"passed", datum_of_bool(passed)},
        T("report", "The guard stops what it is told to stop."));
}

struct datum body_exporter(struct world *world)
{
    return BODY(
        T("name", "An Exporter"), T("address", "A street"), T("country", "IL"),
        {"owners", WORLD_TEXTS(world, "An Owner")});
}

struct datum body_screening(struct world *world, const char *finding)
{
    static const struct digest digest = {{7}};
    struct datum list = BODY(
        T("name", "Consolidated list"), {"date", datum_of_text("2026-03-01T00:00:00Z")},
        {"digest", datum_of_bytes(digest_view(&digest))});
    struct datum parties = WORLD_TEXTS(world, "An Exporter", "An Owner");
    struct datum lists = world_list(world, &list, 1);
    if (!finding)
        return BODY({"parties", parties}, {"lists", lists});
    struct datum match = BODY(
        T("party", "An Owner"), T("list", "Consolidated list"), T("entry", "OWNER, An; born 1950"),
        T("finding", finding), T("reasons", "The dates of birth were compared."));
    return BODY({"parties", parties}, {"lists", lists}, {"matches", world_list(world, &match, 1)});
}

struct datum body_product(struct world *world)
{
    return BODY(
        T("exporter", "EX-0031"), T("name", "A stand-in"), T("summary", "It prints."),
        {"functions", WORLD_TEXTS(world, "location", "stored-data")});
}

static const char *kind_word(enum application_kind kind)
{
    static const char *const words[] = {"marketing", "export", "renewal", "amendment"};
    return words[kind - APPLICATION_MARKETING];
}

struct datum body_application(
    struct world *world, enum application_kind kind, const char *country, bool governmental)
{
    struct datum agency = BODY(
        T("id", "XA-police-ct"), T("name", "Police, counter-terrorism"),
        {"governmental", datum_of_bool(governmental)});
    struct datum_member members[9] = {
        T("kind", kind_word(kind)), T("exporter", "EX-0031"),  T("product", "P-0112"),
        T("country", country),      T("purpose", "As asked."), T("place", "The capital"),
    };
    size_t count = 6;
    /* No agency of another state is in the register. */
    if (kind != APPLICATION_MARKETING || strcmp(country, "XA") == 0)
        members[count++] = (struct datum_member){"agency", agency};
    if (kind == APPLICATION_MARKETING)
        members[count++] = (struct datum_member)T("until", "2027-03-02T09:00:00Z");
    else if (kind == APPLICATION_EXPORT)
        members[count++] = (struct datum_member)T("marketing", "A-0");
    else
        members[count++] = (struct datum_member)T("licence", "IL-2026-0017");
    return world_map(world, members, count);
}

struct datum body_assessment(struct world *world, const char *recommendation)
{
    struct datum risk = BODY(
        T("title", "Journalists as contacts of suspects"), T("likelihood", "medium"),
        T("severity", "high"), T("mitigation", "An elevated body for protected professions."));
    struct datum_member members[8] = {
        T("state", "Courts hear complaints."),
        T("agency", "One file a subject."),
        T("product", "No function beyond those applied for."),
        {"risks", world_list(world, &risk, 1)},
        T("recommendation", recommendation),
        T("reasons", "The mitigations answer the risks."),
        {"sources", WORLD_TEXTS(world, "Reports of the state's ombudsman, 2025")},
    };
    size_t count = 7;
    if (strcmp(recommendation, "with-conditions") == 0)
        members[count++] = (struct datum_member)T("conditions", "Returns every month.");
    return world_map(world, members, count);
}

struct datum body_days(struct world *world, int64_t days)
{
    return BODY({"days", datum_of_integer(days)});
}

struct datum body_review(struct world *world, const char *decision)
{
    return BODY(T("decision", decision), T("reasons", "For reasons given."));
}
