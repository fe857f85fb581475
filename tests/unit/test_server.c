#include "base/cleanup.h"
#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <cmocka.h>

enum { ANSWER_BYTES = 262144, SLOW_MSEC = 300, LARGE_BYTES = 131072 };

typedef struct Fixture {
        HttpServer *server;
        HttpEntity *entity;
        HttpEntity *large;
        char answer[ANSWER_BYTES];
} Fixture;

static int on_entity(HttpRequest *request, const char *rest, void *userdata)
{
        Fixture *fixture = userdata;
        return http_reply_entity(request, strcmp(rest, "large") == 0 ? fixture->large : fixture->entity);
}

static int on_echo(HttpRequest *request, const char *rest, void *userdata)
{
        (void)userdata;
        const char *field = http_request_form(request, "field");
        const char *query = http_request_query(request, "field");
        const char *text = field ? field : query ? query : rest;
        return http_reply_page(request, 200, "text/plain; charset=utf-8", text, strlen(text));
}

static int on_slow(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest, (void)userdata;
        nanosleep(&(struct timespec){ .tv_nsec = SLOW_MSEC * 1000000L }, NULL);
        return http_reply_page(request, 200, "text/plain", "slow", 4);
}

static int on_failure(HttpRequest *request, const char *rest, void *userdata)
{
        (void)request, (void)rest, (void)userdata;
        return -5;
}

static const HttpRoute ROUTES[] = {
        { "/feed", true, HTTP_GET, on_entity },
        { "/feed/", false, HTTP_GET, on_entity },
        { "/echo/", false, HTTP_GET | HTTP_POST, on_echo },
        { "/echo/deeper/", false, HTTP_GET, on_entity },
        { "/slow", true, HTTP_GET, on_slow },
        { "/failure", true, HTTP_GET, on_failure },
        { NULL, false, 0, NULL },
};

static int compress_badly(const char *bytes, size_t len, Buffer *out)
{
        (void)bytes, (void)len;
        buffer_puts(out, "not gzip");
        return buffer_error(out);
}

static HttpEntity *make_entity(const char *bytes, size_t len)
{
        HttpEntity *entity;
        const HttpEntityOptions options = {
                .content_type = "text/calendar; charset=utf-8",
                .bytes = bytes,
                .len = len,
                .compress = compress_badly,
                .modified = 1624427970 * USEC_PER_SEC,
                .cache_control = "public, max-age=60",
                .file_name = "all.ics",
                .cors = true,
        };
        assert_int_equal(http_entity_new(&options, &entity), 0);
        return entity;
}

static int set_up(void **state)
{
        static const char *const listen[] = { "127.0.0.1:0", "[::1]:0" };
        const HttpOptions options = {
                .listen = listen,
                .n_listen = 1,
                .threads = 1,
                .connections = 64,
                .idle_timeout = 5 * USEC_PER_SEC,
        };
        Fixture *fixture = calloc(1, sizeof(*fixture));
        CLEANUP(cleanup_free) char *large = malloc(LARGE_BYTES);
        memset(large, 'x', LARGE_BYTES);
        fixture->entity = make_entity("0123456789", 10);
        fixture->large = make_entity(large, LARGE_BYTES);
        InputError error = { 0 };
        if (http_server_new(&options, ROUTES, fixture, &fixture->server, &error) < 0)
                fail_msg("%s: %s", error.where, error.message);
        *state = fixture;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *fixture = *state;
        http_server_stop(fixture->server);
        http_entity_unref(fixture->entity);
        http_entity_unref(fixture->large);
        free(fixture);
        return 0;
}

static int dial(const Fixture *fixture)
{
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct sockaddr_in address = { .sin_family = AF_INET,
                .sin_port = htons((uint16_t)http_server_port(fixture->server, 0)) };
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
        return fd;
}

static void send_all(int fd, const char *bytes)
{
        /* A server that has answered already may have closed its side. */
        for (size_t at = 0, len = strlen(bytes); at < len;) {
                ssize_t n = send(fd, bytes + at, len - at, MSG_NOSIGNAL);
                if (n <= 0)
                        return;
                at += (size_t)n;
        }
}

