/* Tests requests of every form, also those that are refused. */

#include "servers.h"

static void test_requests__statuses(void **state)
{
        static const struct {
                int line;
                const char *request, *headers, *body;
                int status;
                const char *wanted; /* somewhere in the answer */
        } rows[] = {
                { __LINE__, "GET /feed", "Range: bytes=0-3\r\n", "", 200, "0123456789" },
                { __LINE__, "GET /feed?nocache=1", "", "", 200, "0123456789" },
                { __LINE__, "GET /%66eed", "", "", 200, "0123456789" },
                { __LINE__, "GET /%2566eed", "", "", 404, "404" },
                { __LINE__, "GET //feed", "", "", 404, "404" },
                { __LINE__, "GET /feed/../feed/x", "", "", 200, "0123456789" },
                { __LINE__, "GET /feeder", "", "", 404, "404" },
                { __LINE__, "GET /none", "", "", 404, "no-store" },
                { __LINE__, "GET /none", "Accept: text/html\r\n", "", 404, "<!DOCTYPE html>" },
                { __LINE__, "GET /none", "Accept-Language: ru\r\n", "", 404, "Такой страницы нет" },
                { __LINE__, "GET /feed%00", "", "", 400, "400" },
                { __LINE__, "GET /echo/a%0db", "", "", 400, "400" },
                { __LINE__, "GET /echo/%zz", "", "", 400, "400" },
                { __LINE__, "GET /echo/%", "", "", 400, "400" },
                { __LINE__, "GET /echo/a%20%D1%8F", "", "", 200, "a я" },
                { __LINE__, "GET /echo/?field=a+b%26", "", "", 200, "a b&" },
                { __LINE__, "GET /echo/deeper/x", "", "", 200, "0123456789" },
                { __LINE__, "GET /feed", "Accept: text/calendar;q=0\r\n", "", 406, "406" },
                { __LINE__, "GET /feed", "Accept: image/png\r\n", "", 200, "0123456789" },
                { __LINE__, "GET /feed", "Accept-Encoding: identity;q=0, gzip;q=0\r\n", "", 406, "406" },
                { __LINE__, "DELETE /feed", "", "", 405, "Allow: GET, HEAD, OPTIONS\r\n" },
                { __LINE__, "PROPFIND /echo/", "", "", 405, "Allow: GET, HEAD, POST, OPTIONS\r\n" },
                { __LINE__, "REPORT /object/", "", "", 405,
                                "Allow: GET, HEAD, PUT, DELETE, PROPFIND, MKCALENDAR, OPTIONS\r\n" },
                { __LINE__, "BREW /feed", "", "", 501, "501" },
                { __LINE__, "get /feed", "", "", 501, "501" },
                { __LINE__, "BREW /none", "", "", 501, "501" },
                { __LINE__, "OPTIONS /object/", "", "", 204, "Allow: GET, HEAD, PUT, DELETE, PROPFIND" },
                { __LINE__, "OPTIONS *", "", "", 204, "MKCALENDAR, OPTIONS\r\n" },
                { __LINE__, "GET *", "", "", 400, "400" },
                { __LINE__, "OPTIONS /options/", "", "", 200, "DAV: 1, 3, calendar-access\r\n" },
                { __LINE__, "REPORT /options/broken", "", "", 500, "500" },
                { __LINE__, "GET feed", "", "", 400, "400" },
                { __LINE__, "GET http://example.org/feed", "", "", 200, "0123456789" },
                { __LINE__, "GET HTTPS://example.org/%66eed?a=b", "", "", 200, "0123456789" },
                { __LINE__, "GET http://example.org/echo/?field=x", "", "", 200, "\r\n\r\nx" },
                { __LINE__, "GET http://example.org", "", "", 404, "404" },
                { __LINE__, "GET ftp://example.org/feed", "", "", 400, "400" },
                { __LINE__, "GET http://user@example.org/feed", "", "", 400, "400" },
                { __LINE__, "GET /feed", "Host: example.org\r\n", "", 400, "400" },
                { __LINE__, "GET /authority", "", "", 200, "X-Authority: example.org\r\n" },
                { __LINE__, "GET http://[::1]:81/authority", "", "", 200, "X-Authority: [::1]:81\r\n" },
                { __LINE__, "GET /authority", "If-None-Match: *\r\n", "", 304,
                                "X-Authority: example.org\r\n" },
                { __LINE__, "GET /authority", "If-Match: \"x\"\r\n", "", 412, "412" },
                { __LINE__, "GET /feed", "If-Match: \"x\"\r\n", "", 412, "412" },
                { __LINE__, "GET /feed", "If-Match: *\r\nIf-None-Match: *\r\n", "", 304, "ETag" },
                { __LINE__, "GET /feed", "If-Unmodified-Since: Wed, 23 Jun 2021 05:59:29 GMT\r\n", "", 412,
                                "412" },
                { __LINE__, "GET /object/1", "If-None-Match: \"x\"\r\nIf-None-Match: W/\"old\"\r\n", "", 304,
                                "ETag: \"old\"\r\nLast-Modified: Wed, 23 Jun 2021 05:59:30 GMT\r\n" },
                { __LINE__, "DELETE /object/1", "If-Match: \"x\"\r\nIf-Match: \"old\"\r\n", "", 207,
                                "\r\n16 0 " },
                { __LINE__, "DELETE /object/1", "If-Match: W/\"old\"\r\n", "", 207, "\r\n16 0 " },
                { __LINE__, "DELETE /object/1", "If-Match: \"old-gzip\"\r\n", "", 207, "\r\n16 0 " },
                { __LINE__, "DELETE /object/1", "If-Match: W/\"older\"\r\n", "", 412, "412" },
                { __LINE__, "DELETE /object/1", "Accept-Language: ru\r\nIf-Match: \"new\"\r\n", "", 412,
                                "изменилось" },
                { __LINE__, "PUT /object/1", "If-None-Match: *\r\nContent-Length: 3\r\n", "abc", 412,
                                "412" },
                { __LINE__, "PUT /object/new", "If-None-Match: *\r\nContent-Length: 3\r\n", "abc", 201,
                                "ETag: \"new\"\r\nLocation: /object/new\r\nDAV: 1, 3\r\n" },
                { __LINE__, "PUT /object/1", "Content-Length: 3\r\n", "abc", 207, "\r\n8 3 abc" },
                { __LINE__, "PUT /object/1", "Transfer-Encoding: chunked\r\n",
                                "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", 207, "\r\n8 3 abc" },
                { __LINE__, "PUT /object/1", "", "", 207, "\r\n8 0 " },
                { __LINE__, "MKCALENDAR /object/1", "Content-Length: 3\r\n", "abc", 207, "\r\n256 0 " },
                { __LINE__, "PUT /object/1", "Content-Length: 1001\r\n", "", 413, "Connection: close\r\n" },
                { __LINE__, "DELETE /object/1", "Content-Length: 65537\r\n", "", 413,
                                "Connection: close\r\n" },
                { __LINE__, "POST /feed", "Content-Length: 65537\r\n", "", 405, "Connection: close\r\n" },
                { __LINE__, "PUT /object/secret", "Content-Length: 3\r\n", "abc", 401,
                                "WWW-Authenticate: Basic realm=\"test\"\r\n" },
                { __LINE__, "PUT /sum", "Content-Length: 3\r\n", "abc", 200, "3 bytes, 294" },
                { __LINE__, "PUT /sum", "", "", 200, "0 bytes, 0" },
                { __LINE__, "PUT /sum", "Transfer-Encoding: chunked\r\n", "3\r\nab!\r\n2\r\nab\r\n0\r\n\r\n",
                                500, "500" },
                { __LINE__, "PUT /sum", "Content-Length: 200001\r\n", "", 413, "413" },
                { __LINE__, "PUT /sum", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "abc", 400,
                                "Connection: close\r\n" },
                { __LINE__, "PUT /sum", "Content-Length: 3\r\nContent-Length: 3\r\n", "abc", 400,
                                "Connection: close\r\n" },
                { __LINE__, "PUT /sum", "Transfer-Encoding: chunked, gzip\r\n", "abc", 400,
                                "Connection: close\r\n" },
                { __LINE__, "PUT /sum", "Transfer-Encoding: gzip, chunked\r\n", "abc", 501,
                                "Connection: close\r\n" },
                { __LINE__, "GET /feed", "Content-Length: 0\r\nContent-Length: 0\r\n", "", 400,
                                "Connection: close\r\n" },
                { __LINE__, "GET /client", "", "", 200, "\r\n127.0.0.1" },
                { __LINE__, "GET /client", "X-Forwarded-For: 192.0.2.1\r\n", "", 200, "\r\n192.0.2.1" },
                { __LINE__, "GET /client",
                                "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-For: 192.0.2.1, 10.1.1.1\r\n", "",
                                200, "\r\n192.0.2.1" },
                { __LINE__, "GET /client", "X-Forwarded-For: 192.0.2.1, , \r\n", "", 200, "\r\n192.0.2.1" },
                { __LINE__, "GET /client", "X-Forwarded-For: spoofed, 192.0.2.1\r\n", "", 200,
                                "\r\n192.0.2.1" },
                { __LINE__, "GET /client", "X-Forwarded-For: \r\n", "", 200, "\r\n127.0.0.1" },
                { __LINE__, "GET /client", "X-Forwarded-For: unknown\r\n", "", 200, "\r\nunknown" },
                { __LINE__, "GET /client", "X-Forwarded-For: 192.0.2.1:4711\r\n", "", 200, "\r\nunknown" },
                { __LINE__, "GET /client", "X-Forwarded-For: 192.0.2.1, unknown, 10.1.1.1\r\n", "", 200,
                                "\r\nunknown" },
                { __LINE__, "POST /feed", "Content-Length: 3\r\n", "a=b", 405, "Allow: GET" },
                { __LINE__, "OPTIONS /feed", "Origin: https://example.org\r\n", "", 204,
                                "Access-Control-Allow-Methods: GET" },
                { __LINE__, "GET /fails-on-purpose", "", "", 500, "500" },
                { __LINE__, "POST /echo/",
                                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 21\r\n",
                                "x=1&field=a%20b&field", 200, "a b" },
                { __LINE__, "POST /echo/",
                                "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: "
                                "chunked\r\n",
                                "6\r\nfield=\r\n3\r\nabc\r\n0\r\n\r\n", 200, "abc" },
                { __LINE__, "POST /echo/",
                                "Content-Type: multipart/form-data; boundary=boundary\r\nContent-Length: "
                                "81\r\n",
                                "--boundary\r\nContent-Disposition: form-data; "
                                "name=\"field\"\r\n\r\nvalue\r\n--boundary--\r\n",
                                200, "value" },
                { __LINE__, "POST /echo/", "Content-Type: text/plain\r\nContent-Length: 3\r\n", "abc", 415,
                                "415" },
                { __LINE__, "POST /echo/",
                                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                                "16385\r\n",
                                "", 413, "413" },
        };
        Fixture *fixture = *state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                const char *answer = ask(fixture, rows[i].request, rows[i].headers, rows[i].body);
                if (status_of(answer) != rows[i].status || !strstr(answer, rows[i].wanted))
                        fail_msg("row of line %d: %s", rows[i].line, answer);
        }
}

