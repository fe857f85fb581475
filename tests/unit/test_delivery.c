/*
 * Tests the delivery of one mail with an edit, a rejection or a lost reply between two steps. The server is
 * a thread of this process; the ledger writer and the store are the daemon's.
 */

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
#include <sqlite3.h>
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

enum { LINES_MAX = 65536, MESSAGES_MAX = 8 };

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
static bool take_message(Server *server, FILE *in)
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

static void serve(Server *server, int fd)
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
                if (!answer)
                        break;
                dprintf(fd, "%s\r\n", answer);
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

static void start_server(Server *server)
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

static void stop_server(Server *server)
{
        shutdown(server->fd, SHUT_RDWR);
        pthread_join(server->thread, NULL);
        close(server->fd);
}

static usec_t at(const char *text)
{
        usec_t time;
        assert_int_equal(time_parse_rfc3339(text, &time), 0);
        return time;
}

static void put_card(Fixture *f, const char *more)
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

/* Puts the event, always with the same UID and with a higher SEQUENCE each time. */
static void put_event(Fixture *f, const char *place, const char *more)
{
        static int sequence;
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        char text[2048];
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:e@x\r\n"
                        "DTSTAMP:20260101T000000Z\r\nSEQUENCE:%d\r\nDTSTART:20270301T100000Z\r\n"
                        "DTEND:20270301T110000Z\r\nLOCATION:%s\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n",
                        ++sequence, place, more);
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

static int on_due(const DueEntry *due, void *userdata)
{
        *(DueEntry *)userdata = *due;
        return 0;
}

/* Processes everything that is due now. */
static void look(Fixture *f)
{
        usec_t now = clock_now(&f->clock);
        for (DueEntry due;
                        due.object = 0, due_index_each(f->store, now, 1, on_due, &due) == 0 && due.object;)
                assert_int_equal(due_process(f->store, f->config, due.object, 0, now), 0);
}

static int64_t next_mail(Fixture *f)
{
        int64_t id = 0;
        int n = 0;
        assert_int_equal(ledger_due(f->store, clock_now(&f->clock) + USEC_PER_SEC, 1, &id, &n), 0);
        return n > 0 ? id : 0;
}

static int set_up(void **state)
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

static int tear_down(void **state)
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

static void damage(Fixture *f, const char *sql)
{
        char path[96];
        sqlite3 *db = NULL;
        snprintf(path, sizeof(path), "%s/db", f->directory);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        sqlite3_busy_timeout(db, 10000);
        if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
                fail_msg("%s: %s", sql, sqlite3_errmsg(db));
        sqlite3_close(db);
}

static Delivery *begin(Fixture *f)
{
        Delivery *delivery = NULL;
        assert_int_equal(delivery_begin(&f->shared, f->config, f->smtp, f->mail, &delivery), 0);
        return delivery;
}

static void go_on_sending(Fixture *f, Delivery *delivery)
{
        struct pollfd sockets[SMTP_SOCKETS_MAX];
        usec_t until;
        size_t n = smtp_poll(f->smtp, sockets, &until);
        usec_t now = clock_monotonic();
        int wait = until <= now ? 0 : until - now > USEC_PER_SEC ? 1000 : (int)((until - now) / 1000) + 1;
        poll(sockets, n, wait);
        smtp_go_on(f->smtp, sockets, n);
        delivery_go_on(delivery);
}

static void wait_for_writer(Fixture *f, Delivery *delivery)
{
        eventfd_t count;
        ledger_writer_hurry(f->writer);
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

static void finish(Fixture *f, Delivery *delivery, Interlude before_reply)
{
        int n_before = f->server.n_messages;
        while (delivery_stage(delivery) != DELIVERY_DONE) {
                if (before_reply && f->server.n_messages > n_before) {
                        before_reply(f);
                        before_reply = NULL;
                }
                if (delivery_stage(delivery) == DELIVERY_SENDING)
                        go_on_sending(f, delivery);
                else
                        wait_for_writer(f, delivery);
        }
        assert_int_equal(delivery_result(delivery), 0);
        delivery_free(delivery);
}

static void send_with(Fixture *f, Interlude before_dot, Interlude before_reply)
{
        Delivery *delivery = begin(f);
        if (before_dot)
                before_dot(f);
        finish(f, delivery, before_reply);
}

static void assert_row(Fixture *f, int64_t id, MailState state, const char *place)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        assert_int_equal(ledger_get(f->store, id, &mail), 0);
        assert_string_equal(mail_state_name(mail->state), mail_state_name(state));
        assert_string_equal(mail->place, place);
}

