/* Tests objects, changes, subscriptions and the ledger's transitions on a temporary database. */

#include "base/clock.h"
#include "store/audience.h"
#include "store/db-internal.h"
#include "store/due-index.h"
#include "store/ledger-owner.h"
#include "store/ledger.h"
#include "store/object.h"
#include "store/optout.h"
#include "store/pool.h"
#include "store/private-feed.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "scratch.h"

enum { NOW = 1000000 };

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        const Zone *utc;
        Store *store;
} Fixture;

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        scratch_open(f->directory, f->url);
        scratch_store(f->url, &f->zones, &f->store);
        assert_int_equal(zone_table_get(f->zones, "Etc/UTC", &f->utc), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_EVENTS, false, "Etc/UTC"), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_CONTACTS, true, NULL), 0);
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

/* Puts an event of one hour. @stamp: HHMM of DTSTAMP. */
static int put(Fixture *f, const char *uid, int sequence, const char *stamp, const char *more, usec_t now,
                ObjectOutcome *ret)
{
        CLEANUP(event_freep) Event *event = NULL;
        char text[1024];
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//"
                        "EN\r\nBEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20260101T%s00Z\r\n"
                        "SEQUENCE:%d\r\nDURATION:PT1H\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n",
                        uid, stamp, sequence, more);
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        return object_put_event(f->store, event,
                        &(ObjectPut){ .collection = COLLECTION_EVENTS,
                                        .anywhere = true,
                                        .refuse_stale = true,
                                        .fallback = f->utc,
                                        .now = now },
                        ret);
}

#define AT_TEN  "DTSTART:20270101T100000Z\r\n"
#define AT_NINE "DTSTART:20270101T090000Z\r\n"

static ObjectRecord *get(Fixture *f, const char *uid)
{
        ObjectRecord *record = NULL;
        assert_int_equal(object_find(f->store, uid, &record), 0);
        return record;
}

static int64_t put_contact(Fixture *f, const char *uid)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        char text[256];
        snprintf(text, sizeof(text), "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:%s\r\nFN:%s\r\nEND:VCARD\r\n", uid,
                        uid);
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        assert_int_equal(object_put_card(f->store, card,
                                         &(ObjectPut){ .collection = COLLECTION_CONTACTS,
                                                         .anywhere = true,
                                                         .now = NOW },
                                         &outcome),
                        0);
        CLEANUP(object_record_freep) ObjectRecord *record = get(f, uid);
        return record->id;
}

static void test_object_put__reports_created_unchanged_updated_and_stale(void **state)
{
        Fixture *f = *state;
        ObjectOutcome outcome;
        int64_t before, after;
        assert_int_equal(put(f, "e@x", 1, "1000", AT_TEN, NOW, &outcome), 0);
        assert_int_equal(outcome, OBJECT_CREATED);
        assert_int_equal(store_sequence(f->store, &before), 0);
        assert_int_equal(put(f, "e@x", 1, "1000", AT_TEN, NOW + 1, &outcome), 0);
        assert_int_equal(outcome, OBJECT_UNCHANGED);
        assert_int_equal(store_sequence(f->store, &after), 0);
        assert_int_equal(before, after);
        assert_int_equal(put(f, "e@x", 0, "1100", AT_NINE, NOW, &outcome), STORE_E_STALE);
        assert_int_equal(put(f, "e@x", 1, "0900", AT_NINE, NOW, &outcome), STORE_E_STALE);
        assert_int_equal(put(f, "e@x", 1, "1100", AT_TEN "SUMMARY:x\r\nCATEGORIES:A\r\n", NOW + 2, &outcome),
                        0);
        assert_int_equal(outcome, OBJECT_UPDATED);
        CLEANUP(object_record_freep) ObjectRecord *record = get(f, "e@x");
        assert_int_equal(record->created, NOW);
        assert_int_equal(record->changed, NOW + 2);
        assert_int_equal(record->sequence, 1);
        assert_string_equal(record->name, "x");
}

static void test_object_put__the_published_sequence_rises_with_time_and_place(void **state)
{
        Fixture *f = *state;
        ObjectOutcome outcome;
        assert_int_equal(put(f, "e@x", 0, "1000", AT_TEN, NOW, &outcome), 0);
        assert_int_equal(put(f, "e@x", 0, "1001", AT_NINE, NOW, &outcome), 0);
        assert_int_equal(put(f, "e@x", 0, "1002", AT_NINE "LOCATION:Там\r\n", NOW, &outcome), 0);
        CLEANUP(object_record_freep) ObjectRecord *moved = get(f, "e@x");
        assert_int_equal(moved->sequence, 2);
        assert_int_equal(object_delete_found(f->store, "e@x", NOW), 0);
        assert_int_equal(put(f, "e@x", 0, "1003", AT_NINE, NOW, &outcome), 0);
        CLEANUP(object_record_freep) ObjectRecord *again = get(f, "e@x");
        assert_int_equal(again->sequence, 3);
        assert_int_not_equal(again->id, moved->id);
}

static void test_object_put__a_uid_is_one_thing(void **state)
{
        Fixture *f = *state;
        ObjectOutcome outcome;
        put_contact(f, "e@x");
        assert_int_equal(put(f, "e@x", 0, "1000", AT_TEN, NOW, &outcome), STORE_E_CONFLICT);
}

static int on_change(const ObjectChange *change, void *userdata)
{
        buffer_printf(userdata, "%s%s ", change->record ? "" : "-", change->uid);
        return 0;
}

static void test_object_changes__each_object_once_in_order(void **state)
{
        Fixture *f = *state;
        ObjectOutcome outcome;
        CLEANUP(buffer_done) Buffer seen = BUFFER_INIT(1024);
        int64_t since;
        put(f, "a@x", 0, "1000", AT_TEN, NOW, &outcome);
        assert_int_equal(store_sequence(f->store, &since), 0);
        put(f, "b@x", 0, "1000", AT_TEN, NOW, &outcome);
        put(f, "c@x", 0, "1000", AT_TEN, NOW, &outcome);
        put(f, "b@x", 0, "1001", AT_NINE, NOW, &outcome);
        assert_int_equal(object_delete_found(f->store, "a@x", NOW), 0);
        assert_int_equal(object_changes(f->store, COLLECTION_EVENTS, since, on_change, &seen), 0);
        assert_string_equal(buffer_text(&seen), "c@x b@x -a@x ");
}

static void test_object_newest_change__includes_events_that_left_a_category(void **state)
{
        Fixture *f = *state;
        ObjectOutcome outcome;
        usec_t at;
        put(f, "a@x", 0, "1000", AT_TEN "CATEGORIES:SESSION\r\n", NOW, &outcome);
        put(f, "a@x", 0, "1001", AT_TEN "CATEGORIES:EXHIBITION\r\n", NOW + 5, &outcome);
        assert_int_equal(object_newest_change(f->store, COLLECTION_EVENTS, "session", &at), 0);
        assert_int_equal(at, NOW + 5);
        assert_int_equal(object_delete_found(f->store, "a@x", NOW + 9), 0);
        assert_int_equal(object_newest_change(f->store, NULL, "session", &at), 0);
        assert_int_equal(at, NOW + 5);
        assert_int_equal(object_newest_change(f->store, NULL, "exhibition", &at), 0);
        assert_int_equal(at, NOW + 9);
        assert_int_equal(object_newest_change(f->store, NULL, "meeting", &at), 0);
        assert_int_equal(at, 0);
}

static int on_object(const ObjectRecord *record, void *userdata)
{
        buffer_printf(userdata, "%s ", record->uid);
        return 0;
}

