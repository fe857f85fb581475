#include "slots.h"

/*
 * Writes the slots as "10:00/30 10:30/30*2@Table 4", in UTC, with the seats that are left if there are
 * several.
 */
static void write_slots(const Offer *offer, const SlotList *list, char *ret, size_t size)
{
        size_t n = 0;
        ret[0] = '\0';
        for (size_t i = 0; i < list->n; i++) {
                const Slot *slot = &list->items[i];
                CivilTime start = civil_from_seconds(slot->start / USEC_PER_SEC);
                n += (size_t)snprintf(ret + n, size - n, "%s%02d:%02d/%d", i ? " " : "", start.hour,
                                start.minute, (int)((slot->end - slot->start) / USEC_PER_SEC / 60));
                if (slot->seats_left > 1)
                        n += (size_t)snprintf(ret + n, size - n, "*%d", slot->seats_left);
                if (offer->places[slot->place][0])
                        n += (size_t)snprintf(ret + n, size - n, "@%s", offer->places[slot->place]);
                assert_true(n < size);
        }
}

typedef struct SlotCase {
        int line;
        const char *text;
        const char *now, *from, *to;
        Busy busy[4];
        const char *expected;
} SlotCase;

static void check(const SlotCase *c)
{
        CLEANUP(event_freep) Event *event = parse(c->text);
        CLEANUP(slot_list_done) SlotList list = { 0 };
        CLEANUP(busy_done) BusyList busy = { 0 };
        char found[1024];
        Offer offer;
        assert_int_equal(offer_read(event, utc, &offer), 0);
        for (size_t i = 0; i < sizeof(c->busy) / sizeof(c->busy[0]); i++)
                assert_int_equal(busy_add(&busy, &c->busy[i]), 0);
        busy_sort(&busy);
        SlotQuery query = { .offer = &offer,
                .busy = busy.items,
                .n_busy = busy.n,
                .now = at(c->now),
                .from = at(c->from),
                .to = at(c->to) };
        assert_int_equal(slots_find(&query, &list), 0);
        write_slots(&offer, &list, found, sizeof(found));
        if (strcmp(found, c->expected) != 0)
                fail_msg("line %d: %s, not %s", c->line, found, c->expected);
}

/* The Monday of the cases: 10:00 to 12:00 in Berlin is 08:00 to 10:00 UTC. */
#define THE_DAY "2026-06-01T00:00:00Z", "2026-06-15T00:00:00Z", "2026-06-16T00:00:00Z"

