/* Generated cases: a schema, a set of policies with templates and links, entities and requests, all
 * as the texts that two engines are given. The same choices give the same case. */
#ifndef ENDUSE_TESTS_DIFFERENTIAL_GENERATE_H
#define ENDUSE_TESTS_DIFFERENTIAL_GENERATE_H

#include "vocabulary.h"

enum { REQUESTS = 8, POLICIES_MAX = 7, TEMPLATES_MAX = 2, LINKS_MAX = 3 };

/* Labels of spans. */
enum {
    SPAN_EXPR, /* plus the kind of its shape */
    SPAN_POLICY = 32,
    SPAN_CONDITION,
    SPAN_ENTITY,
    SPAN_FIELD,
    SPAN_VALUE,
    SPAN_REQUEST,
    SPAN_DECLARATION,
};

/* How closely a case follows its schema. */
enum manner {
    CAREFUL, /* meant to be strictly valid */
    LOOSE,   /* nearly */
    WILD,    /* anything anywhere */
};

struct link_text {
    uint32_t template;
    bool has_principal, has_resource;
    const char *principal_type, *principal_id, *resource_type, *resource_id;
};

/* What a policy's scope and conditions are about: an action, and kinds of entities. */
struct stage {
    uint32_t action, principal, resource;
};

enum { STAGES_MAX = POLICIES_MAX + TEMPLATES_MAX };

/* Start with a zeroed struct; end with sample_free. */
struct sample {
    enum manner manner;
    struct stage stages[STAGES_MAX]; /* of the policies; most requests suit one */
    uint32_t stage_count;
    struct vocabulary vocabulary;
    struct buffer schema;
    struct buffer policies; /* the static ones: policy0, policy1, … */
    struct buffer templates[TEMPLATES_MAX];
    uint32_t template_count; /* t0, t1 */
    struct link_text links[LINKS_MAX];
    uint32_t link_count;    /* l0, l1, … */
    struct buffer entities; /* a JSON array */
    struct buffer requests[REQUESTS];
    bool with_round_trips; /* printing, formatting and translating are compared too */
};

void generate_sample(struct choices *choices, struct sample *sample);
void sample_free(struct sample *sample);

/* --- Parts, for generate_….c only ---------------------------------------------------------- */

/* An expression that is available in a scope, perhaps only after a guard. */
struct known {
    char text[160];
    const struct shape *shape;
};

enum { KNOWN_MAX = 12 };

/* What an expression is generated in. */
struct generator {
    struct choices *choices;
    const struct vocabulary *vocabulary;
    struct buffer *out;
    enum manner manner;
    bool brackets; /* attributes as ["a"] also where .a could be written */
    struct known known[KNOWN_MAX];
    size_t known_count;
    uint32_t depth; /* levels that are left */
};

/* Makes principal, resource, action and context known as this action and these kinds have them. */
void generator_enter(
    struct generator *generator, const struct action_kind *action, uint32_t action_index,
    const struct shape *principal, const struct shape *resource);

/* Appends an expression of a shape, in parentheses if it binds less than need. */
enum {
    LEVEL_ANY,
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_RELATION,
    LEVEL_ADD,
    LEVEL_MULTIPLY,
    LEVEL_UNARY,
    LEVEL_MEMBER,
    LEVEL_PRIMARY,
};
void generate_expr(struct generator *generator, const struct shape *shape, int need);

/* Which of the names of a kind; the first are the usual ones. */
uint32_t choose_id(struct choices *choices);

/* Appends the name of an entity of a kind: Type::"id". */
void generate_uid(struct generator *generator, uint32_t kind);

/* Appends a space, at times a line's end or a comment. */
void generate_space(struct choices *choices, struct buffer *out);

void generate_policies(struct choices *choices, struct sample *sample);

void generate_entities(struct choices *choices, struct sample *sample);
void generate_request(struct choices *choices, struct sample *sample, struct buffer *out);

/* --- Texts: generate_text.c ----------------------------------------------------------------- */

/* Made texts are short; what is given may be in room. */
enum { MADE_TEXT = 64 };

/* Some string. */
const char *some_string(struct choices *choices, char room[MADE_TEXT]);

/* A pattern of `like`, in quotes. */
void generate_pattern(struct choices *choices, struct buffer *out);

/* A string in quotes, escaped in one of the ways there are. wild: perhaps wrongly. */
void generate_quoted(struct choices *choices, const char *text, bool wild, struct buffer *out);

/* A number of the language, without or with a sign; wild: perhaps too great. */
const char *some_number(struct choices *choices);
const char *some_negative_number(struct choices *choices);
/* One that JSON carries exactly everywhere. */
int64_t some_json_number(struct choices *choices);

/* The text of a decimal, address, datetime or duration; good: one that is read. The others are bad
 * in some known way, or a good one with a character changed. */
const char *
some_extension_text(struct choices *choices, enum shape_kind kind, bool good, char room[MADE_TEXT]);

/* "ip", "decimal", … */
const char *constructor_name(enum shape_kind kind);

/* Whether a name can be written without quotes. */
bool is_plain_name(const char *name);

#endif
