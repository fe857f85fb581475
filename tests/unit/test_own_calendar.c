/* Tests which events in the calendars of a host's account make the host busy. */

#include "meet/calendar.h"
#include "meet/own-calendar.h"
#include "scratch.h"
#include "store/account.h"
#include "store/meeting.h"
#include "store/object.h"
#include "store/property.h"

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"
#define TAIL "END:VCALENDAR\r\n"
#define EVENT(lines)                                                                                        \
        HEAD "BEGIN:VEVENT\r\nUID:a@x\r\nDTSTAMP:20260101T000000Z\r\n" lines "END:VEVENT\r\n" TAIL
/* 15 June 2026, from 08:00 to 09:00 in UTC. */
#define AT_EIGHT "DTSTART:20260615T080000Z\r\nDTEND:20260615T090000Z\r\n"
#define WEEKLY   "DTSTART:20260608T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\n"
#define INSTANCE                                                                                            \
        "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:a@x\r\nDTSTAMP:20260101T000000Z\r\n"                             \
        "RECURRENCE-ID:20260615T080000Z\r\nDTSTART:20260615T100000Z\r\nDURATION:PT1H\r\n"
#define ANSWER(partstat, address)                                                                           \
        "ORGANIZER:mailto:o@x.org\r\nATTENDEE;PARTSTAT=" partstat ":mailto:" address "\r\n"

static char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
static ZoneTable *zones;
static Store *store;
static const Zone *moscow;
static Collection calendar;

static void put_card(const char *text)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        const ObjectPut put = { .collection = COLLECTION_CONTACTS, .now = 1 };
        assert_int_equal(object_put_card(store, card, &put, &outcome), 0);
}

static int set_up(void **state)
{
        (void)state;
        const Account account = { .name = "vera", .role = ACCOUNT_READER, .mail = "Host@example.org" };
        scratch_open(directory, url);
        scratch_store(url, &zones, &store);
        assert_int_equal(zone_table_get(zones, "Europe/Moscow", &moscow), 0);
        assert_int_equal(collection_ensure(store, COLLECTION_EVENTS, false, "Europe/Moscow"), 0);
        assert_int_equal(collection_ensure(store, COLLECTION_CONTACTS, true, NULL), 0);
        assert_int_equal(account_add(store, &account), 0);
        calendar = (Collection){ .segment = "work", .components = COLLECTION_VEVENT, .owner = "vera" };
        assert_int_equal(collection_make(store, &calendar, "Europe/Moscow", 1), 0);
        put_card("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:h@x\r\nFN:Host\r\nEMAIL:second@example.org\r\n"
                 "EMAIL:host@example.org\r\nEND:VCARD\r\n");
        put_card("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:other@x\r\nFN:Other\r\nEMAIL:other@example.org\r\n"
                 "END:VCARD\r\n");
        return 0;
}

static int tear_down(void **state)
{
        (void)state;
        scratch_close(directory, store, NULL, zones);
        return 0;
}

static void put(const char *collection, const char *text)
{
        CLEANUP(plain_freep) PlainObject *plain = NULL;
        ObjectOutcome outcome;
        const ObjectPut put = {
                .collection = collection, .resource = "a.ics", .fallback = moscow, .now = 1
        };
        assert_int_equal(plain_parse(text, strlen(text), &plain, NULL), 0);
        assert_int_equal(object_put_plain(store, plain, &put, &outcome), 0);
}

static usec_t at(const char *text)
{
        usec_t time = 0;
        assert_int_equal(time_parse_rfc3339(text, &time), 0);
        return time;
}

/* Writes the busy times of a host that overlap 15 June as "08:00+60", "?" if tentative, in UTC. */
static void collect(const char *host, bool without_own, char *ret, size_t size)
{
        CLEANUP(busy_done) BusyList list = { 0 };
        const BusyQuery query = { .host = host,
                .of_event = "fair@x",
                .without_own = without_own,
                .zone = moscow,
                .from = at("2026-06-15T00:00:00Z"),
                .to = at("2026-06-16T00:00:00Z"),
                .now = at("2026-06-01T00:00:00Z") };
        size_t n = 0;
        ret[0] = '\0';
        assert_int_equal(busy_collect(store, zones, &query, &list), 0);
        for (size_t i = 0; i < list.n; i++) {
                const Busy *busy = &list.items[i];
                CivilTime start = civil_from_seconds(busy->start / USEC_PER_SEC);
                if (busy->end <= query.from || busy->start >= query.to)
                        continue;
                assert_true(busy->kind == BUSY_EVENT && !busy->is_foreign);
                n += (size_t)snprintf(ret + n, size - n, "%02d:%02d+%d%s ", start.hour, start.minute,
                                (int)((busy->end - busy->start) / USEC_PER_SEC / 60),
                                busy->is_tentative ? "?" : "");
                assert_true(n < size);
        }
}

