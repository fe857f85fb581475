#pragma once

/* For the tests of deliveries: a mail server on a thread, and a store with one mail that is due. */

#include "outbox/delivery.h"

#include "remind/due.h"
#include "remind/mails.h"
#include "store/due-index.h"
#include "store/optout.h"
#include "store/subscription.h"
#include "store/suppression.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"

#define LONG_AGO "2027-01-01T00:00:00Z"

enum { LINES_MAX = 1 << 21, MESSAGES_MAX = 8 };

/*
 * A mail server with one connection at a time. The test sets its reply to the final dot; NULL: it closes the
 * connection.
 */
typedef struct Server {
        int fd, port;
        pthread_t thread;
        _Atomic(const char *) answer;
        _Atomic(const char *) rcpt; /* the reply to RCPT */
        char messages[MESSAGES_MAX][LINES_MAX];
        _Atomic int n_messages;
        _Atomic bool holds; /* the reply to the final dot waits */
} Server;

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Config *config;
        Clock clock;
        Store *store;
        Server server;
        LedgerWriter *writer;
        int done_fd;
        int64_t contact, mail;
        DeliveryShared shared;
        Smtp *smtp;
} Fixture;

static const OutboxTable *const tables[] = { &mails_table, NULL };

/* Return: false if the client closed the connection. */
static inline bool take_message(Server *server, FILE *in)
{
        char line[2048];
        char *text = server->messages[server->n_messages];
        size_t len = 0;
        while (fgets(line, sizeof(line), in)) {
                if (strcmp(line, ".\r\n") == 0) {
                        server->n_messages++;
                        return true;
                }
                len += (size_t)snprintf(text + len, LINES_MAX - len, "%s", line);
        }
        return false;
}

static inline void serve(Server *server, int fd)
{
        FILE *in = fdopen(fd, "r");
        char line[2048];
        dprintf(fd, "220 x\r\n");
        while (fgets(line, sizeof(line), in)) {
                bool is_data = strncmp(line, "DATA", 4) == 0, is_rcpt = strncmp(line, "RCPT", 4) == 0;
                dprintf(fd, "%s\r\n", is_data ? "354 go" : is_rcpt ? server->rcpt : "250 ok");
                if (!is_data)
                        continue;
                const char *answer = take_message(server, in) ? server->answer : NULL;
                while (server->holds)
                        usleep(1000);
                if (!answer)
                        break;
                dprintf(fd, "%s\r\n", answer);
        }
        fclose(in);
}

static inline void *run_server(void *userdata)
{
        Server *server = userdata;
        int fd;
        while ((fd = accept(server->fd, NULL, NULL)) >= 0)
                serve(server, fd);
        return NULL;
}

static inline void start_server(Server *server)
{
        struct sockaddr_in address = { .sin_family = AF_INET };
        socklen_t len = sizeof(address);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        server->fd = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(bind(server->fd, (struct sockaddr *)&address, len), 0);
        assert_int_equal(listen(server->fd, 8), 0);
        assert_int_equal(getsockname(server->fd, (struct sockaddr *)&address, &len), 0);
        server->port = ntohs(address.sin_port);
        server->answer = "250 taken";
        server->rcpt = "250 ok";
        assert_int_equal(pthread_create(&server->thread, NULL, run_server, server), 0);
}

static inline void stop_server(Server *server)
{
        shutdown(server->fd, SHUT_RDWR);
        pthread_join(server->thread, NULL);
        close(server->fd);
}

static inline usec_t at(const char *text)
{
        usec_t time;
        assert_int_equal(time_parse_rfc3339(text, &time), 0);
        return time;
}

static inline void put_card(Fixture *f, const char *more)
{
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        ObjectOutcome outcome;
        char text[512];
        snprintf(text, sizeof(text),
                        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:guest\r\nFN:Guest\r\nEMAIL:g@example.org\r\n%sEND:VCARD\r\n",
                        more);
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        const ObjectPut put = { .collection = COLLECTION_CONTACTS, .anywhere = true, .now = at(LONG_AGO) };
        assert_int_equal(object_put_card(f->store, card, &put, &outcome), 0);
        assert_int_equal(object_find(f->store, "guest", &record), 0);
        f->contact = record->id;
}

/* Puts an event, with a higher SEQUENCE each time. @times: DTSTART and DTEND */
static inline void put_event_at(
                Fixture *f, const char *uid, const char *times, const char *place, const char *more)
{
        static int sequence;
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        char text[16 * 1024];
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:%s\r\n"
                        "DTSTAMP:20260101T000000Z\r\nSEQUENCE:%d\r\n%sLOCATION:%s\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n",
                        uid, ++sequence, times, place, more);
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        const ObjectPut put = {
                .collection = COLLECTION_EVENTS,
                .anywhere = true,
                .refuse_stale = true,
                .now = at(LONG_AGO),
                .fallback = f->config->time_zone,
        };
        assert_int_equal(object_put_event(f->store, event, &put, &outcome), 0);
}

/* Puts the event of the first mail, always with the same UID. */
static inline void put_event(Fixture *f, const char *place, const char *more)
{
        put_event_at(f, "e@x", "DTSTART:20270301T100000Z\r\nDTEND:20270301T110000Z\r\n", place, more);
}

static inline int on_due(const DueEntry *due, void *userdata)
{
        *(DueEntry *)userdata = *due;
        return 0;
}

