#include "configs.h"

#include "content/coding.h"

static Config *read_text(const Fixture *fixture, const char *text)
{
        CLEANUP(cleanup_buffer) Buffer told = BUFFER_INIT(1 << 16);
        char path[PATH_MAX];
        Config *config = NULL;
        write_file(fixture, "convened.conf", text, path);
        if (config_read(path, fixture->zones, tell, &told, &config) != 0)
                fail_msg("%s", buffer_text(&told));
        return config;
}

/* ---- Defaults ---- */

static void assert_defaults_mail(const Config *config)
{
        assert_false(config->mail.deliver);
        assert_string_equal(config->mail.url, "smtp://127.0.0.1:25");
        assert_string_equal(config->mail.from, "reminders@example.org");
        assert_string_equal(config->mail.reply_to, "");
        assert_string_equal(config->mail.username, "");
        assert_string_equal(config->mail.password_file, "");
        assert_string_equal(config->mail.ca_file, "");
        assert_true(config->mail.starttls);
        assert_int_equal(config->mail.connections, 4);
        assert_int_equal(config->mail.rate.per_minute, 600);
        assert_string_equal(config->mail.late, "send");
        assert_string_equal(config->mail.templates, "");
        assert_true(config->site.drafts);
        assert_int_equal(config->mail.retry_unknown, 900 * USEC_PER_SEC);
}

static void assert_defaults_http(const Config *config)
{
        assert_int_equal(config->http.n_listen, 1);
        assert_string_equal(config->http.listen[0], "127.0.0.1:8080");
        assert_string_equal(config->http.base_url, "http://127.0.0.1:8080");
        assert_int_equal(config->http.compress,
                        CODING_BIT(CODING_GZIP) | CODING_BIT(CODING_ZSTD) | CODING_BIT(CODING_BROTLI));
        assert_false(config->http.access_log);
        assert_int_equal(config->http.threads, 1);
        assert_int_equal(config->http.connections, 4096);
        assert_int_equal(config->http.idle_timeout, 75 * USEC_PER_SEC);
}

static void assert_defaults_kinds(const Config *config)
{
        static const struct {
                const char *name, *ru, *en, *leads[2];
        } kinds[] = {
                { "session", "Сессии", "Sessions", { "-P7D@10:00", "-P1D@18:00" } },
                { "exhibition", "Выставки", "Exhibitions", { "-P14D@10:00", "-P1D@18:00" } },
                { "site-visit", "Посещения площадок", "Site visits", { "-P3D@10:00", "-P1D@18:00" } },
                { "meeting", "Встречи", "Meetings", { "-P1D@18:00", "-PT2H" } },
        };
        assert_int_equal(config->n_kinds, 4);
        for (size_t i = 0; i < 4; i++) {
                const ConfigKind *kind = &config->kinds[i];
                assert_string_equal(kind->name, kinds[i].name);
                assert_string_equal(kind->title.by_language[LANGUAGE_ru], kinds[i].ru);
                assert_string_equal(kind->title.by_language[LANGUAGE_en], kinds[i].en);
                assert_non_null(kind->color);
                assert_int_equal(kind->n_remind, 2);
                for (size_t j = 0; j < 2; j++) {
                        char text[LEAD_TEXT_SIZE];
                        lead_format(&kind->remind[j], text);
                        assert_string_equal(text, kinds[i].leads[j]);
                }
        }
}

static void assert_defaults(const Config *config)
{
        assert_string_equal(config->store, "sqlite:/var/lib/convened/convened.db");
        assert_string_equal(config->time_zone_name, "Europe/Moscow");
        assert_string_equal(zone_name(config->time_zone), "Europe/Moscow");
        assert_string_equal(config->language, "ru");
        assert_defaults_http(config);
        assert_defaults_mail(config);
        assert_defaults_kinds(config);
        assert_int_equal(config->feed.past.years, 20);
        assert_int_equal(config->feed.future.years, 5);
        assert_string_equal(config->feed.refresh, "PT1H");
        assert_int_equal(config->feed.max_age, 900 * USEC_PER_SEC);
        assert_non_null(config->feed.title.by_language[LANGUAGE_ru]);
        assert_non_null(config->feed.title.by_language[LANGUAGE_en]);
        assert_non_null(config->feed.description.by_language[LANGUAGE_ru]);
        assert_non_null(config->feed.description.by_language[LANGUAGE_en]);
}

