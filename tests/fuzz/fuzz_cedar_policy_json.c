/* Policies from any JSON: what is read is written to a JSON that reads back to the same JSON. The
 * first byte chooses between one policy and a set. */
#include <stdlib.h>

#include "cedar/cedar.h"
#include "cedar/policy_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct cedar_policies *read_set(struct bytes text, bool whole)
{
    struct arena arena = {0};
    struct cedar_policies *set = NULL;
    const struct json *json;
    if (!json_parse(text, &arena, NULL, &json)) {
        if (whole) {
            if (cedar_json_policies_read(json, NULL, &set))
                set = NULL;
        } else if (cedar_policies_create(&set)) {
            abort();
        } else if (cedar_json_policy_add(set, json, BYTES_LITERAL("p"), NULL)) {
            cedar_policies_free(set);
            set = NULL;
        }
    }
    arena_free(&arena);
    return set;
}

/* False where the JSON would nest too deeply. */
static bool write_set(const struct cedar_policies *set, struct buffer *out)
{
    struct json_writer writer;
    json_writer_begin(&writer, out, 0);
    cedar_json_policies_write(&writer, set);
    enum error error = json_writer_end(&writer);
    if (error && error != ERROR_JSON_DEPTH)
        abort();
    return !error;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer once = {0}, twice = {0};
    if (size == 0)
        return 0;
    struct cedar_policies *set = read_set((struct bytes){data + 1, size - 1}, data[0] & 1);
    if (set && write_set(set, &once)) {
        struct cedar_policies *again = read_set(buffer_view(&once), true);
        if (!again || !write_set(again, &twice) ||
            !bytes_equal(buffer_view(&once), buffer_view(&twice)))
            abort();
        cedar_policies_free(again);
    }
    cedar_policies_free(set);
    buffer_free(&once);
    buffer_free(&twice);
    return 0;
}
