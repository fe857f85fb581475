#include "meet/calendar.h"

#include "meet/freebusy.h"
#include "meet/host.h"
#include "meet/offers.h"
#include "scratch.h"
#include "store/meeting.h"
#include "store/object.h"

#include <time.h>

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"
#define TAIL "END:VCALENDAR\r\n"
#define EVENT(uid, lines)                                                                                   \
        HEAD "BEGIN:VEVENT\r\nUID:" uid "\r\nDTSTAMP:20260101T000000Z\r\n" lines "END:VEVENT\r\n" TAIL
/* 15 June 2026, from 08:00 to 09:00 in UTC. */
#define AT_EIGHT "DTSTART:20260615T080000Z\r\nDTEND:20260615T090000Z\r\n"

static char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
#define WEEKLY(lines) "DTSTART:20260608T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\n" lines
#define INSTANCE(lines)                                                                                     \
        "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:a@x\r\nDTSTAMP:20260101T000000Z\r\n"                             \
        "RECURRENCE-ID:20260615T080000Z\r\nDTSTART:20260615T080000Z\r\nDURATION:PT1H\r\n" lines

static ZoneTable *zones;
static Store *store;
static const Zone *moscow;

static void put_card(const char *text)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        const ObjectPut put = { .collection = COLLECTION_CONTACTS, .now = 1 };
        assert_int_equal(object_put_card(store, card, &put, &outcome), 0);
}

static void put_event(const char *collection, const char *text)
{
        CLEANUP(event_freep) Event *event = NULL;
        InputError error = { 0 };
        ObjectOutcome outcome;
        if (event_parse(zones, text, strlen(text), &event, &error) != 0)
                fail_msg("%zu: %s: %s", error.line, error.where, error.message);
        const ObjectPut put = { .collection = collection, .fallback = moscow, .now = 1 };
        assert_int_equal(object_put_event(store, event, &put, &outcome), 0);
}

static int set_up(void **state)
{
        (void)state;
        scratch_open(directory, url);
        scratch_store(url, &zones, &store);
        assert_int_equal(zone_table_get(zones, "Europe/Moscow", &moscow), 0);
        assert_int_equal(collection_ensure(store, COLLECTION_EVENTS, false, "Europe/Moscow"), 0);
        assert_int_equal(collection_ensure(store, "own", false, "Europe/Moscow"), 0);
        assert_int_equal(collection_ensure(store, COLLECTION_CONTACTS, true, NULL), 0);
        put_card("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:h@x\r\nFN:Host\r\nEMAIL:host@example.org\r\n"
                 "EMAIL:second@example.org\r\nX-CONVENED-CALENDAR:own\r\nEND:VCARD\r\n");
        put_card("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:other@x\r\nFN:Other\r\nEND:VCARD\r\n");
        return 0;
}

static int tear_down(void **state)
{
        (void)state;
        scratch_close(directory, store, NULL, zones);
        return 0;
}

static usec_t at(const char *text)
{
        usec_t time = 0;
        assert_int_equal(time_parse_rfc3339(text, &time), 0);
        return time;
}

/* Writes the busy times of 15 June as "e 08:00+60", hour and minutes in UTC; f: another host's. */
static void collect(const char *of_event, char *ret, size_t size)
{
        CLEANUP(busy_done) BusyList list = { 0 };
        const BusyQuery query = { .host = "h@x",
                .of_event = of_event,
                .zone = moscow,
                .from = at("2026-06-15T00:00:00Z"),
                .to = at("2026-06-16T00:00:00Z"),
                .now = at("2026-06-01T00:00:00Z") };
        assert_int_equal(busy_collect(store, zones, &query, &list), 0);
        size_t n = 0;
        ret[0] = '\0';
        for (size_t i = 0; i < list.n; i++) {
                const Busy *busy = &list.items[i];
                CivilTime start = civil_from_seconds(busy->start / USEC_PER_SEC);
                n += (size_t)snprintf(ret + n, size - n, "%s%c %02d:%02d+%d", i ? " " : "",
                                busy->is_foreign             ? 'f'
                                : busy->kind == BUSY_MEETING ? 'm'
                                                             : 'e',
                                start.hour, start.minute,
                                (int)((busy->end - busy->start) / USEC_PER_SEC / 60));
                assert_true(n < size);
        }
}

