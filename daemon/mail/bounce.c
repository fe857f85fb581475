#include "mail/bounce.h"

#include "mail/bounce-text.h"
#include "mail/mime.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>

/* Limits of the report itself; the returned message after it is not read. */
enum { FIELDS_MAX_BYTES = 64 * 1024, TEXT_MAX_BYTES = 64 * 1024, PARTS_MAX = 16, HEADERS_MAX = 512 };

static void unref_object(void *owner)
{
        if (*(void **)owner)
                g_object_unref(*(void **)owner);
}

static void free_text(char **owner)
{
        g_free(*owner);
}

Bounce *bounce_free(Bounce *bounce)
{
        free(bounce);
        return NULL;
}

/* ---- Fields ---- */

static const char *header_of(GMimeObject *object, const char *name)
{
        const char *value = g_mime_object_get_header(object, name);
        return value ? value : "";
}

/* Returns the text after the type of a field's value, such as `rfc822; user@example.org`. */
static const char *behind_type(const char *value)
{
        const char *semicolon = strchr(value, ';');
        value = semicolon ? semicolon + 1 : value;
        return value + strspn(value, " \t");
}

/* Copies a text, decoding characters like `\x{43F}` (RFC 6533, 3). */
static void decode_utf8_address(const char *text, char *ret, size_t size)
{
        size_t len = 0;
        while (*text && len + 6 < size) {
                unsigned character;
                int taken = 0;
                if (sscanf(text, "\\x{%6x}%n", &character, &taken) == 1 && taken > 0 && character >= ' ' &&
                                g_unichar_validate(character)) {
                        len += (size_t)g_unichar_to_utf8(character, ret + len);
                        text += taken;
                } else {
                        ret[len++] = *text++;
                }
        }
        ret[len] = '\0';
}

static void read_address(const char *value, char ret[static BOUNCE_ADDRESS_SIZE])
{
        char decoded[BOUNCE_ADDRESS_SIZE];
        decode_utf8_address(behind_type(value), decoded, sizeof(decoded));
        bounce_words(decoded, ret, BOUNCE_ADDRESS_SIZE);
        size_t len = strlen(ret);
        if (len >= 2 && ret[0] == '<' && ret[len - 1] == '>') {
                memmove(ret, ret + 1, len - 2);
                ret[len - 2] = '\0';
        }
}

static bool read_action(const char *value, BounceAction *ret)
{
        static const char *const names[] = {
                [BOUNCE_FAILED] = "failed",
                [BOUNCE_DELAYED] = "delayed",
                [BOUNCE_DELIVERED] = "delivered",
                [BOUNCE_RELAYED] = "relayed",
                [BOUNCE_EXPANDED] = "expanded",
        };
        char word[16] = "";
        sscanf(value, " %15[A-Za-z]", word);
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (strcasecmp(names[i], word) == 0) {
                        *ret = (BounceAction)i;
                        return true;
                }
        return false;
}

/*
 * Reads one group of fields. One group is about the message; each of the others is about one recipient (RFC
 * 3464, 2.1).
 */
static void read_group(GMimeObject *group, Bounce *bounce)
{
        BounceAction action;
        if (!read_action(header_of(group, "Action"), &action)) {
                if (!bounce->envelope_id[0])
                        bounce_words(header_of(group, "Original-Envelope-Id"), bounce->envelope_id,
                                        sizeof(bounce->envelope_id));
                if (!bounce->reporter[0])
                        bounce_words(behind_type(header_of(group, "Reporting-MTA")), bounce->reporter,
                                        sizeof(bounce->reporter));
                return;
        }
        if (bounce->n == BOUNCE_RECIPIENTS_MAX)
                return;
        BounceRecipient *recipient = &bounce->recipients[bounce->n++];
        *recipient = (BounceRecipient){ .action = action };
        bounce_find_status(header_of(group, "Status"), recipient->status);
        bounce_words(behind_type(header_of(group, "Diagnostic-Code")), recipient->words,
                        sizeof(recipient->words));
        read_address(header_of(group, "Final-Recipient"), recipient->final);
        read_address(header_of(group, "Original-Recipient"), recipient->original);
}

