/* Tests what the store keeps for scheduling: inboxes, schedule tags, invitees and mailed objects. */

#include "store/invitee.h"
#include "store/object.h"
#include "store/trash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

enum { NOW = 1000000 };

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Store *store;
        Collection anna;
} Fixture;

static const char MESSAGE[] = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n";
static const char EVENT[] =
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:one\r\n"
                "DTSTAMP:20260101T000000Z\r\nDTSTART:20260201T100000Z\r\nSUMMARY:%d\r\nEND:VEVENT\r\n"
                "END:VCALENDAR\r\n";

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
        f->anna = (Collection){ .segment = "work", .components = COLLECTION_VEVENT, .owner = "anna" };
        assert_int_equal(collection_make(f->store, &f->anna, "Etc/UTC", NOW), 0);
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

static void put_event(const Fixture *f, int version)
{
        char text[1024];
        PlainObject *plain = NULL;
        ObjectOutcome outcome;
        const ObjectPut put = { .collection = f->anna.name, .resource = "one.ics", .now = NOW };
        int len = snprintf(text, sizeof(text), EVENT, version);
        assert_int_equal(plain_parse(text, (size_t)len, &plain, NULL), 0);
        assert_int_equal(object_put_plain(f->store, plain, &put, &outcome), 0);
        plain_free(plain);
}

static void test_inbox__is_made_once_and_has_several_messages_of_one_meeting(void **state)
{
        const Fixture *f = *state;
        Collection inbox, again;
        ObjectRecord *record = NULL;
        assert_int_equal(collection_inbox(f->store, "Anna", &inbox), STORE_E_NOT_FOUND);
        assert_int_equal(collection_make_inbox(f->store, "Anna", NOW, &inbox), 0);
        assert_int_equal(collection_make_inbox(f->store, "anna", NOW, &again), 0);
        assert_string_equal(inbox.name, again.name);
        assert_string_equal(inbox.owner, "anna");
        assert_int_equal(again.scheduling, COLLECTION_INBOX);
        for (int i = 0; i < 2; i++)
                assert_int_equal(object_put_message(f->store, inbox.name, i ? "b.ics" : "a.ics", MESSAGE,
                                                 strlen(MESSAGE), NOW),
                                0);
        assert_int_equal(object_put_message(f->store, inbox.name, "a.ics", MESSAGE, strlen(MESSAGE), NOW),
                        STORE_E_CONFLICT);
        assert_int_equal(object_get(f->store, inbox.name, "b.ics", &record), 0);
        assert_int_equal(record->kind, OBJECT_MESSAGE);
        assert_string_equal(record->text, MESSAGE);
        object_record_free(record);
        assert_int_equal(collection_set_scheduling(f->store, inbox.name, COLLECTION_QUIET),
                        STORE_E_NOT_FOUND);
        assert_int_equal(trash_put_all(f->store, "anna", NOW), 0);
        assert_int_equal(collection_inbox(f->store, "anna", &inbox), STORE_E_NOT_FOUND);
}

static int64_t tag_of(const Fixture *f)
{
        ObjectRecord *record = NULL;
        assert_int_equal(object_get(f->store, f->anna.name, "one.ics", &record), 0);
        int64_t tag = record->schedule_tag;
        assert_true(tag <= record->change);
        object_record_free(record);
        return tag;
}

static void test_schedule_tag__changes_only_where_it_is_set(void **state)
{
        const Fixture *f = *state;
        put_event(f, 1);
        assert_int_equal(tag_of(f), 0);
        assert_int_equal(object_set_schedule_tag(f->store, f->anna.name, "one.ics", true), 0);
        int64_t first = tag_of(f);
        assert_true(first > 0);
        put_event(f, 2);
        assert_int_equal(tag_of(f), first);
        assert_int_equal(object_set_schedule_tag(f->store, f->anna.name, "one.ics", true), 0);
        assert_true(tag_of(f) > first);
        assert_int_equal(object_set_schedule_tag(f->store, f->anna.name, "one.ics", false), 0);
        assert_int_equal(tag_of(f), 0);
}

