/* Tests what becomes of mails that are being sent while two cards of a person are made one. */

#include "reminders.h"
#include "store/contact-merge.h"

static int64_t contact_of(Fixture *f, int64_t mail)
{
        CLEANUP(mail_record_freep) MailRecord *row = NULL;
        assert_int_equal(ledger_get(f->store, mail, &row), 0);
        return row->contact;
}

/* The reminder of the other card is handed over. @was_sent: that of the kept one has gone */
static void merge_while_sending(Fixture *f, bool was_sent)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        CLEANUP(object_record_freep) ObjectRecord *other = NULL;
        const MailText text = { .message_id = "1@example.org", .bytes = "x", .len = 1, .made = f->now };
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        put_card(f, "second", "EMAIL:second@example.org\r\n");
        assert_int_equal(subscription_put(f->store, id_of(f, "second"), SUBSCRIBE_ALL, "", "-P1D", f->now),
                        0);
        put_event(f, ONE HALL);
        look_until_done(f, "2027-01-31T10:00:00Z");
        assert_states(f, MAIL_PENDING, 2);
        for (int64_t id = was_sent ? 1 : 2; id <= 2; id++)
                assert_int_equal(ledger_commit_first_attempt(f->store, id, &text, f->now), 0);
        if (was_sent)
                assert_int_equal(ledger_close(f->store, 1, MAIL_SENT, MAIL_REASON_NONE, "250", f->now), 0);
        assert_int_equal(object_find(f->store, "guest", &kept), 0);
        assert_int_equal(object_find(f->store, "second", &other), 0);
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(contact_merge(f->store, kept, other, f->now), 0);
        assert_int_equal(store_commit(f->store), 0);
        assert_int_equal(ledger_defer(f->store, 2, f->now + 1, "451", f->now), 0);
}

static void test_contact_merge__a_deferred_double_is_not_sent_to_the_kept_card(void **state)
{
        Fixture *f = *state;
        merge_while_sending(f, true);
        assert_int_not_equal(contact_of(f, 2), f->contact);
}

static void test_contact_merge__a_deferred_mail_is_sent_to_the_kept_card(void **state)
{
        Fixture *f = *state;
        merge_while_sending(f, false);
        assert_int_equal(contact_of(f, 2), f->contact);
        assert_states(f, MAIL_PENDING, 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                DUE_TEST(test_contact_merge__a_deferred_double_is_not_sent_to_the_kept_card),
                DUE_TEST(test_contact_merge__a_deferred_mail_is_sent_to_the_kept_card),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
