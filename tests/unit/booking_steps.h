#pragma once

/* For the tests of bookings: steps of both sides, and the mails that they cause. */

#include "meet/compose.h"
#include "meet/mails.h"
#include "outbox/job.h"
#include "store/ledger.h"
#include "store/query.h"

#include <errno.h>
#include <sys/resource.h>

#include "bookings.h"

static inline void ask_host(Fixture *f, usec_t start, usec_t now, char uid[static 64])
{
        assert_int_equal(ask(f, "HOST", start, now, uid), 0);
        assert_int_equal(confirm(f, uid, now), 0);
}

static inline usec_t hold_of(Fixture *f, const char *uid)
{
        CLEANUP(meeting_freep) Meeting *meeting = get(f, uid);
        return meeting->expires;
}

static inline int move_to(Fixture *f, const char *uid, MeetingRole role, usec_t start, usec_t now)
{
        return step_at(f, uid, role, MEETING_STEP_MOVE, now, &start, 1);
}

static inline int count(Fixture *f, const char *uid, const char *text)
{
        CLEANUP(booking_event_done) BookingEvent booking;
        assert_int_equal(booking_event_load(f->store, uid, &booking), 0);
        int n = 0;
        for (const char *at = strstr(booking.record->text, text); at; at = strstr(at + 1, text))
                n++;
        return n;
}

static inline void answer(Fixture *f, const char *uid, const char *address, const char *partstat)
{
        CLEANUP(booking_event_done) BookingEvent booking;
        const BookingWork work = { f->store, f->config, NOW };
        assert_int_equal(booking_event_load(f->store, uid, &booking), 0);
        person_set_partstat(booking_people_find(&booking.people, address), partstat);
        assert_int_equal(booking_event_save(&work, &booking, NULL), 0);
}

#define BOOKING_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