static const char *read_all(Fixture *fixture, int fd)
{
        size_t len = 0;
        for (ssize_t n; (n = recv(fd, fixture->answer + len, ANSWER_BYTES - 1 - len, 0)) > 0;)
                len += (size_t)n;
        fixture->answer[len] = '\0';
        return fixture->answer;
}

/* The whole answer to one request, whose lines end in `\n` here. */
static const char *ask(Fixture *fixture, const char *method_and_path, const char *headers, const char *body)
{
        CLEANUP(cleanup_close) int fd = dial(fixture);
        CLEANUP(cleanup_free) char *text = NULL;
        assert_true(asprintf(&text, "%s HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n%s\r\n%s",
                                    method_and_path, headers, body) > 0);
        send_all(fd, text);
        return read_all(fixture, fd);
}

static const char *body_of(const char *answer)
{
        const char *end = strstr(answer, "\r\n\r\n");
        return end ? end + 4 : "";
}

static int status_of(const char *answer)
{
        int status = 0;
        sscanf(answer, "HTTP/1.1 %d", &status);
        return status;
}

static void copy_etag(const char *answer, char ret[static 64])
{
        const char *at = strstr(answer, "ETag: ");
        assert_non_null(at);
        assert_int_equal(sscanf(at, "ETag: %63s", ret), 1);
}

static void test_reply_entity__headers_and_validators(void **state)
{
        Fixture *fixture = *state;
        char etag[64], gzip_etag[64], header[128];
        const char *answer = ask(fixture, "GET /feed", "", "");
        assert_int_equal(status_of(answer), 200);
        assert_string_equal(body_of(answer), "0123456789");
        static const char *const wanted[] = { "Content-Type: text/calendar; charset=utf-8\r\n",
                "Last-Modified: Wed, 23 Jun 2021 05:59:30 GMT\r\n", "Cache-Control: public, max-age=60\r\n",
                "Vary: Accept-Encoding\r\n", "Access-Control-Allow-Origin: *\r\n",
                "Content-Disposition: inline; filename=\"all.ics\"\r\n", "Content-Length: 10\r\n",
                "Date: " };
        for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
                if (!strstr(answer, wanted[i]))
                        fail_msg("no %s in %s", wanted[i], answer);
        copy_etag(answer, etag);
        answer = ask(fixture, "GET /feed", "Accept-Encoding: gzip\r\n", "");
        assert_string_equal(body_of(answer), "not gzip");
        assert_non_null(strstr(answer, "Content-Encoding: gzip\r\n"));
        copy_etag(answer, gzip_etag);
        assert_string_not_equal(etag, gzip_etag);
        snprintf(header, sizeof(header), "If-None-Match: \"x\", W/%s\r\n", etag);
        answer = ask(fixture, "GET /feed", header, "");
        assert_int_equal(status_of(answer), 304);
        assert_string_equal(body_of(answer), "");
        assert_non_null(strstr(answer, etag));
        assert_non_null(strstr(answer, "Cache-Control: public, max-age=60\r\n"));
        assert_non_null(strstr(answer, "Vary: Accept-Encoding\r\n"));
        snprintf(header, sizeof(header), "If-None-Match: %s\r\nAccept-Encoding: gzip\r\n", etag);
        assert_int_equal(status_of(ask(fixture, "GET /feed", header, "")), 200);
}

/* What would grow by it is never sent compressed; the choice falls back to what there is, or to nothing. */
static void test_reply_entity__compression_must_pay(void **state)
{
        Fixture *fixture = *state;
        http_entity_unref(fixture->entity);
        fixture->entity = make_entity("1234567", 7);
        const char *answer = ask(fixture, "GET /feed", "Accept-Encoding: gzip\r\n", "");
        assert_string_equal(body_of(answer), "1234567");
        assert_null(strstr(answer, "Content-Encoding"));
        assert_int_equal(status_of(ask(fixture, "GET /feed", "Accept-Encoding: gzip, identity;q=0\r\n", "")),
                        406);
}

static void test_reply_entity__head_has_the_same_header(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_free) char *get = strdup(strstr(ask(fixture, "GET /feed", "", ""), "ETag"));
        *(strstr(get, "\r\n\r\n") + 4) = '\0';
        assert_string_equal(strstr(ask(fixture, "HEAD /feed", "", ""), "ETag"), get);
}

