#pragma once

/*
 * Private to remind/: visits the contacts that are listed for an event, in batches. For each contact it
 * visits the occurrences, with the times at which the contact's leads fire. Only this module applies the
 * rules of due.h for leads.
 */

#include "remind/event-context.h"
#include "remind/reader.h"
#include "remind/reminder.h"

enum { LEADS_MAX = 32 }; /* per contact and event; further leads are ignored */

typedef struct Fanout {
        usec_t from;  /* occurrences that ended REMINDER_LATE_AFTER before this time are skipped */
        usec_t until; /* the last occurrence visited is the first one after which all leads fire later */
        usec_t now;   /* the occurrences from then on are visited even if very many are before them; 0: no */
        usec_t *reached;      /* lowered to the last start if a walk ends at its maximum; may be NULL */
        const Reader *reader; /* of a single contact, if it is loaded already; NULL otherwise */
        /* Called once for each contact; may be NULL. */
        int (*on_contact)(const EventContext *context, const Reader *reader, void *userdata);
        /* Called with the reminders of one occurrence that takes place; NULL to visit contacts only. */
        int (*on_fire)(const EventContext *context, const Reader *reader, const Reminder *reminders,
                        size_t n, void *userdata);
        void *userdata;
} Fanout;

/**
 * fanout_batch() - visit one batch of contacts, in the order of their ids
 * @after:    the batch begins with the next greater id
 * @only:     a single contact to visit; 0 for a batch
 * @ret_last: the @after of the next batch; 0 after the last batch
 * @fanout:   a nonzero return value of a callback ends the iteration and is returned
 * Return: 0, the nonzero return value of a callback, a condition of the store, or negative errno.
 */
int fanout_batch(const EventContext *context, int64_t after, int64_t only, const Fanout *fanout,
                int64_t *ret_last);

/** fanout_all() - visit all contacts, batch after batch. Return: as fanout_batch(). */
int fanout_all(const EventContext *context, const Fanout *fanout);