static void test_busy_collect__takes_the_events_of_the_host(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *collection, *text, *expected;
        } cases[] = {
                { __LINE__, "events", EVENT("a@x", AT_EIGHT), "" },
                { __LINE__, "events", EVENT("a@x", AT_EIGHT "ORGANIZER:mailto:host@example.org\r\n"),
                                "e 08:00+60" },
                { __LINE__, "events", EVENT("a@x", AT_EIGHT "ORGANIZER:MAILTO:Second@Example.org\r\n"),
                                "e 08:00+60" },
                { __LINE__, "events", EVENT("a@x", AT_EIGHT "ORGANIZER:mailto:ghost@example.org\r\n"), "" },
                { __LINE__, "events",
                                EVENT("a@x", AT_EIGHT
                                                "ATTENDEE:mailto:else@example.org\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:host@example.org\r\n"),
                                "e 08:00+60" },
                { __LINE__, "events",
                                EVENT("a@x", AT_EIGHT
                                                "ATTENDEE;PARTSTAT=DECLINED:mailto:host@example.org\r\n"),
                                "" },
                { __LINE__, "events", EVENT("a@x", AT_EIGHT "CONTACT:Host\\, HOST@example.org\r\n"),
                                "e 08:00+60" },
                { __LINE__, "events", EVENT("a@x", AT_EIGHT "CONTACT;X-UID=\"h@x\":see h@x\r\n"),
                                "e 08:00+60" },
                { __LINE__, "events", EVENT("a@x", AT_EIGHT "CONTACT:ghost@example.org\r\n"), "" },
                { __LINE__, "events",
                                EVENT("a@x", AT_EIGHT
                                                "ATTENDEE;PARTSTAT=DECLINED:mailto:host@example.org\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:second@example.org\r\n"),
                                "e 08:00+60" },
                { __LINE__, "events", EVENT("a@x", AT_EIGHT "attendee:mailto:host@example.org\r\n"),
                                "e 08:00+60" },
                { __LINE__, "events", EVENT("a@x", AT_EIGHT "ATTEN\r\n DEE:mailto:host@example.org\r\n"),
                                "e 08:00+60" },
                { __LINE__, "own", EVENT("a@x", AT_EIGHT), "e 08:00+60" },
                { __LINE__, "own", EVENT("a@x", AT_EIGHT "TRANSP:TRANSPARENT\r\n"), "" },
                { __LINE__, "own", EVENT("a@x", AT_EIGHT "STATUS:CANCELLED\r\n"), "" },
                { __LINE__, "own", EVENT("a@x", "DTSTART:20260615T080000Z\r\n"), "" },
                /* All-day: from midnight to midnight in Moscow. */
                { __LINE__, "own", EVENT("a@x", "DTSTART;VALUE=DATE:20260615\r\n"), "e 21:00+1440" },
                { __LINE__, "own", EVENT("a@x", "DTSTART;VALUE=DATE:20260615\r\nX-CONVENED-TZID:UTC\r\n"),
                                "e 00:00+1440" },
                /* A cancelled instance is free, a moved one is busy where it is. */
                { __LINE__, "own",
                                HEAD
                                "BEGIN:VEVENT\r\nUID:a@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260608T080000Z\r\nDURATION:PT1H\r\n"
                                "RRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:a@x\r\nDTSTAMP:20260101T000000Z\r\n"
                                "RECURRENCE-ID:20260615T080000Z\r\nDTSTART:20260615T100000Z\r\nDURATION:PT30M\r\nEND:VEVENT\r\n" TAIL,
                                "e 10:00+30" },
                { __LINE__, "own",
                                HEAD
                                "BEGIN:VEVENT\r\nUID:a@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260608T080000Z\r\nDURATION:PT1H\r\n"
                                "RRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:a@x\r\nDTSTAMP:20260101T000000Z\r\n"
                                "RECURRENCE-ID:20260615T080000Z\r\nDTSTART:20260615T080000Z\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n" TAIL,
                                "" },
                /* Each instance has its own people. */
                { __LINE__, "events",
                                EVENT("a@x", WEEKLY("") INSTANCE("ATTENDEE:mailto:host@example.org\r\n")),
                                "e 08:00+60" },
                { __LINE__, "events",
                                EVENT("a@x", WEEKLY("ATTENDEE:mailto:host@example.org\r\n") INSTANCE(
                                                             "ATTENDEE;PARTSTAT=DECLINED:mailto:host@example.org\r\n")),
                                "" },
                { __LINE__, "events",
                                EVENT("a@x", WEEKLY("ATTENDEE:mailto:host@example.org\r\n") INSTANCE("")),
                                "e 08:00+60" },
                { __LINE__, "events",
                                EVENT("a@x", WEEKLY("ATTENDEE:mailto:host@example.org\r\n") INSTANCE(
                                                             "ATTENDEE:mailto:else@example.org\r\n")),
                                "" },
                { __LINE__, "events",
                                EVENT("a@x", AT_EIGHT
                                                "CATEGORIES:MEETING\r\nX-CONVENED-MEETING-HOST:h@x\r\nTRANSP:TRANSPARENT\r\n"),
                                "m 08:00+60" },
                { __LINE__, "events",
                                EVENT("a@x", AT_EIGHT
                                                "CATEGORIES:MEETING\r\nX-CONVENED-MEETING-HOST:h@x\r\nSTATUS:CANCELLED\r\n"),
                                "" },
                { __LINE__, "events",
                                EVENT("a@x", AT_EIGHT
                                                "CATEGORIES:MEETING\r\nX-CONVENED-MEETING-HOST:other@x\r\nX-CONVENED-MEETING-EVENT:e@x\r\n"),
                                "" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                char found[256];
                put_event(cases[i].collection, cases[i].text);
                collect(NULL, found, sizeof(found));
                if (strcmp(found, cases[i].expected) != 0)
                        fail_msg("line %d: '%s', not '%s'", cases[i].line, found, cases[i].expected);
                assert_int_equal(object_delete_found(store, "a@x", 2), 0);
        }
}