static void test_own_calendar__opaque_events_take_time(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text, *expected;
        } rows[] = {
                { __LINE__, EVENT(AT_EIGHT), "08:00+60 " },
                { __LINE__, EVENT(AT_EIGHT "TRANSP:OPAQUE\r\n"), "08:00+60 " },
                { __LINE__, EVENT(AT_EIGHT "TRANSP:transparent\r\n"), "" },
                { __LINE__, EVENT(AT_EIGHT "STATUS:CANCELLED\r\n"), "" },
                { __LINE__, EVENT(AT_EIGHT "STATUS:TENTATIVE\r\n"), "08:00+60? " },
                { __LINE__, EVENT("DTSTART;VALUE=DATE:20260615\r\n"), "21:00+1440 " },
                { __LINE__, EVENT("DTSTART:20260615T080000\r\nDURATION:PT30M\r\n"), "05:00+30 " },
                { __LINE__, EVENT("DTSTART:20260615T080000Z\r\n"), "" },
                { __LINE__, EVENT(WEEKLY), "08:00+60 " },
                { __LINE__, EVENT(WEEKLY "EXDATE:20260615T080000Z\r\n"), "" },
                { __LINE__, EVENT(WEEKLY INSTANCE), "10:00+60 " },
                { __LINE__, EVENT(WEEKLY INSTANCE "TRANSP:TRANSPARENT\r\n"), "" },
                { __LINE__, EVENT(WEEKLY "TRANSP:TRANSPARENT\r\n" INSTANCE), "" },
                { __LINE__, EVENT(WEEKLY "TRANSP:TRANSPARENT\r\n" INSTANCE "TRANSP:OPAQUE\r\n"),
                                "10:00+60 " },
                { __LINE__, EVENT(AT_EIGHT ANSWER("ACCEPTED", "host@example.org")), "08:00+60 " },
                { __LINE__, EVENT(AT_EIGHT ANSWER("NEEDS-ACTION", "host@example.org")), "08:00+60? " },
                { __LINE__, EVENT(AT_EIGHT ANSWER("DECLINED", "Second@example.org")), "" },
                { __LINE__, EVENT(AT_EIGHT ANSWER("DECLINED", "other@example.org")), "08:00+60 " },
                /* A text that the office could not read. */
                { __LINE__, EVENT("DTSTART:20260615T080000Z\r\nDTEND:20260615T070000Z\r\n"), "" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char found[256];
                put(calendar.name, rows[i].text);
                collect("h@x", false, found, sizeof(found));
                if (strcmp(found, rows[i].expected) != 0)
                        fail_msg("row of line %d: '%s'", rows[i].line, found);
                collect("other@x", false, found, sizeof(found));
                assert_string_equal(found, "");
                collect("h@x", true, found, sizeof(found));
                assert_string_equal(found, "");
        }
}

static void set_transparency(bool is_transparent)
{
        const PropertyOwner owner = { .collection = calendar.name, .resource = "", .account = "vera" };
        const char *space = "urn:ietf:params:xml:ns:caldav", *name = "schedule-calendar-transp";
        assert_int_equal(
                        property_set(store, &owner, true, space, name,
                                        is_transparent ? "<schedule-calendar-transp><transparent/></schedule-calendar-transp>"
                                                       : "<schedule-calendar-transp><opaque/></schedule-calendar-transp>"),
                        0);
}

static void test_own_calendar__may_be_transparent(void **state)
{
        (void)state;
        char found[256];
        put(calendar.name, EVENT(AT_EIGHT));
        set_transparency(true);
        collect("h@x", false, found, sizeof(found));
        assert_string_equal(found, "");
        set_transparency(false);
        collect("h@x", false, found, sizeof(found));
        assert_string_equal(found, "08:00+60 ");
}

