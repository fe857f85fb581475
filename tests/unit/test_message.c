#include "mail/message.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Tests the bytes of a mail; tests/e2e/test_message.py parses its content with Python's email. */

static const char calendar[] = "BEGIN:VCALENDAR\r\nSUMMARY:Сессия\r\nEND:VCALENDAR\r\n";

static const Message full = {
        .from = "Редакция календаря <reminders@example.org>",
        .reply_to = "office@example.org",
        .to_name = "Гость \"выставки\", большой",
        .to = "visitor@example.org",
        .subject = "Завтра, 24 июня: Практическая сессия по развитию промышленных кластеров России",
        .message_id = "reminder.1@example.org",
        .in_reply_to = "reminder.0@example.org",
        .date = INT64_C(1624460400) * USEC_PER_SEC,
        .date_offset = 3 * 3600,
        .language = "ru",
        .list_id = "convened reminders <reminders.example.org>",
        .unsubscribe_url = "https://calendar.example.org/mail/token",
        .text = "Когда: завтра\n.\nFrom here\n",
        .html = "<p>Когда: завтра\n",
        .calendar = calendar,
        .calendar_len = sizeof(calendar) - 1,
        .calendar_method = "PUBLISH",
        .calendar_name = "event.ics",
};

static const Message plain = {
        .from = "reminders@example.org",
        .to = "visitor@example.org",
        .subject = "Tomorrow",
        .message_id = "reminder.1@example.org",
        .language = "en",
        .text = "Tomorrow",
};

static void assert_fit_for_smtp(const Buffer *mail)
{
        size_t line = 0;
        assert_true(mail->len >= 2);
        assert_memory_equal(mail->data + mail->len - 2, "\r\n", 2);
        for (size_t i = 0; i < mail->len; i++) {
                assert_in_range((unsigned char)mail->data[i], 1, 0x7E);
                assert_int_equal(mail->data[i] == '\n', i > 0 && mail->data[i - 1] == '\r');
                line = mail->data[i] == '\n' ? 0 : line + 1;
                assert_true(line <= 999);
        }
}

static void test_message_compose__gives_seven_bits_and_crlf(void **state)
{
        (void)state;
        Message hostile = full;
        char subject[3000], text[5000];
        memset(subject, 'x', sizeof(subject) - 1);
        subject[sizeof(subject) - 1] = '\0';
        memset(text, 'y', sizeof(text) - 1);
        text[sizeof(text) - 1] = '\0';
        hostile.subject = subject;
        hostile.to_name = subject;
        hostile.text = text;
        hostile.html = "\r<p>\x01\xFF\r\n\n\r\r";
        const Message *const mails[] = { &full, &plain, &hostile };
        for (size_t i = 0; i < sizeof(mails) / sizeof(mails[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
                assert_int_equal(message_compose(mails[i], &out), 0);
                assert_fit_for_smtp(&out);
        }
}

static void test_message_compose__gives_the_same_bytes_again(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer first = BUFFER_INIT(65536), again = BUFFER_INIT(65536);
        assert_int_equal(message_compose(&full, &first), 0);
        assert_int_equal(message_compose(&full, &again), 0);
        assert_string_equal(buffer_text(&first), buffer_text(&again));
        buffer_reset(&again);
        Message other = full;
        other.message_id = "reminder.2@example.org";
        assert_int_equal(message_compose(&other, &again), 0);
        const char *boundary = strstr(buffer_text(&first), "boundary=");
        assert_non_null(boundary);
        char copy[40] = { 0 };
        memcpy(copy, boundary, sizeof(copy) - 1);
        assert_null(strstr(buffer_text(&again), copy));
}

static void test_message_compose__writes_structured_headers_as_they_are(void **state)
{
        (void)state;
        static const char *const lines[] = {
                "\r\nDate: Wed, 23 Jun 2021 18:00:00 +0300\r\n",
                "\r\nMessage-ID: <reminder.1@example.org>\r\n",
                "\r\nIn-Reply-To: <reminder.0@example.org>\r\n",
                "\r\nReferences: <reminder.0@example.org>\r\n",
                "\r\nAuto-Submitted: auto-generated\r\n",
                "\r\nContent-Language: ru\r\n",
                "\r\nList-Id: convened reminders <reminders.example.org>\r\n",
                "\r\nList-Unsubscribe: <https://calendar.example.org/mail/token>\r\n",
                "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
                "\r\nReply-To: office@example.org\r\n",
        };
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
        buffer_puts(&out, "\r\n");
        assert_int_equal(message_compose(&full, &out), 0);
        for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
                if (!strstr(buffer_text(&out), lines[i]))
                        fail_msg("no line '%s'", lines[i] + 2);
        assert_null(strstr(buffer_text(&out), "iso-8859"));
}

static void test_message_compose__leaves_a_long_link_whole(void **state)
{
        (void)state;
        char url[900] = "https://calendar.example.org/mail/";
        memset(url + strlen(url), 'x', sizeof(url) - 1 - strlen(url));
        Message message = plain;
        message.unsubscribe_url = url;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536), line = BUFFER_INIT(65536);
        assert_int_equal(message_compose(&message, &out), 0);
        buffer_printf(&line, "\r\nList-Unsubscribe: <%s>\r\n", url);
        assert_non_null(strstr(buffer_text(&out), buffer_text(&line)));
        assert_fit_for_smtp(&out);
}

/* Returns the part of a multipart with an index, and checks its type. */
static GMimeObject *part_at(GMimeObject *whole, int index, const char *type, const char *subtype)
{
        assert_true(GMIME_IS_MULTIPART(whole));
        GMimeObject *part = g_mime_multipart_get_part(GMIME_MULTIPART(whole), index);
        assert_non_null(part);
        assert_true(g_mime_content_type_is_type(g_mime_object_get_content_type(part), type, subtype));
        return part;
}

static void assert_calendar(GMimeObject *part)
{
        GMimeStream *stream = g_mime_stream_mem_new();
        assert_string_equal(g_mime_object_get_content_type_parameter(part, "method"), "REQUEST");
        g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(part)), stream);
        const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
        assert_int_equal(bytes->len, sizeof(calendar) - 1);
        assert_memory_equal(bytes->data, calendar, bytes->len);
        g_object_unref(stream);
}

