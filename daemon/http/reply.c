#include "http/reply.h"

#include "http/accept.h"
#include "http/condition.h"
#include "http/connection.h"
#include "http/date.h"
#include "http/encoder.h"
#include "http/headers.h"
#include "http/prepared.h"
#include "http/variants.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
        ERROR_BYTES = 4096,
        LIST_BYTES = 8192, /* the maximum of a request's header */
};

static void destroy_response(struct MHD_Response **response)
{
        if (*response)
                MHD_destroy_response(*response);
}

static int send_now(HttpRequest *request, int status, struct MHD_Response *response)
{
        if (MHD_queue_response(request->connection, (unsigned)status, response) != MHD_YES)
                return -EIO;
        request->replied = true;
        request->status = status;
        if (status >= HTTP_STATUS_MIN && status < HTTP_STATUS_MAX)
                atomic_fetch_add_explicit(
                                &request->shared->totals[status - HTTP_STATUS_MIN], 1, memory_order_relaxed);
        return 0;
}

static void prepare(HttpRequest *request, int status, struct MHD_Response *response, HttpEntity *entity)
{
        request->prepared.response = response;
        request->prepared.entity = entity ? http_entity_ref(entity) : NULL;
        request->replied = true;
        request->status = status;
}

static int queue_shared(HttpRequest *request, int status, struct MHD_Response *response, HttpEntity *entity)
{
        if (request->deferral != HTTP_ON_WORKER)
                return send_now(request, status, response);
        prepare(request, status, response, entity);
        return 0;
}

/* Sends a response that was made for this request alone. On a worker, takes it over and prepares it. */
static int queue(HttpRequest *request, int status, struct MHD_Response **response)
{
        if (request->shared->draining && !http_headers_add(*response, "Connection", "close"))
                return -ENOMEM;
        if (request->deferral != HTTP_ON_WORKER)
                return send_now(request, status, *response);
        prepare(request, status, TAKE_PTR(*response), NULL);
        return 0;
}

void http_reply_forget_prepared(HttpRequest *request)
{
        HttpPrepared *prepared = &request->prepared;
        if (prepared->entity)
                http_entity_unref(prepared->entity);
        else
                destroy_response(&prepared->response);
        *prepared = (HttpPrepared){ 0 };
}

int http_reply_send_prepared(HttpRequest *request)
{
        int r = request->prepared.response ? send_now(request, request->status, request->prepared.response)
                                           : 0;
        http_reply_forget_prepared(request);
        return r;
}

static int add_headers(struct MHD_Response *response, const HttpHeader *headers)
{
        for (const HttpHeader *header = headers; header && header->name; header++)
                if (!http_headers_add(response, header->name, header->value))
                        return strpbrk(header->value, "\r\n") ? -EINVAL : -ENOMEM;
        return 0;
}

/* Removes the fields that others with the same names will replace. */
static void remove_headers(struct MHD_Response *response, const HttpHeader *headers)
{
        for (const HttpHeader *header = headers; header && header->name; header++) {
                const char *value = MHD_get_response_header(response, header->name);
                if (value && header->value)
                        MHD_del_response_header(response, header->name, value);
        }
}

/*
 * Adds Set-Cookie for each cookie. Scripts cannot read them, and forms of other sites do not send them. An
 * empty value removes the cookie.
 */
static int add_cookies(const HttpRequest *request, struct MHD_Response *response)
{
        char line[HTTP_COOKIE_BYTES + 160];
        for (size_t i = 0; i < request->n_cookies; i++) {
                const HttpCookie *cookie = &request->cookies[i];
                snprintf(line, sizeof(line), "%s=%s; Path=%s; Max-Age=%d; HttpOnly; SameSite=Lax%s",
                                cookie->name, cookie->value, cookie->options.path,
                                *cookie->value ? cookie->options.seconds : 0,
                                cookie->options.is_secure ? "; Secure" : "");
                if (!http_headers_add(response, "Set-Cookie", line))
                        return -ENOMEM;
        }
        return 0;
}

static const char *field_of(const HttpRequest *request, HttpFieldName name)
{
        return request->fields.fields[name].value;
}

