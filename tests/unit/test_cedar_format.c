/* The formatter: where lines are broken, where comments go, and that nothing else changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/cedar.h"
#include "failing_alloc.h"

static const struct {
    const char *text, *formatted;
} rows[] = {
    {"", ""},
    {"// alone", "// alone\n"},
    {"permit(principal,action,resource);", "permit (principal, action, resource);\n"},
    {"@a @b ( \"x\" )forbid\n(principal==?principal,action in[],resource);",
     "@a\n@b(\"x\")\nforbid (principal == ?principal, action in [], resource);\n"},
    /* The official engine's own sample. */
    {"permit\n\n(\n      principal\n                            == User::\"alice\",\n"
     "  action    == Action::\"update\"\n\n  ,\n  resource  == "
     "Photo::\"VacationPhoto94.jpg\"\n)\n\n;",
     "permit (\n  principal == User::\"alice\",\n  action == Action::\"update\",\n"
     "  resource == Photo::\"VacationPhoto94.jpg\"\n);\n"},
    {"permit(principal,action,resource)when{1- -2==-3&&!  !(a::b::\"c\").d[ \"e\" ].contains( 1 )"
     "}unless{{a:1,\"b\":[]}=={}};",
     "permit (principal, action, resource)\n"
     "when { 1 - -2 == -3 && !!(a::b::\"c\").d[\"e\"].contains(1) }\n"
     "unless { { a: 1, \"b\": [] } == {} };\n"},
    {"permit(principal,action,resource);// one\n//two\n\n\n   //three\npermit(principal,action,"
     "resource);\n//four",
     "permit (principal, action, resource); // one\n\n//two\n//three\n"
     "permit (principal, action, resource);\n//four\n"},
    {"permit(principal, // who\naction,resource // what\n);",
     "permit (\n  principal, // who\n  action,\n  resource // what\n);\n"},
    {"permit(principal,action,resource)when{\n// why\ntrue // yes\n&&false};",
     "permit (principal, action, resource)\nwhen\n{\n  // why\n  true // yes\n  &&\n  false\n};\n"},
    {"permit(principal,action,resource)when{context.aaaaaaaaaaaaaaaaaaaaaaaaa&&context."
     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbb||(context.cccccccccccccccccccccccccc&&[context.ddddddddd,2]."
     "contains(context.eeeeeeeeeeeeeee))};",
     "permit (principal, action, resource)\nwhen\n{\n"
     "  context.aaaaaaaaaaaaaaaaaaaaaaaaa && context.bbbbbbbbbbbbbbbbbbbbbbbbbbbbb ||\n"
     "  (\n"
     "    context.cccccccccccccccccccccccccc &&\n"
     "    [context.ddddddddd, 2].contains(context.eeeeeeeeeeeeeee)\n"
     "  )\n};\n"},
    {"permit(principal,action,resource)when{if context.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa then if"
     " context.b then 1 else 2 else context.cccccccccccccccccccccccccccc};",
     "permit (principal, action, resource)\nwhen\n{\n"
     "  if context.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
     "  then if context.b then 1 else 2\n"
     "  else context.cccccccccccccccccccccccccccc\n};\n"},
    {"permit(principal,action,resource)when{\"a\nb\"==\"c//d\"};",
     "permit (principal, action, resource)\nwhen\n{\n  \"a\nb\" == \"c//d\"\n};\n"},
    {"permit(principal,action,resource)when{\"a\"-1==(2)-3||[4]-5==-6};",
     "permit (principal, action, resource)\nwhen { \"a\" - 1 == (2) - 3 || [4] - 5 == -6 };\n"},
    {"permit(principal,action,resource); "
     "//tabs\t\t\n//return\r\npermit(principal,action,resource);",
     "permit (principal, action, resource); //tabs\n\n//return\npermit (principal, action, "
     "resource);\n"},
    {"permit(principal,action,resource)when{context.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.contains([]"
     ").bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.contains({})};",
     "permit (principal, action, resource)\nwhen\n{\n  "
     "context.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.contains([])."
     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.contains(\n    {}\n  )\n};\n"},
    {"permit(principal,action,resource)when{if(context.aaaaaaaaaaaaaaaaaaaaaaaaaaaa)then(if "
     "context.b then 1 else 2)else{a:context.cccccccccccccccccccccccccccc}.a};",
     "permit (principal, action, resource)\nwhen\n{\n  if (context.aaaaaaaaaaaaaaaaaaaaaaaaaaaa)\n "
     " then (if context.b then 1 else 2)\n  else { a: context.cccccccccccccccccccccccccccc "
     "}.a\n};\n"},
    {"permit(principal,action,resource)when{if "
     "context.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&&context."
     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb then context.c else context.d};",
     "permit (principal, action, resource)\nwhen\n{\n  if\n    "
     "context.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa &&\n    "
     "context.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n  then context.c\n  else "
     "context.d\n};\n"},
    {"permit(principal,action,resource)when{[context.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,context."
     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb,context.c,]==[]};",
     "permit (principal, action, resource)\nwhen\n{\n  [\n    "
     "context.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,\n    "
     "context.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb,\n    context.c,\n  ] == []\n};\n"},
