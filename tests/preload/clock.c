/*
 * Preloaded (LD_PRELOAD): a wall clock that is set while a program runs, without touching the machine's.
 *
 *     CLOCK_FILE=/path  eight bytes in native order: microseconds that the wall clock is ahead; may change
 *
 * As in the kernel, timers of the wall clock follow it, timers with TFD_TIMER_CANCEL_ON_SET are cancelled,
 * and the monotonic clock is unchanged.
 */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { FDS_MAX = 1024, USEC_PER_SECOND = 1000000, NSEC_PER_SECOND = 1000000000 };

/*
 * A timer of the wall clock and its owner's setting. @told: its next read() fails, because the clock was
 * set.
 */
typedef struct Timer {
        bool is_wall, is_set, told;
        int flags;
        struct itimerspec spec;
} Timer;

static struct {
        pthread_mutex_t lock;
        pthread_once_t once;
        _Atomic int64_t none;
        _Atomic int64_t *ahead;
        __typeof__(&clock_gettime) clock_gettime;
        __typeof__(&timerfd_settime) timerfd_settime;
        __typeof__(&read) read;
        Timer timers[FDS_MAX];
        int changes_fd;
        bool is_watched;
} shim = { .lock = PTHREAD_MUTEX_INITIALIZER, .once = PTHREAD_ONCE_INIT, .changes_fd = -1 };

static void get_ready(void)
{
        const char *path = getenv("CLOCK_FILE");
        /*
         * Watch the file before the first read, so that a timer either uses the present offset or a later
         * change is noticed.
         */
        shim.changes_fd = inotify_init1(IN_CLOEXEC);
        if (path)
                inotify_add_watch(shim.changes_fd, path, IN_MODIFY);
        int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        void *map = fd >= 0 ? mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
        shim.ahead = map == MAP_FAILED ? &shim.none : map;
        shim.clock_gettime = (__typeof__(&clock_gettime))dlsym(RTLD_NEXT, "clock_gettime");
        shim.timerfd_settime = (__typeof__(&timerfd_settime))dlsym(RTLD_NEXT, "timerfd_settime");
        shim.read = (__typeof__(&read))dlsym(RTLD_NEXT, "read");
        if (fd >= 0)
                close(fd);
}

static int64_t ahead(void)
{
        pthread_once(&shim.once, get_ready);
        return atomic_load(shim.ahead);
}

static void add(struct timespec *time, int64_t usec)
{
        int64_t nsec = time->tv_nsec + usec % USEC_PER_SECOND * 1000;
        time->tv_sec += usec / USEC_PER_SECOND;
        if (nsec < 0 || nsec >= NSEC_PER_SECOND) {
                time->tv_sec += nsec < 0 ? -1 : 1;
                nsec += nsec < 0 ? NSEC_PER_SECOND : -NSEC_PER_SECOND;
        }
        time->tv_nsec = nsec;
}

int clock_gettime(clockid_t id, struct timespec *ret)
{
        int64_t usec = ahead();
        int r = shim.clock_gettime(id, ret);
        if (r == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
                add(ret, usec);
        return r;
}

int gettimeofday(struct timeval *ret, void *zone)
{
        struct timespec now;
        (void)zone;
        clock_gettime(CLOCK_REALTIME, &now);
        *ret = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
        return 0;
}

time_t time(time_t *ret)
{
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        if (ret)
                *ret = now.tv_sec;
        return now.tv_sec;
}

/* Arms the kernel's timer by the shifted clock. The lock is held. */
static int set(int fd, const Timer *timer)
{
        struct itimerspec spec = timer->spec;
        bool is_off = spec.it_value.tv_sec == 0 && spec.it_value.tv_nsec == 0;
        if (!is_off)
                add(&spec.it_value, -atomic_load(shim.ahead));
        if (!is_off && spec.it_value.tv_sec < 0)
                spec.it_value = (struct timespec){ 0, 1 };
        return shim.timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

/*
 * Cancels a timer, or arms it again, after the clock was set. The lock is held. The call fails if the
 * descriptor is now another file's.
 */
static void follow(int fd, Timer *timer)
{
        static const struct itimerspec at_once = { .it_value = { 0, 1 } };
        if (timer->flags & TFD_TIMER_CANCEL_ON_SET)
                timer->told = shim.timerfd_settime(fd, 0, &at_once, NULL) == 0;
        else
                set(fd, timer);
}

static void follow_all(void)
{
        pthread_mutex_lock(&shim.lock);
        for (int fd = 0; fd < FDS_MAX; fd++)
                if (shim.timers[fd].is_set)
                        follow(fd, &shim.timers[fd]);
        pthread_mutex_unlock(&shim.lock);
}

/* Sleeps until the file is written, so that it uses no CPU while the clock is not set. */
static void *watch(void *userdata)
{
        (void)userdata;
        char events[sizeof(struct inotify_event) + NAME_MAX + 1];
        while (shim.read(shim.changes_fd, events, sizeof(events)) > 0)
                follow_all();
        return NULL;
}

/* Starts the watching thread, which blocks all signals. The lock is held. */
static void start_watch(void)
{
        sigset_t all, before;
        pthread_t thread;
        if (shim.is_watched)
                return;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        shim.is_watched = pthread_create(&thread, NULL, watch, NULL) == 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int timerfd_create(int clock, int flags)
{
        __typeof__(&timerfd_create) real = (__typeof__(&timerfd_create))dlsym(RTLD_NEXT, "timerfd_create");
        ahead();
        int fd = real(clock, flags);
        pthread_mutex_lock(&shim.lock);
        if (fd >= 0 && fd < FDS_MAX)
                shim.timers[fd] = (Timer){ .is_wall = clock == CLOCK_REALTIME };
        start_watch();
        pthread_mutex_unlock(&shim.lock);
        return fd;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *spec, struct itimerspec *old)
{
        ahead();
        if (fd < 0 || fd >= FDS_MAX || !shim.timers[fd].is_wall || !(flags & TFD_TIMER_ABSTIME))
                return shim.timerfd_settime(fd, flags, spec, old);
        pthread_mutex_lock(&shim.lock);
        shim.timers[fd] = (Timer){ .is_wall = true, .is_set = true, .flags = flags, .spec = *spec };
        int r = set(fd, &shim.timers[fd]);
        pthread_mutex_unlock(&shim.lock);
        return r;
}

ssize_t read(int fd, void *buffer, size_t size)
{
        ahead();
        ssize_t n = shim.read(fd, buffer, size);
        if (n < 0 || fd < 0 || fd >= FDS_MAX)
                return n;
        pthread_mutex_lock(&shim.lock);
        bool told = shim.timers[fd].told;
        shim.timers[fd].told = false;
        pthread_mutex_unlock(&shim.lock);
        if (told)
                errno = ECANCELED;
        return told ? -1 : n;
}
