#include "mail/text-part.h"

#include "mail/mime.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <string.h>

/* The first part of each sort. */
typedef struct Parts {
        GMimeTextPart *plain, *html;
} Parts;

static void on_part(GMimeObject *parent, GMimeObject *part, gpointer userdata)
{
        Parts *parts = userdata;
        (void)parent;
        if (!GMIME_IS_TEXT_PART(part) || g_strcmp0(g_mime_object_get_disposition(part), "attachment") == 0)
                return;
        GMimeContentType *type = g_mime_object_get_content_type(part);
        if (g_mime_content_type_is_type(type, "text", "plain") && !parts->plain)
                parts->plain = GMIME_TEXT_PART(part);
        else if (g_mime_content_type_is_type(type, "text", "html") && !parts->html)
                parts->html = GMIME_TEXT_PART(part);
}

static void read_day(GMimeMessage *message, MailDay *ret)
{
        GDateTime *date = g_mime_message_get_date(message);
        if (date)
                g_date_time_get_ymd(date, &ret->year, &ret->month, &ret->day);
}

static int append(GMimeTextPart *part, Buffer *out)
{
        char *text = part ? g_mime_text_part_get_text(part) : NULL;
        if (!text)
                return -EINVAL;
        buffer_puts(out, text);
        g_free(text);
        return buffer_error(out);
}

static GMimeMessage *parse(const char *bytes, size_t len)
{
        mime_start();
        GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, len);
        GMimeParser *parser = g_mime_parser_new_with_stream(stream);
        GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
        g_object_unref(parser);
        g_object_unref(stream);
        return message;
}

int text_part_read(const char *bytes, size_t len, Buffer *out, bool *ret_is_html, MailDay *ret_day)
{
        Parts parts = { NULL, NULL };
        GMimeMessage *message = parse(bytes, len);
        if (!message)
                return -EINVAL;
        g_mime_message_foreach(message, on_part, &parts);
        read_day(message, ret_day);
        *ret_is_html = !parts.plain;
        int r = append(parts.plain ? parts.plain : parts.html, out);
        g_object_unref(message);
        return r;
}

int html_part_read(const char *bytes, size_t len, Buffer *out)
{
        Parts parts = { NULL, NULL };
        GMimeMessage *message = parse(bytes, len);
        if (!message)
                return -EINVAL;
        g_mime_message_foreach(message, on_part, &parts);
        int r = append(parts.html, out);
        g_object_unref(message);
        return r;
}

int mail_headers_read(const char *bytes, size_t len, Buffer *out)
{
        GMimeMessage *message = parse(bytes, len);
        if (!message)
                return -EINVAL;
        GMimeHeaderList *headers = g_mime_object_get_header_list(GMIME_OBJECT(message));
        int n = g_mime_header_list_get_count(headers);
        for (int i = 0; i < n; i++) {
                GMimeHeader *header = g_mime_header_list_get_header_at(headers, i);
                buffer_printf(out, "%s: %s\n", g_mime_header_get_name(header),
                                g_mime_header_get_value(header));
        }
        g_object_unref(message);
        return buffer_error(out);
}