static void test_reply_entity__large_body_whole(void **state)
{
        Fixture *fixture = *state;
        assert_int_equal(strlen(body_of(ask(fixture, "GET /feed/large", "", ""))), LARGE_BYTES);
}

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
                { __LINE__, "POST /feed", "Content-Length: 3\r\n", "a=b", 405, "Allow: GET" },
                { __LINE__, "OPTIONS /feed", "Origin: https://example.org\r\n", "", 204,
                                "Access-Control-Allow-Methods: GET" },
                { __LINE__, "GET /failure", "", "", 500, "500" },
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

/* A connection stays open after a 304, an error and a GET whose body nobody wants; what follows is a request of its own. */
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

static void test_server_stop__lets_requests_finish(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_close) int fd = dial(fixture);
        send_all(fd, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        nanosleep(&(struct timespec){ .tv_nsec = SLOW_MSEC / 3 * 1000000L }, NULL);
        fixture->server = http_server_stop(fixture->server);
        assert_string_equal(body_of(read_all(fixture, fd)), "slow");
}

static void test_server_drain__each_reply_is_the_last(void **state)
{
        static const struct {
                int line;
                const char *request;
                const char *wanted;
        } rows[] = {
                { __LINE__, "GET /feed HTTP/1.1\r\nHost: a\r\n\r\n", "0123456789" },
                { __LINE__, "GET /feed HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n", "not gzip" },
                { __LINE__, "GET /feed HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n\r\n", " 304 " },
                { __LINE__, "GET /none HTTP/1.1\r\nHost: a\r\n\r\n", " 404 " },
                { __LINE__, "OPTIONS /feed HTTP/1.1\r\nHost: a\r\n\r\n", " 204 " },
                { __LINE__, "GET /echo/x HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\nx" },
        };
        enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };
        Fixture *fixture = *state;
        int connections[N_ROWS];
        for (size_t i = 0; i < N_ROWS; i++) {
                char first;
                connections[i] = dial(fixture);
                send_all(connections[i], "GET /echo/ HTTP/1.1\r\nHost: a\r\n\r\n");
                assert_int_equal(recv(connections[i], &first, 1, MSG_PEEK), 1);
        }
        http_server_drain(fixture->server);
        for (size_t i = 0; i < N_ROWS; i++) {
                send_all(connections[i], rows[i].request);
                const char *answer = read_all(fixture, connections[i]);
                const char *second = strstr(answer + 1, "HTTP/1.1 ");
                if (!second || !strstr(second, rows[i].wanted) || !strstr(second, "Connection: close\r\n"))
                        fail_msg("line %d: %s", rows[i].line, answer);
                if (strstr(rows[i].request, "/feed") && strncmp(rows[i].request, "GET", 3) == 0 &&
                                (!strstr(second, "ETag: ") || !strstr(second, "Cache-Control: ")))
                        fail_msg("line %d: headers are missing: %s", rows[i].line, second);
                close(connections[i]);
        }
}

static usec_t wait_until_drained(const HttpServer *server)
{
        usec_t began = clock_monotonic();
        while (!http_server_drained(server))
                nanosleep(&(struct timespec){ .tv_nsec = 1000000L }, NULL);
        return clock_monotonic() - began;
}

static void test_server_drain__idle_connections_do_not_hold_it_up(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_close) int idle = dial(fixture);
        assert_int_equal(status_of(ask(fixture, "GET /feed", "", "")), 200);
        http_server_drain(fixture->server);
        assert_false(http_server_drained(fixture->server));
        assert_true(wait_until_drained(fixture->server) < USEC_PER_SEC);
}

static void test_server_drain__ends_with_a_client_that_does_not(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_close) int slow = dial(fixture);
        send_all(slow, "POST /echo/ HTTP/1.1\r\nHost: a\r\nContent-Type: "
                       "application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\nfie");
        assert_int_equal(status_of(ask(fixture, "GET /feed", "", "")), 200);
        http_server_drain(fixture->server);
        usec_t took = wait_until_drained(fixture->server);
        assert_true(took > USEC_PER_SEC && took < 5 * USEC_PER_SEC / 2);
}

