/*
 * Tests mails for various events, recipients and times. Mails are parsed with GMime, the calendar part
 * with our own event parser.
 */

#include "letter/compose.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_MAX = 4 * 1024 * 1024 };

#define NAME_RU "Практическая сессия по развитию промышленных кластеров России"
#define NAME_EN "Practical session on the development of Russia's industrial clusters"

#define SESSION                                                                                                                          \
        "SUMMARY;LANGUAGE=ru:" NAME_RU "\r\nX-CONVENED-SUMMARY;LANGUAGE=en:" NAME_EN                                                     \
        "\r\nLOCATION;LANGUAGE=ru:Саранск\\, Республика Мордовия\r\nX-CONVENED-ORGANIZER:Ассоциация " \
        "кластеров\r\nX-CONVENED-ORGANIZER:Корпорация развития\r\nDESCRIPTION:Первый "                  \
        "день.\\nВторой <b>день</b> & ещё.\r\nCATEGORIES:SESSION\r\nX-CONVENED-TZID:Europe/Moscow\r\n"

#define ALL_DAY "DTSTART;VALUE=DATE:20210624\r\nDTEND;VALUE=DATE:20210626\r\n"
#define ZONED   "DTSTART;TZID=Europe/Moscow:20210624T100000\r\nDTEND;TZID=Europe/Moscow:20210624T133000\r\n"

#define RUSSIAN "FN:Гость выставки\r\nEMAIL:visitor@example.org\r\nLANG:ru\r\n"
#define ENGLISH "FN:Guest\r\nEMAIL:guest@example.org\r\nLANG:en\r\n"

static ZoneTable *zones;
static Config config;

/* A parsed mail: decoded headers, parts as text. */
typedef struct Mail {
        GMimeMessage *message;
        char *subject, *text, *html, *calendar;
} Mail;

static void mail_done(Mail *mail)
{
        if (mail->message)
                g_object_unref(mail->message);
        g_free(mail->subject);
        g_free(mail->text);
        g_free(mail->html);
        g_free(mail->calendar);
}

/* Returns a part's text with LF line ends. */
static char *content_of(GMimeObject *part)
{
        GMimeStream *stream = g_mime_stream_mem_new();
        g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(part)), stream);
        GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
        char *text = g_malloc0(bytes->len + 1), *end = text;
        for (guint i = 0; i < bytes->len; i++)
                if (bytes->data[i] != '\r')
                        *end++ = (char)bytes->data[i];
        g_object_unref(stream);
        return text;
}

/* Joins flowed lines (RFC 3676), except the signature separator. */
static void join_lines(char *text)
{
        char *to = text;
        for (const char *from = text; *from; from++) {
                bool is_soft = *from == '\n' && from > text && from[-1] == ' ' &&
                               !(from - text > 3 && memcmp(from - 4, "\n-- ", 4) == 0);
                if (!is_soft)
                        *to++ = *from;
        }
        *to = '\0';
}

static void on_part(GMimeObject *parent, GMimeObject *part, gpointer userdata)
{
        (void)parent;
        Mail *mail = userdata;
        if (!GMIME_IS_PART(part))
                return;
        const char *subtype = g_mime_content_type_get_media_subtype(g_mime_object_get_content_type(part));
        char **place = strcmp(subtype, "plain") == 0  ? &mail->text
                       : strcmp(subtype, "html") == 0 ? &mail->html
                                                      : &mail->calendar;
        assert_null(*place);
        *place = content_of(part);
        if (place == &mail->text)
                join_lines(*place);
}

static void read_mail(const Buffer *bytes, Mail *ret)
{
        GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes->data, bytes->len);
        GMimeParser *parser = g_mime_parser_new_with_stream(stream);
        ret->message = g_mime_parser_construct_message(parser, NULL);
        assert_non_null(ret->message);
        ret->subject = g_strdup(g_mime_message_get_subject(ret->message));
        g_mime_message_foreach(ret->message, on_part, ret);
        g_object_unref(parser);
        g_object_unref(stream);
}

static const char *header(const Mail *mail, const char *name)
{
        const char *value = g_mime_object_get_header(GMIME_OBJECT(mail->message), name);
        return value ? value : "";
}

/* One reminder of the first occurrence. */
typedef struct Case {
        const char *event; /* lines */
        const char *card;
        const char *now;
        bool late;
} Case;

