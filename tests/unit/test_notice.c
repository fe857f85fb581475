/* Tests notices: which changes are told, together or apart, and when. */

#include "reminders.h"

/* Sends a reminder of the event of 1 February on 25 January. */
static void remind_early(Fixture *f)
{
        subscribe(f, SUBSCRIBE_ALL, "", "-P7D");
        put_event(f, ONE HALL);
        look_until_done(f, "2027-01-25T10:00:00Z");
        deliver(f, "2027-01-25T10:00:00Z");
        assert_rows(f, TOLD);
}

static void edit(Fixture *f, const char *when, DueNotify notify, const char *lines)
{
        f->now = moment(when);
        f->notify = notify;
        put_event(f, lines);
        look_until_done(f, when);
}

/*
 * Delivers each due notice that is still correct, and closes the others. Returns the number of the former.
 */
static int deliver_notices(Fixture *f, const char *when)
{
        enum { NOTICES_MAX = 8 };
        int64_t ids[NOTICES_MAX];
        int n, n_sent = 0;
        assert_int_equal(ledger_due(f->store, moment(when), NOTICES_MAX, ids, &n), 0);
        for (int i = 0; i < n; i++) {
                CLEANUP(mail_record_freep) MailRecord *mail = NULL;
                CLEANUP(rebuilt_notice_done) RebuiltNotice rebuilt;
                MailText text = { .message_id = "x", .bytes = "x", .len = 1, .made = moment(when) };
                assert_int_equal(ledger_get(f->store, ids[i], &mail), 0);
                assert_int_equal(store_sequence(f->store, &text.as_of), 0);
                int r = notice_rebuild(f->store, f->config, mail, moment(when), &rebuilt);
                assert_true(r == 0 || r == STORE_E_NOT_FOUND);
                if (r == 0)
                        assert_int_equal(ledger_commit_first_attempt(f->store, ids[i], &text, moment(when)),
                                        0);
                assert_int_equal(ledger_close(f->store, ids[i], r == 0 ? MAIL_SENT : MAIL_CANCELLED,
                                                 MAIL_REASON_NONE, "", moment(when)),
                                0);
                n_sent += r == 0;
        }
        return n_sent;
}

#define SERIES ONE "RRULE:FREQ=DAILY;COUNT=5\r\n"

/* Sends the reminders of the first four days of a daily series, of 1 to 4 February, on 28 January. */
static void remind_of_series(Fixture *f)
{
        subscribe(f, SUBSCRIBE_ALL, "", "-P7D");
        put_event(f, SERIES);
        look_until_done(f, "2027-01-28T10:00:00Z");
        deliver(f, "2027-01-28T10:00:00Z");
        assert_states(f, MAIL_SENT, 4);
}

static int on_found_notice(const Notice *notice, void *userdata)
{
        char start[32];
        time_format_rfc3339(notice->before.start_usec, start);
        buffer_printf(userdata, "%d %d %s\n", notice->kind, notice->scope, start);
        return 0;
}

static void assert_notices(Fixture *f, const char *when, const char *expected)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
        assert_int_equal(object_find(f->store, "e@x", &record), 0);
        assert_int_equal(notice_each(f->store, f->config, record, f->contact, moment(when), on_found_notice,
                                         &found),
                        0);
        assert_string_equal(buffer_text(&found), expected);
}

static void test_notice_enter__a_lost_series_is_one_notice(void **state)
{
        Fixture *f = *state;
        remind_of_series(f);
        edit(f, "2027-01-28T11:00:00Z", DUE_NOTIFY_SETTLED, SERIES "STATUS:CANCELLED\r\n");
        assert_notices(f, "2027-01-28T11:00:00Z", "3 2 2027-02-01T10:00:00Z\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T11:10:00Z"), 1);
        assert_notices(f, "2027-01-28T11:11:00Z", "");
        edit(f, "2027-01-28T12:00:00Z", DUE_NOTIFY_SETTLED, SERIES "STATUS:CANCELLED\r\n");
        look_until_done(f, "2027-02-03T12:00:00Z");
        assert_int_equal(deliver_notices(f, "2027-02-03T12:00:00Z"), 0);
}

/* The first occurrences end while the notice waits. It is the same notice then, and is still sent. */
static void test_notice_enter__a_lost_series_is_told_after_an_outage(void **state)
{
        Fixture *f = *state;
        remind_of_series(f);
        edit(f, "2027-01-28T11:00:00Z", DUE_NOTIFY_SETTLED, SERIES "STATUS:CANCELLED\r\n");
        assert_int_equal(due_index_reset_all(f->store, moment("2027-02-03T08:00:00Z")), 0);
        look_until_done(f, "2027-02-03T08:00:00Z");
        assert_states(f, MAIL_PENDING, 1);
        assert_notices(f, "2027-02-03T08:00:00Z", "3 2 2027-02-03T10:00:00Z\n");
        assert_int_equal(deliver_notices(f, "2027-02-03T08:00:00Z"), 1);
        assert_notices(f, "2027-02-03T08:00:00Z", "");
}

