#include "servers.h"

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
        /* The content that the client has in another coding is the same. */
        snprintf(header, sizeof(header), "If-None-Match: %s\r\nAccept-Encoding: gzip\r\n", etag);
        assert_int_equal(status_of(ask(fixture, "GET /feed", header, "")), 304);
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
