/* Every limit of the Cedar engine, in one place. Meeting one is an error, never a crash. What a
 * caller may bound further (memory, through an arena's limit) is not here. */
#ifndef ENDUSE_CEDAR_LIMITS_H
#define ENDUSE_CEDAR_LIMITS_H

enum {
    /* Bytes of one policy text or schema text. */
    CEDAR_TEXT_MAX = 16 << 20,
    /* Levels of brackets, arguments and branches within one another in the text of an expression.
     * The official engine overflows its stack at about 120 parentheses; ours refuses instead. */
    CEDAR_NESTING_MAX = 200,
    /* Levels of the tree of an expression. `a && b && c && …` is a level for each operator, and so
     * are `a + b + …` and `a.b.c…`. Reading and compiling at these two limits fits 512 KiB of
     * stack. */
    CEDAR_TREE_DEPTH_MAX = 1000,
    /* Levels of a value that a caller builds (records and sets within one another). */
    CEDAR_VALUE_DEPTH_MAX = 128,
    /* `!` or `-` in a row: a rule of the language. */
    CEDAR_UNARY_MAX = 4,
    /* Policies in one set. */
    CEDAR_POLICIES_MAX = 1 << 20,
    /* Elements of one list: a set, a record, a scope's action list, an attribute path. */
    CEDAR_ELEMENTS_MAX = 1 << 20,
    /* Annotations of one policy, or of one declaration or attribute of a schema. */
    CEDAR_ANNOTATIONS_MAX = 256,
    /* Entities in one store, parents of one entity, and ancestors of all entities together. */
    CEDAR_ENTITIES_MAX = 1 << 24,
    CEDAR_PARENTS_MAX = 1 << 20,
    CEDAR_ANCESTORS_MAX = 1 << 25,
    /* Bytes of one schema text. */
    CEDAR_SCHEMA_TEXT_MAX = 1 << 20,
    /* Bytes of one schema in JSON, which is wordier. */
    CEDAR_SCHEMA_JSON_MAX = 4 << 20,
    /* Entity types of a schema; also its actions; also its common types. */
    CEDAR_SCHEMA_DECLARATIONS_MAX = 4096,
    /* Levels of a type: Set<>, records, and names of common types. */
    CEDAR_SCHEMA_DEPTH_MAX = 64,
    /* Parts of a type with all common types put in, so that no walk over one takes long. */
    CEDAR_SCHEMA_TYPE_MAX = 1 << 16,
    /* Steps of checking one policy against a schema, in all request environments together. */
    CEDAR_CHECK_STEPS_MAX = 1 << 24,
    /* Findings kept of one policy. */
    CEDAR_CHECK_FINDINGS_MAX = 100,
    /* Variables and attributes that an explanation tells of one part of a condition. */
    CEDAR_SEEN_MAX = 100,
};

#endif
