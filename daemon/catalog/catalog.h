#pragma once

/*
 * What there is to list: every event, draft and place that the world may see, as small records made of the store's objects in one pass. Never
 * changes once it is made; shared by reference between threads. CLASS:PRIVATE is not in it at all, of CLASS:CONFIDENTIAL there is the
 * time; telephone numbers and mail addresses are cut out of every text.
 */

#include "base/arena.h"
#include "base/language.h"
#include "calendar/event.h"
#include "config/config.h"
#include "store/store.h"

/** A text and the tag of its language; "" for one that it does not say or that the program does not speak. The text is "" where there is none. */
typedef struct CatalogText {
        const char *text;
        const char *language;
} CatalogText;

typedef struct CatalogSite CatalogSite;

typedef struct CatalogEvent {
        const char *uid;
        CatalogText title[LANGUAGES_N]; /* the one that there is where a language has none of its own */
        CatalogText place;              /* in the calendar's own language if there is one in it */
        const char *kinds;              /* lower case, ",session,"; "," for none */
        const char *parent;             /* UID, NULL for none */
        EventStatus status;
        bool is_busy;     /* CONFIDENTIAL: everything but the time is empty */
        bool is_draft;    /* no date yet */
        bool is_series;   /* start and end are those of its first instance */
        bool is_loose;    /* its day is not known, it lies somewhere between start and end */
        When start, end;  /* end is exclusive; zones are the table's or kept by the catalog */
        const Zone *zone; /* in which its dates begin; NULL never */
        usec_t start_usec, end_usec;
        usec_t changed; /* when its text last did */
        const CatalogSite **sites;
        size_t n_sites;
        const Event *event; /* of a series only */
        const char *words;  /* what a search looks through, as written */
} CatalogEvent;

struct CatalogSite {
        const char *uid;
        CatalogText name[LANGUAGES_N];
        CatalogText town;
        bool is_exact; /* the point is the place's own, not the town's centre */
        bool has_point;
        double latitude, longitude;
        const CatalogText *notes;
        size_t n_notes;
        const CatalogEvent **events; /* in the order of the catalog */
        size_t n_events;
};

typedef struct Catalog Catalog;

/** catalog_new() - read the store as it is now. Return: 0, a condition of the store, negative errno. */
int catalog_new(Store *store, Config *config, Catalog **ret);
Catalog *catalog_ref(Catalog *catalog);
Catalog *catalog_unref(Catalog *catalog);
DEFINE_CLEANUP(Catalog, catalog_unrefp, catalog_unref)

int64_t catalog_sequence(const Catalog *catalog); /* of the store, that it was made of */

/** The events in order of start, drafts first, wholes before their parts; the sites in order of town, then name. Borrowed for the catalog's life. */
const CatalogEvent *catalog_event(const Catalog *catalog, size_t index); /* NULL behind the last */
const CatalogSite *catalog_site(const Catalog *catalog, size_t index);
const CatalogEvent *catalog_find(const Catalog *catalog, const char *uid);

bool catalog_has_kind(const CatalogEvent *event, const char *kind);

/** catalog_folded() - the words of an event as text_fold() makes them; made for all events when the first one is asked for. NULL when there is no memory. */
const char *catalog_folded(Catalog *catalog, const CatalogEvent *event);

/** One instance in time of an event that has a date. */
typedef struct CatalogInstance {
        const CatalogEvent *event;
        CatalogText title[LANGUAGES_N]; /* an override's own, or the event's */
        bool is_busy;
        EventStatus status;
        When start, end;
        usec_t start_usec, end_usec;
} CatalogInstance;

typedef struct CatalogInstances {
        CatalogInstance *list; /* in order of start, the longer ones first, wholes before their parts */
        size_t n, allocated;
        Arena arena;
} CatalogInstances;

/** catalog_instance() - an event's first instance, or the only one. */
CatalogInstance catalog_instance(const CatalogEvent *event);

void catalog_instances_done(CatalogInstances *instances);

/**
 * catalog_instances() - all that touch [from, to)
 * @from: INT64_MIN for all; of series then those of CATALOG_SERIES_DAYS before @to
 * @to:   USEC_INFINITY for all; of series then those of CATALOG_SERIES_DAYS after @from
 * Of one series never more than CATALOG_SERIES_MAX.
 * Return: 0 or negative errno.
 */
int catalog_instances(Catalog *catalog, usec_t from, usec_t to, CatalogInstances *ret);

/** catalog_instances_of() - the same of one event alone. */
int catalog_instances_of(
                Catalog *catalog, const CatalogEvent *event, usec_t from, usec_t to, CatalogInstances *ret);

enum { CATALOG_SERIES_MAX = 400, CATALOG_SERIES_DAYS = 366 };

/**
 * catalog_text() - a property's text in a language, decoded and redacted, in an arena's memory
 * @name: "SUMMARY"; its texts in other languages may be named "X-CONVENED-SUMMARY"
 *
 * Where none is in the language, the first line is taken.
 *
 * Return: 0 or -ENOMEM; the text of *ret is "" when there is none.
 */
int catalog_text(Arena *arena, const Event *event, const char *name, Language language, CatalogText *ret);

/** catalog_texts() - the same in every language; @ret has room for LANGUAGES_N. */
int catalog_texts(Arena *arena, const Event *event, const char *name, CatalogText *ret);

/** catalog_line_text() - one line's value, decoded and redacted. NULL when there is no memory. */
const char *catalog_line_text(Arena *arena, const ContentLine *line);

/** catalog_cut() - a plain text without telephone numbers and mail addresses. NULL when there is no memory. */
const char *catalog_cut(Arena *arena, const char *text);

/** catalog_line_language() - a tag or "", by the line's LANGUAGE, else by its letters (catalog/strings.h). */
const char *catalog_line_language(const ContentLine *line);
