/* Tests handlers that defer, on a real server with one thread, which answers other requests meanwhile. */

#include "base/clock.h"
#include "http/reply.h"
#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { ANSWER_BYTES = 262144, REQUESTS = 200, LONG_WORK_MS = 50 };

typedef struct Fixture {
        HttpServer *server;
        HttpEntity *entity, *packed; /* the second one can be compressed */
        _Atomic bool is_held;
        _Atomic int n_waiting;
        char answer[ANSWER_BYTES];
} Fixture;

static void wait_a_moment(void)
{
        nanosleep(&(struct timespec){ .tv_nsec = 1000000L }, NULL);
}

static void wait_until_free(Fixture *fixture)
{
        fixture->n_waiting++;
        while (fixture->is_held)
                wait_a_moment();
        fixture->n_waiting--;
}

static int on_deferred(HttpRequest *request, const char *rest, void *userdata)
{
        Fixture *fixture = userdata;
        int r = http_request_set_cookie(request, "seen", "yes");
        if (r == 0)
                r = http_request_defer(request, HTTP_WORK_WAITS, 0);
        if (r != 0)
                return r;
        if (strcmp(rest, "wait") == 0)
                wait_until_free(fixture);
        if (strcmp(rest, "error") == 0)
                return http_reply_error(request, 404, NULL);
        if (strcmp(rest, "fails") == 0)
                return -EIO;
        if (strcmp(rest, "entity") == 0)
                return http_reply_send(request, &(HttpReply){ .entity = fixture->entity });
        const char *field = http_request_form(request, "field");
        const char *text = field ? field : rest;
        return http_reply_page(request, 200, "text/plain", text, strlen(text));
}

/* There is one server at a time; the compression has no userdata. */
static Fixture *compressing;
static _Atomic int n_compressed;

static int compress(const Content *content, ContentCoding coding, Pieces **ret)
{
        (void)coding;
        n_compressed++;
        wait_until_free(compressing);
        *ret = pieces_new(1);
        const char *bytes = blob_bytes(chunk_blob(content_chunk(content, 0)), NULL);
        return pieces_take(*ret, blob_copy(bytes, content_len(content) / 2));
}

static int on_packed(HttpRequest *request, const char *rest, void *userdata)
{
        Fixture *fixture = userdata;
        (void)rest;
        return http_reply_entity(request, fixture->packed);
}

static int on_entity(HttpRequest *request, const char *rest, void *userdata)
{
        Fixture *fixture = userdata;
        int r = strcmp(rest, "deferred") == 0 ? http_request_defer(request, HTTP_WORK_SHORT, 0) : 0;
        return r != 0 ? r : http_reply_entity(request, fixture->entity);
}

/* Computes for some milliseconds, as for a page that is not kept. */
static int on_long(HttpRequest *request, const char *rest, void *userdata)
{
        (void)userdata;
        int r = http_request_defer(request, HTTP_WORK_LONG, 0);
        if (r != 0)
                return r;
        usec_t end = clock_of_thread() + atoi(rest) * USEC_PER_MSEC;
        while (clock_of_thread() < end)
                continue;
        return http_reply_page(request, 200, "text/plain", rest, strlen(rest));
}

static const HttpRoute ROUTES[] = {
        { "/long/", false, HTTP_GET, on_long, NULL },
        { "/deferred/", false, HTTP_GET | HTTP_POST, on_deferred, &http_route_form },
        { "/entity/", false, HTTP_GET, on_entity, NULL },
        { "/packed", true, HTTP_GET, on_packed, NULL },
        { NULL, false, 0, NULL, NULL },
};

static int set_up(void **state)
{
        static const char *const listen[] = { "127.0.0.1:0" };
        static const char *const proxies[] = { "127.0.0.1" };
        const HttpOptions options = { .listen = listen,
                .n_listen = 1,
                .threads = 1,
                .connections = 512,
                .trusted_proxies = proxies,
                .n_trusted_proxies = 1,
                .long_work = LONG_WORK_MS * USEC_PER_MSEC };
        const HttpEntityOptions entity = {
                .content_type = "text/plain", .bytes = "entity", .len = 6, .cache_control = "no-cache"
        };
        const HttpEntityOptions packed = { .content_type = "text/plain",
                .bytes = "packed packed",
                .len = 13,
                .cache_control = "no-cache",
                .codings = CODING_BIT(CODING_GZIP),
                .encode = compress };
        Fixture *fixture = compressing = calloc(1, sizeof(*fixture));
        assert_int_equal(http_entity_new(&packed, &fixture->packed), 0);
        n_compressed = 0;
        assert_int_equal(http_entity_new(&entity, &fixture->entity), 0);
        assert_int_equal(http_server_new(&options, ROUTES, fixture, &fixture->server, NULL), 0);
        *state = fixture;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *fixture = *state;
        fixture->is_held = false;
        http_server_stop(fixture->server);
        http_entity_unref(fixture->entity);
        http_entity_unref(fixture->packed);
        free(fixture);
        return 0;
}

