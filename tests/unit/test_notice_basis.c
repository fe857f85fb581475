/* Tests changes of which all listed contacts hear, also those that no mail has told of the event. */

#include "reminders.h"

#include "remind/notice-basis.h"
#include "store/query.h"

#define YARD   "LOCATION:Yard\r\n"
#define SERIES ONE "RRULE:FREQ=DAILY;COUNT=5\r\n"

/* Stores the event, lets all hear of the change, and lets the engine derive what is due at @when. */
static void change(Fixture *f, const char *when, const char *lines)
{
        CLEANUP(notice_basis_done) NoticeBasis basis = { .record = NULL };
        f->now = moment(when);
        assert_int_equal(notice_basis_load(f->store, f->config, "e@x", &basis), 0);
        put_event(f, lines);
        assert_int_equal(notice_tell_all(&basis, f->now), 0);
        look_until_done(f, when);
}

static int64_t count_rows(Fixture *f, const char *kind, MailState state)
{
        int64_t n = 0;
        assert_int_equal(QUERY_NUMBER(f->store, &n, 0,
                                         "SELECT count(*) FROM mail WHERE kind = $1 AND state = $2",
                                         BIND_T(kind), BIND_I(state)),
                        0);
        return n;
}

static void put_listed_event(Fixture *f, const char *lines)
{
        subscribe(f, SUBSCRIBE_ALL, "", "-PT2H");
        put_event(f, lines);
        look_until_done(f, "2027-01-25T10:00:00Z");
}

static void test_notice_tell_all__tells_who_was_not_told(void **state)
{
        Fixture *f = *state;
        put_listed_event(f, ONE HALL);
        change(f, "2027-01-26T10:00:00Z", ONE YARD);
        assert_int_equal(count_rows(f, MAIL_KIND_BASIS, MAIL_SUPPRESSED), 1);
        assert_int_equal(count_rows(f, MAIL_KIND_CHANGE, MAIL_PENDING), 1);
        deliver(f, "2027-01-26T10:10:00Z");
        assert_int_equal(count_rows(f, MAIL_KIND_CHANGE, MAIL_SENT), 1);
        /* The mail that was sent counts from now on, not the basis: a second change is told once. */
        change(f, "2027-01-27T10:00:00Z", ONE HALL);
        assert_int_equal(count_rows(f, MAIL_KIND_BASIS, MAIL_SUPPRESSED), 1);
        assert_int_equal(count_rows(f, MAIL_KIND_CHANGE, MAIL_PENDING), 1);
        /* The reminder comes as if nothing had been told. */
        look_until_done(f, "2027-02-01T08:30:00Z");
        assert_int_equal(count_rows(f, MAIL_KIND_REMINDER, MAIL_PENDING), 1);
}

static void test_notice_tell_all__a_change_that_was_taken_back_leaves_nothing(void **state)
{
        Fixture *f = *state;
        put_listed_event(f, ONE HALL);
        change(f, "2027-01-26T10:00:00Z", ONE YARD);
        f->now = moment("2027-01-26T10:05:00Z");
        put_event(f, ONE HALL);
        look_until_done(f, "2027-01-26T10:05:00Z");
        assert_int_equal(count_rows(f, MAIL_KIND_BASIS, MAIL_SUPPRESSED), 0);
        f->now = moment("2027-01-26T10:30:00Z");
        put_event(f, ONE YARD);
        look_until_done(f, "2027-01-26T10:30:00Z");
        assert_int_equal(count_rows(f, MAIL_KIND_CHANGE, MAIL_PENDING), 0);
}

static void test_notice_tell_all__the_changed_date_of_a_series(void **state)
{
        static const struct {
                const char *lines, *kind;
        } rows[] = {
                { SERIES "EXDATE:20270203T100000Z\r\n", MAIL_KIND_CANCEL },
                { SERIES "STATUS:CANCELLED\r\n", MAIL_KIND_CANCEL },
                { SERIES YARD, MAIL_KIND_CHANGE },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                put_listed_event(f, SERIES);
                change(f, "2027-01-26T10:00:00Z", rows[i].lines);
                assert_int_equal(count_rows(f, rows[i].kind, MAIL_PENDING), 1);
                tear_down(state);
                set_up(state);
        }
}

/* Nothing that a contact can see has changed, or it is not to get mail. */
static void test_notice_tell_all__tells_nobody_without_a_change(void **state)
{
        static const struct {
                const char *before, *after;
        } rows[] = {
                { ONE HALL, ONE HALL "DESCRIPTION:Another text\r\n" },
                { ONE HALL "CLASS:PRIVATE\r\n", ONE YARD },
                { ONE HALL "STATUS:CANCELLED\r\n", ONE YARD "STATUS:CANCELLED\r\n" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                put_listed_event(f, rows[i].before);
                change(f, "2027-01-26T10:00:00Z", rows[i].after);
                assert_int_equal(count_rows(f, MAIL_KIND_BASIS, MAIL_SUPPRESSED), 0);
                tear_down(state);
                set_up(state);
        }
        Fixture *f = *state;
        put_listed_event(f, ONE HALL);
        assert_int_equal(mute_put(f->store, f->contact, "e@x", f->now), 0);
        change(f, "2027-01-26T10:00:00Z", ONE YARD);
        assert_int_equal(count_rows(f, MAIL_KIND_BASIS, MAIL_SUPPRESSED), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                DUE_TEST(test_notice_tell_all__tells_who_was_not_told),
                DUE_TEST(test_notice_tell_all__a_change_that_was_taken_back_leaves_nothing),
                DUE_TEST(test_notice_tell_all__the_changed_date_of_a_series),
                DUE_TEST(test_notice_tell_all__tells_nobody_without_a_change),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
