/* cedar: symbols, values, extension texts, entity stores. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/cedar.h"
#include "failing_alloc.h"

static struct cedar_symbols *symbols_on(const struct cedar_symbols *base)
{
    struct cedar_symbols *symbols;
    assert_int_equal(cedar_symbols_create(base, 3, &symbols), ERROR_OK);
    return symbols;
}

static const struct cedar_string *string(struct cedar_symbols *symbols, const char *text)
{
    const struct cedar_string *found;
    assert_int_equal(cedar_intern(symbols, bytes_of(text), &found), ERROR_OK);
    return found;
}

static const struct cedar_uid *uid(struct cedar_symbols *symbols, const char *id)
{
    const struct cedar_uid *found;
    assert_int_equal(cedar_intern_uid(symbols, BYTES_LITERAL("E"), bytes_of(id), &found), ERROR_OK);
    return found;
}

static void equal_text_is_one_symbol(void **state)
{
    (void)state;
    struct cedar_symbols *base = symbols_on(NULL), *upper;
    const struct cedar_string *a = string(base, "a"), *found;
    const struct cedar_uid *x = uid(base, "x");
    assert_ptr_equal(string(base, "a"), a);
    assert_ptr_equal(uid(base, "x"), x);
    assert_ptr_equal(x->id, string(base, "x"));
    assert_int_equal(cedar_intern(base, BYTES_LITERAL("\xFF"), &found), ERROR_UTF8);
    assert_int_equal(cedar_intern(base, BYTES_LITERAL("a\0b"), &found), ERROR_OK);
    assert_int_equal(found->length, 3);
    assert_ptr_not_equal(found, a);
    assert_int_equal(cedar_symbols_create(base, 0, &upper), ERROR_STATE);
    cedar_symbols_freeze(base);
    upper = symbols_on(base);
    assert_ptr_equal(string(upper, "a"), a);
    assert_ptr_equal(uid(upper, "x"), x);
    assert_ptr_not_equal(uid(upper, "a"), NULL);
    assert_ptr_equal(uid(upper, "a")->id, a);
    assert_null(cedar_find_uid(base, BYTES_LITERAL("E"), BYTES_LITERAL("a")));
    assert_null(cedar_find_string(base, BYTES_LITERAL("new")));
    assert_int_equal(cedar_intern(base, BYTES_LITERAL("new"), &found), ERROR_STATE);
    assert_int_equal(cedar_intern(base, BYTES_LITERAL("a"), &found), ERROR_OK);
    for (int i = 0; i < 1000; i++) {
        char text[16];
        snprintf(text, sizeof text, "s%d", i);
        const struct cedar_string *made = string(upper, text);
        assert_ptr_equal(cedar_find_string(upper, bytes_of(text)), made);
    }
    assert_ptr_equal(string(upper, "a"), a);
    cedar_symbols_free(upper);
    cedar_symbols_free(base);
    cedar_symbols_free(NULL);
}

static void records_find_every_key_and_have_slots(void **state)
{
    (void)state;
    struct cedar_symbols *symbols = symbols_on(NULL);
    struct arena arena = {0};
    struct cedar_field fields[200];
    for (uint32_t count = 0; count <= 200; count += count < 6 ? 1 : 97) {
        struct cedar_record *record;
        for (uint32_t i = 0; i < count; i++) {
            char key[16];
            snprintf(key, sizeof key, "k%u", (unsigned)i);
            fields[i] = (struct cedar_field){string(symbols, key), cedar_value_long(i)};
        }
        assert_int_equal(cedar_record_build(&arena, fields, count, NULL, &record), ERROR_OK);
        assert_int_equal(record->count, count);
        assert_null(cedar_record_find(record, string(symbols, "absent")));
        for (uint32_t i = 0; i < count; i++) {
            assert_int_equal(cedar_record_find(record, fields[i].key)->number, i);
            struct cedar_value *slot = cedar_record_slot(record, fields[i].key);
            *slot = cedar_value_long(-1);
            assert_int_equal(cedar_record_find(record, fields[i].key)->number, -1);
        }
    }
    struct fault fault = {0};
    struct cedar_record *record = NULL;
    fields[1] = fields[0];
    assert_int_equal(
        cedar_record_build(&arena, fields, 2, &fault, &record), ERROR_CEDAR_DUPLICATE_KEY);
    assert_string_equal(fault.found, "\"k0\"");
    fields[0].value = cedar_value_string(fields[0].key);
    assert_int_equal(cedar_record_build(&arena, fields, 1, NULL, &record), ERROR_OK);
    assert_null(cedar_record_slot(record, fields[0].key));
    assert_null(cedar_record_slot(record, string(symbols, "absent")));
    const struct cedar_value scalars[] = {
        cedar_value_bool(true),  cedar_value_long(1),     cedar_value_decimal(1),
        cedar_value_datetime(1), cedar_value_duration(1),
    };
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++) {
        fields[0].value = scalars[i];
        assert_int_equal(cedar_record_build(&arena, fields, 1, NULL, &record), ERROR_OK);
        assert_ptr_equal(cedar_record_slot(record, fields[0].key), record->values);
    }
    arena_free(&arena);
    cedar_symbols_free(symbols);
}

static void sets_are_sorted_without_duplicates(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct cedar_value values[100], set, other;
    for (size_t count = 0; count <= 100; count += 10) {
        for (size_t i = 0; i < count; i++)
            values[i] = cedar_value_long((int64_t)(i * 37 % 50));
        assert_int_equal(cedar_set_build(&arena, values, count, NULL, &set), ERROR_OK);
        assert_int_equal(set.set->count, count < 50 ? count : 50);
        for (uint32_t i = 1; i < set.set->count; i++)
            assert_true(cedar_value_order(set.set->elements[i - 1], set.set->elements[i]) < 0);
        for (int64_t i = 0; i < 60; i++) {
            bool there = false;
            for (size_t k = 0; k < count; k++)
                there = there || values[k].number == i;
            assert_int_equal(cedar_set_has(set.set, cedar_value_long(i)), there);
        }
        for (size_t i = 0; i < count / 2; i++) {
            struct cedar_value moved = values[i];
            values[i] = values[count - 1 - i];
            values[count - 1 - i] = moved;
        }
        assert_int_equal(cedar_set_build(&arena, values, count, NULL, &other), ERROR_OK);
        assert_true(cedar_value_equal(set, other));
        assert_true(cedar_value_equal(set, set));
        assert_int_equal(cedar_value_order(set, other), 0);
    }
    assert_false(cedar_set_has(set.set, cedar_value_duration(1)));
    assert_false(cedar_value_equal(cedar_value_datetime(1), cedar_value_duration(1)));
    arena_free(&arena);
}

static void values_do_not_nest_for_ever(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct cedar_value value = cedar_value_bool(true);
    for (int i = 1; i < CEDAR_VALUE_DEPTH_MAX; i++)
        assert_int_equal(cedar_set_build(&arena, &value, 1, NULL, &value), ERROR_OK);
    assert_int_equal(cedar_value_depth(value), CEDAR_VALUE_DEPTH_MAX);
    assert_int_equal(cedar_set_build(&arena, &value, 1, NULL, &value), ERROR_CEDAR_VALUE_DEPTH);
    struct cedar_symbols *symbols = symbols_on(NULL);
    struct cedar_field field = {string(symbols, "a"), value};
    struct cedar_record *record;
    assert_int_equal(cedar_record_build(&arena, &field, 1, NULL, &record), ERROR_CEDAR_VALUE_DEPTH);
    cedar_symbols_free(symbols);
    arena_free(&arena);
}

/* Reads a text by its constructor and prints what it gives. */
static void extension_texts_are_printed_shortest(void **state)
{
    (void)state;
    static const struct {
        enum cedar_function constructor;
        const char *text, *printed;
    } rows[] = {
        {CEDAR_FUNCTION_DECIMAL, "1.50", "decimal(\"1.5\")"},
        {CEDAR_FUNCTION_DECIMAL, "-0.0001", "decimal(\"-0.0001\")"},
        {CEDAR_FUNCTION_DECIMAL, "007.0", "decimal(\"7.0\")"},
        {CEDAR_FUNCTION_DECIMAL, "-922337203685477.5808", "decimal(\"-922337203685477.5808\")"},
        {CEDAR_FUNCTION_DATETIME, "2024-02-29", "datetime(\"2024-02-29\")"},
        {CEDAR_FUNCTION_DATETIME, "2024-02-29T01:00:00+0100", "datetime(\"2024-02-29\")"},
        {CEDAR_FUNCTION_DATETIME, "1969-12-31T23:59:59.999Z",
         "datetime(\"1969-12-31T23:59:59.999Z\")"},
        {CEDAR_FUNCTION_DATETIME, "0000-01-01T00:00:00+0001",
         "datetime(\"1970-01-01\").offset(duration(\"-719528d1m\"))"},
        {CEDAR_FUNCTION_DURATION, "90m", "duration(\"1h30m\")"},
        {CEDAR_FUNCTION_DURATION, "-0d", "duration(\"0ms\")"},
        {CEDAR_FUNCTION_DURATION, "-9223372036854775808ms",
         "duration(\"-106751991167d7h12m55s808ms\")"},
        {CEDAR_FUNCTION_IP, "10.0.0.1/32", "ip(\"10.0.0.1\")"},
        {CEDAR_FUNCTION_IP, "10.0.0.1/8", "ip(\"10.0.0.1/8\")"},
        {CEDAR_FUNCTION_IP, "0:0:1:0:0:0:2:3", "ip(\"0:0:1::2:3\")"},
        {CEDAR_FUNCTION_IP, "1:0:2:3:4:5:6:7", "ip(\"1:0:2:3:4:5:6:7\")"},
        {CEDAR_FUNCTION_IP, "::/0", "ip(\"::/0\")"},
        {CEDAR_FUNCTION_IP, "ABCD::", "ip(\"abcd::\")"},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cedar_value value;
        struct buffer out = {0};
        assert_int_equal(
            cedar_extension_build(
                &arena, rows[i].constructor, bytes_of(rows[i].text), NULL, &value),
            ERROR_OK);
        cedar_print_value(&out, value);
        assert_string_equal(buffer_text(&out), rows[i].printed);
        buffer_free(&out);
    }
    struct cedar_value value;
    struct fault fault = {0};
    assert_int_equal(
        cedar_extension_build(&arena, CEDAR_FUNCTION_DURATION, BYTES_LITERAL("1y"), &fault, &value),
        ERROR_CEDAR_EXTENSION);
    assert_string_equal(fault.found, "\"1y\"");
    assert_int_equal(
        cedar_extension_build(&arena, CEDAR_FUNCTION_OFFSET, BYTES_LITERAL("1"), NULL, &value),
        ERROR_CEDAR_FUNCTION);
    arena_free(&arena);
}

