#include "store/history-set.h"

#include "store/store-internal.h"

#include <stdio.h>

void history_set_author(Store *store, HistoryWay way, const char *name)
{
        store->history.way = way;
        store->history.cause = HISTORY_EDIT;
        snprintf(store->history.author, sizeof(store->history.author), "%s", name);
}

void history_set_cause(Store *store, HistoryCause cause)
{
        store->history.cause = cause;
}
