/*
 * Tests the texts that the office writes itself: their versions in the store, and the configuration with
 * them.
 */

#include "store/office-text.h"

#include "config/kind-text.h"
#include "config/overlay.h"
#include "config/template.h"
#include "edit/office-texts.h"
#include "letter/compose-sample.h"
#include "service/own-texts.h"
#include "store/history-set.h"

#include "people.h"

#include <errno.h>

#define CONFIG "/tmp/test_office_text.conf"

enum { TEXT_BYTES = 65536 };

static Config *read_config(People *f)
{
        Config *config = NULL;
        FILE *file = fopen(CONFIG, "w");
        fputs("time_zone = \"Europe/Moscow\";\n", file);
        fclose(file);
        assert_int_equal(config_read(CONFIG, f->zones, NULL, NULL, &config), 0);
        remove(CONFIG);
        return config;
}

static int write_version(const OfficeText *text, void *userdata)
{
        buffer_printf(userdata, "%s=%s by %s; ", text->name, text->text, text->author);
        return 0;
}

static void assert_versions(People *f, const char *name, const char *expected)
{
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(TEXT_BYTES);
        assert_int_equal(name ? office_text_versions(f->store, name, write_version, &found)
                              : office_text_each(f->store, write_version, &found),
                        0);
        assert_string_equal(buffer_text(&found), expected);
}

static void test_office_text__keeps_each_version(void **state)
{
        People *f = *state;
        int64_t last;
        history_set_author(f->store, HISTORY_OFFICE, "olga");
        assert_int_equal(office_text_last(f->store, &last), 0);
        assert_int_equal(last, 0);
        assert_int_equal(office_text_put(f->store, "session.ru", "a", 0, PEOPLE_NOW), 0);
        assert_int_equal(office_text_last(f->store, &last), 0);
        /* The same text adds nothing. A clock that was set back changes no order. */
        assert_int_equal(office_text_put(f->store, "session.ru", "a", 0, PEOPLE_NOW), 0);
        assert_int_equal(office_text_put(f->store, "session.ru", "b", 0, PEOPLE_NOW), STORE_E_MISMATCH);
        assert_int_equal(office_text_put(f->store, "session.ru", "b", last, PEOPLE_NOW - 5), 0);
        assert_int_equal(office_text_put(f->store, "default.en", "c", 0, PEOPLE_NOW), 0);
        assert_versions(f, "session.ru", "session.ru=b by olga; session.ru=a by olga; ");
        assert_versions(f, NULL, "default.en=c by olga; session.ru=b by olga; ");
        /* The version in force stays, however old it is. */
        assert_int_equal(office_text_prune(f->store, PEOPLE_NOW + USEC_PER_DAY), 0);
        assert_versions(f, "session.ru", "session.ru=b by olga; ");
        assert_versions(f, NULL, "default.en=c by olga; session.ru=b by olga; ");
}

static int count_version(const OfficeText *text, void *userdata)
{
        (void)text;
        ++*(int *)userdata;
        return 0;
}

static void test_office_text__keeps_a_maximum_of_versions(void **state)
{
        People *f = *state;
        int64_t last = 0;
        int n = 0;
        char text[16];
        for (int i = 0; i <= OFFICE_TEXT_VERSIONS_MAX; i++) {
                snprintf(text, sizeof(text), "%d", i);
                assert_int_equal(office_text_put(f->store, "session.ru", text, last, PEOPLE_NOW), 0);
                assert_int_equal(office_text_last(f->store, &last), 0);
        }
        assert_int_equal(office_text_versions(f->store, "session.ru", count_version, &n), 0);
        assert_int_equal(n, OFFICE_TEXT_VERSIONS_MAX);
}

static void note_fault(const char *name, const InputError *fault, void *userdata)
{
        buffer_printf(userdata, "%s %s; ", name, fault->where[0] ? fault->where : "-");
}

