#include "base/buffer.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void cleanup_buffer(Buffer *buffer)
{
        buffer_done(buffer);
}

static void test_buffer_append__grows_and_ends_in_nul(void **state)
{
        (void)state;
        CLEANUP(cleanup_buffer) Buffer buffer = BUFFER_INIT(100000);
        assert_string_equal(buffer_text(&buffer), "");
        for (int i = 0; i < 1000; i++) {
                buffer_append(&buffer, "a\0b", 3);
                buffer_putc(&buffer, 'c');
                buffer_puts(&buffer, "de");
                buffer_printf(&buffer, "%03d", i);
                assert_int_equal(buffer.len, (size_t)(i + 1) * 9);
                assert_int_equal(buffer.data[buffer.len], '\0');
        }
        assert_memory_equal(buffer.data + 999 * 9, "a\0bcde999", 9);
        assert_int_equal(buffer_error(&buffer), 0);
}

static void test_buffer_append__stops_at_the_maximum(void **state)
{
        (void)state;
        CLEANUP(cleanup_buffer) Buffer buffer = BUFFER_INIT(5);
        buffer_puts(&buffer, "abcde");
        assert_int_equal(buffer_error(&buffer), 0);
        buffer_putc(&buffer, 'f');
        assert_int_equal(buffer_error(&buffer), -EFBIG);
        assert_string_equal(buffer_text(&buffer), "abcde");
        buffer_reset(&buffer);
        assert_int_equal(buffer_error(&buffer), 0);
        assert_string_equal(buffer_text(&buffer), "");
        buffer_printf(&buffer, "%d", 123456);
        assert_int_equal(buffer_error(&buffer), -EFBIG);
        assert_int_equal(buffer.len, 0);
        buffer_reset(&buffer);
        buffer_append(&buffer, "x", SIZE_MAX);
        assert_int_equal(buffer_error(&buffer), -EFBIG);
}

static void test_buffer_error__persists_and_blocks_further_writes(void **state)
{
        (void)state;
        CLEANUP(cleanup_buffer) Buffer buffer = BUFFER_INIT(3);
        buffer_puts(&buffer, "abcd");
        buffer_puts(&buffer, "a");
        buffer_insert(&buffer, 0, "a", 1);
        buffer_remove(&buffer, 0, 0);
        buffer_printf(&buffer, "%d", 1);
        assert_int_equal(buffer_error(&buffer), -EFBIG);
        assert_int_equal(buffer.len, 0);
        assert_null(buffer_take(&buffer));
        buffer_reset(&buffer);
        buffer_puts(&buffer, "a ");
        buffer_puts(&buffer, "bc");
        buffer_trim(&buffer, 0, " ");
        assert_string_equal(buffer_text(&buffer), "a ");
}

static void test_buffer_trim__removes_bytes_of_the_set_from_the_end(void **state)
{
        (void)state;
        CLEANUP(cleanup_buffer) Buffer buffer = BUFFER_INIT(100);
        buffer_trim(&buffer, 0, " .");
        buffer_append(&buffer, " a. . \0 .", 9);
        buffer_trim(&buffer, 0, " .");
        assert_int_equal(buffer.len, 7); /* a NUL is not in the set */
        buffer_remove(&buffer, 6, 1);
        buffer_trim(&buffer, 4, " .");
        assert_string_equal(buffer_text(&buffer), " a. ");
        buffer_trim(&buffer, 0, " .");
        assert_string_equal(buffer_text(&buffer), " a");
        buffer_trim(&buffer, 0, " a");
        assert_string_equal(buffer_text(&buffer), "");
}

static void test_buffer_insert__moves_the_rest(void **state)
{
        (void)state;
        CLEANUP(cleanup_buffer) Buffer buffer = BUFFER_INIT(100);
        buffer_insert(&buffer, 0, "ad", 2);
        buffer_insert(&buffer, 1, "bc", 2);
        buffer_insert(&buffer, 4, "e", 1);
        buffer_insert(&buffer, 2, "", 0);
        assert_string_equal(buffer_text(&buffer), "abcde");
        buffer_remove(&buffer, 1, 3);
        assert_string_equal(buffer_text(&buffer), "ae");
        buffer_remove(&buffer, 0, 2);
        assert_string_equal(buffer_text(&buffer), "");
        buffer_insert(&buffer, 0, "x", 1);
        assert_string_equal(buffer_text(&buffer), "x");
}

static void test_buffer_take__returns_the_text_and_empties_the_buffer(void **state)
{
        (void)state;
        CLEANUP(cleanup_buffer) Buffer buffer = BUFFER_INIT(10);
        CLEANUP(cleanup_free) char *nothing = buffer_take(&buffer);
        assert_string_equal(nothing, "");
        buffer_puts(&buffer, "text");
        CLEANUP(cleanup_free) char *text = buffer_take(&buffer);
        assert_string_equal(text, "text");
        assert_int_equal(buffer.len, 0);
        buffer_puts(&buffer, "0123456789");
        assert_int_equal(buffer_error(&buffer), 0);
        assert_string_equal(text, "text");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_buffer_append__grows_and_ends_in_nul),
                cmocka_unit_test(test_buffer_append__stops_at_the_maximum),
                cmocka_unit_test(test_buffer_error__persists_and_blocks_further_writes),
                cmocka_unit_test(test_buffer_trim__removes_bytes_of_the_set_from_the_end),
                cmocka_unit_test(test_buffer_insert__moves_the_rest),
                cmocka_unit_test(test_buffer_take__returns_the_text_and_empties_the_buffer),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
