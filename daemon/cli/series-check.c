#include "cli/series-check.h"

#include "store/object.h"

#include <string.h>

/* The maximum number of occurrences that are compared. The shortest distance of a rule is among them. */
enum { OCCURRENCES_MAX = 64, LENGTH_BYTES = 256 };

#define DAY (24 * 3600 * USEC_PER_SEC)

typedef struct Pace {
        usec_t length;   /* of the longest occurrence */
        usec_t distance; /* between the starts of the first two occurrences that overlap */
        bool overlaps, takes_days;
} Pace;

static int measure(const Cli *cli, const Event *event, Pace *ret)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence, last = { .end_usec = INT64_MIN };
        *ret = (Pace){ .takes_days = event_start(event).form == WHEN_DATE };
        if (!event_is_recurring(event))
                return 0;
        int r = occurrences_new(event, cli->config->time_zone, INT64_MIN, USEC_INFINITY, &iterator);
        for (int i = 0; r == 0 && i < OCCURRENCES_MAX; i++) {
                r = occurrences_next(iterator, &occurrence);
                /* The length of an occurrence that was changed is not that of the series. */
                if (r != 0 || occurrence.component != 0)
                        continue;
                usec_t length = occurrence.end_usec - occurrence.start_usec;
                ret->length = length > ret->length ? length : ret->length;
                if (occurrence.start_usec < last.end_usec && !ret->overlaps) {
                        ret->overlaps = true;
                        ret->distance = occurrence.start_usec - last.start_usec;
                }
                last = occurrence;
        }
        return r == OCCURRENCE_END ? 0 : r;
}

/* @ret: unchanged if the event is new */
static int measure_kept(Cli *cli, const char *uid, Pace *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        int r = object_find(cli->store, uid, &record);
        if (r == 0 && record->kind == OBJECT_EVENT)
                r = event_parse(cli->zones, record->text, record->len, &event, NULL);
        if (r == 0 && event)
                r = measure(cli, event, ret);
        return r == STORE_E_NOT_FOUND || r == EVENT_E_INVALID ? 0 : r;
}

/* Appends a length in words: "1 day 1 hour". */
static int append_length(const Cli *cli, usec_t length, Buffer *out)
{
        const int64_t seconds = length / USEC_PER_SEC;
        const struct {
                const char *pattern;
                int64_t n;
        } units[] = {
                { cli->strings->n_days, seconds / 86400 },
                { cli->strings->n_hours, seconds / 3600 % 24 },
                { cli->strings->n_minutes, seconds / 60 % 60 },
        };
        int r = 0;
        for (size_t i = 0; r == 0 && i < sizeof(units) / sizeof(units[0]); i++) {
                if (units[i].n == 0)
                        continue;
                buffer_puts(out, out->len ? " " : "");
                r = text_message(out, cli->language, units[i].pattern,
                                TEXT_ARGUMENTS({ "n", NULL, units[i].n }));
        }
        return r;
}

static int warn(const Cli *cli, const char *uid, const Pace *pace)
{
        CLEANUP(buffer_done) Buffer length = BUFFER_INIT(LENGTH_BYTES), distance = BUFFER_INIT(LENGTH_BYTES);
        int r = append_length(cli, pace->length, &length);
        if (r == 0)
                r = append_length(cli, pace->distance, &distance);
        cli_error(cli, pace->overlaps ? cli->strings->series_overlaps : cli->strings->series_is_long,
                        TEXT_ARGUMENTS({ "name", uid, 0 }, { "length", buffer_text(&length), 0 },
                                        { "distance", buffer_text(&distance), 0 }));
        return r;
}

int series_check(Cli *cli, const Event *event)
{
        Pace now, before = { .length = 0 };
        if (!event_is_recurring(event) || event_is_availability(event))
                return 0;
        int r = measure(cli, event, &now);
        if (r == 0)
                r = measure_kept(cli, event_uid(event), &before);
        bool is_long = !now.takes_days && now.length > DAY;
        if (r != 0 || (!is_long && !now.overlaps) ||
                        (now.length == before.length && now.overlaps == before.overlaps))
                return r;
        return warn(cli, event_uid(event), &now);
}
