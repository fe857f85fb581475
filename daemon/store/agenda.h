#pragma once

/*
 * The agenda index: for each contact that wants its reminders as one agenda, the moment at which the engine has to look at it next. Writing a
 * card with another wish makes it due at once (0); the engine works out the next moment.
 */

#include "store/store.h"

/** agenda_wish() - @wish: all that decides about the moments; the same one again changes nothing. */
int agenda_wish(Store *store, int64_t contact, const char *wish);
/** agenda_set() - the next moment, worked out at @now. */
int agenda_set(Store *store, int64_t contact, usec_t next, usec_t now);
/** agenda_rewind() - as alarm_rewind(): what was worked out at a moment that has yet to come is due at once. */
int agenda_rewind(Store *store, usec_t now);
/** agenda_reset() - what is yet to come is worked out again, from where it was worked out before: the time zones have changed. */
int agenda_reset(Store *store, usec_t now);
int agenda_delete(Store *store, int64_t contact);

/**
 * agenda_due() - the contact that is due first; *ret_contact is 0 when none is due at @now
 * @ret_moment: its moment; 0 when that is yet to be worked out
 * @ret_seen:   since when; 0: from now on
 */
int agenda_due(Store *store, usec_t now, int64_t *ret_contact, usec_t *ret_moment, usec_t *ret_seen);

/** agenda_next() - when the earliest is due; USEC_INFINITY when there is none. */
int agenda_next(Store *store, usec_t *ret);
