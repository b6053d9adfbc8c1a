/* Any map of facts as a declaration under the form of December 2021: refused by name, or judged. A
 * verdict within the terms holds to what the terms say, looked at here without Cedar; without the
 * approval, or with it withdrawn, there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check.h"
#include "form/form.h"
#include "verdict/verdict.h"
#include "world.h"

static struct world world;
static struct terms *terms;

/* Once, for the life of the program. */
static void make_terms(void)
{
    static struct arena arena;
    static struct form form;
    struct bytes scenarios;
    check(form_read(&os_system, FORM_FOLDER, &arena, NULL, &form, &scenarios) == ERROR_OK);
    world_init(&world, &form);
    world.licence.clauses = form.conditions;
    world_sign(&world);
    struct terms_sources sources = {
        .form = &world.form,
        .certificate = &world.certificate,
        .certificate_digest = world.certificate_digest,
        .licence = &world.licence,
        .licence_digest = world.licence_digest,
        .installation = "IN-0001",
    };
    check(terms_open(&sources, NULL, &terms) == ERROR_OK);
}

static bool says(const struct datum *facts, const char *name, const char *text)
{
    const char *found = datum_text(facts, name);
    return found && strcmp(found, text) == 0;
}

static bool lists(const struct datum *facts, const char *name, const char *text)
{
    const struct datum *list = datum_member(facts, name);
    check(list && list->kind == DATUM_LIST);
    for (size_t i = 0; i < list->list.count; i++) {
        if (bytes_equal_text(list->list.items[i].text, text))
            return true;
    }
    return false;
}

static void must_be_within(const struct datum *facts)
{
    check(says(facts, "purpose", "prevention") || says(facts, "purpose", "investigation"));
    check(says(facts, "function", "location"));
    check(says(facts, "territory", "XA"));
    check(says(facts, "subject", world.approval.subject));
    check(says(facts, "offence", world.approval.offence));
    check(says(facts, "matter", "terrorist-act") || says(facts, "matter", "serious-crime"));
    check(!lists(facts, "reasons", "other") && !lists(facts, "reasons", "religion"));
    check(!lists(facts, "conduct", "criticism"));
    check(
        lists(facts, "reasons", "suspicion-of-declared-matter") ||
        lists(facts, "reasons", "victim-to-be-found"));
    millis since;
    check(time_parse(bytes_of(datum_text(facts, "conductSince")), NULL, &since) == ERROR_OK);
    check(since <= world.approval.issued);
}

static void must_explain(struct declared_use *use, const struct moment *moment)
{
    struct buffer text = {0};
    struct arena arena = {0};
    struct json_writer writer;
    const struct json *json;
    check(declared_use_explain(use, moment, &text) == ERROR_OK && text.length > 0);
    check(bytes_are_utf8(buffer_view(&text), NULL));
    buffer_clear(&text);
    json_writer_begin(&writer, &text, 0);
    check(declared_use_explain_json(use, moment, &writer) == ERROR_OK);
    check(json_writer_end(&writer) == ERROR_OK);
    check(json_parse(buffer_view(&text), &arena, NULL, &json) == ERROR_OK);
    buffer_free(&text);
    arena_free(&arena);
}

static void judge(const struct declaration *declaration, const struct approval *approval)
{
    struct use_sources sources = {declaration, &world.roll, approval};
    struct declared_use *use = NULL;
    struct fault fault = {0};
    enum error error = declared_use_open(terms, &sources, &fault, &use);
    check(fault.error == error && (error == ERROR_OK) == (use != NULL));
    if (error) {
        check(
            error == ERROR_VERDICT_FACT_UNKNOWN || error == ERROR_VERDICT_FACT_SOURCE ||
            error == ERROR_VERDICT_FACT_MISSING || error == ERROR_VERDICT_FACT_VALUE);
        check(text_starts(fault.place, "declaration: "));
        return;
    }
    struct moment moment = {.time = WORLD_NOW};
    struct verdict verdict = declared_use_judge(use, &moment);
    if (verdict.outcome == VERDICT_WITHIN) {
        check(approval != NULL);
        must_be_within(&declaration->facts);
    }
    must_explain(use, &moment);
    struct moment withdrawn = {.time = WORLD_NOW, .approval_withdrawn = true};
    check(declared_use_judge(use, &withdrawn).outcome != VERDICT_WITHIN);
    struct verdict again = declared_use_judge(use, &moment);
    check(again.outcome == verdict.outcome && again.clause_count == verdict.clause_count);
    declared_use_close(use);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!terms)
        make_terms();
    struct arena arena = {0};
    struct declaration declaration = world.declaration;
    struct cbor_reader reader;
    cbor_reader_begin(&reader, (struct bytes){data, size}, NULL);
    enum error error = datum_read(&reader, &arena, &declaration.facts);
    if (!error && declaration.facts.kind == DATUM_MAP) {
        judge(&declaration, &world.approval);
        judge(&declaration, NULL);
    }
    arena_free(&arena);
    return 0;
}
