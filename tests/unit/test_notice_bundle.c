/*
 * Notices of one contact that are due at the same time are one mail. The promise of bundles holds for them:
 * their rows change their states together, and each row tells what its own event was told of.
 */

#include "bundles.h"
#include "store/change-task.h"

static const char SEMINAR[] = "DTSTART:20270301T090000Z\r\nDTEND:20270301T170000Z\r\n";

/* Sends what is due to the contact when there is a whole with two parts. */
static void put_seminar(Fixture *f)
{
        put_card(f, "LANG:en\r\n");
        clock_init_rehearsed(&f->clock, at("2027-02-28T16:00:01Z"));
        put_event_at(f, "seminar@x", SEMINAR, "Room 1", "SUMMARY:Seminar\r\n");
        put_event_at(f, "talk@x", TALK, "Room 1", "SUMMARY:Talk\r\nRELATED-TO:seminar@x\r\n");
        put_event_at(f, "visit@x", VISIT, "Room 1", "SUMMARY:Visit\r\nRELATED-TO:seminar@x\r\n");
        look(f);
        end_listing(f);
        send_all(f);
}

/* Sends the reminder of a whole with two parts, and of another event. */
static void remind(Fixture *f)
{
        put_seminar(f);
        assert_rows(f, "e SENT+, seminar SENT+, talk SENT+, visit SENT+");
        f->server.n_messages = 0;
        later(f, 1);
}

static void move_parts(Fixture *f, const char *place)
{
        put_event_at(f, "talk@x", TALK, place, "SUMMARY:Talk\r\nRELATED-TO:seminar@x\r\n");
        put_event_at(f, "visit@x", VISIT, place, "SUMMARY:Visit\r\nRELATED-TO:seminar@x\r\n");
}

static void move_all(Fixture *f, const char *place)
{
        put_event_at(f, "seminar@x", SEMINAR, place, "SUMMARY:Seminar\r\n");
        move_parts(f, place);
        look(f);
}

#define REMINDED            "e SENT+, seminar SENT+, talk SENT+, visit SENT+"
#define AND_NOTICES(states) REMINDED ", seminar " states ", talk " states ", visit " states

static void assert_in_order(const char *text, const char *const *words)
{
        for (; *words; words++) {
                const char *found = strstr(text, *words);
                if (!found)
                        fail_msg("no %s in this order: %s", *words, text);
                text = found + strlen(*words);
        }
}

static void test_notices__a_whole_and_its_parts_are_one_mail(void **state)
{
        Fixture *f = *state;
        remind(f);
        move_all(f, "Yard");
        assert_int_equal(n_offers(f), 1);
        send_offer(f, NULL, NULL);
        assert_int_equal(f->server.n_messages, 1);
        assert_rows(f, AND_NOTICES("SENT+"));
        const char *mail = f->server.messages[0];
        assert_in_order(mail,
                        (const char *[]){ "Subject: Place changed: Seminar, ", "and 2 more events", NULL });
        assert_in_order(mail,
                        (const char *[]){ "\r\nSeminar\r\n", "The place has changed", "New place: Yard",
                                        "The place was: Room 1", "\r\nVisit\r\n", "Part of: Seminar",
                                        "New place: Yard", "\r\nTalk\r\n", "New place: Yard", NULL });
        assert_int_equal(count(mail, "BEGIN:VEVENT"), 3);
        assert_int_equal(count(mail, "BEGIN:VCALENDAR"), 1);
        look(f);
        assert_int_equal(n_offers(f), 0);
}

static void test_notices__parts_of_an_unchanged_whole_name_it(void **state)
{
        Fixture *f = *state;
        remind(f);
        move_parts(f, "Yard");
        look(f);
        send_all(f);
        assert_int_equal(f->server.n_messages, 1);
        assert_non_null(strstr(f->server.messages[0], "Subject: Changes in the programme: Seminar, "));
        assert_rows(f, REMINDED ", talk SENT+, visit SENT+");
}

/* The parts have no reminders for a guest of the whole, but a change of them is told. */
static void test_notices__a_guest_of_the_whole_hears_of_its_parts(void **state)
{
        Fixture *f = *state;
        assert_int_equal(subscription_delete(f->store, f->contact, SUBSCRIBE_ALL, ""), 0);
        assert_int_equal(subscription_put(f->store, f->contact, SUBSCRIBE_EVENT, "seminar@x", "-P1D",
                                         at(LONG_AGO)),
                        0);
        end_listing(f);
        put_seminar(f);
        assert_rows(f, "e SUPPRESSED, seminar SENT");
        assert_int_equal(f->server.n_messages, 1);
        assert_in_order(f->server.messages[0], (const char *[]){ "Seminar and 2 more events",
                                                               "The programme:", "Visit", "Talk", NULL });
        f->server.n_messages = 0;
        later(f, 1);
        move_parts(f, "Yard");
        look(f);
        send_all(f);
        assert_rows(f, "e SUPPRESSED, seminar SENT, talk SENT+, visit SENT+");
        assert_int_equal(f->server.n_messages, 1);
        assert_non_null(strstr(f->server.messages[0], "Subject: Changes in the programme: Seminar, "));
}

