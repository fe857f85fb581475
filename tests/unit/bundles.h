#pragma once

/* For the tests of bundles: three events of one moment, and the rows of the ledger as a text. */

#include "deliveries.h"
#include "store/contact-due.h"

enum { ROWS_MAX = 64, TEXT_MAX = 256 };

static const char TALK[] = "DTSTART:20270301T120000Z\r\nDTEND:20270301T130000Z\r\n";
static const char VISIT[] = "DTSTART:20270301T110000Z\r\nDTEND:20270301T114500Z\r\n";
static const char DINNER[] =
                "DTSTART;TZID=Europe/Moscow:20270301T183000\r\nDTEND;TZID=Europe/Moscow:20270301T210000\r\n";

enum { TALK_ROW = 2, VISIT_ROW, DINNER_ROW };

/* The new listing of the contact was derived. */
static inline void end_listing(Fixture *f)
{
        CLEANUP(contact_due_done) ContactDue due = { 0 };
        if (contact_due_first(f->store, &due) == 0)
                assert_int_equal(contact_due_end(f->store, &due), 0);
}

static inline void put_three(Fixture *f)
{
        clock_init_rehearsed(&f->clock, at("2027-02-28T16:00:01Z"));
        put_event_at(f, "talk@x", TALK, "Room 1", "SUMMARY:Talk\r\n");
        put_event_at(f, "visit@x", VISIT, "Museum", "SUMMARY:Visit\r\nDESCRIPTION:Bring a passport\r\n");
        put_event_at(f, "dinner@x", DINNER, "Restaurant", "SUMMARY:Dinner\r\n");
        look(f);
        end_listing(f);
}

static inline int offers(Fixture *f, int64_t ret[static ROWS_MAX])
{
        int n = 0;
        assert_int_equal(ledger_offers(f->store, clock_now(&f->clock) + USEC_PER_SEC, ROWS_MAX, ret, &n), 0);
        return n;
}

/* Sends the next offer; the mail of the event that is put by set_up() is among the others. */
static inline void send_offer(Fixture *f, Interlude before_dot, Interlude before_reply)
{
        int64_t ids[ROWS_MAX];
        assert_true(offers(f, ids) > 0);
        f->mail = ids[0];
        send_with(f, before_dot, before_reply);
}

static inline int n_offers(Fixture *f)
{
        int64_t ids[ROWS_MAX];
        return offers(f, ids);
}

/* Sends until nothing is offered. */
static inline void send_all(Fixture *f)
{
        for (int n = 0; n_offers(f) > 0; n++) {
                assert_true(n < ROWS_MAX);
                send_offer(f, NULL, NULL);
        }
}

static inline void later(Fixture *f, int minutes)
{
        clock_init_rehearsed(&f->clock, clock_now(&f->clock) + minutes * 60 * USEC_PER_SEC);
}

static inline int append_row(const MailRecord *mail, void *userdata)
{
        char *text = userdata;
        size_t len = strlen(text);
        snprintf(text + len, TEXT_MAX * 4 - len, "%s%.*s %s%s%s", len ? ", " : "",
                        (int)strcspn(mail->uid, "@"), mail->uid, mail_state_name(mail->state),
                        mail->bundle > 0 ? "+" : "", mail->bundle < 0 ? "!" : "");
        return 0;
}

/* Rows are in order of their ids: `e PENDING`, with + in a bundle, and with ! if the mail goes alone. */
static inline void assert_rows(Fixture *f, const char *expected)
{
        char text[TEXT_MAX * 4] = "";
        assert_int_equal(ledger_each(f->store, 0, false, ROWS_MAX, append_row, text), 0);
        assert_string_equal(text, expected);
}

static inline void on_fault(const char *sentence, void *userdata)
{
        (void)userdata;
        fail_msg("%s", sentence);
}

static inline int end(void **state)
{
        Fixture *f = *state;
        assert_int_equal(store_check(f->store, &(DbCheckOptions){ .on_fault = on_fault }), 0);
        return tear_down(state);
}

static inline int count(const char *text, const char *word)
{
        int n = 0;
        for (const char *c = text; (c = strstr(c, word)); c += strlen(word))
                n++;
        return n;
}

static inline void put_titled(Fixture *f, int i)
{
        char uid[32], more[64];
        snprintf(uid, sizeof(uid), "%d@x", i);
        snprintf(more, sizeof(more), "SUMMARY:Title-%d-\r\n", i);
        put_event_at(f, uid, VISIT, "Hall", more);
}

#define BUNDLE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, end)
