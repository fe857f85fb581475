#include "web/meet-host.h"

#include "base/array.h"
#include "base/text-order.h"
#include "meet/host.h"
#include "meet/offers.h"
#include "store/offer-link.h"
#include "web/signup.h"

#include <errno.h>
#include <search.h>
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

/* Finds names of events. The last one is kept, because several offers in a row may be of the same event. */
typedef struct EventNames {
        Store *store;
        const Config *config;
        char *uid, *name;
} EventNames;

static void event_names_done(EventNames *names)
{
        free(names->uid);
        free(names->name);
}

static int find_name(EventNames *names, const char *uid)
{
        CLEANUP(signup_event_done) SignupEvent event = { 0 };
        int r = signup_event_get(names->store, names->config, uid, &event);
        if (r != 0 && r != STORE_E_NOT_FOUND)
                return r;
        event_names_done(names);
        names->uid = strdup(uid);
        names->name = strdup(r == 0 && event.name ? event.name : "");
        return names->uid && names->name ? 0 : -ENOMEM;
}

/* Copies the name of the offer's event; "" if the event is not public. */
static int name_event(EventNames *names, const char *uid, char **ret)
{
        bool is_known = names->uid && strcmp(names->uid, uid) == 0;
        int r = is_known ? 0 : find_name(names, uid);
        if (r != 0)
                return r;
        *ret = strdup(names->name);
        return *ret ? 0 : -ENOMEM;
}

static int add_offer(EventNames *names, MeetHost *host, const Offer *offer)
{
        MeetOffer *offers = array_grow(host->offers, host->n_offers, sizeof(*offers));
        if (!offers)
                return -ENOMEM;
        host->offers = offers;
        MeetOffer *added = &offers[host->n_offers++];
        *added = (MeetOffer){ .uid = strdup(offer->uid) };
        if (!added->uid || (offer->of_event && !(added->event = strdup(offer->of_event))))
                return -ENOMEM;
        if (!offer->summary[0] && offer->of_event)
                return name_event(names, offer->of_event, &added->title);
        added->title = strdup(offer->summary);
        return added->title ? 0 : -ENOMEM;
}

static int load_name(Store *store, const char *uid, char **ret)
{
        CLEANUP(host_done) Host card = { 0 };
        int r = host_load(store, uid, &card);
        if (r != 0)
                return r;
        *ret = strdup(card_name(card.card));
        return *ret ? 0 : -ENOMEM;
}

static int load_card(Store *store, const char *uid, MeetHost *host)
{
        host->uid = strdup(uid);
        return host->uid ? load_name(store, uid, &host->name) : -ENOMEM;
}

typedef struct HostSearch {
        EventNames *names;
        MeetHost *host;
} HostSearch;

static int on_listed(const ObjectRecord *record, const Offer *offer, void *userdata)
{
        HostSearch *search = userdata;
        (void)record;
        return offer->listed ? add_offer(search->names, search->host, offer) : 0;
}

static int load_listed(EventNames *names, const char *uid, MeetHost *ret)
{
        HostSearch search = { names, ret };
        int r = offers_each_of_host(names->store, uid, names->config->time_zone, on_listed, &search);
        if (r != 0 || ret->n_offers == 0)
                return r != 0 ? r : STORE_E_NOT_FOUND;
        return load_card(names->store, uid, ret);
}

static int load_unlisted(EventNames *names, const char *token, MeetHost *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        Offer offer;
        int r = offer_link_find(names->store, token, &record);
        if (r == 0)
                r = event_parse(store_zones(names->store), record->text, record->len, &event, NULL);
        if (r == 0)
                r = offer_read(event, names->config->time_zone, &offer);
        if (r == EVENT_E_INVALID || r == OFFER_E_NONE)
                return STORE_E_NOT_FOUND;
        if (r == 0)
                r = add_offer(names, ret, &offer);
        return r != 0 ? r : load_card(names->store, offer.host, ret);
}

int meet_host_load(Store *store, const Config *config, const char *name, MeetHost *ret)
{
        CLEANUP(event_names_done) EventNames names = { .store = store, .config = config };
        *ret = (MeetHost){ .n_offers = 0 };
        int r = load_unlisted(&names, name, ret);
        return r == STORE_E_NOT_FOUND && ret->n_offers == 0 ? load_listed(&names, name, ret) : r;
}

