#pragma once

/* Inside of web/ only: a meeting as its page shows it to one side, and the writer of that page. */

#include "meet/booking-event.h"
#include "meet/booking.h"
#include "meet/counter.h"
#include "web/meet-times.h"

/** The form that the page shows below the state of the meeting */
typedef enum MeetingTask {
        MEETING_TASK_NONE,
        MEETING_TASK_MOVE,
        MEETING_TASK_PROPOSE,
        MEETING_TASK_DELEGATE,
} MeetingTask;

typedef struct MeetingView {
        PageView view;
        Store *store;
        const char *link; /* the last part of the page's path; borrowed */
        MeetingToken token;
        Meeting *meeting;
        MeetParties parties;
        const Zone *zone, *host_zone;            /* of the reader, and of the host */
        BookingTime proposed[BOOKING_TIMES_MAX]; /* those that are not past */
        size_t n_proposed;
        bool is_lost;  /* times are proposed, but the store has lost them */
        bool is_own;   /* the side of the token made the step after the token's revision */
        bool is_moved; /* the meeting was moved after the token's revision */
        bool is_kept;  /* after it, only representatives were named, or ended their delegation */
        MeetingTask task;
        MeetTimes times;      /* for a task */
        BookingResult result; /* `nearest` is shown */
        Counter counter;      /* a proposal that has no answer yet; its role is 0 if there is none */
        Meeting *clash;       /* for the visitor: another meeting at one of the times; NULL for none */
        MeetParties clash_parties;
} MeetingView;

void meeting_view_done(MeetingView *meeting);

/**
 * meeting_view_load() - read the meeting of a token
 * @meeting: the caller has set its view and store, and must call meeting_view_done() in every case
 * @token:   borrowed for the life of @meeting
 * Return: 0, STORE_E_NOT_FOUND if there is no such token, others as the store's.
 */
int meeting_view_load(MeetingView *meeting, const char *token);

/**
 * meeting_view_read_people() - read `parties` and `counter` of the meeting
 * Return: 0, others as the store's.
 */
int meeting_view_read_people(MeetingView *meeting);

/** meeting_task_name() - return the name of a task in a query, static; NULL for none */
const char *meeting_task_name(MeetingTask task);

/** meeting_view_side() - return the side of the reader: the host's or the visitor's */
MeetingRole meeting_view_side(const MeetingView *meeting);

/** meeting_view_other() - return the name of the other side */
const char *meeting_view_other(const MeetingView *meeting);

/** meeting_view_allows() - whether a step is possible now, with this token */
bool meeting_view_allows(const MeetingView *meeting, MeetingStep step);

/** meeting_view_has_counter() - whether the reader can see, and the other side answer, a counter-proposal */
bool meeting_view_has_counter(const MeetingView *meeting);

/** meeting_view_write() - write the page; @notice: a plain sentence for its top; NULL for none */
void meeting_view_write(Buffer *out, const MeetingView *meeting, const char *notice);
