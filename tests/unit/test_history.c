/* Tests the history of objects in the store. */

#include "store/collection.h"
#include "store/erase.h"
#include "store/history.h"
#include "store/object-hide.h"
#include "store/optout.h"
#include "store/subscription.h"
#include "store/trash.h"

#include "scratch.h"

#define NOW (1000 * USEC_PER_DAY)

enum { ENTRIES_MAX = 16 };

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

static void text_of(const char *uid, int version, char ret[static 512])
{
        snprintf(ret, 512,
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:%s\r\n"
                        "DTSTAMP:20260101T100000Z\r\nSUMMARY:Version %d\r\nDTSTART:20270101T100000Z\r\n"
                        "END:VEVENT\r\nEND:VCALENDAR\r\n",
                        uid, version);
}

static void put_as(Fixture *f, const char *uid, int version, usec_t now, bool is_deletion)
{
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        char text[512];
        text_of(uid, version, text);
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        const ObjectPut put = {
                .collection = COLLECTION_EVENTS, .fallback = f->utc, .now = now, .is_deletion = is_deletion
        };
        assert_int_equal(object_put_event(f->store, event, &put, &outcome), 0);
}

static void put(Fixture *f, const char *uid, int version, usec_t now)
{
        put_as(f, uid, version, now, false);
}

typedef struct Seen {
        struct {
                int64_t id, step;
                HistoryAction action;
                HistoryWay way;
                char author[64], name[64];
                bool has_text;
        } entries[ENTRIES_MAX];
        int n;
} Seen;

static int on_entry(const HistoryEntry *entry, void *userdata)
{
        Seen *seen = userdata;
        assert_true(seen->n < ENTRIES_MAX);
        seen->entries[seen->n].id = entry->id;
        seen->entries[seen->n].step = entry->step;
        seen->entries[seen->n].action = entry->action;
        seen->entries[seen->n].way = entry->way;
        seen->entries[seen->n].has_text = entry->has_text;
        snprintf(seen->entries[seen->n].author, 64, "%s", entry->author);
        snprintf(seen->entries[seen->n].name, 64, "%s", entry->name);
        seen->n++;
        return 0;
}

static Seen read_all(Fixture *f, HistoryFilter filter)
{
        Seen seen = { .n = 0 };
        assert_int_equal(history_each(f->store, &filter, on_entry, &seen), 0);
        return seen;
}

static Seen read_of(Fixture *f, const char *uid)
{
        return read_all(f, (HistoryFilter){ .uid = uid });
}

static void expect_after(Fixture *f, int64_t id, int version)
{
        CLEANUP(cleanup_free) char *text = NULL;
        char expected[512];
        size_t len = 0;
        text_of("e", version, expected);
        assert_int_equal(history_text_after(f->store, id, &text, &len), 0);
        assert_int_equal(len, strlen(expected));
        assert_string_equal(text, expected);
}

static void test_history__each_change_has_its_author_and_the_text_before(void **state)
{
        Fixture *f = *state;
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        char expected[512];
        put(f, "e", 1, NOW);
        history_set_author(f->store, HISTORY_DAV, "anna");
        put(f, "e", 2, NOW + 1);
        put(f, "e", 2, NOW + 2); /* the same bytes: no change */
        history_set_author(f->store, HISTORY_COMMAND, "root");
        put(f, "e", 3, NOW + 3);
        assert_int_equal(object_delete_found(f->store, "e", NOW + 4), 0);
        Seen seen = read_of(f, "e");
        assert_int_equal(seen.n, 4);
        const HistoryAction actions[] = { HISTORY_DELETED, HISTORY_CHANGED, HISTORY_CHANGED,
                HISTORY_CREATED };
        const char *const authors[] = { "root", "root", "anna", "" };
        const HistoryWay ways[] = { HISTORY_COMMAND, HISTORY_COMMAND, HISTORY_DAV, HISTORY_DAEMON };
        for (int i = 0; i < seen.n; i++) {
                assert_int_equal(seen.entries[i].action, actions[i]);
                assert_string_equal(seen.entries[i].author, authors[i]);
                assert_int_equal(seen.entries[i].way, ways[i]);
                assert_int_equal(seen.entries[i].has_text, i < 3);
        }
        assert_string_equal(seen.entries[2].name, "Version 2");
        for (int i = 1; i < seen.n; i++)
                expect_after(f, seen.entries[i].id, 4 - i);
        char *text;
        size_t len;
        assert_int_equal(history_text_after(f->store, seen.entries[0].id, &text, &len), STORE_E_NOT_FOUND);
        text_of("e", 3, expected);
        assert_int_equal(history_get_last(f->store, "e", &row), 0);
        assert_int_equal(row.entry.action, HISTORY_DELETED);
        assert_string_equal(row.text, expected);
}

