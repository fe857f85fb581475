/* Tests the ledger's archive: which rows are moved there and when, and which facts are kept. */

#include "store/ledger-past.h"

#include "store/ledger.h"
#include "store/object.h"
#include "store/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

#define NOW    ((usec_t)1800000000 * USEC_PER_SEC)
#define BEFORE (NOW + 30 * USEC_PER_DAY)
#define LATER  (NOW + 60 * USEC_PER_DAY)

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        Store *store;
} Fixture;

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        scratch_open(f->directory, f->url);
        scratch_store(f->url, &f->zones, &f->store);
        *state = f;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        scratch_close(f->directory, f->store, NULL, f->zones);
        free(f);
        return 0;
}

static void make_key(int number, char ret[static HASH_HEX_SIZE])
{
        char text[24];
        int len = snprintf(text, sizeof(text), "mail %d", number);
        hash_hex(text, (size_t)len, ret);
}

static bool add(Fixture *f, int number, usec_t expires, const char *token)
{
        MailRecord mail = {
                .kind = "reminder",
                .contact = 7,
                .object = 8,
                .uid = "e@x",
                .recurrence_id = "",
                .start = "20270201T100000 Europe/Moscow",
                .finish = "20270201T110000 Europe/Moscow",
                .place = "Hall",
                .rule = "-P1D",
                .state = MAIL_PENDING,
                .next_attempt = NOW,
                .expires = expires,
                .message_id = "",
                .token = token,
        };
        bool added = false;
        make_key(number, mail.key);
        assert_int_equal(ledger_add(f->store, &mail, NOW, &added), 0);
        return added;
}

static int64_t id_of(Fixture *f, int number, MailState *ret)
{
        char key[HASH_HEX_SIZE];
        int64_t id = 0;
        make_key(number, key);
        assert_int_equal(ledger_find(f->store, key, &id, ret), 0);
        return id;
}

/* Adds a mail that was sent and closed with state @end. */
static int64_t add_closed(Fixture *f, int number, usec_t expires, MailState end)
{
        MailState known;
        MailText text = { .message_id = "id@example.org", .bytes = "x", .len = 1, .made = NOW };
        assert_true(add(f, number, expires, NULL));
        int64_t id = id_of(f, number, &known);
        assert_int_equal(ledger_commit_first_attempt(f->store, id, &text, NOW), 0);
        assert_int_equal(ledger_close(f->store, id, end, MAIL_REASON_NONE, "250", NOW + 1), 0);
        return id;
}

static int walk_with(Fixture *f, usec_t before, usec_t before_texts, usec_t now)
{
        bool under_way = true;
        int rounds = 0;
        assert_int_equal(past_begin(f->store, now), 0);
        for (; assert_int_equal(past_is_under_way(f->store, &under_way, &(usec_t){ 0 }), 0), under_way;
                        rounds++)
                assert_int_equal(past_process(f->store, before, before_texts, now), 0);
        return rounds;
}

static int walk(Fixture *f, usec_t before, usec_t now)
{
        return walk_with(f, before, before, now);
}

static int64_t count(Fixture *f, const Sql *sql)
{
        int64_t n = -1;
        assert_int_equal(query_number(f->store, sql, NULL, 0, 0, &n), 0);
        return n;
}

static int64_t n_live(Fixture *f)
{
        return count(f, SQL("SELECT count(*) FROM mail"));
}

static void on_fault(const char *fault, void *userdata)
{
        ++*(int *)userdata;
        print_message("%s\n", fault);
}

static void assert_in_order(Fixture *f)
{
        int n = 0;
        assert_int_equal(store_check(f->store, &(DbCheckOptions){ .full = true,
                                                               .on_fault = on_fault,
                                                               .userdata = &n }),
                        0);
        assert_int_equal(n, 0);
}

