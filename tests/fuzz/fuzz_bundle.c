/* Any bytes as a case bundle: refused with a fault, or a bundle with one encoding. What verifies is
 * shown. Nothing that the fuzzer makes verifies, but what it changes of a seed comes far. */
#include "bundle/evidence.h"
#include "check.h"

static void must_encode_to(const struct bundle *bundle, struct bytes bytes)
{
    struct buffer again = {0};
    check(bundle_encode(bundle, NULL, &again) == ERROR_OK);
    check(bytes_equal(buffer_view(&again), bytes));
    buffer_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct evidence_options options = {.demo_allowed = true};
    struct bytes bytes = {data, size};
    struct arena arena = {0};
    struct fault fault = {0};
    struct bundle bundle;
    struct evidence evidence;
    enum error error = bundle_decode(bytes, &arena, &fault, &bundle);
    check(fault.error == error);
    if (!error)
        must_encode_to(&bundle, bytes);
    arena_free(&arena);
    fault = (struct fault){0};
    error = evidence_open(bytes, &options, &fault, &evidence);
    if (error) {
        check(fault.error == error && fault.place[0] != '\0');
        return 0;
    }
    struct buffer text = {0};
    evidence_print(&evidence, &text);
    check(text.error == ERROR_OK && text.length > 0);
    buffer_free(&text);
    evidence_close(&evidence);
    return 0;
}
