/* Tests collections of accounts, their objects, properties and deletion in the store. */

#include "calendar/event.h"
#include "store/account-right.h"
#include "store/collection.h"
#include "store/due-index.h"
#include "store/epoch.h"
#include "store/object.h"
#include "store/property.h"
#include "store/prune.h"
#include "store/quota.h"
#include "store/subscription.h"
#include "store/trash.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

#define NOW (1000 * USEC_PER_DAY)

#define EVENT(uid, more)                                                                                    \
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:" uid                  \
        "\r\nDTSTAMP:20200101T000000Z\r\nDTSTART:20300101T100000Z\r\nSUMMARY:Own\r\n" more                  \
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
#define TODO(uid)                                                                                           \
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VTODO\r\nUID:" uid                   \
        "\r\nDTSTAMP:20200101T000000Z\r\nSUMMARY:Buy\\, then\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
#define CARD "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:card\r\nFN:Boris\r\nEMAIL:boris@example.org\r\nEND:VCARD\r\n"

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Store *store;
        const Zone *zone;
} Fixture;

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
        assert_int_equal(zone_table_get(f->zones, "Europe/Moscow", &f->zone), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_EVENTS, false, "Europe/Moscow"), 0);
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

static Collection make(Fixture *f, const char *owner, bool is_cards, const char *segment)
{
        Collection ret = { .is_cards = is_cards,
                .components = is_cards ? 0 : COLLECTION_VEVENT | COLLECTION_VTODO };
        strcpy(ret.owner, owner);
        strcpy(ret.segment, segment);
        assert_int_equal(collection_make(f->store, &ret, "Europe/Moscow", NOW), 0);
        return ret;
}

static int put(Fixture *f, const char *collection, const char *name, const char *text)
{
        CLEANUP(plain_freep) PlainObject *plain = NULL;
        ObjectOutcome outcome;
        assert_int_equal(plain_parse(text, strlen(text), &plain, NULL), 0);
        return object_put_plain(f->store, plain,
                        &(ObjectPut){ .collection = collection,
                                        .resource = name,
                                        .fallback = f->zone,
                                        .now = NOW },
                        &outcome);
}

static int put_card(Fixture *f, const char *collection)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        assert_int_equal(card_parse(CARD, strlen(CARD), &card, NULL), 0);
        return object_put_card(f->store, card,
                        &(ObjectPut){ .collection = collection, .resource = "b.vcf", .now = NOW }, &outcome);
}

static void test_collection_make(void **state)
{
        Fixture *f = *state;
        Collection work = make(f, "Anna", false, "Работа"), there, again = work;
        Collection book = make(f, "anna", true, "Работа"), other = make(f, "boris", false, "Работа");
        assert_string_equal(work.owner, "anna");
        assert_true(collection_is_own_name(work.name) && !collection_is_own_name("own-affairs"));
        assert_string_not_equal(work.name, book.name);
        assert_string_not_equal(work.name, other.name);
        assert_int_equal(collection_make(f->store, &again, NULL, NOW), STORE_E_CONFLICT);
        assert_int_equal(collection_get(f->store, work.name, &there), 0);
        assert_string_equal(there.segment, "Работа");
        assert_int_equal(there.components, COLLECTION_VEVENT | COLLECTION_VTODO);
        assert_true(there.created == NOW && there.sequence > 0);
        assert_int_equal(collection_get(f->store, COLLECTION_EVENTS, &there), 0);
        assert_true(there.owner[0] == '\0' && there.components == COLLECTION_VEVENT);
        /* An import without the state of the store must not publish what was private. */
        collection_own_name("anna", false, "x", again.name);
        assert_int_equal(collection_ensure(f->store, again.name, false, NULL), STORE_E_CONFLICT);
        assert_int_equal(collection_ensure(f->store, work.name, false, NULL), 0);
}

static void test_collection_make__has_a_limit(void **state)
{
        Fixture *f = *state;
        char name[16];
        for (int i = 0; i < COLLECTIONS_OWN_MAX; i++) {
                snprintf(name, sizeof(name), "%d", i);
                make(f, "anna", false, name);
        }
        Collection more = { .owner = "anna", .segment = "more" };
        assert_int_equal(collection_make(f->store, &more, NULL, NOW), COLLECTION_E_MANY);
        make(f, "boris", false, "more");
}

