/* Tests accounts, app passwords and rights in the store. */

#include "store/account-right.h"
#include "store/account-token.h"
#include "store/object.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

#define NOW  (1000 * USEC_PER_DAY)
#define HOUR (3600 * USEC_PER_SEC)

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Store *store;
} Fixture;

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
        assert_int_equal(collection_ensure(f->store, COLLECTION_EVENTS, false, "Europe/Moscow"), 0);
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

static int add(Fixture *f, const char *name, AccountRole role)
{
        Account account = { .role = role, .password = "$y$x", .created = NOW, .changed = NOW };
        strcpy(account.name, name);
        return account_add(f->store, &account);
}

static int64_t version(Fixture *f)
{
        int64_t ret = -1;
        assert_int_equal(account_version(f->store, &ret), 0);
        return ret;
}

static void test_account_name_is_valid(void **state)
{
        static const struct {
                int line;
                const char *name;
                bool is_valid;
        } cases[] = {
                { __LINE__, "anna", true },
                { __LINE__, "Anna.K-2_x", true },
                { __LINE__, "7", true },
                { __LINE__, "", false },
                { __LINE__, ".anna", false },
                { __LINE__, "-anna", false },
                { __LINE__, "_anna", false },
                { __LINE__, "..", false },
                { __LINE__, "anna@example.org", false },
                { __LINE__, "anna/boris", false },
                { __LINE__, "anna:x", false },
                { __LINE__, "an na", false },
                { __LINE__, "анна", false },
                { __LINE__, "a23456789012345678901234567890123456789012345678901234567890abcd", true },
                { __LINE__, "a23456789012345678901234567890123456789012345678901234567890abcde", false },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
                if (account_name_is_valid(cases[i].name) != cases[i].is_valid)
                        fail_msg("line %d", cases[i].line);
}

static void test_account_add__names_are_unique_in_any_case(void **state)
{
        Fixture *f = *state;
        Account account;
        int64_t before = version(f);
        assert_int_equal(add(f, "Anna", ACCOUNT_EDITOR), 0);
        assert_int_equal(version(f), before + 1);
        assert_int_equal(add(f, "anna", ACCOUNT_READER), STORE_E_CONFLICT);
        assert_int_equal(version(f), before + 1);
        assert_int_equal(account_get(f->store, "aNNa", &account), 0);
        assert_string_equal(account.name, "Anna");
        assert_int_equal(account.role, ACCOUNT_EDITOR);
        assert_string_equal(account.password, "$y$x");
        assert_int_equal(account.created, NOW);
        assert_int_equal(account_get(f->store, "boris", &account), STORE_E_NOT_FOUND);
        assert_int_equal(account_get(f->store, "", &account), STORE_E_NOT_FOUND);
}

static int add_with_mail(Fixture *f, const char *name, const char *mail)
{
        Account account = { .role = ACCOUNT_READER, .created = NOW, .changed = NOW };
        strcpy(account.name, name);
        strcpy(account.mail, mail);
        return account_add(f->store, &account);
}

/* Two accounts with one address could not be told apart by an invitation to it. */
static void test_account_mail__is_unique_in_any_spelling(void **state)
{
        Fixture *f = *state;
        Account account;
        assert_int_equal(add_with_mail(f, "anna", "Anna@Example.org"), 0);
        assert_int_equal(add_with_mail(f, "boris", "anna@example.ORG"), STORE_E_CONFLICT);
        assert_int_equal(account_get(f->store, "boris", &account), STORE_E_NOT_FOUND);
        assert_int_equal(add_with_mail(f, "boris", ""), 0);
        assert_int_equal(add_with_mail(f, "vera", ""), 0);
        assert_int_equal(account_set_mail(f->store, "boris", "ANNA@example.org"), STORE_E_CONFLICT);
        assert_int_equal(account_set_mail(f->store, "Anna", "ANNA@example.org"), 0);
        assert_int_equal(account_set_mail(f->store, "nobody", "nobody@example.org"), STORE_E_NOT_FOUND);
        assert_int_equal(account_set_mail(f->store, "boris", "boris@xn--e1afmkfd.xn--p1ai"), 0);
        assert_int_equal(account_find_mail(f->store, "Boris@пример.рф", &account), 0);
        assert_string_equal(account.name, "boris");
        assert_string_equal(account.mail, "boris@xn--e1afmkfd.xn--p1ai");
        assert_int_equal(account_find_mail(f->store, "", &account), STORE_E_NOT_FOUND);
        assert_int_equal(account_set_mail(f->store, "boris", ""), 0);
        assert_int_equal(account_find_mail(f->store, "boris@пример.рф", &account), STORE_E_NOT_FOUND);
}

/* Each change raises the version, and a change that finds nothing leaves it. */
static void test_account_version__rises_with_each_change(void **state)
{
        Fixture *f = *state;
        AccountToken token = { .account = "anna", .label = "phone", .created = NOW };
        assert_int_equal(add(f, "anna", ACCOUNT_READER), 0);
        int64_t last = version(f);
#define RISES(call)                                                                                         \
        do {                                                                                                \
                assert_int_equal(call, 0);                                                                  \
                assert_int_equal(version(f), ++last);                                                       \
        } while (0)
        RISES(account_set_password(f->store, "ANNA", "$y$z", NOW + 1));
        RISES(account_set_role(f->store, "anna", ACCOUNT_ADMIN));
        RISES(account_set_mail(f->store, "ANNA", "anna@example.org"));
        RISES(account_token_add(f->store, &token, "hash"));
        RISES(account_token_remove(f->store, "anna", "phone"));
        RISES(account_grant(f->store, "anna", "events", ACCOUNT_READ));
        RISES(account_grant_default(f->store, "anna", "events"));
        RISES(account_remove(f->store, "anna"));
#undef RISES
        assert_int_equal(account_set_password(f->store, "anna", "", NOW), STORE_E_NOT_FOUND);
        assert_int_equal(account_set_role(f->store, "anna", ACCOUNT_ADMIN), STORE_E_NOT_FOUND);
        assert_int_equal(account_token_remove(f->store, "anna", "phone"), STORE_E_NOT_FOUND);
        assert_int_equal(account_grant(f->store, "anna", "events", ACCOUNT_READ), STORE_E_NOT_FOUND);
        assert_int_equal(account_grant_default(f->store, "anna", "events"), STORE_E_NOT_FOUND);
        assert_int_equal(account_remove(f->store, "anna"), STORE_E_NOT_FOUND);
        assert_int_equal(version(f), last);
}

static void test_account_token__is_found_by_its_hash(void **state)
{
        Fixture *f = *state;
        AccountToken token = { .account = "Anna", .label = "phone", .read_only = true, .created = NOW },
                     found;
        assert_int_equal(add(f, "Anna", ACCOUNT_READER), 0);
        assert_int_equal(account_token_add(f->store, &token, "one"), 0);
        assert_int_equal(account_token_add(f->store, &token, "two"), STORE_E_CONFLICT);
        strcpy(token.label, "laptop");
        token.read_only = false;
        assert_int_equal(account_token_add(f->store, &token, "two"), 0);
        assert_int_equal(account_token_find(f->store, "one", &found), 0);
        assert_string_equal(found.account, "anna");
        assert_string_equal(found.label, "phone");
        assert_true(found.read_only);
        assert_int_equal(found.used, 0);
        assert_int_equal(account_token_find(f->store, "three", &found), STORE_E_NOT_FOUND);
        assert_int_equal(account_remove(f->store, "anna"), 0);
        assert_int_equal(account_token_find(f->store, "one", &found), STORE_E_NOT_FOUND);
}

/* A use is stored once an hour, and does not change what is verified. */
static void test_account_token_used__is_rarely_written(void **state)
{
        Fixture *f = *state;
        AccountToken token = { .account = "anna", .label = "phone", .created = NOW }, found;
        assert_int_equal(add(f, "anna", ACCOUNT_READER), 0);
        assert_int_equal(account_token_add(f->store, &token, "one"), 0);
        int64_t before = version(f);
        static const struct {
                usec_t now, used;
        } uses[] = { { NOW, NOW }, { NOW + HOUR, NOW }, { NOW + HOUR + 1, NOW + HOUR + 1 } };
        for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
                assert_int_equal(account_token_find(f->store, "one", &found), 0);
                assert_int_equal(account_token_used(f->store, found.id, uses[i].now), 0);
                assert_int_equal(account_token_find(f->store, "one", &found), 0);
                assert_int_equal(found.used, uses[i].used);
        }
        assert_int_equal(version(f), before);
}

