#pragma once

/*
 * A store with a host and two offers, "AUTO" and "HOST" by the kind of their confirmation, for tests of
 * bookings. The steps are made at given times.
 */

#include "meet/booking.h"

#include "calendar/event.h"
#include "contact/card.h"
#include "meet/booking-event.h"
#include "store/object.h"

#include "scratch.h"

#define NOW     (20791 * USEC_PER_DAY) /* 2026-12-04, in UTC */
#define MINUTES (60 * USEC_PER_SEC)

/* Ten o'clock in Moscow, after the end of each hold. */
#define TEN (NOW + 10 * USEC_PER_DAY + 420 * MINUTES)

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Store *store;
        Config *config;
} Fixture;

/* @address: NULL for a card without one */
static inline void put_host(Fixture *f, const char *uid, const char *address)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        char text[256];
        snprintf(text, sizeof(text),
                        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:%s\r\nFN:Host\r\n%s%s%sEND:VCARD\r\n", uid,
                        address ? "EMAIL:" : "", address ? address : "", address ? "\r\n" : "");
        const ObjectPut put = { .collection = COLLECTION_CONTACTS, .now = NOW };
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        assert_int_equal(object_put_card(f->store, card, &put, &outcome), 0);
}

static inline void put_event(Fixture *f, const char *text)
{
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        const ObjectPut put = {
                .collection = COLLECTION_EVENTS, .fallback = f->config->time_zone, .now = NOW
        };
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        assert_int_equal(object_put_event(f->store, event, &put, &outcome), 0);
}

/*
 * Puts an offer of meetings, each day between ten and five o'clock. @length: "PT30M"; @rule: of the hours;
 * @more: further lines
 */
static inline void put_offer_of(Fixture *f, const char *uid, const char *host, const char *confirm,
                const char *length, const char *rule, const char *more)
{
        char text[4096];
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VAVAILABILITY\r\n"
                        "UID:%s\r\nDTSTAMP:20260101T000000Z\r\nX-CONVENED-MEETING-HOST:%s\r\n"
                        "X-CONVENED-MEETING-DURATION:%s\r\nX-CONVENED-MEETING-CONFIRM:%s\r\n%s"
                        "BEGIN:AVAILABLE\r\nUID:%s-hours\r\nDTSTAMP:20260101T000000Z\r\n"
                        "DTSTART;TZID=Europe/Moscow:20260101T100000\r\n"
                        "DTEND;TZID=Europe/Moscow:20260101T170000\r\nRRULE:%s\r\n"
                        "END:AVAILABLE\r\nEND:VAVAILABILITY\r\nEND:VCALENDAR\r\n",
                        uid, host, length, confirm, more, uid, rule);
        put_event(f, text);
}

/* Puts an offer of meetings of half an hour on each day. */
static inline void put_offer_with(
                Fixture *f, const char *uid, const char *host, const char *confirm, const char *more)
{
        put_offer_of(f, uid, host, confirm, "PT30M", "FREQ=DAILY", more);
}

static inline void put_offer(Fixture *f, const char *uid, const char *host, const char *confirm)
{
        put_offer_with(f, uid, host, confirm, "");
}

static inline int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
        f->config = scratch_config(f->directory, f->zones,
                        "time_zone = \"Europe/Moscow\";\n"
                        "mail = { from = \"Office <office@example.org>\"; };\n"
                        "bounces = { address = \"answers@example.org\"; mailbox = \"maildir:%s\"; };\n",
                        f->directory);
        assert_int_equal(collection_ensure(f->store, COLLECTION_EVENTS, false, "Europe/Moscow"), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_CONTACTS, true, NULL), 0);
        put_host(f, "host", "host@example.org");
        put_offer(f, "AUTO", "host", "AUTO");
        put_offer(f, "HOST", "host", "HOST");
        *state = f;
        return 0;
}

static inline int tear_down(void **state)
{
        Fixture *f = *state;
        scratch_close(f->directory, f->store, f->config, f->zones);
        free(f);
        return 0;
}

static inline BookingAsk ask_for(const char *offer, usec_t start)
{
        return (BookingAsk){
                .offer = offer,
                .start = start,
                .visitor = { "Visitor", "Firm", "visitor@example.org", "Topic", "en", "Europe/Moscow", "" },
        };
}

/* Asks for a slot. @uid: set on success */
static inline int ask(Fixture *f, const char *offer, usec_t start, usec_t now, char uid[static 64])
{
        CLEANUP(booking_result_done) BookingResult result = { 0 };
        const BookingWork work = { f->store, f->config, now };
        const BookingAsk wanted = ask_for(offer, start);
        int r = booking_ask(&work, &wanted, &result);
        if (r == 0)
                snprintf(uid, 64, "%s", result.meeting->uid);
        return r;
}

static inline int step_at(Fixture *f, const char *uid, MeetingRole role, MeetingStep step, usec_t now,
                const usec_t *starts, size_t n)
{
        CLEANUP(booking_result_done) BookingResult result = { 0 };
        const BookingWork work = { f->store, f->config, now };
        BookingTime times[BOOKING_TIMES_MAX] = { { 0 } };
        for (size_t i = 0; i < n; i++)
                times[i].start = starts[i];
        const BookingStep wanted = { .uid = uid, .role = role, .step = step, .times = times, .n_times = n };
        return booking_step(&work, &wanted, &result);
}

static inline int confirm(Fixture *f, const char *uid, usec_t now)
{
        return step_at(f, uid, MEETING_VISITOR, MEETING_STEP_CONFIRM, now, NULL, 0);
}

static inline int name_delegate(Fixture *f, const char *uid, MeetingRole side, const char *address)
{
        CLEANUP(booking_result_done) BookingResult result = { 0 };
        const BookingWork work = { f->store, f->config, NOW };
        const BookingDelegate delegate = { address, "" };
        const BookingStep step = {
                .uid = uid, .role = side, .step = MEETING_STEP_DELEGATE, .delegate = &delegate
        };
        return booking_step(&work, &step, &result);
}

static inline Meeting *get(Fixture *f, const char *uid)
{
        Meeting *meeting;
        assert_int_equal(meeting_get_by_uid(f->store, uid, &meeting), 0);
        return meeting;
}
