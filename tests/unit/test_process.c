#include "base/process.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static pid_t begin(char name[static PROCESS_NAME_SIZE])
{
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t pid = fork();
        if (pid == 0) {
                process_name(name);
                if (write(ends[1], name, PROCESS_NAME_SIZE) == PROCESS_NAME_SIZE)
                        pause();
                _exit(1);
        }
        assert_int_equal(read(ends[0], name, PROCESS_NAME_SIZE), PROCESS_NAME_SIZE);
        close(ends[0]);
        close(ends[1]);
        return pid;
}

static void test_process_is_gone__when_it_has_ended(void **state)
{
        (void)state;
        siginfo_t info;
        char name[PROCESS_NAME_SIZE] = "";
        pid_t pid = begin(name);
        assert_false(process_is_gone(name));
        kill(pid, SIGKILL);
        assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
        assert_true(process_is_gone(name)); /* its status is left */
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        assert_true(process_is_gone(name));
}

static void test_process_is_gone__not_for_others(void **state)
{
        (void)state;
        char name[PROCESS_NAME_SIZE];
        process_name(name);
        assert_false(process_is_gone(name));
        assert_false(process_is_gone(""));
        name[0] = name[0] == 'a' ? 'b' : 'a'; /* another boot */
        assert_false(process_is_gone(name));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_process_is_gone__when_it_has_ended),
                cmocka_unit_test(test_process_is_gone__not_for_others),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
