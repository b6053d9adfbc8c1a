/* Generated expressions. Each is of a wanted shape and uses what the scope knows; in a loose or
 * wild case some part is of another shape, and some is nothing that anybody would write. */
#include <string.h>

#include "cedar/functions.h"
#include "generate_known.h"

static const struct shape shape_bool = {.kind = SHAPE_BOOL};
static const struct shape shape_long = {.kind = SHAPE_LONG};
static const struct shape shape_string = {.kind = SHAPE_STRING};
static const struct shape shape_decimal = {.kind = SHAPE_DECIMAL};
static const struct shape shape_ip = {.kind = SHAPE_IP};
static const struct shape shape_datetime = {.kind = SHAPE_DATETIME};
static const struct shape shape_duration = {.kind = SHAPE_DURATION};

static uint32_t pick(const struct generator *generator, uint32_t bound)
{
    return choose(generator->choices, bound);
}

static void say(const struct generator *generator, const char *text)
{
    buffer_append_text(generator->out, text);
}

static bool open(const struct generator *generator, int need, int level)
{
    bool parentheses = level < need || pick(generator, 40) == 39;
    if (parentheses)
        say(generator, "(");
    return parentheses;
}

static void close_if(const struct generator *generator, bool parentheses)
{
    if (parentheses)
        say(generator, ")");
}

/* --- Leaves -------------------------------------------------------------------------------- */

uint32_t choose_id(struct choices *choices)
{
    uint32_t one = choose(choices, IDS), two = choose(choices, IDS);
    return one < two ? one : two;
}

void generate_uid(struct generator *generator, uint32_t kind)
{
    const struct vocabulary *vocabulary = generator->vocabulary;
    const char *type = "Nope", *id;
    bool action = kind >= ENTITY_KINDS_MAX;
    if (action && kind - ENTITY_KINDS_MAX < vocabulary->action_count)
        type = vocabulary->actions[kind - ENTITY_KINDS_MAX].type;
    else if (kind < vocabulary->entity_count)
        type = vocabulary->entities[kind].name;
    id = action ? vocabulary->actions[(kind - ENTITY_KINDS_MAX) % vocabulary->action_count].id
                : entity_id(vocabulary, kind, choose_id(generator->choices));
    buffer_printf(generator->out, "%s::", type);
    generate_quoted(generator->choices, id, generator->manner == WILD, generator->out);
}

static void generate_constructor(struct generator *generator, enum shape_kind kind)
{
    char room[MADE_TEXT];
    bool good = generator->manner == CAREFUL || pick(generator, 4) < 3;
    buffer_printf(generator->out, "%s(", constructor_name(kind));
    generate_quoted(
        generator->choices, some_extension_text(generator->choices, kind, good, room), false,
        generator->out);
    say(generator, ")");
}

static void generate_set(struct generator *generator, const struct shape *element)
{
    uint32_t count = pick(generator, 4) + (generator->manner == CAREFUL);
    say(generator, "[");
    for (uint32_t i = 0; i < count; i++) {
        say(generator, i ? ", " : "");
        generate_expr(generator, element, LEVEL_ANY);
    }
    say(generator, count && pick(generator, 20) == 19 ? ",]" : "]");
}

static void generate_record(struct generator *generator, const struct shape *record)
{
    const char *before = "";
    say(generator, "{");
    for (size_t i = 0; i < record->count; i++) {
        if (record->fields[i].optional && pick(generator, 2))
            continue;
        say(generator, before);
        if (is_plain_name(record->fields[i].name) && pick(generator, 4))
            say(generator, record->fields[i].name);
        else
            generate_quoted(generator->choices, record->fields[i].name, false, generator->out);
        say(generator, ": ");
        generate_expr(generator, record->fields[i].shape, LEVEL_ANY);
        before = ", ";
    }
    say(generator, "}");
}

static void generate_literal(struct generator *generator, const struct shape *shape, int need)
{
    char room[MADE_TEXT];
    switch (shape->kind) {
    case SHAPE_BOOL:
        say(generator, pick(generator, 2) ? "false" : "true");
        break;
    case SHAPE_LONG:
        if (pick(generator, 4) == 3) {
            bool parentheses = open(generator, need, LEVEL_UNARY);
            say(generator, some_negative_number(generator->choices));
            close_if(generator, parentheses);
        } else {
            say(generator, some_number(generator->choices));
        }
        break;
    case SHAPE_STRING:
        generate_quoted(
            generator->choices, some_string(generator->choices, room), generator->manner == WILD,
            generator->out);
        break;
    case SHAPE_ENTITY:
        generate_uid(generator, shape->entity);
        break;
    case SHAPE_SET:
        generate_set(generator, shape->element);
        break;
    case SHAPE_RECORD:
        generate_record(generator, shape);
        break;
    default:
        generate_constructor(generator, shape->kind);
    }
}

