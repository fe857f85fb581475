/* Tests messages about a kept series: METHOD:ADD and METHOD:CANCEL (RFC 5546, 3.2.4 and 3.2.5). */

#include "events.h"

#include "calendar/add.h"
#include "calendar/merge.h"
#include "calendar/series-dates.h"

#include <sys/resource.h>

enum { ROOM_BYTES = 4 * 1024 * 1024 };

#define NOW (INT64_C(1800000000) * USEC_PER_SEC) /* 15 January 2027 */

#define MOSCOW ";TZID=Europe/Moscow:202704"
#define LENGTH "DURATION:PT1H\r\n"
#define MASTER(more)                                                                                        \
        BEGIN "DTSTART" MOSCOW "06T100000\r\n" LENGTH "RRULE:FREQ=WEEKLY;COUNT=4\r\nSUMMARY:weekly\r\n"     \
              "SEQUENCE:1\r\n" more END
#define OTHER(stamp, id, lines)                                                                             \
        "BEGIN:VEVENT\r\nUID:e@x\r\nDTSTAMP:" stamp "T000000Z\r\nRECURRENCE-ID" id "\r\n" lines END
/* An instance, with the same start if none is given. */
#define AT(time, lines)   OTHER("20260101", MOSCOW time, "DTSTART" MOSCOW time "\r\n" lines)
#define LATER(id, lines)  OTHER("20260201", id, lines)
#define SEQUENCE(n, text) "SEQUENCE:" n "\r\nSUMMARY:" text "\r\n"

#define WEEKS "0406T07-08 weekly, 0413T07-08 weekly, 0420T07-08 weekly, 0427T07-08 weekly"

static const Zone *moscow(void)
{
        const Zone *zone;
        assert_int_equal(zone_table_get(zones, "Europe/Moscow", &zone), 0);
        return zone;
}

static Event *parse_object(const char *components)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(ROOM_BYTES);
        buffer_printf(&text, HEAD "%s" TAIL, components);
        return parse(buffer_text(&text));
}

/* Prints each instance: start and end in UTC, SUMMARY, and "x" if it is cancelled. */
static void print_instances(const Event *event, Buffer *out)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence;
        assert_int_equal(occurrences_new(event, moscow(), INT64_MIN, USEC_INFINITY, &iterator), 0);
        while (occurrences_next(iterator, &occurrence) == 0) {
                char start[17], end[17];
                time_format_utc(occurrence.start_usec, start);
                time_format_utc(occurrence.end_usec, end);
                buffer_printf(out, "%s%.7s-%.2s %s%s", out->len > 0 ? ", " : "", start + 4, end + 9,
                                occurrence_text(event, &occurrence, "SUMMARY"),
                                occurrence.status == EVENT_CANCELLED ? " x" : "");
        }
}

/* Applies the message, and prints the instances that follow from it. */
static void apply(const char *kept_text, const char *given_text, bool cancels, Buffer *text, Buffer *out)
{
        CLEANUP(event_freep) Event *kept = parse_object(kept_text);
        CLEANUP(event_freep) Event *given = parse_object(given_text);
        CLEANUP(event_freep) Event *merged = NULL;
        InputError error = { 0 };
        int r = !cancels ? event_add(kept, given, moscow(), NOW, text, &error)
                : event_has_series(given)
                                ? event_cancel(kept, given, NOW, text)
                                : event_merge(kept, given, &(EventMerge){ .cancel = true, .zone = moscow() },
                                                  text);
        if (r == 0)
                merged = parse(buffer_text(text));
        if (merged)
                print_instances(merged, out);
        else
                buffer_puts(out, r == EVENT_E_STALE     ? "stale"
                                 : r == EVENT_E_INVALID ? "invalid"
                                                        : "failure");
}

