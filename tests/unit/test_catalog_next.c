/*
 * Compares catalogs that are made from the changes of the store with a catalog of the whole store: after
 * each of many random changes both tell the same. And threads read older catalogs while new ones are made.
 */

#include "catalog/search.h"
#include "catalog/site-events.h"
#include "catalog/timeline.h"

#include "list_world.h"

#include <pthread.h>

enum { CHANGES = 300, UIDS = 24, SITES = 4, DUMP_BYTES = 4 * 1024 * 1024, DAY = 1773122400 / 86400 };

static const char *const PLACES[] = { "", "Саранск", "Технопарк", "Казань\\, Кремль", "Kazan" };
static const char *const QUERIES[] = { "", "сессия", "выстовка", "кластеры парка", "1", "Kazan", "nothing" };

static unsigned roll(unsigned sides)
{
        return (unsigned)random() % sides;
}

/* ---- Changes ---- */

static void put_site(World *world, unsigned number)
{
        CLEANUP(card_freep) Card *card = NULL;
        char text[1024];
        int len = snprintf(text, sizeof(text),
                        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:site-%u\r\nFN:%s\r\n%sX-CONVENED-TOWN:%s\r\n"
                        "RELATED:uid-%u\r\nRELATED:urn:uuid:uid-%u\r\nNOTE:%u\r\nEND:VCARD\r\n",
                        number, roll(2) ? "Технопарк" : "Kazan", roll(4) ? "KIND:location\r\n" : "",
                        roll(2) ? "Саранск" : "Казань", roll(UIDS), roll(UIDS), roll(1000));
        ObjectOutcome outcome;
        assert_int_equal(card_parse(text, (size_t)len, &card, NULL), 0);
        assert_int_equal(object_put_card(world->store, card,
                                         &(ObjectPut){ .collection = COLLECTION_CONTACTS,
                                                         .anywhere = true,
                                                         .now = NOW },
                                         &outcome),
                        0);
}

static void put_dated(World *world, const char *uid)
{
        static const char *const classes[] = { "", "", "", "CLASS:PRIVATE\r\n", "CLASS:CONFIDENTIAL\r\n" };
        static const char *const rules[] = { "", "", "", "RRULE:FREQ=WEEKLY\r\n",
                "RRULE:FREQ=DAILY;COUNT=3\r\n" };
        static const char *const lengths[] = { "", "DURATION:PT2H\r\n", "DURATION:P3D\r\n",
                "DURATION:P60D\r\n" };
        static const char *const kinds[] = { "", "CATEGORIES:SESSION\r\n",
                "CATEGORIES:EXHIBITION,SESSION\r\n", "CATEGORIES:OTHER\r\n" };
        char lines[1024], parent[64] = "";
        CivilTime day = civil_from_days(DAY - 100 + (int)roll(200));
        if (roll(3) == 0)
                snprintf(parent, sizeof(parent), "RELATED-TO:uid-%u\r\n", roll(UIDS));
        snprintf(lines, sizeof(lines),
                        "DTSTART%s:%04d%02d%02dT%02d0000\r\n%s%s%s%s%sSUMMARY:Сессия парка %u\r\n"
                        "DESCRIPTION:%s\r\nLOCATION:%s\r\n",
                        roll(2) ? ";TZID=Europe/Moscow" : "", day.year, day.month, day.day, (int)roll(24),
                        lengths[roll(4)], rules[roll(5)], classes[roll(5)], kinds[roll(4)], parent, roll(5),
                        roll(2) ? "Выставка кластеров" : "Talk", PLACES[roll(5)]);
        put(world, uid, lines);
}

static void put_draft(World *world, const char *uid)
{
        char lines[256];
        snprintf(lines, sizeof(lines), "STATUS:DRAFT\r\nSUMMARY:Выставка %u\r\nLOCATION:%s\r\n", roll(5),
                        PLACES[roll(5)]);
        put_component(world, "VJOURNAL", uid, lines);
}