static void move_to_the_yard(Fixture *f)
{
        put_event(f, "Yard", "");
}

static void rename_event(Fixture *f)
{
        put_event(f, "Hall", "SUMMARY:Another name\r\n");
}

static void stop_all(Fixture *f)
{
        assert_int_equal(contact_stop(f->store, f->contact, MAIL_REASON_OPTED_OUT, clock_now(&f->clock)), 0);
}

static void turn_reminders_off(Fixture *f)
{
        put_card(f, "X-CONVENED-REMINDERS:OFF\r\n");
}

static void mute_event(Fixture *f)
{
        assert_int_equal(mute_put(f->store, f->contact, "e@x", clock_now(&f->clock)), 0);
}

static void unsubscribe(Fixture *f)
{
        assert_int_equal(subscription_delete(f->store, f->contact, 0, ""), 0);
}

static void test_delivery__an_edit_before_the_commit_composes_the_mail_again(void **state)
{
        Fixture *f = *state;
        send_with(f, move_to_the_yard, NULL);
        assert_int_equal(f->server.n_messages, 0);
        assert_row(f, f->mail, MAIL_PENDING, "Hall");
        send_with(f, NULL, NULL);
        assert_int_equal(f->server.n_messages, 1);
        assert_non_null(strstr(f->server.messages[0], "Yard"));
        assert_null(strstr(f->server.messages[0], "Hall"));
        assert_row(f, f->mail, MAIL_SENT, "Yard");
        look(f);
        assert_int_equal(next_mail(f), 0); /* the mail is still correct: no notice */
}

static void test_delivery__an_edit_before_the_reply_causes_a_notice(void **state)
{
        Fixture *f = *state;
        send_with(f, NULL, move_to_the_yard);
        assert_row(f, f->mail, MAIL_SENT, "Hall");
        look(f);
        int64_t notice = next_mail(f);
        assert_true(notice > f->mail);
        assert_row(f, notice, MAIL_PENDING, "Yard");
}

/* Moves the event and lets the engine process the edit during the delivery. */
static void move_and_look(Fixture *f)
{
        put_event(f, "Yard", "");
        look(f);
}

static void test_delivery__an_event_that_changed_during_the_delivery_is_due_again(void **state)
{
        Fixture *f = *state;
        usec_t next = 0;
        send_with(f, NULL, move_and_look);
        assert_int_equal(due_index_next(f->store, &next), 0);
        assert_true(next == 0);
        look(f);
        assert_row(f, next_mail(f), MAIL_PENDING, "Yard");
}

static void test_delivery__a_deferred_mail_is_composed_again(void **state)
{
        Fixture *f = *state;
        f->server.answer = "451 later";
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_PENDING, "Hall");
        rename_event(f);
        move_to_the_yard(f);
        f->server.answer = "250 taken";
        send_with(f, NULL, NULL);
        assert_int_equal(f->server.n_messages, 2);
        assert_non_null(strstr(f->server.messages[1], "Yard"));
        assert_row(f, f->mail, MAIL_SENT, "Yard");
}

