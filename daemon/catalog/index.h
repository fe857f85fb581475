#pragma once

/*
 * Private to catalog/: the orders in which a catalog has its events, and which events each has. The items of
 * all of them are records (catalog/event-record.h); the first one owns them.
 */

#include "catalog/event-record.h"
#include "catalog/sorted-set.h"

typedef enum IndexOf {
        INDEX_NAME,   /* all, by name, then by collection */
        INDEX_NUMBER, /* all, by number */
        INDEX_UID,    /* all, by UID, then by collection */
        INDEX_DATED,  /* with a date, but no series; by start. Measured by the end. */
        INDEX_SERIES, /* by the begin of the first instance. Measured by the end of the last one. */
        INDEX_DRAFT,
        INDEX_PART,   /* by parent, then by start */
        INDEX_PLACE,  /* with a place; by its text, then by start. Measured by the end. */
        INDEX_CHANGE, /* but no busy ones; the last changed first */
        INDEX_KIND,   /* as INDEX_DATED, for the first kind of the configuration; its other kinds follow */
} IndexOf;

/** index_count() - return the number of indexes with a configuration */
size_t index_count(const Config *config);

/** index_type() - return the order of an index */
const SortedType *index_type(size_t index);

/** index_has() - whether an index has an event */
bool index_has(const Config *config, size_t index, const CatalogEvent *event);

/** index_order() - compare two events by start, the longer first, and by catalog_record_order() */
int index_order(const CatalogEvent *left, const CatalogEvent *right);

/** The instances of a series may be so much outside of its span, which was made in another zone. */
#define INDEX_MARGIN (2 * USEC_PER_DAY)
