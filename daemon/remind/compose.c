#include "remind/compose.h"

#include "base/html.h"
#include "base/text.h"
#include "calendar/publish.h"
#include "mail/message.h"
#include "remind/words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PART_MAX_BYTES = 512 * 1024, ROWS_MAX = 24, ABOUT_MAX = 700 };

/* A labelled line of the letter; the value is in the letter's memory. */
typedef struct Row {
        const char *label;
        char *value;
} Row;

/* What is said, before it is text, HTML or mail. */
typedef struct Letter {
        const Reminder *reminder;
        const ComposeOptions *options;
        const Words *words;
        const char *language;
        const Zone *zone; /* the reader's clock */
        const char *what; /* the event's name in the reader's language; borrowed from the event */
        Buffer subject;
        Row rows[ROWS_MAX];
        int n_rows;
        char link[1024], stop[1024];
} Letter;

static void letter_done(Letter *letter)
{
        buffer_done(&letter->subject);
        for (int i = 0; i < letter->n_rows; i++)
                free(letter->rows[i].value);
}

/* Takes the buffer's content; nothing is added for an empty one. */
static int add_row(Letter *letter, const char *label, Buffer *value)
{
        if (buffer_error(value) < 0)
                return buffer_error(value);
        if (value->len == 0 || letter->n_rows == ROWS_MAX)
                return 0;
        char *text = buffer_take(value);
        if (!text)
                return -ENOMEM;
        letter->rows[letter->n_rows++] = (Row){ label, text };
        return 0;
}

static int add_text_row(Letter *letter, const char *label, const char *text)
{
        CLEANUP(buffer_done) Buffer value = BUFFER_INIT(PART_MAX_BYTES);
        buffer_puts(&value, text ? text : "");
        return add_row(letter, label, &value);
}

/* The office writes an English line beside the Russian one: X-CONVENED-SUMMARY;LANGUAGE=en. */
static const char *summary_in(const Reminder *reminder, const char *language, Buffer *scratch)
{
        const char *summary = occurrence_text(reminder->event, reminder->occurrence, "SUMMARY");
        const ContentLine *line;
        for (size_t i = 0; (line = event_property_line(reminder->event, "X-CONVENED-SUMMARY", i)); i++) {
                const char *of = content_line_param(line, "LANGUAGE");
                if (!of || strcmp(of, language) != 0)
                        continue;
                content_unescape(scratch, line->value, line->value_len);
                return buffer_text(scratch);
        }
        return summary ? summary : "";
}

static int64_t day_of(const CivilTime *civil)
{
        return civil_days(civil->year, civil->month, civil->day);
}

/* An all-day date is the same date on every clock; a time is told on the reader's. */
static CivilTime start_for_reader(const Letter *letter)
{
        const Occurrence *occurrence = letter->reminder->occurrence;
        if (occurrence->start.form == WHEN_DATE || occurrence->start.form == WHEN_FLOATING)
                return occurrence->start.civil;
        return zone_to_civil(letter->zone, occurrence->start_usec / USEC_PER_SEC);
}

static int write_subject(Letter *letter)
{
        CLEANUP(buffer_done) Buffer date = BUFFER_INIT(1024);
        const Event *event = letter->reminder->event;
        CivilTime start = start_for_reader(letter);
        const Zone *today_zone = letter->reminder->occurrence->start.form == WHEN_DATE
                                                 ? event_zone(event, letter->options->config->time_zone)
                                                 : letter->zone;
        CivilTime today = zone_to_civil(today_zone, letter->options->now / USEC_PER_SEC);
        int64_t days = day_of(&start) - day_of(&today);
        int r = text_date(&date, letter->language, TEXT_DATE_DAY, &start);
        if (r < 0)
                return r;
        const TextArgument arguments[] = {
                { "n", NULL, days },
                { "date", buffer_text(&date), 0 },
                { "what", letter->what, 0 },
                { NULL, NULL, 0 },
        };
        const Words *w = letter->words;
        const char *pattern = days < 0    ? w->running
                              : days == 0 ? w->today
                              : days == 1 ? w->tomorrow
                                          : w->in_days;
        return text_message(&letter->subject, letter->language, pattern, arguments);
}

