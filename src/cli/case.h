/* Documents given as files, verified one under the other: root, certificate, licence, roll,
 * approval, orders. For the commands that judge and verify offline. */
#ifndef ENDUSE_CLI_CASE_H
#define ENDUSE_CLI_CASE_H

#include "cli/files.h"
#include "verdict/verdict.h"

#define OPTION_CERTIFICATE                                                                         \
    {                                                                                              \
        .name = "certificate", .value = "FILE", .words = "The certificate in force"                \
    }
#define OPTION_LICENCE                                                                             \
    {                                                                                              \
        .name = "licence", .value = "FILE", .words = "The licence under it"                        \
    }
#define OPTION_ROLL                                                                                \
    {                                                                                              \
        .name = "roll", .value = "FILE", .words = "The agency's roll of operators"                 \
    }

struct case_documents {
    struct root_chain chain;
    bool chain_open;
    struct document certificate_document, licence_document, roll_document;
    struct certificate certificate;
    struct form form;
    struct licence licence;
    struct roll roll;
};

/* Each verifies the option's file under what was opened before; USAGE when it is not given. End
 * with case_close. */
enum error case_open_root(struct call *call, struct case_documents *documents, struct fault *fault);
enum error
case_open_certificate(struct call *call, struct case_documents *documents, struct fault *fault);
enum error
case_open_licence(struct call *call, struct case_documents *documents, struct fault *fault);
enum error case_open_roll(struct call *call, struct case_documents *documents, struct fault *fault);
void case_close(struct case_documents *documents);

#endif
