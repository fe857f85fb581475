#pragma once

/*
 * Lets SQLite find damage, or fail otherwise, in the statements of a test; a store on PostgreSQL is not
 * damaged so.
 */

#include <dlfcn.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

/* Statements that have this text, with their parameters, fail; NULL for none. */
static const char *fail_sql;
static int fail_code = SQLITE_CORRUPT;

/* Takes the place of SQLite's. */
int sqlite3_step(sqlite3_stmt *statement)
{
        int (*step)(sqlite3_stmt *) = (int (*)(sqlite3_stmt *))dlsym(RTLD_NEXT, "sqlite3_step");
        char *text = fail_sql ? sqlite3_expanded_sql(statement) : NULL;
        bool fails = text && strstr(text, fail_sql);
        sqlite3_free(text);
        return fails ? fail_code : step(statement);
}
