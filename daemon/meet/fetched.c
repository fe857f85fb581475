#include "meet/fetched.h"

#include "base/buffer.h"
#include "meet/freebusy-read.h"
#include "store/free-busy.h"
#include "store/object.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TIMES_BYTES = 1024 * 1024, PREF_NONE = 101 };

const char *fetched_url(const Card *card)
{
        const ContentLine *line = NULL;
        const char *found = NULL;
        int least = PREF_NONE + 1;
        while ((line = card_property_next(card, "FBURL", line))) {
                const char *text = content_line_param(line, "PREF");
                int pref = text && atoi(text) > 0 ? atoi(text) : PREF_NONE;
                bool is_web = strncasecmp(line->value, "http://", 7) == 0 ||
                              strncasecmp(line->value, "https://", 8) == 0;
                if (!is_web || pref >= least)
                        continue;
                found = line->value;
                least = pref;
        }
        return found;
}

static int add_times(const char *times, BusyList *list)
{
        Busy busy = { .kind = BUSY_FETCHED };
        int tentative, end, r = 0;
        for (const char *at = times; r == 0 && sscanf(at, "%" SCNd64 " %" SCNd64 " %d\n%n", &busy.start,
                                                               &busy.end, &tentative, &end) == 3;
                        at += end) {
                busy.is_tentative = tentative != 0;
                r = busy_add(list, &busy);
        }
        return r;
}

int fetched_add(Store *store, const Host *host, BusyList *list)
{
        CLEANUP(free_busy_freep) FreeBusy *kept = NULL;
        const char *url = fetched_url(host->card);
        int r = url ? free_busy_get(store, card_uid(host->card), &kept) : STORE_E_NOT_FOUND;
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        return strcmp(kept->url, url) == 0 ? add_times(kept->times, list) : 0;
}

/* A floating time is that of the host's clock. Return: 0, as the store's. */
static int find_zone(Store *store, const Config *config, const char *uid, const Zone **ret)
{
        CLEANUP(host_done) Host host = { 0 };
        int r = host_load(store, uid, &host);
        const char *name = r == 0 ? card_zone_name(host.card) : NULL;
        if (!name || zone_table_get(store_zones(store), name, ret) != 0)
                *ret = config->time_zone;
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int write_times(Store *store, const Config *config, const FetchedResult *result, usec_t now,
                Buffer *out, size_t *ret_n_unread)
{
        CLEANUP(busy_done) BusyList list = { 0 };
        const Zone *zone = NULL;
        usec_t from = now - USEC_PER_DAY, to = now + OFFER_HORIZON_MAX_DAYS * USEC_PER_DAY;
        int r = find_zone(store, config, result->host, &zone);
        if (r == 0)
                r = freebusy_read(store_zones(store), zone, result->text, result->len, from, to, &list,
                                ret_n_unread);
        for (size_t i = 0; r == 0 && i < list.n; i++)
                buffer_printf(out, "%" PRId64 " %" PRId64 " %d\n", list.items[i].start, list.items[i].end,
                                list.items[i].is_tentative);
        return r != 0 ? r : buffer_error(out);
}

int fetched_keep(Store *store, const Config *config, const FetchedResult *result, usec_t now,
                const char **ret_news)
{
        CLEANUP(free_busy_freep) FreeBusy *kept = NULL;
        CLEANUP(buffer_done) Buffer times = BUFFER_INIT(TIMES_BYTES);
        size_t n_unread = 0;
        int r = free_busy_get(store, result->host, &kept);
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return r;
        bool is_same = kept && strcmp(kept->url, result->url) == 0;
        FreeBusy next = {
                .host = result->host,
                .url = result->url,
                .etag = is_same ? kept->etag : "",
                .times = is_same ? kept->times : "",
                .error = result->error ? result->error : "",
                .fetched = !result->error ? now
                           : is_same      ? kept->fetched
                                          : 0,
                .tried = now,
        };
        r = result->text ? write_times(store, config, result, now, &times, &n_unread) : 0;
        if (r == -EBADMSG) {
                next.error = "the file is no calendar";
                next.fetched = is_same ? kept->fetched : 0;
        } else if (r == 0 && result->text) {
                /* The file is read again until all of it can be read. */
                next.etag = n_unread > 0 ? "" : result->etag;
                next.times = buffer_text(&times);
                next.error = n_unread > 0 ? "the calendar has events whose times cannot be read" : "";
        }
        if (r != 0 && r != -EBADMSG)
                return r;
        *ret_news = strcmp(kept ? kept->error : "", next.error) != 0 ? next.error : NULL;
        return free_busy_put(store, &next);
}
