#include "base/health.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SECONDS(n) ((n)*USEC_PER_SEC)

static usec_t sign_of(const void *userdata)
{
        return *(const usec_t *)userdata;
}

static void on_part(const char *name, bool well, void *userdata)
{
        char *text = userdata;
        sprintf(text + strlen(text), "%s%c ", name, well ? '+' : '-');
}

static const char *ask(Health *health, usec_t now, bool expected)
{
        static char text[128];
        text[0] = '\0';
        assert_int_equal(health_ask(health, now, on_part, text), expected);
        return text;
}

static void test_health_ask__judges_each_part(void **state)
{
        (void)state;
        CLEANUP(health_freep) Health *health = NULL;
        usec_t http = USEC_INFINITY, mail = USEC_INFINITY;
        const HealthPart parts[] = {
                { "http", "the HTTP threads", sign_of, &http },
                { "mail", NULL, sign_of, &mail },
                { .name = NULL },
        };
        assert_int_equal(health_new(parts, &health), 0);
        assert_string_equal(ask(health, SECONDS(100), true), "loop+ http+ mail+ ");
        http = SECONDS(91);
        assert_string_equal(ask(health, SECONDS(101), true), "loop+ http+ mail+ ");
        assert_string_equal(ask(health, SECONDS(102), false), "loop+ http- mail+ ");
        http = USEC_INFINITY;
        mail = 0;
        assert_string_equal(ask(health, SECONDS(103), false), "loop+ http+ mail- ");
}

static void test_health_ask__pings_the_loop(void **state)
{
        (void)state;
        CLEANUP(health_freep) Health *health = NULL;
        assert_int_equal(health_new(&(HealthPart){ .name = NULL }, &health), 0);
        struct pollfd fd = { .fd = health_fd(health), .events = POLLIN };
        assert_int_equal(poll(&fd, 1, 0), 0);
        assert_string_equal(ask(health, SECONDS(100), true), "loop+ ");
        assert_int_equal(poll(&fd, 1, 0), 1);
        assert_string_equal(ask(health, SECONDS(110), true), "loop+ ");
        assert_string_equal(ask(health, SECONDS(111), false), "loop- ");
        health_answer(health);
        assert_int_equal(poll(&fd, 1, 0), 0);
        assert_string_equal(ask(health, SECONDS(112), true), "loop+ ");
}

static void test_health_find_stuck__only_threads_that_a_restart_mends(void **state)
{
        (void)state;
        CLEANUP(health_freep) Health *health = NULL;
        usec_t http = USEC_INFINITY, reminders = 0, mail = USEC_INFINITY;
        const HealthPart parts[] = {
                { "reminders", NULL, sign_of, &reminders },
                { "http", "the HTTP threads", sign_of, &http },
                { "mail", "the mail threads", sign_of, &mail },
                { .name = NULL },
        };
        assert_int_equal(health_new(parts, &health), 0);
        assert_null(health_find_stuck(health, SECONDS(100), SECONDS(60)));
        mail = SECONDS(40);
        assert_null(health_find_stuck(health, SECONDS(100), SECONDS(60)));
        assert_string_equal(health_find_stuck(health, SECONDS(101), SECONDS(60)), "the mail threads");
        http = SECONDS(1);
        assert_string_equal(health_find_stuck(health, SECONDS(101), SECONDS(60)), "the HTTP threads");
        /* A heartbeat later than the time passed to the check. */
        http = mail = SECONDS(102);
        assert_null(health_find_stuck(health, SECONDS(101), SECONDS(60)));
}

static void test_health_new__refuses_too_many_parts(void **state)
{
        (void)state;
        CLEANUP(health_freep) Health *health = NULL;
        usec_t well = USEC_INFINITY, ill = 0;
        HealthPart parts[HEALTH_PARTS_MAX + 2] = { { .name = NULL } };
        for (int i = 0; i <= HEALTH_PARTS_MAX; i++)
                parts[i] = (HealthPart){ "p", NULL, sign_of, i < HEALTH_PARTS_MAX ? &well : &ill };
        assert_int_equal(health_new(parts, &health), 0);
        assert_string_equal(ask(health, SECONDS(1), true), "loop+ p+ p+ p+ p+ ");
        assert_null(health_free(NULL));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_health_ask__judges_each_part),
                cmocka_unit_test(test_health_ask__pings_the_loop),
                cmocka_unit_test(test_health_find_stuck__only_threads_that_a_restart_mends),
                cmocka_unit_test(test_health_new__refuses_too_many_parts),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
