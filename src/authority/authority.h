/* The face of authority/: the office's rules, pure. Given one file, an act and the time, it says
 * what the file becomes, or why not. No clock, no database, no I/O: a replay of the same acts at
 * the same times gives the same files, byte for byte.
 *
 *     file.h       the kinds of files; files.h their states and contents
 *     role.h       who acts, in which roles
 *     lifecycle.h  the transitions: who may do what in which state
 *     apply.h      an act on a file -> changed files, or a refusal
 *     hearing.h    what a party is told of a case
 *     leases.h     a guard's renewal -> lease, wait, or refusal
 */
#ifndef ENDUSE_AUTHORITY_AUTHORITY_H
#define ENDUSE_AUTHORITY_AUTHORITY_H

#include "authority/apply.h"
#include "authority/file.h"
#include "authority/hearing.h"
#include "authority/leases.h"
#include "authority/lifecycle.h"

#endif
