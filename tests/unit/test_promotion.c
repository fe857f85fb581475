/*
 * Tests the numbers of changes after a standby was promoted. A table in front of the engine says which
 * timeline there is.
 */

#include "store/account.h"
#include "store/db-internal.h"
#include "store/office-text.h"
#include "store/promotion.h"

#include "scratch.h"

enum { N_PROMOTIONS = 40, N_REMEMBERED = 32 };

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        Store *store;
        DbEngine engine;
} Fixture;

static char timeline[DB_TIMELINE_SIZE];

static const char *timeline_of(Db *db)
{
        (void)db;
        return timeline;
}

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        *state = f;
        strcpy(timeline, "00000001");
        scratch_open(f->directory, f->url);
        scratch_store(f->url, &f->zones, &f->store);
        f->engine = *store_db(f->store)->engine;
        f->engine.timeline = timeline_of;
        store_db(f->store)->engine = &f->engine;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        scratch_close(f->directory, f->store, NULL, f->zones);
        free(f);
        return 0;
}

static void write_nothing(const Fixture *f)
{
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(store_commit(f->store), 0);
}

static int64_t sequence(const Fixture *f)
{
        int64_t found = -1;
        assert_int_equal(store_sequence(f->store, &found), 0);
        return found;
}

static bool is_lost(const Fixture *f, int64_t change)
{
        bool lost;
        assert_int_equal(promotion_has_lost(f->store, change, &lost), 0);
        return lost;
}

static void test_promotion__leaves_one_gap(void **state)
{
        Fixture *f = *state;
        write_nothing(f);
        int64_t before = sequence(f);
        assert_true(before < 1000000); /* the first timeline leaves none */
        write_nothing(f);
        assert_int_equal(sequence(f), before);
        assert_false(is_lost(f, before + 1));
        strcpy(timeline, "00000002");
        write_nothing(f);
        int64_t after = sequence(f);
        write_nothing(f);
        assert_int_equal(sequence(f), after);
        assert_true(after > before + 1000000);
        assert_false(is_lost(f, before));
        assert_true(is_lost(f, before + 1));
        assert_true(is_lost(f, after - 1));
        assert_false(is_lost(f, after));
        assert_false(is_lost(f, after + 1));
}

/* The number of a text that was lost is not given again: a daemon may have that text in force. */
static void test_promotion__gives_no_number_of_a_text_twice(void **state)
{
        Fixture *f = *state;
        int64_t before, after;
        assert_int_equal(office_text_put(f->store, "session.ru", "a", 0, 1), 0);
        assert_int_equal(office_text_last(f->store, &before), 0);
        strcpy(timeline, "00000002");
        assert_int_equal(office_text_put(f->store, "session.en", "b", 0, 2), 0);
        assert_int_equal(office_text_last(f->store, &after), 0);
        assert_true(after > before + 1000000);
}

/* A password that was right at a version that was lost does not count as right at another version. */
static void test_promotion__gives_no_version_of_the_accounts_twice(void **state)
{
        Fixture *f = *state;
        int64_t before, after;
        write_nothing(f);
        assert_int_equal(account_version(f->store, &before), 0);
        strcpy(timeline, "00000002");
        write_nothing(f);
        assert_int_equal(account_version(f->store, &after), 0);
        assert_true(after > before + 1000000);
}

/* The first writer may fail. */
static void test_promotion__is_noticed_by_the_first_commit(void **state)
{
        Fixture *f = *state;
        write_nothing(f);
        int64_t before = sequence(f);
        strcpy(timeline, "00000002");
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_not_equal(sequence(f), before);
        store_rollback(f->store);
        assert_int_equal(sequence(f), before);
        write_nothing(f);
        assert_true(is_lost(f, before + 1));
}

static void test_promotion__newest_gaps_are_remembered(void **state)
{
        Fixture *f = *state;
        int64_t before[N_PROMOTIONS];
        for (int i = 0; i < N_PROMOTIONS; i++) {
                write_nothing(f);
                before[i] = sequence(f);
                snprintf(timeline, sizeof(timeline), "%08X", (unsigned)i + 2);
        }
        for (int i = 0; i < N_PROMOTIONS - 1; i++)
                assert_int_equal(is_lost(f, before[i] + 1), i >= N_PROMOTIONS - 1 - N_REMEMBERED);
}

#define PROMOTION_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                PROMOTION_TEST(test_promotion__leaves_one_gap),
                PROMOTION_TEST(test_promotion__gives_no_number_of_a_text_twice),
                PROMOTION_TEST(test_promotion__gives_no_version_of_the_accounts_twice),
                PROMOTION_TEST(test_promotion__is_noticed_by_the_first_commit),
                PROMOTION_TEST(test_promotion__newest_gaps_are_remembered),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
