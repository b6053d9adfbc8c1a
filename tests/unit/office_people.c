/* Enrolling people of every role: see office_people.h. */
#include "office_people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct bytes none;

static struct private_key *key_of(size_t person)
{
    uint8_t seed[PRIVATE_SEED_SIZE] = {90};
    struct private_key *key = NULL;
    seed[1] = (uint8_t)person;
    assert_int_equal(private_key_from_seed(KEY_ED25519, BYTES_ARRAY(seed), NULL, &key), ERROR_OK);
    return key;
}

/* The world's root, version 2, with the ministry's new people. */
static void enlarge_the_root(struct service_fixture *fixture, struct office_person *people)
{
    struct world *world = &fixture->script.world;
    struct root root = world->root;
    struct root_ministry ministries[2] = {root.ministries[0], root.ministries[1]};
    struct root_person defence[2 + PEOPLE_COUNT];
    size_t count = ministries[0].people_count;
    memcpy(defence, ministries[0].people, count * sizeof *defence);
    for (size_t i = 0; i < PEOPLE_COUNT; i++) {
        if (!people[i].key || people[i].organisation)
            continue;
        defence[count++] = (struct root_person){
            .id = people[i].id,
            .name = people[i].word,
            .roles = &people[i].word,
            .roles_count = 1,
            .key = document_key_of(private_key_public(people[i].key)),
        };
    }
    ministries[0].people = defence;
    ministries[0].people_count = count;
    root.version = 2;
    root.previous = world->authority;
    root.ministries = ministries;
    struct buffer bytes = {0};
    WORLD_SIGN(world, INSTRUMENT_ROOT, &root, &bytes, NULL, WORLD_D1, WORLD_F1);
    assert_int_equal(
        service_status(fixture, "POST", "/api/v1/roots", "application/cose", buffer_view(&bytes)),
        201);
    buffer_free(&bytes);
}

static void must_act(struct service_fixture *fixture, struct bytes act)
{
    struct http_reply reply =
        service_call_as(fixture, "", "POST", "/api/v1/acts", "application/cose", act);
    if (reply.status != 201)
        print_error("%u %s\n", reply.status, service_text(&reply));
    assert_int_equal(reply.status, 201);
    http_reply_free(&reply);
}

static void enrol(struct service_fixture *fixture, const struct office_person *person)
{
    struct office_script *script = &fixture->script;
    const struct public_key *key = private_key_public(person->key);
    struct key_id id = private_key_id(person->key);
    char name[32], fingerprint[KEY_ID_TEXT_SIZE], kind[20];
    snprintf(name, sizeof name, "account/%s", person->id);
    /* "exporter-other" is of the kind "exporter" */
    snprintf(kind, sizeof kind, "%.*s", (int)strcspn(person->word, "-"), person->word);
    struct datum document_key = OFFICE_BODY(
        script, {"kind", datum_of_text("key")}, {"type", datum_of_text("ed25519")},
        {"public-key", datum_of_bytes(public_key_view(key))});
    struct datum body = OFFICE_BODY(
        script, {"kind", datum_of_text(kind)}, {"name", datum_of_text(person->word)},
        {"organisation", datum_of_text(person->organisation)}, {"key", document_key},
        {"until", datum_of_text("2027-01-01T00:00:00Z")});
    must_act(fixture, office_act(script, WORLD_D1, name, 0, "enrol", body));
    body = OFFICE_BODY(script, {"fingerprint", datum_of_text(key_id_text(&id, fingerprint))});
    must_act(fixture, office_act(script, WORLD_F1, name, 1, "confirm", body));
}

void office_people_init(
    struct service_fixture *fixture, struct office_person ret_people[PEOPLE_COUNT])
{
    static const struct office_person table[PEOPLE_COUNT] = {
#define PEOPLE_ROW(name, text, bit, number)                                                        \
    {.word = (text), .role = (bit), .organisation = (number)},
        PEOPLE_TABLE(PEOPLE_ROW)
#undef PEOPLE_ROW
    };
    struct office_person *people = ret_people;
    memcpy(people, table, sizeof table);
    for (size_t i = PEOPLE_DESK; i < PEOPLE_COUNT; i++) {
        people[i].key = key_of(i);
        snprintf(
            people[i].id, sizeof people[i].id, "%s-%02zu", people[i].organisation ? "X" : "P", i);
    }
    must_act(
        fixture, office_act(
                     &fixture->script, WORLD_D1, "exporter/EX-0032", 0, "draft",
                     body_exporter(&fixture->script.world)));
    enlarge_the_root(fixture, people);
    for (size_t i = PEOPLE_DESK; i < PEOPLE_COUNT; i++) {
        if (people[i].organisation)
            enrol(fixture, &people[i]);
    }
    office_people_enter(fixture, people);
    struct office_person *ended = &people[PEOPLE_ENDED];
    struct bytes login = service_sign_login(fixture, people[PEOPLE_DESK].key, NULL, none);
    assert_int_equal(service_enter(fixture, login, ended->token), 201);
    assert_int_equal(service_status_as(fixture, ended->token, "DELETE", "/api/v1/session"), 204);
}

void office_people_enter(struct service_fixture *fixture, struct office_person people[PEOPLE_COUNT])
{
    for (size_t i = PEOPLE_DESK; i < PEOPLE_COUNT; i++) {
        struct bytes login = service_sign_login(fixture, people[i].key, NULL, (struct bytes){0});
        assert_int_equal(service_enter(fixture, login, people[i].token), 201);
    }
}

void office_people_free(struct office_person people[PEOPLE_COUNT])
{
    for (size_t i = 0; i < PEOPLE_COUNT; i++)
        private_key_free(people[i].key);
}