static int count_due(const DueEntry *entry, void *userdata)
{
        (void)entry;
        ++*(int *)userdata;
        return 0;
}

static void test_own_objects__are_not_the_offices(void **state)
{
        Fixture *f = *state;
        Collection work = make(f, "anna", false, "work"), book = make(f, "anna", true, "book");
        CLEANUP(object_record_freep) ObjectRecord *event = NULL;
        CLEANUP(object_record_freep) ObjectRecord *todo = NULL;
        CLEANUP(object_record_freep) ObjectRecord *card = NULL;
        CLEANUP(object_record_freep) ObjectRecord *found = NULL;
        int64_t n = -1;
        int due = 0;
        assert_int_equal(put(f, work.name, "a", EVENT("e", "RRULE:FREQ=DAILY\r\n")), 0);
        assert_int_equal(put(f, work.name, "t", TODO("t")), 0);
        assert_int_equal(put_card(f, book.name), 0);
        assert_int_equal(object_get(f->store, work.name, "a", &event), 0);
        assert_int_equal(event->kind, OBJECT_OWN_EVENT);
        assert_true(event->start > 0 && event->end == USEC_INFINITY);
        assert_string_equal(event->name, "Own");
        assert_int_equal(object_get(f->store, work.name, "t", &todo), 0);
        assert_int_equal(todo->kind, OBJECT_TODO);
        assert_string_equal(todo->name, "Buy, then");
        assert_int_equal(object_get(f->store, book.name, "b.vcf", &card), 0);
        assert_int_equal(card->kind, OBJECT_OWN_CARD);
        assert_string_equal(card->address, "");
        assert_int_equal(object_find(f->store, "e", &found), STORE_E_NOT_FOUND);
        assert_int_equal(object_find(f->store, "card", &found), STORE_E_NOT_FOUND);
        assert_int_equal(object_count(f->store, OBJECT_EVENT, &n), 0);
        assert_int_equal(n, 0);
        assert_int_equal(due_index_each(f->store, USEC_INFINITY, 10, count_due, &due), 0);
        assert_int_equal(due, 0);
        assert_int_equal(
                        subscription_put(f->store, card->id, SUBSCRIBE_ALL, "", "", NOW), STORE_E_NOT_FOUND);
}

/* An event of the office with the same UID is not touched by a private copy. */
static void test_own_objects__beside_the_offices(void **state)
{
        Fixture *f = *state;
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(object_record_freep) ObjectRecord *found = NULL;
        Collection work = make(f, "anna", false, "work");
        ObjectOutcome outcome;
        const char text[] = EVENT("e", "");
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        ObjectPut target = { .collection = COLLECTION_EVENTS, .fallback = f->zone, .now = NOW };
        assert_int_equal(object_put_event(f->store, event, &target, &outcome), 0);
        target.collection = work.name;
        target.anywhere = true;
        assert_int_equal(object_put_event(f->store, event, &target, &outcome), 0);
        assert_int_equal(outcome, OBJECT_CREATED);
        assert_int_equal(object_find(f->store, "e", &found), 0);
        assert_string_equal(found->collection, COLLECTION_EVENTS);
        assert_int_equal(object_delete_found(f->store, "e", NOW), 0);
        assert_int_equal(object_delete_found(f->store, "e", NOW), STORE_E_NOT_FOUND);
        assert_int_equal(put(f, COLLECTION_EVENTS, "x", EVENT("x", "")), -EINVAL);
        assert_int_equal(put(f, COLLECTION_EVENTS, "x", TODO("x")), 0);
}