/*
 * An occurrence that was cancelled alone and told is left out. The series notice covers one that still
 * waits.
 */
static void test_notice_enter__a_lost_series_includes_what_waits(void **state)
{
        for (int is_sent = 0; is_sent <= 1; is_sent++) {
                Fixture *f = *state;
                remind_of_series(f);
                edit(f, "2027-01-28T11:00:00Z", DUE_NOTIFY_SETTLED, SERIES "EXDATE:20270201T100000Z\r\n");
                assert_notices(f, "2027-01-28T11:00:00Z", "3 1 2027-02-01T10:00:00Z\n");
                if (is_sent)
                        assert_int_equal(deliver_notices(f, "2027-01-28T11:10:00Z"), 1);
                edit(f, "2027-01-28T11:15:00Z", DUE_NOTIFY_SETTLED,
                                SERIES "EXDATE:20270201T100000Z\r\nSTATUS:CANCELLED\r\n");
                assert_notices(f, "2027-01-28T11:15:00Z",
                                is_sent ? "3 2 2027-02-02T10:00:00Z\n" : "3 2 2027-02-01T10:00:00Z\n");
                assert_int_equal(deliver_notices(f, "2027-01-28T11:25:00Z"), 1);
                assert_notices(f, "2027-01-28T11:26:00Z", "");
                tear_down(state);
                set_up(state);
        }
}

/*
 * One notice says that the series takes place after all. An occurrence that does not, or has moved, has a
 * notice of its own.
 */
static void test_notice_enter__a_lost_series_that_takes_place_is_one_notice(void **state)
{
        static const struct {
                const char *lines, *expected;
                int n;
        } cases[] = {
                { SERIES, "2 2 2027-02-01T10:00:00Z\n", 1 },
                { SERIES "EXDATE:20270202T100000Z\r\n",
                                "2 2 2027-02-01T10:00:00Z\n3 1 2027-02-02T10:00:00Z\n", 2 },
                { SERIES "EXDATE:20270201T100000Z\r\n",
                                "2 2 2027-02-02T10:00:00Z\n3 1 2027-02-01T10:00:00Z\n", 2 },
                { SERIES "LOCATION:Elsewhere\r\n",
                                "2 1 2027-02-01T10:00:00Z\n2 1 2027-02-02T10:00:00Z\n2 1 2027-02-03T10:00:00Z\n2 1 2027-02-04T10:00:00Z\n",
                                4 },
        };
        for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
                Fixture *f = *state;
                bool untold = i % 2;
                remind_of_series(f);
                edit(f, "2027-01-28T11:00:00Z", untold ? DUE_NOTIFY_NONE : DUE_NOTIFY_SETTLED,
                                SERIES "STATUS:CANCELLED\r\n");
                assert_int_equal(deliver_notices(f, "2027-01-28T11:10:00Z"), !untold);
                edit(f, "2027-01-28T12:00:00Z", DUE_NOTIFY_SETTLED, cases[i / 2].lines);
                assert_notices(f, "2027-01-28T12:00:00Z", cases[i / 2].expected);
                assert_int_equal(deliver_notices(f, "2027-01-28T12:10:00Z"), cases[i / 2].n);
                assert_notices(f, "2027-01-28T12:11:00Z", "");
                edit(f, "2027-01-28T13:00:00Z", DUE_NOTIFY_SETTLED, SERIES "STATUS:CANCELLED\r\n");
                assert_int_equal(deliver_notices(f, "2027-01-28T13:10:00Z"), 1);
                tear_down(state);
                set_up(state);
        }
}

