#include "cli/command-service.h"

#include "base/log.h"
#include "cli/author.h"
#include "cli/command-packet.h"
#include "store/history.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

/* How long a caller who has connected may wait before it sends its command. */
enum { COMMAND_WAIT_SECONDS = 10 };

/* Standard input and error as the service manager has set them. */
typedef struct Own {
        int socket, error;
} Own;

static void own_done(Own *own)
{
        cleanup_close(&own->socket);
        cleanup_close(&own->error);
}

/* Moves the socket away from standard input, and keeps the way to the journal. */
static int keep_own(Own *ret)
{
        const struct timeval wait = { .tv_sec = COMMAND_WAIT_SECONDS };
        ret->socket = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        ret->error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        return ret->socket < 0 || ret->error < 0 ||
                                               setsockopt(ret->socket, SOL_SOCKET, SO_RCVTIMEO, &wait,
                                                               sizeof(wait)) < 0
                               ? -errno
                               : 0;
}

static int peer_of(int socket, struct ucred *ret)
{
        socklen_t len = sizeof(*ret);
        return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, ret, &len) < 0 ? -errno : 0;
}

static int take_standard(const CommandPacket *packet)
{
        for (int i = 0; i < COMMAND_STANDARD; i++)
                if (dup2(packet->standard[i], i) < 0)
                        return -errno;
        return 0;
}

/* Speaks the language of the caller. The locale becomes part of a path, so it has no other letters. */
static void speak(Cli *cli, const CommandPacket *packet)
{
        static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-@";
        Language language;
        if (language_find(packet->language, &language) == 0)
                cli_speak(cli, language);
        size_t n = strspn(packet->locale, letters);
        if (packet->locale[n] == '\0' || strcasecmp(packet->locale + n, ".UTF-8") == 0)
                setlocale(LC_MESSAGES, packet->locale);
}

static int run_packet(Cli *cli, CommandPacket *packet, int (*run)(Cli *cli, int n_words, char **words))
{
        speak(cli, packet);
        caller_file_serve(packet->files, packet->n_files);
        cli->served_store = packet->store;
        return run(cli, packet->n_words, packet->words);
}

static void log_run(const Cli *cli, const struct ucred *peer, int code)
{
        char user[HISTORY_AUTHOR_SIZE], uid[16];
        author_user_name(peer->uid, user, sizeof(user));
        snprintf(uid, sizeof(uid), "%u", (unsigned)peer->uid);
        /* The store was opened, so the words have been checked. */
        bool has_action = cli->store && cli->command->actions && cli->n_words > 0;
        log_write(LOG_INFO, LOG_FIELDS({ "CALLER_UID", uid }, { "CALLER", user }),
                        "command of %s (UID %s, PID %d): %s%s%s, exit code %d", user, uid, (int)peer->pid,
                        cli->command ? cli->command->name : "none", has_action ? " " : "",
                        has_action ? cli->words[0] : "", code);
}

int command_service_run(Cli *cli, int (*run)(Cli *cli, int n_words, char **words))
{
        CLEANUP(own_done) Own own = { -1, -1 };
        CLEANUP(command_packet_done) CommandPacket packet = { .standard = { -1, -1, -1 } };
        struct ucred peer;
        int r = keep_own(&own);
        if (r == 0)
                r = peer_of(own.socket, &peer);
        if (r == 0)
                r = command_packet_receive(own.socket, &packet);
        if (r == 0)
                r = take_standard(&packet);
        if (r < 0)
                return log_error("no command was received: %s", strerror(-r)), CLI_REFUSED;
        author_serve(peer.uid);
        uint8_t code = (uint8_t)run_packet(cli, &packet, run);
        dup2(own.error, STDERR_FILENO);
        log_run(cli, &peer, code);
        if (send(own.socket, &code, sizeof(code), MSG_NOSIGNAL) < 0)
                log_info("the caller of the command did not wait for its end");
        return CLI_DONE;
}
