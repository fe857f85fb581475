#include "remind/reader.h"

void reader_done(Reader *reader)
{
        object_record_free(reader->record);
        card_free(reader->card);
}

const Zone *reader_zone(const Card *card, ZoneTable *zones, const Zone *fallback)
{
        const Zone *zone;
        const char *name = card_zone_name(card);
        return name && zone_table_get(zones, name, &zone) == 0 ? zone : fallback;
}

int reader_load(Store *store, int64_t contact, Reader *ret)
{
        CLEANUP(reader_done) Reader reader = { 0 };
        int r = object_get_by_id(store, contact, &reader.record);
        if (r == 0)
                r = card_parse(reader.record->text, reader.record->len, &reader.card, NULL);
        if (r != 0)
                return r == CARD_E_INVALID ? STORE_E_NOT_FOUND : r;
        reader.zone = reader_zone(reader.card, store_zones(store), NULL);
        *ret = reader;
        reader = (Reader){ 0 };
        return 0;
}

int reader_audience(Store *store, int64_t contact, int64_t object, PublishAudience *ret)
{
        bool is_given = false, is_for_event = false;
        int r = subscription_is_given(store, contact, object, &is_given);
        if (r == 0 && is_given)
                r = subscription_is_given_for_event(store, contact, object, &is_for_event);
        if (r == 0)
                *ret = is_for_event ? PUBLISH_CONTACT : is_given ? PUBLISH_LISTED : PUBLISH_PUBLIC;
        return r;
}

void reader_widen(const Subscription *subscription, PublishAudience *audience)
{
        if (subscription->origin != SUBSCRIPTION_GIVEN)
                return;
        if (subscription->scope == SUBSCRIBE_EVENT)
                *audience = PUBLISH_CONTACT;
        else if (*audience == PUBLISH_PUBLIC)
                *audience = PUBLISH_LISTED;
}