static void test_office_texts__are_over_the_configuration(void **state)
{
        static const char *const texts[][2] = {
                { "session.ru", "Subject: Своё: {subject}\n\nЖдём на «{what}» {dates}.\n-- \nВаш отдел." },
                { "default.ru", "Прочее" },
                { "session.en", "{what" },
                { "session.xx", "no such language" },
                { "nothing.ru", "no such kind" },
                { "exhibition.en", "" },
                { "exhibition.ru", "bell \a" },
        };
        People *f = *state;
        Config *file = read_config(f);
        CLEANUP(config_unrefp) Config *config = NULL;
        CLEANUP(buffer_done) Buffer faults = BUFFER_INIT(TEXT_BYTES);
        CLEANUP(buffer_done) Buffer mail = BUFFER_INIT(TEXT_BYTES);
        int64_t last = -1;
        assert_int_equal(office_texts_apply(f->store, file, note_fault, &faults, &config, &last), 0);
        assert_ptr_equal(config, file);
        assert_int_equal(last, 0);
        config = config_unref(config);
        for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
                assert_int_equal(office_text_put(f->store, texts[i][0], texts[i][1], 0, PEOPLE_NOW), 0);
        assert_int_equal(office_texts_apply(f->store, file, note_fault, &faults, &config, &last), 0);
        assert_string_equal(buffer_text(&faults),
                        "exhibition.ru -; nothing.ru -; session.en text; session.xx -; ");
        assert_ptr_equal(config_of_file(config), file);
        /* The configuration lives as long as the one that is made of it. */
        config_unref(file);
        assert_string_equal(config->time_zone_name, "Europe/Moscow");
        assert_string_equal(config_template(config, "Session", "ru")->footer, "Ваш отдел.");
        assert_string_equal(config_template(config, "exhibition", "ru")->intro, "Прочее");
        assert_null(config_template(config, "session", "en"));
        assert_int_equal(compose_sample(config, f->zones, "session", language_of("ru"), PEOPLE_NOW, &mail),
                        0);
        const char *text = buffer_text(&mail);
        if (strncmp(text, "Subject: Своё: Через 3", strlen("Subject: Своё: Через 3")) != 0 ||
                        !strstr(text, "Ждём на «Пример") || !strstr(text, "Ваш отдел.") ||
                        !strstr(text, "Большой зал"))
                fail_msg("%s", text);
        buffer_reset(&mail);
        assert_int_equal(compose_sample(config, f->zones, NULL, language_of("en"), PEOPLE_NOW, &mail), 0);
        if (!strstr(buffer_text(&mail), "An example of an event") || strstr(buffer_text(&mail), "Прочее"))
                fail_msg("%s", buffer_text(&mail));
}

static void test_config_overlay__replaces_the_template_of_the_same_name(void **state)
{
        static const ConfigOverlay first[] = { { "session.ru", "one" }, { "session.en", "two" } };
        static const ConfigOverlay second[] = { { "session.ru", "-- \nthree" } };
        People *f = *state;
        CLEANUP(config_unrefp) Config *file = read_config(f), *one = NULL, *two = NULL;
        assert_int_equal(config_overlay(file, first, 2, NULL, NULL, &one), 0);
        assert_int_equal(config_overlay(one, second, 1, NULL, NULL, &two), 0);
        assert_int_equal(two->n_templates, 2);
        assert_null(config_template(two, "session", "ru")->intro);
        assert_string_equal(config_template(two, "session", "ru")->footer, "three");
        assert_string_equal(config_template(one, "session", "ru")->intro, "one");
        assert_ptr_equal(config_of_file(two), file);
}

/* Makes the configuration with texts, and tells the faults. */
static Config *overlay(Config *file, const ConfigOverlay *texts, size_t n, Buffer *faults)
{
        Config *config = NULL;
        assert_int_equal(config_overlay(file, texts, n, note_fault, faults, &config), 0);
        return config;
}

