#include "http/accept.h"
#include "http/condition.h"
#include "http/date.h"
#include "http/etag.h"
#include "http/framing.h"
#include "http/method.h"
#include "http/route.h"
#include "http/target.h"

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

/* If-Match uses the strong comparison, unlike If-None-Match, but ignores the suffixes that proxies add. */
static void test_http_etag_if_match__is_strong_except_for_additions_of_proxies(void **state)
{
        static const struct {
                int line;
                const char *list, *etag;
                bool listed;
        } rows[] = {
                { __LINE__, "\"abc\"", "\"abc\"", true },
                { __LINE__, "*", "\"abc\"", true },
                { __LINE__, "\"x\", \"abc\"", "\"abc\"", true },
                { __LINE__, "W/\"abc\", \"abc\"", "\"abc\"", true },
                { __LINE__, "W/\"abc\"", "\"abc\"", true },
                { __LINE__, "\"abc-gzip\"", "\"abc\"", true },
                { __LINE__, "W/\"abc-gzip\"", "\"abc\"", true },
                { __LINE__, "\"x\", W/\"abc-gzip\"", "\"abc\"", true },
                { __LINE__, "\"abc\"", "\"abc-gzip\"", true },
                { __LINE__, "\"abc-gzip\"", "\"abc-gzip\"", true },
                { __LINE__, "\"-gzip\"", "\"\"", true },
                { __LINE__, "\"abc-br\"", "\"abc-gzip\"", true },
                { __LINE__, "\"abc-zstd\"", "\"abc\"", true },
                { __LINE__, "\"abc-xz\"", "\"abc\"", false },
                { __LINE__, "\"abc-gzip-gzip\"", "\"abc\"", false },
                { __LINE__, "\"abcgzip\"", "\"abc\"", false },
                { __LINE__, "\"ab-gzip\"", "\"abc\"", false },
                { __LINE__, "\"abc-gzi\"", "\"abc\"", false },
                { __LINE__, "\"ABC-gzip\"", "\"abc\"", false },
                { __LINE__, "w/\"abc\"", "\"abc\"", false },
                { __LINE__, "\"abc\"-gzip", "\"abc\"", false },
                { __LINE__, "W/\"abc\"", "W/\"abc\"", false },
                { __LINE__, "W/\"abc-gzip\"", "W/\"abc\"", false },
                { __LINE__, "\"abc\"", "W/\"abc\"", false },
                { __LINE__, "abc", "\"abc\"", false },
        };
        (void)state;
        for (size_t i = 0; i < N_ROWS(rows); i++)
                if (http_etag_if_match(rows[i].list, rows[i].etag) != rows[i].listed)
                        fail_msg("row of line %d", rows[i].line);
}

#define EARLY "Sun, 06 Nov 1994 08:49:37 GMT"
#define SAME  "Wed, 23 Jun 2021 05:59:20 GMT"
#define LATE  "Wed, 23 Jun 2021 05:59:30 GMT"
#define AHEAD "Wed, 23 Jun 2021 05:59:31 GMT"

enum { GO = HTTP_CONDITION_TRUE, C304 = HTTP_CONDITION_NOT_MODIFIED, C412 = HTTP_CONDITION_FALSE };

/*
 * RFC 9110, 13.2.2, for a target with the tag "abc" that was modified at SAME, or one that does not exist.
 */