static void generate_leaf(struct generator *generator, const struct shape *shape, int need)
{
    struct search search;
    if (pick(generator, shape->kind == SHAPE_BOOL ? 8 : 4) > 0) {
        find_known(generator, WHOLE, shape, &search);
        if (search.count) {
            say(generator, search.found[pick(generator, (uint32_t)search.count)].text);
            return;
        }
    }
    generate_literal(generator, shape, need);
}

/* --- Operators ----------------------------------------------------------------------------- */

static void generate_binary(
    struct generator *generator, const struct shape *left, const char *operator,
    const struct shape * right, int need, int level, bool left_associative)
{
    bool parentheses = open(generator, need, level);
    generate_expr(generator, left, left_associative ? level : level + 1);
    generate_space(generator->choices, generator->out);
    say(generator, operator);
    generate_space(generator->choices, generator->out);
    generate_expr(generator, right, level + 1);
    close_if(generator, parentheses);
}

static void generate_if(struct generator *generator, const struct shape *shape, int need)
{
    bool parentheses = open(generator, need, LEVEL_ANY);
    say(generator, "if ");
    generate_expr(generator, &shape_bool, LEVEL_ANY);
    say(generator, " then ");
    generate_expr(generator, shape, LEVEL_ANY);
    say(generator, " else ");
    generate_expr(generator, shape, LEVEL_ANY);
    close_if(generator, parentheses);
}

static void generate_call(
    struct generator *generator, const struct shape *receiver, const char *method,
    const struct shape *argument)
{
    generate_expr(generator, receiver, LEVEL_MEMBER);
    buffer_printf(generator->out, ".%s(", method);
    if (argument)
        generate_expr(generator, argument, LEVEL_ANY);
    say(generator, ")");
}

static const struct shape *known_entity(const struct generator *generator)
{
    /* principal or resource; kinds of entities that the scope has are the interesting ones. */
    return generator->known[1 + pick(generator, 2)].shape;
}

static const struct shape *entity_shape(struct generator *generator)
{
    if (pick(generator, 3))
        return known_entity(generator);
    const struct shape *shape = any_shape(generator->choices, generator->vocabulary);
    return shape->kind == SHAPE_ENTITY ? shape : known_entity(generator);
}

/* A shape of which the entities may have such a one above them. */
static struct shape above(const struct generator *generator, const struct shape *below)
{
    struct shape shape = {.kind = SHAPE_ENTITY, .entity = below->entity};
    const struct vocabulary *vocabulary = generator->vocabulary;
    if (below->entity < vocabulary->entity_count && pick(generator, 5))
        shape.entity = choose_bit(
            generator->choices, vocabulary->entities[below->entity].parents | 1u << below->entity,
            vocabulary->entity_count);
    else if (below->entity >= ENTITY_KINDS_MAX)
        shape.entity = ENTITY_KINDS_MAX + pick(generator, vocabulary->action_count);
    return shape;
}

static void generate_in(struct generator *generator, int need)
{
    const struct shape *left =
        pick(generator, 6) == 5 ? generator->known[3].shape : entity_shape(generator);
    const struct shape right = above(generator, left);
    const struct shape set = {.kind = SHAPE_SET, .element = &right};
    generate_binary(
        generator, left, "in", pick(generator, 3) ? &right : &set, need, LEVEL_RELATION, false);
}

static const char *type_name(const struct generator *generator, const struct shape *entity)
{
    const struct vocabulary *vocabulary = generator->vocabulary;
    if (generator->manner != CAREFUL && pick(generator, 20) == 19)
        return "N::Nope";
    if (entity->entity >= ENTITY_KINDS_MAX)
        return vocabulary->actions[entity->entity - ENTITY_KINDS_MAX].type;
    return vocabulary->entities[entity->entity % vocabulary->entity_count].name;
}

