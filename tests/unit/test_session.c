/* Tests the sessions of the office's pages in the store. */

#include "store/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

#define NOW    (1000 * USEC_PER_DAY)
#define SECOND USEC_PER_SEC
#define FIRST  "aaaaaaaaaaaaaaaa000000000000000000000000000000000000000000000000"
#define OTHER  "bbbbbbbbbbbbbbbb000000000000000000000000000000000000000000000000"

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Store *store;
} Fixture;

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        Account account = { .name = "Olga", .role = ACCOUNT_EDITOR, .password = "$y$x", .created = NOW };
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
        assert_int_equal(account_add(f->store, &account), 0);
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

static void add(Fixture *f, const char *hash, usec_t created)
{
        const Session session = {
                .account = "OLGA", .client = "192.0.2.1", .agent = "Browser/1", .created = created
        };
        assert_int_equal(session_add(f->store, &session, hash), 0);
}

static int find(Fixture *f, const char *hash, usec_t now)
{
        Session session;
        return session_find(f->store, hash, now, &session);
}

static void test_session_find__has_what_was_added(void **state)
{
        Fixture *f = *state;
        Session session;
        add(f, FIRST, NOW);
        assert_int_equal(session_find(f->store, FIRST, NOW + SECOND, &session), 0);
        assert_string_equal(session.account, "olga");
        assert_string_equal(session.handle, "aaaaaaaaaaaaaaaa");
        assert_string_equal(session.client, "192.0.2.1");
        assert_string_equal(session.agent, "Browser/1");
        assert_int_equal(session.created, NOW);
        assert_int_equal(find(f, OTHER, NOW), STORE_E_NOT_FOUND);
}

static void test_session_find__an_idle_session_is_over(void **state)
{
        Fixture *f = *state;
        const usec_t idle = SESSION_IDLE_SECONDS * SECOND;
        add(f, FIRST, NOW);
        assert_int_equal(find(f, FIRST, NOW + idle - 1), 0);
        assert_int_equal(find(f, FIRST, NOW + idle), STORE_E_NOT_FOUND);
        assert_int_equal(session_used(f->store, FIRST, NOW + idle / 2), 0);
        assert_int_equal(find(f, FIRST, NOW + idle), 0);
        assert_int_equal(find(f, FIRST, NOW + idle / 2 + idle), STORE_E_NOT_FOUND);
}

static void test_session_find__a_session_in_use_ends_too(void **state)
{
        Fixture *f = *state;
        const usec_t whole = (usec_t)SESSION_SECONDS * SECOND, idle = SESSION_IDLE_SECONDS * SECOND;
        add(f, FIRST, NOW);
        for (usec_t at = NOW; at < NOW + whole; at += idle / 2)
                assert_int_equal(session_used(f->store, FIRST, at), 0);
        assert_int_equal(find(f, FIRST, NOW + whole - 1), 0);
        assert_int_equal(find(f, FIRST, NOW + whole), STORE_E_NOT_FOUND);
}

static void test_session_used__is_rarely_written(void **state)
{
        Fixture *f = *state;
        Session session;
        add(f, FIRST, NOW);
        assert_int_equal(session_used(f->store, FIRST, NOW + SESSION_USED_SECONDS * SECOND), 0);
        assert_int_equal(session_find(f->store, FIRST, NOW, &session), 0);
        assert_int_equal(session.used, NOW);
        assert_int_equal(session_used(f->store, FIRST, NOW + SESSION_USED_SECONDS * SECOND + 1), 0);
        assert_int_equal(session_find(f->store, FIRST, NOW, &session), 0);
        assert_int_equal(session.used, NOW + SESSION_USED_SECONDS * SECOND + 1);
}

static void test_session_find__a_pending_session_opens_nothing(void **state)
{
        Fixture *f = *state;
        const Session pending = { .account = "olga", .created = NOW, .is_pending = true };
        const usec_t end = NOW + SESSION_PENDING_SECONDS * SECOND;
        Session session;
        add(f, OTHER, NOW);
        assert_int_equal(session_add(f->store, &pending, FIRST), 0);
        assert_int_equal(find(f, FIRST, NOW), STORE_E_NOT_FOUND);
        assert_int_equal(session_find_pending(f->store, OTHER, NOW, &session), STORE_E_NOT_FOUND);
        assert_int_equal(session_find_pending(f->store, FIRST, end - 1, &session), 0);
        assert_string_equal(session.account, "olga");
        assert_true(session.is_pending);
        assert_int_equal(session_find_pending(f->store, FIRST, end, &session), STORE_E_NOT_FOUND);
}

static int count(const Session *session, void *userdata)
{
        (void)session;
        ++*(int *)userdata;
        return 0;
}

static int count_all(Fixture *f, usec_t now)
{
        int n = 0;
        assert_int_equal(session_each(f->store, "Olga", now, count, &n), 0);
        return n;
}

static void test_session_end__ends_only_what_is_named(void **state)
{
        Fixture *f = *state;
        add(f, FIRST, NOW);
        add(f, OTHER, NOW + SECOND);
        assert_int_equal(count_all(f, NOW + SECOND), 2);
        assert_int_equal(session_end_of(f->store, "petr", "bbbbbbbbbbbbbbbb"), STORE_E_NOT_FOUND);
        assert_int_equal(session_end_of(f->store, "Olga", "bbbbbbbbbbbbbbbb"), 0);
        assert_int_equal(find(f, OTHER, NOW + SECOND), STORE_E_NOT_FOUND);
        assert_int_equal(find(f, FIRST, NOW + SECOND), 0);
        add(f, OTHER, NOW + SECOND);
        assert_int_equal(session_end_others(f->store, "olga", OTHER), 0);
        assert_int_equal(find(f, FIRST, NOW + SECOND), STORE_E_NOT_FOUND);
        assert_int_equal(session_end(f->store, OTHER), 0);
        assert_int_equal(count_all(f, NOW + SECOND), 0);
}

static void test_session_add__removes_those_that_are_over(void **state)
{
        Fixture *f = *state;
        add(f, FIRST, NOW);
        add(f, OTHER, NOW + SESSION_IDLE_SECONDS * SECOND);
        /* A clock that is set back does not bring the first one back. */
        assert_int_equal(find(f, FIRST, NOW), STORE_E_NOT_FOUND);
}

static void test_account__a_new_password_or_removal_ends_sessions(void **state)
{
        Fixture *f = *state;
        add(f, FIRST, NOW);
        assert_int_equal(account_set_password(f->store, "olga", "$y$y", NOW), 0);
        assert_int_equal(find(f, FIRST, NOW), STORE_E_NOT_FOUND);
        add(f, FIRST, NOW);
        assert_int_equal(account_remove(f->store, "olga"), 0);
        assert_int_equal(find(f, FIRST, NOW), STORE_E_NOT_FOUND);
}

#define SESSION_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                SESSION_TEST(test_session_find__has_what_was_added),
                SESSION_TEST(test_session_find__an_idle_session_is_over),
                SESSION_TEST(test_session_find__a_session_in_use_ends_too),
                SESSION_TEST(test_session_find__a_pending_session_opens_nothing),
                SESSION_TEST(test_session_used__is_rarely_written),
                SESSION_TEST(test_session_end__ends_only_what_is_named),
                SESSION_TEST(test_session_add__removes_those_that_are_over),
                SESSION_TEST(test_account__a_new_password_or_removal_ends_sessions),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