static void test_collection__keeps_the_switch_in_the_trash(void **state)
{
        const Fixture *f = *state;
        Collection found;
        assert_int_equal(collection_set_scheduling(f->store, f->anna.name, COLLECTION_QUIET), 0);
        assert_int_equal(collection_get(f->store, f->anna.name, &found), 0);
        assert_int_equal(found.scheduling, COLLECTION_QUIET);
        assert_int_equal(trash_put(f->store, f->anna.name, INT64_MAX, NOW), 0);
        char key[TRASH_KEY_SIZE];
        snprintf(key, sizeof(key), "%s.%d", f->anna.name, NOW);
        assert_int_equal(trash_restore(f->store, key, NULL, NOW), 0);
        assert_int_equal(collection_get(f->store, f->anna.name, &found), 0);
        assert_int_equal(found.scheduling, COLLECTION_QUIET);
}

static void test_invitee__is_one_for_a_person_and_a_meeting(void **state)
{
        const Fixture *f = *state;
        Invitee first, second, other;
        assert_int_equal(invitee_ensure(f->store, "Anna", "one", "Guest@Example.org", &first), 0);
        assert_int_equal(invitee_ensure(f->store, "anna", "one", "guest@example.org", &second), 0);
        assert_int_equal(invitee_ensure(f->store, "anna", "two", "guest@example.org", &other), 0);
        assert_int_equal(first.id, second.id);
        assert_string_equal(first.secret, second.secret);
        assert_true(other.id != first.id);
        assert_string_not_equal(other.secret, first.secret);
}

static void test_invitee__has_a_stamp_for_each_instance(void **state)
{
        static const struct {
                int line;
                const char *instance, *stamp; /* NULL: nothing is written */
                const char *read, *expected;
        } rows[] = {
                { __LINE__, "", NULL, "", "" },
                { __LINE__, "1", "20260103T000000Z", "1", "20260103T000000Z" },
                { __LINE__, "", NULL, "", "" },
                { __LINE__, "2", "20260102T000000Z", "2", "20260102T000000Z" },
                { __LINE__, "", "20260101T000000Z", "1", "20260103T000000Z" },
                { __LINE__, "1", "20260104T000000Z", "1", "20260104T000000Z" },
                { __LINE__, "1", NULL, "", "20260101T000000Z" },
        };
        const Fixture *f = *state;
        Invitee invitee, other;
        char stamp[INVITEE_STAMP_SIZE];
        assert_int_equal(invitee_ensure(f->store, "anna", "one", "guest@example.org", &invitee), 0);
        assert_int_equal(invitee_ensure(f->store, "anna", "two", "guest@example.org", &other), 0);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                if (rows[i].stamp)
                        assert_int_equal(invitee_set_stamp(f->store, invitee.id, rows[i].instance,
                                                         rows[i].stamp),
                                        0);
                assert_int_equal(invitee_stamp(f->store, &invitee, rows[i].read, stamp), 0);
                if (strcmp(stamp, rows[i].expected) != 0)
                        fail_msg("row of line %d: %s", rows[i].line, stamp);
                assert_int_equal(invitee_stamp(f->store, &other, rows[i].read, stamp), 0);
                assert_string_equal(stamp, "");
        }
        /* Answers that an earlier version has taken are the least for all instances without a stamp. */
        strcpy(other.stamp, "20250101T000000Z");
        assert_int_equal(invitee_stamp(f->store, &other, "9", stamp), 0);
        assert_string_equal(stamp, "20250101T000000Z");
}

static void test_itip__is_kept_until_it_is_removed(void **state)
{
        const Fixture *f = *state;
        ItipMail itip = { .account = "anna",
                .recipient = "guest@example.org",
                .method = "REQUEST",
                .invitee = 7,
                .text = MESSAGE,
                .len = strlen(MESSAGE),
                .created = NOW };
        ItipMail *found = NULL;
        assert_int_equal(itip_mail_add(f->store, &itip), 0);
        assert_int_equal(itip_mail_get(f->store, itip.id, &found), 0);
        assert_string_equal(found->text, MESSAGE);
        assert_string_equal(found->recipient, "guest@example.org");
        assert_int_equal(found->invitee, 7);
        itip_mail_free(found);
        assert_int_equal(itip_mail_remove(f->store, itip.id), 0);
        assert_int_equal(itip_mail_get(f->store, itip.id, &found), STORE_E_NOT_FOUND);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_inbox__is_made_once_and_has_several_messages_of_one_meeting, set_up,
                                tear_down),
                cmocka_unit_test_setup_teardown(
                                test_schedule_tag__changes_only_where_it_is_set, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_collection__keeps_the_switch_in_the_trash, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_invitee__is_one_for_a_person_and_a_meeting, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_invitee__has_a_stamp_for_each_instance, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_itip__is_kept_until_it_is_removed, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