static void test_http_condition_evaluate__order(void **state)
{
        static const struct {
                int line;
                const char *if_match, *if_unmodified_since, *if_none_match, *if_modified_since;
                int get, put, put_new; /* put_new: PUT of a new resource */
        } rows[] = {
                { __LINE__, NULL, NULL, NULL, NULL, GO, GO, GO },
                { __LINE__, "\"abc\"", NULL, NULL, NULL, GO, GO, C412 },
                { __LINE__, "*", NULL, NULL, NULL, GO, GO, C412 },
                { __LINE__, "W/\"abc\"", NULL, NULL, NULL, GO, GO, C412 },
                { __LINE__, "\"abc-gzip\"", NULL, NULL, NULL, GO, GO, C412 },
                { __LINE__, "W/\"old\"", NULL, NULL, NULL, C412, C412, C412 },
                { __LINE__, "\"old\"", NULL, NULL, NULL, C412, C412, C412 },
                { __LINE__, "\"old\", \"abc\"", NULL, NULL, NULL, GO, GO, C412 },
                { __LINE__, "\"old\"", LATE, "\"abc\"", NULL, C412, C412, C412 },
                { __LINE__, "\"abc\"", EARLY, NULL, NULL, GO, GO, C412 },
                { __LINE__, NULL, EARLY, NULL, NULL, C412, C412, GO },
                { __LINE__, NULL, SAME, NULL, NULL, GO, GO, GO },
                { __LINE__, NULL, "yesterday", NULL, NULL, GO, GO, GO },
                { __LINE__, NULL, NULL, "*", NULL, C304, C412, GO },
                { __LINE__, NULL, NULL, "\"abc\"", NULL, C304, C412, GO },
                { __LINE__, NULL, NULL, "W/\"abc\"", NULL, C304, C412, GO },
                { __LINE__, NULL, NULL, "\"old\"", LATE, GO, GO, GO },
                { __LINE__, NULL, NULL, "\"abc\"", EARLY, C304, C412, GO },
                { __LINE__, "\"abc\"", NULL, "\"abc\"", NULL, C304, C412, C412 },
                { __LINE__, NULL, LATE, "*", NULL, C304, C412, GO },
                { __LINE__, NULL, NULL, NULL, LATE, C304, GO, GO },
                { __LINE__, NULL, NULL, NULL, SAME, C304, GO, GO },
                { __LINE__, NULL, NULL, NULL, EARLY, GO, GO, GO },
                { __LINE__, NULL, NULL, NULL, AHEAD, GO, GO, GO },
                { __LINE__, NULL, NULL, NULL, "yesterday", GO, GO, GO },
        };
        (void)state;
        for (size_t i = 0; i < N_ROWS(rows); i++) {
                HttpCondition condition = {
                        .if_match = rows[i].if_match,
                        .if_unmodified_since = rows[i].if_unmodified_since,
                        .if_none_match = rows[i].if_none_match,
                        .if_modified_since = rows[i].if_modified_since,
                        .is_get = true,
                        .etag = "\"abc\"",
                        .modified = NOW - SECONDS(10),
                        .now = NOW,
                };
                int get = (int)http_condition_evaluate(&condition);
                condition.is_get = false;
                int put = (int)http_condition_evaluate(&condition);
                condition.etag = NULL;
                condition.modified = 0;
                int put_new = (int)http_condition_evaluate(&condition);
                if (get != rows[i].get || put != rows[i].put || put_new != rows[i].put_new)
                        fail_msg("row of line %d: %d, %d, %d", rows[i].line, get, put, put_new);
        }
}

static void test_http_condition_evaluate__dates_without_a_modification_time(void **state)
{
        HttpCondition condition = { .is_get = true, .etag = "\"abc\"", .now = NOW };
        (void)state;
        condition.if_modified_since = LATE;
        assert_int_equal(http_condition_evaluate(&condition), HTTP_CONDITION_TRUE);
        condition.if_unmodified_since = EARLY;
        assert_int_equal(http_condition_evaluate(&condition), HTTP_CONDITION_TRUE);
}

static void test_http_target_read__forms(void **state)
{
        static const struct {
                int line;
                const char *text;
                HttpTargetForm form;
                const char *authority;
                size_t path_at;
        } rows[] = {
                { __LINE__, "/", HTTP_TARGET_ORIGIN, "", 0 },
                { __LINE__, "/a%20b?c=%zz", HTTP_TARGET_ORIGIN, "", 0 },
                { __LINE__, "//host/path", HTTP_TARGET_ORIGIN, "", 0 },
                { __LINE__, "*", HTTP_TARGET_ASTERISK, "", 0 },
                { __LINE__, "http://example.org/a", HTTP_TARGET_ABSOLUTE, "example.org", 18 },
                { __LINE__, "HTTPS://example.org:8443", HTTP_TARGET_ABSOLUTE, "example.org:8443", 24 },
                { __LINE__, "http://[::1]:80?a", HTTP_TARGET_ABSOLUTE, "[::1]:80", 15 },
                { __LINE__, "http://%65xample.org/a", HTTP_TARGET_ABSOLUTE, "%65xample.org", 18 },
                { __LINE__, "http:///a", HTTP_TARGET_INVALID, "", 0 },
                { __LINE__, "http://:80/a", HTTP_TARGET_INVALID, "", 0 },
                { __LINE__, "http://user@example.org/a", HTTP_TARGET_INVALID, "", 0 },
                { __LINE__, "ftp://example.org/a", HTTP_TARGET_INVALID, "", 0 },
                { __LINE__, "http:/a", HTTP_TARGET_INVALID, "", 0 },
                { __LINE__, "example.org:443", HTTP_TARGET_INVALID, "", 0 },
                { __LINE__, "a", HTTP_TARGET_INVALID, "", 0 },
                { __LINE__, "", HTTP_TARGET_INVALID, "", 0 },
                { __LINE__, "/%0a", HTTP_TARGET_INVALID, "", 0 },
                { __LINE__, "/%0", HTTP_TARGET_INVALID, "", 0 },
                { __LINE__, "http://example.org/%7f", HTTP_TARGET_INVALID, "", 0 },
        };
        (void)state;
        for (size_t i = 0; i < N_ROWS(rows); i++) {
                HttpTarget target;
                http_target_read(rows[i].text, &target);
                if (target.form != rows[i].form || strcmp(target.authority, rows[i].authority) != 0 ||
                                target.path_at != rows[i].path_at)
                        fail_msg("row of line %d: %u, %s, %zu", rows[i].line, target.form, target.authority,
                                        target.path_at);
        }
}

