/* The life-cycle of a product: submitted, classified after the control list, its builds tested. */
#include <string.h>

#include "authority/control.h"
#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const product_states[] = {"submitted", "classified", "tested", NULL};

static const struct field document_fields[] = {
    FIELD(1, "title", FIELD_TEXT, struct product_document, title),
    FIELD(2, "digest", FIELD_DIGEST, struct product_document, digest),
    DONE_BY(3, "entered", struct product_document, entered),
};
static const struct layout document_layout =
    LAYOUT("document", struct product_document, document_fields);

static const struct field build_fields[] = {
    FIELD(1, "version", FIELD_TEXT, struct product_build, version),
    FIELD(2, "digest", FIELD_DIGEST, struct product_build, digest),
    DONE_BY(3, "entered", struct product_build, entered),
    DONE_BY(4, "tested", struct product_build, tested),
    FIELD(5, "passed", FIELD_BOOL, struct product_build, passed),
    FIELD(6, "report", FIELD_PROSE, struct product_build, report, OPTIONAL),
};
static const struct layout build_layout = LAYOUT("build", struct product_build, build_fields);

static const struct field content_fields[] = {
    BASE_FIELDS(struct product_file, product_states),
    FIELD(6, "exporter", FIELD_TEXT, struct product_file, exporter),
    FIELD(7, "name", FIELD_TEXT, struct product_file, name),
    FIELD(8, "summary", FIELD_PROSE, struct product_file, summary),
    FIELD_MANY(9, "functions", FIELD_TEXTS, struct product_file, functions),
    FIELD(10, "control", FIELD_TEXT, struct product_file, control, OPTIONAL),
    FIELD(11, "reason", FIELD_PROSE, struct product_file, reason, OPTIONAL),
    DONE_BY(12, "submitted", struct product_file, submitted),
    DONE_BY(13, "classified", struct product_file, classified),
    FIELD(14, "control-list", FIELD_TIME, struct product_file, control_list, OPTIONAL),
    FIELD_MANY(
        15, "documents", FIELD_RECORDS, struct product_file, documents, .layout = &document_layout,
        .limit = PRODUCT_DOCUMENTS_MAX, OPTIONAL),
    FIELD_MANY(
        16, "builds", FIELD_RECORDS, struct product_file, builds, .layout = &build_layout,
        .limit = PRODUCT_BUILDS_MAX, OPTIONAL),
};
static const struct layout content_layout = LAYOUT("product", struct product_file, content_fields);

struct submit_body {
    const char *exporter, *name, *summary;
    const char *const *functions;
    size_t functions_count;
};

static const struct field submit_fields[] = {
    FIELD(1, "exporter", FIELD_TEXT, struct submit_body, exporter),
    FIELD(2, "name", FIELD_TEXT, struct submit_body, name),
    FIELD(3, "summary", FIELD_PROSE, struct submit_body, summary),
    FIELD_MANY(4, "functions", FIELD_TEXTS, struct submit_body, functions),
};
static const struct layout submit_layout = LAYOUT("body", struct submit_body, submit_fields);

static enum error submit(struct transition_call *call)
{
    const struct submit_body *body = call->body;
    struct product_file *file = call->content;
    /* Order enforced: registered exporter, then classified product, then licence. */
    enum error error = check_exporter(call, body->exporter);
    if (error)
        return error;
    if (body->functions_count == 0)
        return condition_fails(call, "the functions that the product has", "none");
    file->exporter = body->exporter;
    file->name = body->name;
    file->summary = body->summary;
    file->functions = body->functions;
    file->functions_count = body->functions_count;
    note(call, &file->submitted);
    file->base.state = PRODUCT_SUBMITTED;
    return ERROR_OK;
}

struct classify_body {
    const char *control, *reason;
};