static GMimeObject *parse_object(const char *bytes, size_t len, bool whole)
{
        CLEANUP(unref_object) GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, len);
        CLEANUP(unref_object) GMimeParser *parser = g_mime_parser_new_with_stream(stream);
        g_mime_parser_set_persist_stream(parser, FALSE);
        return whole ? (GMimeObject *)g_mime_parser_construct_message(parser, NULL)
                     : g_mime_parser_construct_part(parser, NULL);
}

static bool is_empty_line(const char *line, size_t len)
{
        return strspn(line, " \t\r") >= len;
}

/* Cuts the fields into groups at empty lines. Each group has the form of a header. */
static void read_fields(const char *text, size_t len, Bounce *bounce)
{
        size_t start = 0, at = 0;
        while (at < len) {
                const char *newline = memchr(text + at, '\n', len - at);
                size_t next = newline ? (size_t)(newline - text) + 1 : len;
                bool empty = is_empty_line(text + at, next - at - (newline != NULL));
                size_t end = empty ? at : next;
                if ((empty || next == len) && end > start) {
                        CLEANUP(unref_object)
                        GMimeObject *group = parse_object(text + start, end - start, false);
                        if (group)
                                read_group(group, bounce);
                }
                if (empty)
                        start = next;
                at = next;
        }
}

/* ---- Parts ---- */

static bool is_type(GMimeObject *part, const char *type, const char *subtype)
{
        GMimeContentType *content = g_mime_object_get_content_type(part);
        return content && g_mime_content_type_is_type(content, type, subtype);
}

/* Reads the content of a part, at most @max octets and a NUL; g_free() it. */
static char *read_content(GMimeObject *part, size_t max, size_t *ret_len)
{
        CLEANUP(unref_object) GMimeStream *stream = g_mime_stream_mem_new();
        GMimeDataWrapper *content = GMIME_IS_PART(part) ? g_mime_part_get_content(GMIME_PART(part)) : NULL;
        if (content)
                g_mime_data_wrapper_write_to_stream(content, stream);
        else if (GMIME_IS_MESSAGE_PART(part) && g_mime_message_part_get_message(GMIME_MESSAGE_PART(part)))
                g_mime_object_write_to_stream(
                                GMIME_OBJECT(g_mime_message_part_get_message(GMIME_MESSAGE_PART(part))),
                                NULL, stream);
        const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
        *ret_len = bytes->len < max ? bytes->len : max;
        return g_strndup((const char *)bytes->data, *ret_len);
}

static GMimeObject *child_of(GMimeObject *object, int index)
{
        return GMIME_IS_MULTIPART(object) && index < g_mime_multipart_get_count(GMIME_MULTIPART(object))
                               ? g_mime_multipart_get_part(GMIME_MULTIPART(object), index)
                               : NULL;
}

static bool read_status_part(GMimeObject *part, Bounce *bounce)
{
        if (!is_type(part, "message", "delivery-status") &&
                        !is_type(part, "message", "global-delivery-status"))
                return false;
        size_t len = 0;
        CLEANUP(free_text) char *text = read_content(part, FIELDS_MAX_BYTES, &len);
        if (text)
                read_fields(text, len, bounce);
        return true;
}

/*
 * Reads the status part. It is a part of the message's own multipart or, if a gateway has wrapped that, a
 * part of one of its parts. A status part of an attached message is not read.
 */
static void read_report(GMimeObject *body, Bounce *bounce)
{
        GMimeObject *part, *inner;
        for (int i = 0; i < PARTS_MAX && (part = child_of(body, i)); i++) {
                if (read_status_part(part, bounce))
                        return;
                for (int j = 0; j < PARTS_MAX && (inner = child_of(part, j)); j++)
                        if (read_status_part(inner, bounce))
                                return;
        }
}

/* Reads the first part that is text for people, with LF line ends; "" if there is none. */
static char *read_text(GMimeObject *body)
{
        GMimeObject *part = body;
        for (int depth = 0; depth < 4 && GMIME_IS_MULTIPART(part); depth++)
                part = child_of(part, 0);
        char *text = part && GMIME_IS_TEXT_PART(part) ? g_mime_text_part_get_text(GMIME_TEXT_PART(part))
                                                      : NULL;
        if (!text)
                return g_strdup("");
        if (strlen(text) > TEXT_MAX_BYTES)
                text[TEXT_MAX_BYTES] = '\0';
        char *to = text;
        for (const char *from = text; *from; from++)
                if (*from != '\r')
                        *to++ = *from;
        *to = '\0';
        return text;
}