/* An entity with up to two parents, added to a store. */
static enum error
add(struct cedar_entities *store, const struct cedar_uid *child, const struct cedar_uid *a,
    const struct cedar_uid *b, struct fault *fault)
{
    const struct cedar_uid *parents[] = {a, b};
    struct cedar_entity entity = {
        .uid = child, .parents = parents, .parent_count = (size_t)(a != NULL) + (b != NULL)};
    return cedar_entities_add(store, &entity, fault);
}

static void ancestors_are_transitive(void **state)
{
    (void)state;
    struct cedar_symbols *symbols = symbols_on(NULL);
    struct cedar_entities *store;
    const struct cedar_uid *a = uid(symbols, "a"), *b = uid(symbols, "b"), *c = uid(symbols, "c"),
                           *d = uid(symbols, "d"), *out = uid(symbols, "out");
    assert_int_equal(cedar_entities_create(NULL, &store), ERROR_OK);
    /* a under b and c, both under d; d under one that is not there. */
    assert_int_equal(add(store, a, b, c, NULL), ERROR_OK);
    assert_int_equal(add(store, b, d, NULL, NULL), ERROR_OK);
    assert_int_equal(add(store, c, d, d, NULL), ERROR_OK);
    assert_int_equal(add(store, d, out, NULL, NULL), ERROR_OK);
    assert_int_equal(cedar_entities_freeze(store, NULL), ERROR_OK);
    assert_int_equal(add(store, out, NULL, NULL, NULL), ERROR_STATE);
    const struct cedar_uid *const all[] = {a, b, c, d, out};
    static const char expected[5][6] = {"11111", "01011", "00111", "00011", "00001"};
    for (int i = 0; i < 5; i++) {
        for (int k = 0; k < 5; k++)
            assert_int_equal(cedar_entities_in(store, all[i], all[k]), expected[i][k] == '1');
    }
    assert_int_equal(cedar_entities_count(store), 4);
    assert_ptr_equal(cedar_entities_at(store, 1)->uid, b);
    assert_null(cedar_entities_find(store, out));
    cedar_entities_free(store);
    cedar_symbols_free(symbols);
}

