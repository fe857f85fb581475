#include "service/meeting-source.h"

#include "base/log.h"
#include "meet/booking.h"
#include "remind/due.h"

#include <inttypes.h>
#include <string.h>

enum { AT_ONCE_MAX = 20 /* holds ended in one call, for a few milliseconds */ };

/* Postpones a hold that cannot be ended, so that it does not delay the mails. */
static int postpone(const DueWork *work, int64_t meeting, int r)
{
        log_error("the hold of meeting %" PRId64 " cannot be ended, and is tried again in a day: %s",
                        meeting, r < 0 ? strerror(-r) : store_explain(work->store, r));
        return meeting_postpone(work->store, meeting, work->now, work->now + USEC_PER_DAY);
}

static int end_first(const DueWork *work, bool *ret_more)
{
        const BookingWork booking = { work->store, work->config, work->now };
        int64_t meeting = 0;
        int r = meeting_expired(work->store, work->now, &meeting);
        *ret_more = r == 0 && meeting != 0;
        if (!*ret_more)
                return r;
        r = booking_expire(&booking);
        *ret_more = r == 0;
        if (r == STORE_E_NOT_FOUND)
                return 0;
        return r == 0 || due_is_fault_of_store(r) ? r : postpone(work, meeting, r);
}

static int process(const DueWork *work)
{
        bool more = true;
        int r = 0;
        for (int i = 0; r == 0 && more && i < AT_ONCE_MAX; i++)
                r = end_first(work, &more);
        return r == 0 ? booking_follow_hosts(&(BookingWork){ work->store, work->config, work->now }) : r;
}

static int next(Store *store, usec_t *ret)
{
        int64_t n_notes = 0;
        int r = meeting_noted_hosts(store, &n_notes);
        if (r != 0)
                return r;
        *ret = 0;
        return n_notes > 0 ? 0 : meeting_next_expiry(store, ret);
}

const DueSource meeting_source = {
        .name = "meetings",
        .next = next,
        .process = process,
};
