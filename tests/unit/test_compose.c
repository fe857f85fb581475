/*
 * Tests mails for various events, recipients and times. Mails are parsed with GMime, the calendar part
 * with our own event parser.
 */

#include "mails.h"

static const char *header(const Mail *mail, const char *name)
{
        const char *value = g_mime_object_get_header(GMIME_OBJECT(mail->message), name);
        return value ? value : "";
}

static int compose(const Case *from, Buffer *out)
{
        return compose_other(from, NULL, out);
}

static void compose_and_read(const Case *from, Mail *ret)
{
        compose_other_and_read(from, NULL, ret);
}

static void assert_has_not(const char *text, const char *part, int line)
{
        if (text && strstr(text, part))
                fail_msg("row of line %d: '%s' is in: %s", line, part, text);
}

static void test_compose__subject_counts_the_days(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *now, *russian, *english;
        } rows[] = {
                { __LINE__, "2021-06-17T10:00:00+03:00", "Через 7 дней, 24 июня: ", "In 7 days, 24 June: " },
                { __LINE__, "2021-06-22T10:00:00+03:00", "Через 2 дня, 24 июня: ", "In 2 days, 24 June: " },
                { __LINE__, "2021-06-03T10:00:00+03:00",
                                "Через 21 день, 24 июня: ", "In 21 days, 24 June: " },
                { __LINE__, "2021-06-23T00:00:00+03:00", "Завтра, 24 июня: ", "Tomorrow, 24 June: " },
                { __LINE__, "2021-06-23T23:59:59+03:00", "Сегодня, 24 июня: ", "Tomorrow, 24 June: " },
                { __LINE__, "2021-06-24T08:00:00+03:00", "Сегодня, 24 июня: ", "Today, 24 June: " },
                { __LINE__, "2021-06-25T08:00:00+03:00", "Уже идёт: ", "Now on: " },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(mail_done) Mail russian = { 0 }, english = { 0 };
                /* The day is that of the Date header: for a reader in Vladivostok it is the 24th earlier. */
                Case ru = { ALL_DAY SESSION, RUSSIAN "TZ:Asia/Vladivostok\r\n", rows[i].now, false };
                Case en = { ALL_DAY SESSION, ENGLISH, rows[i].now, false };
                char expected[512];
                compose_and_read(&ru, &russian);
                compose_and_read(&en, &english);
                snprintf(expected, sizeof(expected), "%s%s", rows[i].russian, NAME_RU);
                if (strcmp(russian.subject, expected) != 0)
                        fail_msg("row of line %d: %s", rows[i].line, russian.subject);
                snprintf(expected, sizeof(expected), "%s%s", rows[i].english, NAME_EN);
                if (strcmp(english.subject, expected) != 0)
                        fail_msg("row of line %d: %s", rows[i].line, english.subject);
        }
}

static void test_compose__times_are_in_the_recipients_zone(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *card, *now, *subject, *first, *second;
        } rows[] = {
                { __LINE__, RUSSIAN, "2021-06-23T18:00:00+03:00", "Завтра, 24 июня: ",
                                "Когда: чт, 24\u00a0июня 2021\u00a0г., 10:00–13:30 (Москва)\n", NULL },
                { __LINE__, RUSSIAN "TZ:Europe/Moscow\r\n", "2021-06-23T18:00:00+03:00", "Завтра, 24 июня: ",
                                "Когда: чт, 24\u00a0июня 2021\u00a0г., 10:00–13:30 (Москва)\n", NULL },
                { __LINE__, RUSSIAN "TZ:Europe/Samara\r\n", "2021-06-23T23:30:00+04:00", "Завтра, 24 июня: ",
                                "Когда: чт, 24\u00a0июня 2021\u00a0г., 10:00–13:30 (Москва)\n",
                                "По вашим часам: чт, 24\u00a0июня 2021\u00a0г., 11:00–14:30 (Самара)\n" },
                /* 10:00 in Moscow is 21:00 the day before in Honolulu. */
                { __LINE__, ENGLISH "TZ:Pacific/Honolulu\r\n", "2021-06-22T12:00:00-10:00",
                                "Tomorrow, 23 June: ",
                                "When: Thu, 24\u00a0June 2021, 10:00–13:30 (Moscow)\n",
                                "By your clock: Wed–Thu, 23\u00a0June 2021, 21:00\u00a0– 24\u00a0June 2021, 00:30 "
                                "(Honolulu)\n" },
                /* A zone with the same offset needs no second time. */
                { __LINE__, ENGLISH "TZ:Europe/Minsk\r\n", "2021-06-24T01:00:00+03:00", "Today, 24 June: ",
                                "When: Thu, 24\u00a0June 2021, 10:00–13:30 (Moscow)\n", NULL },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(mail_done) Mail mail = { 0 };
                Case from = { ZONED SESSION, rows[i].card, rows[i].now, false };
                compose_and_read(&from, &mail);
                assert_has(mail.subject, rows[i].subject, rows[i].line);
                assert_has(mail.text, rows[i].first, rows[i].line);
                if (rows[i].second)
                        assert_has(mail.text, rows[i].second, rows[i].line);
                else
                        assert_has_not(mail.text, i < 3 ? "По вашим часам" : "By your clock", rows[i].line);
        }
}