static void test_slots__follow_the_rules(void **state)
{
        (void)state;
        const SlotCase cases[] = {
                { __LINE__, HEAD HOST MONDAYS TAIL, THE_DAY, { { 0 } },
                                "08:00/30 08:30/30 09:00/30 09:30/30" },
                { __LINE__,
                                HEAD HOST
                                "X-CONVENED-MEETING-DURATION:PT1H\r\nX-CONVENED-MEETING-DURATION:PT40M\r\n" MONDAYS
                                                TAIL,
                                THE_DAY, { { 0 } }, "08:00/40 08:00/60 08:40/40 08:40/60 09:20/40" },
                /* An event blocks the slots that it overlaps, and not those that only touch its ends. */
                { __LINE__, HEAD HOST MONDAYS TAIL, THE_DAY, { { ON(8, 30, 9, 0) } },
                                "08:00/30 09:00/30 09:30/30" },
                /* The offer's buffers keep a meeting away from an event. */
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-BUFFER-AFTER:PT1M\r\n" MONDAYS TAIL, THE_DAY,
                                { { ON(8, 30, 9, 0) } }, "09:00/30 09:30/30" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-BUFFER-BEFORE:PT1M\r\n" MONDAYS TAIL, THE_DAY,
                                { { ON(8, 30, 9, 0) } }, "08:00/30 09:30/30" },
                /* The greater of the two buffers between two meetings counts, not their sum. */
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-BUFFER-BEFORE:PT20M\r\n" MONDAYS TAIL, THE_DAY,
                                { { ON(7, 30, 8, 0), MEETING, .after = 30 * MINUTES } },
                                "08:30/30 09:00/30 09:30/30" },
                { __LINE__, HEAD HOST MONDAYS TAIL, THE_DAY,
                                { { ON(10, 0, 10, 30), .kind = BUSY_MEETING, .offer = "other@x",
                                                .before = 31 * MINUTES } },
                                "08:00/30 08:30/30" },
                /* A further party joins the same meeting only. */
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-SEATS:3\r\n" MONDAYS TAIL, THE_DAY,
                                { { ON(8, 30, 9, 0), MEETING }, { ON(8, 30, 9, 0), MEETING },
                                                { ON(9, 15, 9, 20), MEETING } },
                                "08:00/30*3 08:30/30 09:30/30*3" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-SEATS:2\r\n" MONDAYS TAIL, THE_DAY,
                                { { ON(8, 30, 9, 0), MEETING }, { ON(8, 30, 9, 0), MEETING } },
                                "08:00/30*2 09:00/30*2 09:30/30*2" },
                /* The host's other calendar publishes the meeting, which further parties can still join. */
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-SEATS:3\r\n" MONDAYS TAIL, THE_DAY,
                                { { ON(8, 30, 9, 0), MEETING }, { ON(8, 30, 9, 0), .kind = BUSY_FETCHED },
                                                { ON(9, 0, 9, 30), .kind = BUSY_FETCHED } },
                                "08:00/30*3 08:30/30*2 09:30/30*3" },
                /* The widest buffer of all parties of a meeting counts. */
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-SEATS:3\r\n" MONDAYS TAIL, THE_DAY,
                                { { ON(8, 0, 8, 30), MEETING },
                                                { ON(8, 0, 8, 30), MEETING, .after = 45 * MINUTES } },
                                "08:00/30 09:30/30*3" },
                /* On a full day no new meeting can begin, but another party can join a meeting. */
                { __LINE__,
                                HEAD HOST
                                "X-CONVENED-MEETING-SEATS:3\r\nX-CONVENED-MEETING-DAILY-MAX:1\r\n" MONDAYS
                                                TAIL,
                                THE_DAY, { { ON(8, 30, 9, 0), MEETING }, { ON(8, 30, 9, 0), MEETING } },
                                "08:30/30" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-DAILY-MAX:2\r\n" MONDAYS TAIL, THE_DAY,
                                { { ON(5, 0, 5, 30), .kind = BUSY_MEETING, .offer = "other@x" },
                                                { ON(6, 0, 6, 30), .kind = BUSY_EVENT } },
                                "08:00/30 08:30/30 09:00/30 09:30/30" },
                /* The day is the host's: 22:30 in UTC is the 16th in Berlin. */
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-DAILY-MAX:1\r\n" MONDAYS TAIL, THE_DAY,
                                { { ON(22, 30, 23, 0), .kind = BUSY_MEETING, .offer = "other@x" } },
                                "08:00/30 08:30/30 09:00/30 09:30/30" },
                /* A place with hours of its own has these only; the other places have the common hours. */
                { __LINE__,
                                HEAD HOST
                                "X-CONVENED-MEETING-DURATION:PT1H\r\nX-CONVENED-MEETING-PLACE:A\r\n"
                                "X-CONVENED-MEETING-PLACE:B\r\n" MONDAYS
                                "BEGIN:AVAILABLE\r\nUID:b@x\r\nDTSTAMP:20260101T000000Z\r\nLOCATION:C\r\n" HOURS(
                                                "Europe/Berlin", "20260615T140000", "20260615T150000")
                                                END TAIL,
                                THE_DAY, { { 0 } },
                                "08:00/60@A 08:00/60@B 09:00/60@A 09:00/60@B 12:00/60@C" },
                /* A meeting of another event does not take a place of the same name. */
                { __LINE__,
                                HEAD HOST
                                "X-CONVENED-MEETING-DURATION:PT2H\r\nX-CONVENED-MEETING-PLACE:A\r\n"
                                "X-CONVENED-MEETING-PLACE:B\r\n" MONDAYS TAIL,
                                THE_DAY,
                                { { ON(8, 0, 9, 0), .is_foreign = true, .site = "e@x", .place = "A" } },
                                "08:00/120@A 08:00/120@B" },
                /* Notice: exact hours; the first start is the first on the grid after it. */
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-NOTICE:PT2H\r\n" MONDAYS TAIL,
                                "2026-06-15T06:45:00Z", "2026-06-15T00:00:00Z", "2026-06-16T00:00:00Z",
                                { { 0 } }, "09:00/30 09:30/30" },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-HORIZON:P7D\r\n" MONDAYS TAIL,
                                "2026-06-08T08:30:00Z", "2026-06-15T00:00:00Z", "2026-06-16T00:00:00Z",
                                { { 0 } }, "08:00/30 08:30/30" },
                /* The past is never offered. */
                { __LINE__, HEAD HOST MONDAYS TAIL, "2026-06-15T09:01:00Z", "2026-06-15T00:00:00Z",
                                "2026-06-16T00:00:00Z", { { 0 } }, "09:30/30" },
                /* Overlapping hours give a slot once. */
                { __LINE__,
                                HEAD HOST MONDAYS
                                "BEGIN:AVAILABLE\r\nUID:b@x\r\nDTSTAMP:20260101T000000Z\r\n" HOURS(
                                                "Europe/Berlin", "20260615T110000", "20260615T123000")
                                                END TAIL,
                                THE_DAY, { { 0 } }, "08:00/30 08:30/30 09:00/30 09:30/30 10:00/30" },
                { __LINE__,
                                HEAD HOST
                                "DTSTART;TZID=Europe/Berlin:20260615T103000\r\nDTEND;TZID=Europe/Berlin:20260615T113000\r\n" MONDAYS
                                                TAIL,
                                THE_DAY, { { 0 } }, "08:30/30 09:00/30" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
                check(&cases[i]);
}

