#pragma once

/*
 * Computes the start and end columns of events again. The same wall time becomes another time if the rules
 * of its time zone change, or if another zone is configured for dates and floating times.
 */

#include "store/store.h"

/**
 * reindex_spans() - compute start and end of each event again, and update the modification times of
 * published data
 * @fallback: for dates and floating times, as in object_put_event()
 * @ret_n:    the number of events whose times have changed
 *
 * The events themselves do not count as changed: their text is the same, and no mail is sent.
 */
int reindex_spans(Store *store, const Zone *fallback, usec_t now, int64_t *ret_n);
