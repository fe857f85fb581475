#include "remind/context.h"

#include <errno.h>
#include <stdio.h>

void context_done(DueContext *context)
{
        digest_free(context->digest);
        event_free(context->event);
}

int context_init(Store *store, const Config *config, const ObjectRecord *record, DueContext *ret)
{
        CLEANUP(event_freep) Event *event = NULL;
        int r = event_parse(store_zones(store), record->text, record->len, &event, NULL);
        if (r != 0)
                return r < 0 ? r : STORE_E_NOT_FOUND;
        Digest *digest = digest_new();
        if (!digest)
                return -ENOMEM;
        *ret = (DueContext){
                .store = store,
                .config = config,
                .record = record,
                .zone = event_zone(event, config->time_zone),
                .takes_place = !event_is_draft(event) && event_status(event) != EVENT_CANCELLED,
                .digest = digest,
        };
        ret->event = TAKE_PTR(event);
        return 0;
}

void moment_text(const When *when, char ret[static MOMENT_TEXT_SIZE])
{
        char wall[17] = "";
        if (when->form != WHEN_NONE)
                when_format(when, wall);
        snprintf(ret, MOMENT_TEXT_SIZE, "%s%s%s", wall, when->form == WHEN_ZONED ? " " : "",
                        when->form == WHEN_ZONED ? zone_name(when->zone) : "");
}

void reader_done(Reader *reader)
{
        object_record_free(reader->record);
        card_free(reader->card);
}

int reader_load(Store *store, int64_t contact, Reader *ret)
{
        CLEANUP(reader_done) Reader reader = { 0 };
        int r = object_get_by_id(store, contact, &reader.record);
        if (r != 0)
                return r;
        r = card_parse(reader.record->text, reader.record->len, &reader.card, NULL);
        if (r != 0)
                return r < 0 ? r : STORE_E_NOT_FOUND;
        const char *zone = card_zone_name(reader.card);
        if (zone && zone_table_get(store_zones(store), zone, &reader.zone) != 0)
                reader.zone = NULL;
        *ret = reader;
        reader = (Reader){ 0 };
        return 0;
}