static void test_http_target_is_authority__hosts(void **state)
{
        static const struct {
                int line;
                const char *text;
                bool is_authority;
        } rows[] = {
                { __LINE__, "example.org", true },
                { __LINE__, "example.org:8080", true },
                { __LINE__, "example.org:", true },
                { __LINE__, "", true },
                { __LINE__, "127.0.0.1", true },
                { __LINE__, "[2001:db8::1]:8080", true },
                { __LINE__, "xn--e1afmkfd.xn--p1ai", true },
                { __LINE__, "a_b", true },
                { __LINE__, "%D1%8F.example", true },
                { __LINE__, "example.org:80a", false },
                { __LINE__, "example.org:80:80", false },
                { __LINE__, "example.org/a", false },
                { __LINE__, "a b", false },
                { __LINE__, "a, b", false },
                { __LINE__, "user@example.org", false },
                { __LINE__, "[::1", false },
                { __LINE__, "[]", false },
                { __LINE__, "[::1]a", false },
                { __LINE__, "::1", false },
                { __LINE__, "%zz", false },
                { __LINE__, "пример.рф", false },
        };
        (void)state;
        for (size_t i = 0; i < N_ROWS(rows); i++)
                if (http_target_is_authority(rows[i].text, strlen(rows[i].text)) != rows[i].is_authority)
                        fail_msg("row of line %d", rows[i].line);
        assert_false(http_target_is_authority("a\0b", 3));
}

static void test_http_framing_read__refuses_ambiguous_ends(void **state)
{
        static const struct {
                int line;
                const char *length, *coding;
                size_t n_lengths, n_codings;
                int in_1_1, in_1_0;
        } rows[] = {
                { __LINE__, NULL, NULL, 0, 0, 0, 0 },
                { __LINE__, "10", NULL, 1, 0, 0, 0 },
                { __LINE__, "18446744073709551615", NULL, 1, 0, 0, 0 },
                { __LINE__, "18446744073709551616", NULL, 1, 0, 413, 413 },
                { __LINE__, "", NULL, 1, 0, 400, 400 },
                { __LINE__, "+1", NULL, 1, 0, 400, 400 },
                { __LINE__, "10, 10", NULL, 1, 0, 400, 400 },
                { __LINE__, "10", NULL, 2, 0, 400, 400 },
                { __LINE__, NULL, "Chunked", 0, 1, 0, 400 },
                { __LINE__, NULL, "chunked", 0, 2, 400, 400 },
                { __LINE__, NULL, "gzip, chunked", 0, 1, 501, 400 },
                { __LINE__, NULL, "chunked, gzip", 0, 1, 400, 400 },
                { __LINE__, NULL, "identity", 0, 1, 400, 400 },
                { __LINE__, NULL, "", 0, 1, 400, 400 },
                { __LINE__, "10", "chunked", 1, 1, 400, 400 },
        };
        (void)state;
        for (size_t i = 0; i < 2 * N_ROWS(rows); i++) {
                size_t row = i / 2;
                HttpFields fields = { 0 };
                uint64_t length = 0;
                fields.fields[HTTP_FIELD_CONTENT_LENGTH] = (HttpField){ rows[row].length,
                        rows[row].length ? strlen(rows[row].length) : 0, rows[row].n_lengths };
                fields.fields[HTTP_FIELD_TRANSFER_ENCODING] = (HttpField){ rows[row].coding,
                        rows[row].coding ? strlen(rows[row].coding) : 0, rows[row].n_codings };
                int status = http_framing_read(&fields, i % 2, &length);
                if (status != (i % 2 ? rows[row].in_1_0 : rows[row].in_1_1) ||
                                (status == 0 && rows[row].length &&
                                                length != strtoull(rows[row].length, NULL, 10)))
                        fail_msg("row of line %d: %d, %llu", rows[row].line, status,
                                        (unsigned long long)length);
        }
}

