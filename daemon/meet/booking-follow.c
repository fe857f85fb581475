/*
 * Adds mails about the meetings of hosts whose address has changed: to the new and the former address. This
 * includes the cancelled meetings whose cancellation the host has not got yet.
 */

#include "base/array.h"
#include "meet/booking-mail.h"
#include "meet/booking.h"
#include "meet/readdress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The booked and cancelled meetings that have not ended; a few hundred at most. */
typedef struct Invited {
        int64_t *ids;
        size_t n;
} Invited;

static void invited_done(Invited *invited)
{
        free(invited->ids);
}

static bool may_be_invited(const Meeting *meeting)
{
        return meeting->state == MEETING_BOOKED || meeting->state == MEETING_CANCELLED;
}

static int on_meeting(const Meeting *meeting, void *userdata)
{
        Invited *invited = userdata;
        if (!may_be_invited(meeting))
                return 0;
        int64_t *ids = array_grow(invited->ids, invited->n, sizeof(*ids));
        if (!ids)
                return -ENOMEM;
        invited->ids = ids;
        ids[invited->n++] = meeting->id;
        return 0;
}

static int on_waiting(const MeetingMail *mail, void *userdata)
{
        *(bool *)userdata |= strcmp(mail->kind, meet_mail_name(MEET_MAIL_CANCEL)) == 0;
        return 0;
}

/* Whether the host has an invitation, and not yet its cancellation. */
static int is_invited(const BookingWork *work, const Meeting *meeting, bool *ret)
{
        *ret = meeting->state == MEETING_BOOKED;
        return meeting->state == MEETING_CANCELLED ? meeting_waiting_mails(work->store, meeting->uid,
                                                                     MEETING_HOST, on_waiting, ret)
                                                   : 0;
}

static int follow(const BookingWork *work, int64_t id)
{
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        Readdressed readdressed = { .is_changed = false };
        bool has_invitation = false;
        int r = meeting_get(work->store, id, &meeting);
        if (r == 0)
                r = is_invited(work, meeting, &has_invitation);
        if (r != 0 || !has_invitation)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        r = readdress_host(work, meeting, &readdressed);
        if (r == 0 && readdressed.has_former)
                r = booking_mail_add_readdressed(work, meeting);
        bool is_new = readdressed.is_changed && meeting->state == MEETING_BOOKED;
        return r == 0 && is_new ? booking_mail_add_invitation(work, meeting) : r;
}

static int follow_one(const BookingWork *work, int64_t id)
{
        StoreWrite write;
        int r = store_write_begin(work->store, &write);
        return r != 0 ? r : store_write_end(&write, follow(work, id));
}

int booking_follow_hosts(const BookingWork *work)
{
        CLEANUP(invited_done) Invited invited = { .n = 0 };
        int64_t n_notes = 0;
        int r = meeting_noted_hosts(work->store, &n_notes);
        if (r != 0 || n_notes == 0)
                return r;
        r = meeting_each(work->store, NULL, work->now, on_meeting, &invited);
        for (size_t i = 0; r == 0 && i < invited.n; i++)
                r = follow_one(work, invited.ids[i]);
        return r == 0 ? meeting_forget_notes(work->store, n_notes) : r;
}