static void delete_any(World *world, const char *uid)
{
        int r = object_delete_found(world->store, uid, NOW);
        assert_true(r == 0 || r == STORE_E_NOT_FOUND);
}

static void change_once(World *world)
{
        char uid[32], site[32];
        snprintf(uid, sizeof(uid), "uid-%u", roll(UIDS));
        snprintf(site, sizeof(site), "site-%u", roll(SITES));
        switch (roll(10)) {
        case 0:
                delete_any(world, uid);
                break;
        case 1:
                delete_any(world, site);
                break;
        case 2:
                put_site(world, roll(SITES));
                break;
        case 3:
                put_draft(world, uid);
                break;
        default:
                put_dated(world, uid);
        }
}

/* Makes one change or, as an import does, many in one transaction. */
static void change(World *world)
{
        unsigned n = roll(20) == 0 ? 15 : 1;
        assert_int_equal(store_begin_write(world->store), 0);
        for (unsigned i = 0; i < n; i++)
                change_once(world);
        assert_int_equal(store_commit(world->store), 0);
}

/* ---- What a catalog tells ---- */

static void dump_event(Buffer *out, const Catalog *catalog, const CatalogEvent *event)
{
        const CatalogEvent *part;
        const CatalogSite *site;
        buffer_printf(out, "%s %s|%s|%s|%s|%d%d%d%d %lld-%lld %lld\n", event->uid, event->title[0].text,
                        event->place.text, event->kinds, event->parent ? event->parent : "", event->is_busy,
                        event->is_draft, event->is_series, (int)event->status, (long long)event->start_usec,
                        (long long)event->end_usec, (long long)event->changed);
        for (size_t i = 0; (part = catalog_part(catalog, event->uid, i)); i++)
                buffer_printf(out, " part %s\n", part->uid);
        for (size_t i = 0; (site = catalog_site_of(catalog, event, i)); i++)
                buffer_printf(out, " site %s\n", site->uid);
}

/* Compares the lists of a site's events with those of all events at the site. */
static void expect_lists(const Catalog *catalog, const CatalogSite *site, const CatalogEvents *all)
{
        CLEANUP(site_events_freep) SiteEvents *lists = NULL;
        const CatalogEvent *event;
        assert_int_equal(site_events_new(catalog, site, NOW, &lists), 0);
        assert_int_equal(site_events_count(lists), all->n);
        for (int is_over = 0; is_over < 2; is_over++) {
                for (size_t i = 0; i < all->n; i++) {
                        const CatalogEvent *wanted = all->list[is_over ? all->n - 1 - i : i];
                        CatalogInstance instance;
                        bool is_event_over;
                        assert_int_equal(catalog_instance_from(wanted, NOW, &instance, &is_event_over), 0);
                        if (is_event_over != is_over)
                                continue;
                        assert_int_equal(site_events_next(lists, is_over, &event), 0);
                        assert_ptr_equal(event, wanted);
                }
                assert_int_equal(site_events_next(lists, is_over, &event), SITE_EVENTS_END);
        }
}

/* Compares the events around the time with those that remain when the first that are over are left out. */
static void expect_around(
                const Catalog *catalog, const CatalogSite *site, const CatalogEvents *all, size_t max)
{
        CLEANUP(site_events_freep) SiteEvents *lists = NULL;
        CLEANUP(catalog_events_done) CatalogEvents around = { 0 };
        size_t left_out = all->n > max ? all->n - max : 0, n = 0;
        assert_int_equal(site_events_new(catalog, site, NOW, &lists), 0);
        assert_int_equal(site_events_around(lists, max, &around), 0);
        for (size_t i = 0; i < all->n && n < max; i++) {
                CatalogInstance instance;
                bool is_over;
                assert_int_equal(catalog_instance_from(all->list[i], NOW, &instance, &is_over), 0);
                if (is_over && left_out > 0)
                        left_out--;
                else
                        assert_ptr_equal(around.list[n++], all->list[i]);
        }
        assert_int_equal(around.n, n);
}