/* Returns the value of a list field. Several lines are joined in @list. */
static const char *list_of(HttpRequest *request, HttpFieldName name, const char *text, Buffer *list)
{
        if (request->fields.fields[name].n <= 1)
                return field_of(request, name);
        http_fields_join(request->connection, text, list);
        return buffer_text(list);
}

static int evaluate(HttpRequest *request, const char *etag, usec_t modified, HttpConditionResult *ret)
{
        CLEANUP(buffer_done) Buffer match = BUFFER_INIT(LIST_BYTES), none_match = BUFFER_INIT(LIST_BYTES);
        HttpCondition condition = {
                .if_match = list_of(request, HTTP_FIELD_IF_MATCH, "If-Match", &match),
                .if_unmodified_since = field_of(request, HTTP_FIELD_IF_UNMODIFIED_SINCE),
                .if_none_match = list_of(request, HTTP_FIELD_IF_NONE_MATCH, "If-None-Match", &none_match),
                .if_modified_since = field_of(request, HTTP_FIELD_IF_MODIFIED_SINCE),
                .is_get = request->method == HTTP_GET,
                .etag = etag,
                .modified = modified,
        };
        if (condition.if_unmodified_since || condition.if_modified_since)
                condition.now = clock_now(request->shared->clock);
        *ret = http_condition_evaluate(&condition);
        int r = buffer_error(&match);
        return r < 0 ? r : buffer_error(&none_match);
}

static int reply_not_modified(HttpRequest *request, const char *etag, usec_t modified)
{
        char date[HTTP_DATE_SIZE];
        http_date_format(modified, date);
        const HttpHeader headers[] = {
                { "ETag", etag },
                { "Last-Modified", modified ? date : NULL },
                { NULL, NULL },
        };
        return http_reply_send(request, &(HttpReply){ .status = MHD_HTTP_NOT_MODIFIED, .headers = headers });
}

int http_reply_unless_met(HttpRequest *request, const char *etag, usec_t modified)
{
        HttpConditionResult result;
        int r = evaluate(request, etag, modified, &result);
        if (r < 0 || result == HTTP_CONDITION_TRUE)
                return r;
        r = result == HTTP_CONDITION_FALSE ? http_reply_error(request, MHD_HTTP_PRECONDITION_FAILED, NULL)
                                           : reply_not_modified(request, etag, modified);
        return r < 0 ? r : HTTP_E_REPLIED;
}

int http_reply_is_met(HttpRequest *request, const char *etag, usec_t modified, bool *ret)
{
        HttpConditionResult result;
        int r = evaluate(request, etag, modified, &result);
        if (r == 0)
                *ret = result == HTTP_CONDITION_TRUE;
        return r;
}

/* Sends a copy of an entity's response, with header fields for this reply only. */
static int queue_copy(HttpRequest *request, HttpEntity *entity, ContentCoding coding, bool is_full,
                const HttpHeader *headers)
{
        CLEANUP(destroy_response)
        struct MHD_Response *response = http_variants_copy(entity, coding, is_full);
        if (!response)
                return -ENOMEM;
        remove_headers(response, headers);
        int r = add_headers(response, headers);
        if (r == 0)
                r = add_cookies(request, response);
        return r < 0 ? r : queue(request, is_full ? MHD_HTTP_OK : MHD_HTTP_NOT_MODIFIED, &response);
}

/* Sends the content, or defers the request if it must be compressed before. */
static int queue_full(HttpRequest *request, HttpEntity *entity, ContentCoding coding)
{
        if (!http_variants_is_ready(entity, coding)) {
                int r = http_request_defer(request, HTTP_WORK_SHORT, (uintptr_t)entity);
                if (r != 0)
                        return r;
        }
        struct MHD_Response *full = http_variants_full(entity, coding);
        /*
         * Compression did not make the content shorter. The entity does not have the coding now, so another
         * one is chosen.
         */
        if (!full)
                return http_reply_entity(request, entity);
        /*
         * Without the cork, content that the kernel sends from a file is not in the same packets as the
         * header.
         */
        if (http_variants_is_file(entity, coding))
                http_connection_cork(request, true);
        return request->shared->draining || !http_variants_is_shared(entity, coding)
                               ? queue_copy(request, entity, coding, true, NULL)
                               : queue_shared(request, MHD_HTTP_OK, full, entity);
}

