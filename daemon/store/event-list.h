#pragma once

/*
 * The events of the office, drafts included, page by page. Rows are read without the pages of their texts,
 * and only names are compared, so that a page of 10,000 events stays cheap.
 */

#include "store/object.h"

enum { EVENT_LIST_MORE = -1, EVENT_LIST_PLACES_MAX = 16 };

typedef enum EventListWhen {
        EVENT_LIST_COMING,  /* not over yet, the next ones first */
        EVENT_LIST_PAST,    /* the latest ones first */
        EVENT_LIST_UNDATED, /* drafts, by name */
        EVENT_LIST_ALL,     /* the latest ones first; drafts come last */
} EventListWhen;

typedef struct EventListSearch {
        EventListWhen when;
        const char *collections; /* only events of these: ",events,fairs,"; NULL for all */
        const char *words;    /* each of the words must occur in the name, in any case; NULL or "" for all */
        const char *category; /* lower case; NULL or "" for all */
        bool only_hidden;     /* only events that the public does not see */
        bool only_cancelled;
        usec_t now;
        int64_t offset;
        int limit;
} EventListSearch;

/** One event; borrowed for the callback. */
typedef struct EventListItem {
        const char *uid, *name, *collection, *parent;
        const char *categories; /* as in ObjectRecord */
        const char *status, *class;
        bool is_draft;
        usec_t start, end, changed;
        int64_t id;
} EventListItem;

/**
 * event_list_each() - call @on_item for the events of one page
 * @ret_total: the number of events on all pages; EVENT_LIST_MORE if there are further pages, which are not
 *             counted: a page then costs no more than the rows up to its end
 *
 * Return: 0, the nonzero result of the callback, a condition of the store, negative errno.
 */
int event_list_each(Store *store, const EventListSearch *search,
                int (*on_item)(const EventListItem *item, void *userdata), void *userdata,
                int64_t *ret_total);

/**
 * event_list_cards() - call @on_card for each card of a kind, in the order of the names
 * @kind: as for event_list_names()
 */
int event_list_cards(Store *store, const char *kind,
                int (*on_card)(const char *uid, const char *name, void *userdata), void *userdata);

/**
 * event_list_names() - call @on_name with the name of each card of a kind, in order
 * @kind: "location" for the places, "org" for the bodies of the address book
 */
int event_list_names(Store *store, const char *kind, int (*on_name)(const char *name, void *userdata),
                void *userdata);

/**
 * event_list_count_at() - count the events that are not over and have one of the @n places as their
 * LOCATION
 * @places: plain; "" is none
 */
int event_list_count_at(Store *store, const char *const *places, size_t n, usec_t now, int64_t *ret);

/**
 * event_list_count_kind() - count the events and drafts of the office that have a kind. @kind: lower case
 */
int event_list_count_kind(Store *store, const char *kind, int64_t *ret);
