#pragma once

/*
 * The records of a catalog. They are immutable, and several catalogs share them: a record lives as long as
 * one of its catalogs.
 */

#include "base/language.h"
#include "calendar/event.h"

/**
 * A text and the tag of its language, which may be one in which the program has no strings. The tag is "" if
 * the language is not known. The text is "" if there is none.
 */
typedef struct CatalogText {
        const char *text;
        const char *language;
} CatalogText;

typedef struct CatalogEvent {
        const char *uid;
        const char *collection, *resource;
        CatalogText title[LANGUAGES_N]; /* the main title, if there is none in a language */
        CatalogText place;              /* in the language of the calendar, if available */
        const char *kinds;              /* lower case, ",session,"; "," for none */
        const char *parent;             /* UID, NULL for none */
        EventStatus status;
        bool is_busy;     /* CONFIDENTIAL: all fields but the times are empty */
        bool is_draft;    /* no date yet */
        bool is_series;   /* start and end are those of the first instance */
        bool is_loose;    /* the day is not known: it is one of the days from start to end */
        uint32_t number;  /* of the record in its catalogs; a changed event gets another one */
        When start, end;  /* end is exclusive; the zone table or the record owns the zones */
        const Zone *zone; /* of the event's dates; never NULL */
        usec_t start_usec, end_usec;
        usec_t changed; /* when the text of the event was last changed */
} CatalogEvent;

typedef struct CatalogSite {
        const char *uid;
        CatalogText name[LANGUAGES_N]; /* the card's FN, if there is no name in a language */
        CatalogText town;
        bool is_exact; /* the point is the site's, not the centre of the town */
        bool has_point;
        double latitude, longitude;
        const CatalogText *notes;
        size_t n_notes;
} CatalogSite;

enum { CATALOG_PLACES_MAX = 60 };

/** catalog_record_has_kind() - whether an event has a kind. @kind: in lower case */
bool catalog_record_has_kind(const CatalogEvent *event, const char *kind);

/**
 * catalog_record_order() - compare events that begin and end together. An event precedes its parts;
 * otherwise the order is by UID and, for copies in several collections, by collection.
 *
 * Return: as strcmp().
 */
int catalog_record_order(const CatalogEvent *left, const CatalogEvent *right);
