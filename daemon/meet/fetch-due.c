#include "meet/fetch-due.h"

#include "meet/fetched.h"
#include "meet/host.h"
#include "meet/offers.h"
#include "store/free-busy.h"

#include <string.h>

typedef struct DueWalk {
        Store *store;
        usec_t before, now;
        int (*on_due)(const char *host, const char *url, const char *etag, void *userdata);
        void *userdata;
} DueWalk;

/*
 * Returns the ETag to be sent. The times of a file are those of a limited span after its last fetch, so once
 * a week the file itself is needed, even if it has not changed.
 */
static const char *etag_of(const DueWalk *walk, const FreeBusy *kept)
{
        const usec_t week = 7 * USEC_PER_DAY;
        return kept->fetched > 0 && kept->fetched / week == walk->now / week ? kept->etag : "";
}

static int on_host(DueWalk *walk, const char *uid)
{
        CLEANUP(host_done) Host host = { 0 };
        CLEANUP(free_busy_freep) FreeBusy *kept = NULL;
        int r = host_load(walk->store, uid, &host);
        const char *url = r == 0 ? fetched_url(host.card) : NULL;
        if (!url)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        r = free_busy_get(walk->store, uid, &kept);
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return r;
        bool is_same = kept && strcmp(kept->url, url) == 0;
        if (is_same && kept->tried >= walk->before)
                return 0;
        return walk->on_due(uid, url, is_same ? etag_of(walk, kept) : "", walk->userdata);
}

/* The offers are in order of UID, not of host, so a host with several offers appears several times. */
static int on_offer(const ObjectRecord *record, const Offer *offer, void *userdata)
{
        (void)record;
        return on_host(userdata, offer->host);
}

int fetch_due_each(Store *store, const Zone *fallback, usec_t before, usec_t now,
                int (*on_due)(const char *host, const char *url, const char *etag, void *userdata),
                void *userdata)
{
        DueWalk walk = {
                .store = store, .before = before, .now = now, .on_due = on_due, .userdata = userdata
        };
        return offers_each_of_host(store, NULL, fallback, on_offer, &walk);
}
