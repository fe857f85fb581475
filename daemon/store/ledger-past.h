#pragma once

/*
 * The past of the ledger: mails that are final, and whose event and last move lie behind by more than mail.keep. Of these a short row is
 * kept: the number, the first 128 bits of the key, the contact, the event, the state with its reason, and when it was closed. So no
 * reminder goes a second time, however late its event is looked at again, and the link of an old mail still works; what the mail
 * said of place and time, the server's reply and the Message-ID are gone.
 *
 * The ledger's functions know these rows: ledger_find() and ledger_add() by key, ledger_get() and ledger_get_by_token(), the counts.
 * ledger_each() does not show them.
 */

#include "store/store.h"

/* The key of the tokens in links, made with the store. It is a secret as the store itself is. */
#define META_LINK_SECRET "link_secret"

/** past_begin() - begin a walk over the ledger, unless one is under way or has just ended */
int past_begin(Store *store, usec_t now);

/** past_is_under_way() - whether past_process() has something to do */
int past_is_under_way(Store *store, bool *ret);

/**
 * past_process() - go on with the walk, some rows in one transaction
 * @before: what was over, and last moved, before this moment goes into the past
 * Return: 0, a condition of the store, negative errno; then nothing was changed.
 */
int past_process(Store *store, usec_t before, usec_t now);