static void test_config_read__an_empty_file_gives_the_defaults(void **state)
{
        CLEANUP(config_unrefp) Config *config = read_text(*state, "");
        assert_defaults(config);
}

/* Replaces the title of the office's own calendar, which is no default, by the default one. */
static void replace_title(const char *shipped, Buffer *out)
{
        static const char own[] = "Календарь мероприятий";
        const char *title = strstr(shipped, own);
        assert_non_null(title);
        buffer_append(out, shipped, (size_t)(title - shipped));
        buffer_puts(out, "Календарь событий");
        buffer_puts(out, title + strlen(own));
}

static void test_config_write_defaults__is_the_file_that_is_shipped(void **state)
{
        Fixture *fixture = *state;
        CLEANUP(cleanup_buffer) Buffer written = BUFFER_INIT(1 << 16);
        CLEANUP(cleanup_buffer) Buffer expected = BUFFER_INIT(1 << 16);
        CLEANUP(cleanup_free) char *shipped = NULL;
        CLEANUP(config_unrefp) Config *config = NULL;
        size_t len = 0;
        config_write_defaults(&written);
        assert_int_equal(buffer_error(&written), 0);
        assert_int_equal(file_read("conf/convened.conf", 1 << 16, &shipped, &len), 0);
        replace_title(shipped, &expected);
        assert_string_equal(buffer_text(&written), buffer_text(&expected));
        assert_int_equal(config_read("conf/convened.conf", fixture->zones, NULL, NULL, &config), 0);
        assert_defaults(config);
}

static void assert_keys_are_in(const char *manual, const KeySection *section)
{
        for (size_t i = 0; i < section->n_keys; i++) {
                const Key *key = &section->keys[i];
                char item[80], prefix[40];
                snprintf(item, sizeof(item), "\n.It Ic %s\n", key->path);
                assert_non_null(strstr(manual, item));
                assert_true(strlen(key->help) > 10);
                snprintf(prefix, sizeof(prefix), "%s%s", section->name, section->name[0] ? "." : "");
                assert_memory_equal(key->path, prefix, strlen(prefix));
        }
}

static void test_config_write_mdoc__is_in_the_manual(void **state)
{
        (void)state;
        CLEANUP(cleanup_buffer) Buffer list = BUFFER_INIT(1 << 16);
        CLEANUP(cleanup_free) char *manual = NULL;
        size_t len = 0;
        config_write_mdoc(&list);
        assert_int_equal(buffer_error(&list), 0);
        assert_int_equal(file_read("daemon/man/convened.conf.5", 1 << 16, &manual, &len), 0);
        assert_non_null(strstr(manual, buffer_text(&list)));
        assert_keys_are_in(manual, &config_section_kind);
        for (size_t i = 0; i < n_config_sections; i++)
                assert_keys_are_in(manual, config_sections[i]);
}

/* ---- Values ---- */

