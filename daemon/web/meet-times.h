#pragma once

/*
 * The free times of one offer on a page: links to its days, and the times of one day as choices of a form. A
 * day is a day of the reader's clock. Where the host's clock differs, its time is shown, too.
 */

#include "meet/offers.h"
#include "meet/work.h"
#include "web/page.h"

enum {
        MEET_DAY_SIZE = 16,           /* "2027-01-30" */
        MEET_LENGTH_SIZE = 24,        /* of seconds, as text */
        MEET_DAYS_PER_PAGE = 14,      /* links to days at once */
        MEET_PROPOSED_DAYS_SHOWN = 5, /* with boxes to tick */
        MEET_BOXES_MAX = 2048,        /* of one form; five days of a start every five minutes are 1440 */
};

/** The choices of the reader, from the query. */
typedef struct MeetWish {
        const PageView *view; /* borrowed for the life of the times */
        const Zone *zone;     /* the clock to show; NULL: the host's */
        usec_t length;        /* a length that the offer does not have counts as the shortest */
        const char *day; /* the day to show, "2027-01-30" by that clock; if NULL or invalid, `at` is used */
        usec_t at;       /* the day of this time is shown; 0 for the first day with a free time */
        const char *leave_out; /* UID of a booking whose slots count as free; NULL for none */
} MeetWish;

typedef struct MeetTimes {
        const PageView *view;
        const Zone *zone; /* of the days and of the reader's clock */
        OfferSlots offer;
        SlotList list; /* of one length */
        usec_t length;
        int64_t *days; /* the days with free times, in order, counted from 1970-01-01 */
        size_t n_days;
        size_t day;   /* index of the shown one */
        usec_t first; /* the first time of the shown day; the present time if nothing is free */
} MeetTimes;

/**
 * meet_times_load() - find the free times from now on
 * @record: the offer's object, borrowed for the call
 * Return: as offer_slots_load(). In every case the caller must call meet_times_done().
 */
int meet_times_load(Store *store, const ObjectRecord *record, const MeetWish *wish, MeetTimes *ret);
void meet_times_done(MeetTimes *times);

/**
 * meet_times_find() - as meet_times_load() for an offer that is in `ret->offer` already
 * Return: 0, -ENOMEM. In every case the caller must call meet_times_done().
 */
int meet_times_find(const MeetWish *wish, MeetTimes *ret);

/** meet_times_read_day() - read "2027-01-30" as days since 1970-01-01; 0 for anything else */
int64_t meet_times_read_day(const char *text);

/** meet_times_read() - read the value of a choice; 0 for anything else */
usec_t meet_times_read(const char *text);

/**
 * meet_times_read_local() - read the value of an HTML input of type "datetime-local", "2027-01-30T10:00"
 * @zone: of the clock
 * Return: the time; 0 for anything else.
 */
usec_t meet_times_read_local(const char *text, const Zone *zone);

/**
 * meet_times_write_clocks() - write the zones of the two clocks, with a link to the choice of a zone
 * @at: the offsets from UTC are those at this time; a choice with another offset names it
 */
void meet_times_write_clocks(
                Buffer *out, const PageView *view, const Zone *zone, const Zone *host, usec_t at);

/**
 * meet_times_write_span() - write "1 March 2027, 10:00–10:30, Moscow, UTC+3", and the same for the host's
 * clock
 */
void meet_times_write_span(Buffer *out, const PageView *view, const Zone *zone, const Zone *host,
                const BookingTime *time);

/**
 * meet_times_write_days() - write the links to the days
 * @fields: the rest of the query, ended by one without a name
 */
void meet_times_write_days(Buffer *out, const MeetTimes *times, const PageField *fields);

/** meet_times_write_choices() - write one choice of each time of the shown day, named "time" */
void meet_times_write_choices(Buffer *out, const MeetTimes *times);

/**
 * meet_times_write_boxes() - write boxes to tick for the shown day and the next ones, named "time.0" and so
 * on
 */
void meet_times_write_boxes(Buffer *out, const MeetTimes *times);

/** meet_times_write_given() - write one choice of each given time, named "time", with dates */
void meet_times_write_given(Buffer *out, const PageView *view, const Zone *zone, const Zone *host,
                const BookingTime *given, size_t n);
