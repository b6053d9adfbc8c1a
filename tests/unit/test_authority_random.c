/* authority: random acts of random people, of right and wrong roles, on their own acts, of wrong
 * versions, while time moves and deadlines act. What is accepted is held to a second statement of
 * the rules (office_law.h) and to what may never be: a licence or certificate that two ministries
 * did not sign, an act by somebody suspended, removed from the file, or late.
 *
 * ENDUSE_DEEP: a million acts, in which every row of every life-cycle is taken. ENDUSE_SEED: where
 * the run begins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../oracle/random.h"
#include "authority_world.h"
#include "office_law.h"
#include "random_acts.h"

enum { ACTS_OF_A_LIFE = 2000, HISTORY_MAX = 4096 };

/* --- People, as the test knows them ------------------------------------------------------- */

#define EVERY_ROLE "chair desk inspector reviewer signatory"

static const struct person {
    enum world_key key;
    const char *id, *roles, *ministry;
} people[] = {
    {WORLD_D1, "D-01", EVERY_ROLE, "defence"},
    {WORLD_D2, "D-02", EVERY_ROLE, "defence"},
    {WORLD_D3, "D-03", EVERY_ROLE, "defence"},
    {WORLD_D4, "D-04", "desk", "defence"},
    {WORLD_ADMINISTRATOR, "D-90", "administrator", "defence"},
    {WORLD_F1, "F-01", EVERY_ROLE, "foreign"},
    {WORLD_F2, "F-02", EVERY_ROLE, "foreign"},
    {WORLD_F3, "F-03", EVERY_ROLE, "foreign"},
    {WORLD_AUDITOR, "F-90", "auditor", "foreign"},
    {WORLD_LEASE, "server", "server", ""},
    {WORLD_EXPORTER, "X-31", "exporter", ""},
    {WORLD_OPERATOR, "X-31", "exporter", ""}, /* after replacement */
    {WORLD_OTHER_EXPORTER, "X-32", "exporter", ""},
    {WORLD_COURT, "X-32", "exporter", ""},
    {WORLD_HIGH_COURT, "X-33", "state", ""},
    {WORLD_PROSECUTOR, "X-34", "supervisor", ""},
    {WORLD_STATE, "XA-S1", "state", ""}, /* from the beginning (authority_world.c) */
};

static const struct person *person_of(enum world_key key)
{
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        if (people[i].key == key)
            return &people[i];
    }
    return NULL;
}

static const struct person *person_by_id(const char *id)
{
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        if (strcmp(people[i].id, id) == 0)
            return &people[i];
    }
    return NULL;
}

/* --- What was accepted -------------------------------------------------------------------- */

struct accepted {
    const char *file, *verb, *person;
    const struct attempt *attempt;
    millis time;
};

static struct life {
    struct accepted history[HISTORY_MAX];
    size_t count;
    const struct attempt *now; /* what is being held to the rules */
    millis time;
    uint64_t seed; /* with which it begins */
} life;

static struct attempts attempts;
static uint64_t tried, taken;

/* How often each line of the law was followed. */
static uint64_t followed[256];

static const struct accepted *last(const char *file, const char *verb)
{
    for (size_t i = life.count; i-- > 0;) {
        if (strcmp(life.history[i].file, file) == 0 && strcmp(life.history[i].verb, verb) == 0)
            return &life.history[i];
    }
    return NULL;
}

static bool since(const struct accepted *first, const char *file, const char *verb)
{
    const struct accepted *other = last(file, verb);
    return other && other > first;
}

static const char *word_of(const char *file, char word[32])
{
    snprintf(word, 32, "%.*s", (int)(strchr(file, '/') - file), file);
    return word;
}

/* Who stands in for whom: the deputies of random_acts.c, from the one moment to the other. */
#define ABSENT_FROM (WORLD_NOW + 23 * MILLIS_HOUR)
#define ABSENT_UNTIL (WORLD_NOW + 10 * MILLIS_DAY - MILLIS_HOUR)

