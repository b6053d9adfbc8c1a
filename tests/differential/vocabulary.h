/* What a generated case is about: entity types, actions and the shapes of values. It is printed as
 * a schema, and expressions, entities and requests are generated to suit it, or not to. */
#ifndef ENDUSE_TESTS_DIFFERENTIAL_VOCABULARY_H
#define ENDUSE_TESTS_DIFFERENTIAL_VOCABULARY_H

#include "base/base.h"
#include "choices.h"

enum {
    ENTITY_KINDS_MAX = 5,
    ACTION_KINDS_MAX = 5,
    COMMON_SHAPES_MAX = 3,
    FIELDS_MAX = 5,
    IDS = 4, /* names of entities of one type that a case uses */
};

enum shape_kind {
    SHAPE_BOOL,
    SHAPE_LONG,
    SHAPE_STRING,
    SHAPE_DECIMAL,
    SHAPE_IP,
    SHAPE_DATETIME,
    SHAPE_DURATION,
    SHAPE_ENTITY,
    SHAPE_SET,
    SHAPE_RECORD,
};

/* A type of the language. */
struct shape {
    enum shape_kind kind;
    uint32_t entity;                  /* SHAPE_ENTITY: index; of actions ENTITY_KINDS_MAX + index */
    const struct shape *element;      /* SHAPE_SET */
    const struct shape_field *fields; /* SHAPE_RECORD */
    size_t count;
    const char *common; /* the name of the common type that it is printed as, or NULL */
};

struct shape_field {
    const char *name;
    const struct shape *shape;
    bool optional;
};

struct entity_kind {
    const char *space; /* its namespace: "" or "N" or "N::M" */
    const char *name;  /* in full: "N::User" */
    bool is_enum;
    struct shape record;      /* its attributes */
    const struct shape *tags; /* or NULL */
    uint32_t parents;         /* bit i: may be below entities of kind i */
};

struct action_kind {
    const char *space;
    const char *type; /* "N::Action" */
    const char *id;
    uint32_t groups; /* bit i: is in action i */
    bool applies;
    uint32_t principals, resources; /* bits of entity kinds */
    struct shape context;
};

struct vocabulary {
    struct arena arena; /* holds all that is pointed to */
    struct entity_kind entities[ENTITY_KINDS_MAX];
    uint32_t entity_count;
    struct action_kind actions[ACTION_KINDS_MAX];
    uint32_t action_count;
    struct shape commons[COMMON_SHAPES_MAX];
    const char *common_names[COMMON_SHAPES_MAX];
    uint32_t common_count; /* each is in the namespace "" and may be used by the later ones */
};

/* Start with a zeroed struct; end with arena_free of its arena. */
void generate_vocabulary(struct choices *choices, struct vocabulary *vocabulary);

/* Appends the schema. */
void print_vocabulary(
    struct choices *choices, const struct vocabulary *vocabulary, struct buffer *out);

/* The name of the id-th entity of a kind (id < IDS), a C string. */
const char *entity_id(const struct vocabulary *vocabulary, uint32_t kind, uint32_t id);

bool same_shape(const struct shape *a, const struct shape *b);

/* A shape that the case may use anywhere. */
const struct shape *any_shape(struct choices *choices, const struct vocabulary *vocabulary);

/* The position of a bit that is set, or of any kind when none is. */
uint32_t choose_bit(struct choices *choices, uint32_t bits, uint32_t count);

#endif