#define ONE "permit(principal,action,resource)when{true};"
#define LAID "permit (principal, action, resource)\nwhen { true };\n"
    {ONE ONE ONE ONE ONE ONE, LAID "\n" LAID "\n" LAID "\n" LAID "\n" LAID "\n" LAID},
#undef LAID
#undef ONE
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer once = {0}, twice = {0};
        struct fault fault = {0};
        enum error error = cedar_format_policies(bytes_of(rows[i].text), NULL, &fault, &once);
        if (error)
            fail_msg("%s: %s", rows[i].text, error_name(error));
        assert_string_equal(buffer_text(&once), rows[i].formatted);
        assert_int_equal(cedar_format_policies(buffer_view(&once), NULL, &fault, &twice), ERROR_OK);
        assert_string_equal(buffer_text(&twice), rows[i].formatted);
        buffer_free(&once);
        buffer_free(&twice);
    }
}

static void test_settings(void **state)
{
    (void)state;
    const struct cedar_format narrow = {.width = 20, .indent = 4};
    struct buffer out = {0};
    buffer_append_text(&out, "before\n"); /* what is there stays */
    assert_int_equal(
        cedar_format_policies(
            BYTES_LITERAL("permit(principal,action,resource)when{[1,2]==[33,44,55,66]};"), &narrow,
            NULL, &out),
        ERROR_OK);
    assert_string_equal(
        buffer_text(&out),
        "before\npermit (\n    principal,\n    action,\n    resource\n)\nwhen\n{\n"
        "    [1, 2] == [\n        33,\n        44,\n        55,\n        66\n"
        "    ]\n};\n");
    buffer_free(&out);
}

/* A zero byte at the end of a comment is no space. */
static void test_zero_byte(void **state)
{
    (void)state;
    struct buffer out = {0};
    assert_int_equal(cedar_format_policies(BYTES_LITERAL("//a\0 "), NULL, NULL, &out), ERROR_OK);
    assert_int_equal(out.length, 5);
    assert_memory_equal(out.data, "//a\0\n", 5);
    buffer_free(&out);
}

static void test_refused(void **state)
{
    (void)state;
    struct buffer out = {0};
    struct fault fault = {0};
    assert_int_equal(
        cedar_format_policies(BYTES_LITERAL("permit(principal,action);"), NULL, &fault, &out),
        ERROR_CEDAR_SYNTAX);
    assert_string_equal(fault.place, "line 1, column 24");
    assert_int_equal(out.length, 0);
    buffer_free(&out);
}

static void test_no_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (long n = 0;; n++) {
            struct buffer out = {0};
            failing_alloc_after(n);
            enum error error = cedar_format_policies(bytes_of(rows[i].text), NULL, NULL, &out);
            bool failed = failing_alloc_stop();
            assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
            buffer_free(&out);
            if (!failed)
                break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),      cmocka_unit_test(test_settings),
        cmocka_unit_test(test_zero_byte), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
