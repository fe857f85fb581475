/* Tests collections of accounts, their objects, properties and deletion in the store. */

#include "remind/undo.h"
#include "store/calendar.h"

#include "collections.h"

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

#define FAIRS "fairs"

static int add_event(Fixture *f, const char *collection, const char *name, const char *text)
{
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        return object_put_event(f->store, event,
                        &(ObjectPut){ .collection = collection,
                                        .resource = name,
                                        .fallback = f->zone,
                                        .now = NOW },
                        &outcome);
}

static void test_calendar_add__makes_one_of_the_office(void **state)
{
        Fixture *f = *state;
        Collection first, second;
        Collection own = make(f, "anna", false, "x");
        const char *const taken[] = { "", "Fairs", "a/b", "fairs.drafts", COLLECTION_EVENTS, own.name };
        for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
                assert_int_equal(calendar_add(f->store, taken[i], "Europe/Moscow", NOW), STORE_E_CONFLICT);
        assert_int_equal(calendar_add(f->store, FAIRS, "Europe/Moscow", NOW), 0);
        assert_int_equal(calendar_add(f->store, FAIRS, "Europe/Moscow", NOW), STORE_E_CONFLICT);
        assert_int_equal(collection_get(f->store, FAIRS, &first), 0);
        assert_true(!first.is_cards && !first.owner[0] && first.created == NOW && first.sequence > 0);
        /* A later calendar of the name has a token that the earlier one never had. */
        assert_int_equal(calendar_touch(f->store, FAIRS), 0);
        assert_int_equal(calendar_remove(f->store, FAIRS, COLLECTION_EVENTS, NOW), 0);
        assert_int_equal(calendar_add(f->store, FAIRS, "Europe/Moscow", NOW), 0);
        assert_int_equal(collection_get(f->store, FAIRS, &second), 0);
        assert_true(second.sequence > first.sequence + 1);
}

static void test_calendar_remove__moves_what_is_in_it(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *moved = NULL;
        CLEANUP(object_record_freep) ObjectRecord *renamed = NULL;
        const PropertyOwner owner = { "fairs", "", "anna" };
        const PropertyOwner drafts = { "fairs.drafts", "", "anna" },
                            beside = { "~fairs.drafts", "", "anna" };
        CalendarContents contents;
        Collection none;
        assert_int_equal(calendar_add(f->store, FAIRS, "Europe/Moscow", NOW), 0);
        assert_int_equal(add_event(f, FAIRS, "a.ics", EVENT("one", "")), 0);
        assert_int_equal(add_event(f, FAIRS, "b.ics", EVENT("two", "")), 0);
        assert_int_equal(add_event(f, COLLECTION_EVENTS, "b.ics", EVENT("three", "")), 0);
        assert_int_equal(property_set(f->store, &owner, true, "DAV:", "displayname", "<x/>"), 0);
        assert_int_equal(property_set(f->store, &drafts, false, "DAV:", "displayname", "<x/>"), 0);
        assert_int_equal(property_set(f->store, &beside, false, "DAV:", "displayname", "<x/>"), 0);
        assert_int_equal(calendar_contents(f->store, FAIRS, &contents), 0);
        assert_true(contents.n_objects == 2 && contents.n_listed == 0 && contents.n_rights == 0);
        assert_int_equal(calendar_remove(f->store, FAIRS, COLLECTION_EVENTS, NOW), 0);
        assert_int_equal(collection_get(f->store, FAIRS, &none), STORE_E_NOT_FOUND);
        assert_properties(f, &owner, "");
        assert_properties(f, &drafts, "");
        assert_properties(f, &beside, "");
        assert_int_equal(object_get(f->store, COLLECTION_EVENTS, "a.ics", &moved), 0);
        assert_string_equal(moved->uid, "one");
        assert_int_equal(object_get_by_uid(f->store, COLLECTION_EVENTS, "two", &renamed), 0);
        assert_string_not_equal(renamed->resource, "b.ics");
}

static void test_calendar_remove__refuses_what_would_lose_an_event(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *kept = NULL;
        Collection own = make(f, "anna", false, "x");
        const char *const targets[] = { "fairs", "nowhere", "book", COLLECTION_MEETINGS, own.name };
        assert_int_equal(calendar_add(f->store, FAIRS, "Europe/Moscow", NOW), 0);
        assert_int_equal(collection_ensure(f->store, "book", true, NULL), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_MEETINGS, false, "Europe/Moscow"), 0);
        assert_int_equal(add_event(f, FAIRS, "a.ics", EVENT("one", "")), 0);
        for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
                assert_int_equal(calendar_remove(f->store, FAIRS, targets[i], NOW), STORE_E_CONFLICT);
        assert_int_equal(calendar_remove(f->store, COLLECTION_EVENTS, "fairs", NOW), STORE_E_CONFLICT);
        assert_int_equal(calendar_remove(f->store, own.name, COLLECTION_EVENTS, NOW), STORE_E_CONFLICT);
        assert_int_equal(calendar_remove(f->store, "nowhere", COLLECTION_EVENTS, NOW), STORE_E_NOT_FOUND);
        assert_int_equal(add_event(f, COLLECTION_EVENTS, "c.ics", EVENT("one", "")), 0);
        assert_int_equal(calendar_remove(f->store, FAIRS, COLLECTION_EVENTS, NOW), STORE_E_CONFLICT);
        assert_int_equal(object_get(f->store, FAIRS, "a.ics", &kept), 0);
}

static int64_t number_of(Fixture *f, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        assert_int_equal(object_find(f->store, uid, &record), 0);
        return record->id;
}

