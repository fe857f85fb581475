/*
 * Adds mails about the booked meetings of hosts whose address has changed: to the new and the former
 * address.
 */

#include "base/array.h"
#include "meet/booking-mail.h"
#include "meet/booking.h"
#include "meet/readdress.h"

#include <errno.h>
#include <stdlib.h>

/* The booked meetings that have not ended; a few hundred at most. */
typedef struct Booked {
        int64_t *ids;
        size_t n;
} Booked;

static void booked_done(Booked *booked)
{
        free(booked->ids);
}

static int on_meeting(const Meeting *meeting, void *userdata)
{
        Booked *booked = userdata;
        if (meeting->state != MEETING_BOOKED)
                return 0;
        int64_t *ids = array_grow(booked->ids, booked->n, sizeof(*ids));
        if (!ids)
                return -ENOMEM;
        booked->ids = ids;
        ids[booked->n++] = meeting->id;
        return 0;
}

static int follow(const BookingWork *work, int64_t id)
{
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        bool is_readdressed = false;
        int r = meeting_get(work->store, id, &meeting);
        if (r != 0 || meeting->state != MEETING_BOOKED)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        r = readdress_host(work, meeting, &is_readdressed);
        if (r != 0 || !is_readdressed)
                return r;
        r = booking_mail_add_readdressed(work, meeting);
        return r != 0 ? r : booking_mail_add_invitation(work, meeting);
}

static int follow_one(const BookingWork *work, int64_t id)
{
        StoreWrite write;
        int r = store_write_begin(work->store, &write);
        return r != 0 ? r : store_write_end(&write, follow(work, id));
}

int booking_follow_hosts(const BookingWork *work)
{
        CLEANUP(booked_done) Booked booked = { .n = 0 };
        int64_t n_notes = 0;
        int r = meeting_noted_hosts(work->store, &n_notes);
        if (r != 0 || n_notes == 0)
                return r;
        r = meeting_each(work->store, NULL, work->now, on_meeting, &booked);
        for (size_t i = 0; r == 0 && i < booked.n; i++)
                r = follow_one(work, booked.ids[i]);
        return r == 0 ? meeting_forget_notes(work->store, n_notes) : r;
}
