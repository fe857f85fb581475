/*
 * Runs the reminder engine's core and the meetings under a simulated clock. Every due mail is delivered at
 * once and printed.
 *
 *     walk CONFIG FROM TO SCRIPT
 *
 * Lines of SCRIPT, in order of time:
 *
 *     TIME import FILE     a calendar
 *     TIME ask ...
 *     TIME step ...        as meeting-script.h says
 *     TIME mail ...
 *     TIME answer ...      as meeting-answers.h says
 *     TIME down, TIME up   the daemon ends and starts
 *
 * Times are microseconds since the epoch. Prints for each mail `NOW ID KIND CONTACT UID START`; for a mail
 * about a meeting `NOW ID KIND ADDRESS NAME START`. In the end, prints for each meeting its state and the
 * people who take part: `meeting NAME STATE START ADDRESS...`, the visitor first.
 */

#include "base/file.h"
#include "calendar/event.h"
#include "meet/mails.h"
#include "outbox/job.h"
#include "remind/due.h"
#include "store/due-index.h"
#include "store/ledger-past.h"
#include "store/ledger.h"
#include "store/object.h"

#include "meeting-answers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCRIPT_MAX = 1 << 24, CALENDAR_MAX = 1 << 20, CLAIM_MAX = 256, LINE_BYTES = 4096 };

#define KEEP (30 * USEC_PER_DAY)

typedef struct Walk {
        Config *config;
        ZoneTable *zones;
        Store *store;
        usec_t horizon;
        usec_t tidied; /* when the ledger was tidied last */
        MeetingScript meetings;
} Walk;

static void check(int r, const char *what)
{
        if (r == 0)
                return;
        fprintf(stderr, "walk: %s: %d\n", what, r);
        exit(1);
}

static int on_due(const DueEntry *due, void *userdata)
{
        *(DueEntry *)userdata = *due;
        return 0;
}

/* The other rows of a mail, which tell what they told before. */
typedef struct Others {
        MailCompanion companions[CLAIM_MAX];
        MailRecord *mails[CLAIM_MAX];
        const Walk *walk;
        size_t n;
} Others;

static int on_companion(const MailRecord *mail, void *userdata)
{
        Others *others = userdata;
        MailRecord **copy = &others->mails[others->n];
        check(ledger_get(others->walk->store, mail->id, copy), "get");
        others->companions[others->n++] = (MailCompanion){
                .id = mail->id, .finish = (*copy)->finish, .place = (*copy)->place
        };
        return 0;
}

static void send(const Walk *walk, int64_t id, const MailCompanion *companions, size_t n, usec_t now)
{
        char message_id[32];
        snprintf(message_id, sizeof(message_id), "%" PRId64 "@example.org", id);
        const MailText text = {
                .message_id = message_id,
                .bytes = "x",
                .len = 1,
                .made = now,
                .companions = companions,
                .n_companions = n,
        };
        check(ledger_commit_first_attempt(walk->store, id, &text, now), "commit");
        check(ledger_close(walk->store, id, MAIL_SENT, MAIL_REASON_NONE, "", now), "close");
}

/* The topic of a meeting is its NAME. */
static void print_about_meeting(const Walk *walk, const Job *job)
{
        CLEANUP(meeting_freep) Meeting *meeting = NULL;
        check(meeting_get_by_uid(walk->store, job->mail->uid, &meeting), "meeting");
        printf("%" PRId64 " %" PRId64 " %s %s %s %" PRId64 "\n", job->now, job->mail->id, job->mail->kind,
                        job->address, meeting->visitor.topic, meeting->start);
}

static void deliver_about_meeting(const Walk *walk, int64_t id, usec_t now)
{
        static const OutboxTable *const tables[] = { &meet_mails_table, NULL };
        const JobSource source = { .store = walk->store, .config = walk->config, .tables = tables };
        Job job;
        check(job_begin(&source, id, now, &job), "job");
        int r = job_check(&job, "x@example.org", NULL);
        if (r == JOB_CLOSE) {
                check(ledger_close(walk->store, id, job.close_as, job.reason, "", now), "close");
        } else {
                check(r, job.mail->kind);
                send(walk, id, NULL, 0, now);
                print_about_meeting(walk, &job);
        }
        job_done(&job);
}

static void print_row(const Walk *walk, const MailRecord *row, int64_t mail, usec_t now)
{
        CLEANUP(object_record_freep) ObjectRecord *contact = NULL;
        check(object_get_by_id(walk->store, row->contact, &contact), "contact");
        printf("%" PRId64 " %" PRId64 " %s %s %s %s\n", now, mail, row->kind, contact->uid, row->uid,
                        row->start);
}

static bool is_notice(const MailRecord *mail)
{
        return strcmp(mail->kind, MAIL_KIND_CHANGE) == 0 || strcmp(mail->kind, MAIL_KIND_CANCEL) == 0;
}

static void deliver(const Walk *walk, int64_t id, usec_t now)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        static Others others;
        check(ledger_get(walk->store, id, &mail), "get");
        if (mail->contact == 0) {
                deliver_about_meeting(walk, id, now);
                return;
        }
        others.walk = walk;
        others.n = 0;
        if (strcmp(mail->kind, MAIL_KIND_REMINDER) == 0 || is_notice(mail))
                check(ledger_companions_each(walk->store, mail, now, CLAIM_MAX, on_companion, &others),
                                "others");
        send(walk, id, others.companions, others.n, now);
        print_row(walk, mail, id, now);
        for (size_t i = 0; i < others.n; i++) {
                print_row(walk, others.mails[i], id, now);
                mail_record_free(others.mails[i]);
        }
}

