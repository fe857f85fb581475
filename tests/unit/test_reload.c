/*
 * Tests start and reload: the steps are run in order until one fails, all parts change or none, and the
 * log has the cause of each failure.
 */

#include "service/reload.h"

#include "capture.h"
#include "service/cause.h"
#include "service/start.h"
#include "store/db.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct Fixture {
        char path[64];
        ZoneTable *zones;
        Config *config;
} Fixture;

static const char config_text_lines[] = "store = \"sqlite:/tmp/none.db\";\n"
                                        "http = {\n"
                                        "        base_url = \"http://127.0.0.1:8080\";\n"
                                        "        listen = [ \"127.0.0.1:1\" ];\n"
                                        "};\n";

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        strcpy(f->path, "/tmp/test_reload.XXXXXX");
        int fd = mkstemp(f->path);
        assert_true(write(fd, config_text_lines, strlen(config_text_lines)) > 0);
        close(fd);
        assert_int_equal(zone_table_new(NULL, &f->zones), 0);
        assert_int_equal(config_read(f->path, f->zones, NULL, NULL, &f->config), 0);
        *state = f;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        unlink(f->path);
        config_unref(f->config);
        zone_table_free(f->zones);
        free(f);
        return 0;
}

/* A part whose configuration is a number, and which records its calls. */
typedef struct Part {
        char name;
        int fails; /* what prepare() returns */
        const char *key, *complaint;
        bool without_plan;
        int value;
} Part;

typedef struct Plan {
        char name;
        int value;
} Plan;

static char history[64];
static int n_plans;

static void note(char what, char name)
{
        size_t len = strlen(history);
        snprintf(history + len, sizeof(history) - len, "%c%c ", what, name);
}

static int prepare(void *userdata, Config *config, void **ret_plan, InputError *ret_error)
{
        Part *part = userdata;
        assert_non_null(config);
        note('p', part->name);
        if (part->complaint)
                input_error_set(ret_error, 0, part->key, "%s", part->complaint);
        if (part->fails != 0 || part->without_plan)
                return part->fails;
        Plan *plan = malloc(sizeof(*plan));
        *plan = (Plan){ part->name, part->value + 1 };
        n_plans++;
        *ret_plan = plan;
        return 0;
}

static void discard(void *userdata)
{
        Plan *plan = userdata;
        note('d', plan->name);
        n_plans--;
        free(plan);
}

static void commit(void *userdata, void *planned)
{
        Part *part = userdata;
        Plan *plan = planned;
        note('c', part->name);
        if (!plan)
                return;
        part->value = plan->value;
        n_plans--;
        free(plan);
}

static void test_reload__all_parts_or_none(void **state)
{
        Fixture *f = *state;
        const struct {
                int line, fails_a, fails_b, fails_c, result;
                const char *history, *log;
        } rows[] = {
                { __LINE__, 0, 0, 0, 0, "pa pb pc ca cb cc ", "" },
                { __LINE__, -EMFILE, 0, 0, -EMFILE, "pa ",
                                "part a cannot take the new configuration: Too many open files" },
                { __LINE__, 0, -ENOMEM, 0, -ENOMEM, "pa pb da ",
                                "part b cannot take the new configuration: Cannot allocate memory" },
                { __LINE__, 0, 0, DB_E_FULL, DB_E_FULL, "pa pb pc db da ",
                                "part c cannot take the new configuration: " },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Capture capture;
                Part a = { 'a', rows[i].fails_a, .value = 10 }, b = { 'b', rows[i].fails_b, .value = 20 },
                     c = { 'c', rows[i].fails_c, .value = 30 };
                const ReloadPart parts[] = {
                        { "part a", prepare, commit, discard, &a },
                        { "part b", prepare, commit, discard, &b },
                        { "part c", prepare, commit, discard, &c },
                        { .prepare = NULL },
                };
                history[0] = '\0';
                capture_begin(&capture);
                int r = reload_parts(parts, f->config, f->path);
                const char *log = capture_end(&capture);
                if (r != rows[i].result || strcmp(history, rows[i].history) != 0 ||
                                !strstr(log, rows[i].log))
                        fail_msg("line %d: %d, %s, %s", rows[i].line, r, history, log);
                int n = r == 0;
                assert_int_equal(a.value, 10 + n);
                assert_int_equal(b.value, 20 + n);
                assert_int_equal(c.value, 30 + n);
                assert_int_equal(n_plans, 0);
                if (r == 0)
                        assert_string_equal(log, "");
        }
}

