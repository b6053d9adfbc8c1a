/* What the files that open a bundle share. Inside bundle/ only. */
#ifndef ENDUSE_BUNDLE_INSIDE_H
#define ENDUSE_BUNDLE_INSIDE_H

#include "bundle/evidence.h"

/* Notes a fact. ERROR_MEMORY. */
PRINTF_LIKE(4, 5)
enum error
evidence_say(struct evidence *evidence, bool proven, struct fault *fault, const char *format, ...);

/* "D-01 Defence One (defence)", in the arena; NULL: no memory. */
const char *evidence_person(
    struct evidence *evidence, const struct root_person *person, enum ministry_id ministry);

/* The newest version of the root. */
const struct root_chain *evidence_newest(const struct evidence *evidence);

/* Whether an act among the events, which are proven to be in the log, holds this document. */
bool evidence_is_carried(const struct evidence *evidence, const struct digest *digest);

/* Opens a document by the newest root, or by an older one where `carried`. open is given each chain
 * in turn. */
typedef enum error evidence_opener(
    struct evidence *evidence, const struct root_chain *chain, struct bytes bytes, void *ret_value,
    struct fault *fault);
enum error evidence_by_roots(
    struct evidence *evidence, const struct bundle_document *document, evidence_opener *open,
    void *ret_value, struct fault *fault);

/* Reads each document of a type; a fault names it. */
typedef enum error evidence_reader(
    struct evidence *evidence, const struct bundle_document *document, struct fault *fault);
enum error evidence_each(
    struct evidence *evidence, enum instrument_type type, evidence_reader *read,
    struct fault *fault);

/* Notes a receipt whose signature was verified, once, and says it. */
enum error evidence_take_receipt(
    struct evidence *evidence, const struct receipt *receipt, const struct digest *digest,
    struct fault *fault);

/* The steps, in their order. */
enum error evidence_open_roots(
    struct evidence *evidence, const struct evidence_options *options, struct fault *fault);
enum error evidence_open_log(struct evidence *evidence, struct fault *fault);    /* log.c */
enum error evidence_open_papers(struct evidence *evidence, struct fault *fault); /* papers.c */
enum error evidence_open_acts(struct evidence *evidence, struct fault *fault);   /* log.c */
enum error evidence_open_guard(struct evidence *evidence, struct fault *fault);  /* guard_log.c */
enum error evidence_open_records(struct evidence *evidence, struct fault *fault);
enum error evidence_judge(struct evidence *evidence, struct fault *fault); /* judge.c */

#endif
