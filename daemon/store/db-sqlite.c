/*
 * The SQLite engine of store/db.h. It uses a write-ahead log (WAL) with FULL sync: a commit is on disk when
 * the call returns. After a failed read, write or sync, a connection that writes is not used again.
 */

#include "store/db-sqlite.h"

#include "base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

enum {
        PATIENCE_MS = 5000,
        CHECKPOINT_PAGES = 1000, /* SQLite's default */
        BUSY_POLL_USEC = 250,    /* less than the time between two transactions of a long import */
        SCHEMA_MAX_BYTES = 1024 * 1024,
};

/* Our conditions for SQLite's results, by primary result code. */
static const struct {
        int sqlite, condition;
} conditions[] = {
        { SQLITE_BUSY, DB_E_BUSY },
        { SQLITE_LOCKED, DB_E_BUSY },
        { SQLITE_FULL, DB_E_FULL },
        { SQLITE_READONLY, DB_E_READ_ONLY },
        { SQLITE_PERM, DB_E_READ_ONLY },
        { SQLITE_CORRUPT, DB_E_CORRUPT },
        { SQLITE_NOTADB, DB_E_CORRUPT },
        { SQLITE_IOERR, DB_E_IO },
        { SQLITE_CANTOPEN, DB_E_IO },
        { SQLITE_CONSTRAINT, DB_E_CONSTRAINT },
        { SQLITE_NOMEM, -ENOMEM },
        { SQLITE_INTERRUPT, -ECANCELED },
};

/*
 * Returns whether the last failure was due to a full disk. SQLite reports SQLITE_FULL only for a write to
 * its files, but SQLITE_IOERR for a sync or for its shared memory.
 */
static bool is_disk_full(const SqliteDb *db)
{
        int error = db->handle ? sqlite3_system_errno(db->handle) : 0;
        const char *path = db->handle ? sqlite3_db_filename(db->handle, "main") : NULL;
        struct statvfs room;
        return error == ENOSPC || error == EDQUOT ||
               (path && statvfs(path, &room) == 0 && room.f_bavail == 0);
}

int sqlite_condition(SqliteDb *db, int result)
{
        int condition = result == SQLITE_OK ? 0 : -EIO;
        for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
                if (conditions[i].sqlite == (result & 0xFF))
                        condition = conditions[i].condition;
        /* Never retry on a writing connection after a failed sync: the kernel may have dropped the pages. */
        if (condition == DB_E_IO && !db->is_reader)
                db->failed = true;
        return condition == DB_E_IO && is_disk_full(db) ? DB_E_FULL : condition;
}

static const char *sqlite_message(Db *db)
{
        return sqlite_db(db)->failed
                               ? "a read, write or sync of the database has failed; this connection is not used again"
                               : sqlite3_errmsg(sqlite_db(db)->handle);
}

static int run_script(SqliteDb *db, const char *sql)
{
        if (db->failed)
                return DB_E_IO;
        int result = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
        return sqlite_condition(db, result);
}

/*
 * Runs a script. SQLite uses a numeric key as the row number itself, without a separate index, only if its
 * type is INTEGER, so the type name is replaced.
 */
static int sqlite_execute(Db *db, const char *sql)
{
        static const char key[] = "BIGINT PRIMARY KEY";
        CLEANUP(buffer_done) Buffer translated = BUFFER_INIT(SCHEMA_MAX_BYTES);
        const char *found;
        while ((found = strstr(sql, key))) {
                buffer_append(&translated, sql, (size_t)(found - sql));
                buffer_puts(&translated, "INTEGER PRIMARY KEY");
                sql = found + sizeof(key) - 1;
        }
        buffer_puts(&translated, sql);
        return buffer_error(&translated) < 0 ? buffer_error(&translated)
                                             : run_script(sqlite_db(db), buffer_text(&translated));
}

/* Deleted bytes are overwritten (store/erase.h); not every build of SQLite does so by default. */
static const char setup[] = "PRAGMA synchronous = FULL;"
                            "PRAGMA secure_delete = ON;"
                            "PRAGMA foreign_keys = ON;"
                            "PRAGMA trusted_schema = OFF;"
                            "PRAGMA temp_store = MEMORY;"
                            "PRAGMA cache_size = -2000;";

/*
 * Waits in short intervals for a lock of another process, or of a connection of this one that does not wait
 * for its turn (store/db-sqlite-turn.h), such as a checkpoint. SQLite's own handler waits longer each time,
 * up to 0.1 s, and could miss every gap between the transactions of a long import.
 */
