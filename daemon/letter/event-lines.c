#include "letter/event-lines.h"

#include "base/typeset.h"
#include "base/url.h"
#include "calendar/participant.h"

#include <errno.h>
#include <string.h>

/* Limits of the lines about one event. */
enum {
        PLACE_MAX_BYTES = 400,
        PLACE_SHORT_BYTES = 120,
        ABOUT_MAX_BYTES = 700,
        VALUE_MAX_BYTES = 4096, /* read from the value of a content line, before it is shortened */
        LINK_BYTES = 1024,
        CONFERENCES_MAX = 4,
        TEXT_MAX_BYTES = 16 * 1024 * 1024, /* of one property of a stored event */
};

/* Appends the value of a content line; of a long value, as much as any row can contain. */
static void append_value(Buffer *out, const ContentLine *line)
{
        content_unescape(out, line->value,
                        line->value_len < VALUE_MAX_BYTES ? line->value_len : VALUE_MAX_BYTES);
}

/* Appends a text as the item's audience may see it, with typographic quotation marks and dashes. */
static int append_seen(const Letter *letter, const EventItem *item, const char *text, Buffer *out)
{
        CLEANUP(buffer_done) Buffer seen = BUFFER_INIT(TEXT_MAX_BYTES);
        event_item_append(item, text, &seen);
        return buffer_error(&seen) < 0 ? buffer_error(&seen)
                                       : typeset(out, letter->language, buffer_text(&seen), 0);
}

/*
 * Adds a row. The text is redacted before it is shortened, because half a telephone number would not be
 * recognised.
 */
static int add_text_row(
                Letter *letter, const EventItem *item, const char *label, const char *text, size_t max)
{
        CLEANUP(buffer_done) Buffer seen = BUFFER_INIT(TEXT_MAX_BYTES);
        CLEANUP(buffer_done) Buffer value = BUFFER_INIT(LETTER_PART_BYTES);
        int r = append_seen(letter, item, text ? text : "", &seen);
        letter_append_beginning(&value, buffer_text(&seen), max);
        r = r < 0 ? r : buffer_error(&value);
        return r < 0 ? r : letter_row(letter, label, buffer_text(&value));
}

static bool is_in_language(const ContentLine *line, const char *tag)
{
        const char *given = content_line_param(line, "LANGUAGE");
        Language language;
        return given && language_find(given, &language) == 0 && strcmp(language_tag(language), tag) == 0;
}

/*
 * Prefers a name in the recipient's language to SUMMARY. The office may set such a name as
 * X-CONVENED-SUMMARY;LANGUAGE=en.
 */
int event_lines_name(const Letter *letter, const EventItem *item, Buffer *out)
{
        const char *summary = occurrence_text(item->event, item->occurrence, "SUMMARY");
        CLEANUP(buffer_done) Buffer own = BUFFER_INIT(LETTER_PART_BYTES);
        CLEANUP(buffer_done) Buffer seen = BUFFER_INIT(TEXT_MAX_BYTES);
        const ContentLine *line;
        for (size_t i = 0; (line = event_property_line(item->event, "X-CONVENED-SUMMARY", i)); i++)
                if (own.len == 0 && is_in_language(line, letter->language))
                        append_value(&own, line);
        const char *said = own.len > 0 ? buffer_text(&own) : summary;
        int r = append_seen(letter, item, said ? said : "", &seen);
        letter_append_line(out, event_item_is_confidential(item) ? letter->strings->busy
                                : seen.len > 0                   ? buffer_text(&seen)
                                                                 : letter->strings->unnamed);
        return r < 0 ? r : buffer_error(out);
}

static int64_t day_of(const CivilTime *civil)
{
        return civil_days(civil->year, civil->month, civil->day);
}

/*
 * Whether an item starts at an instant: a time with a zone or in UTC. Its date depends on the recipient's
 * zone; a date or a floating time is the same in every zone.
 */
static bool is_instant(const EventItem *item)
{
        WhenForm form = item->occurrence->start.form;
        return form == WHEN_ZONED || form == WHEN_UTC;
}

/* Returns the zone whose clock and days count for an item. */
static const Zone *zone_for_reader(const Letter *letter, const EventItem *item)
{
        return letter->has_own_zone ? letter->zone
                                    : event_item_zone(item, letter->options->config->time_zone);
}

static CivilTime start_for_reader(const Letter *letter, const EventItem *item)
{
        const Occurrence *occurrence = item->occurrence;
        return is_instant(item) ? zone_to_civil(zone_for_reader(letter, item),
                                                  occurrence->start_usec / USEC_PER_SEC)
                                : occurrence->start.civil;
}

int event_lines_date(const Letter *letter, const EventItem *item, Buffer *out)
{
        CivilTime start = start_for_reader(letter, item);
        return text_dates_write(letter->dates, out, TEXT_DATE_DAY, &start);
}