static void test_object_each__filters_and_sorts(void **state)
{
        Fixture *f = *state;
        ObjectOutcome outcome;
        CLEANUP(buffer_done) Buffer seen = BUFFER_INIT(1024);
        put(f, "b@x", 0, "1000", AT_TEN "CATEGORIES:SESSION\r\n", NOW, &outcome);
        put(f, "a@x", 0, "1000", AT_TEN "CATEGORIES:A%,SESSION\r\n", NOW, &outcome);
        put(f, "c@x", 0, "1000", AT_NINE, NOW, &outcome);
        put_contact(f, "card");
        ObjectFilter filters[] = {
                { .kinds = 1 << OBJECT_EVENT },
                { .category = "session" },
                { .category = "s%" },
                { .category = "a%" },
                { .kinds = 1 << OBJECT_EVENT,
                                .from = 1798797600000000,
                                .to = 1798797600000001 }, /* 2027-01-01T10:00Z */
                { .kinds = 1 << OBJECT_EVENT,
                                .from = 1798797599999999, /* last microsecond of the first event */
                                .to = 1798797600000000 },
                { .collection = COLLECTION_CONTACTS },
        };
        static const char *const expected[] = { "c@x a@x b@x ", "a@x b@x ", "", "a@x ", "a@x b@x ", "c@x ",
                "card " };
        for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
                buffer_reset(&seen);
                assert_int_equal(object_each(f->store, &filters[i], on_object, &seen), 0);
                assert_string_equal(buffer_text(&seen), expected[i]);
        }
}

static int on_subscription(const Subscription *subscription, void *userdata)
{
        buffer_printf(userdata, "%lld/%d ", (long long)subscription->contact, subscription->scope);
        return 0;
}

static void test_subscription__own_and_given(void **state)
{
        Fixture *f = *state;
        ObjectOutcome outcome;
        PublishAudience audience = PUBLISH_CONTACT;
        assert_int_equal(put(f, "e@x", 0, "0000", AT_TEN "CATEGORIES:SESSION\r\n", NOW, &outcome), 0);
        CLEANUP(object_record_freep) ObjectRecord *record = get(f, "e@x");
        int64_t contact = put_contact(f, "one"), event = record->id, before = 0, after = 0;
        assert_int_equal(subscription_put_own(f->store, contact, SUBSCRIBE_ALL, "", "-P1D", NOW), 0);
        assert_int_equal(audience_of(f->store, contact, event, &audience), 0);
        assert_int_equal(audience, PUBLISH_PUBLIC);
        const struct {
                int line;
                SubscriptionScope scope;
                const char *target;
                PublishAudience expected;
        } rows[] = {
                { __LINE__, SUBSCRIBE_KIND, "exhibition", PUBLISH_PUBLIC },
                { __LINE__, SUBSCRIBE_KIND, "session", PUBLISH_LISTED },
                { __LINE__, SUBSCRIBE_EVENT, "other@x", PUBLISH_PUBLIC },
                { __LINE__, SUBSCRIBE_EVENT, "e@x", PUBLISH_CONTACT },
                { __LINE__, SUBSCRIBE_CALENDAR, "other", PUBLISH_PUBLIC },
                { __LINE__, SUBSCRIBE_CALENDAR, COLLECTION_EVENTS, PUBLISH_LISTED },
                { __LINE__, SUBSCRIBE_ALL, "", PUBLISH_LISTED },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                assert_int_equal(subscription_version(f->store, contact, &before), 0);
                assert_int_equal(subscription_put(f->store, contact, rows[i].scope, rows[i].target, "", NOW),
                                0);
                /* A contact's own subscription does not remove the office's. */
                assert_int_equal(subscription_put_own(
                                                 f->store, contact, rows[i].scope, rows[i].target, "", NOW),
                                0);
                assert_int_equal(subscription_version(f->store, contact, &after), 0);
                assert_int_not_equal(before, after);
                assert_int_equal(audience_of(f->store, contact, event, &audience), 0);
                if (audience != rows[i].expected)
                        fail_msg("line %d", rows[i].line);
                assert_int_equal(subscription_delete(f->store, contact, rows[i].scope, rows[i].target), 0);
        }
}

static int take_id(const Subscription *subscription, void *userdata)
{
        *(int64_t *)userdata = subscription->id;
        return 0;
}

static int64_t subscribe_to(Fixture *f, int64_t contact, const char *uid)
{
        int64_t id = 0;
        assert_int_equal(subscription_put(f->store, contact, SUBSCRIBE_EVENT, uid, "", NOW), 0);
        assert_int_equal(subscription_each(f->store, contact, take_id, &id), 0);
        return id;
}

/* The sum of the numbers of the subscriptions is the same before and after. */
static void test_subscription_version__differs_for_other_rows_with_the_same_sum(void **state)
{
        Fixture *f = *state;
        int64_t contact = put_contact(f, "one"), before = 0, after = 0;
        int64_t sum = subscribe_to(f, contact, "a@x") + subscribe_to(f, contact, "b@x");
        assert_int_equal(subscription_version(f->store, contact, &before), 0);
        assert_int_equal(subscription_delete(f->store, contact, SUBSCRIBE_EVENT, "a@x"), 0);
        assert_int_equal(subscription_delete(f->store, contact, SUBSCRIBE_EVENT, "b@x"), 0);
        while (subscribe_to(f, contact, "c@x") < sum)
                assert_int_equal(subscription_delete(f->store, contact, SUBSCRIBE_EVENT, "c@x"), 0);
        assert_int_equal(subscribe_to(f, contact, "c@x"), sum);
        assert_int_equal(subscription_version(f->store, contact, &after), 0);
        assert_int_not_equal(before, after);
}

static void test_subscription_matching__returns_all_listings_of_a_contact_in_order(void **state)
{
        Fixture *f = *state;
        CLEANUP(buffer_done) Buffer seen = BUFFER_INIT(1024);
        CLEANUP(buffer_done) Buffer expected = BUFFER_INIT(1024);
        int64_t one = put_contact(f, "one"), two = put_contact(f, "two"), three = put_contact(f, "three");
        assert_int_equal(subscription_put(f->store, three, SUBSCRIBE_ALL, "", "", NOW), 0);
        assert_int_equal(subscription_put(f->store, two, SUBSCRIBE_EVENT, "e@x", "", NOW), 0);
        assert_int_equal(subscription_put(f->store, two, SUBSCRIBE_KIND, "session", "-P1D", NOW), 0);
        assert_int_equal(subscription_put(f->store, two, SUBSCRIBE_KIND, "session", "-P2D", NOW), 0);
        assert_int_equal(subscription_put(f->store, one, SUBSCRIBE_KIND, "exhibition", "", NOW), 0);
        assert_int_equal(subscription_put(f->store, one, SUBSCRIBE_CALENDAR, COLLECTION_EVENTS, "", NOW), 0);
        assert_int_equal(subscription_put(f->store, 99, SUBSCRIBE_ALL, "", "", NOW), STORE_E_NOT_FOUND);
        assert_int_equal(subscription_matching(f->store, "e@x", ",session,", COLLECTION_EVENTS, 0, 2,
                                         on_subscription, &seen),
                        0);
        buffer_printf(&expected, "%lld/4 %lld/3 %lld/2 ", (long long)one, (long long)two, (long long)two);
        assert_string_equal(buffer_text(&seen), buffer_text(&expected));
        buffer_reset(&seen);
        buffer_reset(&expected);
        assert_int_equal(subscription_matching(f->store, "e@x", ",session,", COLLECTION_EVENTS, two, 2,
                                         on_subscription, &seen),
                        0);
        buffer_printf(&expected, "%lld/1 ", (long long)three);
        assert_string_equal(buffer_text(&seen), buffer_text(&expected));
        assert_int_equal(subscription_delete(f->store, two, 0, ""), 0);
        assert_int_equal(subscription_delete(f->store, two, 0, ""), STORE_E_NOT_FOUND);
}