static void generate_is(struct generator *generator, int need)
{
    const struct shape *left = entity_shape(generator);
    const struct shape other = {
        .kind = SHAPE_ENTITY, .entity = pick(generator, generator->vocabulary->entity_count)};
    bool parentheses = open(generator, need, LEVEL_RELATION);
    generate_expr(generator, left, LEVEL_ADD);
    buffer_printf(
        generator->out, " is %s", type_name(generator, pick(generator, 4) ? left : &other));
    if (pick(generator, 4) == 3) {
        const struct shape right = above(generator, left);
        say(generator, " in ");
        generate_expr(generator, &right, LEVEL_ADD);
    }
    close_if(generator, parentheses);
}

static void say_name(struct generator *generator, const char *name)
{
    if (is_plain_name(name) && pick(generator, 5))
        say(generator, name);
    else
        generate_quoted(generator->choices, name, false, generator->out);
}

static void generate_has(struct generator *generator, int need)
{
    static const char *const names[] = {"a", "b", "nope", "in", ""};
    const struct shape *left =
        pick(generator, 3) ? entity_shape(generator) : generator->known[0].shape;
    const struct shape *record = attributes_of(generator, left);
    const char *name = names[pick(generator, 5)];
    if (record && record->count && pick(generator, 4))
        name = record->fields[pick(generator, (uint32_t)record->count)].name;
    bool parentheses = open(generator, need, LEVEL_RELATION);
    generate_expr(generator, left, LEVEL_ADD);
    say(generator, " has ");
    say_name(generator, name);
    close_if(generator, parentheses);
}

static void generate_like(struct generator *generator, int need)
{
    bool parentheses = open(generator, need, LEVEL_RELATION);
    generate_expr(generator, &shape_string, LEVEL_ADD);
    say(generator, " like ");
    generate_pattern(generator->choices, generator->out);
    close_if(generator, parentheses);
}

static void generate_compare(struct generator *generator, int need)
{
    static const char *const operators[] = {"<", "<=", ">", ">="};
    static const struct shape *const shapes[] = {&shape_long, &shape_datetime, &shape_duration};
    const struct shape *shape = shapes[pick(generator, 2) ? 0 : pick(generator, 3)];
    generate_binary(
        generator, shape, operators[pick(generator, 4)], shape, need, LEVEL_RELATION, false);
}

static void generate_equal(struct generator *generator, int need)
{
    const struct shape *shape = any_shape(generator->choices, generator->vocabulary);
    generate_binary(
        generator, shape, pick(generator, 2) ? "!=" : "==", shape, need, LEVEL_RELATION, false);
}

static void generate_set_test(struct generator *generator)
{
    static const char *const methods[] = {"containsAll", "containsAny"};
    const struct shape *element = any_shape(generator->choices, generator->vocabulary);
    if (element->kind == SHAPE_SET)
        element = element->element;
    const struct shape set = {.kind = SHAPE_SET, .element = element};
    switch (pick(generator, 4)) {
    case 0:
        generate_call(generator, &set, "isEmpty", NULL);
        break;
    case 1:
        generate_call(generator, &set, "contains", element);
        break;
    default:
        generate_call(generator, &set, methods[pick(generator, 2)], &set);
    }
}

static void generate_extension_test(struct generator *generator)
{
    static const char *const decimals[] = {
        "lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual"};
    static const char *const ips[] = {"isIpv4", "isIpv6", "isLoopback", "isMulticast"};
    switch (pick(generator, 3)) {
    case 0:
        generate_call(generator, &shape_decimal, decimals[pick(generator, 4)], &shape_decimal);
        break;
    case 1:
        generate_call(generator, &shape_ip, ips[pick(generator, 4)], NULL);
        break;
    default:
        generate_call(generator, &shape_ip, "isInRange", &shape_ip);
    }
}

/* --- Guards -------------------------------------------------------------------------------- */

/* An expression that uses what was made known last, mostly. */
static void generate_use(struct generator *generator, int need)
{
    const struct known *known = &generator->known[generator->known_count - 1];
    if (known->shape->kind == SHAPE_BOOL && pick(generator, 2)) {
        say(generator, known->text);
    } else if (pick(generator, 3)) {
        bool parentheses = open(generator, need, LEVEL_RELATION);
        buffer_printf(generator->out, "%s %s ", known->text, pick(generator, 2) ? "!=" : "==");
        generate_expr(generator, known->shape, LEVEL_ADD);
        close_if(generator, parentheses);
    } else {
        generate_expr(generator, &shape_bool, need);
    }
}

