/* Tests objects, changes, subscriptions and the ledger's transitions on a temporary database. */

#include "stores.h"

#include "store/copy.h"
#include "store/transfer-tables.h"

#include <ctype.h>

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
        assert_int_equal(again->id, moved->id); /* the ledger names it */
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

/* ---- Tables in a transfer ---- */

/* The tables that the lines of store/transfer.h are not made from, and why. */
static const struct {
        const char *table, *why;
} left_out[] = {
        { "counter", "the new store counts on" },
        { "pruned", "the new store has an epoch of its own, so each client reads everything again" },
        { "stamp", "the objects make it" },
        { "person", "the cards make it" },
        { "contact_due", "the import makes all events due" },
        { "sample", "it compresses the texts of mails" },
        { "message", "the records mail-text have the texts" },
        { "past_total", "it is counted again" },
        { "free_busy", "it is fetched again" },
        { "session", "people sign in again" },
        { "invitee", "convene(1) says that it is not carried" },
        { "invitee_answer", "convene(1) says that it is not carried" },
        { "itip", "convene(1) says that it is not carried" },
};

static const char *why_left_out(const char *table)
{
        for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
                if (strcmp(left_out[i].table, table) == 0)
                        return left_out[i].why;
        return NULL;
}

/* Whether a statement has " FROM table" or " JOIN table". */
static bool reads_table(const char *sql, const char *table)
{
        static const char *const words[] = { " FROM ", " JOIN " };
        size_t len = strlen(table);
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
                for (const char *at = sql; (at = strstr(at, words[i]));) {
                        at += strlen(words[i]);
                        if (strncmp(at, table, len) == 0 && !isalnum((unsigned char)at[len]) &&
                                        at[len] != '_')
                                return true;
                }
        return false;
}

static void test_transfer__has_each_table_that_a_copy_has(void **state)
{
        (void)state;
        size_t n_found = 0;
        const char *table;
        for (size_t i = 0; (table = store_copy_table(i)); i++) {
                bool is_read = false;
                for (size_t k = 0; k < TRANSFER_N_KINDS; k++)
                        is_read |= reads_table(transfer_select[k].text, table);
                if (!is_read && !why_left_out(table))
                        fail_msg("%s is neither in a transfer nor among the exceptions", table);
                n_found += why_left_out(table) != NULL;
        }
        /* Each exception is a table that a copy has. */
        assert_int_equal(n_found, sizeof(left_out) / sizeof(left_out[0]));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                STORE_TEST(test_object_put__reports_created_unchanged_updated_and_stale),
                STORE_TEST(test_object_put__the_published_sequence_rises_with_time_and_place),
                STORE_TEST(test_object_put__a_uid_is_one_thing),
                STORE_TEST(test_object_changes__each_object_once_in_order),
                STORE_TEST(test_object_newest_change__includes_events_that_left_a_category),
                STORE_TEST(test_object_each__filters_and_sorts),
                STORE_TEST(test_alarm__a_write_makes_an_event_due_unless_it_is_over),
                STORE_TEST(test_alarm_due__due_events_precede_events_to_derive),
                cmocka_unit_test(test_transfer__has_each_table_that_a_copy_has),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