static void test_subscription_matching_contact__returns_the_listings_of_this_contact_only(void **state)
{
        Fixture *f = *state;
        int64_t contact = put_contact(f, "one"), other = put_contact(f, "two");
        static const struct {
                int line;
                SubscriptionScope scope;
                const char *target;
                bool expected;
        } rows[] = {
                { __LINE__, SUBSCRIBE_ALL, "", true },
                { __LINE__, SUBSCRIBE_EVENT, "e@x", true },
                { __LINE__, SUBSCRIBE_EVENT, "f@x", false },
                { __LINE__, SUBSCRIBE_CALENDAR, COLLECTION_EVENTS, true },
                { __LINE__, SUBSCRIBE_CALENDAR, "others", false },
                { __LINE__, SUBSCRIBE_KIND, "fifth", false },
                { __LINE__, SUBSCRIBE_KIND, "fourth", true },
                { __LINE__, SUBSCRIBE_KIND, "session", true },
                { __LINE__, SUBSCRIBE_KIND, "ses", false },
        };
        const char *kinds = ",session,second,third,fourth,fifth,";
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer seen = BUFFER_INIT(1024);
                char expected[32] = "";
                assert_int_equal(subscription_put(f->store, contact, rows[i].scope, rows[i].target, "", NOW),
                                0);
                assert_int_equal(subscription_put(f->store, other, rows[i].scope, rows[i].target, "", NOW),
                                0);
                assert_int_equal(subscription_matching_contact(f->store, "e@x", kinds, COLLECTION_MEETINGS,
                                                 contact, on_subscription, &seen),
                                0);
                assert_int_equal(subscription_matching_contact(f->store, "e@x", kinds, COLLECTION_EVENTS,
                                                 contact, on_subscription, &seen),
                                0);
                if (rows[i].expected)
                        snprintf(expected, sizeof(expected), "%lld/%d ", (long long)contact, rows[i].scope);
                if (strcmp(buffer_text(&seen), expected) != 0)
                        fail_msg("line %d: %s", rows[i].line, buffer_text(&seen));
                assert_int_equal(subscription_delete(f->store, contact, 0, ""), 0);
        }
}

static int on_text(const char *text, void *userdata)
{
        buffer_printf(userdata, "%s ", text);
        return 0;
}

static void assert_refuses(Fixture *f, int64_t contact, const char *uid, unsigned expected)
{
        unsigned refusals = ~expected;
        assert_int_equal(contact_refusals(f->store, contact, uid, &refusals), 0);
        assert_int_equal(refusals, expected);
}

static void test_mute__events_and_kinds_are_independent(void **state)
{
        Fixture *f = *state;
        CLEANUP(buffer_done) Buffer seen = BUFFER_INIT(1024);
        ObjectOutcome outcome;
        bool is_muted = true;
        int64_t one = put_contact(f, "one"), two = put_contact(f, "two");
        assert_int_equal(subscription_put(f->store, one, SUBSCRIBE_ALL, "", "", NOW), 0);
        assert_int_equal(subscription_put(f->store, two, SUBSCRIBE_ALL, "", "", NOW), 0);
        assert_int_equal(
                        put(f, "a@x", 0, "0800", AT_TEN "CATEGORIES:SESSION,MEETING\r\n", NOW, &outcome), 0);
        assert_int_equal(put(f, "b@x", 0, "0800", AT_TEN "CATEGORIES:SESSIONS\r\n", NOW, &outcome), 0);
        assert_int_equal(mute_put(f->store, one, "b@x", NOW), 0);
        for (int i = 0; i < 2; i++)
                assert_int_equal(mute_kind_put(f->store, one, "session", NOW), 0);
        assert_int_equal(mute_kind_each(f->store, one, on_text, &seen), 0);
        assert_int_equal(mute_each(f->store, one, on_text, &seen), 0);
        assert_string_equal(buffer_text(&seen), "session b@x ");
        assert_refuses(f, one, "a@x", REFUSES_KIND);
        assert_refuses(f, one, "b@x", REFUSES_EVENT);
        assert_refuses(f, two, "a@x", 0);
        assert_int_equal(mute_kind_delete(f->store, one, "session"), 0);
        assert_refuses(f, one, "a@x", 0);
        assert_int_equal(mute_delete(f->store, one, "b@x"), 0);
        assert_int_equal(mute_has(f->store, one, "b@x", &is_muted), 0);
        assert_false(is_muted);
}

static void test_contact_refusals__a_contact_has_to_be_listed(void **state)
{
        Fixture *f = *state;
        ObjectOutcome outcome;
        int64_t one = put_contact(f, "one");
        assert_int_equal(put(f, "a@x", 0, "0800", AT_TEN "CATEGORIES:SESSION\r\n", NOW, &outcome), 0);
        static const struct {
                int line;
                SubscriptionScope scope;
                const char *target;
                unsigned expected;
        } rows[] = {
                { __LINE__, SUBSCRIBE_ALL, "", 0 },
                { __LINE__, SUBSCRIBE_KIND, "session", 0 },
                { __LINE__, SUBSCRIBE_KIND, "exhibition", IS_NOT_LISTED },
                { __LINE__, SUBSCRIBE_EVENT, "a@x", 0 },
                { __LINE__, SUBSCRIBE_EVENT, "b@x", IS_NOT_LISTED },
                { __LINE__, SUBSCRIBE_CALENDAR, COLLECTION_EVENTS, 0 },
                { __LINE__, SUBSCRIBE_CALENDAR, "other", IS_NOT_LISTED },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                unsigned refusals = 0;
                assert_refuses(f, one, "a@x", IS_NOT_LISTED);
                assert_int_equal(subscription_put(f->store, one, rows[i].scope, rows[i].target, "", NOW), 0);
                assert_int_equal(contact_refusals(f->store, one, "a@x", &refusals), 0);
                if (refusals != rows[i].expected)
                        fail_msg("row of line %d: %u", rows[i].line, refusals);
                assert_int_equal(subscription_delete(f->store, one, 0, ""), 0);
        }
        /* A deleted event counts as no refusal: its mails are closed because it is deleted. */
        assert_refuses(f, one, "gone@x", 0);
        assert_refuses(f, one, "", 0);
}

static void test_contact_stop__can_be_undone_with_or_without_the_exceptions(void **state)
{
        Fixture *f = *state;
        bool is_stopped = true, is_muted = false;
        int64_t one = put_contact(f, "one");
        assert_int_equal(mute_put(f->store, one, "b@x", NOW), 0);
        assert_int_equal(contact_stop(f->store, one, MAIL_REASON_OPTED_OUT, NOW), 0);
        assert_int_equal(contact_resume(f->store, one), 0);
        assert_int_equal(contact_stopped(f->store, one, &is_stopped), 0);
        assert_false(is_stopped);
        assert_int_equal(mute_has(f->store, one, "b@x", &is_muted), 0);
        assert_true(is_muted);
        assert_int_equal(contact_restore(f->store, one), 0);
        assert_int_equal(mute_has(f->store, one, "b@x", &is_muted), 0);
        assert_false(is_muted);
}

static void test_private_feed__a_new_token_ends_the_older(void **state)
{
        Fixture *f = *state;
        char first[33], second[33];
        int64_t contact = put_contact(f, "one"), whose = 0;
        assert_int_equal(private_feed_make(f->store, contact, NOW, first), 0);
        assert_int_equal(private_feed_contact(f->store, first, &whose), 0);
        assert_int_equal(whose, contact);
        assert_int_equal(private_feed_make(f->store, contact, NOW, second), 0);
        assert_int_equal(private_feed_contact(f->store, first, &whose), STORE_E_NOT_FOUND);
        assert_int_equal(private_feed_contact(f->store, second, &whose), 0);
        assert_int_equal(private_feed_revoke(f->store, contact), 0);
        assert_int_equal(private_feed_contact(f->store, second, &whose), STORE_E_NOT_FOUND);
}