/* Processes everything that is due now. */
static inline void look(Fixture *f)
{
        usec_t now = clock_now(&f->clock);
        for (DueEntry due;
                        due.object = 0, due_index_each(f->store, now, 1, on_due, &due) == 0 && due.object;)
                assert_int_equal(due_process(f->store, f->config, due.object, 0, now), 0);
}

static inline int64_t next_mail(Fixture *f)
{
        int64_t id = 0;
        int n = 0;
        assert_int_equal(ledger_due(f->store, clock_now(&f->clock) + USEC_PER_SEC, 1, &id, &n), 0);
        return n > 0 ? id : 0;
}

static inline int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
        start_server(&f->server);
        clock_init_rehearsed(&f->clock, at("2027-02-28T10:00:01Z"));
        f->config = scratch_config(f->directory, f->zones,
                        "mail: { from = \"o@example.org\"; deliver = true; url = \"smtp://127.0.0.1:%d\"; starttls = false; };\n",
                        f->server.port);
        assert_int_equal(collection_ensure(f->store, COLLECTION_EVENTS, false, "Europe/Moscow"), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_CONTACTS, true, NULL), 0);
        put_card(f, "");
        assert_int_equal(subscription_put(f->store, f->contact, SUBSCRIBE_ALL, "", "-P1D", at(LONG_AGO)), 0);
        put_event(f, "Hall", "");
        look(f);
        f->mail = next_mail(f);
        assert_true(f->mail > 0);
        f->done_fd = eventfd(0, EFD_CLOEXEC);
        assert_int_equal(ledger_writer_new(f->config, f->zones, NULL, f->done_fd, &f->writer), 0);
        f->shared = (DeliveryShared){
                .source = { .config = f->config, .tables = tables },
                .writer = f->writer,
                .reads_alone = true,
                .clock = &f->clock,
        };
        assert_int_equal(store_open(f->config->store, STORE_READ_ONLY, f->zones, &f->shared.source.store,
                                         NULL),
                        0);
        const SmtpOptions options = { .url = f->config->mail.url, .reply_timeout = 10 * USEC_PER_SEC };
        assert_int_equal(smtp_new(&options, &f->smtp), 0);
        *state = f;
        return 0;
}

static inline int tear_down(void **state)
{
        Fixture *f = *state;
        smtp_free(f->smtp);
        stop_server(&f->server);
        ledger_writer_free(f->writer);
        close(f->done_fd);
        store_close(f->shared.source.store);
        scratch_close(f->directory, f->store, f->config, f->zones);
        free(f);
        return 0;
}

static inline void damage(Fixture *f, const char *sql)
{
        CLEANUP(store_closep) Store *store = NULL;
        assert_int_equal(store_open(f->config->store, STORE_WRITE, f->zones, &store, NULL), 0);
        if (db_execute(store_db(store), sql) != 0)
                fail_msg("%s: %s", sql, db_message(store_db(store)));
}

static inline Delivery *begin(Fixture *f)
{
        Delivery *delivery = NULL;
        assert_int_equal(delivery_begin(&f->shared, f->config, f->smtp, f->mail, &delivery), 0);
        return delivery;
}

static inline void go_on_sending(Fixture *f, Delivery *delivery)
{
        struct pollfd sockets[SMTP_SOCKETS_MAX];
        usec_t until;
        size_t n = smtp_poll(f->smtp, sockets, &until);
        usec_t now = clock_monotonic();
        int wait = until <= now ? 0 : until - now > USEC_PER_SEC ? 1000 : (int)((until - now) / 1000) + 1;
        poll(sockets, n, f->server.holds && wait > 1 ? 1 : wait);
        smtp_go_on(f->smtp, sockets, n);
        delivery_go_on(delivery);
}

static inline void wait_for_writer(Fixture *f, Delivery *delivery)
{
        eventfd_t count;
        ledger_writer_start(f->writer, true);
        assert_int_equal(eventfd_read(f->done_fd, &count), 0);
        for (LedgerOrder *order = ledger_writer_collect(f->writer); order; order = order->next)
                assert_ptr_equal(delivery_of_order(order), delivery);
        delivery_written(delivery);
}

/*
 * Called during a delivery: @before_dot before the final CRLF is sent, @before_reply when the server has the
 * mail.
 */
typedef void (*Interlude)(Fixture *f);

static inline void finish(Fixture *f, Delivery *delivery, Interlude before_reply)
{
        int n_before = f->server.n_messages;
        f->server.holds = before_reply != NULL;
        while (delivery_stage(delivery) != DELIVERY_DONE) {
                if (f->server.holds && f->server.n_messages > n_before) {
                        before_reply(f);
                        f->server.holds = false;
                }
                if (delivery_stage(delivery) == DELIVERY_SENDING)
                        go_on_sending(f, delivery);
                else
                        wait_for_writer(f, delivery);
        }
        f->server.holds = false;
        assert_int_equal(delivery_result(delivery), 0);
        delivery_free(delivery);
}

static inline void send_with(Fixture *f, Interlude before_dot, Interlude before_reply)
{
        Delivery *delivery = begin(f);
        if (before_dot)
                before_dot(f);
        finish(f, delivery, before_reply);
}

static inline void assert_row(Fixture *f, int64_t id, MailState state, const char *place)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        assert_int_equal(ledger_get(f->store, id, &mail), 0);
        assert_string_equal(mail_state_name(mail->state), mail_state_name(state));
        assert_string_equal(mail->place, place);
}
