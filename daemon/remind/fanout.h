#pragma once

/*
 * Inside of remind/ only: the contacts that are listed for an event, batch by batch, and for each of them
 * the occurrences with the moments at which it is reminded of them. The rules of due.h are applied here and
 * nowhere else.
 */

#include "remind/event-context.h"
#include "remind/reader.h"
#include "remind/reminder.h"

enum { LEADS_MAX = 32 }; /* of one contact for one event; others are ignored */

typedef struct Fanout {
        usec_t from;  /* occurrences that ended before are left out */
        usec_t until; /* an occurrence all of whose moments lie behind it is the last one */
        int (*on_contact)(const EventContext *context, const Reader *reader,
                        void *userdata); /* NULL for none */
        /* One occurrence with its moments. An event that does not take place has none. */
        int (*on_fire)(const EventContext *context, const Reader *reader, const Reminder *reminders,
                        size_t n, void *userdata);
        void *userdata;
} Fanout;

/**
 * fanout_batch() - some contacts, in order of their ids
 * @after:    only contacts behind this id
 * @only:     0, or the only contact
 * @ret_last: where the next batch goes on; 0 when there are no more
 * Return: 0, what a callback returned, negative errno.
 */
int fanout_batch(const EventContext *context, int64_t after, int64_t only, const Fanout *fanout,
                int64_t *ret_last);