/*
 * Without a zone in the card, each event has its own clock in each kind of mail. config.time_zone is Moscow.
 */
static void test_compose__without_a_zone_there_is_no_clock_of_the_recipient(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *event, *card, *expected;
                bool own;
        } rows[] = {
                { __LINE__, "DTSTART;TZID=Asia/Vladivostok:20210624T020000\r\n" SESSION, RUSSIAN,
                                "Когда: чт, 24\u00a0июня 2021\u00a0г., 02:00 (Владивосток)\n", false },
                { __LINE__, "DTSTART;TZID=Asia/Vladivostok:20210624T020000\r\n" SESSION,
                                RUSSIAN "TZ:Europe/Moscow\r\n",
                                "По вашим часам: ср, 23\u00a0июня 2021\u00a0г., 19:00 (Москва)\n", true },
                { __LINE__, "DTSTART:20210624T070000Z\r\n" SESSION, RUSSIAN,
                                "Когда: чт, 24\u00a0июня 2021\u00a0г., 10:00 (Москва)\n", false },
                { __LINE__, "DTSTART:20210624T070000Z\r\nX-CONVENED-TZID:Asia/Vladivostok\r\n", RUSSIAN,
                                "Когда: чт, 24\u00a0июня 2021\u00a0г., 17:00 (Владивосток)\n", false },
        };
        const Other kinds[] = { { .n_parts = 1 }, { .digest = true } };
        for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(mail_done) Mail mail = { 0 };
                size_t row = i / 2;
                Case from = { rows[row].event, rows[row].card, "2021-06-22T18:00:00Z", false };
                compose_other_and_read(&from, &kinds[i % 2], &mail);
                assert_has(mail.text, rows[row].expected, rows[row].line);
                if (!rows[row].own)
                        assert_has_not(mail.text, "По вашим часам", rows[row].line);
                if (i == 0) /* it is the 23rd in Vladivostok, where the event begins on the 24th */
                        assert_has(mail.subject, "Завтра, 24 июня: ", rows[row].line);
        }
}

static void test_compose__dates_have_no_clock(void **state)
{
        (void)state;
        CLEANUP(mail_done) Mail days = { 0 }, day = { 0 }, floating = { 0 };
        Case from = { ALL_DAY SESSION, RUSSIAN "TZ:America/New_York\r\n", "2021-06-23T18:00:00+03:00",
                false };
        compose_and_read(&from, &days);
        assert_has(days.text, "Когда: чт–пт, 24–25\u00a0июня 2021\u00a0г.\n", __LINE__);
        assert_has_not(days.text, "New_York", __LINE__);
        from.event = "DTSTART;VALUE=DATE:20210624\r\n" SESSION;
        compose_and_read(&from, &day);
        assert_has(day.text, "Когда: четверг, 24\u00a0июня 2021\u00a0г.\n", __LINE__);
        from.event = "DTSTART:20210624T100000\r\nDTEND:20210624T120000\r\n" SESSION;
        compose_and_read(&from, &floating);
        assert_has(floating.text, "Когда: чт, 24\u00a0июня 2021\u00a0г., 10:00–12:00\n", __LINE__);
        assert_has(floating.subject, "Завтра, 24 июня", __LINE__);
}