static void test_config_read__takes_every_key(void **state)
{
        CLEANUP(config_unrefp)
        Config *config = read_text(*state,
                        "store = \"sqlite:/convened.db\"; time_zone = \"Asia/Tokyo\"; language = \"en\";\n"
                        "http = { listen = ( \"[::1]:0\", \"0.0.0.0:80\" ); base_url = "
                        "\"https://a.example.org:8443/x\";\n"
                        "         compress = [ \"br\" ]; access_log = true; threads = 64; connections = 1; idle_timeout = \"PT1S\"; "
                        "};\n"
                        "mail = { deliver = true; url = \"smtps://[::1]:465\"; from = \"Офис "
                        "<o@example.org>\";\n"
                        "         reply_to = \"r@example.org\"; username = \"u\"; password_file = \"/p\"; "
                        "ca_file = \"/c\";\n"
                        "         starttls = false; connections = 64; rate = 0; late = \"skip\"; "
                        "retry_unknown = \"P7D\"; };\n"
                        "kinds = ( { name = \"a-1\"; } );\n"
                        "bounces = { address = \"b@example.org\"; soft_days = 2; soft_period = \"P1D\";\n"
                        "            mailbox = \"imap://[::1]:143/a%20b\"; username = \"v\"; password_file "
                        "= \"/q\"; ca_file = \"/d\";\n"
                        "            starttls = false; interval = \"PT30S\"; };\n"
                        "feed = { past = \"P90D\"; future = \"P1Y6M\"; refresh = \"P30D\"; max_age = "
                        "\"PT0S\";\n"
                        "         title = { en = \"All\"; }; description = { }; };\n"
                        "site = { drafts = false; };\n"
                        "meetings = { confirm_within = \"PT5M\"; answer_within = \"P30D\"; keep = \"P60D\"; };\n");
        assert_int_equal(config->meetings.confirm_within, 300 * USEC_PER_SEC);
        assert_int_equal(config->meetings.answer_within, 30 * USEC_PER_DAY);
        assert_int_equal(config->meetings.keep, 60 * USEC_PER_DAY);
        assert_false(config->site.drafts);
        assert_string_equal(config->store, "sqlite:/convened.db");
        assert_string_equal(zone_name(config->time_zone), "Asia/Tokyo");
        assert_int_equal(config->http.n_listen, 2);
        assert_string_equal(config->http.listen[1], "0.0.0.0:80");
        assert_string_equal(config->http.base_url, "https://a.example.org:8443/x");
        assert_int_equal(config->http.compress, CODING_BIT(CODING_BROTLI));
        assert_true(config->http.access_log);
        assert_int_equal(config->http.threads, 64);
        assert_int_equal(config->http.connections, 1);
        assert_int_equal(config->http.idle_timeout, USEC_PER_SEC);
        assert_string_equal(config->bounces.address, "b@example.org");
        assert_int_equal(config->bounces.soft_days, 2);
        assert_int_equal(config->bounces.soft_period, USEC_PER_DAY);
        assert_string_equal(config->bounces.mailbox, "imap://[::1]:143/a%20b");
        assert_string_equal(config->bounces.username, "v");
        assert_string_equal(config->bounces.password_file, "/q");
        assert_string_equal(config->bounces.ca_file, "/d");
        assert_false(config->bounces.starttls);
        assert_int_equal(config->bounces.interval, 30 * USEC_PER_SEC);
        assert_true(config->mail.deliver);
        assert_string_equal(config->mail.from, "Офис <o@example.org>");
        assert_string_equal(config->mail.password_file, "/p");
        assert_string_equal(config->mail.ca_file, "/c");
        assert_int_equal(config->mail.rate.per_minute, 0);
        assert_string_equal(config->mail.late, "skip");
        assert_int_equal(config->mail.retry_unknown, 7 * USEC_PER_DAY);
        assert_int_equal(config->n_kinds, 1);
        assert_null(config->kinds[0].color);
        assert_int_equal(config->kinds[0].n_remind, 0);
        assert_int_equal(config->feed.past.days, 90);
        assert_int_equal(config->feed.future.months, 6);
        assert_string_equal(config->feed.title.by_language[LANGUAGE_en], "All");
        assert_null(config->feed.title.by_language[LANGUAGE_ru]);
        assert_string_equal(config_text(&config->feed.description, "en"), "");
}

static void test_config_read__finds_systemds_credentials(void **state)
{
        static const char text[] = "mail = { password_file = \"${CREDENTIALS_DIRECTORY}/smtp\"; };";
        unsetenv("CREDENTIALS_DIRECTORY");
        CLEANUP(config_unrefp) Config *without = read_text(*state, text);
        assert_string_equal(without->mail.password_file, "${CREDENTIALS_DIRECTORY}/smtp");
        setenv("CREDENTIALS_DIRECTORY", "/run/credentials/convened.service", 1);
        CLEANUP(config_unrefp) Config *with = read_text(*state, text);
        unsetenv("CREDENTIALS_DIRECTORY");
        assert_string_equal(with->mail.password_file, "/run/credentials/convened.service/smtp");
}

