/* Tests the deletion of what contacts were told of. */

#include "remind/deletion.h"

#include "reminders.h"

#include "remind/notice-basis.h"

#include <sys/syscall.h>
#include <unistd.h>

static void remind(Fixture *f)
{
        subscribe(f, SUBSCRIBE_ALL, "", "-P7D");
        put_event(f, ONE HALL);
        look_until_done(f, "2027-01-25T10:00:00Z");
        deliver(f, "2027-01-25T10:00:00Z");
        assert_rows(f, TOLD);
        f->now = moment("2027-01-25T11:00:00Z");
}

/* The date of the event is to be announced again. */
static void postpone(Fixture *f)
{
        static const char text[] =
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VJOURNAL\r\n"
                        "UID:e@x\r\nDTSTAMP:20270125T110000Z\r\nSEQUENCE:99\r\nSTATUS:DRAFT\r\n"
                        "SUMMARY:Later\r\nEND:VJOURNAL\r\nEND:VCALENDAR\r\n";
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        const ObjectPut put = { .collection = COLLECTION_EVENTS, .anywhere = true, .now = f->now };
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        assert_int_equal(object_put_event(f->store, event, &put, &outcome), 0);
        assert_int_equal(outcome, OBJECT_UPDATED);
}

static bool delete_as(Fixture *f, bool tells_all)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        bool waits = false;
        assert_int_equal(object_find(f->store, "e@x", &record), 0);
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(deletion_begin(f->store, f->config->time_zone, record, DUE_NOTIFY_DELETE_SETTLED,
                                         tells_all, f->now, &waits),
                        0);
        assert_int_equal(store_commit(f->store), 0);
        return waits;
}

static bool delete (Fixture *f)
{
        return delete_as(f, false);
}

static int find(Fixture *f)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        return object_find(f->store, "e@x", &record);
}

#define CANCELLED "cancel |20270201T100000Z|20270201T110000Z|Hall"

static int on_notice(const Notice *notice, void *userdata)
{
        *(NoticeKind *)userdata = notice->kind;
        return 0;
}

static NoticeKind notice_of(Fixture *f)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        NoticeKind kind = NOTICE_NONE;
        assert_int_equal(object_find(f->store, "e@x", &record), 0);
        assert_int_equal(notice_each(f->store, f->config, record, f->contact, f->now, on_notice, &kind), 0);
        return kind;
}

/* An event of which no mail has told is cancelled, too, if all are to hear of it. */
static void test_deletion__of_an_untold_event_may_be_told(void **state)
{
        static const struct {
                const char *lines;
                bool tells_all, waits;
        } rows[] = { { ONE HALL, false, false }, { ONE HALL, true, true },
                { ONE HALL "STATUS:CANCELLED\r\n", true, false } };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                subscribe(f, SUBSCRIBE_ALL, "", "-PT2H");
                put_event(f, rows[i].lines);
                assert_int_equal(delete_as(f, rows[i].tells_all), rows[i].waits);
                assert_int_equal(find(f), rows[i].waits ? 0 : STORE_E_NOT_FOUND);
                tear_down(state);
                set_up(state);
        }
}

/* It is deleted again before its first mail, once before and once after its step was taken. */
static void test_deletion__twice_is_told_to_all(void **state)
{
        Fixture *f = *state;
        CLEANUP(notice_basis_done) NoticeBasis basis = { .record = NULL };
        subscribe(f, SUBSCRIBE_ALL, "", "-PT2H");
        put_event(f, ONE HALL);
        look_until_done(f, "2027-01-25T10:00:00Z");
        f->now = moment("2027-01-25T11:00:00Z");
        assert_int_equal(notice_basis_load(f->store, f->config, "e@x", &basis), 0);
        assert_true(delete_as(f, true));
        assert_int_equal(notice_tell_all(&basis, f->now), 0);
        assert_true(delete_as(f, true));
        look_until_done(f, "2027-01-25T11:00:00Z");
        assert_true(delete (f));
        look_until_done(f, "2027-01-25T11:20:00Z");
        assert_states(f, MAIL_PENDING, 1);
        deliver(f, "2027-01-25T11:20:00Z");
        assert_states(f, MAIL_SENT, 1);
        look_until_done(f, "2027-01-25T11:40:00Z");
        assert_int_equal(find(f), STORE_E_NOT_FOUND);
}

static void test_deletion__of_a_postponed_event_is_told(void **state)
{
        Fixture *f = *state;
        remind(f);
        postpone(f);
        look_until_done(f, "2027-01-25T11:00:00Z");
        assert_rows(f, TOLD CANCELLED " PENDING waits for further changes of the event\n");
        assert_int_equal(notice_of(f), NOTICE_POSTPONED);
        assert_true(delete (f));
        assert_int_equal(notice_of(f), NOTICE_CANCELLED);
        look_until_done(f, "2027-01-25T11:20:00Z");
        assert_int_equal(find(f), 0);
        deliver(f, "2027-01-25T11:20:00Z");
        look_until_done(f, "2027-01-25T11:40:00Z");
        assert_int_equal(find(f), STORE_E_NOT_FOUND);
}

