/*
 * Tests the list pages on a real store with many events. Prints the time for each page; the tests set no
 * limit for it.
 */

#include "list_world.h"

enum { MANY = 1000, MANY_REMARKS = 2000 };

static PageView make_view(World *world, const char *language)
{
        PageView view = { .config = config_ref(world->config), .zones = world->zones, .now = NOW };
        assert_int_equal(style_new(world->config, &view.style), 0);
        assert_int_equal(page_view_set_language(&view, language_of(language)), 0);
        return view;
}

static double milliseconds(void)
{
        struct timespec time;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static size_t count(const char *text, const char *what)
{
        size_t n = 0;
        for (; (text = strstr(text, what)); text++)
                n++;
        return n;
}

static void fill(World *world)
{
        char uid[32], lines[1024];
        assert_int_equal(store_begin_write(world->store), 0);
        for (int i = 0; i < MANY; i++) {
                CivilTime day = civil_from_days(civil_days(2026, 3, 11 + i / 3));
                snprintf(uid, sizeof(uid), "event-%04d", i);
                snprintf(lines, sizeof(lines),
                                "DTSTART;TZID=Asia/Yekaterinburg:%04d%02d%02dT%02d0000\r\nDURATION:PT2H\r\n"
                                "SUMMARY;LANGUAGE=ru:Сессия о развитии парка номер %d\r\n"
                                "LOCATION;LANGUAGE=ru:Площадка %d\\, Казань\r\nCATEGORIES:SESSION\r\n"
                                "DESCRIPTION:Обсуждаем планы на год\\, смотрим площадку и её "
                                "окрестности.\r\n",
                                day.year, day.month, day.day, 9 + i % 9, i, i % 40);
                put(world, uid, lines);
        }
        assert_int_equal(store_commit(world->store), 0);
}

static void test_list_page__of_a_thousand_events(void **state)
{
        World *world = *state;
        fill(world);
        CLEANUP(page_view_done) PageView view = make_view(world, "ru");
        Filter filter = { .page = 1 };
        for (int round = 0; round < 3; round++) {
                CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_MAX_BYTES);
                double begun = milliseconds();
                CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
                double read = milliseconds();
                PageJob job = { .view = &view, .catalog = catalog, .store = world->store };
                assert_int_equal(list_page_write(&job, &filter, &page), 0);
                print_message("%d events: read in %.1f ms, %zu bytes written in %.1f ms of CPU\n", MANY,
                                read - begun, page.len, milliseconds() - read);
                assert_int_equal(count(buffer_text(&page), "<li class=\"event "), LIST_PAGE_EVENTS);
        }
}

static void test_list_page__turns_pages(void **state)
{
        World *world = *state;
        fill(world);
        CLEANUP(page_view_done) PageView view = make_view(world, "en");
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        PageJob job = { .view = &view, .catalog = catalog, .store = world->store };
        size_t n = 0;
        for (int number = 1; number <= MANY / LIST_PAGE_EVENTS; number++) {
                CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_MAX_BYTES);
                Filter filter = { .page = number };
                assert_int_equal(list_page_write(&job, &filter, &page), 0);
                n += count(buffer_text(&page), "<li class=\"event ");
                assert_int_equal(count(buffer_text(&page), "rel=\"prev\""), number > 1);
                assert_int_equal(
                                count(buffer_text(&page), "rel=\"next\""), number < MANY / LIST_PAGE_EVENTS);
        }
        assert_int_equal(n, MANY);
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_MAX_BYTES);
        Filter behind = { .page = MANY / LIST_PAGE_EVENTS + 1 };
        assert_int_equal(list_page_write(&job, &behind, &page), PAGE_E_NOT_FOUND);
}

