#pragma once

/*
 * Lines of the simulations' scripts about meetings:
 *
 *     ask NAME OFFER START ADDRESS ZONE       a visitor asks for a meeting; NAME is a small number, and
 *                                             becomes its topic
 *     step NAME ROLE STEP [START...|ADDRESS]  one of meeting_step_name(); a refused step does nothing
 *
 * Times are microseconds since the epoch.
 */

#include "meet/booking.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEETINGS_MAX = 10000 };

/** The UIDs of meetings by NAME; NULL if a request was refused */
typedef struct MeetingScript {
        char *uids[MEETINGS_MAX];
} MeetingScript;

static inline void meeting_script_done(MeetingScript *script)
{
        for (size_t i = 0; i < MEETINGS_MAX; i++)
                free(script->uids[i]);
}

static inline void meeting_script_fail(const char *text, int r)
{
        fprintf(stderr, "%s: %d\n", text, r);
        exit(1);
}

static inline void meeting_script_ask(MeetingScript *script, const BookingWork *work, const char *text)
{
        CLEANUP(booking_result_done) BookingResult result = { .n_nearest = 0 };
        char name[16], offer[64], address[64], zone[64];
        BookingAsk ask = { .offer = offer };
        if (sscanf(text, "%15s %63s %" SCNd64 " %63s %63s", name, offer, &ask.start, address, zone) != 5)
                meeting_script_fail(text, -1);
        ask.visitor = (MeetingVisitor){ .name = "",
                .organisation = "",
                .address = address,
                .topic = name,
                .language = "en",
                .zone = zone,
                .network = "" };
        int r = booking_ask(work, &ask, &result);
        if (r < 0)
                meeting_script_fail(text, r);
        if (r == 0)
                script->uids[atoi(name) % MEETINGS_MAX] = strdup(result.meeting->uid);
}

static inline MeetingStep meeting_script_step_of(const char *name)
{
        MeetingStep step = MEETING_STEP_CONFIRM;
        while (step <= MEETING_STEP_RETURN && strcmp(meeting_step_name(step), name) != 0)
                step++;
        return step;
}

static inline MeetingRole meeting_script_role_of(const char *name)
{
        MeetingRole role = MEETING_VISITOR;
        while (role <= MEETING_ROLE_LAST && strcmp(meeting_role_name(role), name) != 0)
                role++;
        return role;
}

static inline size_t meeting_script_times(const char *text, BookingTime ret[static BOOKING_TIMES_MAX])
{
        size_t n = 0;
        int end;
        for (; n < BOOKING_TIMES_MAX; text += end, n++) {
                ret[n] = (BookingTime){ .start = 0 };
                if (sscanf(text, " %" SCNd64 "%n", &ret[n].start, &end) != 1)
                        break;
        }
        return n;
}

static inline void meeting_script_step(
                const MeetingScript *script, const BookingWork *work, const char *text)
{
        CLEANUP(booking_result_done) BookingResult result = { .n_nearest = 0 };
        BookingTime times[BOOKING_TIMES_MAX];
        int number, end = 0;
        char role[32], step[32], address[64] = "";
        if (sscanf(text, "%d %31s %31s%n", &number, role, step, &end) != 3)
                meeting_script_fail(text, -1);
        sscanf(text + end, "%63s", address);
        const BookingDelegate delegate = { address, "" };
        const BookingStep booking = {
                .uid = script->uids[number % MEETINGS_MAX],
                .role = meeting_script_role_of(role),
                .step = meeting_script_step_of(step),
                .times = times,
                .n_times = strchr(address, '@') ? 0 : meeting_script_times(text + end, times),
                .delegate = &delegate,
        };
        int r = booking.uid ? booking_step(work, &booking, &result) : BOOKING_E_UNKNOWN;
        if (r < 0)
                meeting_script_fail(text, r);
}

/** meeting_script_end_holds() - end the holds whose time is over, as the daemon does */
static inline void meeting_script_end_holds(const BookingWork *work)
{
        usec_t next = 0;
        int r;
        while ((r = meeting_next_expiry(work->store, &next)) == 0 && next <= work->now)
                if ((r = booking_expire(work)) != 0)
                        break;
        if (r != 0)
                meeting_script_fail("end of a hold", r);
}
