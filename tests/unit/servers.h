#pragma once

/* For the tests of the server: a server with some handlers, and a client. */

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

static inline int on_entity(HttpRequest *request, const char *rest, void *userdata)
{
        Fixture *fixture = userdata;
        return http_reply_entity(request, strcmp(rest, "large") == 0 ? fixture->large : fixture->entity);
}

static inline int on_echo(HttpRequest *request, const char *rest, void *userdata)
{
        (void)userdata;
        const char *field = http_request_form(request, "field");
        const char *query = http_request_query(request, "field");
        const char *text = field ? field : query ? query : rest;
        return http_reply_page(request, 200, "text/plain; charset=utf-8", text, strlen(text));
}

static inline int on_slow(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest, (void)userdata;
        nanosleep(&(struct timespec){ .tv_nsec = SLOW_MSEC * 1000000L }, NULL);
        return http_reply_page(request, 200, "text/plain", "slow", 4);
}

static inline int on_failure(HttpRequest *request, const char *rest, void *userdata)
{
        (void)request, (void)rest, (void)userdata;
        return -5;
}

/* Serves an object with the tag "old" of 2021; `new` in the path: no object exists yet. */
static inline int on_object(HttpRequest *request, const char *rest, void *userdata)
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

static inline int on_object_header(HttpRequest *request, const char *rest, void *userdata)
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

static inline int on_sum_begin(HttpRequest *request, const char *rest, void *userdata, void **ret)
{
        Fixture *fixture = userdata;
        (void)request, (void)rest;
        Sum *sum = calloc(1, sizeof(*sum));
        sum->fixture = fixture;
        fixture->n_streams++;
        *ret = sum;
        return 0;
}

static inline int on_sum_bytes(void *stream, const char *bytes, size_t len)
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

static inline void on_sum_end(void *stream)
{
        Sum *sum = stream;
        sum->fixture->n_streams--;
        free(sum);
}

static inline int on_sum(HttpRequest *request, const char *rest, void *userdata)
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
static inline int on_authority(HttpRequest *request, const char *rest, void *userdata)
{
        Fixture *fixture = userdata;
        const HttpHeader headers[] = { { "X-Authority", http_request_authority(request) }, { NULL, NULL } };
        (void)rest;
        return http_reply_send(request, &(HttpReply){ .headers = headers, .entity = fixture->entity });
}

static inline int on_options(HttpRequest *request, const char *rest, void *userdata)
{
        const HttpHeader headers[] = { { "DAV", "1, 3, calendar-access" }, { NULL, NULL } };
        const HttpHeader broken[] = { { "X-Broken", "a\r\nb: c" }, { NULL, NULL } };
        (void)userdata;
        return http_reply_send(request,
                        &(HttpReply){ .status = 200,
                                        .headers = strcmp(rest, "broken") == 0 ? broken : headers });
}

static inline int on_client(HttpRequest *request, const char *rest, void *userdata)
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

static inline int compress_badly(const Content *content, ContentCoding coding, Pieces **ret)
{
        (void)content, (void)coding;
        *ret = pieces_new(1);
        return pieces_take(*ret, blob_copy("not gzip", strlen("not gzip")));
}

static inline HttpEntity *make_entity(const char *bytes, size_t len)
{
        HttpEntity *entity;
        const HttpEntityOptions options = {
                .content_type = "text/calendar; charset=utf-8",
                .bytes = bytes,
                .len = len,
                .codings = CODING_BIT(CODING_GZIP),
                .encode = compress_badly,
                .modified = 1624427970 * USEC_PER_SEC,
                .cache_control = "public, max-age=60",
                .file_name = "all.ics",
                .cors = true,
        };
        assert_int_equal(http_entity_new(&options, &entity), 0);
        return entity;
}

static inline int set_up(void **state)
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

static inline int tear_down(void **state)
{
        Fixture *fixture = *state;
        http_server_stop(fixture->server);
        http_entity_unref(fixture->entity);
        http_entity_unref(fixture->large);
        free(fixture);
        return 0;
}

static inline void wait_a_moment(void)
{
        nanosleep(&(struct timespec){ .tv_nsec = 1000000L }, NULL);
}

static inline int dial(const Fixture *fixture)
{
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct sockaddr_in address = { .sin_family = AF_INET,
                .sin_port = htons((uint16_t)http_server_port(fixture->server, 0)) };
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
        return fd;
}

static inline void send_all(int fd, const char *bytes)
{
        /* A server that has already answered may have closed the connection. */
        for (size_t at = 0, len = strlen(bytes); at < len;) {
                ssize_t n = send(fd, bytes + at, len - at, MSG_NOSIGNAL);
                if (n <= 0)
                        return;
                at += (size_t)n;
        }
}

static inline const char *read_all(Fixture *fixture, int fd)
{
        size_t len = 0;
        for (ssize_t n; (n = recv(fd, fixture->answer + len, ANSWER_BYTES - 1 - len, 0)) > 0;)
                len += (size_t)n;
        fixture->answer[len] = '\0';
        return fixture->answer;
}

/* Returns the whole answer to one request. */
static inline const char *ask(
                Fixture *fixture, const char *method_and_path, const char *headers, const char *body)
{
        CLEANUP(cleanup_close) int fd = dial(fixture);
        CLEANUP(cleanup_free) char *text = NULL;
        assert_true(asprintf(&text, "%s HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n%s\r\n%s",
                                    method_and_path, headers, body) > 0);
        send_all(fd, text);
        return read_all(fixture, fd);
}

static inline const char *body_of(const char *answer)
{
        const char *end = strstr(answer, "\r\n\r\n");
        return end ? end + 4 : "";
}

static inline int status_of(const char *answer)
{
        int status = 0;
        sscanf(answer, "HTTP/1.1 %d", &status);
        return status;
}
