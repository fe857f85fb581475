/*
 * Prints what the store says to its database, for tests/check-sql: the schema of a new store, then each statement that was made with SQL() or
 * SQL_STATEMENT in any file of the library, each ended by a NUL. The whole library has to be linked in: a file that is left out has its
 * statements left out.
 */

#include "store/schema.h"

#include <stdio.h>

/* The linker's names for the ends of the section. */
extern const Sql __start_sql_statements[], __stop_sql_statements[];

static void print(const char *sql)
{
        fputs(sql, stdout);
        putchar('\0');
}

int main(void)
{
        fputs(schema_whole, stdout);
        for (const char *const *step = schema_later; *step; step++)
                fputs(*step, stdout);
        putchar('\0');
        /* Where the compiler has aligned a table, the gap before it is a NULL. */
        for (const Sql *sql = __start_sql_statements; sql < __stop_sql_statements; sql++)
                if (sql->text)
                        print(sql->text);
        return fflush(stdout) == 0 ? 0 : 1;
}