static void test_server_oldest_sign__of_a_handler_at_work(void **state)
{
        Fixture *fixture = *state;
        usec_t before = clock_monotonic(), sign;
        assert_true(http_server_oldest_sign(fixture->server) == USEC_INFINITY);
        CLEANUP(cleanup_close) int fd = dial(fixture);
        send_all(fd, "GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        while ((sign = http_server_oldest_sign(fixture->server)) == USEC_INFINITY)
                assert_true(clock_monotonic() - before < 5 * USEC_PER_SEC);
        assert_true(sign >= before && sign <= clock_monotonic());
        assert_string_equal(body_of(read_all(fixture, fd)), "slow");
        assert_true(http_server_oldest_sign(fixture->server) == USEC_INFINITY);
}

static void test_server_new__addresses(void **state)
{
        static const struct {
                int line;
                const char *address;
                bool works;
        } rows[] = {
                { __LINE__, "127.0.0.1:0", true },
                { __LINE__, "localhost:0", false },
                { __LINE__, "127.0.0.1", false },
                { __LINE__, ":80", false },
                { __LINE__, "127.0.0.1:99999", false },
                { __LINE__, "[::1:0", false },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                HttpServer *server = NULL;
                InputError error = { 0 };
                const HttpOptions options = {
                        .listen = &rows[i].address, .n_listen = 1, .threads = 1, .connections = 8
                };
                int r = http_server_new(&options, ROUTES, NULL, &server, &error);
                if ((r == 0) != rows[i].works ||
                                (r < 0 && (server || strcmp(error.where, rows[i].address) != 0)))
                        fail_msg("row of line %d: %d, %s: %s", rows[i].line, r, error.where, error.message);
                http_server_stop(server);
        }
}

static void test_server_new__several_listeners_and_threads(void **state)
{
        Fixture *fixture = *state;
        static const char *const listen[] = { "127.0.0.1:0", "127.0.0.1:0" };
        const HttpOptions options = { .listen = listen, .n_listen = 2, .threads = 3, .connections = 64 };
        http_server_stop(fixture->server);
        assert_int_equal(http_server_new(&options, ROUTES, fixture, &fixture->server, NULL), 0);
        assert_int_not_equal(http_server_port(fixture->server, 0), http_server_port(fixture->server, 1));
        assert_int_equal(http_server_port(fixture->server, 2), 0);
        char taken[32];
        snprintf(taken, sizeof(taken), "127.0.0.1:%d", http_server_port(fixture->server, 0));
        HttpServer *second = NULL;
        InputError error = { 0 };
        const char *const taken_list[] = { taken };
        const HttpOptions on_taken = { .listen = taken_list, .n_listen = 1, .connections = 8 };
        assert_int_equal(http_server_new(&on_taken, ROUTES, fixture, &second, &error), -EADDRINUSE);
        assert_string_equal(error.where, taken);
        for (int i = 0; i < 20; i++)
                assert_int_equal(status_of(ask(fixture, "GET /feed", "", "")), 200);
}

int main(void)
{
#define SERVED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        const struct CMUnitTest tests[] = {
                SERVED(test_reply_entity__headers_and_validators),
                SERVED(test_reply_entity__compression_must_pay),
                SERVED(test_reply_entity__head_has_the_same_header),
                SERVED(test_reply_entity__large_body_whole),
                SERVED(test_requests__statuses),
                SERVED(test_requests__limits),
                SERVED(test_requests__form_without_length_is_bounded),
                SERVED(test_requests__one_connection),
                SERVED(test_requests__old_and_broken_clients),
                SERVED(test_server_stop__lets_requests_finish),
                SERVED(test_server_drain__each_reply_is_the_last),
                SERVED(test_server_drain__idle_connections_do_not_hold_it_up),
                SERVED(test_server_drain__ends_with_a_client_that_does_not),
                SERVED(test_server_oldest_sign__of_a_handler_at_work),
                cmocka_unit_test(test_server_new__addresses),
                SERVED(test_server_new__several_listeners_and_threads),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