static int64_t add_mail(Fixture *f, const char *key, usec_t next_attempt)
{
        MailRecord mail = {
                .kind = "reminder",
                .contact = 7,
                .object = 8,
                .uid = "e@x",
                .recurrence_id = "",
                .start = "",
                .rule = "-P1D",
                .state = MAIL_PENDING,
                .next_attempt = next_attempt,
                .expires = USEC_INFINITY,
                .message_id = "",
                .token = key,
        };
        MailState known;
        int64_t id = 0;
        bool added = false;
        strcpy(mail.key, key);
        assert_int_equal(ledger_add(f->store, &mail, NOW, &added), 0);
        assert_true(added);
        assert_int_equal(ledger_add(f->store, &mail, NOW, &added), 0);
        assert_false(added);
        assert_int_equal(ledger_find(f->store, key, &id, &known), 0);
        assert_int_equal(known, MAIL_PENDING);
        return id;
}

static void assert_mail(Fixture *f, int64_t id, MailState expected, int attempts, int tries)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        assert_int_equal(ledger_get(f->store, id, &mail), 0);
        assert_string_equal(mail_state_name(mail->state), mail_state_name(expected));
        assert_int_equal(mail->attempts, attempts);
        assert_int_equal(mail->tries, tries);
        assert_true(mail_state_is_final(expected) ? !mail->bytes : true);
}

static int commit_first(Fixture *f, int64_t id)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        MailText text = { .message_id = "id@x", .bytes = "bytes", .len = 5, .made = NOW };
        assert_int_equal(ledger_get(f->store, id, &mail), 0);
        text.replaces = mail->bytes != NULL;
        return ledger_commit_first_attempt(f->store, id, &text, NOW);
}

static void test_ledger__no_transition_skips_a_safety_check(void **state)
{
        Fixture *f = *state;
        int64_t id = add_mail(f, "k1", NOW);
        assert_int_equal(ledger_commit_attempt(f->store, id, NOW),
                        STORE_E_CONFLICT); /* no message was stored */
        assert_int_equal(ledger_retry(f->store, id, MAIL_PENDING, NOW + 1, "down", NOW), 0);
        assert_mail(f, id, MAIL_PENDING, 0, 1);
        assert_int_equal(ledger_retry(f->store, id, MAIL_SENT, NOW, "", NOW), STORE_E_CONFLICT);
        assert_int_equal(commit_first(f, id), 0);
        assert_int_equal(commit_first(f, id), STORE_E_CONFLICT);
        assert_int_equal(ledger_commit_attempt(f->store, id, NOW), STORE_E_CONFLICT);
        assert_int_equal(ledger_retry(f->store, id, MAIL_PENDING, NOW, "", NOW), STORE_E_CONFLICT);
        assert_mail(f, id, MAIL_COMMITTED, 1, 1);
        assert_int_equal(ledger_retry(f->store, id, MAIL_UNKNOWN, NOW + 9, "no reply", NOW), 0);
        assert_mail(f, id, MAIL_UNKNOWN, 1, 1);
        assert_int_equal(commit_first(f, id), STORE_E_CONFLICT); /* a retry must send the stored message */
        assert_int_equal(ledger_commit_attempt(f->store, id, NOW), 0);
        assert_int_equal(ledger_close(f->store, id, MAIL_SENT, MAIL_REASON_NONE, "250", NOW), 0);
        assert_mail(f, id, MAIL_SENT, 2, 1);
        assert_int_equal(ledger_close(f->store, id, MAIL_FAILED, MAIL_REASON_NONE, "", NOW),
                        STORE_E_CONFLICT);
        assert_int_equal(ledger_commit_attempt(f->store, id, NOW), STORE_E_CONFLICT);
        assert_int_equal(commit_first(f, id), STORE_E_CONFLICT);
        assert_int_equal(ledger_retry(f->store, id, MAIL_PENDING, NOW, "", NOW), STORE_E_CONFLICT);
        assert_int_equal(ledger_reopen(f->store, id, NOW), STORE_E_CONFLICT);
}

static void assert_bytes(Fixture *f, int64_t id, const char *expected)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        assert_int_equal(ledger_get(f->store, id, &mail), 0);
        assert_string_equal(mail->bytes, expected);
        assert_int_equal(mail->bytes_len, strlen(expected));
}

static void on_fault(const char *fault, void *userdata)
{
        print_message("fault: %s\n", fault);
        (*(int *)userdata)++;
}

static int faults_of(Fixture *f)
{
        int n = 0;
        assert_int_equal(store_check(f->store, &(DbCheckOptions){ .full = true,
                                                               .on_fault = on_fault,
                                                               .userdata = &n }),
                        0);
        return n;
}

static int64_t rows_of(Fixture *f, const Sql *sql)
{
        DbStatement *statement;
        assert_int_equal(db_prepare(store_db(f->store), sql, &statement), 0);
        assert_int_equal(db_step(statement), DB_ROW);
        int64_t n = db_int(statement, 0);
        db_reset(statement);
        return n;
}

static void test_ledger__shared_text_is_kept_as_long_as_its_mails(void **state)
{
        static const char first[] = "Dear Anna, tomorrow at ten in the hall of the technopark.";
        static const char second[] = "Dear Boris, tomorrow at ten in the hall of the technopark.";
        Fixture *f = *state;
        int64_t one = add_mail(f, "k1", NOW), two = add_mail(f, "k2", NOW), three = add_mail(f, "k3", NOW),
                four = add_mail(f, "k4", NOW);
        CLEANUP(mail_dictionary_unrefp) MailDictionary *dictionary = NULL;
        assert_int_equal(mail_dictionary_new(first, strlen(first), &dictionary), 0);
        MailText plain = {
                .message_id = "1@x", .bytes = first, .len = strlen(first), .made = NOW, .dictionary = NULL
        };
        MailText like = { .message_id = "2@x",
                .bytes = second,
                .len = strlen(second),
                .made = NOW,
                .dictionary = dictionary };
        MailText also = { .message_id = "3@x",
                .bytes = second,
                .len = strlen(second),
                .made = NOW,
                .dictionary = dictionary };
        MailText last = {
                .message_id = "4@x", .bytes = first, .len = strlen(first), .made = NOW, .dictionary = NULL
        };
        assert_int_equal(ledger_commit_first_attempt(f->store, one, &plain, NOW), 0);
        assert_int_equal(ledger_commit_first_attempt(f->store, two, &like, NOW), 0);
        assert_int_equal(ledger_commit_first_attempt(f->store, three, &also, NOW), 0);
        assert_int_equal(ledger_commit_first_attempt(f->store, four, &last, NOW), 0);
        assert_int_equal(rows_of(f, SQL("SELECT count(*) FROM sample")), 1);
        assert_int_equal(ledger_close(f->store, three, MAIL_SENT, MAIL_REASON_NONE, "250", NOW), 0);
        assert_int_equal(rows_of(f, SQL("SELECT count(*) FROM sample")), 1);
        assert_int_equal(ledger_close(f->store, one, MAIL_SENT, MAIL_REASON_NONE, "250", NOW), 0);
        assert_bytes(f, two, second);
        assert_int_equal(ledger_retry(f->store, two, MAIL_UNKNOWN, NOW + 9, "", NOW), 0);
        assert_bytes(f, two, second);
        assert_int_equal(faults_of(f), 0);
        DbStatement *statement;
        assert_int_equal(db_prepare(store_db(f->store), SQL("UPDATE sample SET bytes = $1"), &statement), 0);
        db_bind_bytes(statement, 1, "Dear Clara, never", strlen("Dear Clara, never"));
        assert_int_equal(db_step(statement), 0);
        db_reset(statement);
        assert_int_equal(faults_of(f), 1);
        assert_int_equal(ledger_suppress_contact(f->store, 7, NULL, MAIL_REASON_OPTED_OUT, NOW), 0);
        assert_int_equal(rows_of(f, SQL("SELECT count(*) FROM sample")), 0);
        assert_int_equal(rows_of(f, SQL("SELECT count(*) FROM message")), 1);
}

/*
 * A returned mail had been taken by the server: the report may come before the reply is entered, without a
 * reply, or after it.
 */