static int write_time(Buffer *out, const char *language, const CivilTime *start, const CivilTime *end,
                const char *zone)
{
        int r = text_date(out, language, TEXT_DATE_TIME, start);
        if (r == 0 && civil_seconds(end) > civil_seconds(start)) {
                buffer_puts(out, " – ");
                r = text_date(out, language, day_of(start) == day_of(end) ? TEXT_TIME : TEXT_DATE_TIME, end);
        }
        if (zone)
                buffer_printf(out, " (%s)", zone);
        return r;
}

static int add_day_row(Letter *letter)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(PART_MAX_BYTES);
        const Occurrence *occurrence = letter->reminder->occurrence;
        CivilTime last = civil_from_days(day_of(&occurrence->end.civil) - 1);
        const CivilTime *first = &occurrence->start.civil;
        int r = day_of(&last) <= day_of(first) ? text_date(&text, letter->language, TEXT_DATE_WEEKDAY, first)
                                               : text_date_range(&text, letter->language, first, &last);
        return r < 0 ? r : add_row(letter, letter->words->when, &text);
}

/* The event's own clock first, then the reader's where that shows another time; each says whose it is. */
static int add_time_rows(Letter *letter)
{
        CLEANUP(buffer_done) Buffer own = BUFFER_INIT(PART_MAX_BYTES);
        CLEANUP(buffer_done) Buffer readers = BUFFER_INIT(PART_MAX_BYTES);
        const Occurrence *occurrence = letter->reminder->occurrence;
        const When *start = &occurrence->start;
        const Zone *zone = start->form == WHEN_ZONED ? start->zone : letter->zone;
        int64_t from = occurrence->start_usec / USEC_PER_SEC, to = occurrence->end_usec / USEC_PER_SEC;
        CivilTime first = zone_to_civil(zone, from), last = zone_to_civil(zone, to);
        CivilTime reader_first = zone_to_civil(letter->zone, from),
                  reader_last = zone_to_civil(letter->zone, to);
        if (start->form == WHEN_FLOATING)
                return write_time(&own, letter->language, &start->civil, &occurrence->end.civil, NULL) < 0
                                       ? -EINVAL
                                       : add_row(letter, letter->words->when, &own);
        int r = write_time(&own, letter->language, &first, &last, zone_name(zone));
        if (r == 0)
                r = add_row(letter, letter->words->when, &own);
        if (r < 0 || civil_seconds(&first) == civil_seconds(&reader_first))
                return r;
        r = write_time(&readers, letter->language, &reader_first, &reader_last, zone_name(letter->zone));
        return r < 0 ? r : add_row(letter, letter->words->your_clock, &readers);
}

static int add_organisers(Letter *letter)
{
        const ContentLine *line;
        int r = 0;
        for (size_t i = 0; r == 0 &&
                           (line = event_property_line(letter->reminder->event, "X-CONVENED-ORGANIZER", i));
                        i++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(PART_MAX_BYTES);
                content_unescape(&text, line->value, line->value_len);
                r = add_row(letter, letter->words->organiser, &text);
        }
        return r;
}

static int add_basis(Letter *letter)
{
        const char *basis = event_text_property(letter->reminder->event, "X-CONVENED-DATE-BASIS");
        const char *text = !basis                           ? NULL
                           : strcmp(basis, "PUBLIC") == 0   ? letter->words->basis_public
                           : strcmp(basis, "INFERRED") == 0 ? letter->words->basis_inferred
                                                            : NULL;
        return add_text_row(letter, letter->words->basis, text);
}

/* The beginning of a long description, cut at a blank. */
static int add_about(Letter *letter)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(PART_MAX_BYTES);
        const char *description = occurrence_text(
                        letter->reminder->event, letter->reminder->occurrence, "DESCRIPTION");
        if (!description)
                return 0;
        size_t len = strlen(description), cut = len;
        if (len > ABOUT_MAX) {
                const char *blank = memrchr(description, ' ', ABOUT_MAX);
                cut = blank ? (size_t)(blank - description) : 0;
        }
        buffer_append(&text, description, cut);
        if (cut < len)
                buffer_puts(&text, " …");
        return add_row(letter, letter->words->about, &text);
}

static int add_rows(Letter *letter)
{
        const Reminder *reminder = letter->reminder;
        int r = reminder->occurrence->start.form == WHEN_DATE ? add_day_row(letter) : add_time_rows(letter);
        if (r == 0)
                r = add_text_row(letter, letter->words->where,
                                occurrence_text(reminder->event, reminder->occurrence, "LOCATION"));
        if (r == 0)
                r = add_organisers(letter);
        if (r == 0)
                r = add_basis(letter);
        if (r == 0)
                r = add_about(letter);
        return r == 0 ? add_text_row(letter, letter->words->link, letter->link) : r;
}