static void test_past__a_key_and_its_state_are_kept_forever(void **state)
{
        Fixture *f = *state;
        int64_t counts[MAIL_PARKED + 1];
        usec_t sent = 0;
        MailState known;
        int64_t id = add_closed(f, 1, NOW, MAIL_SENT);
        add_closed(f, 2, NOW, MAIL_FAILED);
        assert_int_equal(walk(f, BEFORE, LATER), 1);
        assert_int_equal(n_live(f), 0);
        assert_int_equal(id_of(f, 1, &known), id);
        assert_int_equal(known, MAIL_SENT);
        assert_true(id_of(f, 2, &known) > 0);
        assert_int_equal(known, MAIL_FAILED);
        assert_false(add(f, 1, LATER * 2, NULL));
        assert_false(add(f, 2, LATER * 2, NULL));
        assert_int_equal(ledger_counts(f->store, counts), 0);
        assert_int_equal(counts[MAIL_SENT], 1);
        assert_int_equal(counts[MAIL_FAILED], 1);
        assert_int_equal(ledger_last_sent(f->store, &sent), 0);
        assert_int_equal(sent, NOW + 1);
        assert_in_order(f);
}

static void test_past__open_future_and_recently_closed_mails_stay(void **state)
{
        Fixture *f = *state;
        MailState known;
        assert_true(add(f, 1, NOW, NULL));   /* open */
        add_closed(f, 2, BEFORE, MAIL_SENT); /* not over for long enough */
        add_closed(f, 3, NOW, MAIL_EXPIRED);
        walk(f, NOW, LATER); /* closed in the meantime */
        assert_int_equal(n_live(f), 3);
        walk(f, BEFORE, 2 * LATER);
        assert_int_equal(n_live(f), 2);
        assert_true(id_of(f, 1, &known) > 0);
        assert_int_equal(known, MAIL_PENDING);
}

static int64_t n_texts(Fixture *f)
{
        return count(f, SQL("SELECT count(*) FROM message"));
}

static void test_past__the_text_of_a_sent_mail_goes_before_its_row(void **state)
{
        Fixture *f = *state;
        int64_t id = add_closed(f, 1, LATER, MAIL_SENT);
        add_closed(f, 2, LATER, MAIL_FAILED);
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        assert_int_equal(ledger_get(f->store, id, &mail), 0);
        assert_memory_equal(mail->bytes, "x", 1);
        assert_int_equal(n_texts(f), 1);
        walk_with(f, BEFORE, NOW + 1, BEFORE); /* it was sent at this time, not before */
        assert_int_equal(n_texts(f), 1);
        walk_with(f, BEFORE, NOW + 2, LATER);
        assert_int_equal(n_texts(f), 0);
        assert_int_equal(n_live(f), 2);
        assert_in_order(f);
}

static void test_past__the_text_goes_with_its_row(void **state)
{
        Fixture *f = *state;
        add_closed(f, 1, NOW, MAIL_SENT);
        walk_with(f, BEFORE, NOW, LATER);
        assert_int_equal(n_live(f), 0);
        assert_int_equal(n_texts(f), 0);
}

/* Opt-out links of archived mails work, both of this version and of older ones. */
static void test_past__an_old_link_still_names_its_contact(void **state)
{
        Fixture *f = *state;
        static const char random[] = "abcdefghijklmnopqrstuvwxyz012345";
        CLEANUP(mail_record_freep) MailRecord *live = NULL;
        CLEANUP(mail_record_freep) MailRecord *past = NULL;
        CLEANUP(mail_record_freep) MailRecord *other = NULL;
        CLEANUP(mail_record_freep) MailRecord *old = NULL;
        CLEANUP(mail_record_freep) MailRecord *none = NULL;
        MailState known;
        int64_t id = add_closed(f, 1, NOW, MAIL_SENT);
        add_closed(f, 2, NOW, MAIL_SENT);
        assert_true(add(f, 3, NOW, random));
        MailText text = { .message_id = "id@example.org", .bytes = "x", .len = 1, .made = NOW };
        int64_t third = id_of(f, 3, &known);
        assert_int_equal(ledger_commit_first_attempt(f->store, third, &text, NOW), 0);
        assert_int_equal(ledger_close(f->store, third, MAIL_SENT, MAIL_REASON_NONE, "250", NOW), 0);
        assert_int_equal(ledger_get(f->store, id, &live), 0);
        assert_int_equal(strlen(live->token), TOKEN_SIZE - 1);
        walk(f, BEFORE, LATER);
        assert_int_equal(n_live(f), 0);
        assert_int_equal(ledger_get_by_token(f->store, live->token, &past), 0);
        assert_int_equal(past->id, id);
        assert_int_equal(past->contact, 7);
        assert_int_equal(past->object, 8);
        assert_string_equal(past->token, live->token);
        assert_int_equal(ledger_get(f->store, id + 1, &other), 0);
        assert_string_not_equal(other->token, live->token);
        assert_int_equal(ledger_get_by_token(f->store, random, &old), 0);
        assert_int_equal(old->id, third);
        /* Reject the number of one mail with the signature of another. */
        char forged[TOKEN_SIZE];
        snprintf(forged, sizeof(forged), "%.8s%s", other->token, live->token + 8);
        assert_int_equal(ledger_get_by_token(f->store, forged, &none), STORE_E_NOT_FOUND);
        assert_int_equal(ledger_get_by_token(f->store, "", &none), STORE_E_NOT_FOUND);
        assert_int_equal(ledger_get_by_token(f->store, "?bcdefghijklmnopqrstuvwxyz012345", &none),
                        STORE_E_NOT_FOUND);
        assert_null(none);
}

