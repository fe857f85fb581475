/* Tests what an erasure of a person leaves in the ledger. */

#include "store/erase.h"

#include "store/invitee.h"
#include "store/signup.h"
#include "stores.h"

#define ADDRESS "anna@example.org"
#define CARD    "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:anna\r\nFN:Anna\r\nEMAIL:Anna@example.org\r\nEND:VCARD\r\n"

static ObjectRecord *put_anna(Fixture *f)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectRecord *record = NULL;
        const ObjectPut put = { .collection = COLLECTION_CONTACTS, .anywhere = true, .now = NOW };
        ObjectOutcome outcome;
        assert_int_equal(collection_ensure(f->store, COLLECTION_CONTACTS, true, NULL), 0);
        assert_int_equal(card_parse(CARD, strlen(CARD), &card, NULL), 0);
        assert_int_equal(object_put_card(f->store, card, &put, &outcome), 0);
        assert_int_equal(object_find(f->store, "anna", &record), 0);
        return record;
}

/* Asks for mail by the form. The mail that asks to confirm is of no contact. */
static void ask(Fixture *f, const char *address)
{
        const SignupLimits limits = { 9, 9, 9 };
        const Signup signup = {
                .address = address,
                .language = "ru",
                .scope = SUBSCRIBE_ALL,
                .target = "",
                .network = "192.0.2.0/24",
                .expires = NOW + 3600 * USEC_PER_SEC,
        };
        assert_int_equal(signup_add(f->store, &signup, &limits, NOW), 0);
}

static void add(Fixture *f, const char *key, const char *kind, int64_t contact, const char *place,
                int64_t itip)
{
        char rule[24];
        bool added = false;
        snprintf(rule, sizeof(rule), "%d", (int)itip);
        MailRecord mail = {
                .kind = kind,
                .contact = contact,
                .uid = "m@x",
                .recurrence_id = "",
                .start = "",
                .place = place,
                .rule = rule,
                .state = MAIL_PENDING,
                .next_attempt = NOW,
                .expires = USEC_INFINITY,
                .message_id = "",
                .token = key,
        };
        strcpy(mail.key, key);
        assert_int_equal(ledger_add(f->store, &mail, NOW, &added), 0);
        assert_true(added);
}

static void commit_to(Fixture *f, int64_t id, const char *address)
{
        char bytes[128];
        int len = snprintf(
                        bytes, sizeof(bytes), "From: " ADDRESS "\r\nTo: %s\r\n\r\n" ADDRESS "\r\n", address);
        const MailText text = {
                .message_id = "1@example.org", .bytes = bytes, .len = (size_t)len, .made = NOW
        };
        assert_int_equal(ledger_commit_first_attempt(f->store, id, &text, NOW), 0);
}

static void commit(Fixture *f, int64_t id)
{
        commit_to(f, id, ADDRESS);
}

static void refuse(Fixture *f, int64_t id)
{
        assert_int_equal(ledger_close(f->store, id, MAIL_FAILED, MAIL_REASON_NONE, "550 <" ADDRESS ">", NOW),
                        0);
}

static void erase(Fixture *f, const ObjectRecord *anna)
{
        Erasure counts;
        assert_int_equal(erase_person(f->store, anna, NOW, &counts), 0);
}

static int on_row(const MailRecord *mail, void *userdata)
{
        (void)userdata;
        if (strcasestr(mail->place, "anna@") || strcasestr(mail->reply, "anna@"))
                fail_msg("%s: %s %s", mail->kind, mail->place, mail->reply);
        return 0;
}

static bool has_bytes(Fixture *f, int64_t id)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        assert_int_equal(ledger_get(f->store, id, &mail), 0);
        return mail->bytes != NULL;
}

static void assert_erased(Fixture *f)
{
        assert_int_equal(ledger_each(f->store, 0, false, 100, on_row, NULL), 0);
}

static void test_erase__takes_the_mail_of_a_request(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *anna = put_anna(f);
        ask(f, "Anna@Example.org");
        ask(f, "boris@example.org");
        for (int64_t id = 1; id <= 2; id++) {
                commit_to(f, id, id == 1 ? "Anna@Example.org" : "boris@example.org");
                assert_int_equal(ledger_close(f->store, id, MAIL_SENT, MAIL_REASON_NONE, "250 to " ADDRESS,
                                                 NOW),
                                0);
        }
        erase(f, anna);
        assert_false(has_bytes(f, 1));
        assert_true(has_bytes(f, 2));
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        assert_int_equal(ledger_get(f->store, 1, &mail), 0);
        assert_string_equal(mail->reply, "");
}

/* The card has an address that the office has, too, and that is the end of another one. */
static void test_erase__leaves_the_mails_of_other_requests(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *anna = put_anna(f);
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        ask(f, "joanna@example.org");
        commit_to(f, 1, "joanna@example.org");
        assert_int_equal(ledger_retry(f->store, 1, MAIL_UNKNOWN, NOW + 1, "421 joanna@example.org", NOW), 0);
        erase(f, anna);
        assert_true(has_bytes(f, 1));
        assert_int_equal(ledger_get(f->store, 1, &mail), 0);
        assert_string_equal(mail->reply, "421 joanna@example.org");
}