static void test_compose__text_and_html_say_the_same(void **state)
{
        (void)state;
        CLEANUP(mail_done) Mail mail = { 0 };
        Case from = { ALL_DAY SESSION, RUSSIAN, "2021-06-23T18:00:00+03:00", false };
        compose_and_read(&from, &mail);
        static const char *const both[] = {
                NAME_RU,
                "Саранск, Республика Мордовия",
                "Ассоциация кластеров; Корпорация развития",
                "https://calendar.example.org/event/saransk@documents.example",
                "https://calendar.example.org/mail/TOKEN",
                "потому что подписаны",
        };
        for (size_t i = 0; i < sizeof(both) / sizeof(both[0]); i++) {
                assert_has(mail.text, both[i], (int)i);
                assert_has(mail.html, both[i], (int)i);
        }
        assert_has(mail.text, "Первый день.\nВторой <b>день</b> & ещё.", __LINE__);
        assert_has(mail.html, "Второй &#60;b&#62;день&#60;/b&#62; &#38; ещё.", __LINE__);
        assert_has_not(mail.html, "<b>", __LINE__);
        assert_has(mail.html, "<html lang=\"ru\">", __LINE__);
        assert_has_not(mail.text, "позже, чем должно", __LINE__);
}

/* Names and texts have the marks of print, as on pages; a link keeps its hyphens. */
static void test_compose__has_the_marks_of_print(void **state)
{
        (void)state;
        CLEANUP(mail_done) Mail mail = { 0 };
        Case from = { ALL_DAY "SUMMARY:Форум «ДИП «Мастер»» - рост\r\nLOCATION:Зал «А «Б»»\r\n"
                              "DESCRIPTION:План - там: https://example.org/a-b\r\n",
                RUSSIAN, "2021-06-23T18:00:00+03:00", false };
        compose_and_read(&from, &mail);
        assert_has(mail.subject, "Форум «ДИП „Мастер“» — рост", __LINE__);
        assert_has(mail.text, "Где: Зал «А „Б“»\n", __LINE__);
        assert_has(mail.html, "План — там: ", __LINE__);
        assert_has(mail.html, "https://example.org/a-b", __LINE__);
}

static void test_compose__says_that_it_is_late(void **state)
{
        (void)state;
        CLEANUP(mail_done) Mail russian = { 0 }, english = { 0 };
        Case from = { ALL_DAY SESSION, RUSSIAN, "2021-06-23T22:00:00+03:00", true };
        compose_and_read(&from, &russian);
        assert_has(russian.text, "позже, чем должно", __LINE__);
        assert_has(russian.html, "позже, чем должно", __LINE__);
        from.card = ENGLISH;
        compose_and_read(&from, &english);
        assert_has(english.text, "later than it should", __LINE__);
}

static void test_compose__says_how_well_the_date_is_known(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *event, *expected;
        } rows[] = {
                { __LINE__, "X-CONVENED-DATE-BASIS:STATED\r\n" ALL_DAY, NULL },
                { __LINE__, ALL_DAY, NULL },
                { __LINE__, "X-CONVENED-DATE-BASIS:PUBLIC\r\n" ALL_DAY, "public sources" },
                { __LINE__, "X-CONVENED-DATE-BASIS:INFERRED\r\n" ALL_DAY, "inferred" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(mail_done) Mail mail = { 0 };
                Case from = { rows[i].event, ENGLISH, "2021-06-23T18:00:00+03:00", false };
                compose_and_read(&from, &mail);
                if (rows[i].expected)
                        assert_has(mail.text, rows[i].expected, rows[i].line);
                else
                        assert_has_not(mail.text, "About the date", rows[i].line);
        }
}

