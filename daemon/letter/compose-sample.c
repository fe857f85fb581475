#include "letter/compose-sample.h"

#include "calendar/zone.h"
#include "letter/compose.h"
#include "letter/strings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { DAYS_AHEAD = 3, FIRST_HOUR = 10, LAST_HOUR = 12, TEXT_BYTES = 4096, DATE_SIZE = 16 };

#define SAMPLE_UID "sample@convened"

static int write_event(const Config *config, const char *kind, const LetterStrings *strings, usec_t now,
                Buffer *out)
{
        CivilTime today = zone_to_civil(config->time_zone, now / USEC_PER_SEC);
        char date[DATE_SIZE], stamp[DATE_SIZE];
        CivilTime day = civil_from_days(civil_days(today.year, today.month, today.day) + DAYS_AHEAD);
        snprintf(date, sizeof(date), "%04d%02d%02d", (int)day.year, (int)day.month, (int)day.day);
        snprintf(stamp, sizeof(stamp), "%04d%02d%02d", (int)today.year, (int)today.month, (int)today.day);
        buffer_printf(out,
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//convened//sample//EN\r\nBEGIN:VEVENT\r\n"
                        "UID:" SAMPLE_UID "\r\nDTSTAMP:%sT000000Z\r\nDTSTART;TZID=%s:%sT%02d0000\r\n"
                        "DTEND;TZID=%s:%sT%02d0000\r\nSUMMARY:%s\r\nLOCATION:%s\r\n",
                        stamp, config->time_zone_name, date, FIRST_HOUR, config->time_zone_name, date,
                        LAST_HOUR, strings->sample_title, strings->sample_place);
        if (kind)
                buffer_printf(out, "CATEGORIES:%s\r\n", kind);
        buffer_puts(out, "END:VEVENT\r\nEND:VCALENDAR\r\n");
        return buffer_error(out);
}

static int find_occurrence(const Config *config, const Event *event, Occurrence *ret)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        int r = occurrences_new(event, config->time_zone, INT64_MIN, INT64_MAX, &iterator);
        if (r == 0)
                r = occurrences_next(iterator, ret);
        return r > 0 ? -ENOTRECOVERABLE : r;
}

static int make_contact(Language language, Card **ret)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_BYTES);
        buffer_printf(&text,
                        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:sample\r\nFN:sample\r\nEMAIL:preview@example.org\r\n"
                        "LANG:%s\r\nEND:VCARD\r\n",
                        language_tag(language));
        return card_parse(buffer_text(&text), text.len, ret, NULL);
}

int compose_sample(const Config *config, ZoneTable *zones, const char *kind, Language language, usec_t now,
                Buffer *out)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_BYTES);
        CLEANUP(buffer_done) Buffer mail = BUFFER_INIT(LETTER_PART_BYTES);
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        const ObjectRecord record = { .kind = OBJECT_EVENT,
                .uid = SAMPLE_UID,
                .resource = "sample.ics",
                .collection = "",
                .name = "",
                .categories = ",",
                .status = "",
                .class = "PUBLIC",
                .address = "",
                .parent = "" };
        Occurrence occurrence;
        int r = write_event(config, kind, letter_strings(language), now, &text);
        if (r == 0)
                r = event_parse(zones, buffer_text(&text), text.len, &event, NULL);
        if (r == 0)
                r = find_occurrence(config, event, &occurrence);
        if (r == 0)
                r = make_contact(language, &card);
        const EventItem item = { event, &record, &occurrence, PUBLISH_CONTACT };
        const ComposeOptions options = { .letter = { .config = config,
                                                         .zones = zones,
                                                         .contact = card,
                                                         .token = "TOKEN",
                                                         .message_id = "preview@example.org",
                                                         .now = now } };
        if (r == 0)
                r = compose_preview(&item, &options, &mail);
        if (r != 0)
                return r > 0 ? -ENOTRECOVERABLE : r;
        /* The first line names the recipient, who is invented, too. */
        buffer_puts(out, strchr(buffer_text(&mail), '\n') + 1);
        return buffer_error(out);
}