static void test_rights(void **state)
{
        Fixture *f = *state;
        Account anna = { .name = "Anna", .role = ACCOUNT_READER },
                admin = { .name = "admin", .role = ACCOUNT_ADMIN };
        AccountAccess access;
        assert_int_equal(account_add(f->store, &anna), 0);
        assert_int_equal(account_add(f->store, &admin), 0);
        Collection work = make(f, "anna", false, "work");
        assert_int_equal(account_access(f->store, &anna, work.name, &access), 0);
        assert_int_equal(access, ACCOUNT_WRITE);
        assert_int_equal(account_access(f->store, &admin, work.name, &access), 0);
        assert_int_equal(access, ACCOUNT_NO_ACCESS);
        assert_int_equal(account_grant(f->store, "admin", work.name, ACCOUNT_READ), 0);
        assert_int_equal(account_grant(f->store, "anna", work.name, ACCOUNT_NO_ACCESS), 0);
        assert_int_equal(account_access(f->store, &admin, work.name, &access), 0);
        assert_int_equal(access, ACCOUNT_READ);
        assert_int_equal(account_access(f->store, &anna, work.name, &access), 0);
        assert_int_equal(access, ACCOUNT_WRITE);
        assert_int_equal(account_access(f->store, &admin, COLLECTION_EVENTS, &access), 0);
        assert_int_equal(access, ACCOUNT_WRITE);
}

static int join(const StoredProperty *property, void *userdata)
{
        Buffer *out = userdata;
        buffer_printf(out, "%s|%s|%s|%d;", property->space, property->name, property->value,
                        property->is_own);
        return 0;
}

static void assert_properties(Fixture *f, const PropertyOwner *owner, const char *expected)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
        assert_int_equal(property_each_stored(f->store, owner, join, &out), 0);
        assert_string_equal(buffer_text(&out), expected);
}

static void test_properties(void **state)
{
        Fixture *f = *state;
        const PropertyOwner anna = { "events", "", "anna" }, boris = { "events", "", "boris" };
        const PropertyOwner member = { "events", "a.ics", "anna" }, moved = { "second", "b.ics", "anna" };
        assert_int_equal(property_set(f->store, &anna, true, "urn:x", "c", "<all/>"), 0);
        assert_int_equal(property_set(f->store, &anna, false, "urn:x", "c", "<anna/>"), 0);
        assert_int_equal(property_set(f->store, &anna, false, "", "d", "<d/>"), 0);
        assert_properties(f, &anna, "|d|<d/>|1;urn:x|c|<anna/>|1;");
        assert_properties(f, &boris, "urn:x|c|<all/>|0;");
        assert_int_equal(property_set(f->store, &anna, false, "", "d", "<e/>"), 0);
        assert_int_equal(property_remove(f->store, &anna, false, "urn:x", "c"), 0);
        assert_int_equal(property_remove(f->store, &anna, false, "urn:x", "none"), 0);
        assert_properties(f, &anna, "|d|<e/>|1;urn:x|c|<all/>|0;");
        assert_int_equal(property_set(f->store, &member, false, "", "d", "<m/>"), 0);
        assert_int_equal(property_set(f->store, &moved, false, "", "old", "<o/>"), 0);
        assert_int_equal(property_copy(f->store, "events", "a.ics", "second", "b.ics"), 0);
        assert_properties(f, &moved, "|d|<m/>|1;");
}

typedef struct Seen {
        char key[TRASH_KEY_SIZE];
        int64_t n;
        int found, deleted;
} Seen;

static int on_trash(const Trash *trash, void *userdata)
{
        Seen *seen = userdata;
        strcpy(seen->key, trash->key);
        seen->n = trash->n;
        seen->found++;
        return 0;
}

static int on_change(const ObjectChange *change, void *userdata)
{
        Seen *seen = userdata;
        seen->deleted += change->record == NULL;
        return 0;
}

