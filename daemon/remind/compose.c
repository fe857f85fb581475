#include "remind/compose.h"

#include "base/html.h"
#include "base/text.h"
#include "base/utf8.h"
#include "calendar/publish.h"
#include "mail/message.h"
#include "remind/words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What is said of one event is bounded, however long the event's own texts are. */
enum {
        PART_MAX_BYTES = 256 * 1024,
        ROWS_MAX = 24,
        NAME_MAX_BYTES = 240,
        PLACE_MAX_BYTES = 400,
        ABOUT_MAX_BYTES = 700,
        VALUE_MAX_BYTES = 4096, /* of one content line, before it is shortened */
};

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
        const Zone *zone;  /* the reader's clock */
        bool confidential; /* the contact's own feed has only its times, and so has the mail */
        Buffer what;       /* the event's name in the reader's language, one line */
        Buffer subject;
        Row rows[ROWS_MAX];
        int n_rows;
        char link[1024], stop[1024];
} Letter;

static void letter_done(Letter *letter)
{
        buffer_done(&letter->what);
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

/* The beginning of a text, cut behind a word where that leaves most of it. */
static void append_beginning(Buffer *out, const char *text, size_t max)
{
        size_t len = strlen(text), cut = utf8_cut(text, len, max);
        const char *blank = cut < len ? memrchr(text, ' ', cut) : NULL;
        if (blank && blank > text + max / 2)
                cut = (size_t)(blank - text);
        buffer_append(out, text, cut);
        if (cut < len)
                buffer_puts(out, " …");
}

/* For a header, where a line break would begin another one: an iCalendar or vCard text may have some. */
static void append_line(Buffer *out, const char *text)
{
        size_t before = out->len;
        append_beginning(out, text, NAME_MAX_BYTES);
        for (char *c = buffer_error(out) == 0 && out->data ? out->data + before : NULL; c && *c; c++)
                if ((unsigned char)*c < 0x20 || *c == 0x7F)
                        *c = ' ';
}

/* As much as any row will have of it. */
static void append_value(Buffer *out, const ContentLine *line)
{
        content_unescape(out, line->value,
                        line->value_len < VALUE_MAX_BYTES ? line->value_len : VALUE_MAX_BYTES);
}

static int add_text_row(Letter *letter, const char *label, const char *text, size_t max)
{
        CLEANUP(buffer_done) Buffer value = BUFFER_INIT(PART_MAX_BYTES);
        append_beginning(&value, text ? text : "", max);
        return add_row(letter, label, &value);
}

/* The stricter of the event's CLASS and the occurrence's own counts. */
static bool is_confidential(const Reminder *reminder)
{
        const char *own = occurrence_text(reminder->event, reminder->occurrence, "CLASS");
        return event_class(reminder->event) == EVENT_CONFIDENTIAL ||
               (own && strcasecmp(own, "CONFIDENTIAL") == 0);
}

/* The office writes an English line beside the Russian one: X-CONVENED-SUMMARY;LANGUAGE=en. */
static int write_what(Letter *letter)
{
        const Reminder *reminder = letter->reminder;
        const char *summary = occurrence_text(reminder->event, reminder->occurrence, "SUMMARY");
        CLEANUP(buffer_done) Buffer own = BUFFER_INIT(PART_MAX_BYTES);
        const ContentLine *line;
        for (size_t i = 0; (line = event_property_line(reminder->event, "X-CONVENED-SUMMARY", i)); i++) {
                const char *of = content_line_param(line, "LANGUAGE");
                if (own.len == 0 && of && strcmp(of, letter->language) == 0)
                        append_value(&own, line);
        }
        const char *said = own.len > 0 ? buffer_text(&own) : summary;
        append_line(&letter->what, letter->confidential ? letter->words->busy
                                   : said && said[0]    ? said
                                                        : letter->words->unnamed);
        return buffer_error(&letter->what);
}

static int64_t day_of(const CivilTime *civil)
{
        return civil_days(civil->year, civil->month, civil->day);
}

/* A time with a zone, or in UTC, can be told on the reader's clock; a date and a floating time are the same on every one. */
static bool has_own_clock(const Letter *letter)
{
        WhenForm form = letter->reminder->occurrence->start.form;
        return form == WHEN_ZONED || form == WHEN_UTC;
}

static CivilTime start_for_reader(const Letter *letter)
{
        const Occurrence *occurrence = letter->reminder->occurrence;
        return has_own_clock(letter) ? zone_to_civil(letter->zone, occurrence->start_usec / USEC_PER_SEC)
                                     : occurrence->start.civil;
}

static int write_subject(Letter *letter)
{
        CLEANUP(buffer_done) Buffer date = BUFFER_INIT(1024);
        const Event *event = letter->reminder->event;
        CivilTime start = start_for_reader(letter);
        const Zone *today_zone = has_own_clock(letter)
                                                 ? letter->zone
                                                 : event_zone(event, letter->options->config->time_zone);
        CivilTime today = zone_to_civil(today_zone, letter->options->now / USEC_PER_SEC);
        int64_t days = day_of(&start) - day_of(&today);
        int r = text_date(&date, letter->language, TEXT_DATE_DAY, &start);
        if (r < 0)
                return r;
        const TextArgument arguments[] = {
                { "n", NULL, days },
                { "date", buffer_text(&date), 0 },
                { "what", buffer_text(&letter->what), 0 },
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
        if (r < 0 || (civil_seconds(&first) == civil_seconds(&reader_first) &&
                                     civil_seconds(&last) == civil_seconds(&reader_last)))
                return r;
        r = write_time(&readers, letter->language, &reader_first, &reader_last, zone_name(letter->zone));
        return r < 0 ? r : add_row(letter, letter->words->your_clock, &readers);
}

static int add_organisers(Letter *letter)
{
        CLEANUP(buffer_done) Buffer all = BUFFER_INIT(PART_MAX_BYTES);
        const Event *event = letter->reminder->event;
        const ContentLine *line;
        for (size_t i = 0; (line = event_property_line(event, "X-CONVENED-ORGANIZER", i)); i++) {
                if (all.len > ABOUT_MAX_BYTES)
                        break;
                buffer_puts(&all, i > 0 ? "; " : "");
                append_value(&all, line);
        }
        return add_text_row(letter, letter->words->organiser, buffer_text(&all), ABOUT_MAX_BYTES);
}

static int add_basis(Letter *letter)
{
        const char *basis = event_text_property(letter->reminder->event, "X-CONVENED-DATE-BASIS");
        const char *text = !basis                           ? NULL
                           : strcmp(basis, "PUBLIC") == 0   ? letter->words->basis_public
                           : strcmp(basis, "INFERRED") == 0 ? letter->words->basis_inferred
                                                            : NULL;
        return add_text_row(letter, letter->words->basis, text, ABOUT_MAX_BYTES);
}

static int add_particulars(Letter *letter)
{
        const Event *event = letter->reminder->event;
        const Occurrence *occurrence = letter->reminder->occurrence;
        const Words *words = letter->words;
        int r = add_text_row(letter, words->where, occurrence_text(event, occurrence, "LOCATION"),
                        PLACE_MAX_BYTES);
        if (r == 0)
                r = add_organisers(letter);
        if (r == 0)
                r = add_basis(letter);
        return r == 0 ? add_text_row(letter, words->about, occurrence_text(event, occurrence, "DESCRIPTION"),
                                        ABOUT_MAX_BYTES)
                      : r;
}

static int add_rows(Letter *letter)
{
        const Reminder *reminder = letter->reminder;
        int r = reminder->occurrence->start.form == WHEN_DATE ? add_day_row(letter) : add_time_rows(letter);
        if (r == 0 && !letter->confidential)
                r = add_particulars(letter);
        /* What is not public has no address of its own. */
        return r == 0 && event_class(reminder->event) == EVENT_PUBLIC
                               ? add_text_row(letter, letter->words->link, letter->link,
                                                 sizeof(letter->link))
                               : r;
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

static int letter_init(Letter *letter, const Reminder *reminder, const ComposeOptions *options)
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
        letter->confidential = is_confidential(reminder);
        letter->what = BUFFER_INIT(PART_MAX_BYTES);
        letter->subject = BUFFER_INIT(PART_MAX_BYTES);
        percent_encode(reminder->record->uid, uid, sizeof(uid));
        snprintf(letter->link, sizeof(letter->link), "%s/event/%s.ics", config->http.base_url, uid);
        snprintf(letter->stop, sizeof(letter->stop), "%s/mail/%s", config->http.base_url, options->token);
        int r = write_what(letter);
        if (r == 0)
                r = write_subject(letter);
        return r == 0 ? add_rows(letter) : r;
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
        usec_t last = record->end == USEC_INFINITY ? part->letter->reminder->occurrence->end_usec
                                                   : record->end;
        const Zone *zone;
        if (vtimezone)
                buffer_puts(part->out, vtimezone);
        else if (zone_table_get(part->letter->options->zones, tzid, &zone) == 0)
                zone_write_vtimezone(zone, record->start / USEC_PER_SEC, last / USEC_PER_SEC, part->out);
}

/* Return: 0, PUBLISH_HIDDEN when there is nothing to attach or too much of it, negative errno. */
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
                .url = event_class(letter->reminder->event) == EVENT_PUBLIC ? letter->link : NULL,
                .busy = letter->words->busy,
        };
        PublishHead head = { .language = letter->language };
        ZonePart part = { letter, &zones };
        int r = publish_components(&object, PUBLISH_CONTACT, &components, on_zone, &part);
        if (r != 0)
                return r == -EFBIG ? PUBLISH_HIDDEN : r;
        publish_begin(&head, out);
        buffer_append(out, zones.data, zones.len);
        buffer_append(out, components.data, components.len);
        publish_end(out);
        r = buffer_error(&zones) < 0 ? buffer_error(&zones) : buffer_error(out);
        return r == -EFBIG ? PUBLISH_HIDDEN : r;
}

