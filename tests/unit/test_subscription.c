/* Tests what a contact is listed for, and what it refuses. */

#include "stores.h"

#include <limits.h>

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
        assert_int_equal(subscription_matching(f->store, "e@x", "w@x", ",session,", COLLECTION_EVENTS, 0, 2,
                                         on_subscription, &seen),
                        0);
        buffer_printf(&expected, "%lld/4 %lld/3 %lld/2 ", (long long)one, (long long)two, (long long)two);
        assert_string_equal(buffer_text(&seen), buffer_text(&expected));
        buffer_reset(&seen);
        buffer_reset(&expected);
        assert_int_equal(subscription_matching(f->store, "e@x", "w@x", ",session,", COLLECTION_EVENTS, two,
                                         2, on_subscription, &seen),
                        0);
        buffer_printf(&expected, "%lld/1 ", (long long)three);
        assert_string_equal(buffer_text(&seen), buffer_text(&expected));
        assert_int_equal(subscription_delete(f->store, two, 0, ""), 0);
        assert_int_equal(subscription_delete(f->store, two, 0, ""), STORE_E_NOT_FOUND);
}

/* Batches have the same contacts, whichever of many categories they are listed for. */
static void test_subscription_matching__knows_all_categories(void **state)
{
        enum { KINDS = 40, BATCH = 7 };
        Fixture *f = *state;
        CLEANUP(buffer_done) Buffer kinds = BUFFER_INIT(4096), seen = BUFFER_INIT(4096);
        CLEANUP(buffer_done) Buffer expected = BUFFER_INIT(4096);
        int64_t contacts[KINDS];
        buffer_puts(&kinds, ",");
        for (int i = 0; i < KINDS; i++) {
                char name[16];
                snprintf(name, sizeof(name), "kind-%d", i);
                contacts[i] = put_contact(f, name);
                assert_int_equal(subscription_put(f->store, contacts[i], SUBSCRIBE_KIND, name, "", NOW), 0);
                if (i % 10 == 0)
                        assert_int_equal(subscription_put(f->store, contacts[i], SUBSCRIBE_ALL, "", "", NOW),
                                        0);
                if (i % 2 == 0)
                        buffer_printf(&kinds, "%s,", name);
        }
        for (int i = 0; i < KINDS; i += 2)
                buffer_printf(&expected, i % 10 == 0 ? "%lld/%d %lld/1 " : "%lld/%d ",
                                (long long)contacts[i], SUBSCRIBE_KIND, (long long)contacts[i]);
        for (int first = 0; first < KINDS; first += 2 * BATCH)
                assert_int_equal(subscription_matching(f->store, "e@x", "w@x", buffer_text(&kinds),
                                                 COLLECTION_EVENTS, first ? contacts[first - 1] : 0, BATCH,
                                                 on_subscription, &seen),
                                0);
        assert_string_equal(buffer_text(&seen), buffer_text(&expected));
        buffer_reset(&seen);
        assert_int_equal(subscription_matching(f->store, "e@x", "w@x", buffer_text(&kinds),
                                         COLLECTION_EVENTS, INT64_MIN, INT_MAX, on_subscription, &seen),
                        0);
        assert_string_equal(buffer_text(&seen), buffer_text(&expected));
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
                { __LINE__, SUBSCRIBE_EVENT, "w@x", true },
                { __LINE__, SUBSCRIBE_CALENDAR, COLLECTION_EVENTS, true },
                { __LINE__, SUBSCRIBE_CALENDAR, "others", false },
                { __LINE__, SUBSCRIBE_KIND, "sixth", false },
                { __LINE__, SUBSCRIBE_KIND, "fifth", true },
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
                assert_int_equal(subscription_matching_contact(f->store, "e@x", "w@x", kinds,
                                                 COLLECTION_MEETINGS, contact, on_subscription, &seen),
                                0);
                assert_int_equal(subscription_matching_contact(f->store, "e@x", "w@x", kinds,
                                                 COLLECTION_EVENTS, contact, on_subscription, &seen),
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
        assert_int_equal(put(f, "a@x", 0, "0800", AT_TEN "CATEGORIES:SESSION\r\nRELATED-TO:w@x\r\n", NOW,
                                         &outcome),
                        0);
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
                { __LINE__, SUBSCRIBE_EVENT, "w@x", 0 },
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

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORE_TEST(test_subscription__own_and_given),
                STORE_TEST(test_subscription_version__differs_for_other_rows_with_the_same_sum),
                STORE_TEST(test_subscription_version__differs_for_other_rows_with_the_same_sum),
                STORE_TEST(test_subscription_matching__returns_all_listings_of_a_contact_in_order),
                STORE_TEST(test_subscription_matching__knows_all_categories),
                STORE_TEST(test_subscription_matching_contact__returns_the_listings_of_this_contact_only),
                STORE_TEST(test_mute__events_and_kinds_are_independent),
                STORE_TEST(test_contact_refusals__a_contact_has_to_be_listed),
                STORE_TEST(test_contact_stop__can_be_undone_with_or_without_the_exceptions),
                STORE_TEST(test_private_feed__a_new_token_ends_the_older),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