/* It was told that the event is off. */
static void test_deletion__of_an_event_that_was_told_to_be_postponed_is_quiet(void **state)
{
        Fixture *f = *state;
        remind(f);
        postpone(f);
        look_until_done(f, "2027-01-25T11:00:00Z");
        deliver(f, "2027-01-25T11:20:00Z");
        delete (f);
        look_until_done(f, "2027-01-25T11:20:00Z");
        look_until_done(f, "2027-01-25T11:40:00Z");
        assert_int_equal(find(f), STORE_E_NOT_FOUND);
        assert_rows(f, TOLD CANCELLED " SENT 250\n");
}

static void test_deletion__a_draft_that_nobody_was_told_of_is_deleted_at_once(void **state)
{
        Fixture *f = *state;
        put_event(f, ONE HALL);
        look_until_done(f, "2027-01-25T10:00:00Z");
        postpone(f);
        assert_false(delete (f));
        assert_int_equal(find(f), STORE_E_NOT_FOUND);
}

static int n_syncs;

/* Take the place of the C library's. */
int fsync(int fd)
{
        n_syncs++;
        return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
        n_syncs++;
        return (int)syscall(SYS_fdatasync, fd);
}

/* Processes what is due as the engine does. Returns the number of syncs. */
static int process(Fixture *f, const char *when)
{
        const DueWork work = { f->store, f->config, 0, moment(when) };
        assert_int_equal(store_set_durable(f->store, false), 0);
        n_syncs = 0;
        assert_int_equal(due_source.process(&work), 0);
        int n = n_syncs;
        assert_int_equal(store_set_durable(f->store, true), 0);
        return n;
}

/* A calendar program may know the number of the change that deletes the event. */
static void test_deletion__is_durable(void **state)
{
        Fixture *f = *state;
        remind(f);
        assert_int_equal(process(f, "2027-01-25T11:00:00Z"), 0);
        assert_true(delete (f));
        process(f, "2027-01-25T11:20:00Z");
        deliver(f, "2027-01-25T11:20:00Z");
        assert_true(process(f, "2027-01-25T11:40:00Z") > 0);
        assert_int_equal(find(f), STORE_E_NOT_FOUND);
}

/* ---- Whether an event was told ---- */

static void commit(Fixture *f)
{
        MailText text = { .message_id = "1@example.org", .bytes = "x", .len = 1, .made = f->now };
        subscribe(f, SUBSCRIBE_ALL, "", "-P7D");
        put_event(f, ONE HALL);
        look_until_done(f, "2027-01-25T10:00:00Z");
        assert_int_equal(ledger_commit_first_attempt(f->store, 1, &text, f->now), 0);
}

static void assert_told(Fixture *f)
{
        bool told = false;
        assert_int_equal(ledger_is_told(f->store, "e@x", f->now, &told), 0);
        assert_true(told);
        assert_true(delete (f));
}

static void test_ledger_is_told__by_a_mail_that_is_composed_for_the_second_time(void **state)
{
        Fixture *f = *state;
        commit(f);
        assert_int_equal(ledger_retry(f->store, 1, MAIL_UNKNOWN, f->now + 1, "", f->now), 0);
        assert_int_equal(ledger_scatter(f->store, 1, f->now), 0);
        assert_states(f, MAIL_PENDING, 1);
        assert_told(f);
}

static void test_ledger_is_told__by_a_mail_whose_second_copy_was_refused(void **state)
{
        Fixture *f = *state;
        commit(f);
        assert_int_equal(ledger_retry(f->store, 1, MAIL_UNKNOWN, f->now + 1, "", f->now), 0);
        assert_int_equal(ledger_commit_attempt(f->store, 1, f->now), 0);
        assert_int_equal(ledger_close(f->store, 1, MAIL_FAILED, MAIL_REASON_NONE, "550", f->now), 0);
        assert_told(f);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                DUE_TEST(test_deletion__of_an_untold_event_may_be_told),
                DUE_TEST(test_deletion__twice_is_told_to_all),
                DUE_TEST(test_deletion__of_a_postponed_event_is_told),
                DUE_TEST(test_deletion__of_an_event_that_was_told_to_be_postponed_is_quiet),
                DUE_TEST(test_deletion__a_draft_that_nobody_was_told_of_is_deleted_at_once),
                DUE_TEST(test_deletion__is_durable),
                DUE_TEST(test_ledger_is_told__by_a_mail_that_is_composed_for_the_second_time),
                DUE_TEST(test_ledger_is_told__by_a_mail_whose_second_copy_was_refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
