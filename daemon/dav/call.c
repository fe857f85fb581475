#include "dav/call.h"

#include "base/html.h"
#include "schedule/user.h"

#include <string.h>
#include <strings.h>

#define PREFERENCE_APPLIED "Preference-Applied" /* RFC 7240, 3 */

enum { STATUS_METHOD_NOT_ALLOWED = 405, ERROR_MAX_BYTES = 64 * 1024 };

/*
 * The element of the calendar server of Apple for a sentence about an error. A client takes every element of
 * the namespace of WebDAV that is in an error for a condition of its own (RFC 4918, 16).
 */
#define DESCRIPTION       "error-description"
#define DESCRIPTION_SPACE "http://twistedmatrix.com/xml_namespace/dav/"

const char *dav_classes(const Config *config)
{
        return schedule_is_on(config) ? DAV_CLASSES ", calendar-auto-schedule" : DAV_CLASSES;
}

/* @name, @value: one more field; the value is NULL for none */
static int reply(HttpRequest *request, const char *classes, const char *name, const char *value,
                HttpReply reply)
{
        const HttpHeader headers[] = { { "DAV", classes }, { "Cache-Control", "no-store" },
                { "Vary", "Prefer" }, { name, value }, { NULL, NULL } };
        reply.headers = headers;
        reply.content_type = "application/xml; charset=utf-8";
        return http_reply_send(request, &reply);
}

int dav_reply_xml(HttpRequest *request, int status, const char *bytes, size_t len)
{
        return reply(request, DAV_CLASSES, PREFERENCE_APPLIED, NULL,
                        (HttpReply){ .status = status, .bytes = bytes, .len = len });
}

int dav_reply_spool(HttpRequest *request, int status, const char *classes, const char *applied, Spool *spool)
{
        return reply(request, classes, PREFERENCE_APPLIED, applied,
                        (HttpReply){ .status = status, .spool = spool });
}

/* Writes DAV:error; parameters as for dav_reply_precondition(). */
static int write_error(Buffer *out, const char *element, const char *content, const char *text)
{
        buffer_puts(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:error " PROPERTY_NAMESPACES ">");
        if (content)
                buffer_printf(out, "<%s>%s</%s>", element, content, element);
        else
                buffer_printf(out, "<%s/>", element);
        if (text) {
                buffer_puts(out, "<" DESCRIPTION " xmlns=\"" DESCRIPTION_SPACE "\">");
                html_escape(out, text);
                buffer_puts(out, "</" DESCRIPTION ">");
        }
        buffer_puts(out, "</D:error>\n");
        return buffer_error(out);
}

int dav_reply_precondition(
                HttpRequest *request, int status, const char *element, const char *content, const char *text)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(ERROR_MAX_BYTES);
        int r = write_error(&out, element, content, text);
        return r != 0 ? r : dav_reply_xml(request, status, buffer_text(&out), out.len);
}

int dav_refuse_method(const DavCall *call, const char *element)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(ERROR_MAX_BYTES);
        char allow[HTTP_METHODS_SIZE];
        const HttpHeader headers[] = { { "Allow", allow }, { NULL, NULL } };
        http_method_list(call->methods, allow);
        if (!element)
                return http_reply_error_with(call->request, STATUS_METHOD_NOT_ALLOWED, NULL, headers);
        int r = write_error(&out, element, NULL, NULL);
        return r != 0 ? r
                      : reply(call->request, dav_classes(call->config), "Allow", allow,
                                        (HttpReply){ .status = STATUS_METHOD_NOT_ALLOWED,
                                                        .bytes = buffer_text(&out),
                                                        .len = out.len });
}

bool dav_is_over_time(const DavCall *call)
{
        return clock_of_thread() > call->work_end;
}

int dav_begin_read(Store *store)
{
        return store_in_transaction(store) ? 0 : store_begin_read(store);
}