/* An occurrence that was cancelled alone stays so if the series is cancelled and takes place after all. */
static void test_notice_enter__a_restored_series_leaves_what_was_cancelled_alone(void **state)
{
        Fixture *f = *state;
        remind_of_series(f);
        edit(f, "2027-01-28T11:00:00Z", DUE_NOTIFY_NOW, SERIES "EXDATE:20270201T100000Z\r\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T11:00:00Z"), 1);
        edit(f, "2027-01-28T12:00:00Z", DUE_NOTIFY_NOW,
                        SERIES "EXDATE:20270201T100000Z\r\nSTATUS:CANCELLED\r\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T12:00:00Z"), 1);
        edit(f, "2027-01-28T13:00:00Z", DUE_NOTIFY_NOW, SERIES "EXDATE:20270201T100000Z\r\n");
        assert_notices(f, "2027-01-28T13:00:00Z", "2 2 2027-02-02T10:00:00Z\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T13:00:00Z"), 1);
        assert_notices(f, "2027-01-28T13:01:00Z", "");
        edit(f, "2027-01-28T14:00:00Z", DUE_NOTIFY_NOW, SERIES);
        assert_notices(f, "2027-01-28T14:00:00Z", "2 1 2027-02-01T10:00:00Z\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T14:00:00Z"), 1);
}

static void test_notice_enter__a_restored_series_may_be_undone_while_it_waits(void **state)
{
        Fixture *f = *state;
        remind_of_series(f);
        edit(f, "2027-01-28T11:00:00Z", DUE_NOTIFY_NOW, SERIES "STATUS:CANCELLED\r\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T11:00:00Z"), 1);
        edit(f, "2027-01-28T12:00:00Z", DUE_NOTIFY_SETTLED, SERIES);
        edit(f, "2027-01-28T12:05:00Z", DUE_NOTIFY_SETTLED, SERIES "STATUS:CANCELLED\r\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T12:20:00Z"), 0);
        assert_notices(f, "2027-01-28T12:20:00Z", "");
}

/* A mail that may have arrived is not sent again after a later mail said something else. */
static void test_notice_told_otherwise__of_a_series(void **state)
{
        Fixture *f = *state;
        bool otherwise = true;
        CLEANUP(mail_record_freep) MailRecord *reminder = NULL, *cancellation = NULL;
        remind_of_series(f);
        assert_int_equal(ledger_get(f->store, 4, &reminder), 0);
        assert_int_equal(notice_told_otherwise(f->store, reminder, f->now, &otherwise), 0);
        assert_false(otherwise);
        edit(f, "2027-01-28T11:00:00Z", DUE_NOTIFY_NOW, SERIES "STATUS:CANCELLED\r\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T11:00:00Z"), 1);
        assert_int_equal(notice_told_otherwise(f->store, reminder, f->now, &otherwise), 0);
        assert_true(otherwise);
        assert_int_equal(ledger_get(f->store, 5, &cancellation), 0);
        assert_int_equal(notice_told_otherwise(f->store, cancellation, f->now, &otherwise), 0);
        assert_false(otherwise);
        edit(f, "2027-01-28T12:00:00Z", DUE_NOTIFY_NOW, SERIES);
        assert_int_equal(deliver_notices(f, "2027-01-28T12:00:00Z"), 1);
        assert_int_equal(notice_told_otherwise(f->store, cancellation, f->now, &otherwise), 0);
        assert_true(otherwise);
}

#define YARD    "LOCATION:Yard\r\n"
#define ROOM    "LOCATION:Room\r\n"
#define NO_MAIL "the change was made with --notify=no\n"

static void test_notice_enter__waits_until_the_event_has_settled(void **state)
{
        Fixture *f = *state;
        remind_early(f);
        edit(f, "2027-01-26T10:00:00Z", DUE_NOTIFY_SETTLED, ONE YARD);
        assert_rows(f, TOLD
                        "change |20270201T100000Z|20270201T110000Z|Yard PENDING waits for further changes of "
                        "the event\n");
        assert_int_equal(deliver_notices(f, "2027-01-26T10:04:59Z"), 0);
        edit(f, "2027-01-26T10:05:00Z", DUE_NOTIFY_SETTLED, ONE ROOM);
        assert_int_equal(deliver_notices(f, "2027-01-26T10:14:59Z"), 0);
        assert_int_equal(deliver_notices(f, "2027-01-26T10:15:00Z"), 1);
        assert_int_equal(deliver_notices(f, "2027-01-27T10:00:00Z"), 0);
}

/* Within a day of the event, as it was or as it is now, the reader must hear of the change at once. */
static void test_notice_enter__a_change_within_a_day_of_the_event_does_not_wait(void **state)
{
        Fixture *f = *state;
        remind_early(f);
        edit(f, "2027-01-31T10:00:00Z", DUE_NOTIFY_SETTLED, ONE YARD);
        assert_int_equal(deliver_notices(f, "2027-01-31T10:09:59Z"), 0);
        assert_int_equal(deliver_notices(f, "2027-01-31T10:10:00Z"), 1);
        edit(f, "2027-01-31T10:10:01Z", DUE_NOTIFY_SETTLED, ONE ROOM);
        assert_int_equal(deliver_notices(f, "2027-01-31T10:10:01Z"), 1);
}