static void test_notices__changes_and_cancellations_are_one_mail(void **state)
{
        Fixture *f = *state;
        remind(f);
        put_event_at(f, "talk@x", TALK, "Room 1", "SUMMARY:Talk\r\nSTATUS:CANCELLED\r\n");
        put_event(f, "Yard", "SUMMARY:First\r\n");
        look(f);
        send_all(f);
        assert_int_equal(f->server.n_messages, 1);
        assert_rows(f, REMINDED ", e SENT+, talk SENT+");
        assert_in_order(f->server.messages[0],
                        (const char *[]){ "\r\nFirst\r\n", "New place: Yard", "\r\nTalk\r\n",
                                        "The event does not take place.", NULL });
        assert_int_equal(count(f->server.messages[0], "STATUS:CANCELLED"), 1);
}

static void move_talk_again(Fixture *f)
{
        put_event_at(f, "talk@x", TALK, "Garden", "SUMMARY:Talk\r\nRELATED-TO:seminar@x\r\n");
}

static void mute_visit(Fixture *f)
{
        usec_t now = clock_now(&f->clock);
        assert_int_equal(mute_put(f->store, f->contact, "visit@x", now), 0);
        assert_int_equal(
                        ledger_suppress_contact(f->store, f->contact, "visit@x", MAIL_REASON_OPTED_OUT, now),
                        0);
}

/* Nothing is sent that was outdated before the commit. */
static void test_notices__what_changes_before_the_commit_leaves_the_mail(void **state)
{
        Fixture *f = *state;
        remind(f);
        move_all(f, "Yard");
        send_offer(f, move_talk_again, NULL);
        assert_int_equal(f->server.n_messages, 0);
        look(f);
        later(f, 1);
        send_offer(f, mute_visit, NULL);
        assert_int_equal(f->server.n_messages, 0);
        later(f, 1);
        send_all(f);
        assert_int_equal(f->server.n_messages, 1);
        assert_rows(f, REMINDED ", seminar SENT+, talk CANCELLED, visit SUPPRESSED, talk SENT+");
        assert_int_equal(count(f->server.messages[0], "New place: Garden"), 1);
        assert_null(strstr(f->server.messages[0], "\r\nVisit\r\n"));
}

static void tell_nobody_of_talk(Fixture *f)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        assert_int_equal(object_find(f->store, "talk@x", &record), 0);
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(change_task_tell_nobody(f->store, record, clock_now(&f->clock)), 0);
        assert_int_equal(store_commit(f->store), 0);
}

/* Nobody is to hear of the change after all: the event is as the mails say that are on their way. */
static void test_notices__a_change_that_nobody_is_to_hear_of_stops_the_mail(void **state)
{
        Fixture *f = *state;
        remind(f);
        move_all(f, "Yard");
        send_offer(f, tell_nobody_of_talk, NULL);
        assert_int_equal(f->server.n_messages, 0);
        look(f);
        later(f, 1);
        send_all(f);
        assert_int_equal(f->server.n_messages, 1);
        assert_null(strstr(f->server.messages[0], "\r\nTalk\r\n"));
}

static void test_notices__without_a_reply_the_same_bytes_go_once_more(void **state)
{
        Fixture *f = *state;
        remind(f);
        move_all(f, "Yard");
        f->server.answer = NULL;
        send_offer(f, NULL, NULL);
        assert_rows(f, AND_NOTICES("UNKNOWN+"));
        later(f, 20);
        f->server.answer = "250 taken";
        send_all(f);
        assert_rows(f, AND_NOTICES("SENT+"));
        assert_int_equal(f->server.n_messages, 2);
        assert_string_equal(f->server.messages[0], f->server.messages[1]);
}

/* A cancellation in the mail is still correct, too. */
static void test_notices__a_cancellation_without_a_reply_goes_once_more(void **state)
{
        Fixture *f = *state;
        remind(f);
        put_event_at(f, "talk@x", TALK, "Room 1", "SUMMARY:Talk\r\nSTATUS:CANCELLED\r\n");
        put_event(f, "Yard", "SUMMARY:First\r\n");
        put_event_at(f, "seminar@x", SEMINAR, "Yard", "SUMMARY:Seminar\r\n");
        look(f);
        f->server.answer = NULL;
        send_offer(f, NULL, NULL);
        later(f, 20);
        f->server.answer = "250 taken";
        send_all(f);
        assert_rows(f, REMINDED ", e SENT+, seminar SENT+, talk SENT+");
        assert_int_equal(f->server.n_messages, 2);
        assert_string_equal(f->server.messages[0], f->server.messages[1]);
}

