/* SQLite behind the seam of store/db.h. WAL with FULL sync: what was committed is on the disk when the call returns. */

#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
        STATEMENTS_MAX = 128,
        PATIENCE_MS = 5000,
        CHECKPOINT_PAGES = 1000, /* as SQLite has it */
        BUSY_POLL_USEC = 250,    /* less than who writes in many transactions leaves between two of them */
};

struct DbStatement {
        Db *db;
        const char *sql; /* the literal; its address is the key */
        sqlite3_stmt *handle;
};

struct Db {
        sqlite3 *handle;
        usec_t patience;
        bool lazy;   /* commits do not wait for the disk */
        bool failed; /* a read, write or sync has failed: the state on the disk is not known any more */
        DbCommitHook hook;
        void *hook_userdata;
        DbStatement statements[STATEMENTS_MAX];
        int n_statements;
};

/* What SQLite's results mean to us, by primary code. */
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
};

static int condition_of(Db *db, int result)
{
        int condition = -EIO;
        for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
                if (conditions[i].sqlite == (result & 0xFF))
                        condition = conditions[i].condition;
        /* After a failed sync nothing may be tried again on this connection: the kernel may have dropped the pages. */
        if (condition == DB_E_IO)
                db->failed = true;
        return condition;
}

const char *db_message(Db *db)
{
        return db->failed ? "a read, write or sync of the database has failed; this connection is not used again"
                          : sqlite3_errmsg(db->handle);
}

int db_execute(Db *db, const char *sql)
{
        if (db->failed)
                return DB_E_IO;
        int result = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
        return result == SQLITE_OK ? 0 : condition_of(db, result);
}

static const char setup[] = "PRAGMA synchronous = FULL;"
                            "PRAGMA foreign_keys = ON;"
                            "PRAGMA trusted_schema = OFF;"
                            "PRAGMA temp_store = MEMORY;"
                            "PRAGMA cache_size = -2000;";

/* SQLite's own handler looks every tenth of a second in the end: it could miss every gap between a long import's transactions. */
static int on_busy(void *userdata, int tries)
{
        const Db *db = userdata;
        if ((usec_t)tries * BUSY_POLL_USEC >= db->patience)
                return 0;
        nanosleep(&(struct timespec){ .tv_nsec = BUSY_POLL_USEC * 1000L }, NULL);
        return 1;
}

void db_set_patience(Db *db, usec_t patience)
{
        db->patience = patience;
}

static int set_up(Db *db, bool read_only)
{
        sqlite3_extended_result_codes(db->handle, 1);
        db_set_patience(db, PATIENCE_MS * USEC_PER_MSEC);
        sqlite3_busy_handler(db->handle, on_busy, db);
        int r = db_execute(db, setup);
        /* The first statement that reads the file: garbage is found here, before anything is written. */
        if (r == 0)
                r = db_execute(db, "SELECT count(*) FROM sqlite_master");
        if (r == 0)
                r = db_execute(db, read_only ? "PRAGMA query_only = ON" : "PRAGMA journal_mode = WAL");
        return r;
}

/* It has people's addresses: only its owner may read it, whatever the umask; SQLite gives its other files the same mode. */
static void make_private(const char *path)
{
        int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd >= 0)
                close(fd);
}

int db_open(const char *url, bool create, bool read_only, Db **ret)
{
        static const char scheme[] = "sqlite:";
        if (strncmp(url, scheme, sizeof(scheme) - 1) != 0)
                return -EINVAL;
        const char *path = url + sizeof(scheme) - 1;
        CLEANUP(db_closep) Db *db = calloc(1, sizeof(*db));
        if (!db)
                return -ENOMEM;
        if (create)
                make_private(path);
        int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
        int result = sqlite3_open_v2(path, &db->handle, flags, NULL);
        if (result != SQLITE_OK)
                return (result & 0xFF) == SQLITE_CANTOPEN ? -ENOENT : condition_of(db, result);
        /* SQLite opens for reading what it may not write, without a word. */
        int r = !read_only && sqlite3_db_readonly(db->handle, "main") == 1 ? DB_E_READ_ONLY
                                                                           : set_up(db, read_only);
        if (r == 0)
                *ret = TAKE_PTR(db);
        return r;
}

