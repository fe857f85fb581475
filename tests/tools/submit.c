/*
 * submit [OPTIONS] URL RECIPIENT FILE: submits the mail in FILE to a mail server and prints, for each
 * submission, one line of `VERDICT CODE COMMIT RECIPIENT TEXT`: COMMIT is "commit" if the commit was
 * reached, RECIPIENT is "refused" if it was refused; else "-".
 */

#include "base/clock.h"
#include "base/file.h"
#include "mail/smtp.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MESSAGE_MAX_BYTES = 16 * 1024 * 1024, POLL_USEC = 10000 };

typedef struct Submit {
        const char *wait_for; /* the commit creates FILE.called and waits for FILE */
        bool refuse;
        bool committed;
} Submit;

static int wait_for_file(const char *name)
{
        char called[4096];
        snprintf(called, sizeof(called), "%s.called", name);
        FILE *file = fopen(called, "w");
        if (!file || fclose(file) != 0)
                return -errno;
        while (access(name, F_OK) != 0)
                usleep(POLL_USEC);
        return 0;
}

/* Returns whether the mail may be committed. */
static bool may_commit(Submit *submit)
{
        submit->committed = true;
        return (!submit->wait_for || wait_for_file(submit->wait_for) == 0) && !submit->refuse;
}

static SmtpStage go_on(Smtp *smtp)
{
        struct pollfd sockets[SMTP_SOCKETS_MAX];
        usec_t until, now = clock_monotonic();
        size_t n = smtp_poll(smtp, sockets, &until);
        int milliseconds = until == USEC_INFINITY ? -1 : until <= now ? 0 : (int)((until - now) / 1000 + 1);
        poll(sockets, n, milliseconds);
        return smtp_go_on(smtp, sockets, n);
}

/* Return: as smtp_begin(), and -ECANCELED if the commit was refused. */
static int deliver(Smtp *smtp, Submit *submit, const SmtpMail *mail)
{
        int r = smtp_begin(smtp, mail);
        while (r == 0 && smtp_stage(smtp) != SMTP_DONE) {
                if (go_on(smtp) != SMTP_AT_COMMIT)
                        continue;
                if (may_commit(submit)) {
                        smtp_commit(smtp);
                } else {
                        smtp_abort(smtp);
                        r = -ECANCELED;
                }
        }
        return r;
}

static void print_outcome(const SmtpOutcome *outcome, bool committed)
{
        static const char *const verdicts[] = {
                [SMTP_NOT_DELIVERED] = "NOT_DELIVERED",
                [SMTP_SENT] = "SENT",
                [SMTP_DEFERRED] = "DEFERRED",
                [SMTP_REFUSED] = "REFUSED",
                [SMTP_UNKNOWN] = "UNKNOWN",
        };
        printf("%s %d %s %s %s\n", verdicts[outcome->verdict], outcome->reply_code,
                        committed ? "commit" : "-", outcome->concerns_mail ? "refused" : "-",
                        outcome->reply);
}

static void print_line(SmtpSide side, const char *line, void *userdata)
{
        (void)userdata;
        fprintf(stderr, "%c %s\n", "*><"[side], line);
}

static void submit_once(Smtp *smtp, Submit *submit, const SmtpMail *mail)
{
        submit->committed = false;
        int r = deliver(smtp, submit, mail);
        if (r == 0)
                print_outcome(smtp_outcome(smtp), submit->committed);
        else
                printf("ERROR %d %s - %s\n", r, submit->committed ? "commit" : "-", strerror(-r));
        fflush(stdout);
}

int main(int argc, char **argv)
{
        SmtpOptions options = { .reply_timeout = 10 * USEC_PER_SEC };
        Submit submit = { 0 };
        int times = 1, pause_msec = 0;
        for (int c; (c = getopt(argc, argv, "u:p:c:h:st:n:i:rw:T:k:K:v")) != -1;) {
                if (c == 'u')
                        options.username = optarg;
                else if (c == 'p')
                        options.password = optarg;
                else if (c == 'c')
                        options.ca_file = optarg;
                else if (c == 'h')
                        options.hello = optarg;
                else if (c == 'k')
                        options.token_file = optarg;
                else if (c == 'K')
                        options.token_command = optarg;
                else if (c == 'T')
                        options.connect_timeout = atoi(optarg) * USEC_PER_SEC;
                else if (c == 'v')
                        options.on_dialogue = print_line;
                else if (c == 's')
                        options.starttls = true;
                else if (c == 't')
                        options.reply_timeout = atoi(optarg) * USEC_PER_SEC;
                else if (c == 'n')
                        times = atoi(optarg);
                else if (c == 'i')
                        pause_msec = atoi(optarg);
                else if (c == 'r')
                        submit.refuse = true;
                else if (c == 'w')
                        submit.wait_for = optarg;
                else
                        return 2;
        }
        CLEANUP(smtp_freep) Smtp *smtp = NULL;
        CLEANUP(cleanup_free) char *bytes = NULL;
        size_t len;
        InputError error;
        if (argc - optind != 3 || smtp_global_init() < 0)
                return 2;
        options.url = argv[optind];
        if (smtp_check(&options, &error) < 0 || smtp_new(&options, &smtp) < 0 ||
                        file_read(argv[optind + 2], MESSAGE_MAX_BYTES, &bytes, &len) < 0)
                return 2;
        SmtpMail mail = {
                .sender = "reminders@example.org",
                .recipient = argv[optind + 1],
                .bytes = bytes,
                .len = len,
        };
        for (int i = 0; i < times; i++) {
                if (i > 0)
                        usleep((useconds_t)pause_msec * 1000);
                submit_once(smtp, &submit, &mail);
        }
        return 0;
}