static void test_ledger_came_back__a_returned_mail_counts_as_received(void **state)
{
        Fixture *f = *state;
        int64_t waiting = add_mail(f, "k1", NOW), going = add_mail(f, "k2", NOW),
                lost = add_mail(f, "k3", NOW);
        assert_int_equal(commit_first(f, going), 0);
        assert_int_equal(commit_first(f, lost), 0);
        assert_int_equal(ledger_retry(f->store, lost, MAIL_UNKNOWN, NOW + 9, "no reply", NOW), 0);
        for (int64_t id = waiting; id <= lost; id++)
                assert_int_equal(ledger_came_back(f->store, id, "5.1.1", NOW + 1), 0);
        assert_mail(f, waiting, MAIL_PENDING, 0, 0);
        assert_mail(f, going, MAIL_SENT, 1, 0);
        assert_mail(f, lost, MAIL_SENT, 1, 0);
        assert_int_equal(ledger_close(f->store, going, MAIL_SENT, MAIL_REASON_NONE, "250", NOW + 2),
                        STORE_E_CONFLICT);
        assert_int_equal(faults_of(f), 0);
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        assert_int_equal(ledger_get(f->store, going, &mail), 0);
        assert_int_equal(mail->reason, MAIL_REASON_RETURNED);
        assert_string_equal(mail->reply, "5.1.1");
}

static bool is_held(int64_t mail, void *userdata)
{
        return mail == *(int64_t *)userdata;
}

static void assert_recovered(Fixture *f, int64_t held, int n_unknown, int n_parked)
{
        LedgerRecovery found = { -1, -1 };
        assert_int_equal(ledger_recover(f->store, NOW, NOW + 900, is_held, &held, &found), 0);
        assert_int_equal(found.n_unknown, n_unknown);
        assert_int_equal(found.n_parked, n_parked);
}

static void assert_released(Fixture *f, const LedgerFilter *filter, int64_t n)
{
        int64_t found = -1;
        assert_int_equal(ledger_release(f->store, filter, NOW + 5, &found), 0);
        assert_int_equal(found, n);
}

/* Only mails that are still useful, and of which no copy can have arrived, are sent again. */
static void test_ledger_release__waiting_and_failed_mails(void **state)
{
        Fixture *f = *state;
        int64_t waiting = add_mail(f, "k1", NOW), failed = add_mail(f, "k2", NOW),
                fresh = add_mail(f, "k3", NOW), twice = add_mail(f, "k4", NOW);
        assert_int_equal(ledger_retry(f->store, waiting, MAIL_PENDING, NOW + 900, "450 later", NOW), 0);
        assert_int_equal(ledger_explain(f->store, waiting, MAIL_REASON_OURS), 0);
        assert_int_equal(commit_first(f, failed), 0);
        assert_int_equal(ledger_close(f->store, failed, MAIL_FAILED, MAIL_REASON_NONE, "550 no", NOW), 0);
        assert_int_equal(commit_first(f, twice), 0);
        assert_int_equal(ledger_retry(f->store, twice, MAIL_UNKNOWN, NOW + 1, "", NOW), 0);
        assert_int_equal(ledger_commit_attempt(f->store, twice, NOW), 0);
        assert_int_equal(ledger_close(f->store, twice, MAIL_FAILED, MAIL_REASON_NONE, "550 no", NOW), 0);
        assert_released(f, &(LedgerFilter){ .id = fresh }, 0);
        assert_released(f, &(LedgerFilter){ .id = waiting }, 1);
        assert_released(f, &(LedgerFilter){ .uid = "another@x" }, 0);
        assert_released(f, &(LedgerFilter){ .id = 0 }, 1);
        const int64_t again[] = { waiting, failed };
        for (size_t i = 0; i < 2; i++) {
                CLEANUP(mail_record_freep) MailRecord *mail = NULL;
                assert_int_equal(ledger_get(f->store, again[i], &mail), 0);
                assert_int_equal(mail->state, MAIL_PENDING);
                assert_int_equal(mail->next_attempt, NOW + 5);
                assert_int_equal(mail->attempts, 0);
                assert_int_equal(mail->reason, MAIL_REASON_NONE);
        }
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        assert_int_equal(ledger_get(f->store, twice, &mail), 0);
        assert_int_equal(mail->state, MAIL_FAILED);
}

static int64_t put_reader(Fixture *f)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        static const char text[] =
                        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:anna\r\nFN:Anna\r\nEMAIL:Anna@example.org\r\nEND:VCARD\r\n";
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        const ObjectPut put = { .collection = COLLECTION_CONTACTS, .anywhere = true, .now = NOW };
        assert_int_equal(object_put_card(f->store, card, &put, &outcome), 0);
        CLEANUP(object_record_freep) ObjectRecord *record = get(f, "anna");
        return record->id;
}

/* Only a hash of the address is kept, and only until the reader wants mail again. */
static void test_optout__outlives_the_card(void **state)
{
        Fixture *f = *state;
        bool stopped = false;
        int64_t contact = put_reader(f);
        assert_int_equal(contact_stop(f->store, contact, MAIL_REASON_OPTED_OUT, NOW), 0);
        assert_int_equal(object_delete_found(f->store, "anna", NOW), 0);
        int64_t again = put_reader(f);
        assert_true(again != contact);
        assert_int_equal(contact_stopped(f->store, again, &stopped), 0);
        assert_true(stopped);
        MailReason reason = MAIL_REASON_NONE;
        assert_int_equal(contact_stop_reason(f->store, again, &reason), 0);
        assert_int_equal(reason, MAIL_REASON_OPTED_OUT);
        assert_int_equal(contact_resume(f->store, again), 0);
        assert_int_equal(object_delete_found(f->store, "anna", NOW), 0);
        again = put_reader(f);
        assert_int_equal(contact_stopped(f->store, again, &stopped), 0);
        assert_false(stopped);
}

static void test_ledger_defer__counts_a_try_and_keeps_earlier_attempts(void **state)
{
        Fixture *f = *state;
        int64_t id = add_mail(f, "k1", NOW);
        assert_int_equal(ledger_defer(f->store, id, NOW + 9, "451", NOW), STORE_E_CONFLICT);
        for (int tries = 1; tries <= 3; tries++) {
                assert_int_equal(commit_first(f, id), 0);
                assert_int_equal(ledger_defer(f->store, id, NOW + 9, "451", NOW), 0);
                assert_mail(f, id, MAIL_PENDING, 0, tries);
        }
        assert_int_equal(commit_first(f, id), 0);
        assert_recovered(f, 0, 1, 0);
        assert_mail(f, id, MAIL_UNKNOWN, 1, 3);
        assert_int_equal(ledger_commit_attempt(f->store, id, NOW), 0);
        assert_int_equal(ledger_defer(f->store, id, NOW + 9, "451", NOW), 0);
        assert_mail(f, id, MAIL_UNKNOWN, 1, 4);
        assert_int_equal(ledger_postpone(f->store, id, NOW + 99, MAIL_REASON_QUIET_HOURS, NOW), 0);
        assert_mail(f, id, MAIL_UNKNOWN, 1, 4);
        assert_int_equal(ledger_commit_attempt(f->store, id, NOW), 0);
        assert_int_equal(ledger_postpone(f->store, id, NOW + 99, MAIL_REASON_QUIET_HOURS, NOW),
                        STORE_E_CONFLICT);
        assert_recovered(f, 0, 0, 1);
        assert_mail(f, id, MAIL_PARKED, 2, 4);
}