static void test_host_is_named__by_whole_words(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *host, *text;
                bool expected;
        } cases[] = {
                { __LINE__, "h@x", "host@example.org", true },
                { __LINE__, "h@x", "Host <HOST@example.org>, room 1", true },
                { __LINE__, "h@x", "Write to host@example.org.", true },
                { __LINE__, "h@x", "ghost@example.org", false },
                { __LINE__, "h@x", "the.host@example.org", false },
                { __LINE__, "h@x", "host@example.org.uk", false },
                { __LINE__, "h@x", "ghost@example.org, host@example.org", true },
                { __LINE__, "h@x", "see h@x", true },
                { __LINE__, "h@x", "joseph@xerox.example", false },
                { __LINE__, "Petrov", "Petrov", true },
                { __LINE__, "Petrov", "Anna Petrova", false },
                { __LINE__, "Petrov", "Anna Petrov, Office", false },
        };
        put_card("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:Petrov\r\nFN:Ivan Petrov\r\nEND:VCARD\r\n");
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(host_done) Host host;
                assert_int_equal(host_load(store, cases[i].host, &host), 0);
                if (host_is_named(&host, cases[i].text) != cases[i].expected)
                        fail_msg("line %d", cases[i].line);
        }
}

static void test_freebusy_write__escapes_the_uid(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(65536);
        const BusyList list = { .n = 0 };
        assert_int_equal(freebusy_write(&list, "a\\nb;c", at("2026-06-15T00:00:00Z"),
                                         at("2026-06-16T00:00:00Z"), at("2026-06-01T00:00:00Z"), &text),
                        0);
        assert_non_null(strstr(buffer_text(&text), "UID:freebusy-a\\\\nb\\;c\r\n"));
}