/* RFC 3986, 2.1: everything but the unreserved characters. */
static void percent_encode(const char *text, char *ret, size_t size)
{
        static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@";
        size_t n = 0;
        ret[0] = '\0';
        for (const char *c = text; *c && n + 4 < size; c++)
                n += (size_t)snprintf(
                                ret + n, size - n, strchr(plain, *c) ? "%c" : "%%%02X", (unsigned char)*c);
}

static int letter_init(
                Letter *letter, const Reminder *reminder, const ComposeOptions *options, Buffer *scratch)
{
        const Config *config = options->config;
        const char *language = card_language(options->contact), *zone = card_zone_name(options->contact);
        char uid[768];
        letter->reminder = reminder;
        letter->options = options;
        letter->words = words_for(language ? language : config->language);
        letter->language = letter->words->language;
        letter->zone = event_zone(reminder->event, config->time_zone);
        const Zone *own;
        if (zone && zone_table_get(options->zones, zone, &own) == 0)
                letter->zone = own;
        letter->subject = BUFFER_INIT(PART_MAX_BYTES);
        letter->what = summary_in(reminder, letter->language, scratch);
        percent_encode(reminder->record->uid, uid, sizeof(uid));
        snprintf(letter->link, sizeof(letter->link), "%s/event/%s.ics", config->http.base_url, uid);
        snprintf(letter->stop, sizeof(letter->stop), "%s/mail/%s", config->http.base_url, options->token);
        int r = write_subject(letter);
        return r < 0 ? r : add_rows(letter);
}

static void write_text(const Letter *letter, Buffer *out)
{
        buffer_printf(out, "%s\n\n", buffer_text(&letter->subject));
        if (letter->options->late)
                buffer_printf(out, "%s\n\n", letter->words->late);
        for (int i = 0; i < letter->n_rows; i++)
                buffer_printf(out, "%s: %s\n", letter->rows[i].label, letter->rows[i].value);
        buffer_printf(out, "\n-- \n%s\n%s\n%s\n", letter->words->why, letter->words->stop, letter->stop);
}

static void write_html_value(Buffer *out, const char *value)
{
        bool link = strncmp(value, "http://", 7) == 0 || strncmp(value, "https://", 8) == 0;
        if (!link) {
                html_escape(out, value);
                return;
        }
        buffer_puts(out, "<a href=\"");
        html_escape(out, value);
        buffer_puts(out, "\">");
        html_escape(out, value);
        buffer_puts(out, "</a>");
}

/* Mail programs know little CSS: one column, system fonts, nothing that must be fetched. */
static void write_html(const Letter *letter, Buffer *out)
{
        buffer_printf(out, "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>",
                        letter->language);
        html_escape(out, buffer_text(&letter->subject));
        buffer_puts(out, "</title></head>\n<body style=\"font-family: sans-serif; max-width: 40em; margin: "
                         "1em\">\n<h1 style=\"font-size: 1.3em\">");
        html_escape(out, buffer_text(&letter->subject));
        buffer_puts(out, "</h1>\n");
        if (letter->options->late)
                buffer_printf(out, "<p><em>%s</em></p>\n", letter->words->late);
        for (int i = 0; i < letter->n_rows; i++) {
                buffer_printf(out, "<p style=\"white-space: pre-line\"><strong>%s:</strong> ",
                                letter->rows[i].label);
                write_html_value(out, letter->rows[i].value);
                buffer_puts(out, "</p>\n");
        }
        buffer_printf(out, "<hr><p style=\"font-size: 0.85em\">%s %s ", letter->words->why,
                        letter->words->stop);
        write_html_value(out, letter->stop);
        buffer_puts(out, "</p>\n</body></html>\n");
}

/* The VTIMEZONEs that the event's times need, before the event. */
typedef struct ZonePart {
        const Letter *letter;
        Buffer *out;
} ZonePart;