static void test_trash(void **state)
{
        Fixture *f = *state;
        Collection work = make(f, "anna", false, "work"), there;
        const PropertyOwner colour = { work.name, "", "anna" }, note = { work.name, "a", "anna" };
        CLEANUP(object_record_freep) ObjectRecord *event = NULL;
        Seen seen = { .found = 0 };
        assert_int_equal(put(f, work.name, "a", EVENT("e", "")), 0);
        assert_int_equal(put(f, work.name, "t", TODO("t")), 0);
        assert_int_equal(property_set(f->store, &colour, true, "", "c", "<c/>"), 0);
        assert_int_equal(property_set(f->store, &note, true, "", "n", "<n/>"), 0);
        assert_int_equal(collection_get(f->store, work.name, &there), 0);
        int64_t token = there.sequence;
        assert_int_equal(trash_put(f->store, COLLECTION_EVENTS, INT64_MAX, NOW), STORE_E_CONFLICT);
        assert_int_equal(trash_put(f->store, work.name, INT64_MAX, NOW), 0);
        assert_int_equal(trash_put(f->store, work.name, INT64_MAX, NOW), STORE_E_NOT_FOUND);
        assert_int_equal(collection_get(f->store, work.name, &there), STORE_E_NOT_FOUND);
        assert_int_equal(object_changes(f->store, work.name, token, on_change, &seen), 0);
        assert_int_equal(seen.deleted, 2);
        assert_properties(f, &colour, "");
        assert_int_equal(trash_each(f->store, on_trash, &seen), 0);
        assert_true(seen.found == 1 && seen.n == 2);
        assert_int_equal(trash_restore(f->store, "none", f->zone, NOW), STORE_E_NOT_FOUND);
        assert_int_equal(trash_restore(f->store, seen.key, f->zone, NOW + 1), 0);
        assert_int_equal(object_get(f->store, work.name, "a", &event), 0);
        assert_memory_equal(event->text, EVENT("e", ""), event->len);
        assert_true(event->kind == OBJECT_OWN_EVENT && event->created == NOW);
        assert_properties(f, &colour, "|c|<c/>|0;");
        assert_properties(f, &note, "|n|<n/>|0;");
        assert_int_equal(collection_get(f->store, work.name, &there), 0);
        assert_true(there.sequence > token && there.components == (COLLECTION_VEVENT | COLLECTION_VTODO));
        assert_int_equal(trash_put(f->store, work.name, INT64_MAX, NOW + 2), 0);
        make(f, "anna", false, "work");
        assert_int_equal(trash_each(f->store, on_trash, &seen), 0);
        assert_int_equal(trash_restore(f->store, seen.key, f->zone, NOW), STORE_E_CONFLICT);
        assert_int_equal(trash_remove(f->store, seen.key), 0);
        assert_int_equal(trash_remove(f->store, seen.key), STORE_E_NOT_FOUND);
        assert_int_equal(trash_put_all(f->store, "Anna", NOW + 3), 0);
        assert_int_equal(collection_get(f->store, work.name, &there), STORE_E_NOT_FOUND);
        assert_int_equal(collection_get(f->store, COLLECTION_EVENTS, &there), 0);
}

static void add_account(Fixture *f, const char *name)
{
        Account account = { .role = ACCOUNT_EDITOR };
        strcpy(account.name, name);
        assert_int_equal(account_add(f->store, &account), 0);
}

static AccountAccess access_of(Fixture *f, const char *name, const char *collection)
{
        Account account;
        AccountAccess access;
        assert_int_equal(account_get(f->store, name, &account), 0);
        assert_int_equal(account_access(f->store, &account, collection, &access), 0);
        return access;
}

/* Those to whom a calendar was granted have it again when it is restored, and nobody else. */
static void test_trash__keeps_rights(void **state)
{
        Fixture *f = *state;
        Seen seen = { .found = 0 };
        add_account(f, "anna");
        add_account(f, "boris");
        add_account(f, "vera");
        Collection work = make(f, "anna", false, "work");
        assert_int_equal(account_grant(f->store, "boris", work.name, ACCOUNT_READ), 0);
        assert_int_equal(trash_put(f->store, work.name, INT64_MAX, NOW), 0);
        make(f, "anna", false, "work");
        assert_int_equal(access_of(f, "boris", work.name), ACCOUNT_NO_ACCESS);
        assert_int_equal(trash_put(f->store, work.name, INT64_MAX, NOW + 1), 0);
        assert_int_equal(trash_each(f->store, on_trash, &seen), 0);
        assert_int_equal(trash_restore(f->store, seen.key, f->zone, NOW + 2), 0);
        assert_int_equal(access_of(f, "boris", work.name), ACCOUNT_READ);
        assert_int_equal(access_of(f, "vera", work.name), ACCOUNT_NO_ACCESS);
}

static int count_trash(const Trash *trash, void *userdata)
{
        int *n = userdata;
        (void)trash;
        (*n)++;
        return 0;
}

static int n_trash(Fixture *f)
{
        int n = 0;
        assert_int_equal(trash_each(f->store, count_trash, &n), 0);
        return n;
}