/* A rejection of the second copy does not mean that the first one was not read. */
static void test_notices__a_second_copy_that_is_rejected_counts_as_told(void **state)
{
        Fixture *f = *state;
        remind(f);
        move_all(f, "Yard");
        f->server.answer = NULL;
        send_offer(f, NULL, NULL);
        later(f, 20);
        f->server.answer = "550 no";
        send_all(f);
        assert_rows(f, AND_NOTICES("FAILED+"));
        f->server.answer = "250 taken";
        assert_int_equal(suppression_clear(f->store, f->contact, clock_now(&f->clock)), 0);
        end_listing(f);
        f->server.n_messages = 0;
        move_all(f, "Room 1");
        send_all(f);
        assert_int_equal(f->server.n_messages, 1);
        assert_in_order(f->server.messages[0],
                        (const char *[]){ "New place: Room 1", "The place was: Yard", NULL });
}

/* The contact hears of an edit that was made while the server had the mail. */
static void test_notices__a_change_after_the_commit_is_told_next(void **state)
{
        Fixture *f = *state;
        remind(f);
        move_all(f, "Yard");
        send_offer(f, NULL, move_talk_again);
        look(f);
        send_all(f);
        assert_int_equal(f->server.n_messages, 2);
        assert_non_null(strstr(f->server.messages[1], "New place: Garden"));
        assert_rows(f, AND_NOTICES("SENT+") ", talk SENT");
}

static void test_notices__a_deferred_mail_is_composed_again(void **state)
{
        Fixture *f = *state;
        remind(f);
        move_all(f, "Yard");
        f->server.answer = "451 later";
        send_offer(f, NULL, NULL);
        assert_rows(f, AND_NOTICES("PENDING"));
        move_talk_again(f);
        look(f);
        later(f, 2);
        f->server.answer = "250 taken";
        send_all(f);
        assert_int_equal(f->server.n_messages, 2);
        assert_rows(f, REMINDED ", seminar SENT+, talk CANCELLED, visit SENT+, talk SENT+");
}

static void test_notices__a_rejected_message_is_sent_in_pieces(void **state)
{
        Fixture *f = *state;
        remind(f);
        move_all(f, "Yard");
        f->server.answer = "554 5.6.0 too odd";
        send_offer(f, NULL, NULL);
        assert_rows(f, AND_NOTICES("PENDING!"));
        f->server.answer = "250 taken";
        send_all(f);
        assert_int_equal(f->server.n_messages, 4);
        assert_rows(f, AND_NOTICES("SENT!"));
}

/* Reminders and notices are not one mail. */
static void test_notices__reminders_are_other_mails(void **state)
{
        Fixture *f = *state;
        remind(f);
        move_all(f, "Yard");
        put_event_at(f, "dinner@x", DINNER, "Restaurant", "SUMMARY:Dinner\r\n");
        look(f);
        send_all(f);
        assert_int_equal(f->server.n_messages, 2);
        assert_rows(f, AND_NOTICES("SENT+") ", dinner SENT");
}

