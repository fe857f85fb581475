#include "mail/message.h"

#include "base/text.h"
#include "base/utf8.h"
#include "mail/encoded-word.h"
#include "mail/flowed.h"
#include "mail/mime.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>

enum { HEADER_MAX = 998, RAW_HEADER_MAX = 64 * 1024 };

static void unref_object(void *owner)
{
        if (*(void **)owner)
                g_object_unref(*(void **)owner);
}

static void unref_list(InternetAddressList **owner)
{
        if (*owner)
                g_object_unref(*owner);
}

static void free_text(char **owner)
{
        g_free(*owner);
}

static void unref_date(GDateTime **owner)
{
        if (*owner)
                g_date_time_unref(*owner);
}

/*
 * Whether a text is one line of UTF-8. A line break would begin another header, and GMime does not check
 * UTF-8.
 */
static bool is_one_line(const char *text)
{
        size_t len = strlen(text);
        return utf8_plain_prefix(text, len) == len;
}

/*
 * Turns a title or a name into one line of UTF-8. People enter these texts, and an odd character must not
 * stop a mail.
 */
static char *to_one_line(const char *text)
{
        char *line = g_utf8_make_valid(text, -1);
        for (unsigned char *c = (unsigned char *)line; *c; c++)
                if (*c < 0x20 || *c == 0x7F)
                        *c = ' ';
        return line;
}

/* Whether a text may be within angle brackets: printable ASCII without blanks. */
static bool is_token(const char *text)
{
        for (const unsigned char *c = (const unsigned char *)text; *c; c++)
                if (*c <= 0x20 || *c >= 0x7F || *c == '<' || *c == '>')
                        return false;
        return true;
}

/* The same, but letters beyond ASCII may be in it, too. */
static bool is_utf8_token(const char *text)
{
        for (const unsigned char *c = (const unsigned char *)text; *c; c++)
                if (*c <= 0x20 || *c == 0x7F || *c == '<' || *c == '>')
                        return false;
        return true;
}

static int set_header(GMimeMessage *message, const char *name, const char *value)
{
        if (!value)
                return 0;
        if (!is_one_line(value) || strlen(value) > HEADER_MAX)
                return -EINVAL;
        g_mime_object_set_header(GMIME_OBJECT(message), name, value, "utf-8");
        return 0;
}

/*
 * Parses the mailbox in @text; the result is borrowed from @ret_list. Return: NULL if there is none or more
 * than one, or if the address cannot be written in ASCII; the name of a mailbox may be in UTF-8 (RFC 6532).
 */
static InternetAddress *parse_mailbox(const char *text, InternetAddressList **ret_list)
{
        if (!is_one_line(text) || !(*ret_list = internet_address_list_parse(NULL, text)) ||
                        internet_address_list_length(*ret_list) != 1)
                return NULL;
        InternetAddress *address = internet_address_list_get_address(*ret_list, 0);
        if (!INTERNET_ADDRESS_IS_MAILBOX(address))
                return NULL;
        const char *plain = internet_address_mailbox_get_idn_addr(INTERNET_ADDRESS_MAILBOX(address));
        const char *at = plain ? strrchr(plain, '@') : NULL;
        return at && at > plain && at[1] && is_token(at) && is_utf8_token(plain) ? address : NULL;
}

/* Sets a header to a value that is encoded already: all the text after the colon, with its line ends. */
static int set_raw(GMimeMessage *message, const char *name, Buffer *value)
{
        if (buffer_error(value) < 0)
                return buffer_error(value) == -EFBIG ? -EINVAL : buffer_error(value);
        g_mime_object_set_header(GMIME_OBJECT(message), name, "", NULL);
        GMimeHeaderList *headers = g_mime_object_get_header_list(GMIME_OBJECT(message));
        g_mime_header_set_raw_value(g_mime_header_list_get_header(headers, name), buffer_text(value));
        return 0;
}

static bool is_encoded(InternetAddress *address)
{
        const char *name = internet_address_get_name(address);
        const char *plain = internet_address_mailbox_get_idn_addr(INTERNET_ADDRESS_MAILBOX(address));
        return (name && encoded_word_needed(name)) || !is_token(plain);
}

static void write_encoded(InternetAddress *address, Buffer *out)
{
        const char *name = internet_address_get_name(address);
        if (name)
                encoded_word_append(out, name);
        buffer_printf(out, "%s <%s>\r\n", name ? "\r\n" : "",
                        internet_address_mailbox_get_idn_addr(INTERNET_ADDRESS_MAILBOX(address)));
}