static void test_message_compose__has_an_invitation_twice(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
        Message invitation = full;
        invitation.calendar_method = "REQUEST";
        invitation.calendar_name = "invite.ics";
        invitation.is_invitation = true;
        assert_int_equal(message_compose(&invitation, &out), 0);
        assert_fit_for_smtp(&out);
        GMimeStream *stream = g_mime_stream_mem_new_with_buffer(out.data, out.len);
        GMimeParser *parser = g_mime_parser_new_with_stream(stream);
        GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
        GMimeObject *whole = g_mime_message_get_mime_part(message);
        GMimeObject *body = part_at(whole, 0, "multipart", "alternative");
        part_at(body, 0, "text", "plain");
        part_at(body, 1, "text", "html");
        GMimeObject *shown = part_at(body, 2, "text", "calendar");
        GMimeObject *attached = part_at(whole, 1, "application", "ics");
        assert_int_equal(g_mime_multipart_get_count(GMIME_MULTIPART(body)), 3);
        assert_null(g_mime_object_get_disposition(shown));
        assert_string_equal(g_mime_part_get_filename(GMIME_PART(attached)), "invite.ics");
        assert_calendar(shown);
        assert_calendar(attached);
        g_object_unref(message);
        g_object_unref(parser);
        g_object_unref(stream);
}

static void test_message_compose__leaves_out_what_is_not_given(void **state)
{
        (void)state;
        static const char *const absent[] = { "In-Reply-To", "References", "List-", "Reply-To", "multipart",
                "calendar" };
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
        assert_int_equal(message_compose(&plain, &out), 0);
        for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
                assert_null(strstr(buffer_text(&out), absent[i]));
}