Db *db_close(Db *db)
{
        if (!db)
                return NULL;
        for (int i = 0; i < db->n_statements; i++)
                sqlite3_finalize(db->statements[i].handle);
        sqlite3_close(db->handle);
        free(db);
        return NULL;
}

/* In WAL mode NORMAL leaves the sync to the next commit with FULL, or to the checkpoint, which never runs ahead of it. */
int db_set_durable(Db *db, bool durable)
{
        if (db->lazy == !durable)
                return 0;
        int r = db_execute(db, durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        if (r == 0)
                db->lazy = !durable;
        return r;
}

static int on_log(void *userdata, sqlite3 *handle, const char *name, int pages)
{
        Db *db = userdata;
        (void)handle;
        (void)name;
        db->hook(pages, db->hook_userdata);
        return SQLITE_OK;
}

void db_on_commit(Db *db, DbCommitHook hook, void *userdata)
{
        db->hook = hook;
        db->hook_userdata = userdata;
        /* The one takes the place of the other. */
        if (hook)
                sqlite3_wal_hook(db->handle, on_log, db);
        else
                sqlite3_wal_autocheckpoint(db->handle, CHECKPOINT_PAGES);
}

int db_checkpoint(Db *db)
{
        static const int modes[] = { SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_RESTART };
        int result = SQLITE_OK;
        if (db->failed)
                return DB_E_IO;
        for (size_t i = 0; result == SQLITE_OK && i < sizeof(modes) / sizeof(modes[0]); i++)
                result = sqlite3_wal_checkpoint_v2(db->handle, NULL, modes[i], NULL, NULL);
        return result == SQLITE_OK ? 0 : condition_of(db, result);
}

/* Through the cache: to read "COMMIT" takes SQLite as long as to do a small one. */
static int run(Db *db, const char *sql)
{
        DbStatement *statement;
        int r = db_prepare(db, sql, &statement);
        return r != 0 ? r : db_step(statement);
}

int db_begin(Db *db)
{
        return run(db, "BEGIN IMMEDIATE");
}

int db_begin_read(Db *db)
{
        return run(db, "BEGIN");
}

int db_commit(Db *db)
{
        return run(db, "COMMIT");
}

/* Also where the database has failed, which takes no statement any more. */
void db_rollback(Db *db)
{
        if (!sqlite3_get_autocommit(db->handle) && run(db, "ROLLBACK") != 0)
                sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

bool db_in_transaction(Db *db)
{
        return !sqlite3_get_autocommit(db->handle);
}

/*
 * `$2` is a name to SQLite, numbered by where it first appears; `?2` is what PostgreSQL means by `$2`. A dollar sign is nothing else in our
 * statements.
 */
static char *number_parameters(const char *sql)
{
        char *numbered = strdup(sql);
        for (char *c = numbered; c && (c = strchr(c, '$'));)
                *c = '?';
        return numbered;
}

int db_prepare(Db *db, const char *sql, DbStatement **ret)
{
        if (db->failed)
                return DB_E_IO;
        for (int i = 0; i < db->n_statements; i++)
                if (db->statements[i].sql == sql) {
                        db_reset(&db->statements[i]);
                        *ret = &db->statements[i];
                        return 0;
                }
        if (db->n_statements == STATEMENTS_MAX)
                return -ENOSPC;
        DbStatement *statement = &db->statements[db->n_statements];
        *statement = (DbStatement){ .db = db, .sql = sql };
        CLEANUP(cleanup_free) char *numbered = number_parameters(sql);
        if (!numbered)
                return -ENOMEM;
        int result = sqlite3_prepare_v3(
                        db->handle, numbered, -1, SQLITE_PREPARE_PERSISTENT, &statement->handle, NULL);
        if (result != SQLITE_OK)
                return condition_of(db, result);
        db->n_statements++;
        *ret = statement;
        return 0;
}

void db_bind_int(DbStatement *statement, int parameter, int64_t value)
{
        sqlite3_bind_int64(statement->handle, parameter, value);
}

void db_bind_text(DbStatement *statement, int parameter, const char *text)
{
        sqlite3_bind_text(statement->handle, parameter, text, -1, SQLITE_STATIC);
}

void db_bind_blob(DbStatement *statement, int parameter, const void *bytes, size_t len)
{
        sqlite3_bind_blob64(statement->handle, parameter, bytes, len, SQLITE_STATIC);
}

int db_step(DbStatement *statement)
{
        if (statement->db->failed)
                return DB_E_IO;
        int result = sqlite3_step(statement->handle);
        if (result == SQLITE_ROW)
                return DB_ROW;
        int r = result == SQLITE_DONE ? 0 : condition_of(statement->db, result);
        sqlite3_reset(statement->handle);
        return r;
}

void db_reset(DbStatement *statement)
{
        sqlite3_reset(statement->handle);
        sqlite3_clear_bindings(statement->handle);
}

int64_t db_int(DbStatement *statement, int column)
{
        return sqlite3_column_int64(statement->handle, column);
}

const char *db_text(DbStatement *statement, int column, size_t *ret_len)
{
        const void *text = sqlite3_column_type(statement->handle, column) == SQLITE_BLOB
                                           ? sqlite3_column_blob(statement->handle, column)
                                           : (const void *)sqlite3_column_text(statement->handle, column);
        if (ret_len)
                *ret_len = (size_t)sqlite3_column_bytes(statement->handle, column);
        return text;
}

int64_t db_changes(Db *db)
{
        return sqlite3_changes64(db->handle);
}

int db_has_table(Db *db, const char *name, bool *ret)
{
        DbStatement *statement;
        int r = db_prepare(db, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1", &statement);
        if (r != 0)
                return r;
        db_bind_text(statement, 1, name);
        r = db_step(statement);
        *ret = r == DB_ROW;
        db_reset(statement);
        return r == DB_ROW ? 0 : r;
}

/* One row of a pragma as a number, or as text in @on_fault unless it says "ok". */
static int first_int(Db *db, const char *sql, int64_t *ret)
{
        DbStatement *statement;
        int r = db_prepare(db, sql, &statement);
        if (r != 0)
                return r;
        r = db_step(statement);
        if (r == DB_ROW)
                *ret = db_int(statement, 0);
        db_reset(statement);
        return r == DB_ROW ? 0 : r;
}

int db_data_version(Db *db, int64_t *ret)
{
        return first_int(db, "PRAGMA data_version", ret);
}

int db_check(Db *db, void (*on_fault)(const char *fault, void *userdata), void *userdata)
{
        DbStatement *statement;
        int r = db_prepare(db, "PRAGMA integrity_check(20)", &statement);
        while (r == 0 && (r = db_step(statement)) == DB_ROW) {
                const char *text = db_text(statement, 0, NULL);
                if (strcmp(text, "ok") != 0)
                        on_fault(text, userdata);
                r = 0;
                if (strcmp(text, "ok") == 0)
                        break;
        }
        if (r == 0)
                db_reset(statement);
        if (r == 0)
                r = db_prepare(db, "PRAGMA foreign_key_check", &statement);
        while (r == 0 && (r = db_step(statement)) == DB_ROW) {
                char fault[256];
                snprintf(fault, sizeof(fault), "a row of %s refers to one of %s that is not there",
                                db_text(statement, 0, NULL), db_text(statement, 2, NULL));
                on_fault(fault, userdata);
                r = 0;
        }
        return r;
}

int db_large_cache(Db *db)
{
        return db_execute(db, "PRAGMA cache_size = -65536");
}

const char *db_path(const char *url)
{
        const char *colon = strchr(url, ':');
        return colon ? colon + 1 : url;
}
