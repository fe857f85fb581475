#include "remind/reminder-preview.h"

#include "letter/compose.h"
#include "remind/digest.h"
#include "remind/event-context.h"

static int find_next(const EventContext *context, usec_t now, Occurrence *ret)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        int r = occurrences_new(context->event, context->zone, now, INT64_MAX, &iterator);
        if (r == 0)
                r = occurrences_next(iterator, ret);
        return r == OCCURRENCE_END ? STORE_E_NOT_FOUND : r;
}

static int compose(const EventContext *context, const ObjectRecord *contact, const Card *card,
                const Occurrence *occurrence, usec_t now, Buffer *out)
{
        CLEANUP(digest_done) Digest parts = { .n_sources = 0 };
        const EventItem item = { context->event, context->record, occurrence, PUBLISH_CONTACT };
        int r = digest_parts(context->store, context->config, contact->id, card, &item, now, &parts);
        const ComposeOptions options = {
                .letter = {
                        .config = context->config,
                        .zones = store_zones(context->store),
                        .contact = card,
                        .token = "TOKEN",
                        .message_id = "preview@example.org",
                        .now = now,
                },
                .parts = parts.text.n > 0 ? &parts.text : NULL,
        };
        return r == 0 ? compose_preview(&item, &options, out) : r;
}

int reminder_preview(Store *store, const Config *config, const ObjectRecord *record,
                const ObjectRecord *contact, usec_t now, Buffer *out)
{
        CLEANUP(event_context_done) EventContext context = { .store = NULL };
        CLEANUP(card_freep) Card *card = NULL;
        Occurrence occurrence;
        int r = event_context_init(store, config, record, &context);
        if (r == 0)
                r = find_next(&context, now, &occurrence);
        if (r == 0)
                r = card_parse(contact->text, contact->len, &card, NULL);
        if (r == CARD_E_INVALID)
                return STORE_E_NOT_FOUND;
        return r == 0 ? compose(&context, contact, card, &occurrence, now, out) : r;
}