/* Returns the last day that an item covers. An end at midnight belongs to the day before. */
static int64_t last_day_for_reader(const Letter *letter, const EventItem *item)
{
        const Occurrence *occurrence = item->occurrence;
        CivilTime end = is_instant(item) ? zone_to_civil(zone_for_reader(letter, item),
                                                           occurrence->end_usec / USEC_PER_SEC)
                                         : occurrence->end.civil;
        bool at_midnight = end.hour == 0 && end.minute == 0 && end.second == 0;
        return day_of(&end) - at_midnight;
}

static int write_weekdays(const Letter *letter, const CivilTime *first, const CivilTime *last, Buffer *out)
{
        int r = text_dates_write(letter->dates, out, TEXT_DATE_WEEKDAY_SHORT, first);
        if (r < 0 || day_of(last) <= day_of(first))
                return r;
        buffer_puts(out, "–");
        return text_dates_write(letter->dates, out, TEXT_DATE_WEEKDAY_SHORT, last);
}

int event_lines_dates(const Letter *letter, const EventItem *item, Buffer *out)
{
        CivilTime first = start_for_reader(letter, item), last = first;
        int64_t last_day = last_day_for_reader(letter, item);
        if (last_day > day_of(&first))
                last = civil_from_days(last_day);
        int r = write_weekdays(letter, &first, &last, out);
        buffer_puts(out, ", ");
        return r < 0 ? r
               : day_of(&first) == day_of(&last)
                               ? text_dates_write(letter->dates, out, TEXT_DATE_DAY, &first)
                               : text_dates_range(letter->dates, out, &first, &last);
}

int64_t event_lines_days(const Letter *letter, const EventItem *item)
{
        CivilTime start = start_for_reader(letter, item);
        /* The same day as in the mail's Date header. */
        CivilTime today = zone_to_civil(zone_for_reader(letter, item), letter->options->now / USEC_PER_SEC);
        return day_of(&start) - day_of(&today);
}

/* Appends a time span. @zone: the name of its zone, appended in parentheses; NULL for none. */
static int write_time(const Letter *letter, Buffer *out, const CivilTime *start, const CivilTime *end,
                const char *zone)
{
        int r = write_weekdays(letter, start, end, out);
        buffer_puts(out, ", ");
        if (r == 0)
                r = text_dates_span(letter->dates, out, start, end);
        if (r < 0 || !zone)
                return r;
        buffer_puts(out, " (");
        r = text_dates_zone(letter->dates, out, zone);
        buffer_puts(out, ")");
        return r;
}

static int write_days(const Letter *letter, Buffer *out, const CivilTime *first, int64_t last_day)
{
        CivilTime last = civil_from_days(last_day);
        return last_day <= day_of(first) ? text_dates_write(letter->dates, out, TEXT_DATE_WEEKDAY, first)
                                         : text_dates_range(letter->dates, out, first, &last);
}

int event_lines_days_of(const Letter *letter, const EventItem *item, Buffer *out)
{
        const Occurrence *occurrence = item->occurrence;
        return write_days(letter, out, &occurrence->start.civil, day_of(&occurrence->end.civil) - 1);
}

static int add_day_row(Letter *letter, const EventItem *item, const char *label)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LETTER_PART_BYTES);
        int64_t last_day = last_day_for_reader(letter, item);
        bool several = last_day > day_of(&item->occurrence->start.civil);
        int r = several ? event_lines_dates(letter, item, &text) : event_lines_days_of(letter, item, &text);
        if (event_item_has_open_day(item))
                buffer_printf(&text, " (%s)", letter->strings->one_of_these);
        return r < 0 ? r : letter_row(letter, label, buffer_text(&text));
}

/*
 * Adds a row with the time in the event's zone, or in the recipient's zone for a time in UTC. If the time in
 * the recipient's zone is different, adds a second row with that time. The rows name their zones; a floating
 * time has none.
 */
static int add_time_rows(Letter *letter, const EventItem *item, const char *label)
{
        CLEANUP(buffer_done) Buffer own = BUFFER_INIT(LETTER_PART_BYTES);
        CLEANUP(buffer_done) Buffer readers = BUFFER_INIT(LETTER_PART_BYTES);
        const Occurrence *occurrence = item->occurrence;
        const When *start = &occurrence->start;
        const Zone *readers_zone = zone_for_reader(letter, item);
        const Zone *zone = start->form == WHEN_ZONED ? start->zone : readers_zone;
        int64_t from = occurrence->start_usec / USEC_PER_SEC, to = occurrence->end_usec / USEC_PER_SEC;
        CivilTime first = zone_to_civil(zone, from), last = zone_to_civil(zone, to);
        CivilTime reader_first = zone_to_civil(readers_zone, from),
                  reader_last = zone_to_civil(readers_zone, to);
        int r;
        if (start->form == WHEN_FLOATING) {
                r = write_time(letter, &own, &start->civil, &occurrence->end.civil, NULL);
                return r < 0 ? r : letter_row(letter, label, buffer_text(&own));
        }
        r = write_time(letter, &own, &first, &last, zone_name(zone));
        if (r == 0)
                r = letter_row(letter, label, buffer_text(&own));
        if (r < 0 || (civil_seconds(&first) == civil_seconds(&reader_first) &&
                                     civil_seconds(&last) == civil_seconds(&reader_last)))
                return r;
        r = write_time(letter, &readers, &reader_first, &reader_last, zone_name(readers_zone));
        return r < 0 ? r : letter_row(letter, letter->strings->your_clock, buffer_text(&readers));
}

