#include "base/process.h"

#include "base/cleanup.h"
#include "base/file.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_BYTES = 4096, START_FIELD = 22, PATH_SIZE = 64, PLACE_SIZE = 80 };
static const unsigned long long ENDED = ULLONG_MAX;

void process_boot(char ret[static PROCESS_BOOT_SIZE])
{
        CLEANUP(cleanup_free) char *boot = NULL;
        size_t len;
        int r = file_read("/proc/sys/kernel/random/boot_id", FILE_BYTES, &boot, &len);
        snprintf(ret, PROCESS_BOOT_SIZE, "%.36s", r < 0 ? "" : boot);
}

/* The boot and the namespace of this process. Return: false if the system does not tell. */
static bool find_place(char ret[static PLACE_SIZE])
{
        char space[32], boot[PROCESS_BOOT_SIZE];
        ssize_t n = readlink("/proc/self/ns/pid", space, sizeof(space) - 1);
        process_boot(boot);
        if (n < 0 || !boot[0])
                return false;
        space[n] = '\0';
        snprintf(ret, PLACE_SIZE, "%s/%s", boot, space);
        return true;
}

/*
 * Returns the start of a process, in the kernel's ticks (proc(5)); 0 if the system does not tell, as when
 * /proc hides the processes of other users; ENDED if only its status is left.
 */
static unsigned long long start_of(long pid)
{
        char path[PATH_SIZE];
        CLEANUP(cleanup_free) char *text = NULL;
        size_t len;
        snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
        if (file_read(path, FILE_BYTES, &text, &len) < 0)
                return 0;
        /* The name of the program stands in parentheses and may have blanks. */
        const char *field = strrchr(text, ')');
        if (field && (strncmp(field, ") Z", 3) == 0 || strncmp(field, ") X", 3) == 0))
                return ENDED;
        for (int i = 2; field && i < START_FIELD; i++) {
                field = strchr(field, ' ');
                field = field ? field + 1 : NULL;
        }
        return field ? strtoull(field, NULL, 10) : 0;
}

void process_name(char ret[static PROCESS_NAME_SIZE])
{
        char place[PLACE_SIZE];
        ret[0] = '\0';
        if (find_place(place))
                snprintf(ret, PROCESS_NAME_SIZE, "%s %ld %llu", place, (long)getpid(), start_of(getpid()));
}

static bool is_gone(long pid, unsigned long long start)
{
        unsigned long long found = start_of(pid);
        return found > 0 ? found != start : kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

bool process_is_gone(const char *name)
{
        char place[PLACE_SIZE], found[PLACE_SIZE];
        long pid;
        unsigned long long start;
        _Static_assert(PLACE_SIZE == 80, "the width of the place in the format below");
        return sscanf(name, "%79s %ld %llu", found, &pid, &start) == 3 && find_place(place) &&
               strcmp(place, found) == 0 && is_gone(pid, start);
}