static const struct person *absent_for(const struct person *deputy)
{
    static const char *const pairs[][2] = {{"D-04", "D-02"}, {"F-03", "F-02"}};
    for (size_t i = 0; i < 2; i++) {
        char file[32];
        snprintf(file, sizeof file, "account/%s", pairs[i][1]);
        const struct accepted *absence = last(file, "absent");
        if (strcmp(deputy->id, pairs[i][0]) == 0 && absence && !since(absence, file, "return") &&
            life.time >= ABSENT_FROM && life.time < ABSENT_UNTIL)
            return person_by_id(pairs[i][1]);
    }
    return NULL;
}

/* --- The law ------------------------------------------------------------------------------ */

static void must(bool holds, const struct try *now, const char *rule)
{
    if (!holds)
        fail_msg(
            "act %llu of the life with seed %llu, %s %s by key %d: %s", (unsigned long long)tried,
            (unsigned long long)life.seed, now->attempt->file, now->attempt->verb, (int)now->key,
            rule);
}

static bool any_role(const char *roles, const char *who, bool signs)
{
    static const char *const words[] = {"desk",     "reviewer", "signatory",     "inspector",
                                        "chair",    "auditor",  "administrator", "server",
                                        "exporter", "state",    "supervisor"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        bool may = signs || strcmp(words[i], "signatory") != 0;
        if (may && law_names(roles, words[i]) && law_names(who, words[i]))
            return true;
    }
    return false;
}

static bool is_one_of(const char *id, const struct person *person, const struct person *absent)
{
    return strcmp(id, person->id) == 0 || (absent && strcmp(id, absent->id) == 0);
}

/* One word of not_after: "screen", "suspend+lose", "review*". */
static bool did_before(
    const char *file, const char *word, const struct person *person, const struct person *absent)
{
    char first[32], *second;
    snprintf(first, sizeof first, "%s", word);
    if ((second = strchr(first, '*')) != NULL) {
        *second = 0;
        for (size_t i = 0; i < life.count; i++) {
            const struct accepted *accepted = &life.history[i];
            if (strcmp(accepted->file, file) == 0 && strcmp(accepted->verb, first) == 0 &&
                is_one_of(accepted->person, person, absent))
                return true;
        }
        return false;
    }
    if ((second = strchr(first, '+')) != NULL)
        *second++ = 0;
    const struct accepted *doer = last(file, first), *other = second ? last(file, second) : NULL;
    if (other && (!doer || other > doer))
        doer = other;
    return doer && is_one_of(doer->person, person, absent);
}

static void hold_to_law(const struct try *now, const char *state_before)
{
    char word[32], list[200];
    const char *file = now->attempt->file;
    const struct law *law = law_of(word_of(file, word), now->attempt->verb);
    const struct person *person = person_of(now->key);
    must(law != NULL, now, "no such act");
    must(person != NULL, now, "nobody whom the office knows");
    followed[law - office_law]++;
    must(law_names(law->from, state_before), now, state_before);
    const struct person *absent = absent_for(person);
    must(
        any_role(person->roles, law->who, true) ||
            (absent && any_role(absent->roles, law->who, false)),
        now, "another role");
    must(
        !law->ministry[0] || !person->ministry[0] || strcmp(person->ministry, law->ministry) == 0,
        now, "another ministry");
    snprintf(list, sizeof list, "%s", law->not_after);
    char *rest = list;
    for (char *one = strtok_r(rest, " ", &rest); one; one = strtok_r(rest, " ", &rest))
        must(!did_before(file, one, person, absent), now, one);
}

/* --- What may never be -------------------------------------------------------------------- */

/* Of a product: whom its submission names, which may be the act being held. */
static const char *exporter_of(const char *file)
{
    const struct attempt *submit = life.now;
    if (!submit || strcmp(submit->file, file) != 0 || strcmp(submit->verb, "submit") != 0) {
        const struct accepted *accepted = last(file, "submit");
        submit = accepted ? accepted->attempt : NULL;
    }
    if (!submit)
        return NULL;
    bool other = strcmp(datum_text(&submit->body, "exporter"), "EX-0032") == 0;
    return other ? "exporter/EX-0032" : "exporter/EX-0031";
}

