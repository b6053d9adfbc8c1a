/* Checking a record log without changing it. */
#include "guard/record_check.h"

#include "guard/record_scan.h"

/* What a crash leaves is for the log's owner to repair, by opening it; here it is only told. */
static enum error expect_clean(const struct record_scan *scan, struct fault *fault)
{
    if (record_scan_is_torn(scan))
        return fault_set(
            fault, ERROR_RECORD_TORN, scan->folder, "a log that was closed or repaired",
            "bytes of an unfinished group");
    return ERROR_OK;
}

enum error record_folder_check(
    const struct os *os, const char *folder, const struct record_expectation *expectation,
    record_visitor *visit, void *context, struct fault *fault, struct record_summary *ret_summary)
{
    struct record_scan scan = {
        .os = os,
        .folder = folder,
        .visit = visit,
        .context = context,
    };
    if (expectation)
        scan.expected = *expectation;
    enum error error = record_scan_run(&scan, fault);
    if (!error)
        error = expect_clean(&scan, fault);
    if (!error)
        *ret_summary = (struct record_summary){
            .identity = scan.identity,
            .head =
                {
                    .size = scan.frontier.size,
                    .root = frontier_root(&scan.frontier),
                    .tag = scan.chain.tag,
                },
            .segments = scan.segments,
            .keys = scan.has_slot ? RECORD_KEYS_PRESENT : RECORD_KEYS_REMOVED,
            .tags_checked = scan.expected.first_key != NULL,
        };
    record_scan_done(&scan);
    return error;
}
