/* Tests what is due after a contact, an event, a listing or the wish for mail has come back. */

#include "reminders.h"

#include "remind/undo.h"
#include "store/suppression.h"

#define PENDING "reminder |20270201T100000Z|20270201T110000Z|Hall PENDING\n"
#define CHANGE  "change |20270201T100000Z|20270201T110000Z|Yard PENDING\n"

static void wait_for_mail(Fixture *f)
{
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        put_event(f, ONE HALL);
        look_until_done(f, "2027-01-31T10:00:00Z");
        assert_rows(f, PENDING);
}

static void remind(Fixture *f)
{
        wait_for_mail(f);
        deliver(f, "2027-01-31T10:00:00Z");
        assert_rows(f, TOLD);
}

static void delete (Fixture *f, const char *uid)
{
        assert_int_equal(object_delete_found(f->store, uid, f->now), 0);
}

static void bring_back(Fixture *f, const char *uid)
{
        const UndoWork work = { f->store, f->config->time_zone, DUE_NOTIFY_SETTLED, f->now, false };
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(undo_restore_deleted(&work, uid), 0);
        assert_int_equal(store_commit(f->store), 0);
}

/* Closes the first row as an attempt does that finds nobody to send it to. */
static void suppress(Fixture *f, MailReason reason)
{
        assert_int_equal(ledger_close(f->store, 1, MAIL_SUPPRESSED, reason, "", f->now), 0);
}

/* Processes what is due, by contact and by event. */
static void look_at_both(Fixture *f, const char *when)
{
        look_at_contacts(f, when);
        look_until_done(f, when);
}

/* ---- A contact ---- */

static void test_undo__a_contact_that_comes_back_hears_of_a_change_of_what_it_was_told(void **state)
{
        Fixture *f = *state;
        remind(f);
        delete (f, "guest");
        bring_back(f, "guest");
        put_event(f, ONE "LOCATION:Yard\r\n");
        look_at_both(f, "2027-01-31T10:10:00Z");
        assert_rows(f, TOLD CHANGE);
}

static void test_undo__a_contact_that_comes_back_gets_what_waited_for_it(void **state)
{
        Fixture *f = *state;
        wait_for_mail(f);
        delete (f, "guest");
        suppress(f, MAIL_REASON_CONTACT_GONE);
        bring_back(f, "guest");
        look_at_both(f, "2027-01-31T10:10:00Z");
        assert_rows(f, PENDING);
}

static void bounce(Fixture *f)
{
        const SuppressionLimit limit = { 3, 10 * USEC_PER_DAY };
        const ReturnedMail returned = {
                .mail = 77,
                .contact = f->contact,
                .sent = f->now,
                .address = "guest@example.org",
                .hard = true,
                .status = "5.1.1",
                .reason = "no \"such\" mailbox",
        };
        SuppressionOutcome outcome;
        assert_int_equal(suppression_add(f->store, &returned, &limit, f->now, &outcome), 0);
        assert_int_equal(outcome, SUPPRESSION_SUPPRESSED);
}

static void test_undo__a_contact_that_comes_back_still_has_no_such_mailbox(void **state)
{
        Fixture *f = *state;
        SuppressionState found;
        bounce(f);
        delete (f, "guest");
        bring_back(f, "guest");
        assert_int_equal(suppression_state(f->store, id_of(f, "guest"), "guest@example.org", &found), 0);
        assert_true(found.suppressed);
        assert_string_equal(found.status, "5.1.1");
        assert_string_equal(found.reason, "no \"such\" mailbox");
        assert_int_equal(found.since, f->now);
}

/* ---- An event ---- */

static void test_undo__an_event_that_comes_back_is_that_of_its_waiting_mails(void **state)
{
        Fixture *f = *state;
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        wait_for_mail(f);
        delete (f, "e@x");
        bring_back(f, "e@x");
        look_until_done(f, "2027-01-31T10:10:00Z");
        assert_rows(f, PENDING);
        assert_int_equal(ledger_get(f->store, 1, &mail), 0);
        assert_int_equal(mail->object, id_of(f, "e@x"));
}

/* Calendar programs move an event by a PUT into the other collection and a DELETE. */
static void move_by_program(Fixture *f)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        const ObjectPut put = { .collection = "other",
                .resource = "moved.ics",
                .fallback = f->config->time_zone,
                .now = f->now };
        assert_int_equal(collection_ensure(f->store, "other", false, "Europe/Moscow"), 0);
        assert_int_equal(object_find(f->store, "e@x", &record), 0);
        assert_int_equal(event_parse(f->zones, record->text, record->len, &event, NULL), 0);
        assert_int_equal(object_put_event(f->store, event, &put, &outcome), 0);
        assert_int_equal(object_delete(f->store, record->collection, record->resource, 0, f->now), 0);
}

static void assert_object(Fixture *f)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        assert_rows(f, PENDING);
        assert_int_equal(ledger_get(f->store, 1, &mail), 0);
        assert_int_equal(mail->object, id_of(f, "e@x"));
}

static void test_due_process__a_waiting_mail_follows_an_event_that_a_program_moves(void **state)
{
        Fixture *f = *state;
        wait_for_mail(f);
        move_by_program(f);
        look_until_done(f, "2027-01-31T10:10:00Z");
        assert_object(f);
}