static void test_config_read__rates(void **state)
{
        static const struct {
                int line;
                const char *rate;
                int per_minute;
                size_t n; /* of limits */
                int limit_n;
                usec_t period;
        } rows[] = {
                { __LINE__, "30", 30, 0, 0, 0 },
                { __LINE__, "0", 0, 0, 0, 0 },
                { __LINE__, "\"500/P1D\"", 0, 1, 500, USEC_PER_DAY },
                { __LINE__, "[\"500/P1D\", \"30/PT1M\"]", 0, 2, 500, USEC_PER_DAY },
                { __LINE__, "(\"500/P1D\")", 0, 1, 500, USEC_PER_DAY },
                { __LINE__, "-1", -1, 0, 0, 0 }, /* invalid, from here on */
                { __LINE__, "1000001", -1, 0, 0, 0 },
                { __LINE__, "\"500\"", -1, 0, 0, 0 },
                { __LINE__, "\"0/P1D\"", -1, 0, 0, 0 },
                { __LINE__, "\"5/P1Y\"", -1, 0, 0, 0 },
                { __LINE__, "\"5/P32D\"", -1, 0, 0, 0 },
                { __LINE__, "\"500/P1D, 30/PT1M\"", -1, 0, 0, 0 },
                { __LINE__, "[]", -1, 0, 0, 0 },
                { __LINE__, "[500]", -1, 0, 0, 0 },
                { __LINE__, "true", -1, 0, 0, 0 },
        };
        Fixture *fixture = *state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char text[256], path[PATH_MAX];
                CLEANUP(config_unrefp) Config *config = NULL;
                snprintf(text, sizeof(text), "mail = { rate = %s; };", rows[i].rate);
                write_file(fixture, "convened.conf", text, path);
                int r = config_read(path, fixture->zones, NULL, NULL, &config);
                if (r != (rows[i].per_minute < 0 ? CONFIG_E_INVALID : 0))
                        fail_msg("row of line %d: %d", rows[i].line, r);
                if (r != 0)
                        continue;
                const ConfigRates *rate = &config->mail.rate;
                if (rate->per_minute != rows[i].per_minute || rate->n != rows[i].n ||
                                (rate->n > 0 && (rate->limits[0].n != rows[i].limit_n ||
                                                                rate->limits[0].period != rows[i].period)))
                        fail_msg("row of line %d", rows[i].line);
        }
}

/*
 * Accepts exactly the senders that mail/message accepts. A sender accepted here only would make every
 * reminder fail.
 */
static void test_config_read__knows_whose_name_can_be_written(void **state)
{
        static const struct {
                int line;
                bool valid;
                const char *from;
        } cases[] = {
                { __LINE__, true, "office@example.org" },
                { __LINE__, true, "Office <office@example.org>" },
                { __LINE__, true, "A. Office & Sons <office@example.org>" },
                { __LINE__, true, "Редакция календаря <office@example.org>" },
                { __LINE__, true, "\\\"Office, Park (north): x@y;\\\" <office@example.org>" },
                { __LINE__, true, "Office, Park <office@example.org>" },
                { __LINE__, true, "Офис <office@xn--e1afmkfd.xn--p1ai>" },
                { __LINE__, false, "office@пример.рф" },
                { __LINE__, false, "офис@example.org" },
                { __LINE__, false, "Офис <office@пример.рф>" },
                { __LINE__, false, "Office: Park <office@example.org>" },
                { __LINE__, false, "a@example.org, Office <office@example.org>" },
                { __LINE__, false, "Office [north] <office@example.org>" },
                { __LINE__, false, "Office; <office@example.org>" },
                { __LINE__, false, "Office (north) <office@example.org>" },
                { __LINE__, false, "a@example.org <office@example.org>" },
                { __LINE__, false, "\\\"Office <office@example.org>" },
                { __LINE__, false, "\\\"Of\\\"fice\\\" <office@example.org>" },
                { __LINE__, false, "\\\"Of\\\\fice\\\" <office@example.org>" },
                { __LINE__, false, "\\\" <office@example.org>" },
                { __LINE__, false, "  <office@example.org>" },
                { __LINE__, false, "<office@example.org>" },
                { __LINE__, false, "Office <office@example.org> x" },
                { __LINE__, false, "Office <a@example.org>, <b@example.org>" },
        };
        Fixture *fixture = *state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                char text[256], path[PATH_MAX];
                CLEANUP(config_unrefp) Config *config = NULL;
                snprintf(text, sizeof(text), "mail = { from = \"%s\"; };", cases[i].from);
                write_file(fixture, "convened.conf", text, path);
                int r = config_read(path, fixture->zones, NULL, NULL, &config);
                if (r != (cases[i].valid ? 0 : CONFIG_E_INVALID))
                        fail_msg("row of line %d: %d", cases[i].line, r);
        }
}

