#include "remind/rebuild.h"

#include "remind/reader.h"
#include "remind/row-texts.h"
#include "store/audience.h"

#include <string.h>

void rebuilt_done(Rebuilt *rebuilt)
{
        event_context_done(&rebuilt->context);
        object_record_free(rebuilt->record);
}

/*
 * Finds the occurrence of a ledger row. Return: STORE_E_NOT_FOUND if the event no longer has it.
 */
static int find_occurrence(const EventContext *context, const MailRecord *mail, const Lead *lead, usec_t now,
                Occurrence *ret)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        int r = occurrences_new(context->event, context->config->time_zone, now - REMINDER_LATE_AFTER,
                        USEC_INFINITY, &iterator);
        for (int i = 0; r == 0 && i < EVENT_CONTEXT_OCCURRENCES_MAX; i++) {
                Occurrence occurrence;
                RowTexts texts;
                r = occurrences_next(iterator, &occurrence);
                if (r != 0)
                        break;
                row_texts_of(context->event, &occurrence, lead, &texts);
                if (occurrence.status == EVENT_CANCELLED || strcmp(texts.start, mail->start) != 0 ||
                                strcmp(texts.recurrence, mail->recurrence_id) != 0)
                        continue;
                *ret = occurrence;
                return 0;
        }
        return r < 0 ? r : STORE_E_NOT_FOUND;
}

int rebuild_reminder(Store *store, const Config *config, const MailRecord *mail, usec_t now, Rebuilt *ret)
{
        *ret = (Rebuilt){ .record = NULL };
        Reminder *reminder = &ret->reminder;
        reminder->contact = mail->contact;
        reminder->fire = mail->due;
        if (lead_parse(mail->rule, &reminder->lead) < 0)
                return STORE_E_NOT_FOUND;
        int r = object_get_by_id(store, mail->object, &ret->record);
        if (r == 0)
                r = event_context_init(store, config, ret->record, &ret->context);
        if (r == 0 && !ret->context.takes_place)
                r = STORE_E_NOT_FOUND;
        if (r == 0)
                r = find_occurrence(&ret->context, mail, &reminder->lead, now, &ret->occurrence);
        if (r == 0)
                r = audience_of(store, mail->contact, mail->object, &reminder->audience);
        reminder->event = ret->context.event;
        reminder->record = ret->record;
        reminder->occurrence = &ret->occurrence;
        memcpy(reminder->key, mail->key, sizeof(reminder->key));
        return r;
}