static void cycles_and_contradictions_are_refused(void **state)
{
    (void)state;
    struct cedar_symbols *symbols = symbols_on(NULL);
    struct cedar_entities *store;
    struct arena arena = {0};
    struct fault fault = {0};
    const struct cedar_uid *a = uid(symbols, "a"), *b = uid(symbols, "b"), *c = uid(symbols, "c");
    assert_int_equal(cedar_entities_create(NULL, &store), ERROR_OK);
    assert_int_equal(add(store, a, b, NULL, NULL), ERROR_OK);
    assert_int_equal(add(store, b, c, NULL, NULL), ERROR_OK);
    assert_int_equal(add(store, c, a, NULL, NULL), ERROR_OK);
    assert_int_equal(cedar_entities_freeze(store, &fault), ERROR_CEDAR_CYCLE);
    assert_non_null(strstr(fault.place, "E::\""));
    cedar_entities_free(store);
    assert_int_equal(cedar_entities_create(NULL, &store), ERROR_OK);
    assert_int_equal(add(store, a, a, NULL, NULL), ERROR_OK);
    assert_int_equal(cedar_entities_freeze(store, NULL), ERROR_CEDAR_CYCLE);
    cedar_entities_free(store);
    /* The same again is allowed, with parents in another order too; anything else is not. */
    assert_int_equal(cedar_entities_create(NULL, &store), ERROR_OK);
    assert_int_equal(add(store, a, b, c, NULL), ERROR_OK);
    assert_int_equal(add(store, a, c, b, NULL), ERROR_OK);
    assert_int_equal(add(store, a, c, NULL, &fault), ERROR_CEDAR_DUPLICATE_ENTITY);
    assert_string_equal(fault.place, "E::\"a\"");
    assert_int_equal(add(store, a, b, a, NULL), ERROR_CEDAR_DUPLICATE_ENTITY);
    struct cedar_field field = {string(symbols, "x"), cedar_value_long(1)};
    struct cedar_record *record;
    assert_int_equal(cedar_record_build(&arena, &field, 1, NULL, &record), ERROR_OK);
    struct cedar_entity tagged = {.uid = b, .tags = record};
    assert_int_equal(cedar_entities_add(store, &tagged, NULL), ERROR_OK);
    assert_int_equal(add(store, b, NULL, NULL, NULL), ERROR_CEDAR_DUPLICATE_ENTITY);
    tagged.attributes = record;
    assert_int_equal(cedar_entities_add(store, &tagged, NULL), ERROR_CEDAR_DUPLICATE_ENTITY);
    assert_int_equal(cedar_entities_count(store), 2);
    /* No attributes, and a record without any, are the same. */
    struct cedar_record *none;
    assert_int_equal(cedar_record_build(&arena, NULL, 0, NULL, &none), ERROR_OK);
    struct cedar_entity bare = {.uid = c}, empty = {.uid = c, .attributes = none, .tags = none};
    assert_int_equal(cedar_entities_add(store, &bare, NULL), ERROR_OK);
    assert_int_equal(cedar_entities_add(store, &empty, NULL), ERROR_OK);
    empty.tags = record;
    assert_int_equal(cedar_entities_add(store, &empty, NULL), ERROR_CEDAR_DUPLICATE_ENTITY);
    const struct cedar_uid *d = uid(symbols, "d");
    empty = (struct cedar_entity){.uid = d, .attributes = none};
    bare.uid = d;
    assert_int_equal(cedar_entities_add(store, &empty, NULL), ERROR_OK);
    assert_int_equal(cedar_entities_add(store, &bare, NULL), ERROR_OK);
    assert_int_equal(cedar_entities_count(store), 4);
    cedar_entities_free(store);
    arena_free(&arena);
    cedar_symbols_free(symbols);
}

