/*
 * Opens a store in a read-only directory. To read a database that has a log, SQLite needs a shared memory
 * file beside it, and it cannot create that file there. It could read the database without the log
 * ("immutable"), but then it would miss the last commits, and would not notice a writer that has mounted
 * the same file system elsewhere. So this file copies the database and its log into a private file, opens
 * the copy, and then removes its name.
 */

#include "store/db-sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 3, N_FILES = 2, AT_ONCE_BYTES = 1 << 24 };

static const char *const ends[N_FILES] = { "", "-wal" };

static bool same_file(const struct stat *before, const struct stat *after)
{
        return before->st_ino == after->st_ino && before->st_size == after->st_size &&
               before->st_mtim.tv_sec == after->st_mtim.tv_sec &&
               before->st_mtim.tv_nsec == after->st_mtim.tv_nsec;
}

/* Reads the state of both files. A missing log counts as empty. */
static int look(const char *source, struct stat ret[static N_FILES])
{
        char path[PATH_MAX];
        for (int i = 0; i < N_FILES; i++) {
                ret[i] = (struct stat){ 0 };
                snprintf(path, sizeof(path), "%s%s", source, ends[i]);
                if (stat(path, &ret[i]) < 0 && (i == 0 || errno != ENOENT))
                        return -errno;
        }
        return 0;
}

static int copy_bytes(int from, int to)
{
        ssize_t n;
        while ((n = sendfile(to, from, NULL, AT_ONCE_BYTES)) > 0)
                ;
        return n < 0 ? -errno : 0;
}

static int copy_file(const char *source, const char *target)
{
        CLEANUP(cleanup_close) int from = open(source, O_RDONLY | O_CLOEXEC);
        if (from < 0)
                return -errno;
        CLEANUP(cleanup_close) int to = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        return to < 0 ? -errno : copy_bytes(from, to);
}

static int copy_files(const char *source, const struct stat found[static N_FILES], const char *target)
{
        char from[PATH_MAX], to[PATH_MAX];
        int r = 0;
        for (int i = 0; r == 0 && i < N_FILES; i++) {
                snprintf(from, sizeof(from), "%s%s", source, ends[i]);
                snprintf(to, sizeof(to), "%s%s", target, ends[i]);
                if (found[i].st_ino != 0)
                        r = copy_file(from, to);
        }
        return r;
}

static void remove_files(const char *target)
{
        char path[PATH_MAX];
        for (int i = 0; i < N_FILES; i++) {
                snprintf(path, sizeof(path), "%s%s", target, ends[i]);
                unlink(path);
        }
        snprintf(path, sizeof(path), "%s-shm", target);
        unlink(path);
}

/* Copies both files, again if a writer has changed one of them during the copy. */
static int copy_at_rest(const char *source, const char *target)
{
        struct stat before[N_FILES], after[N_FILES];
        for (int i = 0; i < TRIES; i++) {
                int r = look(source, before);
                if (r == 0)
                        r = copy_files(source, before, target);
                if (r == 0)
                        r = look(source, after);
                if (r != 0)
                        return r;
                if (same_file(&before[0], &after[0]) && same_file(&before[1], &after[1]))
                        return 0;
                remove_files(target);
        }
        return DB_E_BUSY;
}

/* Opens the copy and merges the log into it, so that only one file is left. */
static int open_copy(const char *target, sqlite3 **ret)
{
        int result = sqlite3_open_v2(target, ret, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
        return result != SQLITE_OK ? result
                                   : sqlite3_exec(*ret, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
}

int sqlite_copy_open(SqliteDb *db)
{
        CLEANUP(cleanup_free) char *source = realpath(db->path, NULL);
        const char *parent = getenv("TMPDIR");
        char directory[PATH_MAX], target[PATH_MAX];
        if (!source)
                return -errno;
        snprintf(directory, sizeof(directory), "%s/convened-XXXXXX", parent && *parent ? parent : "/tmp");
        if (strlen(source) + sizeof("-wal") > PATH_MAX ||
                        strlen(directory) + sizeof("/store-wal") > PATH_MAX)
                return -ENAMETOOLONG;
        if (!mkdtemp(directory))
                return -errno;
        if (snprintf(target, sizeof(target), "%s/store", directory) >= (int)sizeof(target))
                target[0] = '\0';
        int r = copy_at_rest(source, target);
        if (r == 0)
                r = sqlite_condition(db, open_copy(target, &db->handle));
        remove_files(target);
        rmdir(directory);
        return r;
}
