#pragma once

/* The tables, and the migration of an older store. */

#include "store/store.h"

enum { SCHEMA_E_NEWER = STORE_E_NEWER };

/* The version that schema_whole makes, and that of this program, which the last step makes. */
enum { SCHEMA_WHOLE = 4, SCHEMA_CURRENT = 28 };

/** schema_version() - the schema version of a database; 0 if it is empty */
int schema_version(Db *db, int *ret);

/**
 * schema_migrate() - migrate the database to this program's version, in one transaction. SCHEMA_E_NEWER: the
 * database has a later version, and nothing was changed.
 */
int schema_migrate(Store *store);

/** schema_make() - make the tables in a database that has none, in the caller's transaction */
int schema_make(Store *store);

/** schema_whole - the statements that make the tables of SCHEMA_WHOLE, in the SQL that all engines share */
extern const char schema_whole[];

/**
 * schema_later - the migrations from each version to the next, beginning with that to version 5, up to
 * SCHEMA_CURRENT. A new one is added there (schema-steps.c), and raises SCHEMA_CURRENT.
 */
extern const char *const schema_later[];
