#pragma once

/* Inside of store/ only: migration of an older SQLite database to version 4. */

#include "store/store.h"

/**
 * schema_upgrade() - migrate from version 1, 2 or 3 to 4, in the current transaction; foreign keys must not
 * be enforced
 */
int schema_upgrade(Store *store, int from);