static int add_mailbox(GMimeMessage *message, GMimeAddressType type, InternetAddress *address)
{
        static const char *const headers[] = {
                [GMIME_ADDRESS_TYPE_FROM] = "From",
                [GMIME_ADDRESS_TYPE_REPLY_TO] = "Reply-To",
                [GMIME_ADDRESS_TYPE_TO] = "To",
        };
        CLEANUP(buffer_done) Buffer value = BUFFER_INIT(RAW_HEADER_MAX);
        if (!is_encoded(address)) {
                internet_address_list_add(g_mime_message_get_addresses(message, type), address);
                return 0;
        }
        write_encoded(address, &value);
        return set_raw(message, headers[type], &value);
}

/* Sets a header to @text, which is `Name <address>` or an address. */
static int set_mailbox(GMimeMessage *message, GMimeAddressType type, const char *text)
{
        CLEANUP(unref_list) InternetAddressList *list = NULL;
        InternetAddress *address = parse_mailbox(text, &list);
        if (!address)
                return -EINVAL;
        return add_mailbox(message, type, address);
}

/*
 * Makes a mailbox of a name and an address; the result is borrowed from @ret_list. Return: NULL if @text is
 * anything but an address. It is also used in the envelope, so it is not enough that GMime finds an address
 * in it.
 */
static InternetAddress *make_recipient(const char *name, const char *text, InternetAddressList **ret_list)
{
        InternetAddress *address = parse_mailbox(text, ret_list);
        const char *read = address ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address))
                                   : NULL;
        if (!read || strcmp(read, text) != 0)
                return NULL;
        CLEANUP(free_text) char *line = name ? to_one_line(name) : NULL;
        internet_address_set_name(address, line);
        return address;
}

static int set_recipient(GMimeMessage *message, const char *name, const char *text)
{
        CLEANUP(unref_list) InternetAddressList *list = NULL;
        InternetAddress *address = make_recipient(name, text, &list);
        return address ? add_mailbox(message, GMIME_ADDRESS_TYPE_TO, address) : -EINVAL;
}

static GMimeFormatOptions *new_format(void)
{
        GMimeFormatOptions *options = g_mime_format_options_new();
        g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
        return options;
}

static void write_plain(InternetAddressList *list, Buffer *out)
{
        GMimeFormatOptions *options = new_format();
        GString *value = g_string_new("To: ");
        internet_address_list_encode(list, options, value);
        buffer_append(out, value->str, value->len);
        g_string_free(value, TRUE);
        g_mime_format_options_free(options);
}

int message_write_recipient(const char *name, const char *address, Buffer *out)
{
        CLEANUP(unref_list) InternetAddressList *list = NULL;
        mime_start();
        InternetAddress *recipient = make_recipient(name, address, &list);
        if (!recipient)
                return -EINVAL;
        if (is_encoded(recipient)) {
                buffer_puts(out, "To:");
                write_encoded(recipient, out);
        } else {
                write_plain(list, out);
        }
        return buffer_error(out);
}

static int set_subject(GMimeMessage *message, const char *text)
{
        CLEANUP(buffer_done) Buffer value = BUFFER_INIT(RAW_HEADER_MAX);
        CLEANUP(free_text) char *line = to_one_line(text);
        /*
         * Replaces the no-break spaces of dates, so that an English subject is ASCII, and mail filters can
         * match plain blanks.
         */
        text_plain_blanks(line);
        if (!encoded_word_needed(line)) {
                g_mime_message_set_subject(message, line, "utf-8");
                return 0;
        }
        encoded_word_append(&value, line);
        buffer_puts(&value, "\r\n");
        return set_raw(message, "Subject", &value);
}

static GDateTime *make_date(usec_t date, int offset)
{
        GTimeZone *zone = g_time_zone_new_offset(offset);
        CLEANUP(unref_date) GDateTime *utc = g_date_time_new_from_unix_utc(date / USEC_PER_SEC);
        GDateTime *local = utc ? g_date_time_to_timezone(utc, zone) : NULL;
        g_time_zone_unref(zone);
        return local;
}

static int set_date(GMimeMessage *message, usec_t date, int offset)
{
        CLEANUP(unref_date) GDateTime *local = make_date(date, offset);
        if (!local)
                return -EINVAL;
        g_mime_message_set_date(message, local);
        return 0;
}

