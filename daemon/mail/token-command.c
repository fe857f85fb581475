#include "mail/token-command.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TOKEN_MAX_BYTES = 4096, END_POLL_MS = 10 };

/*
 * The program has a group of its own, so that it can be killed with its children, and no signal is blocked.
 */
static int set_attributes(posix_spawnattr_t *attributes)
{
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        int r = posix_spawnattr_setflags(
                        attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        if (r == 0)
                r = posix_spawnattr_setsigmask(attributes, &none);
        return r != 0 ? r : posix_spawnattr_setsigdefault(attributes, &all);
}

/* The program's standard error is dropped, because it may show the token. */
static int set_files(posix_spawn_file_actions_t *files, int output)
{
        int r = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        if (r == 0)
                r = posix_spawn_file_actions_adddup2(files, output, STDOUT_FILENO);
        return r != 0 ? r : posix_spawn_file_actions_addopen(files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
}

static int start(const char *path, int output, pid_t *ret)
{
        char *copy = strdup(path);
        char *arguments[] = { copy, NULL };
        posix_spawn_file_actions_t files;
        posix_spawnattr_t attributes;
        if (!copy)
                return -ENOMEM;
        posix_spawn_file_actions_init(&files);
        posix_spawnattr_init(&attributes);
        int r = set_files(&files, output);
        if (r == 0)
                r = set_attributes(&attributes);
        if (r == 0)
                r = posix_spawn(ret, path, &files, &attributes, arguments, environ);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&files);
        free(copy);
        return -r;
}

/* Waits for output. Return: 1 if there is some, 0 after an interruption, negative errno. */
static int wait_output(int fd, usec_t until)
{
        struct pollfd ready = { .fd = fd, .events = POLLIN };
        usec_t left = until - clock_monotonic();
        int n = left > 0 ? poll(&ready, 1, (int)(left / USEC_PER_MSEC) + 1) : 0;
        if (n < 0)
                return errno == EINTR ? 0 : -errno;
        return n == 0 ? -ETIMEDOUT : 1;
}

static int read_output(int fd, usec_t until, char buffer[static TOKEN_MAX_BYTES])
{
        size_t len = 0;
        for (ssize_t got = 1; got != 0;) {
                int r = wait_output(fd, until);
                if (r < 0)
                        return r;
                got = r > 0 ? read(fd, buffer + len, TOKEN_MAX_BYTES - 1 - len) : -1;
                len += got > 0 ? (size_t)got : 0;
                if (len == TOKEN_MAX_BYTES - 1)
                        return -EFBIG;
        }
        buffer[len] = '\0';
        buffer[strcspn(buffer, "\r\n")] = '\0';
        return buffer[0] ? 0 : -ENODATA;
}

/* Waits for the end of the program, which may close its output earlier. */
static int wait_end(pid_t pid, usec_t until)
{
        int status;
        while (waitpid(pid, &status, WNOHANG) == 0) {
                if (clock_monotonic() >= until) {
                        kill(-pid, SIGKILL);
                        waitpid(pid, &status, 0);
                        return -ETIMEDOUT;
                }
                poll(NULL, 0, END_POLL_MS);
        }
        return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECHILD;
}

static int run(const char *path, usec_t until, char buffer[static TOKEN_MAX_BYTES])
{
        int ends[2];
        pid_t pid = 0;
        if (pipe2(ends, O_CLOEXEC) < 0)
                return -errno;
        int r = start(path, ends[1], &pid);
        close(ends[1]);
        if (r == 0)
                r = read_output(ends[0], until, buffer);
        close(ends[0]);
        if (pid == 0)
                return r;
        int ended = wait_end(pid, r == 0 || r == -ENODATA ? until : 0);
        return ended == -ECHILD || r == 0 ? ended : r;
}

int token_command_run(const char *path, usec_t timeout, char **ret)
{
        char buffer[TOKEN_MAX_BYTES] = "";
        *ret = NULL;
        int r = run(path, clock_monotonic() + timeout, buffer);
        if (r == 0)
                *ret = strdup(buffer);
        explicit_bzero(buffer, sizeof(buffer));
        return r != 0 || *ret ? r : -ENOMEM;
}
