/*
 * Transactions of the SQLite engine. The statements are not marked as SQL_STATEMENT, since no other engine
 * uses them. They are cached like all others: parsing "COMMIT" takes SQLite as long as a small commit.
 */

#include "store/db-sqlite.h"

#include "store/db-sqlite-turn.h"

/* Finds the turns of the file, at the first transaction that writes. Without memory there are none. */
static void find_turn(SqliteDb *db)
{
        struct stat file;
        if (!db->turn && stat(db->path, &file) == 0)
                db->turn = write_turn_find(&file);
}

/* Waits until no other connection of this process writes. */
static bool begin_turn(SqliteDb *db)
{
        find_turn(db);
        if (!db->has_turn && db->turn)
                db->has_turn = write_turn_begin(db->turn, db->patience);
        return db->has_turn || !db->turn;
}

static void end_turn(SqliteDb *db)
{
        if (db->has_turn)
                write_turn_end(db->turn);
        db->has_turn = false;
}

int sqlite_begin_write(Db *db)
{
        static const Sql sql = { "BEGIN IMMEDIATE" };
        bool had_turn = sqlite_db(db)->has_turn;
        if (!begin_turn(sqlite_db(db)))
                return DB_E_BUSY;
        int r = db_run(db, &sql);
        if (r != 0 && !had_turn)
                end_turn(sqlite_db(db));
        return r;
}

int sqlite_begin_read(Db *db)
{
        static const Sql sql = { "BEGIN" };
        return db_run(db, &sql);
}

int sqlite_commit(Db *db)
{
        static const Sql sql = { "COMMIT" };
        int r = db_run(db, &sql);
        if (r == 0)
                end_turn(sqlite_db(db));
        return r;
}

bool sqlite_in_transaction(Db *db)
{
        return !sqlite3_get_autocommit(sqlite_db(db)->handle);
}

/* Rolls back, also on a failed connection, on which db_run() runs no statement. */
void sqlite_rollback(Db *db)
{
        static const Sql sql = { "ROLLBACK" };
        if (sqlite_in_transaction(db) && db_run(db, &sql) != 0)
                sqlite3_exec(sqlite_db(db)->handle, sql.text, NULL, NULL, NULL);
        end_turn(sqlite_db(db));
}

void sqlite_forget_turn(SqliteDb *db)
{
        end_turn(db);
        write_turn_release(db->turn);
        db->turn = NULL;
}
