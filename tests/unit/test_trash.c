/* Tests what remains of deleted objects, and for how long. */

#include "collections.h"

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

int main(void)
{
        const struct CMUnitTest tests[] = {
                COLLECTION_TEST(test_trash),
                COLLECTION_TEST(test_trash__keeps_rights),
                COLLECTION_TEST(test_trash__has_a_maximum),
                COLLECTION_TEST(test_prune_tombstones),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
