#pragma once

/* Inside of store/ only: the way of an older SQLite database to version 4. */

#include "store/store.h"

/**
 * schema_upgrade() - from version 1, 2 or 3 to 4, in the transaction under way; references must not be
 * enforced meanwhile
 */
int schema_upgrade(Store *store, int from);
