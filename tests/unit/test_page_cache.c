/*
 * Tests the cache of pages with a fake catalog, store and server, which are defined here and change or fail
 * as a test wants. The content of a page is the name of the configuration of its catalog.
 */

#include "web/page-cache.h"

#include "base/log.h"
#include "http/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_store.h"

struct Catalog {
        int refs;
        bool has_words;
        const Config *config;
};

struct HttpEntity {
        int refs;
        char text[32];
};

static PageCache *pages;
static StorePool *stores;
static Config before = { .store = "before" }, after = { .store = "after" };

/* State of the fakes, and counts of the cache's calls. */
static struct World {
        usec_t now;
        void (*while_written)(void); /* called once, while a page is written */
        int64_t hosts;               /* the last change of an offer or a card */
        int n_catalogs, n_entities, n_written, n_logged;
        char sent[32]; /* the last reply; "" for 503 */
} world;

int catalog_new(Store *store, Config *config, CatalogWords words, Catalog **ret)
{
        assert_non_null(store);
        if (fake_stores.fails)
                return fake_stores.fails;
        *ret = calloc(1, sizeof(**ret));
        **ret = (Catalog){ 1, words == CATALOG_WITH_WORDS, config };
        world.n_catalogs++;
        return 0;
}

Catalog *catalog_ref(Catalog *catalog)
{
        catalog->refs++;
        return catalog;
}

Catalog *catalog_unref(Catalog *catalog)
{
        if (catalog && --catalog->refs == 0) {
                world.n_catalogs--;
                free(catalog);
        }
        return NULL;
}

int64_t catalog_sequence(const Catalog *catalog)
{
        (void)catalog;
        return 1;
}

bool catalog_has_words(const Catalog *catalog)
{
        return catalog->has_words;
}

int catalog_next(Catalog *old, Store *store, CatalogCheck *check, Catalog **ret)
{
        (void)store;
        check->hosts = world.hosts;
        *ret = catalog_ref(old);
        return 0;
}

void log_kind(JournalKind kind, const LogField *fields, const char *format, ...)
{
        (void)fields, (void)format;
        assert_int_equal(kind, JOURNAL_STORE_FAILS);
        world.n_logged++;
}

Config *config_ref(Config *config)
{
        return config;
}

Config *config_unref(Config *config)
{
        (void)config;
        return NULL;
}

int page_view_init(PageView *view, const PageBase *base, HttpRequest *request)
{
        (void)request;
        *view = (PageView){ .tag = "en", .config = base->config, .now = base->now };
        return 0;
}

void page_view_done(PageView *view)
{
        (void)view;
}

int64_t zone_to_instant(const Zone *zone, const CivilTime *civil)
{
        (void)zone, (void)civil;
        return INT32_MAX;
}

CivilTime zone_to_civil(const Zone *zone, int64_t instant)
{
        (void)zone;
        return civil_from_seconds(instant);
}

const char *zone_name(const Zone *zone)
{
        (void)zone;
        return "UTC";
}

int http_entity_new(const HttpEntityOptions *options, HttpEntity **ret)
{
        HttpEntity *entity = calloc(1, sizeof(*entity));
        entity->refs = 1;
        assert_true(options->len < sizeof(entity->text));
        memcpy(entity->text, options->bytes, options->len);
        world.n_entities++;
        *ret = entity;
        return 0;
}

HttpEntity *http_entity_ref(HttpEntity *entity)
{
        entity->refs++;
        return entity;
}

HttpEntity *http_entity_unref(HttpEntity *entity)
{
        if (entity && --entity->refs == 0) {
                world.n_entities--;
                free(entity);
        }
        return NULL;
}

bool http_entity_same(const HttpEntity *a, const HttpEntity *b)
{
        return strcmp(a->text, b->text) == 0;
}

int http_request_defer(HttpRequest *request, HttpWork work, uint64_t key)
{
        (void)request;
        assert_int_equal(work, HTTP_WORK_LONG);
        assert_int_not_equal(key, 0);
        return 0;
}

int http_reply_entity(HttpRequest *request, HttpEntity *entity)
{
        (void)request;
        strcpy(world.sent, entity->text);
        return 0;
}

int page_reply_error(HttpRequest *request, const PageBase *base, int status, const char *text)
{
        (void)request, (void)base, (void)text;
        assert_int_equal(status, 503);
        world.sent[0] = '\0';
        return 0;
}

static int write_nothing(const PageJob *job, const void *userdata, Buffer *out)
{
        (void)job, (void)userdata, (void)out;
        return DB_E_IO;
}

static int write_name(const PageJob *job, const void *userdata, Buffer *out)
{
        (void)userdata;
        world.n_written++;
        buffer_puts(out, job->catalog->config->store);
        void (*then)(void) = world.while_written;
        world.while_written = NULL;
        if (then)
                then();
        return 0;
}

/*
 * Requests a page as a reader whose request has begun with the given configuration. Return: the content of
 * the reply.
 */
static const char *get(const char *key, Config *config)
{
        PageBase base = { .config = config, .now = world.now };
        PageAsked asked = { .key = key, .write = write_name, .shows_hosts = strcmp(key, "hosts") == 0 };
        assert_int_equal(page_cache_reply(pages, &base, NULL, &asked), 0);
        return world.sent;
}