#define NIGHT "X-CONVENED-MEETING-DURATION:PT1H\r\n"

static void test_slots__are_correct_across_dst_changes(void **state)
{
        (void)state;
        const SlotCase cases[] = {
                /* 00:00 to 06:00 in Berlin lasts five hours on 29 March, seven on 25 October. */
                { __LINE__,
                                HEAD HOST NIGHT AVAILABLE HOURS("Europe/Berlin", "20260327T000000",
                                                "20260327T060000") "RRULE:FREQ=DAILY\r\n" END TAIL,
                                "2026-03-20T00:00:00Z", "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z",
                                { { 0 } }, "23:00/60 00:00/60 01:00/60 02:00/60 03:00/60" },
                { __LINE__,
                                HEAD HOST NIGHT AVAILABLE HOURS("Europe/Berlin", "20261023T000000",
                                                "20261023T060000") "RRULE:FREQ=DAILY\r\n" END TAIL,
                                "2026-10-20T00:00:00Z", "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z",
                                { { 0 } },
                                "22:00/60 23:00/60 00:00/60 01:00/60 02:00/60 03:00/60 04:00/60" },
                /* 19:15 to 02:15 in New York, where the hour from 01:00 comes twice. */
                { __LINE__,
                                HEAD HOST NIGHT AVAILABLE HOURS("America/New_York", "20261030T191500",
                                                "20261031T021500") "RRULE:FREQ=DAILY\r\n" END TAIL,
                                "2026-10-20T00:00:00Z", "2026-11-01T04:00:00Z", "2026-11-01T12:00:00Z",
                                { { 0 } }, "04:15/60 05:15/60 06:15/60" },
                /* Lord Howe moves its clocks by half an hour. */
                { __LINE__,
                                HEAD HOST NIGHT AVAILABLE HOURS("Australia/Lord_Howe", "20261003T010000",
                                                "20261003T040000") "RRULE:FREQ=DAILY\r\n" END TAIL,
                                "2026-10-01T00:00:00Z", "2026-10-03T12:00:00Z", "2026-10-04T00:00:00Z",
                                { { 0 } }, "14:30/60 15:30/60" },
                /* Ulyanovsk took the hour from 02:00 to 03:00 out of 27 March 2016. */
                { __LINE__,
                                HEAD HOST NIGHT AVAILABLE HOURS("Europe/Ulyanovsk", "20160326T010000",
                                                "20160326T040000") "RRULE:FREQ=DAILY\r\n" END TAIL,
                                "2016-03-20T00:00:00Z", "2016-03-26T12:00:00Z", "2016-03-27T12:00:00Z",
                                { { 0 } }, "22:00/60 23:00/60" },
                /* Apia had no 30 December 2011: the hours of the 29th and the 31st are 24 hours apart. */
                { __LINE__,
                                HEAD HOST NIGHT AVAILABLE HOURS("Pacific/Apia", "20111229T090000",
                                                "20111229T100000") "RDATE;TZID=Pacific/Apia:20111231T090000\r\n" END
                                                TAIL,
                                "2011-12-20T00:00:00Z", "2011-12-29T00:00:00Z", "2011-12-31T00:00:00Z",
                                { { 0 } }, "19:00/60 19:00/60" },
                /* A notice of a day lasts until the same time of the next day. */
                { __LINE__,
                                HEAD HOST NIGHT "X-CONVENED-MEETING-NOTICE:P1D\r\n" AVAILABLE HOURS(
                                                "Europe/Berlin", "20260327T090000",
                                                "20260327T110000") "RRULE:FREQ=DAILY\r\n" END TAIL,
                                "2026-03-28T08:00:00Z", "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z",
                                { { 0 } }, "07:00/60 08:00/60" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
                check(&cases[i]);
}

static void test_slots__are_within_the_event(void **state)
{
        (void)state;
        CLEANUP(event_freep)
        Event *event = parse(HEAD HOST "X-CONVENED-MEETING-EVENT:e@x\r\n" MONDAYS TAIL);
        CLEANUP(slot_list_done) SlotList list = { 0 };
        char found[1024];
        Offer offer;
        assert_int_equal(offer_read(event, utc, &offer), 0);
        /* A long occurrence that begins first covers what a later one does not. */
        const SlotSpan spans[] = {
                { at("2026-06-15T08:10:00Z"), at("2026-06-15T08:20:00Z") },
                { at("2026-06-15T08:00:00Z"), at("2026-06-15T09:00:00Z") },
                { at("2026-06-15T09:15:00Z"), at("2026-06-15T12:00:00Z") },
        };
        SlotQuery query = { .offer = &offer,
                .now = at("2026-06-01T00:00:00Z"),
                .from = at("2026-06-15T00:00:00Z"),
                .to = at("2026-06-16T00:00:00Z") };
        assert_int_equal(slots_find(&query, &list), 0);
        assert_int_equal(list.n, 0);
        query.spans = spans;
        query.n_spans = 3;
        assert_int_equal(slots_find(&query, &list), 0);
        write_slots(&offer, &list, found, sizeof(found));
        assert_string_equal(found, "08:00/30 08:30/30 09:30/30");
}

static void test_slot_check__takes_free_slots_only(void **state)
{
        (void)state;
        CLEANUP(event_freep) Event *event = parse(HEAD HOST MONDAYS TAIL);
        Offer offer;
        assert_int_equal(offer_read(event, utc, &offer), 0);
        const Busy busy = { ON(8, 30, 9, 0), MEETING };
        SlotQuery query = { .offer = &offer, .busy = &busy, .n_busy = 1, .now = at("2026-06-01T00:00:00Z") };
        Slot found, wanted = { .start = at("2026-06-15T09:00:00Z"), .end = at("2026-06-15T09:30:00Z") };
        assert_int_equal(slot_check(&query, &wanted, &found), 0);
        assert_int_equal(found.seats_left, 1);
        assert_int_equal(slot_check_time(&query, &wanted), 0);
        /* A start between two slots, and a length that is not offered. */
        Slot between = { .start = at("2026-06-15T09:10:00Z"), .end = at("2026-06-15T09:40:00Z") };
        Slot longer = { .start = at("2026-06-15T09:00:00Z"), .end = at("2026-06-15T10:00:00Z") };
        Slot taken = { .start = at("2026-06-15T08:30:00Z"), .end = at("2026-06-15T09:00:00Z") };
        assert_int_equal(slot_check(&query, &between, &found), SLOT_E_TAKEN);
        assert_int_equal(slot_check(&query, &longer, &found), SLOT_E_TAKEN);
        assert_int_equal(slot_check(&query, &taken, &found), SLOT_E_TAKEN);
        /* The host may propose any time that is free. */
        assert_int_equal(slot_check_time(&query, &between), 0);
        assert_int_equal(slot_check_time(&query, &taken), SLOT_E_TAKEN);
        /* Outside the hours, but never outside the event. */
        const SlotSpan span = { at("2026-06-15T00:00:00Z"), at("2026-06-16T00:00:00Z") };
        Slot evening = { .start = at("2026-06-15T20:00:00Z"), .end = at("2026-06-15T20:30:00Z") };
        Slot later = { .start = at("2026-06-16T20:00:00Z"), .end = at("2026-06-16T20:30:00Z") };
        offer.of_event = "e@x";
        query.spans = &span;
        query.n_spans = 1;
        assert_int_equal(slot_check_time(&query, &evening), 0);
        assert_int_equal(slot_check_time(&query, &later), SLOT_E_TAKEN);
}

/* The reason why there are no slots on 1 June 2026 or later, without an event in the store. */
static void test_slots_why__finds_the_reason(void **state)
{
        (void)state;
        static const SlotSpan noon = { (JUNE_15 + 43200) * USEC_PER_SEC, (JUNE_15 + 50400) * USEC_PER_SEC };
        static const Busy always = { .start = 0, .end = USEC_INFINITY - 1 };
        static const struct {
                int line;
                const char *text;
                size_t n_spans, n_busy;
                SlotWhy expected;
        } cases[] = {
                { __LINE__, HEAD HOST MONDAYS TAIL, 0, 0, SLOT_WHY_NONE },
                { __LINE__, HEAD HOST MONDAYS TAIL, 0, 1, SLOT_WHY_TAKEN },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-EVENT:e@x\r\n" MONDAYS TAIL, 0, 0,
                                SLOT_WHY_NO_EVENT },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-EVENT:e@x\r\n" MONDAYS TAIL, 1, 0,
                                SLOT_WHY_OUTSIDE },
                { __LINE__, HEAD HOST "DTSTART:20260101T000000Z\r\nDTEND:20260601T000000Z\r\n" MONDAYS TAIL,
                                0, 0, SLOT_WHY_ENDED },
                { __LINE__, HEAD HOST "DTSTART:20261201T000000Z\r\n" MONDAYS TAIL, 0, 0, SLOT_WHY_LATER },
                { __LINE__,
                                HEAD HOST
                                "X-CONVENED-MEETING-NOTICE:P10D\r\nX-CONVENED-MEETING-HORIZON:P9D\r\n" MONDAYS
                                                TAIL,
                                0, 0, SLOT_WHY_NOTICE },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-HORIZON:P6D\r\n" MONDAYS TAIL, 0, 0,
                                SLOT_WHY_NO_HOURS },
                { __LINE__, HEAD HOST "X-CONVENED-MEETING-DURATION:PT3H\r\n" MONDAYS TAIL, 0, 0,
                                SLOT_WHY_SHORT },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(event_freep) Event *event = parse(cases[i].text);
                Offer offer;
                SlotWhy why;
                assert_int_equal(offer_read(event, utc, &offer), 0);
                const SlotQuery query = { .offer = &offer,
                        .spans = &noon,
                        .n_spans = cases[i].n_spans,
                        .busy = &always,
                        .n_busy = cases[i].n_busy,
                        .now = at("2026-06-01T00:00:00Z") };
                assert_int_equal(slots_why(&query, &why), 0);
                if (why != cases[i].expected)
                        fail_msg("line %d: %d, not %d", cases[i].line, why, cases[i].expected);
        }
}