static void test_config_overlay__has_kinds_of_the_office(void **state)
{
        static const ConfigOverlay texts[] = {
                { "exhibition.ru", "of a kind that is removed" },
                { "kinds[Exhibition]", "color = \"red\";" },
                { "kinds[exhibition]", CONFIG_KIND_REMOVED },
                { "kinds[session]", "title = { ru = \"Заседания\"; }; remind = [\"-PT3H\"];" },
                { "kinds[workshop]", "one = { en = \"Workshop\"; }; color = \"teal\"; remind = [ ];" },
                { "workshop.ru", "of a kind that is added" },
        };
        People *f = *state;
        CLEANUP(config_unrefp) Config *file = read_config(f);
        CLEANUP(buffer_done) Buffer faults = BUFFER_INIT(TEXT_BYTES);
        CLEANUP(config_unrefp)
        Config *config = overlay(file, texts, sizeof(texts) / sizeof(*texts), &faults);
        assert_string_equal(buffer_text(&faults), "kinds[Exhibition] name; exhibition.ru -; ");
        assert_int_equal(file->n_kinds, 4);
        assert_int_equal(config->n_kinds, 4);
        assert_null(config_kind(config, "exhibition"));
        assert_string_equal(config->kinds[0].name, "session");
        assert_string_equal(config_text(&config->kinds[0].title, "en"), "Заседания");
        assert_null(config->kinds[0].color);
        assert_true(config->kinds[0].n_remind == 1 && config->kinds[0].remind[0].seconds == -10800);
        assert_string_equal(config->kinds[1].name, "site-visit");
        assert_string_equal(config->kinds[3].name, "workshop");
        assert_string_equal(config_kind_one(&config->kinds[3], "en"), "Workshop");
        assert_true(config->kinds[3].n_remind == 0 && strcmp(config->kinds[3].color, "teal") == 0);
        assert_non_null(config_template(config, "workshop", "ru"));
        /* The file has what it had. */
        assert_string_equal(config_text(&file->kinds[0].title, "ru"), "Сессии");
}

static void test_config_overlay__refuses_bad_kinds(void **state)
{
        static const ConfigOverlay texts[] = {
                { "kinds[all]", "" },
                { "kinds[a\"; color = \"red]", "" },
                { "kinds[a]", "color = \"#336699\";" },
                { "kinds[b]", "remind = [\"-P1D\", \"P1D\"];" },
                { "kinds[c]", "title = { xx = \"?\"; };" },
                { "kinds[d]", "about = { ru = \"a\\x07\"; };" },
                { "kinds[e]", "leads = 1;" },
                { "kinds[f]", "title = " },
                { "kinds[g]", "color = \"red\"; name = \"session\";" },
                { "kinds[h]", "color = \"red\";\n  @include \"/etc/hostname\"\n" },
        };
        People *f = *state;
        CLEANUP(config_unrefp) Config *file = read_config(f);
        CLEANUP(buffer_done) Buffer faults = BUFFER_INIT(TEXT_BYTES);
        CLEANUP(config_unrefp)
        Config *config = overlay(file, texts, sizeof(texts) / sizeof(*texts), &faults);
        assert_string_equal(buffer_text(&faults),
                        "kinds[all] name; kinds[a\"; color = \"red] name; kinds[a] color; kinds[b] remind; "
                        "kinds[c] title.xx; kinds[d] about.ru; kinds[e] leads; kinds[f] -; kinds[g] -; "
                        "kinds[h] -; ");
        assert_int_equal(config->n_kinds, file->n_kinds);
}

static void test_config_kind_text__is_read_as_it_was_typed(void **state)
{
        People *f = *state;
        CLEANUP(config_unrefp) Config *file = read_config(f);
        CLEANUP(buffer_done) Buffer faults = BUFFER_INIT(TEXT_BYTES), text = BUFFER_INIT(TEXT_BYTES);
        ConfigKindValues values = { .color = "navy", .remind = " -P1D@18:00\r\n-PT2H\n" };
        values.title[language_of("en")] = "\"a\\b\" # // {x} @include \"c\"; ё";
        values.about[language_of("ru")] = "о \\n";
        config_kind_text(&values, &text);
        const ConfigOverlay good[] = { { "kinds[x]", buffer_text(&text) } };
        CLEANUP(config_unrefp) Config *config = overlay(file, good, 1, &faults);
        assert_string_equal(buffer_text(&faults), "");
        const ConfigKind *kind = config_kind(config, "x");
        assert_string_equal(kind->title.by_language[language_of("en")], values.title[language_of("en")]);
        assert_string_equal(kind->about.by_language[language_of("ru")], "о \\n");
        assert_null(kind->one.by_language[language_of("ru")]);
        assert_true(kind->n_remind == 2 && kind->remind[0].clock_minutes == 18 * 60);
        /* A value with control characters is a fault of its field, and no key of its own. */
        buffer_reset(&text);
        values = (ConfigKindValues){ .color = "a\"; remind = [];\n", .remind = "" };
        config_kind_text(&values, &text);
        const ConfigOverlay bad[] = { { "kinds[x]", buffer_text(&text) } };
        CLEANUP(config_unrefp) Config *same = overlay(file, bad, 1, &faults);
        assert_string_equal(buffer_text(&faults), "kinds[x] color; ");
        assert_int_equal(same->n_kinds, file->n_kinds);
}