int message_write_date(usec_t date, int offset, Buffer *out)
{
        CLEANUP(unref_date) GDateTime *local = make_date(date, offset);
        if (!local)
                return -EINVAL;
        char *text = g_mime_utils_header_format_date(local);
        buffer_printf(out, "Date: %s\r\n", text);
        g_free(text);
        return buffer_error(out);
}

/*
 * Writes `Name: <token>` on one line, however long it is. GMime would write a long URL as encoded words,
 * and mail programs do not read those as a URL.
 */
static int set_bracketed(GMimeMessage *message, const char *name, const char *token)
{
        CLEANUP(buffer_done) Buffer value = BUFFER_INIT(HEADER_MAX - strlen(name));
        if (!token)
                return 0;
        if (!is_token(token))
                return -EINVAL;
        buffer_printf(&value, " <%s>\n", token);
        return set_raw(message, name, &value);
}

/* Writes the phrase as quoted or encoded words, which GMime does only for the headers of addresses. */
static int set_list_id(GMimeMessage *message, const char *name, const char *id)
{
        CLEANUP(buffer_done) Buffer value = BUFFER_INIT(HEADER_MAX - sizeof("List-Id"));
        if (!name || !id)
                return set_header(message, "List-Id", id);
        if (encoded_word_needed(name)) {
                encoded_word_append(&value, name);
        } else {
                char *phrase = g_mime_utils_header_encode_phrase(NULL, name, "utf-8");
                buffer_printf(&value, " %s", phrase);
                g_free(phrase);
        }
        buffer_printf(&value, "\r\n %s\r\n", id);
        return set_raw(message, "List-Id", &value);
}

static int set_headers(GMimeMessage *message, const Message *from)
{
        int r = set_mailbox(message, GMIME_ADDRESS_TYPE_FROM, from->from);
        if (r == 0 && from->reply_to)
                r = set_mailbox(message, GMIME_ADDRESS_TYPE_REPLY_TO, from->reply_to);
        if (r == 0)
                r = set_recipient(message, from->to_name, from->to);
        if (r == 0)
                r = set_subject(message, from->subject);
        if (r == 0)
                r = set_date(message, from->date, from->date_offset);
        if (r == 0)
                r = set_bracketed(message, "Message-ID", from->message_id);
        if (r == 0)
                r = set_bracketed(message, "In-Reply-To", from->in_reply_to);
        if (r == 0)
                r = set_bracketed(message, "References", from->in_reply_to);
        if (r == 0)
                r = set_header(message, "Auto-Submitted", "auto-generated");
        if (r == 0)
                r = set_header(message, "Content-Language", from->language);
        /* Exchange sends automatic replies to mails that are only marked as RFC 3834 defines. */
        if (r == 0)
                r = set_header(message, "X-Auto-Response-Suppress", "All");
        if (r == 0)
                r = set_list_id(message, from->list_name, from->list_id);
        if (r == 0)
                r = set_bracketed(message, "List-Unsubscribe", from->unsubscribe_url);
        return r == 0 && from->unsubscribe_url
                               ? set_header(message, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
                               : r;
}

/* Makes a stream of the bytes with CRLF line ends, which text must have even in base64 (RFC 2045, 6.8). */
static GMimeStream *text_stream(const char *bytes, size_t len)
{
        GMimeStream *source = g_mime_stream_mem_new_with_buffer(bytes, len);
        GMimeStream *stream = g_mime_stream_filter_new(source);
        GMimeFilter *filter = g_mime_filter_unix2dos_new(FALSE);
        g_mime_stream_filter_add(GMIME_STREAM_FILTER(stream), filter);
        g_object_unref(filter);
        g_object_unref(source);
        return stream;
}

/* Makes a part of UTF-8 text, encoded for 7-bit relays; in base64 if most of the text is not ASCII. */
static GMimePart *make_typed_part(const char *type, const char *subtype, const char *bytes, size_t len)
{
        GMimeStream *stream = text_stream(bytes, len);
        GMimeDataWrapper *content =
                        g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
        GMimePart *part = g_mime_part_new_with_type(type, subtype);
        g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
        g_mime_part_set_content(part, content);
        g_mime_part_set_content_encoding(
                        part, g_mime_part_get_best_content_encoding(part, GMIME_ENCODING_CONSTRAINT_7BIT));
        if (g_mime_part_get_content_encoding(part) == GMIME_CONTENT_ENCODING_DEFAULT)
                g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
        g_object_unref(content);
        g_object_unref(stream);
        return part;
}

static GMimePart *make_part(const char *subtype, const char *bytes, size_t len)
{
        return make_typed_part("text", subtype, bytes, len);
}

/* Derives the boundary from the Message-ID, so that the same message always has the same bytes. */
void message_boundary(const char *message_id, char ret[static MESSAGE_BOUNDARY_SIZE])
{
        char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, message_id, -1);
        snprintf(ret, MESSAGE_BOUNDARY_SIZE, "%s", hash);
        g_free(hash);
}

