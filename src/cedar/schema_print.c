/* The canonical text of a schema, from its source: what schema_parse.c reads back as the same. */
#include "cedar/lexer.h"
#include "cedar/print.h"
#include "cedar/schema_source.h"

#include <stdio.h>

struct printer {
    struct buffer *out;
    unsigned indent; /* levels of two spaces */
};

static void text(struct printer *printer, const char *words)
{
    buffer_append_text(printer->out, words);
}

static void start_line(struct printer *printer)
{
    for (unsigned i = 0; i < printer->indent; i++)
        text(printer, "  ");
}

/* As a word where it can be one, else in quotes. */
static void name(struct printer *printer, struct bytes bytes)
{
    if (cedar_is_identifier(bytes) && !cedar_word_is_reserved(bytes))
        buffer_append_bytes(printer->out, bytes);
    else
        cedar_print_string(printer->out, bytes);
}

static void annotations(struct printer *printer, const struct cedar_schema_annotations *annotations)
{
    for (size_t i = 0; i < annotations->count; i++) {
        const struct cedar_annotation *item = &annotations->items[i];
        start_line(printer);
        text(printer, "@");
        buffer_append_bytes(printer->out, item->name);
        if (item->has_value) {
            text(printer, "(");
            cedar_print_string(printer->out, item->value);
            text(printer, ")");
        }
        text(printer, "\n");
    }
}

static void names(struct printer *printer, const struct source_name *list)
{
    text(printer, "[");
    for (const struct source_name *item = list; item; item = item->next) {
        buffer_append_bytes(printer->out, item->text);
        text(printer, item->next ? ", " : "");
    }
    text(printer, "]");
}

static void type(struct printer *printer, const struct source_type *source);

static void record(struct printer *printer, const struct source_type *source)
{
    if (!source->attribute_count) {
        text(printer, "{}");
        return;
    }
    text(printer, "{\n");
    printer->indent++;
    for (const struct source_attribute *attribute = source->attributes; attribute;
         attribute = attribute->next) {
        annotations(printer, &attribute->annotations);
        start_line(printer);
        name(printer, attribute->name);
        text(printer, attribute->required ? ": " : "?: ");
        type(printer, attribute->type);
        text(printer, attribute->next ? ",\n" : "\n");
    }
    printer->indent--;
    start_line(printer);
    text(printer, "}");
}

static void type(struct printer *printer, const struct source_type *source)
{
    switch (source->kind) {
    case SOURCE_TYPE_RECORD:
        record(printer, source);
        break;
    case SOURCE_TYPE_SET:
        text(printer, "Set<");
        type(printer, source->element);
        text(printer, ">");
        break;
    case SOURCE_TYPE_PATH:
        if (source->meaning == SOURCE_BUILT_IN)
            text(printer, "__cedar::");
        buffer_append_bytes(printer->out, source->path);
        break;
    }
}

static void common(struct printer *printer, const struct source_common *source)
{
    annotations(printer, &source->annotations);
    start_line(printer);
    text(printer, "type ");
    buffer_append_bytes(printer->out, source->name.text);
    text(printer, " = ");
    type(printer, source->type);
    text(printer, ";\n");
}

static void choices(struct printer *printer, const struct source_entity *source)
{
    text(printer, " enum [");
    for (const struct source_name *choice = source->choices; choice; choice = choice->next) {
        cedar_print_string(printer->out, choice->text);
        text(printer, choice->next ? ", " : "]");
    }
}

static void entity(struct printer *printer, const struct source_entity *source)
{
    annotations(printer, &source->annotations);
    start_line(printer);
    text(printer, "entity ");
    buffer_append_bytes(printer->out, source->name.text);
    if (source->choice_count)
        choices(printer, source);
    if (source->parents) {
        text(printer, " in ");
        names(printer, source->parents);
    }
    if (source->shape && source->shape->attribute_count) {
        text(printer, " = ");
        record(printer, source->shape);
    }
    if (source->tags) {
        text(printer, " tags ");
        type(printer, source->tags);
    }
    text(printer, ";\n");
}

static void groups(struct printer *printer, const struct source_action *source)
{
    text(printer, " in [");
    for (const struct source_action_name *group = source->groups; group; group = group->next) {
        if (group->type.length) {
            buffer_append_bytes(printer->out, group->type);
            text(printer, "::");
        }
        cedar_print_string(printer->out, group->id);
        text(printer, group->next ? ", " : "]");
    }
}

static void applies_to(struct printer *printer, const struct source_action *source)
{
    text(printer, " appliesTo {\n");
    printer->indent++;
    start_line(printer);
    text(printer, "principal: ");
    names(printer, source->principals);
    text(printer, ",\n");
    start_line(printer);
    text(printer, "resource: ");
    names(printer, source->resources);
    if (source->context) {
        text(printer, ",\n");
        start_line(printer);
        text(printer, "context: ");
        type(printer, source->context);
    }
    text(printer, "\n");
    printer->indent--;
    start_line(printer);
    text(printer, "}");
}

static void action(struct printer *printer, const struct source_action *source)
{
    annotations(printer, &source->annotations);
    start_line(printer);
    text(printer, "action ");
    cedar_print_string(printer->out, source->name.text);
    if (source->groups)
        groups(printer, source);
    if (source->applies)
        applies_to(printer, source);
    text(printer, ";\n");
}

/* Before each declaration but the first at its level. */
static void between(struct printer *printer, bool *first)
{
    if (!*first)
        text(printer, "\n");
    *first = false;
}

static void declarations(
    struct printer *printer, const struct source_schema *source,
    const struct source_namespace *space, bool *first)
{
    for (const struct source_common *item = source->commons; item; item = item->next) {
        if (item->space != space)
            continue;
        between(printer, first);
        common(printer, item);
    }
    for (const struct source_entity *item = source->entities; item; item = item->next) {
        if (item->space != space)
            continue;
        between(printer, first);
        entity(printer, item);
    }
    for (const struct source_action *item = source->actions; item; item = item->next) {
        if (item->space != space)
            continue;
        between(printer, first);
        action(printer, item);
    }
}

static enum error refuse_named_shapes(const struct source_schema *source, struct fault *fault)
{
    for (const struct source_entity *item = source->entities; item; item = item->next) {
        if (item->shape && item->shape->kind != SOURCE_TYPE_RECORD)
            return cedar_fault(
                fault, ERROR_SCHEMA_CONTEXT, item->shape->at,
                "a record: text cannot name an entity's attributes by a type", NULL);
    }
    return ERROR_OK;
}

enum error cedar_schema_source_print(
    const struct source_schema *source, struct fault *fault, struct buffer *buffer)
{
    struct printer printer = {.out = buffer};
    bool first = true;
    enum error error = refuse_named_shapes(source, fault);
    if (error)
        return error;
    declarations(&printer, source, NULL, &first);
    for (const struct source_namespace *space = source->namespaces; space; space = space->next) {
        bool first_inside = true;
        between(&printer, &first);
        annotations(&printer, &space->annotations);
        text(&printer, "namespace ");
        buffer_append_bytes(buffer, space->name.text);
        text(&printer, " {\n");
        printer.indent = 1;
        declarations(&printer, source, space, &first_inside);
        printer.indent = 0;
        text(&printer, "}\n");
    }
    return buffer->error ? fault_set(fault, buffer->error, NULL, NULL, NULL) : ERROR_OK;
}
