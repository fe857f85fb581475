/* Tests the instances of a series, with moved ones and exceptions. */

#include "events.h"

#include "calendar/merge.h"

static const Zone *zone(const char *name)
{
        const Zone *found;
        assert_int_equal(zone_table_get(zones, name, &found), 0);
        return found;
}

static void test_occurrences__an_override_stands_in_its_place(void **state)
{
        (void)state;
        CLEANUP(event_freep) Event *event = parse(series);
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        static const struct {
                const char *start, *end, *summary, *location;
        } expected[] = {
                { "20260302T050000Z", "20260302T063000Z", "Series, weekly", "Here" },
                { "20260310T070000Z", "20260310T070000Z", "Moved", "Here" },
                { "20260316T050000Z", "20260316T063000Z", "Series, weekly", "Here" },
        };
        assert_int_equal(occurrences_new(event, NULL, INT64_MIN, USEC_INFINITY, &iterator), 0);
        for (int i = 0; i < 3; i++) {
                Occurrence occurrence;
                char start[17], end[17];
                assert_int_equal(occurrences_next(iterator, &occurrence), 0);
                time_format_utc(occurrence.start_usec, start);
                time_format_utc(occurrence.end_usec, end);
                assert_string_equal(start, expected[i].start);
                assert_string_equal(end, expected[i].end);
                assert_string_equal(occurrence_text(event, &occurrence, "SUMMARY"), expected[i].summary);
                assert_string_equal(occurrence_text(event, &occurrence, "LOCATION"), expected[i].location);
        }
        Occurrence none;
        assert_int_equal(occurrences_next(iterator, &none), OCCURRENCE_END);
}

static void test_event_span__handles_days_counts_and_endless_series(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *lines, *start, *end;
        } rows[] = {
                { __LINE__, "DTSTART;VALUE=DATE:20210624\r\nDTEND;VALUE=DATE:20210626\r\n",
                                "20210623T210000Z", "20210625T210000Z" },
                { __LINE__, "DTSTART;VALUE=DATE:20210624\r\n", "20210623T210000Z", "20210624T210000Z" },
                { __LINE__, "DTSTART:20210624T100000\r\nDURATION:PT1H\r\n", "20210624T070000Z",
                                "20210624T080000Z" },
                { __LINE__, "DTSTART;VALUE=DATE:20210624\r\nX-CONVENED-TZID:Asia/Tashkent\r\n",
                                "20210623T190000Z", "20210624T190000Z" },
                { __LINE__,
                                "DTSTART;TZID=Europe/"
                                "Berlin:20260328T100000\r\nRRULE:FREQ=DAILY;COUNT=2\r\nDURATION:P1D\r\n",
                                "20260328T090000Z", "20260330T080000Z" },
                { __LINE__, "DTSTART;TZID=Russian Standard Time:20210624T100000\r\n", "20210624T070000Z",
                                "20210624T070000Z" },
                { __LINE__, "DTSTART:20210624T100000Z\r\nRRULE:FREQ=DAILY\r\n", "20210624T100000Z", NULL },
                /* Outlook's series without an end; counting all instances of the second took 12 s. */
                { __LINE__, "DTSTART:20210624T100000Z\r\nRRULE:FREQ=DAILY;UNTIL=99991231T000000Z\r\n",
                                "20210624T100000Z", NULL },
                { __LINE__, "DTSTART:20210624T100000Z\r\nRRULE:FREQ=MINUTELY;INTERVAL=15;UNTIL=29990101T000000Z\r\n",
                                "20210624T100000Z", NULL },
                { __LINE__, "DTSTART:20210624T100000Z\r\nRRULE:FREQ=DAILY;COUNT=100000\r\n",
                                "20210624T100000Z", "22950408T100000Z" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char text[1024], start[17], end[17];
                usec_t from, to;
                snprintf(text, sizeof(text), HEAD BEGIN "%s" END TAIL, rows[i].lines);
                CLEANUP(event_freep) Event *event = parse(text);
                assert_int_equal(event_span(event, zone("Europe/Moscow"), &from, &to), 0);
                time_format_utc(from, start);
                if (strcmp(start, rows[i].start) != 0)
                        print_error("row of line %d\n", rows[i].line);
                assert_string_equal(start, rows[i].start);
                if (!rows[i].end) {
                        assert_true(to == USEC_INFINITY);
                        continue;
                }
                time_format_utc(to, end);
                assert_string_equal(end, rows[i].end);
        }
}

