/* Schemas from any JSON: what is read and can be said in text means the same there, and again after
 * that text became JSON. */
#include <stdlib.h>

#include "cedar/schema_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes json = {data, size};
    struct cedar_schema *schema = NULL, *again = NULL;
    struct buffer text = {0}, back = {0};
    if (cedar_schema_json_parse(json, NULL, &schema))
        return 0;
    enum error error = cedar_schema_to_text(json, NULL, &text);
    if (!error) {
        if (cedar_schema_to_json(buffer_view(&text), NULL, &back) ||
            cedar_schema_json_parse(buffer_view(&back), NULL, &again) ||
            !cedar_schema_equal(schema, again))
            abort();
    }
    cedar_schema_free(schema);
    cedar_schema_free(again);
    buffer_free(&text);
    buffer_free(&back);
    return 0;
}
