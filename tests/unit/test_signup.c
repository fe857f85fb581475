/*
 * Tests signup requests: limits by address and network, their lifetime, and contacts that are already
 * listed.
 */

#include "store/address.h"
#include "store/ledger.h"
#include "store/object.h"
#include "store/optout.h"
#include "store/signup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

#define NOW (1000 * USEC_PER_DAY)

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Store *store;
} Fixture;

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
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

static int add(Fixture *f, const char *address, const char *network, usec_t now)
{
        const SignupLimits limits = { 2, 3, 12 };
        const Signup signup = {
                .address = address,
                .language = "ru",
                .scope = SUBSCRIBE_KIND,
                .target = "session",
                .network = network,
                .expires = now + 3600 * USEC_PER_SEC,
        };
        return signup_add(f->store, &signup, &limits, now);
}

static int64_t put_contact(Fixture *f, const char *uid, const char *address)
{
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        ObjectOutcome outcome;
        char text[512];
        snprintf(text, sizeof(text),
                        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:%s\r\nFN:%s\r\nEMAIL;PREF=2:other@example.org\r\n"
                        "EMAIL;PREF=1:%s\r\nEND:VCARD\r\n",
                        uid, uid, address);
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        assert_int_equal(object_put_card(f->store, card,
                                         &(ObjectPut){ .collection = COLLECTION_CONTACTS,
                                                         .anywhere = true,
                                                         .now = NOW },
                                         &outcome),
                        0);
        assert_int_equal(object_find(f->store, uid, &record), 0);
        return record->id;
}

/* Copies the token of the newest mail, as in its link. */
static int keep_token(const MailRecord *mail, void *userdata)
{
        assert_string_equal(mail->kind, "confirm");
        assert_int_equal(mail->state, MAIL_PENDING);
        assert_int_equal(mail->contact, 0);
        strcpy(userdata, mail->token);
        return 1;
}

static void test_signup_add__keeps_to_both_limits(void **state)
{
        Fixture *f = *state;
        int64_t refused = -1, counts[MAIL_PARKED + 1];
        assert_int_equal(add(f, "a@example.org", "192.0.2.0/24", NOW), 0);
        assert_int_equal(add(f, "a@example.org", "198.51.100.0/24", NOW + 1), 0);
        assert_int_equal(add(f, "a@example.org", "203.0.113.0/24", NOW + 2), SIGNUP_E_LIMIT);
        assert_int_equal(add(f, "b@example.org", "192.0.2.0/24", NOW + 3), 0);
        assert_int_equal(add(f, "c@example.org", "192.0.2.0/24", NOW + 4), 0);
        assert_int_equal(add(f, "d@example.org", "192.0.2.0/24", NOW + 5), SIGNUP_E_LIMIT);
        assert_int_equal(add(f, "d@example.org", "198.51.100.0/24", NOW + 6), 0);
        assert_int_equal(signup_refused(f->store, &refused), 0);
        assert_int_equal(refused, 2);
        assert_int_equal(ledger_counts(f->store, counts), 0);
        assert_int_equal(counts[MAIL_PENDING], 5);
        /* The limit starts anew after exactly one day. */
        assert_int_equal(add(f, "a@example.org", "192.0.2.0/24", NOW + USEC_PER_DAY - 1), SIGNUP_E_LIMIT);
        assert_int_equal(add(f, "a@example.org", "192.0.2.0/24", NOW + USEC_PER_DAY), 0);
}

static void test_signup_add__forms_of_one_mailbox_count_together(void **state)
{
        Fixture *f = *state;
        assert_int_equal(add(f, "ivan.petrov@example.org", "192.0.2.0/24", NOW), 0);
        assert_int_equal(add(f, "Ivan.Petrov+1@example.org", "198.51.100.0/24", NOW), 0);
        assert_int_equal(add(f, "ivanpetrov+2@example.org", "203.0.113.0/24", NOW), SIGNUP_E_LIMIT);
        assert_int_equal(add(f, "i.v.a.n.petrov@EXAMPLE.org", "203.0.113.0/24", NOW), SIGNUP_E_LIMIT);
        assert_int_equal(add(f, "ivanpetrov@example.com", "203.0.113.0/24", NOW), 0);
}