/* The first deleted collection makes room; the last collection stays even if it alone is too large. */
static void test_trash__has_a_maximum(void **state)
{
        Fixture *f = *state;
        const int64_t size = (int64_t)strlen(EVENT("e", ""));
        Collection other = make(f, "boris", false, "0");
        assert_int_equal(trash_put(f->store, other.name, 1, NOW), 0);
        for (int i = 0; i < 4; i++) {
                Collection work = make(f, "anna", false, "work");
                assert_int_equal(put(f, work.name, "a", EVENT("e", "")), 0);
                assert_int_equal(trash_put(f->store, work.name, 3 * size, NOW + i), 0);
                assert_int_equal(n_trash(f), 1 + (i < 3 ? i + 1 : 3));
        }
        Collection work = make(f, "anna", false, "work");
        assert_int_equal(put(f, work.name, "a", EVENT("e", "")), 0);
        assert_int_equal(trash_put(f->store, work.name, size - 1, NOW + 9), 0);
        assert_int_equal(n_trash(f), 2);
        for (int i = 0; i < TRASH_MAX + 5; i++) {
                work = make(f, "vera", false, "work");
                assert_int_equal(trash_put(f->store, work.name, INT64_MAX, NOW + i), 0);
        }
        assert_int_equal(n_trash(f), 2 + TRASH_MAX);
}

/* A token from before the deletion of an object whose tombstone is gone cannot be answered. */
static void test_prune_tombstones(void **state)
{
        Fixture *f = *state;
        int64_t last = -1;
        Seen seen = { .found = 0 };
        Collection work = make(f, "anna", false, "work"), other = make(f, "anna", false, "other"), there;
        assert_int_equal(put(f, work.name, "a", EVENT("a", "")), 0);
        assert_int_equal(put(f, work.name, "b", EVENT("b", "")), 0);
        assert_int_equal(put(f, other.name, "a", EVENT("a", "")), 0);
        assert_int_equal(object_delete(f->store, work.name, "a", 0, NOW), 0);
        assert_int_equal(collection_get(f->store, work.name, &there), 0);
        assert_int_equal(object_delete(f->store, work.name, "b", 0, NOW + 2), 0);
        assert_int_equal(object_delete(f->store, other.name, "a", 0, NOW + 2), 0);
        assert_int_equal(prune_tombstones(f->store, NOW), 0);
        assert_int_equal(prune_last(f->store, work.name, &last), 0);
        assert_int_equal(last, 0);
        assert_int_equal(prune_tombstones(f->store, NOW + 1), 0);
        assert_int_equal(prune_last(f->store, work.name, &last), 0);
        assert_int_equal(last, there.sequence);
        assert_int_equal(prune_last(f->store, other.name, &last), 0);
        assert_int_equal(last, 0);
        assert_int_equal(object_changes(f->store, work.name, 0, on_change, &seen), 0);
        assert_int_equal(seen.deleted, 1);
        /* It outlives the collection, and does not go back. */
        assert_int_equal(trash_put(f->store, work.name, INT64_MAX, NOW + 3), 0);
        assert_int_equal(prune_last(f->store, work.name, &last), 0);
        assert_int_equal(last, there.sequence);
        assert_int_equal(prune_tombstones(f->store, NOW + 1), 0);
        assert_int_equal(prune_last(f->store, work.name, &last), 0);
        assert_int_equal(last, there.sequence);
}

/* The size of a collection follows each kind of change; the sums are those of the texts. */
static void test_quota_used(void **state)
{
        Fixture *f = *state;
        const int64_t event = (int64_t)strlen(EVENT("e", "")), todo = (int64_t)strlen(TODO("t")),
                      longer = (int64_t)strlen(EVENT("e", "LOCATION:Kazan\r\n"));
        Collection work = make(f, "anna", false, "work"), other = make(f, "anna", false, "other"),
                   book = make(f, "anna", true, "book");
        int64_t used = -1;
#define USES(expected)                                                                                      \
        do {                                                                                                \
                assert_int_equal(quota_used(f->store, "anna", &used), 0);                                   \
                assert_int_equal(used, expected);                                                           \
        } while (0)
        USES(0);
        assert_int_equal(put(f, work.name, "a", EVENT("e", "")), 0);
        assert_int_equal(put(f, work.name, "t", TODO("t")), 0);
        USES(event + todo);
        assert_int_equal(put(f, work.name, "a", EVENT("e", "LOCATION:Kazan\r\n")), 0);
        USES(longer + todo);
        assert_int_equal(put_card(f, book.name), 0);
        USES(longer + todo + (int64_t)strlen(CARD));
        assert_int_equal(object_move(f->store, work.name, "a", other.name, "x", NOW), 0);
        USES(longer + todo + (int64_t)strlen(CARD));
        assert_int_equal(object_delete(f->store, work.name, "t", 0, NOW), 0);
        USES(longer + (int64_t)strlen(CARD));
        assert_int_equal(trash_put(f->store, other.name, INT64_MAX, NOW), 0);
        USES((int64_t)strlen(CARD));
        Seen seen = { .found = 0 };
        assert_int_equal(trash_each(f->store, on_trash, &seen), 0);
        assert_int_equal(trash_restore(f->store, seen.key, f->zone, NOW), 0);
        USES(longer + (int64_t)strlen(CARD));
#undef USES
}