static void test_ledger_recover__an_interrupted_mail_is_unknown_then_parked(void **state)
{
        Fixture *f = *state;
        int64_t id = add_mail(f, "k1", NOW), other = add_mail(f, "k2", NOW), n = 0;
        assert_int_equal(commit_first(f, id), 0);
        assert_int_equal(commit_first(f, other), 0);
        assert_recovered(f, other, 1, 0); /* a sender still has the other mail */
        assert_mail(f, id, MAIL_UNKNOWN, 1, 0);
        assert_mail(f, other, MAIL_COMMITTED, 1, 0);
        assert_int_equal(ledger_stale_count(f->store, NOW, &n), 0);
        assert_int_equal(n, 0);
        assert_int_equal(ledger_stale_count(f->store, NOW + 1, &n), 0);
        assert_int_equal(n, 1);
        assert_int_equal(ledger_commit_attempt(f->store, id, NOW), 0);
        assert_recovered(f, 0, 1, 1);
        assert_mail(f, id, MAIL_PARKED, 2, 0);
        assert_mail(f, other, MAIL_UNKNOWN, 1, 0);
        assert_recovered(f, 0, 0, 0);
}

/* A mail that another daemon has claimed, or is sending, is left to it until it has ended. */
static void test_ledger__a_mail_of_another_daemon(void **state)
{
        Fixture *f = *state;
        int64_t claimed = add_mail(f, "k1", NOW), sending = add_mail(f, "k2", NOW), ids[4], n_attempts = -1;
        int n = -1;
        assert_int_equal(commit_first(f, sending), 0);
        assert_int_equal(
                        db_execute(store_db(f->store),
                                        "INSERT INTO node (id, name, version, process, started, until)"
                                        " VALUES (1000, 'another', '1', '', 0, 0); UPDATE mail SET owner = 1000"),
                        0);
        assert_int_equal(ledger_offers(f->store, NOW, 4, ids, &n), 0);
        assert_int_equal(n, 0);
        assert_int_equal(commit_first(f, claimed), STORE_E_CONFLICT);
        assert_recovered(f, 0, 0, 0);
        assert_int_equal(ledger_attempts_count(f->store, NOW, &n_attempts), 0);
        assert_int_equal(n_attempts, 1);
        assert_int_equal(db_execute(store_db(f->store), "DELETE FROM node"), 0);
        assert_int_equal(ledger_attempts_count(f->store, NOW, &n_attempts), 0);
        assert_int_equal(n_attempts, 0);
        assert_int_equal(ledger_offers(f->store, NOW, 4, ids, &n), 0);
        assert_int_equal(n, 1);
        assert_recovered(f, 0, 1, 0);
        assert_mail(f, sending, MAIL_UNKNOWN, 1, 0);
        assert_int_equal(commit_first(f, claimed), 0);
        assert_int_equal(ledger_commit_attempt(f->store, sending, NOW), 0);
}

static usec_t next_attempt(Fixture *f, int64_t id)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        assert_int_equal(ledger_get(f->store, id, &mail), 0);
        return mail->next_attempt;
}

static void test_ledger_rewind__keeps_the_remaining_wait(void **state)
{
        Fixture *f = *state;
        int64_t retried = add_mail(f, "k1", NOW), fresh = add_mail(f, "k2", NOW),
                sent = add_mail(f, "k3", NOW), dropped = add_mail(f, "k4", NOW),
                overtaken = add_mail(f, "k5", NOW), n = 0;
        assert_int_equal(commit_first(f, sent), 0);
        assert_int_equal(ledger_close(f->store, sent, MAIL_SENT, MAIL_REASON_NONE, "250", NOW), 0);
        assert_int_equal(ledger_retry(f->store, retried, MAIL_PENDING, NOW + 60, "down", NOW), 0);
        assert_int_equal(ledger_close(f->store, dropped, MAIL_EXPIRED, MAIL_REASON_POINTLESS, "", NOW), 0);
        assert_int_equal(ledger_close(f->store, overtaken, MAIL_EXPIRED, MAIL_REASON_OVERTAKEN, "", NOW), 0);
        assert_int_equal(ledger_rewind(f->store, NOW, &n), 0);
        assert_int_equal(n, 0);
        usec_t back = NOW / 2;
        assert_int_equal(ledger_rewind(f->store, back, &n), 0);
        assert_int_equal(n, 3);
        assert_int_equal(next_attempt(f, retried), back + 60);
        assert_int_equal(next_attempt(f, fresh), back);
        assert_int_equal(next_attempt(f, dropped), back);
        assert_mail(f, dropped, MAIL_PENDING, 0, 0);
        assert_mail(f, sent, MAIL_SENT, 1, 0);
        assert_mail(f, overtaken, MAIL_EXPIRED, 0, 0);
}

static void test_ledger_due__returns_the_earliest_first(void **state)
{
        Fixture *f = *state;
        int64_t late = add_mail(f, "k1", NOW + 5), early = add_mail(f, "k2", NOW),
                later = add_mail(f, "k3", NOW + 50), ids[8];
        usec_t next;
        int n = 0;
        assert_int_equal(ledger_due(f->store, NOW + 10, 8, ids, &n), 0);
        assert_int_equal(n, 2);
        assert_int_equal(ids[0], early);
        assert_int_equal(ids[1], late);
        assert_int_equal(ledger_next_after(f->store, NOW + 10, &next), 0);
        assert_int_equal(next, NOW + 50);
        assert_int_equal(ledger_close(f->store, later, MAIL_EXPIRED, MAIL_REASON_NONE, "", NOW), 0);
        assert_int_equal(ledger_next_after(f->store, NOW + 10, &next), 0);
        assert_true(next == USEC_INFINITY);
}

static void test_ledger_suppress_contact__keeps_mails_that_may_have_been_sent(void **state)
{
        Fixture *f = *state;
        int64_t waiting = add_mail(f, "k1", NOW), going = add_mail(f, "k2", NOW),
                lost = add_mail(f, "k3", NOW), counts[MAIL_PARKED + 1];
        assert_int_equal(commit_first(f, going), 0);
        assert_int_equal(commit_first(f, lost), 0);
        assert_int_equal(ledger_retry(f->store, lost, MAIL_UNKNOWN, NOW + 9, "", NOW), 0);
        assert_int_equal(ledger_suppress_contact(f->store, 7, "other@x", MAIL_REASON_OPTED_OUT, NOW), 0);
        assert_mail(f, waiting, MAIL_PENDING, 0, 0);
        assert_int_equal(ledger_suppress_contact(f->store, 7, NULL, MAIL_REASON_OPTED_OUT, NOW), 0);
        assert_mail(f, waiting, MAIL_SUPPRESSED, 0, 0);
        assert_mail(f, going, MAIL_COMMITTED, 1, 0);
        assert_mail(f, lost, MAIL_PARKED, 1, 0); /* it may have arrived, and counts as told */
        assert_int_equal(ledger_counts(f->store, counts), 0);
        assert_int_equal(counts[MAIL_SUPPRESSED], 1);
        assert_int_equal(counts[MAIL_COMMITTED], 1);
}

static void test_store_check__finds_inconsistent_rows(void **state)
{
        Fixture *f = *state;
        ObjectOutcome outcome;
        put(f, "e@x", 0, "1000", AT_TEN, NOW, &outcome);
        int64_t id = add_mail(f, "k1", NOW);
        assert_int_equal(faults_of(f), 0);
        assert_int_equal(db_execute(store_db(f->store), "UPDATE object SET name = 'wrong'"), 0);
        assert_int_equal(db_execute(store_db(f->store), "UPDATE mail SET state = 4"), 0);
        assert_mail(f, id, MAIL_SENT, 0, 0);
        assert_int_equal(faults_of(f), 3);
}

static void collect_fault(const char *fault, void *userdata)
{
        buffer_printf(userdata, "%s\n", fault);
}