/* Prints each instance as start, end and component, in UTC and separated by blanks. */
static void print_instances(Event *event, usec_t from, usec_t to, char *out, size_t size)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence;
        size_t len = 0;
        out[0] = '\0';
        assert_int_equal(occurrences_new(event, zone("Europe/Moscow"), from, to, &iterator), 0);
        while (occurrences_next(iterator, &occurrence) == 0) {
                char start[17], end[17];
                time_format_utc(occurrence.start_usec, start);
                time_format_utc(occurrence.end_usec, end);
                len += (size_t)snprintf(out + len, size - len, "%s%.13s/%.13s%s%zu", len ? " " : "", start,
                                end, occurrence.status == EVENT_CANCELLED ? "x" : "#", occurrence.component);
        }
}

#define OVERRIDE(id, lines)                                                                                 \
        "BEGIN:VEVENT\r\nUID:e@x\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID" id "\r\n" lines END
#define WEEKLY(more)                                                                                        \
        BEGIN "DTSTART:20270405T070000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\n" more END

/*
 * The expected instances come from python3-recurring-ical-events and python3-dateutil; from RFC 5545 where
 * these cannot read the case.
 */
static void test_occurrences__in_the_order_of_their_own_starts(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text, *expected;
        } rows[] = {
                /* One instance is moved after its neighbour, another before all others. */
                { __LINE__,
                                WEEKLY("") OVERRIDE(":20270412T070000Z",
                                                "DTSTART:20270421T070000Z\r\nDURATION:PT1H\r\n"),
                                "20270405T0700/20270405T0800#0 20270419T0700/20270419T0800#0 "
                                "20270421T0700/20270421T0800#1 20270426T0700/20270426T0800#0" },
                { __LINE__,
                                WEEKLY("") OVERRIDE(":20270426T070000Z",
                                                "DTSTART:20270401T070000Z\r\nDURATION:PT1H\r\n"),
                                "20270401T0700/20270401T0800#1 20270405T0700/20270405T0800#0 "
                                "20270412T0700/20270412T0800#0 20270419T0700/20270419T0800#0" },
                /* An instance that is both deleted and moved is left out. */
                { __LINE__,
                                WEEKLY("EXDATE:20270412T070000Z\r\n") OVERRIDE(":20270412T070000Z",
                                                "DTSTART:20270413T070000Z\r\nDURATION:PT1H\r\n"),
                                "20270405T0700/20270405T0800#0 20270419T0700/20270419T0800#0 "
                                "20270426T0700/20270426T0800#0" },
                /* Two overrides of one instance: the higher SEQUENCE counts, then the later DTSTAMP. */
                { __LINE__,
                                WEEKLY("") OVERRIDE(":20270412T070000Z",
                                                "DTSTART:20270414T070000Z\r\nSEQUENCE:2\r\n")
                                                OVERRIDE(":20270412T070000Z",
                                                                "DTSTART:20270413T070000Z\r\nSEQUENCE:1\r\n"),
                                "20270405T0700/20270405T0800#0 20270414T0700/20270414T0700#1 "
                                "20270419T0700/20270419T0800#0 20270426T0700/20270426T0800#0" },
                { __LINE__,
                                WEEKLY("") "BEGIN:VEVENT\r\nUID:e@x\r\nDTSTAMP:20260102T000000Z\r\n"
                                           "RECURRENCE-ID:20270412T070000Z\r\nDTSTART:20270414T070000Z\r\n" END
                                                           OVERRIDE(":20270412T070000Z",
                                                                           "DTSTART:20270413T070000Z\r\n"),
                                "20270405T0700/20270405T0800#0 20270414T0700/20270414T0700#1 "
                                "20270419T0700/20270419T0800#0 20270426T0700/20270426T0800#0" },
                /* Every instance of a cancelled series is cancelled. */
                { __LINE__,
                                WEEKLY("STATUS:CANCELLED\r\n") OVERRIDE(":20270412T070000Z",
                                                "DTSTART:20270413T070000Z\r\nSTATUS:CONFIRMED\r\n"),
                                "20270405T0700/20270405T0800x0 20270413T0700/20270413T0700x1 "
                                "20270419T0700/20270419T0800x0 20270426T0700/20270426T0800x0" },
                /*
                 * RFC 5545, 3.8.4.4: THISANDFUTURE moves the following instances by the same time and gives
                 * them the same duration.
                 */
                { __LINE__,
                                WEEKLY("") OVERRIDE(";RANGE=THISANDFUTURE:20270419T070000Z",
                                                "DTSTART:20270420T090000Z\r\nDURATION:PT2H\r\n"),
                                "20270405T0700/20270405T0800#0 20270412T0700/20270412T0800#0 "
                                "20270420T0900/20270420T1100#1 20270427T0900/20270427T1100#1" },
                { __LINE__,
                                WEEKLY("") OVERRIDE(";RANGE=THISANDFUTURE:20270419T070000Z",
                                                "DTSTART:20270411T070000Z\r\nDURATION:PT2H\r\n"),
                                "20270405T0700/20270405T0800#0 20270411T0700/20270411T0900#1 "
                                "20270412T0700/20270412T0800#0 20270418T0700/20270418T0900#1" },
                /* RFC 5545, 3.3.9: a period has an end of its own. */
                { __LINE__,
                                BEGIN
                                "DTSTART:20270405T093000Z\r\nDTEND:20270405T103000Z\r\n"
                                "RDATE;VALUE=PERIOD:20270412T093000Z/20270412T120000Z,20270419T093000Z/PT3H\r\n" END,
                                "20270405T0930/20270405T1030#0 20270412T0930/20270412T1200#0 "
                                "20270419T0930/20270419T1230#0" },
                /*
                 * Several rules give the union of their instances; COUNT applies to each rule alone, as in
                 * dateutil's rruleset.
                 */
                { __LINE__,
                                BEGIN "DTSTART:20270510T070000Z\r\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2\r\n"
                                      "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=2\r\n" END,
                                "20270510T0700/20270510T0700#0 20270512T0700/20270512T0700#0 "
                                "20270517T0700/20270517T0700#0 20270519T0700/20270519T0700#0" },
                { __LINE__,
                                BEGIN
                                "DTSTART:20270510T070000Z\r\nRRULE:FREQ=DAILY;BYHOUR=7,9;BYMINUTE=0,30;COUNT=5\r\n" END,
                                "20270510T0700/20270510T0700#0 20270510T0730/20270510T0730#0 "
                                "20270510T0900/20270510T0900#0 20270510T0930/20270510T0930#0 "
                                "20270511T0700/20270511T0700#0" },
                /* A rule without BYDAY takes the day of the week from DTSTART (RFC 5545, 3.3.10). */
                { __LINE__,
                                BEGIN
                                "DTSTART:20270510T070000Z\r\nRRULE:FREQ=YEARLY;BYWEEKNO=20;COUNT=3\r\n" END,
                                "20270510T0700/20270510T0700#0 20270517T0700/20270517T0700#0 "
                                "20280515T0700/20280515T0700#0" },
                /*
                 * Exchange writes the EXDATE of an all-day instance as midnight in a zone; only the date
                 * counts.
                 */
                { __LINE__,
                                BEGIN "DTSTART;VALUE=DATE:20270216\r\nRRULE:FREQ=DAILY;COUNT=3\r\n"
                                      "EXDATE;TZID=W. Europe Standard Time:20270217T000000\r\n" END,
                                "20270215T2100/20270216T2100#0 20270217T2100/20270218T2100#0" },
                /*
                 * RFC 5545, 3.3.5: the clock shows 01:00 to 02:00 twice, and a text means the first. An hour
                 * is an hour all the same, whether it is a DURATION or the distance from DTSTART to DTEND.
                 */
                { __LINE__, BEGIN "DTSTART;TZID=America/New_York:20271107T013000\r\nDURATION:PT1H\r\n" END,
                                "20271107T0530/20271107T0630#0" },
                { __LINE__,
                                BEGIN "DTSTART;TZID=America/New_York:20271107T010000\r\n"
                                      "DTEND;TZID=America/New_York:20271107T013000\r\n" END,
                                "20271107T0500/20271107T0530#0" },
                { __LINE__,
                                BEGIN "DTSTART;TZID=America/New_York:20271106T003000\r\n"
                                      "DTEND;TZID=America/New_York:20271106T020000\r\n"
                                      "RRULE:FREQ=DAILY;COUNT=3\r\n" END,
                                "20271106T0430/20271106T0600#0 20271107T0430/20271107T0600#0 "
                                "20271108T0530/20271108T0700#0" },
                /* Apia had no 30 December 2011. Without it, the days before and after are as they were. */
                { __LINE__,
                                BEGIN
                                "DTSTART;TZID=Pacific/Apia:20111229T100000\r\nRRULE:FREQ=DAILY;UNTIL=20111231T200000Z\r\n"
                                "EXDATE;TZID=Pacific/Apia:20111230T100000\r\n" END,
                                "20111229T2000/20111229T2000#0 20111230T2000/20111230T2000#0 "
                                "20111231T2000/20111231T2000#0" },
                { __LINE__,
                                BEGIN
                                "DTSTART;TZID=Pacific/Apia:20111229T100000\r\nRRULE:FREQ=DAILY;UNTIL=20111231T200000Z\r\n" END,
                                "20111229T2000/20111229T2000#0 20111230T2000/20111230T2000#0 "
                                "20111231T2000/20111231T2000#0" },
                /* A start that the clock skips is removed by the same text. */
                { __LINE__,
                                BEGIN
                                "DTSTART;TZID=America/New_York:20270313T023000\r\nRRULE:FREQ=DAILY;UNTIL=20270315T063000Z\r\n"
                                "EXDATE;TZID=America/New_York:20270314T023000\r\n" END,
                                "20270313T0730/20270313T0730#0 20270315T0630/20270315T0630#0" },
                /* Both instants of a time that occurs twice name the instance, as two libraries have it. */
                { __LINE__,
                                BEGIN
                                "DTSTART;TZID=Europe/Berlin:20271024T023000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"
                                "EXDATE:20271031T013000Z\r\n" END,
                                "20271024T0030/20271024T0030#0 20271107T0130/20271107T0130#0" },
                { __LINE__,
                                BEGIN
                                "DTSTART;TZID=Europe/Berlin:20271024T023000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n" END
                                                OVERRIDE(":20271031T013000Z",
                                                                "DTSTART:20271101T070000Z\r\n"),
                                "20271024T0030/20271024T0030#0 20271101T0700/20271101T0700#1 "
                                "20271107T0130/20271107T0130#0" },
                { __LINE__,
                                BEGIN
                                "DTSTART;TZID=Europe/Berlin:20271024T023000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"
                                "EXDATE;TZID=Europe/Berlin:20271031T023000\r\n" END OVERRIDE(
                                                ":20271031T013000Z", "DTSTART:20271101T070000Z\r\n"),
                                "20271024T0030/20271024T0030#0 20271107T0130/20271107T0130#0" },
                { __LINE__,
                                BEGIN
                                "DTSTART;TZID=Europe/Berlin:20271024T023000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n" END OVERRIDE(
                                                ";TZID=Europe/Berlin:20271031T023000",
                                                "DTSTART:20271101T070000Z\r\n") OVERRIDE(":20271031T013000Z",
                                                "DTSTART:20271102T070000Z\r\nSEQUENCE:1\r\n"),
                                "20271024T0030/20271024T0030#0 20271102T0700/20271102T0700#1 "
                                "20271107T0130/20271107T0130#0" },
                /* The two instants are two instances of a series in UTC. */
                { __LINE__,
                                BEGIN
                                "DTSTART:20271031T003000Z\r\nRRULE:FREQ=HOURLY;COUNT=2\r\n" END OVERRIDE(
                                                ":20271031T003000Z",
                                                "DTSTART;TZID=Europe/Berlin:20271101T080000\r\n")
                                                OVERRIDE(":20271031T013000Z",
                                                                "DTSTART:20271102T070000Z\r\n"),
                                "20271101T0700/20271101T0700#1 20271102T0700/20271102T0700#2" },
                /* A floating RDATE is on the clock of the series, as two libraries read it. */
                { __LINE__,
                                BEGIN
                                "DTSTART;TZID=Europe/Berlin:20270405T090000\r\nDURATION:PT1H\r\nRDATE:20270407T090000\r\n" END,
                                "20270405T0700/20270405T0800#0 20270407T0700/20270407T0800#0" },
                /* Overrides without the master of their series. */
                { __LINE__,
                                OVERRIDE(":20270412T070000Z",
                                                "DTSTART:20270420T070000Z\r\nDURATION:PT1H\r\n")
                                                OVERRIDE(":20270405T070000Z",
                                                                "DTSTART:20270406T070000Z\r\nDURATION:PT1H\r\n"),
                                "20270406T0700/20270406T0800#1 20270420T0700/20270420T0800#0" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char text[2048], found[1024];
                snprintf(text, sizeof(text), HEAD "%s" TAIL, rows[i].text);
                CLEANUP(event_freep) Event *event = parse(text);
                print_instances(event, INT64_MIN, USEC_INFINITY, found, sizeof(found));
                if (strcmp(found, rows[i].expected) != 0)
                        print_error("row of line %d\n", rows[i].line);
                assert_string_equal(found, rows[i].expected);
        }
}

