/* Compiled expressions: instructions for a machine with a stack of values, and that machine. It has
 * no loops and no calls, so that its memory is known when it is compiled. Internal to cedar/. */
#ifndef ENDUSE_CEDAR_CODE_H
#define ENDUSE_CEDAR_CODE_H

#include "cedar/authorize.h"
#include "cedar/store.h"
#include "cedar/tree.h"

/* What instructions take from the stack and leave on it: [before -> after]. */
enum cedar_opcode {
    CEDAR_OP_END,          /* [v -> v] the value is the result */
    CEDAR_OP_CONSTANT,     /* [-> v] operand.value */
    CEDAR_OP_VARIABLE,     /* [-> v] number: enum cedar_variable, not context */
    CEDAR_OP_CONTEXT,      /* [-> v] */
    CEDAR_OP_GET,          /* [v -> v] operand.key */
    CEDAR_OP_VARIABLE_GET, /* [-> v] operand.key of variable number, not context */
    CEDAR_OP_CONTEXT_GET,  /* [-> v] operand.key of the context */
    CEDAR_OP_HAS,          /* [v -> b] operand.keys, as many as number: a.b.c */
    CEDAR_OP_CONTEXT_HAS,  /* [-> b] operand.key */
    CEDAR_OP_IS,           /* [v -> b] operand.key is the type */
    CEDAR_OP_IS_AND,    /* [v -> v] of type operand.key goes on; else jumps with false to number */
    CEDAR_OP_IN,        /* [v v -> b] */
    CEDAR_OP_LIKE,      /* [v -> b] operand.pieces, as many as number */
    CEDAR_OP_EQUAL,     /* [v v -> b] */
    CEDAR_OP_NOT_EQUAL, /* [v v -> b] */
    CEDAR_OP_EQUAL_CONSTANT,     /* [v -> b] operand.value */
    CEDAR_OP_NOT_EQUAL_CONSTANT, /* [v -> b] operand.value */
    CEDAR_OP_LESS,               /* [v v -> b] */
    CEDAR_OP_LESS_EQUAL,         /* [v v -> b] */
    CEDAR_OP_GREATER,            /* [v v -> b] */
    CEDAR_OP_GREATER_EQUAL,      /* [v v -> b] */
    CEDAR_OP_ADD,                /* [v v -> v] */
    CEDAR_OP_SUBTRACT,           /* [v v -> v] */
    CEDAR_OP_MULTIPLY,           /* [v v -> v] */
    CEDAR_OP_NOT,                /* [v -> b] */
    CEDAR_OP_NEGATE,             /* [v -> v] */
    CEDAR_OP_BOOL,               /* [v -> b] refuses what is no Bool */
    CEDAR_OP_AND,                /* [v -> b] when false jumps with it to number; [v ->] when true */
    CEDAR_OP_OR,                 /* [v -> b] when true jumps with it to number; [v ->] when false */
    CEDAR_OP_BRANCH,             /* [v ->] jumps to number when false */
    CEDAR_OP_JUMP,               /* [->] to number */
    CEDAR_OP_SET,                /* [v … -> v] of number elements */
    CEDAR_OP_RECORD,             /* [v … -> v] operand.shape */
    CEDAR_OP_CONTAINS,           /* [v v -> b] */
    CEDAR_OP_IS_EMPTY,           /* [v -> b] */
    CEDAR_OP_CALL,               /* [v … -> v] number: enum cedar_function */
    CEDAR_OP_ARITY,              /* [v … -> v] a call with the wrong number of arguments: fails */
    CEDAR_OP_WHEN,               /* [v ->] when false the policy does not hold: ends */
    CEDAR_OP_UNLESS,             /* [v ->] when true the policy does not hold: ends */
    CEDAR_OP_HOLDS,              /* [->] the policy holds: ends */
};

/* A record literal: its keys in a record's order, and where each one's value is on the stack. */
struct cedar_shape {
    uint32_t count;
    const struct cedar_string *const *keys;
    const uint32_t *places;
    const uint32_t *index; /* of the keys, as a record has it */
    uint32_t mask;
};

struct cedar_op {
    enum cedar_opcode code : 16;
    unsigned arity : 16; /* of a call */
    uint32_t number;
    union {
        const struct cedar_value *value;
        const struct cedar_string *key;
        const struct cedar_string *const *keys;
        const struct bytes *pieces;
        const struct cedar_shape *shape;
    } operand;
};

/* A growing piece of code. spans[i] is where ops[i] comes from. */
struct cedar_code {
    struct cedar_op *ops;
    struct cedar_span *spans;
    uint32_t count, room;
    /* What running it takes: values on the stack; bytes for sets, records and addresses made. */
    uint32_t stack, heap;
};

void cedar_code_free(struct cedar_code *code);

/* Appends the code of an expression, which leaves its value on the stack. Constants are in arena;
 * parts without variables or entities are computed now. */
enum error cedar_code_expression(
    struct cedar_code *code, const struct cedar_expr *expr, struct cedar_symbols *symbols,
    struct arena *arena);

/* Appends one instruction that takes and leaves as the list above says. */
enum error cedar_code_append(struct cedar_code *code, struct cedar_op op, struct cedar_span span);

/* One evaluation after another for the same request. */
struct cedar_machine {
    const struct cedar_request *request;
    const struct cedar_entities *entities;
    const struct cedar_uid *variables[3]; /* principal, action, resource */
    const struct cedar_node *nodes[3];    /* theirs, or NULL */
    struct cedar_value *stack;            /* as many as the code's stack */
    uint8_t *heap; /* as many bytes as the code's heap, aligned for any type */
    uint8_t *top;  /* of what is used of heap */
    uint32_t at;   /* the instruction that failed */
};

void cedar_machine_start(
    struct cedar_machine *machine, const struct cedar_request *request,
    const struct cedar_entities *entities, void *stack, void *heap);

/* Runs ops from first. For an expression *ret_value is its value; for a policy's conditions it is
 * whether they hold. On an error machine->at is the instruction. No allocation. */
enum error cedar_machine_run(
    struct cedar_machine *machine, const struct cedar_op *ops, uint32_t first,
    struct cedar_value *ret_value);

/* Slots that a run is watched for, and how far a watched run came. */
struct cedar_watch {
    const struct cedar_value *const *slots;
    size_t count;
    bool touched;    /* stopped where a slot, or a record with one inside, was about to be read */
    uint32_t resume; /* then: where to run from when the slots have changed, with the same result */
};

/* As cedar_machine_run, but stops at the first instruction whose effect hangs on a watched slot.
 * If it does not stop, no value of the slots would have changed anything. Whether an attribute is
 * there is not a slot's to change, nor is its kind. A record that is read as a value, not only on
 * the way to one of its attributes, hangs on every slot in it at any depth. When it stops,
 * *ret_value is left alone and nothing has failed. */
enum error cedar_machine_run_watched(
    struct cedar_machine *machine, const struct cedar_op *ops, uint32_t first,
    struct cedar_watch *watch, struct cedar_value *ret_value);

/* Bytes of the heap that a set or record of count values, and an address, take. */
size_t cedar_heap_set(size_t count);
size_t cedar_heap_record(size_t count);
size_t cedar_heap_ip(void);
void *cedar_machine_take(struct cedar_machine *machine, size_t size);

/* What the other functions do: arguments[0] is replaced by the result. In calls.c. */
enum error cedar_call(
    struct cedar_machine *machine, enum cedar_function function, struct cedar_value *arguments);

/* Whether the text has the pieces in order, with anything between them. In like.c. */
bool cedar_like(struct bytes text, const struct bytes *pieces, size_t count);

#endif