static void assert_waits(Fixture *f, MailReason reason, const char *reply, int minutes)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        bool suppressed = true;
        assert_int_equal(ledger_get(f->store, f->mail, &mail), 0);
        assert_string_equal(mail_state_name(mail->state), "PENDING");
        assert_string_equal(mail_reason_name(mail->reason), mail_reason_name(reason));
        assert_string_equal(mail->reply, reply);
        usec_t wait = mail->next_attempt - clock_now(&f->clock);
        assert_true(wait > (minutes - 1) * 60 * USEC_PER_SEC && wait <= minutes * 60 * USEC_PER_SEC);
        assert_int_equal(suppression_is_suppressed(f->store, f->contact, "g@example.org", &suppressed), 0);
        assert_false(suppressed);
}

static DeliveryServer send_once(Fixture *f)
{
        Delivery *delivery = begin(f);
        while (delivery_stage(delivery) != DELIVERY_DONE)
                if (delivery_stage(delivery) == DELIVERY_SENDING)
                        go_on_sending(f, delivery);
                else
                        wait_for_writer(f, delivery);
        DeliveryServer server = delivery_server(delivery);
        delivery_free(delivery);
        return server;
}

/* A reply to RCPT other than 421 is no trouble of the server: the throttle goes on with other mails. */
static void test_delivery__a_refused_recipient_holds_up_no_other(void **state)
{
        Fixture *f = *state;
        f->server.rcpt = "450 4.2.0 Greylisted";
        assert_int_equal(send_once(f), DELIVERY_SERVER_WORKS);
        assert_waits(f, MAIL_REASON_NONE, "450 4.2.0 Greylisted", 1);
        f->server.rcpt = "421 4.3.2 going down";
        assert_int_equal(send_once(f), DELIVERY_SERVER_TROUBLE);
        assert_waits(f, MAIL_REASON_SERVER, "421 4.3.2 going down", 2);
        f->server.rcpt = "501 malformed address";
        assert_int_equal(send_once(f), DELIVERY_SERVER_WORKS);
        assert_row(f, f->mail, MAIL_FAILED, "Hall");
}

/* A quota or a policy is not the contact's fault: the mail waits, and is sent after the repair. */
static void test_delivery__a_refusal_of_the_sender_waits(void **state)
{
        Fixture *f = *state;
        LedgerTrouble trouble = { .n = 0 };
        f->server.rcpt = "554-5.7.1 <g@example.org>: Relay\r\n554 5.7.1 access denied";
        assert_int_equal(send_once(f), DELIVERY_SERVER_WORKS);
        assert_waits(f, MAIL_REASON_OURS, "554 5.7.1 <g@example.org>: Relay access denied", 30);
        f->server.rcpt = "250 ok";
        f->server.answer = "550 5.4.5 Daily user sending limit exceeded";
        assert_int_equal(send_once(f), DELIVERY_SERVER_WORKS);
        assert_waits(f, MAIL_REASON_OURS, "550 5.4.5 Daily user sending limit exceeded", 30);
        assert_int_equal(ledger_trouble(f->store, clock_now(&f->clock), &trouble), 0);
        assert_int_equal(trouble.reason, MAIL_REASON_OURS);
        assert_int_equal(trouble.n, 1);
        assert_string_equal(trouble.reply, "550 5.4.5 Daily user sending limit exceeded");
        f->server.answer = "250 taken";
        send_once(f);
        assert_row(f, f->mail, MAIL_SENT, "Hall");
        assert_int_equal(ledger_trouble(f->store, clock_now(&f->clock), &trouble), 0);
        assert_int_equal(trouble.n, 0);
}

static const char *message_id(const char *message)
{
        const char *id = strstr(message, "Message-Id: ");
        return id ? id : strstr(message, "Message-ID: ");
}

static void test_delivery__an_unknown_mail_is_sent_again_unchanged(void **state)
{
        Fixture *f = *state;
        f->server.answer = NULL;
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_UNKNOWN, "Hall");
        rename_event(f); /* time and location in the mail are still correct */
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_PARKED, "Hall");
        assert_int_equal(f->server.n_messages, 2);
        assert_string_equal(f->server.messages[0], f->server.messages[1]);
        assert_non_null(message_id(f->server.messages[0]));
}