/* ---- What kind of message it is ---- */

/*
 * Whether a header of this name may contain the envelope's recipient. That address has the tag even if the
 * mail reached the mailbox through an alias.
 */
static bool names_recipient(const char *name)
{
        static const char *const names[] = { "X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To",
                "X-RCPT-TO", "X-Real-To", "Original-Recipient", "To", NULL };
        const char *const *at = names;
        while (*at && strcasecmp(*at, name) != 0)
                at++;
        return *at != NULL;
}

static bool find_tag(GMimeObject *message, const char *recipient, VerpTag *ret)
{
        GMimeHeaderList *headers = g_mime_object_get_header_list(message);
        int n = g_mime_header_list_get_count(headers);
        if (recipient && verp_find(recipient, ret))
                return true;
        for (int i = 0; i < n && i < HEADERS_MAX; i++) {
                GMimeHeader *header = g_mime_header_list_get_header_at(headers, i);
                const char *value = names_recipient(g_mime_header_get_name(header))
                                                    ? g_mime_header_get_raw_value(header)
                                                    : NULL;
                if (value && verp_find(value, ret))
                        return true;
        }
        return false;
}

static bool begins_with(const char *text, const char *beginning)
{
        return strncasecmp(text + strspn(text, " \t"), beginning, strlen(beginning)) == 0;
}

/* Whether a message was sent automatically, by RFC 3834 and older conventions; any report is (RFC 6522). */
static bool is_automatic(GMimeObject *message, GMimeObject *body)
{
        static const char *const names[] = { "X-Autoreply", "X-Autorespond", "X-Autoresponder",
                "X-Auto-Response-From", "List-Id" };
        const char *submitted = header_of(message, "Auto-Submitted"),
                   *precedence = header_of(message, "Precedence");
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (header_of(message, names[i])[0])
                        return true;
        return (submitted[0] && !begins_with(submitted, "no")) || begins_with(precedence, "auto_reply") ||
               begins_with(precedence, "bulk") || begins_with(precedence, "junk") ||
               (body && is_type(body, "multipart", "report"));
}

/*
 * Whether a mail server has written the message. An empty Return-Path alone does not show that: automatic
 * replies in the name of a person have it, too (RFC 3834, 3.3).
 */
static bool is_from_mail_server(GMimeObject *message)
{
        static const char *const subjects[] = { "undeliver", "delivery status notification",
                "delivery failure", "failure notice", "returned mail", "mail delivery failed" };
        const char *from = header_of(message, "From"), *subject = header_of(message, "Subject");
        if (strcasestr(from, "mailer-daemon") || strcasestr(from, "postmaster@"))
                return true;
        bool says_so = false;
        for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++)
                says_so = says_so || strcasestr(subject, subjects[i]);
        return says_so && begins_with(header_of(message, "Return-Path"), "<>");
}

static void read_failed_recipients(const char *addresses, const char *text, Bounce *bounce)
{
        CLEANUP(free_text) char *copy = g_strndup(addresses, FIELDS_MAX_BYTES);
        char *rest = NULL;
        bool is_delayed = bounce_says_delayed(text);
        for (char *word = strtok_r(copy, ", \t\r\n", &rest); word && bounce->n < BOUNCE_RECIPIENTS_MAX;
                        word = strtok_r(NULL, ", \t\r\n", &rest)) {
                BounceRecipient *recipient = &bounce->recipients[bounce->n++];
                bounce_read_exim(text, word, recipient);
                recipient->action = is_delayed ? BOUNCE_DELAYED : recipient->action;
        }
}

static void read_old_forms(GMimeObject *message, GMimeObject *body, Bounce *bounce)
{
        CLEANUP(free_text) char *text = read_text(body);
        const char *failed = header_of(message, "X-Failed-Recipients");
        bounce->n = bounce_read_qmail(text, bounce->recipients, BOUNCE_RECIPIENTS_MAX);
        if (bounce->n == 0 && failed[0])
                read_failed_recipients(failed, text, bounce);
}

/* ---- Complaints ---- */

/* Finds the part with the fields of a complaint (RFC 5965, 2). */
static GMimeObject *find_feedback(GMimeObject *body)
{
        GMimeObject *part;
        for (int i = 0; i < PARTS_MAX && (part = child_of(body, i)); i++)
                if (is_type(part, "message", "feedback-report"))
                        return part;
        return NULL;
}

