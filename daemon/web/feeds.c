#include "web/feeds.h"

#include "http/reply.h"
#include "web/event-page.h"
#include "web/page.h"
#include "web/site.h"

#include <ctype.h>
#include <string.h>

enum { FEED_TARGET_BYTES = 512 };

/* Copies the name before `.ics`. Return: false if no feed can have that name. */
static bool cut_suffix(const char *rest, char *ret, size_t size)
{
        static const char suffix[] = ".ics";
        size_t len = strlen(rest);
        if (len < sizeof(suffix) || strcmp(rest + len - strlen(suffix), suffix) != 0)
                return false;
        len -= strlen(suffix);
        if (len >= size)
                return false;
        memcpy(ret, rest, len);
        ret[len] = '\0';
        return true;
}

/* Gets a feed; defers the request if the feed must be built or updated. */
static int get_entity(HttpRequest *request, Site *site, const FeedAsked *asked, HttpEntity **ret)
{
        int r = feed_cache_find(site_feeds(site), asked, ret);
        if (r != FEED_CACHE_E_OUTDATED)
                return r;
        r = http_request_defer(request, HTTP_WORK_SHORT, feed_cache_key(asked));
        return r == 0 ? feed_cache_get(site_feeds(site), asked, ret) : r;
}

/* Replies with the result of get_entity(): @r and @entity. */
static int reply_entity(HttpRequest *request, Site *site, int r, HttpEntity *entity)
{
        if (r == HTTP_E_DEFERRED)
                return r;
        if (r == FEED_E_NOT_FOUND)
                return site_reply_error(site, request, 404, NULL);
        if (r != 0)
                return site_reply_failure(site, request, NULL, r);
        r = http_reply_entity(request, entity);
        int status = http_request_status(request);
        if (status == 200 || status == 304)
                site_count_feed(site, status == 304);
        return r;
}

static int reply_feed(HttpRequest *request, Site *site, const FeedAsked *asked)
{
        CLEANUP(http_entity_unrefp) HttpEntity *entity = NULL;
        int r = get_entity(request, site, asked, &entity);
        return reply_entity(request, site, r, entity);
}

static int reply_target(HttpRequest *request, Site *site, FeedScope scope, const char *rest)
{
        char target[FEED_TARGET_BYTES];
        if (!cut_suffix(rest, target, sizeof(target)))
                return site_reply_error(site, request, 404, NULL);
        return reply_feed(request, site, &(FeedAsked){ .scope = scope, .target = target });
}

/*
 * The names of kinds are in lower case. Addresses with capital letters are accepted, because people copy
 * the names from CATEGORIES.
 */
int feeds_on_named(HttpRequest *request, const char *rest, void *userdata)
{
        char target[FEED_TARGET_BYTES];
        if (!cut_suffix(rest, target, sizeof(target)))
                return site_reply_error(userdata, request, 404, NULL);
        for (char *c = target; *c; c++)
                *c = (char)tolower((unsigned char)*c);
        if (strcmp(target, "all") == 0)
                return reply_feed(request, userdata, &(FeedAsked){ .scope = FEED_ALL, .target = "" });
        return reply_feed(request, userdata, &(FeedAsked){ .scope = FEED_KIND, .target = target });
}

int feeds_on_jcal(HttpRequest *request, const char *rest, void *userdata)
{
        static const FeedAsked asked = { .scope = FEED_ALL, .form = FEED_FORM_JCAL, .target = "" };
        (void)rest;
        return reply_feed(request, userdata, &asked);
}

int feeds_on_calendar(HttpRequest *request, const char *rest, void *userdata)
{
        return reply_target(request, userdata, FEED_CALENDAR, rest);
}

int feeds_on_event(HttpRequest *request, const char *rest, void *userdata)
{
        char target[FEED_TARGET_BYTES];
        if (!cut_suffix(rest, target, sizeof(target)))
                return event_page_on_event(request, rest, userdata);
        CLEANUP(http_entity_unrefp) HttpEntity *entity = NULL;
        const FeedAsked asked = { .scope = FEED_EVENT, .target = target };
        int r = get_entity(request, userdata, &asked, &entity);
        /* A UID may end in `.ics`. */
        return r == FEED_E_NOT_FOUND ? event_page_on_event(request, rest, userdata)
                                     : reply_entity(request, userdata, r, entity);
}

int feeds_on_private(HttpRequest *request, const char *rest, void *userdata)
{
        return reply_target(request, userdata, FEED_PRIVATE, rest);
}