static void test_merge__instances_are_added(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *kept, *given, *expected, *contains;
        } rows[] = {
                /* An instance that EXDATE excludes takes place again, and no other does. */
                { __LINE__, MASTER("EXDATE" MOSCOW "13T100000\r\n"),
                                AT("13T100000", LENGTH SEQUENCE("3", "weekly")), WEEKS, "SEQUENCE:3" },
                { __LINE__, MASTER("EXDATE" MOSCOW "13T100000,20270420T100000\r\n"),
                                LATER(":20270413T070000Z", "DTSTART:20270413T070000Z\r\n" LENGTH SEQUENCE(
                                                                           "3", "weekly")),
                                "0406T07-08 weekly, 0413T07-08 weekly, 0427T07-08 weekly",
                                "EXDATE" MOSCOW "20T100000\r\n" },
                { __LINE__, MASTER("EXDATE;VALUE=DATE:20270413,20270420\r\n"),
                                AT("13T150000", LENGTH SEQUENCE("3", "longer")),
                                "0406T07-08 weekly, 0413T12-13 longer, 0427T07-08 weekly", "RDATE" },
                { __LINE__, MASTER("EXDATE" MOSCOW "13T100000\r\n"),
                                AT("13T100000", LENGTH SEQUENCE("3", "other")),
                                "0406T07-08 weekly, 0413T07-08 other, 0420T07-08 weekly, 0427T07-08 weekly",
                                "SEQUENCE:3" },
                { __LINE__, MASTER("EXRULE:FREQ=WEEKLY;COUNT=2\r\n"),
                                AT("13T100000", LENGTH SEQUENCE("3", "weekly")), "invalid", "" },
                /* A cancelled instance takes place again, unless it was cancelled later. */
                { __LINE__,
                                MASTER("") AT("13T100000",
                                                LENGTH "STATUS:CANCELLED\r\n" SEQUENCE("2", "weekly")),
                                AT("13T100000", LENGTH SEQUENCE("3", "weekly")), WEEKS, "SEQUENCE:3" },
                { __LINE__,
                                MASTER("") AT("13T100000",
                                                LENGTH "STATUS:CANCELLED\r\n" SEQUENCE("2", "weekly")),
                                AT("13T100000", LENGTH SEQUENCE("1", "weekly")), "stale", "" },
                /* A known instance stays as it is; the version is the sender's. */
                { __LINE__, MASTER(""),
                                LATER(MOSCOW "13T100000",
                                                "DTSTART" MOSCOW "13T100000\r\n" SEQUENCE("5", "other")),
                                WEEKS, "SEQUENCE:5" },
                { __LINE__, MASTER(""),
                                LATER(MOSCOW "14T100000", "DTSTART" MOSCOW
                                                          "14T100000\r\n" LENGTH SEQUENCE("1", "weekly")),
                                "0406T07-08 weekly, 0413T07-08 weekly, 0414T07-08 weekly, 0420T07-08 weekly, 0427T07-08 weekly",
                                "DTSTAMP:20260201T000000Z" },
                /* After a change of later instances, too, an added one is what the message says. */
                { __LINE__,
                                MASTER("") OTHER("20260101", ";RANGE=THISANDFUTURE" MOSCOW "13T100000",
                                                "DTSTART" MOSCOW
                                                "13T120000\r\n" LENGTH SEQUENCE("1", "late")),
                                AT("15T150000", LENGTH SEQUENCE("2", "weekly")),
                                "0406T07-08 weekly, 0413T09-10 late, 0415T12-13 weekly, 0420T09-10 late, 0427T09-10 late",
                                "RDATE" },
                /* An older version of one instance in the message is left out. */
                { __LINE__, MASTER(""),
                                AT("09T100000", LENGTH SEQUENCE("2", "old")) AT(
                                                "09T100000", LENGTH SEQUENCE("3", "weekly"))
                                                AT("10T100000", LENGTH SEQUENCE("3", "changed")),
                                "0406T07-08 weekly, 0409T07-08 weekly, 0410T07-08 changed, 0413T07-08 weekly, 0420T07-08 weekly, 0427T07-08 weekly",
                                "RDATE" },
                /* Floating times are on the clock of the given zone. */
                { __LINE__,
                                BEGIN
                                "DTSTART:20270406T100000\r\n" LENGTH
                                "RRULE:FREQ=WEEKLY;COUNT=2\r\nSUMMARY:weekly\r\n" END OTHER("20260101",
                                                ":20270413T100000",
                                                "DTSTART:20270413T110000\r\n" LENGTH SEQUENCE("0", "moved")),
                                LATER(":20270413T100000Z", "DTSTART:20270413T100000Z\r\n" LENGTH SEQUENCE(
                                                                           "0", "added")),
                                "0406T07-08 weekly, 0413T08-09 moved, 0413T10-11 added",
                                "RDATE:20270413T130000\r\n" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(ROOM_BYTES);
                CLEANUP(buffer_done) Buffer found = BUFFER_INIT(ROOM_BYTES);
                apply(rows[i].kept, rows[i].given, false, &text, &found);
                if (strcmp(buffer_text(&found), rows[i].expected) != 0 ||
                                !strstr(buffer_text(&text), rows[i].contains))
                        fail_msg("row of line %d: %s\n%s", rows[i].line, buffer_text(&found),
                                        buffer_text(&text));
        }
}

