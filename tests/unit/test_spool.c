/* Tests content that moves from memory to a file. */

#include "base/spool.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { LINE = 100, BIG_LINES = 10000 };

static int fill(Spool *spool, int n)
{
        int r = 0;
        for (int i = 0; r == 0 && i < n; i++) {
                buffer_printf(&spool->buffer, "%*d\n", LINE - 1, i);
                r = spool_settle(spool);
        }
        return r;
}

static void test_spool__small_content_stays_in_memory(void **state)
{
        CLEANUP(spool_done) Spool spool = SPOOL_INIT(1000000);
        (void)state;
        assert_int_equal(fill(&spool, SPOOL_MEMORY_BYTES / LINE), 0);
        assert_int_equal(spool_end(&spool), 0);
        assert_int_equal(spool_take_fd(&spool), -1);
        assert_int_equal(spool_len(&spool), SPOOL_MEMORY_BYTES / LINE * LINE);
        assert_int_equal(spool.buffer.len, spool_len(&spool));
}

static void test_spool__large_content_is_in_a_file_without_a_name(void **state)
{
        CLEANUP(spool_done) Spool spool = SPOOL_INIT(10000000);
        char line[LINE + 1] = "", expected[LINE + 1];
        struct stat about;
        (void)state;
        assert_int_equal(fill(&spool, BIG_LINES), 0);
        assert_true(spool.buffer.allocated < 2 * (SPOOL_MEMORY_BYTES + LINE) + 2);
        assert_int_equal(spool_end(&spool), 0);
        assert_int_equal(spool_len(&spool), BIG_LINES * LINE);
        int fd = spool_take_fd(&spool);
        assert_int_equal(fstat(fd, &about), 0);
        assert_int_equal(about.st_nlink, 0);
        assert_int_equal(about.st_size, BIG_LINES * LINE);
        for (int i = 0; i < BIG_LINES; i++) {
                snprintf(expected, sizeof(expected), "%*d\n", LINE - 1, i);
                assert_int_equal(pread(fd, line, LINE, (off_t)i * LINE), LINE);
                assert_string_equal(line, expected);
        }
        close(fd);
}

static void test_spool__has_a_maximum(void **state)
{
        CLEANUP(spool_done) Spool spool = SPOOL_INIT(LINE * 5000);
        (void)state;
        assert_int_equal(fill(&spool, 5000), 0);
        assert_int_equal(fill(&spool, 1), -EFBIG);
        assert_int_equal(spool_end(&spool), -EFBIG);
}

/* The files of several spools share a maximum, and give back what they have used. */
static void test_spool__shares_a_pool(void **state)
{
        SpoolPool pool = { .max = 2 * LINE * BIG_LINES };
        CLEANUP(spool_done) Spool first = SPOOL_INIT(10000000);
        CLEANUP(spool_done) Spool second = SPOOL_INIT(10000000);
        CLEANUP(spool_done) Spool third = SPOOL_INIT(10000000);
        (void)state;
        first.pool = second.pool = third.pool = &pool;
        assert_int_equal(fill(&first, BIG_LINES), 0);
        assert_int_equal(spool_end(&first), 0);
        assert_int_equal(pool.used, LINE * BIG_LINES);
        assert_int_equal(fill(&second, 2 * BIG_LINES), -ENOSPC);
        spool_done(&second);
        assert_int_equal(pool.used, LINE * BIG_LINES);
        assert_int_equal(fill(&third, 10), 0); /* in memory */
        close(spool_take_fd(&first));
        assert_int_equal(pool.used, LINE * BIG_LINES);
        spool_pool_release(&pool, spool_len(&first));
        assert_int_equal(pool.used, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_spool__small_content_stays_in_memory),
                cmocka_unit_test(test_spool__large_content_is_in_a_file_without_a_name),
                cmocka_unit_test(test_spool__has_a_maximum),
                cmocka_unit_test(test_spool__shares_a_pool),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
