#include "mail/calendar-part.h"

#include "base/cleanup.h"
#include "mail/mime.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <string.h>

static void unref_object(void *object)
{
        if (*(GObject **)object)
                g_object_unref(*(GObject **)object);
}

typedef struct Found {
        GMimeObject *text, *attached; /* borrowed from the message */
} Found;

static void on_part(GMimeObject *parent, GMimeObject *part, void *userdata)
{
        Found *found = userdata;
        GMimeContentType *type = g_mime_object_get_content_type(part);
        (void)parent;
        if (!type || !GMIME_IS_PART(part))
                return;
        if (!found->text && g_mime_content_type_is_type(type, "text", "calendar"))
                found->text = part;
        if (!found->attached && g_mime_content_type_is_type(type, "application", "ics"))
                found->attached = part;
}

/* Decodes a part. A text in another character set than UTF-8 is converted. */
static char *read_part(GMimeObject *part)
{
        CLEANUP(unref_object) GMimeStream *stream = g_mime_stream_mem_new();
        GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part));
        if (GMIME_IS_TEXT_PART(part))
                return g_mime_text_part_get_text(GMIME_TEXT_PART(part));
        if (content)
                g_mime_data_wrapper_write_to_stream(content, stream);
        const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
        return g_strndup((const char *)bytes->data, bytes->len);
}

static int copy(GMimeObject *part, char **ret)
{
        char *text = read_part(part);
        size_t len = text ? strlen(text) : 0;
        char *copied = text && len <= CALENDAR_PART_MAX ? strdup(text) : NULL;
        int r = text && len <= CALENDAR_PART_MAX && !copied ? -ENOMEM : 0;
        g_free(text);
        *ret = copied;
        return r;
}

int calendar_part_read(const char *message, size_t len, char **ret)
{
        Found found = { NULL, NULL };
        *ret = NULL;
        mime_start();
        CLEANUP(unref_object) GMimeStream *stream = g_mime_stream_mem_new_with_buffer(message, len);
        CLEANUP(unref_object) GMimeParser *parser = g_mime_parser_new_with_stream(stream);
        CLEANUP(unref_object) GMimeMessage *mime = g_mime_parser_construct_message(parser, NULL);
        if (!mime)
                return 0;
        g_mime_message_foreach(mime, on_part, &found);
        GMimeObject *part = found.text ? found.text : found.attached;
        return part ? copy(part, ret) : 0;
}