static AccountAccess access_to(Fixture *f, const char *name, const char *collection)
{
        Account account;
        AccountAccess access = ACCOUNT_NO_ACCESS;
        assert_int_equal(account_get(f->store, name, &account), 0);
        assert_int_equal(account_access(f->store, &account, collection, &access), 0);
        return access;
}

static void test_account_access__is_the_roles_or_its_own(void **state)
{
        Fixture *f = *state;
        Account account;
        AccountAccess access;
        assert_int_equal(add(f, "reader", ACCOUNT_READER), 0);
        assert_int_equal(add(f, "editor", ACCOUNT_EDITOR), 0);
        assert_int_equal(add(f, "admin", ACCOUNT_ADMIN), 0);
        assert_int_equal(access_to(f, "reader", "events"), ACCOUNT_READ);
        assert_int_equal(access_to(f, "reader", "contacts"), ACCOUNT_NO_ACCESS);
        assert_int_equal(access_to(f, "editor", "events"), ACCOUNT_WRITE);
        assert_int_equal(access_to(f, "editor", "contacts"), ACCOUNT_WRITE);
        assert_int_equal(access_to(f, "admin", "contacts"), ACCOUNT_WRITE);
        assert_int_equal(account_grant(f->store, "reader", "contacts", ACCOUNT_READ), 0);
        assert_int_equal(account_grant(f->store, "editor", "events", ACCOUNT_NO_ACCESS), 0);
        assert_int_equal(account_grant(f->store, "admin", "events", ACCOUNT_NO_ACCESS), 0);
        assert_int_equal(access_to(f, "reader", "contacts"), ACCOUNT_READ);
        assert_int_equal(access_to(f, "editor", "events"), ACCOUNT_NO_ACCESS);
        assert_int_equal(access_to(f, "editor", "contacts"), ACCOUNT_WRITE);
        assert_int_equal(access_to(f, "admin", "events"), ACCOUNT_WRITE);
        assert_int_equal(account_grant_default(f->store, "Editor", "events"), 0);
        assert_int_equal(access_to(f, "editor", "events"), ACCOUNT_WRITE);
        assert_int_equal(account_grant(f->store, "editor", "nothing", ACCOUNT_READ), STORE_E_NOT_FOUND);
        assert_int_equal(account_get(f->store, "editor", &account), 0);
        assert_int_equal(account_access(f->store, &account, "nothing", &access), STORE_E_NOT_FOUND);
}

#define ACCOUNT_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_account_name_is_valid),
                ACCOUNT_TEST(test_account_add__names_are_unique_in_any_case),
                ACCOUNT_TEST(test_account_mail__is_unique_in_any_spelling),
                ACCOUNT_TEST(test_account_version__rises_with_each_change),
                ACCOUNT_TEST(test_account_token__is_found_by_its_hash),
                ACCOUNT_TEST(test_account_token_used__is_rarely_written),
                ACCOUNT_TEST(test_account_access__is_the_roles_or_its_own),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
