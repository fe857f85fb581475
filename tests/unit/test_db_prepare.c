/* Tests the cache of prepared statements, and the numbers in statements. */

#include "engines.h"

typedef struct Nested {
        Store *store;
        int depth, n;
} Nested;

static int count_nested(DbStatement *row, void *userdata)
{
        Nested *nested = userdata;
        int64_t value = db_int(row, 0);
        nested->n++;
        if (nested->depth++ == 0) {
                assert_int_equal(object_each(nested->store, &(ObjectFilter){ 0 }, on_object, NULL), 0);
                Nested inner = { nested->store, 1, 0 };
                assert_int_equal(QUERY_EACH(nested->store, count_nested, &inner, "SELECT 1"), 0);
        }
        assert_int_equal(db_int(row, 0), value);
        return 0;
}

static int walk_same(Nested *nested);

static int on_same(DbStatement *row, void *userdata)
{
        Nested *nested = userdata;
        int64_t value = db_int(row, 0);
        nested->n++;
        if (nested->depth == 0) {
                Nested inner = { nested->store, 1, 0 };
                assert_int_equal(walk_same(&inner), 0);
                assert_int_equal(inner.n, 2);
        }
        assert_int_equal(db_int(row, 0), value);
        return 0;
}

static int walk_same(Nested *nested)
{
        return QUERY_EACH(nested->store, on_same, nested, "SELECT id FROM object ORDER BY id");
}

static void test_db_prepare__a_walk_within_a_walk_of_the_same_statement(void **state)
{
        Fixture *f = *state;
        Nested nested = { f->store, 0, 0 };
        assert_int_equal(walk_same(&nested), 0);
        assert_int_equal(nested.n, 2);
        Nested other = { f->store, 0, 0 };
        assert_int_equal(QUERY_EACH(f->store, count_nested, &other, "SELECT id FROM object"), 0);
        assert_int_equal(other.n, 2);
}

enum { MANY = DB_STATEMENTS_MAX + 40 };

static void test_db_prepare__the_longest_unused_makes_room(void **state)
{
        Fixture *f = *state;
        static char texts[MANY][32];
        static Sql many[MANY];
        DbStatement *held, *statement;
        Db *db = store_db(f->store);
        for (int i = 0; i < MANY; i++) {
                snprintf(texts[i], sizeof(texts[i]), "SELECT %d", i);
                many[i] = (Sql){ texts[i] };
        }
        assert_int_equal(db_prepare(db, &many[0], &held), 0);
        assert_int_equal(db_step(held), DB_ROW);
        for (int round = 0; round < 2; round++)
                for (int i = 1; i < MANY; i++) {
                        assert_int_equal(db_prepare(db, &many[i], &statement), 0);
                        assert_int_equal(db_step(statement), DB_ROW);
                        assert_int_equal(db_int(statement, 0), i);
                        db_reset(statement);
                        assert_true(db->n_kept <= DB_STATEMENTS_MAX);
                }
        assert_int_equal(db_int(held, 0), 0);
        db_reset(held);
        /* The most recently used statement is still prepared; the least recently used one is not. */
        failing.prepare = failing_prepare;
        db->engine = &failing;
        prepares_left = 0;
        assert_int_equal(db_prepare(db, &many[MANY - 1], &statement), 0);
        db_reset(statement);
        assert_int_equal(db_prepare(db, &many[1], &statement), DB_E_IO);
        assert_null(statement);
        prepares_left = -1;
}

static void test_db_prepare__more_in_use_than_are_kept(void **state)
{
        Fixture *f = *state;
        static char texts[MANY][32];
        static Sql many[MANY];
        DbStatement *held[MANY];
        Db *db = store_db(f->store);
        for (int i = 0; i < MANY; i++) {
                snprintf(texts[i], sizeof(texts[i]), "SELECT %d", i);
                many[i] = (Sql){ texts[i] };
                assert_int_equal(db_prepare(db, &many[i], &held[i]), 0);
                assert_int_equal(db_step(held[i]), DB_ROW);
        }
        for (int i = 0; i < MANY; i++) {
                assert_int_equal(db_int(held[i], 0), i);
                db_reset(held[i]);
        }
        db_reset(NULL);
}