/* Each kind of file hangs on one: by the numbers of random_acts.c. */
static const char *parent_of(const char *file)
{
    static const char *const parents[][2] = {
        {"application/", "product/P-0112"},       {"certificate/", "application/A-1"},
        {"licence/", "certificate/EC-2026-0009"}, {"installation/", "licence/IL-2026-0017"},
        {"order/", "licence/IL-2026-0017"},       {"case/C-", "licence/IL-2026-0017"},
        {"inspection/", "licence/IL-2026-0017"},  {"signal/", "licence/IL-2026-0017"},
        {"ruling/", "certificate/EC-2026-0009"},  {"withdrawal/", "certificate/EC-2026-0009"},
        {"complainant/K-1", "case/K-1"},
    };
    /* A complaint names no licence: whoever took it up did. */
    const struct accepted *triage = last(file, "triage");
    if (strcmp(file, "case/K-1") == 0)
        return triage && datum_text(&triage->attempt->body, "licence") ? "licence/IL-2026-0017"
                                                                       : NULL;
    if (strncmp(file, "product/", 8) == 0)
        return exporter_of(file);
    for (size_t i = 0; i < sizeof parents / sizeof *parents; i++) {
        if (strncmp(file, parents[i][0], strlen(parents[i][0])) == 0)
            return parents[i][1];
    }
    return NULL;
}

static bool hangs_on(const char *file, const char *wanted)
{
    for (; file; file = parent_of(file)) {
        if (strcmp(file, wanted) == 0)
            return true;
    }
    return false;
}

/* All certificates are of the one state, and so are agencies, bodies and the one schedule. */
static bool is_of_state(const char *file)
{
    for (; file; file = parent_of(file)) {
        if (strncmp(file, "certificate/", 12) == 0 || strncmp(file, "agency/", 7) == 0 ||
            strncmp(file, "body/", 5) == 0 || strcmp(file, "schedule/XA") == 0)
            return true;
    }
    return false;
}

/* Somebody outside the ministries: confirmed, with the key of the day, on what is theirs. */
static void hold_to_account(const struct try *now, const struct person *person, const char *account)
{
    const char *file = now->attempt->file;
    bool next = now->key == WORLD_OPERATOR || now->key == WORLD_COURT;
    const struct accepted *expiry = last(account, "expire");
    must(last(account, "confirm") != NULL, now, "not confirmed");
    must(!last(account, "close"), now, "closed");
    must(next == (last(account, "confirm-key") != NULL), now, "another key");
    must(!expiry || since(expiry, account, "confirm-key"), now, "expired");
    /* Until 20 March, and the next key until June; the signatory's for a year. */
    bool brief = !next && now->key != WORLD_STATE;
    must(!brief || life.time < WORLD_NOW + 18 * MILLIS_DAY, now, "after the key's time");
    if (strcmp(person->roles, "exporter") == 0)
        must(
            hangs_on(file, person->id[3] == '1' ? "exporter/EX-0031" : "exporter/EX-0032"), now,
            "another's file");
    else
        must(is_of_state(file), now, "another state's file");
}

static void hold_to_standing(const struct try *now)
{
    static const char *const stops[] = {"suspend", "lose"};
    const struct person *person = person_of(now->key);
    char account[32];
    snprintf(account, sizeof account, "account/%s", person->id);
    for (size_t i = 0; i < 2; i++) {
        const struct accepted *stopped = last(account, stops[i]);
        must(!stopped || since(stopped, account, "restore"), now, "suspended");
    }
    if (person->id[0] == 'X')
        hold_to_account(now, person, account);
    const struct accepted *recusal = last(account, "recuse");
    if (recusal) {
        const char *file = datum_text(&recusal->attempt->body, "file");
        must(!hangs_on(now->attempt->file, file), now, "removed from the file");
    }
}