static int dial(const Fixture *fixture)
{
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct sockaddr_in address = { .sin_family = AF_INET,
                .sin_port = htons((uint16_t)http_server_port(fixture->server, 0)),
                .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        assert_int_equal(connect(fd, (const struct sockaddr *)(const void *)&address, sizeof(address)), 0);
        return fd;
}

static void send_request(int fd, const char *line, const char *headers, const char *content)
{
        char text[1024];
        snprintf(text, sizeof(text), "%s HTTP/1.1\r\nHost: a\r\n%s\r\n%s", line, headers, content);
        assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static const char *read_all(Fixture *fixture, int fd)
{
        size_t len = 0;
        for (ssize_t n; (n = recv(fd, fixture->answer + len, ANSWER_BYTES - 1 - len, 0)) > 0;)
                len += (size_t)n;
        fixture->answer[len] = '\0';
        close(fd);
        return fixture->answer;
}

static const char *ask(Fixture *fixture, const char *line, const char *headers, const char *content)
{
        char all[512];
        int fd = dial(fixture);
        snprintf(all, sizeof(all), "%sConnection: close\r\n", headers);
        send_request(fd, line, all, content);
        return read_all(fixture, fd);
}

static void test_request_defer__each_kind_of_reply(void **state)
{
        static const struct {
                int line;
                const char *request, *headers, *content, *wanted, *also;
        } cases[] = {
                { __LINE__, "GET /deferred/page", "", "", " 200 ", "\r\n\r\npage" },
                { __LINE__, "GET /deferred/page", "", "", "Set-Cookie: seen=yes", "no-store" },
                { __LINE__, "HEAD /deferred/page", "", "", "Content-Length: 4\r\n", "\r\n\r\n" },
                { __LINE__, "GET /deferred/error", "", "", " 404 ", "404" },
                { __LINE__, "GET /deferred/fails", "", "", " 500 ", "500" },
                { __LINE__, "GET /deferred/entity", "", "", " 200 ", "\r\n\r\nentity" },
                { __LINE__, "GET /entity/deferred", "", "", " 200 ", "\r\n\r\nentity" },
                { __LINE__, "GET /entity/deferred", "If-None-Match: *\r\n", "", " 304 ", "ETag: " },
                { __LINE__, "POST /deferred/form",
                                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n",
                                "field=text", " 200 ", "\r\n\r\ntext" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                const char *answer = ask(*state, cases[i].request, cases[i].headers, cases[i].content);
                if (!strstr(answer, cases[i].wanted) || !strstr(answer, cases[i].also))
                        fail_msg("line %d: %s", cases[i].line, answer);
                const char *cookie = strstr(answer, "Set-Cookie: ");
                if (cookie && strstr(cookie + 1, "Set-Cookie: "))
                        fail_msg("line %d: a cookie is set twice", cases[i].line);
        }
}

/* Pipelined requests are answered in order. */
static void test_request_defer__the_connection_serves_further_requests(void **state)
{
        Fixture *fixture = *state;
        int fd = dial(fixture);
        for (int i = 0; i < REQUESTS; i++)
                send_request(fd, i % 3 ? "GET /deferred/next" : "GET /entity/x", "", "");
        send_request(fd, "GET /deferred/last", "Connection: close\r\n", "");
        const char *answer = read_all(fixture, fd);
        int n = 0;
        for (const char *at = answer; (at = strstr(at, "HTTP/1.1 200 ")); at++)
                n++;
        assert_int_equal(n, REQUESTS + 1);
        assert_non_null(strstr(answer, "\r\n\r\nlast"));
}

static void test_request_defer__others_are_answered_meanwhile(void **state)
{
        Fixture *fixture = *state;
        fixture->is_held = true;
        int waiting = dial(fixture);
        send_request(waiting, "GET /deferred/wait", "Connection: close\r\n", "");
        while (fixture->n_waiting == 0)
                wait_a_moment();
        assert_non_null(strstr(ask(fixture, "GET /entity/x", "", ""), "\r\n\r\nentity"));
        char byte;
        assert_int_equal(recv(waiting, &byte, 1, MSG_DONTWAIT), -1);
        assert_true(http_server_oldest_sign(fixture->server) < USEC_INFINITY);
        fixture->is_held = false;
        assert_non_null(strstr(read_all(fixture, waiting), "\r\n\r\nwait"));
}

/*
 * A large feed is compressed once. Its uncompressed reply, its 304 and other replies do not wait for the
 * compression.
 */
static void test_reply_entity__compresses_beside_the_replies(void **state)
{
        enum { ASKING = 8 };
        Fixture *fixture = *state;
        int asking[ASKING];
        fixture->is_held = true;
        for (int i = 0; i < ASKING; i++) {
                asking[i] = dial(fixture);
                send_request(asking[i], "GET /packed", "Accept-Encoding: gzip\r\nConnection: close\r\n", "");
        }
        while (fixture->n_waiting == 0)
                wait_a_moment();
        assert_non_null(strstr(ask(fixture, "GET /entity/x", "", ""), "\r\n\r\nentity"));
        assert_non_null(strstr(ask(fixture, "GET /packed", "", ""), "\r\n\r\npacked packed"));
        const char *headers = "Accept-Encoding: gzip\r\nIf-None-Match: *\r\n";
        assert_non_null(strstr(ask(fixture, "GET /packed", headers, ""), " 304 "));
        fixture->is_held = false;
        for (int i = 0; i < ASKING; i++) {
                const char *answer = read_all(fixture, asking[i]);
                assert_non_null(strstr(answer, "Content-Encoding: gzip\r\n"));
                assert_non_null(strstr(answer, "\r\n\r\npacked"));
        }
        assert_int_equal(n_compressed, 1);
        assert_non_null(strstr(ask(fixture, "HEAD /packed", "Accept-Encoding: gzip\r\n", ""),
                        "Content-Length: 6\r\n"));
}

static void test_request_defer__clients_may_disconnect(void **state)
{
        Fixture *fixture = *state;
        fixture->is_held = true;
        for (int i = 0; i < REQUESTS; i++) {
                int fd = dial(fixture);
                send_request(fd, i ? "GET /deferred/entity" : "GET /deferred/wait", "", "");
                close(fd);
        }
        while (fixture->n_waiting == 0)
                wait_a_moment();
        fixture->is_held = false;
        assert_non_null(strstr(ask(fixture, "GET /deferred/page", "", ""), "\r\n\r\npage"));
}

/* The running handler finishes; waiting requests of the same client are dropped. */
static void test_server_stop__with_requests_that_wait(void **state)
{
        Fixture *fixture = *state;
        int connections[8];
        fixture->is_held = true;
        for (int i = 0; i < 8; i++) {
                connections[i] = dial(fixture);
                send_request(connections[i], "GET /deferred/wait", "", "");
        }
        while (fixture->n_waiting == 0)
                wait_a_moment();
        http_server_drain(fixture->server);
        usec_t begun = clock_monotonic();
        while (!http_server_drained(fixture->server))
                wait_a_moment();
        assert_true(clock_monotonic() - begun >= USEC_PER_SEC);
        fixture->is_held = false;
        fixture->server = http_server_stop(fixture->server);
        for (int i = 0; i < 8; i++)
                read_all(fixture, connections[i]);
}

/* A network that has used its processor time is refused long work, and no other. */
static void test_request_defer__long_work_has_a_budget(void **state)
{
        static const struct {
                int line;
                const char *request, *headers, *wanted;
        } cases[] = {
                { __LINE__, "GET /long/100", "X-Forwarded-For: 203.0.113.1\r\n", " 200 " },
                { __LINE__, "GET /long/1", "X-Forwarded-For: 203.0.113.1\r\n", " 429 " },
                { __LINE__, "GET /long/1", "X-Forwarded-For: 203.0.113.7\r\n", "\r\nRetry-After: " },
                { __LINE__, "GET /deferred/page", "X-Forwarded-For: 203.0.113.1\r\n", " 200 " },
                { __LINE__, "GET /entity/x", "X-Forwarded-For: 203.0.113.1\r\n", " 200 " },
                { __LINE__, "GET /long/1", "X-Forwarded-For: 203.0.114.1\r\n", " 200 " },
                /* The proxy itself, and an address that cannot be read, may be many visitors. */
                { __LINE__, "GET /long/100", "", " 200 " },
                { __LINE__, "GET /long/1", "", " 200 " },
                { __LINE__, "GET /long/100", "X-Forwarded-For: unknown\r\n", " 200 " },
                { __LINE__, "GET /long/1", "X-Forwarded-For: unknown\r\n", " 200 " },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                const char *answer = ask(*state, cases[i].request, cases[i].headers, "");
                if (!strstr(answer, cases[i].wanted))
                        fail_msg("line %d: %s", cases[i].line, answer);
        }
}

int main(void)
{
#define SERVED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        const struct CMUnitTest tests[] = {
                SERVED(test_request_defer__each_kind_of_reply),
                SERVED(test_request_defer__the_connection_serves_further_requests),
                SERVED(test_request_defer__others_are_answered_meanwhile),
                SERVED(test_request_defer__long_work_has_a_budget),
                SERVED(test_reply_entity__compresses_beside_the_replies),
                SERVED(test_request_defer__clients_may_disconnect),
                SERVED(test_server_stop__with_requests_that_wait),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