static int on_busy(void *userdata, int tries)
{
        const SqliteDb *db = userdata;
        if ((usec_t)tries * BUSY_POLL_USEC >= db->patience)
                return 0;
        nanosleep(&(struct timespec){ .tv_nsec = BUSY_POLL_USEC * 1000L }, NULL);
        return 1;
}

static usec_t sqlite_set_patience(Db *db, usec_t patience)
{
        usec_t before = sqlite_db(db)->patience;
        sqlite_db(db)->patience = patience;
        return before;
}

static int set_up(SqliteDb *db, bool read_only)
{
        sqlite3_extended_result_codes(db->handle, 1);
        db->patience = PATIENCE_MS * USEC_PER_MSEC;
        sqlite3_busy_handler(db->handle, on_busy, db);
        /*
         * Otherwise SQLite prepares a statement again whenever a parameter changes that it has compared with
         * the condition of a partial index, such as next_attempt > 0.
         */
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
        int r = run_script(db, setup);
        /*
         * This statement is the first to read the file, so damage is detected before anything is written.
         */
        if (r == 0)
                r = run_script(db, "SELECT count(*) FROM sqlite_master");
        if (r == 0)
                r = run_script(db, read_only ? "PRAGMA query_only = ON" : "PRAGMA journal_mode = WAL");
        return r;
}

