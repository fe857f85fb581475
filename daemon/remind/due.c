#include "remind/due.h"

#include "base/log.h"
#include "remind/change-step.h"
#include "remind/deletion.h"
#include "remind/due-enter.h"
#include "remind/due-internal.h"
#include "remind/fanout.h"
#include "remind/notice.h"
#include "store/change-task.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum {
        EVENTS_AT_ONCE = 2,
        FAILED_MINUTES = 15, /* until the next attempt for an event that has failed */
};

#define NEAR_FIRST_START (2 * 60 * 60 * USEC_PER_SEC)

typedef struct ProcessState {
        usec_t now, horizon, next;
        usec_t seen; /* when the event was last processed; 0 for never */
        DueNotify notify;
} ProcessState;

bool due_is_wanted(const Reminder *reminder, usec_t horizon, usec_t now)
{
        usec_t start = reminder->occurrence->start_usec;
        return reminder->fire >= horizon || due_is_after(reminder->since, horizon, now) ||
               (start > now && start - horizon < NEAR_FIRST_START);
}

static bool was_missed(const ProcessState *state, const Reminder *reminder)
{
        return state->seen > 0 && reminder->fire > state->seen && reminder->fire >= state->horizon &&
               reminder->fire >= reminder->since && reminder->until <= state->now;
}

static int on_contact_process(const EventContext *context, const Reader *reader, void *userdata)
{
        const ProcessState *state = userdata;
        int r = ledger_withdraw(context->store, reader->record->id, context->record->uid, state->now);
        return r == 0 ? notice_enter(context, reader, state->notify, state->now) : r;
}

static int look_ahead(const EventContext *context, const Reader *reader, const Reminder *reminder,
                ProcessState *state)
{
        usec_t fire = reminder->fire;
        bool is_near = fire < QUARTER_END(state->now) && reminder->until > fire;
        usec_t next = is_near ? fire : QUARTER_BEGIN(fire);
        next = next > state->now ? next : fire;
        state->next = next < state->next ? next : state->next;
        return is_near ? due_enter_ahead(context, reader, reminder, state->now) : 0;
}

static int on_fire_process(const EventContext *context, const Reader *reader, const Reminder *reminders,
                size_t n, void *userdata)
{
        ProcessState *state = userdata;
        const Reminder *due[LEADS_MAX];
        Reminder late[LEADS_MAX];
        size_t n_due = 0;
        int r = 0;
        for (size_t i = 0; r == 0 && i < n; i++) {
                usec_t fire = reminders[i].fire;
                if (fire > state->now)
                        r = look_ahead(context, reader, &reminders[i], state);
                else if (was_missed(state, &reminders[i]))
                        r = due_enter_missed(context, reader, &reminders[i], state->now);
                else if (due_is_wanted(&reminders[i], state->horizon, state->now) &&
                                reminders[i].until > state->now) {
                        late[n_due] = reminders[i];
                        if (fire < state->horizon && late[n_due].since < state->horizon)
                                late[n_due].since = state->horizon;
                        due[n_due] = &late[n_due];
                        n_due++;
                }
        }
        return r == 0 && n_due > 0 ? due_enter(context, reader, due, n_due, state->now) : r;
}

/* Marks an event that cannot be parsed. It has no reminders until it is changed. */
static int set_unreadable(Store *store, const DueEntry *entry, usec_t now)
{
        return due_index_set(store, &(DueEntry){ .object = entry->object,
                                                    .next = USEC_INFINITY,
                                                    .found = USEC_INFINITY,
                                                    .seen = now });
}