static void a_store_stands_on_another(void **state)
{
    (void)state;
    struct cedar_symbols *symbols = symbols_on(NULL);
    struct cedar_entities *base, *upper;
    const struct cedar_uid *state_ = uid(symbols, "state"), *agency = uid(symbols, "agency"),
                           *operator_ = uid(symbols, "operator"), *mere = uid(symbols, "mere");
    assert_int_equal(cedar_entities_create(NULL, &base), ERROR_OK);
    assert_int_equal(add(base, agency, state_, mere, NULL), ERROR_OK);
    assert_int_equal(add(base, state_, NULL, NULL, NULL), ERROR_OK);
    assert_int_equal(cedar_entities_create(base, &upper), ERROR_STATE);
    assert_int_equal(cedar_entities_freeze(base, NULL), ERROR_OK);
    assert_int_equal(cedar_entities_create(base, &upper), ERROR_OK);
    assert_int_equal(add(upper, operator_, agency, NULL, NULL), ERROR_OK);
    assert_int_equal(add(upper, state_, NULL, NULL, NULL), ERROR_OK);
    assert_int_equal(add(upper, state_, agency, NULL, NULL), ERROR_CEDAR_DUPLICATE_ENTITY);
    /* What base counts among ancestors without having it must not get parents now. */
    assert_int_equal(add(upper, mere, operator_, NULL, NULL), ERROR_CEDAR_OVERLAY);
    assert_int_equal(add(upper, mere, NULL, NULL, NULL), ERROR_OK);
    assert_int_equal(cedar_entities_freeze(upper, NULL), ERROR_OK);
    assert_true(cedar_entities_in(upper, operator_, state_));
    assert_true(cedar_entities_in(upper, operator_, mere));
    assert_true(cedar_entities_in(upper, agency, state_));
    assert_false(cedar_entities_in(base, operator_, state_));
    assert_non_null(cedar_entities_find(upper, mere));
    assert_null(cedar_entities_find(base, mere));
    assert_int_equal(cedar_entities_count(upper), 2);
    cedar_entities_free(upper);
    cedar_entities_free(base);
    cedar_symbols_free(symbols);
}