static void add_card(Fixture *f, const char *text)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        const ObjectPut put = { .collection = COLLECTION_CONTACTS, .now = NOW };
        assert_int_equal(collection_ensure(f->store, COLLECTION_CONTACTS, true, NULL), 0);
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        assert_int_equal(object_put_card(f->store, card, &put, &outcome), 0);
}

/* A deleted event that comes back in the other calendar is that of its mails; a card is no event. */
static void test_calendar_remove__what_comes_back_has_its_number(void **state)
{
        Fixture *f = *state;
        assert_int_equal(calendar_add(f->store, FAIRS, "Europe/Moscow", NOW), 0);
        assert_int_equal(add_event(f, FAIRS, "a.ics", EVENT("card", "")), 0);
        int64_t number = number_of(f, "card");
        assert_int_equal(object_delete_found(f->store, "card", NOW), 0);
        assert_int_equal(calendar_remove(f->store, FAIRS, COLLECTION_EVENTS, NOW), 0);
        add_card(f, CARD);
        assert_int_not_equal(number_of(f, "card"), number);
        assert_int_equal(object_delete_found(f->store, "card", NOW), 0);
        assert_int_equal(add_event(f, COLLECTION_EVENTS, "a.ics", EVENT("card", "")), 0);
        assert_int_equal(number_of(f, "card"), number);
}

static int undo_last(Fixture *f, const char *uid)
{
        CLEANUP(history_row_done) HistoryRow row = { .text = NULL };
        const UndoWork work = { f->store, f->zone, DUE_NOTIFY_NONE, NOW, false };
        StoreWrite write;
        assert_int_equal(history_get_last(f->store, uid, &row), 0);
        assert_int_equal(store_write_begin(f->store, &write), 0);
        return store_write_end(&write, undo_change(&work, row.entry.id));
}

/* The way back is gone with the calendar; the changes before it are taken back as before. */
static void test_calendar_remove__earlier_changes_can_be_undone(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        assert_int_equal(calendar_add(f->store, FAIRS, "Europe/Moscow", NOW), 0);
        assert_int_equal(add_event(f, FAIRS, "a.ics", EVENT("one", "")), 0);
        assert_int_equal(add_event(f, FAIRS, "a.ics", EVENT("one", "LOCATION:Kazan\r\n")), 0);
        assert_int_equal(add_event(f, FAIRS, "b.ics", EVENT("two", "")), 0);
        assert_int_equal(object_move(f->store, FAIRS, "b.ics", COLLECTION_EVENTS, "b.ics", NOW), 0);
        assert_int_equal(calendar_remove(f->store, FAIRS, COLLECTION_EVENTS, NOW), 0);
        assert_int_equal(undo_last(f, "one"), 0);
        assert_int_equal(object_get_by_uid(f->store, COLLECTION_EVENTS, "one", &record), 0);
        assert_int_equal(record->len, strlen(EVENT("one", "")));
        assert_int_equal(undo_last(f, "two"), STORE_E_NOT_FOUND);
}

static int count_host(const ObjectRecord *record, void *userdata)
{
        assert_string_equal(record->name, "Host");
        ++*(int *)userdata;
        return 0;
}

#define HOST(uid, more) "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:" uid "\r\nFN:Host\r\n" more "END:VCARD\r\n"

/* A host would not be busy during the events any more, and could be booked twice. */
static void test_calendar_remove__refuses_the_calendar_of_a_host(void **state)
{
        Fixture *f = *state;
        int n = 0;
        assert_int_equal(calendar_add(f->store, FAIRS, "Europe/Moscow", NOW), 0);
        add_card(f, HOST("a", "X-CONVENED-CALENDAR:others\r\nX-CONVENED-CALENDAR:fairs\r\n"));
        add_card(f, HOST("b", "item1.x-convened-\r\n calendar:fairs\r\n"));
        add_card(f, HOST("c", "X-CONVENED-CALENDAR:fairs-2\r\n"));
        assert_int_equal(calendar_hosts_each(f->store, FAIRS, count_host, &n), 0);
        assert_int_equal(n, 2);
        for (char uid[] = "a"; *uid <= 'b'; ++*uid) {
                assert_int_equal(calendar_remove(f->store, FAIRS, COLLECTION_EVENTS, NOW), CALENDAR_E_HOST);
                assert_int_equal(object_delete_found(f->store, uid, NOW), 0);
        }
        assert_int_equal(calendar_remove(f->store, FAIRS, COLLECTION_EVENTS, NOW), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                COLLECTION_TEST(test_collection_make),
                COLLECTION_TEST(test_collection_make__has_a_limit),
                COLLECTION_TEST(test_own_objects__are_not_the_offices),
                COLLECTION_TEST(test_own_objects__beside_the_offices),
                COLLECTION_TEST(test_rights),
                COLLECTION_TEST(test_properties),
                COLLECTION_TEST(test_quota_used),
                COLLECTION_TEST(test_object_move),
                COLLECTION_TEST(test_calendar_add__makes_one_of_the_office),
                COLLECTION_TEST(test_calendar_remove__moves_what_is_in_it),
                COLLECTION_TEST(test_calendar_remove__what_comes_back_has_its_number),
                COLLECTION_TEST(test_calendar_remove__earlier_changes_can_be_undone),
                COLLECTION_TEST(test_calendar_remove__refuses_the_calendar_of_a_host),
                COLLECTION_TEST(test_calendar_remove__refuses_what_would_lose_an_event),
                COLLECTION_TEST(test_epoch),
                cmocka_unit_test(test_plain_parse),
                cmocka_unit_test(test_plain_parse__takes_the_master),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
