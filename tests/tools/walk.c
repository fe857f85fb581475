/*
 * Runs the reminder engine's core under a simulated clock. Every due mail is delivered at once and printed.
 *
 *     walk CONFIG FROM TO SCRIPT
 *
 * Lines of SCRIPT, in order of time: `TIME import FILE` (a calendar), `TIME down` and `TIME up`. Times are
 * microseconds since the epoch. Prints for each mail `NOW KIND CONTACT UID START`.
 */

#include "base/file.h"
#include "calendar/event.h"
#include "remind/due.h"
#include "store/due-index.h"
#include "store/ledger-past.h"
#include "store/ledger.h"
#include "store/object.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCRIPT_MAX = 1 << 24, CALENDAR_MAX = 1 << 20, CLAIM_MAX = 256 };

#define KEEP (30 * USEC_PER_DAY)

typedef struct Walk {
        Config *config;
        ZoneTable *zones;
        Store *store;
        usec_t horizon;
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

static void deliver(const Walk *walk, int64_t id, usec_t now)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        CLEANUP(object_record_freep) ObjectRecord *contact = NULL;
        char message_id[32];
        snprintf(message_id, sizeof(message_id), "%" PRId64 "@example.org", id);
        check(ledger_get(walk->store, id, &mail), "get");
        check(object_get_by_id(walk->store, mail->contact, &contact), "contact");
        check(ledger_commit_first_attempt(walk->store, id,
                              &(MailText){ .message_id = message_id, .bytes = "x", .len = 1, .made = now },
                              now),
                        "commit");
        check(ledger_close(walk->store, id, MAIL_SENT, MAIL_REASON_NONE, "", now), "close");
        printf("%" PRId64 " %s %s %s %s\n", now, mail->kind, contact->uid, mail->uid, mail->start);
}

static void look(const Walk *walk, usec_t now)
{
        int64_t ids[CLAIM_MAX];
        int n = 1;
        for (DueEntry due = { .object = 0 };; due.object = 0) {
                check(due_index_each(walk->store, now, 1, on_due, &due), "alarms");
                if (!due.object)
                        break;
                check(due_process(walk->store, walk->config, due.object, walk->horizon, now), "process");
        }
        while (n > 0) {
                check(ledger_due(walk->store, now, CLAIM_MAX, ids, &n), "claim");
                check(store_begin_write(walk->store), "begin");
                for (int i = 0; i < n; i++)
                        deliver(walk, ids[i], now);
                check(store_commit(walk->store), "commit");
        }
}

/* Moves old rows into the ledger's archive, once a day. */
static void keep_house(const Walk *walk, usec_t now)
{
        bool under_way = true;
        check(store_set_durable(walk->store, false), "durable");
        check(past_begin(walk->store, now), "past");
        for (; check(past_is_under_way(walk->store, &under_way), "past"), under_way;)
                check(past_process(walk->store, now - KEEP, now), "past");
        check(store_set_durable(walk->store, true), "durable");
}

/* Processes everything due until @until, in order of time. */
static void go_on(const Walk *walk, usec_t until)
{
        usec_t next = 0;
        for (;;) {
                check(due_index_next(walk->store, &next), "next");
                if (next >= until)
                        return;
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

static void run(const Walk *walk, char *script, usec_t to)
{
        bool up = true;
        for (char *line; (line = strsep(&script, "\n"));) {
                char verb[16] = "", path[4096] = "";
                usec_t when;
                if (sscanf(line, "%" SCNd64 " %15s %4095s", &when, verb, path) < 2)
                        continue;
                if (up)
                        go_on(walk, when);
                if (strcmp(verb, "import") == 0)
                        import_event(walk, path, when);
                else
                        up = strcmp(verb, "up") == 0;
                if (up)
                        look(walk, when);
        }
        go_on(walk, to);
}

int main(int n_arguments, char **arguments)
{
        CLEANUP(cleanup_free) char *script = NULL;
        Walk walk = { 0 };
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
        store_close(walk.store);
        config_unref(walk.config);
        zone_table_free(walk.zones);
        return 0;
}
