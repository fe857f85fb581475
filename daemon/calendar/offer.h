#pragma once

/*
 * An offer: the hours in which a host can be met, and the conditions of a meeting. It is a VAVAILABILITY
 * object (RFC 7953): its AVAILABLE components are the hours, and its own X-CONVENED-MEETING-* properties are
 * the conditions. A VAVAILABILITY without X-CONVENED-MEETING-HOST is kept, but offers nothing.
 *
 *   X-CONVENED-MEETING-HOST:UID        the contact (vCard) who can be met; once
 *   X-CONVENED-MEETING-DURATION:PT30M  length of a meeting; several lines for a choice; PT30M by default
 *   X-CONVENED-MEETING-BUFFER-BEFORE:PT10M, X-CONVENED-MEETING-BUFFER-AFTER:PT5M
 *                                      free time before and after a meeting; none by default
 *   X-CONVENED-MEETING-NOTICE:PT2H     the shortest time from the booking to the start; none by default
 *   X-CONVENED-MEETING-HORIZON:P30D    the longest time from the booking to the start; P90D by default
 *   X-CONVENED-MEETING-DAILY-MAX:6     most meetings of the host on a day in the host's zone; no limit by
 *                                      default
 *   X-CONVENED-MEETING-SEATS:5         most parties in one meeting; 1 by default
 *   X-CONVENED-MEETING-PLACE:Table 4   a place of the meetings; one line for each place
 *   X-CONVENED-MEETING-CONFIRM:HOST    the host confirms each booking; AUTO (the default) books at once
 *   X-CONVENED-MEETING-EVENT:UID       meetings are within this event only, and are listed on its page
 *   X-CONVENED-MEETING-LISTED:FALSE    the host's page is in no list; TRUE by default
 *   X-CONVENED-MEETING-ADDRESSES:TRUE  the two sides see each other's mail address; FALSE by default
 *   X-CONVENED-MEETING-KEEP-DECLINED:TRUE  a meeting that the visitor declines in a calendar program keeps
 *                                      its time until the host cancels or moves it; FALSE by default: it is
 *                                      cancelled
 *   X-CONVENED-TZID:Europe/Moscow      the host's zone; the zone of the first hours by default
 *
 * An AVAILABLE with a LOCATION is only for that place, which need not be among the PLACE lines. An
 * AVAILABLE without a LOCATION is for each of the PLACE lines or, if there are none, for meetings without a
 * place. Days of NOTICE and HORIZON follow the wall clock of the host's zone; lengths and buffers have no
 * days.
 */

#include "base/arena.h"
#include "calendar/event.h"

enum { OFFER_DURATIONS_MAX = 8, OFFER_PLACES_MAX = 64, OFFER_SEATS_MAX = 1000 };

/* Lengths in seconds. */
enum {
        OFFER_LENGTH_DEFAULT = 30 * 60,
        OFFER_LENGTH_MIN = 5 * 60,
        OFFER_LENGTH_MAX = 24 * 3600,
        OFFER_HORIZON_DEFAULT_DAYS = 90,
        OFFER_HORIZON_MAX_DAYS = 400,
};

typedef enum OfferConfirm { OFFER_CONFIRM_AUTO, OFFER_CONFIRM_HOST } OfferConfirm;

typedef struct Offer {
        const Event *event;                  /* the VAVAILABILITY; borrowed, as are all strings below */
        const char *uid;                     /* of the VAVAILABILITY */
        const char *host;                    /* UID of the contact */
        const char *of_event;                /* UID of the event in which the meetings are; NULL for none */
        const char *summary;                 /* "" if there is none */
        const Zone *zone;                    /* the host's wall clock */
        usec_t lengths[OFFER_DURATIONS_MAX]; /* ascending, each once */
        size_t n_lengths;                    /* at least 1 */
        usec_t before, after;                /* the buffers */
        Duration notice, horizon;
        int daily_max; /* 0 for no limit */
        int seats;     /* at least 1 */
        OfferConfirm confirm;
        bool listed;
        bool shows_addresses;                 /* to the other side of a meeting */
        bool keeps_declined;                  /* a decline of the visitor does not cancel the meeting */
        const char *places[OFFER_PLACES_MAX]; /* each once; "" stands for no place */
        size_t n_places;                      /* at least 1 */
        /*
         * The first n_common places are those of hours without a LOCATION; at least 1 if there are such
         * hours.
         */
        size_t n_common;
        When from, to; /* DTSTART and the exclusive end of the VAVAILABILITY; WHEN_NONE if not bounded */
} Offer;

enum {
        OFFER_E_NONE = CONDITIONS_CALENDAR + 5, /* the event is no VAVAILABILITY, or has no host */
};

/**
 * offer_read() - read the conditions of an offer. Unreadable values do not occur: event_parse() refuses
 * them with EVENT_E_INVALID.
 * @event: borrowed, must outlive the offer
 * @zone:  the host's zone if neither X-CONVENED-TZID nor the hours name one; borrowed
 * @ret:   owns nothing
 *
 * Return: 0, OFFER_E_NONE, -ENOMEM.
 */
int offer_read(const Event *event, const Zone *zone, Offer *ret);

/**
 * offer_check() - check the meeting properties of a VAVAILABILITY; for event_parse()
 * Return: 0, EVENT_E_INVALID with the line and the property, -ENOMEM.
 */
int offer_check(const Event *event, InputError *ret_error);

/** offer_place() - return the index of a place in the offer; -1 if the offer does not have the place. */
int offer_place(const Offer *offer, const char *place);

/**
 * offer_earliest() - compute the earliest start, by NOTICE, of a meeting that is booked at @now; both in
 * microseconds since the epoch
 */
usec_t offer_earliest(const Offer *offer, usec_t now);

/** offer_latest() - compute the latest start in the same way, by HORIZON. */
usec_t offer_latest(const Offer *offer, usec_t now);
