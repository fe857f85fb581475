/* convene check: looks for faults in the store. convene status: shows the state of store and daemon. */

#include "base/log.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/meeting-check.h"
#include "cli/output.h"
#include "cli/parent-check.h"
#include "cli/repair.h"
#include "feed/feed.h"
#include "store/backup.h"
#include "store/due-index.h"
#include "store/hold.h"
#include "store/ledger.h"
#include "store/node.h"
#include "store/object.h"
#include "store/suppression.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Google reads about one megabyte of a feed. */
enum { FEED_WARN_BYTES = 1000000, REPLY_SLACK_SECONDS = 300 };

const CliOption check_options[] = {
        { "full", NULL, HELP_CHECK_FULL },
        { "repair", NULL, HELP_CHECK_REPAIR },
        { NULL, NULL, 0 },
};

const CliOption status_options[] = {
        { NULL, NULL, 0 },
};

typedef struct Faults {
        const Cli *cli;
        int n;
} Faults;

static void on_fault(const char *fault, void *userdata)
{
        Faults *faults = userdata;
        cli_error(faults->cli, "{fault}", TEXT_ARGUMENTS({ "fault", fault, 0 }));
        faults->n++;
}

/*
 * Warns about a feed that is too large. This is no fault of the store, but the office should know it before
 * subscribers see an incomplete feed.
 */
static int check_feed(Cli *cli, const FeedName *name, const char *path)
{
        CLEANUP(feed_freep) Feed *feed = NULL;
        bool changed;
        int r = feed_new(name, cli->config, &feed);
        if (r == 0)
                r = feed_update(feed, cli->store, cli->now, &changed);
        if (r == FEED_E_NOT_FOUND)
                return 0;
        if (r != 0)
                return r;
        size_t len = content_len(feed_content(feed));
        if (len > FEED_WARN_BYTES)
                cli_print(cli, cli->strings->large_feed,
                                TEXT_ARGUMENTS({ "path", path, 0 }, { "n", NULL, (int64_t)len }));
        return 0;
}

static int check_feeds(Cli *cli)
{
        int r = check_feed(cli, &(FeedName){ .scope = FEED_ALL }, "/all.ics");
        for (size_t i = 0; r == 0 && i < cli->config->n_kinds; i++) {
                char path[128];
                const char *kind = cli->config->kinds[i].name;
                snprintf(path, sizeof(path), "/%s.ics", kind);
                r = check_feed(cli, &(FeedName){ .scope = FEED_KIND, .target = kind }, path);
        }
        return r;
}

/* Stores the result of a check for /health, unless the store cannot be opened for writing. */
static int remember_check(Cli *cli, int n_faults)
{
        CLEANUP(store_closep) Store *store = NULL;
        char text[48];
        InputError error;
        snprintf(text, sizeof(text), "%lld %d", (long long)cli->now, n_faults);
        if (store_open(cli->config->store, STORE_WRITE, cli->zones, &store, &error) != 0)
                return 0;
        store_set_patience(store, CLI_PATIENCE_SECONDS * USEC_PER_SEC);
        return store_meta_set(store, META_LAST_CHECK, text);
}

static int tell_fault(const Cli *cli, Faults *faults, const char *sentence, int64_t n)
{
        if (n == 0)
                return 0;
        cli_error(cli, sentence, TEXT_ARGUMENTS({ "n", NULL, n }));
        faults->n++;
        return 0;
}

/*
 * Counts mails that were sent to the server long ago and have no result. A running daemon records a reply
 * or a timeout for each mail, so it has lost these.
 */
static int check_handed_over(Cli *cli, Faults *faults)
{
        int64_t n = 0;
        bool running = false;
        usec_t before = cli->now - cli->config->mail.reply_timeout - REPLY_SLACK_SECONDS * USEC_PER_SEC;
        int r = store_lock_held(cli->store, &running);
        if (r == 0 && running)
                r = ledger_stale_count(cli->store, before, &n);
        return r != 0 ? r : tell_fault(cli, faults, cli->strings->replies_lost, n);
}

/* Counts late mails. If delivery is off, no mail is late. */
static int count_late(Cli *cli, int64_t *ret)
{
        *ret = 0;
        return cli->config->mail.deliver
                               ? ledger_late_count(cli->store, cli->now - LEDGER_LATE_SECONDS * USEC_PER_SEC,
                                                 cli->now, ret)
                               : 0;
}

/* Finds why mails are held. @ret: a sentence; NULL if no mails are held. */
static int find_hold(Cli *cli, const char **ret)
{
        MarkAge why = MARK_CURRENT;
        int r = hold_find(cli->store, &why);
        *ret = cli_held(cli->strings, why);
        return r;
}

