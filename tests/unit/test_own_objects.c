/*
 * Tests that objects of accounts decide nothing for objects of the office, or of other accounts, that have
 * their UID.
 */

#include "store/object-hide.h"
#include "store/optout.h"
#include "store/subscription.h"

#include <limits.h>
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
        const Zone *utc;
        Store *store;
        Collection anna, boris;
} Fixture;

static Collection make(Fixture *f, const char *owner)
{
        Collection ret = { .segment = "work", .components = COLLECTION_VEVENT };
        strcpy(ret.owner, owner);
        assert_int_equal(collection_make(f->store, &ret, "Etc/UTC", NOW), 0);
        return ret;
}

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
        assert_int_equal(zone_table_get(f->zones, "Etc/UTC", &f->utc), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_EVENTS, false, "Etc/UTC"), 0);
        assert_int_equal(collection_ensure(f->store, "second", false, "Etc/UTC"), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_CONTACTS, true, NULL), 0);
        f->anna = make(f, "anna");
        f->boris = make(f, "boris");
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

/* Puts an event, which has the name e.ics, and returns its SEQUENCE to publish. */
static int put(Fixture *f, const char *collection, int sequence, const char *start, const char *categories)
{
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        ObjectOutcome outcome;
        char text[512];
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:e\r\n"
                        "DTSTAMP:20260101T000000Z\r\nSEQUENCE:%d\r\nDTSTART:%s\r\nDURATION:PT1H\r\n"
                        "SUMMARY:x\r\nCATEGORIES:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                        sequence, start, categories);
        if (collection_is_own_name(collection)) {
                CLEANUP(plain_freep) PlainObject *plain = NULL;
                assert_int_equal(plain_parse(text, strlen(text), &plain, NULL), 0);
                assert_int_equal(object_put_plain(f->store, plain,
                                                 &(ObjectPut){ .collection = collection,
                                                                 .resource = "e.ics",
                                                                 .fallback = f->utc,
                                                                 .now = NOW },
                                                 &outcome),
                                0);
        } else {
                assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
                assert_int_equal(object_put_event(f->store, event,
                                                 &(ObjectPut){ .collection = collection,
                                                                 .resource = "e.ics",
                                                                 .fallback = f->utc,
                                                                 .now = NOW },
                                                 &outcome),
                                0);
        }
        assert_int_equal(object_get(f->store, collection, "e.ics", &record), 0);
        return record->sequence;
}

static void delete (Fixture *f, const char *collection)
{
        assert_int_equal(object_delete(f->store, collection, "e.ics", 0, NOW), 0);
}

#define AT_NINE "20270101T090000Z"
#define AT_TEN  "20270101T100000Z"

static int64_t put_contact(Fixture *f)
{
        static const char text[] = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:c\r\nFN:c\r\nEND:VCARD\r\n";
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        ObjectOutcome outcome;
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        assert_int_equal(object_put_card(f->store, card,
                                         &(ObjectPut){ .collection = COLLECTION_CONTACTS, .now = NOW },
                                         &outcome),
                        0);
        assert_int_equal(object_find(f->store, "c", &record), 0);
        return record->id;
}

static unsigned refusals(Fixture *f, int64_t contact)
{
        unsigned ret = UINT_MAX;
        assert_int_equal(contact_refusals(f->store, contact, "e", &ret), 0);
        return ret;
}

/* An account's copy has the category `exhibition`, the event itself `session`. */
static void test_contact_refusals__not_for_an_accounts_copy(void **state)
{
        Fixture *f = *state;
        int64_t contact = put_contact(f);
        put(f, f->anna.name, 0, AT_TEN, "EXHIBITION");
        /* There is no such event. */
        assert_int_equal(refusals(f, contact), 0);
        put(f, COLLECTION_EVENTS, 0, AT_TEN, "SESSION");
        assert_int_equal(refusals(f, contact), IS_NOT_LISTED);
        assert_int_equal(subscription_put(f->store, contact, SUBSCRIBE_KIND, "exhibition", "", NOW), 0);
        assert_int_equal(subscription_put(f->store, contact, SUBSCRIBE_CALENDAR, f->anna.name, "", NOW), 0);
        assert_int_equal(refusals(f, contact), IS_NOT_LISTED);
        assert_int_equal(subscription_put(f->store, contact, SUBSCRIBE_KIND, "session", "", NOW), 0);
        assert_int_equal(refusals(f, contact), 0);
        assert_int_equal(mute_kind_put(f->store, contact, "exhibition", NOW), 0);
        assert_int_equal(refusals(f, contact), 0);
        assert_int_equal(mute_kind_put(f->store, contact, "session", NOW), 0);
        assert_int_equal(refusals(f, contact), REFUSES_KIND);
}

static void test_sequence__continues_only_after_ones_own_deletions(void **state)
{
        Fixture *f = *state;
        usec_t deleted;
        for (int i = 0; i < 3; i++) {
                int expected = i == 0 ? INT_MAX - 1 : INT_MAX;
                assert_int_equal(put(f, f->anna.name, INT_MAX - 1, AT_TEN, "A"), expected);
                delete (f, f->anna.name);
        }
        assert_int_equal(object_deleted(f->store, "e", &deleted), 0);
        assert_int_equal(deleted, 0);
        assert_int_equal(put(f, f->boris.name, 5, AT_TEN, "A"), 5);
        assert_int_equal(put(f, COLLECTION_EVENTS, 0, AT_TEN, "A"), 0);
        assert_int_equal(put(f, COLLECTION_EVENTS, 0, AT_NINE, "A"), 1);
        delete (f, COLLECTION_EVENTS);
        assert_int_equal(object_deleted(f->store, "e", &deleted), 0);
        assert_int_equal(deleted, NOW);
        delete (f, f->boris.name);
        assert_int_equal(put(f, f->boris.name, 0, AT_TEN, "A"), 6);
        assert_int_equal(put(f, "second", 0, AT_TEN, "A"), 2);
        assert_int_equal(put(f, COLLECTION_EVENTS, 0, AT_TEN, "A"), 2);
}

/* A move of an account's copy leaves an event that waits for its notices. */
static void test_object_move__leaves_the_hidden_event_of_the_office(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *event = NULL;
        CLEANUP(object_record_freep) ObjectRecord *after = NULL;
        put(f, COLLECTION_EVENTS, 0, AT_TEN, "A");
        assert_int_equal(object_get(f->store, COLLECTION_EVENTS, "e.ics", &event), 0);
        assert_int_equal(object_hide(f->store, event, NOW), 0);
        put(f, f->anna.name, 0, AT_TEN, "A");
        assert_int_equal(object_move(f->store, f->anna.name, "e.ics", f->anna.name, "f.ics", NOW), 0);
        assert_int_equal(object_find(f->store, "e", &after), 0);
        assert_true(after->id == event->id && object_is_hidden(after));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_contact_refusals__not_for_an_accounts_copy, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_sequence__continues_only_after_ones_own_deletions, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_object_move__leaves_the_hidden_event_of_the_office, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
