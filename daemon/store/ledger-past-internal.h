#pragma once

/* Inside of store/ only: the rows of the past, for the ledger's own reads and moves. */

#include "store/ledger.h"

/** past_find() - the row of a key; *ret_id is 0 when there is none, and *ret_state untouched */
int past_find(Store *store, const char *key, int64_t *ret_id, MailState *ret_state);

/** past_get(), past_get_by_token() - as ledger_get(), without the texts. STORE_E_NOT_FOUND: there is no such row. */
int past_get(Store *store, int64_t id, MailRecord **ret);
int past_get_by_token(Store *store, const char *token, MailRecord **ret);

/** past_token() - the token that a row's number and key give, whether it is in the past or not */
int past_token(Store *store, int64_t id, const char *key, char ret[static TOKEN_SIZE]);