static void test_signup_add__keeps_to_a_limit_over_all(void **state)
{
        Fixture *f = *state;
        char address[32], network[32];
        for (int i = 0; i < 13; i++) {
                snprintf(address, sizeof(address), "reader%d@example.org", i);
                snprintf(network, sizeof(network), "192.0.%d.0/24", i);
                assert_int_equal(add(f, address, network, NOW + i), i < 12 ? 0 : SIGNUP_E_LIMIT);
        }
        assert_int_equal(add(f, "reader13@example.org", "198.51.100.0/24", NOW + USEC_PER_DAY), 0);
}

/* No form of a stopped contact's address gets a mail for thirty days; then it gets one. */
static void test_signup_add__a_stopped_contact_is_left_alone(void **state)
{
        Fixture *f = *state;
        const usec_t later = NOW + SIGNUP_STOPPED_DAYS * USEC_PER_DAY;
        int64_t contact = put_contact(f, "stopped", "back@example.org");
        assert_int_equal(contact_stop(f->store, contact, MAIL_REASON_OPTED_OUT, NOW), 0);
        assert_int_equal(add(f, "back@example.org", "192.0.2.0/24", NOW + 1), SIGNUP_E_LIMIT);
        assert_int_equal(add(f, "b.ack+x@example.org", "192.0.2.0/24", later - 1), SIGNUP_E_LIMIT);
        assert_int_equal(add(f, "back@example.org", "192.0.2.0/24", later), 0);
        assert_int_equal(add(f, "back@example.org", "192.0.2.0/24", later + 1), SIGNUP_E_LIMIT);
        assert_int_equal(add(f, "back@example.org", "192.0.2.0/24", later + 29 * USEC_PER_DAY),
                        SIGNUP_E_LIMIT);
        bool is_stopped = false;
        assert_int_equal(contact_stopped(f->store, contact, &is_stopped), 0);
        assert_true(is_stopped);
}

static void test_signup_get__until_it_ends_or_expires(void **state)
{
        Fixture *f = *state;
        char token[TOKEN_SIZE];
        Signup *none = NULL;
        assert_int_equal(add(f, "a@example.org", "192.0.2.0/24", NOW), 0);
        assert_int_equal(ledger_each(f->store, 0, true, 1, keep_token, token), 1);
        CLEANUP(signup_freep) Signup *signup = NULL;
        assert_int_equal(signup_get(f->store, token, NOW + 3599 * USEC_PER_SEC, &signup), 0);
        assert_string_equal(signup->address, "a@example.org");
        assert_string_equal(signup->language, "ru");
        assert_string_equal(signup->target, "session");
        assert_string_equal(signup->network, "192.0.2.0/24");
        assert_int_equal(signup->scope, SUBSCRIBE_KIND);
        assert_int_equal(signup->created, NOW);
        assert_int_equal(signup_get(f->store, token, NOW + 3600 * USEC_PER_SEC, &none), STORE_E_NOT_FOUND);
        assert_int_equal(signup_get(f->store, "guess", NOW, &none), STORE_E_NOT_FOUND);
        assert_int_equal(signup_get(f->store, "", NOW, &none), STORE_E_NOT_FOUND);
        assert_int_equal(signup_end(f->store, token, NOW), 0);
        assert_int_equal(signup_get(f->store, token, NOW, &none), STORE_E_NOT_FOUND);
        /* An expired request still counts for the limits. */
        assert_int_equal(add(f, "a@example.org", "192.0.2.0/24", NOW + 1), 0);
        assert_int_equal(add(f, "a@example.org", "192.0.2.0/24", NOW + 1), SIGNUP_E_LIMIT);
        assert_null(none);
}

static void test_signup_forget__removes_requests_that_no_longer_count(void **state)
{
        Fixture *f = *state;
        int64_t n = -1;
        assert_int_equal(add(f, "a@example.org", "192.0.2.0/24", NOW), 0);
        assert_int_equal(add(f, "b@example.org", "192.0.2.0/24", NOW + 1), 0);
        assert_int_equal(signup_forget(f->store, NOW + USEC_PER_DAY - 1, &n), 0);
        assert_int_equal(n, 0);
        assert_int_equal(signup_forget(f->store, NOW + USEC_PER_DAY, &n), 0);
        assert_int_equal(n, 1);
        assert_int_equal(signup_forget(f->store, NOW + USEC_PER_DAY, &n), 0);
        assert_int_equal(n, 0);
}