int meet_host_offer(const MeetHost *host, const char *uid)
{
        for (size_t i = 0; uid && i < host->n_offers; i++)
                if (strcmp(host->offers[i].uid, uid) == 0)
                        return (int)i;
        return -1;
}

/* ---- All hosts ---- */

/* The hosts of listed offers, found in one walk over the offers. */
typedef struct HostList {
        EventNames names;
        const char *event;
        void *by_uid; /* tree of tsearch(); has the hosts in `found` */
        MeetHosts *found;
} HostList;

static void free_nothing(void *host)
{
        (void)host;
}

static void host_free(MeetHost *host)
{
        meet_host_done(host);
        free(host);
}

void meet_hosts_done(MeetHosts *hosts)
{
        for (size_t i = 0; i < hosts->n; i++)
                host_free(hosts->hosts[i]);
        free(hosts->hosts);
}

static void host_list_done(HostList *list)
{
        tdestroy(list->by_uid, free_nothing);
        event_names_done(&list->names);
}

static int compare_uids(const void *a, const void *b)
{
        return strcmp(((const MeetHost *)a)->uid, ((const MeetHost *)b)->uid);
}

static int add_host(HostList *list, const char *uid, MeetHost **ret)
{
        MeetHosts *found = list->found;
        MeetHost **hosts = array_grow(found->hosts, found->n, sizeof(*hosts));
        if (!hosts)
                return -ENOMEM;
        found->hosts = hosts;
        MeetHost *host = calloc(1, sizeof(*host));
        if (!host)
                return -ENOMEM;
        hosts[found->n++] = host;
        host->uid = strdup(uid);
        if (!host->uid || !tsearch(host, &list->by_uid, compare_uids))
                return -ENOMEM;
        *ret = host;
        return 0;
}

static int on_offer(const ObjectRecord *record, const Offer *offer, void *userdata)
{
        HostList *list = userdata;
        const MeetHost key = { .uid = (char *)offer->host };
        (void)record;
        if (!offer->listed ||
                        (list->event && (!offer->of_event || strcmp(offer->of_event, list->event) != 0)))
                return 0;
        MeetHost *const *node = tfind(&key, &list->by_uid, compare_uids);
        MeetHost *host = node ? *node : NULL;
        int r = host ? 0 : add_host(list, offer->host, &host);
        return r == 0 ? add_offer(&list->names, host, offer) : r;
}

static int compare_names(const void *a, const void *b, void *order)
{
        const MeetHost *left = *(MeetHost *const *)a, *right = *(MeetHost *const *)b;
        int result = text_order_compare(order, left->name, right->name);
        return result ? result : compare_uids(left, right);
}

static int sort_hosts(const MeetHosts *hosts, const char *language)
{
        CLEANUP(text_order_freep) TextOrder *order = NULL;
        int r = hosts->n > 1 ? text_order_new(language, &order) : 0;
        if (order)
                qsort_r(hosts->hosts, hosts->n, sizeof(*hosts->hosts), compare_names, order);
        return r;
}

/* Sets the names of the hosts from their cards. Removes hosts without a card. */
static int name_hosts(Store *store, MeetHosts *hosts)
{
        for (size_t i = 0; i < hosts->n;) {
                int r = load_name(store, hosts->hosts[i]->uid, &hosts->hosts[i]->name);
                if (r == 0) {
                        i++;
                        continue;
                }
                if (r != STORE_E_NOT_FOUND)
                        return r;
                host_free(hosts->hosts[i]);
                hosts->hosts[i] = hosts->hosts[--hosts->n];
        }
        return 0;
}

int meet_hosts_load(Store *store, const Config *config, const char *event, MeetHosts *ret)
{
        CLEANUP(host_list_done)
        HostList list = { .names = { .store = store, .config = config }, .event = event, .found = ret };
        *ret = (MeetHosts){ .n = 0 };
        int r = offers_each_of_host(store, NULL, config->time_zone, on_offer, &list);
        if (r == 0)
                r = name_hosts(store, ret);
        return r == 0 ? sort_hosts(ret, config->language) : r;
}

void meet_host_write_path(Buffer *out, const char *host)
{
        buffer_puts(out, "/meet/");
        url_escape(out, host);
}