static void test_store_check__counts_each_rule_about_mails_by_itself(void **state)
{
        Fixture *f = *state;
        static const struct {
                const char *change, *expected;
        } rows[] = {
                { "UPDATE mail SET next_attempt = 1", "" },
                { "UPDATE mail SET state = 10",
                                "1 mails are in a state that does not exist\n"
                                "1 mails are open and will never come up, or are closed and will\n" },
                { "UPDATE mail SET state = 4, next_attempt = 0",
                                "1 mails are SENT without ever having been handed over\n" },
                { "UPDATE mail SET state = 5, next_attempt = 0, attempts = 3",
                                "1 mails were tried again after they were unknown twice\n" },
                { "UPDATE mail SET state = 1, next_attempt = 0, attempts = 0",
                                "1 mails are open and will never come up, or are closed and will\n" },
        };
        add_mail(f, "k1", NOW);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer faults = BUFFER_INIT(4096);
                assert_int_equal(db_execute(store_db(f->store), rows[i].change), 0);
                assert_int_equal(store_check(f->store, &(DbCheckOptions){ .on_fault = collect_fault,
                                                                       .userdata = &faults }),
                                0);
                assert_string_equal(buffer_text(&faults), rows[i].expected);
        }
}

static void test_store_open__refuses_a_newer_schema_and_other_files(void **state)
{
        Fixture *f = *state;
        InputError error = { 0 };
        Store *other = NULL;
        char path[128], url[160];
        assert_int_equal(store_meta_set(f->store, "schema", "999"), 0);
        assert_int_equal(store_open(f->url, STORE_WRITE, f->zones, &other, &error), STORE_E_NEWER);
        assert_int_equal(store_open(f->url, STORE_READ_ONLY, f->zones, &other, &error), STORE_E_NEWER);
        assert_non_null(strstr(error.message, "newer"));
        snprintf(path, sizeof(path), "%s/garbage", f->directory);
        snprintf(url, sizeof(url), "sqlite:%s", path);
        FILE *file = fopen(path, "w");
        for (int i = 0; i < 1000; i++)
                fputs("no database ", file);
        fclose(file);
        assert_int_equal(store_open(url, STORE_CREATE, f->zones, &other, &error), DB_E_CORRUPT);
        assert_int_equal(store_open("postgres:x", STORE_CREATE, f->zones, &other, &error), -EINVAL);
        assert_int_equal(store_open("sqlite:/nonexistent/db", STORE_CREATE, f->zones, &other, &error),
                        -ENOENT);
        assert_null(other);
}

static void test_store__readers_go_on_beside_a_writer(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_closep) Store *reader = NULL;
        ObjectOutcome outcome;
        int64_t n, before, after;
        put(f, "a@x", 0, "1000", AT_TEN, NOW, &outcome);
        assert_int_equal(store_open(f->url, STORE_READ_ONLY, f->zones, &reader, NULL), 0);
        assert_int_equal(store_data_version(reader, &before), 0);
        assert_int_equal(store_begin_write(f->store), 0);
        put(f, "b@x", 0, "1000", AT_TEN, NOW, &outcome);
        assert_int_equal(object_count(reader, OBJECT_EVENT, &n), 0);
        assert_int_equal(n, 1);
        assert_int_equal(store_commit(f->store), 0);
        assert_int_equal(object_count(reader, OBJECT_EVENT, &n), 0);
        assert_int_equal(n, 2);
        assert_int_equal(store_data_version(reader, &after), 0);
        assert_int_not_equal(before, after);
        assert_int_equal(object_delete_found(reader, "a@x", NOW), DB_E_READ_ONLY);
        assert_non_null(strstr(store_explain(reader, DB_E_READ_ONLY), store_name(reader)));
}

static void test_store_pool__reuses_returned_connections(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_pool_freep) StorePool *pool = NULL;
        Store *taken[STORE_POOL_IDLE_MAX + 2], *again = NULL;
        InputError error = { 0 };
        int64_t n;
        assert_int_equal(store_pool_new(f->url, f->zones, STORE_READ_ONLY, &pool), 0);
        for (int i = 0; i < STORE_POOL_IDLE_MAX + 2; i++) {
                assert_int_equal(store_pool_take(pool, &taken[i], &error), 0);
                assert_int_equal(object_count(taken[i], OBJECT_EVENT, &n), 0);
        }
        assert_ptr_not_equal(taken[0], taken[1]);
        assert_int_equal(store_begin_read(taken[0]), 0);
        assert_int_equal(object_count(taken[0], OBJECT_EVENT, &n), 0);
        store_pool_give(pool, taken[0]);
        assert_int_equal(store_pool_take(pool, &again, &error), 0);
        assert_ptr_equal(again, taken[0]);
        /* A pooled connection does not keep its last user's snapshot. */
        ObjectOutcome outcome;
        assert_int_equal(put(f, "e@x", 0, "1000", AT_TEN, NOW, &outcome), 0);
        assert_int_equal(object_count(again, OBJECT_EVENT, &n), 0);
        assert_int_equal(n, 1);
        for (int i = 0; i < STORE_POOL_IDLE_MAX + 2; i++)
                store_pool_give(pool, taken[i]);
}

/* A connection to a store that was moved away is not given out again. */
static void test_store_pool__another_file_of_that_name(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_pool_freep) StorePool *pool = NULL;
        Store *store = NULL;
        InputError error = { 0 };
        char path[96], away[96], url[128];
        int64_t n;
        snprintf(path, sizeof(path), "%s/pooled.db", f->directory);
        snprintf(away, sizeof(away), "%s/away.db", f->directory);
        snprintf(url, sizeof(url), "sqlite:%s", path);
        assert_int_equal(store_open(url, STORE_CREATE, f->zones, &store, &error), 0);
        store = store_close(store);
        assert_int_equal(store_pool_new(url, f->zones, STORE_READ_ONLY, &pool), 0);
        assert_int_equal(store_pool_take(pool, &store, &error), 0);
        assert_int_equal(object_count(store, OBJECT_EVENT, &n), 0);
        store_pool_give(pool, store);
        assert_int_equal(rename(path, away), 0);
        assert_int_equal(store_pool_take(pool, &store, &error), -ENOENT);
        assert_int_equal(rename(away, path), 0);
        assert_int_equal(store_pool_take(pool, &store, &error), 0);
        store_pool_give(pool, store);
}

static void test_store_pool__no_store(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_pool_freep) StorePool *pool = NULL;
        Store *store = (Store *)f;
        InputError error = { 0 };
        assert_int_equal(store_pool_new("sqlite:/nonexistent/db", f->zones, STORE_READ_ONLY, &pool), 0);
        assert_int_equal(store_pool_take(pool, &store, &error), -ENOENT);
        assert_null(store);
}

static void test_store_open__a_file_that_was_never_finished_is_no_store(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_closep) Store *empty = NULL;
        InputError error = { 0 };
        char path[96], url[128];
        snprintf(path, sizeof(path), "%s/empty.db", f->directory);
        snprintf(url, sizeof(url), "sqlite:%s", path);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fclose(file);
        assert_int_equal(store_open(url, STORE_READ_ONLY, f->zones, &empty, &error), -ENOENT);
        assert_non_null(strstr(error.message, "there is no store"));
        assert_int_equal(store_open(url, STORE_CREATE, f->zones, &empty, &error), 0);
}

static void test_store_lock__one_daemon(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_closep) Store *second = NULL;
        bool held = true;
        assert_int_equal(store_open(f->url, STORE_WRITE, f->zones, &second, NULL), 0);
        assert_int_equal(store_lock_held(f->store, &held), 0);
        assert_false(held);
        assert_int_equal(store_lock(f->store), 0);
        assert_int_equal(store_lock(second), DB_E_BUSY);
        assert_int_equal(store_lock_held(second, &held), 0);
        assert_true(held);
}

static void test_store_lock__by_another_name(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_closep) Store *second = NULL;
        char other[96], url[128];
        scratch_needs_file(f->store);
        snprintf(other, sizeof(other), "%s/other.db", f->directory);
        snprintf(url, sizeof(url), "sqlite:%s", other);
        assert_int_equal(symlink(store_name(f->store), other), 0);
        assert_int_equal(store_open(url, STORE_WRITE, f->zones, &second, NULL), 0);
        assert_int_equal(store_lock(f->store), 0);
        assert_int_equal(store_lock(second), DB_E_BUSY);
}