static const struct field classify_fields[] = {
    FIELD(1, "control", FIELD_TEXT, struct classify_body, control),
    FIELD(2, "reason", FIELD_PROSE, struct classify_body, reason),
};
static const struct layout classify_layout = LAYOUT("body", struct classify_body, classify_fields);

/* After the list in effect now; again when the list has changed. */
static enum error classify(struct transition_call *call)
{
    const struct classify_body *body = call->body;
    struct product_file *file = call->content;
    const struct control_class *class = control_class_at(body->control, call->time);
    if (!class)
        return condition_fails(
            call, "a listed class in effect today: 4.A.5, 4.D.4, 4.E.1.c, 5.A.1.j, or catch-all",
            body->control);
    file->control = class->code;
    file->control_list = class->from;
    file->reason = body->reason;
    note(call, &file->classified);
    if (file->base.state == PRODUCT_SUBMITTED)
        file->base.state = PRODUCT_CLASSIFIED;
    return ERROR_OK;
}

bool product_is_classified(const struct product_file *product)
{
    return product->base.state == PRODUCT_CLASSIFIED || product->base.state == PRODUCT_TESTED;
}

/* --- Due diligence ------------------------------------------------------------------------- */

struct document_body {
    const char *title;
    struct digest digest;
};

static const struct field document_body_fields[] = {
    FIELD(1, "title", FIELD_TEXT, struct document_body, title),
    FIELD(2, "digest", FIELD_DIGEST, struct document_body, digest),
};
static const struct layout document_body_layout =
    LAYOUT("body", struct document_body, document_body_fields);

static enum error add_document(struct transition_call *call)
{
    const struct document_body *body = call->body;
    struct product_file *file = call->content;
    size_t count = file->documents_count;
    for (size_t i = 0; i < count; i++) {
        if (digest_equal(&file->documents[i].digest, &body->digest))
            return condition_fails(
                call, "a document that is not there yet", file->documents[i].title);
    }
    if (count == PRODUCT_DOCUMENTS_MAX)
        return condition_fails(call, "at most 1024 documents", NULL);
    struct product_document *documents =
        one_more(call, file->documents, count, sizeof *file->documents);
    if (!documents)
        return ERROR_MEMORY;
    documents[count] = (struct product_document){.title = body->title, .digest = body->digest};
    note(call, &documents[count].entered);
    file->documents = documents;
    file->documents_count = count + 1;
    return ERROR_OK;
}

/* --- Builds -------------------------------------------------------------------------------- */

static const struct product_build *
find_build(const struct product_file *file, const struct digest *digest)
{
    for (size_t i = 0; i < file->builds_count; i++) {
        if (digest_equal(&file->builds[i].digest, digest))
            return &file->builds[i];
    }
    return NULL;
}

bool product_has_tested(const struct product_file *product, const struct digest *build)
{
    const struct product_build *known = find_build(product, build);
    return known && known->tested.person && known->passed;
}

/* A copy of the builds, to be changed, with room for one more. */
static enum error copy_builds(struct transition_call *call, struct product_build **ret_builds)
{
    const struct product_file *file = call->content;
    struct product_build *builds =
        one_more(call, file->builds, file->builds_count, sizeof *file->builds);
    if (!builds)
        return ERROR_MEMORY;
    *ret_builds = builds;
    return ERROR_OK;
}

struct build_body {
    const char *version;
    struct digest digest;
};

static const struct field build_body_fields[] = {
    FIELD(1, "version", FIELD_TEXT, struct build_body, version),
    FIELD(2, "digest", FIELD_DIGEST, struct build_body, digest),
};
static const struct layout build_body_layout = LAYOUT("body", struct build_body, build_body_fields);

