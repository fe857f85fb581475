#pragma once

/*
 * The columns that say when an event is, worked out anew: with other rules of a time zone, or another zone
 * for dates and floating times, the same wall clock is another moment.
 */

#include "store/store.h"

/**
 * reindex_spans() - work out anew from when to when each event lasts, and date everything that is published
 * by it
 * @fallback: for dates and floating times, as in object_put_event()
 * @ret_n:    how many events have moved
 *
 * No event counts as changed: its text is the same, and no mail goes out.
 */
int reindex_spans(Store *store, const Zone *fallback, usec_t now, int64_t *ret_n);
