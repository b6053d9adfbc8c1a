/* instruments, countries: codes of ISO 3166-1, beside the file that the table was made from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "instruments/country.h"
#include "json/json.h"

static void every_country_of_the_standard_is_there(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buffer text = {0};
    const struct json *root = NULL, *list = NULL;
    assert_int_equal(os_read_file(&os_system, ISO_COUNTRIES, 4 << 20, NULL, &text), ERROR_OK);
    assert_int_equal(json_parse(buffer_view(&text), &arena, NULL, &root), ERROR_OK);
    assert_int_equal(json_get(root, "3166-1", JSON_ARRAY, NULL, &list), ERROR_OK);
    assert_int_equal(json_count(list), country_count);
    for (size_t i = 0; i < json_count(list); i++) {
        struct bytes code, name;
        assert_int_equal(json_get_string(json_at(list, i), "alpha_2", NULL, &code), ERROR_OK);
        assert_int_equal(json_get_string(json_at(list, i), "name", NULL, &name), ERROR_OK);
        const char *known = country_name(arena_text(&arena, code));
        assert_non_null(known);
        assert_true(bytes_equal_text(name, known));
        assert_false(country_is_users(arena_text(&arena, code)));
    }
    arena_free(&arena);
    buffer_free(&text);
}

static void the_table_is_in_order(void **state)
{
    (void)state;
    for (size_t i = 1; i < country_count; i++)
        assert_true(strcmp(country_rows[i - 1].code, country_rows[i].code) < 0);
    assert_string_equal(country_name("IL"), "Israel");
    assert_string_equal(country_name("CI"), "C\xC3\xB4te d'Ivoire");
}

static void codes_of_nobody_are_refused(void **state)
{
    (void)state;
    static const char *const none[] = {"",   "I",  "il", "ISR", "UK", "EU",
                                       "SU", "QL", "AB", "X1",  "ZY", "A"};
    static const char *const users[] = {"AA", "QM", "QZ", "XA", "XK", "XZ", "ZZ"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct fault fault = {0};
        assert_null(country_name(none[i]));
        assert_false(country_is_users(none[i]));
        assert_int_equal(country_check(none[i], "country", &fault), ERROR_DOCUMENT_RULE);
        assert_string_equal(fault.place, "country");
    }
    for (size_t i = 0; i < sizeof users / sizeof *users; i++) {
        assert_null(country_name(users[i]));
        assert_true(country_is_users(users[i]));
        assert_int_equal(country_check(users[i], "country", NULL), ERROR_OK);
    }
    assert_int_equal(country_check("IL", "country", NULL), ERROR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_country_of_the_standard_is_there),
        cmocka_unit_test(the_table_is_in_order),
        cmocka_unit_test(codes_of_nobody_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
