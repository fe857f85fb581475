#pragma once

/*
 * The digest index: for each contact who wants reminders as one digest, the time at which the engine must
 * process the contact next. If a card is written with other wishes for the digest, the contact becomes due
 * at once (time 0), and the engine then computes the next time.
 */

#include "store/store.h"

/**
 * digest_index_wish() - store what a contact wants; if that has changed, the contact becomes due at once
 * @wish: text of everything that determines the times of the digests
 */
int digest_index_wish(Store *store, int64_t contact, const char *wish);

/** digest_index_set() - set the next time, which the engine computed at @now */
int digest_index_set(Store *store, int64_t contact, usec_t next, usec_t now);

/**
 * digest_index_rewind() - after the clock was set back to @now, make every contact due at once whose time
 * was computed later than @now
 */
int digest_index_rewind(Store *store, usec_t now);

/**
 * digest_index_reset() - after a change of the time zones, make every contact due at once whose next time
 * is after @now. The engine continues from the time at which it last computed one.
 */
int digest_index_reset(Store *store, usec_t now);

int digest_index_delete(Store *store, int64_t contact);

/**
 * digest_index_due() - the contact that is due first; *ret_contact is 0 if none is due at @now
 * @ret_moment: when the contact is due; 0 if the engine has not computed the time yet
 * @ret_seen:   when the engine computed the time; 0 if never
 */
int digest_index_due(Store *store, usec_t now, int64_t *ret_contact, usec_t *ret_moment, usec_t *ret_seen);

/** digest_index_next() - when the first contact is due; USEC_INFINITY if the index has no contact */
int digest_index_next(Store *store, usec_t *ret);
