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

static bool is_enhanced(HttpRequest *request, const FeedAsked *asked)
{
        return asked->form == FEED_FORM_ICALENDAR && feed_deltas_asked(request);
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

static void count(HttpRequest *request, Site *site)
{
        int status = http_request_status(request);
        if (status == 200 || status == 304)
                site_count_feed(site, status == 304);
}

/* Replies if there is nothing to send. */
static int reply_without(HttpRequest *request, Site *site, int r)
{
        if (r == HTTP_E_DEFERRED)
                return r;
        if (r == FEED_E_NOT_FOUND)
                return site_reply_error(site, request, 404, NULL);
        return site_reply_failure(site, request, NULL, r);
}

/* Replies with the result of get_entity(): @r and @entity. */
static int reply_entity(HttpRequest *request, Site *site, const FeedAsked *asked, int r, HttpEntity *entity)
{
        if (r != 0)
                return reply_without(request, site, r);
        r = is_enhanced(request, asked) ? feed_deltas_reply_whole(request, entity, asked->scope)
                                        : http_reply_entity(request, entity);
        count(request, site);
        return r;
}

/* Sends a feed, or what has changed in it. FEED_E_NOT_FOUND: nothing was sent. */
static int send_feed(HttpRequest *request, Site *site, const FeedAsked *asked)
{
        CLEANUP(http_entity_unrefp) HttpEntity *entity = NULL;
        int r = is_enhanced(request, asked) ? feed_deltas_reply(site_deltas(site), request, asked)
                                            : FEED_DELTAS_E_WHOLE;
        if (r == 0)
                count(request, site);
        if (r == 0 || r == FEED_E_NOT_FOUND)
                return r;
        if (r != FEED_DELTAS_E_WHOLE)
                return reply_without(request, site, r);
        r = get_entity(request, site, asked, &entity);
        return r == FEED_E_NOT_FOUND ? r : reply_entity(request, site, asked, r, entity);
}

static int reply_feed(HttpRequest *request, Site *site, const FeedAsked *asked)
{
        int r = send_feed(request, site, asked);
        return r == FEED_E_NOT_FOUND ? reply_without(request, site, r) : r;
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
        const FeedAsked asked = { .scope = FEED_EVENT, .target = target };
        int r = send_feed(request, userdata, &asked);
        /* A UID may end in `.ics`. */
        return r == FEED_E_NOT_FOUND ? event_page_on_event(request, rest, userdata) : r;
}

int feeds_on_private(HttpRequest *request, const char *rest, void *userdata)
{
        return reply_target(request, userdata, FEED_PRIVATE, rest);
}
