/* Tests what is reported about files that cannot be used. */

#include "configs.h"

#include <sys/stat.h>

static void tell_with_file(const char *file, const InputError *error, void *userdata)
{
        char line[1024];
        const char *slash = strrchr(file, '/');
        input_error_format(error, slash ? slash + 1 : file, line, sizeof(line));
        buffer_printf(userdata, "%s\n", line);
}

static void check_bad_file(const Fixture *fixture, const char *path)
{
        CLEANUP(cleanup_buffer) Buffer told = BUFFER_INIT(1 << 16);
        CLEANUP(cleanup_free) char *expected = NULL;
        char expected_path[PATH_MAX];
        Config *config = NULL;
        size_t len = 0;
        snprintf(expected_path, sizeof(expected_path), "%s.expected", path);
        assert_int_equal(file_read(expected_path, 1 << 16, &expected, &len), 0);
        int r = config_read(path, fixture->zones, tell, &told, &config);
        if (r != CONFIG_E_INVALID || config || len == 0 || strcmp(buffer_text(&told), expected) != 0)
                fail_msg("%s: %d, told\n%sexpected\n%s", path, r, buffer_text(&told), expected);
}

static void test_config_read__tells_what_is_wrong_in_files(void **state)
{
        glob_t files = { 0 };
        assert_int_equal(glob("tests/corpus/bad-conf/*.conf", 0, NULL, &files), 0);
        assert_true(files.gl_pathc >= 15);
        for (size_t i = 0; i < files.gl_pathc; i++)
                check_bad_file(*state, files.gl_pathv[i]);
        globfree(&files);
}

static void test_config_read__reports_all_faults_of_all_files(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_buffer) Buffer told = BUFFER_INIT(1 << 16);
        char path[PATH_MAX];
        Config *config = NULL;
        write_file(fixture, "mail.conf", "\nmail = { url = \"x\"; starttls = 1; };\n", path);
        write_file(fixture, "convened.conf",
                        "language = \"xx\";\n@include \"mail.conf\"\nfeed = { x = 1; };\n", path);
        assert_int_equal(
                        config_read(path, fixture->zones, tell_with_file, &told, &config), CONFIG_E_INVALID);
        assert_null(config);
        assert_string_equal(buffer_text(&told),
                        "convened.conf:1: language: \"xx\" is not allowed; allowed is one of en ru\n"
                        "mail.conf:2: mail.url: \"x\" is not allowed; allowed is smtp:// or smtps://, a "
                        "host and perhaps "
                        "a port; or unix: and the absolute path of a socket\n"
                        "mail.conf:2: mail.starttls: it is a number; allowed is true or false\n"
                        "convened.conf:3: feed.x: there is no such key; allowed here is past, future, "
                        "refresh, max_age, "
                        "title, description\n");
}

static void test_config_read__reports_unreadable_files(void **state)
{
        Fixture *fixture = *state;
        char path[PATH_MAX];
        Config *config = NULL;
        snprintf(path, sizeof(path), "%s/none.conf", fixture->directory);
        assert_int_equal(config_read(path, fixture->zones, NULL, NULL, &config), -ENOENT);
        assert_int_equal(config_read(fixture->directory, fixture->zones, NULL, NULL, &config), -EISDIR);
        write_file(fixture, "bad.conf", "x", path);
        assert_int_equal(config_read(path, fixture->zones, NULL, NULL, &config), CONFIG_E_INVALID);
        assert_null(config);
}

static Config *read_templates(Fixture *fixture, const char *name, const char *text, Buffer *ret_faults)
{
        char directory[64], file[512], conf[512];
        Config *config = NULL;
        snprintf(directory, sizeof(directory), "%s/templates", fixture->directory);
        mkdir(directory, 0700);
        snprintf(file, sizeof(file), "templates/%s", name);
        char path[PATH_MAX], command[600];
        write_file(fixture, file, text, path);
        snprintf(conf, sizeof(conf), "mail = { templates = \"%s\"; };\n", directory);
        write_file(fixture, "convened.conf", conf, path);
        config_read(path, fixture->zones, ret_faults ? tell_with_file : NULL, ret_faults, &config);
        snprintf(command, sizeof(command), "rm -r %s", directory);
        assert_int_equal(system(command), 0);
        return config;
}

static void test_config_template__has_its_parts(void **state)
{
        static const struct {
                int line;
                const char *text, *subject, *intro, *footer;
        } rows[] = {
                { __LINE__, "Subject: [Office] {subject}\n\nDear guest,\n\n{what}!\n-- \nThe office\n",
                                "[Office] {subject}", "Dear guest,\n\n{what}!", "The office" },
                { __LINE__, "Subject: {what}\r\n", "{what}", NULL, NULL },
                { __LINE__, "Hello\n", NULL, "Hello", NULL },
                { __LINE__, "-- \nOnly the end\n", NULL, NULL, "Only the end" },
                { __LINE__, "", NULL, NULL, NULL },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(config_unrefp)
                Config *config = read_templates(*state, "session.en.txt", rows[i].text, NULL);
                assert_non_null(config);
                const ConfigTemplate *template = config_template(config, "SESSION", "en");
                assert_non_null(template);
                const char *pairs[][2] = { { rows[i].subject, template->subject },
                        { rows[i].intro, template->intro }, { rows[i].footer, template->footer } };
                for (int k = 0; k < 3; k++)
                        if (!pairs[k][0] != !pairs[k][1] ||
                                        (pairs[k][0] && strcmp(pairs[k][0], pairs[k][1]) != 0))
                                fail_msg("row of line %d, part %d: %s", rows[i].line, k, pairs[k][1]);
                assert_null(config_template(config, "exhibition", "en"));
                assert_null(config_template(config, "session", "ru"));
        }
}

