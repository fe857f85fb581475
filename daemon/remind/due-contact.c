#include "remind/due-contact.h"

#include "base/log.h"
#include "remind/due-internal.h"
#include "remind/due.h"
#include "store/change-task.h"
#include "store/contact-due.h"

#include <inttypes.h>
#include <string.h>

enum {
        EVENTS_AT_ONCE = 32,    /* events of one contact per transaction */
        CONTACTS_AT_MOST = 200, /* for more, processing each event once for all its contacts is cheaper */
};

/*
 * Brings the event's next due time forward to @next. While a fan-out of the event is in progress, `found` is
 * changed: at its end the fan-out sets `next` from `found`.
 */
static int enter_next(Store *store, DueEntry *entry, usec_t next)
{
        usec_t *kept = entry->after_contact > 0 ? &entry->found : &entry->next;
        if (next >= *kept)
                return 0;
        *kept = next;
        return due_index_set(store, entry);
}

static int derive_event(
                const DueWork *work, DueEntry *entry, const ObjectRecord *record, const Reader *reader)
{
        CLEANUP(event_context_done) EventContext context = { 0 };
        usec_t next = USEC_INFINITY;
        int64_t last;
        int r = event_context_init(work->store, work->config, record, &context);
        if (r == 0)
                r = due_derive(&context, work, entry, reader, &next, &last);
        return r == 0 ? enter_next(work->store, entry, next) : r;
}

/*
 * Derives the rows of one event for one contact, unless the event is due itself and its fan-out has not
 * reached the contact yet, or follows the tasks of the event: the fan-out then derives these rows.
 */
static int derive(const DueWork *work, int64_t object, const Reader *reader)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        DueEntry entry;
        bool waits = false;
        int r = due_index_get(work->store, object, &entry);
        if (r == 0 && entry.next <= work->now && entry.after_contact < reader->record->id)
                return 0;
        if (r == 0)
                r = change_task_waits(work->store, object, &waits);
        if (r == 0 && waits)
                return 0;
        if (r == 0)
                r = object_get_by_id(work->store, object, &record);
        if (r == 0)
                r = derive_event(work, &entry, record, reader);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int process_contact(const DueWork *work, const ContactDue *due)
{
        CLEANUP(reader_done) Reader reader = { 0 };
        int64_t objects[EVENTS_AT_ONCE];
        int n = 0;
        int r = reader_load(work->store, due->contact, &reader);
        if (r == STORE_E_NOT_FOUND)
                return contact_due_end(work->store, due);
        if (r == 0)
                r = contact_due_objects(work->store, due, work->now, EVENTS_AT_ONCE, objects, &n);
        for (int i = 0; r == 0 && i < n; i++)
                r = derive(work, objects[i], &reader);
        if (r == 0)
                r = contact_due_note(work->store, work->now);
        if (r != 0)
                return r;
        return n == EVENTS_AT_ONCE ? contact_due_advance(work->store, due, objects[n - 1])
                                   : contact_due_end(work->store, due);
}

/*
 * Processes the first changed contact. If many contacts have changed, all events are made due instead. The
 * row is read in the transaction that writes it: if the card changes again in the meantime, the contact is
 * processed from the start.
 */
static int process(const DueWork *work)
{
        CLEANUP(contact_due_done) ContactDue due = { 0 };
        int64_t n = 0;
        int r = contact_due_count(work->store, CONTACTS_AT_MOST + 1, &n);
        if (r == 0 && n > CONTACTS_AT_MOST)
                return contact_due_spread(work->store);
        if (r == 0)
                r = contact_due_first(work->store, &due);
        return r == 0 ? process_contact(work, &due) : r == STORE_E_NOT_FOUND ? 0 : r;
}

static int process_in_transaction(const DueWork *work)
{
        StoreWrite write;
        int r = store_write_begin(work->store, &write);
        return r != 0 ? r : store_write_end(&write, process(work));
}

/*
 * Processes some events of one contact. On failure all events are made due, because due.c postpones a
 * failing event without delaying the others.
 */
static int process_some(const DueWork *work)
{
        int64_t n = 0;
        int r = contact_due_count(work->store, 1, &n);
        if (r == 0 && n > 0)
                r = process_in_transaction(work);
        if (r == 0 || due_is_fault_of_store(r))
                return r;
        log_error("the reminders of a contact cannot be worked out alone, and are worked out by event: %s",
                        r < 0 ? strerror(-r) : store_explain(work->store, r));
        return contact_due_spread(work->store);
}

static int next(Store *store, usec_t *ret)
{
        int64_t n = 0;
        int r = contact_due_count(store, 1, &n);
        if (r == 0)
                *ret = n > 0 ? 0 : USEC_INFINITY;
        return r;
}

const DueSource due_contact_source = {
        .name = "contacts",
        .next = next,
        .process = process_some,
        .rewind = contact_due_rewind,
};
