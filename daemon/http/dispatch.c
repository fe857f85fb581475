/*
 * The library calls on_uri with a request's first line, on_access once with its header, then for each
 * piece of its content, then once more at the end of the request, and on_completed after the reply or a
 * lost connection. A reply may be given in the first or in the last call of on_access, but not in between.
 * If the first call replies and not all content has arrived, the library closes the connection and sends
 * no "100 Continue". Therefore the first call refuses a request if its content is too long, if the end of
 * the content is ambiguous, or if the client waits for "100 Continue". All other refusals are sent at the
 * end of the request, and the connection stays open.
 */

#include "http/dispatch.h"

#include "http/access-log.h"
#include "http/connection.h"
#include "http/framing.h"
#include "http/handler.h"
#include "http/prepared.h"
#include "http/reply.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <strings.h>

enum {
        URI_BYTES = 2048,
        HEADER_BYTES = 8192,
};

#define RETRY_SECONDS "10"

void *http_dispatch_on_uri(void *userdata, const char *uri, struct MHD_Connection *connection)
{
        HttpShared *shared = userdata;
        HttpConnection *kept = http_connection_of(connection);
        if (!kept)
                return NULL;
        HttpRequest *request = &kept->request;
        *request = (HttpRequest){ .connection = connection, .shared = shared, .seat = &kept->seat };
        if (strlen(uri) > URI_BYTES)
                request->refusal = MHD_HTTP_URI_TOO_LONG;
        else
                http_target_read(uri, &request->target);
        atomic_fetch_add_explicit(&shared->in_flight, 1, memory_order_relaxed);
        admission_show(shared->admission, &kept->seat, ADMISSION_READING,
                        http_connection_note_activity(shared));
        return request;
}

void http_dispatch_on_completed(void *userdata, struct MHD_Connection *connection, void **context,
                enum MHD_RequestTerminationCode code)
{
        HttpShared *shared = userdata;
        HttpRequest *request = *context;
        (void)connection, (void)code;
        if (!request)
                return;
        access_log_write(request);
        request->form = http_form_free(request->form);
        http_body_done(&request->body);
        spool_pool_release(&shared->spools, request->spooled);
        if (request->prepared.response)
                http_reply_forget_prepared(request);
        if (request->corked)
                http_connection_cork(request, false);
        atomic_fetch_sub_explicit(&shared->in_flight, 1, memory_order_relaxed);
        admission_show(shared->admission, request->seat, ADMISSION_WAITING,
                        http_connection_note_activity(shared));
}

/* Reads the authority from Host: one line, which HTTP/1.0 may omit (RFC 9112, 3.2). */
static bool take_host(HttpRequest *request, bool is_1_0)
{
        const HttpField *host = &request->fields.fields[HTTP_FIELD_HOST];
        if (host->n == 0)
                return is_1_0;
        return host->n == 1 && http_target_use_host(&request->target, host->value, host->len);
}