static void test_config_where__is_the_line_that_gives_the_key(void **state)
{
        static const struct {
                int line;
                const char *key;
                size_t expected;
                const char *file; /* NULL: the file that was read */
        } cases[] = {
                { __LINE__, "http.tls.certificate", 2, NULL },
                { __LINE__, "http.tls.key", 3, NULL },
                { __LINE__, "http.base_url", 0, NULL },
                { __LINE__, "mail.url", 1, "mail.conf" },
                { __LINE__, "mail.nothing", 0, NULL },
                { __LINE__, "", 0, NULL },
        };
        Fixture *fixture = *state;
        char included[PATH_MAX];
        write_file(fixture, "mail.conf", "mail = { url = \"smtp://127.0.0.1\"; };\n", included);
        CLEANUP(config_unrefp)
        Config *config = read_text(fixture,
                        "http = {\n  tls = { certificate = \"/c\";\n  key = \"/k\"; }; };\n@include "
                        "\"mail.conf\"\n");
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                size_t line = 99;
                const char *file = config_where(config, cases[i].key, &line);
                bool right = cases[i].file ? file && strstr(file, cases[i].file) : !file;
                if (line != cases[i].expected || !right)
                        fail_msg("row of line %d: %s, %zu", cases[i].line, file ? file : "none", line);
        }
}

static void test_config_kind__ignores_case(void **state)
{
        CLEANUP(config_unrefp) Config *config = read_text(*state, "");
        assert_ptr_equal(config_kind(config, "SITE-VISIT"), &config->kinds[2]);
        assert_ptr_equal(config_kind(config, "session"), &config->kinds[0]);
        assert_null(config_kind(config, "sessions"));
        assert_null(config_kind(config, ""));
}

static void test_config_text__falls_back_to_the_other_language(void **state)
{
        (void)state;
        const ConfigText both = { { [LANGUAGE_ru] = "р", [LANGUAGE_en] = "e" } },
                         russian = { { [LANGUAGE_ru] = "р" } }, english = { { [LANGUAGE_en] = "e" } };
        assert_string_equal(config_text(&both, "ru"), "р");
        assert_string_equal(config_text(&both, "en"), "e");
        assert_string_equal(config_text(&russian, "en"), "р");
        assert_string_equal(config_text(&english, "ru"), "e");
        assert_string_equal(config_text(&(ConfigText){ { NULL } }, "ru"), "");
}

static void test_config_text__of_a_footer_may_have_several_lines(void **state)
{
        CLEANUP(config_unrefp)
        Config *config = read_text(*state,
                        "mail = { footer = { ru = \"Офис\\nСаранск\\nhttps://example.org/p\"; }; };");
        assert_non_null(config);
        assert_string_equal(config_text(&config->mail.footer, "ru"), "Офис\nСаранск\nhttps://example.org/p");
}

static void test_config_unref__other_references_stay_valid(void **state)
{
        Config *config = read_text(*state, "language = \"en\";");
        Config *other = config_ref(config);
        assert_ptr_equal(other, config);
        assert_null(config_unref(config));
        assert_string_equal(other->language, "en");
        assert_null(config_unref(other));
        assert_null(config_unref(NULL));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_config_read__an_empty_file_gives_the_defaults),
                cmocka_unit_test(test_config_write_defaults__is_the_file_that_is_shipped),
                cmocka_unit_test(test_config_write_mdoc__is_in_the_manual),
                cmocka_unit_test(test_config_read__takes_every_key),
                cmocka_unit_test(test_config_read__finds_systemds_credentials),
                cmocka_unit_test(test_config_read__rates),
                cmocka_unit_test(test_config_read__knows_whose_name_can_be_written),
                cmocka_unit_test(test_config_where__is_the_line_that_gives_the_key),
                cmocka_unit_test(test_config_kind__ignores_case),
                cmocka_unit_test(test_config_text__falls_back_to_the_other_language),
                cmocka_unit_test(test_config_text__of_a_footer_may_have_several_lines),
                cmocka_unit_test(test_config_unref__other_references_stay_valid),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