static void dump_site(Buffer *out, const Catalog *catalog, const CatalogSite *site)
{
        CLEANUP(catalog_events_done) CatalogEvents events = { 0 };
        assert_ptr_equal(catalog_find_site(catalog, site->uid), site);
        assert_int_equal(catalog_events_at(catalog, site, &events), 0);
        assert_int_equal(catalog_has_events_at(catalog, site), events.n > 0);
        expect_lists(catalog, site, &events);
        expect_around(catalog, site, &events, 4);
        buffer_printf(out, "site %s %s %s %s:", site->uid, site->name[0].text, site->town.text,
                        site->notes[0].text);
        for (size_t i = 0; i < events.n; i++)
                buffer_printf(out, " %s", events.list[i]->uid);
        buffer_puts(out, "\n");
}

static void dump_instance(Buffer *out, const CatalogInstance *instance)
{
        buffer_printf(out, " %s@%lld-%lld%s", instance->event->uid, (long long)instance->start_usec,
                        (long long)instance->end_usec, instance->title[0].text);
}

static void dump_timeline(Buffer *out, const Catalog *catalog, TimelineSide side, const char *kind,
                const CatalogFound *found)
{
        TimelineOptions options = { side, DAY, kind, found };
        CLEANUP(timeline_freep) Timeline *timeline = NULL;
        CatalogInstance instance;
        buffer_printf(out, "timeline %d %s:", (int)side, kind);
        assert_int_equal(timeline_new(catalog, &options, &timeline), 0);
        while (timeline_next(timeline, &instance) == 0)
                dump_instance(out, &instance);
        buffer_puts(out, "\n");
}

static void dump_search(Buffer *out, const Catalog *catalog, const char *words, const char *place)
{
        CLEANUP(catalog_found_done) CatalogFound found = { 0 };
        const CatalogEvent *event;
        assert_int_equal(catalog_search(catalog, words, place, &found), 0);
        buffer_printf(out, "search %s, %s:", words, place);
        for (size_t i = 0; (event = catalog_newest(catalog, i)); i++)
                if (catalog_found_has(&found, event))
                        buffer_printf(out, " %s", event->uid);
        buffer_puts(out, "\n");
        dump_timeline(out, catalog, TIMELINE_AHEAD, "", &found);
}

/* Compares the single events of a window with those that a look at each event finds. */
static void expect_singles(const Catalog *catalog, const CatalogInstances *all, usec_t from, usec_t to)
{
        const CatalogEvent *event;
        size_t n = 0, expected = 0;
        for (size_t i = 0; i < all->n; i++)
                n += !all->list[i].event->is_series && !all->list[i].event->is_busy;
        for (size_t i = 0; (event = catalog_newest(catalog, i)); i++)
                expected += !event->is_draft && !event->is_series && event->start_usec < to &&
                            (event->end_usec > from || event->start_usec >= from);
        assert_int_equal(n, expected);
}

static void dump_window(Buffer *out, Catalog *catalog, int from, int to)
{
        CLEANUP(catalog_instances_done) CatalogInstances all = { 0 };
        assert_int_equal(catalog_instances(catalog, from * USEC_PER_DAY, to * USEC_PER_DAY, &all), 0);
        expect_singles(catalog, &all, from * USEC_PER_DAY, to * USEC_PER_DAY);
        buffer_printf(out, "window %d:", from - DAY);
        for (size_t i = 0; i < all.n; i++)
                dump_instance(out, &all.list[i]);
        buffer_puts(out, "\n");
}