/* The office's event keeps its number, so that its listings and mails go on. */
static void test_object_move(void **state)
{
        Fixture *f = *state;
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(object_record_freep) ObjectRecord *before = NULL;
        CLEANUP(object_record_freep) ObjectRecord *after = NULL;
        CLEANUP(object_record_freep) ObjectRecord *none = NULL;
        const PropertyOwner note = { "second", "b.ics", "anna" },
                            old = { COLLECTION_EVENTS, "a.ics", "anna" };
        Collection work = make(f, "anna", false, "work"), there;
        Seen seen = { .found = 0 };
        ObjectOutcome outcome;
        const char text[] = EVENT("e", "");
        assert_int_equal(collection_ensure(f->store, "second", false, "Europe/Moscow"), 0);
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        const ObjectPut target = {
                .collection = COLLECTION_EVENTS, .resource = "a.ics", .fallback = f->zone, .now = NOW
        };
        assert_int_equal(object_put_event(f->store, event, &target, &outcome), 0);
        assert_int_equal(object_get(f->store, COLLECTION_EVENTS, "a.ics", &before), 0);
        assert_int_equal(property_set(f->store, &old, false, "", "n", "<n/>"), 0);
        assert_int_equal(object_move(f->store, COLLECTION_EVENTS, "a.ics", work.name, "a", NOW), -EINVAL);
        assert_int_equal(object_move(f->store, COLLECTION_EVENTS, "x", "second", "a", NOW),
                        STORE_E_NOT_FOUND);
        assert_int_equal(object_move(f->store, COLLECTION_EVENTS, "a.ics", "second", "b.ics", NOW), 0);
        assert_int_equal(object_get(f->store, COLLECTION_EVENTS, "a.ics", &none), STORE_E_NOT_FOUND);
        assert_int_equal(object_get(f->store, "second", "b.ics", &after), 0);
        assert_true(after->id == before->id && after->change > before->change);
        assert_int_equal(after->sequence, before->sequence);
        assert_properties(f, &note, "|n|<n/>|1;");
        assert_int_equal(object_changes(f->store, COLLECTION_EVENTS, before->change, on_change, &seen), 0);
        assert_int_equal(seen.deleted, 1);
        assert_int_equal(collection_get(f->store, COLLECTION_EVENTS, &there), 0);
        assert_true(there.sequence > before->change);
        assert_int_equal(collection_get(f->store, "second", &there), 0);
        assert_int_equal(there.sequence, after->change);
        /* Back to the old name, which has a tombstone. */
        assert_int_equal(object_move(f->store, "second", "b.ics", COLLECTION_EVENTS, "a.ics", NOW), 0);
        assert_int_equal(object_changes(f->store, COLLECTION_EVENTS, 0, on_change, &seen), 0);
        assert_int_equal(seen.deleted, 1);
        assert_int_equal(object_put_event(f->store, event,
                                         &(ObjectPut){ .collection = "second",
                                                         .fallback = f->zone,
                                                         .now = NOW },
                                         &outcome),
                        0);
        assert_int_equal(object_move(f->store, COLLECTION_EVENTS, "a.ics", "second", "c", NOW),
                        STORE_E_CONFLICT);
}