static void test_config_template__a_bad_one_is_refused(void **state)
{
        static const struct {
                int line;
                const char *name, *text, *fault;
        } rows[] = {
                { __LINE__, "session.en.txt", "Subject: {when}\n",
                                "session.en.txt:1: subject: it cannot be filled in" },
                { __LINE__, "session.en.txt", "Subject: {n\n",
                                "session.en.txt:1: subject: it cannot be filled in" },
                { __LINE__, "session.en.txt", "Subject: x\n\n{n, plural, one {#}}\n",
                                "session.en.txt:3: text: " },
                { __LINE__, "session.en.txt", "\xff\n", "session.en.txt: it is no text in UTF-8" },
                { __LINE__, "session.de.txt", "x\n", "session.de.txt: no mail has this name" },
                { __LINE__, "nothing.en.txt", "x\n", "nothing.en.txt: no mail has this name" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(cleanup_buffer) Buffer faults = BUFFER_INIT(1 << 16);
                CLEANUP(config_unrefp)
                Config *config = read_templates(*state, rows[i].name, rows[i].text, &faults);
                if (config || !strstr(buffer_text(&faults), rows[i].fault))
                        fail_msg("row of line %d: %s", rows[i].line, buffer_text(&faults));
        }
}

static void make_folder(const Fixture *fixture, const char *name)
{
        char path[PATH_MAX];
        snprintf(path, sizeof(path), "%s/%s", fixture->directory, name);
        assert_int_equal(mkdir(path, 0700), 0);
}

static void remove_files(const Fixture *fixture, const char *const *names)
{
        for (; *names; names++) {
                char path[PATH_MAX];
                snprintf(path, sizeof(path), "%s/%s", fixture->directory, *names);
                assert_int_equal(remove(path), 0);
        }
}

/* Each fault has the line of its own file, also behind folders whose files have taken their line. */
static void test_config_read__includes_folders(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_buffer) Buffer told = BUFFER_INIT(1 << 16);
        CLEANUP(config_unrefp) Config *config = NULL;
        char path[PATH_MAX];
        size_t line = 0;
        make_folder(fixture, "empty");
        make_folder(fixture, "parts");
        write_file(fixture, "parts/20-feed.conf", "\nfeed = { past = \"P1Y\"; };\n", path);
        write_file(fixture, "parts/10-mail.conf", "mail = { late = \"skip\"; };\n", path);
        write_file(fixture, "parts/30-site.conf", "site = { drafts = false; };\n", path);
        write_file(fixture, "parts/.hidden.conf", "=\n", path);
        write_file(fixture, "parts/notes.txt", "=\n", path);
        write_file(fixture, "whole.conf", "@include \"empty\"\n  @include \"parts\"\nlanguage = \"en\";\n",
                        path);
        if (config_read(path, fixture->zones, tell_with_file, &told, &config) != 0)
                fail_msg("told\n%s", buffer_text(&told));
        assert_string_equal(config->language, "en");
        assert_false(config->site.drafts);
        assert_true(strstr(config_where(config, "feed.past", &line), "/20-feed.conf"));
        assert_int_equal(line, 2);
        assert_null(config_where(config, "language", &line));
        assert_int_equal(line, 3);
        config = config_unref(config);
        write_file(fixture, "parts/20-feed.conf", "\nfeed = { past = 1; };\n", path);
        write_file(fixture, "whole.conf",
                        "@include \"parts\"\nlanguage = \"xx\";\n@include \"parts/none\"\nstore = ;\n",
                        path);
        assert_int_equal(
                        config_read(path, fixture->zones, tell_with_file, &told, &config), CONFIG_E_INVALID);
        assert_string_equal(buffer_text(&told),
                        "whole.conf:3: cannot open include file\n"
                        "whole.conf:4: syntax error: a text is written in quotes\n"
                        "whole.conf:2: language: \"xx\" is not allowed; allowed is one of en ru\n"
                        "20-feed.conf:2: feed.past: it is a number; allowed is a string in quotation marks\n");
        remove_files(fixture, (const char *const[]){ "parts/20-feed.conf", "parts/10-mail.conf",
                                              "parts/30-site.conf", "parts/.hidden.conf", "parts/notes.txt",
                                              NULL });
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_config_template__has_its_parts),
                cmocka_unit_test(test_config_template__a_bad_one_is_refused),
                cmocka_unit_test(test_config_read__tells_what_is_wrong_in_files),
                cmocka_unit_test(test_config_read__reports_all_faults_of_all_files),
                cmocka_unit_test(test_config_read__reports_unreadable_files),
                cmocka_unit_test(test_config_read__includes_folders),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
