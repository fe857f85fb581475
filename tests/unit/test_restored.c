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

/* Starts as a daemon does. Returns why mails are held. */
static MarkAge start(Place *place)
{
        bool held = false;
        MarkAge why = MARK_CURRENT;
        assert_int_equal(restored_start(place->store, &held), 0);
        assert_int_equal(hold_reason(place->store, &why), 0);
        assert_int_equal(held, why != MARK_CURRENT);
        return why;
}

static char *hold_text(Place *place)
{
        char *text = NULL;
        assert_int_equal(store_meta_get(place->store, "hold", &text), 0);
        return text;
}

/* The hold of a backup is not taken for the present one, although the mark is missing both times. */
static void test_restored_start__a_hold_beside_a_missing_mark_has_an_identity(void **state)
{
        (void)state;
        Place place;
        open_held(&place);
        assert_int_equal(hold_end(place.store, HOLD_SEND, 1, &(int64_t){ 0 }), 0);
        assert_int_equal(unlink(place.mark), 0);
        assert_int_equal(hold_set_wish(place.store, HOLD_SKIP), 0);
        assert_int_equal(start(&place), MARK_MISSING);
        HoldWish wish = HOLD_UNDECIDED;
        assert_int_equal(hold_wish(place.store, &wish), 0);
        assert_int_equal(wish, HOLD_SKIP);
        assert_int_equal(hold_fix_past(place.store, 7 * USEC_PER_SEC), 0);
        CLEANUP(cleanup_free) char *first = hold_text(&place);
        /* A restart goes on with the same hold. */
        assert_int_equal(start(&place), MARK_MISSING);
        CLEANUP(cleanup_free) char *again = hold_text(&place);
        assert_string_equal(first, again);
        /* The same rows without any mark are those of a backup: its past and its wish are void. */
        assert_int_equal(unlink(place.mark), 0);
        assert_int_equal(start(&place), MARK_MISSING);
        CLEANUP(cleanup_free) char *other = hold_text(&place);
        assert_non_null(strstr(other, " 0 "));
        assert_string_not_equal(first, other);
        assert_int_equal(hold_wish(place.store, &wish), 0);
        assert_int_equal(wish, HOLD_UNDECIDED);
        close_held(&place);
}

/* A database server's backup was put back: the store cannot notice that, and an operator says so. */
static void test_hold_order__holds_until_the_operator_decides(void **state)
{
        (void)state;
        Place place;
        bool held = false;
        MarkAge why = MARK_CURRENT;
        HoldWish wish = HOLD_SEND;
        open_held(&place);
        resume(&place);
        assert_int_equal(restored_look(place.store, &held), 0);
        assert_false(held);
        assert_int_equal(hold_set_wish(place.store, HOLD_SEND), 0); /* of the backup */
        assert_int_equal(hold_order(place.store), 0);
        assert_int_equal(hold_wish(place.store, &wish), 0);
        assert_int_equal(wish, HOLD_UNDECIDED);
        assert_int_equal(restored_look(place.store, &held), 0);
        assert_true(held);
        assert_int_equal(restored_start(place.store, &held), 0);
        assert_true(held);
        assert_int_equal(hold_reason(place.store, &why), 0);
        assert_int_equal(why, MARK_ORDERED);
        resume(&place);
        assert_int_equal(restored_look(place.store, &held), 0);
        assert_false(held);
        close_held(&place);
}

static void test_mark_write__never_goes_back(void **state)
{
        (void)state;
        Place place;
        CLEANUP(mark_freep) Mark *mark = NULL;
        char word[MARK_WORD_SIZE], after[MARK_WORD_SIZE];
        open_held(&place);
        assert_int_equal(mark_open(place.store, &mark), 0);
        assert_int_equal(mark_write(mark, 5, 0), 0);
        assert_int_equal(mark_word(place.store, word), 0);
        mark = mark_free(mark);
        /* The store says 0: it is an older one. */
        assert_int_equal(mark_open(place.store, &mark), 0);
        assert_int_equal(mark_write(mark, 1, 0), 0);
        assert_int_equal(mark_word(place.store, after), 0);
        assert_string_equal(word, after);
        close_held(&place);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_hold_order__holds_until_the_operator_decides),
                cmocka_unit_test(test_restored_settle__replaces_a_mark_that_it_may_not_read),
                cmocka_unit_test(test_restored_settle__ends_the_hold_if_the_mark_cannot_be_written),
                cmocka_unit_test(test_restored_start__keeps_a_hold_whose_row_is_damaged),
                cmocka_unit_test(test_restored_start__a_hold_beside_a_missing_mark_has_an_identity),
                cmocka_unit_test(test_mark_write__never_goes_back),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