static int count_row(const MailRecord *mail, void *userdata)
{
        (void)mail;
        ++*(int *)userdata;
        return 0;
}

/* A parked mail about a future event that an expired digest has repeated is not repeated again. */
static void test_past__a_parked_mail_is_not_repeated_again(void **state)
{
        Fixture *f = *state;
        int n = 0;
        MailState known;
        add_closed(f, 1, 2 * LATER, MAIL_PARKED);
        assert_true(add(f, 2, NOW, NULL));
        int64_t teller = id_of(f, 2, &known), parked = id_of(f, 1, &known);
        MailText text = { .message_id = "id@example.org",
                .bytes = "x",
                .len = 1,
                .made = NOW + 2,
                .repeated = &parked,
                .n_repeated = 1 };
        assert_int_equal(ledger_commit_first_attempt(f->store, teller, &text, NOW + 2), 0);
        assert_int_equal(ledger_close(f->store, teller, MAIL_SENT, MAIL_REASON_NONE, "250", NOW + 2), 0);
        assert_int_equal(ledger_parked_each(f->store, 7, LATER, count_row, &n), 0);
        assert_int_equal(n, 0);
        walk(f, BEFORE, LATER);
        assert_int_equal(n_live(f), 1);
        assert_int_equal(ledger_parked_each(f->store, 7, LATER, count_row, &n), 0);
        assert_int_equal(n, 0);
}

static void test_past__a_walk_goes_in_parts_and_once_a_day(void **state)
{
        Fixture *f = *state;
        enum { MAILS = 450 };
        bool under_way = true;
        for (int i = 0; i < MAILS; i++)
                add_closed(f, i, i % 2 ? NOW : 2 * LATER, MAIL_SENT);
        assert_int_equal(walk(f, BEFORE, LATER), 3);
        assert_int_equal(n_live(f), MAILS / 2);
        assert_int_equal(past_begin(f->store, LATER + USEC_PER_DAY / 24), 0);
        assert_int_equal(past_is_under_way(f->store, &under_way, &(usec_t){ 0 }), 0);
        assert_false(under_way);
        assert_int_equal(walk(f, BEFORE, LATER + USEC_PER_DAY), 2);
        assert_int_equal(walk(f, BEFORE, NOW), 2); /* the clock was set back */
        assert_in_order(f);
}

static void test_past__check_finds_a_wrong_count(void **state)
{
        Fixture *f = *state;
        int n = 0;
        add_closed(f, 1, NOW, MAIL_SENT);
        walk(f, BEFORE, LATER);
        assert_int_equal(QUERY_RUN(f->store, "UPDATE past_total SET n = 2"), 0);
        assert_int_equal(store_check(f->store, &(DbCheckOptions){ .full = true,
                                                               .on_fault = on_fault,
                                                               .userdata = &n }),
                        0);
        assert_int_equal(n, 1);
}

#define PAST_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                PAST_TEST(test_past__a_key_and_its_state_are_kept_forever),
                PAST_TEST(test_past__open_future_and_recently_closed_mails_stay),
                PAST_TEST(test_past__the_text_of_a_sent_mail_goes_before_its_row),
                PAST_TEST(test_past__the_text_goes_with_its_row),
                PAST_TEST(test_past__an_old_link_still_names_its_contact),
                PAST_TEST(test_past__a_parked_mail_is_not_repeated_again),
                PAST_TEST(test_past__a_walk_goes_in_parts_and_once_a_day),
                PAST_TEST(test_past__check_finds_a_wrong_count),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
