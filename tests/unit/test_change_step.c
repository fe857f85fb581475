/* Tests changes of which nobody, or everybody, is to hear, of an event with contacts for several steps. */

#include "damage.h"
#include "reminders.h"

#include "remind/notice-basis.h"
#include "store/change-task.h"
#include "store/contact-merge.h"
#include "store/query.h"
#include "store/transfer.h"

enum { GUESTS = 110, STEP = 100 };

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

/* Somebody is told of the hall, and all are to hear of the yard; the event is due. */
static void move_to_yard(Fixture *f)
{
        subscribe(f, SUBSCRIBE_ALL, "", "-PT2H");
        put_event(f, ONE HALL);
        look_until_done(f, "2027-01-25T10:00:00Z");
        tell_all(f, "2027-01-26T10:00:00Z", ONE YARD);
}

static usec_t due_of(Fixture *f, int64_t object)
{
        DueEntry entry;
        assert_int_equal(due_index_get(f->store, object, &entry), 0);
        return entry.next;
}

/* A daemon of an earlier version has derived what is due, and has left the task. */
static void test_change_task__is_waited_for_until_the_event_is_due(void **state)
{
        Fixture *f = *state;
        usec_t look = 0, now = moment("2027-01-26T10:00:00Z");
        move_to_yard(f);
        int64_t event = id_of(f, "e@x");
        assert_int_equal(change_task_look(f->store, event, now, &look), 0);
        assert_true(look == now + USEC_PER_SEC);
        assert_int_equal(change_task_look(f->store, event, now + 80 * USEC_PER_SEC, &look), 0);
        assert_true(look == now + 90 * USEC_PER_SEC);
        const DueEntry later = { .object = event, .next = now + 60 * USEC_PER_SEC, .found = USEC_INFINITY };
        assert_int_equal(due_index_set(f->store, &later), 0);
        assert_int_equal(change_task_look(f->store, event, now, &look), 0);
        assert_true(look == later.next);
        const DueEntry far = { .object = event, .next = now + 3600 * USEC_PER_SEC, .found = USEC_INFINITY };
        assert_int_equal(due_index_set(f->store, &far), 0);
        assert_int_equal(change_task_look(f->store, event, now, &look), 0);
        assert_true(look == now + 900 * USEC_PER_SEC);
        assert_int_equal(change_task_wake_all(f->store), 0);
        assert_true(due_of(f, event) == 0);
        look_until_done(f, "2027-01-26T10:00:02Z");
        assert_no_task(f);
        assert_int_equal(change_task_look(f->store, event, now, &look), 0);
        assert_true(look == 0);
        assert_states(f, MAIL_PENDING, 1);
}

/* A task that cannot be done ends; the event is derived all the same. */
static void test_change_step__a_task_that_fails_ends(void **state)
{
        Fixture *f = *state;
        const DueWork work = { f->store, f->config, 0, moment("2027-01-26T10:00:01Z") };
        if (getenv("CONVENED_POSTGRESQL"))
                skip();
        move_to_yard(f);
        fail_sql = "INSERT INTO mail ";
        assert_int_equal(due_source.process(&work), 0);
        fail_sql = NULL;
        assert_no_task(f);
        assert_true(due_of(f, id_of(f, "e@x")) == 0);
        look_until_done(f, "2027-01-26T10:00:01Z");
        assert_states(f, MAIL_PENDING, 0);
}

/* A failure that may pass leaves the task to the next attempt. */
static void test_change_step__a_task_outlives_a_failure(void **state)
{
        Fixture *f = *state;
        const DueWork work = { f->store, f->config, 0, moment("2027-01-26T10:00:01Z") };
        if (getenv("CONVENED_POSTGRESQL"))
                skip();
        move_to_yard(f);
        fail_sql = "INSERT INTO mail ";
        fail_code = SQLITE_CONSTRAINT;
        assert_int_equal(due_source.process(&work), 0);
        fail_sql = NULL;
        fail_code = SQLITE_CORRUPT;
        look_until_done(f, "2027-01-26T10:30:00Z");
        assert_no_task(f);
        assert_states(f, MAIL_PENDING, 1);
}