static void dump_records(Buffer *out, Catalog *catalog)
{
        const CatalogEvent *event;
        const CatalogSite *site;
        size_t n;
        for (unsigned i = 0; i < UIDS; i++) {
                char uid[32];
                snprintf(uid, sizeof(uid), "uid-%u", i);
                event = catalog_find(catalog, uid);
                if (event)
                        dump_event(out, catalog, event);
        }
        for (size_t i = 0; (event = catalog_draft(catalog, i)); i++)
                buffer_printf(out, "draft %s\n", event->uid);
        for (size_t i = 0; (event = catalog_newest(catalog, i)); i++)
                buffer_printf(out, "newest %s\n", event->uid);
        for (size_t i = 0; (site = catalog_site(catalog, i)); i++)
                dump_site(out, catalog, site);
        const CatalogText *places = catalog_places(catalog, &n);
        for (size_t i = 0; i < n; i++)
                buffer_printf(out, "place %s\n", places[i].text);
}

static void dump(Buffer *out, Catalog *catalog)
{
        dump_records(out, catalog);
        for (size_t i = 0; i < sizeof(QUERIES) / sizeof(*QUERIES); i++)
                dump_search(out, catalog, QUERIES[i], "");
        dump_search(out, catalog, "сессия", "саранск");
        dump_search(out, catalog, "", "kaz");
        for (TimelineSide side = TIMELINE_AHEAD; side <= TIMELINE_PAST; side++) {
                dump_timeline(out, catalog, side, "", NULL);
                dump_timeline(out, catalog, side, "session", NULL);
                dump_timeline(out, catalog, side, "other", NULL);
        }
        for (int from = DAY - 40; from < DAY + 40; from += 20)
                dump_window(out, catalog, from, from + 10);
        assert_int_equal(buffer_error(out), 0);
}

/* ---- Tests ---- */

static void expect_same(Catalog *one, Catalog *other, int step)
{
        CLEANUP(buffer_done) Buffer left = BUFFER_INIT(DUMP_BYTES), right = BUFFER_INIT(DUMP_BYTES);
        dump(&left, one);
        dump(&right, other);
        if (strcmp(buffer_text(&left), buffer_text(&right)) == 0)
                return;
        print_error("step %d\n%s\n---- a new catalog:\n%s\n", step, buffer_text(&left), buffer_text(&right));
        fail();
}

static void ready(World *world, unsigned seed)
{
        srandom(seed);
        assert_int_equal(collection_ensure(world->store, COLLECTION_CONTACTS, true, NULL), 0);
}

static void test_catalog_next__tells_what_a_new_one_does(void **state)
{
        World *world = *state;
        ready(world, 18);
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        CatalogCheck check = { catalog_sequence(catalog), catalog_sequence(catalog) };
        for (int step = 0; step < CHANGES; step++) {
                CLEANUP(catalog_unrefp) Catalog *next = NULL;
                change(world);
                assert_int_equal(catalog_next(catalog, world->store, &check, &next), 0);
                catalog_unref(catalog);
                catalog = TAKE_PTR(next);
                if (step % 3 == 0) {
                        CLEANUP(catalog_unrefp) Catalog *fresh = make_catalog(world);
                        expect_same(catalog, fresh, step);
                }
        }
}

/* An older catalog tells what it told, whatever is made from it. */
static void test_catalog_next__leaves_the_old_one(void **state)
{
        World *world = *state;
        CLEANUP(buffer_done) Buffer before = BUFFER_INIT(DUMP_BYTES), after = BUFFER_INIT(DUMP_BYTES);
        ready(world, 7);
        for (int i = 0; i < 60; i++)
                change(world);
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        dump(&before, catalog);
        for (int i = 0; i < 60; i++) {
                CLEANUP(catalog_unrefp) Catalog *next = NULL;
                CatalogCheck check = { catalog_sequence(catalog), catalog_sequence(catalog) };
                change(world);
                assert_int_equal(catalog_next(catalog, world->store, &check, &next), 0);
        }
        dump(&after, catalog);
        assert_string_equal(buffer_text(&before), buffer_text(&after));
}