/* Puts a whole and its part, far away, and sends their reminders. */
static void remind_of_june(Fixture *f, const char *place, usec_t changed)
{
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        static int sequence = 1000;
        for (int i = 0; i < 2; i++) {
                char text[1024];
                snprintf(text, sizeof(text),
                                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:june%d@x\r\n"
                                "DTSTAMP:20260101T000000Z\r\nSEQUENCE:%d\r\nDTSTART:20270605T1%d0000Z\r\nSUMMARY:June\r\n"
                                "LOCATION:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                                i, ++sequence, i, place);
                assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
                const ObjectPut put = { .collection = COLLECTION_EVENTS,
                        .anywhere = true,
                        .refuse_stale = true,
                        .now = changed + i * 3 * 60 * USEC_PER_SEC,
                        .fallback = f->config->time_zone };
                assert_int_equal(object_put_event(f->store, event, &put, &outcome), 0);
                clock_init_rehearsed(&f->clock, put.now);
                look(f);
                event = event_free(event);
        }
}

/* The second edit is three minutes after the first: both notices go when the second one has settled. */
static void test_notices__edits_that_settle_together_are_one_mail(void **state)
{
        Fixture *f = *state;
        remind(f);
        assert_int_equal(
                        subscription_put(f->store, f->contact, SUBSCRIBE_ALL, "", "-P90D", at(LONG_AGO)), 0);
        remind_of_june(f, "Hall", at("2027-03-10T10:00:00Z"));
        end_listing(f);
        look(f);
        later(f, 1);
        send_all(f);
        f->server.n_messages = 0;
        remind_of_june(f, "Yard", at("2027-03-10T12:00:00Z"));
        clock_init_rehearsed(&f->clock, at("2027-03-10T12:10:01Z"));
        assert_int_equal(n_offers(f), 0);
        clock_init_rehearsed(&f->clock, at("2027-03-10T12:13:01Z"));
        assert_int_equal(n_offers(f), 1);
        send_all(f);
        assert_int_equal(f->server.n_messages, 1);
        assert_int_equal(count(f->server.messages[0], "BEGIN:VEVENT"), 2);
}

static void hasten(Fixture *f, const char *uid, int64_t *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        assert_int_equal(object_find(f->store, uid, &record), 0);
        assert_int_equal(due_index_set_notify(f->store, record->id, DUE_NOTIFY_NOW), 0);
        assert_int_equal(due_index_wake(f->store, record->id), 0);
        *ret = record->id;
}

/* The notices were entered some minutes ago, and their events are processed one after the other. */
static void test_notices__that_are_to_go_now_are_one_mail(void **state)
{
        Fixture *f = *state;
        int64_t first = 0, second = 0;
        remind(f);
        assert_int_equal(
                        subscription_put(f->store, f->contact, SUBSCRIBE_ALL, "", "-P90D", at(LONG_AGO)), 0);
        remind_of_june(f, "Hall", at("2027-03-10T10:00:00Z"));
        end_listing(f);
        look(f);
        later(f, 1);
        send_all(f);
        f->server.n_messages = 0;
        remind_of_june(f, "Yard", at("2027-03-10T12:00:00Z"));
        later(f, 2);
        hasten(f, "june0@x", &first);
        hasten(f, "june1@x", &second);
        assert_int_equal(due_process(f->store, f->config, first, 0, clock_now(&f->clock)), 0);
        assert_int_equal(n_offers(f), 0);
        assert_int_equal(due_process(f->store, f->config, second, 0, clock_now(&f->clock)), 0);
        assert_int_equal(n_offers(f), 1);
        send_all(f);
        assert_int_equal(f->server.n_messages, 1);
        assert_int_equal(count(f->server.messages[0], "BEGIN:VEVENT"), 2);
}

/* No edit after the first notice was due delays it. */
static void test_notices__a_later_edit_is_not_waited_for(void **state)
{
        Fixture *f = *state;
        remind(f);
        assert_int_equal(
                        subscription_put(f->store, f->contact, SUBSCRIBE_ALL, "", "-P90D", at(LONG_AGO)), 0);
        remind_of_june(f, "Hall", at("2027-03-10T10:00:00Z"));
        end_listing(f);
        look(f);
        later(f, 1);
        send_all(f);
        remind_of_june(f, "Yard", at("2027-03-10T12:00:00Z"));
        remind_of_june(f, "Garden", at("2027-03-10T12:11:00Z"));
        clock_init_rehearsed(&f->clock, at("2027-03-10T12:14:02Z"));
        assert_true(n_offers(f) > 0);
}

#define NOTICE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, end)

int main(void)
{
        const struct CMUnitTest tests[] = {
                NOTICE_TEST(test_notices__a_whole_and_its_parts_are_one_mail),
                NOTICE_TEST(test_notices__parts_of_an_unchanged_whole_name_it),
                NOTICE_TEST(test_notices__a_guest_of_the_whole_hears_of_its_parts),
                NOTICE_TEST(test_notices__changes_and_cancellations_are_one_mail),
                NOTICE_TEST(test_notices__what_changes_before_the_commit_leaves_the_mail),
                NOTICE_TEST(test_notices__a_change_that_nobody_is_to_hear_of_stops_the_mail),
                NOTICE_TEST(test_notices__without_a_reply_the_same_bytes_go_once_more),
                NOTICE_TEST(test_notices__a_cancellation_without_a_reply_goes_once_more),
                NOTICE_TEST(test_notices__a_second_copy_that_is_rejected_counts_as_told),
                NOTICE_TEST(test_notices__a_change_after_the_commit_is_told_next),
                NOTICE_TEST(test_notices__a_deferred_mail_is_composed_again),
                NOTICE_TEST(test_notices__a_rejected_message_is_sent_in_pieces),
                NOTICE_TEST(test_notices__reminders_are_other_mails),
                NOTICE_TEST(test_notices__edits_that_settle_together_are_one_mail),
                NOTICE_TEST(test_notices__that_are_to_go_now_are_one_mail),
                NOTICE_TEST(test_notices__a_later_edit_is_not_waited_for),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
