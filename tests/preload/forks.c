/*
 * Loads a program once and runs it many times, because loading the libraries takes most of the time of a
 * short command. The program stops before main() and reads requests from the socket FORKS_FD. For each it
 * forks a process that has the request's arguments, environment, directory and standard files, and that runs
 * main().
 *
 * A request is a message of strings, each with its zero octet: "wait" or "leave", the directory, the
 * number of arguments, the arguments, and the variables of the environment; and three descriptors. The
 * answer to "wait" is the status of waitpid(). The answer to "leave" is the number of the process, which is
 * a child of the process that asks; or -1.
 */

#include <dlfcn.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REQUEST_MAX = 1 << 17, WORDS_MAX = 4096, N_FILES = 3 };

typedef int Main(int, char **, char **);
typedef int StartMain(Main *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

static Main *program;
static int requests;

static ssize_t receive(char *request, int files[N_FILES])
{
        char control[CMSG_SPACE(N_FILES * sizeof(int))];
        struct iovec bytes = { request, REQUEST_MAX - 1 };
        struct msghdr message = {
                .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)
        };
        ssize_t n = recvmsg(requests, &message, MSG_CMSG_CLOEXEC);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        if (n <= 0 || !header)
                return 0;
        memcpy(files, CMSG_DATA(header), N_FILES * sizeof(int));
        return n;
}

/* Runs in the new process. The words of a request follow its first one. */
static int run(char *request, size_t n, const int files[N_FILES])
{
        static char *words[WORDS_MAX];
        int n_words = 0;
        for (char *word = request; word < request + n && n_words < WORDS_MAX - 1; word += strlen(word) + 1)
                words[n_words++] = word;
        int n_arguments = atoi(words[1]);
        close(requests);
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

/* Returns the status of the command. */
static int wait_for(char *request, size_t n, const int files[N_FILES])
{
        int status;
        pid_t pid = fork();
        if (pid == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                finish(run(request, n, files));
        }
        return pid > 0 && waitpid(pid, &status, 0) == pid ? status : -1;
}

/* Makes the process a child of this one's parent, which can wait for it. As fork() does, the kernel writes
 * the new thread's number where the C library keeps it. */
static int leave(char *request, size_t n, const int files[N_FILES])
{
        int *number;
        if (prctl(PR_GET_TID_ADDRESS, &number) != 0)
                return -1;
        struct clone_args how = { .flags = CLONE_PARENT | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID,
                .child_tid = (uintptr_t)number };
        long pid = syscall(SYS_clone3, &how, sizeof(how));
        if (pid == 0)
                finish(run(request, n, files));
        return (int)pid;
}

static int serve(int argc, char **argv, char **variables)
{
        static char request[REQUEST_MAX];
        int files[N_FILES];
        (void)argc;
        (void)argv;
        (void)variables;
        requests = atoi(getenv("FORKS_FD"));
        for (ssize_t n; (n = receive(request, files)) > 0;) {
                size_t first = strlen(request) + 1;
                bool is_left = strcmp(request, "leave") == 0;
                int answer = (is_left ? leave : wait_for)(request + first, (size_t)n - first, files);
                for (int i = 0; i < N_FILES; i++)
                        close(files[i]);
                if (send(requests, &answer, sizeof(answer), 0) < 0)
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
