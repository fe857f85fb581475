/* Tests arrays: a growing one always has room and grows seldom, and an item is found by its key. */

#include "base/array.h"

#include "base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_array_grow__has_room_for_each_item(void **state)
{
        size_t *items = NULL, moves = 0;
        (void)state;
        for (size_t n = 0; n < 100000; n++) {
                size_t *grown = array_grow(items, n, sizeof(*items));
                assert_non_null(grown);
                moves += grown != items;
                items = grown;
                items[n] = n;
        }
        for (size_t n = 0; n < 100000; n++)
                assert_int_equal(items[n], n);
        assert_true(moves <= 14); /* 16, 32, ..., 131072 */
        free(items);
}

static void test_array_grow__after_items_were_removed(void **state)
{
        char *items = NULL;
        (void)state;
        for (size_t n = 0; n < 33; n++) {
                items = array_grow(items, n, 1);
                items[n] = (char)n;
        }
        for (size_t n = 16; n < 70; n++) {
                items = array_grow(items, n, 1);
                items[n] = 'x';
        }
        assert_int_equal(items[15], 15);
        free(items);
}

/* AddressSanitizer ends a program that asks for too much, unless its options say otherwise. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
        return "allocator_may_return_null=1";
}

static void test_array_grow__refuses_too_many(void **state)
{
        CLEANUP(cleanup_free) char *item = malloc(1);
        (void)state;
        assert_null(array_grow(item, SIZE_MAX / 2 + 1, 1));
        assert_null(array_grow(item, (size_t)1 << 62, 16));
}

static void test_array_first_from__table(void **state)
{
        static const struct Item {
                char name;
                size_t key;
        } items[] = { { 'a', 3 }, { 'b', 5 }, { 'c', 5 }, { 'd', SIZE_MAX } };
        static const struct {
                size_t key, n, expected;
        } cases[] = { { 0, 4, 0 }, { 3, 4, 0 }, { 4, 4, 1 }, { 5, 4, 1 }, { 6, 4, 3 }, { SIZE_MAX, 4, 3 },
                { 6, 3, 3 }, { 4, 1, 1 } };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
                assert_int_equal(array_first_from(items, cases[i].n, sizeof(items[0]),
                                                 offsetof(struct Item, key), cases[i].key),
                                cases[i].expected);
        assert_int_equal(array_first_from(NULL, 0, sizeof(items[0]), 0, 1), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_array_grow__has_room_for_each_item),
                cmocka_unit_test(test_array_grow__after_items_were_removed),
                cmocka_unit_test(test_array_grow__refuses_too_many),
                cmocka_unit_test(test_array_first_from__table),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
