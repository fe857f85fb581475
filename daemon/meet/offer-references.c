#include "meet/offer-references.h"

#include "calendar/offer.h"
#include "meet/host.h"
#include "store/object.h"

static int check_host(Store *store, const char *uid)
{
        CLEANUP(host_done) Host host;
        int r = host_load(store, uid, &host);
        if (r == STORE_E_NOT_FOUND)
                return OFFER_E_NO_HOST;
        return r == 0 && card_kind(host.card) == CARD_GROUP ? OFFER_E_GROUP : r;
}

static int check_event(Store *store, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int r = object_find(store, uid, &record);
        bool is_event = r == 0 && (record->kind == OBJECT_EVENT || record->kind == OBJECT_DRAFT);
        return r == STORE_E_NOT_FOUND || (r == 0 && !is_event) ? OFFER_E_NO_EVENT : r;
}

int offer_check_references(Store *store, const Event *event, const Zone *fallback)
{
        Offer offer;
        int r = offer_read(event, fallback, &offer);
        if (r != 0)
                return r == OFFER_E_NONE ? 0 : r;
        r = check_host(store, offer.host);
        return r == 0 && offer.of_event ? check_event(store, offer.of_event) : r;
}
