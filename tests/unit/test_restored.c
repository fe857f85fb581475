#include "remind/restored.h"

#include "store/hold.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"

enum { NOBODY = 65534 };

typedef struct Place {
        char directory[SCRATCH_DIRECTORY_SIZE], mark[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        Store *store;
} Place;

/* Opens a store whose mails are held. The modes of files do not bind root, so root becomes another user. */
static void open_held(Place *ret)
{
        char url[SCRATCH_URL_SIZE];
        bool held = true;
        scratch_open(ret->directory, url);
        snprintf(ret->mark, sizeof(ret->mark), "%s/mark-db", ret->directory);
        if (geteuid() == 0) {
                assert_int_equal(chown(ret->directory, NOBODY, NOBODY), 0);
                assert_int_equal(seteuid(NOBODY), 0);
        }
        scratch_store(url, &ret->zones, &ret->store);
        assert_int_equal(store_meta_set(ret->store, META_FIRST_START, "1"), 0);
        assert_int_equal(restored_start(ret->store, &held), 0);
        assert_false(held);
        assert_int_equal(access(ret->mark, F_OK), 0);
        assert_int_equal(hold_begin(ret->store, MARK_LOSSES), 0);
}

static void close_held(Place *place)
{
        assert_int_equal(seteuid(getuid()), 0);
        scratch_close(place->directory, place->store, NULL, place->zones);
}

static void resume(Place *place)
{
        bool held = true;
        MarkAge why = MARK_LOSSES;
        assert_int_equal(hold_set_wish(place->store, HOLD_SEND), 0);
        assert_int_equal(restored_settle(place->store, USEC_INFINITY, USEC_PER_SEC, &held), 0);
        assert_false(held);
        assert_int_equal(hold_reason(place->store, &why), 0);
        assert_int_equal(why, MARK_CURRENT);
}

static void test_restored_settle__replaces_a_mark_that_it_may_not_read(void **state)
{
        (void)state;
        Place place;
        MarkAge age = MARK_OLDER;
        open_held(&place);
        assert_int_equal(chmod(place.mark, 0), 0);
        assert_int_equal(mark_compare(place.store, &age), -EACCES);
        resume(&place);
        assert_int_equal(mark_compare(place.store, &age), 0);
        assert_int_equal(age, MARK_CURRENT);
        close_held(&place);
}

static void test_restored_settle__ends_the_hold_if_the_mark_cannot_be_written(void **state)
{
        (void)state;
        Place place;
        open_held(&place);
        assert_int_equal(unlink(place.mark), 0);
        assert_int_equal(mkdir(place.mark, 0700), 0);
        resume(&place);
        close_held(&place);
}

static void test_restored_start__keeps_a_hold_whose_row_is_damaged(void **state)
{
        static const char *const holds[] = { "99 0 -", "-1 0 -", "x" };
        (void)state;
        for (size_t i = 0; i < sizeof(holds) / sizeof(*holds); i++) {
                Place place;
                bool held = false;
                open_held(&place);
                assert_int_equal(store_meta_set(place.store, "hold", holds[i]), 0);
                assert_int_equal(restored_start(place.store, &held), 0);
                assert_true(held);
                close_held(&place);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_restored_settle__replaces_a_mark_that_it_may_not_read),
                cmocka_unit_test(test_restored_settle__ends_the_hold_if_the_mark_cannot_be_written),
                cmocka_unit_test(test_restored_start__keeps_a_hold_whose_row_is_damaged),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
