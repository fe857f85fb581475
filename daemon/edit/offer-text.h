#pragma once

/* Writes the text of an offer (calendar/offer.h) from hours in words and the conditions of its meetings. */

#include "base/conditions.h"
#include "calendar/edit.h"

#define OFFER_PREFIX "X-CONVENED-MEETING-"

enum {
        OFFER_TEXT_E_HOURS = CONDITIONS_EDIT + 40, /* the hours are not understood (edit/hours.h) */
        OFFER_TEXT_E_FROM = CONDITIONS_EDIT + 41,  /* the first day is no date */
        OFFER_TEXT_E_TO = CONDITIONS_EDIT + 42,    /* the last day is no date */
};

/** The offer that shall be; everything is borrowed. */
typedef struct OfferWish {
        const EditProperty *properties; /* to set or remove; the last one has a NULL name */
        const char *const *hours;       /* in words, each as hours_parse() reads it; NULL ends them */
        const char *from, *to;          /* first and last day, 2026-12-01; "" for none; NULL: no change */
        const Zone *zone;               /* of the hours */
        const Event *of_event;          /* recurring hours begin with it; NULL for none */
        const Zone *fallback;           /* of dates and floating times of this event */
        usec_t now;
} OfferWish;

/**
 * offer_text_new() - append a new offer
 * @host: UID of the contact
 * @ret_bad: on OFFER_TEXT_E_HOURS the hours that are not understood, borrowed from the wish
 * Return: 0, OFFER_TEXT_E_*, negative errno.
 */
int offer_text_new(
                const OfferWish *wish, const char *uid, const char *host, Buffer *out, const char **ret_bad);

/** offer_text_changed() - append a changed copy of an offer; without hours in the wish, its hours stay */
int offer_text_changed(const OfferWish *wish, const Event *event, Buffer *out, const char **ret_bad);