static void test_merge__instances_are_cancelled(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *kept, *given, *expected, *contains;
        } rows[] = {
                /* Properties that the message lacks are the kept instance's. */
                { __LINE__, MASTER("LOCATION:Here\r\n"), AT("13T100000", "SEQUENCE:2\r\n"),
                                "0406T07-08 weekly, 0413T07-08 weekly x, 0420T07-08 weekly, 0427T07-08 weekly",
                                "SUMMARY:weekly\r\nLOCATION:Here\r\nUID:e@x\r\n" },
                { __LINE__, MASTER("") AT("13T100000", LENGTH SEQUENCE("1", "weekly")),
                                AT("13T100000", LENGTH SEQUENCE("2", "off")),
                                "0406T07-08 weekly, 0413T07-08 off x, 0420T07-08 weekly, 0427T07-08 weekly",
                                "" },
                { __LINE__,
                                MASTER("") OTHER("20260101", MOSCOW "13T100000",
                                                "DTSTART" MOSCOW "14T120000\r\nDTEND" MOSCOW
                                                "14T140000\r\n" SEQUENCE("1", "moved")),
                                AT("13T100000", "SEQUENCE:2\r\n"),
                                "0406T07-08 weekly, 0414T09-11 moved x, 0420T07-08 weekly, 0427T07-08 weekly",
                                "SEQUENCE:2" },
                /* RANGE=THISANDFUTURE cancels the later overrides that are older. */
                { __LINE__,
                                MASTER("") OTHER("20260101", MOSCOW "20T100000",
                                                "DTSTART" MOSCOW "21T100000\r\n" LENGTH SEQUENCE(
                                                                "1", "moved")) OTHER("20260101",
                                                MOSCOW "27T100000",
                                                "DTSTART" MOSCOW
                                                "28T100000\r\n" LENGTH SEQUENCE("3", "newer")),
                                LATER(";RANGE=THISANDFUTURE" MOSCOW "13T100000",
                                                "DTSTART" MOSCOW "13T100000\r\nSEQUENCE:2\r\n"),
                                "0406T07-08 weekly, 0413T07-08 weekly x, 0421T07-08 moved x, 0428T07-08 newer",
                                "DTSTAMP:20260201T000000Z\r\nSTATUS:CANCELLED\r\nSEQUENCE:2" },
                { __LINE__,
                                MASTER("") OTHER("20260101", ";RANGE=THISANDFUTURE" MOSCOW "13T100000",
                                                "DTSTART" MOSCOW
                                                "13T120000\r\n" LENGTH SEQUENCE("1", "late")),
                                AT("20T100000", "SEQUENCE:2\r\n"),
                                "0406T07-08 weekly, 0413T09-10 late, 0420T09-10 late x, 0427T09-10 late",
                                "" },
                /* The version of a cancelled series is the sender's. */
                { __LINE__, MASTER(""),
                                "BEGIN:VEVENT\r\nUID:e@x\r\nDTSTAMP:20260201T000000Z\r\nDTSTART:19700101T000000Z\r\nSEQUENCE:2\r\n" END,
                                "0406T07-08 weekly x, 0413T07-08 weekly x, 0420T07-08 weekly x, 0427T07-08 weekly x",
                                "DTSTAMP:20260201T000000Z" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(ROOM_BYTES);
                CLEANUP(buffer_done) Buffer found = BUFFER_INIT(ROOM_BYTES);
                apply(rows[i].kept, rows[i].given, true, &text, &found);
                if (strcmp(buffer_text(&found), rows[i].expected) != 0 ||
                                !strstr(buffer_text(&text), rows[i].contains))
                        fail_msg("row of line %d: %s\n%s", rows[i].line, buffer_text(&found),
                                        buffer_text(&text));
        }
}

