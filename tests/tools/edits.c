/*
 * Runs the reminder engine and the delivery of its mails under a simulated clock, with edits between any two
 * steps: between two batches of a fan-out, after a mail is composed, and between the server's acceptance and
 * its reply.
 *
 *     edits CONFIG FROM TO SCRIPT SEED
 *
 * Lines of SCRIPT, in order of time: `TIME import FILE` (a calendar), `TIME unsubscribe CONTACT`, `TIME stop
 * CONTACT`, `TIME mute CONTACT EVENT`, `TIME ask ...` and `TIME step ...` (as meeting-script.h says), `TIME
 * down` and `TIME up`. Times are microseconds since the epoch. By
 * the seed, a line other than the last two may be executed before its time, and the server accepts, rejects,
 * defers or loses a mail. Prints `RAN NUMBER TIME` for each line, and for each mail that the server has
 * `MAIL TIME LENGTH` and its bytes.
 */

#include "base/file.h"
#include "calendar/event.h"
#include "mail/smtp.h"
#include "meet/mails.h"
#include "outbox/delivery.h"
#include "remind/digest.h"
#include "remind/due.h"
#include "remind/mails.h"
#include "store/digest-index.h"
#include "store/due-index.h"
#include "store/optout.h"
#include "store/subscription.h"

#include "meeting-script.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SCRIPT_MAX = 1 << 24, CALENDAR_MAX = 1 << 20, DUE_MAX = 256, MAIL_MAX = 1 << 18, LINE_BYTES = 4096 };

/* Longest time by which a line is executed early. */
#define EARLY_MAX (2 * USEC_PER_DAY)

/* The server's handling of one mail. */
typedef enum Mood { TAKE, DEFER_RECIPIENT, DEFER, REFUSE, LOSE_REPLY, LOSE_MAIL } Mood;

typedef struct Server {
        int fd;
        pthread_t thread;
        _Atomic int mood;
        char message[MAIL_MAX]; /* the last accepted message */
        size_t len;
        _Atomic int n_taken;
} Server;

typedef struct Line {
        int number;
        usec_t time; /* USEC_INFINITY after the last line */
        char verb[16], rest[LINE_BYTES], first[LINE_BYTES], second[LINE_BYTES];
} Line;

typedef struct World {
        Config *config;
        ZoneTable *zones;
        Clock clock;
        Store *store;
        Server server;
        LedgerWriter *writer;
        int done_fd;
        DeliveryShared shared;
        Smtp *smtp;
        char *script; /* the remaining lines */
        Line next;
        bool up;
        uint64_t random;
        usec_t horizon;
        MeetingScript meetings;
} World;

static const OutboxTable *const tables[] = { &mails_table, &meet_mails_table, NULL };

static void check(int r, const char *what)
{
        if (r == 0)
                return;
        fprintf(stderr, "edits: %s: %d\n", what, r);
        exit(1);
}

/* xorshift64*: the seed determines the whole run. */
static uint64_t random_below(World *world, uint64_t n)
{
        world->random ^= world->random >> 12;
        world->random ^= world->random << 25;
        world->random ^= world->random >> 27;
        return (world->random * 0x2545F4914F6CDD1DULL >> 33) % n;
}

/* Return: false if the client closed the connection. */
static bool read_message(Server *server, FILE *in)
{
        char line[LINE_BYTES];
        server->len = 0;
        while (fgets(line, sizeof(line), in)) {
                if (strcmp(line, ".\r\n") == 0)
                        return true;
                size_t len = strlen(line), skip = line[0] == '.';
                if (server->len + len < MAIL_MAX)
                        memcpy(server->message + server->len, line + skip, len - skip);
                server->len += len - skip;
        }
        return false;
}

/* Return: the reply to the dot; NULL: no reply. */
static const char *answer_dot(Server *server, Mood mood)
{
        if (mood == TAKE || mood == LOSE_REPLY)
                server->n_taken++;
        return mood == TAKE     ? "250 taken"
               : mood == DEFER  ? "451 later"
               : mood == REFUSE ? "554 5.6.0 never"
                                : NULL;
}

static void serve(Server *server, int fd)
{
        FILE *in = fdopen(fd, "r");
        char line[LINE_BYTES];
        dprintf(fd, "220 x\r\n");
        while (fgets(line, sizeof(line), in)) {
                Mood mood = (Mood)server->mood;
                const char *reply = strncmp(line, "DATA", 4) == 0                              ? "354 go"
                                    : strncmp(line, "RCPT", 4) == 0 && mood == DEFER_RECIPIENT ? "450 later"
                                                                                               : "250 ok";
                dprintf(fd, "%s\r\n", reply);
                if (reply[0] != '3')
                        continue;
                reply = read_message(server, in) ? answer_dot(server, mood) : NULL;
                if (!reply)
                        break;
                dprintf(fd, "%s\r\n", reply);
        }
        fclose(in);
}

static void *run_server(void *userdata)
{
        Server *server = userdata;
        int fd;
        while ((fd = accept(server->fd, NULL, NULL)) >= 0)
                serve(server, fd);
        return NULL;
}