static int queue_not_modified(HttpRequest *request, HttpEntity *entity, ContentCoding coding)
{
        return request->shared->draining ? queue_copy(request, entity, coding, false, NULL)
                                         : queue_shared(request, MHD_HTTP_NOT_MODIFIED,
                                                           entity->variants[coding].not_modified, entity);
}

/*
 * The client may have the same content in another coding: one that was chosen before a slow coding was made,
 * or before the start of this process.
 */
static int find_known(
                HttpRequest *request, HttpEntity *entity, ContentCoding *coding, HttpConditionResult *result)
{
        const unsigned codings = entity->codings | CODING_BIT(CODING_IDENTITY);
        int r = 0;
        for (ContentCoding i = CODING_IDENTITY; r == 0 && i < N_CODINGS; i++) {
                HttpConditionResult other = HTTP_CONDITION_TRUE;
                if (codings & CODING_BIT(i) && i != *coding)
                        r = evaluate(request, entity->variants[i].etag, entity->modified, &other);
                if (r == 0 && other == HTTP_CONDITION_NOT_MODIFIED) {
                        *result = other;
                        *coding = i;
                        return 0;
                }
        }
        return r;
}

static int reply_chosen(HttpRequest *request, HttpEntity *entity, ContentCoding coding)
{
        HttpConditionResult result;
        int r = evaluate(request, entity->variants[coding].etag, entity->modified, &result);
        if (r == 0 && result == HTTP_CONDITION_TRUE && field_of(request, HTTP_FIELD_IF_NONE_MATCH))
                r = find_known(request, entity, &coding, &result);
        if (r < 0)
                return r;
        switch (result) {
        case HTTP_CONDITION_FALSE:
                return http_reply_error(request, MHD_HTTP_PRECONDITION_FAILED, NULL);
        case HTTP_CONDITION_NOT_MODIFIED:
                return queue_not_modified(request, entity, coding);
        default:
                return queue_full(request, entity, coding);
        }
}

/*
 * Chooses the coding of a reply. If the client prefers one that was not made yet, or takes no other one, it
 * is made for later replies.
 */
static int choose_coding(HttpRequest *request, HttpEntity *entity, ContentCoding *ret)
{
        ContentCoding wanted;
        const char *accepted = field_of(request, HTTP_FIELD_ACCEPT_ENCODING);
        const unsigned available = http_variants_available(entity), codings = entity->codings;
        int r = http_accept_coding(accepted, available, ret);
        if (available != codings && http_accept_coding(accepted, codings, &wanted) == 0 &&
                        CODING_IS_SLOW(wanted) && !(available & CODING_BIT(wanted)))
                http_encoder_start(entity, wanted, request->shared->encoders);
        return r;
}

int http_reply_entity(HttpRequest *request, HttpEntity *entity)
{
        ContentCoding coding;
        /*
         * A reply that sets a cookie is the whole page, whatever the conditions: the reader has changed a
         * choice.
         */
        if (request->n_cookies > 0)
                return queue_copy(request, entity, CODING_IDENTITY, true, NULL);
        if (http_accept_refuses(field_of(request, HTTP_FIELD_ACCEPT), entity->media_type) ||
                        choose_coding(request, entity, &coding) != 0)
                return http_reply_error(request, MHD_HTTP_NOT_ACCEPTABLE, NULL);
        return reply_chosen(request, entity, coding);
}

static int reply_entity_with(HttpRequest *request, HttpEntity *entity, const HttpHeader *headers)
{
        HttpConditionResult result;
        int r = evaluate(request, entity->variants[CODING_IDENTITY].etag, entity->modified, &result);
        if (r < 0)
                return r;
        return result == HTTP_CONDITION_FALSE ? http_reply_error(request, MHD_HTTP_PRECONDITION_FAILED, NULL)
                                              : queue_copy(request, entity, CODING_IDENTITY,
                                                                result == HTTP_CONDITION_TRUE, headers);
}

typedef enum ReplyFlags {
        WITH_COOKIES = 1,
        AS_PAGE = 2, /* not stored by caches, and with limits for browsers */
} ReplyFlags;

static int add_page_headers(struct MHD_Response *response)
{
        return http_headers_add(response, "Cache-Control", "private, no-store") &&
                                               http_headers_add_page_limits(response, NULL)
                               ? 0
                               : -ENOMEM;
}