static BookingWork booking_work(const Walk *walk, usec_t now)
{
        return (BookingWork){ walk->store, walk->config, now };
}

static void look(const Walk *walk, usec_t now)
{
        int64_t ids[CLAIM_MAX];
        int n = 1;
        const BookingWork work = booking_work(walk, now);
        meeting_script_end_holds(&work);
        for (DueEntry due = { .object = 0 };; due.object = 0) {
                check(due_index_each(walk->store, now, 1, on_due, &due), "alarms");
                if (!due.object)
                        break;
                check(due_process(walk->store, walk->config, due.object, walk->horizon, now), "process");
        }
        while (n > 0) {
                check(ledger_offers(walk->store, now, CLAIM_MAX, ids, &n), "claim");
                check(store_begin_write(walk->store), "begin");
                for (int i = 0; i < n; i++)
                        deliver(walk, ids[i], now);
                check(store_commit(walk->store), "commit");
        }
}

/* Moves old rows into the ledger's archive, once a day. */
static void keep_house(Walk *walk, usec_t now)
{
        bool under_way = true;
        if (now - walk->tidied < USEC_PER_DAY)
                return;
        walk->tidied = now;
        check(past_begin(walk->store, now), "past");
        for (; check(past_is_under_way(walk->store, &under_way, &(usec_t){ 0 }), "past"), under_way;)
                check(past_process(walk->store, now - KEEP, now - KEEP, now), "past");
}

static usec_t next_moment(const Walk *walk)
{
        usec_t due = 0, hold = 0, mail = 0;
        check(due_index_next(walk->store, &due), "next");
        check(meeting_next_expiry(walk->store, &hold), "next hold");
        check(ledger_next_after(walk->store, 0, &mail), "next mail");
        due = hold < due ? hold : due;
        return mail < due ? mail : due;
}

/* Processes everything due until @until, in order of time. */
static void go_on(Walk *walk, usec_t until)
{
        for (usec_t next; (next = next_moment(walk)) < until;) {
                look(walk, next);
                keep_house(walk, next);
        }
}

static void import_event(const Walk *walk, const char *path, usec_t now)
{
        CLEANUP(cleanup_free) char *text = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        size_t len;
        check(file_read(path, CALENDAR_MAX, &text, &len), path);
        check(event_parse(walk->zones, text, len, &event, NULL), path);
        check(object_put_event(walk->store, event,
                              &(ObjectPut){ .collection = COLLECTION_EVENTS,
                                              .anywhere = true,
                                              .refuse_stale = true,
                                              .fallback = walk->config->time_zone,
                                              .now = now },
                              &outcome),
                        path);
}

static void run_line(Walk *walk, const char *verb, const char *rest, usec_t now)
{
        const BookingWork work = booking_work(walk, now);
        if (strcmp(verb, "import") == 0)
                import_event(walk, rest, now);
        else if (strcmp(verb, "ask") == 0)
                meeting_script_ask(&walk->meetings, &work, rest);
        else if (strcmp(verb, "step") == 0)
                meeting_script_step(&walk->meetings, &work, rest);
        else if (strcmp(verb, "mail") == 0)
                meeting_answer_mail(&walk->meetings, &work, rest);
        else if (strcmp(verb, "answer") == 0)
                meeting_answer_page(&walk->meetings, &work, rest);
}

static void run(Walk *walk, char *script, usec_t to)
{
        bool up = true;
        for (char *line; (line = strsep(&script, "\n"));) {
                char verb[16] = "", rest[LINE_BYTES] = "";
                usec_t when;
                if (sscanf(line, "%" SCNd64 " %15s %4095[^\n]", &when, verb, rest) < 2)
                        continue;
                if (up)
                        go_on(walk, when);
                run_line(walk, verb, rest, when);
                if (strcmp(verb, "down") == 0 || strcmp(verb, "up") == 0)
                        up = strcmp(verb, "up") == 0;
                if (up)
                        look(walk, when);
        }
        go_on(walk, to);
}

static int print_meeting(const Meeting *meeting, void *userdata)
{
        const Walk *walk = userdata;
        CLEANUP(meet_parties_done) MeetParties parties = { 0 };
        check(meet_parties_load(walk->store, meeting, &parties), "parties");
        printf("meeting %s %s %" PRId64, meeting->visitor.topic, meeting_state_name(meeting->state),
                        meeting->start);
        for (MeetingRole role = MEETING_VISITOR; role < MEETING_HOST_FORMER; role++) {
                const char *address = meet_parties_address(&parties, meeting, role);
                if (address)
                        printf(" %s", address);
        }
        putchar('\n');
        return 0;
}

int main(int n_arguments, char **arguments)
{
        CLEANUP(cleanup_free) char *script = NULL;
        static Walk walk;
        size_t len;
        if (n_arguments != 5) {
                fputs("walk CONFIG FROM TO SCRIPT\n", stderr);
                return 2;
        }
        walk.horizon = strtoll(arguments[2], NULL, 10);
        check(file_read(arguments[4], SCRIPT_MAX, &script, &len), arguments[4]);
        check(zone_table_new(NULL, &walk.zones), "zones");
        check(config_read(arguments[1], walk.zones, NULL, NULL, &walk.config), arguments[1]);
        check(store_open(walk.config->store, STORE_WRITE, walk.zones, &walk.store, NULL),
                        walk.config->store);
        check(store_set_durable(walk.store, false), "durable");
        run(&walk, script, strtoll(arguments[3], NULL, 10));
        check(meeting_each(walk.store, NULL, 0, print_meeting, &walk), "meetings");
        meeting_script_done(&walk.meetings);
        store_close(walk.store);
        config_unref(walk.config);
        zone_table_free(walk.zones);
        return 0;
}