/*
 * Reads a complaint. The envelope's sender, which has the tag, is one of its fields. A report of a message
 * that is not spam is no complaint (RFC 6430).
 */
static bool read_complaint(GMimeObject *body, Bounce *bounce)
{
        size_t len = 0;
        GMimeObject *part = find_feedback(body);
        CLEANUP(free_text) char *text = part ? read_content(part, FIELDS_MAX_BYTES, &len) : NULL;
        CLEANUP(unref_object) GMimeObject *fields = text ? parse_object(text, len, false) : NULL;
        if (!fields)
                return false;
        const char *type = header_of(fields, "Feedback-Type");
        if (!begins_with(type, "abuse") && !begins_with(type, "opt-out") && !begins_with(type, "fraud"))
                return false;
        if (!bounce->has_tag)
                bounce->has_tag = verp_find(header_of(fields, "Original-Mail-From"), &bounce->tag);
        return true;
}

/*
 * Reads a text for people that has no reliable form. It counts only if it says that there is no such
 * mailbox; the address is that of the tagged mail.
 */
static BounceKind read_prose(GMimeObject *body, Bounce *bounce)
{
        CLEANUP(free_text) char *text = read_text(body);
        if (bounce_says_delayed(text))
                return BOUNCE_KIND_AUTO;
        BounceRecipient *recipient = &bounce->recipients[0];
        bounce_words(text, recipient->words, sizeof(recipient->words));
        if (!bounce_says_no_mailbox(recipient->words))
                return BOUNCE_KIND_UNCLEAR;
        recipient->action = BOUNCE_FAILED;
        bounce->n = 1;
        return BOUNCE_KIND_REPORT;
}

static BounceKind read_message(GMimeObject *message, GMimeObject *body, Bounce *bounce)
{
        read_report(body, bounce);
        if (bounce->n == 0)
                read_old_forms(message, body, bounce);
        if (bounce->n > 0)
                return BOUNCE_KIND_REPORT;
        if (read_complaint(body, bounce))
                return BOUNCE_KIND_COMPLAINT;
        bool server = is_from_mail_server(message);
        bool status_report = body && is_type(body, "multipart", "report") &&
                             begins_with(g_mime_object_get_content_type_parameter(body, "report-type") ?: "",
                                             "delivery-status");
        bool automatic = is_automatic(message, body);
        BounceKind kind = server ? read_prose(body, bounce) : BOUNCE_KIND_OTHER;
        /* Mail servers mark their reports as automatic, too (RFC 3834, 5): only a clear one counts then. */
        if (server && (status_report || !automatic || kind == BOUNCE_KIND_REPORT))
                return kind;
        return automatic ? BOUNCE_KIND_AUTO : BOUNCE_KIND_OTHER;
}

/*
 * Returns the length of the line `From ...`, which a mail server adds if it pipes a message into a command.
 */
static size_t measure_from_line(const char *message, size_t len)
{
        const char *end = len > 5 && memcmp(message, "From ", 5) == 0 ? memchr(message, '\n', len) : NULL;
        return end ? (size_t)(end - message) + 1 : 0;
}

int bounce_parse(const char *message, size_t len, const char *recipient, Bounce **ret)
{
        *ret = NULL;
        mime_start();
        CLEANUP(bounce_freep)
        Bounce *bounce = calloc(1, sizeof(*bounce) + BOUNCE_RECIPIENTS_MAX * sizeof(BounceRecipient));
        if (!bounce)
                return -ENOMEM;
        bounce->kind = BOUNCE_KIND_OTHER;
        size_t from_line = measure_from_line(message, len);
        message += from_line;
        len -= from_line;
        CLEANUP(unref_object)
        GMimeObject *parsed =
                        parse_object(message, len < BOUNCE_MESSAGE_MAX ? len : BOUNCE_MESSAGE_MAX, true);
        if (parsed) {
                GMimeObject *body = g_mime_message_get_mime_part(GMIME_MESSAGE(parsed));
                bounce->has_tag = find_tag(parsed, recipient, &bounce->tag);
                bounce->kind = read_message(parsed, body, bounce);
        }
        *ret = TAKE_PTR(bounce);
        return 0;
}