static void test_message_compose__writes_texts_in_headers_as_one_line(void **state)
{
        (void)state;
        Message message = plain;
        message.subject = "First\r\nBcc: all@example.org\nthird\xFF";
        message.to_name = "A\r\nBcc: all@example.org";
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
        assert_int_equal(message_compose(&message, &out), 0);
        assert_fit_for_smtp(&out);
        assert_null(strstr(buffer_text(&out), "\nBcc"));
        GMimeStream *stream = g_mime_stream_mem_new_with_buffer(out.data, out.len);
        GMimeParser *parser = g_mime_parser_new_with_stream(stream);
        GMimeMessage *parsed = g_mime_parser_construct_message(parser, NULL);
        assert_string_equal(
                        g_mime_message_get_subject(parsed), "First  Bcc: all@example.org third\xEF\xBF\xBD");
        assert_int_equal(internet_address_list_length(g_mime_message_get_to(parsed)), 1);
        assert_int_equal(internet_address_list_length(g_mime_message_get_bcc(parsed)), 0);
        g_object_unref(parsed);
        g_object_unref(parser);
        g_object_unref(stream);
}

typedef struct Refused {
        int line;
        size_t field;
        const char *value;
} Refused;

#define REFUSED(field, value)                                                                               \
        {                                                                                                   \
                __LINE__, offsetof(Message, field), value                                                   \
        }

static const Refused refused[] = {
        REFUSED(from, "reminders@example.org\r\nBcc: all@example.org"),
        REFUSED(from, "A\nBcc: all@example.org <reminders@example.org>"),
        REFUSED(from, "a@example.org, b@example.org"),
        REFUSED(from, "friends: a@example.org;"),
        REFUSED(from, "nobody"),
        REFUSED(from, "a@"),
        REFUSED(from, "\xFF <a@example.org>"),
        REFUSED(from, ""),
        REFUSED(reply_to, "office@example.org\nX: y"),
        REFUSED(reply_to, ""),
        REFUSED(to, "visitor@example.org\r\nBcc: all@example.org"),
        REFUSED(to, "a@example.org, b@example.org"),
        REFUSED(to, "Name <a@example.org>"),
        REFUSED(to, "<a@example.org>"),
        REFUSED(to, "a(comment)@example.org"),
        REFUSED(to, "a@example.org>"),
        REFUSED(to, "a@"),
        REFUSED(to, "@example.org"),
        REFUSED(to, "@"),
        REFUSED(to, ""),
        REFUSED(message_id, "1@example.org>\r\nX: y"),
        REFUSED(message_id, "1@example.org> <2@example.org"),
        REFUSED(message_id, "ы@example.org"),
        REFUSED(in_reply_to, "1@example.org\n"),
        REFUSED(language, "ru\r\nX: y"),
        REFUSED(list_id, "x\n<y>"),
        REFUSED(unsubscribe_url, "https://example.org/\r\nX: y"),
        REFUSED(unsubscribe_url, "https://example.org/>, <https://example.com/"),
        REFUSED(unsubscribe_url, "https://example.org/a b"),
};

static void test_message_compose__refuses_what_would_be_another_header(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
                Message message = full;
                memcpy((char *)&message + refused[i].field, &refused[i].value, sizeof(refused[i].value));
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
                buffer_puts(&out, "kept");
                if (message_compose(&message, &out) != -EINVAL || strcmp(buffer_text(&out), "kept") != 0)
                        fail_msg("row of line %d", refused[i].line);
        }
}

static void test_message_compose__refuses_a_link_too_long_for_a_line(void **state)
{
        (void)state;
        char url[1000];
        memset(url, 'x', sizeof(url) - 1);
        url[sizeof(url) - 1] = '\0';
        Message message = plain;
        message.unsubscribe_url = url;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
        assert_int_equal(message_compose(&message, &out), -EINVAL);
}

static void test_message_compose__reports_a_full_buffer(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(100);
        assert_int_equal(message_compose(&plain, &out), -EFBIG);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_message_compose__gives_seven_bits_and_crlf),
                cmocka_unit_test(test_message_compose__gives_the_same_bytes_again),
                cmocka_unit_test(test_message_compose__writes_structured_headers_as_they_are),
                cmocka_unit_test(test_message_compose__leaves_a_long_link_whole),
                cmocka_unit_test(test_message_compose__has_an_invitation_twice),
                cmocka_unit_test(test_message_compose__leaves_out_what_is_not_given),
                cmocka_unit_test(test_message_compose__writes_texts_in_headers_as_one_line),
                cmocka_unit_test(test_message_compose__refuses_what_would_be_another_header),
                cmocka_unit_test(test_message_compose__refuses_a_link_too_long_for_a_line),
                cmocka_unit_test(test_message_compose__reports_a_full_buffer),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