static void test_history__the_newest_text_is_that_of_the_object(void **state)
{
        Fixture *f = *state;
        put(f, "e", 1, NOW);
        put(f, "e", 2, NOW);
        Seen seen = read_of(f, "e");
        assert_int_equal(seen.n, 2);
        expect_after(f, seen.entries[0].id, 2);
        expect_after(f, seen.entries[1].id, 1);
}

static void test_history__a_rolled_back_change_has_no_row(void **state)
{
        Fixture *f = *state;
        assert_int_equal(store_begin_write(f->store), 0);
        put(f, "e", 1, NOW);
        store_rollback(f->store);
        assert_int_equal(read_of(f, "e").n, 0);
}

static void test_history__changes_of_a_transaction_are_one_step(void **state)
{
        Fixture *f = *state;
        assert_int_equal(store_begin_write(f->store), 0);
        put(f, "e", 1, NOW);
        put(f, "x", 1, NOW);
        assert_int_equal(store_commit(f->store), 0);
        put(f, "e", 2, NOW + 1);
        Seen seen = read_all(f, (HistoryFilter){ .uid = NULL });
        assert_int_equal(seen.n, 3);
        assert_int_equal(seen.entries[1].step, seen.entries[2].step);
        assert_int_not_equal(seen.entries[0].step, seen.entries[1].step);
        assert_int_equal(read_all(f, (HistoryFilter){ .limit = 2 }).n, 2);
        assert_int_equal(read_all(f, (HistoryFilter){ .author = "", .way = HISTORY_DAEMON }).n, 3);
        assert_int_equal(read_all(f, (HistoryFilter){ .author = "", .way = HISTORY_READER }).n, 0);
}

static void test_history__a_deletion_that_is_told_is_one_deletion(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        char expected[512];
        put(f, "e", 1, NOW);
        put_as(f, "e", 2, NOW + 1, true); /* cancelled, until contacts have heard of that */
        assert_int_equal(object_find(f->store, "e", &record), 0);
        assert_int_equal(object_hide(f->store, record, NOW + 1), 0);
        assert_int_equal(read_all(f, (HistoryFilter){ .only_deleted = true }).n, 1);
        assert_int_equal(object_delete_found(f->store, "e", NOW + 2), 0);
        Seen seen = read_of(f, "e");
        assert_int_equal(seen.n, 3);
        assert_int_equal(seen.entries[0].action, HISTORY_REMOVED);
        assert_int_equal(seen.entries[1].action, HISTORY_DELETED);
        assert_int_equal(history_get_last_deletion(f->store, "e", &row), 0);
        text_of("e", 1, expected);
        assert_string_equal(row.text, expected);
        assert_int_equal(read_all(f, (HistoryFilter){ .only_deleted = true }).n, 1);
        put(f, "e", 4, NOW + 3);
        assert_int_equal(read_all(f, (HistoryFilter){ .only_deleted = true }).n, 0);
}

static void put_card_in(Fixture *f, const char *collection, const char *name, const char *address)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        char text[512];
        snprintf(text, sizeof(text),
                        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:card\r\nFN:%s\r\nEMAIL:%s\r\nEND:VCARD\r\n", name,
                        address);
        assert_int_equal(collection_ensure(f->store, collection, true, NULL), 0);
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        assert_int_equal(object_put_card(f->store, card,
                                         &(ObjectPut){ .collection = collection, .now = NOW }, &outcome),
                        0);
}

static void put_card(Fixture *f)
{
        put_card_in(f, COLLECTION_CONTACTS, "Boris", "boris@example.org");
}

static void test_history__the_trash_of_events_is_not_filled_by_contacts(void **state)
{
        Fixture *f = *state;
        put(f, "e", 1, NOW);
        assert_int_equal(object_delete_found(f->store, "e", NOW + 1), 0);
        put_card(f);
        assert_int_equal(object_delete_found(f->store, "card", NOW + 2), 0);
        Seen seen = read_all(f, (HistoryFilter){ .only_deleted = true, .only_events = true, .limit = 1 });
        assert_int_equal(seen.n, 1);
        assert_int_equal(seen.entries[0].action, HISTORY_DELETED);
}

