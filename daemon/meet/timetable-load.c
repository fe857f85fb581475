#include "meet/calendar.h"
#include "meet/timetable-internal.h"

#include "contact/card.h"

#include <errno.h>
#include <string.h>

Exchange *exchange_free(Exchange *exchange)
{
        if (!exchange)
                return NULL;
        for (size_t i = 0; i < exchange->n_offers; i++) {
                offer_slots_done(&exchange->offers[i].slots);
                slot_list_done(&exchange->offers[i].list);
        }
        for (int i = 0; exchange->busy && i < exchange->n_people; i++)
                busy_done(&exchange->busy[i]);
        for (int i = 0; exchange->people && i < exchange->n_people; i++)
                host_done(&exchange->people[i].host);
        free(exchange->people);
        free(exchange->offers);
        free(exchange->spans);
        free(exchange->busy);
        free(exchange->times);
        free(exchange->openings);
        free(exchange->opening_offers);
        free(exchange->places);
        free(exchange->place_names);
        free(exchange->taken);
        free(exchange->places_taken);
        free(exchange->limits);
        free(exchange->limit_parents);
        free(exchange->limit_days);
        free(exchange->wishes);
        free(exchange->wish_rows);
        arena_done(&exchange->arena);
        free(exchange);
        return NULL;
}

static const char *copy(Exchange *exchange, const char *text)
{
        return arena_copy(&exchange->arena, text ? text : "", text ? strlen(text) : 0);
}

int exchange_find(const Exchange *exchange, const char *uid)
{
        for (int i = 0; i < exchange->n_people; i++)
                if (strcmp(exchange->people[i].uid, uid) == 0)
                        return i;
        return -1;
}

int exchange_participant(Exchange *exchange, const char *uid)
{
        int found = exchange_find(exchange, uid);
        if (found >= 0)
                return found;
        if (exchange->n_people == exchange->people_max)
                return -1;
        Participant *added = &exchange->people[exchange->n_people];
        *added = (Participant){ .uid = copy(exchange, uid) };
        return added->uid ? exchange->n_people++ : -1;
}

const EventOffer *exchange_find_offer(const Exchange *exchange, const char *uid)
{
        for (size_t i = 0; i < exchange->n_offers; i++)
                if (strcmp(exchange->offers[i].slots.offer.uid, uid) == 0)
                        return &exchange->offers[i];
        return NULL;
}

static int on_offer(const ObjectRecord *record, const Offer *offer, void *userdata)
{
        Exchange *exchange = userdata;
        if (!offer->of_event || strcmp(offer->of_event, exchange->event) != 0 ||
                        exchange->n_offers == exchange->offers_max)
                return 0;
        EventOffer *added = &exchange->offers[exchange->n_offers++];
        int r = offer_parse(exchange->work->store, record, exchange->work->config->time_zone,
                        &added->slots.event, &added->slots.offer);
        added->host = r == 0 ? exchange_participant(exchange, offer->host) : -1;
        if (r != 0 || added->host < 0)
                return r != 0 ? r : -ENOMEM;
        exchange->people[added->host].has_offer = true;
        return 0;
}

int exchange_new(const BookingWork *work, const char *event, size_t n_wishes, Exchange **ret)
{
        int64_t n = 0;
        int r = object_count(work->store, OBJECT_OFFER, &n);
        Exchange *exchange = r == 0 ? calloc(1, sizeof(*exchange)) : NULL;
        *ret = exchange;
        if (!exchange)
                return r != 0 ? r : -ENOMEM;
        exchange->work = work;
        exchange->event = event;
        exchange->offers_max = (size_t)n;
        exchange->people_max = (int)(2 * n_wishes) + (int)n;
        exchange->offers = calloc(exchange->offers_max + 1, sizeof(*exchange->offers));
        exchange->people = calloc((size_t)exchange->people_max + 1, sizeof(*exchange->people));
        if (!exchange->offers || !exchange->people)
                return -ENOMEM;
        return offers_each_of_host(work->store, NULL, work->config->time_zone, on_offer, exchange);
}