/* EXDATE names the second 02:30 of the night in which the clock goes back; the series has the first. */
static void test_series_lost_date__of_a_date_with_two_instants(void **state)
{
        (void)state;
        static const char format[] = BEGIN
                        "DTSTART;TZID=Europe/Berlin:20271024T0%d3000\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE:20271031T013000Z\r\n" END;
        char older[512], newer[512], found[17];
        When lost;
        for (int hour = 2; hour <= 3; hour++) {
                snprintf(older, sizeof(older), format, 2);
                snprintf(newer, sizeof(newer), format, hour);
                CLEANUP(event_freep) Event *before = parse_object(older);
                CLEANUP(event_freep) Event *after = parse_object(newer);
                assert_int_equal(series_lost_date(before, after, moscow(), &lost), 0);
                if (hour == 2) {
                        assert_int_equal(lost.form, WHEN_NONE);
                        continue;
                }
                assert_int_equal(lost.form, WHEN_UTC);
                when_format(&lost, found);
                assert_string_equal(found, "20271031T013000Z");
        }
}

static int on_missing(const InputError *warning, void *userdata)
{
        (void)warning;
        ++*(int *)userdata;
        return 0;
}

/*
 * The time for many instances is that of one walk over the series and not of one for each: 2000 days that
 * are 96,000 days after its start took more than a minute.
 */
static void test_event_merge__walks_over_the_series_once(void **state)
{
        (void)state;
        enum { N_INSTANCES = 2000, MAX_SECONDS = 10 };
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(ROOM_BYTES);
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(ROOM_BYTES);
        CLEANUP(event_freep)
        Event *kept = parse_object(
                        BEGIN "DTSTART:20270406T070000Z\r\nRRULE:FREQ=DAILY;COUNT=100000\r\n" END);
        for (int i = 0; i < N_INSTANCES; i++) {
                char value[17];
                time_format_utc((INT64_C(1806994800) + (INT64_C(96000) + i) * 86400) * USEC_PER_SEC, value);
                buffer_printf(&text,
                                "BEGIN:VEVENT\r\nUID:e@x\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:%s\r\nDTSTART:%s\r\n" END,
                                value, value);
        }
        CLEANUP(event_freep) Event *given = parse_object(buffer_text(&text));
        int n_missing = 0;
        const EventMerge how = { .on_missing = on_missing, .userdata = &n_missing };
        struct rusage before, after;
        getrusage(RUSAGE_SELF, &before);
        assert_int_equal(event_merge(kept, given, &how, &out), 0);
        getrusage(RUSAGE_SELF, &after);
        assert_int_equal(n_missing, 0);
        print_message("%ld ms\n", (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000 +
                                                  (after.ru_utime.tv_usec - before.ru_utime.tv_usec) / 1000);
        assert_true(after.ru_utime.tv_sec - before.ru_utime.tv_sec < MAX_SECONDS);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_merge__instances_are_added),
                cmocka_unit_test(test_merge__instances_are_cancelled),
                cmocka_unit_test(test_series_lost_date__of_a_date_with_two_instants),
                cmocka_unit_test(test_event_merge__walks_over_the_series_once),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
