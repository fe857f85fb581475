#include "meet/offers.h"

#include "base/array.h"
#include "meet/calendar.h"

#include <errno.h>
#include <string.h>

void offer_slots_done(OfferSlots *slots)
{
        event_free(slots->event);
        free(slots->spans);
        busy_done(&slots->busy);
}

static int add_span(const Occurrence *occurrence, SlotSpan **spans, size_t *n)
{
        SlotSpan *more = array_grow(*spans, *n, sizeof(*more));
        if (!more)
                return -ENOMEM;
        *spans = more;
        more[(*n)++] = (SlotSpan){ occurrence->start_usec, occurrence->end_usec };
        return 0;
}

static int add_spans(const Event *event, const Zone *fallback, usec_t from, usec_t to, SlotSpan **spans,
                size_t *n)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence;
        int r = occurrences_new(event, fallback, from, to, &iterator);
        while (r == 0 && (r = occurrences_next(iterator, &occurrence)) == 0)
                if (occurrence.status != EVENT_CANCELLED)
                        r = add_span(&occurrence, spans, n);
        return r == OCCURRENCE_END ? 0 : r;
}

int offer_event_spans(Store *store, const char *uid, const Zone *fallback, usec_t from, usec_t to,
                SlotSpan **spans, size_t *n)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        int r = object_find(store, uid, &record);
        if (r == 0 && record->kind != OBJECT_EVENT)
                return 0;
        if (r == 0)
                r = event_parse(store_zones(store), record->text, record->len, &event, NULL);
        if (r == 0)
                r = add_spans(event, fallback, from, to, spans, n);
        return r == STORE_E_NOT_FOUND || r == EVENT_E_INVALID ? 0 : r;
}

int offer_parse(Store *store, const ObjectRecord *record, const Zone *fallback, Event **ret_event,
                Offer *ret)
{
        int r = event_parse(store_zones(store), record->text, record->len, ret_event, NULL);
        if (r == 0)
                r = offer_read(*ret_event, fallback, ret);
        return r == EVENT_E_INVALID ? OFFER_E_NONE : r;
}

int offer_switches(Store *store, const char *uid, const Zone *fallback, OfferSwitches *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        Offer offer;
        *ret = (OfferSwitches){ .shows_addresses = false };
        int r = object_find(store, uid, &record);
        if (r == 0)
                r = offer_parse(store, record, fallback, &event, &offer);
        if (r == 0)
                *ret = (OfferSwitches){ offer.shows_addresses, offer.keeps_declined };
        return r == STORE_E_NOT_FOUND || r == OFFER_E_NONE ? 0 : r;
}

int offer_slots_load(Store *store, const ObjectRecord *record, const Zone *fallback, usec_t now, usec_t from,
                usec_t to, OfferSlots *ret)
{
        *ret = (OfferSlots){ .now = now, .from = from, .to = to };
        int r = offer_parse(store, record, fallback, &ret->event, &ret->offer);
        if (r == 0 && to == USEC_INFINITY)
                ret->to = offer_latest(&ret->offer, now) + 1;
        if (r == 0 && ret->offer.of_event)
                r = offer_event_spans(store, ret->offer.of_event, fallback, from, ret->to, &ret->spans,
                                &ret->n_spans);
        if (r != 0)
                return r;
        const BusyQuery query = {
                .host = ret->offer.host,
                .of_event = ret->offer.of_event,
                .zone = fallback,
                .from = from,
                .to = ret->to,
                .now = now,
        };
        return busy_collect(store, store_zones(store), &query, &ret->busy);
}

SlotQuery offer_slots_query(const OfferSlots *slots)
{
        return (SlotQuery){
                .offer = &slots->offer,
                .spans = slots->spans,
                .n_spans = slots->n_spans,
                .busy = slots->busy.items,
                .n_busy = slots->busy.n,
                .now = slots->now,
                .length = slots->length,
                .from = slots->from,
                .to = slots->to,
        };
}

typedef struct OfferWalk {
        Store *store;
        const char *host;
        const Zone *fallback;
        int (*on_offer)(const ObjectRecord *record, const Offer *offer, void *userdata);
        void *userdata;
} OfferWalk;

static int on_object(const ObjectRecord *record, void *userdata)
{
        const OfferWalk *walk = userdata;
        CLEANUP(event_freep) Event *event = NULL;
        Offer offer;
        int r = offer_parse(walk->store, record, walk->fallback, &event, &offer);
        if (r != 0)
                return r == OFFER_E_NONE ? 0 : r;
        bool is_wanted = !walk->host || strcmp(walk->host, offer.host) == 0;
        return is_wanted ? walk->on_offer(record, &offer, walk->userdata) : 0;
}

int offers_each_of_host(Store *store, const char *host, const Zone *fallback,
                int (*on_offer)(const ObjectRecord *record, const Offer *offer, void *userdata),
                void *userdata)
{
        OfferWalk walk = { store, host, fallback, on_offer, userdata };
        return object_each_offer(store, on_object, &walk);
}