static void test_epoch(void **state)
{
        Fixture *f = *state;
        char first[TOKEN_SIZE], second[TOKEN_SIZE];
        assert_int_equal(epoch_get(f->store, first), 0);
        assert_int_equal(epoch_get(f->store, second), 0);
        assert_string_equal(first, second);
        assert_int_equal(epoch_renew(f->store), 0);
        assert_int_equal(epoch_get(f->store, second), 0);
        assert_string_not_equal(first, second);
        assert_int_equal(strspn(second, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"),
                        strlen(second));
}

static void test_plain_parse(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                int result;
        } cases[] = {
                { __LINE__, EVENT("a", ""), 0 },
                { __LINE__, EVENT("a", "RRULE:FREQ=SECONDLY\r\n"), 0 },
                { __LINE__, TODO("a"), 0 },
                { __LINE__, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", PLAIN_E_SEVERAL },
                { __LINE__, "", PLAIN_E_INVALID },
                { __LINE__, CARD, PLAIN_E_INVALID },
                { __LINE__, "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nBEGIN:VTODO\r\nUID:a\r\nDTSTAMP:20200101T000000Z\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
                                PLAIN_E_SEVERAL },
                { __LINE__, "BEGIN:VCALENDAR\r\nBEGIN:VFREEBUSY\r\nUID:a\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n",
                                PLAIN_E_COMPONENT },
                { __LINE__, "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nDTSTAMP:20200101T000000Z\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
                                PLAIN_E_SEVERAL },
                { __LINE__, "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:a\r\nEND:VTODO\r\nEND:VCALENDAR\r\n", 0 },
                { __LINE__, "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:a\r\nDTSTAMP:20200101T000000Z\r\nEND:VTODO\r\nBEGIN:VTODO\r\nUID:b\r\nDTSTAMP:20200101T000000Z\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
                                PLAIN_E_SEVERAL },
                { __LINE__, "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:a\r\nDTSTAMP:20200101T000000Z\r\nEND:VTODO\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20200101T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                                PLAIN_E_SEVERAL },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(plain_freep) PlainObject *plain = NULL;
                int r = plain_parse(cases[i].text, strlen(cases[i].text), &plain, NULL);
                if (r != cases[i].result || (plain == NULL) != (r != 0))
                        fail_msg("line %d: %d", cases[i].line, r);
        }
}

/* The master gives the properties, wherever it is. */
static void test_plain_parse__takes_the_master(void **state)
{
        (void)state;
        CLEANUP(plain_freep) PlainObject *plain = NULL;
        static const char text[] =
                        "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:a\r\nRECURRENCE-ID:20200102T000000Z\r\nSUMMARY:Once\r\nDTSTAMP:20200101T000000Z\r\nEND:VTODO\r\n"
                        "BEGIN:VTODO\r\nUID:a\r\nSUMMARY:Always\r\nSEQUENCE:3\r\nCLASS:PRIVATE\r\nDTSTAMP:20200101T000000Z\r\nSTATUS:NEEDS-ACTION\r\nBEGIN:VALARM\r\nSUMMARY:No\r\nUID:alarm\r\nEND:VALARM\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
        assert_int_equal(plain_parse(text, strlen(text), &plain, NULL), 0);
        assert_string_equal(plain_summary(plain), "Always");
        assert_string_equal(plain_uid(plain), "a");
        assert_string_equal(plain_status(plain), "NEEDS-ACTION");
        assert_int_equal(plain_sequence(plain), 3);
        assert_int_equal(plain_class(plain), EVENT_PRIVATE);
        assert_int_equal(plain_kind(plain), PLAIN_TODO);
}

#define COLLECTION_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                COLLECTION_TEST(test_collection_make),
                COLLECTION_TEST(test_collection_make__has_a_limit),
                COLLECTION_TEST(test_own_objects__are_not_the_offices),
                COLLECTION_TEST(test_own_objects__beside_the_offices),
                COLLECTION_TEST(test_rights),
                COLLECTION_TEST(test_properties),
                COLLECTION_TEST(test_trash),
                COLLECTION_TEST(test_trash__keeps_rights),
                COLLECTION_TEST(test_trash__has_a_maximum),
                COLLECTION_TEST(test_prune_tombstones),
                COLLECTION_TEST(test_quota_used),
                COLLECTION_TEST(test_object_move),
                COLLECTION_TEST(test_epoch),
                cmocka_unit_test(test_plain_parse),
                cmocka_unit_test(test_plain_parse__takes_the_master),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
