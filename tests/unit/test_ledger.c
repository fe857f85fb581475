/* Tests the states of mails in the ledger, and the check of its rows. */

#include "stores.h"

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
        assert_true(mail_state_is_final(expected) && expected != MAIL_SENT ? !mail->bytes : true);
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
        assert_int_equal(ledger_close(f->store, three, MAIL_FAILED, MAIL_REASON_NONE, "550", NOW), 0);
        assert_int_equal(rows_of(f, SQL("SELECT count(*) FROM sample")), 1);
        assert_int_equal(ledger_close(f->store, one, MAIL_FAILED, MAIL_REASON_NONE, "550", NOW), 0);
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
        /* A reply is kept as long as its contact is there. */
        for (char uid[] = "a"; put_contact(f, uid) < 7; uid[0]++)
                ;
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

/* By the false clock these were due. They must go at their own time, not now. */
static void test_ledger_rewind__what_was_due_by_the_false_clock_waits(void **state)
{
        Fixture *f = *state;
        static const char *const kinds[] = { "reminder", "agenda", "meeting", "change" };
        enum { DUE = NOW - 10, BACK = NOW / 2 };
        int64_t n = 0;
        for (int i = 0; i < 4; i++) {
                bool added = false;
                MailRecord mail = {
                        .kind = kinds[i],
                        .uid = "",
                        .recurrence_id = "",
                        .start = "",
                        .rule = "",
                        .state = MAIL_PENDING,
                        .due = DUE,
                        .next_attempt = NOW,
                        .expires = USEC_INFINITY,
                        .message_id = "",
                        .token = kinds[i],
                };
                strcpy(mail.key, kinds[i]);
                assert_int_equal(ledger_add(f->store, &mail, NOW, &added), 0);
        }
        assert_int_equal(ledger_rewind(f->store, BACK, &n), 0);
        assert_int_equal(n, 4);
        for (int i = 0; i < 3; i++)
                assert_int_equal(next_attempt(f, i + 1), DUE);
        /* A notice is due by the time of the change, which was false. */
        assert_int_equal(next_attempt(f, 4), BACK);
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

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORE_TEST(test_ledger__no_transition_skips_a_safety_check),
                STORE_TEST(test_ledger__shared_text_is_kept_as_long_as_its_mails),
                STORE_TEST(test_ledger_came_back__a_returned_mail_counts_as_received),
                STORE_TEST(test_optout__outlives_the_card),
                STORE_TEST(test_ledger_defer__counts_a_try_and_keeps_earlier_attempts),
                STORE_TEST(test_ledger_release__waiting_and_failed_mails),
                STORE_TEST(test_ledger_recover__an_interrupted_mail_is_unknown_then_parked),
                STORE_TEST(test_ledger__a_mail_of_another_daemon),
                STORE_TEST(test_ledger_rewind__keeps_the_remaining_wait),
                STORE_TEST(test_ledger_rewind__what_was_due_by_the_false_clock_waits),
                STORE_TEST(test_ledger_due__returns_the_earliest_first),
                STORE_TEST(test_ledger_suppress_contact__keeps_mails_that_may_have_been_sent),
                STORE_TEST(test_store_check__finds_inconsistent_rows),
                STORE_TEST(test_store_check__counts_each_rule_about_mails_by_itself),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
