/*
 * Preloaded into the daemon (LD_PRELOAD): lets the N-th call of a function fail, as on a full or faulty disk
 * under the store.
 *
 *     DISK_AT=pwrite:3     the third pwrite() to a file of the store; fdatasync:1
 *     DISK_AT=write:1      the first write() to a long reply, which is a file without a name
 *     DISK_ERROR=28        errno of the failure: 28 is ENOSPC, 5 is EIO
 *     DISK_LASTING=1       later calls of that function fail as well
 *
 * Calls are counted in all threads. DISK_LOG names a file that gets a line for each failure.
 */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 32, PATH_MAX_BYTES = 4096 };

static struct {
        pthread_once_t once;
        pthread_mutex_t lock;
        char name[NAME_MAX_BYTES];
        long at, count;
        int error;
        bool lasting;
} disk = { .once = PTHREAD_ONCE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER };

#define REAL(function) ((__typeof__(&function))dlsym(RTLD_NEXT, #function))

static void get_ready(void)
{
        const char *at = getenv("DISK_AT"), *error = getenv("DISK_ERROR");
        if (!at || sscanf(at, "%31[^:]:%ld", disk.name, &disk.at) != 2)
                disk.name[0] = '\0';
        disk.error = error ? atoi(error) : EIO;
        disk.lasting = getenv("DISK_LASTING") != NULL;
}

static bool has_path(int fd, const char *part)
{
        char link[64], path[PATH_MAX_BYTES];
        snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
        ssize_t n = readlink(link, path, sizeof(path) - 1);
        path[n > 0 ? n : 0] = '\0';
        return strstr(path, part) != NULL;
}

static void note(void)
{
        const char *log = getenv("DISK_LOG");
        int fd = log ? open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
        if (fd >= 0 && write(fd, "failed\n", 7) != 7)
                abort();
        if (fd >= 0)
                close(fd);
}

/* Returns whether this call fails, with errno set. */
static bool fails(const char *function, int fd)
{
        pthread_once(&disk.once, get_ready);
        bool is_reply = strcmp(function, "write") == 0;
        if (strcmp(disk.name, function) != 0 || !has_path(fd, is_reply ? "/var/tmp/#" : "/convened.db"))
                return false;
        pthread_mutex_lock(&disk.lock);
        disk.count++;
        bool now = disk.count == disk.at || (disk.lasting && disk.count > disk.at);
        if (now)
                note();
        pthread_mutex_unlock(&disk.lock);
        if (now)
                errno = disk.error;
        return now;
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset)
{
        return fails("pwrite", fd) ? -1 : REAL(pwrite64)(fd, bytes, len, offset);
}

int fdatasync(int fd)
{
        return fails("fdatasync", fd) ? -1 : REAL(fdatasync)(fd);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
        return fails("write", fd) ? -1 : REAL(write)(fd, bytes, len);
}
