/* The face of cedar/: the Cedar policy language (4.5). Text to tree to program to decision.
 *
 *     cedar_policies_add      text -> tree, with places         policies.h, tree.h
 *     cedar_compile           tree -> program                   program.h
 *     cedar_intern, …_build   names and values                  symbol.h, value.h, extension.h
 *     cedar_entities_…        who is what, under whom           entities.h
 *     cedar_authorize         program + request -> decision     authorize.h
 *     cedar_settle            the same again, facts changed     authorize.h
 *     cedar_explain           why no permit held                explain.h
 *     cedar_format_policies     text -> text, laid out          format.h
 *     cedar_schema_parse      types, attributes, actions        schema.h
 *     cedar_check_…           policies and data against them    check.h
 *
 * libc only. No global state; programs, frozen stores and frozen tables are shared by threads.
 */
#ifndef ENDUSE_CEDAR_CEDAR_H
#define ENDUSE_CEDAR_CEDAR_H

#include "cedar/authorize.h"
#include "cedar/check.h"
#include "cedar/entities.h"
#include "cedar/explain.h"
#include "cedar/extension.h"
#include "cedar/format.h"
#include "cedar/functions.h"
#include "cedar/limits.h"
#include "cedar/policies.h"
#include "cedar/position.h"
#include "cedar/print.h"
#include "cedar/program.h"
#include "cedar/schema.h"
#include "cedar/symbol.h"
#include "cedar/tree.h"
#include "cedar/value.h"

#endif
