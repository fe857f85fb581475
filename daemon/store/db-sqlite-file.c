/* SQLite's database as files: its size, the lock beside it for the one daemon, and signs that another process has written. */

#include "store/db-sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIGNS_BYTES = 4096 };

/* The last commits lie in a log beside the file. */
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

/* Beside the file itself, whatever name it was opened by. */
static int open_lock(const SqliteDb *db, int flags)
{
        CLEANUP(cleanup_free) char *path = NULL;
        CLEANUP(cleanup_free) char *target = realpath(db->path, NULL);
        if (!target)
                return -errno;
        if (asprintf(&path, "%s.lock", target) < 0) {
                path = NULL;
                return -ENOMEM;
        }
        int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
        return fd < 0 ? -errno : fd;
}

int sqlite_lock(Db *db)
{
        CLEANUP(cleanup_close) int fd = open_lock(sqlite_db(db), O_RDWR | O_CREAT);
        if (fd < 0)
                return fd;
        if (flock(fd, LOCK_EX | LOCK_NB) < 0)
                return errno == EWOULDBLOCK ? DB_E_BUSY : -errno;
        sqlite_db(db)->lock_fd = fd;
        fd = -1;
        return 0;
}

int sqlite_is_locked(Db *db, bool *ret)
{
        CLEANUP(cleanup_close) int fd = open_lock(sqlite_db(db), O_RDONLY);
        *ret = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
        return fd < 0 && fd != -ENOENT ? fd : 0;
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
