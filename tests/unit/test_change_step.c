/* Tests changes of which nobody, or everybody, is to hear, of an event with contacts for several steps. */

#include "reminders.h"

#include "remind/notice-basis.h"
#include "store/change-task.h"
#include "store/query.h"

enum { GUESTS = 250, STEP = 100 };

#define YARD "LOCATION:Yard\r\n"
#define ROOM "LOCATION:Room\r\n"

static int64_t count_rows(Fixture *f, const char *kind, MailState state, const char *place)
{
        int64_t n = 0;
        assert_int_equal(QUERY_NUMBER(f->store, &n, 0,
                                         "SELECT count(DISTINCT contact) FROM mail"
                                         " WHERE kind = $1 AND state = $2 AND place = $3",
                                         BIND_T(kind), BIND_I(state), BIND_T(place)),
                        0);
        return n;
}

static void take_step(Fixture *f)
{
        assert_int_equal(due_process(f->store, f->config, id_of(f, "e@x"), 0, f->now), 0);
}

static void put_at(Fixture *f, const char *when, DueNotify notify, const char *lines)
{
        f->now = moment(when);
        f->notify = notify;
        put_event(f, lines);
}

static void tell_all(Fixture *f, const char *when, const char *lines)
{
        CLEANUP(notice_basis_done) NoticeBasis basis = { .record = NULL };
        assert_int_equal(notice_basis_load(f->store, f->config, "e@x", &basis), 0);
        put_at(f, when, DUE_NOTIFY_SETTLED, lines);
        assert_int_equal(notice_tell_all(&basis, f->now), 0);
}

static void assert_no_task(Fixture *f)
{
        bool waits = true;
        assert_int_equal(change_task_waits(f->store, id_of(f, "e@x"), &waits), 0);
        assert_false(waits);
}

/* The event changes again when a part of the contacts counts as told of what it was. */
static void test_change_step__all_hear_of_each_change(void **state)
{
        static const struct {
                const char *next, *place;
                int expected;
        } rows[] = { { ONE ROOM, "Room", GUESTS }, { ONE YARD "DESCRIPTION:x\r\n", "Yard", GUESTS },
                { ONE HALL, "Hall", 0 } };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                put_guests(f, GUESTS, "-PT2H");
                put_event(f, ONE HALL);
                look_until_done(f, "2027-01-25T10:00:00Z");
                tell_all(f, "2027-01-26T10:00:00Z", ONE YARD);
                assert_int_equal(count_rows(f, MAIL_KIND_BASIS, MAIL_SUPPRESSED, "Hall"), 0);
                take_step(f);
                assert_int_equal(count_rows(f, MAIL_KIND_BASIS, MAIL_SUPPRESSED, "Hall"), STEP);
                put_at(f, "2027-01-26T10:00:01Z", DUE_NOTIFY_SETTLED, rows[i].next);
                look_until_done(f, "2027-01-26T10:00:01Z");
                assert_no_task(f);
                assert_int_equal(count_rows(f, MAIL_KIND_CHANGE, MAIL_PENDING, rows[i].place),
                                rows[i].expected);
                assert_states(f, MAIL_PENDING, rows[i].expected);
                deliver(f, "2027-01-26T10:30:00Z");
                look_until_done(f, "2027-01-26T10:30:00Z");
                assert_states(f, MAIL_PENDING, 0);
                tear_down(state);
                set_up(state);
        }
}

/* The next change is told in full, to each who was told, and the one of which nobody is to hear is not. */
static void test_change_step__nobody_hears_of_an_untold_change(void **state)
{
        static const struct {
                const char *next, *place;
                int expected;
        } rows[] = { { ONE YARD "DESCRIPTION:x\r\n", "Yard", 0 }, { ONE HALL, "Hall", GUESTS },
                { ONE ROOM, "Room", GUESTS } };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                put_guests(f, GUESTS, "-P7D");
                put_event(f, ONE HALL);
                look_until_done(f, "2027-01-25T10:00:00Z");
                deliver(f, "2027-01-25T10:00:00Z");
                put_at(f, "2027-01-26T10:00:00Z", DUE_NOTIFY_NONE, ONE YARD);
                take_step(f);
                assert_int_equal(count_rows(f, MAIL_KIND_CHANGE, MAIL_SUPPRESSED, "Yard"), STEP);
                put_at(f, "2027-01-26T10:00:01Z", DUE_NOTIFY_SETTLED, rows[i].next);
                take_step(f);
                assert_states(f, MAIL_PENDING, 0);
                look_until_done(f, "2027-01-26T10:00:01Z");
                assert_no_task(f);
                assert_int_equal(count_rows(f, MAIL_KIND_CHANGE, MAIL_PENDING, rows[i].place),
                                rows[i].expected);
                assert_states(f, MAIL_PENDING, rows[i].expected);
                assert_int_equal(count_rows(f, MAIL_KIND_CHANGE, MAIL_SUPPRESSED, "Yard"), GUESTS);
                tear_down(state);
                set_up(state);
        }
}

/* A mail that was made after the change tells of it: the change is not counted as told after that mail. */
static void test_change_step__a_mail_made_after_the_change_stands(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-P7D");
        put_event(f, ONE HALL);
        look_until_done(f, "2027-01-25T10:00:00Z");
        deliver(f, "2027-01-25T10:00:00Z");
        put_at(f, "2027-01-26T10:00:00Z", DUE_NOTIFY_NONE, ONE YARD);
        put_at(f, "2027-01-26T10:00:01Z", DUE_NOTIFY_SETTLED, ONE ROOM);
        int64_t changed = 0;
        assert_int_equal(object_change(f->store, id_of(f, "e@x"), &changed), 0);
        assert_int_equal(QUERY_RUN(f->store, "UPDATE mail SET as_of = $1, place = 'Room'", BIND_I(changed)),
                        0);
        look_until_done(f, "2027-01-26T10:00:01Z");
        assert_states(f, MAIL_SUPPRESSED, 0);
        assert_states(f, MAIL_PENDING, 0);
}

static void test_change_step__an_event_that_nobody_was_told_of_has_no_task(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-PT2H");
        put_event(f, ONE HALL);
        put_at(f, "2027-01-26T10:00:00Z", DUE_NOTIFY_NONE, ONE YARD);
        assert_no_task(f);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                DUE_TEST(test_change_step__all_hear_of_each_change),
                DUE_TEST(test_change_step__nobody_hears_of_an_untold_change),
                DUE_TEST(test_change_step__a_mail_made_after_the_change_stands),
                DUE_TEST(test_change_step__an_event_that_nobody_was_told_of_has_no_task),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
