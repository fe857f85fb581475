#include "cli/owner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOBODY = 65534 };

typedef bool Check(void);

/* Runs the check in a child process that drops root's rights. */
static bool holds_as_owner(Check *check)
{
        char directory[] = "/tmp/convened-owner-XXXXXX", url[64];
        int status = -1;
        assert_non_null(mkdtemp(directory));
        assert_int_equal(chown(directory, NOBODY, NOBODY), 0);
        snprintf(url, sizeof(url), "sqlite:%s/convened.db", directory);
        pid_t child = fork();
        if (child == 0)
                _exit(owner_become(url) == 0 && check() ? 0 : 1);
        assert_int_equal(waitpid(child, &status, 0), child);
        rmdir(directory);
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool comes_back(void)
{
        owner_pause();
        bool is_root = geteuid() == 0 && getegid() == 0;
        owner_resume();
        return is_root && geteuid() == NOBODY && getegid() == NOBODY;
}

static bool stays(void)
{
        uid_t real, effective, saved;
        gid_t real_group, effective_group, saved_group;
        if (owner_stay() != 0 || getresuid(&real, &effective, &saved) != 0 ||
                        getresgid(&real_group, &effective_group, &saved_group) != 0)
                return false;
        bool all = real == NOBODY && effective == NOBODY && saved == NOBODY && real_group == NOBODY &&
                   effective_group == NOBODY && saved_group == NOBODY;
        owner_pause();
        return all && geteuid() == NOBODY && seteuid(0) != 0 && setegid(0) != 0;
}

static void test_owner_become__is_undone_by_a_pause(void **state)
{
        (void)state;
        if (geteuid() != 0)
                skip();
        assert_true(holds_as_owner(comes_back));
}

static void test_owner_stay__cannot_be_undone(void **state)
{
        (void)state;
        if (geteuid() != 0)
                skip();
        assert_true(holds_as_owner(stays));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_owner_become__is_undone_by_a_pause),
                cmocka_unit_test(test_owner_stay__cannot_be_undone),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