/* Past events are sorted by day, latest first; events with the same start keep their order. */
static void test_list_page__the_past_begins_with_the_latest(void **state)
{
        World *world = *state;
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_MAX_BYTES);
        CLEANUP(page_view_done) PageView view = make_view(world, "en");
        Filter filter = { .page = 1, .past = true };
        put(world, "a", "DTSTART:20260301T090000Z\r\nDURATION:PT1H\r\nSUMMARY:First\r\n");
        put(world, "b", "DTSTART:20260302T090000Z\r\nDURATION:PT1H\r\nSUMMARY:Second\r\n");
        put(world, "c", "DTSTART:20260302T090000Z\r\nDURATION:PT1H\r\nSUMMARY:Third\r\n");
        put(world, "d", "DTSTART:20260309T220000Z\r\nDURATION:PT1H\r\nSUMMARY:Today in Moscow\r\n");
        put(world, "e", "DTSTART:20260309T190000Z\r\nDURATION:PT1H\r\nSUMMARY:Yesterday\r\n");
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        PageJob job = { .view = &view, .catalog = catalog, .store = world->store };
        assert_int_equal(list_page_write(&job, &filter, &page), 0);
        const char *at = buffer_text(&page);
        static const char *const order[] = { "Yesterday", "Second", "Third", "First" };
        for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
                at = strstr(at, order[i]);
                assert_non_null(at);
        }
        assert_null(strstr(buffer_text(&page), "Today in Moscow"));
}

static void test_entry__says_when(void **state)
{
        World *world = *state;
        static const struct {
                int line;
                const char *lines, *zone, *russian, *english;
        } rows[] = {
                { __LINE__, "DTSTART;VALUE=DATE:20260624\r\n", NULL, "24\u00a0июня 2026\u00a0г.",
                                "24\u00a0June 2026" },
                { __LINE__, "DTSTART;VALUE=DATE:20260624\r\nDTEND;VALUE=DATE:20260626\r\n", "America/Denver",
                                "24–25\u00a0июня 2026\u00a0г.", "24–25\u00a0June 2026" },
                { __LINE__, "DTSTART;VALUE=DATE:20261230\r\nDTEND;VALUE=DATE:20270103\r\n", NULL,
                                "30\u00a0декабря 2026\u00a0г.\u00a0– 2\u00a0января 2027\u00a0г.",
                                "30\u00a0December 2026\u00a0– 2\u00a0January 2027" },
                { __LINE__, "DTSTART;TZID=Asia/Yekaterinburg:20260624T100000\r\nDURATION:PT2H\r\n", NULL,
                                "24\u00a0июня 2026\u00a0г., 10:00–12:00, Екатеринбург, UTC+5",
                                "24\u00a0June 2026, 10:00–12:00, Yekaterinburg, UTC+5" },
                { __LINE__, "DTSTART;TZID=Asia/Yekaterinburg:20260624T100000\r\n", "UTC",
                                "24\u00a0июня 2026\u00a0г., 05:00, UTC", "24\u00a0June 2026, 05:00, UTC" },
                { __LINE__, "DTSTART:20260624T210000Z\r\n", NULL,
                                "25\u00a0июня 2026\u00a0г., 00:00, Москва, UTC+3",
                                "25\u00a0June 2026, 00:00, Moscow, UTC+3" },
                { __LINE__, "DTSTART:20260624T100000\r\nDTEND:20260624T110000\r\n", NULL,
                                "24\u00a0июня 2026\u00a0г., 10:00–11:00", "24\u00a0June 2026, 10:00–11:00" },
                { __LINE__, "DTSTART:20260624T100000\r\nDTEND:20260624T110000\r\n", "America/Denver",
                                "24\u00a0июня 2026\u00a0г., 10:00–11:00", "24\u00a0June 2026, 10:00–11:00" },
                { __LINE__,
                                "DTSTART;TZID=Europe/Berlin:20260328T220000\r\nDTEND;TZID=Europe/"
                                "Berlin:20260329T000000\r\n",
                                NULL, "28\u00a0марта 2026\u00a0г., 22:00–00:00, Берлин, UTC+1",
                                "28\u00a0March 2026, 22:00–00:00, Berlin, UTC+1" },
                { __LINE__,
                                "DTSTART;TZID=Europe/Berlin:20260328T220000\r\nDTEND;TZID=Europe/"
                                "Berlin:20260330T100000\r\n",
                                NULL,
                                "28\u00a0марта 2026\u00a0г., 22:00\u00a0– 30\u00a0марта 2026\u00a0г., 10:00, Берлин, UTC+1",
                                "28\u00a0March 2026, 22:00\u00a0– 30\u00a0March 2026, 10:00, Berlin, UTC+1" },
                { __LINE__, "DTSTART:20260624T100000Z\r\n", "Asia/Kolkata",
                                "24\u00a0июня 2026\u00a0г., 15:30, Калькутта, UTC+5:30",
                                "24\u00a0June 2026, 15:30, Kolkata, UTC+5:30" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                put(world, "one", rows[i].lines);
                CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
                for (int language = 0; language < 2; language++) {
                        CLEANUP(page_view_done) PageView view = make_view(world, language ? "en" : "ru");
                        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                        if (rows[i].zone)
                                assert_int_equal(zone_table_get(world->zones, rows[i].zone, &view.zone), 0);
                        Span span = span_of_event(view.zone, catalog_find(catalog, "one"));
                        entry_write_dates(&out, &view, &span);
                        const char *expected = language ? rows[i].english : rows[i].russian;
                        if (strcmp(buffer_text(&out), expected) != 0)
                                print_error("row of line %d\n", rows[i].line);
                        assert_string_equal(buffer_text(&out), expected);
                }
        }
}

static void test_month__counts_events_without_a_lane(void **state)
{
        World *world = *state;
        char uid[32];
        for (int i = 0; i < MONTH_LANES + 3; i++) {
                snprintf(uid, sizeof(uid), "same-day-%d", i);
                put(world, uid, "DTSTART;VALUE=DATE:20260311\r\nSUMMARY:One of many\r\n");
        }
        CLEANUP(page_view_done) PageView view = make_view(world, "ru");
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_MAX_BYTES);
        PageJob job = { .view = &view, .catalog = catalog, .store = world->store };
        const MonthAsked march = { { .year = 2026, .month = 3, .day = 1 }, 1 };
        assert_int_equal(month_page_write(&job, &march, &page), 0);
        assert_int_equal(count(buffer_text(&page), "<td class=\"bar"), MONTH_LANES);
        assert_int_equal(count(buffer_text(&page), "и ещё 3\u00a0события"), 1);
        assert_int_equal(count(buffer_text(&page), "<li class=\"event"), MONTH_LANES + 3);
}

