/* The official engine in a process of its own (oracle.js), asked in batches. */
#ifndef ENDUSE_TESTS_DIFFERENTIAL_ORACLE_H
#define ENDUSE_TESTS_DIFFERENTIAL_ORACLE_H

#include "base/base.h"

struct oracle;

/* Starts `node script module`; the program ends when it cannot. */
struct oracle *oracle_start(const char *script, const char *module);

/* Asks count questions, each a line. Then the answers are read one by one, a line each without its
 * end, before anything else is asked. A line lives until the next call. */
void oracle_ask(struct oracle *oracle, struct bytes lines, size_t count);
struct bytes oracle_answer(struct oracle *oracle);

void oracle_stop(struct oracle *oracle);

#endif