static void test_change_step__who_is_listed_after_the_change_does_not_hear_of_it(void **state)
{
        Fixture *f = *state;
        move_to_yard(f);
        f->now = moment("2027-01-26T10:00:01Z");
        put_guests(f, 1, "-PT2H");
        look_until_done(f, "2027-01-26T10:00:02Z");
        assert_states(f, MAIL_PENDING, 1);
}

/* A calendar program puts the event into another calendar, and deletes it in the first one. */
static void test_change_step__follows_an_event_that_moves(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        move_to_yard(f);
        assert_int_equal(object_find(f->store, "e@x", &kept), 0);
        assert_int_equal(event_parse(f->zones, kept->text, kept->len, &event, NULL), 0);
        assert_int_equal(collection_ensure(f->store, "other", false, NULL), 0);
        const ObjectPut put = { .collection = "other", .resource = "e", .now = f->now };
        assert_int_equal(object_put_event(f->store, event, &put, &outcome), 0);
        assert_int_equal(outcome, OBJECT_CREATED);
        assert_int_equal(object_delete(f->store, kept->collection, kept->resource, 0, f->now), 0);
        look_until_done(f, "2027-01-26T10:00:01Z");
        assert_no_task(f);
        assert_int_equal(count_rows(f, MAIL_KIND_CHANGE, MAIL_PENDING, "Yard"), 1);
}

static void merge(Fixture *f, const char *kept_uid, const char *other_uid)
{
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        CLEANUP(object_record_freep) ObjectRecord *other = NULL;
        assert_int_equal(object_find(f->store, kept_uid, &kept), 0);
        assert_int_equal(object_find(f->store, other_uid, &other), 0);
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(contact_merge(f->store, kept, other, f->now), 0);
        assert_int_equal(store_commit(f->store), 0);
}

/* The listing of a contact whose turn is to come goes to one whose turn is over. */
static void test_change_step__is_repeated_for_a_contact_that_is_merged(void **state)
{
        Fixture *f = *state;
        put_guests(f, GUESTS, "-PT2H");
        put_event(f, ONE HALL);
        look_until_done(f, "2027-01-25T10:00:00Z");
        tell_all(f, "2027-01-26T10:00:00Z", ONE YARD);
        take_step(f);
        merge(f, "guest", "guest-109");
        look_until_done(f, "2027-01-26T10:00:01Z");
        assert_int_equal(count_rows(f, MAIL_KIND_CHANGE, MAIL_PENDING, "Yard"), GUESTS);
        assert_states(f, MAIL_PENDING, GUESTS);
}

/* Both are listed for the same: the kept contact after the change, the other one before it. */
static void test_change_step__counts_from_the_earlier_listing_of_a_person(void **state)
{
        Fixture *f = *state;
        move_to_yard(f);
        f->now = moment("2027-01-26T10:00:01Z");
        put_guests(f, 1, "-PT2H");
        merge(f, "guest-0", "guest");
        look_until_done(f, "2027-01-26T10:00:02Z");
        assert_int_equal(count_rows(f, MAIL_KIND_CHANGE, MAIL_PENDING, "Yard"), 1);
        assert_states(f, MAIL_PENDING, 1);
}

static int add_line(const char *line, size_t len, void *userdata)
{
        buffer_append(userdata, line, len);
        buffer_putc(userdata, '\n');
        return 0;
}

/* Adds the lines in the order of an import. */
static void import(Fixture *f, char *lines)
{
        CLEANUP(transfer_freep) Transfer *transfer = NULL;
        InputError error = { 0 };
        TransferResult result;
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(transfer_new(f->store, f->now, &transfer), 0);
        for (char *line; (line = strsep(&lines, "\n")) && *line;) {
                int r = transfer_add(transfer, line, strlen(line), &error);
                if (r != 0)
                        fail_msg("%s: %s", line, error.message);
        }
        assert_int_equal(transfer_end(transfer, &error, &result), 0);
        assert_int_equal(store_commit(f->store), 0);
}