#define BERLIN                                                                                              \
        BEGIN                                                                                               \
        "DTSTART;TZID=Europe/Berlin:20271024T023000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n" END
#define KEPT_BERLIN                                                                                         \
        OVERRIDE(";TZID=Europe/Berlin:20271031T023000", "DTSTART:20271101T070000Z\r\nSEQUENCE:2\r\n")

/* Both instants of a time that the clock shows twice name one instance. */
static void test_event_merge__of_an_instance_with_two_names(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *kept, *sequence; /* that of the given override of the second instant */
                int expected, n_overrides;
        } rows[] = {
                { __LINE__, BERLIN KEPT_BERLIN, "3", 0, 1 },
                { __LINE__, BERLIN KEPT_BERLIN, "1", EVENT_E_STALE, 0 },
                { __LINE__, BERLIN OVERRIDE(":20271024T003000Z", "DTSTART:20271101T070000Z\r\n"), "1", 0,
                                2 },
                /* The clock of an object without a master is that of RECURRENCE-ID. */
                { __LINE__, KEPT_BERLIN, "3", 0, 1 },
                { __LINE__, OVERRIDE(":20271031T003000Z", "DTSTART;TZID=Europe/Berlin:20271101T080000\r\n"),
                                "1", 0, 2 },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char text[2048];
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(sizeof(text));
                snprintf(text, sizeof(text), HEAD "%s" TAIL, rows[i].kept);
                CLEANUP(event_freep) Event *kept = parse(text);
                char change[1024];
                snprintf(change, sizeof(change),
                                HEAD OVERRIDE(":20271031T013000Z",
                                                "DTSTART:20271102T070000Z\r\nSEQUENCE:%s\r\n") TAIL,
                                rows[i].sequence);
                CLEANUP(event_freep) Event *given = parse(change);
                int r = event_merge(kept, given, &(EventMerge){ .cancel = false }, &out), n = 0;
                for (const char *at = buffer_text(&out); (at = strstr(at, "\nRECURRENCE-ID")); at++)
                        n++;
                if (r != rows[i].expected || n != rows[i].n_overrides)
                        fail_msg("row of line %d: %d, %s", rows[i].line, r, buffer_text(&out));
        }
}

