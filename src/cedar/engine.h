/* Evaluator and parser by themselves, on libc alone: what a program embeds that decides requests.
 * The library enduse-cedar is this, and <enduse/cedar.h> is made of these headers by
 * tools/one_header.py. Schemas, validation and the JSON forms are beside it, in enduse's src/cedar.
 *
 *     cedar_policies_add      text -> tree, with places         policies.h, tree.h
 *     cedar_compile           tree -> program                   program.h
 *     cedar_intern, …_build   names and values                  symbol.h, value.h, extension.h
 *     cedar_entities_…        who is what, under whom           entities.h
 *     cedar_authorize         program + request -> decision     authorize.h
 *     cedar_settle            the same again, facts changed     authorize.h
 *     cedar_explain           why no permit held                explain.h
 *     cedar_print_…           tree and values -> text           print.h
 *
 * No global state; programs, frozen stores and frozen tables are shared by threads.
 */
#ifndef ENDUSE_CEDAR_ENGINE_H
#define ENDUSE_CEDAR_ENGINE_H

#include "cedar/authorize.h"
#include "cedar/entities.h"
#include "cedar/explain.h"
#include "cedar/extension.h"
#include "cedar/functions.h"
#include "cedar/limits.h"
#include "cedar/policies.h"
#include "cedar/position.h"
#include "cedar/print.h"
#include "cedar/program.h"
#include "cedar/symbol.h"
#include "cedar/tree.h"
#include "cedar/value.h"

#endif
