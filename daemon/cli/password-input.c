#include "cli/password-input.h"

#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>

/* Signals that end or stop the program. They wait until the terminal echoes again. */
static const int awaited[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };

enum { N_AWAITED = sizeof(awaited) / sizeof(awaited[0]) };

/*
 * Reads up to a newline, which is left out, or the end. Return: 0; -EMSGSIZE if the line is too long;
 * -EINTR if a signal came; -ENODATA if there is not even an empty line; others.
 */
static int read_line(int fd, int signals, char ret[static PASSWORD_INPUT_SIZE])
{
        for (size_t len = 0;;) {
                struct pollfd polled[] = { { .fd = fd, .events = POLLIN },
                        { .fd = signals, .events = POLLIN } };
                if (poll(polled, 2, -1) < 0)
                        return -errno;
                if (polled[1].revents)
                        return -EINTR;
                ssize_t n = read(fd, ret + len, 1);
                if (n < 0)
                        return -errno;
                if (n == 0 && len == 0)
                        return -ENODATA;
                if (n == 0 || ret[len] == '\n') {
                        ret[len] = '\0';
                        return 0;
                }
                if (++len == PASSWORD_INPUT_SIZE)
                        return -EMSGSIZE;
        }
}

static int ask(int terminal, int signals, const char *prompt, char ret[static PASSWORD_INPUT_SIZE])
{
        dprintf(terminal, "%s: ", prompt);
        int r = read_line(terminal, signals, ret);
        dprintf(terminal, "\n");
        return r;
}

/* Asks twice. Return: as read_line(); -EILSEQ if the two passwords differ. */
static int ask_twice(const Cli *cli, int terminal, int signals, char ret[static PASSWORD_INPUT_SIZE])
{
        char again[PASSWORD_INPUT_SIZE] = "";
        int r = ask(terminal, signals, cli->strings->password_prompt, ret);
        if (r == 0)
                r = ask(terminal, signals, cli->strings->password_again, again);
        if (r == 0 && strcmp(ret, again) != 0)
                r = -EILSEQ;
        explicit_bzero(again, sizeof(again));
        return r;
}

/* Asks without echo, and restores the terminal in every case. */
static int ask_unseen(const Cli *cli, int terminal, int signals, char ret[static PASSWORD_INPUT_SIZE])
{
        struct termios before, silent;
        if (tcgetattr(terminal, &before) < 0)
                return -errno;
        silent = before;
        silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
        silent.c_lflag |= ICANON | ISIG;
        if (tcsetattr(terminal, TCSAFLUSH, &silent) < 0)
                return -errno;
        int r = ask_twice(cli, terminal, signals, ret);
        tcsetattr(terminal, TCSAFLUSH, &before);
        return r;
}

static int ask_on_terminal(const Cli *cli, char ret[static PASSWORD_INPUT_SIZE])
{
        CLEANUP(cleanup_close) int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
        sigset_t set, before;
        sigemptyset(&set);
        for (int i = 0; i < N_AWAITED; i++)
                sigaddset(&set, awaited[i]);
        if (terminal < 0 || sigprocmask(SIG_BLOCK, &set, &before) < 0)
                return -errno;
        CLEANUP(cleanup_close) int signals = signalfd(-1, &set, SFD_CLOEXEC);
        int r = signals < 0 ? -errno : ask_unseen(cli, terminal, signals, ret);
        /* A signal that has arrived is still pending, and is delivered here. */
        sigprocmask(SIG_SETMASK, &before, NULL);
        return r;
}

static int refuse(const Cli *cli, const char *pattern)
{
        cli_error(cli, pattern,
                        TEXT_ARGUMENTS({ "n", NULL, PASSWORD_MIN_CHARACTERS },
                                        { "max", NULL, PASSWORD_MAX_BYTES }));
        return CLI_REFUSED;
}

static size_t count_characters(const char *text)
{
        size_t n = 0;
        for (; *text; text++)
                n += ((unsigned char)*text & 0xC0) != 0x80;
        return n;
}

static int check(const Cli *cli, const char *password)
{
        size_t len = strlen(password);
        if (len > PASSWORD_MAX_BYTES)
                return refuse(cli, cli->strings->password_long);
        if (utf8_plain_prefix(password, len) != len || strchr(password, '\t'))
                return refuse(cli, cli->strings->password_control);
        if (count_characters(password) < PASSWORD_MIN_CHARACTERS)
                return refuse(cli, cli->strings->password_short);
        return CLI_DONE;
}

int password_input(const Cli *cli, char ret[static PASSWORD_INPUT_SIZE])
{
        int r = isatty(STDIN_FILENO) ? ask_on_terminal(cli, ret) : read_line(STDIN_FILENO, -1, ret);
        if (r == -EILSEQ)
                return refuse(cli, cli->strings->password_differs);
        if (r == -ENODATA)
                return refuse(cli, cli->strings->password_none);
        if (r == -EMSGSIZE)
                return refuse(cli, cli->strings->password_long);
        if (r != 0)
                return cli_refuse(cli, cli->strings->password_prompt, r);
        return check(cli, ret);
}
