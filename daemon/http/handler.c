/*
 * When a handler defers, a worker calls it again while the connection is suspended, and perhaps a worker for
 * other work after that. Only the connection's thread may use the library, so the worker prepares the reply,
 * and the connection's thread sends it after the connection was resumed.
 */

#include "http/handler.h"

#include "base/log.h"
#include "http/connection.h"
#include "http/prepared.h"
#include "http/reply.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define RETRY_SECONDS "10"

int http_handler_fail(HttpRequest *request, int error)
{
        if (request->replied)
                return error;
        log_error("%s: a request failed: %s", request->route ? request->route->path : "*", strerror(-error));
        return http_reply_error(request, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL);
}

static int call(HttpRequest *request)
{
        int r = request->body.error;
        return r == 0 ? request->route->on_request(request, request->rest, request->userdata) : r;
}

/* Resumes the connection. Its thread may use the request before MHD_resume_connection() returns. */
static void resume(HttpRequest *request, int result)
{
        request->prepared.result = result;
        request->deferral = HTTP_RESUMED;
        MHD_resume_connection(request->connection);
}

static void note_client(HttpRequest *request)
{
        if (!http_request_client(request, &request->client) ||
                        http_request_is_proxy(request, &request->client))
                request->client = (Address){ 0 };
}

/* Refuses long work for a client whose network has used its processor time. */
static int refuse(HttpRequest *request, usec_t wait)
{
        char seconds[24];
        const HttpHeader headers[] = { { "Retry-After", seconds }, { NULL, NULL } };
        snprintf(seconds, sizeof(seconds), "%" PRId64, wait / USEC_PER_SEC + 1);
        request->n_cookies = 0;
        return http_reply_error_with(request, MHD_HTTP_TOO_MANY_REQUESTS, NULL, headers);
}

/*
 * Gives a request whose connection is suspended to a worker. Cookies of the first call are dropped: the next
 * call sets them again.
 */
static void queue(HttpRequest *request)
{
        request->n_cookies = 0;
        request->deferral = HTTP_WAITING;
        int r = workers_add(request->shared->workers[request->work], &request->client, request->work_key,
                        &request->job);
        if (r != 0)
                resume(request, r);
}

int http_handler_call(HttpRequest *request)
{
        int r = call(request);
        if (r != HTTP_E_DEFERRED)
                return r < 0 ? http_handler_fail(request, r) : r;
        note_client(request);
        usec_t wait = request->work == HTTP_WORK_LONG ? budget_wait(request->shared->budget,
                                                                        &request->client, clock_monotonic())
                                                      : 0;
        if (wait > 0)
                return refuse(request, wait);
        MHD_suspend_connection(request->connection);
        queue(request);
        return 0;
}

static int call_on_worker(HttpRequest *request)
{
        if (request->work != HTTP_WORK_LONG)
                return call(request);
        usec_t begun = clock_of_thread();
        int r = call(request);
        budget_charge(request->shared->budget, &request->client, clock_of_thread() - begun,
                        clock_monotonic());
        return r;
}

void http_handler_run(WorkersJob *job, bool is_over)
{
        HttpRequest *request = (HttpRequest *)(void *)((char *)job - offsetof(HttpRequest, job));
        Progress *progress = &request->shared->progress;
        int r = -ECANCELED;
        request->deferral = HTTP_ON_WORKER;
        if (!is_over) {
                int place = progress_enter(progress, clock_monotonic());
                r = call_on_worker(request);
                if (r < 0)
                        r = http_handler_fail(request, r);
                progress_leave(progress, place);
        }
        if (r == HTTP_E_DEFERRED)
                queue(request);
        else
                resume(request, r);
}

int http_handler_resume(HttpRequest *request)
{
        static const HttpHeader headers[] = { { "Retry-After", RETRY_SECONDS }, { NULL, NULL } };
        int result = request->prepared.result;
        request->deferral = HTTP_NOT_DEFERRED;
        if (result == WORKERS_E_FULL)
                return http_reply_error_with(request, MHD_HTTP_SERVICE_UNAVAILABLE, NULL, headers);
        return result < 0 ? result : http_reply_send_prepared(request);
}