static void test_delivery__an_outdated_unknown_mail_is_replaced_by_a_notice(void **state)
{
        Fixture *f = *state;
        f->server.answer = NULL;
        send_with(f, NULL, NULL);
        move_to_the_yard(f);
        look(f);
        send_with(f, NULL, NULL);
        assert_int_equal(f->server.n_messages, 1);
        assert_row(f, f->mail, MAIL_PARKED, "Hall");
        assert_row(f, next_mail(f), MAIL_PENDING, "Yard");
}

/*
 * The notice was sent last: after a second copy of the reminder the recipient would believe the older state.
 */
static void test_delivery__an_unknown_mail_is_not_sent_after_a_newer_one(void **state)
{
        Fixture *f = *state;
        int64_t reminder = f->mail;
        f->server.answer = NULL;
        send_with(f, NULL, NULL);
        f->server.answer = "250 taken";
        move_and_look(f);
        f->mail = next_mail(f);
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_SENT, "Yard");
        put_event(f, "Hall", "");
        int before = f->server.n_messages;
        f->mail = reminder;
        send_with(f, NULL, NULL);
        assert_row(f, reminder, MAIL_PARKED, "Hall");
        assert_int_equal(f->server.n_messages, before);
        look(f);
        assert_row(f, next_mail(f), MAIL_PENDING, "Hall");
}

static void test_delivery__an_unknown_mail_that_is_rejected_later_counts_as_told(void **state)
{
        Fixture *f = *state;
        f->server.answer = NULL;
        send_with(f, NULL, NULL);
        f->server.answer = "554 no";
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_FAILED, "Hall");
        move_and_look(f);
        assert_row(f, next_mail(f), MAIL_PENDING, "Yard");
}

static void test_delivery__a_refusal_counts_until_the_commit(void **state)
{
        Fixture *f = *state;
        static const Interlude refusals[] = { stop_all, turn_reminders_off, mute_event, unsubscribe };
        for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
                put_card(f, "");
                assert_int_equal(contact_restore(f->store, f->contact), 0);
                send_with(f, refusals[i], NULL);
                assert_int_equal(f->server.n_messages, 0);
        }
        assert_row(f, f->mail, MAIL_PENDING, "Hall");
        send_with(f, NULL, NULL);
        assert_int_equal(f->server.n_messages, 0);
        assert_row(f, f->mail, MAIL_SUPPRESSED, "Hall");
}

/* Replaces the fixture's mail with a digest of the same event. */
static void make_digest(Fixture *f, const char *more)
{
        char card[256];
        snprintf(card, sizeof(card), "X-CONVENED-DIGEST:DAILY@18:00\r\n%s", more);
        put_card(f, card);
        damage(f, "UPDATE mail SET kind = 'agenda', uid = '', object = 0, due = next_attempt");
}

static int on_told(const MailRecord *told, void *userdata)
{
        assert_string_equal(told->uid, "e@x");
        ++*(int *)userdata;
        return 0;
}

static void assert_told(Fixture *f, int expected)
{
        int n = 0;
        assert_int_equal(ledger_told_by(f->store, f->mail, on_told, &n), 0);
        assert_int_equal(n, expected);
}

static void test_delivery__a_digest_names_no_event_that_was_refused_before_its_commit(void **state)
{
        Fixture *f = *state;
        static const Interlude refusals[] = { mute_event, unsubscribe };
        make_digest(f, "");
        for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
                assert_int_equal(contact_restore(f->store, f->contact), 0);
                send_with(f, refusals[i], NULL);
                assert_row(f, f->mail, MAIL_PENDING, "Hall");
        }
        send_with(f, NULL, NULL);
        assert_int_equal(f->server.n_messages, 0);
        assert_row(f, f->mail, MAIL_SUPPRESSED, "Hall");
}

