/* The life-cycle of a product: submitted, classified after the control list. */
#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const product_states[] = {"submitted", "classified", NULL};

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

/* Wassenaar Arrangement, dual-use list: intrusion software systems and IP network surveillance; and
 * what no list names but is specially designed for covert surveillance. */
static bool is_control(const char *word)
{
    static const char *const controls[] = {"4.A.5", "4.D.4", "4.E.1.c", "5.A.1.j", "catch-all"};
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++) {
        if (strcmp(controls[i], word) == 0)
            return true;
    }
    return false;
}

static enum error classify(struct transition_call *call)
{
    const struct classify_body *body = call->body;
    struct product_file *file = call->content;
    if (!is_control(body->control))
        return condition_fails(
            call, "a listed class: 4.A.5, 4.D.4, 4.E.1.c, 5.A.1.j, or catch-all", body->control);
    file->control = body->control;
    file->reason = body->reason;
    note(call, &file->classified);
    file->base.state = PRODUCT_CLASSIFIED;
    return ERROR_OK;
}

static const struct transition transitions[] = {
    {
        .verb = "submit",
        .from = STATE_NEW,
        .to = STATE(PRODUCT_SUBMITTED),
        .roles = ROLE_DESK,
        .body = &submit_layout,
        .words = "Enter a product of a registered exporter",
        .apply = submit,
    },
    {
        .verb = "classify",
        .from = STATE(PRODUCT_SUBMITTED),
        .to = STATE(PRODUCT_CLASSIFIED),
        .roles = ROLE_REVIEWER,
        .ministry = DEFENCE_ONLY,
        .apart = {offsetof(struct product_file, submitted)},
        .body = &classify_layout,
        .words = "Classify the product after the control list",
        .apply = classify,
    },
};

const struct lifecycle product_lifecycle = {
    .word = "product",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .parent_kind = FILE_EXPORTER,
    .parent_at = offsetof(struct product_file, exporter),
};