static void add_meeting(const char *uid, const char *host, const char *visitor)
{
        int64_t id = 0;
        const Meeting meeting = {
                .uid = uid,
                .host = host,
                .offer = "o@x",
                .place = "",
                .zone = "Etc/UTC",
                .visitor = { "V", "", visitor, "", "en", "Etc/UTC", "" },
                .state = MEETING_BOOKED,
                .start = at("2026-07-15T08:00:00Z"),
                .finish = at("2026-07-15T09:00:00Z"),
        };
        assert_int_equal(meeting_add(store, &meeting, 1, &id), 0);
}

/* Copies of the host's meetings, whose slots are in the store, and of the event of the offer. */
static void test_own_calendar__copies_take_no_time(void **state)
{
        static const struct {
                int line;
                const char *uid, *host, *visitor, *expected;
        } rows[] = {
                { __LINE__, "m1@x", "h@x", "guest@example.org", "" },
                { __LINE__, "m2@x", "other@x", "Second@example.org", "" },
                { __LINE__, "m3@x", "other@x", "guest@example.org", "08:00+60 " },
                { __LINE__, "fair@x", NULL, NULL, "" },
                { __LINE__, "else@x", NULL, NULL, "08:00+60 " },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char text[512], found[256];
                if (rows[i].host)
                        add_meeting(rows[i].uid, rows[i].host, rows[i].visitor);
                snprintf(text, sizeof(text),
                                "%sBEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20260101T000000Z\r\n%sEND:VEVENT\r\n%s",
                                HEAD, rows[i].uid, AT_EIGHT, TAIL);
                put(calendar.name, text);
                collect("h@x", false, found, sizeof(found));
                if (strcmp(found, rows[i].expected) != 0)
                        fail_msg("row of line %d: '%s'", rows[i].line, found);
                assert_int_equal(object_delete(store, calendar.name, "a.ics", 0, 1), 0);
        }
}

static void test_own_calendar__that_of_meetings_does_not_count(void **state)
{
        (void)state;
        char found[256];
        Collection host;
        assert_int_equal(collection_make_host(store, "vera", "Europe/Moscow", 1, &host), 0);
        put(host.name, EVENT(AT_EIGHT));
        collect("h@x", false, found, sizeof(found));
        assert_string_equal(found, "");
}

/* Collects the busy times of @days days, of a series with 96 instances a day. */
static void collect_quarters(const char *more, int days, const BusyQuery *query, BusyList *list)
{
        char text[1024];
        BusyQuery wide = *query;
        snprintf(text, sizeof(text),
                        "%sBEGIN:VEVENT\r\nUID:a@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260601T000000Z\r\n"
                        "DURATION:PT1M\r\nRRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,"
                        "20,21,22,23;BYMINUTE=0,15,30,45\r\n%sEND:VEVENT\r\n%s",
                        HEAD, more, TAIL);
        put(calendar.name, text);
        wide.to = wide.from + days * USEC_PER_DAY;
        assert_int_equal(busy_collect(store, zones, &wide, list), 0);
}

/* The busy times of a host are shown to everybody, so endless series must not need endless memory. */
static void test_own_calendar__many_instances_take_the_whole_time(void **state)
{
        static const struct {
                int line;
                const char *more;
                int days;
                size_t n_min, n_max;
        } rows[] = {
                { __LINE__, "", 1000, 96000, OWN_CALENDAR_INSTANCES_MAX },
                { __LINE__, "TRANSP:TRANSPARENT\r\n", 1000, 0, 0 },
                { __LINE__, "", 1100, 1, 1 },
                { __LINE__, "TRANSP:TRANSPARENT\r\n", 1100, 1, 1 },
        };
        const BusyQuery query = {
                .host = "h@x", .zone = moscow, .from = at("2026-06-15T00:00:00Z"), .now = 1
        };
        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(busy_done) BusyList list = { 0 };
                collect_quarters(rows[i].more, rows[i].days, &query, &list);
                if (list.n < rows[i].n_min || list.n > rows[i].n_max)
                        fail_msg("row of line %d: %zu", rows[i].line, list.n);
                if (list.n == 1)
                        assert_true(list.items[0].start <= query.from &&
                                        list.items[0].end >= query.from + rows[i].days * USEC_PER_DAY &&
                                        list.items[0].kind == BUSY_EVENT && !list.items[0].is_tentative);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_own_calendar__opaque_events_take_time, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_own_calendar__may_be_transparent, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_own_calendar__copies_take_no_time, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_own_calendar__that_of_meetings_does_not_count, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_own_calendar__many_instances_take_the_whole_time, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