static int count_change(const HistoryEntry *entry, void *userdata)
{
        int *n = userdata;
        assert_int_equal(entry->way, HISTORY_OFFICE);
        ++*n;
        return 0;
}

static void test_history__the_changes_of_one_step_are_read_alone(void **state)
{
        Fixture *f = *state;
        int n = 0;
        put(f, "before", 1, NOW);
        history_set_author(f->store, HISTORY_OFFICE, "olga");
        assert_int_equal(store_begin_write(f->store), 0);
        put(f, "a", 1, NOW);
        put(f, "b", 1, NOW);
        assert_int_equal(store_commit(f->store), 0);
        Seen seen = read_of(f, "b");
        history_set_author(f->store, HISTORY_DAEMON, "");
        put(f, "after", 1, NOW);
        assert_int_equal(history_step_each(f->store, seen.entries[0].step, count_change, &n), 0);
        assert_int_equal(n, 2);
        assert_int_equal(history_step_each(f->store, 0, count_change, &n), 0);
        assert_int_equal(n, 2);
}

static void test_history__moves_have_the_old_name(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        put(f, "e", 1, NOW);
        assert_int_equal(object_find(f->store, "e", &record), 0);
        assert_int_equal(object_move(f->store, COLLECTION_EVENTS, record->resource, COLLECTION_EVENTS,
                                         "new.ics", NOW + 1),
                        0);
        assert_int_equal(history_get_last(f->store, "e", &row), 0);
        assert_int_equal(row.entry.action, HISTORY_MOVED);
        assert_string_equal(row.entry.resource, record->resource);
        expect_after(f, row.entry.id, 1);
}

static void test_history__versions_have_a_maximum(void **state)
{
        Fixture *f = *state;
        Seen seen = { .n = 0 };
        assert_int_equal(store_begin_write(f->store), 0);
        for (int i = 0; i < HISTORY_VERSIONS_MAX + 10; i++)
                put(f, "e", i, NOW + i);
        assert_int_equal(store_commit(f->store), 0);
        HistoryFilter filter = { .uid = "e", .limit = 1 };
        assert_int_equal(history_each(f->store, &filter, on_entry, &seen), 0);
        expect_after(f, seen.entries[0].id, HISTORY_VERSIONS_MAX + 9);
        CLEANUP(history_row_done) HistoryRow oldest = { .text = NULL }, kept = { .text = NULL };
        assert_int_equal(history_get(f->store, seen.entries[0].id - HISTORY_VERSIONS_MAX, &oldest),
                        STORE_E_NOT_FOUND);
        assert_int_equal(history_get(f->store, seen.entries[0].id - HISTORY_VERSIONS_MAX + 1, &kept), 0);
}

static void prune(Fixture *f, usec_t before, usec_t trash_before)
{
        bool more = true;
        assert_int_equal(history_prune(f->store, before, trash_before, &more), 0);
        assert_false(more);
}

static void test_history__old_rows_are_removed(void **state)
{
        Fixture *f = *state;
        put(f, "e", 1, NOW);
        put(f, "e", 2, NOW + 100);
        put(f, "x", 1, NOW);
        assert_int_equal(object_delete_found(f->store, "x", NOW + 50), 0);
        prune(f, NOW, NOW + 50);
        assert_int_equal(read_of(f, "x").n, 2);
        assert_int_equal(read_of(f, "e").n, 2);
        prune(f, NOW, NOW + 51); /* the deleted event leaves the trash, with its history */
        assert_int_equal(read_of(f, "x").n, 0);
        assert_int_equal(read_of(f, "e").n, 2);
        prune(f, NOW + 1, NOW + 1);
        assert_int_equal(read_of(f, "e").n, 1);
}

static void test_history__an_event_that_came_back_stays(void **state)
{
        Fixture *f = *state;
        put(f, "e", 1, NOW);
        assert_int_equal(object_delete_found(f->store, "e", NOW + 1), 0);
        put(f, "e", 1, NOW + 2);
        prune(f, NOW, NOW + 100);
        assert_int_equal(read_of(f, "e").n, 3);
        assert_int_equal(object_delete_found(f->store, "e", NOW + 3), 0);
        assert_int_equal(history_erase(f->store, "e", NULL, 0), 0);
        assert_int_equal(read_of(f, "e").n, 0);
}

static void delete_card(Fixture *f, const char *collection)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        assert_int_equal(object_get_by_uid(f->store, collection, "card", &record), 0);
        assert_int_equal(object_delete(f->store, collection, record->resource, 0, NOW), 0);
}