static void test_address_find__uses_the_preferred_address(void **state)
{
        Fixture *f = *state;
        int64_t found = -1, one = put_contact(f, "one", "One@Example.org");
        int64_t two = put_contact(f, "two", "folded\r\n \r\n\t@example.org");
        assert_int_equal(address_find(f->store, "one@example.org", &found, NULL), 0);
        assert_int_equal(found, one);
        assert_int_equal(address_find(f->store, "folded@example.org", &found, NULL), 0);
        assert_int_equal(found, two);
        assert_int_equal(address_find(f->store, "other@example.org", &found, NULL), 0);
        assert_int_equal(found, 0);
}

static void test_signup_is_listed__for_what_is_asked(void **state)
{
        Fixture *f = *state;
        static const struct {
                int line;
                SubscriptionScope scope; /* that the contact is listed for */
                const char *target;
                bool stopped;
                const char *muted_kind, *muted;
                SubscriptionScope asked_scope;
                const char *asked;
                bool is_listed;
        } rows[] = {
                { __LINE__, SUBSCRIBE_ALL, "", false, NULL, NULL, SUBSCRIBE_ALL, "", true },
                { __LINE__, SUBSCRIBE_ALL, "", false, NULL, NULL, SUBSCRIBE_KIND, "session", true },
                { __LINE__, SUBSCRIBE_ALL, "", true, NULL, NULL, SUBSCRIBE_KIND, "session", false },
                { __LINE__, SUBSCRIBE_ALL, "", false, "session", NULL, SUBSCRIBE_KIND, "session", false },
                { __LINE__, SUBSCRIBE_ALL, "", false, "meeting", NULL, SUBSCRIBE_KIND, "session", true },
                { __LINE__, SUBSCRIBE_ALL, "", false, NULL, "e@x", SUBSCRIBE_EVENT, "e@x", false },
                { __LINE__, SUBSCRIBE_KIND, "session", false, NULL, NULL, SUBSCRIBE_ALL, "", false },
                { __LINE__, SUBSCRIBE_KIND, "session", false, NULL, NULL, SUBSCRIBE_KIND, "meeting", false },
                { __LINE__, SUBSCRIBE_EVENT, "e@x", false, NULL, NULL, SUBSCRIBE_EVENT, "e@x", true },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char uid[16];
                bool is_listed = !rows[i].is_listed;
                snprintf(uid, sizeof(uid), "c%zu", i);
                int64_t contact = put_contact(f, uid, "c@example.org");
                const Signup signup = { .scope = rows[i].asked_scope, .target = rows[i].asked };
                assert_int_equal(subscription_put(f->store, contact, rows[i].scope, rows[i].target, "", NOW),
                                0);
                if (rows[i].stopped)
                        assert_int_equal(contact_stop(f->store, contact, MAIL_REASON_OPTED_OUT, NOW), 0);
                if (rows[i].muted_kind)
                        assert_int_equal(mute_kind_put(f->store, contact, rows[i].muted_kind, NOW), 0);
                if (rows[i].muted)
                        assert_int_equal(mute_put(f->store, contact, rows[i].muted, NOW), 0);
                assert_int_equal(signup_is_listed(f->store, contact, &signup, &is_listed), 0);
                if (is_listed != rows[i].is_listed)
                        print_error("row of line %d\n", rows[i].line);
                assert_int_equal(is_listed, rows[i].is_listed);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_signup_add__keeps_to_both_limits, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_signup_add__forms_of_one_mailbox_count_together, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_signup_add__keeps_to_a_limit_over_all, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_signup_add__a_stopped_contact_is_left_alone, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_signup_get__until_it_ends_or_expires, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_signup_forget__removes_requests_that_no_longer_count,
                                set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_address_find__uses_the_preferred_address, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_signup_is_listed__for_what_is_asked, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
