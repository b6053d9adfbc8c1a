/* The schema that the tests of strict validation share. Included by test_cedar_check*.c only. */
#ifndef ENDUSE_TESTS_CEDAR_CHECK_SCHEMA_H
#define ENDUSE_TESTS_CEDAR_CHECK_SCHEMA_H

#include "cedar/schema.h"

static const char schema_text[] =
    "entity G in [G];\n"
    "entity U in [G] {\n"
    "  n: String, l: Long, o?: Long, r: {a: Long, b?: Long, q?: {z?: Long}}, s: Set<Long>,\n"
    "  u: U, ou?: U, bb: Bool, d: decimal, dt: datetime, du: duration, ip: ipaddr,\n"
    "  ss: Set<String>, act: Action, sg: Set<G>\n"
    "} tags String;\n"
    "entity D {n: String}; entity E enum [\"x\", \"y\"]; entity H in [G] {};\n"
    "entity F in [E, H] {e?: E, h?: H, act?: Action, deep?: Set<{k: Set<Long>}>};\n"
    "entity T tags Long;\n"
    "action top; action grp in top;\n"
    "action view in [grp] appliesTo {principal: [U, H], resource: D,\n"
    "  context: {c: Long, oc?: Long, oo?: {k?: {m?: Long}}}};\n"
    "action edit appliesTo {principal: U, resource: [D, E]};\n"
    "namespace N { entity A; action go appliesTo {principal: A, resource: A}; }\n";

static struct cedar_schema *parse_schema(void)
{
    struct cedar_schema *schema = NULL;
    struct fault fault = {0};
    char words[500];
    if (cedar_schema_parse(bytes_of(schema_text), &fault, &schema))
        fail_msg("%s", fault_text(&fault, words, sizeof words));
    return schema;
}

#endif
