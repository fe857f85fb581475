/* Tests fetching against a server on this machine, which answers each path in its own way. */

#include "mail/fetch.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { REQUEST_BYTES = 4096, MAX_BYTES = 64 };

static int listener;
static int port;
static pthread_t thread;
static _Atomic int n_requests;

/* The answers by path; %d is the port. */
static const struct {
        const char *path, *answer;
} answers[] = {
        { "/good", "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 4\r\n\r\nbusy" },
        { "/kept", "HTTP/1.1 304 Not Modified\r\n\r\n" },
        { "/gone", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno" },
        { "/empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" },
        { "/large", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
                    "0123456789012345678901234567890123456789012345678901234567890123456789" },
        { "/near", "HTTP/1.1 302 Found\r\nETag: \"old\"\r\nLocation: http://127.0.0.1:%d/good\r\nContent-Length: 0\r\n\r\n" },
        { "/far", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:%d/good\r\nContent-Length: 0\r\n\r\n" },
        { "/file", "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n" },
        { "/loop", "HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n" },
};

static void answer(int fd, const char *request)
{
        char path[64] = "", text[512];
        sscanf(request, "GET %63s", path);
        /* No answer to the path /mute. */
        for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
                if (strcmp(answers[i].path, path) != 0)
                        continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
                int len = snprintf(text, sizeof(text), answers[i].answer, port);
#pragma GCC diagnostic pop
                (void)!write(fd, text, (size_t)len);
        }
}

/* Serves one connection after the other, each for one request, until the listener is shut down. */
static void *serve(void *userdata)
{
        (void)userdata;
        for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0; close(fd)) {
                char request[REQUEST_BYTES] = "";
                ssize_t n = read(fd, request, sizeof(request) - 1);
                n_requests++;
                if (n > 0 && strstr(request, "/mute"))
                        (void)!read(fd, request, sizeof(request) - 1);
                else if (n > 0)
                        answer(fd, request);
        }
        return NULL;
}

static int set_up(void **state)
{
        (void)state;
        struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY) };
        socklen_t len = sizeof(address);
        listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_true(listener >= 0);
        assert_int_equal(bind(listener, (struct sockaddr *)&address, len), 0);
        assert_int_equal(listen(listener, 16), 0);
        assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &len), 0);
        port = ntohs(address.sin_port);
        return pthread_create(&thread, NULL, serve, NULL);
}

static int tear_down(void **state)
{
        (void)state;
        shutdown(listener, SHUT_RDWR);
        pthread_join(thread, NULL);
        return close(listener);
}

static int fetch(const char *path, const char *etag, const char *allowed, FetchReply *reply)
{
        char url[128];
        Network network;
        snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", port, path);
        if (allowed)
                assert_int_equal(network_parse(allowed, &network), 0);
        const FetchRequest request = { .url = url,
                .etag = etag,
                .allowed = &network,
                .n_allowed = allowed ? 1 : 0,
                .max_bytes = MAX_BYTES,
                .timeout = strcmp(path, "/mute") == 0 ? 300 * USEC_PER_MSEC : 20 * USEC_PER_SEC };
        return fetch_get(&request, reply);
}

static void test_fetch_get__by_path(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *path, *etag;
                int result;
                const char *text, *new_etag, *error;
        } rows[] = {
                { __LINE__, "/good", "", 0, "busy", "\"v1\"", "" },
                { __LINE__, "/near", "", 0, "busy", "\"v1\"", "" },
                { __LINE__, "/kept", "\"v1\"", FETCH_E_UNCHANGED, NULL, "", "" },
                { __LINE__, "/kept", "", FETCH_E_FAILED, NULL, "", "the server answers 304" },
                { __LINE__, "/gone", "", FETCH_E_FAILED, NULL, "", "the server answers 404" },
                { __LINE__, "/empty", "", FETCH_E_FAILED, NULL, "", "the file is empty" },
                { __LINE__, "/large", "", FETCH_E_FAILED, NULL, "", "the file is too large" },
                { __LINE__, "/far", "", FETCH_E_FAILED, NULL, "", "the address is of this machine" },
                { __LINE__, "/file", "", FETCH_E_FAILED, NULL, "", "protocol" },
                { __LINE__, "/loop", "", FETCH_E_FAILED, NULL, "", "redirects" },
                { __LINE__, "/mute", "", FETCH_E_FAILED, NULL, "", "Timeout" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                FetchReply reply;
                int r = fetch(rows[i].path, rows[i].etag, "127.0.0.1", &reply);
                bool same_text = !rows[i].text == !reply.bytes &&
                                 (!reply.bytes || strcmp(reply.bytes, rows[i].text) == 0);
                if (r != rows[i].result || !same_text || !strstr(reply.error, rows[i].error) ||
                                (r == 0 && strcmp(reply.etag, rows[i].new_etag) != 0))
                        fail_msg("row of line %d: %d, '%s', '%s', '%s'", rows[i].line, r,
                                        reply.bytes ? reply.bytes : "", reply.etag, reply.error);
                fetch_reply_done(&reply);
        }
}

/* Nothing is sent to an address of this machine, unless it is allowed. */
static void test_fetch_get__does_not_reach_this_machine(void **state)
{
        (void)state;
        FetchReply reply;
        int before = n_requests;
        assert_int_equal(fetch("/good", "", NULL, &reply), FETCH_E_FAILED);
        assert_non_null(strstr(reply.error, "meetings.fetch_from"));
        fetch_reply_done(&reply);
        assert_int_equal(fetch("/good", "", "10.0.0.0/8", &reply), FETCH_E_FAILED);
        fetch_reply_done(&reply);
        assert_int_equal(n_requests, before);
        assert_int_equal(fetch("/far", "", "127.0.0.0/8", &reply), 0);
        fetch_reply_done(&reply);
        assert_int_equal(n_requests, before + 2);
}

static bool stop_now(void *userdata)
{
        (void)userdata;
        return true;
}

static void test_fetch_get__ends_when_it_is_stopped(void **state)
{
        (void)state;
        char url[128];
        FetchReply reply;
        Network network;
        assert_int_equal(network_parse("127.0.0.1", &network), 0);
        snprintf(url, sizeof(url), "http://127.0.0.1:%d/mute", port);
        const FetchRequest request = { .url = url,
                .etag = "",
                .allowed = &network,
                .n_allowed = 1,
                .max_bytes = MAX_BYTES,
                .timeout = 600 * USEC_PER_SEC,
                .is_stopping = stop_now };
        assert_int_equal(fetch_get(&request, &reply), FETCH_E_FAILED);
        fetch_reply_done(&reply);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_fetch_get__by_path),
                cmocka_unit_test(test_fetch_get__does_not_reach_this_machine),
                cmocka_unit_test(test_fetch_get__ends_when_it_is_stopped),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