/* A guard, then what it lets through; the text of the guard is given. */
static void
generate_guarded(struct generator *generator, const char *guard, int need, size_t known_before)
{
    bool parentheses;
    switch (pick(generator, 4)) {
    case 3:
        parentheses = open(generator, need, LEVEL_ANY);
        buffer_printf(generator->out, "if %s then ", guard);
        generate_use(generator, LEVEL_ANY);
        generator->known_count = known_before;
        say(generator, " else ");
        generate_expr(generator, &shape_bool, LEVEL_ANY);
        break;
    case 2:
        parentheses = open(generator, need, LEVEL_OR);
        buffer_printf(generator->out, "!(%s) || ", guard);
        generator->known_count = known_before;
        generate_expr(generator, &shape_bool, LEVEL_AND);
        break;
    default:
        parentheses = open(generator, need, LEVEL_AND);
        buffer_printf(generator->out, "%s && ", guard);
        generate_use(generator, LEVEL_RELATION);
    }
    generator->known_count = known_before;
    close_if(generator, parentheses);
}

/* A guard that guards nothing: what it would let through is elsewhere. */
static void
generate_misguarded(struct generator *generator, const char *guard, int need, size_t known_before)
{
    uint32_t how = pick(generator, 5);
    bool parentheses = open(generator, need, LEVEL_ANY);
    if (how == 0) {
        buffer_printf(generator->out, "%s || ", guard);
        generate_use(generator, LEVEL_AND);
    } else if (how == 1) {
        buffer_printf(generator->out, "!(%s) || ", guard);
        generate_use(generator, LEVEL_AND);
    } else if (how == 2) {
        buffer_printf(generator->out, "if %s then false else ", guard);
        generate_use(generator, LEVEL_ANY);
    } else if (how == 3) {
        buffer_printf(generator->out, "(%s || principal == resource) && ", guard);
        generate_use(generator, LEVEL_RELATION);
    } else {
        generate_use(generator, LEVEL_RELATION);
        buffer_printf(generator->out, " && %s", guard);
    }
    generator->known_count = known_before;
    close_if(generator, parentheses);
}

/* What a guard just found makes of its expression. */
static void
generate_with_guard(struct generator *generator, const char *guard, int need, size_t known_before)
{
    if (generator->manner != CAREFUL && pick(generator, 5) == 4)
        generate_misguarded(generator, guard, need, known_before);
    else
        generate_guarded(generator, guard, need, known_before);
}

static bool generate_has_guard(struct generator *generator, int need)
{
    struct search search;
    size_t before = generator->known_count;
    struct buffer guard = {0}, text = {0};
    find_known(generator, OPTIONAL, NULL, &search);
    if (!search.count)
        return false;
    uint32_t at = pick(generator, (uint32_t)search.count);
    const struct shape_field *field = search.found[at].field;
    const struct shape *inner = field->shape;
    buffer_printf(&guard, "%s has ", search.found[at].text);
    buffer_append_text(&text, search.found[at].text);
    append_access(generator, field->name, &text);
    if (is_plain_name(field->name))
        buffer_append_text(&guard, field->name);
    else
        generate_quoted(generator->choices, field->name, false, &guard);
    know(generator, buffer_text(&text), field->shape);
    const struct shape *record = attributes_of(generator, inner);
    if (record && record->count && is_plain_name(field->name) && pick(generator, 3)) {
        const struct shape_field *second =
            &record->fields[pick(generator, (uint32_t)record->count)];
        if (is_plain_name(second->name)) {
            buffer_printf(&guard, ".%s", second->name);
            append_access(generator, second->name, &text);
            know(generator, buffer_text(&text), second->shape);
        }
    }
    generate_with_guard(generator, buffer_text(&guard), need, before);
    buffer_free(&guard);
    buffer_free(&text);
    return true;
}

static bool generate_tag_guard(struct generator *generator, int need)
{
    struct search search, keys;
    size_t before = generator->known_count;
    struct buffer key = {0}, guard = {0}, text = {0};
    find_known(generator, TAGGED, NULL, &search);
    if (!search.count)
        return false;
    uint32_t at = pick(generator, (uint32_t)search.count);
    find_known(generator, WHOLE, &shape_string, &keys);
    if (keys.count && pick(generator, 3) == 2)
        buffer_append_text(&key, keys.found[pick(generator, (uint32_t)keys.count)].text);
    else
        buffer_append_text(&key, pick(generator, 2) ? "\"a\"" : "\"b\"");
    buffer_printf(&guard, "%s.hasTag(%s)", search.found[at].text, buffer_text(&key));
    buffer_printf(&text, "%s.getTag(%s)", search.found[at].text, buffer_text(&key));
    know(generator, buffer_text(&text), tags_of(generator, search.found[at].shape));
    generate_with_guard(generator, buffer_text(&guard), need, before);
    buffer_free(&key);
    buffer_free(&guard);
    buffer_free(&text);
    return true;
}

