#include "web/freebusy.h"

#include "http/reply.h"
#include "meet/calendar.h"
#include "meet/freebusy.h"
#include "web/meet-host.h"
#include "web/site.h"

#include <errno.h>
#include <string.h>

enum { UID_BYTES = 256, TEXT_MAX_BYTES = 8 * 1024 * 1024, DAYS_DEFAULT = 60, DAYS_MAX = 400 };

static bool cut_suffix(const char *rest, const char *suffix, char *ret, size_t size)
{
        size_t len = strlen(rest), suffix_len = strlen(suffix);
        if (len <= suffix_len || len - suffix_len >= size || strcmp(rest + len - suffix_len, suffix) != 0)
                return false;
        memcpy(ret, rest, len - suffix_len);
        ret[len - suffix_len] = '\0';
        return true;
}

bool freebusy_path(const char *rest, char *ret, size_t size)
{
        return cut_suffix(rest, ".ifb", ret, size) || cut_suffix(rest, "/freebusy", ret, size);
}

/* Reads `20260615T080000Z` or `2026-06-15T08:00:00Z`; @otherwise if the query does not have @name. */
static int read_time(HttpRequest *request, const char *name, usec_t otherwise, usec_t *ret)
{
        const char *text = http_request_query(request, name);
        When when;
        *ret = otherwise;
        if (!text || time_parse_rfc3339(text, ret) == 0)
                return 0;
        if (when_parse(text, &when) < 0 || when.form != WHEN_UTC)
                return -EINVAL;
        *ret = when_instant(&when, NULL);
        return 0;
}

static bool read_range(HttpRequest *request, usec_t now, usec_t *ret_from, usec_t *ret_to)
{
        return read_time(request, "start", now, ret_from) == 0 &&
               read_time(request, "end", *ret_from + DAYS_DEFAULT * USEC_PER_DAY, ret_to) == 0 &&
               *ret_to > *ret_from && *ret_to - *ret_from <= DAYS_MAX * USEC_PER_DAY;
}

/*
 * Reads the busy times of a host. The address is that of the host's page, so the busy times of a host
 * without a listed offer have a secret address, too. Return: 0, STORE_E_NOT_FOUND for an address without an
 * offer, others as the store's.
 */
static int collect(Store *store, const Config *config, const char *name, MeetHost *host, BusyQuery *query,
                BusyList *list)
{
        int r = meet_host_load(store, config, name, host);
        if (r != 0)
                return r;
        query->host = host->uid;
        return busy_collect(store, store_zones(store), query, list);
}

static int reply(HttpRequest *request, const BusyQuery *query, const BusyList *list)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_MAX_BYTES);
        static const HttpHeader headers[] = { { "Cache-Control", "public, max-age=60" },
                { "Access-Control-Allow-Origin", "*" }, { NULL, NULL } };
        int r = freebusy_write(list, query->host, query->from, query->to, query->now, &text);
        return r != 0 ? r
                      : http_reply_send(request,
                                        &(HttpReply){ .status = 200,
                                                        .headers = headers,
                                                        .content_type = "text/calendar; charset=utf-8",
                                                        .bytes = buffer_text(&text),
                                                        .len = text.len });
}

int freebusy_on_meet(HttpRequest *request, const char *rest, void *userdata)
{
        CLEANUP(config_unrefp) Config *config = site_config(userdata);
        CLEANUP(store_closep) Store *store = NULL;
        CLEANUP(busy_done) BusyList list = { 0 };
        CLEANUP(meet_host_done) MeetHost host = { 0 };
        char name[UID_BYTES];
        BusyQuery query = { .zone = config->time_zone, .now = site_now(userdata) };
        if (!freebusy_path(rest, name, sizeof(name)))
                return site_reply_error(userdata, request, 404, NULL);
        if (!read_range(request, query.now, &query.from, &query.to))
                return site_reply_error(userdata, request, 400, NULL);
        int r = http_request_defer(request, HTTP_WORK_LONG, 0);
        if (r != 0)
                return r;
        r = site_open_store(userdata, STORE_READ_ONLY, &store);
        if (r != 0)
                return site_reply_failure(userdata, request, NULL, r);
        r = collect(store, config, name, &host, &query, &list);
        if (r == STORE_E_NOT_FOUND)
                return site_reply_error(userdata, request, 404, NULL);
        return r != 0 ? site_reply_failure(userdata, request, store, r) : reply(request, &query, &list);
}