static void test_delivery__the_entries_of_a_digest_are_those_of_the_sent_bytes(void **state)
{
        Fixture *f = *state;
        make_digest(f, "");
        f->server.answer = "451 later";
        send_with(f, NULL, NULL);
        assert_told(f, 0);
        move_to_the_yard(f);
        f->server.answer = "250 taken";
        send_with(f, NULL, NULL);
        assert_told(f, 1);
        look(f);
        assert_int_equal(next_mail(f), 0);
        put_event(f, "Hall", "");
        look(f);
        assert_row(f, next_mail(f), MAIL_PENDING, "Hall");
}

static void test_delivery__an_unknown_digest_is_sent_again_only_while_correct(void **state)
{
        Fixture *f = *state;
        static const Interlude changes[] = { NULL, rename_event, move_to_the_yard, mute_event, unsubscribe };
        static const MailState states[] = { MAIL_SENT, MAIL_SENT, MAIL_PARKED, MAIL_PARKED, MAIL_PARKED };
        for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
                assert_int_equal(contact_restore(f->store, f->contact), 0);
                put_event(f, "Hall", "");
                damage(f, "UPDATE mail SET state = 1, attempts = 0, next_attempt = due; DELETE FROM told;");
                make_digest(f, "");
                f->server.answer = NULL;
                send_with(f, NULL, NULL);
                assert_row(f, f->mail, MAIL_UNKNOWN, "Hall");
                if (changes[i])
                        changes[i](f);
                f->server.answer = "250 taken";
                send_with(f, NULL, NULL);
                assert_row(f, f->mail, states[i], "Hall");
        }
}

/* Quiet hours are read from the card when the ledger is written. */
static void test_delivery__removed_quiet_hours_delay_nothing(void **state)
{
        Fixture *f = *state;
        put_card(f, "TZ:Europe/Moscow\r\nX-CONVENED-QUIET:12:00-15:00\r\n");
        assert_int_equal(store_begin_write(f->store), 0); /* blocks the ledger writer */
        Delivery *delivery = begin(f);
        assert_int_equal(delivery_stage(delivery), DELIVERY_WRITING);
        put_card(f, "");
        assert_int_equal(store_commit(f->store), 0);
        finish(f, delivery, NULL);
        assert_int_equal(next_mail(f), f->mail);
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_SENT, "Hall");
}

/* A mail whose data keeps changing must not make the sender connect again and again. */
static void test_delivery__a_stale_mail_is_postponed(void **state)
{
        Fixture *f = *state;
        usec_t next = 0, before = clock_now(&f->clock);
        send_with(f, move_to_the_yard, NULL);
        assert_int_equal(ledger_next_after(f->store, 0, &next), 0);
        assert_true(next >= before + USEC_PER_SEC);
}

static void test_delivery__a_damaged_mail_ends_alone(void **state)
{
        Fixture *f = *state;
        static const struct {
                int line;
                const char *sql;
                MailState expected;
                MailReason reason;
        } rows[] = {
                { __LINE__, "UPDATE mail SET state = 3, attempts = 1", MAIL_PARKED, MAIL_REASON_NO_BYTES },
                { __LINE__,
                                "UPDATE mail SET state = 3, attempts = 1;"
                                "INSERT INTO message VALUES ((SELECT id FROM mail), 'gone', x'00')",
                                MAIL_PARKED, MAIL_REASON_NO_BYTES },
                { __LINE__,
                                "UPDATE mail SET state = 3, attempts = 1;"
                                "INSERT INTO sample VALUES ('damaged', x'0102');"
                                "INSERT INTO message VALUES ((SELECT id FROM mail), 'damaged', x'28b52ffd2004')",
                                MAIL_PARKED, MAIL_REASON_NO_BYTES },
                { __LINE__,
                                "UPDATE mail SET state = 3, attempts = 1;"
                                "INSERT INTO message VALUES ((SELECT id FROM mail), hex(zeroblob(80)), x'28b52ffd2004')",
                                MAIL_PARKED, MAIL_REASON_NO_BYTES },
                { __LINE__, "UPDATE mail SET kind = 'nonsense'", MAIL_FAILED, MAIL_REASON_NO_KIND },
                { __LINE__, "UPDATE mail SET state = 5", MAIL_FAILED, MAIL_REASON_NONE },
                { __LINE__, "UPDATE mail SET state = 77", (MailState)77, MAIL_REASON_NONE },
                { __LINE__, "UPDATE mail SET rule = x'ff', start = x'ff'", MAIL_CANCELLED,
                                MAIL_REASON_EVENT_MOVED },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(mail_record_freep) MailRecord *mail = NULL;
                damage(f, "UPDATE mail SET state = 1, attempts = 0, next_attempt = due, kind = 'reminder', reason = 0");
                damage(f, rows[i].sql);
                send_with(f, NULL, NULL);
                assert_int_equal(ledger_get(f->store, f->mail, &mail), 0);
                if (mail->state != rows[i].expected || mail->reason != rows[i].reason ||
                                mail->next_attempt != 0)
                        fail_msg("row of line %d: %s, %s", rows[i].line, mail_state_name(mail->state),
                                        mail_reason_name(mail->reason));
        }
        assert_int_equal(f->server.n_messages, 0);
}