static struct MHD_Response *response_of_bytes(const char *bytes, size_t len)
{
        return MHD_create_response_from_buffer(len, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}

/* Makes a response that takes over the bytes of a buffer, because copying a long reply takes time. */
static struct MHD_Response *response_of_buffer(Buffer *buffer)
{
        size_t len = buffer->len;
        char *bytes = buffer_take(buffer);
        struct MHD_Response *response =
                        bytes ? MHD_create_response_from_buffer(len, bytes, MHD_RESPMEM_MUST_FREE) : NULL;
        if (!response)
                free(bytes);
        return response;
}

/* Makes a response with the content of a spool. The library closes the file with the response. */
static struct MHD_Response *response_of_spool(HttpRequest *request, Spool *spool)
{
        uint64_t len = spool_len(spool);
        int fd = spool_take_fd(spool);
        if (fd < 0)
                return response_of_buffer(&spool->buffer);
        struct MHD_Response *response = MHD_create_response_from_fd64(len, fd);
        request->spooled = len; /* until the request is completed */
        if (!response)
                close(fd);
        else
                http_connection_cork(request, true);
        return response;
}

static int respond(HttpRequest *request, const HttpReply *reply, unsigned flags)
{
        CLEANUP(destroy_response)
        struct MHD_Response *response = reply->spool ? response_of_spool(request, reply->spool)
                                                     : response_of_bytes(reply->bytes, reply->len);
        if (!response || !http_headers_add(response, "Content-Type", reply->content_type))
                return -ENOMEM;
        int r = add_headers(response, reply->headers);
        if (r == 0 && flags & AS_PAGE)
                r = add_page_headers(response);
        if (r == 0 && flags & WITH_COOKIES)
                r = add_cookies(request, response);
        return r < 0 ? r : queue(request, reply->status, &response);
}

int http_reply_send(HttpRequest *request, const HttpReply *reply)
{
        return reply->entity ? reply_entity_with(request, reply->entity, reply->headers)
                             : respond(request, reply, 0);
}

int http_reply_page(
                HttpRequest *request, int status, const char *content_type, const char *bytes, size_t len)
{
        const HttpReply reply = {
                .status = status, .content_type = content_type, .bytes = bytes, .len = len
        };
        return respond(request, &reply, AS_PAGE | WITH_COOKIES);
}

int http_reply_redirect(HttpRequest *request, int status, const char *location)
{
        const HttpHeader headers[] = {
                { "Location", location },
                { "Cache-Control", "no-cache" },
                { NULL, NULL },
        };
        return respond(request, &(HttpReply){ .status = status, .headers = headers }, WITH_COOKIES);
}

/* Writes the reason phrase of the protocol: the default HttpErrorWriter. */
static int write_reason(const HttpError *error, Buffer *out)
{
        buffer_printf(out, "%d %s\n%s%s", error->status, MHD_get_reason_phrase_for((unsigned)error->status),
                        error->text ? error->text : "", error->text ? "\n" : "");
        return buffer_error(out);
}

/*
 * Whether the client wants HTML. Browsers name text/html in Accept; calendar programs do not, and show the
 * text in a log.
 */
static bool wants_html(const HttpRequest *request)
{
        const char *accept = field_of(request, HTTP_FIELD_ACCEPT);
        return request->shared->write_error && accept && strstr(accept, "text/html");
}

int http_reply_error_with(HttpRequest *request, int status, const char *text, const HttpHeader *headers)
{
        CLEANUP(buffer_done) Buffer content = BUFFER_INIT(ERROR_BYTES);
        const HttpError error = {
                .status = status,
                .text = text,
                .language = http_request_language(request, NULL),
                .as_html = wants_html(request),
        };
        HttpErrorWriter write = request->shared->write_error ? request->shared->write_error : write_reason;
        int r = write(&error, &content);
        if (r < 0)
                return r;
        const HttpReply reply = {
                .status = status,
                .headers = headers,
                .content_type = error.as_html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
                .bytes = buffer_text(&content),
                .len = content.len,
        };
        return respond(request, &reply, AS_PAGE);
}

int http_reply_error(HttpRequest *request, int status, const char *text)
{
        return http_reply_error_with(request, status, text, NULL);
}
