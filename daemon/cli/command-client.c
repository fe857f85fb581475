#include "cli/command-client.h"

#include "base/file.h"
#include "cli/command-packet.h"
#include "cli/password-input.h"
#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* A command that is on its way: the ends of the pipes here, and the packet with the others. */
typedef struct Handing {
        Cli *cli;
        int socket;
        int from[COMMAND_STANDARD]; /* where the output of the process is read; -1 for standard input */
        char **words;               /* borrowed */
        int n_words;
        bool reads_input; /* one of the files is "-" */
        CommandPacket packet;
} Handing;

static void handing_done(Handing *handing)
{
        cleanup_close(&handing->socket);
        for (int i = 0; i < COMMAND_STANDARD; i++)
                cleanup_close(&handing->from[i]);
        command_packet_done(&handing->packet);
}

static int connect_to(const char *path, int *ret)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        if (!path[0])
                return -ENOENT;
        if (strlen(path) >= sizeof(address.sun_path))
                return -ENAMETOOLONG;
        CLEANUP(cleanup_close) int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        if (fd < 0)
                return -errno;
        strcpy(address.sun_path, path);
        if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
                return -errno;
        *ret = fd;
        fd = -1;
        return 0;
}

/* ---- Files ---- */

/*
 * The commands that read files, and where the files are named: by the words from @first on, or by an
 * option.
 */
static const struct {
        const char *command, *action; /* NULL: no action, or any */
        int first;
        const char *option;
} file_words[] = {
        { "import", NULL, 0, NULL },
        { "contact", "import", 1, NULL },
        { "draft", NULL, 0, NULL },
        { "match", NULL, -1, "wishes" },
};