/* @part: what prepare() returns */
static int prepare_part(void *part, Config *config, void **ret_plan, InputError *ret_error)
{
        (void)config, (void)ret_plan, (void)ret_error;
        return *(int *)part;
}

static void commit_part(void *part, void *plan)
{
        (void)part, (void)plan;
}

static void test_own_texts__that_are_refused_are_tried_once(void **state)
{
        People *f = *state;
        int answer = -EBUSY;
        const ReloadPart parts[] = {
                { .what = "a part", .prepare = prepare_part, .commit = commit_part, .part = &answer },
                { .prepare = NULL },
        };
        CLEANUP(own_texts_done) OwnTexts texts = { .file = read_config(f) };
        CLEANUP(config_unrefp) Config *other = read_config(f);
        assert_int_equal(own_texts_start(&texts, f->store), 0);
        assert_false(own_texts_have_changed(&texts, f->store));
        assert_int_equal(office_text_put(f->store, "session.ru", "a", 0, PEOPLE_NOW), 0);
        /* A file that is refused says nothing about the texts. */
        assert_int_equal(own_texts_use(&texts, f->store, other, parts, CONFIG), -EBUSY);
        assert_true(own_texts_have_changed(&texts, f->store));
        answer = DB_E_BUSY;
        assert_int_equal(own_texts_use(&texts, f->store, texts.file, parts, CONFIG), DB_E_BUSY);
        assert_true(own_texts_have_changed(&texts, f->store));
        answer = -EBUSY;
        assert_int_equal(own_texts_use(&texts, f->store, texts.file, parts, CONFIG), -EBUSY);
        assert_false(own_texts_have_changed(&texts, f->store));
        assert_null(config_template(texts.config, "session", "ru"));
        assert_int_equal(office_text_put(f->store, "session.en", "b", 0, PEOPLE_NOW), 0);
        assert_true(own_texts_have_changed(&texts, f->store));
        answer = 0;
        assert_int_equal(own_texts_use(&texts, f->store, other, parts, CONFIG), 0);
        assert_false(own_texts_have_changed(&texts, f->store));
        assert_non_null(config_template(texts.config, "session", "ru"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_office_text__keeps_each_version, people_set_up, people_tear_down),
                cmocka_unit_test_setup_teardown(test_office_text__keeps_a_maximum_of_versions, people_set_up,
                                people_tear_down),
                cmocka_unit_test_setup_teardown(test_office_texts__are_over_the_configuration, people_set_up,
                                people_tear_down),
                cmocka_unit_test_setup_teardown(test_own_texts__that_are_refused_are_tried_once,
                                people_set_up, people_tear_down),
                cmocka_unit_test_setup_teardown(test_config_overlay__replaces_the_template_of_the_same_name,
                                people_set_up, people_tear_down),
                cmocka_unit_test_setup_teardown(test_config_overlay__has_kinds_of_the_office, people_set_up,
                                people_tear_down),
                cmocka_unit_test_setup_teardown(
                                test_config_overlay__refuses_bad_kinds, people_set_up, people_tear_down),
                cmocka_unit_test_setup_teardown(test_config_kind_text__is_read_as_it_was_typed,
                                people_set_up, people_tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
