#pragma once

/* Limits on the number of meetings that visitors ask for within a day. */

#include "store/meeting.h"

enum {
        MEETING_E_MANY_ADDRESS = CONDITIONS_STORE +
                                 45, /* too many requests to one mailbox wait for its confirmation */
        MEETING_E_MANY = CONDITIONS_STORE + 46, /* too many requests, from one network or in total */
};

typedef struct MeetingLimits {
        int per_address; /* requests whose address was never confirmed */
        int per_network, per_day;
} MeetingLimits;

/**
 * meeting_limit_check() - whether the requests of the 24 hours before @now are within the limits. They
 * include the request that the caller's transaction has just added. Requests with a time in the future,
 * written when the clock was ahead, are not counted.
 *
 * Return: 0, MEETING_E_MANY, MEETING_E_MANY_ADDRESS, a condition of the store, negative errno.
 */
int meeting_limit_check(
                Store *store, const MeetingVisitor *visitor, const MeetingLimits *limits, usec_t now);
