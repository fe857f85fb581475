/* Notices that wait for the settling time, while the event is changed again. */

#include "reminders.h"

#define FAR_ONE   "DTSTART:20270211T100000Z\r\nDTEND:20270211T110000Z\r\n" HALL
#define FAR_LATER "DTSTART:20270213T100000Z\r\nDTEND:20270213T110000Z\r\n" HALL
#define FAR_LAST  "DTSTART:20270214T100000Z\r\nDTEND:20270214T110000Z\r\n" HALL
#define FAR_TOLD  "reminder |20270211T100000Z|20270211T110000Z|Hall SENT 250\n"
#define UNDONE    "CANCELLED overtaken by another change of the event\n"

static int set_up_settling(void **state)
{
        int r = set_up(state);
        Fixture *f = *state;
        f->config->mail.settle = 600 * USEC_PER_SEC;
        subscribe(f, SUBSCRIBE_ALL, "", "-P10D");
        put_event(f, FAR_ONE);
        look(f, "2027-02-01T10:00:00Z", HORIZON);
        deliver(f, "2027-02-01T10:00:00Z");
        assert_rows(f, FAR_TOLD);
        return r;
}

static void edit(Fixture *f, const char *when, const char *lines)
{
        f->now = moment(when);
        put_event(f, lines);
        look(f, when, HORIZON);
}

static void test_settling__an_undone_change_waits_no_longer(void **state)
{
        Fixture *f = *state;
        edit(f, "2027-02-02T10:00:00Z", FAR_LATER);
        assert_rows(f, FAR_TOLD
                        "change |20270213T100000Z|20270213T110000Z|Hall PENDING waits for further changes of the event\n");
        edit(f, "2027-02-02T10:01:00Z", FAR_ONE);
        assert_rows(f, FAR_TOLD "change |20270213T100000Z|20270213T110000Z|Hall " UNDONE);
}

static void test_settling__a_further_change_replaces_the_notice(void **state)
{
        Fixture *f = *state;
        edit(f, "2027-02-02T10:00:00Z", FAR_LATER);
        edit(f, "2027-02-02T10:05:00Z", FAR_LAST);
        assert_states(f, MAIL_PENDING, 1);
        deliver(f, "2027-02-02T10:14:59Z");
        assert_states(f, MAIL_SENT, 1);
        deliver(f, "2027-02-02T10:15:00Z");
        assert_rows(f, FAR_TOLD "change |20270213T100000Z|20270213T110000Z|Hall " UNDONE
                                "change |20270214T100000Z|20270214T110000Z|Hall SENT 250\n");
}

static void test_settling__a_change_that_is_made_again_waits_again(void **state)
{
        Fixture *f = *state;
        edit(f, "2027-02-02T10:00:00Z", FAR_LATER);
        edit(f, "2027-02-02T10:01:00Z", FAR_ONE);
        edit(f, "2027-02-02T10:02:00Z", FAR_LATER);
        assert_states(f, MAIL_PENDING, 1);
        deliver(f, "2027-02-02T10:12:00Z");
        assert_states(f, MAIL_SENT, 2);
        assert_states(f, MAIL_PENDING, 0);
}

/* A notice that is due, but that no server takes, is left to its next attempt. */
static void test_settling__a_notice_that_is_due_stays(void **state)
{
        Fixture *f = *state;
        edit(f, "2027-02-02T10:00:00Z", FAR_LATER);
        edit(f, "2027-02-02T10:20:00Z", FAR_ONE);
        assert_states(f, MAIL_PENDING, 1);
}

#define SETTLING_TEST(f) cmocka_unit_test_setup_teardown(f, set_up_settling, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                SETTLING_TEST(test_settling__an_undone_change_waits_no_longer),
                SETTLING_TEST(test_settling__a_further_change_replaces_the_notice),
                SETTLING_TEST(test_settling__a_change_that_is_made_again_waits_again),
                SETTLING_TEST(test_settling__a_notice_that_is_due_stays),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
