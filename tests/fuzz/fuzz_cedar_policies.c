/* Policies from any bytes: what is read prints to a text that reads back to the same text, and
 * compiles. */
#include <stdlib.h>

#include "cedar/cedar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct cedar_policies *read_text(struct bytes text)
{
    struct cedar_policies *set = NULL;
    if (cedar_policies_create(&set))
        abort();
    if (cedar_policies_add_with_templates(set, text, NULL, NULL)) {
        cedar_policies_free(set);
        return NULL;
    }
    return set;
}

static void print_all(struct buffer *buffer, const struct cedar_policies *set)
{
    for (size_t i = 0; i < cedar_policies_count(set); i++)
        cedar_print_policy(buffer, cedar_policies_at(set, i));
    for (size_t i = 0; i < cedar_templates_count(set); i++)
        cedar_print_policy(buffer, cedar_templates_at(set, i));
    if (buffer->error)
        abort();
}

/* Spans must lie in the text, and the text at a policy's span must be a policy. */
static void check_spans(const struct cedar_policies *set)
{
    for (size_t i = 0; i < cedar_policies_count(set); i++) {
        const struct cedar_policy *policy = cedar_policies_at(set, i);
        struct cedar_policies *alone = read_text(cedar_policy_text(policy));
        if (!alone || cedar_policies_count(alone) != 1)
            abort();
        cedar_policies_free(alone);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cedar_policies *set = read_text((struct bytes){data, size});
    if (!set)
        return 0;
    struct buffer once = {0}, twice = {0};
    print_all(&once, set);
    struct cedar_policies *again = read_text(buffer_view(&once));
    /* Canonical text never nests more deeply than what it was read from. */
    if (!again || cedar_policies_count(again) != cedar_policies_count(set) ||
        cedar_templates_count(again) != cedar_templates_count(set))
        abort();
    print_all(&twice, again);
    if (!bytes_equal(buffer_view(&once), buffer_view(&twice)))
        abort();
    if (cedar_policies_count(set) < 20)
        check_spans(set);
    struct cedar_symbols *symbols;
    struct cedar_program *program;
    if (cedar_symbols_create(NULL, 1, &symbols) || cedar_compile(set, symbols, NULL, &program))
        abort();
    cedar_program_free(program);
    cedar_symbols_free(symbols);
    cedar_policies_free(again);
    cedar_policies_free(set);
    buffer_free(&once);
    buffer_free(&twice);
    return 0;
}