static char *repeat(char c, size_t n, const char *before, const char *after)
{
        char *text = malloc(strlen(before) + n + strlen(after) + 1);
        char *at = stpcpy(text, before);
        memset(at, c, n);
        strcpy(at + n, after);
        return text;
}

static void test_requests__limits(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_free) char *fits = repeat('a', 2000, "GET /echo/", "");
        CLEANUP(cleanup_free) char *long_path = repeat('a', 2049, "GET /echo/", "");
        CLEANUP(cleanup_free) char *huge_path = repeat('a', 60000, "GET /echo/", "");
        CLEANUP(cleanup_free) char *long_header = repeat('a', 8192, "X-Long: ", "\r\n");
        CLEANUP(cleanup_free) char *huge_header = repeat('a', 60000, "X-Long: ", "\r\n");
        assert_int_equal(status_of(ask(fixture, fits, "", "")), 200);
        assert_int_equal(status_of(ask(fixture, long_path, "", "")), 414);
        assert_int_equal(status_of(ask(fixture, huge_path, "", "")), 414);
        assert_int_equal(status_of(ask(fixture, "GET /feed", long_header, "")), 431);
        const char *answer = ask(fixture, "GET /feed", huge_header, "");
        assert_int_equal(status_of(answer), 431);
        assert_true(strlen(body_of(answer)) > 0);
}

