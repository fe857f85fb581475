/* Tests mails about changes, and mails that list several events. */

#include "mails.h"

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
                NoticeKind kind;
                const char *before[2], *place, *subject, *sentence;
                bool has_new_time, has_new_place;
        } rows[] = {
                { __LINE__, NOTICE_CHANGED, { "20210624T100000", "20210624T133000" }, "Рузаевка",
                                "Изменилось место: " NAME_RU ", чт, 24 июня", "Место изменилось", false,
                                true },
                { __LINE__, NOTICE_CHANGED, { "20210624T110000", "20210624T133000" },
                                "саранск,  республика мордовия", "Изменение: " NAME_RU ", чт, 24 июня",
                                "\nВремя изменилось с нашего прошлого письма.", true, false },
                { __LINE__, NOTICE_RESTORED, { "20210624T100000", "20210624T133000" },
                                "саранск,  республика мордовия",
                                "Всё-таки состоится: " NAME_RU ", чт, 24 июня",
                                "\nСобытие всё-таки состоится в назначенное ранее время.\n", false, false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(mail_done) Mail mail = { 0 };
                Other other = { rows[i].kind, { rows[i].before[0], rows[i].before[1] }, rows[i].place,
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
                { __LINE__, NOTICE_RESTORED, NOTICE_OF_EVENT,
                                "Назначено новое время: " NAME_RU ", чт, 24 июня",
                                "\nСобытие состоится в новое время.\n" },
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

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_compose_notice__shows_old_and_new_values),
                cmocka_unit_test(test_compose_notice__names_what_has_changed),
                cmocka_unit_test(test_compose_notice__names_all_days),
                cmocka_unit_test(test_compose__lists_the_parts_of_an_event),
                cmocka_unit_test(test_compose_notice__reports_a_cancellation),
                cmocka_unit_test(test_compose_digest__has_a_heading_for_each),
                cmocka_unit_test(test_compose_digest__omits_entries_beyond_the_maximum_size),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
