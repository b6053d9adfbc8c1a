/* For tests of http/: a raw connection, so that a test can send what no client would. */
#ifndef ENDUSE_TESTS_HTTP_FIXTURE_H
#define ENDUSE_TESTS_HTTP_FIXTURE_H

#include "base/base.h"

/* A connection to a port of 127.0.0.1. Every read gives up after 20 s, so that a broken test ends.
 */
int raw_open(uint16_t port);

/* Whom raw_open's connections come from, of 127.0.0.0/8; NULL: 127.0.0.1. */
extern const char *raw_from;

/* Sends all of the text. */
void raw_send(int socket, const char *text);

/* Reads until the other end closes; returns what came, as a C string in the buffer. */
const char *raw_read_all(int socket, struct buffer *content);

/* Reads one whole answer: head, and as much body as its Content-Length says. */
const char *raw_read_answer(int socket, struct buffer *content);

/* Opens, sends, reads to the end, closes; gives the answer's status, 0 when there was none. */
unsigned raw_call(uint16_t port, const char *request, struct buffer *content);

/* The status of an answer's text; 0 when it is none. */
unsigned raw_status(const char *answer);

#endif