static void test_requests__form_without_length_is_bounded(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_free) char *body = repeat('a', 16384, "4006\r\nfield=", "\r\n0\r\n\r\n");
        const char *answer = ask(fixture, "POST /echo/",
                        "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n",
                        body);
        assert_int_equal(status_of(answer), 413);
}

static char *make_put(const char *path, const char *headers, size_t n)
{
        CLEANUP(cleanup_free) char *head = NULL;
        assert_true(asprintf(&head, "PUT %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n%s\r\n", path,
                                    headers) > 0);
        return repeat('a', n, head, "");
}

static const char *ask_whole(Fixture *fixture, const char *request)
{
        CLEANUP(cleanup_close) int fd = dial(fixture);
        send_all(fd, request);
        return read_all(fixture, fd);
}

/* Content of exactly the maximum size is accepted, buffered and streamed. */
static void test_requests__content_up_to_its_maximum(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_free) char *kept = make_put("/object/1", "Content-Length: 1000\r\n", KEPT_BYTES);
        CLEANUP(cleanup_free)
        char *streamed = make_put("/sum", "Content-Length: 200000\r\n", STREAMED_BYTES);
        assert_non_null(strstr(ask_whole(fixture, kept), "\r\n8 1000 aaaa"));
        assert_non_null(strstr(ask_whole(fixture, streamed), "200000 bytes, 19400000"));
}

