#include "http/condition.h"
#include "http/negotiation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECONDS(n)   ((usec_t)(n)*USEC_PER_SEC)
#define N_ROWS(rows) (sizeof(rows) / sizeof(*(rows)))

static const usec_t NOW = SECONDS(1624427970); /* 2021-06-23T05:59:30Z */

enum { REFUSED = -1 };

static void test_http_date_parse__three_forms(void **state)
{
        static const struct {
                int line;
                const char *text;
                int64_t seconds;
        } rows[] = {
                { __LINE__, "Sun, 06 Nov 1994 08:49:37 GMT", 784111777 },
                { __LINE__, "Sunday, 06-Nov-94 08:49:37 GMT", 784111777 },
                { __LINE__, "Sun Nov  6 08:49:37 1994", 784111777 },
                { __LINE__, "Wed, 23 Jun 2021 05:59:30 GMT", 1624427970 },
                { __LINE__, "Wednesday, 23-Jun-21 05:59:30 GMT", 1624427970 },
                { __LINE__, "Thursday, 02-Jan-70 00:00:00 GMT", 3155846400 },
                { __LINE__, "Friday, 02-Jan-70 00:00:00 GMT", REFUSED },
                { __LINE__, "Sunday, 02-Jan-72 00:00:00 GMT", 63158400 },
                { __LINE__, "Mon, 23 Jun 2021 05:59:30 GMT", REFUSED },
                { __LINE__, "Wed, 23 Jun 2021 05:59:30 +0300", REFUSED },
                { __LINE__, "Wed, 23 Jun 2021 05:59:30 GMT ", REFUSED },
                { __LINE__, "Wed, 31 Jun 2021 05:59:30 GMT", REFUSED },
                { __LINE__, "wed, 23 jun 2021 05:59:30 GMT", REFUSED },
                { __LINE__, "Wed,  23 Jun 2021 05:59:30 GMT", REFUSED },
                { __LINE__, "Wed, 23 Jun 2021 25:59:30 GMT", REFUSED },
                { __LINE__, "2021-06-23T05:59:30Z", REFUSED },
                { __LINE__, "", REFUSED },
        };
        (void)state;
        for (size_t i = 0; i < N_ROWS(rows); i++) {
                usec_t time = SECONDS(REFUSED);
                int r = http_date_parse(rows[i].text, NOW, &time);
                if ((r == 0) != (rows[i].seconds != REFUSED) || time != SECONDS(rows[i].seconds))
                        fail_msg("row of line %d: %d, %lld", rows[i].line, r,
                                        (long long)(time / USEC_PER_SEC));
        }
}

static void test_http_date_format__round_trip(void **state)
{
        char text[HTTP_DATE_SIZE];
        (void)state;
        http_date_format(NOW + 999999, text);
        assert_string_equal(text, "Wed, 23 Jun 2021 05:59:30 GMT");
        for (usec_t time = 0; time < SECONDS(4000000000); time += SECONDS(77777777)) {
                usec_t again;
                http_date_format(time, text);
                assert_int_equal(http_date_parse(text, NOW, &again), 0);
                assert_int_equal(again, time);
        }
}

static void test_http_etag_listed__lists(void **state)
{
        static const struct {
                int line;
                const char *list;
                bool listed;
        } rows[] = {
                { __LINE__, "\"abc\"", true },
                { __LINE__, "W/\"abc\"", true },
                { __LINE__, "\"x\", \"abc\"", true },
                { __LINE__, "\"x\",W/\"y\" ,\t\"abc\",\"z\"", true },
                { __LINE__, ", ,\"abc\",", true },
                { __LINE__, "\"a,b\", \"abc\"", true },
                { __LINE__, "*", true },
                { __LINE__, " * ", true },
                { __LINE__, "*, \"x\"", false },
                { __LINE__, "\"ABC\"", false },
                { __LINE__, "\"abcd\"", false },
                { __LINE__, "\"ab\"", false },
                { __LINE__, "abc", false },
                { __LINE__, "w/\"abc\"", false },
                { __LINE__, "\"abc", false },
                { __LINE__, "\"x\" \"abc\"", false },
                { __LINE__, "\"a b\", \"abc\"", false },
                { __LINE__, "", false },
                { __LINE__, ",", false },
        };
        (void)state;
        for (size_t i = 0; i < N_ROWS(rows); i++)
                if (http_etag_listed(rows[i].list, "\"abc\"") != rows[i].listed)
                        fail_msg("row of line %d", rows[i].line);
}

static void test_http_not_modified__precedence(void **state)
{
        static const struct {
                int line;
                const char *if_none_match, *if_modified_since;
                int64_t modified;
                bool not_modified;
        } rows[] = {
                { __LINE__, NULL, NULL, 1624000000, false },
                { __LINE__, "\"abc\"", NULL, 1624000000, true },
                { __LINE__, "\"old\"", "Wed, 23 Jun 2021 05:59:30 GMT", 1624000000, false },
                { __LINE__, "\"abc\"", "Sun, 06 Nov 1994 08:49:37 GMT", 1624000000, true },
                { __LINE__, NULL, "Wed, 23 Jun 2021 05:59:30 GMT", 1624000000, true },
                { __LINE__, NULL, "Wed, 23 Jun 2021 05:59:30 GMT", 1624427970, true },
                { __LINE__, NULL, "Wed, 23 Jun 2021 05:59:29 GMT", 1624427970, false },
                { __LINE__, NULL, "Wed, 23 Jun 2021 05:59:31 GMT", 1624000000, false },
                { __LINE__, NULL, "yesterday", 1624000000, false },
                { __LINE__, NULL, "Wed, 23 Jun 2021 05:59:30 GMT", 0, false },
        };
        (void)state;
        for (size_t i = 0; i < N_ROWS(rows); i++) {
                HttpCondition condition = {
                        .if_none_match = rows[i].if_none_match,
                        .if_modified_since = rows[i].if_modified_since,
                        .etag = "\"abc\"",
                        .modified = SECONDS(rows[i].modified),
                        .now = NOW,
                };
                if (http_not_modified(&condition) != rows[i].not_modified)
                        fail_msg("row of line %d", rows[i].line);
        }
}