static void test_store_lock__is_visible_to_a_reader(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_closep) Store *second = NULL;
        bool held = false;
        assert_int_equal(store_open(f->url, STORE_READ_ONLY, f->zones, &second, NULL), 0);
        assert_int_equal(store_lock(f->store), 0);
        assert_int_equal(store_lock_held(second, &held), 0);
        assert_true(held);
        assert_int_equal(store_lock_held(f->store, &held), 0);
        assert_true(held);
}

/* The daemon must refuse a file that was renamed after it had opened it. */
static void test_store_lock__of_another_file_by_now(void **state)
{
        Fixture *f = *state;
        char aside[96];
        scratch_needs_file(f->store);
        snprintf(aside, sizeof(aside), "%s/aside", f->directory);
        assert_int_equal(rename(store_name(f->store), aside), 0);
        fclose(fopen(store_name(f->store), "w"));
        assert_int_equal(store_lock(f->store), -ESTALE);
        assert_int_equal(rename(aside, store_name(f->store)), 0);
}

static void test_store_open__makes_a_private_file(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_closep) Store *fresh = NULL;
        char link[96], target[96], url[128];
        struct stat status;
        snprintf(link, sizeof(link), "%s/link.db", f->directory);
        snprintf(target, sizeof(target), "%s/target.db", f->directory);
        snprintf(url, sizeof(url), "sqlite:%s", link);
        assert_int_equal(symlink(target, link), 0);
        mode_t mask = umask(0);
        assert_int_equal(store_open(url, STORE_CREATE, f->zones, &fresh, NULL), 0);
        umask(mask);
        assert_int_equal(stat(target, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
}

static void test_store_set_patience__then_the_lock_is_told(void **state)
{
        Fixture *f = *state;
        CLEANUP(store_closep) Store *second = NULL;
        assert_int_equal(store_open(f->url, STORE_WRITE, f->zones, &second, NULL), 0);
        assert_int_equal(store_begin_write(f->store), 0);
        store_set_patience(second, 0);
        assert_int_equal(store_begin_write(second), DB_E_BUSY);
        usec_t began = clock_monotonic();
        store_set_patience(second, 50 * USEC_PER_MSEC);
        assert_int_equal(store_begin_write(second), DB_E_BUSY);
        assert_true(clock_monotonic() - began >= 50 * USEC_PER_MSEC);
        store_rollback(f->store);
        assert_int_equal(store_begin_write(second), 0);
        store_rollback(second);
}

static void test_alarm__a_write_makes_an_event_due_unless_it_is_over(void **state)
{
        Fixture *f = *state;
        ObjectOutcome outcome;
        usec_t next;
        put(f, "old@x", 0, "1000", "DTSTART:20200101T100000Z\r\n", 1767225600000000, &outcome);
        assert_int_equal(due_index_next(f->store, &next), 0);
        assert_true(next == USEC_INFINITY);
        put(f, "new@x", 0, "1000", AT_TEN, 1767225600000000, &outcome);
        assert_int_equal(due_index_next(f->store, &next), 0);
        assert_int_equal(next, 0);
}

typedef struct Dues {
        usec_t next[8];
        int n;
} Dues;

static int collect_due(const DueEntry *due, void *userdata)
{
        Dues *dues = userdata;
        dues->next[dues->n++] = due->next;
        return 0;
}

static void test_alarm_due__due_events_precede_events_to_derive(void **state)
{
        Fixture *f = *state;
        static const usec_t nexts[] = { 0, 0, 300, 100, NOW, NOW + 1, USEC_INFINITY };
        static const usec_t expected[] = { 100, 300, NOW, 0, 0 };
        for (size_t i = 0; i < sizeof(nexts) / sizeof(nexts[0]); i++) {
                CLEANUP(object_record_freep) ObjectRecord *record = NULL;
                ObjectOutcome outcome;
                char uid[16];
                snprintf(uid, sizeof(uid), "%zu@x", i);
                put(f, uid, 0, "1000", AT_TEN, NOW, &outcome);
                assert_int_equal(object_find(f->store, uid, &record), 0);
                assert_int_equal(due_index_set(f->store,
                                                 &(DueEntry){ .object = record->id, .next = nexts[i] }),
                                0);
        }
        for (int limit = 1; limit <= 6; limit++) {
                Dues dues = { .n = 0 };
                assert_int_equal(due_index_each(f->store, NOW, limit, collect_due, &dues), 0);
                assert_int_equal(dues.n, limit < 5 ? limit : 5);
                assert_memory_equal(dues.next, expected, sizeof(usec_t) * (size_t)dues.n);
        }
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORE_TEST(test_object_put__reports_created_unchanged_updated_and_stale),
                STORE_TEST(test_object_put__the_published_sequence_rises_with_time_and_place),
                STORE_TEST(test_object_put__a_uid_is_one_thing),
                STORE_TEST(test_object_changes__each_object_once_in_order),
                STORE_TEST(test_object_newest_change__includes_events_that_left_a_category),
                STORE_TEST(test_object_each__filters_and_sorts),
                STORE_TEST(test_subscription__own_and_given),
                STORE_TEST(test_subscription_version__differs_for_other_rows_with_the_same_sum),
                STORE_TEST(test_subscription_version__differs_for_other_rows_with_the_same_sum),
                STORE_TEST(test_subscription_matching__returns_all_listings_of_a_contact_in_order),
                STORE_TEST(test_subscription_matching_contact__returns_the_listings_of_this_contact_only),
                STORE_TEST(test_mute__events_and_kinds_are_independent),
                STORE_TEST(test_contact_refusals__a_contact_has_to_be_listed),
                STORE_TEST(test_contact_stop__can_be_undone_with_or_without_the_exceptions),
                STORE_TEST(test_private_feed__a_new_token_ends_the_older),
                STORE_TEST(test_ledger__no_transition_skips_a_safety_check),
                STORE_TEST(test_ledger__shared_text_is_kept_as_long_as_its_mails),
                STORE_TEST(test_ledger_came_back__a_returned_mail_counts_as_received),
                STORE_TEST(test_optout__outlives_the_card),
                STORE_TEST(test_ledger_defer__counts_a_try_and_keeps_earlier_attempts),
                STORE_TEST(test_ledger_release__waiting_and_failed_mails),
                STORE_TEST(test_ledger_recover__an_interrupted_mail_is_unknown_then_parked),
                STORE_TEST(test_ledger__a_mail_of_another_daemon),
                STORE_TEST(test_ledger_rewind__keeps_the_remaining_wait),
                STORE_TEST(test_ledger_due__returns_the_earliest_first),
                STORE_TEST(test_ledger_suppress_contact__keeps_mails_that_may_have_been_sent),
                STORE_TEST(test_store_check__finds_inconsistent_rows),
                STORE_TEST(test_store_check__counts_each_rule_about_mails_by_itself),
                STORE_TEST(test_store_open__refuses_a_newer_schema_and_other_files),
                STORE_TEST(test_store__readers_go_on_beside_a_writer),
                STORE_TEST(test_store_pool__reuses_returned_connections),
                STORE_TEST(test_store_pool__another_file_of_that_name),
                STORE_TEST(test_store_pool__no_store),
                STORE_TEST(test_store_open__a_file_that_was_never_finished_is_no_store),
                STORE_TEST(test_store_lock__one_daemon),
                STORE_TEST(test_store_lock__by_another_name),
                STORE_TEST(test_store_lock__is_visible_to_a_reader),
                STORE_TEST(test_store_lock__of_another_file_by_now),
                STORE_TEST(test_store_open__makes_a_private_file),
                STORE_TEST(test_store_set_patience__then_the_lock_is_told),
                STORE_TEST(test_alarm__a_write_makes_an_event_due_unless_it_is_over),
                STORE_TEST(test_alarm_due__due_events_precede_events_to_derive),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