/*
 * Content without a declared length: 413 when a little too long, no reply when far too long. The handler is
 * called for neither.
 */
static void test_requests__content_without_length_is_bounded(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_free)
        char *over = repeat('a', 1001,
                        "PUT /object/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n",
                        "\r\n0\r\n\r\nGET /echo/next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        const char *answer = ask_whole(fixture, over);
        assert_int_equal(status_of(answer), 413);
        assert_non_null(strstr(answer, "\r\n\r\nnext"));
        CLEANUP(cleanup_free)
        char *far_over = repeat('a', 1048576,
                        "PUT /object/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n",
                        "\r\n0\r\n\r\n");
        assert_string_equal(ask_whole(fixture, far_over), "");
        CLEANUP(cleanup_free)
        char *stream = repeat('a', 200001,
                        "PUT /sum HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n30d41\r\n",
                        "\r\n0\r\n\r\n");
        assert_int_equal(status_of(ask_whole(fixture, stream)), 413);
        assert_int_equal(fixture->n_handled, 0);
}

/*
 * A client that waits for "100 Continue" gets it, or a refusal instead, before it has sent any content (RFC
 * 9110, 10.1.1).
 */
static void test_requests__expect_continue(void **state)
{
        static const struct {
                int line;
                const char *target, *length;
                int status;
        } rows[] = {
                { __LINE__, "/object/1", "1001", 413 },
                { __LINE__, "/object/secret", "3", 401 },
                { __LINE__, "/none", "3", 404 },
                { __LINE__, "/feed", "3", 405 },
                { __LINE__, "/sum", "200001", 413 },
        };
        Fixture *fixture = *state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                CLEANUP(cleanup_free) char *request = NULL;
                assert_true(asprintf(&request,
                                            "PUT %s HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: %s\r\n\r\n",
                                            rows[i].target, rows[i].length) > 0);
                const char *answer = ask_whole(fixture, request);
                if (status_of(answer) != rows[i].status || strstr(answer, "100 Continue"))
                        fail_msg("row of line %d: %s", rows[i].line, answer);
        }
        CLEANUP(cleanup_close) int fd = dial(fixture);
        char interim[26] = "";
        send_all(fd, "PUT /sum HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n");
        assert_int_equal(recv(fd, interim, 25, MSG_WAITALL), 25);
        assert_string_equal(interim, "HTTP/1.1 100 Continue\r\n\r\n");
        send_all(fd, "abc");
        assert_non_null(strstr(read_all(fixture, fd), "3 bytes, 294"));
}

/* A stream's state is freed at its end, also when the client closes the connection or sends too much. */
static void test_requests__streams_end(void **state)
{
        Fixture *fixture = *state;
        int gone = dial(fixture);
        send_all(gone, "PUT /sum HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\nabc");
        usec_t began = clock_monotonic();
        for (; fixture->n_streams == 0; wait_a_moment())
                assert_true(clock_monotonic() - began < 60 * USEC_PER_SEC);
        close(gone);
        for (; fixture->n_streams > 0; wait_a_moment())
                assert_true(clock_monotonic() - began < 60 * USEC_PER_SEC);
        assert_int_equal(fixture->n_handled, 0);
}

