#include "base/buffer.h"
#include "base/html.h"
#include "http/condition.h"
#include "http/entity-variants.h"
#include "http/request.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

typedef struct Header {
        const char *name;
        const char *value;
} Header;

/* What a reader is told; a status that is not here is told as the last one. */
static const struct ErrorText {
        int status;
        const char *ru;
        const char *en;
} ERROR_TEXTS[] = {
        { 400, "Запрос непонятен", "Bad request" },
        { 403, "Сюда вам нельзя", "Forbidden" },
        { 404, "Такой страницы нет", "Not found" },
        { 405, "Этот метод здесь не работает", "Method not allowed" },
        { 406, "Нет ничего в том виде, который вы принимаете", "Not acceptable" },
        { 410, "Этого здесь больше нет", "Gone" },
        { 413, "Слишком много данных", "Content too large" },
        { 414, "Слишком длинный адрес", "URI too long" },
        { 415, "Данные такого вида не принимаются", "Unsupported media type" },
        { 431, "Слишком длинный заголовок запроса", "Request header fields too large" },
        { 503, "Сейчас не получается, попробуйте позже", "Service unavailable, try again later" },
        { 500, "Внутренняя ошибка", "Internal server error" },
};

enum {
        N_ERROR_TEXTS = sizeof(ERROR_TEXTS) / sizeof(*ERROR_TEXTS),
        ERROR_BYTES = 4096,
        COOKIE_SECONDS = 365 * 86400,
};

static void destroy_response(struct MHD_Response **response)
{
        if (*response)
                MHD_destroy_response(*response);
}

static int queue_shared(HttpRequest *request, int status, struct MHD_Response *response)
{
        if (MHD_queue_response(request->connection, (unsigned)status, response) != MHD_YES)
                return -EIO;
        request->replied = true;
        request->status = status;
        if (status >= HTTP_STATUS_MIN && status < HTTP_STATUS_MAX)
                atomic_fetch_add_explicit(
                                &request->totals[status - HTTP_STATUS_MIN], 1, memory_order_relaxed);
        return 0;
}

/* What is made for this request alone. */
static int queue(HttpRequest *request, int status, struct MHD_Response *response)
{
        if (*request->draining && MHD_add_response_header(response, "Connection", "close") != MHD_YES)
                return -ENOMEM;
        return queue_shared(request, status, response);
}

static int queue_entity(HttpRequest *request, int status, HttpEntity *entity, HttpCoding coding)
{
        CLEANUP(destroy_response) struct MHD_Response *last = NULL;
        if (*request->draining)
                last = http_entity_last(entity, coding, status);
        if (last)
                return queue_shared(request, status, last);
        const HttpVariant *variant = &entity->variants[coding];
        return queue_shared(request, status,
                        status == MHD_HTTP_NOT_MODIFIED ? variant->not_modified : variant->full);
}

static bool is_current(HttpRequest *request, const HttpEntity *entity, const HttpVariant *variant)
{
        HttpCondition condition = {
                .if_none_match = http_request_header(request, "If-None-Match"),
                .etag = variant->etag,
                .modified = entity->modified,
        };
        if (!condition.if_none_match)
                condition.if_modified_since = http_request_header(request, "If-Modified-Since");
        if (condition.if_modified_since)
                condition.now = clock_now(request->clock);
        return http_not_modified(&condition);
}

/* A cookie of ours, for a year; an empty value takes it back. No script and no other site's form gets at it. */
static int add_cookies(const HttpRequest *request, struct MHD_Response *response)
{
        char line[HTTP_COOKIE_BYTES + 96];
        for (size_t i = 0; i < request->n_cookies; i++) {
                const HttpCookie *cookie = &request->cookies[i];
                snprintf(line, sizeof(line), "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax",
                                cookie->name, cookie->value, *cookie->value ? COOKIE_SECONDS : 0);
                if (MHD_add_response_header(response, "Set-Cookie", line) != MHD_YES)
                        return -ENOMEM;
        }
        return 0;
}

/* Whoever makes a choice gets the whole page with it, made for this once. */
static int reply_with_cookies(HttpRequest *request, HttpEntity *entity)
{
        CLEANUP(destroy_response) struct MHD_Response *response = http_entity_once(entity);
        if (!response || add_cookies(request, response) < 0)
                return -ENOMEM;
        return queue(request, MHD_HTTP_OK, response);
}

int http_reply_entity(HttpRequest *request, HttpEntity *entity)
{
        HttpCoding coding;
        if (request->n_cookies > 0)
                return reply_with_cookies(request, entity);
        const char *accept_encoding = http_request_header(request, "Accept-Encoding");
        if (http_accept_refuses(http_request_header(request, "Accept"), entity->media_type) ||
                        http_choose_coding(accept_encoding, entity->has_gzip, &coding) != 0)
                return http_reply_error(request, MHD_HTTP_NOT_ACCEPTABLE, NULL);
        const HttpVariant *variant = &entity->variants[coding];
        if (is_current(request, entity, variant))
                return queue_entity(request, MHD_HTTP_NOT_MODIFIED, entity, coding);
        const struct MHD_Response *full = http_entity_full(entity, coding);
        /* A body that the kernel sends from a file would leave after its header, in packets of its own. */
        if (full && coding == HTTP_IDENTITY && blob_fd(entity->blob) >= 0)
                http_request_cork(request, true);
        /* Without a compressed form after all, the choice is another one, and this time it is made for good. */
        return full ? queue_entity(request, MHD_HTTP_OK, entity, coding)
                    : http_reply_entity(request, entity);
}