static enum error enter_build(struct transition_call *call)
{
    const struct build_body *body = call->body;
    struct product_file *file = call->content;
    const struct product_build *known = find_build(file, &body->digest);
    if (known)
        return condition_fails(call, "a build that is not there yet", known->version);
    if (file->builds_count == PRODUCT_BUILDS_MAX)
        return condition_fails(call, "at most 1024 builds", NULL);
    struct product_build *builds;
    enum error error = copy_builds(call, &builds);
    if (error)
        return error;
    struct product_build *build = &builds[file->builds_count];
    *build = (struct product_build){.version = body->version, .digest = body->digest};
    note(call, &build->entered);
    file->builds = builds;
    file->builds_count++;
    return ERROR_OK;
}

struct test_body {
    struct digest digest;
    bool passed;
    const char *report;
};

static const struct field test_fields[] = {
    FIELD(1, "digest", FIELD_DIGEST, struct test_body, digest),
    FIELD(2, "passed", FIELD_BOOL, struct test_body, passed),
    FIELD(3, "report", FIELD_PROSE, struct test_body, report),
};
static const struct layout test_layout = LAYOUT("body", struct test_body, test_fields);

/* Whether the guard in the build obeys: decided once for each build. */
static enum error test_build(struct transition_call *call)
{
    const struct test_body *body = call->body;
    struct product_file *file = call->content;
    const struct product_build *known = find_build(file, &body->digest);
    if (!known)
        return condition_fails(call, "a build that was entered", NULL);
    if (known->tested.person)
        return condition_fails(call, "a build that nobody has tested yet", known->version);
    enum error error = not_own(call, &known->entered);
    struct product_build *builds;
    if (!error)
        error = copy_builds(call, &builds);
    if (error)
        return error;
    struct product_build *build = &builds[known - file->builds];
    build->passed = body->passed;
    build->report = body->report;
    note(call, &build->tested);
    file->builds = builds;
    if (build->passed)
        file->base.state = PRODUCT_TESTED;
    return ERROR_OK;
}

enum { CLASSIFIED = STATE(PRODUCT_CLASSIFIED) | STATE(PRODUCT_TESTED) };

static const struct transition transitions[] = {
    {
        .verb = "submit",
        .from = STATE_NEW,
        .to = STATE(PRODUCT_SUBMITTED),
        .roles = ROLE_DESK | ROLE_EXPORTER,
        .body = &submit_layout,
        .words = "Enter a product of a registered exporter",
        .apply = submit,
    },
    {
        .verb = "classify",
        .from = STATE(PRODUCT_SUBMITTED) | CLASSIFIED,
        .to = CLASSIFIED,
        .roles = ROLE_REVIEWER,
        .ministry = DEFENCE_ONLY,
        .apart = {offsetof(struct product_file, submitted)},
        .body = &classify_layout,
        .words = "Classify the product after the control list; again when that has changed",
        .conditions = "a class that is in effect on the day",
        .apply = classify,
    },
    {
        .verb = "add-document",
        .from = STATE(PRODUCT_SUBMITTED) | CLASSIFIED,
        .to = STATE(PRODUCT_SUBMITTED) | CLASSIFIED,
        .roles = ROLE_DESK,
        .body = &document_body_layout,
        .words = "Add a document to the due-diligence file, by title and digest",
        .conditions = "a document that is not there yet",
        .apply = add_document,
    },
    {
        .verb = "enter-build",
        .from = CLASSIFIED,
        .to = CLASSIFIED,
        .roles = ROLE_DESK,
        .body = &build_body_layout,
        .words = "Enter a build that holds the guard: an amendment of the product",
        .conditions = "a build that is not there yet",
        .apply = enter_build,
    },
    {
        .verb = "test-build",
        .from = CLASSIFIED,
        .to = CLASSIFIED,
        .roles = ROLE_REVIEWER | ROLE_INSPECTOR,
        .body = &test_layout,
        .words = "Record the integration test of a build: whether the guard in it obeys",
        .conditions = "a build that was entered by somebody else and not tested yet",
        .apply = test_build,
    },
};

const struct lifecycle product_lifecycle = {
    .word = "product",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .parent_kind = FILE_EXPORTER,
    .parent_at = offsetof(struct product_file, exporter),
};