static void test_busy_collect__reads_what_a_booking_says(void **state)
{
        (void)state;
        CLEANUP(busy_done) BusyList list = { 0 };
        put_event("events",
                        EVENT("b@x", AT_EIGHT
                                        "CATEGORIES:MEETING\r\nX-CONVENED-MEETING-HOST:h@x\r\nLOCATION:Table 1\\, left\r\n"
                                        "X-CONVENED-MEETING-OFFER:o@x\r\nX-CONVENED-MEETING-EVENT:e@x\r\nSTATUS:TENTATIVE\r\n"
                                        "X-CONVENED-MEETING-BUFFER-BEFORE:PT10M\r\nX-CONVENED-MEETING-BUFFER-AFTER:PT300S\r\n"));
        const BusyQuery query = { .host = "h@x",
                .zone = moscow,
                .from = at("2026-06-15T00:00:00Z"),
                .to = at("2026-06-16T00:00:00Z") };
        assert_int_equal(busy_collect(store, zones, &query, &list), 0);
        assert_int_equal(list.n, 1);
        const Busy *busy = list.items;
        assert_int_equal(busy->kind, BUSY_MEETING);
        assert_true(busy->is_tentative && !busy->is_foreign);
        assert_string_equal(busy->uid, "b@x");
        assert_string_equal(busy->offer, "o@x");
        assert_string_equal(busy->site, "e@x");
        assert_string_equal(busy->place, "Table 1, left");
        assert_true(busy->before == 600 * USEC_PER_SEC && busy->after == 300 * USEC_PER_SEC);
}

static void test_busy_collect__leaves_out_the_offers_event_and_what_it_is_part_of(void **state)
{
        (void)state;
        char found[256];
        put_event("events", EVENT("whole@x", "DTSTART;VALUE=DATE:20260615\r\nCONTACT:host@example.org\r\n"));
        put_event("events",
                        EVENT("e@x", "DTSTART;VALUE=DATE:20260615\r\nCONTACT:host@example.org\r\nRELATED-TO:whole@x\r\n"));
        put_event("events", EVENT("part@x", AT_EIGHT "CONTACT:host@example.org\r\nRELATED-TO:e@x\r\n"));
        put_event("events",
                        EVENT("b@x", "DTSTART:20260615T100000Z\r\nDTEND:20260615T103000Z\r\n"
                                     "CATEGORIES:MEETING\r\nX-CONVENED-MEETING-HOST:other@x\r\nX-CONVENED-MEETING-EVENT:e@x\r\n"));
        collect("e@x", found, sizeof(found));
        assert_string_equal(found, "e 08:00+60 f 10:00+30");
        collect(NULL, found, sizeof(found));
        assert_string_equal(found, "e 21:00+1440 e 21:00+1440 e 08:00+60");
}

/* A meeting of a visitor with another host. */
static void add_visit(const char *uid, const char *address, MeetingState state, const char *start)
{
        int64_t id = 0;
        usec_t from = at(start), to = from + 1800 * USEC_PER_SEC;
        const Meeting meeting = {
                .uid = uid,
                .host = "other@x",
                .offer = "o@x",
                .place = "Table 1",
                .zone = "Etc/UTC",
                .visitor = { "V", "", address, "", "en", "Etc/UTC", "" },
                .state = state,
                .start = from,
                .finish = to,
        };
        const MeetingClaim claim = { .host = "other@x",
                .offer = "o@x",
                .place = "Table 1",
                .site = "e@x",
                .start = from,
                .finish = to,
                .seats = 1 };
        assert_int_equal(meeting_add(store, &meeting, 1, &id), 0);
        assert_int_equal(meeting_claim(store, id, &claim, false, 1), 0);
}

/*
 * A visitor with a confirmed address is busy during the meeting, and its place is taken for the other hosts
 * of the event.
 */
static void test_busy_collect__takes_the_meetings_to_which_the_host_goes(void **state)
{
        (void)state;
        char found[256];
        add_visit("v1@x", "Second@Example.org", MEETING_BOOKED, "2026-06-15T08:00:00Z");
        add_visit("v2@x", "host@example.org", MEETING_HELD, "2026-06-15T09:00:00Z");
        add_visit("v3@x", "stranger@example.org", MEETING_BOOKED, "2026-06-15T10:00:00Z");
        collect(NULL, found, sizeof(found));
        assert_string_equal(found, "e 08:00+30");
        collect("e@x", found, sizeof(found));
        assert_string_equal(found, "f 08:00+30 e 08:00+30 f 09:00+30 f 10:00+30");
        put_event("events",
                        EVENT("b@x", "DTSTART:20260615T110000Z\r\nDTEND:20260615T113000Z\r\nCATEGORIES:MEETING\r\n"
                                     "ATTENDEE:mailto:host@example.org\r\nX-CONVENED-MEETING-HOST:other@x\r\n"));
        collect(NULL, found, sizeof(found));
        assert_string_equal(found, "e 08:00+30 e 11:00+30");
}