static void test_http_method_list__all_methods(void **state)
{
        char list[HTTP_METHODS_SIZE];
        (void)state;
        http_method_list(0, list);
        assert_string_equal(list, "OPTIONS");
        http_method_list(HTTP_GET | HTTP_PUT | HTTP_DELETE | HTTP_OPTIONS, list);
        assert_string_equal(list, "GET, HEAD, PUT, DELETE, OPTIONS");
        http_method_list(~0U, list);
        assert_string_equal(list,
                        "GET, HEAD, POST, PUT, PATCH, DELETE, PROPFIND, PROPPATCH, REPORT, MKCALENDAR, MKCOL, MOVE, COPY, ACL, LOCK, UNLOCK, OPTIONS");
        unsigned all = 0;
        for (char *name = list, *next; name; name = next) {
                next = strstr(name, ", ");
                if (next) {
                        *next = '\0';
                        next += 2;
                }
                assert_int_not_equal(http_method_of(name), 0);
                all |= http_method_of(name);
        }
        assert_int_equal(http_method_of("HEAD"), HTTP_GET);
        assert_int_equal(all, HTTP_PATCH * 2 - 1);
        assert_int_equal(http_method_of("get"), 0);
        assert_int_equal(http_method_of("BREW"), 0);
}

static void test_http_route_find__longest_prefix(void **state)
{
        static const HttpRoute routes[] = {
                { "/", true, HTTP_GET, NULL, NULL },
                { "/", false, HTTP_PUT, NULL, NULL },
                { "/a/", false, HTTP_GET, NULL, NULL },
                { "/a/b", true, HTTP_REPORT, NULL, NULL },
                { NULL, false, 0, NULL, NULL },
        };
        static const struct {
                int line;
                const char *path;
                int index;
        } rows[] = {
                { __LINE__, "/", 0 },
                { __LINE__, "/x", 1 },
                { __LINE__, "/a", 1 },
                { __LINE__, "/a/", 2 },
                { __LINE__, "/a/b", 3 },
                { __LINE__, "/a/bc", 2 },
                { __LINE__, "x", -1 },
        };
        (void)state;
        for (size_t i = 0; i < N_ROWS(rows); i++) {
                const HttpRoute *route = http_route_find(routes, rows[i].path);
                if ((route ? (int)(route - routes) : -1) != rows[i].index)
                        fail_msg("row of line %d", rows[i].line);
        }
        assert_int_equal(http_route_methods(routes), HTTP_GET | HTTP_PUT | HTTP_REPORT);
}

