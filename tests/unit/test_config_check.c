/*
 * Checks of a configuration that need several modules: password files, mail server and mailbox, also with a
 * rehearsed clock.
 */

#include "service/config-check.h"
#include "service/config-warn.h"

#include "capture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

typedef struct Fixture {
        char directory[64], path[96];
        ZoneTable *zones;
} Fixture;

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        strcpy(f->directory, "/tmp/test_config_check.XXXXXX");
        assert_non_null(mkdtemp(f->directory));
        snprintf(f->path, sizeof(f->path), "%s/convened.conf", f->directory);
        assert_int_equal(zone_table_new(NULL, &f->zones), 0);
        *state = f;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        char command[128];
        snprintf(command, sizeof(command), "rm -r %s", f->directory);
        assert_int_equal(system(command), 0);
        zone_table_free(f->zones);
        free(f);
        return 0;
}

/* Return: as config_check_read(); the log is in @capture. */
static int check(Fixture *f, const char *text, const Options *given, Capture *capture)
{
        CLEANUP(config_unrefp) Config *config = NULL;
        TlsPair *pair = NULL;
        Options options = *given;
        FILE *file = fopen(f->path, "w");
        assert_non_null(file);
        fprintf(file, "store = \"sqlite:/tmp/none.db\";\n%s\n", text);
        fclose(file);
        options.config = f->path;
        capture_begin(capture);
        int r = config_check_read(&options, f->zones, 1624460400 * USEC_PER_SEC, &config, &pair);
        capture_end(capture);
        assert_true((r == 0) == (config != NULL));
        tls_pair_free(pair);
        return r;
}

#define MAIL(more)   "mail = { deliver = true; from = \"a@example.org\"; " more " };"
#define SECURE       "url = \"smtps://mail.example.org\"; username = \"u\"; "
#define LOGIN        "username = \"u\"; password_file = \"/etc/hostname\"; "
#define BOUNCE(more) "bounces = { address = \"b@example.org\"; " more " };"

static void test_config_check__refuses_with_file_line_and_key(void **state)
{
        Fixture *f = *state;
        const struct {
                int line;
                const char *text;
                bool check, rehearse;
                const char *expected; /* message after the file's name; NULL: valid */
        } rows[] = {
                { __LINE__, "", false, false, NULL },
                { __LINE__, MAIL("url = \"smtp://127.0.0.1:25\"; starttls = false;"), false, true, NULL },
                { __LINE__, MAIL("url = \"smtp://mail.example.org\";"), false, true,
                                ":2: mail.url: a rehearsed clock is refused" },
                { __LINE__, MAIL("url = \"smtp://mail.example.org\"; starttls = false;"), false, false,
                                ":2: mail.starttls: " },
                /* Unused settings are not checked. */
                { __LINE__, "mail = { password_file = \"/nonexistent\"; };", false, false, NULL },
                { __LINE__, MAIL(SECURE "password_file = \"/nonexistent\";"), true, false,
                                ":2: mail.password_file: there is no file /nonexistent" },
                { __LINE__, MAIL(SECURE "password_file = \"/nonexistent\";"), false, false,
                                ":2: mail.password_file: there is no file /nonexistent" },
                /*
                 * A directory is never readable as a password file. An administrator's --check does not test
                 * this; the daemon does.
                 */
                { __LINE__, MAIL(SECURE "password_file = \"/tmp\";"), false, false,
                                ":2: mail.password_file: /tmp cannot be read: Is a directory" },
                { __LINE__, MAIL(SECURE "password_file = \"/tmp\";"), true, false, NULL },
                { __LINE__, MAIL(SECURE "password_file = \"${CREDENTIALS_DIRECTORY}/x\";"), true, false,
                                NULL },
                { __LINE__, MAIL(SECURE "password_file = \"${CREDENTIALS_DIRECTORY}/x\";"), false, false,
                                ":2: mail.password_file: there is no file ${CREDENTIALS_DIRECTORY}/x" },
                { __LINE__, BOUNCE(LOGIN "mailbox = \"imaps://mail.example.org/INBOX\";"), false, false,
                                NULL },
                { __LINE__, BOUNCE(LOGIN "mailbox = \"imaps://mail.example.org/INBOX\";"), false, true,
                                ":2: bounces.mailbox: a rehearsed clock is refused" },
                { __LINE__, BOUNCE(LOGIN "mailbox = \"imap://mail.example.org/INBOX\"; starttls = false;"),
                                false, false, ":2: bounces.starttls: " },
                { __LINE__,
                                BOUNCE("mailbox = \"imaps://mail.example.org/INBOX\"; username = \"u\";\n"
                                       "password_file = \"/tmp\";"),
                                false, false, ":3: bounces.password_file: /tmp cannot be read" },
                { __LINE__, "bounces = { mailbox = \"maildir:/tmp/none\"; };", false, false,
                                ": bounces.address: is missing" },
                { __LINE__, "http = { tls = { certificate = \"/nonexistent\"; key = \"/nonexistent\"; }; };",
                                false, false, ":2: http.tls.certificate: /nonexistent cannot be read" },
                { __LINE__, "nonsense = 1;", false, false, ":2: nonsense: there is no such key" },
        };
        unsetenv("CREDENTIALS_DIRECTORY");
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Capture capture;
                char expected[256] = "";
                int r = check(f, rows[i].text,
                                &(Options){ .check = rows[i].check, .rehearse = rows[i].rehearse },
                                &capture);
                if (rows[i].expected)
                        snprintf(expected, sizeof(expected), "%s%s", f->path, rows[i].expected);
                if (r != (rows[i].expected ? CONFIG_E_INVALID : 0) || !strstr(capture.text, expected) ||
                                (r == 0 && capture.text[0]))
                        fail_msg("line %d: %d, %s", rows[i].line, r, capture.text);
        }
}