static int add_file(Handing *handing, const char *path)
{
        CommandPacket *packet = &handing->packet;
        struct stat status;
        if (packet->n_files == COMMAND_FILES_MAX)
                return -E2BIG;
        CLEANUP(cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (fd < 0 || fstat(fd, &status) < 0)
                return -errno;
        if (S_ISDIR(status.st_mode))
                return -EISDIR;
        packet->files[packet->n_files++] = (CallerFile){ path, fd };
        fd = -1;
        return 0;
}

static int add_named(Handing *handing, const char *path)
{
        bool is_input = strcmp(path, "-") == 0;
        handing->reads_input |= is_input;
        int r = is_input ? 0 : add_file(handing, path);
        return r == 0 ? CLI_DONE : cli_refuse(handing->cli, path, r);
}

static int add_files(Handing *handing)
{
        const Cli *cli = handing->cli;
        int code = CLI_DONE;
        for (size_t i = 0; i < sizeof(file_words) / sizeof(file_words[0]); i++) {
                const char *action = file_words[i].action, *option = file_words[i].option;
                const char *path = option ? cli_value(cli, option, 0) : NULL;
                if (strcmp(file_words[i].command, cli->command->name) != 0 ||
                                (action && strcmp(action, cli->words[0]) != 0))
                        continue;
                if (path)
                        code = add_named(handing, path);
                for (int word = file_words[i].first; word >= 0 && word < cli->n_words && code == CLI_DONE;
                                word++)
                        code = add_named(handing, cli->words[word]);
        }
        return code;
}

/* ---- Standard input, output and error ---- */

static bool asks_password(const Cli *cli)
{
        return strcmp(cli->command->name, "account") == 0 &&
               (strcmp(cli->words[0], "add") == 0 || strcmp(cli->words[0], "passwd") == 0) &&
               !cli_flag(cli, "no-password");
}

/* Reads a terminal to its end into memory, for a command that reads standard input. */
static int copy_terminal(int to)
{
        char block[4096];
        ssize_t n;
        int r = 0;
        while (r == 0 && (n = read(STDIN_FILENO, block, sizeof(block))) > 0)
                r = file_write_all(to, block, (size_t)n);
        return r == 0 && n < 0 ? -errno : r;
}

static int copy_password(const Cli *cli, int to)
{
        char password[PASSWORD_INPUT_SIZE + 1];
        int code = password_input(cli, password);
        size_t len = code == CLI_DONE ? strlen(password) : 0;
        password[len] = '\n';
        if (code == CLI_DONE && write(to, password, len + 1) != (ssize_t)len + 1)
                code = cli_refuse(cli, cli->strings->password_prompt, -errno);
        explicit_bzero(password, sizeof(password));
        return code;
}

/* Hands standard input on or, if it is a terminal, a file in memory with what the user types. */
static int prepare_input(Handing *handing)
{
        const Cli *cli = handing->cli;
        int *ret = &handing->packet.standard[STDIN_FILENO];
        bool is_terminal = isatty(STDIN_FILENO);
        *ret = is_terminal ? memfd_create("input", MFD_CLOEXEC) : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
        if (*ret < 0)
                return cli_refuse(cli, "-", -errno);
        int code = CLI_DONE;
        if (is_terminal && asks_password(cli))
                code = copy_password(cli, *ret);
        int r = is_terminal && handing->reads_input ? copy_terminal(*ret) : 0;
        if (is_terminal)
                lseek(*ret, 0, SEEK_SET);
        return r < 0 ? cli_refuse(cli, "-", r) : code;
}

static int prepare_output(Handing *handing)
{
        for (int i = STDOUT_FILENO; i <= STDERR_FILENO; i++) {
                int ends[2];
                if (pipe2(ends, O_CLOEXEC) < 0)
                        return cli_refuse(handing->cli, "-", -errno);
                handing->from[i] = ends[0];
                handing->packet.standard[i] = ends[1];
        }
        return CLI_DONE;
}

/* ---- The command ---- */

/* Passes on what one pipe has. At its end, it is closed. */
static int relay(int *from, int to)
{
        char block[65536];
        ssize_t n = read(*from, block, sizeof(block));
        if (n > 0)
                return file_write_all(to, block, (size_t)n);
        close(*from);
        *from = -1;
        return n < 0 ? -errno : 0;
}

/* Passes on the output until the process has closed both pipes. poll() ignores a negative descriptor. */
static int relay_all(Handing *handing)
{
        int *out = &handing->from[STDOUT_FILENO], *error = &handing->from[STDERR_FILENO];
        int r = 0;
        while (r == 0 && (*out >= 0 || *error >= 0)) {
                struct pollfd polled[] = { { .fd = *out, .events = POLLIN },
                        { .fd = *error, .events = POLLIN } };
                if (poll(polled, 2, -1) < 0)
                        r = errno == EINTR ? 0 : -errno;
                else if (polled[0].revents)
                        r = relay(out, STDOUT_FILENO);
                else if (polled[1].revents)
                        r = relay(error, STDERR_FILENO);
        }
        return r;
}

/*
 * Sends the packet, and closes what was in it: without the other ends here, the pipes end with the process.
 */
static int send_packet(Handing *handing)
{
        CommandPacket *packet = &handing->packet;
        packet->words = handing->words;
        packet->n_words = handing->n_words;
        int r = command_packet_send(handing->socket, packet);
        packet->words = NULL;
        command_packet_done(packet);
        *packet = (CommandPacket){ .standard = { -1, -1, -1 } };
        return r;
}

static int hand_over(Handing *handing)
{
        const Cli *cli = handing->cli;
        uint8_t code;
        int r = send_packet(handing);
        if (r == 0)
                r = relay_all(handing);
        if (r < 0)
                return cli_refuse(cli, cli->config->auth.command_socket, r);
        if (recv(handing->socket, &code, sizeof(code), 0) == sizeof(code))
                return code;
        cli_error(cli, cli->strings->command_lost, NULL);
        return CLI_REFUSED;
}

int command_client_run(Cli *cli, int n_words, char **words, int *ret_code)
{
        const char *locale = setlocale(LC_MESSAGES, NULL);
        CLEANUP(handing_done)
        Handing handing = { .cli = cli,
                .socket = -1,
                .from = { -1, -1, -1 },
                .words = words,
                .n_words = n_words,
                .packet = { .language = cli->language,
                                .locale = locale ? locale : "C",
                                .store = db_name(cli->config->store),
                                .standard = { -1, -1, -1 } } };
        int r = connect_to(cli->config->auth.command_socket, &handing.socket);
        if (r < 0)
                return r;
        int code = add_files(&handing);
        if (code == CLI_DONE)
                code = prepare_input(&handing);
        if (code == CLI_DONE)
                code = prepare_output(&handing);
        *ret_code = code == CLI_DONE ? hand_over(&handing) : code;
        return 0;
}