static void on_zone(const char *tzid, const char *vtimezone, void *userdata)
{
        ZonePart *part = userdata;
        const ObjectRecord *record = part->letter->reminder->record;
        const Zone *zone;
        if (vtimezone)
                buffer_puts(part->out, vtimezone);
        else if (zone_table_get(part->letter->options->zones, tzid, &zone) == 0)
                zone_write_vtimezone(zone, record->start / USEC_PER_SEC,
                                part->letter->reminder->occurrence->end_usec / USEC_PER_SEC, part->out);
}

/* Return: 0, PUBLISH_HIDDEN when there is nothing to attach, negative errno. */
static int write_calendar(const Letter *letter, Buffer *out)
{
        CLEANUP(buffer_done) Buffer components = BUFFER_INIT(PART_MAX_BYTES);
        CLEANUP(buffer_done) Buffer zones = BUFFER_INIT(PART_MAX_BYTES);
        const ObjectRecord *record = letter->reminder->record;
        PublishObject object = {
                .zones = letter->options->zones,
                .text = record->text,
                .len = record->len,
                .sequence = record->sequence,
                .created = record->created,
                .changed = record->changed,
                .url = letter->link,
                .busy = "Busy",
        };
        PublishHead head = { .language = letter->language };
        ZonePart part = { letter, &zones };
        int r = publish_components(&object, PUBLISH_CONTACT, &components, on_zone, &part);
        if (r != 0)
                return r;
        publish_begin(&head, out);
        buffer_append(out, zones.data, zones.len);
        buffer_append(out, components.data, components.len);
        publish_end(out);
        return buffer_error(&zones) < 0 ? buffer_error(&zones) : buffer_error(out);
}

static int reader_offset(const Letter *letter)
{
        return zone_offset_at(letter->zone, letter->options->now / USEC_PER_SEC).seconds;
}

static void list_id(const Config *config, char *ret, size_t size)
{
        const char *host = strstr(config->http.base_url, "://");
        host = host ? host + 3 : config->http.base_url;
        snprintf(ret, size, "<reminders.%.*s>", (int)strcspn(host, ":/"), host);
}

int compose_reminder(const Reminder *reminder, const ComposeOptions *options, Buffer *out)
{
        CLEANUP(buffer_done) Buffer scratch = BUFFER_INIT(PART_MAX_BYTES);
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(PART_MAX_BYTES);
        CLEANUP(buffer_done) Buffer html = BUFFER_INIT(PART_MAX_BYTES);
        CLEANUP(buffer_done) Buffer calendar = BUFFER_INIT(PART_MAX_BYTES);
        CLEANUP(letter_done) Letter letter = { .n_rows = 0 };
        char id[320];
        int r = letter_init(&letter, reminder, options, &scratch);
        if (r < 0)
                return r;
        write_text(&letter, &text);
        write_html(&letter, &html);
        int hidden = write_calendar(&letter, &calendar);
        if (hidden < 0 || buffer_error(&text) < 0 || buffer_error(&html) < 0)
                return hidden < 0 ? hidden : -EFBIG;
        list_id(options->config, id, sizeof(id));
        const char *reply_to = options->config->mail.reply_to;
        Message message = {
                .from = options->config->mail.from,
                .reply_to = reply_to[0] ? reply_to : NULL,
                .to_name = card_name(options->contact),
                .to = card_email(options->contact),
                .subject = buffer_text(&letter.subject),
                .message_id = options->message_id,
                .date = options->now,
                .date_offset = reader_offset(&letter),
                .language = letter.language,
                .list_id = id,
                .unsubscribe_url = letter.stop,
                .text = buffer_text(&text),
                .html = buffer_text(&html),
                .calendar = hidden ? NULL : calendar.data,
                .calendar_len = calendar.len,
                .calendar_method = "PUBLISH",
                .calendar_name = "event.ics",
        };
        return message_compose(&message, out);
}

int compose_preview(const Reminder *reminder, const ComposeOptions *options, Buffer *out)
{
        CLEANUP(buffer_done) Buffer scratch = BUFFER_INIT(PART_MAX_BYTES);
        CLEANUP(letter_done) Letter letter = { .n_rows = 0 };
        int r = letter_init(&letter, reminder, options, &scratch);
        if (r < 0)
                return r;
        const char *address = card_email(options->contact);
        buffer_printf(out, "To: %s <%s>\nSubject: %s\n\n", card_name(options->contact),
                        address ? address : "", buffer_text(&letter.subject));
        write_text(&letter, out);
        return buffer_error(out);
}