/* --- What nobody would write ---------------------------------------------------------------- */

static const struct shape *any(const struct generator *generator)
{
    return any_shape(generator->choices, generator->vocabulary);
}

static void generate_any_call(struct generator *generator)
{
    enum cedar_function function = pick(generator, CEDAR_FUNCTION_COUNT);
    size_t count = cedar_function_arity(function);
    bool method = cedar_function_is_method(function);
    if (pick(generator, 60) == 59)
        count = pick(generator, 4) + method;
    if (method) {
        generate_expr(generator, any(generator), LEVEL_MEMBER);
        say(generator, ".");
        count--;
    }
    if (pick(generator, 200) == 199)
        say(generator, "nope");
    buffer_printf(generator->out, "%s(", cedar_function_name(function));
    for (size_t i = 0; i < count; i++) {
        say(generator, i ? ", " : "");
        generate_expr(
            generator, method || pick(generator, 2) ? any(generator) : &shape_string, LEVEL_ANY);
    }
    say(generator, ")");
}

static void generate_signs(struct generator *generator, int need)
{
    bool parentheses = open(generator, need, LEVEL_UNARY);
    const char *sign = pick(generator, 2) ? "!" : "-";
    uint32_t count = 1 + pick(generator, pick(generator, 30) == 29 ? 5 : 3);
    for (uint32_t i = 0; i < count; i++)
        say(generator, sign);
    generate_expr(generator, pick(generator, 2) ? any(generator) : &shape_long, LEVEL_MEMBER);
    close_if(generator, parentheses);
}

static void generate_any_set(struct generator *generator)
{
    say(generator, "[");
    for (uint32_t i = 0, count = pick(generator, 4); i < count; i++) {
        say(generator, i ? ", " : "");
        generate_expr(generator, any(generator), LEVEL_ANY);
    }
    say(generator, "]");
}

static void generate_any_access(struct generator *generator)
{
    static const char *const names[] = {"a", "b", "c", "nope", "if", "a b", ""};
    const char *name = names[pick(generator, 7)];
    generate_expr(generator, any(generator), LEVEL_MEMBER);
    if (is_plain_name(name) && pick(generator, 2)) {
        buffer_printf(generator->out, ".%s", name);
    } else {
        say(generator, "[");
        generate_quoted(generator->choices, name, true, generator->out);
        say(generator, "]");
    }
}

static void generate_junk(struct generator *generator, int need)
{
    static const struct {
        const char *text;
        int level;
        bool left_associative;
    } operators[] = {
        {"==", LEVEL_RELATION, false}, {"!=", LEVEL_RELATION, false}, {"<", LEVEL_RELATION, false},
        {"<=", LEVEL_RELATION, false}, {">", LEVEL_RELATION, false},  {">=", LEVEL_RELATION, false},
        {"in", LEVEL_RELATION, false}, {"+", LEVEL_ADD, true},        {"-", LEVEL_ADD, true},
        {"*", LEVEL_MULTIPLY, true},   {"&&", LEVEL_AND, true},       {"||", LEVEL_OR, true},
    };
    bool parentheses;
    uint32_t at;
    switch (pick(generator, 8)) {
    case 0:
        generate_any_access(generator);
        break;
    case 1:
        parentheses = open(generator, need, LEVEL_RELATION);
        generate_expr(generator, any(generator), LEVEL_ADD);
        say(generator, pick(generator, 2) ? " has a.b" : " has a");
        close_if(generator, parentheses);
        break;
    case 2:
        generate_any_call(generator);
        break;
    case 3:
        generate_signs(generator, need);
        break;
    case 4:
        generate_any_set(generator);
        break;
    case 5:
        parentheses = open(generator, need, LEVEL_RELATION);
        generate_expr(generator, any(generator), LEVEL_ADD);
        say(generator, " like ");
        generate_pattern(generator->choices, generator->out);
        close_if(generator, parentheses);
        break;
    default:
        at = pick(generator, sizeof operators / sizeof *operators);
        generate_binary(
            generator, any(generator), operators[at].text, any(generator), need,
            operators[at].level, operators[at].left_associative);
    }
}

/* --- Expressions by shape ------------------------------------------------------------------- */