/* A window contains every instance that overlaps it, also one moved into it from elsewhere in the series. */
static void test_occurrences__a_window_has_instances_moved_into_it(void **state)
{
        (void)state;
        static const char text[] = HEAD BEGIN
                        "DTSTART:20270405T070000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\n" END OVERRIDE(
                                        ":20300107T070000Z", "DTSTART:20270414T070000Z\r\nDURATION:PT1H\r\n")
                                        TAIL;
        CLEANUP(event_freep) Event *event = parse(text);
        char found[1024];
        usec_t from = INT64_C(1807617600) * USEC_PER_SEC; /* 2027-04-13 */
        print_instances(event, from, from + 7 * USEC_PER_DAY, found, sizeof(found));
        assert_string_equal(found, "20270414T0700/20270414T0800#1 20270419T0700/20270419T0800#0");
}

/* An instance without a duration that begins with the window is in it (RFC 4791, 9.9). */
static void test_occurrences__a_window_begins_with_what_has_no_duration(void **state)
{
        static const struct {
                int line;
                const char *lines, *first;
        } rows[] = {
                { __LINE__, "DTSTART:20270412T100000Z\r\nRRULE:FREQ=DAILY;COUNT=3\r\n", "20270413T100000Z" },
                { __LINE__, "DTSTART:20270412T100000Z\r\nDTEND:20270412T100000Z\r\nRRULE:FREQ=DAILY;COUNT=3\r\n",
                                "20270413T100000Z" },
                { __LINE__, "DTSTART:20270412T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3\r\n",
                                "20270414T090000Z" },
                { __LINE__, "DTSTART:20270412T093000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3\r\n",
                                "20270413T093000Z" },
        };
        (void)state;
        usec_t from;
        assert_int_equal(time_parse_rfc3339("2027-04-13T10:00:00Z", &from), 0);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char text[1024], start[17];
                snprintf(text, sizeof(text), HEAD BEGIN "%s" END TAIL, rows[i].lines);
                CLEANUP(event_freep) Event *event = parse(text);
                CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
                Occurrence occurrence;
                assert_int_equal(occurrences_new(event, NULL, from, USEC_INFINITY, &iterator), 0);
                assert_int_equal(occurrences_next(iterator, &occurrence), 0);
                time_format_utc(occurrence.start_usec, start);
                if (strcmp(start, rows[i].first) != 0)
                        fail_msg("line %d: %s", rows[i].line, start);
        }
}