/* The notice or digest to compose about the same event. */
typedef struct Other {
        NoticeKind notice;             /* told before: */
        const char *before[2], *place; /* start and end in the event's zone */
        NoticeScope scope;
        bool digest;    /* compose a digest of this event */
        size_t n_parts; /* in a reminder, each is this event */
} Other;

static usec_t moment(const char *text)
{
        usec_t time;
        assert_int_equal(time_parse_rfc3339(text, &time), 0);
        return time;
}

static void tell_before(const Other *from, Occurrence *occurrence)
{
        When *moments[] = { &occurrence->start, &occurrence->end };
        for (int i = 0; i < 2; i++) {
                When when;
                assert_int_equal(when_parse(from->before[i], &when), 0);
                moments[i]->civil = when.civil;
        }
        occurrence->start_usec = when_instant(&occurrence->start, config.time_zone);
        occurrence->end_usec = when_instant(&occurrence->end, config.time_zone);
}

static int compose_kind(const Other *from, const EventItem *item, const ComposeOptions *options, Buffer *out)
{
        if (from && from->notice) {
                Occurrence before = *item->occurrence;
                tell_before(from, &before);
                NoticeText notice = {
                        .kind = from->notice,
                        .scope = from->scope,
                        .now = *item,
                        .before = *item,
                        .place_before = from->place,
                };
                notice.before.occurrence = &before;
                return compose_notice(&notice, options, out);
        }
        if (from && from->digest) {
                DigestEntry entry = { *item, *item->occurrence };
                CivilTime first = { 2021, 6, 24, 0, 0, 0 }, last = { 2021, 6, 25, 0, 0, 0 };
                DigestText digest = { .entries = &entry, .n = 1, .first = first, .last = last };
                return compose_digest(&digest, options, out, NULL);
        }
        enum { PARTS_MAX = 8 };
        DigestEntry entries[PARTS_MAX];
        ComposeOptions with_parts = *options;
        DigestText parts = { .entries = entries, .n = from ? from->n_parts : 0 };
        for (size_t i = 0; i < parts.n; i++)
                entries[i] = (DigestEntry){ *item, *item->occurrence };
        with_parts.parts = parts.n > 0 ? &parts : NULL;
        return compose_reminder(item, &with_parts, out);
}

static int compose_other(const Case *from, const Other *other, Buffer *out)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_MAX), card_text_ = BUFFER_INIT(TEXT_MAX);
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        Occurrence occurrence;
        InputError error = { 0 };
        buffer_printf(&text,
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\n"
                        "UID:saransk@documents.example\r\nDTSTAMP:20210101T000000Z\r\n%sEND:VEVENT\r\n"
                        "END:VCALENDAR\r\n",
                        from->event);
        buffer_printf(&card_text_, "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:c@x\r\n%sEND:VCARD\r\n", from->card);
        if (event_parse(zones, text.data, text.len, &event, &error) != 0)
                fail_msg("line %zu: %s: %s", error.line, error.where, error.message);
        if (card_parse(card_text_.data, card_text_.len, &card, &error) != 0)
                fail_msg("card, line %zu: %s: %s", error.line, error.where, error.message);
        assert_int_equal(occurrences_new(event, config.time_zone, INT64_MIN, USEC_INFINITY, &iterator), 0);
        assert_int_equal(occurrences_next(iterator, &occurrence), 0);
        ObjectRecord record = { .uid = event_uid(event), .text = text.data, .len = text.len };
        record.changed = record.created = moment("2021-01-01T00:00:00Z");
        assert_int_equal(event_span(event, config.time_zone, &record.start, &record.end), 0);
        const EventItem item = { event, &record, &occurrence, PUBLISH_CONTACT };
        ComposeOptions options = {
                .letter = {
                        .config = &config,
                        .zones = zones,
                        .contact = card,
                        .token = "TOKEN",
                        .message_id = "reminder.1@example.org",
                        .now = moment(from->now),
                },
                .late = from->late,
        };
        return compose_kind(other, &item, &options, out);
}

static int compose(const Case *from, Buffer *out)
{
        return compose_other(from, NULL, out);
}

static void compose_other_and_read(const Case *from, const Other *other, Mail *ret)
{
        CLEANUP(buffer_done) Buffer bytes = BUFFER_INIT(TEXT_MAX);
        assert_int_equal(compose_other(from, other, &bytes), 0);
        read_mail(&bytes, ret);
        assert_non_null(ret->text);
        assert_non_null(ret->html);
}

