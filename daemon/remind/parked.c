#include "remind/parked.h"

#include "remind/consent.h"
#include "remind/reader.h"
#include "remind/reminder.h"
#include "remind/row-texts.h"
#include "store/ledger.h"

#include <string.h>

typedef struct Search {
        Store *store;
        const Config *config;
        const Card *card;
        Parked *parked;
        usec_t now;
} Search;

static bool is_as_told(const MailRecord *mail, const Occurrence *occurrence)
{
        char start[ROW_TEXT_SIZE], finish[ROW_TEXT_SIZE];
        row_texts_moment(&occurrence->start, start);
        row_texts_moment(&occurrence->end, finish);
        return occurrence->status != EVENT_CANCELLED && strcmp(start, mail->start) == 0 &&
               strcmp(finish, mail->finish) == 0;
}

/*
 * Finds an occurrence that is still as the parked mail described it. A changed occurrence is not found: the
 * contact gets a notice of the change.
 */
static int find_as_told(const EventContext *context, const MailRecord *mail, usec_t now, Occurrence *ret)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        int r = context->takes_place ? occurrences_new(context->event, context->config->time_zone,
                                                       now - REMINDER_LATE_AFTER, USEC_INFINITY, &iterator)
                                     : STORE_E_NOT_FOUND;
        for (int i = 0; r == 0 && i < EVENT_CONTEXT_OCCURRENCES_MAX; i++) {
                r = occurrences_next(iterator, ret);
                if (r == 0 && is_as_told(mail, ret))
                        return 0;
        }
        return r < 0 ? r : STORE_E_NOT_FOUND;
}

static int load_entry(const Search *search, const MailRecord *mail, ParkedEntry *ret, EventItem *ret_item)
{
        PublishAudience audience = PUBLISH_PUBLIC;
        MailReason refusal = MAIL_REASON_NONE;
        int r = consent_why_not(search->store, mail->contact, search->card, mail->uid, &refusal);
        if (r == 0)
                r = refusal ? STORE_E_NOT_FOUND
                            : object_get_by_id(search->store, mail->object, &ret->record);
        if (r == 0)
                r = event_context_init(search->store, search->config, ret->record, &ret->context);
        if (r == 0)
                r = audience_of(search->store, mail->contact, mail->object, &audience);
        if (r == 0)
                r = find_as_told(&ret->context, mail, search->now, &ret->occurrence);
        *ret_item = (EventItem){ ret->context.event, ret->record, &ret->occurrence, audience };
        return r == 0 && event_item_is_hidden(ret_item) ? STORE_E_NOT_FOUND : r;
}

static void entry_done(ParkedEntry *entry)
{
        event_context_done(&entry->context);
        object_record_free(entry->record);
        *entry = (ParkedEntry){ 0 };
}

static int on_parked(const MailRecord *mail, void *userdata)
{
        Search *search = userdata;
        Parked *parked = search->parked;
        if (!mail->finish[0])
                return 0;
        if (parked->n == PARKED_MAX) {
                parked->cut = parked->cut ? parked->cut : mail->id;
                return 0;
        }
        ParkedEntry *entry = &parked->entries[parked->n];
        int r = load_entry(search, mail, entry, &parked->items[parked->n]);
        entry->mail = mail->id;
        if (r == 0) {
                parked->of_item[parked->n] = parked->n;
                parked->n_items = ++parked->n;
        } else {
                entry_done(entry);
        }
        /* A damaged event concerns its own mails; the check of the store names it. */
        return r == STORE_E_NOT_FOUND || r == DB_E_CORRUPT ? 0 : r;
}

int parked_load(Store *store, const Config *config, int64_t contact, const Card *card, usec_t now,
                Parked *ret)
{
        Search search = { store, config, card, ret, now };
        return ledger_parked_each(store, contact, now, on_parked, &search);
}

void parked_done(Parked *parked)
{
        for (size_t i = 0; i < parked->n; i++)
                entry_done(&parked->entries[i]);
        parked->n = parked->n_items = 0;
}

void parked_drop_listed(Parked *parked, int64_t object, const Occurrence *occurrence)
{
        size_t n = 0;
        for (size_t i = 0; i < parked->n_items; i++) {
                ParkedEntry *entry = &parked->entries[parked->of_item[i]];
                entry->is_repeated = entry->record->id == object &&
                                     entry->occurrence.start_usec == occurrence->start_usec;
                if (entry->is_repeated)
                        continue;
                parked->items[n] = parked->items[i];
                parked->of_item[n++] = parked->of_item[i];
        }
        parked->n_items = n;
}

int parked_each_repeated(
                Parked *parked, size_t n_items, int (*on_mail)(int64_t mail, void *userdata), void *userdata)
{
        int r = 0;
        for (size_t i = 0; i < n_items; i++)
                parked->entries[parked->of_item[i]].is_repeated = true;
        for (size_t i = 0, end; r == 0 && i < parked->n; i = end) {
                int64_t mail = parked->entries[i].mail;
                bool is_whole = mail != parked->cut;
                for (end = i; end < parked->n && parked->entries[end].mail == mail; end++)
                        is_whole = is_whole && parked->entries[end].is_repeated;
                r = is_whole ? on_mail(mail, userdata) : 0;
        }
        return r;
}
