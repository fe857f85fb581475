/* The outbox recovers rows that a sender did not close. */

#include "outbox/outbox.h"

#include "store/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Config *sending, *silent;
        Clock clock;
        Store *store;
        Outbox *outbox;
} Fixture;

static const OutboxTable *const no_tables[] = { NULL };
static const OutboxTaker *const no_takers[] = { NULL };

static Config *read_config(Fixture *f, bool deliver)
{
        return scratch_config(f->directory, f->zones,
                        "mail: { from = \"o@example.org\"; deliver = %s; url = \"smtp://127.0.0.1:1\"; starttls = false; };\n",
                        deliver ? "true" : "false");
}

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
        clock_init(&f->clock);
        f->sending = read_config(f, true);
        f->silent = read_config(f, false);
        OutboxOptions options = {
                .clock = &f->clock,
                .zones = f->zones,
                .store = f->store,
                .tables = no_tables,
                .takers = no_takers,
        };
        assert_int_equal(outbox_new(&options, f->sending, &f->outbox), 0);
        *state = f;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        outbox_free(f->outbox);
        config_unref(f->silent);
        scratch_close(f->directory, f->store, f->sending, f->zones);
        free(f);
        return 0;
}

/* Leaves a committed row without a sender, as when the sender could not write the result. */
static void lose_mail(Fixture *f)
{
        int64_t id;
        MailState state;
        bool added;
        usec_t now = clock_now(&f->clock);
        MailRecord mail = { .key = "k",
                .kind = "reminder",
                .uid = "e@x",
                .recurrence_id = "",
                .start = "",
                .rule = "",
                .state = MAIL_PENDING,
                .due = now,
                .next_attempt = now,
                .token = "t",
                .expires = now + USEC_PER_DAY,
                .reply = "" };
        MailText text = { .message_id = "m@x", .bytes = "x", .len = 1, .made = now };
        assert_int_equal(ledger_add(f->store, &mail, now, &added), 0);
        assert_int_equal(ledger_find(f->store, "k", &id, &state), 0);
        assert_int_equal(ledger_commit_first_attempt(f->store, id, &text, now), 0);
}

static void assert_state(Fixture *f, MailState expected)
{
        int64_t id;
        MailState state;
        assert_int_equal(ledger_find(f->store, "k", &id, &state), 0);
        assert_string_equal(mail_state_name(state), mail_state_name(expected));
}

static void test_outbox_commit__no_mail_of_a_replaced_sender_stays_committed(void **state)
{
        Fixture *f = *state;
        lose_mail(f);
        assert_int_equal(outbox_offer(f->outbox, clock_now(&f->clock)), 0);
        assert_state(f, MAIL_COMMITTED); /* its sender is at work */
        OutboxPlan *plan;
        assert_int_equal(outbox_prepare(f->outbox, f->silent, &plan), 0);
        outbox_commit(f->outbox, plan);
        assert_int_equal(outbox_offer(f->outbox, clock_now(&f->clock)), 0);
        assert_state(f, MAIL_UNKNOWN);
}

static void test_outbox_new__committed_mails_of_an_earlier_process_are_unknown(void **state)
{
        Fixture *f = *state;
        lose_mail(f);
        f->outbox = outbox_free(f->outbox);
        OutboxOptions options = {
                .clock = &f->clock,
                .zones = f->zones,
                .store = f->store,
                .tables = no_tables,
                .takers = no_takers,
        };
        assert_int_equal(outbox_new(&options, f->sending, &f->outbox), 0);
        assert_state(f, MAIL_UNKNOWN);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_outbox_commit__no_mail_of_a_replaced_sender_stays_committed, set_up,
                                tear_down),
                cmocka_unit_test_setup_teardown(
                                test_outbox_new__committed_mails_of_an_earlier_process_are_unknown, set_up,
                                tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