static void configure(void)
{
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* Switches off SQLite's memory statistics: nothing reads them, but each allocation takes a lock for them. */
static void configure_once(void)
{
        static pthread_once_t once = PTHREAD_ONCE_INIT;
        pthread_once(&once, configure);
}

static int open_file(SqliteDb *db, bool create, bool read_only)
{
        configure_once();
        if (create)
                sqlite_make_private(db->path);
        int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
        int result = sqlite3_open_v2(db->path, &db->handle, flags, NULL);
        if (result != SQLITE_OK)
                return (result & 0xFF) == SQLITE_CANTOPEN ? -ENOENT : sqlite_condition(db, result);
        /* SQLite opens a write-protected file read-only, without an error. */
        return !read_only && sqlite3_db_readonly(db->handle, "main") == 1 ? DB_E_READ_ONLY
                                                                          : set_up(db, read_only);
}

/* Returns whether SQLite failed because its shared memory file does not exist and cannot be created. */
static bool lacks_shared_memory(const SqliteDb *db)
{
        int result = db->handle ? sqlite3_errcode(db->handle) & 0xFF : SQLITE_OK;
        return result == SQLITE_CANTOPEN || result == SQLITE_READONLY;
}

static int open_read_only(SqliteDb *db)
{
        int r = open_file(db, false, true);
        if (r == 0 || r == -ENOENT || !lacks_shared_memory(db))
                return r;
        sqlite3_close(db->handle);
        db->handle = NULL;
        db->failed = false;
        r = sqlite_copy_open(db);
        return r != 0 ? r : set_up(db, true);
}

static void sqlite_close(Db *base)
{
        SqliteDb *db = sqlite_db(base);
        if (db->handle)
                sqlite_forget_turn(db);
        sqlite3_close(db->handle);
        /* The lock is closed after the handle: see LOCK_BYTE in db-sqlite-file.c. */
        if (db->lock_fd >= 0)
                close(db->lock_fd);
        if (db->watch_fd >= 0)
                close(db->watch_fd);
        free(db->path);
        free(db);
}

static int sqlite_open(const char *place, bool create, bool read_only, Db **ret, char **ret_why)
{
        (void)ret_why;
        SqliteDb *db = calloc(1, sizeof(*db));
        if (!db)
                return -ENOMEM;
        db->db.engine = &db_sqlite;
        db->is_reader = read_only;
        db->lock_fd = db->watch_fd = -1;
        db->path = strdup(place);
        int r = !db->path ? -ENOMEM : read_only ? open_read_only(db) : open_file(db, create, false);
        if (r != 0)
                sqlite_close(&db->db);
        else
                *ret = &db->db;
        return r;
}

static const char *sqlite_name(const char *place)
{
        return place;
}

/*
 * Switches between FULL and NORMAL sync. In WAL mode a commit with NORMAL is not synced itself; it is synced
 * by the next commit with FULL or by the next checkpoint, which syncs the log first.
 */
static int sqlite_set_durable(Db *base, bool durable)
{
        SqliteDb *db = sqlite_db(base);
        if (db->lazy == !durable)
                return 0;
        int r = run_script(db, durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        if (r == 0)
                db->lazy = !durable;
        return r;
}

static int sqlite_expect_bulk(Db *db)
{
        return run_script(sqlite_db(db), "PRAGMA cache_size = -32768");
}

static int sqlite_set_references(Db *db, bool enforced)
{
        return run_script(
                        sqlite_db(db), enforced ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF");
}

static int on_log(void *userdata, sqlite3 *handle, const char *name, int pages)
{
        SqliteDb *db = userdata;
        (void)handle;
        (void)name;
        db->hook(pages, db->hook_userdata);
        return SQLITE_OK;
}

void sqlite_on_commit(Db *base, SqliteCommitHook hook, void *userdata)
{
        SqliteDb *db = sqlite_db(base);
        db->hook = hook;
        db->hook_userdata = userdata;
        /* SQLite has one hook for the log: setting ours replaces its automatic checkpoint. */
        if (hook)
                sqlite3_wal_hook(db->handle, on_log, db);
        else
                sqlite3_wal_autocheckpoint(db->handle, CHECKPOINT_PAGES);
}

int sqlite_checkpoint(Db *base)
{
        static const int modes[] = { SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_RESTART };
        SqliteDb *db = sqlite_db(base);
        int result = SQLITE_OK;
        if (db->failed)
                return DB_E_IO;
        for (size_t i = 0; result == SQLITE_OK && i < sizeof(modes) / sizeof(modes[0]); i++)
                result = sqlite3_wal_checkpoint_v2(db->handle, NULL, modes[i], NULL, NULL);
        return sqlite_condition(db, result);
}

int sqlite_empty_log(Db *base)
{
        SqliteDb *db = sqlite_db(base);
        return sqlite_condition(db,
                        sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
}

static int64_t sqlite_changes(Db *db)
{
        return sqlite3_changes64(sqlite_db(db)->handle);
}

static int sqlite_has_table(Db *db, const char *name, bool *ret)
{
        static const Sql sql = { "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1" };
        DbStatement *statement;
        int r = db_prepare(db, &sql, &statement);
        if (r == 0) {
                db_bind_text(statement, 1, name);
                r = db_step(statement);
        }
        if (r == 0 || r == DB_ROW)
                *ret = r == DB_ROW;
        db_reset(statement);
        return r == DB_ROW ? 0 : r;
}

static int sqlite_data_version(Db *db, int64_t *ret)
{
        static const Sql sql = { "PRAGMA data_version" };
        DbStatement *statement;
        int r = db_prepare(db, &sql, &statement);
        if (r == 0)
                r = db_step(statement);
        if (r == DB_ROW)
                *ret = db_int(statement, 0);
        db_reset(statement);
        return r == DB_ROW ? 0 : r;
}

const DbEngine db_sqlite = {
        .scheme = "sqlite:",
        .open = sqlite_open,
        .close = sqlite_close,
        .name = sqlite_name,
        .message = sqlite_message,
        .execute = sqlite_execute,
        .set_patience = sqlite_set_patience,
        .set_durable = sqlite_set_durable,
        .expect_bulk = sqlite_expect_bulk,
        .set_references = sqlite_set_references,
        .begin_write = sqlite_begin_write,
        .begin_read = sqlite_begin_read,
        .commit = sqlite_commit,
        .rollback = sqlite_rollback,
        .in_transaction = sqlite_in_transaction,
        .prepare = sqlite_prepare,
        .finalize = sqlite_finalize,
        .bind_int = sqlite_bind_int,
        .bind_text = sqlite_bind_text,
        .bind_bytes = sqlite_bind_bytes,
        .step = sqlite_step,
        .reset = sqlite_reset,
        .column_int = sqlite_column_int,
        .column_is_null = sqlite_column_is_null,
        .column_text = sqlite_column_text,
        .n_columns = sqlite_n_columns,
        .column_name = sqlite_column_name,
        .column_type = sqlite_column_type,
        .changes = sqlite_changes,
        .has_table = sqlite_has_table,
        .data_version = sqlite_data_version,
        .has_moved = sqlite_has_moved,
        .bytes = sqlite_bytes,
        .file = sqlite_path,
        .check = sqlite_check,
        .salvage = sqlite_salvage,
        .settle = sqlite_settle,
        .spare_url = sqlite_spare_url,
        .discard = sqlite_discard,
        .rebuild = sqlite_rebuild,
        .drop_orphans = sqlite_drop_orphans,
        .replace = sqlite_replace,
        .backup = sqlite_backup,
        .empty_log = sqlite_empty_log,
        .log_bytes = sqlite_log_bytes,
        .lock = sqlite_lock,
        .is_locked = sqlite_is_locked,
        .listen = sqlite_listen,
        .look_interval = sqlite_look_interval,
        .heard = sqlite_heard,
        .upkeep_new = checkpointer_new,
        .upkeep_free = checkpointer_free,
        .set_upkeep = checkpointer_serve,
        .upkeep_is_busy = checkpointer_is_busy,
        .upkeep_has_failed = checkpointer_has_failed,
};
