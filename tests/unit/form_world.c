/* Copies of the form's folder, changed. */
#include "form_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const names[] = {
    "form.json",
    "text.md",
    "clauses.cedar",
    "vocabulary.cedarschema",
    "licence-conditions.cedar",
    "orders.json",
    "scenarios.json",
    "orders/limit-functions.cedar",
    "orders/limit-territories.cedar",
    "orders/limit-matters.cedar",
    "orders/exclude-offences.cedar",
    "orders/elevated-approval.cedar",
    "orders/limit-active-uses.cedar",
    "orders/no-new-uses.cedar",
    "orders/wind-down.cedar",
    "orders/suspend.cedar",
    "orders/disconnect.cedar",
};

enum { NAME_COUNT = sizeof names / sizeof *names };

/* content with its first `before` replaced. */
static void change(struct buffer *content, const char *before, const char *after)
{
    struct buffer changed = {0};
    const char *text = buffer_text(content);
    const char *at = strstr(text, before);
    if (!at)
        print_error("not in the file: %s\n", before);
    assert_non_null(at);
    if (*before) {
        buffer_append(&changed, text, (size_t)(at - text));
        buffer_append_text(&changed, after);
        buffer_append_text(&changed, at + strlen(before));
    } else {
        buffer_append_text(&changed, after);
    }
    assert_int_equal(changed.error, ERROR_OK);
    buffer_free(content);
    *content = changed;
}

void form_world_make(
    char path[FORM_WORLD_PATH], const char *file, const char *before, const char *after)
{
    snprintf(path, FORM_WORLD_PATH, "%s", "/tmp/enduse-form-XXXXXX");
    assert_non_null(mkdtemp(path));
    char name[256];
    snprintf(name, sizeof name, "%s/orders", path);
    assert_int_equal(os_make_folder(&os_system, name, 0700, NULL), ERROR_OK);
    bool met = file == NULL;
    for (size_t i = 0; i < NAME_COUNT; i++) {
        struct buffer content = {0};
        snprintf(name, sizeof name, "%s/%s", FORM_FOLDER, names[i]);
        assert_int_equal(os_read_file(&os_system, name, 1 << 20, NULL, &content), ERROR_OK);
        bool here = file && strcmp(file, names[i]) == 0;
        met |= here;
        if (here && after)
            change(&content, before, after);
        snprintf(name, sizeof name, "%s/%s", path, names[i]);
        FILE *stream = here && !after ? NULL : fopen(name, "w");
        if (stream) {
            assert_int_equal(fwrite(content.data, 1, content.length, stream), content.length);
            assert_int_equal(fclose(stream), 0);
        }
        buffer_free(&content);
    }
    assert_true(met);
}

void form_world_remove(const char *path)
{
    char name[256];
    for (size_t i = 0; i < NAME_COUNT; i++) {
        snprintf(name, sizeof name, "%s/%s", path, names[i]);
        unlink(name);
    }
    snprintf(name, sizeof name, "%s/orders", path);
    assert_int_equal(rmdir(name), 0);
    assert_int_equal(rmdir(path), 0);
}
