#include "service/options.h"

#include "capture.h"

#include <errno.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ARGUMENTS_MAX = 6 };

static int parse(const char *const *arguments, Options *ret)
{
        char *argv[ARGUMENTS_MAX + 2] = { (char *)"convened" };
        int argc = 1;
        for (; arguments[argc - 1]; argc++)
                argv[argc] = (char *)arguments[argc - 1];
        optind = 0; /* getopt(3): restart the scan */
        return options_parse(argc, argv, ret);
}

static void test_options_parse__accepts_all_options(void **state)
{
        (void)state;
        const struct {
                int line;
                const char *arguments[ARGUMENTS_MAX];
                Options expected;
        } rows[] = {
                { __LINE__, { NULL }, { .config = "/etc/convened/convened.conf" } },
                { __LINE__, { "--config", "/x" }, { .config = "/x" } },
                { __LINE__, { "--config=/x", "--check" }, { .config = "/x", .check = true } },
                { __LINE__, { "-c", "/y" }, { .config = "/y" } },
                { __LINE__, { "--rehearse=1970-01-01T03:00:01+03:00" },
                                { .config = "/etc/convened/convened.conf",
                                                .rehearse = true,
                                                .rehearse_from = USEC_PER_SEC } },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Options options;
                const Options *expected = &rows[i].expected;
                int r = parse(rows[i].arguments, &options);
                if (r != 0 || strcmp(options.config, expected->config) != 0 ||
                                options.check != expected->check || options.rehearse != expected->rehearse ||
                                (options.rehearse && options.rehearse_from != expected->rehearse_from))
                        fail_msg("line %d: %d", rows[i].line, r);
        }
}

static void test_options_parse__refuses(void **state)
{
        (void)state;
        const struct {
                int line;
                const char *arguments[ARGUMENTS_MAX], *expected;
        } rows[] = {
                { __LINE__, { "--nonsense" }, "nonsense" },
                { __LINE__, { "here" }, "'here' is not understood" },
                { __LINE__, { "--check", "there" }, "'there' is not understood" },
                { __LINE__, { "--config" }, "config" },
                { __LINE__, { "--rehearse=yesterday" }, "'yesterday'" },
                { __LINE__, { "--rehearse=2021-06-23T08:59:30" }, "2021-06-23T08:59:30" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Capture capture;
                Options options = { .config = "untouched" };
                capture_begin(&capture);
                int r = parse(rows[i].arguments, &options);
                const char *told = capture_end(&capture);
                if (r != -EINVAL || !strstr(told, rows[i].expected) ||
                                strcmp(options.config, "untouched") != 0)
                        fail_msg("line %d: %d, %s", rows[i].line, r, told);
        }
}

static void test_options_parse__prints_help_and_version(void **state)
{
        (void)state;
        Options options;
        assert_int_equal(parse((const char *const[]){ "--version", NULL }, &options), OPTIONS_DONE);
        assert_int_equal(parse((const char *const[]){ "-h", NULL }, &options), OPTIONS_DONE);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_options_parse__accepts_all_options),
                cmocka_unit_test(test_options_parse__refuses),
                cmocka_unit_test(test_options_parse__prints_help_and_version),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