static int check_movement(Cli *cli, Faults *faults)
{
        int64_t n_late = 0, n_missing = 0;
        const char *held = NULL;
        int r = find_hold(cli, &held);
        if (r == 0)
                r = tell_fault(cli, faults, held, held != NULL);
        if (r == 0)
                r = count_late(cli, &n_late);
        if (r == 0)
                r = tell_fault(cli, faults, cli->strings->late_mails, n_late);
        if (r == 0)
                r = due_index_missing(cli->store, cli->now, &n_missing);
        return r != 0 ? r : tell_fault(cli, faults, cli->strings->unindexed, n_missing);
}

static void tell_journal(int n_faults)
{
        log_open();
        if (log_is_journal())
                log_kind(JOURNAL_CHECK_FAILED, NULL, "faults found in the store: %d", n_faults);
}

/*
 * Reports an error that ended the check early. It counts as a fault, and is stored if the store can still
 * be written.
 */
static int refuse_check(Cli *cli, const Faults *faults, int r)
{
        cli_refuse(cli, "check", r);
        (void)remember_check(cli, faults->n + 1);
        tell_journal(faults->n + 1);
        return CLI_REFUSED;
}

static int check(Cli *cli)
{
        Faults faults = { .cli = cli };
        int n_outside = 0; /* not faults of the store */
        const DbCheckOptions options = {
                .full = cli_flag(cli, "full"), .on_fault = on_fault, .userdata = &faults
        };
        int r = options.full ? store_expect_bulk(cli->store) : 0;
        if (r == 0)
                r = store_check(cli->store, &options);
        if (r == 0)
                r = check_handed_over(cli, &faults);
        if (r == 0)
                r = check_movement(cli, &faults);
        if (r == 0)
                r = check_feeds(cli);
        if (r == 0)
                r = parent_check_all(cli, &n_outside);
        if (r == 0)
                r = meeting_check_all(cli);
        if (r == 0)
                r = remember_check(cli, faults.n);
        if (r != 0)
                return refuse_check(cli, &faults, r);
        if (faults.n == 0)
                cli_print(cli, cli->strings->in_order, NULL);
        else
                tell_journal(faults.n);
        return faults.n == 0 ? CLI_DONE : CLI_REFUSED;
}

static void tell_log(const Cli *cli, int64_t bytes)
{
        CLEANUP(buffer_done) Buffer path = BUFFER_INIT(8192);
        buffer_printf(&path, "%s-wal", store_name(cli->store));
        if (bytes > 0)
                cli_print(cli, cli->strings->log_beside,
                                TEXT_ARGUMENTS({ "path", buffer_text(&path), 0 }, { "n", NULL, bytes }));
}

/* If faults are left after a repair, the exit code is CLI_REFUSED even if the repair has lost rows. */
int command_check(Cli *cli)
{
        int64_t log_bytes = backup_log_bytes(cli->store); /* before the check itself writes */
        int repaired = cli_flag(cli, "repair") ? cli_repair(cli) : CLI_DONE;
        if (repaired == CLI_REFUSED)
                return repaired;
        int code = check(cli);
        tell_log(cli, log_bytes);
        return code == CLI_DONE ? repaired : code;
}

static int print_ledger(Cli *cli)
{
        int64_t counts[MAIL_PARKED + 1] = { 0 };
        int r = ledger_counts(cli->store, counts);
        if (r != 0)
                return r;
        printf("%s:", cli->strings->mails);
        int n = 0;
        for (int state = MAIL_PENDING; state <= MAIL_PARKED; state++)
                if (counts[state] > 0)
                        printf("%s %s %" PRId64, n++ ? "," : "", cli->strings->states[state - MAIL_PENDING],
                                        counts[state]);
        printf("%s%s\n", n ? "" : " ", n ? "" : cli->strings->none);
        return 0;
}

static int print_bounces(Cli *cli)
{
        int64_t n_suppressed = 0, n_soft = 0;
        int r = suppression_count(cli->store, &n_suppressed, &n_soft);
        if (n_suppressed + n_soft > 0)
                cli_print(cli, cli->strings->bounced,
                                TEXT_ARGUMENTS({ "suppressed", NULL, n_suppressed },
                                                { "soft", NULL, n_soft }));
        return r;
}

static void print_fact(const char *title, const char *value)
{
        printf("%s: ", title);
        output_line(stdout, value);
}

static int print_moment(Cli *cli, const char *title, usec_t time, const char *none)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1024);
        int r = time > 0 && time != USEC_INFINITY ? describe_moment(cli, time, &text) : 0;
        print_fact(title, text.len ? buffer_text(&text) : none);
        return r;
}

/* Prints when the mailbox was last read, and the error. The daemon stores both as "USEC ERROR". */
static int print_mailbox(Cli *cli)
{
        CLEANUP(cleanup_free) char *text = NULL;
        int r = cli->config->bounces.mailbox[0] ? store_meta_get(cli->store, META_MAILBOX, &text) : 0;
        if (r != 0 || !cli->config->bounces.mailbox[0])
                return r;
        char *error = NULL;
        usec_t looked = text ? strtoll(text, &error, 10) : 0;
        r = print_moment(cli, cli->strings->mailbox_look, looked, cli->strings->never_yet);
        if (error && error[0] == ' ' && error[1])
                cli_print(cli, cli->strings->mailbox_fails, TEXT_ARGUMENTS({ "why", error + 1, 0 }));
        return r;
}

