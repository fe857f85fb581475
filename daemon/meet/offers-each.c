/* Reads several offers together with their busy times. */

#include "meet/calendar.h"
#include "meet/offers.h"

#include <errno.h>
#include <string.h>

/* The offers of one event, or those without one, and their hosts. */
typedef struct Group {
        Store *store;
        BusyQuery query;
        OfferSlots *slots; /* all offers that are read, of every group */
        size_t n;
        const char **hosts; /* UIDs, each once */
        BusyList *lists;    /* of the hosts */
        size_t n_hosts;
} Group;

static void group_done(Group *group)
{
        for (size_t i = 0; group->lists && i < group->n_hosts; i++)
                busy_done(&group->lists[i]);
        free(group->lists);
        free(group->hosts);
}

static bool is_in_group(const Group *group, const OfferSlots *slots)
{
        const char *event = slots->offer.of_event, *of_event = group->query.of_event;
        return slots->event && (event ? of_event && strcmp(event, of_event) == 0 : !of_event);
}

static size_t find_host(const Group *group, const char *uid)
{
        size_t i = 0;
        while (i < group->n_hosts && strcmp(group->hosts[i], uid) != 0)
                i++;
        return i;
}

/* Collects the hosts of the group, and extends the range of the query to the longest horizon. */
static void add_offers(Group *group)
{
        for (size_t i = 0; i < group->n; i++) {
                const OfferSlots *slots = &group->slots[i];
                if (!is_in_group(group, slots))
                        continue;
                if (find_host(group, slots->offer.host) == group->n_hosts)
                        group->hosts[group->n_hosts++] = slots->offer.host;
                if (slots->to > group->query.to)
                        group->query.to = slots->to;
        }
}

static int copy_list(const BusyList *from, BusyList *to)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < from->n; i++)
                r = busy_add(to, &from->items[i]);
        return r;
}

static int read_busy(Group *group)
{
        int r = busy_collect_each(group->store, store_zones(group->store), &group->query, group->hosts,
                        group->n_hosts, group->lists);
        for (size_t i = 0; r == 0 && i < group->n; i++)
                if (is_in_group(group, &group->slots[i]))
                        r = copy_list(&group->lists[find_host(group, group->slots[i].offer.host)],
                                        &group->slots[i].busy);
        return r;
}

static int load_group(Store *store, const BusyQuery *query, OfferSlots *slots, size_t n)
{
        CLEANUP(group_done) Group group = { .store = store, .query = *query, .slots = slots, .n = n };
        group.hosts = calloc(n, sizeof(*group.hosts));
        group.lists = calloc(n, sizeof(*group.lists));
        if (!group.hosts || !group.lists)
                return -ENOMEM;
        add_offers(&group);
        return read_busy(&group);
}

static bool is_first_of_group(const OfferSlots *slots, size_t index)
{
        const Group group = { .query = { .of_event = slots[index].offer.of_event } };
        for (size_t i = 0; i < index; i++)
                if (is_in_group(&group, &slots[i]))
                        return false;
        return slots[index].event;
}

static int read_offer(
                Store *store, const ObjectRecord *record, const Zone *fallback, usec_t now, OfferSlots *ret)
{
        int r = offer_parse(store, record, fallback, &ret->event, &ret->offer);
        if (r == OFFER_E_NONE) {
                ret->event = event_free(ret->event);
                return 0;
        }
        if (r != 0)
                return r;
        ret->now = ret->from = now;
        ret->to = offer_latest(&ret->offer, now) + 1;
        return ret->offer.of_event ? offer_event_spans(store, ret->offer.of_event, fallback, now, ret->to,
                                                     &ret->spans, &ret->n_spans)
                                   : 0;
}

int offer_slots_load_each(Store *store, ObjectRecord *const *records, size_t n, const Zone *fallback,
                usec_t now, OfferSlots *ret)
{
        int r = 0;
        for (size_t i = 0; i < n; i++)
                ret[i] = (OfferSlots){ .n_spans = 0 };
        for (size_t i = 0; r == 0 && i < n; i++)
                r = read_offer(store, records[i], fallback, now, &ret[i]);
        for (size_t i = 0; r == 0 && i < n; i++) {
                const BusyQuery query = { .of_event = ret[i].offer.of_event,
                        .foreign_in_each = true,
                        .zone = fallback,
                        .from = now,
                        .to = now,
                        .now = now };
                if (is_first_of_group(ret, i))
                        r = load_group(store, &query, ret, n);
        }
        return r;
}
