/* Tests one-time passwords by time with the vectors of RFC 6238, appendix B, by their last six digits. */

#include "base/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* "12345678901234567890" */
#define SECRET "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

static bool check_at(const char *code, int64_t seconds, int64_t *ret)
{
        return totp_check(SECRET, code, seconds * USEC_PER_SEC, ret);
}

static void test_totp_check__takes_the_codes_of_the_rfc(void **state)
{
        static const struct {
                int64_t seconds;
                const char *code;
        } rows[] = {
                { 59, "287082" },
                { 1111111109, "081804" },
                { 1111111111, "050471" },
                { 1234567890, "005924" },
                { 2000000000, "279037" },
                { 20000000000, "353130" },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                int64_t period = -1;
                assert_true(check_at(rows[i].code, rows[i].seconds, &period));
                assert_int_equal(period, rows[i].seconds / TOTP_PERIOD_SECONDS);
        }
}

static void test_totp_check__allows_one_period_of_difference(void **state)
{
        int64_t period = -1;
        (void)state;
        assert_false(check_at("005924", 1234567890 - 60, &period));
        assert_int_equal(period, -1);
        for (int difference = -30; difference <= 30; difference += 30) {
                assert_true(check_at("005924", 1234567890 + difference, &period));
                assert_int_equal(period, 1234567890 / TOTP_PERIOD_SECONDS);
        }
        assert_false(check_at("005924", 1234567890 + 60, &period));
}

static void test_totp_check__takes_six_digits_only(void **state)
{
        static const char *const wrong[] = { "", " ", "5924", "05924", "89005924", "0059240", "00592a",
                "-05924", "005925" };
        int64_t period;
        (void)state;
        assert_true(check_at(" 005 924 ", 1234567890, &period));
        for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
                assert_false(check_at(wrong[i], 1234567890, &period));
        assert_false(totp_check("not base32!", "005924", 1234567890 * USEC_PER_SEC, &period));
}

static void test_totp_make_secret__makes_another_one_each_time(void **state)
{
        char one[TOTP_SECRET_SIZE], other[TOTP_SECRET_SIZE];
        (void)state;
        assert_int_equal(totp_make_secret(one), 0);
        assert_int_equal(totp_make_secret(other), 0);
        assert_int_equal(strlen(one), TOTP_SECRET_SIZE - 1);
        assert_int_equal(strspn(one, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), TOTP_SECRET_SIZE - 1);
        assert_string_not_equal(one, other);
}

static void test_totp_uri__escapes_the_names(void **state)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
        (void)state;
        totp_uri(&out, SECRET, "Бюро & Co", "olga");
        assert_string_equal(buffer_text(&out),
                        "otpauth://totp/%D0%91%D1%8E%D1%80%D0%BE%20%26%20Co:olga?secret=" SECRET
                        "&issuer=%D0%91%D1%8E%D1%80%D0%BE%20%26%20Co&algorithm=SHA1&digits=6&period=30");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_totp_check__takes_the_codes_of_the_rfc),
                cmocka_unit_test(test_totp_check__allows_one_period_of_difference),
                cmocka_unit_test(test_totp_check__takes_six_digits_only),
                cmocka_unit_test(test_totp_make_secret__makes_another_one_each_time),
                cmocka_unit_test(test_totp_uri__escapes_the_names),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