int due_derive(const EventContext *context, const DueWork *work, const DueEntry *entry, const Reader *only,
                usec_t *next, int64_t *ret_last)
{
        ProcessState state = {
                .now = work->now,
                .horizon = work->horizon,
                .next = *next,
                .seen = entry->seen,
                .notify = entry->notify,
        };
        usec_t reached = USEC_INFINITY;
        const Fanout fanout = {
                .from = entry->seen > 0 && entry->seen < work->now ? entry->seen : work->now,
                .until = QUARTER_END(work->now) - 1,
                .now = work->now,
                .reached = &reached,
                .reader = only,
                .on_contact = on_contact_process,
                .on_fire = on_fire_process,
                .userdata = &state,
        };
        int r = fanout_batch(context, entry->after_contact, only ? only->record->id : 0, &fanout, ret_last);
        *next = state.next;
        /* The next occurrences of a frequent series with a long lead are looked at within a day. */
        if (reached < USEC_INFINITY) {
                usec_t later = work->now + USEC_PER_DAY;
                later = reached > work->now && reached < later ? reached : later;
                *next = later < *next ? later : *next;
        }
        return r;
}

/* @ret_steps: whether a step of the event's tasks was to be taken, also on failure */
static int process_batch(const DueWork *work, const DueEntry *entry, bool *ret_steps)
{
        Store *store = work->store;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_context_done) EventContext context = { 0 };
        usec_t next = entry->found;
        int64_t last = 0;
        bool is_deleted = false;
        int r = object_get_by_id(store, entry->object, &record);
        if (r == 0)
                r = change_step(work, record, ret_steps);
        if (*ret_steps)
                return r;
        if (r == 0)
                r = event_context_init(store, work->config, record, &context);
        if (r == STORE_E_NOT_FOUND)
                return set_unreadable(store, entry, work->now);
        if (r == 0)
                r = due_derive(&context, work, entry, NULL, &next, &last);
        if (r == 0 && !last)
                r = deletion_go_on(work, record, entry, &next, &is_deleted);
        if (r != 0 || is_deleted)
                return r;
        bool goes_on = last || due_notify_deletes(entry->notify);
        return due_index_set(
                        store, &(DueEntry){ .object = entry->object,
                                               .next = last ? work->now : next,
                                               .after_contact = last,
                                               .found = last ? next : USEC_INFINITY,
                                               .seen = last ? entry->seen : work->now,
                                               .notify = goes_on ? entry->notify : DUE_NOTIFY_SETTLED });
}

/* A row of the due index and the version of its event, as they were read. */
typedef struct Seen {
        DueEntry entry;
        int64_t change;
        bool steps; /* a step of the event's tasks was to be taken */
} Seen;

static int look_up(Store *store, int64_t object, Seen *ret)
{
        int r = due_index_get(store, object, &ret->entry);
        return r == 0 ? object_change(store, object, &ret->change) : r;
}

/*
 * Processes an event if it is due. The due row is read in the transaction that writes it, because a command
 * may change it between two batches: a changed event is due again from its first contact on, and the row
 * of a deleted event is deleted.
 */
static int process(const DueWork *work, int64_t object, Seen *ret)
{
        ret->steps = false;
        int r = look_up(work->store, object, ret);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        return ret->entry.next <= work->now ? process_batch(work, &ret->entry, &ret->steps) : 0;
}

typedef struct DueAttempt {
        const DueWork *work;
        int64_t object;
        Seen *seen;
} DueAttempt;

static int process_attempt(void *userdata)
{
        const DueAttempt *attempt = userdata;
        return process(attempt->work, attempt->object, attempt->seen);
}

/* @ret: set as far as the row and the version were read, also on failure */
static int process_in_transaction(const DueWork *work, int64_t object, Seen *ret)
{
        DueAttempt attempt = { work, object, ret };
        return store_write(work->store, process_attempt, &attempt);
}

int due_process(Store *store, const Config *config, int64_t object, usec_t horizon, usec_t now)
{
        Seen seen = { .change = 0 };
        const DueWork work = { store, config, horizon, now };
        return process_in_transaction(&work, object, &seen);
}

/*
 * Postpones a failed event, unless it was changed or made due in the meantime: then it is tried again at
 * once. `seen` is not changed, so that what is missed until then has a row when the event can be processed.
 */