/*
 * A page with 2,000 remarks takes linear time. A page that takes a second or more would let a client block
 * the daemon.
 */
static void test_event_page__of_many_remarks(void **state)
{
        World *world = *state;
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(1024 * 1024), page = BUFFER_INIT(PAGE_MAX_BYTES);
        CLEANUP(page_view_done) PageView view = make_view(world, "ru");
        buffer_puts(&lines,
                        "SUMMARY:Session\r\nDTSTART:20260310T090000Z\r\nX-CONVENED-DATE-BASIS:STATED\r\n");
        for (int i = 0; i < MANY_REMARKS; i++)
                buffer_printf(&lines, "COMMENT;LANGUAGE=%s:Remark %d\r\n", i % 2 ? "en" : "ru", i);
        put(world, "one", buffer_text(&lines));
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        PageJob job = { .view = &view, .catalog = catalog, .store = world->store };
        double start = milliseconds();
        assert_int_equal(event_page_write(&job, "one", &page), 0);
        assert_true(milliseconds() - start < 1000);
        assert_int_equal(count(buffer_text(&page), "<p class=\"note\">Remark 0</p>"), 1);
        assert_int_equal(count(buffer_text(&page), "<li>Remark "), MANY_REMARKS / 2 - 1);
        assert_int_equal(count(buffer_text(&page), "<li>Remark 1</li>"), 0);
        assert_int_equal(count(buffer_text(&page), "<li>Remark 2</li>"), 1);
        assert_int_equal(count(buffer_text(&page), "<li>Remark 1998</li>"), 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_list_page__of_a_thousand_events, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_event_page__of_many_remarks, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_list_page__turns_pages, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_list_page__the_past_begins_with_the_latest, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_entry__says_when, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_month__counts_events_without_a_lane, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