/* Prints the result of the last check, which is stored as "USEC FAULTS". */
static int print_check(Cli *cli)
{
        CLEANUP(cleanup_free) char *text = NULL;
        int r = store_meta_get(cli->store, META_LAST_CHECK, &text);
        char *faults = NULL;
        usec_t when = text ? strtoll(text, &faults, 10) : 0;
        int64_t n = faults ? strtoll(faults, NULL, 10) : 0;
        if (r == 0)
                r = print_moment(cli, cli->strings->last_check, when, cli->strings->never_yet);
        if (n > 0)
                cli_print(cli, cli->strings->check_found, TEXT_ARGUMENTS({ "n", NULL, n }));
        return r;
}

static int print_counts(Cli *cli)
{
        const struct {
                ObjectKind kind;
                const char *title;
        } kinds[] = { { OBJECT_EVENT, cli->strings->events }, { OBJECT_DRAFT, cli->strings->drafts },
                { OBJECT_CARD, cli->strings->cards }, { OBJECT_OFFER, cli->strings->offers } };
        int r = 0;
        for (size_t i = 0; r == 0 && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
                int64_t n = 0;
                r = object_count(cli->store, kinds[i].kind, &n);
                printf("%s: %" PRId64 "\n", kinds[i].title, n);
        }
        return r;
}

static int print_times(Cli *cli)
{
        const CliStrings *strings = cli->strings;
        usec_t next = USEC_INFINITY, sent = 0;
        int r = due_index_next(cli->store, &next);
        if (r == 0)
                r = ledger_last_sent(cli->store, &sent);
        if (r == 0)
                r = print_moment(cli, strings->next_look, next,
                                next == USEC_INFINITY ? strings->none : strings->now);
        return r != 0 ? r : print_moment(cli, strings->last_delivery, sent, strings->never_yet);
}

static int print_late(Cli *cli)
{
        int64_t n = 0;
        const char *held = NULL;
        int r = find_hold(cli, &held);
        if (held)
                cli_print(cli, held, NULL);
        if (r == 0)
                r = count_late(cli, &n);
        if (r == 0 && n > 0)
                cli_print(cli, cli->strings->late_mails, TEXT_ARGUMENTS({ "n", NULL, n }));
        return r;
}

/* Prints why the mail server does not take the mails. */
static int print_trouble(Cli *cli)
{
        LedgerTrouble trouble = { .n = 0 };
        int r = cli->config->mail.deliver ? ledger_trouble(cli->store, cli->now, &trouble) : 0;
        if (trouble.n > 0)
                cli_print(cli,
                                trouble.reason == MAIL_REASON_OURS ? cli->strings->sender_refused
                                                                   : cli->strings->server_fails,
                                TEXT_ARGUMENTS({ "n", NULL, trouble.n }, { "why", trouble.reply, 0 }));
        return r;
}

static int print_node(const NodeRecord *node, void *userdata)
{
        Cli *cli = userdata;
        CLEANUP(buffer_done) Buffer since = BUFFER_INIT(1024), jobs = BUFFER_INIT(1024);
        int r = describe_moment(cli, node->started, &since);
        for (int job = 0; job < NODE_N_JOBS; job++)
                if (node->has[job])
                        buffer_printf(&jobs, "%s%s", jobs.len ? ", " : "", cli->strings->node_jobs[job]);
        cli_print(cli, node->lives ? cli->strings->node : cli->strings->node_ended,
                        TEXT_ARGUMENTS({ "name", node->name, 0 }, { "version", node->version, 0 },
                                        { "time", buffer_text(&since), 0 },
                                        { "jobs", jobs.len ? buffer_text(&jobs) : cli->strings->none, 0 },
                                        { "n", NULL, node->n_mails }));
        return r;
}

int command_status(Cli *cli)
{
        bool running = false;
        int r = store_lock_held(cli->store, &running);
        print_fact(cli->strings->store, cli->config->store);
        print_fact(cli->strings->daemon, running ? cli->strings->running : cli->strings->not_running);
        if (r == 0)
                r = node_each(cli->store, print_node, cli);
        if (r == 0)
                r = print_counts(cli);
        if (r == 0)
                r = print_ledger(cli);
        if (r == 0)
                r = print_late(cli);
        if (r == 0)
                r = print_trouble(cli);
        if (r == 0)
                r = print_bounces(cli);
        if (r == 0)
                r = print_times(cli);
        if (r == 0)
                r = print_mailbox(cli);
        if (r == 0)
                r = print_check(cli);
        return r != 0 ? cli_refuse(cli, "status", r) : CLI_DONE;
}