/* The keys that validly signed what the file holds. */
static bool signed_by_two_ministries(enum file_kind kind, const char *number)
{
    static const enum world_key defence[] = {WORLD_D1, WORLD_D2, WORLD_D3};
    static const enum world_key foreign[] = {WORLD_F1, WORLD_F2, WORLD_F3};
    struct signer signers[7];
    for (size_t i = 0; i < 3; i++) {
        signers[i] = world_signer(&office.world, defence[i]);
        signers[3 + i] = world_signer(&office.world, foreign[i]);
    }
    signers[6] = world_signer(&office.world, WORLD_STATE);
    struct bytes bytes = file_instrument(kind, base_of(kind, number));
    struct document document;
    union {
        struct licence licence;
        struct certificate certificate;
        struct order order;
    } value;
    enum instrument_type type = kind == FILE_LICENCE       ? INSTRUMENT_LICENCE
                                : kind == FILE_CERTIFICATE ? INSTRUMENT_CERTIFICATE
                                                           : INSTRUMENT_ORDER;
    if (document_open(
            bytes, type, &office.world.authority, signers, 7, &office.arena, &office.fault,
            &document, &value))
        return false;
    bool by_defence = false, by_foreign = false;
    for (size_t i = 0; i < 3; i++) {
        struct key_id one = private_key_id(office.world.keys[defence[i]]);
        struct key_id other = private_key_id(office.world.keys[foreign[i]]);
        by_defence |= document_signed_by(&document, &one);
        by_foreign |= document_signed_by(&document, &other);
    }
    return by_defence && by_foreign;
}

/* Whether an act proposed a line of this code. */
static bool names_line(const struct datum *body, const char *code)
{
    const struct datum *lines = datum_member(body, "lines");
    if (!lines)
        return strcmp(datum_text(body, "code"), code) == 0; /* an amendment */
    for (size_t i = 0; i < lines->list.count; i++) {
        if (strcmp(datum_text(&lines->list.items[i], "code"), code) == 0)
            return true;
    }
    return false;
}

/* Nobody reviews a line of a schedule that they entered, or somebody for whom they stand in. */
static void hold_to_lines(const struct try *now)
{
    const struct person *person = person_of(now->key), *absent = absent_for(person);
    const char *file = now->attempt->file;
    if (strncmp(file, "schedule/", 9) != 0 || strcmp(now->attempt->verb, "review") != 0)
        return;
    const struct datum *codes = datum_member(&now->attempt->body, "codes");
    for (size_t i = 0; i < codes->list.count; i++) {
        const struct accepted *entered = NULL;
        const char *code = (const char *)codes->list.items[i].text.data;
        for (size_t k = 0; k < life.count; k++) {
            const struct accepted *accepted = &life.history[k];
            if (strcmp(accepted->file, file) == 0 && strcmp(accepted->verb, "review") != 0 &&
                strcmp(accepted->verb, "tell") != 0 && names_line(&accepted->attempt->body, code))
                entered = accepted;
        }
        must(entered != NULL, now, "a line that nobody entered");
        must(!is_one_of(entered->person, person, absent), now, "a line of one's own");
    }
}

/* What one ministry asked for and the other did, without a document that both sign. */
static void hold_to_both(const struct try *now, const char *state_before)
{
    static const struct {
        const char *kind, *verb, *from, *asked;
    } agreed[] = {
        {"country", "list", "proposed", "propose"},
        {"settings", "confirm", "proposed changing", "propose"},
        {"ruling", "give", "proposed", "propose"},
        {"form", "withdraw", "withdrawing", "ask-withdrawal"},
        {"certificate", "withdraw", "in-force", "ask-withdrawal"},
        {"certificate", "breach", "in-force", "ask-breach"},
    };
    char word[32];
    word_of(now->attempt->file, word);
    for (size_t i = 0; i < sizeof agreed / sizeof *agreed; i++) {
        if (strcmp(agreed[i].kind, word) != 0 || strcmp(agreed[i].verb, now->attempt->verb) != 0 ||
            !law_names(agreed[i].from, state_before))
            continue;
        const struct accepted *asked = last(now->attempt->file, agreed[i].asked);
        must(asked != NULL, now, "nobody asked for it");
        must(
            strcmp(person_by_id(asked->person)->ministry, person_of(now->key)->ministry) != 0, now,
            "one ministry alone");
    }
}