static void compose_and_read(const Case *from, Mail *ret)
{
        compose_other_and_read(from, NULL, ret);
}

static void assert_has(const char *text, const char *part, int line)
{
        if (!text || !strstr(text, part))
                fail_msg("row of line %d: '%s' is not in: %s", line, part, text ? text : "(nothing)");
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

static const char BEFORE_NOTICE[] = "2021-06-20T12:00:00+03:00";

#define TOLD_BEFORE(kind)                                                                                   \
        {                                                                                                   \
                kind, { "20210623T110000", "20210623T140000" }, "Рузаевка", NOTICE_OF_EVENT, false, 0       \
        }

static void test_compose__lists_the_parts_of_an_event(void **state)
{
        (void)state;
        static const struct {
                int line;
                size_t n;
                const char *card, *subject;
        } rows[] = {
                { __LINE__, 1, RUSSIAN, "Завтра, 24 июня: " NAME_RU " и ещё 1 событие" },
                { __LINE__, 4, RUSSIAN, "Завтра, 24 июня: " NAME_RU " и ещё 4 события" },
                { __LINE__, 6, RUSSIAN, "Завтра, 24 июня: " NAME_RU " и ещё 6 событий" },
                { __LINE__, 1, ENGLISH, "Tomorrow, 24 June: " NAME_EN " and 1 more event" },
                { __LINE__, 2, ENGLISH, "Tomorrow, 24 June: " NAME_EN " and 2 more events" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(mail_done) Mail mail = { 0 };
                Other parts = { .n_parts = rows[i].n };
                compose_other_and_read(
                                &(Case){ ZONED SESSION, rows[i].card, "2021-06-23T18:00:00+03:00", false },
                                &parts, &mail);
                if (strcmp(mail.subject, rows[i].subject) != 0)
                        fail_msg("line %d: %s", rows[i].line, mail.subject);
                const char *list = strstr(mail.text, i < 3 ? "\n\nПрограмма:\n" : "\n\nThe programme:\n");
                assert_non_null(list);
                assert_has(list, i < 3 ? "\n" NAME_RU "\nКогда: чт, 24" : "\n" NAME_EN "\nWhen: Thu, 24",
                                rows[i].line);
        }
}

static void test_compose_notice__shows_old_and_new_values(void **state)
{
        (void)state;
        CLEANUP(mail_done) Mail russian = { 0 }, english = { 0 };
        Other changed = TOLD_BEFORE(NOTICE_CHANGED);
        compose_other_and_read(&(Case){ ZONED SESSION, RUSSIAN, BEFORE_NOTICE, false }, &changed, &russian);
        compose_other_and_read(
                        &(Case){ ZONED SESSION, ENGLISH "TZ:Asia/Tashkent\r\n", BEFORE_NOTICE, false },
                        &changed, &english);
        assert_string_equal(russian.subject, "Изменение: " NAME_RU ", чт, 24 июня");
        assert_has(russian.text, "Время или место изменились с нашего прошлого письма.\n", __LINE__);
        assert_has(russian.text, "Новое время: чт, 24\u00a0июня 2021\u00a0г., 10:00–13:30 (Москва)\n",
                        __LINE__);
        assert_has(russian.text, "Было: ср, 23\u00a0июня 2021\u00a0г., 11:00–14:00 (Москва)\n", __LINE__);
        assert_has(russian.text, "Новое место: Саранск, Республика Мордовия\n", __LINE__);
        assert_has(russian.text, "Прежнее место: Рузаевка\n", __LINE__);
        assert_has(russian.calendar, "DTSTART;TZID=Europe/Moscow:20210624T100000", __LINE__);
        assert_string_equal(english.subject, "Changed: " NAME_EN ", Thu, 24 June");
        assert_has(english.text,
                        "It was: Wed, 23\u00a0June 2021, 11:00–14:00 (Moscow)\n"
                        "By your clock: Wed, 23\u00a0June 2021, 13:00–16:00 (Tashkent)\n",
                        __LINE__);
}

static void test_compose_notice__names_what_has_changed(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *before[2], *place, *subject, *sentence;
                bool has_new_time, has_new_place;
        } rows[] = {
                { __LINE__, { "20210624T100000", "20210624T133000" }, "Рузаевка",
                                "Изменилось место: " NAME_RU ", чт, 24 июня", "Место изменилось", false,
                                true },
                { __LINE__, { "20210624T110000", "20210624T133000" }, "саранск,  республика мордовия",
                                "Изменение: " NAME_RU ", чт, 24 июня",
                                "\nВремя изменилось с нашего прошлого письма.", true, false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(mail_done) Mail mail = { 0 };
                Other other = { NOTICE_CHANGED, { rows[i].before[0], rows[i].before[1] }, rows[i].place,
                        NOTICE_OF_EVENT, false, 0 };
                compose_other_and_read(
                                &(Case){ ZONED SESSION, RUSSIAN, BEFORE_NOTICE, false }, &other, &mail);
                if (strcmp(mail.subject, rows[i].subject) != 0)
                        fail_msg("row of line %d: %s", rows[i].line, mail.subject);
                assert_has(mail.text, rows[i].sentence, rows[i].line);
                assert_int_equal(strstr(mail.text, "Новое время: ") != NULL, rows[i].has_new_time);
                assert_int_equal(strstr(mail.text, "Прежнее место: ") != NULL, rows[i].has_new_place);
        }
}

static void test_compose_notice__names_all_days(void **state)
{
        (void)state;
        CLEANUP(mail_done) Mail mail = { 0 };
        Other other = { NOTICE_CHANGED, { "20210621", "20210623" }, "", NOTICE_OF_EVENT, false, 0 };
        compose_other_and_read(&(Case){ ALL_DAY SESSION, RUSSIAN, BEFORE_NOTICE, false }, &other, &mail);
        assert_string_equal(mail.subject, "Изменение: " NAME_RU ", чт–пт, 24–25 июня 2021 г.");
}

static void test_compose_notice__reports_a_cancellation(void **state)
{
        (void)state;
        static const struct {
                int line;
                NoticeKind kind;
                NoticeScope scope;
                const char *subject, *sentence;
        } rows[] = {
                { __LINE__, NOTICE_CANCELLED, NOTICE_OF_EVENT, "Отменено: " NAME_RU ", чт, 24 июня",
                                "Событие не состоится.\n" },
                { __LINE__, NOTICE_CANCELLED, NOTICE_OF_OCCURRENCE, "Отменено: " NAME_RU ", чт, 24 июня",
                                "остальные события серии остаются в силе.\n" },
                { __LINE__, NOTICE_CANCELLED, NOTICE_OF_SERIES, "Отменена вся серия: " NAME_RU,
                                "Отменены все события серии.\n" },
                { __LINE__, NOTICE_POSTPONED, NOTICE_OF_EVENT, "Перенесено: " NAME_RU,
                                "новая дата пока не объявлена.\n" },
                { __LINE__, NOTICE_RESTORED, NOTICE_OF_EVENT, "Всё-таки состоится: " NAME_RU ", чт, 24 июня",
                                "всё-таки состоится.\n" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(mail_done) Mail mail = { 0 };
                Other other = TOLD_BEFORE(rows[i].kind);
                other.scope = rows[i].scope;
                compose_other_and_read(
                                &(Case){ ZONED SESSION, RUSSIAN, BEFORE_NOTICE, false }, &other, &mail);
                if (strcmp(mail.subject, rows[i].subject) != 0)
                        fail_msg("row of line %d: %s", rows[i].line, mail.subject);
                assert_has(mail.text, rows[i].sentence, rows[i].line);
                assert_has(mail.text, "Было: ср, 23\u00a0июня 2021\u00a0г., 11:00–14:00 (Москва)\n",
                                rows[i].line);
        }
}

static void test_compose_digest__has_a_heading_for_each(void **state)
{
        (void)state;
        CLEANUP(mail_done) Mail mail = { 0 };
        Other digest = { .digest = true };
        compose_other_and_read(&(Case){ ZONED SESSION, RUSSIAN, "2021-06-24T08:00:00+03:00", false },
                        &digest, &mail);
        assert_has(mail.subject, "Повестка, 24", __LINE__);
        assert_has(mail.subject, "июня 2021 г.: 1 событие", __LINE__);
        assert_has(mail.text, "\n" NAME_RU "\nКогда: чт, 24\u00a0июня 2021\u00a0г., 10:00–13:30 (Москва)\n",
                        __LINE__);
        assert_has(mail.text, "выбрали получать их одним письмом", __LINE__);
        assert_null(mail.calendar);
}

/* Composes a digest whose entries are all the event of @text. */
static void compose_digest_of(const char *text, DigestText *digest, Mail *ret)
{
        CLEANUP(buffer_done) Buffer bytes = BUFFER_INIT(TEXT_MAX);
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence;
        static const char vcard[] = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:c@x\r\n" RUSSIAN "END:VCARD\r\n";
        assert_int_equal(event_parse(zones, text, strlen(text), &event, NULL), 0);
        assert_int_equal(card_parse(vcard, strlen(vcard), &card, NULL), 0);
        assert_int_equal(occurrences_new(event, config.time_zone, INT64_MIN, USEC_INFINITY, &iterator), 0);
        assert_int_equal(occurrences_next(iterator, &occurrence), 0);
        const ObjectRecord record = { .uid = event_uid(event) };
        for (size_t i = 0; i < digest->n; i++)
                digest->entries[i] = (DigestEntry){ { event, &record, &occurrence, PUBLISH_CONTACT },
                        occurrence };
        ComposeOptions options = {
                .letter = { .config = &config, .zones = zones, .contact = card, .token = "TOKEN" },
        };
        options.letter.message_id = "agenda.1@example.org";
        options.letter.now = moment("2021-06-24T08:00:00+03:00");
        assert_int_equal(compose_digest(digest, &options, &bytes, NULL), 0);
        read_mail(&bytes, ret);
}

/* Each entry has the maximum length of an event; 200 of them exceed the maximum length of a mail part. */
static void test_compose_digest__omits_entries_beyond_the_maximum_size(void **state)
{
        (void)state;
        enum { N = 200 };
        CLEANUP(mail_done) Mail mail = { 0 };
        static DigestEntry entries[N];
        char text[8192], place[1200], uid[250];
        memset(place, '&', sizeof(place) - 1);
        memset(uid, 'u', sizeof(uid) - 1);
        place[sizeof(place) - 1] = uid[sizeof(uid) - 1] = '\0';
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:%s\r\n"
                        "DTSTAMP:20210101T000000Z\r\n" ZONED
                        "SUMMARY:%.230s\r\nLOCATION:%s\r\nEND:VEVENT\r\n"
                        "END:VCALENDAR\r\n",
                        uid, place, place);
        DigestText digest = { .entries = entries, .n = N, .n_more = 5, .first = { 2021, 6, 24, 0, 0, 0 } };
        digest.last = digest.first;
        compose_digest_of(text, &digest, &mail);
        assert_has(mail.subject, "205 событий", __LINE__);
        assert_has(mail.text, "В письмо не поместил", __LINE__);
        assert_has(mail.html, "В письмо не поместил", __LINE__);
}

static int set_up(void **state)
{
        (void)state;
        g_mime_init();
        int r = zone_table_new(NULL, &zones);
        config.language = "ru";
        config.http.base_url = "https://calendar.example.org";
        config.mail.from = "Редакция <reminders@example.org>";
        config.feed.title.by_language[language_of("ru")] = "Календарь";
        config.feed.title.by_language[language_of("en")] = "Calendar, all";
        config.mail.reply_to = "office@example.org";
        return r == 0 ? zone_table_get(zones, "Europe/Moscow", &config.time_zone) : r;
}

static int tear_down(void **state)
{
        (void)state;
        zones = zone_table_free(zones);
        return 0;
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
                cmocka_unit_test(test_compose_notice__shows_old_and_new_values),
                cmocka_unit_test(test_compose_notice__names_what_has_changed),
                cmocka_unit_test(test_compose_notice__names_all_days),
                cmocka_unit_test(test_compose__the_html_has_links_and_line_breaks),
                cmocka_unit_test(test_compose__names_the_publisher_without_a_footer),
                cmocka_unit_test(test_compose__names_contacts_conferences_and_the_office),
                cmocka_unit_test(test_compose__a_phrase_of_the_list_id_is_quoted),
                cmocka_unit_test(test_compose__lists_the_parts_of_an_event),
                cmocka_unit_test(test_compose_notice__reports_a_cancellation),
                cmocka_unit_test(test_compose_digest__has_a_heading_for_each),
                cmocka_unit_test(test_compose_digest__omits_entries_beyond_the_maximum_size),
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
