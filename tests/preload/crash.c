/*
 * Preloaded into the daemon or the command (LD_PRELOAD): ends it with SIGKILL before or after the N-th call
 * of a function, so that every write to the disk and to the mail server is tested.
 *
 *     CRASH_AT=send:3      before the third send()     CRASH_AT=fdatasync:7+   after the seventh fdatasync()
 *     CRASH_AT=exit:1      after main() has returned
 *     CRASH_POWER=1        unsynced writes to the store are lost, as in a power loss
 *     CRASH_POWER=2        every second unsynced write is lost, and what was appended by it reads as zeros
 *
 * Calls are counted in all threads. CRASH_LOG names a file that gets a line at the kill. Each line that the
 * program has printed before is passed on.
 */

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WRITES_MAX = 65536, FILES_MAX = 64, NAME_MAX_BYTES = 32 };

/* The old bytes that an unsynced write has replaced. */
typedef struct Undo {
        int fd;             /* stays open when the program closes its own */
        ino_t file;         /* a sync applies to the file, whichever descriptor wrote */
        off_t offset, size; /* offset of the write, file size before */
        size_t len, written;
        char *before;
} Undo;

/* A file that was written to. Its number cannot be used by another file while the descriptor is open. */
typedef struct File {
        ino_t number;
        int fd;
} File;

static struct {
        pthread_mutex_t lock;
        bool ready, behind, power, half;
        char name[NAME_MAX_BYTES];
        long count;
        File files[FILES_MAX];
        int n_files;
        Undo undo[WRITES_MAX];
        int n_undo;
} crash = { .lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP };

#define REAL(function) ((__typeof__(&function))dlsym(RTLD_NEXT, #function))

static void get_ready(void)
{
        const char *at = getenv("CRASH_AT");
        if (crash.ready)
                return;
        crash.ready = true;
        crash.power = getenv("CRASH_POWER") != NULL;
        crash.half = crash.power && strcmp(getenv("CRASH_POWER"), "2") == 0;
        if (at && sscanf(at, "%31[^:]:%ld", crash.name, &crash.count) == 2)
                crash.behind = at[strlen(at) - 1] == '+';
}

static void lose(const Undo *undo)
{
        REAL(pwrite64)(undo->fd, undo->before, undo->len, undo->offset);
        if (!crash.half || undo->written == 0)
                REAL(ftruncate64)(undo->fd, undo->size);
        else if (undo->written > undo->len) {
                char *zeros = calloc(1, undo->written);
                REAL(pwrite64)(undo->fd, zeros, undo->written - undo->len, undo->offset + (off_t)undo->len);
        }
}

static void lose_unsynced(void)
{
        for (bool is_lost = true; crash.n_undo > 0; is_lost = !is_lost) {
                const Undo *undo = &crash.undo[--crash.n_undo];
                if (is_lost || !crash.half)
                        lose(undo);
        }
}

/* Ends the process. Keeps the lock, so that no other thread writes to the store or the server. */
static void end(void)
{
        const char *log = getenv("CRASH_LOG");
        int fd = log ? open(log, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
        if (fd >= 0 && write(fd, "crashed\n", 8) != 8)
                abort();
        if (crash.power)
                lose_unsynced();
        kill(getpid(), SIGKILL);
        pause();
}

static bool is_moment(const char *function, bool behind)
{
        return strcmp(crash.name, function) == 0 && crash.behind == behind && crash.count == 0;
}

static void enter(const char *function)
{
        pthread_mutex_lock(&crash.lock);
        get_ready();
        if (strcmp(crash.name, function) == 0)
                crash.count--;
        if (is_moment(function, false))
                end();
}

static void leave(const char *function)
{
        if (is_moment(function, true))
                end();
        pthread_mutex_unlock(&crash.lock);
}

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
        enter("send");
        ssize_t n = REAL(send)(fd, bytes, len, flags);
        leave("send");
        return n;
}

ssize_t recv(int fd, void *bytes, size_t len, int flags)
{
        enter("recv");
        ssize_t n = REAL(recv)(fd, bytes, len, flags);
        leave("recv");
        return n;
}

static void forget(int fd)
{
        struct stat file;
        int kept = 0;
        for (int i = 0; fstat(fd, &file) == 0 && i < crash.n_undo; i++) {
                if (crash.undo[i].file == file.st_ino)
                        free(crash.undo[i].before);
                else
                        crash.undo[kept++] = crash.undo[i];
        }
        crash.n_undo = kept;
}

int fdatasync(int fd)
{
        enter("fdatasync");
        int r = REAL(fdatasync)(fd);
        forget(fd);
        leave("fdatasync");
        return r;
}

int fsync(int fd)
{
        enter("fsync");
        int r = REAL(fsync)(fd);
        forget(fd);
        leave("fsync");
        return r;
}

int renameat(int from, const char *name, int to, const char *new_name)
{
        enter("renameat");
        int r = REAL(renameat)(from, name, to, new_name);
        leave("renameat");
        return r;
}

static int keep_open(int fd, ino_t number)
{
        for (int i = 0; i < crash.n_files; i++)
                if (crash.files[i].number == number)
                        return crash.files[i].fd;
        if (crash.n_files == FILES_MAX)
                abort();
        crash.files[crash.n_files] = (File){ number, fcntl(fd, F_DUPFD_CLOEXEC, 0) };
        return crash.files[crash.n_files++].fd;
}

static void remember(int fd, size_t len, off_t offset)
{
        struct stat file;
        if (!crash.power || crash.n_undo == WRITES_MAX || fstat(fd, &file) < 0 || !S_ISREG(file.st_mode))
                return;
        Undo *undo = &crash.undo[crash.n_undo++];
        *undo = (Undo){ .fd = keep_open(fd, file.st_ino),
                .file = file.st_ino,
                .offset = offset,
                .size = file.st_size,
                .written = len,
                .before = malloc(len + 1) };
        ssize_t n = undo->before ? pread64(fd, undo->before, len, offset) : 0;
        undo->len = n > 0 ? (size_t)n : 0;
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset)
{
        enter("pwrite");
        remember(fd, len, offset);
        ssize_t n = REAL(pwrite64)(fd, bytes, len, offset);
        leave("pwrite");
        return n;
}

/* The name without 64 is used by programs that are compiled without _FILE_OFFSET_BITS. */
ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
        return pwrite64(fd, bytes, len, offset);
}

int ftruncate64(int fd, off64_t size)
{
        pthread_mutex_lock(&crash.lock);
        get_ready();
        remember(fd, 0, 0);
        int r = REAL(ftruncate64)(fd, size);
        pthread_mutex_unlock(&crash.lock);
        return r;
}

__attribute__((constructor)) static void pass_on_lines(void)
{
        setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
}

__attribute__((destructor)) static void leave_main(void)
{
        enter("exit");
        leave("exit");
}