static void test_http_choose_coding__weights(void **state)
{
        static const struct {
                int line;
                const char *value;
                int without_gzip, with_gzip;
        } rows[] = {
                { __LINE__, NULL, HTTP_IDENTITY, HTTP_IDENTITY },
                { __LINE__, "", HTTP_IDENTITY, HTTP_IDENTITY },
                { __LINE__, "gzip", HTTP_IDENTITY, HTTP_GZIP },
                { __LINE__, "GZip", HTTP_IDENTITY, HTTP_GZIP },
                { __LINE__, "x-gzip", HTTP_IDENTITY, HTTP_GZIP },
                { __LINE__, "deflate, gzip;q=1.0, *;q=0.5", HTTP_IDENTITY, HTTP_GZIP },
                { __LINE__, "br;q=1, gzip ; q=0.001", HTTP_IDENTITY, HTTP_GZIP },
                { __LINE__, "gzip;q=0", HTTP_IDENTITY, HTTP_IDENTITY },
                { __LINE__, "gzip;q=0.000, *", HTTP_IDENTITY, HTTP_IDENTITY },
                { __LINE__, "gzip;q=0.5, identity", HTTP_IDENTITY, HTTP_IDENTITY },
                { __LINE__, "gzip;q=0.5, identity;q=0.4", HTTP_IDENTITY, HTTP_GZIP },
                { __LINE__, "*", HTTP_IDENTITY, HTTP_GZIP },
                { __LINE__, "*;q=0", REFUSED, REFUSED },
                { __LINE__, "*;q=0, identity", HTTP_IDENTITY, HTTP_IDENTITY },
                { __LINE__, "gzip, *;q=0", REFUSED, HTTP_GZIP },
                { __LINE__, "identity;q=0", REFUSED, REFUSED },
                { __LINE__, "identity;q=0, gzip", REFUSED, HTTP_GZIP },
                { __LINE__, "br", HTTP_IDENTITY, HTTP_IDENTITY },
                { __LINE__, "gzip;q=1.001", HTTP_IDENTITY, HTTP_IDENTITY },
                { __LINE__, "gzip;q=-1", HTTP_IDENTITY, HTTP_IDENTITY },
                { __LINE__, "gzip;q=2", HTTP_IDENTITY, HTTP_IDENTITY },
                { __LINE__, "gzip;q=", HTTP_IDENTITY, HTTP_IDENTITY },
                { __LINE__, "gzip;x=\"a,b;q=0\"", HTTP_IDENTITY, HTTP_GZIP },
                { __LINE__, "gzip;x=\"", HTTP_IDENTITY, HTTP_GZIP },
                { __LINE__, ",,;q=0,gzip", HTTP_IDENTITY, HTTP_GZIP },
        };
        (void)state;
        for (size_t i = 0; i < 2 * N_ROWS(rows); i++) {
                HttpCoding coding = HTTP_N_CODINGS;
                bool has_gzip = i % 2;
                int wanted = has_gzip ? rows[i / 2].with_gzip : rows[i / 2].without_gzip;
                int r = http_choose_coding(rows[i / 2].value, has_gzip, &coding);
                if (wanted == REFUSED ? r != HTTP_E_NOT_ACCEPTABLE : r != 0 || (int)coding != wanted)
                        fail_msg("row of line %d, gzip %d: %d, %u", rows[i / 2].line, has_gzip, r, coding);
        }
}

static void test_http_accept_refuses__only_in_so_many_words(void **state)
{
        static const struct {
                int line;
                const char *value;
                bool refuses;
        } rows[] = {
                { __LINE__, NULL, false },
                { __LINE__, "", false },
                { __LINE__, "*/*", false },
                { __LINE__, "text/html,application/xhtml+xml", false },
                { __LINE__, "image/png", false },
                { __LINE__, "nonsense", false },
                { __LINE__, "text/calendar;q=0", true },
                { __LINE__, "TEXT/Calendar; q=0.0, */*", true },
                { __LINE__, "text/*;q=0, */*", true },
                { __LINE__, "text/*;q=0, text/calendar", false },
                { __LINE__, "image/png, */*;q=0", true },
                { __LINE__, "text/calendar;q=0.1, */*;q=0", false },
                { __LINE__, "text/calendarx;q=0", false },
        };
        (void)state;
        for (size_t i = 0; i < N_ROWS(rows); i++)
                if (http_accept_refuses(rows[i].value, "text/calendar") != rows[i].refuses)
                        fail_msg("row of line %d", rows[i].line);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_http_date_parse__three_forms),
                cmocka_unit_test(test_http_date_format__round_trip),
                cmocka_unit_test(test_http_etag_listed__lists),
                cmocka_unit_test(test_http_not_modified__precedence),
                cmocka_unit_test(test_http_choose_coding__weights),
                cmocka_unit_test(test_http_accept_refuses__only_in_so_many_words),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