/* A chain as long as this would overflow any stack that went up it by recursion. */
/* A name may come up twice before its ancestors are known, and freezing again changes nothing. */
static void a_parent_of_two(void **state)
{
    (void)state;
    struct cedar_symbols *symbols = symbols_on(NULL);
    struct cedar_entities *store, *upper, *uppermost;
    /* Parents are opened in the order of their names, which is that of their coming. */
    const struct cedar_uid *shared = uid(symbols, "shared"), *between = uid(symbols, "between"),
                           *child = uid(symbols, "child"), *top = uid(symbols, "top"),
                           *later = uid(symbols, "later");
    assert_int_equal(cedar_entities_create(NULL, &store), ERROR_OK);
    assert_int_equal(add(store, child, shared, between, NULL), ERROR_OK);
    assert_int_equal(add(store, between, shared, NULL, NULL), ERROR_OK);
    assert_int_equal(add(store, shared, top, NULL, NULL), ERROR_OK);
    assert_int_equal(cedar_entities_freeze(store, NULL), ERROR_OK);
    assert_int_equal(cedar_entities_freeze(store, NULL), ERROR_OK);
    assert_true(cedar_entities_in(store, child, top));
    assert_false(cedar_entities_in(store, shared, between));
    /* Two stores up, a mere parent below is settled still. */
    assert_int_equal(cedar_entities_create(store, &upper), ERROR_OK);
    assert_int_equal(cedar_entities_freeze(upper, NULL), ERROR_OK);
    assert_int_equal(cedar_entities_create(upper, &uppermost), ERROR_OK);
    assert_int_equal(add(uppermost, top, later, NULL, NULL), ERROR_CEDAR_OVERLAY);
    assert_int_equal(add(uppermost, later, top, NULL, NULL), ERROR_OK);
    assert_int_equal(add(uppermost, top, NULL, NULL, NULL), ERROR_OK);
    cedar_entities_free(uppermost);
    cedar_entities_free(upper);
    cedar_entities_free(store);
    cedar_symbols_free(symbols);
}