typedef struct Shared {
        pthread_mutex_t lock;
        Catalog *catalog;
        bool is_over;
} Shared;

static void *read_catalogs(void *userdata)
{
        Shared *shared = userdata;
        for (bool is_over = false; !is_over;) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(DUMP_BYTES);
                pthread_mutex_lock(&shared->lock);
                CLEANUP(catalog_unrefp) Catalog *catalog = catalog_ref(shared->catalog);
                is_over = shared->is_over;
                pthread_mutex_unlock(&shared->lock);
                dump(&out, catalog);
        }
        return NULL;
}

static void test_catalog_next__while_threads_read(void **state)
{
        World *world = *state;
        pthread_t readers[2];
        Shared shared = { .lock = PTHREAD_MUTEX_INITIALIZER };
        ready(world, 3);
        shared.catalog = make_catalog(world);
        CatalogCheck check = { catalog_sequence(shared.catalog), catalog_sequence(shared.catalog) };
        for (size_t i = 0; i < 2; i++)
                assert_int_equal(pthread_create(&readers[i], NULL, read_catalogs, &shared), 0);
        for (int i = 0; i < 60; i++) {
                Catalog *next = NULL, *old = shared.catalog;
                change(world);
                assert_int_equal(catalog_next(old, world->store, &check, &next), 0);
                pthread_mutex_lock(&shared.lock);
                shared.catalog = next;
                shared.is_over = i == 59;
                pthread_mutex_unlock(&shared.lock);
                catalog_unref(old);
        }
        for (size_t i = 0; i < 2; i++)
                assert_int_equal(pthread_join(readers[i], NULL), 0);
        CLEANUP(catalog_unrefp) Catalog *fresh = make_catalog(world);
        expect_same(shared.catalog, fresh, 60);
        catalog_unref(shared.catalog);
}

static void list_all(const Catalog *catalog, int64_t day)
{
        CLEANUP(timeline_freep) Timeline *timeline = NULL;
        CatalogInstance instance;
        const TimelineOptions options = { .side = TIMELINE_PAST, .day = day, .kind = "" };
        assert_int_equal(timeline_new(catalog, &options, &timeline), 0);
        while (timeline_next(timeline, &instance) == 0)
                assert_string_not_equal(instance.title[0].text, "");
}

/* The record keeps the instances of two ranges only; a timeline needs those of its own to its end. */
static void test_timeline_next__keeps_the_titles_of_a_series(void **state)
{
        World *world = *state;
        const TimelineOptions options = { .side = TIMELINE_AHEAD, .day = DAY, .kind = "" };
        CLEANUP(timeline_freep) Timeline *timeline = NULL;
        CatalogInstance instance;
        int n = 0;
        put(world, "series",
                        "DTSTART:20260312T100000Z\r\nRRULE:FREQ=DAILY;COUNT=2\r\nSUMMARY:Talk\r\nEND:VEVENT\r\n"
                        "BEGIN:VEVENT\r\nUID:series\r\nDTSTAMP:20260101T000000Z\r\n"
                        "RECURRENCE-ID:20260313T100000Z\r\nDTSTART:20260313T110000Z\r\nSUMMARY:Moved\r\n");
        CLEANUP(catalog_unrefp) Catalog *catalog = make_catalog(world);
        assert_int_equal(timeline_new(catalog, &options, &timeline), 0);
        while (timeline_next(timeline, &instance) == 0)
                n++;
        for (int64_t day = DAY + 10; day < DAY + 14; day++)
                list_all(catalog, day);
        assert_int_equal(n, 2);
        assert_string_equal(instance.title[0].text, "Moved");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_catalog_next__tells_what_a_new_one_does, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_catalog_next__leaves_the_old_one, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_catalog_next__while_threads_read, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_timeline_next__keeps_the_titles_of_a_series, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
