#pragma once

/*
 * The digest index: for each contact who wants reminders as one digest, the time at which the engine must
 * process the contact next. Writing a card with another wish makes the contact due at once (0); the engine
 * then computes the next time.
 */

#include "store/store.h"

/**
 * digest_index_wish() - store a contact's wish; a changed one makes the contact due at once
 * @wish: everything that determines the times of the digests
 */
int digest_index_wish(Store *store, int64_t contact, const char *wish);
/** digest_index_set() - set the next time, computed at @now */
int digest_index_set(Store *store, int64_t contact, usec_t next, usec_t now);
/**
 * digest_index_rewind() - as due_index_rewind(): make every time that was computed later than @now due at
 * once
 */
int digest_index_rewind(Store *store, usec_t now);
/**
 * digest_index_reset() - compute every time after @now again, starting from where it was computed before:
 * the time zones have changed
 */
int digest_index_reset(Store *store, usec_t now);
int digest_index_delete(Store *store, int64_t contact);

/**
 * digest_index_due() - the contact that is due first; *ret_contact is 0 if none is due at @now
 * @ret_moment: its time; 0 if the time is not computed yet
 * @ret_seen:   when the time was computed; 0: never
 */
int digest_index_due(Store *store, usec_t now, int64_t *ret_contact, usec_t *ret_moment, usec_t *ret_seen);

/** digest_index_next() - the earliest time; USEC_INFINITY if there is none */
int digest_index_next(Store *store, usec_t *ret);
