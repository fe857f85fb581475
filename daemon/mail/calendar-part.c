#include "mail/calendar-part.h"

#include "base/buffer.h"
#include "base/charset-guess.h"
#include "base/charset.h"
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

/* From the surest to the least sure place of an answer. */
typedef enum Rank {
        RANK_ANSWER,   /* text/calendar with the method of an answer */
        RANK_TEXT,     /* text/calendar without a method */
        RANK_OTHER,    /* text/calendar with another method, such as the invitation that is quoted */
        RANK_ATTACHED, /* an attached application/ics */
        RANK_FILE,     /* any file named .ics */
        RANK_NONE,
} Rank;

typedef struct Found {
        Rank rank;
        GMimeObject *part; /* borrowed from the message */
} Found;

static bool is_one_of(const char *word, const char *const *words)
{
        for (; *words; words++)
                if (g_ascii_strcasecmp(word, *words) == 0)
                        return true;
        return false;
}

static Rank rank_of(GMimeObject *part)
{
        static const char *const answers[] = { "REPLY", "COUNTER", "DECLINECOUNTER", NULL };
        static const char *const subtypes[] = { "ics", "x-ics", "calendar", NULL };
        GMimeContentType *type = g_mime_object_get_content_type(part);
        if (g_mime_content_type_is_type(type, "text", "calendar")) {
                const char *method = g_mime_content_type_get_parameter(type, "method");
                return !method ? RANK_TEXT : is_one_of(method, answers) ? RANK_ANSWER : RANK_OTHER;
        }
        if (g_mime_content_type_is_type(type, "application", "*") &&
                        is_one_of(g_mime_content_type_get_media_subtype(type), subtypes))
                return RANK_ATTACHED;
        const char *name = g_mime_part_get_filename(GMIME_PART(part));
        size_t len = name ? strlen(name) : 0;
        return len > 4 && g_ascii_strcasecmp(name + len - 4, ".ics") == 0 ? RANK_FILE : RANK_NONE;
}

static void on_part(GMimeObject *parent, GMimeObject *part, void *userdata)
{
        Found *found = userdata;
        (void)parent;
        if (!g_mime_object_get_content_type(part) || !GMIME_IS_PART(part))
                return;
        Rank rank = rank_of(part);
        if (rank < found->rank)
                *found = (Found){ rank, part };
}

/*
 * Converts a text to UTF-8. Without a charset it is in UTF-8 (RFC 5545, 3.1.4); a charset that the text is
 * not in, or that is not known, counts as none. Programs also send other encodings without a name.
 */
static int decode(const char *charset, const char *text, size_t len, Buffer *out)
{
        const char *guess = charset_guess(text, len);
        bool is_named = charset && charset_to_utf8(charset, text, len, out);
        if (is_named)
                return buffer_error(out);
        buffer_reset(out);
        bool is_guessed = guess && charset_to_utf8(guess, text, len, out);
        return is_guessed ? buffer_error(out) : -EINVAL;
}

static int copy(GMimeObject *part, char **ret)
{
        CLEANUP(unref_object) GMimeStream *stream = g_mime_stream_mem_new();
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CALENDAR_PART_MAX);
        GMimeContentType *type = g_mime_object_get_content_type(part);
        GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part));
        if (content)
                g_mime_data_wrapper_write_to_stream(content, stream);
        const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
        int r = decode(g_mime_content_type_get_parameter(type, "charset"),
                        bytes->data ? (const char *)bytes->data : "", bytes->len, &text);
        if (r == 0)
                *ret = strdup(buffer_text(&text));
        return r == -ENOMEM || (r == 0 && !*ret) ? -ENOMEM : 0;
}

int calendar_part_read(const char *message, size_t len, char **ret)
{
        Found found = { RANK_NONE, NULL };
        *ret = NULL;
        mime_start();
        CLEANUP(unref_object) GMimeStream *stream = g_mime_stream_mem_new_with_buffer(message, len);
        CLEANUP(unref_object) GMimeParser *parser = g_mime_parser_new_with_stream(stream);
        CLEANUP(unref_object) GMimeMessage *mime = g_mime_parser_construct_message(parser, NULL);
        if (!mime)
                return 0;
        g_mime_message_foreach(mime, on_part, &found);
        return found.part ? copy(found.part, ret) : 0;
}