static int set_up(void **state)
{
        (void)state;
        fake_stores = (struct FakeStores){ 0 };
        world = (struct World){ .now = 1000 * USEC_PER_SEC, .hosts = 1 };
        int r = store_pool_new(FAKE_STORE_URL, NULL, STORE_READ_ONLY, &stores);
        return r < 0 ? r : page_cache_new(&before, stores, &pages);
}

static int tear_down(void **state)
{
        (void)state;
        page_cache_free(pages);
        store_pool_free(stores);
        assert_int_equal(world.n_catalogs, 0);
        assert_int_equal(world.n_entities, 0);
        assert_int_equal(fake_stores.n_open, 0);
        return 0;
}

static void test_page_cache_reply__kept_until_reset(void **state)
{
        (void)state;
        for (int i = 0; i < 3; i++)
                assert_string_equal(get("list", &before), "before");
        assert_int_equal(world.n_written, 1);
        page_cache_reset(pages, &after);
        for (int i = 0; i < 3; i++)
                assert_string_equal(get("list", &after), "after");
        assert_int_equal(world.n_written, 2);
}

/* After a change that no page shows, the kept page is sent again. */
static void test_page_cache_reply__not_written_again_without_a_change(void **state)
{
        (void)state;
        get("list", &before);
        page_cache_invalidate(pages);
        assert_string_equal(get("list", &before), "before");
        assert_int_equal(world.n_written, 1);
        assert_int_equal(fake_stores.n_opened, 1);
}

/* After a change of an offer, only the pages that name hosts are written again, each once. */
static void test_page_cache_reply__a_change_of_hosts(void **state)
{
        (void)state;
        get("list", &before);
        get("hosts", &before);
        for (int change = 2; change < 4; change++) {
                world.n_written = 0;
                world.hosts = change;
                page_cache_invalidate(pages);
                for (int i = 0; i < 2; i++) {
                        get("list", &before);
                        get("hosts", &before);
                }
                assert_int_equal(world.n_written, 1);
                assert_int_equal(world.n_catalogs, 1);
        }
}

/* A reload publishes the new configuration before the cache has dropped the old one's catalog. */
static void test_page_cache_reply__no_catalog_of_another_configuration(void **state)
{
        (void)state;
        get("list", &before);
        assert_string_equal(get("month", &after), "after");
        assert_string_equal(get("month", &before), "before");
}

static void reset_and_read_the_catalog(void)
{
        page_cache_reset(pages, &after);
        get("month", &after);
}

static void test_page_cache_reply__reset_while_a_page_is_written(void **state)
{
        (void)state;
        get("month", &before);
        world.while_written = reset_and_read_the_catalog;
        get("list", &after);
        assert_string_equal(get("list", &after), "after");
}

static void reset_and_keep_the_list(void)
{
        page_cache_reset(pages, &after);
        get("list", &after);
}

static void test_page_cache_reply__older_request_drops_no_newer_page(void **state)
{
        (void)state;
        world.while_written = reset_and_keep_the_list;
        get("list", &before);
        int n_written = world.n_written;
        assert_string_equal(get("list", &after), "after");
        assert_int_equal(world.n_written, n_written);
}

static void test_page_cache_reply__one_attempt_a_second(void **state)
{
        (void)state;
        static const struct {
                int line;
                usec_t passed; /* since the failure */
                const char *expected;
        } rows[] = {
                { __LINE__, 0, "" }, { __LINE__, USEC_PER_SEC / 2, "" },
                { __LINE__, USEC_PER_SEC, "before" },
                { __LINE__, -100 * USEC_PER_SEC, "before" }, /* the clock was set back */
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                fake_stores.fails = DB_E_IO;
                page_cache_reset(pages, &before);
                assert_string_equal(get("list", &before), "");
                fake_stores.fails = 0;
                world.now += rows[i].passed;
                if (strcmp(get("list", &before), rows[i].expected) != 0)
                        fail_msg("row of line %d: '%s'", rows[i].line, world.sent);
                world.now += 10 * USEC_PER_SEC;
        }
}

static void test_page_cache_reply__logs_a_failure_of_the_store(void **state)
{
        (void)state;
        PageBase base = { .config = &before, .now = world.now };
        PageAsked asked = { .key = "list", .write = write_nothing };
        assert_int_equal(page_cache_reply(pages, &base, NULL, &asked), 0);
        assert_string_equal(world.sent, "");
        assert_int_equal(world.n_logged, 1);
}

int main(void)
{
#define CACHED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        const struct CMUnitTest tests[] = {
                CACHED(test_page_cache_reply__kept_until_reset),
                CACHED(test_page_cache_reply__not_written_again_without_a_change),
                CACHED(test_page_cache_reply__a_change_of_hosts),
                CACHED(test_page_cache_reply__no_catalog_of_another_configuration),
                CACHED(test_page_cache_reply__reset_while_a_page_is_written),
                CACHED(test_page_cache_reply__older_request_drops_no_newer_page),
                CACHED(test_page_cache_reply__one_attempt_a_second),
                CACHED(test_page_cache_reply__logs_a_failure_of_the_store),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