static void set_boundary(GMimeMultipart *multipart, const Message *from, char level)
{
        char hash[MESSAGE_BOUNDARY_SIZE], boundary[64];
        message_boundary(from->message_id, hash);
        snprintf(boundary, sizeof(boundary), "=_%c%s", level, hash);
        g_mime_multipart_set_boundary(multipart, boundary);
}

static void add_part(GMimeMultipart *multipart, GMimePart *part)
{
        g_mime_multipart_add(multipart, GMIME_OBJECT(part));
        g_object_unref(part);
}

static GMimePart *make_calendar(const Message *from, const char *type, const char *subtype)
{
        GMimePart *calendar = make_typed_part(type, subtype, from->calendar, from->calendar_len);
        g_mime_object_set_content_type_parameter(GMIME_OBJECT(calendar), "method", from->calendar_method);
        return calendar;
}

static GMimeObject *make_body(const Message *from, const Buffer *flowed)
{
        GMimePart *text = make_part("plain", buffer_text(flowed), flowed->len);
        g_mime_object_set_content_type_parameter(GMIME_OBJECT(text), "format", "flowed");
        if (!from->html)
                return GMIME_OBJECT(text);
        GMimeMultipart *alternative = g_mime_multipart_new_with_subtype("alternative");
        set_boundary(alternative, from, 'a');
        add_part(alternative, text);
        add_part(alternative, make_part("html", from->html, strlen(from->html)));
        if (from->calendar && from->is_invitation)
                add_part(alternative, make_calendar(from, "text", "calendar"));
        return GMIME_OBJECT(alternative);
}

/* The attached copy of an invitation has another type, so that no program acts on both copies. */
static GMimeObject *make_content(const Message *from, const Buffer *flowed)
{
        GMimeObject *body = make_body(from, flowed);
        if (!from->calendar)
                return body;
        GMimeMultipart *mixed = g_mime_multipart_new_with_subtype("mixed");
        set_boundary(mixed, from, 'm');
        g_mime_multipart_add(mixed, body);
        g_object_unref(body);
        GMimePart *calendar = from->is_invitation ? make_calendar(from, "application", "ics")
                                                  : make_calendar(from, "text", "calendar");
        g_mime_part_set_filename(calendar, from->calendar_name);
        g_mime_object_set_disposition(GMIME_OBJECT(calendar), "attachment");
        add_part(mixed, calendar);
        return GMIME_OBJECT(mixed);
}

static int write_out(GMimeMessage *message, Buffer *out)
{
        CLEANUP(unref_object) GMimeStream *stream = g_mime_stream_mem_new();
        GMimeFormatOptions *options = new_format();
        ssize_t written = g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream);
        g_mime_format_options_free(options);
        if (written < 0)
                return -ENOMEM;
        const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
        buffer_append(out, bytes->data, bytes->len);
        if (bytes->len < 2 || bytes->data[bytes->len - 1] != '\n')
                buffer_puts(out, "\r\n");
        return buffer_error(out);
}

int message_compose(const Message *message, Buffer *out)
{
        mime_start();
        CLEANUP(unref_object) GMimeMessage *mime = g_mime_message_new(TRUE);
        CLEANUP(buffer_done) Buffer flowed = BUFFER_INIT(2 * strlen(message->text) + 1);
        flowed_append(&flowed, message->text);
        int r = buffer_error(&flowed) < 0 ? buffer_error(&flowed) : set_headers(mime, message);
        if (r < 0)
                return r;
        GMimeObject *content = make_content(message, &flowed);
        g_mime_message_set_mime_part(mime, content);
        g_object_unref(content);
        return write_out(mime, out);
}
