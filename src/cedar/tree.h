/* The typed tree of policies, as the parser makes it: what stands in the text, with its places.
 * Names are decoded bytes, not yet interned. Plain data; making it is in parser.h, its text in
 * print.h, its meaning in compile.c and evaluate.c. */
#ifndef ENDUSE_CEDAR_TREE_H
#define ENDUSE_CEDAR_TREE_H

#include "cedar/functions.h"
#include "cedar/position.h"

/* The name of an entity in source: Type::"id". type is the whole path joined by `::`, without
 * white space ("EndUse::Action"); id is decoded. */
struct cedar_entity_name {
    struct bytes type;
    struct bytes id;
    struct cedar_span span;
};

enum cedar_variable {
    CEDAR_PRINCIPAL,
    CEDAR_ACTION,
    CEDAR_RESOURCE,
    CEDAR_CONTEXT,
};

/* In the comments below, which member of struct cedar_expr's union belongs to the kind. */
enum cedar_expr_kind {
    CEDAR_EXPR_BOOL,     /* boolean */
    CEDAR_EXPR_LONG,     /* number; a `-` right before a literal is part of it */
    CEDAR_EXPR_STRING,   /* string */
    CEDAR_EXPR_ENTITY,   /* entity */
    CEDAR_EXPR_VARIABLE, /* variable */
    CEDAR_EXPR_IF,       /* operands 0 (condition), 1 (then), 2 (else) */
    CEDAR_EXPR_AND,      /* operands 0, 1; `a && b && c` is `(a && b) && c` */
    CEDAR_EXPR_OR,
    CEDAR_EXPR_NOT,    /* operands 0 */
    CEDAR_EXPR_NEGATE, /* operands 0 */
    CEDAR_EXPR_EQUAL,  /* operands 0, 1; so too below */
    CEDAR_EXPR_NOT_EQUAL,
    CEDAR_EXPR_LESS,
    CEDAR_EXPR_LESS_EQUAL,
    CEDAR_EXPR_GREATER,
    CEDAR_EXPR_GREATER_EQUAL,
    CEDAR_EXPR_IN,
    CEDAR_EXPR_ADD,
    CEDAR_EXPR_SUBTRACT,
    CEDAR_EXPR_MULTIPLY,
    CEDAR_EXPR_GET,    /* get: `operand.name` or `operand["name"]` */
    CEDAR_EXPR_HAS,    /* has: `operand has a.b.c` = `operand has a && operand.a has b && …` */
    CEDAR_EXPR_LIKE,   /* like */
    CEDAR_EXPR_IS,     /* is: `operand is T in e` = `operand is T && operand in e` */
    CEDAR_EXPR_SET,    /* set: elements in the order of the text, not yet deduplicated */
    CEDAR_EXPR_RECORD, /* record: keys unique */
    CEDAR_EXPR_CALL,   /* call: method or extension function */
};

struct cedar_expr {
    enum cedar_expr_kind kind;
    uint32_t depth;         /* levels of the tree, itself included: 1 for a leaf */
    struct cedar_span span; /* from its first to its last token, outer parentheses not included */
    union {
        bool boolean;
        int64_t number;
        struct bytes string;
        struct cedar_entity_name entity;
        enum cedar_variable variable;
        const struct cedar_expr *operands[3];
        struct {
            const struct cedar_expr *operand;
            struct bytes name;
            struct cedar_span name_span; /* of the name (or its string), for errors */
        } get;
        struct {
            const struct cedar_expr *operand;
            const struct cedar_attribute_name *path; /* at least one; one only if in quotes */
            size_t count;
        } has;
        struct {
            const struct cedar_expr *operand;
            const struct bytes *pieces; /* with a wildcard between each two: "a*" is "a", "" */
            size_t count;               /* at least 1 */
            struct cedar_span pattern_span;
        } like;
        struct {
            const struct cedar_expr *operand;
            struct bytes type; /* a path joined by `::` */
            struct cedar_span type_span;
            const struct cedar_expr *in; /* or NULL */
        } is;
        struct {
            const struct cedar_expr *const *elements;
            size_t count;
        } set;
        struct {
            const struct cedar_field_expr *fields; /* in the order of the text */
            size_t count;
        } record;
        struct {
            enum cedar_function function;              /* says whether it is written as a method */
            const struct cedar_expr *const *arguments; /* a method's receiver comes first */
            size_t count; /* the arity; of an extension's function perhaps not, which is an error
                           * when it is evaluated */
            struct cedar_span name_span;
        } call;
    };
};

/* One step of `has a.b.c`. */
struct cedar_attribute_name {
    struct bytes name;
    struct cedar_span span;
};

/* One `key: value` of a record. */
struct cedar_field_expr {
    struct bytes key;
    struct cedar_span key_span;
    const struct cedar_expr *value;
};

enum cedar_effect {
    CEDAR_PERMIT,
    CEDAR_FORBID,
};

enum cedar_scope_kind {
    CEDAR_SCOPE_ANY,   /* `principal` */
    CEDAR_SCOPE_EQUAL, /* `principal == E`: entities[0] */
    CEDAR_SCOPE_IN, /* `principal in E`: entities[0]; `action in [E, …]`: entities, 0 or more */
    CEDAR_SCOPE_IS, /* `principal is T`: type */
    CEDAR_SCOPE_IS_IN, /* `principal is T in E`: type and entities[0] */
};

/* One of the three constraints in a policy's head. */
struct cedar_scope {
    enum cedar_scope_kind kind;
    struct cedar_span span;
    struct bytes type;
    struct cedar_span type_span;
    const struct cedar_entity_name *entities;
    size_t count;
    bool list; /* whether `in` was followed by [ ] */
    bool slot; /* whether ?principal or ?resource stands for the entity: none is in entities yet (in
                * a template), or the one that a link gave */
};

/* One `when { … }` or `unless { … }`. */
struct cedar_condition {
    bool unless;
    struct cedar_span span; /* of the whole clause, from the word to the brace */
    const struct cedar_expr *body;
};

/* One @name("value"). Without a value, value is empty and has_value false. */
struct cedar_annotation {
    struct bytes name;
    struct bytes value;
    bool has_value;
    struct cedar_span span;
};

/* A policy; or, while a slot of its scope has no entity, a template. */
struct cedar_policy {
    struct bytes id;                     /* unique in its set */
    const struct cedar_policy *template; /* that it is a link of, or NULL */
    enum cedar_effect effect;
    struct bytes source;    /* the whole text that it stands in; spans count from its start */
    struct cedar_span span; /* of the policy, annotations and `;` included */
    const struct cedar_annotation *annotations; /* in the order of the text, names unique */
    size_t annotation_count;
    struct cedar_scope principal, action, resource;
    const struct cedar_condition *conditions;
    size_t condition_count;
};

#endif