/* RFC 9112, 3.2: HTTP/1.1 without Host, and any request with two or an invalid one. */
static void test_requests__host(void **state)
{
        static const struct {
                int line;
                const char *request;
                int status;
        } rows[] = {
                { __LINE__, "GET /feed HTTP/1.1\r\nConnection: close\r\n\r\n", 400 },
                { __LINE__, "GET http://a/feed HTTP/1.1\r\nConnection: close\r\n\r\n", 400 },
                { __LINE__, "GET /feed HTTP/1.0\r\n\r\n", 200 },
                { __LINE__, "GET /feed HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400 },
                { __LINE__, "GET /feed HTTP/1.1\r\nHost: a\r\nHOST: a\r\nConnection: close\r\n\r\n", 400 },
                { __LINE__, "GET /feed HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n", 400 },
                { __LINE__, "GET /feed HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", 400 },
                { __LINE__, "GET /feed HTTP/1.1\r\nHost: a, b\r\nConnection: close\r\n\r\n", 400 },
                { __LINE__, "GET /feed HTTP/1.1\r\nHost: a:80x\r\nConnection: close\r\n\r\n", 400 },
                { __LINE__, "GET /feed HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n", 200 },
                { __LINE__, "GET /feed HTTP/1.1\r\nHost:  a:80 \t\r\nConnection: close\r\n\r\n", 200 },
                { __LINE__, "GET /feed HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n", 200 },
        };
        Fixture *fixture = *state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                const char *answer = ask_whole(fixture, rows[i].request);
                if (status_of(answer) != rows[i].status)
                        fail_msg("row of line %d: %s", rows[i].line, answer);
        }
}

/* The bytes after a request whose end is in doubt are never read as another request (RFC 9112, 11.2). */
static void test_requests__no_request_can_be_smuggled(void **state)
{
        static const char *const headers[] = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                "Content-Length: 5\r\nContent-Length: 50\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                "Transfer-Encoding: xchunked\r\n",
        };
        Fixture *fixture = *state;
        for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
                CLEANUP(cleanup_free) char *request = NULL;
                assert_true(asprintf(&request,
                                            "POST /echo/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n%s\r\n0\r\n\r\nGET /echo/smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
                                            headers[i]) > 0);
                const char *answer = ask_whole(fixture, request);
                if (status_of(answer) != 400 || strstr(answer, "smuggled"))
                        fail_msg("%s: %s", headers[i], answer);
        }
}

/*
 * A connection stays open after a 304, an error and a GET with ignored content; the next bytes are a new
 * request.
 */
static void test_requests__one_connection(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_close) int fd = dial(fixture);
        send_all(fd, "GET /feed HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n\r\n"
                     "GET /none HTTP/1.1\r\nHost: a\r\n\r\n"
                     "GET /echo/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nGET /none "
                     "GET /echo/last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        const char *answer = read_all(fixture, fd);
        static const char *const wanted[] = { "HTTP/1.1 304", "HTTP/1.1 404", "HTTP/1.1 200", "HTTP/1.1 200",
                "last" };
        for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
                answer = strstr(answer, wanted[i]);
                if (!answer)
                        fail_msg("answer %zu is not there: %s", i, fixture->answer);
                answer++;
        }
}

static void test_requests__old_and_broken_clients(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_close) int old = dial(fixture);
        send_all(old, "GET /feed HTTP/1.0\r\n\r\n");
        assert_string_equal(body_of(read_all(fixture, old)), "0123456789");
        CLEANUP(cleanup_close) int garbage = dial(fixture);
        send_all(garbage, "\x16\x03\x01\x02\r\n\r\n");
        shutdown(garbage, SHUT_WR);
        assert_null(strstr(read_all(fixture, garbage), "200 OK"));
        int gone = dial(fixture);
        send_all(gone, "POST /echo/ HTTP/1.1\r\nHost: a\r\nContent-Type: "
                       "application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\nfie");
        close(gone);
        assert_int_equal(status_of(ask(fixture, "GET /feed", "", "")), 200);
}

int main(void)
{
#define SERVED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        const struct CMUnitTest tests[] = {
                SERVED(test_requests__statuses),
                SERVED(test_requests__limits),
                SERVED(test_requests__form_without_length_is_bounded),
                SERVED(test_requests__content_up_to_its_maximum),
                SERVED(test_requests__content_without_length_is_bounded),
                SERVED(test_requests__expect_continue),
                SERVED(test_requests__streams_end),
                SERVED(test_requests__host),
                SERVED(test_requests__no_request_can_be_smuggled),
                SERVED(test_requests__one_connection),
                SERVED(test_requests__old_and_broken_clients),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
