#pragma once

/* The tables, and the steps that bring an older database to the present ones. */

#include "store/db.h"

enum { SCHEMA_E_NEWER = 20 }; /* STORE_E_NEWER of store/store.h */

/** schema_version() - of the database; 0 for an empty one. */
int schema_version(Db *db, int *ret);

/** schema_current() - of this program. */
int schema_current(void);

/** schema_migrate() - bring it up to date, all steps in one transaction. SCHEMA_E_NEWER touches nothing. */
int schema_migrate(Db *db);