static void test_reload__a_part_without_a_plan(void **state)
{
        Fixture *f = *state;
        Capture capture;
        Part a = { 'a', .without_plan = true }, b = { 'b', .fails = -EIO };
        const ReloadPart parts[] = {
                { "part a", prepare, commit, NULL, &a },
                { "part b", prepare, commit, discard, &b },
                { .prepare = NULL },
        };
        history[0] = '\0';
        capture_begin(&capture);
        assert_int_equal(reload_parts(parts, f->config, f->path), -EIO);
        capture_end(&capture);
        b.fails = 0;
        assert_int_equal(reload_parts(parts, f->config, f->path), 0);
        assert_string_equal(history, "pa pb pa pb ca cb ");
}

static void test_reload__names_file_line_and_key(void **state)
{
        Fixture *f = *state;
        Capture capture;
        Part a = { 'a', .fails = -EADDRINUSE, .key = "http.listen", .complaint = "it is taken" };
        const ReloadPart parts[] = { { "part a", prepare, commit, discard, &a }, { .prepare = NULL } };
        char expected[256];
        snprintf(expected, sizeof(expected),
                        "part a cannot take the new configuration: %s:4: http.listen: it is taken", f->path);
        capture_begin(&capture);
        reload_parts(parts, f->config, f->path);
        assert_non_null(strstr(capture_end(&capture), expected));
}

static void test_cause__in_one_line(void **state)
{
        Fixture *f = *state;
        const struct {
                int line, r;
                InputError error;
                const char *expected;
        } rows[] = {
                { __LINE__, -ENOSPC, { 0 }, "No space left on device" },
                { __LINE__, -ENOSPC, { .message = "the disk is full" }, "the disk is full" },
                { __LINE__, 1, { .where = "store", .message = "it is damaged" },
                                "FILE:1: store: it is damaged" },
                { __LINE__, 1, { .where = "mail.url", .message = "by default" },
                                "FILE: mail.url: by default" },
                { __LINE__, 1, { .line = 77, .where = "store", .message = "x" }, "FILE:77: store: x" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char cause[CAUSE_SIZE];
                InputError error = rows[i].error;
                cause_format(f->config, "FILE", rows[i].r, &error, cause);
                if (strcmp(cause, rows[i].expected) != 0)
                        fail_msg("line %d: %s", rows[i].line, cause);
        }
        char cause[CAUSE_SIZE];
        cause_format(NULL, "FILE", DB_E_READ_ONLY, &(InputError){ 0 }, cause);
        assert_non_null(strstr(cause, "cannot be written"));
}

static int step_a(void *userdata, InputError *ret_error)
{
        (void)userdata, (void)ret_error;
        note('s', 'a');
        return 0;
}

static int step_b(void *userdata, InputError *ret_error)
{
        note('s', 'b');
        input_error_set(ret_error, 0, "http.base_url", "it is not ours");
        return *(const int *)userdata;
}

static void test_start__ends_at_the_first_failure(void **state)
{
        Fixture *f = *state;
        Capture capture;
        int r = -EINVAL;
        const StartStep steps[] = { { "first", step_a }, { "second", step_b }, { "third", step_a },
                { .start = NULL } };
        char expected[256];
        snprintf(expected, sizeof(expected),
                        "convened cannot start: second: %s:3: http.base_url: it is not ours", f->path);
        history[0] = '\0';
        capture_begin(&capture);
        assert_int_equal(start_run(steps, &r, f->config, f->path), -EINVAL);
        assert_non_null(strstr(capture_end(&capture), expected));
        assert_string_equal(history, "sa sb ");
        r = 0;
        history[0] = '\0';
        capture_begin(&capture);
        assert_int_equal(start_run(steps, &r, f->config, f->path), 0);
        assert_string_equal(capture_end(&capture), "");
        assert_string_equal(history, "sa sb sa ");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_reload__all_parts_or_none, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_reload__a_part_without_a_plan, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_reload__names_file_line_and_key, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_cause__in_one_line, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_start__ends_at_the_first_failure, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
