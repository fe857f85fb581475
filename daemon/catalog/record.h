#pragma once

/* The records of a catalog. They are in the catalog's memory and immutable. */

#include "base/language.h"
#include "calendar/event.h"

/**
 * A text and the tag of its language. The tag is "" if the language is not known or the program has no
 * strings in it. The text is "" if there is none.
 */
typedef struct CatalogText {
        const char *text;
        const char *language;
} CatalogText;

typedef struct CatalogSite CatalogSite;

typedef struct CatalogEvent {
        const char *uid;
        CatalogText title[LANGUAGES_N]; /* the event's main one for a language without its own */
        CatalogText place;              /* in the calendar's own language, if available */
        const char *kinds;              /* lower case, ",session,"; "," for none */
        const char *parent;             /* UID, NULL for none */
        EventStatus status;
        bool is_busy;     /* CONFIDENTIAL: everything but the time is empty */
        bool is_draft;    /* no date yet */
        bool is_series;   /* start and end are those of its first instance */
        bool is_loose;    /* its day is not known: some day between start and end */
        When start, end;  /* end is exclusive; zones are the table's or kept by the catalog */
        const Zone *zone; /* of its dates; NULL never */
        usec_t start_usec, end_usec;
        usec_t changed; /* when its text last changed */
        const CatalogSite **sites;
        size_t n_sites;
        const Event *event; /* of a series only */
        const char *words;  /* texts for the search, as written */
        size_t index;       /* for catalog_event() */
} CatalogEvent;

struct CatalogSite {
        const char *uid;
        CatalogText name[LANGUAGES_N]; /* the card's FN for a language without its own */
        CatalogText town;
        bool is_exact; /* the point is that of the site, not of the town's centre */
        bool has_point;
        double latitude, longitude;
        const CatalogText *notes;
        size_t n_notes;
        const CatalogEvent **events; /* in the order of the catalog */
        size_t n_events;
};

/** The texts that a search compares, as text_fold() makes them. */
typedef struct CatalogFolded {
        const char *words;
        const char *places; /* its location, and its sites' names and towns, each on a line */
} CatalogFolded;

enum { CATALOG_PLACES_MAX = 60 };

/** catalog_record_has_kind() - @kind: in lower case */
bool catalog_record_has_kind(const CatalogEvent *event, const char *kind);

/**
 * catalog_record_order() - compare events that begin and end together: wholes before their parts, then by
 * UID
 *
 * Return: as strcmp().
 */
int catalog_record_order(const CatalogEvent *left, const CatalogEvent *right);