static void cancel_event(Fixture *f)
{
        put_event(f, "Hall", "STATUS:CANCELLED\r\n");
}

static void restore_event(Fixture *f)
{
        put_event(f, "Hall", "");
        look(f);
}

/* The event is cancelled, and restored before the ledger writer closes the mail. */
static void test_delivery__a_mail_that_is_wanted_again_is_not_closed(void **state)
{
        Fixture *f = *state;
        cancel_event(f);
        look(f);
        assert_int_equal(store_begin_write(f->store), 0); /* blocks the ledger writer */
        Delivery *delivery = begin(f);
        assert_int_equal(delivery_stage(delivery), DELIVERY_WRITING);
        put_event(f, "Hall", "");
        assert_int_equal(store_commit(f->store), 0);
        finish(f, delivery, NULL);
        assert_row(f, f->mail, MAIL_PENDING, "Hall");
        cancel_event(f);
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_CANCELLED, "Hall");
        restore_event(f); /* a closed mail is reopened */
        assert_row(f, f->mail, MAIL_PENDING, "Hall");
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_SENT, "Hall");
}

int main(void)
{
#define DELIVERY_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        const struct CMUnitTest tests[] = {
                DELIVERY_TEST(test_delivery__an_edit_before_the_commit_composes_the_mail_again),
                DELIVERY_TEST(test_delivery__an_edit_before_the_reply_causes_a_notice),
                DELIVERY_TEST(test_delivery__an_event_that_changed_during_the_delivery_is_due_again),
                DELIVERY_TEST(test_delivery__a_deferred_mail_is_composed_again),
                DELIVERY_TEST(test_delivery__a_refused_recipient_holds_up_no_other),
                DELIVERY_TEST(test_delivery__a_refusal_of_the_sender_waits),
                DELIVERY_TEST(test_delivery__an_unknown_mail_is_sent_again_unchanged),
                DELIVERY_TEST(test_delivery__an_outdated_unknown_mail_is_replaced_by_a_notice),
                DELIVERY_TEST(test_delivery__an_unknown_mail_is_not_sent_after_a_newer_one),
                DELIVERY_TEST(test_delivery__an_unknown_mail_that_is_rejected_later_counts_as_told),
                DELIVERY_TEST(test_delivery__a_refusal_counts_until_the_commit),
                DELIVERY_TEST(test_delivery__a_mail_that_is_wanted_again_is_not_closed),
                DELIVERY_TEST(test_delivery__a_digest_names_no_event_that_was_refused_before_its_commit),
                DELIVERY_TEST(test_delivery__the_entries_of_a_digest_are_those_of_the_sent_bytes),
                DELIVERY_TEST(test_delivery__an_unknown_digest_is_sent_again_only_while_correct),
                DELIVERY_TEST(test_delivery__removed_quiet_hours_delay_nothing),
                DELIVERY_TEST(test_delivery__a_stale_mail_is_postponed),
                DELIVERY_TEST(test_delivery__a_damaged_mail_ends_alone),
        };
        return smtp_global_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
