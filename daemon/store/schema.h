#pragma once

/* The tables, and the migration of an older store. */

#include "store/store.h"

enum { SCHEMA_E_NEWER = STORE_E_NEWER };

/** schema_version() - the schema version of a database; 0: it is empty */
int schema_version(Db *db, int *ret);

/** schema_current() - the schema version of this program */
int schema_current(void);

/**
 * schema_migrate() - migrate the database to this program's version, in one transaction. SCHEMA_E_NEWER:
 * nothing was changed.
 */
int schema_migrate(Store *store);

/**
 * schema_whole - statements that make the tables of version 4, in the SQL that the engines share; also for
 * tests/check-sql
 * schema_later - the migration from each version to the next, beginning with version 5; ends with NULL
 */
extern const char schema_whole[];
extern const char *const schema_later[];
