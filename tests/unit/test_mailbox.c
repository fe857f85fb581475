#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "mail/mailbox.h"

/* A temporary Maildir and the messages read from it. */
typedef struct Fixture {
        char root[64], url[80];
        Mailbox *mailbox;
        char seen[4096]; /* first words of the messages, each with a comma */
        size_t n, longest;
        bool stop;
} Fixture;

static const char *path_of(const Fixture *fixture, const char *name)
{
        static char path[512];
        snprintf(path, sizeof(path), "%s/%s", fixture->root, name);
        return path;
}

static void put(const Fixture *fixture, const char *name, const char *text)
{
        FILE *file = fopen(path_of(fixture, name), "w");
        assert_non_null(file);
        fputs(text, file);
        fclose(file);
}

static bool is_there(const Fixture *fixture, const char *name)
{
        struct stat status;
        return lstat(path_of(fixture, name), &status) == 0;
}

static int set_up(void **state)
{
        static const char *const directories[] = { "new", "cur", "tmp" };
        Fixture *fixture = calloc(1, sizeof(*fixture));
        strcpy(fixture->root, "/tmp/test_mailbox.XXXXXX");
        assert_non_null(mkdtemp(fixture->root));
        for (size_t i = 0; i < 3; i++)
                assert_int_equal(mkdir(path_of(fixture, directories[i]), 0700), 0);
        snprintf(fixture->url, sizeof(fixture->url), "maildir:%s", fixture->root);
        assert_int_equal(mailbox_new(&(MailboxOptions){ .url = fixture->url }, &fixture->mailbox), 0);
        *state = fixture;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *fixture = *state;
        char command[128];
        snprintf(command, sizeof(command), "rm -rf '%s'", fixture->root);
        mailbox_free(fixture->mailbox);
        int r = system(command);
        free(fixture);
        return r;
}

static int on_message(const char *bytes, size_t len, void *userdata)
{
        Fixture *fixture = userdata;
        size_t used = strlen(fixture->seen);
        if (used + 16 < sizeof(fixture->seen))
                snprintf(fixture->seen + used, 16, "%.8s,", bytes);
        fixture->n++;
        fixture->longest = len > fixture->longest ? len : fixture->longest;
        return bytes[0] == 'B' ? MAILBOX_REMOVE : bytes[0] == 'P' ? -1 : MAILBOX_LEAVE;
}

static bool on_wait(void *userdata)
{
        const Fixture *fixture = userdata;
        return !fixture->stop;
}

static int read_round(Fixture *fixture, MailboxRound *ret)
{
        const MailboxTaker reader = { on_message, on_wait, fixture };
        fixture->seen[0] = '\0';
        fixture->n = 0;
        return mailbox_read(fixture->mailbox, &reader, ret);
}

static void test_mailbox_read__removes_leaves_keeps(void **state)
{
        Fixture *fixture = *state;
        MailboxRound round;
        put(fixture, "new/1.a", "P1");
        put(fixture, "new/2.a", "B1");
        put(fixture, "new/3.a", "H1");
        put(fixture, "new/.4", "B2");
        assert_int_equal(read_round(fixture, &round), 0);
        assert_string_equal(fixture->seen, "P1,B1,H1,");
        assert_int_equal(round.n_removed, 1);
        assert_int_equal(round.n_left, 1);
        assert_int_equal(round.n_kept, 1);
        assert_string_equal(round.error, "");
        assert_false(is_there(fixture, "new/2.a") || is_there(fixture, "cur/2.a:2,S"));
        assert_true(is_there(fixture, "cur/3.a:2,S") && is_there(fixture, "new/.4"));

        /* New messages are read before messages that failed earlier. */
        put(fixture, "new/5.a", "B3");
        assert_int_equal(read_round(fixture, &round), 0);
        assert_string_equal(fixture->seen, "B3,P1,");
}

