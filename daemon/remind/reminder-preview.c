#include "remind/reminder-preview.h"

#include "base/text.h"
#include "letter/compose.h"
#include "letter/event-item.h"
#include "remind/digest.h"
#include "remind/event-context.h"
#include "remind/reader.h"
#include "remind/whole.h"
#include "remind/why.h"
#include "store/announcement.h"

enum { MAIL_BYTES = 1024 * 1024 };

typedef struct ReminderPreviewWalk {
        const ReminderPreviewScope *scope;
        const EventContext *context;
        ReminderPreview *preview;
} ReminderPreviewWalk;

void reminder_preview_init(ReminderPreview *preview)
{
        *preview = (ReminderPreview){ .n_recipients = 0 };
        for (Language i = 0; i < LANGUAGES_N; i++)
                preview->mail[i] = BUFFER_INIT(MAIL_BYTES);
}

void reminder_preview_done(ReminderPreview *preview)
{
        for (Language i = 0; i < LANGUAGES_N; i++)
                buffer_done(&preview->mail[i]);
}

/*
 * Finds the next occurrence that takes place and that the audience may see.
 * Return: 0, OCCURRENCE_END, negative errno.
 */
static int find_next(const ReminderPreviewWalk *walk, PublishAudience audience, Occurrence *ret)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        const EventContext *context = walk->context;
        const EventItem item = { context->event, context->record, ret, audience };
        int r = occurrences_new(context->event, context->zone, walk->scope->now, INT64_MAX, &iterator);
        for (int i = 0; r == 0 && i < EVENT_CONTEXT_OCCURRENCES_MAX; i++) {
                r = occurrences_next(iterator, ret);
                if (r != 0 || (ret->status != EVENT_CANCELLED && !event_item_is_hidden(&item)))
                        return r;
        }
        return r == 0 ? OCCURRENCE_END : r;
}

static int compose(const ReminderPreviewWalk *walk, const Reader *reader, Buffer *out)
{
        CLEANUP(digest_done) Digest parts = { .n_sources = 0 };
        CLEANUP(whole_done) WholeItem whole = { .record = NULL };
        const EventContext *context = walk->context;
        const char *calendars = walk->scope->calendars;
        Occurrence occurrence;
        const EventItem item = { context->event, context->record, &occurrence, reader->audience };
        int r = find_next(walk, reader->audience, &occurrence);
        if (r == 0)
                r = digest_parts(context->store, context->config, reader->record->id, reader->card, &item,
                                calendars, walk->scope->now, &parts);
        if (r == 0)
                r = whole_load(context->store, context->event, reader->record->id, &whole);
        if (r != 0)
                return r == OCCURRENCE_END ? 0 : r;
        bool names_whole = whole.record && collection_is_listed(calendars, whole.record->collection);
        const ComposeOptions options = {
                .letter = {
                        .config = context->config,
                        .zones = store_zones(context->store),
                        .contact = reader->card,
                        .token = "TOKEN",
                        .message_id = "preview@example.org",
                        .now = walk->scope->now,
                },
                .whole = names_whole ? &whole.item : NULL,
                .parts = parts.text.n > 0 ? &parts.text : NULL,
        };
        return compose_preview(&item, &options, out);
}

static int find_reason(const ReminderPreviewWalk *walk, const Reader *reader, MailReason *ret)
{
        const EventContext *context = walk->context;
        const WhyQuestion question = {
                .store = context->store,
                .config = context->config,
                .contact = reader->record,
                .card = reader->card,
                .record = context->record,
                .event = context->event,
                .now = walk->scope->now,
        };
        return why_not(&question, ret);
}

static int on_contact(int64_t contact, void *userdata)
{
        const ReminderPreviewWalk *walk = userdata;
        const EventContext *context = walk->context;
        CLEANUP(reader_done) Reader reader = { .record = NULL };
        MailReason reason = MAIL_REASON_NONE;
        int r = reader_load(context->store, contact, &reader);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        if (!collection_is_listed(walk->scope->books, reader.record->collection))
                return 0;
        r = find_reason(walk, &reader, &reason);
        if (r != 0)
                return r;
        if (reason != MAIL_REASON_NONE) {
                walk->preview->n_reasons[reason]++;
                return 0;
        }
        walk->preview->n_recipients++;
        Buffer *mail = &walk->preview->mail[language_of(
                        text_language(card_language(reader.card), context->config->language))];
        if (mail->len > 0)
                return 0;
        r = audience_of(context->store, contact, context->record->id, &reader.audience);
        return r == 0 ? compose(walk, &reader, mail) : r;
}

int reminder_preview_find(
                Store *store, const Config *config, const ReminderPreviewScope *scope, ReminderPreview *ret)
{
        CLEANUP(event_context_done) EventContext context = { .store = NULL };
        ReminderPreviewWalk walk = { scope, &context, ret };
        int r = event_context_init(store, config, scope->record, &context);
        if (r == 0)
                r = announcement_listed_each(store, ANNOUNCE_EVENT, scope->record->uid, on_contact, &walk);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}