static struct MHD_Response *make_response(const char *content_type, const char *bytes, size_t len)
{
        CLEANUP(destroy_response)
        struct MHD_Response *response =
                        MHD_create_response_from_buffer(len, (void *)bytes, MHD_RESPMEM_MUST_COPY);
        if (!response)
                return NULL;
        if (content_type && MHD_add_response_header(response, "Content-Type", content_type) != MHD_YES)
                return NULL;
        return TAKE_PTR(response);
}

static int add_page_headers(struct MHD_Response *response)
{
        bool done = MHD_add_response_header(response, "Cache-Control", "private, no-store") == MHD_YES &&
                    http_page_limits(response);
        return done ? 0 : -ENOMEM;
}

int http_reply_page(
                HttpRequest *request, int status, const char *content_type, const char *bytes, size_t len)
{
        CLEANUP(destroy_response)
        struct MHD_Response *response = make_response(content_type, bytes, len);
        if (!response || add_page_headers(response) < 0 || add_cookies(request, response) < 0)
                return -ENOMEM;
        return queue(request, status, response);
}

int http_reply_redirect(HttpRequest *request, int status, const char *location)
{
        CLEANUP(destroy_response) struct MHD_Response *response = make_response(NULL, "", 0);
        if (!response || MHD_add_response_header(response, "Location", location) != MHD_YES ||
                        MHD_add_response_header(response, "Cache-Control", "no-cache") != MHD_YES)
                return -ENOMEM;
        return queue(request, status, response);
}

static void write_error(Buffer *out, int status, const char *language, const char *text, bool as_html)
{
        const struct ErrorText *row = ERROR_TEXTS;
        while (row->status != status && row < &ERROR_TEXTS[N_ERROR_TEXTS - 1])
                row++;
        const char *title = strcmp(language, "ru") == 0 ? row->ru : row->en;
        if (!as_html) {
                buffer_printf(out, "%d %s\n%s%s", status, title, text ? text : "", text ? "\n" : "");
                return;
        }
        buffer_printf(out,
                        "<!DOCTYPE html>\n<html lang=\"%s\"><meta charset=\"utf-8\">"
                        "<meta name=\"viewport\" content=\"width=device-width\">"
                        "<title>%d %s</title>\n<main>\n<h1>%s</h1>\n",
                        language, status, title, title);
        if (text) {
                buffer_puts(out, "<p>");
                html_escape(out, text);
                buffer_puts(out, "</p>\n");
        }
        buffer_puts(out, "</main>\n</html>\n");
}

/* Browsers name text/html among what they accept; calendar programs do not, and show what they get in a log. */
static int reply_error(HttpRequest *request, int status, const char *text, const char *allow)
{
        CLEANUP(buffer_done) Buffer body = BUFFER_INIT(ERROR_BYTES);
        const char *accept = http_request_header(request, "Accept");
        bool as_html = accept && strstr(accept, "text/html");
        write_error(&body, status, http_request_language(request, NULL), text, as_html);
        if (buffer_error(&body) < 0)
                return buffer_error(&body);
        CLEANUP(destroy_response)
        struct MHD_Response *response =
                        make_response(as_html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
                                        body.data, body.len);
        if (!response || add_page_headers(response) < 0)
                return -ENOMEM;
        if (allow && MHD_add_response_header(response, "Allow", allow) != MHD_YES)
                return -ENOMEM;
        return queue(request, status, response);
}

int http_reply_error(HttpRequest *request, int status, const char *text)
{
        return reply_error(request, status, text, NULL);
}

static const char *allow_of(unsigned methods)
{
        static const char *const values[] = {
                [0] = "OPTIONS",
                [HTTP_GET] = "GET, HEAD, OPTIONS",
                [HTTP_POST] = "POST, OPTIONS",
                [HTTP_GET | HTTP_POST] = "GET, HEAD, POST, OPTIONS",
        };
        return values[methods & (HTTP_GET | HTTP_POST)];
}

int http_reply_not_allowed(HttpRequest *request, unsigned methods)
{
        return reply_error(request, MHD_HTTP_METHOD_NOT_ALLOWED, NULL, allow_of(methods));
}

int http_reply_options(HttpRequest *request, unsigned methods)
{
        const Header headers[] = {
                { "Allow", allow_of(methods) },
                { "Access-Control-Allow-Origin", "*" },
                { "Access-Control-Allow-Methods", "GET, HEAD" },
                { "Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since" },
                { "Access-Control-Max-Age", "86400" },
        };
        CLEANUP(destroy_response) struct MHD_Response *response = make_response(NULL, "", 0);
        /* A page that takes forms is nobody else's to call: it only says what it allows. */
        size_t n_headers = methods & HTTP_POST ? 1 : sizeof(headers) / sizeof(*headers);
        for (size_t i = 0; response && i < n_headers; i++)
                if (MHD_add_response_header(response, headers[i].name, headers[i].value) != MHD_YES)
                        return -ENOMEM;
        return response ? queue(request, MHD_HTTP_NO_CONTENT, response) : -ENOMEM;
}