/* As many as there is room for at first, each with a parent that is not there. */
static void no_memory_for_mere_parents(void **state)
{
    (void)state;
    enum { FIRST_ROOM = 32 };
    struct cedar_symbols *symbols = symbols_on(NULL);
    const struct cedar_uid *names[2 * FIRST_ROOM];
    for (int i = 0; i < 2 * FIRST_ROOM; i++) {
        char text[16];
        snprintf(text, sizeof text, "e%d", i);
        names[i] = uid(symbols, text);
    }
    for (long n = 0;; n++) {
        struct cedar_entities *store;
        struct fault fault = {0};
        assert_int_equal(cedar_entities_create(NULL, &store), ERROR_OK);
        for (int i = 0; i < FIRST_ROOM; i++)
            assert_int_equal(add(store, names[i], names[i + FIRST_ROOM], NULL, NULL), ERROR_OK);
        failing_alloc_after(n);
        enum error error = cedar_entities_freeze(store, &fault);
        bool failed = failing_alloc_stop();
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        assert_int_equal(fault.error, error);
        cedar_entities_free(store);
        if (!failed)
            break;
    }
    /* A refusal that has no memory for the name says what it is all the same. */
    struct cedar_entities *store;
    struct fault fault = {0};
    assert_int_equal(cedar_entities_create(NULL, &store), ERROR_OK);
    assert_int_equal(cedar_entities_freeze(store, NULL), ERROR_OK);
    failing_alloc_always_after(0);
    assert_int_equal(add(store, names[0], NULL, NULL, &fault), ERROR_STATE);
    assert_true(failing_alloc_stop());
    assert_int_equal(fault.error, ERROR_STATE);
    cedar_entities_free(store);
    cedar_symbols_free(symbols);
}

/* A frozen table finds what it has and takes nothing more, names of what it has neither. */
static void a_frozen_table_makes_no_names(void **state)
{
    (void)state;
    struct cedar_symbols *symbols = symbols_on(NULL);
    const struct cedar_uid *found;
    const struct cedar_string *text;
    (void)uid(symbols, "a");
    (void)string(symbols, "F");
    cedar_symbols_freeze(symbols);
    assert_int_equal(
        cedar_intern_uid(symbols, BYTES_LITERAL("E"), BYTES_LITERAL("a"), &found), ERROR_OK);
    assert_ptr_equal(cedar_find_uid(symbols, BYTES_LITERAL("E"), BYTES_LITERAL("a")), found);
    assert_int_equal(
        cedar_intern_uid(symbols, BYTES_LITERAL("F"), BYTES_LITERAL("a"), &found), ERROR_STATE);
    assert_int_equal(
        cedar_intern_uid(symbols, BYTES_LITERAL("E"), BYTES_LITERAL("b"), &found), ERROR_STATE);
    assert_int_equal(cedar_intern(symbols, BYTES_LITERAL("b"), &text), ERROR_STATE);
    assert_null(cedar_find_uid(symbols, BYTES_LITERAL("F"), BYTES_LITERAL("a")));
    assert_null(cedar_find_uid(symbols, BYTES_LITERAL("E"), BYTES_LITERAL("b")));
    assert_null(cedar_find_uid(symbols, BYTES_LITERAL("G"), BYTES_LITERAL("a")));
    cedar_symbols_free(symbols);
}

