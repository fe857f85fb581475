#pragma once

/* Private to catalog/: an event's record, with what only the catalog reads of it. */

#include "base/buffer.h"
#include "catalog/record.h"
#include "config/config.h"
#include "store/object.h"

typedef struct Series Series;

typedef struct EventRecord {
        CatalogEvent event; /* the first member: a pointer to it is also one to the record */
        _Atomic int refs;
        usec_t from, to; /* a series has no instance outside of [from, to) */
        Event *own;      /* if its zones belong to it; otherwise NULL */
        Series *series;  /* NULL for an event that is no series */
} EventRecord;

/** event_record() - return the record of an event */
static inline const EventRecord *event_record(const CatalogEvent *event)
{
        return (const EventRecord *)event;
}

/**
 * event_record_read() - read the record of an event or a draft
 * @words: gets the texts that are searched, not folded; NULL if they are not wanted
 * @ret:   the caller owns the reference; NULL if the public may not see the event, or if it cannot be parsed
 *
 * Return: 0 or negative errno.
 */
int event_record_read(Config *config, ZoneTable *zones, const ObjectRecord *object, Buffer *words,
                EventRecord **ret);

EventRecord *event_record_unref(EventRecord *record);
DEFINE_CLEANUP(EventRecord, event_record_unrefp, event_record_unref)

/** event_record_ref() - add a reference. */
void event_record_ref(EventRecord *record);
