#include "mail/template.h"

#include "base/hash.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Compares each filled template with message_compose()'s result for the same message: both must be equal. */

enum { TEXT_BYTES = 8192 };

typedef struct Letter {
        int line;
        const char *subject, *before, *after; /* around the token of the link in text and HTML */
} Letter;

#define RUSSIAN                                                                                                                                                          \
        "Когда: четверг, 24 июня 2021 г., 10:00 (Москва)\nГде: Саранск\n\nПрактическая сессия по развитию " \
        "кластеров\n"

static const Letter letters[] = {
        { __LINE__, "Tomorrow", "When: tomorrow\n", "" },
        { __LINE__, "Завтра, 24 июня: Практическая сессия", RUSSIAN, "" },
        { __LINE__, "Завтра", RUSSIAN, RUSSIAN RUSSIAN },
        { __LINE__, "A line that must be broken",
                        "A line that is much longer than the seventy-six octets that quoted-printable lets "
                        "stand in one piece, naïve café; ",
                        " and goes on behind it = \n.\nFrom here\n" },
        { __LINE__, "Half and half", "Когда: tomorrow, in the hall of the house of the town, ",
                        "\ttrailing \n" },
};

static const struct {
        const char *name, *address;
        int offset;
} people[] = {
        { "Guest", "guest@example.org", 0 },
        { NULL, "nobody@example.org", 3 * 3600 },
        { "Гость \"выставки\", большой", "visitor@example.org", 5 * 3600 + 1800 },
        { "Анна Константиновна Преображенская-Константинопольская из Нижнего Новгорода", "a@example.org",
                        -8 * 3600 },
        { "O'Neil, \\ Jr. <x@y>", "o.neil+events@example.org", 3600 },
        { "Two\nlines", "two@example.org", 3600 },
};

typedef struct Texts {
        char text[TEXT_BYTES], html[TEXT_BYTES], url[256], id[128];
} Texts;

static Message message_for(const Letter *letter, int number, const char *token, Texts *texts)
{
        size_t person = (size_t)number % (sizeof(people) / sizeof(people[0]));
        snprintf(texts->url, sizeof(texts->url), "https://calendar.example.org/mail/%s", token);
        snprintf(texts->id, sizeof(texts->id), "reminder.%d@example.org", number);
        snprintf(texts->text, sizeof(texts->text), "%s%s%s\n", letter->before, texts->url, letter->after);
        snprintf(texts->html, sizeof(texts->html), "<p>%s<a href=\"%s\">%s</a>%s", letter->before,
                        texts->url, texts->url, letter->after);
        return (Message){
                .from = "Редакция <office@example.org>",
                .to_name = people[person].name,
                .to = people[person].address,
                .subject = letter->subject,
                .message_id = texts->id,
                .date = (INT64_C(1624460400) + number * 86399) * USEC_PER_SEC,
                .date_offset = people[person].offset,
                .language = "ru",
                .list_id = "reminders <reminders.example.org>",
                .unsubscribe_url = texts->url,
                .text = texts->text,
                .html = texts->html,
                .calendar = "BEGIN:VCALENDAR\r\nSUMMARY:Сессия\r\nEND:VCALENDAR\r\n",
                .calendar_len = 52,
                .calendar_method = "PUBLISH",
                .calendar_name = "event.ics",
        };
}

static MessageReader reader_of(const Message *message, const char *token)
{
        return (MessageReader){ message->to_name, message->to, message->message_id, message->date,
                message->date_offset, token };
}

static void assert_filled_as_composed(const Letter *letter, const MessageTemplate *template, int number)
{
        CLEANUP(buffer_done) Buffer composed = BUFFER_INIT(65536);
        CLEANUP(buffer_done) Buffer filled = BUFFER_INIT(65536);
        char token[TOKEN_SIZE];
        Texts texts;
        assert_int_equal(token_make(token), 0);
        Message message = message_for(letter, number, token, &texts);
        MessageReader reader = reader_of(&message, token);
        assert_int_equal(message_compose(&message, &composed), 0);
        assert_int_equal(message_template_fill(template, &reader, &filled), 0);
        if (strcmp(buffer_text(&composed), buffer_text(&filled)) != 0)
                fail_msg("line %d, mail %d:\n%s\n----\n%s", letter->line, number, buffer_text(&composed),
                                buffer_text(&filled));
}

static int make_template(const Message *message, const char *token, MessageTemplate **ret)
{
        CLEANUP(buffer_done) Buffer bytes = BUFFER_INIT(65536);
        assert_int_equal(message_compose(message, &bytes), 0);
        return message_template_new(message, token, bytes.data, bytes.len, ret);
}

static void test_message_template_new__a_filled_template_equals_a_composed_mail(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
                CLEANUP(message_template_freep) MessageTemplate *template = NULL;
                char token[TOKEN_SIZE];
                Texts texts;
                assert_int_equal(token_make(token), 0);
                Message first = message_for(&letters[i], (int)i, token, &texts);
                assert_int_equal(make_template(&first, token, &template), 0);
                for (int number = 0; number < 60; number++)
                        assert_filled_as_composed(&letters[i], template, number);
        }
}

static void test_message_template_new__needs_the_token_in_every_part(void **state)
{
        (void)state;
        MessageTemplate *template = NULL;
        Texts texts;
        Message message = message_for(&letters[0], 1, "the-token", &texts);
        assert_int_equal(make_template(&message, "another-token", &template), MESSAGE_E_NO_TEMPLATE);
        assert_int_equal(make_template(&message, "", &template), MESSAGE_E_NO_TEMPLATE);
        message.html = "<p>without";
        assert_int_equal(make_template(&message, "the-token", &template), MESSAGE_E_NO_TEMPLATE);
        message.html = "";
        assert_int_equal(make_template(&message, "the-token", &template), MESSAGE_E_NO_TEMPLATE);
        message.html = NULL;
        assert_int_equal(make_template(&message, "the-token", &template), MESSAGE_E_NO_TEMPLATE);
        assert_null(template);
}

static void test_message_template_fill__refuses_what_does_not_fit(void **state)
{
        (void)state;
        static const MessageReader readers[] = {
                { NULL, "a@example.org", "id@example.org", 0, 0, "the-longer-token" },
                { NULL, "a@example.org, b@example.org", "id@example.org", 0, 0, "the-token" },
                { NULL, "a@example.org\r\nBcc: b@example.org", "id@example.org", 0, 0, "the-token" },
                { NULL, "", "id@example.org", 0, 0, "the-token" },
        };
        CLEANUP(message_template_freep) MessageTemplate *template = NULL;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
        Texts texts;
        Message message = message_for(&letters[0], 1, "the-token", &texts);
        assert_int_equal(make_template(&message, "the-token", &template), 0);
        buffer_puts(&out, "before");
        for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
                assert_int_equal(message_template_fill(template, &readers[i], &out), -EINVAL);
                assert_string_equal(buffer_text(&out), "before");
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_message_template_new__a_filled_template_equals_a_composed_mail),
                cmocka_unit_test(test_message_template_new__needs_the_token_in_every_part),
                cmocka_unit_test(test_message_template_fill__refuses_what_does_not_fit),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