static void test_notice_enter__a_move_to_within_a_day_does_not_wait(void **state)
{
        Fixture *f = *state;
        remind_early(f);
        edit(f, "2027-01-30T12:00:00Z", DUE_NOTIFY_SETTLED, TOMORROW HALL);
        assert_int_equal(deliver_notices(f, "2027-01-30T12:00:00Z"), 1);
}

static void test_notice_enter__a_change_that_was_undone_causes_none(void **state)
{
        Fixture *f = *state;
        remind_early(f);
        edit(f, "2027-01-26T10:00:00Z", DUE_NOTIFY_SETTLED, ONE YARD);
        edit(f, "2027-01-26T10:09:00Z", DUE_NOTIFY_SETTLED, ONE HALL);
        assert_int_equal(deliver_notices(f, "2027-01-27T10:00:00Z"), 0);
        assert_states(f, MAIL_PENDING, 0);
}

/* The contact was off the list while the notice waited, and hears of the change when it is back. */
static void test_notice_enter__a_contact_that_is_listed_again_hears_of_the_change(void **state)
{
        Fixture *f = *state;
        remind_early(f);
        edit(f, "2027-01-26T10:00:00Z", DUE_NOTIFY_SETTLED, ONE YARD);
        assert_int_equal(subscription_delete(f->store, f->contact, 0, ""), 0);
        assert_int_equal(ledger_close(f->store, 2, MAIL_SUPPRESSED, MAIL_REASON_NOT_LISTED, "",
                                         moment("2027-01-26T10:10:00Z")),
                        0);
        assert_int_equal(due_index_reset_all(f->store, moment("2027-01-26T11:00:00Z")), 0);
        look_until_done(f, "2027-01-26T11:00:00Z");
        assert_states(f, MAIL_PENDING, 0);
        subscribe(f, SUBSCRIBE_ALL, "", "-P7D");
        assert_int_equal(due_index_reset_all(f->store, moment("2027-01-26T12:00:00Z")), 0);
        look_until_done(f, "2027-01-26T12:00:00Z");
        assert_rows(f, TOLD "change |20270201T100000Z|20270201T110000Z|Yard PENDING\n");
        assert_int_equal(deliver_notices(f, "2027-01-26T12:00:00Z"), 1);
        look_until_done(f, "2027-01-26T13:00:00Z");
        assert_int_equal(deliver_notices(f, "2027-01-26T13:00:00Z"), 0);
}

static void test_notice_enter__goes_at_once_when_the_event_is_near(void **state)
{
        static const struct {
                int line;
                const char *when, *lines;
                DueNotify notify;
                int expected;
        } rows[] = {
                { __LINE__, "2027-01-31T09:59:59Z", ONE YARD, DUE_NOTIFY_SETTLED, 0 },
                { __LINE__, "2027-01-31T10:00:01Z", ONE YARD, DUE_NOTIFY_SETTLED, 1 },
                { __LINE__, "2027-01-31T10:00:01Z", LATER HALL, DUE_NOTIFY_SETTLED, 1 },
                { __LINE__, "2027-01-31T10:00:01Z", ONE HALL "STATUS:CANCELLED\r\n", DUE_NOTIFY_SETTLED, 1 },
                { __LINE__, "2027-01-30T10:00:00Z", TOMORROW HALL, DUE_NOTIFY_SETTLED, 1 },
                { __LINE__, "2027-01-26T10:00:00Z", ONE YARD, DUE_NOTIFY_NOW, 1 },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                remind_early(f);
                edit(f, rows[i].when, rows[i].notify, rows[i].lines);
                int n = deliver_notices(f, rows[i].when);
                if (n != rows[i].expected)
                        fail_msg("line %d: %d notices", rows[i].line, n);
                tear_down(state);
                set_up(state);
        }
}