/* No lone grant: whatever gives is signed by two people of two ministries. */
static void hold_to_two_ministries(const struct try *now)
{
    const char *file = now->attempt->file, *number = strchr(file, '/') + 1;
    if (strncmp(file, "licence/", 8) == 0 && state_of(FILE_LICENCE, number) != LICENCE_PROPOSED)
        must(signed_by_two_ministries(FILE_LICENCE, number), now, "a lone licence");
    if (strncmp(file, "certificate/", 12) == 0 &&
        state_of(FILE_CERTIFICATE, number) == CERTIFICATE_IN_FORCE)
        must(signed_by_two_ministries(FILE_CERTIFICATE, number), now, "a lone certificate");
    if (strncmp(file, "order/", 6) == 0) {
        const struct order_file *order = (const void *)base_of(FILE_ORDER, number);
        bool gives = order->kind == ORDER_LIFT || order->kind == ORDER_RESTORE ||
                     order->kind == ORDER_REVOKE || order->base.state == ORDER_CONFIRMED;
        bool binds = order->base.state != ORDER_DRAFTED && order->base.state != ORDER_DISCARDED;
        must(!gives || !binds || signed_by_two_ministries(FILE_ORDER, number), now, "a lone order");
    }
}

static bool build_was_tested(const char *product)
{
    for (size_t i = 0; i < life.count; i++) {
        const struct accepted *test = &life.history[i];
        const struct datum *build, *passed;
        if (strcmp(test->file, product) != 0 || strcmp(test->verb, "test-build") != 0)
            continue;
        build = datum_member(&test->attempt->body, "digest");
        passed = datum_member(&test->attempt->body, "passed");
        if (passed->boolean && bytes_equal(build->text, digest_view(&world_build)))
            return true;
    }
    return false;
}

/* Whoever is named was entered and confirmed before, and has not left since; what is installed was
 * tested. */
static void hold_to_registers(const struct try *now)
{
    static const char *const signatory = "account/XA-S1";
    const char *file = now->attempt->file, *verb = now->attempt->verb;
    bool certifies = strncmp(file, "certificate/", 12) == 0 &&
                     (strcmp(verb, "offer") == 0 || strcmp(verb, "countersign") == 0);
    bool licenses = strncmp(file, "licence/", 8) == 0 &&
                    (strcmp(verb, "propose") == 0 || strcmp(verb, "countersign") == 0);
    if (certifies || licenses)
        must(!last("agency/XA-police-ct", "remove"), now, "an agency that was removed");
    if (certifies) {
        const struct accepted *suspended = last(signatory, "suspend");
        must(!last("body/XA-court", "end"), now, "a body that ended");
        must(!last(signatory, "close"), now, "a signatory whose account is closed");
        must(
            !suspended || since(suspended, signatory, "restore"), now,
            "a signatory whose account is suspended");
    }
    if (strncmp(file, "installation/", 13) == 0 && strcmp(verb, "enrol") == 0)
        must(build_was_tested("product/P-0112"), now, "a build that did not pass its test");
}

/* Counted day by day, as a calendar on the wall: Friday and Saturday off, no holidays, two hours
 * ahead of UTC. 1970-01-01 was a Thursday. */
static int64_t working_days(millis from, millis to)
{
    const millis offset = 2 * MILLIS_HOUR;
    int64_t first = (from + offset) / MILLIS_DAY, days = 0;
    for (int64_t day = first + 1; day < (to + offset) / MILLIS_DAY; day++)
        days += day % 7 != 1 && day % 7 != 2;
    return days;
}

/* An application's review: the foreign ministry in its days and no later; the server not before. */
static void hold_to_days(const struct try *now)
{
    const char *file = now->attempt->file, *verb = now->attempt->verb;
    bool review = strcmp(verb, "review") == 0, consent = strcmp(verb, "consent") == 0;
    const struct accepted *opened = last(file, "open-review");
    if (strncmp(file, "application/", 12) != 0 || !opened || (!review && !consent))
        return;
    int64_t days = 0;
    assert_true(datum_integer(&opened->attempt->body, "days", &days));
    must(days >= 1 && days <= 5, now, "days that nobody may give");
    if (since(opened, file, "ask"))
        return; /* the clock stood meanwhile */
    bool over = working_days(opened->time, life.time) >= days;
    if (consent)
        must(over && !since(opened, file, "consent"), now, "consent before the date set");
    else if (strcmp(person_of(now->key)->ministry, "foreign") == 0)
        must(!over, now, "late");
    if (review && strcmp(datum_text(&now->attempt->body, "decision"), "approve") == 0)
        must(last(file, "assess") != NULL, now, "approval without an assessment");
}

