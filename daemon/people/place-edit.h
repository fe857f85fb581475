#pragma once

/*
 * The card of a site or of an organisation, made or changed by a form. It has a name and a note in each
 * language, the town, the point, the street and a page of the Web. Lines that the form does not show, and
 * those of fields that were not changed, stay byte for byte.
 */

#include "base/language.h"
#include "base/time.h"
#include "contact/card.h"

enum {
        PLACE_TOWN,
        PLACE_STREET,
        PLACE_POINT, /* "54.2139, 49.6184": degrees north, degrees east */
        PLACE_URL,
        PLACE_NAME,                            /* in the first language; the others follow */
        PLACE_NOTE = PLACE_NAME + LANGUAGES_N, /* the same */
        PLACE_FIELDS_N = PLACE_NOTE + LANGUAGES_N,
};

/** The texts of a form. */
typedef struct PlaceFields {
        const char *text[PLACE_FIELDS_N];
} PlaceFields;

enum {
        PLACE_E_NO_NAME = CONDITIONS_PEOPLE + 40,
        PLACE_E_POINT = CONDITIONS_PEOPLE + 41,
        PLACE_E_URL = CONDITIONS_PEOPLE + 42,
        PLACE_E_INVALID = CONDITIONS_PEOPLE + 43, /* a text cannot be in a card */
};

/** place_edit_read() - append what a card says for a field, as the form shows it */
void place_edit_read(const Card *card, int field, Buffer *out);

/**
 * place_edit() - make the card
 * @kind: of a new card: "location" or "org"
 * @uid:  of a new card
 * @kept: the card that is changed; NULL for a new one
 *
 * Return: 0, PLACE_E_NO_NAME, PLACE_E_POINT, PLACE_E_URL, PLACE_E_INVALID, negative errno.
 */
int place_edit(const PlaceFields *fields, const char *kind, const char *uid, const Card *kept, usec_t now,
                Card **ret);