static bool header_is_too_long(const HttpRequest *request)
{
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(
                        request->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
        return info && info->header_size > HEADER_BYTES;
}

/* Returns the path within the decoded target. An absolute-form target without a path means "/". */
static const char *path_of(const HttpRequest *request, const char *decoded)
{
        const char *path = decoded + request->target.path_at;
        return *path ? path : "/";
}

/* Finds the route with the longest path among those of all modules. */
static void find_route(HttpRequest *request, const char *path)
{
        const HttpShared *shared = request->shared;
        request->route = http_route_find(shared->routes, path);
        request->userdata = shared->userdata;
        for (const HttpMount *mount = shared->mounts; mount && mount->routes; mount++) {
                const HttpRoute *route = http_route_find(mount->routes, path);
                if (!route || (request->route && strlen(route->path) <= strlen(request->route->path)))
                        continue;
                request->route = route;
                request->userdata = mount->userdata;
        }
}

static unsigned all_methods(const HttpShared *shared)
{
        unsigned methods = http_route_methods(shared->routes);
        for (const HttpMount *mount = shared->mounts; mount && mount->routes; mount++)
                methods |= http_route_methods(mount->routes);
        return methods;
}

/* Finds the route of the request. Return: 0, or the status of a refusal. */
static int find_handler(HttpRequest *request, const char *path)
{
        if (request->method == 0)
                return MHD_HTTP_NOT_IMPLEMENTED;
        if (request->target.form == HTTP_TARGET_ASTERISK)
                return request->method == HTTP_OPTIONS ? 0 : MHD_HTTP_BAD_REQUEST;
        find_route(request, path);
        if (!request->route)
                return MHD_HTTP_NOT_FOUND;
        request->rest = path + strlen(request->route->path);
        return request->method & (request->route->methods | HTTP_OPTIONS) ? 0 : MHD_HTTP_METHOD_NOT_ALLOWED;
}

static int judge(HttpRequest *request, const char *decoded, bool is_1_0)
{
        if (request->refusal)
                return request->refusal;
        if (request->target.form == HTTP_TARGET_INVALID || !take_host(request, is_1_0))
                return MHD_HTTP_BAD_REQUEST;
        if (header_is_too_long(request))
                return MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
        return find_handler(request, path_of(request, decoded));
}

static int refuse(HttpRequest *request)
{
        char allow[HTTP_METHODS_SIZE];
        if (request->refusal != MHD_HTTP_METHOD_NOT_ALLOWED)
                return http_reply_error(request, request->refusal, NULL);
        http_method_list(request->route->methods, allow);
        const HttpHeader headers[] = { { "Allow", allow }, { NULL, NULL } };
        return http_reply_error_with(request, request->refusal, NULL, headers);
}

static bool expects_continue(const HttpRequest *request)
{
        const HttpField *expect = &request->fields.fields[HTTP_FIELD_EXPECT];
        return expect->n > 0 && strcasecmp(expect->value, "100-continue") == 0;
}

/*
 * Prepares to take the content for its route. Return: 0, the status of a refusal that cannot wait, or
 * negative errno.
 */
static int begin_content(HttpRequest *request)
{
        const HttpContent *content = request->body.content;
        if (content && content->kind == HTTP_CONTENT_FORM) {
                int r = http_form_new(request->connection, &request->form);
                if (r != 0)
                        return r == HTTP_E_FORM_TYPE ? MHD_HTTP_UNSUPPORTED_MEDIA_TYPE : r;
        }
        void *userdata = request->userdata;
        int r = content && content->on_header ? content->on_header(request, request->rest, userdata) : 0;
        if (r < 0 || request->replied || !content || content->kind != HTTP_CONTENT_STREAMED)
                return r < 0 ? r : 0;
        r = content->stream->on_begin(request, request->rest, userdata, &request->body.stream);
        request->body.has_stream = r == 0;
        return r;
}

/* Checks the length and the framing of the content, then prepares to take it. Return: as begin_content(). */
static int judge_content(HttpRequest *request, bool is_1_0)
{
        uint64_t length;
        int r = http_framing_read(&request->fields, is_1_0, &length);
        if (r != 0)
                return r;
        bool is_taken = request->route && !request->refusal;
        http_body_init(&request->body, is_taken ? http_route_content(request->route, request->method) : NULL,
                        &request->shared->bodies);
        bool is_too_long = length > http_body_max(&request->body);
        if (request->refusal)
                return is_too_long || expects_continue(request) ? request->refusal : 0;
        return is_too_long ? MHD_HTTP_CONTENT_TOO_LARGE : begin_content(request);
}

static int begin_request(HttpRequest *request, const char *path, const char *method, const char *version)
{
        bool is_1_0 = strcmp(version, MHD_HTTP_VERSION_1_0) == 0;
        request->begun = true;
        request->method_name = method;
        request->version = version;
        http_fields_read(request->connection, &request->fields);
        request->method = http_method_of(method);
        request->refusal = judge(request, path, is_1_0);
        int r = judge_content(request, is_1_0);
        if (r < 0)
                return http_handler_fail(request, r);
        if (r == 0)
                return 0;
        request->refusal = r;
        return refuse(request);
}

/* Answers OPTIONS. Only read-only routes get the CORS fields: other sites may read, but not send forms. */
static int reply_options(HttpRequest *request)
{
        char allow[HTTP_METHODS_SIZE];
        const HttpRoute *route = request->route;
        http_method_list(route ? route->methods : all_methods(request->shared), allow);
        const HttpHeader headers[] = { { "Allow", allow }, { NULL, NULL } };
        const HttpHeader readable_headers[] = {
                { "Allow", allow },
                { "Access-Control-Allow-Origin", "*" },
                { "Access-Control-Allow-Methods", "GET, HEAD" },
                { "Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since" },
                { "Access-Control-Max-Age", "86400" },
                { NULL, NULL },
        };
        bool is_readable = route && route->methods == HTTP_GET;
        const HttpReply reply = { .status = MHD_HTTP_NO_CONTENT,
                .headers = is_readable ? readable_headers : headers };
        return http_reply_send(request, &reply);
}

static int end_request(HttpRequest *request)
{
        static const HttpHeader later[] = { { "Retry-After", RETRY_SECONDS }, { NULL, NULL } };
        if (request->refusal)
                return refuse(request);
        if (request->body.n_bytes > http_body_max(&request->body))
                return http_reply_error(request, MHD_HTTP_CONTENT_TOO_LARGE, NULL);
        if (request->body.error == -ENOBUFS)
                return http_reply_error_with(request, MHD_HTTP_SERVICE_UNAVAILABLE, NULL, later);
        if (request->method == HTTP_OPTIONS && !(request->route && request->route->methods & HTTP_OPTIONS))
                return reply_options(request);
        if (request->form)
                http_form_read(request->form, buffer_text(&request->body.kept), request->body.kept.len);
        return http_handler_call(request);
}

enum MHD_Result http_dispatch_on_access(void *userdata, struct MHD_Connection *connection, const char *path,
                const char *method, const char *version, const char *bytes, size_t *n_bytes, void **context)
{
        HttpShared *shared = userdata;
        HttpRequest *request = *context;
        (void)connection;
        if (!request)
                return MHD_NO;
        usec_t now = clock_monotonic();
        int r = 0, place = progress_enter(&shared->progress, now);
        if (!request->begun) {
                r = begin_request(request, path, method, version);
                admission_show(shared->admission, request->seat,
                                request->replied ? ADMISSION_REPLYING : ADMISSION_READING, now);
        } else if (*n_bytes > 0) {
                r = http_body_feed(&request->body, bytes, *n_bytes);
                *n_bytes = 0;
        } else if (request->deferral == HTTP_RESUMED) {
                admission_show(shared->admission, request->seat, ADMISSION_REPLYING, now);
                r = http_handler_resume(request);
        } else if (!request->replied) {
                admission_show(shared->admission, request->seat, ADMISSION_REPLYING, now);
                r = end_request(request);
        }
        progress_leave(&shared->progress, place);
        return r < 0 ? MHD_NO : MHD_YES; /* MHD_NO drops the connection */
}