static int read_card(Exchange *exchange, const ObjectRecord *record, Participant *person)
{
        const Config *config = exchange->work->config;
        const Zone *zone = config->time_zone;
        int r = card_parse(record->text, record->len, &person->host.card, NULL);
        if (r != 0)
                return r == CARD_E_INVALID ? 0 : r;
        const Card *card = person->host.card;
        const ContentLine *organisation = card_property(card, "ORG", 0);
        if (card_zone_name(card))
                (void)zone_table_get(store_zones(exchange->work->store), card_zone_name(card), &zone);
        person->is_known = true;
        person->name = copy(exchange, card_name(card));
        person->organisation = copy(exchange, organisation ? organisation->value : NULL);
        person->address = copy(exchange, card_email(card));
        person->language = copy(exchange, card_language(card) ? card_language(card) : config->language);
        person->zone = copy(exchange, zone_name(zone));
        return person->name && person->organisation && person->address && person->language && person->zone
                               ? 0
                               : -ENOMEM;
}

static int load_card(Exchange *exchange, Participant *person)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        person->name = person->organisation = person->address = person->language = person->zone = "";
        int r = object_find(exchange->work->store, person->uid, &record);
        if (r == 0 && record->kind == OBJECT_CARD)
                r = read_card(exchange, record, person);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

/* Reads the occurrences of the event from now on, and sets `from` and `to`. */
static int load_event(Exchange *exchange)
{
        const BookingWork *work = exchange->work;
        usec_t now = work->now;
        int r = offer_event_spans(work->store, exchange->event, work->config->time_zone, now,
                        now + OFFER_HORIZON_MAX_DAYS * USEC_PER_DAY, &exchange->spans, &exchange->n_spans);
        exchange->from = USEC_INFINITY;
        for (size_t i = 0; i < exchange->n_spans; i++) {
                if (exchange->spans[i].start < exchange->from)
                        exchange->from = exchange->spans[i].start;
                if (exchange->spans[i].end > exchange->to)
                        exchange->to = exchange->spans[i].end;
        }
        if (exchange->from < now || exchange->n_spans == 0)
                exchange->from = now;
        if (exchange->to < exchange->from)
                exchange->to = exchange->from;
        return r;
}

/* Reads the busy times of the known participants. busy_collect_each() needs their lists in one array. */
static int load_busy(Exchange *exchange)
{
        size_t n = 0, n_people = (size_t)exchange->n_people;
        CLEANUP(cleanup_free) const char **uids = calloc(n_people + 1, sizeof(*uids));
        CLEANUP(cleanup_free) BusyList *lists = calloc(n_people + 1, sizeof(*lists));
        exchange->busy = calloc(n_people + 1, sizeof(*exchange->busy));
        if (!uids || !lists || !exchange->busy)
                return -ENOMEM;
        for (size_t i = 0; i < n_people; i++)
                if (exchange->people[i].is_known)
                        uids[n++] = exchange->people[i].uid;
        const BusyQuery query = {
                .of_event = exchange->event,
                .zone = exchange->work->config->time_zone,
                .from = exchange->from,
                .to = exchange->to,
                .now = exchange->work->now,
        };
        Store *store = exchange->work->store;
        int r = n > 0 ? busy_collect_each(store, store_zones(store), &query, uids, n, lists) : 0;
        for (size_t i = 0, k = 0; i < n_people; i++)
                if (exchange->people[i].is_known)
                        exchange->busy[i] = lists[k++];
        return r;
}

static int find_slots(Exchange *exchange)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < exchange->n_offers; i++) {
                EventOffer *offer = &exchange->offers[i];
                const BusyList *busy = &exchange->busy[offer->host];
                const SlotQuery query = {
                        .offer = &offer->slots.offer,
                        .spans = exchange->spans,
                        .n_spans = exchange->n_spans,
                        .busy = busy->items,
                        .n_busy = busy->n,
                        .now = exchange->work->now,
                        .from = exchange->from,
                        .to = exchange->to,
                };
                if (exchange->people[offer->host].is_known)
                        r = slots_find(&query, &offer->list);
        }
        return r;
}

int exchange_load(Exchange *exchange)
{
        int r = 0;
        for (int i = 0; r == 0 && i < exchange->n_people; i++)
                r = load_card(exchange, &exchange->people[i]);
        if (r == 0)
                r = load_event(exchange);
        if (r == 0)
                r = load_busy(exchange);
        return r != 0 ? r : find_slots(exchange);
}