static int postpone_unchanged(Store *store, const Seen *seen, usec_t now)
{
        Seen kept = { .change = 0 };
        int r = look_up(store, seen->entry.object, &kept);
        if (r == DB_E_CORRUPT && kept.entry.object)
                r = 0; /* the damage is the reason of the failure */
        if (r != 0 || kept.change != seen->change || kept.entry.next != seen->entry.next ||
                        kept.entry.after_contact != seen->entry.after_contact)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        kept.entry.next = now + FAILED_MINUTES * 60 * USEC_PER_SEC;
        return due_index_set(store, &kept.entry);
}

static int postpone(Store *store, const Seen *seen, usec_t now)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        return r != 0 ? r : store_write_end(&write, postpone_unchanged(store, seen, now));
}

static int give_up_task(Store *store, const Seen *seen)
{
        StoreWrite write;
        int r = store_write_begin(store, &write);
        if (r == 0)
                r = store_write_end(&write, change_task_give_up(store, seen->entry.object));
        if (r == 0)
                log_error("a change of object %" PRId64 " is not told as it was to be", seen->entry.object);
        return r;
}

/*
 * A task that damage keeps from being done ends, so that the event's reminders do not wait for it. After any
 * other failure, or if the task cannot be ended, the event is postponed, with its tasks.
 */
static int pass_over(Store *store, const Seen *seen, int failure, usec_t now)
{
        if (!seen->steps || failure != DB_E_CORRUPT)
                return postpone(store, seen, now);
        int r = give_up_task(store, seen);
        return r == 0 || due_is_fault_of_store(r) ? r : postpone(store, seen, now);
}

bool due_is_fault_of_store(int r)
{
        return r == DB_E_FULL || r == DB_E_IO || r == DB_E_READ_ONLY || r == DB_E_BUSY || r == DB_E_AWAY ||
               r == -ENOMEM;
}

/*
 * Processes an event. On failure the event is postponed, so that it is not tried again and again and does
 * not delay others.
 */
static int process_or_postpone(const DueWork *work, int64_t object)
{
        Seen seen = { .change = 0 };
        int r = process_in_transaction(work, object, &seen);
        if (r == 0 || due_is_fault_of_store(r))
                return r;
        log_error("the reminders of object %" PRId64 " cannot be worked out: %s", object,
                        r < 0 ? strerror(-r) : store_explain(work->store, r));
        return seen.entry.object ? pass_over(work->store, &seen, r, work->now) : r;
}

/*
 * The end of a deletion is synced to disk: its change number may be known to calendar programs, and a power
 * loss must not give this number to another change.
 */
static int process_one(const DueWork *work, int64_t object)
{
        DueEntry entry = { .notify = DUE_NOTIFY_SETTLED };
        int r = due_index_get(work->store, object, &entry);
        /* A damaged row is found again by the processing, which postpones it. */
        bool deletes = r == 0 && due_notify_deletes(entry.notify);
        r = deletes ? store_set_durable(work->store, true) : 0;
        if (r == 0)
                r = process_or_postpone(work, object);
        int lazy = deletes ? store_set_durable(work->store, false) : 0;
        return r != 0 ? r : lazy;
}

typedef struct DueObjects {
        int64_t ids[EVENTS_AT_ONCE];
        int n;
} DueObjects;

static int on_due(const DueEntry *due, void *userdata)
{
        DueObjects *objects = userdata;
        objects->ids[objects->n++] = due->object;
        return 0;
}

static int process_some(const DueWork *work)
{
        DueObjects due = { .n = 0 };
        int r = due_index_each(work->store, work->now, EVENTS_AT_ONCE, on_due, &due);
        for (int i = 0; r == 0 && i < due.n; i++)
                r = process_one(work, due.ids[i]);
        return r;
}

static int reset(Store *store, bool of_leads, usec_t now)
{
        (void)of_leads;
        return due_index_reset_all(store, now);
}

const DueSource due_source = {
        .name = "events",
        .next = due_index_next,
        .process = process_some,
        .rewind = due_index_rewind,
        .reset = reset,
};
