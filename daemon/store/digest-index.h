#pragma once

/*
 * The digest index: for each contact that wants its reminders as one digest, the moment at which the engine
 * has to look at it next. Writing a card with another wish makes it due at once (0); the engine works out
 * the next moment.
 */

#include "store/store.h"

/**
 * digest_index_wish() - @wish: everything that decides about the moments; the same one again changes
 * nothing
 */
int digest_index_wish(Store *store, int64_t contact, const char *wish);
/** digest_index_set() - the next moment, worked out at @now */
int digest_index_set(Store *store, int64_t contact, usec_t next, usec_t now);
/**
 * digest_index_rewind() - as due_index_rewind(): what was worked out at a later moment than @now is due at
 * once
 */
int digest_index_rewind(Store *store, usec_t now);
/**
 * digest_index_reset() - each moment after @now is worked out again, from where it was worked out before:
 * the time zones have changed
 */
int digest_index_reset(Store *store, usec_t now);
int digest_index_delete(Store *store, int64_t contact);

/**
 * digest_index_due() - the contact that is due first; *ret_contact is 0 when none is due at @now
 * @ret_moment: its moment; 0 when that is yet to be worked out
 * @ret_seen:   when it was worked out; 0: never
 */
int digest_index_due(Store *store, usec_t now, int64_t *ret_contact, usec_t *ret_moment, usec_t *ret_seen);

/** digest_index_next() - when the earliest is due; USEC_INFINITY when there is none */
int digest_index_next(Store *store, usec_t *ret);