/* The same text again, with --notify=yes or no, applies to the notice that waits. */
static void test_notice_enter__a_waiting_notice_may_be_hastened_or_withdrawn(void **state)
{
        for (DueNotify notify = DUE_NOTIFY_NOW; notify <= DUE_NOTIFY_NONE; notify++) {
                Fixture *f = *state;
                ObjectOutcome outcome;
                CLEANUP(object_record_freep) ObjectRecord *record = NULL;
                CLEANUP(event_freep) Event *event = NULL;
                remind_early(f);
                edit(f, "2027-01-26T10:00:00Z", DUE_NOTIFY_SETTLED, ONE YARD);
                assert_int_equal(object_find(f->store, "e@x", &record), 0);
                assert_int_equal(event_parse(f->zones, record->text, record->len, &event, NULL), 0);
                const ObjectPut put = { .collection = COLLECTION_EVENTS,
                        .anywhere = true,
                        .notify = notify,
                        .now = moment("2027-01-26T10:01:00Z") };
                assert_int_equal(object_put_event(f->store, event, &put, &outcome), 0);
                assert_int_equal(outcome, OBJECT_UNCHANGED);
                look_until_done(f, "2027-01-26T10:01:00Z");
                assert_int_equal(deliver_notices(f, "2027-01-26T10:01:00Z"), notify == DUE_NOTIFY_NOW);
                assert_int_equal(deliver_notices(f, "2027-01-27T10:00:00Z"), 0);
                event = event_free(event);
                tear_down(state);
                set_up(state);
        }
}

static void test_notice_enter__an_untold_change_counts_as_told(void **state)
{
        Fixture *f = *state;
        remind_early(f);
        edit(f, "2027-01-26T10:00:00Z", DUE_NOTIFY_SETTLED, ONE ROOM);
        edit(f, "2027-01-26T10:01:00Z", DUE_NOTIFY_NONE, ONE YARD);
        assert_rows(f, TOLD "change |20270201T100000Z|20270201T110000Z|Room CANCELLED " NO_MAIL
                            "change |20270201T100000Z|20270201T110000Z|Yard SUPPRESSED " NO_MAIL);
        look_until_done(f, "2027-01-26T12:00:00Z");
        assert_int_equal(deliver_notices(f, "2027-01-27T10:00:00Z"), 0);
        /* The next change is told, also a change back to what the reminder said. */
        edit(f, "2027-01-27T10:00:00Z", DUE_NOTIFY_SETTLED, ONE HALL);
        assert_int_equal(deliver_notices(f, "2027-01-27T10:10:00Z"), 1);
}

/* The next change is made before the engine has seen the one of which nobody is to hear. */
static void test_notice_enter__an_untold_change_stays_one(void **state)
{
        static const struct {
                const char *next;
                int expected;
        } rows[] = { { ONE YARD "DESCRIPTION:Another text\r\n", 0 }, { ONE HALL, 1 } };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                remind_early(f);
                f->now = moment("2027-01-26T10:00:00Z");
                f->notify = DUE_NOTIFY_NONE;
                put_event(f, ONE YARD);
                edit(f, "2027-01-26T10:00:01Z", DUE_NOTIFY_SETTLED, rows[i].next);
                assert_int_equal(deliver_notices(f, "2027-01-27T10:00:00Z"), rows[i].expected);
                tear_down(state);
                set_up(state);
        }
}

/* The reminder of the new date was due already, and must not go instead of the notice. */
static void test_notice_enter__an_untold_move_is_not_reminded_of(void **state)
{
        Fixture *f = *state;
        remind_early(f);
        edit(f, "2027-01-28T10:00:00Z", DUE_NOTIFY_NONE, LATER HALL);
        assert_int_equal(deliver_notices(f, "2027-02-03T09:00:00Z"), 0);
        assert_states(f, MAIL_SENT, 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                DUE_TEST(test_notice_enter__waits_until_the_event_has_settled),
                DUE_TEST(test_notice_enter__a_change_within_a_day_of_the_event_does_not_wait),
                DUE_TEST(test_notice_enter__a_move_to_within_a_day_does_not_wait),
                DUE_TEST(test_notice_enter__a_change_that_was_undone_causes_none),
                DUE_TEST(test_notice_enter__a_lost_series_is_one_notice),
                DUE_TEST(test_notice_enter__a_lost_series_is_told_after_an_outage),
                DUE_TEST(test_notice_enter__a_lost_series_includes_what_waits),
                DUE_TEST(test_notice_enter__a_lost_series_that_takes_place_is_one_notice),
                DUE_TEST(test_notice_enter__a_restored_series_leaves_what_was_cancelled_alone),
                DUE_TEST(test_notice_enter__a_restored_series_may_be_undone_while_it_waits),
                DUE_TEST(test_notice_told_otherwise__of_a_series),
                DUE_TEST(test_notice_enter__a_contact_that_is_listed_again_hears_of_the_change),
                DUE_TEST(test_notice_enter__goes_at_once_when_the_event_is_near),
                DUE_TEST(test_notice_enter__a_waiting_notice_may_be_hastened_or_withdrawn),
                DUE_TEST(test_notice_enter__an_untold_change_counts_as_told),
                DUE_TEST(test_notice_enter__an_untold_change_stays_one),
                DUE_TEST(test_notice_enter__an_untold_move_is_not_reminded_of),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
