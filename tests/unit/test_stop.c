#include "service/stop.h"

#include "manager.h"

#define SECONDS(n) ((n)*USEC_PER_SEC)

static void test_stop_wants_extension__once_a_second_while_threads_live(void **state)
{
        (void)state;
        const struct {
                int line;
                usec_t now, asked, sign;
                bool expected;
        } rows[] = {
                { __LINE__, SECONDS(100), 0, SECONDS(100), true },
                { __LINE__, SECONDS(100), 0, USEC_INFINITY, true },
                { __LINE__, SECONDS(100), SECONDS(99), SECONDS(100), true },
                { __LINE__, SECONDS(100), SECONDS(99) + 1, SECONDS(100), false },
                { __LINE__, SECONDS(100), 0, SECONDS(90), true },
                { __LINE__, SECONDS(100), 0, SECONDS(90) - 1, false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (stop_wants_extension(rows[i].now, rows[i].asked, rows[i].sign) != rows[i].expected)
                        fail_msg("line %d", rows[i].line);
}

/* Simulated work: the mail's reply arrives after three checks, and the connections end two checks later. */
typedef struct Work {
        int n_looks, n_drains;
} Work;

static bool awaits_reply(const void *userdata)
{
        return ((const Work *)userdata)->n_looks < 3;
}

static usec_t oldest_sign(const void *userdata)
{
        (void)userdata;
        return USEC_INFINITY;
}

static void drain(void *userdata)
{
        ((Work *)userdata)->n_drains++;
}

static bool is_over(void *userdata)
{
        Work *work = userdata;
        return ++work->n_looks > 3 && work->n_drains == 2;
}

static void test_stop__waits_for_the_reply_and_then_drains(void **state)
{
        (void)state;
        Manager manager;
        manager_open(&manager);
        sd_event *loop = NULL;
        Work work = { 0 };
        const StopTarget target = { awaits_reply, oldest_sign, drain, is_over, &work };
        CLEANUP(stop_freep) Stop *stop = NULL;
        assert_true(sd_event_new(&loop) >= 0);
        assert_int_equal(stop_begin(loop, &target, &stop), 0);
        assert_int_equal(sd_event_loop(loop), EXIT_SUCCESS);
        assert_int_equal(work.n_looks, 5);
        assert_int_equal(work.n_drains, 2);
        assert_string_equal(manager_read(&manager),
                        "[STATUS=stopping: a mail server owes its reply][EXTEND_TIMEOUT_USEC=10000000]");
        stop = stop_free(stop);
        sd_event_unref(loop);
        manager_close(&manager);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_stop_wants_extension__once_a_second_while_threads_live),
                cmocka_unit_test(test_stop__waits_for_the_reply_and_then_drains),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
