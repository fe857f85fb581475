#pragma once

/* A real server on an abstract socket, for fuzz harnesses. Its handlers read all parts of a request. */

#include "http/reply.h"
#include "http/server.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { SERVE_ANSWER_BYTES = 1 << 20, SERVE_KEPT_BYTES = 4096, SERVE_WAIT_SECONDS = 5 };

static size_t read_all_of(HttpRequest *request)
{
        static const char *const names[] = { "lang", "zone", "q", "field", "address", "lead.0", "" };
        CLEANUP(buffer_done) Buffer list = BUFFER_INIT(65536);
        Address client;
        size_t n = 0, len;
        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
                const char *values[] = { http_request_query(request, names[i]),
                        http_request_form(request, names[i]), http_request_cookie(request, names[i]) };
                for (size_t j = 0; j < sizeof(values) / sizeof(*values); j++)
                        n += values[j] ? strlen(values[j]) : 0;
        }
        http_request_header_list(request, "X-Forwarded-For", &list);
        n += strlen(http_request_content(request, &len)) <= len;
        n += http_request_client(request, &client);
        n += strlen(http_request_language(request, NULL));
        return n + (http_request_authority(request) ? strlen(http_request_authority(request)) : 0);
}

static int on_any(HttpRequest *request, const char *rest, void *userdata)
{
        char text[64];
        (void)userdata;
        int r = strcmp(rest, "later") == 0 ? http_request_defer(request, HTTP_WORK_LONG, 0) : 0;
        if (r == 0)
                r = http_reply_unless_met(request, "\"tag\"", 1624427970 * USEC_PER_SEC);
        if (r != 0)
                return r;
        snprintf(text, sizeof(text), "%zu", read_all_of(request) + strlen(rest));
        return http_reply_page(request, 200, "text/plain", text, strlen(text));
}

static const HttpContent serve_kept = {
        .kind = HTTP_CONTENT_KEPT, .methods = HTTP_PUT | HTTP_POST, .max_bytes = SERVE_KEPT_BYTES
};

static const HttpRoute serve_routes[] = {
        { "/", false, HTTP_GET, on_any, NULL },
        { "/form/", false, HTTP_GET | HTTP_POST, on_any, &http_route_form },
        { "/kept/", false, HTTP_GET | HTTP_PUT | HTTP_POST, on_any, &serve_kept },
        { NULL, false, 0, NULL, NULL },
};

/* Starts the server once for the whole process; a harness has no end at which to stop it. */
static const struct sockaddr_un *serve(socklen_t *ret_len)
{
        static struct sockaddr_un address;
        static socklen_t len = sizeof(address);
        static HttpServer *server;
        if (!server) {
                int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
                const struct sockaddr_un any = { .sun_family = AF_UNIX };
                assert(bind(fd, (const struct sockaddr *)(const void *)&any, sizeof(any.sun_family)) == 0);
                assert(listen(fd, SOMAXCONN) == 0);
                assert(getsockname(fd, (struct sockaddr *)(void *)&address, &len) == 0);
                const HttpOptions options = {
                        .sockets = &fd, .n_sockets = 1, .threads = 1, .connections = 512
                };
                assert(http_server_new(&options, serve_routes, NULL, &server, NULL) == 0);
        }
        *ret_len = len;
        return &address;
}

/* The server may close the connection before everything was sent. */
static void send_all(int fd, const char *bytes, size_t len)
{
        for (ssize_t n; len > 0 && (n = send(fd, bytes, len, MSG_NOSIGNAL)) > 0; bytes += n)
                len -= (size_t)n;
        shutdown(fd, SHUT_WR);
}

/*
 * Sends bytes and reads the response, which must be empty or begin with a valid status line. No handler may
 * fail.
 */
static void serve_bytes(const char *bytes, size_t size)
{
        static char answer[SERVE_ANSWER_BYTES];
        socklen_t address_len;
        const struct sockaddr_un *address = serve(&address_len);
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert(connect(fd, (const struct sockaddr *)(const void *)address, address_len) == 0);
        /*
         * With epoll's edges, libmicrohttpd may miss the end of a stream that arrives together with half a
         * request.
         */
        const struct timeval wait = { .tv_sec = SERVE_WAIT_SECONDS };
        assert(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) == 0);
        send_all(fd, bytes, size);
        size_t len = 0;
        for (ssize_t n; (n = recv(fd, answer + len, sizeof(answer) - 1 - len, 0)) > 0;)
                len += (size_t)n;
        answer[len] = '\0';
        close(fd);
        assert(len == 0 || strncmp(answer, "HTTP/1.", strlen("HTTP/1.")) == 0);
        assert(!strstr(answer, "HTTP/1.1 500") && !strstr(answer, "HTTP/1.0 500"));
}
