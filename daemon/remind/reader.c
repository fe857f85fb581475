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
