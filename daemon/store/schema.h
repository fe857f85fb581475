#pragma once

/* The tables, and the way of an older store to the present ones. */

#include "store/store.h"

enum { SCHEMA_E_NEWER = STORE_E_NEWER };

/** schema_version() - of the database; 0 for an empty one */
int schema_version(Db *db, int *ret);

/** schema_current() - of this program */
int schema_current(void);

/** schema_migrate() - bring the database up to date in one transaction. SCHEMA_E_NEWER touches nothing. */
int schema_migrate(Store *store);

/**
 * schema_whole - the statements that make the tables of a store of version 4, in the SQL that the engines
 * share; for tests/check-sql too
 * schema_later - the steps behind it, one for each version; ends with NULL
 */
extern const char schema_whole[];
extern const char *const schema_later[];
