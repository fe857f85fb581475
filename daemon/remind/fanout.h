#pragma once

/*
 * Inside of remind/ only: visits the contacts that are listed for an event, batch by batch, and for each
 * contact the occurrences with the times at which its leads fire. Only this module applies the rules of
 * due.h.
 */

#include "remind/event-context.h"
#include "remind/reader.h"
#include "remind/reminder.h"

enum { LEADS_MAX = 32 }; /* per contact and event; further leads are ignored */

typedef struct Fanout {
        usec_t from;  /* occurrences that ended before this time are skipped */
        usec_t until; /* the first occurrence whose leads all fire after this time is the last one */
        int (*on_contact)(const EventContext *context, const Reader *reader,
                        void *userdata); /* NULL for none */
        /* Gets the reminders of one occurrence. Not called for an event that does not take place. */
        int (*on_fire)(const EventContext *context, const Reader *reader, const Reminder *reminders,
                        size_t n, void *userdata);
        void *userdata;
} Fanout;

/**
 * fanout_batch() - visit some contacts, in order of their ids
 * @after:    only contacts with a greater id
 * @only:     0, or the only contact
 * @ret_last: @after of the next batch; 0 after the last one
 * Return: 0, a nonzero return of a callback, a condition of the store, negative errno.
 */
int fanout_batch(const EventContext *context, int64_t after, int64_t only, const Fanout *fanout,
                int64_t *ret_last);
