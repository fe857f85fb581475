#include "base/cleanup.h"
#include "http/reply.h"
#include "http/server.h"
#include "web/error-page.h"

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

enum {
        ANSWER_BYTES = 262144,
        SLOW_MSEC = 300,
        LARGE_BYTES = 131072,
        KEPT_BYTES = 1000,
        STREAMED_BYTES = 200000,
};

typedef struct Fixture {
        HttpServer *server;
        HttpEntity *entity;
        HttpEntity *large;
        char answer[ANSWER_BYTES];
        _Atomic int n_streams, n_handled; /* open streams; requests that a handler of content has received */
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

/* Serves an object with the tag "old" of 2021; `new` in the path: no object exists yet. */
static int on_object(HttpRequest *request, const char *rest, void *userdata)
{
        Fixture *fixture = userdata;
        char text[64];
        size_t len;
        bool is_new = strcmp(rest, "new") == 0;
        fixture->n_handled++;
        int r = http_reply_unless_met(
                        request, is_new ? NULL : "\"old\"", is_new ? 0 : 1624427970 * USEC_PER_SEC);
        if (r != 0)
                return r;
        const char *content = http_request_content(request, &len);
        const HttpHeader headers[] = {
                { "ETag", "\"new\"" },
                { "Location", is_new ? "/object/new" : NULL },
                { "DAV", "1, 3" },
                { NULL, NULL },
        };
        snprintf(text, sizeof(text), "%d %zu %.20s", (int)http_request_method(request), len, content);
        return http_reply_send(request, &(HttpReply){ .status = is_new ? 201 : 207,
                                                        .headers = headers,
                                                        .content_type = "text/plain",
                                                        .bytes = text,
                                                        .len = strlen(text) });
}

static int on_object_header(HttpRequest *request, const char *rest, void *userdata)
{
        (void)userdata;
        const HttpHeader headers[] = { { "WWW-Authenticate", "Basic realm=\"test\"" }, { NULL, NULL } };
        return strcmp(rest, "secret") == 0 ? http_reply_error_with(request, 401, NULL, headers) : 0;
}

static const HttpContent OBJECT_CONTENT = {
        .kind = HTTP_CONTENT_KEPT,
        .methods = HTTP_PUT | HTTP_PROPFIND,
        .max_bytes = KEPT_BYTES,
        .on_header = on_object_header,
};

typedef struct Sum {
        Fixture *fixture;
        unsigned long n_bytes, sum;
} Sum;

static int on_sum_begin(HttpRequest *request, const char *rest, void *userdata, void **ret)
{
        Fixture *fixture = userdata;
        (void)request, (void)rest;
        Sum *sum = calloc(1, sizeof(*sum));
        sum->fixture = fixture;
        fixture->n_streams++;
        *ret = sum;
        return 0;
}

static int on_sum_bytes(void *stream, const char *bytes, size_t len)
{
        Sum *sum = stream;
        for (size_t i = 0; i < len; i++) {
                if (bytes[i] == '!')
                        return -ENOSPC;
                sum->sum += (unsigned char)bytes[i];
        }
        sum->n_bytes += len;
        return 0;
}

static void on_sum_end(void *stream)
{
        Sum *sum = stream;
        sum->fixture->n_streams--;
        free(sum);
}

static int on_sum(HttpRequest *request, const char *rest, void *userdata)
{
        Fixture *fixture = userdata;
        const Sum *sum = http_request_stream(request);
        char text[64];
        (void)rest;
        fixture->n_handled++;
        snprintf(text, sizeof(text), "%lu bytes, %lu", sum->n_bytes, sum->sum);
        return http_reply_page(request, 200, "text/plain", text, strlen(text));
}

static const HttpStream SUM_STREAM = { on_sum_begin, on_sum_bytes, on_sum_end };
static const HttpContent SUM_CONTENT = {
        .kind = HTTP_CONTENT_STREAMED,
        .methods = HTTP_PUT,
        .max_bytes = STREAMED_BYTES,
        .stream = &SUM_STREAM,
};

/* Replies with the host that the client addressed, and adds a header field to those of the entity. */
static int on_authority(HttpRequest *request, const char *rest, void *userdata)
{
        Fixture *fixture = userdata;
        const HttpHeader headers[] = { { "X-Authority", http_request_authority(request) }, { NULL, NULL } };
        (void)rest;
        return http_reply_send(request, &(HttpReply){ .headers = headers, .entity = fixture->entity });
}

static int on_options(HttpRequest *request, const char *rest, void *userdata)
{
        const HttpHeader headers[] = { { "DAV", "1, 3, calendar-access" }, { NULL, NULL } };
        const HttpHeader broken[] = { { "X-Broken", "a\r\nb: c" }, { NULL, NULL } };
        (void)userdata;
        return http_reply_send(request,
                        &(HttpReply){ .status = 200,
                                        .headers = strcmp(rest, "broken") == 0 ? broken : headers });
}

static int on_client(HttpRequest *request, const char *rest, void *userdata)
{
        Address client;
        char text[ADDRESS_TEXT_BYTES] = "unknown";
        (void)rest, (void)userdata;
        if (http_request_client(request, &client))
                address_format(&client, text);
        return http_reply_page(request, 200, "text/plain", text, strlen(text));
}

static const HttpRoute ROUTES[] = {
        { "/feed", true, HTTP_GET, on_entity, NULL },
        { "/feed/", false, HTTP_GET, on_entity, NULL },
        { "/echo/", false, HTTP_GET | HTTP_POST, on_echo, &http_route_form },
        { "/echo/deeper/", false, HTTP_GET, on_entity, NULL },
        { "/slow", true, HTTP_GET, on_slow, NULL },
        { "/fails-on-purpose", true, HTTP_GET, on_failure, NULL },
        { "/object/", false, HTTP_GET | HTTP_PUT | HTTP_DELETE | HTTP_PROPFIND | HTTP_MKCALENDAR, on_object,
                        &OBJECT_CONTENT },
        { "/sum", true, HTTP_PUT, on_sum, &SUM_CONTENT },
        { "/authority", true, HTTP_GET, on_authority, NULL },
        { "/options/", false, HTTP_OPTIONS | HTTP_REPORT, on_options, NULL },
        { "/client", true, HTTP_GET, on_client, NULL },
        { NULL, false, 0, NULL, NULL },
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
        static const char *const proxies[] = { "127.0.0.1", "10.0.0.0/8" };
        const HttpOptions options = {
                .listen = listen,
                .n_listen = 1,
                .threads = 1,
                .connections = 64,
                .idle_timeout = 60 * USEC_PER_SEC,
                .trusted_proxies = proxies,
                .n_trusted_proxies = 2,
                .write_error = error_page_write,
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

static void wait_a_moment(void)
{
        nanosleep(&(struct timespec){ .tv_nsec = 1000000L }, NULL);
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
        /* A server that has already answered may have closed the connection. */
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

/* Returns the whole answer to one request. */
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

/* Content is never sent in a coding that makes it longer; the other codings remain. */
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

static void test_server_stop__lets_requests_finish(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_close) int fd = dial(fixture);
        send_all(fd, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        while (http_server_oldest_sign(fixture->server) == USEC_INFINITY)
                wait_a_moment();
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

typedef struct Drain {
        usec_t not_yet; /* time of the last check after its start that found it unfinished */
        usec_t over;    /* time when it was first seen finished */
} Drain;

static Drain drain(HttpServer *server)
{
        usec_t began = clock_monotonic(), looked = began;
        Drain seen = { 0 };
        http_server_drain(server);
        while (looked = clock_monotonic(), !http_server_drained(server)) {
                seen.not_yet = looked - began;
                wait_a_moment();
        }
        seen.over = clock_monotonic() - began;
        return seen;
}

static void test_server_drain__idle_connections_do_not_delay_it(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_close) int idle = dial(fixture);
        assert_true(idle >= 0);
        assert_int_equal(status_of(ask(fixture, "GET /feed", "", "")), 200);
        Drain seen = drain(fixture->server);
        assert_true(seen.over >= USEC_PER_SEC / 5);
        assert_true(seen.not_yet < USEC_PER_SEC);
}

static void test_server_drain__ends_with_a_client_that_does_not(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_close) int slow = dial(fixture);
        send_all(slow, "POST /echo/ HTTP/1.1\r\nHost: a\r\nContent-Type: "
                       "application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\nfie");
        assert_int_equal(status_of(ask(fixture, "GET /feed", "", "")), 200);
        Drain seen = drain(fixture->server);
        assert_true(seen.over > USEC_PER_SEC);
        assert_true(seen.not_yet < 5 * USEC_PER_SEC / 2);
}

static void test_server_oldest_sign__of_a_handler_at_work(void **state)
{
        Fixture *fixture = *state;
        usec_t before = clock_monotonic(), sign;
        assert_true(http_server_oldest_sign(fixture->server) == USEC_INFINITY);
        CLEANUP(cleanup_close) int fd = dial(fixture);
        send_all(fd, "GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        while ((sign = http_server_oldest_sign(fixture->server)) == USEC_INFINITY)
                assert_true(clock_monotonic() - before < 60 * USEC_PER_SEC);
        assert_true(sign >= before && sign <= clock_monotonic());
        assert_string_equal(body_of(read_all(fixture, fd)), "slow");
        assert_true(http_server_oldest_sign(fixture->server) == USEC_INFINITY);
}

/* Returns whether the error names the configuration key, and the address first in its message. */
static bool names(const InputError *error, const char *address)
{
        return strcmp(error->where, "http.listen") == 0 &&
               strncmp(error->message, address, strlen(address)) == 0 &&
               error->message[strlen(address)] == ' ';
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
                if ((r == 0) != rows[i].works || (r < 0 && (server || !names(&error, rows[i].address))))
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
        assert_true(names(&error, taken));
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
                SERVED(test_requests__content_up_to_its_maximum),
                SERVED(test_requests__content_without_length_is_bounded),
                SERVED(test_requests__expect_continue),
                SERVED(test_requests__streams_end),
                SERVED(test_requests__host),
                SERVED(test_requests__no_request_can_be_smuggled),
                SERVED(test_requests__one_connection),
                SERVED(test_requests__old_and_broken_clients),
                SERVED(test_server_stop__lets_requests_finish),
                SERVED(test_server_drain__each_reply_is_the_last),
                SERVED(test_server_drain__idle_connections_do_not_delay_it),
                SERVED(test_server_drain__ends_with_a_client_that_does_not),
                SERVED(test_server_oldest_sign__of_a_handler_at_work),
                cmocka_unit_test(test_server_new__addresses),
                SERVED(test_server_new__several_listeners_and_threads),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