int event_lines_when(Letter *letter, const EventItem *item, const char *label)
{
        return item->occurrence->start.form == WHEN_DATE ? add_day_row(letter, item, label)
                                                         : add_time_rows(letter, item, label);
}

/* Adds a row with all values of a property. */
static int add_values(Letter *letter, const EventItem *item, const char *property, const char *label)
{
        CLEANUP(buffer_done) Buffer all = BUFFER_INIT(LETTER_PART_BYTES);
        const ContentLine *line;
        for (size_t i = 0; (line = event_property_line(item->event, property, i)); i++) {
                if (all.len > ABOUT_MAX_BYTES)
                        break;
                buffer_puts(&all, i > 0 ? "; " : "");
                append_value(&all, line);
        }
        return add_text_row(letter, item, label, buffer_text(&all), ABOUT_MAX_BYTES);
}

/* Adds a row with the names of all organisers. */
static int add_organisers(Letter *letter, const EventItem *item)
{
        CLEANUP(buffer_done) Buffer all = BUFFER_INIT(LETTER_PART_BYTES);
        const Participant *organiser = NULL;
        while (all.len <= ABOUT_MAX_BYTES && (organiser = event_participant_next(item->event,
                                                              PARTICIPANT_ORGANISERS, organiser))) {
                buffer_puts(&all, all.len > 0 ? "; " : "");
                append_value(&all, organiser->name);
        }
        return add_text_row(letter, item, letter->strings->organiser, buffer_text(&all), ABOUT_MAX_BYTES);
}

/* Adds a row for each address of a web conference (RFC 7986, 5.11). */
static int add_conferences(Letter *letter, const EventItem *item)
{
        const ContentLine *line;
        int r = 0;
        for (size_t i = 0; r == 0 && i < CONFERENCES_MAX &&
                           (line = event_property_line(item->event, "CONFERENCE", i));
                        i++) {
                CLEANUP(buffer_done) Buffer link = BUFFER_INIT(LETTER_PART_BYTES);
                append_value(&link, line);
                if (letter_is_link(buffer_text(&link)) && link.len < LINK_BYTES)
                        r = letter_row(letter, letter->strings->join, buffer_text(&link));
        }
        return r;
}

static int add_basis(Letter *letter, const EventItem *item)
{
        const char *basis = event_text_property(item->event, "X-CONVENED-DATE-BASIS");
        const char *text = !basis                           ? NULL
                           : strcmp(basis, "PUBLIC") == 0   ? letter->strings->basis_public
                           : strcmp(basis, "INFERRED") == 0 ? letter->strings->basis_inferred
                                                            : NULL;
        return add_text_row(letter, item, letter->strings->basis, text, ABOUT_MAX_BYTES);
}

int event_lines_text(Letter *letter, const EventItem *item, const char *label, const char *text)
{
        return add_text_row(letter, item, label, text, PLACE_MAX_BYTES);
}

int event_lines_place(Letter *letter, const EventItem *item)
{
        return add_text_row(letter, item, letter->strings->where, event_item_place(item), PLACE_MAX_BYTES);
}

int event_lines_place_in_short(Letter *letter, const EventItem *item)
{
        return add_text_row(letter, item, letter->strings->where, event_item_place(item), PLACE_SHORT_BYTES);
}

int event_lines_particulars(Letter *letter, const EventItem *item)
{
        if (event_item_is_confidential(item))
                return 0;
        int r = add_conferences(letter, item);
        if (r == 0)
                r = add_organisers(letter, item);
        if (r == 0)
                r = add_values(letter, item, "CONTACT", letter->strings->contact);
        if (r == 0)
                r = add_basis(letter, item);
        return r == 0 ? add_text_row(letter, item, letter->strings->about,
                                        occurrence_text(item->event, item->occurrence, "DESCRIPTION"),
                                        ABOUT_MAX_BYTES)
                      : r;
}

void event_lines_write_link(const Letter *letter, const EventItem *item, Buffer *out)
{
        buffer_puts(out, letter->options->config->http.base_url);
        buffer_puts(out, "/event/");
        url_escape(out, item->record->uid);
}

int event_lines_link(Letter *letter, const EventItem *item)
{
        CLEANUP(buffer_done) Buffer link = BUFFER_INIT(LINK_BYTES);
        event_lines_write_link(letter, item, &link);
        if (buffer_error(&link) < 0)
                return buffer_error(&link);
        return event_class(item->event) == EVENT_PUBLIC
                               ? letter_row(letter, letter->strings->link, buffer_text(&link))
                               : 0;
}