/*
 * Cards of several people have one UID, each in an address book of its own. The erasure of one person takes
 * the history of that person's cards, deleted ones too, and leaves that of the others.
 */
static void test_history__the_erasure_of_a_card_leaves_others_with_its_uid(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        Erasure counts;
        put_card(f);
        put_card_in(f, COLLECTION_CONTACTS, "Boris the second", "boris@example.org");
        put_card_in(f, "living", "Vera", "vera@example.org");
        put_card_in(f, "living", "Vera the second", "vera@example.org");
        put_card_in(f, "gone", "Boris", "boris@example.org");
        delete_card(f, "gone");
        put_card_in(f, "others", "Oleg", "oleg@example.org");
        delete_card(f, "others");
        assert_int_equal(object_get_by_uid(f->store, COLLECTION_CONTACTS, "card", &record), 0);
        assert_int_equal(erase_person(f->store, record, NOW, &counts), 0);
        assert_int_equal(counts.changes, 2);
        Seen seen = read_of(f, "card");
        int n[HISTORY_N_ACTIONS] = { 0 };
        for (int i = 0; i < seen.n; i++)
                n[seen.entries[i].action]++;
        assert_int_equal(n[HISTORY_CREATED], 2);
        assert_int_equal(n[HISTORY_CHANGED], 1);
        assert_int_equal(n[HISTORY_DELETED], 1);
}

static void test_history__a_deleted_contact_keeps_its_choices(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        put_card(f);
        assert_int_equal(object_find(f->store, "card", &record), 0);
        assert_int_equal(subscription_put(f->store, record->id, SUBSCRIBE_KIND, "session", "-P1D", NOW), 0);
        assert_int_equal(mute_put(f->store, record->id, "loud", NOW), 0);
        assert_int_equal(object_delete_found(f->store, "card", NOW + 1), 0);
        assert_int_equal(history_get_last_deletion(f->store, "card", &row), 0);
        assert_non_null(strstr(row.choices, "\"target\": \"session\", \"leads\": \"-P1D\""));
        assert_non_null(strstr(row.choices, "\"target\": \"loud\""));
}

static void test_history__a_deleted_collection_is_in_one_trash(void **state)
{
        Fixture *f = *state;
        Collection own = { .owner = "anna", .segment = "mine", .components = COLLECTION_VEVENT };
        assert_int_equal(collection_make(f->store, &own, "Etc/UTC", NOW), 0);
        char text[512];
        text_of("own", 1, text);
        CLEANUP(plain_freep) PlainObject *plain = NULL;
        ObjectOutcome outcome;
        assert_int_equal(plain_parse(text, strlen(text), &plain, NULL), 0);
        assert_int_equal(object_put_plain(f->store, plain,
                                         &(ObjectPut){ .collection = own.name,
                                                         .fallback = f->utc,
                                                         .now = NOW },
                                         &outcome),
                        0);
        assert_int_equal(trash_put(f->store, own.name, INT64_MAX, NOW + 5), 0);
        assert_int_equal(read_of(f, "own").n, 2);
        assert_int_equal(read_all(f, (HistoryFilter){ .uid = NULL }).n, 0); /* not the office's */
        prune(f, NOW, NOW + 5);
        assert_int_equal(read_of(f, "own").n, 2);
        bool more = false;
        assert_int_equal(history_prune(f->store, NOW, NOW + 6, &more), 0);
        assert_true(more);
        prune(f, NOW, NOW + 6);
        assert_int_equal(read_of(f, "own").n, 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(test_history__##name, set_up, tear_down)
                TEST(each_change_has_its_author_and_the_text_before),
                TEST(the_newest_text_is_that_of_the_object),
                TEST(a_rolled_back_change_has_no_row),
                TEST(changes_of_a_transaction_are_one_step),
                TEST(a_deletion_that_is_told_is_one_deletion),
                TEST(the_trash_of_events_is_not_filled_by_contacts),
                TEST(the_changes_of_one_step_are_read_alone),
                TEST(moves_have_the_old_name),
                TEST(versions_have_a_maximum),
                TEST(old_rows_are_removed),
                TEST(an_event_that_came_back_stays),
                TEST(the_erasure_of_a_card_leaves_others_with_its_uid),
                TEST(a_deleted_contact_keeps_its_choices),
                TEST(a_deleted_collection_is_in_one_trash),
#undef TEST
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
