/* Opening the documents of a case, in the order in which one is trusted through the other. */
#include "cli/case.h"

static enum error
read_option(struct call *call, const char *option, struct fault *fault, struct bytes *ret_bytes)
{
    const char *path = call_option(call, option);
    if (!path)
        return fault_set(fault, ERROR_USAGE, option, "this option, with a file", "none");
    return input_read(call, path, fault, ret_bytes);
}

enum error case_open_root(struct call *call, struct case_documents *documents, struct fault *fault)
{
    enum error error = roots_open(call, call_switch(call, "demo"), fault, &documents->chain);
    documents->chain_open = error == ERROR_OK;
    return error;
}

enum error
case_open_certificate(struct call *call, struct case_documents *documents, struct fault *fault)
{
    struct bytes bytes;
    enum error error = read_option(call, "certificate", fault, &bytes);
    if (error)
        return error;
    error = certificate_open(
        bytes, &documents->chain, &call->arena, fault, &documents->certificate_document,
        &documents->certificate, &documents->form);
    return error ? fault_within(fault, error, "--certificate") : ERROR_OK;
}

enum error
case_open_licence(struct call *call, struct case_documents *documents, struct fault *fault)
{
    struct bytes bytes;
    enum error error = read_option(call, "licence", fault, &bytes);
    if (error)
        return error;
    error = licence_open(
        bytes, &documents->chain, &call->arena, fault, &documents->licence_document,
        &documents->licence);
    if (!error)
        error = licence_fits(
            &documents->licence, &documents->certificate, &documents->certificate_document.digest,
            fault);
    return error ? fault_within(fault, error, "--licence") : ERROR_OK;
}

enum error case_open_roll(struct call *call, struct case_documents *documents, struct fault *fault)
{
    struct bytes bytes;
    enum error error = read_option(call, "roll", fault, &bytes);
    if (error)
        return error;
    error = roll_open(
        bytes, &documents->chain.authority, &documents->certificate,
        &documents->certificate_document.digest, &call->arena, fault, &documents->roll_document,
        &documents->roll);
    return error ? fault_within(fault, error, "--roll") : ERROR_OK;
}

void case_close(struct case_documents *documents)
{
    if (documents->chain_open)
        root_chain_close(&documents->chain);
    documents->chain_open = false;
}