static void a_long_chain_of_parents(void **state)
{
    (void)state;
    enum { LENGTH = 3000 };
    struct cedar_symbols *symbols = symbols_on(NULL);
    struct cedar_entities *store;
    const struct cedar_uid *first = NULL, *child = NULL;
    assert_int_equal(cedar_entities_create(NULL, &store), ERROR_OK);
    for (int i = 0; i < LENGTH; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        const struct cedar_uid *next = uid(symbols, id);
        if (child)
            assert_int_equal(add(store, child, next, NULL, NULL), ERROR_OK);
        else
            first = next;
        child = next;
    }
    assert_int_equal(cedar_entities_freeze(store, NULL), ERROR_OK);
    assert_true(cedar_entities_in(store, first, child));
    assert_false(cedar_entities_in(store, child, first));
    cedar_entities_free(store);
    cedar_symbols_free(symbols);
}

/* Builds a table, a record, a set and a store; what fails leaves nothing behind. */
static enum error build_all(void)
{
    struct cedar_symbols *symbols = NULL;
    struct cedar_entities *store = NULL;
    struct arena arena = {0};
    const struct cedar_uid *names[40];
    struct cedar_value set;
    struct cedar_record *record;
    enum error error = cedar_symbols_create(NULL, 1, &symbols);
    if (!error)
        error = cedar_entities_create(NULL, &store);
    for (int i = 0; !error && i < 40; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        error = cedar_intern_uid(symbols, BYTES_LITERAL("T"), bytes_of(id), &names[i]);
    }
    struct cedar_value values[5];
    struct cedar_field fields[5];
    for (int i = 0; !error && i < 5; i++) {
        values[i] = cedar_value_entity(names[i]);
        fields[i] = (struct cedar_field){names[i]->id, values[i]};
    }
    if (!error)
        error = cedar_set_build(&arena, values, 5, NULL, &set);
    if (!error)
        error = cedar_record_build(&arena, fields, 5, NULL, &record);
    for (int i = 0; !error && i + 1 < 40; i++) {
        struct cedar_entity entity = {
            .uid = names[i], .attributes = record, .parents = &names[i + 1], .parent_count = 1};
        error = cedar_entities_add(store, &entity, NULL);
    }
    if (!error)
        error = cedar_entities_freeze(store, NULL);
    if (!error)
        assert_true(cedar_entities_in(store, names[0], names[39]));
    cedar_entities_free(store);
    arena_free(&arena);
    cedar_symbols_free(symbols);
    return error;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (long n = 0;; n++) {
        failing_alloc_after(n);
        enum error error = build_all();
        if (!failing_alloc_stop()) {
            assert_int_equal(error, ERROR_OK);
            assert_true(n > 10);
            return;
        }
        assert_int_equal(error, ERROR_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_text_is_one_symbol),
        cmocka_unit_test(records_find_every_key_and_have_slots),
        cmocka_unit_test(sets_are_sorted_without_duplicates),
        cmocka_unit_test(values_do_not_nest_for_ever),
        cmocka_unit_test(extension_texts_are_printed_shortest),
        cmocka_unit_test(ancestors_are_transitive),
        cmocka_unit_test(cycles_and_contradictions_are_refused),
        cmocka_unit_test(a_store_stands_on_another),
        cmocka_unit_test(a_parent_of_two),
        cmocka_unit_test(no_memory_for_mere_parents),
        cmocka_unit_test(a_frozen_table_makes_no_names),
        cmocka_unit_test(a_long_chain_of_parents),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("cedar_values", tests, NULL, NULL);
}
