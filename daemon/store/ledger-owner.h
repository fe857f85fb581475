#pragma once

/*
 * Which of the daemons that share a store sends a mail (store/node.h). ledger_recover() is in
 * store/ledger.h.
 */

#include "store/store.h"

/**
 * ledger_claim() - claim a mail that waits, for the daemon of this connection (db_node()): no other daemon
 * sends it before the claim ends, by a change of the row's state or time, or with the daemon
 *
 * Without several daemons this does nothing. STORE_E_CONFLICT: another daemon has claimed the mail, or
 * it does not wait.
 */
int ledger_claim(Store *store, int64_t id);

/** ledger_unclaim() - end this daemon's claim of a mail that waits; 0: of all mails that wait */
int ledger_unclaim(Store *store, int64_t id);

/**
 * ledger_attempts_count() - the number of attempts since @after, of all daemons, and of the mails that
 * any of them has claimed; a daemon that has ended sends none of those that it had claimed
 */
int ledger_attempts_count(Store *store, usec_t after, int64_t *ret);

/** ledger_interrupted_count() - the number of COMMITTED rows of daemons that have ended */
int ledger_interrupted_count(Store *store, int64_t *ret);