static void generate_bool(struct generator *generator, int need)
{
    bool parentheses;
    switch (pick(generator, 26)) {
    case 0:
    case 1:
        generate_leaf(generator, &shape_bool, need);
        break;
    case 2:
    case 3:
        generate_binary(generator, &shape_bool, "&&", &shape_bool, need, LEVEL_AND, true);
        break;
    case 4:
    case 5:
        generate_binary(generator, &shape_bool, "||", &shape_bool, need, LEVEL_OR, true);
        break;
    case 6:
        parentheses = open(generator, need, LEVEL_UNARY);
        say(generator, "!");
        generate_expr(generator, &shape_bool, LEVEL_MEMBER);
        close_if(generator, parentheses);
        break;
    case 7:
        generate_if(generator, &shape_bool, need);
        break;
    case 8:
    case 9:
    case 10:
        generate_equal(generator, need);
        break;
    case 11:
    case 12:
        generate_compare(generator, need);
        break;
    case 13:
    case 14:
        generate_in(generator, need);
        break;
    case 15:
        generate_is(generator, need);
        break;
    case 16:
        generate_has(generator, need);
        break;
    case 17:
        generate_like(generator, need);
        break;
    case 18:
    case 19:
        generate_set_test(generator);
        break;
    case 20:
    case 21:
        generate_extension_test(generator);
        break;
    case 22:
        if (!generate_tag_guard(generator, need))
            generate_equal(generator, need);
        break;
    default:
        if (!generate_has_guard(generator, need))
            generate_compare(generator, need);
    }
}

static void generate_long(struct generator *generator, int need)
{
    static const char *const units[] = {
        "toMilliseconds", "toSeconds", "toMinutes", "toHours", "toDays"};
    bool parentheses;
    switch (pick(generator, 8)) {
    case 4:
        generate_binary(
            generator, &shape_long, pick(generator, 2) ? "-" : "+", &shape_long, need, LEVEL_ADD,
            true);
        break;
    case 5:
        generate_binary(generator, &shape_long, "*", &shape_long, need, LEVEL_MULTIPLY, true);
        break;
    case 6:
        parentheses = open(generator, need, LEVEL_UNARY);
        say(generator, "-");
        generate_expr(generator, &shape_long, LEVEL_MEMBER);
        close_if(generator, parentheses);
        break;
    case 7:
        generate_call(generator, &shape_duration, units[pick(generator, 5)], NULL);
        break;
    default:
        generate_leaf(generator, &shape_long, need);
    }
}

static void generate_composite(struct generator *generator, const struct shape *shape, int need)
{
    uint32_t kind = pick(generator, 8);
    if (shape->kind == SHAPE_BOOL)
        generate_bool(generator, need);
    else if (shape->kind == SHAPE_LONG)
        generate_long(generator, need);
    else if (kind == 7)
        generate_if(generator, shape, need);
    else if (kind > 4 && shape->kind == SHAPE_DATETIME && pick(generator, 3))
        generate_call(generator, &shape_datetime, "offset", &shape_duration);
    else if (kind > 4 && shape->kind == SHAPE_DATETIME)
        generate_call(generator, &shape_datetime, "toDate", NULL);
    else if (kind > 4 && shape->kind == SHAPE_DURATION && pick(generator, 3))
        generate_call(generator, &shape_datetime, "durationSince", &shape_datetime);
    else if (kind > 4 && shape->kind == SHAPE_DURATION)
        generate_call(generator, &shape_datetime, "toTime", NULL);
    else
        generate_leaf(generator, shape, need);
}

void generate_expr(struct generator *generator, const struct shape *shape, int need)
{
    size_t span = span_begin(generator->choices, SPAN_EXPR + shape->kind);
    bool astray = false;
    if (generator->manner == LOOSE)
        astray = pick(generator, 80) == 79;
    else if (generator->manner == WILD)
        astray = pick(generator, 14) == 13;
    if (generator->depth == 0) {
        /* Sets and records in sets and records end too. */
        if (shape->kind == SHAPE_SET && shape->element->kind >= SHAPE_SET)
            say(generator, "[]");
        else if (shape->kind == SHAPE_RECORD)
            say(generator, "{}");
        else
            generate_leaf(generator, astray ? any(generator) : shape, need);
    } else {
        generator->depth--;
        if (astray && pick(generator, 2))
            generate_junk(generator, need);
        else
            generate_composite(generator, astray ? any(generator) : shape, need);
        generator->depth++;
    }
    span_end(generator->choices, span);
}