/* A mail that was refused, or put off, has a reply and no bytes. */
static void test_erase__takes_replies_to_mails_of_requests(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *anna = put_anna(f);
        ask(f, "Anna@Example.org");
        ask(f, "Anna@Example.org");
        ask(f, "Anna@Example.org");
        commit(f, 1);
        refuse(f, 1);
        commit(f, 2);
        assert_int_equal(ledger_defer(f->store, 2, NOW + 1, "450 <" ADDRESS "> greylisted", NOW), 0);
        assert_false(has_bytes(f, 1));
        assert_false(has_bytes(f, 2));
        erase(f, anna);
        refuse(f, 3);
        assert_erased(f);
}

static void put_meeting(Fixture *f)
{
        static const char sql[] =
                        "INSERT INTO meeting (id, uid, host, offer, name, organisation, address, topic,"
                        " language, zone, network, place, host_zone, secret, state, revision, start,"
                        " finish, expires, created, updated)"
                        " VALUES (1, 'm@x', 'boris', '', 'Anna', '', 'anna@example.org', '', 'ru', '',"
                        " '', '', '', 's', 1, 1, 1, 2, 0, 1, 1)";
        assert_int_equal(db_execute(store_db(f->store), sql), 0);
        put_contact(f, "boris");
}

static void test_erase__a_late_reply_to_an_address_is_not_kept(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *anna = put_anna(f);
        CLEANUP(mail_record_freep) MailRecord *other = NULL;
        put_meeting(f);
        add(f, "k1", "schedule-request", 0, ADDRESS, 0);
        add(f, "k2", "meeting-asked", 0, "", 0);
        add(f, "k3", "schedule-request", 0, "boris@example.org", 0);
        commit(f, 1);
        commit(f, 2);
        commit(f, 3);
        erase(f, anna);
        refuse(f, 1);
        refuse(f, 2);
        assert_erased(f);
        assert_int_equal(ledger_close(f->store, 3, MAIL_FAILED, MAIL_REASON_NONE, "550 no", NOW), 0);
        assert_int_equal(ledger_get(f->store, 3, &other), 0);
        assert_string_equal(other->reply, "550 no");
}

static void test_erase__takes_addresses_of_mails_about_meetings(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *anna = put_anna(f);
        CLEANUP(itip_mail_freep) ItipMail *found = NULL;
        ItipMail itip = { .account = "org",
                .recipient = "Anna@example.org",
                .method = "REQUEST",
                .text = "ATTENDEE:" ADDRESS,
                .len = strlen("ATTENDEE:" ADDRESS),
                .created = NOW };
        assert_int_equal(itip_mail_add(f->store, &itip), 0);
        add(f, "k1", "schedule-request", 0, "Anna@example.org", itip.id);
        add(f, "k2", "schedule-request", 0, ADDRESS, 0);
        add(f, "k3", "meeting-moved", 0, ADDRESS, 0);
        add(f, "k4", "schedule-cancel", 0, "boris@example.org", 0);
        commit(f, 2);
        refuse(f, 2);
        erase(f, anna);
        assert_erased(f);
        assert_int_equal(itip_mail_get(f->store, itip.id, &found), STORE_E_NOT_FOUND);
        assert_false(has_bytes(f, 2));
        CLEANUP(mail_record_freep) MailRecord *first = NULL;
        CLEANUP(mail_record_freep) MailRecord *other = NULL;
        assert_int_equal(ledger_get(f->store, 1, &first), 0);
        assert_true(mail_state_is_final(first->state));
        assert_int_equal(ledger_get(f->store, 4, &other), 0);
        assert_string_equal(other->place, "boris@example.org");
        assert_int_equal(other->state, MAIL_PENDING);
}

static void test_erase__a_reply_that_comes_later_is_not_kept(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *anna = put_anna(f);
        add(f, "k1", "reminder", anna->id, "", 0);
        add(f, "k2", "reminder", anna->id, "", 0);
        commit(f, 1);
        commit(f, 2);
        erase(f, anna);
        refuse(f, 1);
        assert_int_equal(ledger_defer(f->store, 2, NOW + 1, "451 <" ADDRESS ">", NOW), 0);
        assert_erased(f);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_erase__takes_the_mail_of_a_request, set_up, tear_down),
                STORE_TEST(test_erase__leaves_the_mails_of_other_requests),
                STORE_TEST(test_erase__takes_replies_to_mails_of_requests),
                STORE_TEST(test_erase__a_late_reply_to_an_address_is_not_kept),
                cmocka_unit_test_setup_teardown(
                                test_erase__takes_addresses_of_mails_about_meetings, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_erase__a_reply_that_comes_later_is_not_kept, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
