#include "cli/caller-file.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "cli/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* Set once by caller_file_serve(). They are static because the rights to files are those of the process. */
static const CallerFile *served;
static size_t n_served;

void caller_file_serve(const CallerFile *files, size_t n)
{
        served = files;
        n_served = n;
}

static int find_served(const char *path)
{
        for (size_t i = 0; i < n_served; i++)
                if (strcmp(served[i].path, path) == 0)
                        return served[i].fd;
        return -EACCES;
}

int caller_file_open(const char *path)
{
        if (served) {
                int fd = find_served(path);
                int copy = fd < 0 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 0);
                return copy >= 0 || fd < 0 ? copy : -errno;
        }
        owner_pause();
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        int error = errno;
        owner_resume();
        return fd < 0 ? -error : fd;
}

int caller_file_read(const char *path, size_t max_bytes, char **ret, size_t *ret_len)
{
        if (strcmp(path, "-") == 0)
                return file_read_descriptor(STDIN_FILENO, max_bytes, ret, ret_len);
        CLEANUP(cleanup_close) int fd = caller_file_open(path);
        return fd < 0 ? fd : file_read_descriptor(fd, max_bytes, ret, ret_len);
}

bool caller_file_is(const char *path, mode_t type)
{
        struct stat status;
        /* A folder is walked by name, which a process that serves a command never does. */
        if (strcmp(path, "-") == 0 || (served && type == S_IFDIR))
                return false;
        owner_pause();
        int r = served ? fstat(find_served(path), &status) : stat(path, &status);
        owner_resume();
        return r == 0 && (status.st_mode & S_IFMT) == type;
}