static int reader_offset(const Letter *letter)
{
        return zone_offset_at(letter->zone, letter->options->now / USEC_PER_SEC).seconds;
}

/* RFC 2919; an IPv6 address cannot stand in one. */
static void list_id(const Config *config, char *ret, size_t size)
{
        const char *host = strstr(config->http.base_url, "://");
        host = host ? host + 3 : config->http.base_url;
        size_t len = strcspn(host, "[:/");
        snprintf(ret, size, "convened reminders <reminders.%.*s>", len > 0 ? (int)len : 9,
                        len > 0 ? host : "localhost");
}

int compose_reminder(const Reminder *reminder, const ComposeOptions *options, Buffer *out)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(PART_MAX_BYTES);
        CLEANUP(buffer_done) Buffer html = BUFFER_INIT(PART_MAX_BYTES);
        CLEANUP(buffer_done) Buffer calendar = BUFFER_INIT(PART_MAX_BYTES);
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(PART_MAX_BYTES);
        CLEANUP(letter_done) Letter letter = { .n_rows = 0 };
        char id[320];
        if (!card_email(options->contact))
                return -EINVAL;
        int r = letter_init(&letter, reminder, options);
        if (r < 0)
                return r;
        write_text(&letter, &text);
        write_html(&letter, &html);
        append_line(&name, card_name(options->contact));
        int hidden = write_calendar(&letter, &calendar);
        if (hidden < 0 || buffer_error(&text) < 0 || buffer_error(&html) < 0 || buffer_error(&name) < 0)
                return hidden < 0 ? hidden : -ENOMEM;
        list_id(options->config, id, sizeof(id));
        const char *reply_to = options->config->mail.reply_to;
        Message message = {
                .from = options->config->mail.from,
                .reply_to = reply_to[0] ? reply_to : NULL,
                .to_name = name.len > 0 ? buffer_text(&name) : NULL,
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
        CLEANUP(letter_done) Letter letter = { .n_rows = 0 };
        int r = letter_init(&letter, reminder, options);
        if (r < 0)
                return r;
        const char *address = card_email(options->contact);
        buffer_printf(out, "To: %s <%s>\nSubject: %s\n\n", card_name(options->contact),
                        address ? address : "", buffer_text(&letter.subject));
        write_text(&letter, out);
        return buffer_error(out);
}
