/*
 * Prints the store's SQL for tests/check-sql: the schema of a new store, then each statement that was made
 * with SQL() or SQL_STATEMENT in any file of the library, each ended by a NUL. Links the whole library,
 * since the statements of files that are not linked would be missing.
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
        for (int i = 0; i < SCHEMA_CURRENT - SCHEMA_WHOLE; i++)
                fputs(schema_later[i], stdout);
        putchar('\0');
        /* Alignment by the compiler can leave NULL pointers between tables. */
        for (const Sql *sql = __start_sql_statements; sql < __stop_sql_statements; sql++)
                if (sql->text)
                        print(sql->text);
        return fflush(stdout) == 0 ? 0 : 1;
}