static void test_slots__have_a_maximum(void **state)
{
        (void)state;
        CLEANUP(event_freep)
        Event *event = parse(HEAD HOST
                        "X-CONVENED-MEETING-DURATION:PT5M\r\nX-CONVENED-MEETING-HORIZON:P400D\r\n" AVAILABLE
                                        HOURS("Europe/Berlin", "20260608T000000",
                                                        "20260609T000000") "RRULE:FREQ=DAILY\r\n" END TAIL);
        CLEANUP(slot_list_done) SlotList list = { 0 };
        Offer offer;
        assert_int_equal(offer_read(event, utc, &offer), 0);
        SlotQuery query = { .offer = &offer, .now = at("2026-06-01T00:00:00Z"), .to = USEC_INFINITY };
        assert_int_equal(slots_find(&query, &list), SLOT_E_TOO_MANY);
        query.to = at("2026-06-09T00:00:00Z");
        assert_int_equal(slots_find(&query, &list), 0);
        assert_int_equal(list.n, 26 * 12);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_slots__follow_the_rules),
                cmocka_unit_test(test_slots__are_correct_across_dst_changes),
                cmocka_unit_test(test_slots__are_within_the_event),
                cmocka_unit_test(test_slot_check__takes_free_slots_only),
                cmocka_unit_test(test_slots__have_a_maximum),
                cmocka_unit_test(test_slots_why__finds_the_reason),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