static void test_busy_collect_each__reads_several_hosts(void **state)
{
        (void)state;
        BusyList lists[2] = { { 0 }, { 0 } };
        const char *const hosts[] = { "h@x", "other@x" };
        add_visit("v1@x", "host@example.org", MEETING_BOOKED, "2026-06-15T08:00:00Z");
        put_event("own", EVENT("mine@x", AT_EIGHT));
        const BusyQuery query = { .of_event = "e@x",
                .zone = moscow,
                .from = at("2026-06-15T00:00:00Z"),
                .to = at("2026-06-16T00:00:00Z"),
                .now = 1 };
        assert_int_equal(busy_collect_each(store, zones, &query, hosts, 2, lists), 0);
        assert_int_equal(lists[0].n, 3);
        assert_int_equal(lists[1].n, 1);
        assert_true(lists[1].items[0].kind == BUSY_MEETING && !lists[1].items[0].is_foreign);
        busy_done(&lists[0]);
        busy_done(&lists[1]);
}

static void test_busy_collect__needs_a_host(void **state)
{
        (void)state;
        CLEANUP(busy_done) BusyList list = { 0 };
        BusyQuery query = { .host = "nobody@x", .zone = moscow, .to = 1 };
        assert_int_equal(busy_collect(store, zones, &query, &list), STORE_E_NOT_FOUND);
        put_event("events", EVENT("e@x", AT_EIGHT));
        query.host = "e@x";
        assert_int_equal(busy_collect(store, zones, &query, &list), STORE_E_NOT_FOUND);
}

static int load_slots(const ObjectRecord *record, const Offer *offer, void *userdata)
{
        CLEANUP(offer_slots_done) OfferSlots slots;
        CLEANUP(slot_list_done) SlotList list = { 0 };
        size_t *n = userdata;
        assert_string_equal(offer->host, "h@x");
        int r = offer_slots_load(store, record, moscow, at("2026-06-01T00:00:00Z"),
                        at("2026-06-15T00:00:00Z"), at("2026-06-16T00:00:00Z"), &slots);
        const SlotQuery query = offer_slots_query(&slots);
        if (r == 0)
                r = slots_find(&query, &list);
        *n += list.n;
        return r;
}

#define OFFER(uid, host, lines)                                                                                               \
        HEAD "BEGIN:VAVAILABILITY\r\nUID:" uid                                                                                \
             "\r\nDTSTAMP:20260101T000000Z\r\nX-CONVENED-MEETING-HOST:" host "\r\n" lines                                     \
             "BEGIN:AVAILABLE\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260615T080000Z\r\nDTEND:20260615T110000Z\r\n" \
             "END:AVAILABLE\r\nEND:VAVAILABILITY\r\n" TAIL

static void test_offer_slots_load__joins_offer_event_and_busy_time(void **state)
{
        (void)state;
        size_t n = 0;
        put_event("events", OFFER("o1@x", "h@x", ""));
        put_event("events", OFFER("o2@x", "other@x", ""));
        assert_int_equal(offers_each_of_host(store, "h@x", moscow, load_slots, &n), 0);
        assert_int_equal(n, 6);
        put_event("own", EVENT("mine@x", AT_EIGHT));
        n = 0;
        assert_int_equal(offers_each_of_host(store, "h@x", moscow, load_slots, &n), 0);
        assert_int_equal(n, 4);
        /* A missing event leaves no time for meetings; an existing one bounds them. */
        put_event("events", OFFER("o1@x", "h@x", "X-CONVENED-MEETING-EVENT:e@x\r\n"));
        n = 0;
        assert_int_equal(offers_each_of_host(store, "h@x", moscow, load_slots, &n), 0);
        assert_int_equal(n, 0);
        put_event("events", EVENT("e@x", "DTSTART:20260615T080000Z\r\nDTEND:20260615T100000Z\r\n"));
        assert_int_equal(offers_each_of_host(store, "h@x", moscow, load_slots, &n), 0);
        assert_int_equal(n, 2);
        put_event("events",
                        EVENT("e@x", "DTSTART:20260615T080000Z\r\nDTEND:20260615T100000Z\r\nSTATUS:CANCELLED\r\n"));
        n = 0;
        assert_int_equal(offers_each_of_host(store, "h@x", moscow, load_slots, &n), 0);
        assert_int_equal(n, 0);
}