static void test_compose__headers(void **state)
{
        (void)state;
        CLEANUP(mail_done) Mail mail = { 0 };
        Case from = { ALL_DAY SESSION, RUSSIAN "TZ:Asia/Vladivostok\r\n", "2021-06-23T18:00:00+03:00",
                false };
        compose_and_read(&from, &mail);
        assert_string_equal(header(&mail, "From"), "Редакция <reminders@example.org>");
        assert_string_equal(header(&mail, "Reply-To"), "office@example.org");
        assert_string_equal(header(&mail, "To"), "Гость выставки <visitor@example.org>");
        assert_string_equal(header(&mail, "Date"), "Thu, 24 Jun 2021 01:00:00 +1000");
        assert_string_equal(header(&mail, "Message-Id"), "<reminder.1@example.org>");
        assert_string_equal(header(&mail, "List-Id"), "Календарь <reminders.calendar.example.org>");
        assert_string_equal(header(&mail, "List-Unsubscribe"), "<https://calendar.example.org/mail/TOKEN>");
        assert_string_equal(header(&mail, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        assert_string_equal(header(&mail, "Auto-Submitted"), "auto-generated");
        assert_string_equal(header(&mail, "X-Auto-Response-Suppress"), "All");
        /* It is the 24th already where the reader is. */
        assert_string_equal(mail.subject, "Сегодня, 24 июня: " NAME_RU);
        GMimeObject *body = g_mime_message_get_mime_part(mail.message);
        assert_string_equal(g_mime_object_get_header(body, "Content-Language"), "ru");
        assert_string_equal(header(&mail, "Bcc"), "");
}

static void test_compose__the_html_has_links_and_line_breaks(void **state)
{
        (void)state;
        CLEANUP(mail_done) Mail mail = { 0 };
        Case from = { ALL_DAY
                "SUMMARY:x\r\nDESCRIPTION:See https://example.org/a?b=1&c=2.\\nThen (https://example.org/x)\\, "
                "https://example.org/(y)\\, http:// and «https://example.org/z»!\r\n",
                ENGLISH, "2021-06-23T18:00:00+03:00", false };
        compose_and_read(&from, &mail);
        assert_has(mail.html,
                        "See <a href=\"https://example.org/a?b=1&#38;c=2\">https://example.org/a?b=1&#38;c=2</a>.<br>\n"
                        "Then (<a href=\"https://example.org/x\">https://example.org/x</a>), "
                        "<a href=\"https://example.org/(y)\">https://example.org/(y)</a>, http:// and "
                        "«<a href=\"https://example.org/z\">https://example.org/z</a>»!",
                        __LINE__);
        assert_has_not(mail.html, "pre-line", __LINE__);
}

static void test_compose__names_the_publisher_without_a_footer(void **state)
{
        (void)state;
        CLEANUP(mail_done) Mail mail = { 0 };
        Case from = { ALL_DAY SESSION, ENGLISH, "2021-06-23T18:00:00+03:00", false };
        config.site.publisher.by_language[language_of("en")] = "The office";
        config.site.mail = "office@example.org";
        config.site.privacy = "https://example.org/privacy";
        compose_and_read(&from, &mail);
        config.site.publisher.by_language[language_of("en")] = config.site.mail = config.site.privacy = NULL;
        assert_has(mail.text,
                        "\nThe office\noffice@example.org\nhttps://example.org/privacy\nNo more reminders:\n",
                        __LINE__);
        assert_has(mail.html, "The office<br>\noffice@example.org<br>\n", __LINE__);
}

static void test_compose__names_contacts_conferences_and_the_office(void **state)
{
        (void)state;
        CLEANUP(mail_done) Mail mail = { 0 };
        Case from = { ALL_DAY SESSION "CONTACT:Ирина\\, +7 000\r\n"
                                      "CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://meet.example.org/1\r\n"
                                      "CONFERENCE;VALUE=URI:tel:+7000\r\n",
                RUSSIAN, "2021-06-23T18:00:00+03:00", false };
        config.mail.footer.by_language[language_of("ru")] = "Ассоциация\nhttps://example.org/privacy";
        compose_and_read(&from, &mail);
        config.mail.footer.by_language[language_of("ru")] = NULL;
        assert_has(mail.text, "\nПодключиться: https://meet.example.org/1\n", __LINE__);
        assert_has(mail.text, "\nКонтакты: Ирина, +7 000\n", __LINE__);
        assert_has_not(mail.text, "tel:", __LINE__);
        assert_has(mail.text,
                        "подписаны на напоминания календаря «Календарь».\nАссоциация\nhttps://example.org/privacy\n"
                        "Отказаться от напоминаний:\n",
                        __LINE__);
        assert_has(mail.html, "<a href=\"https://meet.example.org/1\">Подключиться</a>", __LINE__);
        assert_has(mail.html,
                        "Ассоциация<br>\n<a href=\"https://example.org/privacy\">https://example.org/privacy</a>",
                        __LINE__);
}

static void test_compose__a_phrase_of_the_list_id_is_quoted(void **state)
{
        (void)state;
        CLEANUP(mail_done) Mail mail = { 0 };
        Case from = { ALL_DAY SESSION, ENGLISH, "2021-06-23T18:00:00+03:00", false };
        compose_and_read(&from, &mail);
        assert_string_equal(header(&mail, "List-Id"), "\"Calendar, all\" <reminders.calendar.example.org>");
}

static void test_compose__attaches_the_event_of_the_feed(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *event, *part;
        } rows[] = {
                { __LINE__, ALL_DAY SESSION, "\nDTSTART;VALUE=DATE:20210624\n" },
                { __LINE__, ZONED SESSION, "\nTZID:Europe/Moscow\n" },
                { __LINE__, ZONED "ATTENDEE:mailto:someone@example.org\r\n" SESSION, "\nMETHOD:PUBLISH\n" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(mail_done) Mail mail = { 0 };
                CLEANUP(event_freep) Event *event = NULL;
                Case from = { rows[i].event, RUSSIAN, "2021-06-23T18:00:00+03:00", false };
                compose_and_read(&from, &mail);
                assert_has(mail.calendar, rows[i].part, rows[i].line);
                assert_has_not(mail.calendar, "ATTENDEE", rows[i].line);
                assert_int_equal(event_parse(zones, mail.calendar, strlen(mail.calendar), &event, NULL), 0);
                assert_string_equal(event_uid(event), "saransk@documents.example");
        }
}

static void test_compose__a_confidential_event_shows_only_its_times(void **state)
{
        (void)state;
        CLEANUP(mail_done) Mail mail = { 0 }, private = { 0 };
        Case from = { "CLASS:CONFIDENTIAL\r\n" ZONED SESSION, RUSSIAN, "2021-06-23T18:00:00+03:00", false };
        compose_and_read(&from, &mail);
        const char *places[] = { mail.subject, mail.text, mail.html, mail.calendar };
        static const char *const secrets[] = { "Практическая", "Саранск", "Ассоциация", "Первый",
                "/event/" };
        for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
                for (size_t k = 0; k < sizeof(secrets) / sizeof(secrets[0]); k++)
                        assert_has_not(places[i], secrets[k], (int)k);
        assert_string_equal(places[0], "Завтра, 24 июня: Занято");
        /* A private event is mailed to listed contacts, without a link to a public page. */
        from.event = "CLASS:PRIVATE\r\n" ZONED SESSION;
        compose_and_read(&from, &private);
        assert_has(private.text, "Саранск", __LINE__);
        assert_has_not(private.text, "/event/", __LINE__);
}

static void test_compose__line_breaks_stay_out_of_headers(void **state)
{
        (void)state;
        CLEANUP(mail_done) Mail mail = { 0 };
        Case from = { ALL_DAY "SUMMARY:One\\nBcc: x@example.org\\NTwo\r\n",
                "FN:A\\nB\r\nEMAIL:guest@example.org\r\nLANG:en\r\n", "2021-06-23T18:00:00+03:00", false };
        compose_and_read(&from, &mail);
        assert_string_equal(mail.subject, "Tomorrow, 24 June: One Bcc: x@example.org Two");
        assert_string_equal(header(&mail, "To"), "A B <guest@example.org>");
        assert_string_equal(header(&mail, "Bcc"), "");
}

/* Builds an event with one property of @n characters. */
static void long_event(Buffer *out, const char *property, size_t n)
{
        buffer_printf(out, ALL_DAY "%s", strcmp(property, "SUMMARY") == 0 ? "" : "SUMMARY:x\r\n");
        buffer_puts(out, property);
        buffer_puts(out, ":");
        for (size_t i = 0; i < n; i++)
                buffer_puts(out, "ж");
        buffer_puts(out, "\r\n");
}

static void test_compose__no_event_is_too_long_for_a_mail(void **state)
{
        (void)state;
        static const char *const properties[] = { "SUMMARY", "X-CONVENED-SUMMARY;LANGUAGE=en", "LOCATION",
                "DESCRIPTION", "X-CONVENED-ORGANIZER", "COMMENT" };
        for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
                CLEANUP(buffer_done) Buffer event = BUFFER_INIT(TEXT_MAX), bytes = BUFFER_INIT(TEXT_MAX);
                CLEANUP(mail_done) Mail mail = { 0 };
                long_event(&event, properties[i], 130900);
                Case from = { buffer_text(&event), ENGLISH, "2021-06-23T18:00:00+03:00", false };
                assert_int_equal(compose(&from, &bytes), 0);
                assert_true(bytes.len < 16384);
                read_mail(&bytes, &mail);
                assert_true(g_utf8_validate(mail.text, -1, NULL));
                assert_has(mail.subject, "Tomorrow, 24 June: ", (int)i);
                assert_has(mail.text, "/event/", (int)i);
                assert_has(mail.text, "/mail/TOKEN", (int)i);
        }
}

static void test_compose__many_organisers_leave_room_for_the_link(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer event = BUFFER_INIT(TEXT_MAX);
        CLEANUP(mail_done) Mail mail = { 0 };
        buffer_puts(&event, ALL_DAY SESSION);
        for (int i = 0; i < 200; i++)
                buffer_printf(&event, "X-CONVENED-ORGANIZER:Body %d\r\n", i);
        Case from = { buffer_text(&event), ENGLISH, "2021-06-23T18:00:00+03:00", false };
        compose_and_read(&from, &mail);
        assert_has(mail.text, "Body 20;", __LINE__);
        assert_has(mail.text, " …\n", __LINE__);
        assert_has(mail.text, "/event/", __LINE__);
}

static void test_compose__same_mail_same_bytes(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer first = BUFFER_INIT(TEXT_MAX), second = BUFFER_INIT(TEXT_MAX);
        Case from = { ZONED SESSION, RUSSIAN, "2021-06-23T18:00:00+03:00", false };
        assert_int_equal(compose(&from, &first), 0);
        assert_int_equal(compose(&from, &second), 0);
        assert_int_equal(first.len, second.len);
        assert_memory_equal(first.data, second.data, first.len);
        for (size_t i = 0; i < first.len; i++)
                assert_true((unsigned char)first.data[i] < 0x80 && first.data[i] != '\0');
}

static void test_compose__refuses_a_missing_address(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer bytes = BUFFER_INIT(TEXT_MAX);
        Case from = { ALL_DAY SESSION, "FN:Nobody\r\n", "2021-06-23T18:00:00+03:00", false };
        assert_int_equal(compose(&from, &bytes), -EINVAL);
        assert_int_equal(bytes.len, 0);
}

static void test_compose__an_unknown_day_is_not_given_as_known(void **state)
{
        (void)state;
        CLEANUP(mail_done) Mail russian = { 0 }, english = { 0 };
        compose_and_read(&(Case){ ALL_DAY SESSION "X-CONVENED-DATE-PRECISION:WITHIN-PARENT\r\n", RUSSIAN,
                                         "2021-06-23T18:00:00+03:00", false },
                        &russian);
        compose_and_read(&(Case){ ALL_DAY SESSION "X-CONVENED-DATE-PRECISION:WITHIN-PARENT\r\n", ENGLISH,
                                         "2021-06-23T18:00:00+03:00", false },
                        &english);
        assert_has(russian.subject, "В один из дней 24", __LINE__);
        assert_has_not(russian.subject, "Завтра", __LINE__);
        assert_has(russian.text, "(в один из этих дней, в какой именно — не объявлено)", __LINE__);
        assert_has(english.subject, "On one of the days 24", __LINE__);
        assert_has(english.html, "it has not been announced on which", __LINE__);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_compose__subject_counts_the_days),
                cmocka_unit_test(test_compose__times_are_in_the_recipients_zone),
                cmocka_unit_test(test_compose__without_a_zone_there_is_no_clock_of_the_recipient),
                cmocka_unit_test(test_compose__dates_have_no_clock),
                cmocka_unit_test(test_compose__text_and_html_say_the_same),
                cmocka_unit_test(test_compose__has_the_marks_of_print),
                cmocka_unit_test(test_compose__says_that_it_is_late),
                cmocka_unit_test(test_compose__says_how_well_the_date_is_known),
                cmocka_unit_test(test_compose__an_unknown_day_is_not_given_as_known),
                cmocka_unit_test(test_compose__the_html_has_links_and_line_breaks),
                cmocka_unit_test(test_compose__names_the_publisher_without_a_footer),
                cmocka_unit_test(test_compose__names_contacts_conferences_and_the_office),
                cmocka_unit_test(test_compose__a_phrase_of_the_list_id_is_quoted),
                cmocka_unit_test(test_compose__headers),
                cmocka_unit_test(test_compose__attaches_the_event_of_the_feed),
                cmocka_unit_test(test_compose__a_confidential_event_shows_only_its_times),
                cmocka_unit_test(test_compose__line_breaks_stay_out_of_headers),
                cmocka_unit_test(test_compose__no_event_is_too_long_for_a_mail),
                cmocka_unit_test(test_compose__many_organisers_leave_room_for_the_link),
                cmocka_unit_test(test_compose__same_mail_same_bytes),
                cmocka_unit_test(test_compose__refuses_a_missing_address),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