/* --- Acting ------------------------------------------------------------------------------- */

static enum error act(const struct try *now, uint64_t version, struct outcome *ret_outcome)
{
    const struct act act = {
        .id = {{1}},
        .file = now->attempt->file,
        .file_version = version,
        .verb = now->attempt->verb,
        .body = now->attempt->body,
        .time = life.time,
    };
    struct key_id id = private_key_id(office.world.keys[now->key]);
    struct actor actor;
    struct signer signer;
    enum error error =
        actor_find(&office.office, &view, &id, life.time, &office.fault, &actor, &signer);
    return error ? error
                 : authority_apply(
                       &office.office, &view, &actor, &act, life.time, &office.arena, &office.fault,
                       ret_outcome);
}

static const struct file_base *file_now(const char *file, enum file_kind *ret_kind)
{
    const char *number;
    assert_int_equal(file_name_split(file, NULL, ret_kind, &number), ERROR_OK);
    return base_of(*ret_kind, number);
}

static bool is_open(const char *file, const char *verb)
{
    char word[32];
    enum file_kind kind;
    const struct law *law = law_of(word_of(file, word), verb);
    const struct file_base *base = file_now(file, &kind);
    return law && law_names(law->from, base ? file_state_word(kind, base->state) : "new");
}

static void accept(const struct try *now, const struct outcome *outcome)
{
    keep(outcome);
    hold_to_two_ministries(now);
    assert_true(life.count < HISTORY_MAX);
    life.history[life.count++] = (struct accepted){
        now->attempt->file, now->attempt->verb, person_of(now->key)->id, now->attempt, life.time};
    taken++;
}

static bool attempt(const struct try *now, uint64_t *seed)
{
    enum file_kind kind;
    const struct file_base *base = file_now(now->attempt->file, &kind);
    uint64_t version = base ? base->version : 0;
    const char *state = base ? file_state_word(kind, base->state) : "new";
    uint64_t claimed = random_below(seed, 20) ? version : version + 1 - random_below(seed, 3);
    struct outcome outcome = {0};
    tried++;
    if (act(now, claimed, &outcome))
        return false;
    must(claimed == version, now, "another version");
    life.now = now->attempt;
    hold_to_law(now, state);
    hold_to_lines(now);
    hold_to_both(now, state);
    hold_to_standing(now);
    hold_to_days(now);
    hold_to_registers(now);
    const struct file_base *after = outcome.changes[0].content;
    must(after->version == version + 1 && outcome.changes[0].created == !base, now, "version");
    accept(now, &outcome);
    return true;
}

/* The server does what is due on a file, as the store would have it do. */
static void act_by_rule(void)
{
    for (size_t i = 0; i < office.count; i++) {
        millis next;
        const char *verb = due_on(office.files[i].kind, office.files[i].number, life.time, &next);
        if (!verb)
            continue;
        char file[100];
        snprintf(
            file, sizeof file, "%s/%s", file_word(office.files[i].kind), office.files[i].number);
        for (size_t k = 0; k < attempts.count; k++) {
            struct try now = {&attempts.list[k], WORLD_LEASE};
            struct outcome outcome = {0};
            if (strcmp(now.attempt->file, file) != 0 || strcmp(now.attempt->verb, verb) != 0)
                continue;
            enum file_kind kind;
            const struct file_base *base = file_now(file, &kind);
            must(act(&now, base->version, &outcome) == ERROR_OK, &now, "due, and refused");
            hold_to_law(&now, file_state_word(kind, base->state));
            hold_to_days(&now);
            accept(&now, &outcome);
            break;
        }
    }
}

