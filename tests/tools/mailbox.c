/*
 * Reads a mailbox as the daemon does: `mailbox ROUNDS URL [USERNAME PASSWORD CA_FILE STARTTLS]`. Each
 * message's subject decides: "Undelivered..." is taken, "Poison..." fails for now, all others are left.
 * "Kill" ends the process at once.
 */

#include "mail/mailbox.h"
#include "mail/smtp.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
        (void)number;
        stopped = 1;
}

static bool on_wait(void *userdata)
{
        (void)userdata;
        return !stopped;
}

static int on_message(const char *bytes, size_t len, void *userdata)
{
        (void)userdata;
        const char *found = strncmp(bytes, "Subject: ", 9) == 0 ? bytes : strstr(bytes, "\nSubject: ");
        const char *subject = found ? found + (*found == '\n' ? 10 : 9) : "";
        printf("message %zu %.*s\n", len, (int)strcspn(subject, "\r\n"), subject);
        fflush(stdout);
        if (strncmp(subject, "Kill", 4) == 0)
                raise(SIGKILL);
        return strncmp(subject, "Undelivered", 11) == 0 ? MAILBOX_REMOVE
               : strncmp(subject, "Poison", 6) == 0     ? -1
                                                        : MAILBOX_LEAVE;
}

int main(int argc, char **argv)
{
        CLEANUP(mailbox_freep) Mailbox *mailbox = NULL;
        InputError error;
        MailboxOptions options = {
                .url = argc > 2 ? argv[2] : "",
                .username = argc > 3 ? argv[3] : NULL,
                .password = argc > 4 ? argv[4] : NULL,
                .ca_file = argc > 5 ? argv[5] : NULL,
                .starttls = argc <= 6 || strcmp(argv[6], "false") != 0,
        };
        signal(SIGTERM, on_signal);
        if (smtp_global_init() < 0 || mailbox_check(&options, &error) < 0) {
                printf("refused %s: %s\n", error.where, error.message);
                return 2;
        }
        int r = mailbox_new(&options, &mailbox);
        for (int i = 0; r >= 0 && i < atoi(argv[1]); i++) {
                MailboxRound round;
                r = mailbox_read(mailbox, &(MailboxTaker){ on_message, on_wait, NULL }, &round);
                printf("round %d removed %zu left %zu kept %zu%s%s%s\n", r, round.n_removed, round.n_left,
                                round.n_kept, round.more ? " more" : "", round.error[0] ? " " : "",
                                round.error);
        }
        return r == 0 ? 0 : 1;
}
