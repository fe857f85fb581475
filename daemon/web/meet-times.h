#pragma once

/*
 * The free times of one offer on a page: links to its days, and the times of one day as choices of a form.
 * Days and times are in the zone of the MeetWish. If the host's zone has another offset from UTC at a time,
 * the time in the host's zone is shown, too.
 */

#include "meet/offers.h"
#include "meet/work.h"
#include "web/page.h"

enum {
        MEET_DAY_SIZE = 16,           /* "2027-01-30" */
        MEET_LENGTH_SIZE = 24,        /* of minutes, as text */
        MEET_DAYS_PER_PAGE = 14,      /* links to days at once */
        MEET_PROPOSED_DAYS_SHOWN = 5, /* with boxes to tick */
        MEET_BOXES_MAX = 2048,        /* of one form; five days of a start every five minutes are 1440 */
};

/** The choices of the reader, from the query. */
typedef struct MeetWish {
        const PageView *view; /* borrowed for the life of the times */
        const Zone *zone;     /* of the shown days and times; NULL for the host's zone */
        usec_t length;        /* a length that neither the offer nor `moved` has counts as the shortest */
        const char *day; /* the day to show, "2027-01-30" in that zone; if NULL or invalid, `at` is used */
        usec_t at;       /* the day of this time is shown; 0 for the first day with a free time */
        const Meeting *moved; /* a booking that is moved: its slots count as free; NULL for none */
} MeetWish;

typedef struct MeetTimes {
        const PageView *view;
        const Zone *zone; /* of the shown days and times */
        OfferSlots offer;
        SlotList list; /* the free slots of `length`, in order of start */
        usec_t length;
        int64_t *days; /* the days with free times, in order, counted from 1970-01-01 */
        size_t n_days;
        size_t day;   /* index of the shown day in `days` */
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

/** meet_times_read_day() - read "2027-01-30" as days since 1970-01-01; 0 for other texts and NULL */
int64_t meet_times_read_day(const char *text);

/** meet_times_read() - read a choice's value as microseconds since the epoch; 0 for other texts and NULL */
usec_t meet_times_read(const char *text);

/**
 * meet_times_read_local() - read the value of an HTML input of type "datetime-local", "2027-01-30T10:00"
 * @zone: of the date and time in @text
 * Return: microseconds since the epoch; 0 for other texts and NULL.
 */
usec_t meet_times_read_local(const char *text, const Zone *zone);

/**
 * meet_times_write_clocks() - write the names of the shown zone and, if it is another one, of the host's
 * zone, with a link to the choice of a zone
 * @at: the offsets from UTC are those at this time
 */
void meet_times_write_clocks(
                Buffer *out, const PageView *view, const Zone *zone, const Zone *host, usec_t at);

/**
 * meet_times_write_span() - write "1 March 2027, 10:00–10:30, Moscow, UTC+3" and, if the host's zone has
 * another offset at @time, the same in the host's zone
 */
void meet_times_write_span(Buffer *out, const PageView *view, const Zone *zone, const Zone *host,
                const BookingTime *time);

/**
 * meet_times_write_days() - write the links to the days
 * @fields: the rest of the query, ended by one without a name
 */
void meet_times_write_days(Buffer *out, const MeetTimes *times, const PageField *fields);

/** meet_times_write_choices() - write a radio button named "time" for each time of the shown day */
void meet_times_write_choices(Buffer *out, const MeetTimes *times);

/**
 * meet_times_write_boxes() - write check boxes named "time.0" and so on for the times of the shown day and
 * of the next days, MEET_PROPOSED_DAYS_SHOWN days in all
 */
void meet_times_write_boxes(Buffer *out, const MeetTimes *times);

/** meet_times_write_given() - write a radio button named "time" for each given time, with its date */
void meet_times_write_given(Buffer *out, const PageView *view, const Zone *zone, const Zone *host,
                const BookingTime *given, size_t n);