static void test_http_accept_coding__weights(void **state)
{
        static const struct {
                int line;
                const char *value;
                int without_gzip, with_gzip;
        } rows[] = {
                { __LINE__, NULL, CODING_IDENTITY, CODING_IDENTITY },
                { __LINE__, "", CODING_IDENTITY, CODING_IDENTITY },
                { __LINE__, "gzip", CODING_IDENTITY, CODING_GZIP },
                { __LINE__, "GZip", CODING_IDENTITY, CODING_GZIP },
                { __LINE__, "x-gzip", CODING_IDENTITY, CODING_GZIP },
                { __LINE__, "deflate, gzip;q=1.0, *;q=0.5", CODING_IDENTITY, CODING_GZIP },
                { __LINE__, "br;q=1, gzip ; q=0.001", CODING_IDENTITY, CODING_GZIP },
                { __LINE__, "gzip;q=0", CODING_IDENTITY, CODING_IDENTITY },
                { __LINE__, "gzip;q=0.000, *", CODING_IDENTITY, CODING_IDENTITY },
                { __LINE__, "gzip;q=0.5, identity", CODING_IDENTITY, CODING_IDENTITY },
                { __LINE__, "gzip;q=0.5, identity;q=0.4", CODING_IDENTITY, CODING_GZIP },
                { __LINE__, "*", CODING_IDENTITY, CODING_GZIP },
                { __LINE__, "*;q=0", REFUSED, REFUSED },
                { __LINE__, "*;q=0, identity", CODING_IDENTITY, CODING_IDENTITY },
                { __LINE__, "gzip, *;q=0", REFUSED, CODING_GZIP },
                { __LINE__, "identity;q=0", REFUSED, REFUSED },
                { __LINE__, "identity;q=0, gzip", REFUSED, CODING_GZIP },
                { __LINE__, "br", CODING_IDENTITY, CODING_IDENTITY },
                { __LINE__, "gzip;q=1.001", CODING_IDENTITY, CODING_IDENTITY },
                { __LINE__, "gzip;q=-1", CODING_IDENTITY, CODING_IDENTITY },
                { __LINE__, "gzip;q=2", CODING_IDENTITY, CODING_IDENTITY },
                { __LINE__, "gzip;q=", CODING_IDENTITY, CODING_IDENTITY },
                { __LINE__, "gzip;x=\"a,b;q=0\"", CODING_IDENTITY, CODING_GZIP },
                { __LINE__, "gzip;x=\"", CODING_IDENTITY, CODING_GZIP },
                { __LINE__, ",,;q=0,gzip", CODING_IDENTITY, CODING_GZIP },
        };
        (void)state;
        for (size_t i = 0; i < 2 * N_ROWS(rows); i++) {
                ContentCoding coding = N_CODINGS;
                bool has_gzip = i % 2;
                int wanted = has_gzip ? rows[i / 2].with_gzip : rows[i / 2].without_gzip;
                int r = http_accept_coding(
                                rows[i / 2].value, has_gzip ? CODING_BIT(CODING_GZIP) : 0, &coding);
                if (wanted == REFUSED ? r != HTTP_E_NOT_ACCEPTABLE : r != 0 || (int)coding != wanted)
                        fail_msg("row of line %d, gzip %d: %d, %u", rows[i / 2].line, has_gzip, r, coding);
        }
}

/* All codings are made: of equal weights the last one is chosen. */
static void test_http_accept_coding__chooses_the_best(void **state)
{
        static const struct {
                int line;
                const char *value;
                ContentCoding wanted;
        } rows[] = {
                { __LINE__, "gzip, deflate, br, zstd", CODING_BROTLI },
                { __LINE__, "gzip, zstd", CODING_ZSTD },
                { __LINE__, "br;q=0.8, gzip", CODING_GZIP },
                { __LINE__, "BR;q=0.8, zstd;q=0.9, gzip;q=0.1", CODING_ZSTD },
                { __LINE__, "br;q=0, *", CODING_ZSTD },
                { __LINE__, "identity, br;q=0.9", CODING_IDENTITY },
                { __LINE__, "brotli", CODING_IDENTITY },
        };
        (void)state;
        for (size_t i = 0; i < N_ROWS(rows); i++) {
                ContentCoding coding = N_CODINGS;
                int r = http_accept_coding(rows[i].value, CODING_BIT(N_CODINGS) - 1, &coding);
                if (r != 0 || coding != rows[i].wanted)
                        fail_msg("row of line %d: %d, %u", rows[i].line, r, coding);
        }
}

static void test_http_accept_refuses__only_explicitly(void **state)
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
                cmocka_unit_test(test_http_etag_if_match__is_strong_except_for_additions_of_proxies),
                cmocka_unit_test(test_http_condition_evaluate__order),
                cmocka_unit_test(test_http_condition_evaluate__dates_without_a_modification_time),
                cmocka_unit_test(test_http_target_read__forms),
                cmocka_unit_test(test_http_target_is_authority__hosts),
                cmocka_unit_test(test_http_framing_read__refuses_ambiguous_ends),
                cmocka_unit_test(test_http_method_list__all_methods),
                cmocka_unit_test(test_http_route_find__longest_prefix),
                cmocka_unit_test(test_http_accept_coding__weights),
                cmocka_unit_test(test_http_accept_coding__chooses_the_best),
                cmocka_unit_test(test_http_accept_refuses__only_explicitly),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
