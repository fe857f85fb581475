/* Tests what forms about meetings send: days, times, addresses and lines of text. */

#include "web/meet-times.h"
#include "web/visitor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_meet_times_read_day__takes_dates_only(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                int64_t days;
        } rows[] = {
                { __LINE__, "1970-01-02", 1 },
                { __LINE__, "2026-12-04", 20791 },
                { __LINE__, "2028-02-29", 21243 },
                { __LINE__, "2027-02-29", 0 },
                { __LINE__, "2027-13-01", 0 },
                { __LINE__, "2027-1-01", 0 },
                { __LINE__, "2027-01-01T00:00", 0 },
                { __LINE__, "-027-01-01", 0 },
                { __LINE__, "", 0 },
                { __LINE__, NULL, 0 },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (meet_times_read_day(rows[i].text) != rows[i].days)
                        fail_msg("line %d", rows[i].line);
}

static void test_meet_times_read__takes_seconds_only(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                usec_t time;
        } rows[] = {
                { __LINE__, "1796384000", 1796384000 * USEC_PER_SEC },
                { __LINE__, "1", USEC_PER_SEC },
                { __LINE__, "0", 0 },
                { __LINE__, "-1", 0 },
                { __LINE__, "+1", 0 },
                { __LINE__, " 1", 0 },
                { __LINE__, "1x", 0 },
                { __LINE__, "9223372036854775807", 0 },
                { __LINE__, "99999999999999999999999", 0 },
                { __LINE__, "", 0 },
                { __LINE__, NULL, 0 },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (meet_times_read(rows[i].text) != rows[i].time)
                        fail_msg("line %d", rows[i].line);
}

static void test_visitor_read_address__is_lower_case_and_ascii(void **state)
{
        (void)state;
        char address[VISITOR_ADDRESS_SIZE], long_address[VISITOR_ADDRESS_SIZE + 16];
        assert_true(visitor_read_address(" Guest@Example.ORG\t", address));
        assert_string_equal(address, "guest@example.org");
        assert_false(visitor_read_address(NULL, address));
        assert_false(visitor_read_address("no address", address));
        assert_string_equal(address, "no address");
        assert_false(visitor_read_address("\u0433@example.org", address));
        memset(long_address, 'a', sizeof(long_address));
        strcpy(long_address + VISITOR_ADDRESS_SIZE - 12, "@example.org");
        assert_false(visitor_read_address(long_address, address));
        assert_string_equal(address, "");
}

static void test_visitor_read_text__is_one_line_of_utf8(void **state)
{
        (void)state;
        char text[16];
        assert_true(visitor_read_text("  a\r\nb\177c ", text, sizeof(text)));
        assert_string_equal(text, "a  b c");
        assert_true(visitor_read_text(NULL, text, sizeof(text)));
        assert_string_equal(text, "");
        assert_true(visitor_read_text("123456789012345", text, sizeof(text)));
        assert_false(visitor_read_text("1234567890123456", text, sizeof(text)));
        assert_string_equal(text, "");
        assert_false(visitor_read_text("a\xC3(", text, sizeof(text)));
        assert_string_equal(text, "");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_meet_times_read_day__takes_dates_only),
                cmocka_unit_test(test_meet_times_read__takes_seconds_only),
                cmocka_unit_test(test_visitor_read_address__is_lower_case_and_ascii),
                cmocka_unit_test(test_visitor_read_text__is_one_line_of_utf8),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