static int atoi_of(const char *text)
{
        return (int)strtol(text, NULL, 10);
}

static void test_sql__numbers_in_statements_are_those_of_the_enums(void **state)
{
        (void)state;
        assert_int_equal(atoi_of(SQL_MAIL_PENDING), MAIL_PENDING);
        assert_int_equal(atoi_of(SQL_MAIL_COMMITTED), MAIL_COMMITTED);
        assert_int_equal(atoi_of(SQL_MAIL_UNKNOWN), MAIL_UNKNOWN);
        assert_int_equal(atoi_of(SQL_MAIL_SENT), MAIL_SENT);
        assert_int_equal(atoi_of(SQL_MAIL_EXPIRED), MAIL_EXPIRED);
        assert_int_equal(atoi_of(SQL_MAIL_SUPPRESSED), MAIL_SUPPRESSED);
        assert_int_equal(atoi_of(SQL_MAIL_PARKED), MAIL_PARKED);
        assert_int_equal(atoi_of(SQL_REASON_POINTLESS), MAIL_REASON_POINTLESS);
        assert_int_equal(atoi_of(SQL_REASON_LATER_DIGEST), MAIL_REASON_LATER_DIGEST);
        assert_int_equal(atoi_of(SQL_REASON_OURS), MAIL_REASON_OURS);
        assert_int_equal(atoi_of(SQL_REASON_SERVER), MAIL_REASON_SERVER);
        assert_int_equal(atoi_of(SQL_REASON_INTERRUPTED), MAIL_REASON_INTERRUPTED);
        assert_int_equal(atoi_of(SQL_REASON_INTERRUPTED_TWICE), MAIL_REASON_INTERRUPTED_TWICE);
        assert_int_equal(atoi_of(SQL_REASON_RETURNED), MAIL_REASON_RETURNED);
        assert_int_equal(atoi_of(SQL_OBJECT_EVENT), OBJECT_EVENT);
        assert_int_equal(atoi_of(SQL_OBJECT_CARD), OBJECT_CARD);
        assert_int_equal(atoi_of(SQL_SUBSCRIBE_ALL), SUBSCRIBE_ALL);
        assert_int_equal(atoi_of(SQL_SUBSCRIBE_KIND), SUBSCRIBE_KIND);
        assert_int_equal(atoi_of(SQL_SUBSCRIBE_EVENT), SUBSCRIBE_EVENT);
        assert_int_equal(atoi_of(SQL_SUBSCRIBE_CALENDAR), SUBSCRIBE_CALENDAR);
}

static void test_mail_reason__names_are_unique(void **state)
{
        (void)state;
        for (int i = MAIL_REASON_NONE; i < MAIL_N_REASONS; i++) {
                assert_int_equal(mail_reason_name(i)[0] == '\0', i == MAIL_REASON_NONE);
                assert_int_equal(mail_reason_text(i)[0] == '\0', i == MAIL_REASON_NONE);
                for (int k = 0; k < i; k++)
                        assert_string_not_equal(mail_reason_name(i), mail_reason_name(k));
        }
        assert_string_equal(mail_reason_name(MAIL_N_REASONS), "");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                DB_TEST(test_db_prepare__a_walk_within_a_walk_of_the_same_statement),
                DB_TEST(test_db_prepare__the_longest_unused_makes_room),
                DB_TEST(test_db_prepare__more_in_use_than_are_kept),
                cmocka_unit_test(test_mail_reason__names_are_unique),
                cmocka_unit_test(test_sql__numbers_in_statements_are_those_of_the_enums),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