/* 160 kB of EXDATEs of a long series cost 20 s when each instance walked all of them. */
static void test_event_span__of_a_long_series_with_many_exdates(void **state)
{
        (void)state;
        size_t size = 400000, len = 0;
        CLEANUP(cleanup_free) char *text = malloc(size);
        assert_non_null(text);
        len += (size_t)snprintf(text, size,
                        HEAD BEGIN "DTSTART:20270405T070000Z\r\nRRULE:FREQ=DAILY;COUNT=100000\r\n");
        int64_t first = civil_days(2027, 4, 5);
        for (int i = 1; i <= 10000; i++) {
                CivilTime day = civil_from_days(first + 2 * i);
                len += (size_t)snprintf(text + len, size - len, "EXDATE:%04d%02d%02dT070000Z\r\n", day.year,
                                day.month, day.day);
        }
        snprintf(text + len, size - len, END TAIL);
        CLEANUP(event_freep) Event *event = parse(text);
        clock_t begun = clock();
        usec_t start, end;
        assert_int_equal(event_span(event, NULL, &start, &end), 0);
        assert_true((double)(clock() - begun) / CLOCKS_PER_SEC < 4); /* half a second without sanitizers */
        assert_true(end == (first + 99999) * USEC_PER_DAY + 7 * 3600 * USEC_PER_SEC);
}

