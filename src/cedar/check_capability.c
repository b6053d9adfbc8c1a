/* Capabilities: which attributes and tags are known to be there when an expression is true. They
 * are keyed by the text of expressions: `a.b has c` lets `a.b.c` be read wherever it stands under
 * it, because expressions have no effects. */
#include "cedar/checker.h"

enum capability_kind {
    CAPABILITY_ONE,    /* subject, attribute or tag, hash */
    CAPABILITY_EITHER, /* a, b */
    CAPABILITY_BOTH,   /* a, b */
};

struct capabilities {
    enum capability_kind kind;
    uint32_t hash;
    const struct capabilities *a, *b;
    const struct cedar_expr *subject;
    const struct cedar_expr *tag; /* NULL: attribute */
    struct bytes attribute;
};

static uint32_t stir(uint32_t hash, struct bytes bytes)
{
    for (size_t i = 0; i < bytes.length; i++)
        hash = (hash ^ bytes.data[i]) * 16777619U; /* FNV-1a: only a filter, chosen keys are fine */
    return hash;
}

/* Of a path like principal.a.b, and of anything else by its kind. */
static uint32_t hash_of(const struct cedar_expr *subject, struct bytes attribute)
{
    uint32_t hash = stir(2166136261U, attribute);
    for (; subject->kind == CEDAR_EXPR_GET; subject = subject->get.operand)
        hash = stir(hash * 31, subject->get.name);
    return hash * 31 + (uint32_t)subject->kind;
}

static bool equal(struct checker *checker, const struct cedar_expr *a, const struct cedar_expr *b);

static bool equal_lists(
    struct checker *checker, const struct cedar_expr *const *a, const struct cedar_expr *const *b,
    size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!equal(checker, a[i], b[i]))
            return false;
    return true;
}

static bool equal_operands(
    struct checker *checker, const struct cedar_expr *a, const struct cedar_expr *b, size_t count)
{
    return equal_lists(checker, a->operands, b->operands, count);
}

static bool equal_paths(const struct cedar_expr *a, const struct cedar_expr *b)
{
    if (a->has.count != b->has.count)
        return false;
    for (size_t i = 0; i < a->has.count; i++)
        if (!bytes_equal(a->has.path[i].name, b->has.path[i].name))
            return false;
    return true;
}

static bool equal_patterns(const struct cedar_expr *a, const struct cedar_expr *b)
{
    if (a->like.count != b->like.count)
        return false;
    for (size_t i = 0; i < a->like.count; i++)
        if (!bytes_equal(a->like.pieces[i], b->like.pieces[i]))
            return false;
    return true;
}

/* The order of a record's fields means nothing. */
static bool
equal_records(struct checker *checker, const struct cedar_expr *a, const struct cedar_expr *b)
{
    if (a->record.count != b->record.count)
        return false;
    for (size_t i = 0; i < a->record.count; i++) {
        const struct cedar_field_expr *wanted = &a->record.fields[i];
        size_t k = 0;
        while (k < b->record.count && !bytes_equal(b->record.fields[k].key, wanted->key)) {
            if (!cedar_checker_step(checker, wanted->key_span))
                return false;
            k++;
        }
        if (k == b->record.count || !equal(checker, wanted->value, b->record.fields[k].value))
            return false;
    }
    return true;
}

/* Whether two expressions of one kind are the same text, up to white space and parentheses. */
static bool
equal_kind(struct checker *checker, const struct cedar_expr *a, const struct cedar_expr *b)
{
    switch (a->kind) {
    case CEDAR_EXPR_BOOL:
        return a->boolean == b->boolean;
    case CEDAR_EXPR_LONG:
        return a->number == b->number;
    case CEDAR_EXPR_STRING:
        return bytes_equal(a->string, b->string);
    case CEDAR_EXPR_ENTITY:
        return bytes_equal(a->entity.type, b->entity.type) &&
               bytes_equal(a->entity.id, b->entity.id);
    case CEDAR_EXPR_VARIABLE:
        return a->variable == b->variable;
    case CEDAR_EXPR_IF:
        return equal_operands(checker, a, b, 3);
    case CEDAR_EXPR_NOT:
    case CEDAR_EXPR_NEGATE:
        return equal_operands(checker, a, b, 1);
    case CEDAR_EXPR_AND:
    case CEDAR_EXPR_OR:
    case CEDAR_EXPR_EQUAL:
    case CEDAR_EXPR_NOT_EQUAL:
    case CEDAR_EXPR_LESS:
    case CEDAR_EXPR_LESS_EQUAL:
    case CEDAR_EXPR_GREATER:
    case CEDAR_EXPR_GREATER_EQUAL:
    case CEDAR_EXPR_IN:
    case CEDAR_EXPR_ADD:
    case CEDAR_EXPR_SUBTRACT:
    case CEDAR_EXPR_MULTIPLY:
        return equal_operands(checker, a, b, 2);
    case CEDAR_EXPR_GET:
        return false; /* walked by equal */
    case CEDAR_EXPR_HAS:
        return equal_paths(a, b) && equal(checker, a->has.operand, b->has.operand);
    case CEDAR_EXPR_LIKE:
        return equal_patterns(a, b) && equal(checker, a->like.operand, b->like.operand);
    case CEDAR_EXPR_IS:
        return bytes_equal(a->is.type, b->is.type) && !a->is.in == !b->is.in &&
               equal(checker, a->is.operand, b->is.operand) &&
               (!a->is.in || equal(checker, a->is.in, b->is.in));
    case CEDAR_EXPR_SET:
        return a->set.count == b->set.count &&
               equal_lists(checker, a->set.elements, b->set.elements, a->set.count);
    case CEDAR_EXPR_RECORD:
        return equal_records(checker, a, b);
    case CEDAR_EXPR_CALL:
        return a->call.function == b->call.function && a->call.count == b->call.count &&
               equal_lists(checker, a->call.arguments, b->call.arguments, a->call.count);
    }
    return false;
}