static void start_server(Server *server, char *url, size_t size)
{
        struct sockaddr_in address = { .sin_family = AF_INET };
        socklen_t len = sizeof(address);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        server->fd = socket(AF_INET, SOCK_STREAM, 0);
        check(bind(server->fd, (struct sockaddr *)&address, len), "bind");
        check(listen(server->fd, 8), "listen");
        check(getsockname(server->fd, (struct sockaddr *)&address, &len), "getsockname");
        snprintf(url, size, "smtp://127.0.0.1:%d", ntohs(address.sin_port));
        check(pthread_create(&server->thread, NULL, run_server, server), "thread");
}

static void read_line(World *world)
{
        char *text = strsep(&world->script, "\n");
        Line *next = &world->next;
        int number = next->number + 1;
        *next = (Line){ .number = number, .time = USEC_INFINITY };
        if (text && sscanf(text, "%" SCNd64 " %15s %4095[^\n]", &next->time, next->verb, next->rest) < 2)
                next->time = USEC_INFINITY;
        sscanf(next->rest, "%4095s %4095s", next->first, next->second);
}

static bool is_edit(const Line *line)
{
        return line->time != USEC_INFINITY && strcmp(line->verb, "down") != 0 &&
               strcmp(line->verb, "up") != 0;
}

static void import_event(const World *world, const char *path)
{
        CLEANUP(cleanup_free) char *text = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        size_t len;
        check(file_read(path, CALENDAR_MAX, &text, &len), path);
        check(event_parse(world->zones, text, len, &event, NULL), path);
        const ObjectPut put = {
                .collection = COLLECTION_EVENTS,
                .anywhere = true,
                .refuse_stale = true,
                .fallback = world->config->time_zone,
                .now = clock_now(&world->clock),
        };
        check(object_put_event(world->store, event, &put, &outcome), path);
}

static int64_t contact_of(const World *world, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        check(object_find(world->store, uid, &record), uid);
        return record->id;
}

static BookingWork booking_work(const World *world)
{
        return (BookingWork){ world->store, world->config, clock_now(&world->clock) };
}

static void run_line(World *world)
{
        const Line *line = &world->next;
        const BookingWork work = booking_work(world);
        usec_t now = work.now;
        if (strcmp(line->verb, "ask") == 0)
                meeting_script_ask(&world->meetings, &work, line->rest);
        else if (strcmp(line->verb, "step") == 0)
                meeting_script_step(&world->meetings, &work, line->rest);
        else if (strcmp(line->verb, "import") == 0)
                import_event(world, line->first);
        else if (strcmp(line->verb, "unsubscribe") == 0)
                check(subscription_delete(world->store, contact_of(world, line->first), 0, ""), line->verb);
        else if (strcmp(line->verb, "stop") == 0)
                check(contact_stop(world->store, contact_of(world, line->first), MAIL_REASON_OPTED_OUT, now),
                                line->verb);
        else if (strcmp(line->verb, "mute") == 0)
                check(mute_put(world->store, contact_of(world, line->first), line->second, now), line->verb);
        else
                world->up = strcmp(line->verb, "up") == 0;
        printf("RAN %d %" PRId64 "\n", line->number, now);
        read_line(world);
}

/* Executes the next line early with probability 1/@one_in. Called between two steps. */
static void maybe_edit(World *world, uint64_t one_in)
{
        if (is_edit(&world->next) && world->next.time <= clock_now(&world->clock) + EARLY_MAX &&
                        random_below(world, one_in) == 0)
                run_line(world);
}

static Mood choose_mood(World *world)
{
        static const Mood moods[] = { DEFER_RECIPIENT, DEFER, DEFER, REFUSE, LOSE_REPLY, LOSE_REPLY,
                LOSE_MAIL };
        return random_below(world, 6) > 0 ? TAKE
                                          : moods[random_below(world, sizeof(moods) / sizeof(moods[0]))];
}

static void go_on_sending(World *world, Delivery *delivery)
{
        struct pollfd sockets[SMTP_SOCKETS_MAX];
        usec_t until, now = clock_monotonic();
        size_t n = smtp_poll(world->smtp, sockets, &until);
        int wait = until <= now ? 0 : until - now > USEC_PER_SEC ? 1000 : (int)((until - now) / 1000) + 1;
        poll(sockets, n, wait);
        smtp_go_on(world->smtp, sockets, n);
        delivery_go_on(delivery);
}

static void wait_for_writer(World *world, Delivery *delivery)
{
        eventfd_t count;
        ledger_writer_start(world->writer, true);
        check(eventfd_read(world->done_fd, &count), "writer");
        while (ledger_writer_collect(world->writer))
                ;
        delivery_written(delivery);
}

static void print_taken(World *world)
{
        const Server *server = &world->server;
        printf("MAIL %" PRId64 " %zu\n", clock_now(&world->clock), server->len);
        fwrite(server->message, 1, server->len, stdout);
        maybe_edit(world, 20);
}

