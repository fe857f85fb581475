/* Copies a database while others use it. */

#include "store/db-sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PART_SUFFIX ".part"

/*
 * Copies all pages in one step, which reads one state of the database: with several steps SQLite begins
 * anew whenever another process has written. Writers do not wait for a reader.
 */
static int copy_pages(SqliteDb *db, sqlite3 *target)
{
        sqlite3_backup *backup = sqlite3_backup_init(target, "main", db->handle, "main");
        if (!backup)
                return sqlite3_errcode(target);
        sqlite3_backup_step(backup, -1);
        return sqlite3_backup_finish(backup);
}

/* The copy leaves the mode with a log, so that it is one file. */
static int copy_to(SqliteDb *db, const char *path)
{
        sqlite3 *target = NULL;
        int result = sqlite3_open_v2(path, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
        if (result == SQLITE_OK)
                result = copy_pages(db, target);
        if (result == SQLITE_OK)
                result = sqlite3_exec(target, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
        int r = sqlite_condition(db, result);
        int closed = sqlite3_close(target);
        return r != 0 ? r : sqlite_condition(db, closed);
}

static int make_empty(const char *path)
{
        CLEANUP(cleanup_close)
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
        return fd < 0 || fchmod(fd, 0600) < 0 ? -errno : 0;
}

static int sync_path(const char *path, int flags)
{
        CLEANUP(cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
        return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

static int rename_durably(const char *from, const char *to)
{
        CLEANUP(cleanup_free) char *copy = strdup(to);
        if (!copy)
                return -ENOMEM;
        int r = sync_path(from, 0);
        if (r == 0 && rename(from, to) < 0)
                r = -errno;
        return r != 0 ? r : sync_path(dirname(copy), O_DIRECTORY);
}

int64_t sqlite_log_bytes(Db *db)
{
        char path[PATH_MAX];
        struct stat log;
        snprintf(path, sizeof(path), "%s-wal", sqlite_db(db)->path);
        return stat(path, &log) == 0 ? log.st_size : 0;
}

int sqlite_backup(Db *db, const char *path)
{
        char part[PATH_MAX];
        if (snprintf(part, sizeof(part), "%s" PART_SUFFIX, path) >= (int)sizeof(part))
                return -ENAMETOOLONG;
        int r = make_empty(part);
        if (r != 0)
                return r;
        r = copy_to(sqlite_db(db), part);
        if (r == 0)
                r = rename_durably(part, path);
        if (r != 0)
                unlink(part);
        return r;
}
