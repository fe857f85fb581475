#pragma once

/* The conditions of an offer (calendar/offer.h) as fields of a form: numbers, and a line for each place. */

#include "base/arena.h"
#include "calendar/edit.h"
#include "calendar/offer.h"
#include "office/form.h"

typedef enum OfferField {
        OFFER_SUMMARY,
        OFFER_MINUTES, /* lengths of a meeting, separated by commas */
        OFFER_BEFORE,  /* minutes */
        OFFER_AFTER,   /* minutes */
        OFFER_NOTICE,  /* hours */
        OFFER_HORIZON, /* days */
        OFFER_DAILY_MAX,
        OFFER_SEATS,
        OFFER_PLACES, /* a line each */
        OFFER_EVENT,
        OFFER_CONFIRM,
        OFFER_LISTED,
        OFFER_ADDRESSES,
        OFFER_KEEP_DECLINED,
        OFFER_FIELDS_N,
} OfferField;

enum { OFFER_PROPERTIES_MAX = OFFER_FIELDS_N + OFFER_DURATIONS_MAX + OFFER_PLACES_MAX };

enum { OFFER_DAY_SIZE = 16 };

/**
 * offer_day_write() - write a bound of an offer as a day, "2027-06-24"
 * @later: days to subtract: 1 for the exclusive end
 * @ret:   unchanged if there is no bound
 */
void offer_day_write(const When *when, int later, char ret[static OFFER_DAY_SIZE]);

/** offer_field_name() - the name of the field in the form; static */
const char *offer_field_name(OfferField field);

/** offer_field_is_number() - whether the value is one whole number */
bool offer_field_is_number(OfferField field);

/**
 * offer_values_read() - write what an offer says
 * @offer: NULL for the values of a new offer
 * @ret:   texts in @arena
 * Return: 0, -ENOMEM.
 */
int offer_values_read(const Offer *offer, Arena *arena, const char *ret[static OFFER_FIELDS_N]);

/**
 * offer_values_write() - make the properties for the values that differ from the stored ones; "" removes one
 * @ret: room for OFFER_PROPERTIES_MAX + 1; the last one gets a NULL name. The values are in @arena.
 *
 * Values that are no numbers become faults.
 * Return: 0, -ENOMEM.
 */
int offer_values_write(OfficeCall *call, const char *const values[static OFFER_FIELDS_N],
                const char *const stored[static OFFER_FIELDS_N], Arena *arena, FormFaults *faults,
                EditProperty *ret);