static void deliver(World *world, int64_t mail)
{
        Delivery *delivery = NULL;
        int n_before = world->server.n_taken;
        world->server.mood = (int)choose_mood(world);
        check(delivery_begin(&world->shared, world->config, world->smtp, mail, &delivery), "delivery");
        maybe_edit(world, 20);
        while (delivery_stage(delivery) != DELIVERY_DONE) {
                if (world->server.n_taken > n_before) {
                        n_before++;
                        print_taken(world);
                }
                if (delivery_stage(delivery) == DELIVERY_SENDING)
                        go_on_sending(world, delivery);
                else
                        wait_for_writer(world, delivery);
        }
        if (world->server.n_taken > n_before)
                print_taken(world);
        check(delivery_result(delivery), "result");
        delivery_free(delivery);
}

static int on_due(const DueEntry *due, void *userdata)
{
        *(DueEntry *)userdata = *due;
        return 0;
}

/* Return: the number of mails that were offered. */
static int look(World *world)
{
        const BookingWork work = booking_work(world);
        usec_t now = work.now;
        int64_t ids[DUE_MAX];
        bool more = true;
        int n = 0;
        meeting_script_end_holds(&work);
        for (DueEntry due; due.object = 0,
                           due_index_each(world->store, now, 1, on_due, &due) == 0 && due.object;) {
                check(due_process(world->store, world->config, due.object, world->horizon, now), "process");
                maybe_edit(world, 20);
        }
        while (more)
                check(digest_process(world->store, world->config, now, &more), "digests");
        check(ledger_offers(world->store, now, DUE_MAX, ids, &n), "due");
        for (int i = 0; i < n; i++)
                deliver(world, ids[i]);
        return n;
}

static usec_t next_moment(const World *world)
{
        usec_t next = world->next.time, due = 0, digest = 0, mail = 0, hold = 0;
        if (!world->up)
                return next;
        check(due_index_next(world->store, &due), "next");
        check(digest_index_next(world->store, &digest), "next");
        check(ledger_next_after(world->store, 0, &mail), "next");
        check(meeting_next_expiry(world->store, &hold), "next");
        next = hold < next ? hold : next;
        next = due < next ? due : next;
        next = digest < next ? digest : next;
        return mail < next ? mail : next;
}

static void run(World *world, usec_t from, usec_t to)
{
        usec_t now = from;
        int n_offered = 0;
        for (usec_t next; (next = next_moment(world)) < to;) {
                /* A due mail that is not offered waits some seconds for others that it may join. */
                now = next > now ? next : n_offered == 0 ? now + USEC_PER_SEC : now;
                clock_init_rehearsed(&world->clock, now);
                if (world->next.time <= now)
                        run_line(world);
                if (world->up)
                        n_offered = look(world);
                /* The clock has advanced. */
                now = clock_now(&world->clock);
        }
}

static void open_world(World *world, const char *config)
{
        char url[64];
        InputError error = { 0 };
        check(zone_table_new(NULL, &world->zones), "zones");
        start_server(&world->server, url, sizeof(url));
        check(config_read(config, world->zones, NULL, NULL, &world->config), config);
        check(store_open(world->config->store, STORE_WRITE, world->zones, &world->store, &error),
                        error.message);
        check(store_set_durable(world->store, false), "durable");
        world->done_fd = eventfd(0, EFD_CLOEXEC);
        check(ledger_writer_new(world->config, world->zones, NULL, world->done_fd, &world->writer),
                        "writer");
        world->shared = (DeliveryShared){
                .source = { .config = world->config, .tables = tables },
                .writer = world->writer,
                .reads_alone = true,
                .clock = &world->clock,
        };
        check(store_open(world->config->store, STORE_READ_ONLY, world->zones, &world->shared.source.store,
                              &error),
                        error.message);
        const SmtpOptions options = { .url = url, .reply_timeout = 60 * USEC_PER_SEC };
        check(smtp_global_init(), "curl");
        check(smtp_new(&options, &world->smtp), "smtp");
}

static void close_world(World *world)
{
        smtp_free(world->smtp);
        shutdown(world->server.fd, SHUT_RDWR);
        pthread_join(world->server.thread, NULL);
        close(world->server.fd);
        ledger_writer_free(world->writer);
        close(world->done_fd);
        store_close(world->shared.source.store);
        store_close(world->store);
        config_unref(world->config);
        zone_table_free(world->zones);
}

int main(int n_arguments, char **arguments)
{
        static World world = { .up = true };
        CLEANUP(cleanup_free) char *script = NULL;
        size_t len;
        if (n_arguments != 6) {
                fputs("edits CONFIG FROM TO SCRIPT SEED\n", stderr);
                return 2;
        }
        usec_t from = strtoll(arguments[2], NULL, 10);
        check(file_read(arguments[4], SCRIPT_MAX, &script, &len), arguments[4]);
        world.script = script;
        world.horizon = from;
        world.random = 0x9E3779B97F4A7C15ULL * (strtoull(arguments[5], NULL, 10) + 1);
        open_world(&world, arguments[1]);
        read_line(&world);
        run(&world, from, strtoll(arguments[3], NULL, 10));
        close_world(&world);
        meeting_script_done(&world.meetings);
        return 0;
}