typedef struct Records {
        ObjectRecord *records[4];
        size_t n;
} Records;

static int keep_record(const ObjectRecord *record, const Offer *offer, void *userdata)
{
        Records *list = userdata;
        (void)offer;
        return object_find(store, record->uid, &list->records[list->n++]);
}

/* Finds the free slots of 15 June of each offer, read together or one by one. */
static void find_each(bool together, size_t ret[static 4])
{
        Records list = { .n = 0 };
        OfferSlots slots[4];
        usec_t now = at("2026-06-14T00:00:00Z");
        assert_int_equal(offers_each_of_host(store, NULL, moscow, keep_record, &list), 0);
        assert_int_equal(list.n, 4);
        if (together)
                assert_int_equal(offer_slots_load_each(store, list.records, 4, moscow, now, slots), 0);
        for (size_t i = 0; i < 4; i++) {
                CLEANUP(slot_list_done) SlotList found = { 0 };
                if (!together)
                        assert_int_equal(offer_slots_load(store, list.records[i], moscow, now, now,
                                                         USEC_INFINITY, &slots[i]),
                                        0);
                const SlotQuery query = offer_slots_query(&slots[i]);
                assert_int_equal(slots_find(&query, &found), 0);
                ret[i] = found.n;
                offer_slots_done(&slots[i]);
                object_record_free(list.records[i]);
        }
}

/* Two offers of one host, an offer of another one, and one at an event whose places both hosts share. */
static void test_offer_slots_load_each__finds_what_one_by_one_finds(void **state)
{
        (void)state;
        static const size_t expected[] = { 4, 3, 5, 3 };
        size_t together[4], single[4];
        put_event("events", EVENT("e@x", "DTSTART:20260615T080000Z\r\nDTEND:20260615T110000Z\r\n"));
        put_event("events", OFFER("o1@x", "h@x", ""));
        put_event("events", OFFER("o2@x", "h@x", "X-CONVENED-MEETING-BUFFER-BEFORE:PT10M\r\n"));
        put_event("events",
                        OFFER("o3@x", "other@x",
                                        "X-CONVENED-MEETING-EVENT:e@x\r\nX-CONVENED-MEETING-PLACE:Table\r\n"));
        put_event("events",
                        OFFER("o4@x", "h@x",
                                        "X-CONVENED-MEETING-EVENT:e@x\r\nX-CONVENED-MEETING-PLACE:Table\r\n"));
        put_event("events",
                        EVENT("b@x", "DTSTART:20260615T100000Z\r\nDTEND:20260615T103000Z\r\nCATEGORIES:MEETING\r\nLOCATION:Table\r\n"
                                     "X-CONVENED-MEETING-HOST:other@x\r\nX-CONVENED-MEETING-EVENT:e@x\r\n"));
        put_event("own", EVENT("mine@x", AT_EIGHT));
        find_each(false, single);
        find_each(true, together);
        for (size_t i = 0; i < 4; i++)
                if (single[i] != together[i] || together[i] != expected[i])
                        fail_msg("offer %zu: %zu, %zu together", i, single[i], together[i]);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_busy_collect__takes_the_events_of_the_host, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_host_is_named__by_whole_words, set_up, tear_down),
                cmocka_unit_test(test_freebusy_write__escapes_the_uid),
                cmocka_unit_test_setup_teardown(
                                test_busy_collect__reads_what_a_booking_says, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_busy_collect__leaves_out_the_offers_event_and_what_it_is_part_of,
                                set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_busy_collect__takes_the_meetings_to_which_the_host_goes,
                                set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_busy_collect_each__reads_several_hosts, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_offer_slots_load_each__finds_what_one_by_one_finds, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_busy_collect__needs_a_host, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_offer_slots_load__joins_offer_event_and_busy_time, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
