#pragma once

/* Sets who changes objects through a connection, for their history (store/history.h). */

#include "store/history-author.h"
#include "store/store.h"

/**
 * history_set_author() - set the author of the changes that this connection writes from now on; by default
 * the daemon
 * @name: copied; longer names are cut to HISTORY_AUTHOR_SIZE - 1 bytes
 */
void history_set_author(Store *store, HistoryWay way, const char *name);

/**
 * history_set_cause() - set the cause of the changes from now on; by default, and after
 * history_set_author(), HISTORY_EDIT
 */
void history_set_cause(Store *store, HistoryCause cause);
