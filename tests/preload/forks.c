/*
 * Loads a program once and runs it many times, because loading the libraries takes most of the time of a
 * short command. The program stops before main() and reads requests from the socket FORKS_FD. For each it
 * forks a process that has the request's arguments, environment, directory and standard files, and that runs
 * main().
 *
 * A request is a message of strings, each with its zero octet: the directory, the number of arguments, the
 * arguments, and the variables of the environment; and three descriptors. The answer is the status of
 * waitpid().
 */

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REQUEST_MAX = 1 << 17, WORDS_MAX = 4096, N_FILES = 3 };

typedef int Main(int, char **, char **);
typedef int StartMain(Main *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

static Main *program;

static ssize_t receive(int fd, char *request, int files[N_FILES])
{
        char control[CMSG_SPACE(N_FILES * sizeof(int))];
        struct iovec bytes = { request, REQUEST_MAX - 1 };
        struct msghdr message = {
                .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)
        };
        ssize_t n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        if (n <= 0 || !header)
                return 0;
        memcpy(files, CMSG_DATA(header), N_FILES * sizeof(int));
        return n;
}

/* Runs in the new process. */
static int run(char *request, size_t n, const int files[N_FILES])
{
        static char *words[WORDS_MAX];
        int n_words = 0;
        for (char *word = request; word < request + n && n_words < WORDS_MAX - 1; word += strlen(word) + 1)
                words[n_words++] = word;
        int n_arguments = atoi(words[1]);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (int i = 0; i < N_FILES; i++) {
                dup2(files[i], i);
                close(files[i]);
        }
        if (chdir(words[0]) != 0)
                return 127;
        static char *arguments[WORDS_MAX];
        memcpy(arguments, words + 2, (size_t)n_arguments * sizeof(char *));
        environ = words + 2 + n_arguments;
        return program(n_arguments, arguments, environ);
}

/* Ends the process without the destructors of the libraries, which would read pages of seventy libraries. */
static _Noreturn void finish(int status)
{
        fflush(NULL);
        _exit(status);
}

static int serve(int argc, char **argv, char **variables)
{
        static char request[REQUEST_MAX];
        int fd = atoi(getenv("FORKS_FD")), files[N_FILES], status;
        (void)argc;
        (void)argv;
        (void)variables;
        for (ssize_t n; (n = receive(fd, request, files)) > 0;) {
                pid_t pid = fork();
                if (pid == 0) {
                        close(fd);
                        finish(run(request, (size_t)n, files));
                }
                for (int i = 0; i < N_FILES; i++)
                        close(files[i]);
                if (pid < 0 || waitpid(pid, &status, 0) != pid || send(fd, &status, sizeof(status), 0) < 0)
                        return 1;
        }
        return 0;
}

int __libc_start_main(Main *main_function, int argc, char **argv, void (*init)(void), void (*fini)(void),
                void (*rtld_fini)(void), void *stack_end);

int __libc_start_main(Main *main_function, int argc, char **argv, void (*init)(void), void (*fini)(void),
                void (*rtld_fini)(void), void *stack_end)
{
        StartMain *start = (StartMain *)dlsym(RTLD_NEXT, "__libc_start_main");
        program = main_function;
        return start(serve, argc, argv, init, fini, rtld_fini, stack_end);
}