static void test_due_process__a_cancelled_mail_follows_an_event_that_a_program_moves(void **state)
{
        Fixture *f = *state;
        wait_for_mail(f);
        move_by_program(f);
        assert_int_equal(ledger_close(f->store, 1, MAIL_CANCELLED, MAIL_REASON_EVENT_MOVED, "", f->now), 0);
        look_until_done(f, "2027-01-31T10:10:00Z");
        assert_object(f);
}

/* ---- A listing, and the wish for mail ---- */

static void test_due_process__a_suppressed_reminder_goes_when_its_cause_is_gone(void **state)
{
        static const MailReason reasons[] = { MAIL_REASON_NOT_LISTED, MAIL_REASON_REMINDERS_OFF,
                MAIL_REASON_NO_ADDRESS, MAIL_REASON_STOPPED, MAIL_REASON_OPTED_OUT, MAIL_REASON_SUPPRESSED,
                MAIL_REASON_EVENT_MUTED, MAIL_REASON_KIND_MUTED, MAIL_REASON_NOT_PUBLIC };
        Fixture *f = *state;
        wait_for_mail(f);
        for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
                suppress(f, reasons[i]);
                look(f, "2027-01-31T10:10:00Z", HORIZON);
                assert_rows(f, PENDING);
        }
}

static void test_due_process__a_reminder_that_is_not_to_go_stays_suppressed(void **state)
{
        Fixture *f = *state;
        wait_for_mail(f);
        suppress(f, MAIL_REASON_WITHDRAWN);
        look(f, "2027-01-31T10:10:00Z", HORIZON);
        assert_states(f, MAIL_SUPPRESSED, 1);
}

/* The agenda has named the event. */
static void test_due_process__a_reminder_that_an_agenda_replaced_stays_suppressed(void **state)
{
        Fixture *f = *state;
        wait_for_mail(f);
        suppress(f, MAIL_REASON_DIGEST);
        look(f, "2027-01-31T10:10:00Z", HORIZON);
        assert_states(f, MAIL_SUPPRESSED, 1);
}

/* The cause of the suppression is still there. */
static void test_due_process__a_muted_reminder_stays_suppressed(void **state)
{
        Fixture *f = *state;
        wait_for_mail(f);
        suppress(f, MAIL_REASON_EVENT_MUTED);
        assert_int_equal(mute_put(f->store, f->contact, "e@x", f->now), 0);
        look(f, "2027-01-31T10:10:00Z", HORIZON);
        assert_states(f, MAIL_SUPPRESSED, 1);
}

static void mute_event(Fixture *f)
{
        assert_int_equal(mute_put(f->store, f->contact, "e@x", f->now), 0);
}

static void unmute_event(Fixture *f)
{
        assert_int_equal(mute_delete(f->store, f->contact, "e@x"), 0);
}

static void mute_kind(Fixture *f)
{
        assert_int_equal(mute_kind_put(f->store, f->contact, "session", f->now), 0);
}

static void unmute_kind(Fixture *f)
{
        assert_int_equal(mute_kind_delete(f->store, f->contact, "session"), 0);
}

static void stop(Fixture *f)
{
        assert_int_equal(contact_stop(f->store, f->contact, MAIL_REASON_OPTED_OUT, f->now), 0);
}

static void resume(Fixture *f)
{
        assert_int_equal(contact_resume(f->store, f->contact), 0);
}

static void restore(Fixture *f)
{
        assert_int_equal(contact_restore(f->store, f->contact), 0);
}

static void clear(Fixture *f)
{
        assert_int_equal(suppression_clear(f->store, f->contact, f->now), 0);
}

static void test_due__who_wants_mail_again_hears_of_changes_meanwhile(void **state)
{
        static void (*const pairs[][2])(Fixture * f) = {
                { mute_event, unmute_event },
                { mute_kind, unmute_kind },
                { stop, resume },
                { mute_event, restore },
                { bounce, clear },
        };
        for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
                Fixture *f = *state;
                remind(f);
                pairs[i][0](f);
                put_event(f, ONE "LOCATION:Yard\r\n");
                look_at_both(f, "2027-01-31T10:10:00Z");
                assert_rows(f, TOLD);
                pairs[i][1](f);
                look_at_both(f, "2027-01-31T10:20:00Z");
                assert_rows(f, TOLD CHANGE);
                tear_down(state);
                set_up(state);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                DUE_TEST(test_undo__a_contact_that_comes_back_hears_of_a_change_of_what_it_was_told),
                DUE_TEST(test_undo__a_contact_that_comes_back_gets_what_waited_for_it),
                DUE_TEST(test_undo__a_contact_that_comes_back_still_has_no_such_mailbox),
                DUE_TEST(test_undo__an_event_that_comes_back_is_that_of_its_waiting_mails),
                DUE_TEST(test_due_process__a_waiting_mail_follows_an_event_that_a_program_moves),
                DUE_TEST(test_due_process__a_cancelled_mail_follows_an_event_that_a_program_moves),
                DUE_TEST(test_due_process__a_suppressed_reminder_goes_when_its_cause_is_gone),
                DUE_TEST(test_due_process__a_reminder_that_is_not_to_go_stays_suppressed),
                DUE_TEST(test_due_process__a_reminder_that_an_agenda_replaced_stays_suppressed),
                DUE_TEST(test_due_process__a_muted_reminder_stays_suppressed),
                DUE_TEST(test_due__who_wants_mail_again_hears_of_changes_meanwhile),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