static bool equal(struct checker *checker, const struct cedar_expr *a, const struct cedar_expr *b)
{
    for (;;) {
        if (!cedar_checker_step(checker, a->span) || a->kind != b->kind)
            return false;
        if (a->kind != CEDAR_EXPR_GET)
            return equal_kind(checker, a, b);
        if (!bytes_equal(a->get.name, b->get.name))
            return false;
        a = a->get.operand;
        b = b->get.operand;
    }
}

static const struct capabilities *keep(struct checker *checker, struct capabilities made)
{
    struct capabilities *kept = ARENA_NEW(&checker->arena, struct capabilities);
    if (kept)
        *kept = made;
    else
        cedar_checker_no_memory(checker);
    return kept;
}

const struct capabilities *cedar_capability_attribute(
    struct checker *checker, const struct cedar_expr *subject, struct bytes attribute)
{
    return keep(
        checker, (struct capabilities){
                     .kind = CAPABILITY_ONE,
                     .hash = hash_of(subject, attribute),
                     .subject = subject,
                     .attribute = attribute,
                 });
}

const struct capabilities *cedar_capability_tag(
    struct checker *checker, const struct cedar_expr *subject, const struct cedar_expr *tag)
{
    return keep(
        checker, (struct capabilities){
                     .kind = CAPABILITY_ONE,
                     .hash = hash_of(subject, (struct bytes){0}),
                     .subject = subject,
                     .tag = tag,
                 });
}

const struct capabilities *cedar_capabilities_either(
    struct checker *checker, const struct capabilities *a, const struct capabilities *b)
{
    if (!a || !b)
        return a ? a : b;
    return keep(checker, (struct capabilities){.kind = CAPABILITY_EITHER, .a = a, .b = b});
}

const struct capabilities *cedar_capabilities_both(
    struct checker *checker, const struct capabilities *a, const struct capabilities *b)
{
    if (!a || !b)
        return NULL;
    return keep(checker, (struct capabilities){.kind = CAPABILITY_BOTH, .a = a, .b = b});
}

/* Walks the long side (a) of chains in a loop: it is as long as a policy has conditions. */
static bool
have(struct checker *checker, const struct capabilities *known, const struct capabilities *wanted)
{
    for (; known; known = known->a) {
        if (!cedar_checker_step(checker, wanted->subject->span))
            return false;
        switch (known->kind) {
        case CAPABILITY_ONE:
            return known->hash == wanted->hash && !known->tag == !wanted->tag &&
                   bytes_equal(known->attribute, wanted->attribute) &&
                   equal(checker, known->subject, wanted->subject) &&
                   (!known->tag || equal(checker, known->tag, wanted->tag));
        case CAPABILITY_EITHER:
            if (have(checker, known->b, wanted))
                return true;
            break;
        case CAPABILITY_BOTH:
            if (!have(checker, known->b, wanted))
                return false;
            break;
        }
    }
    return false;
}

bool cedar_capabilities_have_attribute(
    struct checker *checker, const struct capabilities *known, const struct cedar_expr *subject,
    struct bytes attribute)
{
    const struct capabilities wanted = {
        .hash = hash_of(subject, attribute), .subject = subject, .attribute = attribute};
    return have(checker, known, &wanted);
}

bool cedar_capabilities_have_tag(
    struct checker *checker, const struct capabilities *known, const struct cedar_expr *subject,
    const struct cedar_expr *tag)
{
    const struct capabilities wanted = {
        .hash = hash_of(subject, (struct bytes){0}), .subject = subject, .tag = tag};
    return have(checker, known, &wanted);
}