static void let_time_pass(uint64_t *seed)
{
    size_t chance = random_below(seed, 1000);
    if (chance < 10)
        life.time += (millis)random_below(seed, 3 * MILLIS_DAY);
    else if (chance < 60)
        life.time += (millis)random_below(seed, 4 * MILLIS_HOUR);
    else if (chance < 400)
        life.time += (millis)random_below(seed, MILLIS_MINUTE);
    if (random_below(seed, 20) == 0)
        act_by_rule();
}

/* The installation reports its uses, which can exhaust the licence and raise signals; and now and
 * then that it obeyed an order. */
static void report_use(uint64_t *seed)
{
    const struct licence_file *licence = (const void *)base_of(FILE_LICENCE, "IL-2026-0017");
    struct outcome outcome = {0};
    if (!licence || !base_of(FILE_INSTALLATION, "IN-0001"))
        return;
    const struct usage_return value = {
        .installation = "IN-0001",
        .licence = licence->digest,
        .from = life.time - MILLIS_HOUR,
        .until = life.time,
        .within = 1,
        .begun = random_below(seed, 1000),
    };
    assert_int_equal(
        authority_return(
            &office.office, &view, &value, licence, life.time, &office.arena, &office.fault,
            &outcome),
        ERROR_OK);
    keep(&outcome);
}

/* Some lives see the end of the licence, and of the certificate. */
static void choose_terms(uint64_t *seed)
{
    struct world *world = &office.world;
    struct buffer payload = {0};
    bool brief = random_below(seed, 3) == 0;
    world->licence.uses_period = 5 * MILLIS_DAY;
    if (brief) {
        world->licence.until = WORLD_NOW + 25 * MILLIS_DAY;
        world->certificate.until = WORLD_NOW + (random_below(seed, 2) ? 25 : 60) * MILLIS_DAY;
    }
    assert_int_equal(
        layout_encode(&certificate_layout, &world->certificate, NULL, &payload), ERROR_OK);
    world->licence.certificate = sha256_of(buffer_view(&payload));
    buffer_free(&payload);
    /* The server acts for as long as a life lasts. */
    office.delegation = world->delegation;
    office.delegation.until = WORLD_NOW + 1000 * MILLIS_DAY;
    office.office.delegation = &office.delegation;
}

/* Late within a life; and one life in two where silence is a dispute. */
static void choose_settings(uint64_t *seed)
{
    static const char *const weekend[] = {"friday", "saturday"};
    office.office.settings.calendar =
        (struct calendar){.offset = "+02:00", .weekend = weekend, .weekend_count = 2};
    office.office.settings.decide_days = 6;
    office.office.settings.silence = random_below(seed, 2) ? SILENCE_ESCALATES : SILENCE_CONSENTS;
}

/* Steps on a way among the random acts, each tried until it is done or hopeless. */
struct guide {
    size_t step, patience;
};

static void guided(struct guide *guide, bool accepted, size_t patience)
{
    if (!accepted && ++guide->patience <= patience)
        return;
    guide->step++;
    guide->patience = 0;
}

static void follow_way(struct guide *guide, uint64_t *seed)
{
    enum { PATIENCE = 12 };
    struct try now = attempts_step(&attempts, guide->step);
    guided(guide, attempt(&now, seed), PATIENCE);
}

static void follow_story(struct guide *guide, uint64_t *seed)
{
    enum { PATIENCE = 40 };
    int64_t days;
    struct try now = attempts_story_step(&attempts, guide->step, seed, &days);
    if (guide->patience == 0)
        life.time += days * MILLIS_DAY;
    guided(guide, attempt(&now, seed), PATIENCE);
}

/* Those whom the certificates name are in the registers when a life begins (authority_world.c). */
static void remember_registers(void)
{
    static const struct accepted done[] = {
        {.file = "agency/XA-police-ct", .verb = "submit", .person = "D-01"},
        {.file = "agency/XA-police-ct", .verb = "check", .person = "F-01"},
        {.file = "body/XA-court", .verb = "enter", .person = "D-01"},
        {.file = "body/XA-court", .verb = "confirm", .person = "F-01"},
        {.file = "account/XA-S1", .verb = "enrol", .person = "D-01"},
        {.file = "account/XA-S1", .verb = "confirm", .person = "D-02"},
    };
    memcpy(life.history, done, sizeof done);
    life.count = sizeof done / sizeof *done;
}

