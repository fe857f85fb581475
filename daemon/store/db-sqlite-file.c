/*
 * The files of an SQLite database: their size, the lock that admits one daemon, and notices of writes by
 * other processes.
 */

#include "store/db-sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIGNS_BYTES = 4096 };

/*
 * Returns the mode of a new database. Only its owner may read it, because it contains addresses of people.
 * But if the group can read the directory and all others cannot, the group may read the database too: then
 * an administrator has chosen the members of that group.
 */
static mode_t mode_for(const char *path)
{
        CLEANUP(cleanup_free) char *copy = strdup(path);
        struct stat directory;
        if (!copy || stat(dirname(copy), &directory) < 0)
                return 0600;
        return (directory.st_mode & 0057) == 0050 ? 0640 : 0600;
}

/*
 * Creates the file with its mode. It does not open an existing file, because closing it would release
 * SQLite's locks on it. SQLite gives its other files the same mode.
 */
void sqlite_make_private(const char *path)
{
        struct stat status;
        int fd = stat(path, &status) < 0 ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
        if (fd >= 0) {
                (void)fchmod(fd, mode_for(path));
                close(fd);
        }
}

/* Returns the size of the database file and of its log together; the log has the last commits. */
int sqlite_bytes(Db *db, int64_t *ret)
{
        static const char *const ends[] = { "", "-wal" };
        char path[PATH_MAX];
        struct stat file;
        *ret = 0;
        for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
                snprintf(path, sizeof(path), "%s%s", sqlite_db(db)->path, ends[i]);
                *ret += stat(path, &file) == 0 ? file.st_size : 0;
        }
        return 0;
}

const char *sqlite_path(Db *db)
{
        return sqlite_db(db)->path;
}

/*
 * The lock is one byte of the database file, after the 512 that SQLite locks (pager.h, PENDING_BYTE). It
 * works under any name of the file, and there is no lock file that could be deleted. SQLite's own locks
 * belong to the process, which loses them when it closes any descriptor of the file (fcntl(2);
 * sqlite.org/howtocorrupt.html, 2.2). So our lock belongs to an open file description of its own, whose
 * descriptor stays open until SQLite has closed the file.
 */
enum { LOCK_BYTE = 0x40000000 + 512 };

static int open_lock(SqliteDb *db)
{
        if (db->lock_fd < 0)
                db->lock_fd = open(db->path, O_RDWR | O_CLOEXEC);
        if (db->lock_fd < 0 && (errno == EACCES || errno == EROFS || errno == EPERM))
                db->lock_fd = open(db->path, O_RDONLY | O_CLOEXEC);
        return db->lock_fd < 0 ? -errno : 0;
}

/* The private copy of a database (sqlite_copy_open()) has no name, so it always counts as moved. */
bool sqlite_has_moved(Db *db)
{
        int has_moved = 0;
        sqlite3_file_control(sqlite_db(db)->handle, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved);
        return has_moved;
}

int sqlite_lock(Db *base)
{
        SqliteDb *db = sqlite_db(base);
        struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_BYTE, .l_len = 1 };
        int r = open_lock(db);
        if (r < 0)
                return r;
        if (fcntl(db->lock_fd, F_OFD_SETLK, &lock) < 0)
                return errno == EAGAIN || errno == EACCES ? DB_E_BUSY
                       : errno == EBADF                   ? DB_E_READ_ONLY
                                                          : -errno;
        db->has_lock = true;
        /* A repair may have replaced this database between opening and locking. */
        return sqlite_has_moved(base) ? -ESTALE : 0;
}

int sqlite_is_locked(Db *base, bool *ret)
{
        SqliteDb *db = sqlite_db(base);
        struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_BYTE, .l_len = 1 };
        int r = open_lock(db);
        if (r == 0 && fcntl(db->lock_fd, F_OFD_GETLK, &lock) < 0)
                r = -errno;
        *ret = db->has_lock || (r == 0 && lock.l_type != F_UNLCK);
        return r;
}

int sqlite_listen(Db *base, int *ret_fd)
{
        SqliteDb *db = sqlite_db(base);
        CLEANUP(cleanup_free) char *path = strdup(db->path);
        if (!path)
                return -ENOMEM;
        CLEANUP(cleanup_close) int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        if (fd < 0 || inotify_add_watch(fd, dirname(path), IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0)
                return -errno;
        *ret_fd = db->watch_fd = fd;
        fd = -1;
        return 0;
}

/* inotify reports each write to the log, so this interval only covers lost notices. */
usec_t sqlite_look_interval(Db *db)
{
        (void)db;
        return 30 * USEC_PER_SEC;
}

bool sqlite_heard(Db *base)
{
        const SqliteDb *db = sqlite_db(base);
        alignas(struct inotify_event) char bytes[SIGNS_BYTES];
        const char *name = strrchr(db->path, '/') ? strrchr(db->path, '/') + 1 : db->path;
        bool found = false;
        ssize_t len;
        while ((len = read(db->watch_fd, bytes, sizeof(bytes))) > 0)
                for (ssize_t at = 0; at < len;) {
                        const struct inotify_event *event = (const struct inotify_event *)(bytes + at);
                        found |= event->len > 0 && strncmp(event->name, name, strlen(name)) == 0;
                        at += (ssize_t)sizeof(*event) + event->len;
                }
        return found;
}
