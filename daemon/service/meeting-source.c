#include "service/meeting-source.h"

#include "meet/booking.h"

enum { AT_ONCE_MAX = 20 /* holds ended in one call, for a few milliseconds */ };

static int process(const DueWork *work)
{
        const BookingWork booking = { work->store, work->config, work->now };
        int r = 0;
        for (int i = 0; r == 0 && i < AT_ONCE_MAX; i++)
                r = booking_expire(&booking);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int next(Store *store, usec_t *ret)
{
        return meeting_next_expiry(store, ret);
}

/* Does nothing: the due times are stored with the holds. */
static int rewind_none(Store *store, usec_t now, int64_t *ret_n)
{
        (void)store, (void)now;
        *ret_n = 0;
        return 0;
}

const DueSource meeting_source = {
        .name = "meetings",
        .next = next,
        .process = process,
        .rewind = rewind_none,
};