static void test_occurrences__of_an_exrule_and_overrides_that_are_far_away(void **state)
{
        (void)state;
        CLEANUP(event_freep)
        Event *event = parse(HEAD BEGIN
                        "DTSTART:20200101T070000Z\r\nRRULE:FREQ=DAILY\r\n"
                        "EXRULE:FREQ=DAILY;INTERVAL=2\r\n" END BEGIN
                        "RECURRENCE-ID:99980101T070000Z\r\nDTSTART:99980101T080000Z\r\n" END BEGIN
                        "RECURRENCE-ID:99980102T070000Z\r\nDTSTART:99980102T080000Z\r\n" END TAIL);
        usec_t from = civil_days(9998, 1, 1) * USEC_PER_DAY;
        clock_t begun = clock();
        for (int i = 0; i < 20; i++) {
                CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
                Occurrence occurrence;
                char start[17];
                assert_int_equal(occurrences_new(event, NULL, from, from + 2 * USEC_PER_DAY, &iterator), 0);
                /* The first day is 2913905 days after DTSTART, an odd number. */
                assert_int_equal(occurrences_next(iterator, &occurrence), 0);
                time_format_utc(occurrence.start_usec, start);
                assert_string_equal(start, "99980101T080000Z");
                assert_int_equal(occurrences_next(iterator, &occurrence), OCCURRENCE_END);
        }
        assert_true((double)(clock() - begun) / CLOCKS_PER_SEC < 4); /* a hundredth without sanitizers */
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_occurrences__an_override_stands_in_its_place),
                cmocka_unit_test(test_event_span__handles_days_counts_and_endless_series),
                cmocka_unit_test(test_occurrences__in_the_order_of_their_own_starts),
                cmocka_unit_test(test_event_merge__of_an_instance_with_two_names),
                cmocka_unit_test(test_occurrences__a_window_has_instances_moved_into_it),
                cmocka_unit_test(test_occurrences__a_window_begins_with_what_has_no_duration),
                cmocka_unit_test(test_event_span__of_a_long_series_with_many_exdates),
                cmocka_unit_test(test_occurrences__of_an_exrule_and_overrides_that_are_far_away),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
