#pragma once

/*
 * The archive of the ledger. A mail moves to it when the mail is in a final state, and the end of its event
 * and its last change are longer ago than mail.keep. The archived row is short: number, first 128 bits of
 * the key, contact, event, state, reason and time of closing. The key prevents a second reminder, however
 * late the event is processed again, and the link of an old mail still works. End, place, reply, Message-ID
 * and text are deleted. The text of a sent mail is deleted mail.keep_text after its last change, if that is
 * earlier.
 *
 * ledger_find() and ledger_add(), which search by key, ledger_get(), ledger_get_by_token() and the counts
 * include the archive. ledger_each() does not.
 */

#include "store/store.h"

/* The key from which the tokens of links are derived; made with the store, and secret like the store. */
#define META_LINK_SECRET "link_secret"

/**
 * past_begin() - begin a pass over the ledger, unless one is running or has ended in the last half day
 * @now: the time by which all of the pass archives (retention_time())
 */
int past_begin(Store *store, usec_t now);

/**
 * past_is_under_way() - whether a pass is running; if so, past_process() has work
 * @ret_time: the time that the last pass began with; 0 if it was of an older version
 */
int past_is_under_way(Store *store, bool *ret, usec_t *ret_time);

/**
 * past_process() - continue the pass with some rows, in one transaction
 * @before:       a row is archived if its event ended and its last change was made before this time
 * @before_texts: the text of a sent mail is deleted if the last change of the mail was before this time
 *
 * Return: 0, a condition of the store, negative errno; on an error nothing was changed.
 */
int past_process(Store *store, usec_t before, usec_t before_texts, usec_t now);

/** past_end() - end a pass that has failed; the next one begins from the first row */
int past_end(Store *store, usec_t now);