/* First the straight way to a licence, and in some lives then a case; after that every other act is
 * on one file for a while, for alone by chance few files would come to their ends. */
static void live(uint64_t *seed, uint64_t acts)
{
    enum { WHILE = 250 };
    set_up(NULL);
    life = (struct life){.time = WORLD_NOW, .seed = *seed};
    remember_registers();
    choose_settings(seed);
    choose_terms(seed);
    attempts_make(&office.world, &attempts);
    struct guide way = {0}, story = {0};
    const size_t story_end = random_below(seed, 4) ? 0 : attempts_story;
    for (uint64_t i = 0; i < acts; i++) {
        if (way.step == attempts_way && story.step >= story_end && i % WHILE == 0)
            attempts.focus = attempts.files[random_below(seed, attempts.file_count)];
        if (way.step < attempts_way && random_below(seed, 2)) {
            follow_way(&way, seed);
        } else if (way.step == attempts_way && story.step < story_end && random_below(seed, 2)) {
            follow_story(&story, seed);
        } else {
            struct try now = attempts_pick(&attempts, seed, is_open);
            attempt(&now, seed);
        }
        if (random_below(seed, 60) == 0)
            report_use(seed);
        let_time_pass(seed);
        arena_free(&office.arena);
    }
    tear_down(NULL);
}

/* --- Tests -------------------------------------------------------------------------------- */

static void the_law_names_every_act_and_no_other(void **state)
{
    (void)state;
    size_t rows_count = 0;
    for (int kind = 1; kind <= FILE_KIND_LAST; kind++) {
        size_t count;
        const struct transition *rows = lifecycle((enum file_kind)kind, &count);
        for (size_t i = 0; i < count; i++) {
            if (!law_of(file_word((enum file_kind)kind), rows[i].verb))
                fail_msg(
                    "%s %s has no line in office_law.c", file_word((enum file_kind)kind),
                    rows[i].verb);
        }
        rows_count += count;
    }
    assert_int_equal(rows_count, office_law_count);
}

/* Acts that a short run must have seen accepted, or it would say little; a long one all. */
static const char *const seen[][2] = {
    {"exporter", "register"},   {"exporter", "refuse"},         {"product", "classify"},
    {"application", "review"},  {"application", "withdraw"},    {"form", "countersign"},
    {"schedule", "review"},     {"certificate", "countersign"}, {"licence", "propose"},
    {"licence", "countersign"}, {"installation", "enrol"},      {"order", "issue"},
    {"account", "confirm"},     {"account", "restore"},         {"account", "absent"},
    {"account", "recuse"},
};

static void no_random_act_breaks_the_law(void **state)
{
    (void)state;
    const char *given = getenv("ENDUSE_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : 20260302;
    uint64_t acts = getenv("ENDUSE_DEEP") ? 1000000 : 20000;
    seed = seed ? seed : 1;
    while (tried < acts)
        live(&seed, ACTS_OF_A_LIFE);
    print_message(
        "# seed %llu: %llu acts, %llu accepted\n",
        (unsigned long long)(given ? strtoull(given, NULL, 10) : 20260302),
        (unsigned long long)tried, (unsigned long long)taken);
    size_t never = 0;
    for (size_t i = 0; i < office_law_count; i++) {
        if (!followed[i])
            print_message("# %s %s was never accepted\n", office_law[i].kind, office_law[i].verb);
        never += !followed[i];
    }
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
        if (!followed[law_of(seen[i][0], seen[i][1]) - office_law])
            fail_msg("%s %s was never accepted", seen[i][0], seen[i][1]);
    }
    if (getenv("ENDUSE_DEEP"))
        assert_int_equal(never, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_law_names_every_act_and_no_other),
        cmocka_unit_test(no_random_act_breaks_the_law),
    };
    return cmocka_run_group_tests_name("authority_random", tests, NULL, NULL);
}
