#include "store/meeting-limit.h"

#include "store/address.h"
#include "store/query.h"

#include <string.h>

/* The number of requests within a day. */
typedef struct RecentMeetings {
        const MeetingVisitor *visitor;
        char mailbox[ADDRESS_SIZE];
        int of_mailbox, of_network, of_day;
} RecentMeetings;

/*
 * A meeting that expired or was withdrawn in its second revision was never confirmed: that was its first
 * step.
 */
static bool is_unconfirmed(MeetingState state, int64_t revision)
{
        return state == MEETING_HELD ||
               ((state == MEETING_EXPIRED || state == MEETING_CANCELLED) && revision == 2);
}

static int count_row(DbStatement *row, void *userdata)
{
        RecentMeetings *recent = userdata;
        char mailbox[ADDRESS_SIZE];
        address_mailbox(db_text(row, 0, NULL), mailbox);
        recent->of_mailbox += strcmp(mailbox, recent->mailbox) == 0 &&
                              is_unconfirmed((MeetingState)db_int(row, 2), db_int(row, 3));
        recent->of_network += strcmp(db_text(row, 1, NULL), recent->visitor->network) == 0;
        recent->of_day += db_text(row, 1, NULL)[0] !=
                          '\0'; /* a meeting that the office arranged has no network */
        return 0;
}

int meeting_limit_check(Store *store, const MeetingVisitor *visitor, const MeetingLimits *limits, usec_t now)
{
        RecentMeetings recent = { .visitor = visitor };
        address_mailbox(visitor->address, recent.mailbox);
        int r = QUERY_EACH(store, count_row, &recent,
                        "SELECT address, network, state, revision FROM meeting WHERE created > $1 AND created <= $2",
                        BIND_I(now - USEC_PER_DAY), BIND_I(now));
        if (r != 0)
                return r;
        if (recent.of_network > limits->per_network || recent.of_day > limits->per_day)
                return MEETING_E_MANY;
        return recent.of_mailbox > limits->per_address ? MEETING_E_MANY_ADDRESS : 0;
}
