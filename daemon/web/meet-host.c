#include "web/meet-host.h"

#include "meet/host.h"
#include "meet/offers.h"
#include "store/offer-link.h"
#include "web/signup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void meet_host_done(MeetHost *host)
{
        for (size_t i = 0; i < host->n_offers; i++) {
                free(host->offers[i].uid);
                free(host->offers[i].title);
                free(host->offers[i].event);
        }
        free(host->offers);
        free(host->uid);
        free(host->name);
}

bool meet_is_open(const Config *config)
{
        return config->mail.deliver;
}

/* The name of the offer's event, if everybody may see it. */
static int name_event(Store *store, const Config *config, const char *uid, char **ret)
{
        CLEANUP(signup_event_done) SignupEvent event = { 0 };
        int r = signup_event_get(store, config, uid, &event);
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return r;
        *ret = strdup(r == 0 && event.name ? event.name : "");
        return *ret ? 0 : -ENOMEM;
}

static int add_offer(Store *store, const Config *config, MeetHost *host, const Offer *offer)
{
        MeetOffer *offers = reallocarray(host->offers, host->n_offers + 1, sizeof(*offers));
        if (!offers)
                return -ENOMEM;
        host->offers = offers;
        MeetOffer *added = &offers[host->n_offers++];
        *added = (MeetOffer){ .uid = strdup(offer->uid) };
        if (offer->of_event && !(added->event = strdup(offer->of_event)))
                return -ENOMEM;
        if (offer->summary[0] || !offer->of_event)
                added->title = strdup(offer->summary);
        else
                return name_event(store, config, offer->of_event, &added->title);
        return added->uid && added->title ? 0 : -ENOMEM;
}

static int load_card(Store *store, const char *uid, MeetHost *host)
{
        CLEANUP(host_done) Host card = { 0 };
        int r = host_load(store, uid, &card);
        if (r != 0)
                return r;
        host->uid = strdup(uid);
        host->name = strdup(card_name(card.card));
        return host->uid && host->name ? 0 : -ENOMEM;
}

typedef struct HostSearch {
        Store *store;
        const Config *config;
        MeetHost *host;
        const char *event;
} HostSearch;

static int on_listed(const ObjectRecord *record, const Offer *offer, void *userdata)
{
        HostSearch *search = userdata;
        bool is_of_event =
                        !search->event || (offer->of_event && strcmp(offer->of_event, search->event) == 0);
        (void)record;
        return offer->listed && is_of_event ? add_offer(search->store, search->config, search->host, offer)
                                            : 0;
}

static int load_listed(Store *store, const Config *config, const char *event, const char *uid, MeetHost *ret)
{
        HostSearch search = { store, config, ret, event };
        int r = offers_each_of_host(store, uid, config->time_zone, on_listed, &search);
        if (r != 0 || ret->n_offers == 0)
                return r != 0 ? r : STORE_E_NOT_FOUND;
        return load_card(store, uid, ret);
}

static int load_unlisted(Store *store, const Config *config, const char *token, MeetHost *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        Offer offer;
        int r = offer_link_find(store, token, &record);
        if (r == 0)
                r = event_parse(store_zones(store), record->text, record->len, &event, NULL);
        if (r == 0)
                r = offer_read(event, config->time_zone, &offer);
        if (r == EVENT_E_INVALID || r == OFFER_E_NONE)
                return STORE_E_NOT_FOUND;
        if (r == 0)
                r = add_offer(store, config, ret, &offer);
        return r != 0 ? r : load_card(store, offer.host, ret);
}

int meet_host_load(Store *store, const Config *config, const char *name, MeetHost *ret)
{
        *ret = (MeetHost){ .n_offers = 0 };
        int r = load_unlisted(store, config, name, ret);
        return r == STORE_E_NOT_FOUND && ret->n_offers == 0 ? load_listed(store, config, NULL, name, ret)
                                                            : r;
}

int meet_host_offer(const MeetHost *host, const char *uid)
{
        for (size_t i = 0; uid && i < host->n_offers; i++)
                if (strcmp(host->offers[i].uid, uid) == 0)
                        return (int)i;
        return -1;
}

/* ---- All hosts ---- */

typedef struct HostList {
        const char *event;
        char **uids;
        size_t n;
} HostList;

static void host_list_done(HostList *list)
{
        for (size_t i = 0; i < list->n; i++)
                free(list->uids[i]);
        free(list->uids);
}

static int on_offer(const ObjectRecord *record, const Offer *offer, void *userdata)
{
        HostList *list = userdata;
        (void)record;
        if (!offer->listed ||
                        (list->event && (!offer->of_event || strcmp(offer->of_event, list->event) != 0)))
                return 0;
        for (size_t i = 0; i < list->n; i++)
                if (strcmp(list->uids[i], offer->host) == 0)
                        return 0;
        char **uids = reallocarray(list->uids, list->n + 1, sizeof(*uids));
        if (!uids)
                return -ENOMEM;
        list->uids = uids;
        uids[list->n] = strdup(offer->host);
        return uids[list->n] ? (list->n++, 0) : -ENOMEM;
}

static int compare_names(const void *a, const void *b)
{
        return strcoll(((const MeetHost *)a)->name, ((const MeetHost *)b)->name);
}

static int load_all(Store *store, const Config *config, const HostList *list, MeetHost *hosts, size_t *n)
{
        for (size_t i = 0; i < list->n; i++) {
                int r = load_listed(store, config, list->event, list->uids[i], &hosts[*n]);
                if (r == 0) {
                        (*n)++;
                        continue;
                }
                meet_host_done(&hosts[*n]);
                hosts[*n] = (MeetHost){ .n_offers = 0 };
                if (r != STORE_E_NOT_FOUND)
                        return r;
        }
        return 0;
}

int meet_hosts_each(Store *store, const Config *config, const char *event,
                int (*on_host)(const MeetHost *host, void *userdata), void *userdata)
{
        CLEANUP(host_list_done) HostList list = { .event = event };
        size_t n = 0;
        int r = offers_each_of_host(store, NULL, config->time_zone, on_offer, &list);
        CLEANUP(cleanup_free) MeetHost *hosts = calloc(list.n + 1, sizeof(*hosts));
        if (r == 0 && !hosts)
                r = -ENOMEM;
        if (r == 0)
                r = load_all(store, config, &list, hosts, &n);
        if (r == 0)
                qsort(hosts, n, sizeof(*hosts), compare_names);
        for (size_t i = 0; i < n; i++) {
                if (r == 0)
                        r = on_host(&hosts[i], userdata);
                meet_host_done(&hosts[i]);
        }
        return r;
}

void meet_host_write_path(Buffer *out, const char *host)
{
        buffer_puts(out, "/meet/");
        url_escape(out, host);
}
