/* Tests the reply's fields for each scope and form. Fakes take the place of feeds and of the entity. */

#include "web/feed-entity.h"

#include "feed/jcal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct Feed {
        Content *content;
};

/* The fields of the last entity. */
static struct {
        char link[256], token[64], keys[256], type[64], cache_control[96], file_name[80], bytes[64];
        bool has_vary, cors, noindex;
} made;

Content *feed_content(const Feed *feed)
{
        return feed->content;
}

const char *feed_title(const Feed *feed)
{
        (void)feed;
        return NULL;
}

int64_t feed_sync_token(const Feed *feed, char ret[static FEED_TOKEN_SIZE])
{
        (void)feed;
        strcpy(ret, "data:,7");
        return 7;
}

usec_t feed_modified(const Feed *feed)
{
        (void)feed;
        return USEC_PER_SEC;
}

int jcal_write(const char *text, size_t len, Buffer *out)
{
        buffer_printf(out, "json of %.*s", (int)len, text);
        return buffer_error(out);
}

static const char *header(const HttpEntityOptions *options, const char *name)
{
        for (const HttpHeader *each = options->headers; each->name; each++)
                if (strcmp(each->name, name) == 0 && each->value)
                        return each->value;
        return "";
}

int http_entity_new(const HttpEntityOptions *options, HttpEntity **ret)
{
        CLEANUP(blob_unrefp) Blob *text = content_join(options->content);
        size_t len;
        const char *bytes = blob_bytes(text, &len);
        snprintf(made.bytes, sizeof(made.bytes), "%.*s", (int)len, bytes);
        strcpy(made.link, header(options, "Link"));
        strcpy(made.token, header(options, "Sync-Token"));
        strcpy(made.keys, header(options, "Surrogate-Key"));
        strcpy(made.type, options->content_type);
        strcpy(made.cache_control, options->cache_control);
        strcpy(made.file_name, options->file_name);
        made.has_vary = options->vary;
        made.cors = options->cors;
        made.noindex = options->noindex;
        *ret = NULL;
        return 0;
}

static void make(FeedScope scope, FeedForm form, const char *target)
{
        static const Config config = { .http.base_url = "https://example.org",
                .feed.max_age = 60 * USEC_PER_SEC };
        CLEANUP(blob_unrefp) Blob *blob = blob_copy("feed", 4);
        Feed feed = { NULL };
        HttpEntity *entity;
        assert_int_equal(content_of_blob(blob, &feed.content), 0);
        assert_int_equal(feed_entity_new(&(FeedAsked){ scope, form, target }, &feed, &config, &entity), 0);
        content_unref(feed.content);
}

static void test_feed_entity_new__address_and_keys_of_each_scope(void **state)
{
        static const struct {
                FeedScope scope;
                const char *target, *address, *keys;
        } rows[] = {
                { FEED_ALL, "", "/all.ics", "feed feed/all" },
                { FEED_KIND, "site visit", "/site%20visit.ics", "feed feed/site%20visit" },
                { FEED_CALENDAR, "news", "/calendar/news.ics", "feed feed/calendar/news" },
                { FEED_EVENT, "a@example.org", "/event/a@example.org.ics", "feed feed/event" },
                { FEED_PRIVATE, "token", "/private/token.ics", "" },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char link[256];
                snprintf(link, sizeof(link), "<https://example.org%s>; rel=\"subscribe-enhanced-get\"",
                                rows[i].address);
                make(rows[i].scope, FEED_FORM_ICALENDAR, rows[i].target);
                assert_string_equal(made.link, link);
                assert_string_equal(made.keys, rows[i].keys);
                assert_string_equal(made.token, "\"data:,7\"");
                assert_string_equal(made.type, "text/calendar; charset=utf-8");
                assert_string_equal(made.bytes, "feed");
                assert_true(made.has_vary);
        }
}

static void test_feed_entity_new__a_jcal_has_no_deltas(void **state)
{
        (void)state;
        make(FEED_ALL, FEED_FORM_JCAL, "");
        assert_string_equal(made.bytes, "json of feed");
        assert_string_equal(made.type, "application/calendar+json");
        assert_string_equal(made.link, "");
        assert_string_equal(made.token, "");
        assert_false(made.has_vary);
}

static void test_feed_entity_new__no_shared_cache_keeps_a_private_feed(void **state)
{
        (void)state;
        make(FEED_PRIVATE, FEED_FORM_ICALENDAR, "token");
        assert_string_equal(made.cache_control, "private, no-store");
        assert_true(made.noindex && !made.cors);
        make(FEED_ALL, FEED_FORM_ICALENDAR, "");
        assert_string_equal(made.cache_control, "public, max-age=60, stale-while-revalidate=86400");
        assert_true(!made.noindex && made.cors);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_feed_entity_new__address_and_keys_of_each_scope),
                cmocka_unit_test(test_feed_entity_new__a_jcal_has_no_deltas),
                cmocka_unit_test(test_feed_entity_new__no_shared_cache_keeps_a_private_feed),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
