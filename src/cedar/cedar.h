/* The face of cedar/: the Cedar policy language (4.5). Text to tree to program to decision is in
 * engine.h; beside it:
 *
 *     cedar_format_policies   text -> text, laid out            format.h
 *     cedar_schema_parse      types, attributes, actions        schema.h
 *     cedar_check_…           policies and data against them    check.h
 *
 * libc only. No global state; what is immutable is shared by threads. The JSON forms are in a
 * library of their own: data_json.h, policy_json.h, schema_json.h.
 */
#ifndef ENDUSE_CEDAR_CEDAR_H
#define ENDUSE_CEDAR_CEDAR_H

#include "cedar/check.h"
#include "cedar/engine.h"
#include "cedar/format.h"
#include "cedar/schema.h"

#endif
