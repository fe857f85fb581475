#include "dav/call.h"

#include "base/html.h"
#include "dav/multistatus.h"

enum { ERROR_MAX_BYTES = 64 * 1024 };

int dav_reply_xml(HttpRequest *request, int status, const char *bytes, size_t len)
{
        static const HttpHeader headers[] = { { "DAV", DAV_CLASSES }, { "Cache-Control", "no-store" },
                { NULL, NULL } };
        const HttpReply reply = { .status = status,
                .headers = headers,
                .content_type = "application/xml; charset=utf-8",
                .bytes = bytes,
                .len = len };
        return http_reply_send(request, &reply);
}

int dav_reply_precondition(
                HttpRequest *request, int status, const char *element, const char *content, const char *text)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(ERROR_MAX_BYTES);
        buffer_puts(&out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:error " PROPERTY_NAMESPACES ">");
        if (content)
                buffer_printf(&out, "<%s>%s</%s>", element, content, element);
        else
                buffer_printf(&out, "<%s/>", element);
        if (text) {
                buffer_puts(&out, "<D:responsedescription>");
                html_escape(&out, text);
                buffer_puts(&out, "</D:responsedescription>");
        }
        buffer_puts(&out, "</D:error>\n");
        int r = buffer_error(&out);
        return r != 0 ? r : dav_reply_xml(request, status, buffer_text(&out), out.len);
}