static void test_config_check__a_password_is_not_told(void **state)
{
        Fixture *f = *state;
        Capture capture;
        char text[512], path[96];
        snprintf(path, sizeof(path), "%s/password", f->directory);
        FILE *file = fopen(path, "w");
        fputs("correct-horse\n", file);
        fclose(file);
        snprintf(text, sizeof(text),
                        "mail = { deliver = true; url = \"smtp://mail.example.org\";\n"
                        "starttls = false; username = \"u\"; password_file = \"%s\"; };",
                        path);
        assert_int_equal(check(f, text, &(Options){ .check = false }, &capture), CONFIG_E_INVALID);
        assert_non_null(strstr(capture.text, ":3: mail.starttls: "));
        assert_null(strstr(capture.text, "correct-horse"));
}

#define GOOD  "url = \"smtp://127.0.0.1\"; from = \"a@calendar.test\";"
#define HTTPS "http = { base_url = \"https://calendar.test\"; };"

/* A valid configuration with which mail does not arrive. No name is resolved but that of RFC 6761, 6.4. */
static void test_config_warn__of_mail_that_does_not_arrive(void **state)
{
        Fixture *f = *state;
        static const struct {
                int line;
                const char *text, *expected; /* part of the warning; "" for none */
        } rows[] = {
                { __LINE__, HTTPS "mail = { deliver = true; " GOOD " };", "" },
                { __LINE__, "", "" }, /* no mail leaves */
                { __LINE__, HTTPS "mail = { deliver = true; " GOOD " ca_file = \"/none.pem\"; };",
                                ":2: mail.ca_file: there is no file /none.pem" },
                { __LINE__, HTTPS "mail = { deliver = true; " GOOD " username = \"u\"; };",
                                ":2: mail.username: there is neither" },
                { __LINE__, "mail = { deliver = true; " GOOD " };", "http.base_url: unsubscribing" },
                { __LINE__,
                                HTTPS
                                "mail = { deliver = true; url = \"smtp://127.0.0.1\"; from = \"A <a@mail.example.org>\"; };",
                                ":2: mail.from: a@mail.example.org is an example" },
                { __LINE__,
                                HTTPS
                                "mail = { deliver = true; url = \"smtp://mail.invalid\"; from = \"a@calendar.test\"; };",
                                ":2: mail.url: mail.invalid cannot be resolved" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Capture capture;
                CLEANUP(config_unrefp) Config *config = NULL;
                FILE *file = fopen(f->path, "w");
                fprintf(file, "store = \"sqlite:/tmp/none.db\";\n%s\n", rows[i].text);
                fclose(file);
                const Options options = { .config = f->path, .check = true };
                assert_int_equal(config_read(f->path, f->zones, NULL, NULL, &config), 0);
                capture_begin(&capture);
                config_warn(config, &options);
                capture_end(&capture);
                if (!strstr(capture.text, rows[i].expected) || !rows[i].expected[0] != !capture.text[0])
                        fail_msg("line %d: %s", rows[i].line, capture.text);
        }
}

static void test_config_warn__of_a_store_that_cannot_exist(void **state)
{
        Fixture *f = *state;
        static const struct {
                const char *store, *expected;
        } rows[] = {
                { "/tmp/made-by-systemd/db", "" },
                { "/none/such/folder/db", "store: there is no directory /none/such" },
                { "/etc/hostname/db", "store: /etc/hostname is no directory" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Capture capture;
                CLEANUP(config_unrefp) Config *config = NULL;
                FILE *file = fopen(f->path, "w");
                fprintf(file, "store = \"sqlite:%s\";\n", rows[i].store);
                fclose(file);
                const Options options = { .config = f->path, .check = true };
                assert_int_equal(config_read(f->path, f->zones, NULL, NULL, &config), 0);
                capture_begin(&capture);
                config_warn(config, &options);
                capture_end(&capture);
                if (!strstr(capture.text, rows[i].expected) || !rows[i].expected[0] != !capture.text[0])
                        fail_msg("%s: %s", rows[i].store, capture.text);
        }
}

static void test_config_warn__of_pictures_that_are_nowhere(void **state)
{
        Fixture *f = *state;
        static const struct {
                const char *images, *expected;
        } rows[] = {
                { "", "" },
                { "/usr/share", "" },
                { "/none/such", "site.images: there is no directory /none/such" },
                { "/etc/hostname", "site.images: there is no directory /etc/hostname" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Capture capture;
                CLEANUP(config_unrefp) Config *config = NULL;
                FILE *file = fopen(f->path, "w");
                fprintf(file, "store = \"sqlite:/tmp/db\";\nsite = { images = \"%s\"; };\n", rows[i].images);
                fclose(file);
                const Options options = { .config = f->path, .check = true };
                assert_int_equal(config_read(f->path, f->zones, NULL, NULL, &config), 0);
                capture_begin(&capture);
                config_warn(config, &options);
                capture_end(&capture);
                if (!strstr(capture.text, rows[i].expected) || !rows[i].expected[0] != !capture.text[0])
                        fail_msg("%s: %s", rows[i].images, capture.text);
        }
}

static void test_config_check_read__names_a_missing_file(void **state)
{
        Fixture *f = *state;
        Capture capture;
        Config *config = (Config *)f;
        TlsPair *pair = NULL;
        const Options options = { .config = "/nonexistent.conf" };
        capture_begin(&capture);
        assert_true(config_check_read(&options, f->zones, 0, &config, &pair) < 0);
        assert_non_null(strstr(capture_end(&capture), "/nonexistent.conf: cannot be read: No such file"));
        assert_null(config);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_config_check__refuses_with_file_line_and_key, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_config_check__a_password_is_not_told, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_config_check_read__names_a_missing_file, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_config_warn__of_mail_that_does_not_arrive, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_config_warn__of_a_store_that_cannot_exist, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_config_warn__of_pictures_that_are_nowhere, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