static void test_mailbox_read__other_files_do_not_delay_messages(void **state)
{
        Fixture *fixture = *state;
        MailboxRound round;
        put(fixture, "secret", "B0");
        assert_int_equal(symlink("../secret", path_of(fixture, "new/1.link")), 0);
        assert_int_equal(mkfifo(path_of(fixture, "new/2.pipe"), 0600), 0);
        assert_int_equal(mkdir(path_of(fixture, "new/3.directory"), 0700), 0);
        put(fixture, "new/4.a", "B1");
        assert_int_equal(read_round(fixture, &round), 0);
        assert_string_equal(fixture->seen, "B1,");
        assert_non_null(strstr(round.error, "something in new/ is no message"));
        assert_true(is_there(fixture, "secret") && is_there(fixture, "new/1.link"));
}

static void test_mailbox_read__never_overwrites_in_cur(void **state)
{
        Fixture *fixture = *state;
        MailboxRound round;
        put(fixture, "new/1.a:2,F", "H1");
        put(fixture, "new/2.a", "H2");
        put(fixture, "cur/2.a:2,S", "other");
        assert_int_equal(read_round(fixture, &round), 0);
        assert_true(is_there(fixture, "cur/1.a:2,S") && is_there(fixture, "new/2.a"));
        assert_non_null(strstr(round.error, "cannot be moved to cur/: File exists"));

        /* The taker has already decided about this message and is not asked again. */
        assert_int_equal(unlink(path_of(fixture, "cur/2.a:2,S")), 0);
        assert_int_equal(read_round(fixture, &round), 0);
        assert_int_equal(fixture->n, 0);
        assert_true(is_there(fixture, "cur/2.a:2,S"));
}

static void test_mailbox_read__has_a_maximum_per_round(void **state)
{
        Fixture *fixture = *state;
        MailboxRound round;
        for (int i = 0; i < MAILBOX_ROUND_MAX + 1; i++) {
                char name[32];
                snprintf(name, sizeof(name), "new/%04d.a", i);
                put(fixture, name, i < MAILBOX_ROUND_MAX ? "P" : "B");
        }
        assert_int_equal(read_round(fixture, &round), 0);
        assert_int_equal(fixture->n, MAILBOX_ROUND_MAX);
        assert_true(round.more);
        assert_int_equal(read_round(fixture, &round), 0);
        assert_int_equal(round.n_removed, 1);
        assert_memory_equal(fixture->seen, "B,P,", 4);
        assert_false(round.more);
}

static void test_mailbox_read__reads_the_beginning_of_a_long_message(void **state)
{
        Fixture *fixture = *state;
        MailboxRound round;
        put(fixture, "new/1.a", "B");
        assert_int_equal(truncate(path_of(fixture, "new/1.a"), 5 * MAILBOX_MESSAGE_MAX_BYTES), 0);
        assert_int_equal(read_round(fixture, &round), 0);
        assert_int_equal(round.n_removed, 1);
        assert_int_equal(fixture->longest, MAILBOX_MESSAGE_MAX_BYTES);
}

static void test_mailbox_read__ends_when_interrupted(void **state)
{
        Fixture *fixture = *state;
        MailboxRound round;
        put(fixture, "new/1.a", "B");
        fixture->stop = true;
        assert_int_equal(read_round(fixture, &round), -ECANCELED);
        assert_int_equal(fixture->n, 0);
        fixture->stop = false;
        assert_int_equal(read_round(fixture, &round), 0);
        assert_int_equal(round.n_removed, 1);
}

static void test_mailbox_read__reports_what_is_missing(void **state)
{
        Fixture *fixture = *state;
        MailboxRound round;
        assert_int_equal(rmdir(path_of(fixture, "new")), 0);
        assert_int_equal(read_round(fixture, &round), MAILBOX_E_FAILED);
        assert_non_null(strstr(round.error, "new/ cannot be opened: No such file or directory"));
        /* Reading continues once the directory exists again. */
        assert_int_equal(mkdir(path_of(fixture, "new"), 0700), 0);
        assert_int_equal(read_round(fixture, &round), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        const struct CMUnitTest tests[] = {
                TEST(test_mailbox_read__removes_leaves_keeps),
                TEST(test_mailbox_read__other_files_do_not_delay_messages),
                TEST(test_mailbox_read__never_overwrites_in_cur),
                TEST(test_mailbox_read__has_a_maximum_per_round),
                TEST(test_mailbox_read__reads_the_beginning_of_a_long_message),
                TEST(test_mailbox_read__ends_when_interrupted),
                TEST(test_mailbox_read__reports_what_is_missing),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
