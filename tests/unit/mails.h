#pragma once

/* For the tests of mails: events, recipients, and mails as GMime reads them. */

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

static inline void mail_done(Mail *mail)
{
        if (mail->message)
                g_object_unref(mail->message);
        g_free(mail->subject);
        g_free(mail->text);
        g_free(mail->html);
        g_free(mail->calendar);
}

/* Returns a part's text with LF line ends. */
static inline char *content_of(GMimeObject *part)
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
static inline void join_lines(char *text)
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

static inline void on_part(GMimeObject *parent, GMimeObject *part, gpointer userdata)
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

static inline void read_mail(const Buffer *bytes, Mail *ret)
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

static inline usec_t moment(const char *text)
{
        usec_t time;
        assert_int_equal(time_parse_rfc3339(text, &time), 0);
        return time;
}

static inline void tell_before(const Other *from, Occurrence *occurrence)
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

static inline int compose_kind(
                const Other *from, const EventItem *item, const ComposeOptions *options, Buffer *out)
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

static inline int compose_other(const Case *from, const Other *other, Buffer *out)
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

static inline void compose_other_and_read(const Case *from, const Other *other, Mail *ret)
{
        CLEANUP(buffer_done) Buffer bytes = BUFFER_INIT(TEXT_MAX);
        assert_int_equal(compose_other(from, other, &bytes), 0);
        read_mail(&bytes, ret);
        assert_non_null(ret->text);
        assert_non_null(ret->html);
}

static inline void assert_has(const char *text, const char *part, int line)
{
        if (!text || !strstr(text, part))
                fail_msg("row of line %d: '%s' is not in: %s", line, part, text ? text : "(nothing)");
}

static inline int set_up(void **state)
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

static inline int tear_down(void **state)
{
        (void)state;
        zones = zone_table_free(zones);
        return 0;
}