/* An export between two steps has the change; here the other store is this one without the task. */
static void test_change_step__goes_on_in_another_store(void **state)
{
        Fixture *f = *state;
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(4 * 1024 * 1024);
        bool waits = false;
        put_guests(f, GUESTS, "-PT2H");
        put_event(f, ONE HALL);
        look_until_done(f, "2027-01-25T10:00:00Z");
        tell_all(f, "2027-01-26T10:00:00Z", ONE YARD);
        take_step(f);
        assert_int_equal(store_begin_read(f->store), 0);
        assert_int_equal(transfer_write(f->store, add_line, &lines), 0);
        store_rollback(f->store);
        assert_int_equal(QUERY_RUN(f->store, "DELETE FROM change_task WHERE id > $1", BIND_I(0)), 0);
        import(f, (char *)buffer_text(&lines));
        assert_int_equal(change_task_waits(f->store, id_of(f, "e@x"), &waits), 0);
        assert_true(waits);
        look_until_done(f, "2027-01-26T10:00:01Z");
        assert_int_equal(count_rows(f, MAIL_KIND_CHANGE, MAIL_PENDING, "Yard"), GUESTS);
        assert_states(f, MAIL_PENDING, GUESTS);
}

/* The other store has a newer version of the event, and has told it. */
static void test_change_step__is_not_taken_back_by_an_older_store(void **state)
{
        Fixture *f = *state;
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(4 * 1024 * 1024);
        move_to_yard(f);
        assert_int_equal(store_begin_read(f->store), 0);
        assert_int_equal(transfer_write(f->store, add_line, &lines), 0);
        store_rollback(f->store);
        look_until_done(f, "2027-01-26T10:00:01Z");
        put_at(f, "2027-01-26T10:00:02Z", DUE_NOTIFY_SETTLED, ONE ROOM);
        look_until_done(f, "2027-01-26T10:00:02Z");
        deliver(f, "2027-01-26T10:30:00Z");
        import(f, (char *)buffer_text(&lines));
        assert_no_task(f);
}

/* Nothing is told of an event that is over, and nothing waits for it. */
static void test_change_step__an_event_that_has_left_the_index_has_no_task(void **state)
{
        Fixture *f = *state;
        move_to_yard(f);
        put_at(f, "2027-03-01T10:00:00Z", DUE_NOTIFY_SETTLED,
                        "DTSTART:20270202T100000Z\r\nDTEND:20270202T110000Z\r\n" YARD);
        assert_no_task(f);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                DUE_TEST(test_change_step__all_hear_of_each_change),
                DUE_TEST(test_change_step__nobody_hears_of_an_untold_change),
                DUE_TEST(test_change_step__a_mail_made_after_the_change_stands),
                DUE_TEST(test_change_step__an_event_that_nobody_was_told_of_has_no_task),
                DUE_TEST(test_change_task__is_waited_for_until_the_event_is_due),
                DUE_TEST(test_change_step__a_task_that_fails_ends),
                DUE_TEST(test_change_step__a_task_outlives_a_failure),
                DUE_TEST(test_change_step__who_is_listed_after_the_change_does_not_hear_of_it),
                DUE_TEST(test_change_step__follows_an_event_that_moves),
                DUE_TEST(test_change_step__is_repeated_for_a_contact_that_is_merged),
                DUE_TEST(test_change_step__counts_from_the_earlier_listing_of_a_person),
                DUE_TEST(test_change_step__goes_on_in_another_store),
                DUE_TEST(test_change_step__is_not_taken_back_by_an_older_store),
                DUE_TEST(test_change_step__an_event_that_has_left_the_index_has_no_task),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
